/* air.h - what the radio of a node has sent and received, and what that took from its batteries.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_AIR_H
#define MOCK_AIR_H

#include "nbiot_mock.h"

/* The datagram leaves, with the node's present hint. */
void mock_air_sent(nbiot_mock_node_t *node, uint32_t length);
/* One of those that were sent. */
void mock_air_lost(nbiot_mock_node_t *node, uint8_t reason, uint32_t length);
void mock_air_came(nbiot_mock_node_t *node, uint32_t length, int arrived);

/* battery.c */
void mock_battery_sent(nbiot_mock_node_t *node, uint32_t length);
void mock_battery_came(nbiot_mock_node_t *node, uint32_t length);
void mock_battery_release(nbiot_mock_node_t *node);

#endif
