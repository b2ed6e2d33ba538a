/* wire.c - what RFC 7252, RFC 7641 and LwM2M 1.0 demand of a device's datagrams and their times.
 * SPDX-License-Identifier: Apache-2.0 */
#include "soak.h"

/* RFC 7252 4.8.2 */
#define EXCHANGE_LIFETIME 247000u

static uint64_t now_of(const soak_t *soak) { return nbiot_mock_now(soak->world); }

void wire_begin(soak_t *soak) {
  wire_t *wire = &soak->wire;
  wire->id_count = 0;
  memset(&wire->open, 0, sizeof wire->open);
  memset(wire->observers, 0, sizeof wire->observers);
  memset(wire->periods, 0, sizeof wire->periods);
  wire->asked_pmin = -1;
  wire->suspect_nstart = wire->is_excused = 0;
  wire->sent_at = wire->received_at = wire->received_before = wire->succeeded_at = now_of(soak);
  wire->causes = wire->causes_told = wire->failures = 0;
  wire->not_before = wire->held_since = 0;
  wire->is_proven = 0;
}

void wire_meddled(soak_t *soak) {
  soak->wire.open.is_doubtful = 1;
  soak->wire.causes += 1;
  soak->wire.not_before = 0;
  soak->is_stirred = 1;
}

/* ---- What leaves */

/* The time-out before the next transmission, at least (RFC 7252 4.2). */
static uint64_t timeout_of(const soak_t *soak) {
  return (uint64_t)plan_ack_timeout(&soak->plan) << (soak->wire.open.transmissions - 1);
}

static void expire_open(soak_t *soak) {
  open_t *open = &soak->wire.open;
  uint64_t now = now_of(soak);
  if (open->ends_at > 0 && now >= open->ends_at) open->is_open = 0;
  if (open->is_open && open->before + open->transmissions > plan_max_retransmit(&soak->plan) &&
      now >= open->last_at + timeout_of(soak)) {
    /* Where it may have begun anew it may not be over. */
    open->is_open = open->before > 0;
    open->is_doubtful = 1;
    /* Who does not acknowledge a notification may have forgotten the device. */
    soak->wire.causes += !open->is_request;
  }
}

static void send_again(soak_t *soak, const message_t *message) {
  open_t *open = &soak->wire.open;
  uint64_t gap = now_of(soak) - open->last_at;
  if (gap < timeout_of(soak) || open->ends_at > 0) {
    soak_break(soak, LAW_RETRANSMISSION, "message %04x again after %u ms instead of %u", message->id,
               (unsigned)gap, (unsigned)timeout_of(soak));
  }
  if (open->transmissions > plan_max_retransmit(&soak->plan)) {
    soak_break(soak, LAW_RETRANSMISSION, "message %04x a %uth time", message->id, (unsigned)open->transmissions + 1);
  }
  open->transmissions += 1;
  open->is_doubtful = 0;
  open->last_at = now_of(soak);
  open->id = message->id;
}

/* `goes_on`: it may be the one before, with a new message ID. */
static void begin_exchange(soak_t *soak, const message_t *message, int goes_on) {
  open_t *open = &soak->wire.open;
  uint32_t before = goes_on ? open->before + open->transmissions : 0;
  memset(open, 0, sizeof *open);
  open->before = before;
  open->is_open = 1;
  open->token = message->token;
  open->code = message->code;
  open->id = message->id;
  open->call = message->call;
  open->is_request = (uint8_t)message_is_request(message);
  open->transmissions = 1;
  open->first_at = open->last_at = now_of(soak);
  if (message->call != CALL_NONE) soak->wire.call_at = soak->wire.tried_at > 0 ? soak->wire.tried_at : open->first_at;
}

static used_id_t *find_id(soak_t *soak, uint16_t id) {
  wire_t *wire = &soak->wire;
  uint32_t left = wire->id_count < WIRE_IDS ? wire->id_count : WIRE_IDS;
  while (left-- > 0) {
    uint32_t place = wire->id_count - 1 - left;
    used_id_t *used = &wire->ids[place % WIRE_IDS];
    int is_under_way = wire->open.is_open && wire->open.id == id;
    if (used->id == id && (is_under_way || now_of(soak) - used->at < EXCHANGE_LIFETIME)) return used;
  }
  return NULL;
}

static void note_id(soak_t *soak, const message_t *message) {
  used_id_t *used = &soak->wire.ids[soak->wire.id_count++ % WIRE_IDS];
  used->at = now_of(soak);
  used->hash = message->hash;
  used->id = message->id;
}

/* What it says has changed: a new ID in the place of a retransmission (RFC 7641 4.5.2). */
static int is_replacement(const wire_t *wire, const message_t *message) {
  const open_t *open = &wire->open;
  return open->is_open && !open->is_doubtful && open->token == message->token && open->code == message->code &&
         open->ends_at == 0;
}

/* What leaves for the first time, by its message ID. */
static void send_new(soak_t *soak, const message_t *message, int goes_on) {
  wire_t *wire = &soak->wire;
  note_id(soak, message);
  if (message->type != TYPE_CON) return;
  if (is_replacement(wire, message)) {
    send_again(soak, message);
    return;
  }
  if (wire->open.is_open && !wire->open.is_doubtful) wire->suspect_nstart = 1;
  begin_exchange(soak, message, goes_on);
}

/* The Update may leave when so much of the lifetime is over, in ms. */
static uint64_t lead_of(const soak_t *soak) {
  uint32_t wait = plan_max_transmit_wait(&soak->plan) / 1000;
  uint32_t life_time = soak->wire.life_time;
  return (uint64_t)(wait < life_time / 2 ? life_time - wait : life_time / 2) * 1000;
}

static void send_call(soak_t *soak, const message_t *message) {
  wire_t *wire = &soak->wire;
  uint64_t now = now_of(soak);
  int goes_on = message->block1 > 15;
  int is_plain = message->call == CALL_UPDATE && !goes_on && wire->causes == 0 && soak->plan.corruption == 0;
  if (is_plain && now < wire->succeeded_at + lead_of(soak)) {
    soak_break(soak, LAW_UPDATE, "an Update %u ms after the last, lifetime %u s",
               (unsigned)(now - wire->succeeded_at), (unsigned)wire->life_time);
  }
  if ((message->call == CALL_REGISTER || message->call == CALL_BOOTSTRAP) && !goes_on && now < wire->not_before) {
    soak_break(soak, LAW_BACKOFF, "%u ms too early", (unsigned)(wire->not_before - now));
  }
  if (message->call == CALL_BOOTSTRAP && now < wire->held_since + soak->plan.config.hold_off_s * (uint64_t)1000) {
    soak_break(soak, LAW_HOLD_OFF, "%u ms instead of %u s", (unsigned)(now - wire->held_since),
               (unsigned)soak->plan.config.hold_off_s);
  }
  if (message->call == CALL_UPDATE) wire->causes_told = wire->causes;
  if (message->call == CALL_REGISTER && !goes_on) wire->life_time = 86400;
  if (message->life_time > 0) wire->life_time = (uint32_t)message->life_time;
}

/* Something has come, or was answered. */
static void note_arrival(soak_t *soak) {
  wire_t *wire = &soak->wire;
  if (wire->received_at < now_of(soak)) wire->received_before = wire->received_at;
  wire->received_at = now_of(soak);
}

void wire_sent(soak_t *soak, const uint8_t *bytes, uint32_t length) {
  wire_t *wire = &soak->wire;
  message_t message = message_read(bytes, length);
  used_id_t *used;
  wire->sent += 1;
  if (message.type == TYPE_ACK || message.type == TYPE_RST) {
    note_arrival(soak);
  } else {
    wire->sent_at = now_of(soak);
  }
  journal_datagram(soak, '>', bytes, length);
  if (length > plan_longest(&soak->plan)) {
    soak_break(soak, LAW_LENGTH, "%u bytes", (unsigned)length);
  }
  if (message.type == TYPE_ACK || message.type == TYPE_RST) {
    periods_answered(soak, &message);
    /* Who observes anew takes the place of who was to be told. */
    if (message.observe >= 0) wire->open.is_doubtful = 1;
    return;
  }
  if (soak->mutant == MUTANT_FEW_IDS) message.id &= 15;
  used = find_id(soak, message.id);
  if (used != NULL && used->hash != message.hash) {
    soak_break(soak, LAW_MESSAGE_ID, "%04x again after %u ms", message.id, (unsigned)(now_of(soak) - used->at));
  } else if (used != NULL && soak->plan.corruption > 0) {
    wire->open.last_at = now_of(soak);
  } else if (used != NULL && (message.type == TYPE_NON || !wire->open.is_open || wire->open.id != message.id)) {
    soak_break(soak, LAW_MESSAGE_ID, "%04x again, though its exchange is over", message.id);
  } else if (used != NULL) {
    send_again(soak, &message);
  } else {
    int goes_on;
    expire_open(soak);
    goes_on = message.type == TYPE_CON && wire->open.is_open && wire->open.token == message.token;
    send_new(soak, &message, goes_on);
    if (message.call != CALL_NONE && !goes_on) send_call(soak, &message);
    if (message.observe >= 0 && !goes_on) periods_told(soak, &message);
    wire->tried_at = 0;
  }
}

/* ---- What arrives */

/* Observations and attributes end. */
static void begin_registration(wire_t *wire) {
  memset(wire->observers, 0, sizeof wire->observers);
  memset(wire->periods, 0, sizeof wire->periods);
  wire->is_proven = 1;
}

/* The answer to a Register or an Update that makes the device a registered one. */
static void succeed(wire_t *wire) {
  wire->succeeded_at = wire->call_at;
  wire->failures = 0;
  wire->not_before = 0;
  wire->causes -= wire->causes_told < wire->causes ? wire->causes_told : wire->causes;
  wire->causes_told = 0;
}

static void receive_answer(soak_t *soak, const message_t *message) {
  wire_t *wire = &soak->wire;
  open_t *open = &wire->open;
  /* Where acknowledgements are damaged nobody knows what was under way so long. */
  if (soak->plan.corruption == 0) expire_open(soak);
  if (message->type == TYPE_RST) {
    /* It ends an observation, and may make the device ask whether the registration stands. */
    open->is_doubtful = 1;
    if (message->id == open->id) {
      open->is_open = soak->plan.corruption > 0;
      soak->was_refused |= open->call != CALL_NONE;
    }
    wire->causes += 1;
  } else if (message->type == TYPE_ACK && message->id != open->id) {
    return;
  } else if (soak->plan.corruption > 0) {
    /* What was damaged on its way may end the exchange or not. */
    open->is_doubtful = 1;
    if (open->call != CALL_NONE && message->code / 32 >= 4) soak->was_refused = 1;
    if (open->call != CALL_NONE) succeed(wire);
  } else if (open->is_request && message->type == TYPE_ACK && message->code == 0) {
    if (open->ends_at == 0) open->ends_at = now_of(soak) + plan_max_transmit_wait(&soak->plan);
  } else if (message->type == TYPE_ACK || message->token == open->token) {
    open->is_open = 0;
    if (open->call == CALL_REGISTER && message->code == CODE_CREATED) begin_registration(wire);
    if (open->call != CALL_NONE && message->code / 32 >= 4) soak->was_refused = 1;
    if (open->call == CALL_REGISTER || open->call == CALL_UPDATE) {
      if (message->code == CODE_CREATED || message->code == CODE_CHANGED) succeed(wire);
    }
  }
}

void wire_received(soak_t *soak, const uint8_t *bytes, uint32_t length) {
  wire_t *wire = &soak->wire;
  message_t message = message_read(bytes, length);
  wire->received += 1;
  note_arrival(soak);
  journal_datagram(soak, '<', bytes, length);
  if (!message.is_message) return;
  if (!message_is_request(&message)) {
    receive_answer(soak, &message);
    return;
  }
  if (message.block1 < 0) wire->server_id = message.id;
  periods_asked(soak, &message);
  /* What ends an observation or an instance, or changes the registration, may end what is under way, and be told. */
  if (message.observe >= 0 || message.code == 4 || message.path[0] <= 1 || message.segments < 2) {
    wire->open.is_doubtful = 1;
    wire->causes += message.code != 1;
  }
}

/* ---- What is told */

static void fail(soak_t *soak, const nbiot_event_t *event) {
  wire_t *wire = &soak->wire;
  int is_refusal = (event->id == NBIOT_EVENT_REG_FAILED || event->id == NBIOT_EVENT_BOOTSTRAP_FAILED) &&
                   event->code < 500 && event->code != 429 &&
                   !(event->id == NBIOT_EVENT_BOOTSTRAP_FAILED && event->code == 0);
  uint32_t first = is_refusal ? 45000 : 22500;
  uint32_t cap = is_refusal ? 64800000 : 2700000;
  uint64_t wait = (uint64_t)first << (wire->failures < 12 ? wire->failures : 12);
  /* With an account that was good so far a bootstrap follows at once. */
  if (soak->plan.config.bootstrap &&
      (event->id == NBIOT_EVENT_REG_FAILED || event->id == NBIOT_EVENT_REG_TIMEOUT ||
       event->id == NBIOT_EVENT_CONNECT_FAILED)) {
    if (wire->is_proven && event->id != NBIOT_EVENT_CONNECT_FAILED && event->code < 500 && event->code != 429) {
      wire->held_since = now_of(soak);
    }
    return;
  }
  wire->failures += 1;
  wire->not_before = now_of(soak) + (wait < cap ? wait : cap);
}

static void note_sleep(soak_t *soak) {
  uint64_t awake = soak->plan.config.awake_time_s > 0 ? soak->plan.config.awake_time_s * (uint64_t)1000
                                                      : plan_max_transmit_wait(&soak->plan);
  const wire_t *wire = &soak->wire;
  /* What comes with the end of the time comes after it. */
  uint64_t came = wire->received_at < now_of(soak) ? wire->received_at : wire->received_before;
  uint64_t silence = now_of(soak) - (came > wire->sent_at ? came : wire->sent_at);
  if (silence < awake) {
    soak_break(soak, LAW_SLEEP, "%u ms after the last message instead of %u", (unsigned)silence, (unsigned)awake);
  }
}

void wire_event(soak_t *soak, const nbiot_event_t *event) {
  wire_t *wire = &soak->wire;
  switch (event->id) {
    case NBIOT_EVENT_UPDATE_FAILED: wire->causes += 1; break;
    case NBIOT_EVENT_BOOTSTRAP_SUCCESS:
      wire->is_proven = 0;
      wire->failures = 0;
      wire->not_before = 0;
      break;
    case NBIOT_EVENT_REG_FAILED:
    case NBIOT_EVENT_REG_TIMEOUT:
    case NBIOT_EVENT_CONNECT_FAILED:
    case NBIOT_EVENT_BOOTSTRAP_FAILED: fail(soak, event); break;
    case NBIOT_EVENT_UNREG_DONE: wire->failures = 0; break;
    case NBIOT_EVENT_MAY_SLEEP: note_sleep(soak); return;
    case NBIOT_EVENT_UPDATE_TIMEOUT:
    case NBIOT_EVENT_LIFETIME_TIMEOUT:
    case NBIOT_EVENT_NOTIFY_FAILED: break;
    default: return;
  }
  wire->is_excused = 1;
  if (wire->open.last_at < now_of(soak)) wire->open.is_doubtful = 1;
}

void wire_polled(soak_t *soak) {
  wire_t *wire = &soak->wire;
  /* Classic calls tell nothing of what is given up, and a damaged acknowledgement ends what it is for, or not. */
  int is_known = !soak->plan.is_classic && soak->plan.corruption == 0;
  if (wire->suspect_nstart && !wire->is_excused && is_known) {
    soak_break(soak, LAW_NSTART, "message %04x", wire->open.id);
  }
  wire->suspect_nstart = wire->is_excused = 0;
}
