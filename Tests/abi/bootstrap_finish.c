/* bootstrap_finish.c - what a bootstrap server is told last leaves before the link to it is closed.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "orders.h"

static nbiot_platform_t real;
static uint32_t changed; /* 2.04 that left, or tried to. */
static uint32_t full;    /* How often the socket has no room for the third. */

static int has_no_room(const uint8_t *data, uint32_t length) {
  if (length < 4 || data[1] != 0x44 || full == 0) return 0;
  changed += changed < 3;
  if (changed < 3) return 0;
  full -= 1;
  return 1;
}

static int32_t choked_send(void *context, int32_t socket, const uint8_t *data, uint32_t length,
                           const nbiot_address_t *to) {
  if (to->port == 5683 && has_no_room(data, length)) return 0;
  return real.udp_send(context, socket, data, length, to);
}

static void choke(provisioning_t *all, uint32_t times) {
  real = all->scene.platform;
  all->scene.platform.udp_send = choked_send;
  changed = 0;
  full = times;
}

/* LwM2M 5.2.6: Delete, Write, Write, Finish. Finish is answered by the third 2.04. */
static void test_finish_meets_a_full_socket(uint32_t times) {
  provisioning_t all;
  provisioning_open(&all, 1);
  choke(&all, times);
  provisioning_create(&all);
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_OK, "the device registers");
  expect(changed == 3 && full == 0, "the socket had no room for the answer to Finish");
  expect_equal(order_code(&all, 3), 204, "the bootstrap server has it all the same");
  expect_equal(bootstraps(&all), 1, "at the first attempt");
  scene_close(&all.scene);
}

/* /1/0/9: the answer of the access server. */
static void test_the_trigger_meets_a_full_socket(void) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_POST, "/1/0/9");
  nbiot_mock_response_t response;
  int32_t exchange;
  provisioning_t all;
  memset(&response, 0, sizeof response);
  provisioning_open(&all, 1);
  choke(&all, 0);
  provisioning_create(&all);
  scene_register(&all.scene);
  changed = 2;
  full = 5;
  exchange = nbiot_mock_server_ask(all.scene.server, &request, scene_step, &all.scene, &response);
  expect(exchange >= 0 && response.code == 204, "int-5: the server hears that there will be one");
  expect_equal(full, 0, "although the socket had no room");
  scene_run(&all.scene, 10000);
  expect_equal(bootstraps(&all), 2, "and there is");
  expect_equal(order_code(&all, 3), 204, "with all its orders");
  scene_close(&all.scene);
}

/* A provider that changes nothing. */
typedef struct glass {
  nbiot_security_environment_t environment;
  uint32_t sends; /* Datagrams that left. */
  uint32_t closes;
  uint32_t told;  /* Closed with notify. */
  uint32_t sends_when_closed;
} glass_t;

static int32_t glass_open(void *context, const nbiot_security_environment_t *environment,
                          const nbiot_credentials_t *credentials, uint32_t now_ms) {
  glass_t *glass = context;
  (void)credentials;
  (void)now_ms;
  glass->environment = *environment;
  return 0;
}

static int32_t glass_step(void *context, uint32_t now_ms, uint32_t *next_ms) {
  (void)context;
  (void)now_ms;
  *next_ms = UINT32_MAX;
  return NBIOT_SECURITY_ESTABLISHED;
}

static int32_t glass_input(void *context, uint32_t now_ms, const uint8_t *data, uint32_t length,
                           uint8_t *out, uint32_t size) {
  (void)context;
  (void)now_ms;
  if (data == NULL || length > size) return 0;
  memmove(out, data, length);
  return (int32_t)length;
}

static int32_t glass_send(void *context, uint32_t now_ms, const uint8_t *data, uint32_t length) {
  glass_t *glass = context;
  int32_t answer;
  (void)now_ms;
  if (has_no_room(data, length)) return 0;
  answer = glass->environment.emit(glass->environment.context, data, length);
  glass->sends += answer > 0;
  return answer;
}

static void glass_close(void *context, int32_t notify) {
  glass_t *glass = context;
  glass->closes += 1;
  glass->told += notify != 0;
  glass->sends_when_closed = glass->sends;
}

static const nbiot_security_t glass_provider = {
    NBIOT_ABI, 0, glass_open, glass_step, glass_input, glass_send, NULL, NULL, glass_close, NULL,
    NULL};

static void test_the_session_ends_in_order(uint32_t times) {
  static const account_t account = {OLD_URI, NULL, NULL, 0};
  provisioning_t all;
  glass_t glass;
  memset(&glass, 0, sizeof glass);
  provisioning_open(&all, 1);
  all.provider = nbiot_mock_server_add(nbiot_mock_node_add(all.scene.world, "10.0.0.8", 0), 5684);
  orders_set(all.provider, &account);
  all.scene.config.uri = "coaps://10.0.0.8";
  all.scene.config.security = &glass_provider;
  all.scene.config.security_context = &glass;
  changed = 0;
  full = times;
  provisioning_create(&all);
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_OK, "the device registers");
  expect_equal(full, 0, "the socket was as full as it was to be");
  expect_equal(order_code(&all, 3), 204, "Finish was answered");
  expect_equal(glass.sends_when_closed, 5, "Bootstrap-Request and four answers left");
  expect_equal(glass.closes, 1, "then the session was closed");
  expect_equal(glass.told, 1, "and the bootstrap server told");
  scene_close(&all.scene);
}

int main(void) {
  test_finish_meets_a_full_socket(1);
  test_finish_meets_a_full_socket(25);
  test_the_trigger_meets_a_full_socket();
  test_the_session_ends_in_order(0);
  test_the_session_ends_in_order(7);
  return check_summary();
}
