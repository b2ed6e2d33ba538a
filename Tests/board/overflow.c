/* overflow.c - uses more stack than there is: the run must fail, and say why.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdio.h>

static uint32_t use_stack(uint32_t depth) {
  volatile uint8_t frame[1024];
  frame[0] = (uint8_t)depth;
  return depth == 0 ? 0 : use_stack(depth - 1) + frame[0];
}

int main(void) {
  printf("%u\n", (unsigned)use_stack(100));
  return 0;
}
