/* operator.c - who acts at the server: requests at any time, and what became of them.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "soak.h"

#define QUEUE 8u
/* A request, with all its retransmissions and the delays of the link. */
#define UNDER_WAY (300u * SECOND)

static nbiot_mock_request_t request_of(uint8_t method, const char *path) {
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  request.endpoint = ENDPOINT;
  request.method = method;
  request.path = path;
  return request;
}

static void send(soak_t *soak, const nbiot_mock_request_t *request, uint8_t kind, uint32_t number) {
  errand_t *errand = &soak->errands[soak->errand_count];
  if (soak->errand_count == ERRANDS) return;
  errand->exchange = nbiot_mock_server_request(soak->server, request);
  if (errand->exchange < 0) return;
  errand->kind = kind;
  errand->number = number;
  soak->errand_count += 1;
  soak->tally.requests += 1;
}

static void send_text(soak_t *soak, uint8_t method, const char *path, const char *text) {
  nbiot_mock_request_t request = request_of(method, path);
  request.content_format = method == NBIOT_MOCK_PUT ? 0 : -1;
  request.payload = (const uint8_t *)text;
  request.payload_length = (uint32_t)strlen(text);
  send(soak, &request, ERRAND_OTHER, 0);
}

static void send_execute(soak_t *soak) {
  nbiot_mock_request_t request = request_of(NBIOT_MOCK_POST, "/3306/0/5523");
  char text[24];
  if (soak->next_execute + 1 >= DEEDS) return;
  soak->next_execute += 1;
  soak->executes[soak->next_execute].sent_at = nbiot_mock_now(soak->world);
  request.payload_length = (uint32_t)snprintf(text, sizeof text, "0='%u'", (unsigned)soak->next_execute);
  request.payload = (const uint8_t *)text;
  request.non_confirmable = (uint8_t)chance_one_in(&soak->chance, 8);
  send(soak, &request, ERRAND_EXECUTE, soak->next_execute);
}

/* The number as a PUT of text, or as a POST of the instance with a TLV (a Write that is a partial update). */
static void send_write(soak_t *soak) {
  int is_whole = chance_one_in(&soak->chance, 2);
  nbiot_mock_request_t request = request_of(is_whole ? NBIOT_MOCK_PUT : NBIOT_MOCK_POST, is_whole ? "/3306/0/5851" : "/3306/0");
  uint32_t number = soak->next_write + 1;
  const uint8_t tlv[] = {0xE4, 5851 >> 8, 5851 & 0xFF, 0, 0, (uint8_t)(number >> 8), (uint8_t)number};
  char text[24];
  if (number >= DEEDS) return;
  soak->next_write = number;
  soak->writes[number].sent_at = nbiot_mock_now(soak->world);
  soak->writes[number].is_idempotent = (uint8_t)is_whole;
  soak->writes[number].refused = life_statistics(soak).duplicate_slots.refused;
  request.content_format = is_whole ? 0 : 11542;
  request.payload = is_whole ? (const uint8_t *)text : tlv;
  request.payload_length = is_whole ? (uint32_t)snprintf(text, sizeof text, "%u", (unsigned)number) : sizeof tlv;
  send(soak, &request, ERRAND_WRITE, number);
}

static void send_observe(soak_t *soak, uint32_t path) {
  nbiot_mock_request_t request = request_of(NBIOT_MOCK_GET, reports_path(path));
  int32_t exchange;
  request.observe = NBIOT_MOCK_OBSERVE_START;
  exchange = nbiot_mock_server_request(soak->server, &request);
  soak->tally.requests += 1;
  if (exchange >= 0) reports_watch(soak, exchange, path);
}

static void send_cancel(soak_t *soak) {
  const watch_t *watch = &soak->watches[chance_below(&soak->chance, WATCHES)];
  if (!watch->is_there) return;
  if (chance_one_in(&soak->chance, 4)) {
    nbiot_mock_server_abandon(soak->server, watch->exchange);
  } else {
    nbiot_mock_server_cancel(soak->server, watch->exchange);
  }
}

static void send_attributes(soak_t *soak) {
  static const char *const queries[] = {"pmin=10", "pmin=60&pmax=7200", "pmin=300", "pmin=0&pmax=10800", "pmax=3600", "pmin=30&gt=100"};
  uint32_t path = chance_below(&soak->chance, 6);
  nbiot_mock_request_t request = request_of(NBIOT_MOCK_PUT, reports_path(path));
  request.query = queries[chance_below(&soak->chance, path < REPORTED ? 6 : 5)];
  send(soak, &request, ERRAND_OTHER, 0);
}

static void send_read(soak_t *soak) {
  nbiot_mock_request_t request = request_of(NBIOT_MOCK_GET, reports_path(chance_below(&soak->chance, 7)));
  request.accept = chance_one_in(&soak->chance, 3) ? 40 : -1; /* 40 = Discover. */
  request.non_confirmable = (uint8_t)chance_one_in(&soak->chance, 6);
  send(soak, &request, ERRAND_OTHER, 0);
}

static void send_create(soak_t *soak) {
  static const uint8_t tlv[] = {0xE1, 5851 >> 8, 5851 & 0xFF, 7};
  nbiot_mock_request_t request = request_of(NBIOT_MOCK_POST, "/3311");
  request.content_format = 11542;
  request.payload = tlv;
  request.payload_length = sizeof tlv;
  send(soak, &request, ERRAND_OTHER, 0);
}

static void send_delete(soak_t *soak) {
  static const char *const instances[] = {"/3311/0", "/3311/1", "/3311/2", "/3311/3"};
  nbiot_mock_request_t request = request_of(NBIOT_MOCK_DELETE, instances[chance_below(&soak->chance, 4)]);
  send(soak, &request, ERRAND_OTHER, 0);
}

/* Disable for up to an hour. */
static void send_disable(soak_t *soak) {
  char text[16];
  snprintf(text, sizeof text, "%u", (unsigned)chance_between(&soak->chance, 30, 3600));
  send_text(soak, NBIOT_MOCK_PUT, "/1/0/5", text);
  send_text(soak, NBIOT_MOCK_POST, "/1/0/4", "");
  soak->disabled_at = nbiot_mock_now(soak->world);
}

static void send_lifetime(soak_t *soak) {
  static const char *const lifetimes[] = {"120", "1800", "7200", "43200"};
  send_text(soak, NBIOT_MOCK_PUT, "/1/0/1", lifetimes[chance_below(&soak->chance, 4)]);
}

static void act_once(soak_t *soak) {
  uint32_t kind = chance_below(&soak->chance, 100);
  if (kind < 30) send_execute(soak);
  else if (kind < 50) send_write(soak);
  else if (kind < 65) send_observe(soak, chance_below(&soak->chance, 7));
  else if (kind < 70) send_cancel(soak);
  else if (kind < 78) send_attributes(soak);
  else if (kind < 88) send_read(soak);
  else if (kind < 91) send_create(soak);
  else if (kind < 94) send_delete(soak);
  else if (kind < 96) upload_begin(soak);
  else if (kind < 97) send_text(soak, NBIOT_MOCK_POST, "/1/0/8", "");
  else if (kind < 98) send_text(soak, NBIOT_MOCK_PUT, "/1/0/2", "5");
  else if (kind < 99) send_lifetime(soak);
  else if (!soak->is_truce) send_disable(soak);
}

void operator_act(soak_t *soak) {
  uint32_t count = chance_one_in(&soak->chance, 8) ? chance_between(&soak->chance, 2, 12) : 1;
  /* In queue mode the server waits until the device is awake (LwM2M 8.3). */
  if ((soak->is_out & OUT_SLEEP) != 0) {
    if (soak->queued < QUEUE) soak->queued += count;
    return;
  }
  while (count-- > 0) act_once(soak);
}

void operator_serve_queue(soak_t *soak) {
  for (; soak->queued > 0 && !life_is_over(soak); soak->queued--) act_once(soak);
}

void operator_observe(soak_t *soak, uint32_t path) { send_observe(soak, path); }

/* ---- What became of them */

static void judge(soak_t *soak, const errand_t *errand, int32_t state, uint16_t code) {
  const deed_t *deed;
  int is_execute = errand->kind == ERRAND_EXECUTE;
  if (errand->kind == ERRAND_OTHER || soak->plan.corruption > 0) return;
  deed = is_execute ? &soak->executes[errand->number] : &soak->writes[errand->number];
  if (state == 1 && code == 204 && deed->ran == 0) {
    soak_break(soak, is_execute ? LAW_EXECUTE_DONE : LAW_WRITE_DONE, "number %u", (unsigned)errand->number);
  }
  /* 5.03 for want of a slot is not remembered: what is sent again meanwhile runs when there is one. */
  if (state == 1 && code != 204 && code != 503 && code != 504 && is_execute && deed->ran > 0 && !deed->is_excused) {
    soak_break(soak, LAW_EXECUTE_REFUSED, "number %u was answered %u", (unsigned)errand->number, (unsigned)code);
  }
}

void operator_look(soak_t *soak) {
  uint32_t left = 0;
  for (uint32_t i = 0; i < soak->errand_count; i++) {
    errand_t *errand = &soak->errands[i];
    nbiot_mock_response_t response;
    int32_t state = nbiot_mock_server_response(soak->server, errand->exchange, &response);
    if (state == 0) {
      soak->errands[left++] = *errand;
    } else {
      judge(soak, errand, state, state == 1 ? response.code : 0);
    }
  }
  soak->errand_count = left;
}

/* What may still be under way, once more or late, runs again in a device that remembers nothing. */
static void excuse(const soak_t *soak, deed_t *deeds, uint32_t last) {
  uint64_t now = nbiot_mock_now(soak->world);
  for (; last > 0 && now - deeds[last].sent_at < UNDER_WAY; last--) deeds[last].is_excused = 1;
}

void operator_excuse(soak_t *soak) {
  excuse(soak, soak->executes, soak->next_execute);
  excuse(soak, soak->writes, soak->next_write);
}
