/* soak.h - a world of thirty days: one device, its servers, and everything that is watched.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SOAK_H
#define SOAK_H

#include <string.h>

#include "laws.h"
#include "plan.h"
#include "wire.h"

#define SECOND 1000u
#define MINUTE 60000u
#define HOUR (60u * MINUTE)
#define DAY (24u * HOUR)

#define ENDPOINT "device-1"
#define SERVER_AT "coap://10.0.0.1"
#define BOOTSTRAP_AT "coap://10.0.0.3"

#define DEEDS 8192u
#define ERRANDS 64u
#define REPORTS 16384u
#define WATCHES 64u
#define ARRIVED 256u
#define ANSWERS 16u
#define SPARES 4u
#define REPORTED 2u /* /3303/0/5700 and /3303/1/5700. */

/* What the totals at the end count. */
typedef struct tally {
  uint64_t days;
  uint64_t datagrams;
  uint64_t requests;
  uint64_t executes;
  uint64_t writes;
  uint64_t reports;
  uint64_t delivered;
  uint64_t uploads;
  uint64_t outages;
  uint64_t reboots;
  uint64_t power_cuts;
  uint64_t truces;
  uint64_t idle_polls;
  uint64_t registers;
  uint64_t longest_absence_ms; /* After the link had healed. */
} tally_t;

/* An answer the application owes. */
typedef struct answer {
  nbiot_request_t request;
  uint32_t life;
  uint8_t is_due;
} answer_t;

/* Executes and writes: what became of each, by its number. */
typedef struct deed {
  uint64_t sent_at;
  uint32_t refused;      /* Requests the device had found no slot for until then. */
  uint8_t ran;
  uint8_t is_idempotent; /* A PUT, which runs again when there is no slot to remember it. */
  uint8_t is_excused;    /* The device lost its memory while it was under way. */
} deed_t;

/* A request the server waits for. */
typedef struct errand {
  int32_t exchange;
  uint32_t number;
  uint8_t kind; /* ERRAND_*. */
} errand_t;

enum { ERRAND_EXECUTE, ERRAND_WRITE, ERRAND_OTHER };

/* A notification with an ack id. */
typedef struct report {
  int64_t value;
  uint8_t resource;
  uint8_t state;      /* REPORT_*. */
  uint32_t told_poll; /* In which its event came. */
} report_t;

enum { REPORT_UNUSED, REPORT_OWED, REPORT_TOLD, REPORT_PERHAPS };

/* A write in blocks. */
typedef struct upload {
  uint64_t token;
  uint64_t next_at;
  uint32_t total;
  uint32_t offset;
  uint32_t count;
  uint32_t transmissions;
  uint32_t done_before; /* Bodies the application had got before. */
  uint32_t length;      /* Of the datagram under way. */
  uint16_t id;
  uint8_t exponent;
  uint8_t is_active;
  uint8_t is_streamed;
  uint8_t bytes[1200];
} upload_t;

/* An observation of the server. */
typedef struct watch {
  int32_t exchange;
  uint32_t seen; /* Notifications before this one were looked at. */
  uint32_t path;
  uint8_t is_there;
  uint8_t is_answered;
} watch_t;

typedef struct soak {
  uint64_t seed;
  mutant_t mutant;
  int32_t only_law; /* The one that counts; -1 = all. */
  uint32_t days;
  chance_t chance;
  chance_t hook_chance;
  plan_t plan;
  tally_t tally;

  nbiot_mock_world_t *world;
  nbiot_mock_node_t *server_node;
  nbiot_mock_node_t *radio;
  nbiot_mock_server_t *server;
  nbiot_mock_server_t *bootstrap_server;
  nbiot_platform_t inner; /* The mock's hooks, and those that watch them. */
  nbiot_platform_t platform;
  nbiot_config_t config;
  nbiot_device_t *device;

  uint16_t forged_id; /* Of the acknowledgement a mutant makes up. */
  uint8_t is_forged;

  int32_t broken; /* The first law that was; -1 = none. */
  wire_t wire;

  /* The device's last poll. */
  uint64_t deadline;
  uint8_t is_stirred; /* Something has happened that a poll may answer. */
  uint32_t standing;  /* Polls since time went on. */
  uint64_t standing_at;
  uint32_t callbacks;

  /* The application. */
  uint32_t life; /* Counts reboots. */
  uint32_t boot_cuts; /* Power cuts before this life. */
  int64_t counter;
  nbiot_value_t values[REPORTED + 4];
  nbiot_value_t spares[SPARES];
  uint16_t spare_ids[SPARES];
  uint8_t is_spare_used[SPARES];
  answer_t answers[ANSWERS];
  char text[64];
  uint32_t piece_next; /* Where the next piece of a streamed body begins, unless one begins anew. */
  uint32_t bodies;     /* That came whole. */
  uint32_t next_ack_id;
  uint32_t kept_ack_id; /* Up to this one they outlive a loss of memory. */
  uint32_t polls;
  report_t reports[REPORTS];

  /* The server's side. */
  deed_t executes[DEEDS];
  deed_t writes[DEEDS];
  uint32_t queued; /* Requests that wait until the device is awake. */
  uint32_t next_execute;
  uint32_t next_write;
  errand_t errands[ERRANDS];
  uint32_t errand_count;
  upload_t upload;
  watch_t watches[WATCHES];
  int64_t arrived[REPORTED][ARRIVED]; /* The last values that came. */
  uint32_t arrived_count[REPORTED];

  /* What is wrong at the moment. */
  uint8_t is_truce;
  uint8_t is_ending; /* The application answers at once, so that everything comes to its end. */
  uint8_t is_out; /* Bits: OUT_*. */
  uint8_t was_refused; /* The registration has been, since it last succeeded. */
  uint64_t out_until;
  uint64_t disabled_at; /* The server has told the device to be silent; 0 = never. */
} soak_t;

enum { OUT_RADIO = 1, OUT_SERVER = 2, OUT_SLEEP = 4 };

/* verdict.c */
/* Notes that a law is broken, with what is known of it, and tells the first time. */
void soak_break(soak_t *soak, law_t law, const char *format, ...);

/* hooks.c */
void hooks_set(soak_t *soak);

/* firmware.c */
void firmware_boot(soak_t *soak);
void firmware_reboot(soak_t *soak, int is_power_cut);
void firmware_fidget(soak_t *soak);
/* The power has gone in this life: whatever runs on is no program any more. */
int firmware_is_dead(const soak_t *soak);

/* reports.c */
void reports_note_event(soak_t *soak, const nbiot_event_t *event);
void reports_forget(soak_t *soak, int is_power_cut);
void reports_make(soak_t *soak);
/* A poll is over: what was stored is kept. */
void reports_polled(soak_t *soak);
/* The server looks through what has come. */
void reports_look(soak_t *soak);
void reports_watch(soak_t *soak, int32_t exchange, uint32_t path);
const char *reports_path(uint32_t index);
void reports_judge(soak_t *soak);

/* operator.c */
void operator_act(soak_t *soak);
/* The device is awake: what waited for that. */
void operator_serve_queue(soak_t *soak);
void operator_observe(soak_t *soak, uint32_t path);
void operator_look(soak_t *soak);
void operator_excuse(soak_t *soak);

/* upload.c */
void upload_begin(soak_t *soak);
/* A datagram of the device: returns whether it is about an upload, so that no other server gets it. */
int upload_takes(soak_t *soak, const message_t *message);
int32_t upload_piece(soak_t *soak, const nbiot_block_t *piece);
void upload_text(soak_t *soak, const nbiot_value_t *value);
uint8_t upload_byte(uint32_t offset);

/* trouble.c */
void trouble_make(soak_t *soak);
void trouble_mend(soak_t *soak);
void trouble_link(soak_t *soak);
/* The device sends: its radio is on. */
void trouble_wake(soak_t *soak);
void trouble_radio(soak_t *soak, uint8_t reason, int is_out);
/* Ends when the device is back, or too late. */
void trouble_truce(soak_t *soak);

/* life.c */
void life_run(soak_t *soak, uint32_t ms);
int life_is_over(const soak_t *soak);
nbiot_statistics_t life_statistics(const soak_t *soak);

/* world.c */
/* Runs the world of a seed for so many days. Returns whether all laws held. */
int soak_run(soak_t *soak, uint64_t seed, uint32_t days, mutant_t mutant, int32_t only_law);
void tally_add(tally_t *sum, const tally_t *tally);

#endif
