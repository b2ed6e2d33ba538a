/* gateway.h - a device that speaks through the toy provider, and the far end of its link.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_H
#define GATEWAY_H

#include "far_end.h"
#include "scene.h"
#include "toy_security.h"

typedef struct gateway {
  scene_t scene;
  toy_t toy;
  far_end_t far_end;
  uint32_t wait_ms; /* What poll said last. */
} gateway_t;

static const uint8_t key[] = {0x5A};
static const nbiot_credentials_t credentials = {key, key, 1, 1};

static inline int32_t gateway_step(void *context, uint32_t *wait_ms) {
  gateway_t *gateway = context;
  int32_t status = nbiot_device_poll(gateway->scene.device, wait_ms);
  gateway->wait_ms = *wait_ms;
  far_end_pump(&gateway->far_end);
  *wait_ms = *wait_ms < 10 ? *wait_ms : 10;
  return status;
}

static inline void start(gateway_t *gateway) {
  memset(gateway, 0, sizeof *gateway);
  scene_open(&gateway->scene, 3);
  far_end_open(&gateway->far_end, gateway->scene.world, key[0]);
  gateway->toy.next_ms = UINT32_MAX;
  gateway->scene.config.uri = "coaps://10.0.0.4";
  gateway->scene.config.security = &toy_provider;
  gateway->scene.config.security_context = &gateway->toy;
  gateway->scene.config.credentials = &credentials;
  expect_equal(scene_create(&gateway->scene), NBIOT_ERR_OK, "coaps with a provider is accepted");
  expect_equal(gateway->toy.opens, 0, "create does not open a session");
}

static inline void run(gateway_t *gateway, uint32_t ms) {
  nbiot_mock_run(gateway->scene.world, gateway_step, gateway, ms);
}

static inline void join(gateway_t *gateway) {
  expect_equal(nbiot_device_connect(gateway->scene.device, 0), NBIOT_ERR_TIMEOUT, "connect starts");
  expect_equal(nbiot_device_state(gateway->scene.device), NBIOT_STATE_CONNECTING,
               "a handshake is part of connecting");
  run(gateway, 1000);
  expect_equal(nbiot_device_state(gateway->scene.device), NBIOT_STATE_REGISTERED,
               "then the device registers");
}

/* Whether any datagram on the outside is not a record, or shows the endpoint's name. */
static inline unsigned clear_text(gateway_t *gateway) {
  nbiot_mock_record_t record;
  unsigned found = 0;
  uint32_t index;
  uint32_t place;
  for (index = 0; nbiot_mock_trace_at(gateway->scene.world, index, &record) == 0; index++) {
    if (record.from.port == FAR_END_INNER_PORT || record.to.port == FAR_END_INNER_PORT) {
      continue;
    }
    found += record.data[0] != TOY_HANDSHAKE && record.data[0] != TOY_DATA;
    for (place = 0; place + 8 <= record.length; place++) {
      found += memcmp(record.data + place, "device-1", 8) == 0;
    }
  }
  return found;
}

static inline void finish(gateway_t *gateway) {
  expect_equal(clear_text(gateway), 0, "no datagram left in clear");
  far_end_close(&gateway->far_end);
  scene_close(&gateway->scene);
  expect_equal(gateway->toy.opens, gateway->toy.closes, "every session is closed");
}

#endif
