/* stack.h - how much of the stack was ever used.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef STACK_H
#define STACK_H

#include <stdint.h>

/* Fills what is free of it, so that what is used later can be told. First of all in main. */
void stack_paint(void);

/* Bytes, of those that sections.ld reserves: what main and all it calls took at most. Interrupts have their own. */
uint32_t stack_used(void);

#endif
