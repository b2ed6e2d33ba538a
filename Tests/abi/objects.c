/* objects.c - objects 1 (Server) and 3 (Device) as the server sees them, and the calls behind them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

static uint32_t resets;
static uint32_t reboots;

static void on_reset(void *context) {
  scene_t *scene = context;
  (void)scene;
  resets += 1;
}

static void on_reboot(void *context) {
  scene_t *scene = context;
  (void)scene;
  reboots += 1;
}

static void start(scene_t *scene) {
  scene_open(scene, 11);
  scene->config.device_info.manufacturer = "Maker";
  scene->config.device_info.model = "M1";
  scene->config.device_info.serial_number = "S1";
  scene->config.device_info.firmware_version = "1.2";
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
  scene_register(scene);
  scene->seen = scene->event_count;
}

static int reads(scene_t *scene, const char *path, const char *text) {
  nbiot_mock_response_t response;
  return scene_get(scene, path, &response) == 205 && response.payload_length == strlen(text) &&
         memcmp(response.payload, text, strlen(text)) == 0;
}

static void expect_read(scene_t *scene, const char *path, const char *text) {
  if (!expect(reads(scene, path, text), path)) {
    printf("not \"%s\"\n", text);
  }
}

static void expect_bytes(scene_t *scene, const char *path, const char *bytes, uint32_t length) {
  nbiot_mock_response_t response;
  expect_equal(scene_get(scene, path, &response), 205, path);
  expect(response.payload_length == length && memcmp(response.payload, bytes, length) == 0,
         "as TLV");
}

/* Object 21 holds keys as object 0 does: it cannot be added, so nobody lists or reads it. */
static void test_keys_are_nobodys(void) {
  static const char *const paths[] = {"/21", "/21/0", "/21/0/1"};
  nbiot_value_t value = {.type = NBIOT_INTEGER, .flag = NBIOT_READABLE | NBIOT_WRITABLE};
  scene_t scene;
  start(&scene);
  expect_equal(nbiot_resource_add(scene.device, 21, 0, 1, &value), NBIOT_ERR_NOT_SUPPORT,
               "4.3-1: object 21 cannot be added");
  nbiot_resource_add(scene.device, 22, 0, 1, &value);
  scene_run(&scene, 1000);
  expect_text(strstr(nbiot_mock_server_registration(scene.server, NULL)->objects, "</2"),
              "</22/0>", "4.3-1, C Wakaama 7: it is in no list, and what follows it is");
  for (unsigned index = 0; index < 3; index++) {
    expect_equal(scene_get(&scene, paths[index], NULL), 404, "4.3-1: nor is it there to be read");
    expect_equal(scene_put(&scene, paths[index], "1"), 404, "or written");
    expect_equal(scene_post(&scene, paths[index], NULL), 404, "or executed");
  }
  scene_close(&scene);
}

static void test_reads(void) {
  scene_t scene;
  start(&scene);
  expect_read(&scene, "/1/0/0", "1");
  expect_read(&scene, "/1/0/1", "300");
  expect_read(&scene, "/1/0/2", "0");
  expect_read(&scene, "/1/0/3", "0");
  expect_read(&scene, "/1/0/5", "86400");
  expect_read(&scene, "/1/0/6", "1");
  expect_read(&scene, "/1/0/7", "U");
  expect(reads(&scene, "/3/0/0", "Maker"), "int-201: the manufacturer as text");
  expect(reads(&scene, "/3/0/1", "M1"), "int-201: the model as text");
  expect(reads(&scene, "/3/0/2", "S1"), "int-201: the serial number as text");
  expect(reads(&scene, "/3/0/3", "1.2"), "int-652: the firmware version is read");
  expect_read(&scene, "/3/0/16", "U");
  expect_bytes(&scene, "/1/0",
               "\xC1\x00\x01\xC2\x01\x01\x2C\xC1\x02\x00\xC1\x03\x00\xC4\x05\x00\x01\x51\x80"
               "\xC1\x06\x01\xC1\x07U",
               25);
  expect_equal(scene_get(&scene, "/3/0/4", NULL), 404, "no reboot function, no /3/0/4");
  expect_equal(scene_get(&scene, "/3/0/5", NULL), 404, "no factory reset function, no /3/0/5");
  expect_equal(scene_get(&scene, "/0/0/0", NULL), 401, "the Security object is not to be seen");
  scene_close(&scene);
}

static void test_writes(void) {
  static const uint8_t sample[] = {0xC1, 2,    101, 0xC2, 3, 0x03, 0xF2, 0xC2, 5,
                                   0x07, 0xD0, 0xC1, 6,   0, 0xC2, 7,    'U',  'Q'};
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_POST, "/1/0");
  nbiot_mock_counts_t before;
  scene_t scene;
  start(&scene);
  before = nbiot_mock_server_counts(scene.server);
  request.content_format = 11542;
  request.payload = sample;
  request.payload_length = sizeof sample;
  expect_equal(scene_ask(&scene, &request, NULL), 204, "int-215: the sample is written");
  expect_read(&scene, "/1/0/2", "101");
  expect_read(&scene, "/1/0/3", "1010");
  expect_read(&scene, "/1/0/5", "2000");
  expect_read(&scene, "/1/0/6", "0");
  expect_read(&scene, "/1/0/7", "UQ");
  expect_read(&scene, "/3/0/16", "UQ");
  expect_equal(nbiot_mock_server_counts(scene.server).updates, before.updates + 1,
               "the binding is reported");
  expect_text(nbiot_mock_server_registration(scene.server, "device-1")->binding, "UQ",
              "by an Update with b=UQ");
  expect_equal(scene_put(&scene, "/1/0/1", "60"), 204, "int-227: the lifetime is written");
  scene_run(&scene, 100);
  expect_equal(nbiot_mock_server_registration(scene.server, "device-1")->life_time, 60,
               "and reported");
  expect_equal(scene_put(&scene, "/1/0/0", "5"), 405, "int-256: the short server ID is not");
  expect_read(&scene, "/1/0/0", "1");
  expect_equal(scene_put(&scene, "/1/0/7", "S"), 400, "no other binding");
  expect_equal(scene_put(&scene, "/1/0/2", "-1"), 400, "no period below 0");
  expect_equal(scene_put(&scene, "/1/0/3", "4294967296"), 400, "nor over 32 bits");
  expect_equal(scene_put(&scene, "/1/0/3", "4294967295"), 204, "but all of them");
  expect_read(&scene, "/1/0/3", "4294967295");
  scene_close(&scene);
}

static void test_errors(void) {
  nbiot_mock_request_t observe = scene_request(NBIOT_MOCK_GET, "/3/0/11");
  nbiot_mock_response_t response;
  uint32_t count;
  scene_t scene;
  start(&scene);
  expect_bytes(&scene, "/3/0/11", "\x83\x0B\x41\x00\x00", 5);
  observe.observe = NBIOT_MOCK_OBSERVE_START;
  expect_equal(scene_ask(&scene, &observe, &response), 205, "the errors are observed");
  count = scene_statistics(&scene).notifications;
  expect_equal(nbiot_device_error(scene.device, 0), NBIOT_ERR_OK, "no error, as before");
  expect_equal(nbiot_device_error(scene.device, 4), NBIOT_ERR_OK, "an error");
  expect_equal(nbiot_device_error(scene.device, 4), NBIOT_ERR_OK, "the same again");
  expect_bytes(&scene, "/3/0/11", "\x83\x0B\x41\x00\x04", 5);
  expect_equal(nbiot_device_error(scene.device, 1), NBIOT_ERR_OK, "another one");
  expect_bytes(&scene, "/3/0/11", "\x86\x0B\x41\x00\x04\x41\x01\x01", 8);
  expect_equal(scene_statistics(&scene).notifications, count + 2, "int-657: each error was notified once");
  expect_equal(scene_post(&scene, "/3/0/12", NULL), 204, "int-657: the server resets them");
  expect_bytes(&scene, "/3/0/11", "\x83\x0B\x41\x00\x00", 5);
  expect_equal(scene_statistics(&scene).notifications, count + 3, "which is news too");
  expect_equal(scene_put(&scene, "/3/0/16", "U"), 405, "nobody writes /3/0/16");
  scene_close(&scene);
}

static void test_many_errors(void) {
  uint8_t code;
  scene_t scene;
  start(&scene);
  for (code = 248; code != 0; code += 1) {
    expect_equal(nbiot_device_error(scene.device, code), NBIOT_ERR_OK, "eight errors");
  }
  expect_equal(nbiot_device_error(scene.device, 7), NBIOT_ERR_NO_MEMORY, "not a ninth");
  expect_equal(nbiot_device_error(scene.device, 255), NBIOT_ERR_OK, "a known one is no ninth");
  expect_bytes(&scene, "/3/0/11",
               "\x88\x0B\x20\x42\x00\x00\xF8\x42\x01\x00\xF9\x42\x02\x00\xFA\x42\x03\x00\xFB"
               "\x42\x04\x00\xFC\x42\x05\x00\xFD\x42\x06\x00\xFE\x42\x07\x00\xFF",
               35);
  expect_equal(nbiot_device_error(scene.device, 0), NBIOT_ERR_OK, "none any more");
  expect_bytes(&scene, "/3/0/11", "\x83\x0B\x41\x00\x00", 5);
  expect_equal(nbiot_device_error(NULL, 1), NBIOT_ERR_BADPARAM, "no device");
  scene_close(&scene);
}

static void test_orders(void) {
  scene_t scene;
  scene_open(&scene, 11);
  scene.config.reboot = on_reboot;
  scene.config.factory_reset = on_reset;
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "a device that can do both");
  scene_register(&scene);
  resets = reboots = 0;
  expect_equal(scene_post(&scene, "/3/0/5", NULL), 204, "int-656: the server resets to factory settings");
  expect(resets == 1 && reboots == 0, "int-656: the application does it");
  expect_equal(scene_post(&scene, "/3/0/4", NULL), 204, "int-241: the server reboots");
  expect(resets == 1 && reboots == 1, "int-241: the application does it");
  scene_close(&scene);
}

static int32_t has_room;
static uint32_t resets_when_sent;
static nbiot_platform_t real;

static int32_t choked_send(void *context, int32_t socket, const uint8_t *data, uint32_t length,
                           const nbiot_address_t *to) {
  if (!has_room) {
    return 0;
  }
  resets_when_sent = resets;
  return real.udp_send(context, socket, data, length, to);
}

static void test_order_waits_for_room(void) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_POST, "/3/0/5");
  scene_t scene;
  scene_open(&scene, 11);
  real = scene.platform;
  scene.platform.udp_send = choked_send;
  scene.config.factory_reset = on_reset;
  has_room = 1;
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "a device whose socket may be full");
  scene_register(&scene);
  resets = 0;
  has_room = 0;
  expect(nbiot_mock_server_request(scene.server, &request) >= 0, "Factory Reset is on its way");
  scene_run(&scene, 200);
  expect_equal(resets, 0, "int-656: while the answer has not left nothing is reset");
  has_room = 1;
  scene_run(&scene, 200);
  expect(resets == 1 && resets_when_sent == 0, "int-656: the answer leaves, then it is");
  scene_close(&scene);
}

static void test_disable(void) {
  uint64_t disabled_at;
  scene_t scene;
  start(&scene);
  expect_equal(scene_put(&scene, "/1/0/5", "600"), 204, "the timeout is written");
  expect_equal(scene_post(&scene, "/1/0/4", NULL), 204, "Disable is answered");
  scene_run(&scene, 100);
  disabled_at = nbiot_mock_now(scene.world);
  scene_expect_event(&scene, NBIOT_EVENT_UNREG_DONE, 202, 0, "int-103: De-register followed");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_DISABLED, "the device is disabled");
  expect_equal(nbiot_device_socket(scene.device), -1, "without a socket");
  expect_equal(nbiot_device_poll(scene.device, NULL), NBIOT_ERR_PENDING, "poll says pending");
  expect_equal(nbiot_device_step(scene.device, 0), NBIOT_ERR_PENDING, "step says pending");
  expect_equal(nbiot_device_update(scene.device, 0, 0), NBIOT_ERR_NOT_REGISTER, "no Update");
  expect_equal(nbiot_device_connect(scene.device, 5), NBIOT_ERR_TIMEOUT, "connect only waits");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_DISABLED, "and changes nothing");
  scene_run(&scene, 590000);
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_DISABLED, "nearly ten minutes");
  scene_run(&scene, 10000);
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "then registered again");
  expect(nbiot_mock_now(scene.world) >= disabled_at + 600000, "after all of them");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 2, "by one more Register");
  scene_close(&scene);
}

static void test_disabled_and_closed(void) {
  scene_t scene;
  start(&scene);
  expect_equal(scene_post(&scene, "/1/0/4", NULL), 204, "Disable is answered");
  scene_run(&scene, 100);
  expect_equal(nbiot_device_close(scene.device, 0), NBIOT_ERR_NOT_REGISTER, "nothing to close");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_IDLE, "yet the device is idle");
  expect_equal(nbiot_device_connect(scene.device, 60), NBIOT_ERR_OK, "and connects");
  scene_close(&scene);
}

static void test_connect_outlasts_the_silence(void) {
  scene_t scene;
  start(&scene);
  expect_equal(scene_put(&scene, "/1/0/5", "30"), 204, "the timeout is written");
  expect_equal(scene_post(&scene, "/1/0/4", NULL), 204, "Disable is answered");
  expect_equal(nbiot_device_connect(scene.device, 60), NBIOT_ERR_OK, "connect waits for its end");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 2, "and registers");
  scene_close(&scene);
}

static void test_queue_mode(void) {
  uint32_t wait_ms = 0;
  scene_t scene;
  scene_open(&scene, 11);
  scene.config.queue_mode = 1;
  scene.config.life_time = 3600;
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "a device in queue mode");
  scene_register(&scene);
  expect_text(nbiot_mock_server_registration(scene.server, "device-1")->binding, "UQ",
              "int-108: b=UQ");
  expect_read(&scene, "/1/0/7", "UQ");
  expect_read(&scene, "/3/0/16", "UQ");
  scene.seen = scene.event_count;
  scene_run(&scene, 92000);
  expect_equal(scene_next_event(&scene).id, 0, "int-109: awake for 93 s");
  scene_run(&scene, 2000);
  scene_expect_event(&scene, NBIOT_EVENT_MAY_SLEEP, 0, 0, "then it may sleep");
  expect_equal(nbiot_device_poll(scene.device, &wait_ms), NBIOT_ERR_OK, "asleep");
  expect(wait_ms > 3300000, "until the Update");
  scene_run(&scene, wait_ms + 100);
  scene_expect_event(&scene, NBIOT_EVENT_UPDATE_SUCCESS, 204, 0, "which leaves by itself");
  expect_read(&scene, "/3/0/16", "UQ");
  scene_run(&scene, 94000);
  scene_expect_event(&scene, NBIOT_EVENT_MAY_SLEEP, 0, 0, "and begins a new window");
  scene_close(&scene);
}

static void test_awake_time(void) {
  scene_t scene;
  scene_open(&scene, 11);
  scene.config.queue_mode = 1;
  scene.config.awake_time_s = 5;
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "a shorter window");
  scene_register(&scene);
  scene.seen = scene.event_count;
  scene_run(&scene, 4900);
  expect_equal(scene_next_event(&scene).id, 0, "not before its end");
  scene_run(&scene, 200);
  scene_expect_event(&scene, NBIOT_EVENT_MAY_SLEEP, 0, 0, "but then");
  scene_close(&scene);
}

int main(void) {
  test_keys_are_nobodys();
  test_queue_mode();
  test_awake_time();
  test_reads();
  test_writes();
  test_errors();
  test_many_errors();
  test_orders();
  test_order_waits_for_room();
  test_disable();
  test_disabled_and_closed();
  test_connect_outlasts_the_silence();
  return check_summary();
}
