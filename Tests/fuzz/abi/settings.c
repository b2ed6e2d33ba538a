/* settings.c - every text stands at the very end of its block, and what create copies is gone when it returns.
 * SPDX-License-Identifier: Apache-2.0 */
#include "settings.h"

#include "callbacks.h"
#include "calls.h"
#include "law.h"
#include "lent.h"
#include "line.h"
#include "secure.h"

static void *memory;
static nbiot_credentials_t *credentials;
static char *texts[4];
static uint8_t is_lent; /* The device lies in `memory`. */

static char *text_of(const char *text) { return lent_copy(text, strlen(text) + 1); }

static nbiot_platform_t choose_hooks(script_t *script) {
  nbiot_platform_t platform = line_platform();
  uint32_t lacks = take8(script);
  if (lacks & 1) platform.wait = NULL;
  if (lacks & 2) platform.wake = NULL;
  if (lacks & 4) platform.log = NULL;
  if (lacks & 8) platform.udp_hint = NULL;
  if (lacks & 16) platform.lock = NULL;
  if (lacks & 16) platform.unlock = NULL;
  if (lacks & 32) platform.store = NULL;
  if (lacks & 32) platform.load = NULL;
  if (lacks & 64) platform.allocate = NULL;
  if (lacks & 64) platform.release = NULL;
  line.has_hint = platform.udp_hint != NULL;
  return platform;
}

static void choose_sizes(nbiot_config_t *config, script_t *script) {
  static const uint16_t receives[] = {0, 64, 80, 128, 256, 1152};
  static const uint16_t sends[] = {0, 64, 80, 128, 256, 1500};
  static const uint16_t bodies[] = {0, 16, 64, 200, 1024};
  static const uint16_t stores[] = {0, 64, 100, 200, 900};
  static const uint16_t smalls[] = {0, 1, 2, 3};
  config->receive_capacity = PICK(script, receives);
  config->send_capacity = PICK(script, sends);
  config->body_capacity = PICK(script, bodies);
  config->stored_capacity = PICK(script, stores);
  config->block_capacity = PICK(script, smalls);
  config->observation_capacity = PICK(script, smalls);
  config->attribute_capacity = PICK(script, smalls);
  config->deferred_capacity = PICK(script, smalls);
  config->notification_capacity = PICK(script, smalls);
  config->duplicate_capacity = take_below(script, 2) ? 64 : 0;
  config->resource_capacity = take_below(script, 4) == 3 ? 9 : 0;
  config->location_capacity = take_below(script, 4) == 3 ? 8 : 0;
  config->identity_capacity = take_below(script, 4) == 3 ? 1 : 0;
  config->secret_capacity = config->identity_capacity;
  config->uri_capacity = take_below(script, 4) == 3 ? 18 : 0;
}

static void choose_times(nbiot_config_t *config, script_t *script) {
  static const uint32_t lifetimes[] = {300, 15, 0, 60, 0x0FFFFFFF};
  static const uint32_t acks[] = {0, 100, 600000};
  config->life_time = PICK(script, lifetimes);
  config->ack_timeout_ms = PICK(script, acks);
  config->ack_delay_ms = take_below(script, 4) == 3 ? 1 : 0;
  config->answer_timeout_s = take_below(script, 4) == 3 ? 1 : 0;
  config->hold_off_s = take_below(script, 8) == 7 ? 86400 : 0;
  config->awake_time_s = take_below(script, 2) ? 1 : 0;
  config->max_retransmit = take_below(script, 4) == 3 ? 1 : 0;
}

static void choose_kind(nbiot_config_t *config, script_t *script) {
  static const char *const names[] = {"coap://10.0.1.1", "coaps://h.test", "coap://[::1]:7", "coap://10.0.1.1:1?bs",
                                      "coap://a", "coaps://10.0.1.1?bs", "coap://:1", "http://a", ""};
  uint32_t kind = take8(script);
  config->profile = kind & 1;
  config->transmission = kind >> 1 & 1;
  config->bootstrap = kind >> 2 & 1;
  config->rebind = kind >> 3 & 1;
  config->queue_mode = kind >> 4 & 1;
  config->stored_kept = kind >> 5 & 1;
  config->stored_policy = (uint8_t)((kind >> 6) % 3);
  texts[0] = text_of(PICK(script, names));
  texts[1] = text_of(take_below(script, 8) == 7 ? "" : "imei;imsi");
  texts[2] = config->profile && take_below(script, 2) ? text_of("secret") : NULL;
  texts[3] = text_of("maker");
  config->uri = texts[0];
  config->endpoint_name = texts[1];
  config->auth_code = texts[2];
  config->device_info.manufacturer = texts[3];
  config->security = &secure_provider;
  config->security_context = secure_context;
  if (take_below(script, 4) == 3) config->security = NULL;
  if (take_below(script, 2)) config->credentials = credentials;
}

/* One field with anything in it. */
static void spoil(nbiot_config_t *config, nbiot_platform_t *platform, script_t *script) {
  uint8_t *bytes = (uint8_t *)config;
  uint32_t place = take16(script);
  uint8_t value = take8(script);
  /* What is no pointer: the abi to stored_kept, and the numbers behind the callbacks. */
  uint32_t tail = (uint32_t)offsetof(nbiot_config_t, life_time);
  uint32_t size = nbiot_device_memory_size(config);
  place %= 12u + (uint32_t)sizeof *config - tail;
  if (place < 12) {
    bytes[place] = value;
  } else {
    bytes[tail + place - 12] = value;
  }
  if (config->memory != NULL && nbiot_device_memory_size(config) > size) config->memory = NULL;
  if (value == 77) platform->abi = take8(script);
  if (value == 78) platform->udp_send = NULL;
  if (value == 79) config->platform = NULL;
}

static void learn_limits(const nbiot_config_t *config) {
  line.receive_capacity = config->receive_capacity ? config->receive_capacity : 512;
  line.send_limit = config->send_capacity ? config->send_capacity : 512;
  line.stored_capacity = config->stored_capacity;
  /* Accounts and records are looked at in the receive buffer. */
  line.hides_rest = config->bootstrap == 0 && strchr(config->uri, '?') == NULL && !config->stored_kept &&
                    config->factory_reset == NULL;
}

static int32_t check(const nbiot_config_t *config) {
  uint32_t *field = lent_new(sizeof *field);
  int32_t status;
  *field = 1000;
  status = nbiot_config_check(config, field);
  law(*field <= NBIOT_FIELD_STORED_KEPT, "nbiot_config_check: a field there is");
  law(status != NBIOT_ERR_OK || *field == NBIOT_FIELD_NONE, "nbiot_config_check: NONE when all are good");
  law(status != NBIOT_ERR_OK || nbiot_device_memory_size(config) % 8 == 0, "nbiot_device_memory_size: a multiple of 8");
  lent_free(field);
  return status;
}

static void give_back_texts(void) {
  uint32_t index;
  for (index = 0; index < 3; index++) lent_free(texts[index]);
}

/* A block of its own, if not from the allocate hook; one that is not aligned, or too short. */
static void give_memory(nbiot_config_t *config, uint8_t choice) {
  uint32_t size = nbiot_device_memory_size(config);
  if (choice % 4 == 3) return;
  config->memory_size = size - (choice == 4 ? 8 : 0);
  memory = lent_new(config->memory_size + (choice == 8 ? 4 : 0));
  config->memory = (char *)memory + (choice == 8 ? 4 : 0);
}

static void configure(nbiot_config_t *config, nbiot_platform_t *platform, script_t *script) {
  *platform = choose_hooks(script);
  memory = NULL;
  config->platform = platform;
  choose_kind(config, script);
  choose_sizes(config, script);
  choose_times(config, script);
  callbacks_configure(config, take8(script));
  if (platform->store == NULL) config->stored_kept = 0;
  give_memory(config, take8(script));
  if (script_left(script) > 2) spoil(config, platform, script);
}

nbiot_device_t *settings_create(script_t *script) {
  nbiot_config_t initial = NBIOT_CONFIG_INIT;
  nbiot_config_t *config = lent_copy(&initial, sizeof initial);
  nbiot_platform_t *platform = lent_new(sizeof *platform);
  nbiot_device_t **device = lent_new(sizeof(nbiot_device_t *));
  nbiot_device_t *created;
  int32_t foreseen, status;
  credentials = lent_new(sizeof *credentials);
  credentials->identity = lent_copy("me", 2);
  credentials->identity_length = 2;
  credentials->key = lent_copy("key", 3);
  credentials->key_length = 3;
  configure(config, platform, script);
  learn_limits(config);
  foreseen = check(config);
  status = call_create(device, config);
  law(status == foreseen || (foreseen == NBIOT_ERR_OK && (status == NBIOT_ERR_NO_MEMORY || status == NBIOT_ERR_RANDOM)),
      "nbiot_config_check: what it accepts can be created, memory permitting");
  law((status == NBIOT_ERR_OK) == (*device != NULL), "nbiot_device_create_with: dev is untouched on failure");
  created = *device;
  is_lent = config->memory != NULL;
  give_back_texts();
  lent_free(config);
  lent_free(platform);
  lent_free(device);
  return created;
}

int settings_lent_memory(void) { return is_lent; }

void settings_end(void) {
  lent_free((void *)(uintptr_t)credentials->identity);
  lent_free((void *)(uintptr_t)credentials->key);
  lent_free(credentials);
  lent_free(texts[3]);
  lent_free(memory);
}
