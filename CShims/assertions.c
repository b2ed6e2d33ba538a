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
NBIOT_ASSERT(statistics_size, sizeof(nbiot_statistics_t) == 4 * (11 + NBIOT_DROP_COUNT) + 11 * 8);
NBIOT_ASSERT(statistics_dropped, offsetof(nbiot_statistics_t, dropped) == 44);
NBIOT_ASSERT(instance_begins_with_a_value, offsetof(nbiot_instance_t, value) == 0);
/* The ring reads the capacities as an array, in the order of their NBIOT_FIELD_*. */
#define NBIOT_ASSERT_CAPACITY(name, field)                                               \
  NBIOT_ASSERT(name, offsetof(nbiot_config_t, name##_capacity) ==                        \
                         offsetof(nbiot_config_t, resource_capacity) +                   \
                             2 * (field - NBIOT_FIELD_RESOURCE_CAPACITY))
NBIOT_ASSERT_CAPACITY(observation, NBIOT_FIELD_OBSERVATION_CAPACITY);
NBIOT_ASSERT_CAPACITY(attribute, NBIOT_FIELD_ATTRIBUTE_CAPACITY);
NBIOT_ASSERT_CAPACITY(server, NBIOT_FIELD_SERVER_CAPACITY);
NBIOT_ASSERT_CAPACITY(duplicate, NBIOT_FIELD_DUPLICATE_CAPACITY);
NBIOT_ASSERT_CAPACITY(deferred, NBIOT_FIELD_DEFERRED_CAPACITY);
NBIOT_ASSERT_CAPACITY(notification, NBIOT_FIELD_NOTIFICATION_CAPACITY);
NBIOT_ASSERT_CAPACITY(receive, NBIOT_FIELD_RECEIVE_CAPACITY);
NBIOT_ASSERT_CAPACITY(send, NBIOT_FIELD_SEND_CAPACITY);
NBIOT_ASSERT_CAPACITY(endpoint, NBIOT_FIELD_ENDPOINT_CAPACITY);
NBIOT_ASSERT_CAPACITY(uri, NBIOT_FIELD_URI_CAPACITY);
NBIOT_ASSERT_CAPACITY(location, NBIOT_FIELD_LOCATION_CAPACITY);
NBIOT_ASSERT_CAPACITY(auth_code, NBIOT_FIELD_AUTH_CODE_CAPACITY);
NBIOT_ASSERT_CAPACITY(identity, NBIOT_FIELD_IDENTITY_CAPACITY);
NBIOT_ASSERT_CAPACITY(secret, NBIOT_FIELD_SECRET_CAPACITY);
/* Those that came later follow, and so do their numbers. */
NBIOT_ASSERT(body_capacity, offsetof(nbiot_config_t, body_capacity) == offsetof(nbiot_config_t, secret_capacity) + 2);
NBIOT_ASSERT(block_capacity, offsetof(nbiot_config_t, block_capacity) ==
                                 offsetof(nbiot_config_t, body_capacity) +
                                     2 * (NBIOT_FIELD_BLOCK_CAPACITY - NBIOT_FIELD_BODY_CAPACITY));
NBIOT_ASSERT(block_size, sizeof(nbiot_block_t) == (sizeof(void *) == 8 ? 24 : 20));
NBIOT_ASSERT(stored_capacity, offsetof(nbiot_config_t, stored_capacity) ==
                                  offsetof(nbiot_config_t, block_capacity) + 2);
