/* settings.h - the configuration of the device under abuse: usually a good one with little room, now and then a bad one.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "nbiot.h"
#include "script.h"

/* Creates a device as the script says; null when it is refused. Everything that is copied is given back at once. */
nbiot_device_t *settings_create(script_t *script);
/* Whether the block is the harness's, not from the allocate hook. */
int settings_lent_memory(void);
/* Give back what was borrowed: after destroy. */
void settings_end(void);

#endif
