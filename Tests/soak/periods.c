/* periods.c - who observes what, how often it may be told (LwM2M 5.1.2), and whether it is.
 * SPDX-License-Identifier: Apache-2.0 */
#include "soak.h"

static int same_path(const uint16_t *left, const uint16_t *right) { return memcmp(left, right, 6) == 0; }

static uint32_t pmin_of(const wire_t *wire, const uint16_t *path) {
  for (uint32_t i = 0; i < WIRE_OBSERVERS; i++) {
    if (wire->periods[i].is_there && same_path(wire->periods[i].path, path)) return wire->periods[i].pmin;
  }
  return 0;
}

static void judge(soak_t *soak, const observer_t *observer, uint32_t pmin) {
  uint64_t gap = nbiot_mock_now(soak->world) - observer->told_at;
  uint32_t least = pmin < observer->pmin_then ? pmin : observer->pmin_then;
  if (soak->plan.corruption > 0 || observer->told_at == 0 || gap >= least * (uint64_t)SECOND) return;
  soak_break(soak, LAW_PMIN, "a notification of /%u after %u ms, pmin %u s", observer->path[0], (unsigned)gap, (unsigned)least);
}

/* A response with Observe: a notification, or the answer to who asked for them. */
static void tell(soak_t *soak, const message_t *message, int is_new) {
  wire_t *wire = &soak->wire;
  for (uint32_t i = 0; i < WIRE_OBSERVERS; i++) {
    observer_t *observer = &wire->observers[i];
    uint32_t pmin = pmin_of(wire, observer->path);
    if (!observer->is_there || observer->token != message->token) continue;
    /* An answer that was deferred is no notification. */
    if (message->type == TYPE_CON && observer->owed > 0 && nbiot_mock_now(soak->world) < observer->owed_until) is_new = 0;
    if (is_new) judge(soak, observer, pmin);
    if (message->type == TYPE_ACK && message->id == observer->request_id && observer->owed > 0) observer->owed -= 1;
    observer->told_at = wire->tried_at > 0 ? wire->tried_at : nbiot_mock_now(soak->world);
    observer->pmin_then = pmin;
  }
}

/* A duplicate is answered like the first, without effect, unless there was no slot to remember it. */
static int is_settled(const wire_t *wire, uint16_t id) {
  uint32_t count = wire->settled_count < WIRE_SETTLED ? wire->settled_count : WIRE_SETTLED;
  while (count-- > 0) {
    if (wire->settled[count] == id) return 1;
  }
  return 0;
}

/* Where the attributes of a path are kept, or are to be. */
static periods_t *place_of(wire_t *wire, const uint16_t *path) {
  for (uint32_t i = 0; i < WIRE_OBSERVERS; i++) {
    if (wire->periods[i].is_there && same_path(wire->periods[i].path, path)) return &wire->periods[i];
  }
  return &wire->periods[wire->next_periods++ % WIRE_OBSERVERS];
}

static void attach(wire_t *wire, int is_duplicate) {
  periods_t *periods = place_of(wire, wire->asked_path);
  uint32_t pmin = (uint32_t)wire->asked_pmin;
  /* A duplicate was perhaps carried out again, perhaps before a registration that forgot it. */
  if (is_duplicate && (!periods->is_there || pmin > periods->pmin)) return;
  memcpy(periods->path, wire->asked_path, sizeof periods->path);
  periods->pmin = pmin;
  periods->is_there = 1;
}

static void answer_attributes(soak_t *soak, const message_t *message) {
  wire_t *wire = &soak->wire;
  if (wire->asked_pmin < 0 || message->type != TYPE_ACK || message->id != wire->asked_id) return;
  if (message->code == CODE_CHANGED) attach(wire, is_settled(wire, message->id));
  wire->settled[wire->settled_count++ % WIRE_SETTLED] = message->id;
  wire->asked_pmin = -1;
}

static void receive_observe(soak_t *soak, const message_t *message) {
  wire_t *wire = &soak->wire;
  observer_t *observer = NULL;
  for (uint32_t i = 0; i < WIRE_OBSERVERS; i++) {
    if (wire->observers[i].is_there && wire->observers[i].token == message->token) observer = &wire->observers[i];
  }
  if (observer == NULL) {
    observer = &wire->observers[wire->next_observer++ % WIRE_OBSERVERS];
    memset(observer, 0, sizeof *observer);
  }
  observer->token = message->token;
  observer->request_id = message->id;
  observer->owed += 1;
  observer->owed_until = nbiot_mock_now(soak->world) + 20 * SECOND + 2 * (uint64_t)plan_max_transmit_wait(&soak->plan);
  memcpy(observer->path, message->path, sizeof observer->path);
  observer->is_there = 1;
}

void periods_told(soak_t *soak, const message_t *message) { tell(soak, message, 1); }

void periods_answered(soak_t *soak, const message_t *message) {
  answer_attributes(soak, message);
  if (message->observe >= 0) tell(soak, message, 0);
}

void periods_asked(soak_t *soak, const message_t *message) {
  wire_t *wire = &soak->wire;
  if (message->code == 3 && message->payload == NULL && message->pmin >= 0) {
    wire->asked_id = message->id;
    wire->asked_pmin = message->pmin;
    memcpy(wire->asked_path, message->path, sizeof message->path);
  }
  if (message->code == 1 && message->observe == 0) receive_observe(soak, message);
}
