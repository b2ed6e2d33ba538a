/* air.h - what the radio of a node has sent and received.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_AIR_H
#define MOCK_AIR_H

#include "nbiot_mock.h"

void mock_air_sent(nbiot_mock_air_t *air, uint8_t reason, uint32_t length);
/* One of those that were sent. */
void mock_air_lost(nbiot_mock_air_t *air, uint8_t reason, uint32_t length);
void mock_air_came(nbiot_mock_air_t *air, uint32_t length, int arrived);

#endif
