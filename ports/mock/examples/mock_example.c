/* mock_example.c - test your firmware on a bad radio, with no network and no waiting.
 *
 * A thermometer registers through 30 % loss; the server observes the temperature, sees it change,
 * writes a name, executes an action. Copy this file and put your own objects in.
 *
 *     cc mock_example.c $(pkg-config --cflags --libs nbiot-mock) -o mock_example
 *     ./mock_example --journal     prints what happened, line by line
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "nbiot.h"
#include "nbiot_mock.h"

static nbiot_mock_world_t *world;
static int passed, failed;

/* What fails is told with the seed of the world and the last lines of its journal. */
#define expect(condition, what) note(NBIOT_MOCK_EXPECT(world, condition), what)

static void note(int holds, const char *what) {
  passed += holds != 0;
  failed += holds == 0;
  printf("%s  %s\n", holds ? "ok    " : "FAILED", what);
}

/* ---- The firmware under test ----------------------------------------------------------------- */

typedef struct thermometer {
  nbiot_device_t *device;
  nbiot_value_t temperature; /* /3303/0/5700 */
  nbiot_value_t name;        /* /3303/0/5750, writable */
  nbiot_value_t reset;       /* /3303/0/5605, executable */
  char name_storage[16];
  uint32_t resets;
  int32_t last_event;
} thermometer_t;

static int32_t on_execute(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          const uint8_t *arguments, uint32_t length) {
  thermometer_t *thermometer = context;
  (void)request;
  (void)path;
  (void)arguments;
  (void)length;
  thermometer->resets += 1;
  return 0;
}

static void on_event(void *context, const nbiot_event_t *event) {
  thermometer_t *thermometer = context;
  thermometer->last_event = (int32_t)event->id;
}

static int32_t thermometer_create(thermometer_t *thermometer, const nbiot_platform_t *platform) {
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  int32_t status;
  memset(thermometer, 0, sizeof *thermometer);
  config.platform = platform;
  config.endpoint_name = "thermometer-1";
  config.uri = "coap://lwm2m.example:5683";
  config.life_time = 300;
  config.callback_context = thermometer;
  config.execute = on_execute;
  config.event = on_event;
  status = nbiot_device_create_with(&thermometer->device, &config);
  if (status != NBIOT_ERR_OK) {
    return status;
  }
  thermometer->temperature.type = NBIOT_FLOAT;
  thermometer->temperature.value.as_float = 20.5;
  nbiot_resource_add(thermometer->device, 3303, 0, 5700, &thermometer->temperature);
  thermometer->name.type = NBIOT_STRING;
  thermometer->name.flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE;
  thermometer->name.capacity = sizeof thermometer->name_storage;
  thermometer->name.value.as_buf.val = thermometer->name_storage;
  nbiot_resource_add(thermometer->device, 3303, 0, 5750, &thermometer->name);
  thermometer->reset.type = NBIOT_STRING;
  thermometer->reset.flag = NBIOT_EXECUTABLE;
  return nbiot_resource_add(thermometer->device, 3303, 0, 5605, &thermometer->reset);
}

/* ---- The test -------------------------------------------------------------------------------- */

static int32_t step(void *context, uint32_t *wait_ms) {
  thermometer_t *thermometer = context;
  return nbiot_device_poll(thermometer->device, wait_ms);
}

static int32_t is_registered(void *context) {
  const thermometer_t *thermometer = context;
  return nbiot_device_state(thermometer->device) == NBIOT_STATE_REGISTERED;
}

static void make_radio_bad(nbiot_mock_node_t *radio) {
  nbiot_mock_link_t link = {0};
  link.loss = 300;
  link.delay_min_ms = 200;
  link.delay_max_ms = 1500;
  nbiot_mock_link(radio, NBIOT_MOCK_UP, &link);
  nbiot_mock_link(radio, NBIOT_MOCK_DOWN, &link);
}

static void test_registration(nbiot_mock_server_t *server, thermometer_t *thermometer) {
  const nbiot_mock_registration_t *known;
  expect(nbiot_device_connect(thermometer->device, 0) == NBIOT_ERR_TIMEOUT, "connect starts");
  expect(nbiot_mock_drive(world, step, thermometer, is_registered, thermometer, 10000) >= 0,
         "the device registers through 30 % loss");
  expect(thermometer->last_event == (int32_t)NBIOT_EVENT_REG_SUCCESS, "the event says so");
  known = nbiot_mock_server_registration(server, "thermometer-1");
  expect(known != NULL && known->active && known->life_time == 300, "the server knows it");
  expect(known != NULL && strstr(known->objects, "</3303/0>") != NULL, "with its object");
}

static uint32_t asked;

/* Now and then the radio loses a request with all its retransmissions; then it is asked again. */
static int32_t ask(nbiot_mock_server_t *server, const nbiot_mock_request_t *request,
                   thermometer_t *thermometer, nbiot_mock_response_t *response) {
  int32_t exchange = NBIOT_MOCK_ERR_TIMEOUT;
  for (asked = 0; asked < 5 && exchange == NBIOT_MOCK_ERR_TIMEOUT; asked += 1) {
    exchange = nbiot_mock_server_ask(server, request, step, thermometer, response);
  }
  return exchange;
}

typedef struct awaited {
  nbiot_mock_server_t *server;
  int32_t exchange;
} awaited_t;

static int32_t was_notified(void *context) {
  const awaited_t *awaited = context;
  return nbiot_mock_server_notification_count(awaited->server, awaited->exchange) > 0;
}

static void test_observation(nbiot_mock_server_t *server, thermometer_t *thermometer) {
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  nbiot_mock_response_t response;
  awaited_t awaited;
  request.path = "/3303/0/5700";
  request.observe = NBIOT_MOCK_OBSERVE_START;
  awaited.server = server;
  awaited.exchange = ask(server, &request, thermometer, &response);
  expect(awaited.exchange >= 0 && response.code == 205, "the server observes the temperature");
  expect(nbiot_mock_server_observing(server, awaited.exchange), "the device accepts it");

  thermometer->temperature.value.as_float = 31.25;
  expect(nbiot_resource_notify(thermometer->device, 3303, 0, 5700, 1) == NBIOT_ERR_OK,
         "the value changes");
  nbiot_mock_drive(world, step, thermometer, was_notified, &awaited, 10000);
  expect(nbiot_mock_server_notification(server, awaited.exchange, 0, &response) == 0 &&
             response.confirmable && strcmp((const char *)response.payload, "31.25") == 0,
         "the server is notified of 31.25");
}

static void test_management(nbiot_mock_server_t *server, thermometer_t *thermometer) {
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  nbiot_mock_response_t response;
  request.method = NBIOT_MOCK_PUT;
  request.path = "/3303/0/5750";
  request.content_format = 0;
  request.payload = (const uint8_t *)"kitchen";
  request.payload_length = 7;
  expect(ask(server, &request, thermometer, &response) >= 0 && response.code == 204,
         "the server writes the name");
  expect(thermometer->name.value.as_buf.len == 7 &&
             memcmp(thermometer->name_storage, "kitchen", 7) == 0,
         "the firmware has the name");

  memset(&response, 0, sizeof response);
  request.method = NBIOT_MOCK_POST;
  request.path = "/3303/0/5605";
  request.content_format = -1;
  request.payload = NULL;
  request.payload_length = 0;
  expect(ask(server, &request, thermometer, &response) >= 0 && response.code == 204,
         "the server executes the reset");
  expect(thermometer->resets >= 1 && thermometer->resets <= asked,
         "the firmware was reset once per request, whatever was retransmitted");
}

static void test_leftovers(thermometer_t *thermometer) {
  expect(nbiot_mock_drive_idle(world, step, thermometer, 60000, 10000) > 0, "all is quiet");
  expect(nbiot_device_destroy(thermometer->device) == NBIOT_ERR_OK, "the device is destroyed");
  note(NBIOT_MOCK_EXPECT_EMPTY(world), "nothing leaked, every hook was used properly");
}

static int is_bad_usage(int argc, char **argv) {
  return argc > 2 || (argc == 2 && strcmp(argv[1], "--journal") != 0);
}

int main(int argc, char **argv) {
  nbiot_mock_server_t *server;
  nbiot_mock_node_t *radio;
  nbiot_platform_t platform;
  thermometer_t thermometer;

  if (is_bad_usage(argc, argv)) {
    fputs("usage: mock_example [--journal]\n", stderr);
    return 2;
  }
  world = nbiot_mock_world_create(2025);
  server = nbiot_mock_server_add(nbiot_mock_node_add(world, "10.0.0.1", 0), 5683);
  radio = nbiot_mock_node_add(world, "10.0.0.2", 0xFFFFF000u); /* its clock wraps in 4 s */
  platform = nbiot_mock_platform(world, radio);
  nbiot_mock_name(world, "lwm2m.example", nbiot_mock_address("10.0.0.1", 0));
  make_radio_bad(radio);
  expect(thermometer_create(&thermometer, &platform) == NBIOT_ERR_OK, "the device is created");
  if (thermometer.device != NULL) {
    test_registration(server, &thermometer);
    test_observation(server, &thermometer);
    test_management(server, &thermometer);
    test_leftovers(&thermometer);
  }
  if (argc == 2) {
    nbiot_mock_journal_print(world, stdout);
  }
  printf("%d passed, %d failed\n", passed, failed);
  nbiot_mock_world_destroy(world);
  return failed != 0;
}
