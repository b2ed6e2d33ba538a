/* fault.h - what happens on an exception nobody handles.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FAULT_H
#define FAULT_H

/* The program ends with this status. */
#define FAULT_STATUS 139

/* Prints the registers of the code that was interrupted, and ends the program. */
void fault_handler(void);

#endif
