/* bootstrap_power.c - the power goes at every byte of every store, and the device still has an account.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "orders.h"

static const account_t new_account = {NEW_URI, NULL, NULL, 0};

/* What became of the cuts. */
typedef struct walk {
  unsigned rounds;
  unsigned missed;    /* The power stayed on. */
  unsigned lost;      /* The device did not register, or only by a bootstrap. */
  unsigned homeless;  /* Registered with neither server. */
  unsigned with_old;
  unsigned with_new;
  unsigned worse;     /* The old account although the new one had registered. */
} walk_t;

/* A device with the old account, and a bootstrap server that has the new one. */
static void begin(provisioning_t *all) {
  provisioning_open(all, 1);
  scene_create(&all->scene);
  nbiot_device_connect(all->scene.device, 60);
  orders_set(all->provider, &new_account);
}

/* The old server refuses once, so that the device bootstraps. */
static void move(provisioning_t *all) {
  nbiot_mock_answer_t refused = {.code = 403};
  nbiot_mock_server_answer(all->scene.server, NBIOT_MOCK_ON_REGISTER, &refused, 1);
  nbiot_mock_server_forget(all->scene.server);
  nbiot_device_update(all->scene.device, 0, 0);
  scene_run(&all->scene, 30000);
}

static void note(walk_t *walk, const provisioning_t *all, uint32_t asked, int had_registered,
                 int32_t status) {
  int at_old = nbiot_mock_server_has_device((void *)(uintptr_t)all->scene.server);
  int at_new = nbiot_mock_server_has_device((void *)(uintptr_t)all->other);
  walk->rounds += 1;
  walk->lost += status != NBIOT_ERR_OK || bootstraps(all) != asked;
  walk->homeless += !at_old && !at_new;
  walk->with_old += at_old != 0;
  walk->with_new += at_old == 0 && at_new != 0;
  walk->worse += had_registered && at_old;
}

/* Cuts the power after so many bytes, and starts the device again. */
static void cut(walk_t *walk, uint32_t bytes, uint8_t kind) {
  provisioning_t all;
  uint32_t asked;
  int had_registered;
  int32_t status;
  begin(&all);
  nbiot_mock_power_cut(all.scene.radio, bytes, kind);
  move(&all);
  walk->missed += nbiot_mock_storage(all.scene.radio).cuts != 1;
  had_registered = nbiot_mock_server_counts(all.other).registers > 0;
  nbiot_mock_server_forget(all.other);
  nbiot_device_destroy(all.scene.device);
  nbiot_mock_power_up(all.scene.radio);
  asked = bootstraps(&all);
  scene_create(&all.scene);
  status = nbiot_device_connect(all.scene.device, 60);
  note(walk, &all, asked, had_registered, status);
  nbiot_device_destroy(all.scene.device);
  nbiot_mock_world_destroy(all.scene.world);
}

static uint32_t bytes_of_a_move(void) {
  provisioning_t all;
  uint32_t before;
  uint32_t after;
  begin(&all);
  before = nbiot_mock_storage(all.scene.radio).bytes;
  move(&all);
  after = nbiot_mock_storage(all.scene.radio).bytes;
  expect(nbiot_mock_server_has_device(all.other), "without a cut the device moves");
  expect_equal(nbiot_mock_storage(all.scene.radio).stores, 4, "two stores for each account");
  scene_close(&all.scene);
  return after - before;
}

/* Where a record still is the one before it when the power goes: mark, version, flag and the high bytes
 * of the number that tells which is newer. Nothing of the confirmation is on the medium then. */
#define ALIKE 8u

static void walk_all(uint8_t kind) {
  uint32_t untouched = kind == NBIOT_MOCK_TORN ? ALIKE : 0;
  uint32_t bytes = bytes_of_a_move();
  uint32_t place;
  walk_t walk;
  memset(&walk, 0, sizeof walk);
  expect(bytes > 40, "there is something to cut");
  for (place = 0; place < bytes; place++) {
    cut(&walk, place, kind);
  }
  expect_equal(walk.rounds, bytes, "the power went at every byte");
  expect_equal(walk.missed, 0, "each time");
  expect_equal(walk.lost, 0, "the device registers again without a bootstrap");
  expect_equal(walk.homeless, 0, "with the old account or with the new one");
  expect_equal(walk.with_old, bytes / 2 + untouched, "the old one until the new one has registered");
  expect_equal(walk.with_new, bytes / 2 - untouched, "the new one from then on");
  expect_equal(walk.worse, untouched, "or from when that begins to be stored");
}

/* The first account of a device: until it is stored there is none, and the device asks again. */
static void first_cut(uint32_t bytes, uint8_t kind, walk_t *walk) {
  provisioning_t all;
  int had_registered;
  provisioning_open(&all, 1);
  scene_create(&all.scene);
  nbiot_mock_power_cut(all.scene.radio, bytes, kind);
  nbiot_device_connect(all.scene.device, 60);
  walk->missed += nbiot_mock_storage(all.scene.radio).cuts != 1;
  had_registered = nbiot_mock_server_counts(all.scene.server).registers > 0;
  nbiot_device_destroy(all.scene.device);
  nbiot_mock_power_up(all.scene.radio);
  scene_create(&all.scene);
  walk->rounds += 1;
  walk->lost += nbiot_device_connect(all.scene.device, 60) != NBIOT_ERR_OK;
  walk->worse += had_registered && bootstraps(&all) != 1;
  nbiot_device_destroy(all.scene.device);
  nbiot_mock_world_destroy(all.scene.world);
}

static void walk_the_first(uint8_t kind) {
  uint32_t bytes = bytes_of_a_move();
  uint32_t place;
  walk_t walk;
  memset(&walk, 0, sizeof walk);
  for (place = 0; place < bytes; place++) {
    first_cut(place, kind, &walk);
  }
  expect_equal(walk.missed, 0, "the power went each time");
  expect_equal(walk.lost, 0, "a device with its first account registers in the end");
  expect_equal(walk.worse, 0, "and without a bootstrap once it had registered");
}

int main(void) {
  walk_all(NBIOT_MOCK_TORN);
  walk_all(NBIOT_MOCK_ERASED);
  walk_the_first(NBIOT_MOCK_TORN);
  walk_the_first(NBIOT_MOCK_ERASED);
  return check_summary();
}
