/* stack.c - how much of the stack was ever used (see stack.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "stack.h"

#define PAINT 0x5aa55aa5u
/* What lies below the frame of stack_paint() itself. */
#define MARGIN 16u

/* From sections.ld. */
extern volatile uint32_t stack_bottom[], stack_top[];

void stack_paint(void) {
  volatile uint32_t *const end = (volatile uint32_t *)__builtin_frame_address(0) - MARGIN;
  for (volatile uint32_t *word = stack_bottom; word < end; word++) *word = PAINT;
}

uint32_t stack_used(void) {
  const volatile uint32_t *word = stack_bottom;
  while (word < stack_top && *word == PAINT) word++;
  return (uint32_t)((uintptr_t)stack_top - (uintptr_t)word);
}
