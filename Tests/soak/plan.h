/* plan.h - what kind of world a seed makes.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PLAN_H
#define PLAN_H

#include "nbiot.h"
#include "nbiot_mock.h"

#include "chance.h"

typedef struct plan {
  nbiot_config_t config; /* Without platform, names and callbacks. */
  nbiot_mock_link_t link; /* Of either direction, while nothing worse happens. */
  uint32_t start_ms;      /* What the device's clock shows at the beginning. */
  uint32_t request_gap_ms; /* Between what the server does, what the application does, what goes wrong: about so long. */
  uint32_t report_gap_ms;
  uint32_t trouble_gap_ms;
  uint16_t corruption; /* Per mille of all datagrams, either way. */
  uint8_t is_classic;  /* Made by nbiot_device_create() and served by nbiot_device_step(). */
} plan_t;

plan_t plan_draw(chance_t *chance);

/* ACK_TIMEOUT and MAX_TRANSMIT_WAIT (RFC 7252 4.8.2) of the plan's device, in ms. */
uint32_t plan_ack_timeout(const plan_t *plan);
uint32_t plan_max_transmit_wait(const plan_t *plan);
uint32_t plan_max_retransmit(const plan_t *plan);
/* The longest datagram the device may send. */
uint32_t plan_longest(const plan_t *plan);

#endif
