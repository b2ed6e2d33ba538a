/* world.c - a world from its first day to its last.
 * SPDX-License-Identifier: Apache-2.0 */
#include "../abi/orders.h"

#include "soak.h"

#define TRUCE_GAP (5u * DAY)

static void begin(soak_t *soak) {
  account_t account = {SERVER_AT, NULL, NULL, 0};
  soak->world = nbiot_mock_world_create(soak->seed);
  soak->server_node = nbiot_mock_node_add(soak->world, "10.0.0.1", 0);
  soak->server = nbiot_mock_server_add(soak->server_node, 5683);
  soak->bootstrap_server = nbiot_mock_server_add(nbiot_mock_node_add(soak->world, "10.0.0.3", 0), 5683);
  soak->radio = nbiot_mock_node_add(soak->world, "10.0.0.2", soak->plan.start_ms);
  account.life_time = soak->plan.config.life_time;
  orders_set(soak->bootstrap_server, &account);
  hooks_set(soak);
  trouble_link(soak);
  firmware_boot(soak);
}

static uint64_t least(uint64_t left, uint64_t right) { return left < right ? left : right; }

/* The next of what happens by chance. */
typedef struct agenda {
  uint64_t request_at;
  uint64_t report_at;
  uint64_t trouble_at;
  uint64_t truce_at;
} agenda_t;

static int is_due(soak_t *soak, uint64_t *at, uint32_t gap) {
  uint64_t now = nbiot_mock_now(soak->world);
  if (*at > now) return 0;
  *at = now + chance_gap(&soak->chance, gap);
  return 1;
}

static void live(soak_t *soak) {
  const plan_t *plan = &soak->plan;
  uint64_t end = soak->days * (uint64_t)DAY;
  agenda_t agenda = {0, 0, DAY / 4, TRUCE_GAP};
  while (nbiot_mock_now(soak->world) < end && !life_is_over(soak)) {
    uint64_t next = least(least(agenda.request_at, agenda.report_at), least(agenda.trouble_at, agenda.truce_at));
    uint64_t now = nbiot_mock_now(soak->world);
    if (soak->out_until > now) next = least(next, soak->out_until);
    if (next > now) life_run(soak, (uint32_t)least(next - now, HOUR));
    trouble_mend(soak);
    if (is_due(soak, &agenda.request_at, plan->request_gap_ms)) operator_act(soak);
    if (is_due(soak, &agenda.report_at, plan->report_gap_ms)) firmware_fidget(soak);
    if (is_due(soak, &agenda.trouble_at, plan->trouble_gap_ms)) trouble_make(soak);
    if (is_due(soak, &agenda.truce_at, 2 * TRUCE_GAP)) {
      trouble_truce(soak);
      soak->is_truce = 0;
      trouble_link(soak);
    }
  }
}

/* Whatever is stored has an observer once: the one there is then. */
static void deliver(soak_t *soak, uint32_t path) {
  nbiot_device_close(soak->device, 0);
  wire_meddled(soak);
  life_run(soak, MINUTE);
  nbiot_device_connect(soak->device, 0);
  wire_meddled(soak);
  life_run(soak, 2 * SECOND);
  operator_observe(soak, path);
  life_run(soak, HOUR);
}

/* Everything gets to where it belongs, and the device is closed. */
static void drain(soak_t *soak) {
  nbiot_statistics_t statistics;
  uint32_t left;
  trouble_truce(soak);
  soak->is_ending = 1;
  for (uint32_t path = 0; path < REPORTED; path++) deliver(soak, path);
  reports_judge(soak);
  if (soak->mutant != MUTANT_NEVER_CLOSED) nbiot_device_close(soak->device, 0);
  wire_meddled(soak);
  life_run(soak, 600 * SECOND);
  statistics = life_statistics(soak);
  left = statistics.observations.used + statistics.attributes.used + statistics.duplicate_slots.used +
         statistics.deferred.used + statistics.outstanding.used + statistics.block_transfers.used +
         statistics.body_buffer.used + statistics.stored.used;
  if (left > 0) {
    soak_break(soak, LAW_EMPTY, "%u observations, %u attributes, %u duplicates, %u deferred, %u outstanding, %u stored",
               statistics.observations.used, statistics.attributes.used, statistics.duplicate_slots.used,
               statistics.deferred.used, statistics.outstanding.used, statistics.stored.used);
  }
}

static void end(soak_t *soak) {
  static const nbiot_mock_misuse_t none;
  nbiot_mock_misuse_t misuse;
  if (soak->mutant == MUTANT_SOCKET_LEAK) soak->inner.udp_open(soak->inner.context, NBIOT_FAMILY_IPV4, 0);
  soak->tally.days = nbiot_mock_now(soak->world) / DAY;
  soak->tally.datagrams = soak->wire.sent + soak->wire.received;
  nbiot_device_destroy(soak->device);
  misuse = nbiot_mock_misuse(soak->radio);
  if (memcmp(&misuse, &none, sizeof none) != 0) {
    soak_break(soak, LAW_MISUSE, "%u sockets and %u blocks left, %u bad sockets, %u hooks under the lock",
               (unsigned)misuse.open_sockets, (unsigned)misuse.leaked_blocks, (unsigned)misuse.bad_sockets,
               (unsigned)(misuse.locked_waits + misuse.locked_logs + misuse.locked_resolves + misuse.locked_stores));
  }
  nbiot_mock_world_destroy(soak->world);
}

int soak_run(soak_t *soak, uint64_t seed, uint32_t days, mutant_t mutant, int32_t only_law) {
  memset(soak, 0, sizeof *soak);
  soak->seed = seed;
  soak->days = days;
  soak->mutant = mutant;
  soak->only_law = only_law;
  soak->broken = -1;
  soak->chance.state = seed;
  soak->hook_chance.state = ~seed;
  soak->plan = plan_draw(&soak->chance);
  begin(soak);
  live(soak);
  if (!life_is_over(soak)) drain(soak);
  end(soak);
  return soak->broken < 0;
}

void tally_add(tally_t *sum, const tally_t *tally) {
  sum->days += tally->days;
  sum->datagrams += tally->datagrams;
  sum->requests += tally->requests;
  sum->executes += tally->executes;
  sum->writes += tally->writes;
  sum->reports += tally->reports;
  sum->delivered += tally->delivered;
  sum->uploads += tally->uploads;
  sum->outages += tally->outages;
  sum->reboots += tally->reboots;
  sum->power_cuts += tally->power_cuts;
  sum->truces += tally->truces;
  sum->idle_polls += tally->idle_polls;
  sum->registers += tally->registers;
  if (tally->longest_absence_ms > sum->longest_absence_ms) sum->longest_absence_ms = tally->longest_absence_ms;
}
