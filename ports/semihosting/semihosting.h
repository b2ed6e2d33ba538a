/* semihosting.h - text and exit status to the debugger or emulator that watches the CPU.
 *
 * The calls are those of "Semihosting for AArch32 and AArch64", which RISC-V shares. Without a
 * debugger attached each of them is a fault: a product writes to its UART instead.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include <stddef.h>
#include <stdint.h>

/* Writes to the debugger's console. */
void semihosting_write(const char *bytes, size_t length);

/* Writes a line: a name of at most eight characters, and the value in hexadecimal. */
void semihosting_write_register(const char *name, uint32_t value);

/* Ends the run; the emulator ends with this status. */
void semihosting_exit(int status) __attribute__((noreturn));

#endif
