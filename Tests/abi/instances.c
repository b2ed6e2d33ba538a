/* instances.c - the server makes and ends object instances, with the application's consent.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"
#include "nbiot_mock_server.h"

#include "scene.h"

#define PORTFOLIO 16u
#define SLOTS 4u

/* What an application keeps for the instances that a server may make. */
typedef struct portfolio {
  nbiot_value_t name;
  nbiot_value_t size;
  nbiot_value_t serial;
  char text[16];
  uint16_t instance;
  uint8_t used;
} portfolio_t;

static portfolio_t slots[SLOTS];
static scene_t scene;
static int32_t verdict;
static int32_t added;    /* The worst status of the adds inside create. */
static int32_t elsewhere; /* Of an add to another instance. */
static int32_t others;   /* Of a call that stays out. */
static uint32_t withdrawn;

static portfolio_t *slot_of(uint16_t instance, int used) {
  for (uint32_t index = 0; index < SLOTS; index++) {
    if (slots[index].used == used && (!used || slots[index].instance == instance)) {
      return &slots[index];
    }
  }
  return NULL;
}

static void note(int32_t status) {
  if (status != NBIOT_ERR_OK) {
    added = status;
  }
}

static int32_t on_create(void *context, nbiot_request_t request, const nbiot_path_t *path) {
  portfolio_t *slot = slot_of(0, 0);
  (void)context;
  expect(request != NBIOT_REQUEST_NONE, "a Create is a request");
  expect(path->resource_id == NBIOT_ID_NONE && path->resource_instance_id == NBIOT_ID_NONE,
         "about an instance");
  if (path->object_id != PORTFOLIO || slot == NULL) {
    return 405;
  }
  memset(slot, 0, sizeof *slot);
  slot->name.type = NBIOT_STRING;
  slot->name.flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE | NBIOT_MANDATORY;
  slot->name.value.as_buf.val = slot->text;
  slot->name.capacity = sizeof slot->text;
  slot->size.type = slot->serial.type = NBIOT_INTEGER;
  slot->size.flag = NBIOT_READABLE | NBIOT_WRITABLE;
  slot->serial.value.as_int = 4711;
  slot->instance = path->instance_id;
  slot->used = 1;
  added = NBIOT_ERR_OK;
  note(nbiot_resource_add(scene.device, PORTFOLIO, path->instance_id, 0, &slot->name));
  note(nbiot_resource_add(scene.device, PORTFOLIO, path->instance_id, 1, &slot->size));
  note(nbiot_resource_add(scene.device, PORTFOLIO, path->instance_id, 2, &slot->serial));
  elsewhere = nbiot_resource_add(scene.device, PORTFOLIO, 77, 0, &slot->name);
  others = nbiot_resource_del(scene.device, PORTFOLIO, path->instance_id, 0);
  if (verdict != 0) {
    slot->used = 0;
  }
  return verdict;
}

static int32_t on_remove(void *context, nbiot_request_t request, const nbiot_path_t *path) {
  portfolio_t *slot = slot_of(path->instance_id, 1);
  (void)context;
  if (slot == NULL || (request != NBIOT_REQUEST_NONE && verdict != 0)) {
    return verdict;
  }
  withdrawn += request == NBIOT_REQUEST_NONE;
  /* From here on the values are the application's alone. */
  memset(slot, 0xA5, sizeof *slot);
  slot->used = 0;
  return 0;
}

static int32_t create(const uint8_t *payload, uint32_t length, nbiot_mock_response_t *response) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_POST, "/16");
  request.content_format = 11542;
  request.payload = payload;
  request.payload_length = length;
  return scene_ask(&scene, &request, response);
}

static int32_t delete(const char *path) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_DELETE, path);
  return scene_ask(&scene, &request, NULL);
}

static const char *objects(void) {
  scene_run(&scene, 1000);
  return nbiot_mock_server_registration(scene.server, NULL)->objects;
}

static void start(void) {
  memset(slots, 0, sizeof slots);
  verdict = 0;
  withdrawn = 0;
  scene_open(&scene, 1);
  scene.config.create = on_create;
  scene.config.remove = on_remove;
  scene.config.duplicate_capacity = 32;
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "the device is created");
  scene_register(&scene);
}

static const uint8_t two[] = {0x08, 2, 8, 0xC2, 0, 'h', 'i', 0xC2, 1, 1, 44};
static const uint8_t unnamed[] = {0xC2, 0, 'y', 'o'};
static const uint8_t nameless[] = {0xC1, 1, 7};
static const uint8_t wrong[] = {0xC1, 0, 'x', 0xC3, 1, 1, 2, 3};

static int ends_with(const nbiot_mock_response_t *response, const char *bytes) {
  size_t length = strlen(bytes);
  return response->datagram_length > length &&
         memcmp(response->datagram + response->datagram_length - length, bytes, length) == 0;
}

static void test_a_server_makes_and_ends_instances(void) {
  nbiot_mock_response_t answer;
  start();
  expect_equal(create(two, sizeof two, &answer), 201, "int-1630: the server makes /16/2");
  expect(ends_with(&answer, "\x82" "16" "\x01" "2"), "4.3-11: Location-Path is 16, 2");
  expect_equal(added, NBIOT_ERR_OK, "the create function may add to this instance");
  expect_equal(elsewhere, NBIOT_ERR_BUSY, "and to no other");
  expect_equal(others, NBIOT_ERR_BUSY, "and do nothing else that changes tables");
  expect_equal(slots[0].size.value.as_int, 300, "the values of the payload are in place");
  expect(memcmp(slots[0].text, "hi", 2) == 0, "text as well");
  expect(strstr(objects(), "</16/2>") != NULL, "the server is told in an Update");
  expect_equal(create(unnamed, sizeof unnamed, &answer), 201, "without an ID");
  expect(ends_with(&answer, "\x82" "16" "\x01" "0"), "the lowest free one is taken");
  expect_equal(scene_get(&scene, "/16/0/2", &answer), 205, "what the server did not say");
  expect(strcmp((const char *)answer.payload, "4711") == 0, "is what the application said");
  expect_equal(delete("/16/2"), 202, "int-1635: the server ends an instance");
  expect(strstr(objects(), "</16/2>") == NULL, "and is told so");
  expect_equal(scene_get(&scene, "/16/2/0", NULL), 404, "it is gone");
  expect_equal(delete("/16/2"), 404, "for good");
  expect_equal(create(two, sizeof two, NULL), 201, "until it is made again");
  scene_close(&scene);
}

static void test_what_fails_leaves_nothing_behind(void) {
  start();
  expect_equal(create(wrong, sizeof wrong, NULL), 400, "a value of the wrong type");
  expect_equal(create(nameless, sizeof nameless, NULL), 400, "a mandatory value that is missing");
  expect_equal((long long)withdrawn, 2, "the application is told each time");
  verdict = 403;
  expect_equal(create(two, sizeof two, NULL), 403, "a refusal");
  verdict = NBIOT_ERR_PENDING;
  expect_equal(create(two, sizeof two, NULL), 500, "a deferral, which there is not");
  expect(slot_of(0, 1) == NULL && slot_of(2, 1) == NULL, "no slot is in use");
  expect_equal(scene_get(&scene, "/16", NULL), 404, "there is no instance");
  expect(strstr(objects(), "</16") == NULL, "and the server never heard of one");
  expect_equal((long long)nbiot_mock_server_registration(scene.server, NULL)->updates, 0,
               "there was no Update");
  verdict = 0;
  expect_equal(create(two, sizeof two, NULL), 201, "the next Create is none the worse");
  verdict = 409;
  expect_equal(delete("/16/2"), 409, "a Delete that is refused");
  expect_equal(scene_get(&scene, "/16/2/0", NULL), 205, "changes nothing");
  scene_close(&scene);
}

static void test_a_table_that_is_full(void) {
  nbiot_statistics_t statistics;
  memset(slots, 0, sizeof slots);
  verdict = 0;
  scene_open(&scene, 1);
  scene.config.create = on_create;
  scene.config.remove = on_remove;
  scene.config.resource_capacity = 5;
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "a device with room for five resources");
  scene_register(&scene);
  expect_equal(create(unnamed, sizeof unnamed, NULL), 201, "takes one instance of three");
  expect_equal(create(unnamed, sizeof unnamed, NULL), 503, "but not two");
  expect_equal(added, NBIOT_ERR_NO_MEMORY, "the application sees why");
  statistics = scene_statistics(&scene);
  expect(statistics.resources.refused > 0, "it is counted");
  expect_equal(scene_get(&scene, "/16/1", NULL), 404, "nothing of the second is left");
  expect_equal(delete("/16/0"), 202, "when the first goes");
  expect_equal(create(unnamed, sizeof unnamed, NULL), 201, "there is room again");
  scene_close(&scene);
}

static void test_without_functions(void) {
  static nbiot_value_t value = {.type = NBIOT_INTEGER};
  scene_open(&scene, 1);
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "a device that makes no instances");
  nbiot_resource_add(scene.device, PORTFOLIO, 0, 0, &value);
  scene_register(&scene);
  expect_equal(create(two, sizeof two, NULL), 405, "Create is not allowed");
  expect_equal(delete("/16/0"), 405, "nor Delete");
  expect_equal(scene_get(&scene, "/16/0/0", NULL), 205, "and changes nothing");
  scene_close(&scene);
}

int main(void) {
  test_a_server_makes_and_ends_instances();
  test_what_fails_leaves_nothing_behind();
  test_a_table_that_is_full();
  test_without_functions();
  return check_summary();
}
