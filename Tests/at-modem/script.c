/* script.c - see script.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "script.h"

#include <stdio.h>
#include <string.h>

static uint32_t now_ms(void *context) { return ((script_t *)context)->now; }

static int32_t fill_random(void *context, uint8_t *buffer, uint32_t size) {
  (void)context;
  memset(buffer, 7, size);
  return 0;
}

/* A blank behind each colon and comma outside quotes, as some firmware has it. */
static void say(script_t *script, const char *text) {
  char out[8000];
  uint32_t length = 0;
  int quoted = 0;
  for (; *text != '\0' && length + 2u < sizeof out; text += 1) {
    if ((script->manner == ONLY_CR && *text == '\n') || (script->manner == ONLY_LF && *text == '\r')) {
      continue;
    }
    quoted ^= *text == '"';
    out[length++] = *text;
    if (script->manner == WITH_BLANKS && !quoted && (*text == ',' || *text == ':')) out[length++] = ' ';
  }
  for (uint32_t i = 0; i < length; i += script->fragment) {
    const uint32_t count = length - i < script->fragment ? length - i : script->fragment;
    nbiot_at_modem_feed(&script->modem, (const uint8_t *)out + i, count);
    if (script->fragment < length) (void)nbiot_at_modem_step(&script->modem);
  }
}

static const row_t *row_of(const script_t *script) {
  return script->row < script->row_count ? &script->rows[script->row] : NULL;
}

static void next_row(script_t *script) {
  const row_t *row;
  script->row += 1;
  row = row_of(script);
  script->answers = row != NULL && row->command == NULL;
  if (script->answers) script->answer_at = script->now + row->delay_ms;
}

static void hear_command(script_t *script) {
  const row_t *row = row_of(script);
  script->heard[script->heard_length] = '\0';
  script->heard_length = 0;
  if (row == NULL || script->answers || strcmp(row->command, script->heard) != 0) {
    printf("heard %.200s\nnot   %s\n", script->heard,
           row == NULL ? "anything" : row->command == NULL ? "before the module spoke" : row->command);
    script->wrong += 1;
    return;
  }
  script->answers = 1;
  script->answer_at = script->now + row->delay_ms;
}

static uint32_t write_bytes(void *context, const uint8_t *bytes, uint32_t count) {
  script_t *script = context;
  if (count > script->appetite) count = script->appetite;
  for (uint32_t i = 0; i < count; i += 1) {
    if (bytes[i] == '\r') {
      hear_command(script);
    } else if (script->heard_length + 1u < sizeof script->heard) {
      script->heard[script->heard_length++] = (char)bytes[i];
    }
  }
  return count;
}

/* Due answers leave; returns whether there was one. */
static int speak(script_t *script) {
  const row_t *row = row_of(script);
  if (row == NULL || !script->answers || script->now - script->answer_at >= 0x80000000u) return 0;
  if (script->manner == WITH_ECHO && row->command != NULL) {
    say(script, row->command);
    say(script, "\r");
  }
  next_row(script);
  if (row->answer != NULL) say(script, row->answer);
  return 1;
}

static void sleep_ms(void *context, uint32_t timeout_ms) {
  script_t *script = context;
  const uint32_t end = script->now + timeout_ms;
  while (!speak(script) && script->now != end) script->now += 1;
}

static void note_event(void *context, uint8_t event, int32_t value) {
  static const char *const names[] = {"?",     "alive",   "network",   "radio",
                                      "ready", "refused", "restarted", "silent",
                                      "answered"};
  script_t *script = context;
  const size_t length = strlen(script->events);
  snprintf(script->events + length, sizeof script->events - length, "%s%d ", names[event], (int)value);
}

static void note_line(void *context, const char *text, uint32_t length) {
  script_t *script = context;
  const size_t before = strlen(script->lines);
  snprintf(script->lines + before, sizeof script->lines - before, "%.*s|", (int)length, text);
}

void script_begin(script_t *script) {
  const nbiot_at_modem_config_t config = NBIOT_AT_MODEM_CONFIG_INIT;
  memset(script, 0, sizeof *script);
  script->now = 0xFFFFF000u; /* It wraps after four seconds. */
  script->fragment = 4096;
  script->appetite = 4096;
  script->config = config;
  script->config.context = script;
  script->config.now_ms = now_ms;
  script->config.random = fill_random;
  script->config.write = write_bytes;
  script->config.sleep = sleep_ms;
  script->config.event = note_event;
  script->config.line = note_line;
  script->config.uart = script->uart;
  script->config.uart_size = sizeof script->uart;
  script->config.send = script->send;
  script->config.send_size = sizeof script->send;
  script->config.receive = script->receive;
  script->config.receive_size = sizeof script->receive;
  script->config.sockets = 7;
  script->config.plmn = "46000";
  script_restart(script);
}

void script_restart(script_t *script) {
  (void)nbiot_at_modem_init(&script->modem, &script->config);
  script->hooks = nbiot_at_modem_platform(&script->modem);
}

void script_follow(script_t *script, const row_t *rows, uint32_t count) {
  script->rows = rows;
  script->row_count = count;
  script->row = 0;
  script->answers = rows[0].command == NULL;
  script->answer_at = script->now + rows[0].delay_ms;
  (void)speak(script);
}

void script_run(script_t *script, uint32_t ms) {
  const uint32_t start = script->now;
  while (script->now - start < ms) {
    script->hooks.wait(&script->modem, -1, ms - (script->now - start));
  }
}

int script_is_done(const script_t *script) {
  return script->row == script->row_count && script->wrong == 0;
}

void script_ready(script_t *script) {
  static const row_t rows[] = {
      {"AT", "\r\nOK\r\n", 0},
      {"AT+COPS=1,2,\"46000\"", "\r\nOK\r\n", 0},
      {"AT+CSCON=1", "\r\nOK\r\n", 0},
      {"AT+CEREG=1", "\r\nOK\r\n+CEREG:1\r\n", 0},
      {"AT+CGDCONT?", "\r\nOK\r\n", 0},
  };
  FOLLOW(script, rows);
  script_run(script, 2000);
}

int32_t script_open_pushed(script_t *script, const row_t *row) {
  int32_t socket;
  script->config.push = 1;
  script_restart(script);
  script_ready(script);
  script_follow(script, row, 1);
  socket = script->hooks.udp_open(&script->modem, NBIOT_FAMILY_IPV4, 0);
  script_run(script, 100);
  return socket;
}

int32_t script_open(script_t *script) {
  static const row_t rows[] = {{"AT+NSOCR=\"DGRAM\",17,2334,1", "\r\n0\r\nOK\r\n", 0}};
  int32_t socket;
  script_ready(script);
  FOLLOW(script, rows);
  socket = script->hooks.udp_open(&script->modem, NBIOT_FAMILY_IPV4, 2334);
  script_run(script, 100);
  return socket;
}

int32_t script_send(script_t *script, int32_t socket, const char *text) {
  const nbiot_address_t to = {NBIOT_FAMILY_IPV4, 0, 36000, {183, 230, 40, 150}};
  return script->hooks.udp_send(&script->modem, socket, (const uint8_t *)text, (uint32_t)strlen(text),
                                &to);
}

const char *script_receive(script_t *script, int32_t socket) {
  static char text[1500];
  nbiot_address_t from;
  const int32_t length =
      script->hooks.udp_receive(&script->modem, socket, (uint8_t *)text, sizeof text - 1u, &from);
  if (length == NBIOT_PORT_TRUNCATED) return "cut";
  if (length < 0) return "!";
  text[length] = '\0';
  return text;
}
