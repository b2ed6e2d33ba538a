/* trap.h - what happens on a trap: nothing here causes one on purpose.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TRAP_H
#define TRAP_H

/* The program ends with this status. */
#define TRAP_STATUS 139

/* Prints the registers of the code that was interrupted, and ends the program. */
void trap_handler(void);

#endif
