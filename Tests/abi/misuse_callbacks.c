/* misuse_callbacks.c - every call from inside every callback, and while another call waits: which
 * work, which answer NBIOT_ERR_BUSY and change nothing.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

#define CALLS 18

typedef struct calls {
  int32_t status[CALLS];
  uint32_t times;
} calls_t;

static const char *const names[CALLS] = {
    "connect",      "step", "poll",   "sync",  "close",   "destroy", "add",   "add_multiple",
    "del",          "update", "notify", "set",   "respond", "state",   "statistics", "socket",
    "rebind",       "error"};

static nbiot_device_t *device;
static nbiot_value_t number;  /* /1000/0/1 */
static nbiot_value_t action;  /* /1000/0/2 */
static nbiot_value_t spare;   /* /1000/0/3, to be added and removed */
static nbiot_instance_t list; /* /1000/0/4 */
static calls_t calls;

static void call_everything(void) {
  nbiot_statistics_t statistics;
  nbiot_value_t fresh;
  uint32_t wait_ms = 0;
  int32_t *status = calls.status;
  memset(&fresh, 0, sizeof fresh);
  fresh.type = NBIOT_INTEGER;
  fresh.value.as_int = 7;
  calls.times += 1;
  if (calls.times > 1) {
    return;
  }
  status[0] = nbiot_device_connect(device, 0);
  status[1] = nbiot_device_step(device, 0);
  status[2] = nbiot_device_poll(device, &wait_ms);
  status[3] = nbiot_device_sync(device);
  status[4] = nbiot_device_close(device, 0);
  status[5] = nbiot_device_destroy(device);
  status[6] = nbiot_resource_add(device, 1000, 0, 3, &spare);
  status[7] = nbiot_resource_add_multiple(device, 1000, 0, 4, &list, 1);
  status[8] = nbiot_resource_del(device, 1000, 0, 3);
  status[9] = nbiot_device_update(device, 0, 0);
  status[10] = nbiot_resource_notify(device, 1000, 0, 1, 0);
  status[11] = nbiot_resource_set(device, 1000, 0, 1, &fresh);
  status[12] = nbiot_request_respond(device, 4711, 0, NULL);
  status[13] = nbiot_device_state(device);
  status[14] = nbiot_device_statistics(device, &statistics, sizeof statistics);
  status[15] = nbiot_device_socket(device);
  status[16] = nbiot_device_rebind(device);
  status[17] = nbiot_device_error(device, 1);
}

/* NBIOT_ERR_REGISTERED is never returned, so it marks a call nobody made. */
static void forget_calls(void) {
  memset(&calls, 0, sizeof calls);
  for (int index = 0; index < CALLS; index++) {
    calls.status[index] = NBIOT_ERR_REGISTERED;
  }
}

static void expect_calls(int waiting, int32_t state, const char *where) {
  for (int index = 0; index < CALLS; index++) {
    int32_t wanted = index < 6 || ((index < 10 || index == 16) && !waiting) ? NBIOT_ERR_BUSY : NBIOT_ERR_OK;
    char sentence[96];
    snprintf(sentence, sizeof sentence, "%s from %s", names[index], where);
    if (index == 12) wanted = NBIOT_ERR_NOT_FOUND;
    if (index == 13) wanted = state;
    if (index == 15) {
      expect(calls.status[index] >= 0, sentence);
    } else {
      expect_equal(calls.status[index], wanted, sentence);
    }
  }
}

static int32_t on_read(void *context, nbiot_request_t request, const nbiot_path_t *path,
                       nbiot_value_t *value) {
  (void)context, (void)request, (void)path, (void)value;
  call_everything();
  return 0;
}

static int32_t on_write(void *context, nbiot_request_t request, const nbiot_path_t *path,
                        const nbiot_value_t *value) {
  (void)context, (void)request, (void)path, (void)value;
  call_everything();
  return 0;
}

static int32_t on_execute(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          const uint8_t *arguments, uint32_t length) {
  (void)context, (void)request, (void)path, (void)arguments, (void)length;
  call_everything();
  return 0;
}

static void on_event(void *context, const nbiot_event_t *event) {
  (void)context;
  if (event->id == NBIOT_EVENT_REG_SUCCESS) {
    call_everything();
  }
}

static void on_reboot(void *context) {
  (void)context;
  call_everything();
}

static void classic_read(uint16_t objid, uint16_t instid, uint16_t resid, nbiot_value_t *data) {
  (void)objid, (void)instid, (void)resid, (void)data;
  call_everything();
}

static void classic_execute(uint16_t objid, uint16_t instid, uint16_t resid, nbiot_value_t *data,
                            const void *buff, size_t size) {
  (void)objid, (void)instid, (void)resid, (void)data, (void)buff, (void)size;
  call_everything();
}

static void start(scene_t *scene) {
  forget_calls();
  memset(&number, 0, sizeof number);
  memset(&action, 0, sizeof action);
  memset(&list, 0, sizeof list);
  number.type = spare.type = list.value.type = NBIOT_INTEGER;
  number.flag = NBIOT_READABLE | NBIOT_WRITABLE;
  action.flag = NBIOT_EXECUTABLE;
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
  device = scene->device;
  nbiot_resource_add(device, 1000, 0, 1, &number);
  nbiot_resource_add(device, 1000, 0, 2, &action);
}

static void finish(scene_t *scene, const char *where) {
  expect(calls.times > 0, where);
  expect_calls(0, NBIOT_STATE_REGISTERED, where);
  scene_run(scene, 1000);
  expect_equal(scene_get(scene, "/3/0/16", NULL), 205, "the device is none the worse");
  expect_equal(nbiot_mock_server_counts(scene->server).registers, 1, "and still registered");
  scene_close(scene);
}

static void test_the_full_callbacks(void) {
  scene_t scene;
  scene_open(&scene, 1);
  scene.config.read = on_read;
  start(&scene);
  scene_register(&scene);
  expect_equal(scene_get(&scene, "/1000/0/1", NULL), 205, "the server reads");
  finish(&scene, "the read function");
  scene_open(&scene, 1);
  scene.config.write = on_write;
  start(&scene);
  scene_register(&scene);
  expect_equal(scene_put(&scene, "/1000/0/1", "50"), 204, "the server writes");
  expect_equal(number.value.as_int, 50, "what it writes is stored last");
  finish(&scene, "the write function");
  scene_open(&scene, 1);
  scene.config.execute = on_execute;
  start(&scene);
  scene_register(&scene);
  expect_equal(scene_post(&scene, "/1000/0/2", NULL), 204, "the server executes");
  finish(&scene, "the execute function");
}

static void test_the_event_and_reboot_functions(void) {
  scene_t scene;
  scene_open(&scene, 1);
  scene.config.event = on_event;
  start(&scene);
  scene_register(&scene);
  finish(&scene, "the event function");
  scene_open(&scene, 1);
  scene.config.reboot = on_reboot;
  start(&scene);
  scene_register(&scene);
  expect_equal(scene_post(&scene, "/3/0/4", NULL), 204, "the server reboots the device");
  finish(&scene, "the reboot function");
}

static void test_the_classic_callbacks(void) {
  scene_t scene;
  scene_open(&scene, 1);
  scene.config.read_callback = classic_read;
  start(&scene);
  scene_register(&scene);
  expect_equal(scene_get(&scene, "/1000/0/1", NULL), 205, "the server reads");
  finish(&scene, "the read callback");
  scene_open(&scene, 1);
  scene.config.write_callback = classic_read;
  start(&scene);
  scene_register(&scene);
  expect_equal(scene_put(&scene, "/1000/0/1", "50"), 204, "the server writes");
  finish(&scene, "the write callback");
  scene_open(&scene, 1);
  scene.config.execute_callback = classic_execute;
  start(&scene);
  scene_register(&scene);
  expect_equal(scene_post(&scene, "/1000/0/2", NULL), 204, "the server executes");
  finish(&scene, "the execute callback");
}

static void happen(void *context) {
  (void)context;
  call_everything();
}

static void test_while_a_call_waits(void) {
  static const nbiot_mock_answer_t slow = {NBIOT_MOCK_PIGGYBACKED, 0, 0, 1500, 0};
  scene_t scene;
  scene_open(&scene, 1);
  start(&scene);
  scene_register(&scene);
  nbiot_mock_at(scene.world, 300, happen, NULL);
  expect_equal(nbiot_device_step(scene.device, 2), NBIOT_ERR_OK, "step waits");
  expect_calls(1, NBIOT_STATE_REGISTERED, "another thread while step waits");
  nbiot_resource_del(device, 1000, 0, 4);
  forget_calls();
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_DEREGISTER, &slow, 1);
  nbiot_mock_at(scene.world, 300, happen, NULL);
  expect_equal(nbiot_device_close(scene.device, 5), NBIOT_ERR_OK, "close waits");
  calls.status[9] = calls.status[9] == NBIOT_ERR_NOT_REGISTER ? NBIOT_ERR_OK : calls.status[9];
  calls.status[16] = calls.status[16] == NBIOT_ERR_NOT_REGISTER ? NBIOT_ERR_OK : calls.status[16];
  expect_calls(1, NBIOT_STATE_DEREGISTERING, "another thread while close waits");
  nbiot_resource_del(device, 1000, 0, 4);
  forget_calls();
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &slow, 1);
  nbiot_mock_at(scene.world, 300, happen, NULL);
  expect_equal(nbiot_device_connect(scene.device, 5), NBIOT_ERR_OK, "connect waits");
  calls.status[9] = calls.status[9] == NBIOT_ERR_NOT_REGISTER ? NBIOT_ERR_OK : calls.status[9];
  expect_calls(1, NBIOT_STATE_REGISTERING, "another thread while connect waits");
  scene_close(&scene);
}

static void notify_late(void *context) {
  (void)context;
  nbiot_resource_notify(device, 1000, 0, 1, 0);
}

static void test_work_ends_a_wait(void) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/1000/0/1");
  nbiot_mock_response_t told;
  scene_t scene;
  uint64_t start_ms;
  int32_t exchange;
  scene_open(&scene, 1);
  start(&scene);
  scene_register(&scene);
  request.observe = NBIOT_MOCK_OBSERVE_START;
  exchange = nbiot_mock_server_ask(scene.server, &request, scene_step, &scene, NULL);
  start_ms = nbiot_mock_now(scene.world);
  nbiot_mock_at(scene.world, 300, notify_late, NULL);
  expect_equal(nbiot_device_step(scene.device, 60), NBIOT_ERR_OK, "a long step");
  expect_equal(nbiot_mock_server_notification(scene.server, exchange, 0, &told), NBIOT_MOCK_OK,
               "sends what another thread wants");
  expect_equal((long long)(told.arrived_ms - start_ms), 300, "at once");
  scene_close(&scene);
}

/* A natural read function: it measures, and stores the value with nbiot_resource_set(). */
static int32_t measure(void *context, nbiot_request_t request, const nbiot_path_t *path,
                       nbiot_value_t *value) {
  nbiot_value_t fresh = *value;
  (void)context, (void)request;
  calls.times += 1;
  fresh.value.as_int += 1;
  nbiot_resource_set(device, path->object_id, path->instance_id, path->resource_id, &fresh);
  return calls.times > 5000 ? 500 : 0;
}

static void test_a_read_function_that_sets_does_not_run_in_circles(void) {
  static const char *const paths[] = {"/1000", "/1000/0", "/1000/0/1"};
  scene_t scene;
  scene_open(&scene, 1);
  scene.config.read = measure;
  start(&scene);
  scene_register(&scene);
  for (int index = 0; index < 3; index++) {
    nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, paths[index]);
    request.observe = NBIOT_MOCK_OBSERVE_START;
    scene_ask(&scene, &request, NULL);
  }
  nbiot_resource_notify(device, 1000, 0, 1, 0);
  for (int index = 0; index < 100; index++) {
    nbiot_device_poll(scene.device, NULL);
  }
  expect(calls.times < 100, "reading a value for an observer is no news for the others");
  scene_close(&scene);
}

int main(void) {
  test_the_full_callbacks();
  test_the_event_and_reboot_functions();
  test_the_classic_callbacks();
  test_while_a_call_waits();
  test_work_ends_a_wait();
  test_a_read_function_that_sets_does_not_run_in_circles();
  return check_summary();
}
