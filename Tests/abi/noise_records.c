/* noise_records.c - what a slot may hold that no device has stored: cut off, flipped, by chance, of another
 * version, and records with a right check sum over a wrong account.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "noise.h"

/* A longer hunt: -DNOISE_SEED=... -DNOISE_ROUNDS=... */
#ifndef NOISE_ROUNDS
#define NOISE_ROUNDS 3000u
#endif
#define RECORD 256u

typedef struct record {
  uint8_t bytes[RECORD];
  uint32_t length;
} record_t;

static provisioning_t all;
static noise_t noise;
static uint64_t block[(NBIOT_MEMORY_SIZE_DEFAULT + NBIOT_MEMORY_BOOTSTRAP(0, 0, 0)) / 8u];
static record_t good;
static unsigned lived_by; /* Records that were taken. */
static unsigned lost;

static void put_number(uint8_t *bytes, uint32_t number, uint32_t count) {
  while (count > 0) {
    count -= 1;
    bytes[count] = (uint8_t)number;
    number >>= 8;
  }
}

/* The length and the check sum of a record (docs/decisions/0018). */
static void seal(record_t *record) {
  uint32_t sum = UINT32_MAX;
  uint32_t index;
  put_number(record->bytes + 8, record->length - 14, 2);
  for (index = 0; index < record->length - 4; index++) {
    uint32_t bit;
    sum ^= record->bytes[index];
    for (bit = 0; bit < 8; bit++) {
      sum = sum & 1u ? sum >> 1 ^ 0xEDB88320u : sum >> 1;
    }
  }
  put_number(record->bytes + record->length - 4, ~sum, 4);
}

static void open_all(void) {
  static const account_t account = {OLD_URI, NULL, NULL, 0};
  provisioning_open(&all, 7);
  orders_set(all.scene.server, &account);
  all.scene.config.memory = block;
  all.scene.config.memory_size = sizeof block;
  noise_open_scene(&noise, &all.scene);
  provisioning_create(&all);
}

static uint32_t all_bootstraps(void) {
  return bootstraps(&all) + nbiot_mock_server_counts(all.scene.server).bootstraps;
}

static void find_good(void) {
  const uint8_t *bytes;
  int32_t length;
  open_all();
  nbiot_device_connect(all.scene.device, 0);
  noise_run(&noise, 60000);
  expect_equal(nbiot_device_state(all.scene.device), NBIOT_STATE_REGISTERED, "registered");
  length = nbiot_mock_slot(all.scene.radio, 1, &bytes);
  expect(length > 14 && (uint32_t)length <= RECORD, "there is a record");
  memcpy(good.bytes, bytes, (size_t)length);
  good.length = (uint32_t)length;
}

/* The device starts with these slots. Whatever they hold, it registers in the end. */
static void start(const record_t *first, const record_t *second, int registers) {
  uint32_t asked = all_bootstraps();
  int32_t status;
  nbiot_device_destroy(all.scene.device);
  all.scene.device = NULL;
  memset(block, 0xA5, sizeof block);
  nbiot_mock_slot_set(all.scene.radio, 0, first->bytes, first->length);
  nbiot_mock_slot_set(all.scene.radio, 1, second->bytes, second->length);
  while ((status = scene_create(&all.scene)) == NBIOT_ERR_RANDOM && noise.faults > 0) {
  }
  if (status != NBIOT_ERR_OK) {
    expect_equal(status, NBIOT_ERR_OK, "no record keeps a device from being created");
    return;
  }
  if (registers) {
    noise.is_sane = first->length > 0 && second->length > 0;
    nbiot_device_connect(all.scene.device, 0);
    noise_run(&noise, 400000);
    lost += nbiot_device_state(all.scene.device) != NBIOT_STATE_REGISTERED;
    lived_by += asked == all_bootstraps();
    noise.is_sane = 0;
    nbiot_mock_trace_clear(all.scene.world);
  }
}

static void test_cut_and_flipped(void) {
  static const record_t none;
  record_t record;
  uint32_t index;
  for (index = 0; index < good.length; index++) {
    record = good;
    record.length = index;
    start(&record, &none, index % 16 == 0);
  }
  expect_equal(lived_by, 0, "no part of a record is lived by");
  for (index = 0; index < good.length * 8; index++) {
    record = good;
    record.bytes[index / 8] ^= (uint8_t)(1u << index % 8);
    start(&none, &record, index % 64 == 0);
  }
  expect_equal(lived_by, 0, "nor one with a wrong bit");
  record = good;
  record.length += 5;
  start(&record, &none, 1);
  expect_equal(lived_by, 1, "what stands behind a record is not looked at");
  for (index = 0; index < 256; index++) {
    record = good;
    record.bytes[2] = (uint8_t)index;
    seal(&record);
    start(&record, &none, index % 16 == 2);
    record = good;
    record.bytes[10] = (uint8_t)index;
    seal(&record);
    start(&record, &none, index % 16 == 2);
  }
  expect_equal(lived_by, 1, "nor one of a version to come");
  expect_equal(lost, 0, "the device bootstraps instead, and registers");
}

static void test_by_chance(void) {
  record_t records[2];
  uint32_t round;
  for (round = 0; round < NOISE_ROUNDS; round++) {
    uint32_t which;
    for (which = 0; which < 2; which++) {
      record_t *record = &records[which];
      uint32_t damages = 1 + chance(6);
      *record = good;
      record->length = chance(8) ? good.length : 15 + chance(RECORD - 15);
      for (; damages > 0; damages--) {
        uint8_t *place = &record->bytes[chance(4) ? 10 + chance(record->length - 14) : chance(10)];
        *place = chance(2) ? (uint8_t)chance(256) : (uint8_t)(*place ^ 1u << chance(8));
      }
      if (chance(16) == 0) {
        for (damages = 0; damages < record->length; damages++) {
          record->bytes[damages] = (uint8_t)chance(256);
        }
      } else if (chance(8)) {
        seal(record);
      }
    }
    noise.faults = chance(4) ? 0 : 300;
    start(&records[0], &records[1], 0);
    noise.faults = 0;
    start(&records[0], &records[1], round % 8 == 0);
  }
  expect(lived_by > 20, "some were an account");
}

int main(void) {
  noise_state = NOISE_SEED;
  find_good();
  test_cut_and_flipped();
  test_by_chance();
  expect_equal(lost, 0, "the device registers, whatever was in the slots");
  noise_expect_clean(&noise);
  scene_close(&all.scene);
  return check_summary();
}
