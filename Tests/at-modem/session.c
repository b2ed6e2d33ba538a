/* session.c - one LwM2M session of a device behind the module: register, observe, notify, write, execute, a restart of
 * the module, de-register.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "module.h"
#include "nbiot.h"

typedef struct thermometer {
  nbiot_device_t *device;
  nbiot_value_t temperature; /* /3303/0/5700 */
  nbiot_value_t name;        /* /3303/0/5750, writable */
  nbiot_value_t reset;       /* /3303/0/5605, executable */
  char name_storage[16];
  uint32_t resets;
} thermometer_t;

static uint64_t memory[NBIOT_MEMORY_SIZE_DEFAULT / 8];
static module_t module;
static nbiot_mock_world_t *world;
static nbiot_mock_server_t *server;
static thermometer_t thermometer;
static int ready;

static void on_module(void *context, uint8_t event, int32_t value) {
  (void)context;
  (void)value;
  ready += event == NBIOT_AT_MODEM_READY;
}

static int32_t on_execute(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          const uint8_t *arguments, uint32_t length) {
  (void)context;
  (void)request;
  (void)path;
  (void)arguments;
  (void)length;
  thermometer.resets += 1;
  return 0;
}

static void on_event(void *context, const nbiot_event_t *event) {
  (void)context;
  (void)event;
}

static void create_device(void) {
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  config.platform = &module.hooks;
  config.memory = memory;
  config.memory_size = sizeof memory;
  config.endpoint_name = "thermometer-1";
  config.uri = "coap://lwm2m.example:5683";
  config.life_time = 300;
  config.execute = on_execute;
  config.event = on_event;
  expect_equal(nbiot_device_create_with(&thermometer.device, &config), NBIOT_ERR_OK, "session: a device");
  thermometer.temperature.type = NBIOT_FLOAT;
  thermometer.temperature.value.as_float = 20.5;
  nbiot_resource_add(thermometer.device, 3303, 0, 5700, &thermometer.temperature);
  thermometer.name.type = NBIOT_STRING;
  thermometer.name.flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE;
  thermometer.name.capacity = sizeof thermometer.name_storage;
  thermometer.name.value.as_buf.val = thermometer.name_storage;
  nbiot_resource_add(thermometer.device, 3303, 0, 5750, &thermometer.name);
  thermometer.reset.type = NBIOT_STRING;
  thermometer.reset.flag = NBIOT_EXECUTABLE;
  nbiot_resource_add(thermometer.device, 3303, 0, 5605, &thermometer.reset);
}

/* The firmware's loop: poll, then let the module speak. */
static int32_t step(void *context, uint32_t *wait_ms) {
  const int32_t status = nbiot_device_poll(context, wait_ms);
  if (ready > 0) (void)nbiot_device_connect(context, 0);
  ready = 0;
  module.hooks.wait(&module.modem, -1, *wait_ms < 20u ? *wait_ms : 20u);
  *wait_ms = 0;
  return status;
}

static int32_t is_registered(void *context) {
  return nbiot_device_state(context) == NBIOT_STATE_REGISTERED;
}

static int32_t is_not_registered(void *context) { return !is_registered(context); }

static int32_t drive(nbiot_mock_until_t until) {
  return nbiot_mock_drive(world, step, thermometer.device, until, thermometer.device, 20000);
}

static int32_t awaited;

static int32_t was_notified(void *context) {
  (void)context;
  return nbiot_mock_server_notification_count(server, awaited) > 0;
}

static void test_observation(void) {
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  nbiot_mock_response_t response;
  request.path = "/3303/0/5700";
  request.observe = NBIOT_MOCK_OBSERVE_START;
  awaited = nbiot_mock_server_ask(server, &request, step, thermometer.device, &response);
  expect(awaited >= 0 && response.code == 205, "session: the server observes");
  thermometer.temperature.value.as_float = 31.25;
  expect_equal(nbiot_resource_notify(thermometer.device, 3303, 0, 5700, 1), NBIOT_ERR_OK, "session: it changes");
  expect(drive(was_notified) >= 0, "session: the server is notified");
  expect(nbiot_mock_server_notification(server, awaited, 0, &response) == 0 &&
             strcmp((const char *)response.payload, "31.25") == 0,
         "session: of 31.25");
}

static void test_management(void) {
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  nbiot_mock_response_t response;
  request.method = NBIOT_MOCK_PUT;
  request.path = "/3303/0/5750";
  request.content_format = 0;
  request.payload = (const uint8_t *)"kitchen";
  request.payload_length = 7;
  expect(nbiot_mock_server_ask(server, &request, step, thermometer.device, &response) >= 0 &&
             response.code == 204 && memcmp(thermometer.name_storage, "kitchen", 7) == 0,
         "session: the server writes");
  request.method = NBIOT_MOCK_POST;
  request.path = "/3303/0/5605";
  request.content_format = -1;
  request.payload = NULL;
  request.payload_length = 0;
  expect(nbiot_mock_server_ask(server, &request, step, thermometer.device, &response) >= 0 &&
             response.code == 204 && thermometer.resets == 1u,
         "session: the server executes");
}

static void run(uint8_t push, uint16_t longest) {
  nbiot_mock_node_t *node;
  world = nbiot_mock_world_create(2026);
  server = nbiot_mock_server_add(nbiot_mock_node_add(world, "10.0.0.1", 0), 5683);
  node = nbiot_mock_node_add(world, "10.0.0.2", 0xFFFFF000u);
  (void)nbiot_mock_name(world, "lwm2m.example", nbiot_mock_address("10.0.0.1", 0));
  memset(&thermometer, 0, sizeof thermometer);
  module_begin(&module, world, node, longest, push);
  module.modem.config.event = on_module;
  create_device();
  (void)nbiot_device_connect(thermometer.device, 0);
  expect(drive(is_registered) >= 0, "session: it registers");
  test_observation();
  test_management();
  module_restart(&module);
  expect(drive(is_not_registered) >= 0, "session: a restart of the module is noticed");
  expect(drive(is_registered) >= 0, "session: and a new socket registers");
  test_observation();
  expect_equal(nbiot_device_close(thermometer.device, 30), NBIOT_ERR_OK, "session: it de-registers");
  expect(!nbiot_mock_server_has_device(server), "session: the server knows");
  expect(module.released[0] + module.released[1] > 0, "session: with release assistance");
  expect_equal(nbiot_device_destroy(thermometer.device), NBIOT_ERR_OK, "session: the end");
  expect_equal(module.bad_locks, 0, "session: the lock is used properly");
  nbiot_mock_world_destroy(world);
}

int main(void) {
  run(0, NBIOT_AT_MODEM_DATAGRAM_BC95);
  run(0, NBIOT_AT_MODEM_DATAGRAM_M5310);
  run(1, NBIOT_AT_MODEM_DATAGRAM_M5310);
  return check_end();
}
