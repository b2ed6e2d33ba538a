/* program.h - an input is a program of calls, datagrams and time.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stddef.h>
#include <stdint.h>

/* Runs it from an empty world to the end of the device. A law that does not hold aborts. */
void program_run(const uint8_t *bytes, size_t length);
/* The states devices were in, one bit for each NBIOT_STATE_*, since the beginning. */
uint32_t program_states(void);

#endif
