/* hints.c - what the udp_hint hook is told of each datagram.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "orders.h"

static nbiot_value_t number; /* /1000/0/1 */

static void start(scene_t *scene) {
  memset(&number, 0, sizeof number);
  number.type = NBIOT_INTEGER;
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
  nbiot_resource_add(scene->device, 1000, 0, 1, &number);
  scene_register(scene);
}

static void observe(scene_t *scene) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/1000/0/1");
  request.observe = NBIOT_MOCK_OBSERVE_START;
  expect_equal(scene_ask(scene, &request, NULL), 205, "the server observes");
}

/* The hint of the n-th datagram of the device since the trace was cleared, as reason * 10 +
 * expectation; -1 = there is none. */
static int32_t hint(scene_t *scene, uint32_t n) {
  nbiot_mock_record_t record;
  uint32_t index;
  for (index = 0; nbiot_mock_trace_at(scene->world, index, &record) == NBIOT_MOCK_OK; index += 1) {
    if (record.from.bytes[3] == 2 && n-- == 0) {
      return record.reason * 10 + record.expectation;
    }
  }
  return -1;
}

static void forget(scene_t *scene) { nbiot_mock_trace_clear(scene->world); }

static void expect_hint(scene_t *scene, uint8_t reason, uint8_t expectation, const char *sentence) {
  scene_run(scene, 10);
  expect_equal(hint(scene, 0), reason * 10 + expectation, sentence);
  forget(scene);
}

static void test_reachable_device(void) {
  scene_t scene;
  scene_open(&scene, 5);
  start(&scene);
  expect_hint(&scene, NBIOT_SEND_REGISTER, NBIOT_EXPECT_MORE, "after Register comes more");
  observe(&scene);
  expect_hint(&scene, NBIOT_SEND_REPLY, NBIOT_EXPECT_MORE, "a reply: the server is talking");
  nbiot_resource_notify(scene.device, 1000, 0, 1, 0);
  expect_hint(&scene, NBIOT_SEND_NOTIFICATION, NBIOT_EXPECT_NOTHING, "nothing answers a NON");
  nbiot_resource_notify(scene.device, 1000, 0, 1, 7);
  expect_hint(&scene, NBIOT_SEND_NOTIFICATION, NBIOT_EXPECT_REPLY, "an ACK answers a CON");
  nbiot_device_update(scene.device, 0, 0);
  expect_hint(&scene, NBIOT_SEND_UPDATE, NBIOT_EXPECT_REPLY, "2.04 answers an Update");
  expect_equal(scene_post(&scene, "/1/0/4", NULL), 204, "Disable");
  scene_run(&scene, 10);
  expect_equal(hint(&scene, 0), NBIOT_SEND_REPLY * 10 + NBIOT_EXPECT_MORE, "its answer is not all");
  expect_equal(hint(&scene, 1), NBIOT_SEND_DEREGISTER * 10 + NBIOT_EXPECT_REPLY,
               "2.02 answers De-register, and that is all");
  scene_close(&scene);
}

static void test_queue_mode(void) {
  scene_t scene;
  scene_open(&scene, 5);
  scene.config.queue_mode = 1;
  start(&scene);
  expect_hint(&scene, NBIOT_SEND_REGISTER, NBIOT_EXPECT_MORE, "after Register comes more");
  observe(&scene);
  scene_run(&scene, 100000);
  expect_hint(&scene, NBIOT_SEND_REPLY, NBIOT_EXPECT_MORE,
              "the last reply of a window: nobody knows that it is");
  nbiot_resource_notify(scene.device, 1000, 0, 1, 0);
  expect_hint(&scene, NBIOT_SEND_NOTIFICATION, NBIOT_EXPECT_MORE,
              "a NON may call forth what the server has kept");
  expect_equal(nbiot_device_close(scene.device, 5), NBIOT_ERR_OK, "close");
  expect_hint(&scene, NBIOT_SEND_DEREGISTER, NBIOT_EXPECT_REPLY, "there 2.02 is all");
  scene_close(&scene);
}

static void test_more_than_one(void) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/1000");
  scene_t scene;
  scene_open(&scene, 5);
  start(&scene);
  observe(&scene);
  request.observe = NBIOT_MOCK_OBSERVE_START;
  expect_equal(scene_ask(&scene, &request, NULL), 205, "the object is observed too");
  forget(&scene);
  nbiot_resource_notify(scene.device, 1000, 0, 1, 0);
  scene_run(&scene, 10);
  expect_equal(hint(&scene, 0), NBIOT_SEND_NOTIFICATION * 10 + NBIOT_EXPECT_MORE,
               "another one follows");
  expect_equal(hint(&scene, 1), NBIOT_SEND_NOTIFICATION * 10 + NBIOT_EXPECT_NOTHING,
               "the second is the last");
  forget(&scene);
  nbiot_resource_notify(scene.device, 1000, 0, 1, 7);
  scene_run(&scene, 10);
  expect_equal(hint(&scene, 0), NBIOT_SEND_NOTIFICATION * 10 + NBIOT_EXPECT_MORE,
               "so with confirmable ones");
  expect_equal(hint(&scene, 1), NBIOT_SEND_NOTIFICATION * 10 + NBIOT_EXPECT_REPLY,
               "the second is the last");
  scene_close(&scene);
}

static void test_bootstrap(void) {
  provisioning_t all;
  provisioning_open(&all, 5);
  provisioning_create(&all);
  scene_register(&all.scene);
  expect_equal(hint(&all.scene, 0), NBIOT_SEND_BOOTSTRAP * 10 + NBIOT_EXPECT_MORE,
               "after the request come the orders");
  expect_equal(hint(&all.scene, 1), NBIOT_SEND_REPLY * 10 + NBIOT_EXPECT_MORE,
               "each is answered, and nobody knows which is the last");
  expect_equal(hint(&all.scene, 5), NBIOT_SEND_REGISTER * 10 + NBIOT_EXPECT_MORE, "then Register");
  scene_close(&all.scene);
}

static void test_retransmission(void) {
  const nbiot_mock_answer_t silent = {NBIOT_MOCK_SILENT, 0, 0, 0, 0};
  scene_t scene;
  scene_open(&scene, 5);
  start(&scene);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_UPDATE, &silent, 1);
  forget(&scene);
  nbiot_device_update(scene.device, 0, 0);
  scene_run(&scene, 5000);
  expect_equal(hint(&scene, 0), NBIOT_SEND_UPDATE * 10 + NBIOT_EXPECT_REPLY, "an Update");
  expect_equal(hint(&scene, 1), NBIOT_SEND_RETRANSMISSION * 10 + NBIOT_EXPECT_REPLY, "the same");
  scene_close(&scene);
}

static void test_ping(void) {
  static const uint8_t ping[] = {0x40, 0, 0x12, 0x34};
  nbiot_address_t device;
  scene_t scene;
  scene_open(&scene, 5);
  start(&scene);
  forget(&scene);
  nbiot_mock_visible_address(scene.radio, &device);
  nbiot_mock_inject(scene.world, nbiot_mock_address("10.0.0.1", 5683), device, ping, sizeof ping);
  expect_hint(&scene, NBIOT_SEND_ACKNOWLEDGEMENT, NBIOT_EXPECT_NOTHING, "a Reset ends it");
  scene_close(&scene);
}

/* What the hooks saw, in order: a hint of Register, another one, a send. */
static char calls[16];
static nbiot_platform_t real;

static void note(char call) {
  size_t length = strlen(calls);
  if (length + 1 < sizeof calls) {
    calls[length] = call;
  }
}

static void noted_hint(void *context, int32_t socket, uint8_t reason, uint8_t expectation) {
  note(reason == NBIOT_SEND_REGISTER ? 'r' : 'h');
  real.udp_hint(context, socket, reason, expectation);
}

static int32_t later;

static int32_t noted_send(void *context, int32_t socket, const uint8_t *data, uint32_t length,
                          const nbiot_address_t *to) {
  note('s');
  if (later > 0) {
    later -= 1;
    return 0;
  }
  return real.udp_send(context, socket, data, length, to);
}

static void test_before_each_send(void) {
  scene_t scene;
  scene_open(&scene, 5);
  real = scene.platform;
  scene.platform.udp_hint = noted_hint;
  scene.platform.udp_send = noted_send;
  memset(calls, 0, sizeof calls);
  later = 2;
  start(&scene);
  expect_text(calls, "rsrsrs", "a datagram that is offered again has its hint again");
  scene_close(&scene);
}

static void test_without_a_hook(void) {
  scene_t scene;
  scene_open(&scene, 5);
  scene.platform.udp_hint = NULL;
  start(&scene);
  expect_equal(hint(&scene, 0), 0, "nobody is told");
  scene_close(&scene);
}

int main(void) {
  test_reachable_device();
  test_queue_mode();
  test_more_than_one();
  test_bootstrap();
  test_retransmission();
  test_ping();
  test_before_each_send();
  test_without_a_hook();
  return check_summary();
}
