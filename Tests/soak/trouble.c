/* trouble.c - what goes wrong, and how soon the device is back when it is over.
 * SPDX-License-Identifier: Apache-2.0 */
#include "soak.h"

/* A clock that was set back stands still so long, and a server that is asked answers at once. */
#define SLACK (10u * SECOND)

/* ---- The link */

void trouble_radio(soak_t *soak, uint8_t reason, int is_out) {
  soak->is_out = (uint8_t)(is_out ? soak->is_out | reason : soak->is_out & ~reason);
  nbiot_mock_radio(soak->radio, (soak->is_out & (OUT_RADIO | OUT_SLEEP)) == 0);
  nbiot_mock_radio(soak->server_node, (soak->is_out & OUT_SERVER) == 0);
}

static void serve_queue(void *context) { operator_serve_queue(context); }

void trouble_wake(soak_t *soak) {
  if ((soak->is_out & OUT_SLEEP) == 0) return;
  trouble_radio(soak, OUT_SLEEP, 0);
  nbiot_mock_at(soak->world, SECOND, serve_queue, soak);
}

void trouble_link(soak_t *soak) {
  nbiot_mock_link_t perfect;
  const nbiot_mock_link_t *link = &soak->plan.link;
  memset(&perfect, 0, sizeof perfect);
  if (soak->is_truce) link = &perfect;
  nbiot_mock_link(soak->radio, NBIOT_MOCK_UP, link);
  nbiot_mock_link(soak->radio, NBIOT_MOCK_DOWN, link);
}

static void go_out(soak_t *soak, uint8_t reason) {
  uint32_t length = chance_gap(&soak->chance, 2 * HOUR);
  journal_text(soak, "%s is off for %u s", reason == OUT_RADIO ? "the radio" : "the server", (unsigned)(length / SECOND));
  trouble_radio(soak, reason, 1);
  soak->out_until = nbiot_mock_now(soak->world) + length;
  soak->tally.outages += 1;
}

/* ---- What goes wrong */

static void fault(soak_t *soak) {
  static const uint8_t faults[] = {NBIOT_MOCK_FAULT_SEND_LATER,    NBIOT_MOCK_FAULT_SEND_BROKEN,
                                   NBIOT_MOCK_FAULT_RECEIVE_BROKEN, NBIOT_MOCK_FAULT_OPEN,
                                   NBIOT_MOCK_FAULT_RESOLVE_PENDING, NBIOT_MOCK_FAULT_RESOLVE,
                                   NBIOT_MOCK_FAULT_RANDOM};
  uint8_t kind = faults[chance_below(&soak->chance, sizeof faults)];
  uint32_t count = chance_between(&soak->chance, 1, 5);
  journal_text(soak, "fault %u, %u times", kind, (unsigned)count);
  nbiot_mock_fault(soak->radio, kind, count);
}

static void answer(soak_t *soak) {
  static const nbiot_mock_answer_t answers[] = {
      {NBIOT_MOCK_PIGGYBACKED, 0, 503, 0, 60}, {NBIOT_MOCK_PIGGYBACKED, 0, 403, 0, 0},
      {NBIOT_MOCK_SEPARATE, 0, 0, 1500, 0},    {NBIOT_MOCK_SILENT, 0, 0, 0, 0},
      {NBIOT_MOCK_RESET, 0, 0, 0, 0},          {NBIOT_MOCK_PIGGYBACKED, 2, 0, 0, 0},
      {NBIOT_MOCK_PIGGYBACKED, 0, 429, 0, 0},  {NBIOT_MOCK_PIGGYBACKED, 0, 0, 900, 0}};
  uint8_t on = (uint8_t)chance_below(&soak->chance, 4);
  uint32_t kind = chance_below(&soak->chance, 8);
  uint32_t count = chance_between(&soak->chance, 1, 4);
  if (on == NBIOT_MOCK_ON_DEREGISTER) on = NBIOT_MOCK_ON_BOOTSTRAP;
  journal_text(soak, "the server answers otherwise: %u to %u, %u times", (unsigned)kind, on, (unsigned)count);
  nbiot_mock_server_answer(on == NBIOT_MOCK_ON_BOOTSTRAP ? soak->bootstrap_server : soak->server, on, &answers[kind], count);
}

static void restart_server(soak_t *soak) {
  journal_text(soak, "the server restarts");
  nbiot_mock_server_forget(soak->server);
}

static void cut_power(soak_t *soak) {
  journal_text(soak, "the power will go while a slot is written");
  nbiot_mock_power_cut(soak->radio, chance_below(&soak->chance, 300), (uint8_t)chance_below(&soak->chance, 2));
}

void trouble_make(soak_t *soak) {
  if (soak->is_truce) return;
  switch (chance_below(&soak->chance, 12)) {
    case 0:
    case 1: go_out(soak, OUT_RADIO); break;
    case 2: go_out(soak, OUT_SERVER); break;
    case 3: restart_server(soak); break;
    case 4:
      journal_text(soak, "the NAT forgets");
      nbiot_mock_nat_rebind(soak->radio);
      break;
    case 5: firmware_reboot(soak, 0); break;
    case 6: cut_power(soak); break;
    case 7:
      journal_text(soak, "the clock steps back");
      nbiot_mock_clock_step(soak->radio, -(int32_t)chance_below(&soak->chance, 3000));
      soak->is_stirred = 1;
      break;
    case 8:
    case 9: fault(soak); break;
    default: answer(soak); break;
  }
}

void trouble_mend(soak_t *soak) {
  if (nbiot_mock_now(soak->world) < soak->out_until) return;
  if ((soak->is_out & OUT_SERVER) != 0 && chance_one_in(&soak->chance, 2)) restart_server(soak);
  if ((soak->is_out & (OUT_RADIO | OUT_SERVER)) != 0) journal_text(soak, "it is on again");
  trouble_radio(soak, OUT_RADIO | OUT_SERVER, 0);
}

/* ---- How soon it is back (docs/SOAK.md) */

static uint64_t bound_of(const soak_t *soak) {
  const nbiot_config_t *config = &soak->plan.config;
  uint64_t attempt = plan_max_transmit_wait(&soak->plan);
  uint64_t bound = soak->was_refused ? DAY : HOUR;
  int32_t state = nbiot_device_state(soak->device);
  bound += attempt;
  if (config->bootstrap) bound += attempt + config->hold_off_s * (uint64_t)SECOND;
  /* It does not know yet, and asks by its next Update. */
  if (state == NBIOT_STATE_REGISTERED || state == NBIOT_STATE_UPDATING) {
    bound = soak->wire.life_time * (uint64_t)SECOND + attempt;
  }
  if (soak->disabled_at > 0 && nbiot_mock_now(soak->world) < soak->disabled_at + DAY + 300 * SECOND) bound += DAY;
  return bound + SLACK;
}

static int is_back(const soak_t *soak) {
  /* A Register that was damaged has any name. */
  const char *name = soak->plan.corruption > 0 ? NULL : ENDPOINT;
  const nbiot_mock_registration_t *known = nbiot_mock_server_registration(soak->server, name);
  int32_t state = nbiot_device_state(soak->device);
  nbiot_address_t seen;
  return known != NULL && known->active && (state == NBIOT_STATE_REGISTERED || state == NBIOT_STATE_UPDATING) &&
         nbiot_mock_visible_address(soak->radio, &seen) == NBIOT_MOCK_OK && seen.port == known->address.port;
}

static void make_peace(soak_t *soak) {
  static const nbiot_mock_answer_t usual;
  journal_text(soak, "all is well");
  soak->is_truce = 1;
  soak->out_until = 0;
  for (uint8_t kind = 0; kind < NBIOT_MOCK_FAULT_COUNT; kind++) nbiot_mock_fault(soak->radio, kind, 0);
  for (uint8_t on = 0; on <= NBIOT_MOCK_ON_BOOTSTRAP; on++) {
    nbiot_mock_server_answer(soak->server, on, &usual, 0);
    nbiot_mock_server_answer(soak->bootstrap_server, on, &usual, 0);
  }
  if (firmware_is_dead(soak)) firmware_reboot(soak, 1);
  nbiot_mock_power_up(soak->radio);
  if (soak->mutant == MUTANT_DEAF) return;
  trouble_link(soak);
  trouble_radio(soak, OUT_RADIO | OUT_SERVER, 0);
}

void trouble_truce(soak_t *soak) {
  uint64_t start = nbiot_mock_now(soak->world);
  uint64_t bound;
  uint64_t absence;
  if (soak->mutant == MUTANT_DEAF) trouble_radio(soak, OUT_RADIO, 1);
  make_peace(soak);
  bound = bound_of(soak);
  while (!is_back(soak) && !life_is_over(soak) && nbiot_mock_now(soak->world) - start <= bound) life_run(soak, SECOND);
  absence = nbiot_mock_now(soak->world) - start;
  if (!is_back(soak)) {
    soak_break(soak, LAW_BACK, "state %d, %u s after the link had healed", (int)nbiot_device_state(soak->device),
               (unsigned)(absence / SECOND));
  }
  soak->tally.truces += 1;
  if (absence > soak->tally.longest_absence_ms) soak->tally.longest_absence_ms = absence;
}
