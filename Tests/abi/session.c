/* session.c - the life of a device in the full form, from Register to De-register.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

typedef struct room {
  nbiot_value_t temperature; /* /3303/0/5700 */
  nbiot_value_t light;       /* /3311/0/5850 */
  nbiot_value_t dimmer;      /* /3311/0/5851 */
  nbiot_value_t reset;       /* /3303/0/5605 */
} room_t;

static room_t room;

static void add_room(scene_t *scene) {
  memset(&room, 0, sizeof room);
  room.temperature.type = NBIOT_FLOAT;
  room.temperature.value.as_float = 20.5;
  room.light.type = NBIOT_BOOLEAN;
  room.light.flag = NBIOT_READABLE | NBIOT_WRITABLE;
  room.dimmer.type = NBIOT_INTEGER;
  room.dimmer.flag = NBIOT_READABLE | NBIOT_WRITABLE;
  room.dimmer.value.as_int = 50;
  room.reset.flag = NBIOT_EXECUTABLE;
  nbiot_resource_add(scene->device, 3303, 0, 5700, &room.temperature);
  nbiot_resource_add(scene->device, 3311, 0, 5850, &room.light);
  nbiot_resource_add(scene->device, 3311, 0, 5851, &room.dimmer);
  nbiot_resource_add(scene->device, 3303, 0, 5605, &room.reset);
}

static void open_room(scene_t *scene) {
  scene_open(scene, 7);
  scene->config.device_info.manufacturer = "Maker";
  scene->config.device_info.model = "M1";
  scene->config.read = scene_read;
  scene->config.write = scene_write;
  scene->config.execute = scene_execute;
}

static void start_room(scene_t *scene) {
  open_room(scene);
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
  add_room(scene);
  scene_register(scene);
  scene->seen = scene->event_count;
}

static void test_registration_standard(void) {
  const nbiot_mock_registration_t *known;
  scene_t scene;
  open_room(&scene);
  scene_create(&scene);
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_IDLE, "a new device is idle");
  add_room(&scene);
  expect_equal((long long)nbiot_mock_trace_count(scene.world), 0, "create and add send nothing");
  scene_register(&scene);
  scene_expect_event(&scene, NBIOT_EVENT_CONNECT_SUCCESS, 0, 0, "first the link is there");
  scene_expect_event(&scene, NBIOT_EVENT_REG_SUCCESS, 201, 0, "then the device is registered");
  known = nbiot_mock_server_registration(scene.server, "device-1");
  expect_text(known->version, "1.0", "the standard profile tells its version");
  expect_text(known->binding, "U", "the binding is U");
  expect_text(known->auth_code, "", "the standard profile has no Auth-Code");
  expect_equal(known->life_time, 300, "the lifetime is as configured");
  expect(strstr(known->objects, "</1/0>") != NULL && strstr(known->objects, "</3/0>") != NULL &&
             strstr(known->objects, "</3303/0>") != NULL &&
             strstr(known->objects, "</3311/0>") != NULL,
         "the standard profile lists /1/0, /3/0 and the application's instances");
  expect_equal(nbiot_device_connect(scene.device, 1), NBIOT_ERR_OK,
               "connect on a registered device is content");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 1, "and sends nothing");
  scene_close(&scene);
}

static void test_registration_onenet(void) {
  const nbiot_mock_registration_t *known;
  nbiot_mock_response_t response;
  scene_t scene;
  open_room(&scene);
  scene.config.profile = NBIOT_PROFILE_ONENET;
  scene.config.auth_code = "secret";
  scene.config.endpoint_name = "865820030013978;460040101500001";
  scene_create(&scene);
  add_room(&scene);
  scene_register(&scene);
  known = nbiot_mock_server_registration(scene.server, "865820030013978;460040101500001");
  expect(known != NULL, "the endpoint is imei;imsi");
  if (known != NULL) {
    expect_text(known->version, "", "the onenet profile does not tell lwm2m=");
    expect_text(known->auth_code, "secret", "the onenet profile sends option 63");
    expect(strstr(known->objects, "</1/") == NULL && strstr(known->objects, "</3/") == NULL,
           "the onenet profile lists neither /1 nor /3");
  }
  expect_equal(scene_get(&scene, "/3/0", &response), 205, "yet /3/0 can be read");
  scene_close(&scene);
}

static void test_read_write_execute(void) {
  nbiot_mock_response_t response;
  scene_t scene;
  start_room(&scene);
  expect_equal(scene_get(&scene, "/3303/0/5700", &response), 205, "a resource is read");
  expect_text((const char *)response.payload, "20.5", "as text");
  expect_equal(response.content_format, 0, "of format text/plain");
  expect(response.piggybacked, "the answer is in the ACK");
  expect_equal(scene.reads, 1, "the read callback ran once");
  expect(scene.path.object_id == 3303 && scene.path.instance_id == 0 &&
             scene.path.resource_id == 5700 && scene.path.resource_instance_id == NBIOT_ID_NONE,
         "with the path");
  expect_equal(scene_get(&scene, "/3311/0", &response), 205, "an instance is read");
  expect_equal(response.content_format, 11542, "as TLV");
  expect(response.payload_length == 8 &&
             memcmp(response.payload, "\xE1\x16\xDA\x00\xE1\x16\xDB\x32", 8) == 0,
         "with both resources");
  expect_equal(scene_put(&scene, "/3311/0/5851", "77"), 204, "a resource is written");
  expect_equal(room.dimmer.value.as_int, 77, "the value is stored");
  expect_equal(scene.writes, 1, "the write callback ran once");
  scene.answer = 403;
  expect_equal(scene_put(&scene, "/3311/0/5851", "78"), 403, "the application may refuse a write");
  expect_equal(room.dimmer.value.as_int, 77, "a refused value is not stored");
  expect_equal(scene_get(&scene, "/3303/0/5700", NULL), 403, "the application may refuse a read");
  scene.answer = 12;
  expect_equal(scene_post(&scene, "/3303/0/5605", NULL), 500, "nonsense from a callback is 5.00");
  scene.answer = 0;
  expect_equal(scene_post(&scene, "/3303/0/5605", "1,2='x'"), 204, "a resource is executed");
  expect(scene.argument_length == 7 && memcmp(scene.arguments, "1,2='x'", 7) == 0,
         "with its arguments");
  expect_equal(scene_post(&scene, "/3303/0/5605", "a="), 400, "ill-formed arguments are 4.00");
  expect_equal(scene.executes, 2, "and are not handed over");
  expect_equal(scene_put(&scene, "/3303/0/5700", "1"), 405, "what is not writable is 4.05");
  expect_equal(scene_get(&scene, "/3303/0/5605", NULL), 405, "what is not readable is 4.05");
  expect_equal(scene_get(&scene, "/3303/1", NULL), 404, "what is not there is 4.04");
  expect_equal(scene_put(&scene, "/3311/0/5851", "many"), 400, "what is no integer is 4.00");
  scene_close(&scene);
}

static void test_a_partial_write_is_all_or_nothing(void) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_POST, "/3311/0");
  scene_t scene;
  start_room(&scene);
  request.content_format = 11542;
  request.payload = (const uint8_t *)"\xE1\x16\xDA\x01\xE1\x16\xDB\x09";
  request.payload_length = 8;
  expect_equal(scene_ask(&scene, &request, NULL), 204, "two resources are written at once");
  expect(room.light.value.as_bool == 1 && room.dimmer.value.as_int == 9, "both are stored");
  expect_equal(scene.writes, 2, "the application was asked about both");
  request.payload = (const uint8_t *)"\xE1\x16\xDB\x08\xE1\x16\xDA\x05";
  expect_equal(scene_ask(&scene, &request, NULL), 400, "a boolean of 5 spoils the request");
  expect_equal(room.dimmer.value.as_int, 9, "the good half is not stored");
  expect_equal(scene.writes, 2, "and the application not asked");
  scene_close(&scene);
}

static void test_discover_and_attributes(void) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/3303");
  nbiot_mock_response_t response;
  scene_t scene;
  start_room(&scene);
  request.accept = 40;
  expect_equal(scene_ask(&scene, &request, &response), 205, "an object is discovered");
  expect_text((const char *)response.payload, "</3303>,</3303/0>,</3303/0/5605>,</3303/0/5700>",
              "with its instance and resources");
  request = scene_request(NBIOT_MOCK_PUT, "/3303/0/5700");
  request.query = "pmin=5&pmax=60&gt=30&lt=10&st=1";
  expect_equal(scene_ask(&scene, &request, NULL), 204, "attributes are written");
  request.query = "lt=29";
  expect_equal(scene_ask(&scene, &request, NULL), 400, "lt + 2 st has to stay below gt");
  request = scene_request(NBIOT_MOCK_GET, "/3303/0/5700");
  request.accept = 40;
  expect_equal(scene_ask(&scene, &request, &response), 205, "a resource is discovered");
  expect_text((const char *)response.payload,
              "</3303/0/5700>;pmin=5;pmax=60;gt=30;lt=10;st=1", "with its attributes");
  scene_close(&scene);
}

static int32_t observe(scene_t *scene, const char *path) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, path);
  nbiot_mock_response_t response;
  int32_t exchange;
  request.observe = NBIOT_MOCK_OBSERVE_START;
  exchange = nbiot_mock_server_ask(scene->server, &request, scene_step, scene, &response);
  expect(exchange >= 0 && response.code == 205 && response.observe >= 0, path);
  return exchange;
}

static void test_notifications(void) {
  nbiot_mock_response_t told;
  scene_t scene;
  int32_t resource;
  int32_t object;
  start_room(&scene);
  resource = observe(&scene, "/3303/0/5700");
  object = observe(&scene, "/3303");
  room.temperature.value.as_float = 21;
  expect_equal(nbiot_resource_notify(scene.device, 3303, 0, 5700, 0), NBIOT_ERR_OK, "notify");
  scene_run(&scene, 100);
  expect_equal(nbiot_mock_server_notification(scene.server, resource, 0, &told), NBIOT_MOCK_OK,
               "the resource's observer is told");
  expect(!told.confirmable && strcmp((const char *)told.payload, "21") == 0, "by a NON");
  expect_equal(nbiot_mock_server_notification_count(scene.server, object), 1,
               "and the object's observer");
  expect_equal(scene.event_count - scene.seen, 0, "a NON makes no event");
  room.temperature.value.as_float = 22;
  expect_equal(nbiot_resource_notify(scene.device, 3303, 0, 5700, 41), NBIOT_ERR_OK, "with ack id");
  expect_equal(nbiot_resource_notify(scene.device, 3303, 0, 5700, 41), NBIOT_ERR_EXISTS,
               "an ack id is used once at a time");
  scene_run(&scene, 100);
  expect_equal(nbiot_mock_server_notification(scene.server, resource, 1, &told), NBIOT_MOCK_OK,
               "the observer is told");
  expect(told.confirmable && strcmp((const char *)told.payload, "22") == 0, "by a CON");
  scene_expect_event(&scene, NBIOT_EVENT_NOTIFY_SUCCESS, 0, 41, "one event for both observers");
  expect_equal(scene.event_count - scene.seen, 0, "and no other");
  expect_equal(nbiot_resource_notify(scene.device, 3311, 0, 5851, 1), NBIOT_ERR_NOT_FOUND,
               "an ack id without an observer is refused");
  expect(nbiot_mock_server_cancel(scene.server, object) >= 0, "the object is let go");
  scene_run(&scene, 100);
  expect_equal(scene_statistics(&scene).observations.used, 1, "one observation is left");
  nbiot_mock_server_abandon(scene.server, resource);
  nbiot_resource_notify(scene.device, 3303, 0, 5700, 42);
  scene_run(&scene, 100);
  scene_expect_event(&scene, NBIOT_EVENT_NOTIFY_FAILED, 0, 42, "a Reset fails the notification");
  expect_equal(scene_statistics(&scene).observations.used, 0, "and ends the observation");
  scene_close(&scene);
}

static void test_a_notification_nobody_acknowledges_fails(void) {
  const nbiot_mock_answer_t silent = {NBIOT_MOCK_SILENT, 0, 0, 0, 0};
  scene_t scene;
  start_room(&scene);
  observe(&scene, "/3303/0/5700");
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_NOTIFY, &silent, NBIOT_MOCK_ALWAYS);
  nbiot_resource_notify(scene.device, 3303, 0, 5700, 9);
  scene_run(&scene, 100000);
  scene_expect_event(&scene, NBIOT_EVENT_NOTIFY_FAILED, 0, 9, "no ACK fails the notification");
  expect_equal(scene_statistics(&scene).retransmissions, 4, "after MAX_RETRANSMIT");
  scene_close(&scene);
}

static void test_update(void) {
  const nbiot_mock_registration_t *known;
  nbiot_value_t extra = {.type = NBIOT_INTEGER};
  scene_t scene;
  start_room(&scene);
  known = nbiot_mock_server_registration(scene.server, NULL);
  expect_equal(nbiot_device_update(scene.device, 600, 0), NBIOT_ERR_OK, "a new lifetime");
  scene_run(&scene, 100);
  scene_expect_event(&scene, NBIOT_EVENT_UPDATE_SUCCESS, 204, 0, "the server agrees");
  known = nbiot_mock_server_registration(scene.server, NULL);
  expect_equal(known->life_time, 600, "and knows the lifetime");
  nbiot_resource_add(scene.device, 3200, 5, 5505, &extra);
  scene_run(&scene, 100);
  scene_expect_event(&scene, NBIOT_EVENT_UPDATE_SUCCESS, 204, 0, "a new instance is reported");
  known = nbiot_mock_server_registration(scene.server, NULL);
  expect(strstr(known->objects, "</3200/5>") != NULL, "the server knows the instance");
  expect_equal(nbiot_resource_del(scene.device, 3200, 5, 5505), NBIOT_ERR_OK, "it goes again");
  scene_run(&scene, 100);
  known = nbiot_mock_server_registration(scene.server, NULL);
  expect(strstr(known->objects, "</3200/5>") == NULL, "the server knows that too");
  scene_run(&scene, 3600000);
  known = nbiot_mock_server_registration(scene.server, NULL);
  expect(known->active && known->registers == 1 && known->updates >= 6,
         "an hour passes with Updates alone");
  scene_close(&scene);
}

static void test_close_and_connect_again(void) {
  scene_t scene;
  uint32_t round;
  start_room(&scene);
  for (round = 0; round < 3; round++) {
    observe(&scene, "/3303/0/5700");
    expect_equal(nbiot_device_close(scene.device, 10), NBIOT_ERR_OK, "the 2.02 comes");
    scene_expect_event(&scene, NBIOT_EVENT_UNREG_DONE, 202, 0, "the application is told");
    expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_IDLE, "the device is idle");
    expect_equal(nbiot_device_socket(scene.device), -1, "its socket is closed");
    expect_equal(scene_statistics(&scene).observations.used, 0, "its observations are gone");
    expect_equal(nbiot_device_step(scene.device, 0), NBIOT_ERR_NOT_REGISTER, "step says so");
    expect_equal(nbiot_device_close(scene.device, 0), NBIOT_ERR_NOT_REGISTER, "so does close");
    scene_register(&scene);
    scene_expect_event(&scene, NBIOT_EVENT_CONNECT_SUCCESS, 0, 0, "the link is there again");
    scene_expect_event(&scene, NBIOT_EVENT_REG_SUCCESS, 201, 0, "and the registration");
  }
  scene_close(&scene);
}

static void test_close_without_an_answer(void) {
  const nbiot_mock_answer_t silent = {NBIOT_MOCK_SILENT, 0, 0, 0, 0};
  scene_t scene;
  start_room(&scene);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_DEREGISTER, &silent, NBIOT_MOCK_ALWAYS);
  expect_equal(nbiot_device_close(scene.device, 3), NBIOT_ERR_TIMEOUT, "the 2.02 does not come");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_IDLE, "the device is idle anyway");
  scene_register(&scene);
  scene_close(&scene);
}

int main(void) {
  test_registration_standard();
  test_registration_onenet();
  test_read_write_execute();
  test_a_partial_write_is_all_or_nothing();
  test_discover_and_attributes();
  test_notifications();
  test_a_notification_nobody_acknowledges_fails();
  test_update();
  test_close_and_connect_again();
  test_close_without_an_answer();
  return check_summary();
}
