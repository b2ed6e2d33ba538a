/* sleep.h - where the program waits, and the only place where it does.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SLEEP_H
#define SLEEP_H

#include <stdint.h>

/* The sleep function of nbiot_at_modem_config_t: until a byte comes from the module, or the time is over. A byte that
 * came before the call, after the last one, ends it at once. Kicks the watchdog. */
void sleep_ms(void *context, uint32_t timeout_ms);

#endif
