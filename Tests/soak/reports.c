/* reports.c - notifications with an ack id: each has one event, and what is told as delivered has arrived.
 * SPDX-License-Identifier: Apache-2.0 */
#include "soak.h"

/* What the server observes; the first ones are the resources that are reported, in their order. */
static const char *const paths[] = {"/3303/0/5700", "/3303/1/5700", "/3303/0", "/3303/1", "/3303", "/3306/0", "/3/0"};
#define PATHS (sizeof paths / sizeof paths[0])

const char *reports_path(uint32_t index) { return paths[index % PATHS]; }

/* ---- On the device */

void reports_make(soak_t *soak) {
  uint8_t resource = (uint8_t)chance_below(&soak->chance, REPORTED);
  /* The classic calls know no events. */
  int has_id = !soak->plan.is_classic && soak->next_ack_id + 1 < REPORTS && chance_one_in(&soak->chance, 2);
  uint32_t id = has_id ? soak->next_ack_id + 1 : 0;
  nbiot_value_t *value = &soak->values[resource];
  int32_t status;
  soak->counter += 1;
  value->value.as_int = soak->counter;
  soak->is_stirred = 1;
  if (soak->plan.is_classic && chance_one_in(&soak->chance, 2)) {
    value->flag |= NBIOT_UPDATED;
    return;
  }
  status = nbiot_resource_notify(soak->device, 3303, resource, 5700, id);
  if (status != NBIOT_ERR_OK || id == 0) return;
  soak->next_ack_id = id;
  soak->reports[id].value = soak->counter;
  soak->reports[id].resource = resource;
  soak->reports[id].state = REPORT_OWED;
  soak->tally.reports += 1;
}

static int is_storing(const soak_t *soak) { return soak->plan.config.stored_capacity > 0; }

/* The server has got the value, or without storing one that is as new. */
static int has_arrived(soak_t *soak, const report_t *report) {
  uint32_t count = soak->arrived_count[report->resource];
  uint32_t index = count > ARRIVED ? count - ARRIVED : 0;
  for (; index < count; index++) {
    int64_t value = soak->arrived[report->resource][index % ARRIVED];
    if (value == report->value || (!is_storing(soak) && value > report->value)) return 1;
  }
  return 0;
}

static void note_once(soak_t *soak, const nbiot_event_t *event) {
  report_t *report = &soak->reports[event->detail % REPORTS];
  if (report->state == REPORT_UNUSED || report->state == REPORT_TOLD) {
    soak_break(soak, LAW_EVENT_ONCE, "event %u for ack id %u", (unsigned)event->id, (unsigned)event->detail);
  }
  report->state = REPORT_TOLD;
  report->told_poll = soak->polls;
  if (event->id != NBIOT_EVENT_NOTIFY_SUCCESS) return;
  soak->tally.delivered += 1;
  reports_look(soak);
  if (soak->plan.corruption == 0 && !has_arrived(soak, report)) {
    soak_break(soak, LAW_ARRIVED, "ack id %u, value %lld", (unsigned)event->detail, (long long)report->value);
  }
}

void reports_note_event(soak_t *soak, const nbiot_event_t *event) {
  if (event->id != NBIOT_EVENT_NOTIFY_SUCCESS && event->id != NBIOT_EVENT_NOTIFY_FAILED &&
      event->id != NBIOT_EVENT_NOTIFY_REPLACED && event->id != NBIOT_EVENT_NOTIFY_DROPPED) {
    return;
  }
  if (soak->mutant == MUTANT_EVENT_LOST) return;
  note_once(soak, event);
  if (soak->mutant == MUTANT_EVENT_TWICE) note_once(soak, event);
}

void reports_polled(soak_t *soak) {
  soak->polls += 1;
  soak->kept_ack_id = soak->next_ack_id;
}

/* The device lost its memory. What it kept has its event in the next life; what it was about to keep may have one, and what
 * it told when the power went may be told again. */
void reports_forget(soak_t *soak, int is_power_cut) {
  int is_kept = is_storing(soak) && soak->plan.config.stored_kept;
  for (uint32_t id = 1; id <= soak->next_ack_id; id++) {
    report_t *report = &soak->reports[id];
    if (report->state == REPORT_OWED && id > (is_kept ? soak->kept_ack_id : 0)) {
      report->state = is_kept ? REPORT_PERHAPS : REPORT_UNUSED;
    } else if (report->state == REPORT_PERHAPS && !is_kept) {
      report->state = REPORT_UNUSED;
    } else if (report->state == REPORT_TOLD && is_power_cut && is_kept && report->told_poll == soak->polls) {
      report->state = REPORT_PERHAPS;
    }
  }
}

void reports_judge(soak_t *soak) {
  for (uint32_t id = 1; id <= soak->next_ack_id; id++) {
    if (soak->reports[id].state == REPORT_OWED) {
      soak_break(soak, LAW_EVENT_COMES, "ack id %u", (unsigned)id);
      return;
    }
  }
}

/* ---- At the server */

/* Takes a free place, or that of the oldest: the device knows its token no more. */
void reports_watch(soak_t *soak, int32_t exchange, uint32_t path) {
  watch_t *place = &soak->watches[0];
  for (uint32_t i = 0; i < WATCHES && place->is_there; i++) {
    watch_t *watch = &soak->watches[i];
    if (!watch->is_there || watch->exchange < place->exchange) place = watch;
  }
  memset(place, 0, sizeof *place);
  place->exchange = exchange;
  place->path = path;
  place->is_there = 1;
}

static void take(soak_t *soak, const watch_t *watch, const nbiot_mock_response_t *told) {
  message_t message = message_read(told->datagram, told->datagram_length);
  for (uint16_t resource = 0; resource < REPORTED; resource++) {
    int64_t value;
    if (watch->path < REPORTED && watch->path != resource) continue;
    if (message_number(&message, resource, 5700, &value)) {
      soak->arrived[resource][soak->arrived_count[resource]++ % ARRIVED] = value;
    }
  }
}

void reports_look(soak_t *soak) {
  for (uint32_t i = 0; i < WATCHES; i++) {
    watch_t *watch = &soak->watches[i];
    nbiot_mock_response_t told;
    int32_t state;
    if (!watch->is_there) continue;
    while (nbiot_mock_server_notification(soak->server, watch->exchange, watch->seen, &told) == NBIOT_MOCK_OK) {
      take(soak, watch, &told);
      watch->seen += 1;
    }
    state = nbiot_mock_server_response(soak->server, watch->exchange, &told);
    /* A notification that comes first, because the answer was lost, is the answer. */
    if (state == 1 && !watch->is_answered) take(soak, watch, &told);
    watch->is_answered = state == 1;
    if (state != 0 && !nbiot_mock_server_observing(soak->server, watch->exchange)) watch->is_there = 0;
  }
}
