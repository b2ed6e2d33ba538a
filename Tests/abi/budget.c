/* budget.c - the one memory block: its size at compile time and at run time, and its edges.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

static uint64_t block[NBIOT_MEMORY_SIZE_DEFAULT / 8];

static uint64_t chance_state = 2025;

static uint32_t chance(uint32_t below) {
  chance_state = chance_state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(chance_state >> 33) % below;
}

static uint16_t capacity(uint32_t least, uint32_t most) {
  return chance(4) == 0 ? 0 : (uint16_t)(least + chance(most - least + 1));
}

static uint32_t by_macro(const nbiot_config_t *c) {
  uint32_t account =
      c->bootstrap == 0 ? 0
                        : (uint32_t)NBIOT_MEMORY_BOOTSTRAP(c->uri_capacity, c->identity_capacity,
                                                           c->secret_capacity);
  account += (uint32_t)NBIOT_MEMORY_BODY(c->block_capacity, c->body_capacity);
  return account + (uint32_t)NBIOT_MEMORY_STORED(c->stored_capacity) + (uint32_t)NBIOT_MEMORY_SIZE(
      c->resource_capacity, c->observation_capacity, c->attribute_capacity, c->duplicate_capacity,
      c->deferred_capacity, c->notification_capacity, c->receive_capacity, c->send_capacity,
      c->endpoint_capacity, c->uri_capacity, c->location_capacity, c->auth_code_capacity);
}

static void choose_capacities(nbiot_config_t *config, uint32_t most) {
  config->resource_capacity = capacity(1, most);
  config->observation_capacity = capacity(1, most);
  config->attribute_capacity = capacity(1, most);
  config->duplicate_capacity = capacity(4, most);
  config->deferred_capacity = capacity(1, 255);
  config->notification_capacity = capacity(1, 255);
  config->receive_capacity = capacity(64, 65000);
  config->send_capacity = capacity(64, 65000);
  config->endpoint_capacity = capacity(1, 252);
  config->uri_capacity = capacity(1, 1024);
  config->location_capacity = capacity(1, 1024);
  config->auth_code_capacity = capacity(1, 270);
  config->identity_capacity = capacity(1, 1024);
  config->secret_capacity = capacity(1, 1024);
  config->body_capacity = capacity(16, 65000);
  config->block_capacity = capacity(1, 255);
  config->stored_capacity = capacity(64, 65000);
  config->bootstrap = (uint8_t)chance(2);
}

static void test_the_macro_and_the_function_agree(void) {
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  unsigned round;
  unsigned differing = 0;
  unsigned uneven = 0;
  expect_equal(nbiot_device_memory_size(&config), NBIOT_MEMORY_SIZE_DEFAULT,
               "the default block has the size the header says");
  for (round = 0; round < 20000; round++) {
    uint32_t size;
    choose_capacities(&config, round % 2 == 0 ? 64 : 65000);
    size = nbiot_device_memory_size(&config);
    differing += size == 0 || size != by_macro(&config);
    uneven += size % 8 != 0;
  }
  expect_equal(differing, 0, "macro and function agree for every capacity");
  expect_equal(uneven, 0, "a block is a multiple of 8 bytes");
}

static void test_the_size_of_nonsense_is_zero(void) {
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  expect_equal(nbiot_device_memory_size(NULL), 0, "no configuration has no size");
  config.endpoint_capacity = 253;
  expect_equal(nbiot_device_memory_size(&config), 0, "a capacity out of range has no size");
  config.endpoint_capacity = 0;
  config.abi = 77;
  config.uri = "not looked at";
  expect_equal(nbiot_device_memory_size(&config), NBIOT_MEMORY_SIZE_DEFAULT,
               "of the rest only the end of the URI is read for the size");
  config.uri = "coap://nbiotbt.heclouds.com:5683?bs";
  expect_equal(nbiot_device_memory_size(&config),
               NBIOT_MEMORY_SIZE_DEFAULT + NBIOT_MEMORY_BOOTSTRAP(0, 0, 0),
               "the classic mark of a bootstrap server costs an account");
}

static void test_the_limit(void) {
  expect(sizeof block <= 6 * 1024, "the default block is at most 6 KB with 64-bit pointers");
  expect(sizeof block == NBIOT_MEMORY_SIZE_DEFAULT, "the size is a constant expression");
}

static void serve_a_session(scene_t *scene) {
  nbiot_value_t number = {.type = NBIOT_INTEGER, .flag = NBIOT_READABLE | NBIOT_WRITABLE};
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/3303/0");
  uint32_t round;
  nbiot_resource_add(scene->device, 3303, 0, 5700, &number);
  scene_register(scene);
  request.observe = NBIOT_MOCK_OBSERVE_START;
  expect_equal(scene_ask(scene, &request, NULL), 205, "the server observes");
  for (round = 1; round <= 50; round++) {
    nbiot_resource_notify(scene->device, 3303, 0, 5700, round % 3);
    scene_run(scene, 1000);
  }
  expect_equal(scene_put(scene, "/3303/0/5700", "77"), 204, "the server writes");
  expect_equal(number.value.as_int, 77, "the value is stored");
  request = scene_request(NBIOT_MOCK_PUT, "/3303/0/5700");
  request.query = "pmin=1&pmax=30&gt=90";
  expect_equal(scene_ask(scene, &request, NULL), 204, "the server writes attributes");
  scene_run(scene, 700000);
  expect_equal(nbiot_device_close(scene->device, 10), NBIOT_ERR_OK, "the device says good-bye");
  expect_equal(nbiot_device_destroy(scene->device), NBIOT_ERR_OK, "the device is destroyed");
  scene->device = NULL;
}

static void test_a_static_block_is_enough(void) {
  scene_t scene;
  scene_open(&scene, 1);
  scene.platform.allocate = NULL;
  scene.platform.release = NULL;
  scene.config.memory = block;
  scene.config.memory_size = sizeof block;
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "a static block is accepted");
  expect((void *)scene.device == (void *)block, "the device lives in the block");
  serve_a_session(&scene);
  scene_close(&scene);
}

#define CANARY 0xC5u

/* Returns how many canary bytes changed. */
static unsigned canary_damage(const uint8_t *bytes, uint32_t size) {
  unsigned damage = 0;
  uint32_t index;
  for (index = 0; index < size; index++) {
    damage += bytes[index] != CANARY;
  }
  return damage;
}

static void test_nothing_is_written_outside_the_block(unsigned round) {
  static uint64_t room[4096];
  uint8_t *start = (uint8_t *)room + 256;
  uint32_t size;
  scene_t scene;
  scene_open(&scene, round);
  if (round > 0) {
    scene.config.resource_capacity = (uint16_t)(1 + chance(5));
    scene.config.observation_capacity = (uint16_t)(1 + chance(5));
    scene.config.attribute_capacity = (uint16_t)(1 + chance(5));
    scene.config.duplicate_capacity = (uint16_t)(4 + chance(5));
    scene.config.notification_capacity = (uint16_t)(2 + chance(5));
    scene.config.deferred_capacity = (uint16_t)(1 + chance(5));
    scene.config.receive_capacity = (uint16_t)(64 + chance(300));
    scene.config.send_capacity = (uint16_t)(96 + chance(300));
    scene.config.endpoint_capacity = (uint16_t)(8 + chance(20));
    scene.config.uri_capacity = (uint16_t)(15 + chance(20));
  }
  size = nbiot_device_memory_size(&scene.config);
  memset(room, CANARY, sizeof room);
  scene.config.memory = start;
  scene.config.memory_size = size;
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "a block of exactly this size is enough");
  serve_a_session(&scene);
  expect_equal(canary_damage((uint8_t *)room, 256), 0, "nothing is written before the block");
  expect_equal(canary_damage(start + size, (uint32_t)sizeof room - 256 - size), 0,
               "nothing is written after the block");
  scene_close(&scene);
}

int main(void) {
  unsigned round;
  test_the_macro_and_the_function_agree();
  test_the_size_of_nonsense_is_zero();
  test_the_limit();
  test_a_static_block_is_enough();
  for (round = 0; round < 10; round++) {
    test_nothing_is_written_outside_the_block(round);
  }
  return check_summary();
}
