/* ram.c - the memory block of a device, and the AT-modem port, as sizes of arrays, for whatever pointers the target has.
 * Only compiled, never run.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "nbiot_at_modem.h"
#include "nbiot_budget.h"

#define BASE NBIOT_MEMORY_SIZE_DEFAULT
#define SIZE(name, bytes) extern char name[bytes]; char name[bytes]

SIZE(device_with_defaults, BASE);
SIZE(device_alone, NBIOT_BUDGET_DEVICE);
/* Eight at once, because each table is rounded up to 8 bytes. */
SIZE(eight_resources, NBIOT_BUDGET_RESOURCES(40) - NBIOT_BUDGET_RESOURCES(32));
SIZE(eight_observations, NBIOT_BUDGET_OBSERVATIONS(16) - NBIOT_BUDGET_OBSERVATIONS(8));
SIZE(eight_attributes, NBIOT_BUDGET_ATTRIBUTES(16) - NBIOT_BUDGET_ATTRIBUTES(8));
SIZE(eight_duplicates, NBIOT_BUDGET_DUPLICATES(16) - NBIOT_BUDGET_DUPLICATES(8));
SIZE(eight_deferred, NBIOT_BUDGET_DEFERRED(16) - NBIOT_BUDGET_DEFERRED(8));
SIZE(eight_notifications, NBIOT_BUDGET_NOTIFICATIONS(16) - NBIOT_BUDGET_NOTIFICATIONS(8));
SIZE(smallest_device, NBIOT_MEMORY_SIZE(1, 1, 1, 4, 1, 1, 64, 128, 16, 32, 16, 1));
SIZE(modem, sizeof(nbiot_at_modem_t));
