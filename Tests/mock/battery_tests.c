/* battery_tests.c - the states of a radio on the timeline of its datagrams.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "pair.h"

/* Round numbers: one byte takes a millisecond in either direction. */
static const nbiot_mock_energy_t ROUND = {
    .connect_ms = 1000, .connect_ua = 50,      .transmit_bps = 8000, .transmit_ua = 200,
    .receive_bps = 8000, .receive_ua = 30,     .connected_ua = 20,   .inactivity_ms = 10000,
    .release_ms = 1000, .active_ms = 5000,     .idle_ua = 3,         .sleep_ua = 1,
    .battery_mah = 24};

/* With its headers 100 bytes long: 100 ms. */
static const uint8_t hundred[72];

static void send_expecting(pair_t *pair, uint8_t expectation) {
  pair->on_a.udp_hint(pair->on_a.context, pair->from, NBIOT_SEND_NOTIFICATION, expectation);
  pair_send(pair, hundred, sizeof hundred);
}

static void answer(pair_t *pair) {
  nbiot_address_t to = nbiot_mock_address("10.0.0.1", 1000);
  pair->on_b.udp_send(pair->on_b.context, pair->to, hundred, sizeof hundred, &to);
}

static void one_datagram_goes_through_every_state(void) {
  pair_t pair = pair_create(1);
  nbiot_mock_battery_t *battery = nbiot_mock_battery_add(pair.a, &ROUND);
  nbiot_mock_use_t use;
  send_expecting(&pair, NBIOT_EXPECT_MORE);
  nbiot_mock_advance(pair.world, 100000);
  use = nbiot_mock_battery_use(battery);
  CHECK_EQUAL(use.connections, 1);
  CHECK_EQUAL(use.transmit_ms, 100);
  CHECK_EQUAL(use.connected_ms, 1000 + 100 + 10000);
  CHECK_EQUAL(use.idle_ms, 5000);
  CHECK_EQUAL(use.sleep_ms, 100000 - 11100 - 5000);
  CHECK_EQUAL(use.elapsed_ms, 100000);
  CHECK_EQUAL(use.charge_nc, 1000 * 50 + 100 * 200 + 10000 * 20 + 5000 * 3 + 83900 * 1);
  nbiot_mock_world_destroy(pair.world);
}

static void datagrams_within_the_inactivity_time_share_a_connection(void) {
  pair_t pair = pair_create(1);
  nbiot_mock_battery_t *battery = nbiot_mock_battery_add(pair.a, &ROUND);
  send_expecting(&pair, NBIOT_EXPECT_MORE);
  nbiot_mock_advance(pair.world, 5000);
  answer(&pair);
  nbiot_mock_advance(pair.world, 50000);
  CHECK_EQUAL(nbiot_mock_battery_use(battery).connections, 1);
  CHECK_EQUAL(nbiot_mock_battery_use(battery).receive_ms, 100);
  CHECK_EQUAL(nbiot_mock_battery_use(battery).connected_ms, 5000 + 100 + 10000);
  send_expecting(&pair, NBIOT_EXPECT_MORE);
  nbiot_mock_advance(pair.world, 1);
  CHECK_EQUAL(nbiot_mock_battery_use(battery).connections, 2);
  nbiot_mock_world_destroy(pair.world);
}

static void nothing_more_expected_releases_at_once(void) {
  pair_t pair = pair_create(1);
  nbiot_mock_battery_t *battery = nbiot_mock_battery_add(pair.a, &ROUND);
  send_expecting(&pair, NBIOT_EXPECT_NOTHING);
  nbiot_mock_advance(pair.world, 50000);
  CHECK_EQUAL(nbiot_mock_battery_use(battery).connected_ms, 1000 + 100 + 1000);
  nbiot_mock_world_destroy(pair.world);
}

static void one_reply_expected_releases_after_it(void) {
  pair_t pair = pair_create(1);
  nbiot_mock_battery_t *battery = nbiot_mock_battery_add(pair.a, &ROUND);
  send_expecting(&pair, NBIOT_EXPECT_REPLY);
  nbiot_mock_advance(pair.world, 2000);
  answer(&pair);
  nbiot_mock_advance(pair.world, 50000);
  CHECK_EQUAL(nbiot_mock_battery_use(battery).connected_ms, 2000 + 100 + 1000);
  nbiot_mock_world_destroy(pair.world);
}

static void a_reply_that_does_not_come_keeps_the_connection(void) {
  nbiot_mock_link_t deaf = {.loss = 1000};
  pair_t pair = pair_create(1);
  nbiot_mock_battery_t *battery = nbiot_mock_battery_add(pair.a, &ROUND);
  nbiot_mock_link(pair.a, NBIOT_MOCK_DOWN, &deaf);
  send_expecting(&pair, NBIOT_EXPECT_REPLY);
  nbiot_mock_advance(pair.world, 2000);
  answer(&pair);
  nbiot_mock_advance(pair.world, 50000);
  CHECK_EQUAL(nbiot_mock_battery_use(battery).connected_ms, 1000 + 100 + 10000);
  CHECK_EQUAL(nbiot_mock_battery_use(battery).receive_ms, 0);
  nbiot_mock_world_destroy(pair.world);
}

static void a_datagram_lost_on_the_way_up_costs_the_same(void) {
  nbiot_mock_link_t deaf = {.loss = 1000};
  pair_t heard = pair_create(1), lost = pair_create(1);
  nbiot_mock_battery_t *first = nbiot_mock_battery_add(heard.a, &ROUND);
  nbiot_mock_battery_t *second = nbiot_mock_battery_add(lost.a, &ROUND);
  nbiot_mock_link(lost.a, NBIOT_MOCK_UP, &deaf);
  send_expecting(&heard, NBIOT_EXPECT_MORE);
  send_expecting(&lost, NBIOT_EXPECT_MORE);
  nbiot_mock_advance(heard.world, 50000);
  nbiot_mock_advance(lost.world, 50000);
  CHECK_EQUAL(nbiot_mock_battery_use(second).charge_nc, nbiot_mock_battery_use(first).charge_nc);
  nbiot_mock_world_destroy(heard.world);
  nbiot_mock_world_destroy(lost.world);
}

static void two_batteries_measure_the_same_radio_by_two_models(void) {
  nbiot_mock_energy_t stubborn = ROUND, reachable = ROUND;
  pair_t pair = pair_create(1);
  nbiot_mock_battery_t *first, *second;
  stubborn.release_ms = 0;
  reachable.active_ms = NBIOT_MOCK_ALWAYS;
  first = nbiot_mock_battery_add(pair.a, &stubborn);
  second = nbiot_mock_battery_add(pair.a, &reachable);
  nbiot_mock_advance(pair.world, 1000);
  CHECK_EQUAL(nbiot_mock_battery_use(first).sleep_ms, 1000);
  CHECK_EQUAL(nbiot_mock_battery_use(second).idle_ms, 1000);
  send_expecting(&pair, NBIOT_EXPECT_NOTHING);
  nbiot_mock_advance(pair.world, 50000);
  CHECK_EQUAL(nbiot_mock_battery_use(first).connected_ms, 1000 + 100 + 10000);
  CHECK_EQUAL(nbiot_mock_battery_use(second).connected_ms, 1000 + 100 + 1000);
  CHECK_EQUAL(nbiot_mock_battery_use(second).idle_ms, 51000 - 2100);
  CHECK_EQUAL(nbiot_mock_battery_use(second).sleep_ms, 0);
  nbiot_mock_world_destroy(pair.world);
}

static void battery_days_follow_from_the_mean_current(void) {
  nbiot_mock_energy_t large = ROUND;
  /* 1 mA takes 24 mAh in a day. */
  CHECK_EQUAL(nbiot_mock_energy_days(&ROUND, 1000, 1), 1);
  CHECK_EQUAL(nbiot_mock_energy_days(&ROUND, 1, 1), 1000);
  CHECK_EQUAL(nbiot_mock_energy_days(&ROUND, 0, 1), UINT32_MAX);
  CHECK_EQUAL(nbiot_mock_energy_days(&ROUND, 0, 0), UINT32_MAX);
  CHECK_EQUAL(nbiot_mock_energy_days(NULL, 1000, 1), 0);
  CHECK_EQUAL(nbiot_mock_energy_days(NULL, 0, 0), 0);
  large.battery_mah = UINT32_MAX;
  CHECK_EQUAL(nbiot_mock_energy_days(&large, 1, 1000), UINT32_MAX);
}

static void a_model_that_cannot_be_is_refused(void) {
  nbiot_mock_energy_t energy = NBIOT_MOCK_ENERGY_INIT;
  pair_t pair = pair_create(1);
  CHECK(nbiot_mock_battery_add(pair.a, &energy) != NULL);
  CHECK(nbiot_mock_battery_add(NULL, &energy) == NULL);
  CHECK(nbiot_mock_battery_add(pair.a, NULL) == NULL);
  energy.transmit_bps = 0;
  CHECK(nbiot_mock_battery_add(pair.a, &energy) == NULL);
  energy = (nbiot_mock_energy_t)NBIOT_MOCK_ENERGY_INIT;
  energy.inactivity_ms = 0;
  CHECK(nbiot_mock_battery_add(pair.a, &energy) == NULL);
  nbiot_mock_world_destroy(pair.world);
}

void battery_tests(void) {
  test("one datagram goes through every state of the radio", one_datagram_goes_through_every_state);
  test("datagrams within the inactivity time share a connection",
       datagrams_within_the_inactivity_time_share_a_connection);
  test("3GPP TS 24.301 indication 1: nothing more expected releases at once",
       nothing_more_expected_releases_at_once);
  test("3GPP TS 24.301 indication 2: one reply expected releases after it",
       one_reply_expected_releases_after_it);
  test("a reply that does not come keeps the connection",
       a_reply_that_does_not_come_keeps_the_connection);
  test("a datagram lost on the way up costs the same",
       a_datagram_lost_on_the_way_up_costs_the_same);
  test("two batteries measure the same radio by two models",
       two_batteries_measure_the_same_radio_by_two_models);
  test("battery-days follow from the mean current", battery_days_follow_from_the_mean_current);
  test("a model that cannot be is refused", a_model_that_cannot_be_is_refused);
}
