/* application.c - what an application on the NB chip does: one task serves the device over the sockets port, another reports in the
 * middle of its wait, and the vote for sleep is taken back each time. The server is the far end of a socket on loopback.
 * SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700
#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "../abi/check.h"
#include "../abi/loopback.h"
#include "nbiot.h"
#include "nbiot_sockets.h"

#define ACK_ID 7u
#define LONGEST_SLEEP_MS 100u

static nbiot_sockets_t sockets;
static nbiot_device_t *device;
static uint8_t buffer[513];
static uint64_t memory[NBIOT_MEMORY_SIZE_DEFAULT / 8];
static nbiot_value_t temperature = {.type = NBIOT_FLOAT};
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static loopback_t far_end;
static unsigned votes[2]; /* For being awake, for sleep: the network task's alone. */
static uint32_t delivered; /* Likewise. */

/* ---- What the chip gives ---------------------------------------------------------------------- */

static uint32_t now_ms(void *context) {
  struct timespec now;
  (void)context;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)now.tv_sec * 1000u + (uint32_t)now.tv_nsec / 1000000u;
}

static int32_t fill_random(void *context, uint8_t *bytes, uint32_t size) {
  FILE *source = fopen("/dev/urandom", "rb");
  const int32_t answer = source != NULL && fread(bytes, 1, size, source) == size ? 0 : -1;
  (void)context;
  if (source != NULL) fclose(source);
  return answer;
}

static void enter(void *context) {
  (void)context;
  pthread_mutex_lock(&mutex);
}

static void leave(void *context) {
  (void)context;
  pthread_mutex_unlock(&mutex);
}

static void vote(void *context, uint8_t is_sleeping) {
  (void)context;
  votes[is_sleeping] += 1;
}

/* ---- The server, and the task that reports once it observes ----------------------------------- */

static void report(void) {
  nbiot_value_t now = {.type = NBIOT_FLOAT};
  const struct timespec later = {0, 300000000L};
  now.value.as_float = 21.5;
  nanosleep(&later, NULL);
  expect_equal(nbiot_resource_set(device, 3303, 0, 5700, &now), NBIOT_ERR_OK, "sockets: another task sets a value");
  expect_equal(nbiot_resource_notify(device, 3303, 0, 5700, ACK_ID), NBIOT_ERR_OK, "sockets: and wants to know");
}

/* One request of the device, or one answer. */
static void take(const loopback_message_t *message, int *is_over) {
  const int is_register = message->code == LOOPBACK_POST;
  if (is_register || message->code == LOOPBACK_DELETE) {
    loopback_acknowledge(&far_end, message, is_register ? 0x41 : 0x42, is_register ? "1" : NULL);
    if (is_register) loopback_request(&far_end, LOOPBACK_GET, 1, 1, "/3303/0/5700", NULL);
    *is_over = !is_register;
  } else if (message->code == 0x45 && message->type == LOOPBACK_CON) {
    loopback_acknowledge(&far_end, message, 0, NULL);
  } else if (message->code == 0x45 && message->type == LOOPBACK_ACK) {
    report();
  }
}

static void *run_server(void *argument) {
  loopback_message_t message;
  int is_over = 0;
  (void)argument;
  while (!is_over && loopback_receive(&far_end, &message, 20000) > 0) take(&message, &is_over);
  return NULL;
}

/* ---- The network task ------------------------------------------------------------------------- */

static void on_event(void *context, const nbiot_event_t *event) {
  (void)context;
  if (event->id == NBIOT_EVENT_NOTIFY_SUCCESS) delivered = event->detail;
}

static int32_t begin(const char *uri) {
  nbiot_sockets_config_t chip = {0};
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  nbiot_platform_t platform;
  chip.now_ms = now_ms;
  chip.random = fill_random;
  chip.lock = enter;
  chip.unlock = leave;
  chip.sleeping = vote;
  chip.longest_sleep_ms = LONGEST_SLEEP_MS;
  chip.buffer = buffer;
  chip.buffer_size = sizeof buffer;
  if (nbiot_sockets_begin(&sockets, &chip) != 0) return NBIOT_ERR_SOCKET;
  platform = nbiot_sockets_platform(&sockets);
  config.platform = &platform;
  config.memory = memory;
  config.memory_size = sizeof memory;
  config.endpoint_name = "thermometer-1";
  config.uri = uri;
  config.event = on_event;
  return nbiot_device_create_with(&device, &config);
}

static void serve(void) {
  expect_equal(nbiot_device_connect(device, 20), NBIOT_ERR_OK, "sockets: it registers");
  for (int turns = 0; delivered == 0 && turns < 20; turns += 1) (void)nbiot_device_step(device, -1);
  expect_equal(delivered, ACK_ID, "sockets: what another task reports ends the wait, and arrives");
  expect_equal(nbiot_device_close(device, 20), NBIOT_ERR_OK, "sockets: it de-registers");
  expect(votes[1] > 0 && votes[0] == votes[1], "sockets: the vote for sleep is taken back each time");
}

int main(void) {
  pthread_t server;
  char uri[40];
  expect(loopback_open(&far_end) == 0, "sockets: a server");
  snprintf(uri, sizeof uri, "coap://127.0.0.1:%u", (unsigned)far_end.port);
  expect_equal(begin(uri), NBIOT_ERR_OK, "sockets: a device");
  expect_equal(nbiot_resource_add(device, 3303, 0, 5700, &temperature), NBIOT_ERR_OK, "sockets: a thermometer");
  pthread_create(&server, NULL, run_server, NULL);
  serve();
  pthread_join(server, NULL);
  expect_equal(nbiot_device_destroy(device), NBIOT_ERR_OK, "sockets: the end");
  nbiot_sockets_end(&sockets);
  return check_summary();
}
