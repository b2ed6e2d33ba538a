/* battery.c - the states of an NB-IoT radio on the timeline of its datagrams, and the charge they take.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "network.h"

struct nbiot_mock_battery {
  nbiot_mock_battery_t *next;
  const nbiot_mock_world_t *world;
  nbiot_mock_energy_t energy;
  nbiot_mock_use_t use;     /* up to settled */
  uint64_t settled;
  uint64_t busy_until;      /* the end of what is being sent or received */
  uint64_t connected_until; /* as far as is known now */
  uint64_t active_until;
  uint8_t last_reply;       /* NBIOT_EXPECT_REPLY: what comes next is the last */
};

nbiot_mock_battery_t *nbiot_mock_battery_add(nbiot_mock_node_t *node,
                                             const nbiot_mock_energy_t *energy) {
  nbiot_mock_battery_t *battery;
  if (node == NULL || energy == NULL || energy->transmit_bps == 0 || energy->receive_bps == 0 ||
      energy->inactivity_ms == 0) {
    return NULL;
  }
  battery = mock_allocate(sizeof *battery);
  battery->world = node->world;
  battery->energy = *energy;
  battery->settled = node->world->now;
  battery->active_until = energy->active_ms == NBIOT_MOCK_ALWAYS ? UINT64_MAX : 0;
  battery->next = node->batteries;
  node->batteries = battery;
  return battery;
}

void mock_battery_release(nbiot_mock_node_t *node) {
  while (node->batteries != NULL) {
    nbiot_mock_battery_t *battery = node->batteries;
    node->batteries = battery->next;
    free(battery);
  }
}

static uint64_t earlier(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* Spends the time up to `until` at a current. Returns how long that was. */
static uint64_t spend(nbiot_mock_battery_t *battery, uint64_t until, uint32_t current_ua) {
  uint64_t ms = until > battery->settled ? until - battery->settled : 0;
  battery->settled += ms;
  battery->use.elapsed_ms += ms;
  battery->use.charge_nc += ms * current_ua;
  return ms;
}

static void settle(nbiot_mock_battery_t *battery, uint64_t now) {
  const nbiot_mock_energy_t *energy = &battery->energy;
  nbiot_mock_use_t *use = &battery->use;
  use->connected_ms += spend(battery, earlier(now, battery->connected_until), energy->connected_ua);
  use->idle_ms += spend(battery, earlier(now, battery->active_until), energy->idle_ua);
  use->sleep_ms += spend(battery, now, energy->sleep_ua);
}

static void release_at(nbiot_mock_battery_t *battery, uint64_t at) {
  battery->connected_until = at;
  if (battery->energy.active_ms != NBIOT_MOCK_ALWAYS) {
    battery->active_until = at + battery->energy.active_ms;
  }
}

/* The radio is busy after what it is busy with already. settle() accounts for the same time at
 * connected_ua; here only what is over that. */
static void burst(nbiot_mock_battery_t *battery, uint64_t ms, uint32_t current_ua) {
  uint32_t connected_ua = battery->energy.connected_ua;
  battery->busy_until += ms;
  battery->use.charge_nc += current_ua > connected_ua ? ms * (current_ua - connected_ua) : 0;
}

static uint64_t airtime_ms(uint32_t length, uint32_t bps) {
  uint64_t millibits = ((uint64_t)length + NBIOT_MOCK_AIR_HEADER) * 8 * 1000;
  return (millibits + bps - 1) / bps;
}

static void connect_radio(nbiot_mock_battery_t *battery) {
  uint64_t now = battery->world->now;
  settle(battery, now);
  if (now < battery->connected_until) {
    battery->busy_until = battery->busy_until > now ? battery->busy_until : now;
    return;
  }
  battery->busy_until = now;
  battery->last_reply = 0;
  battery->use.connections += 1;
  burst(battery, battery->energy.connect_ms, battery->energy.connect_ua);
}

static uint32_t tail_ms(const nbiot_mock_battery_t *battery, int is_last) {
  const nbiot_mock_energy_t *energy = &battery->energy;
  return is_last && energy->release_ms > 0 ? energy->release_ms : energy->inactivity_ms;
}

static void transmit(nbiot_mock_battery_t *battery, uint32_t length, uint8_t expectation) {
  uint64_t ms = airtime_ms(length, battery->energy.transmit_bps);
  connect_radio(battery);
  burst(battery, ms, battery->energy.transmit_ua);
  battery->use.transmit_ms += ms;
  battery->last_reply = expectation == NBIOT_EXPECT_REPLY;
  release_at(battery, battery->busy_until + tail_ms(battery, expectation == NBIOT_EXPECT_NOTHING));
}

static void receive(nbiot_mock_battery_t *battery, uint32_t length) {
  uint64_t ms = airtime_ms(length, battery->energy.receive_bps);
  connect_radio(battery);
  burst(battery, ms, battery->energy.receive_ua);
  battery->use.receive_ms += ms;
  release_at(battery, battery->busy_until + tail_ms(battery, battery->last_reply));
  battery->last_reply = 0;
}

void mock_battery_sent(nbiot_mock_node_t *node, uint32_t length) {
  nbiot_mock_battery_t *battery;
  for (battery = node->batteries; battery != NULL; battery = battery->next) {
    transmit(battery, length, node->expectation);
  }
}

void mock_battery_came(nbiot_mock_node_t *node, uint32_t length) {
  nbiot_mock_battery_t *battery;
  for (battery = node->batteries; battery != NULL; battery = battery->next) {
    receive(battery, length);
  }
}

nbiot_mock_use_t nbiot_mock_battery_use(const nbiot_mock_battery_t *battery) {
  nbiot_mock_battery_t copy;
  memset(&copy, 0, sizeof copy);
  if (battery != NULL) {
    copy = *battery;
    settle(&copy, copy.world->now);
  }
  return copy.use;
}

uint32_t nbiot_mock_energy_days(const nbiot_mock_energy_t *energy, uint64_t charge_nc,
                                uint64_t elapsed_ms) {
  uint64_t current_na = elapsed_ms == 0 ? 0 : charge_nc * 1000 / elapsed_ms;
  uint64_t days = UINT32_MAX;
  if (energy == NULL) {
    return 0;
  }
  if (current_na > 0) {
    days = (uint64_t)energy->battery_mah * 1000000 / (current_na * 24);
  }
  return (uint32_t)earlier(days, UINT32_MAX);
}
