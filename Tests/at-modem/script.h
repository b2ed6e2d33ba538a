/* script.h - a module that follows a timetable: it expects a command and answers it, in virtual time.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "nbiot_at_modem.h"

/* One row: what has to come, and what the module says to it. */
typedef struct row {
  const char *command; /* Without its end; null = the module speaks by itself. */
  const char *answer;  /* As it is on the wire; null = nothing. */
  uint32_t delay_ms;   /* From the command, or from the row before. */
} row_t;

/* How the same answers may look. */
typedef enum { AS_WRITTEN, WITH_BLANKS, ONLY_CR, ONLY_LF, WITH_ECHO } manner_t;

typedef struct script {
  nbiot_at_modem_t modem;
  nbiot_at_modem_config_t config;
  nbiot_platform_t hooks;
  const row_t *rows;
  uint32_t row_count;
  uint32_t row;
  uint32_t now;
  manner_t manner;
  uint32_t fragment; /* Bytes fed at a time. */
  uint32_t appetite; /* Bytes that write takes at a time. */
  char heard[3000];  /* The command so far. */
  uint32_t heard_length;
  uint32_t answer_at;
  int answers;     /* The answer of the row is under way. */
  uint32_t wrong;  /* Commands that no row expects. */
  char events[256]; /* "alive network1 ready ..." */
  char lines[256];  /* Lines for the application, each with a bar behind it. */
  uint8_t uart[4096];
  uint8_t send[1358];
  uint8_t receive[7 * 1500];
} script_t;

void script_begin(script_t *script);
/* After changes of script->config. */
void script_restart(script_t *script);
/* Follow these rows from now on. */
void script_follow(script_t *script, const row_t *rows, uint32_t count);
#define FOLLOW(script, rows) script_follow(script, rows, sizeof(rows) / sizeof(rows)[0])
/* Let time pass. */
void script_run(script_t *script, uint32_t ms);
/* Whether all rows came, and nothing else. */
int script_is_done(const script_t *script);
/* Brings the module up, with the shortest rows. */
void script_ready(script_t *script);
/* The same, and opens a socket. */
int32_t script_open(script_t *script);
/* Both, of a module that pushes what comes; the row opens the socket. */
int32_t script_open_pushed(script_t *script, const row_t *row);
int32_t script_send(script_t *script, int32_t socket, const char *text);
/* What udp_receive gives, as text; "" = nothing, "!" = broken, "cut" = truncated. */
const char *script_receive(script_t *script, int32_t socket);

#endif
