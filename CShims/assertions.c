/* assertions.c - the layouts that C firmware and the Swift core must agree on, checked at compile time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "nbiot.h"

#define NBIOT_ASSERT(name, condition) typedef char nbiot_assert_##name[(condition) ? 1 : -1]

NBIOT_ASSERT(address_size, sizeof(nbiot_address_t) == 20);
NBIOT_ASSERT(address_port, offsetof(nbiot_address_t, port) == 2);
NBIOT_ASSERT(address_bytes, offsetof(nbiot_address_t, bytes) == 4);
NBIOT_ASSERT(value_is_first, offsetof(nbiot_value_t, value) == 0);
NBIOT_ASSERT(value_type, offsetof(nbiot_value_t, type) == (sizeof(void *) == 8 ? 16 : 8));
NBIOT_ASSERT(value_flag, offsetof(nbiot_value_t, flag) == offsetof(nbiot_value_t, type) + 1);
NBIOT_ASSERT(value_capacity, offsetof(nbiot_value_t, capacity) == offsetof(nbiot_value_t, type) + 2);
NBIOT_ASSERT(value_size, sizeof(nbiot_value_t) == (sizeof(void *) == 8 ? 24 : 16));
NBIOT_ASSERT(instance_id, offsetof(nbiot_instance_t, id) == sizeof(nbiot_value_t));
NBIOT_ASSERT(path_size, sizeof(nbiot_path_t) == 8);
NBIOT_ASSERT(event_size, sizeof(nbiot_event_t) == 16);
NBIOT_ASSERT(config_abi_is_first, offsetof(nbiot_config_t, abi) == 0);
NBIOT_ASSERT(platform_abi_is_first, offsetof(nbiot_platform_t, abi) == 0);
NBIOT_ASSERT(usage_size, sizeof(nbiot_usage_t) == 8);
NBIOT_ASSERT(statistics_size, sizeof(nbiot_statistics_t) == 4 * (11 + NBIOT_DROP_COUNT) + 8 * 8 + 0);
NBIOT_ASSERT(statistics_dropped, offsetof(nbiot_statistics_t, dropped) == 44);
