/* security.c - coaps through a provider: the core never speaks in clear, and the provider's
 * failures are the link's.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "gateway.h"

/* Records of the device with this first byte whose hint was `reason`; `all` counts all of them. */
static unsigned hinted(gateway_t *gateway, uint8_t type, uint8_t reason, unsigned *all) {
  nbiot_mock_record_t record;
  unsigned found = 0;
  uint32_t index;
  *all = 0;
  for (index = 0; nbiot_mock_trace_at(gateway->scene.world, index, &record) == 0; index++) {
    if (record.from.bytes[3] == 2 && record.data[0] == type) {
      *all += 1;
      found += record.reason == reason;
    }
  }
  return found;
}

static void test_hints(void) {
  unsigned all;
  gateway_t gateway;
  start(&gateway);
  join(&gateway);
  expect(hinted(&gateway, TOY_HANDSHAKE, NBIOT_SEND_SECURITY, &all) == all && all > 0,
         "a record of the handshake says what it is");
  expect(hinted(&gateway, TOY_DATA, NBIOT_SEND_REGISTER, &all) == 1 && all == 1,
         "a record with a datagram has the datagram's reason");
  finish(&gateway);
}

static void test_without_a_provider(void) {
  nbiot_security_t incomplete = toy_provider;
  uint32_t field = 0;
  scene_t scene;
  scene_open(&scene, 1);
  scene.config.uri = "coaps://10.0.0.1";
  expect_equal(scene_create(&scene), NBIOT_ERR_NOT_SUPPORT, "coaps without a provider");
  scene.config.security = &incomplete;
  incomplete.abi = 0;
  expect_equal(nbiot_config_check(&scene.config, &field), NBIOT_ERR_ABI, "a provider's ABI");
  expect_equal(field, NBIOT_FIELD_SECURITY, "is the field security");
  incomplete.abi = NBIOT_ABI;
  incomplete.send = NULL;
  expect_equal(nbiot_config_check(&scene.config, &field), NBIOT_ERR_BADPARAM, "a gap in the table");
  expect_equal(field, NBIOT_FIELD_SECURITY, "is the field security");
  expect_equal(nbiot_mock_trace_count(scene.world), 0, "and no byte was sent");
  scene_close(&scene);
}

static void test_a_session(void) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/3/0/16");
  nbiot_mock_response_t response;
  gateway_t gateway;
  uint32_t before;
  start(&gateway);
  join(&gateway);
  expect(gateway.toy.credentials == &credentials, "the provider gets the credentials");
  expect(nbiot_mock_server_ask(gateway.scene.server, &request, gateway_step, &gateway,
                               &response) >= 0 && response.code == 205,
         "the server reads through the provider");
  gateway.far_end.pairs = 1;
  before = scene_statistics(&gateway.scene).datagrams_in;
  nbiot_mock_server_ask(gateway.scene.server, &request, gateway_step, &gateway, &response);
  run(&gateway, 100);
  expect_equal(scene_statistics(&gateway.scene).datagrams_in, before + 2,
               "two records in one datagram are two messages");
  expect_equal(scene_statistics(&gateway.scene).duplicates, 1, "the second a duplicate");
  gateway.far_end.pairs = 0;
  run(&gateway, 600000);
  expect(nbiot_mock_server_counts(gateway.scene.server).updates >= 2, "Updates go on");
  expect_equal(gateway.toy.opens, 1, "in one session");
  nbiot_device_close(gateway.scene.device, 0);
  expect_equal(nbiot_device_state(gateway.scene.device), NBIOT_STATE_IDLE, "close ends it");
  expect_equal(gateway.toy.closes, 1, "and the session");
  run(&gateway, 100);
  join(&gateway);
  finish(&gateway);
}

static void test_datagrams_that_are_dropped(void) {
  gateway_t gateway;
  nbiot_address_t to;
  uint32_t before;
  start(&gateway);
  join(&gateway);
  nbiot_mock_visible_address(gateway.scene.radio, &to);
  nbiot_mock_trace_clear(gateway.scene.world);
  nbiot_mock_inject(gateway.scene.world, nbiot_mock_address("10.0.0.4", 5684), to,
                    "\x40\x01\x12\x34\xB1\x33", 6);
  nbiot_device_poll(gateway.scene.device, NULL);
  expect_equal(nbiot_mock_trace_count(gateway.scene.world), 1, "a request in clear has no answer");
  before = gateway.toy.inputs;
  nbiot_mock_inject(gateway.scene.world, nbiot_mock_address("10.0.0.9", 5684), to,
                    "\x17\x00\x00\x01\x00", 5);
  nbiot_device_poll(gateway.scene.device, NULL);
  expect_equal(gateway.toy.inputs, before, "the provider sees nothing of other hosts");
  expect_equal(scene_statistics(&gateway.scene).dropped[NBIOT_DROP_SOURCE], 1, "which is counted");
  nbiot_mock_trace_clear(gateway.scene.world);
  before = scene_statistics(&gateway.scene).datagrams_in;
  gateway.toy.input_answer = NBIOT_SECURITY_PROTOCOL;
  far_end_reply(&gateway.far_end, TOY_DATA, "?", 1);
  nbiot_device_poll(gateway.scene.device, NULL);
  expect_equal(scene_statistics(&gateway.scene).dropped[NBIOT_DROP_SECURITY], 1, "one that ends the session is dropped");
  expect_equal(scene_statistics(&gateway.scene).datagrams_in, before + 1, "and counted as received");
  finish(&gateway);
}

static void test_the_deadline_is_the_nearer_one(void) {
  gateway_t gateway;
  start(&gateway);
  gateway.far_end.is_deaf = 1;
  nbiot_device_connect(gateway.scene.device, 0);
  run(&gateway, 100);
  expect(gateway.wait_ms > 0 && gateway.wait_ms <= 1000, "a handshake's timer counts");
  gateway.far_end.is_deaf = 0;
  run(&gateway, 2000);
  expect_equal(nbiot_device_state(gateway.scene.device), NBIOT_STATE_REGISTERED, "registered");
  expect(gateway.wait_ms > 100000, "without a timer of the provider the Update's counts");
  gateway.toy.next_ms = 5000;
  nbiot_resource_notify(gateway.scene.device, 3, 0, 0, 0);
  expect(nbiot_device_sync(gateway.scene.device) == NBIOT_ERR_OK, "sync");
  gateway.scene.seen = 0;
  gateway.far_end.is_deaf = 1;
  nbiot_device_update(gateway.scene.device, 0, 0);
  run(&gateway, 20);
  expect(gateway.wait_ms <= 3000, "a retransmission that is nearer counts");
  gateway.far_end.is_deaf = 0;
  run(&gateway, 10000);
  expect_equal(nbiot_device_state(gateway.scene.device), NBIOT_STATE_REGISTERED, "updated");
  expect(gateway.wait_ms <= 5000, "the provider's timer that is nearer counts");
  finish(&gateway);
}

static void test_a_handshake_that_fails(int32_t *answer_of, gateway_t *gateway) {
  *answer_of = NBIOT_SECURITY_AUTH;
  nbiot_device_connect(gateway->scene.device, 0);
  run(gateway, 100);
  expect_equal(nbiot_device_state(gateway->scene.device), NBIOT_STATE_WAITING,
               "a handshake that fails is tried again later");
  expect_equal(gateway->scene.events[gateway->scene.event_count - 1].id,
               NBIOT_EVENT_CONNECT_FAILED, "and an event");
  expect_equal(nbiot_device_socket(gateway->scene.device), -1, "the socket is closed");
  *answer_of = 0;
  run(gateway, 60000);
  expect_equal(nbiot_device_state(gateway->scene.device), NBIOT_STATE_REGISTERED,
               "the next handshake succeeds");
  finish(gateway);
}

static void test_a_session_that_breaks(int32_t *answer_of, gateway_t *gateway) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/3/0/16");
  join(gateway);
  *answer_of = NBIOT_SECURITY_CLOSED;
  nbiot_mock_server_request(gateway->scene.server, &request);
  run(gateway, 100);
  expect_equal(nbiot_device_state(gateway->scene.device), NBIOT_STATE_WAITING,
               "a session that breaks is opened again later");
  *answer_of = 0;
  run(gateway, 60000);
  expect_equal(nbiot_device_state(gateway->scene.device), NBIOT_STATE_REGISTERED,
               "and the device registers again");
  expect_equal(gateway->toy.opens, 2, "in a second session");
  expect_equal(nbiot_mock_server_counts(gateway->scene.server).registers, 2,
               "4.3-6: a new session of security begins with a Register");
  finish(gateway);
}

static void test_a_new_address(uint8_t policy) {
  gateway_t gateway;
  start(&gateway);
  nbiot_device_destroy(gateway.scene.device);
  gateway.scene.config.rebind = policy;
  scene_create(&gateway.scene);
  join(&gateway);
  expect_equal(nbiot_device_rebind(gateway.scene.device), NBIOT_ERR_OK, "a new address");
  nbiot_device_poll(gateway.scene.device, NULL);
  expect_equal(gateway.toy.opens, 2, "has a session of its own");
  expect_equal(nbiot_device_rebind(gateway.scene.device), NBIOT_ERR_OK, "another during its handshake");
  run(&gateway, 2000);
  expect_equal(gateway.toy.opens, 3, "has its own too");
  expect_equal(nbiot_device_state(gateway.scene.device), NBIOT_STATE_REGISTERED, "registered");
  expect_equal(nbiot_mock_server_counts(gateway.scene.server).updates,
               policy == NBIOT_REBIND_UPDATE,
               "C Anjay 4, 4.3-6: Register in a new session, or Update where the policy says so");
  finish(&gateway);
}

static void test_a_provider_without_room(void) {
  gateway_t gateway;
  start(&gateway);
  gateway.toy.sends_later = 5;
  join(&gateway);
  expect_equal(nbiot_mock_server_counts(gateway.scene.server).duplicates, 0,
               "nothing is sent twice");
  finish(&gateway);
}

/* The second message finds the answer to the first in the send buffer, where its digits would go. */
static void test_two_records_and_no_room(void) {
  static const char get[] = "\x40\x01\x12\x34\xB1\x33\x01\x30\x02\x31\x36";
  static const char put[] = "\x40\x03\x12\x35\xB1\x37\x01\x37\x01\x37\xFF" "0123456789";
  static char room[32];
  nbiot_value_t digits = {.type = NBIOT_HEX_STRING, .capacity = sizeof room};
  nbiot_mock_record_t record;
  gateway_t gateway;
  uint8_t datagram[200];
  uint32_t size;
  uint32_t index;
  unsigned whole = 0;
  start(&gateway);
  nbiot_device_destroy(gateway.scene.device);
  gateway.scene.config.write = scene_write;
  scene_create(&gateway.scene);
  digits.flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE;
  digits.value.as_buf.val = room;
  nbiot_resource_add(gateway.scene.device, 7, 7, 7, &digits);
  join(&gateway);
  size = toy_seal(datagram, TOY_DATA, key[0], 77, get, sizeof get - 1);
  size += toy_seal(datagram + size, TOY_DATA, key[0], 78, put, sizeof put - 1);
  gateway.toy.sends_later = 1;
  far_end_send(&gateway.far_end, datagram, size);
  run(&gateway, 1000);
  for (index = 0; nbiot_mock_trace_at(gateway.scene.world, index, &record) == 0; index++) {
    whole += record.from.port == FAR_END_INNER_PORT && record.length > 5 && record.data[1] == 0x45 &&
             memcmp(record.data, "\x60\x45\x12\x34", 4) == 0 && record.data[record.length - 1] == 'U';
  }
  expect_equal(whole, 1, "an answer that waits for room leaves as it is");
  finish(&gateway);
}

static void test_a_silent_peer(void) {
  gateway_t gateway;
  start(&gateway);
  gateway.far_end.is_deaf = 1;
  nbiot_device_connect(gateway.scene.device, 0);
  run(&gateway, 30000);
  expect_equal(nbiot_device_state(gateway.scene.device), NBIOT_STATE_CONNECTING,
               "the provider decides how long a handshake is tried");
  gateway.toy.step_answer = NBIOT_SECURITY_TIMEOUT;
  run(&gateway, 2000);
  expect_equal(nbiot_device_state(gateway.scene.device), NBIOT_STATE_WAITING, "until it gives up");
  finish(&gateway);
}

int main(void) {
  test_hints();
  gateway_t gateway;
  test_without_a_provider();
  test_a_session();
  test_datagrams_that_are_dropped();
  test_the_deadline_is_the_nearer_one();
  start(&gateway);
  test_a_handshake_that_fails(&gateway.toy.open_answer, &gateway);
  start(&gateway);
  test_a_handshake_that_fails(&gateway.toy.step_answer, &gateway);
  start(&gateway);
  test_a_session_that_breaks(&gateway.toy.input_answer, &gateway);
  start(&gateway);
  test_a_session_that_breaks(&gateway.toy.send_answer, &gateway);
  test_a_new_address(NBIOT_REBIND_REGISTER);
  test_a_new_address(NBIOT_REBIND_UPDATE);
  test_a_provider_without_room();
  test_two_records_and_no_room();
  test_a_silent_peer();
  return check_summary();
}
