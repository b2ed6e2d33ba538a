/* wire.h - what the watch remembers of the datagrams of one device.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_H
#define WIRE_H

#include "message.h"
#include "nbiot.h"

#define WIRE_IDS 512u
#define WIRE_OBSERVERS 32u
#define WIRE_SETTLED 32u
#define WIRE_LINES 48u
#define WIRE_LINE_BYTES 160u

struct soak;

typedef struct used_id {
  uint64_t at;
  uint32_t hash;
  uint16_t id;
} used_id_t;

/* The confirmable message under way. */
typedef struct open {
  uint64_t token;
  uint64_t first_at;
  uint64_t last_at;
  uint64_t ends_at; /* Once it was acknowledged without a response: until when that may come. */
  uint32_t transmissions;
  uint32_t before; /* Transmissions of what may have been the same message with another ID. */
  uint16_t id;
  uint8_t code;
  uint8_t is_open;
  uint8_t is_doubtful; /* Something has happened that may have ended it. */
  uint8_t is_request;
  call_t call;
} open_t;

typedef struct observer {
  uint64_t token;
  uint64_t told_at;
  uint32_t pmin_then; /* When it was told the last time. */
  uint32_t owed; /* Requests of this observer that were not answered at once, and until when one may be. */
  uint64_t owed_until;
  uint16_t request_id;
  uint16_t path[3];
  uint8_t is_there;
} observer_t;

typedef struct periods {
  uint16_t path[3];
  uint32_t pmin;
  uint8_t is_there;
} periods_t;

/* A line of the log: a datagram, or a text. */
typedef struct line {
  uint64_t at;
  uint32_t length;
  char kind; /* '>' from the device, '<' to it, ' ' a text. */
  uint8_t bytes[WIRE_LINE_BYTES];
} line_t;

typedef struct wire {
  used_id_t ids[WIRE_IDS];
  uint32_t id_count;
  open_t open;
  observer_t observers[WIRE_OBSERVERS];
  uint32_t next_observer;
  periods_t periods[WIRE_OBSERVERS];
  uint32_t next_periods;
  /* A Write-Attributes that was not answered yet. */
  uint16_t asked_id;
  uint16_t asked_path[3];
  int32_t asked_pmin;
  uint16_t settled[WIRE_SETTLED]; /* The last that were answered, by message ID. */
  uint32_t settled_count;
  /* What was broken in this poll, unless an event at its end explains it. */
  uint8_t suspect_nstart;
  uint8_t is_excused; /* Such an event has come. */

  uint64_t sent_at;         /* The last datagram that is no answer. */
  uint64_t received_at;     /* That came or was answered, and the last one of an earlier moment. */
  uint64_t received_before;
  uint64_t tried_at;      /* When there was no room for what leaves next; 0 = there was. */
  uint64_t call_at;       /* When the latest Register or Update began. */
  uint64_t succeeded_at;  /* When that began which the registration rests on. */
  uint32_t life_time;     /* As the server was last told. */
  uint32_t causes;        /* For an Update before its time. */
  uint32_t causes_told;   /* By the Update under way. */
  uint64_t not_before;    /* The back-off. */
  uint32_t failures;
  uint64_t held_since;    /* A bootstrap became necessary. */
  uint8_t is_proven;

  uint16_t server_id; /* Of the server's last request. */
  uint64_t sent;
  uint64_t received;
  line_t lines[WIRE_LINES];
  uint32_t line_count;
} wire_t;

/* A device begins: nothing is known of it. */
void wire_begin(struct soak *soak);
void wire_sent(struct soak *soak, const uint8_t *bytes, uint32_t length);
void wire_received(struct soak *soak, const uint8_t *bytes, uint32_t length);
void wire_event(struct soak *soak, const nbiot_event_t *event);
/* A poll is over. */
void wire_polled(struct soak *soak);
/* The application has done what ends the message under way, or makes an Update or a Register due. */
void wire_meddled(struct soak *soak);

/* periods.c */
/* The server has asked: to be told, or how often. */
void periods_asked(struct soak *soak, const message_t *message);
/* An acknowledgement or Reset leaves. */
void periods_answered(struct soak *soak, const message_t *message);
/* A notification leaves, or a late answer. */
void periods_told(struct soak *soak, const message_t *message);

/* journal.c */
void journal_datagram(struct soak *soak, char kind, const uint8_t *bytes, uint32_t length);
void journal_text(struct soak *soak, const char *format, ...);
void journal_print(const struct soak *soak);

#endif
