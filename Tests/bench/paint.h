/* paint.h - the deepest use of the stack per call, by paint (see stack.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PAINT_H
#define PAINT_H

typedef void (*call_t)(void);

/* Runs `call` on a painted stack and notes under `name` the most it has used so far. */
void measure(const char *name, call_t call);

/* A line `BYTES NAME` each, largest first. */
void print_rows(void);

#endif
