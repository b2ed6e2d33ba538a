/* misuse_config.c - every field of a configuration, wrong: the status and the field that is named.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "nbiot_mock.h"

#include "scene.h"

typedef struct wrong_number {
  const char *name;
  size_t place;
  uint32_t size;
  uint32_t value;
  int32_t status;
  uint32_t field;
} wrong_number_t;

#define WRONG(member, value, status, field)                                                       \
  {#member " " #value, offsetof(nbiot_config_t, member), sizeof(((nbiot_config_t *)0)->member),   \
   value, status, field}
#define RANGE(member, value, field) WRONG(member, value, NBIOT_ERR_BADPARAM, field)

static const wrong_number_t numbers[] = {
    WRONG(abi, 0, NBIOT_ERR_ABI, NBIOT_FIELD_ABI),
    WRONG(abi, NBIOT_ABI + 1, NBIOT_ERR_ABI, NBIOT_FIELD_ABI),
    WRONG(abi, UINT32_MAX, NBIOT_ERR_ABI, NBIOT_FIELD_ABI),
    RANGE(profile, 2, NBIOT_FIELD_PROFILE),
    RANGE(profile, 255, NBIOT_FIELD_PROFILE),
    RANGE(transmission, 2, NBIOT_FIELD_TRANSMISSION),
    RANGE(bootstrap, 2, NBIOT_FIELD_BOOTSTRAP),
    RANGE(max_retransmit, 11, NBIOT_FIELD_MAX_RETRANSMIT),
    RANGE(rebind, 2, NBIOT_FIELD_REBIND),
    RANGE(queue_mode, 2, NBIOT_FIELD_QUEUE_MODE),
    RANGE(queue_mode, 255, NBIOT_FIELD_QUEUE_MODE),
    RANGE(awake_time_s, 86401, NBIOT_FIELD_AWAKE_TIME),
    RANGE(awake_time_s, UINT32_MAX, NBIOT_FIELD_AWAKE_TIME),
    RANGE(life_time, 1, NBIOT_FIELD_LIFE_TIME),
    RANGE(life_time, 14, NBIOT_FIELD_LIFE_TIME),
    RANGE(life_time, 0x10000000, NBIOT_FIELD_LIFE_TIME),
    RANGE(life_time, UINT32_MAX, NBIOT_FIELD_LIFE_TIME),
    RANGE(ack_timeout_ms, 99, NBIOT_FIELD_ACK_TIMEOUT),
    RANGE(ack_timeout_ms, 600001, NBIOT_FIELD_ACK_TIMEOUT),
    RANGE(ack_delay_ms, 2000, NBIOT_FIELD_ACK_DELAY),
    RANGE(answer_timeout_s, 241, NBIOT_FIELD_ANSWER_TIMEOUT),
    RANGE(hold_off_s, 86401, NBIOT_FIELD_HOLD_OFF),
    RANGE(resource_capacity, 65001, NBIOT_FIELD_RESOURCE_CAPACITY),
    RANGE(observation_capacity, 65001, NBIOT_FIELD_OBSERVATION_CAPACITY),
    RANGE(attribute_capacity, 65001, NBIOT_FIELD_ATTRIBUTE_CAPACITY),
    WRONG(server_capacity, 2, NBIOT_ERR_NOT_SUPPORT, NBIOT_FIELD_SERVER_CAPACITY),
    RANGE(duplicate_capacity, 3, NBIOT_FIELD_DUPLICATE_CAPACITY),
    RANGE(duplicate_capacity, 65001, NBIOT_FIELD_DUPLICATE_CAPACITY),
    RANGE(deferred_capacity, 256, NBIOT_FIELD_DEFERRED_CAPACITY),
    RANGE(notification_capacity, 256, NBIOT_FIELD_NOTIFICATION_CAPACITY),
    RANGE(receive_capacity, 63, NBIOT_FIELD_RECEIVE_CAPACITY),
    RANGE(receive_capacity, 65001, NBIOT_FIELD_RECEIVE_CAPACITY),
    RANGE(send_capacity, 63, NBIOT_FIELD_SEND_CAPACITY),
    RANGE(send_capacity, 65001, NBIOT_FIELD_SEND_CAPACITY),
    RANGE(endpoint_capacity, 253, NBIOT_FIELD_ENDPOINT_CAPACITY),
    RANGE(uri_capacity, 1025, NBIOT_FIELD_URI_CAPACITY),
    RANGE(location_capacity, 1025, NBIOT_FIELD_LOCATION_CAPACITY),
    RANGE(auth_code_capacity, 271, NBIOT_FIELD_AUTH_CODE_CAPACITY),
    RANGE(identity_capacity, 1025, NBIOT_FIELD_IDENTITY_CAPACITY),
    RANGE(secret_capacity, 1025, NBIOT_FIELD_SECRET_CAPACITY),
    RANGE(body_capacity, 15, NBIOT_FIELD_BODY_CAPACITY),
    RANGE(body_capacity, 65001, NBIOT_FIELD_BODY_CAPACITY),
    RANGE(block_capacity, 256, NBIOT_FIELD_BLOCK_CAPACITY),
    RANGE(stored_capacity, 63, NBIOT_FIELD_STORED_CAPACITY),
    RANGE(stored_capacity, 65001, NBIOT_FIELD_STORED_CAPACITY),
    RANGE(stored_policy, 3, NBIOT_FIELD_STORED_POLICY),
    RANGE(stored_policy, 255, NBIOT_FIELD_STORED_POLICY),
    RANGE(stored_kept, 2, NBIOT_FIELD_STORED_KEPT),
};

static void put_number(nbiot_config_t *config, const wrong_number_t *wrong) {
  unsigned char *place = (unsigned char *)config + wrong->place;
  uint8_t byte = (uint8_t)wrong->value;
  uint16_t half = (uint16_t)wrong->value;
  switch (wrong->size) {
    case 1: memcpy(place, &byte, 1); break;
    case 2: memcpy(place, &half, 2); break;
    default: memcpy(place, &wrong->value, 4); break;
  }
}

/* Checks and creates with the scene's configuration as it is. */
static void expect_refused(scene_t *scene, int32_t status, uint32_t field, const char *sentence) {
  nbiot_device_t *const untouched = (nbiot_device_t *)(void *)scene;
  nbiot_device_t *device = untouched;
  uint32_t named = 4711;
  expect_equal(nbiot_config_check(&scene->config, &named), status, sentence);
  expect_equal(named, field, sentence);
  expect_equal(nbiot_config_check(&scene->config, NULL), status, "the field may be null");
  expect_equal(nbiot_device_create_with(&device, &scene->config), status, sentence);
  expect(device == untouched, "dev is untouched");
  if (nbiot_mock_misuse(scene->radio).leaked_blocks != 0) {
    expect(0, "nothing stays allocated");
  }
}

static void expect_accepted(scene_t *scene, const char *sentence) {
  uint32_t named = 4711;
  expect_equal(nbiot_config_check(&scene->config, &named), NBIOT_ERR_OK, sentence);
  expect_equal(named, NBIOT_FIELD_NONE, sentence);
  expect_equal(scene_create(scene), NBIOT_ERR_OK, sentence);
  if (scene->device != NULL) {
    nbiot_device_destroy(scene->device);
    scene->device = NULL;
  }
}

static void test_numbers(void) {
  scene_t scene;
  nbiot_config_t good;
  size_t index;
  scene_open(&scene, 1);
  good = scene.config;
  for (index = 0; index < sizeof numbers / sizeof numbers[0]; index++) {
    put_number(&scene.config, &numbers[index]);
    expect_refused(&scene, numbers[index].status, numbers[index].field, numbers[index].name);
    scene.config = good;
    expect_accepted(&scene, "without it the configuration is good");
  }
  scene_close(&scene);
}

static void test_the_ends_of_the_ranges(void) {
  scene_t scene;
  scene_open(&scene, 1);
  scene.config.life_time = 15;
  scene.config.ack_timeout_ms = 100;
  scene.config.ack_delay_ms = 99;
  scene.config.answer_timeout_s = 240;
  scene.config.max_retransmit = 10;
  scene.config.duplicate_capacity = 4;
  scene.config.receive_capacity = 64;
  scene.config.send_capacity = 64;
  scene.config.resource_capacity = 1;
  scene.config.server_capacity = 1;
  expect_accepted(&scene, "the least of everything");
  scene.config.life_time = 0x0FFFFFFF;
  scene.config.ack_timeout_ms = 600000;
  scene.config.ack_delay_ms = 599999;
  scene.config.deferred_capacity = 255;
  scene.config.notification_capacity = 255;
  scene.config.bootstrap = 1;
  scene.config.hold_off_s = 86400;
  scene.config.identity_capacity = 1024;
  scene.config.secret_capacity = 1024;
  scene.config.resource_capacity = 65000;
  scene.config.receive_capacity = 65000;
  expect_accepted(&scene, "the most of everything");
  scene_close(&scene);
}

typedef struct uri_case {
  const char *uri;
  int32_t status;
  uint32_t field;
} uri_case_t;

#define BAD_URI NBIOT_ERR_INVALID_URI, NBIOT_FIELD_URI
#define GOOD_URI NBIOT_ERR_OK, NBIOT_FIELD_NONE

static const uri_case_t uris[] = {
    {"coap://10.0.0.1", GOOD_URI},
    {"coap://10.0.0.1:1", GOOD_URI},
    {"coap://10.0.0.1:65535", GOOD_URI},
    {"COAP://Server.Example:5683", GOOD_URI},
    {"coap://[2001:db8::1]:5683", GOOD_URI},
    {"coap://[::1]", GOOD_URI},
    {"coap://host/", GOOD_URI},
    {"coap://host?bs", GOOD_URI},
    {"coap://host:5683/?bs", GOOD_URI},
    {"", NBIOT_ERR_BADPARAM, NBIOT_FIELD_URI},
    {"coap", BAD_URI},
    {"coap:", BAD_URI},
    {"coap:/host", BAD_URI},
    {"coap://", BAD_URI},
    {"coap://:5683", BAD_URI},
    {"coap://host:0", BAD_URI},
    {"coap://host:65536", BAD_URI},
    {"coap://host:99999999999999999999", BAD_URI},
    {"coap://host:-1", BAD_URI},
    {"coap://host:56a3", BAD_URI},
    {"coap://host:1:2", BAD_URI},
    {"coap://user@host", BAD_URI},
    {"coap://host name", BAD_URI},
    {"coap://host/rd", BAD_URI},
    {"coap://host?ep=x", BAD_URI},
    {"coap://host?bs=1", BAD_URI},
    {"coap://host?bs?bs", BAD_URI},
    {"coap://host#x", BAD_URI},
    {"coap://[::1", BAD_URI},
    {"coap://[]", BAD_URI},
    {"coap://h\xC3\xA4st", BAD_URI},
    {" coap://host", BAD_URI},
    {"http://host", BAD_URI},
    {"coap+tcp://host", BAD_URI},
    {"10.0.0.1:5683", BAD_URI},
    {"coaps://host", NBIOT_ERR_NOT_SUPPORT, NBIOT_FIELD_SECURITY},
    {"coaps://host?bs", NBIOT_ERR_NOT_SUPPORT, NBIOT_FIELD_SECURITY},
    {"coap://0123456789012345678901234567890123456789012345678901234567", NBIOT_ERR_NO_MEMORY,
     NBIOT_FIELD_URI},
};

static void test_uris(void) {
  scene_t scene;
  size_t index;
  scene_open(&scene, 1);
  for (index = 0; index < sizeof uris / sizeof uris[0]; index++) {
    scene.config.uri = uris[index].uri;
    if (uris[index].status == NBIOT_ERR_OK) {
      expect_accepted(&scene, uris[index].uri);
    } else {
      expect_refused(&scene, uris[index].status, uris[index].field, uris[index].uri);
    }
  }
  scene.config.uri = "coap://host/rd";
  expect_refused(&scene, NBIOT_ERR_INVALID_URI, NBIOT_FIELD_URI,
                 "C Anjay Lite 6: a URI with a path is refused, for a Register would go elsewhere");
  scene.config.uri = NULL;
  expect_refused(&scene, NBIOT_ERR_BADPARAM, NBIOT_FIELD_URI, "no URI");
  scene_close(&scene);
}

static void test_texts(void) {
  char text[300];
  scene_t scene;
  scene_open(&scene, 1);
  scene.config.endpoint_name = NULL;
  expect_refused(&scene, NBIOT_ERR_BADPARAM, NBIOT_FIELD_ENDPOINT_NAME, "no endpoint");
  scene.config.endpoint_name = "";
  expect_refused(&scene, NBIOT_ERR_BADPARAM, NBIOT_FIELD_ENDPOINT_NAME, "an empty endpoint");
  memset(text, 'e', sizeof text);
  text[65] = 0;
  scene.config.endpoint_name = text;
  expect_refused(&scene, NBIOT_ERR_NO_MEMORY, NBIOT_FIELD_ENDPOINT_NAME, "an endpoint of 65 bytes");
  text[64] = 0;
  expect_accepted(&scene, "an endpoint of 64 bytes");
  text[64] = 'e';
  text[65] = 'e';
  text[253] = 0;
  scene.config.endpoint_capacity = 252;
  expect_refused(&scene, NBIOT_ERR_NO_MEMORY, NBIOT_FIELD_ENDPOINT_NAME,
                 "an endpoint of 253 bytes, which no ep= holds");
  text[252] = 0;
  expect_accepted(&scene, "an endpoint of 252 bytes");
  scene.config.endpoint_name = "e";
  scene.config.profile = NBIOT_PROFILE_ONENET;
  scene.config.auth_code = "12345678901234567";
  expect_refused(&scene, NBIOT_ERR_NO_MEMORY, NBIOT_FIELD_AUTH_CODE, "an auth code of 17 bytes");
  scene.config.auth_code = "1234567890123456";
  expect_accepted(&scene, "an auth code of 16 bytes");
  scene_close(&scene);
}

static void test_the_platform(void) {
  scene_t scene;
  nbiot_platform_t good;
  scene_open(&scene, 1);
  good = scene.platform;
  scene.config.platform = NULL;
  expect_refused(&scene, NBIOT_ERR_BADPARAM, NBIOT_FIELD_PLATFORM, "no platform");
  scene.config.platform = &scene.platform;
  scene.platform.abi = 0;
  expect_refused(&scene, NBIOT_ERR_ABI, NBIOT_FIELD_PLATFORM_ABI, "a platform without its ABI");
  scene.platform.abi = NBIOT_ABI + 1;
  expect_refused(&scene, NBIOT_ERR_ABI, NBIOT_FIELD_PLATFORM_ABI, "a platform of another ABI");
#define WITHOUT(hook)                                                          \
  scene.platform = good;                                                       \
  scene.platform.hook = NULL;                                                  \
  expect_refused(&scene, NBIOT_ERR_BADPARAM, NBIOT_FIELD_PLATFORM_HOOKS, "no " #hook)
  WITHOUT(now_ms);
  WITHOUT(random);
  WITHOUT(resolve);
  WITHOUT(udp_open);
  WITHOUT(udp_send);
  WITHOUT(udp_receive);
  WITHOUT(udp_close);
  WITHOUT(lock);
  WITHOUT(unlock);
  WITHOUT(allocate);
  WITHOUT(release);
  WITHOUT(store);
  WITHOUT(load);
  scene.platform = good;
  scene.platform.wait = NULL;
  scene.platform.wake = NULL;
  scene.platform.lock = NULL;
  scene.platform.unlock = NULL;
  scene.platform.log = NULL;
  scene.platform.store = NULL;
  scene.platform.load = NULL;
  expect_accepted(&scene, "only the mandatory hooks");
  scene.config.bootstrap = 1;
  expect_accepted(&scene, "a bootstrap needs no storage");
  scene_close(&scene);
}

static void test_memory(void) {
  static uint64_t block[NBIOT_MEMORY_SIZE_DEFAULT / 8 + 1];
  nbiot_device_t *device = NULL;
  scene_t scene;
  unsigned shift;
  scene_open(&scene, 1);
  scene.config.memory = block;
  scene.config.memory_size = NBIOT_MEMORY_SIZE_DEFAULT;
  expect_accepted(&scene, "a block of the right size");
  scene.config.memory_size = NBIOT_MEMORY_SIZE_DEFAULT - 1;
  expect_refused(&scene, NBIOT_ERR_NO_MEMORY, NBIOT_FIELD_MEMORY, "one byte short");
  scene.config.memory_size = NBIOT_MEMORY_SIZE_DEFAULT;
  for (shift = 1; shift < 8; shift++) {
    scene.config.memory = (uint8_t *)block + shift;
    expect_refused(&scene, NBIOT_ERR_BADPARAM, NBIOT_FIELD_MEMORY, "a block not aligned to 8");
  }
  scene.config.memory = NULL;
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_ALLOCATE, 1);
  expect_equal(nbiot_device_create_with(&device, &scene.config), NBIOT_ERR_NO_MEMORY,
               "an allocator that has nothing");
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RANDOM, 1);
  expect_equal(nbiot_device_create_with(&device, &scene.config), NBIOT_ERR_RANDOM,
               "no randomness");
  expect(device == NULL, "dev is untouched");
  scene.platform.allocate = NULL;
  scene.platform.release = NULL;
  expect_refused(&scene, NBIOT_ERR_NOT_SUPPORT, NBIOT_FIELD_MEMORY, "neither block nor allocator");
  scene_close(&scene);
}

static void test_null(void) {
  nbiot_device_t *device = NULL;
  uint32_t field = 4711;
  scene_t scene;
  scene_open(&scene, 1);
  expect_equal(nbiot_config_check(NULL, &field), NBIOT_ERR_BADPARAM, "no configuration");
  expect_equal(nbiot_config_check(NULL, NULL), NBIOT_ERR_BADPARAM, "nothing at all");
  expect_equal(nbiot_device_create_with(&device, NULL), NBIOT_ERR_BADPARAM, "no configuration");
  expect_equal(nbiot_device_create_with(NULL, &scene.config), NBIOT_ERR_BADPARAM, "no dev");
  expect(device == NULL, "dev is untouched");
  scene_close(&scene);
}

int main(void) {
  test_null();
  test_numbers();
  test_the_ends_of_the_ranges();
  test_uris();
  test_texts();
  test_the_platform();
  test_memory();
  return check_summary();
}
