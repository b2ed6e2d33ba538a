/* threads.c - the thread rules: one thread steps, others use what they may at the same time. Run by
 * itself, under valgrind and, with an instrumented library, under the thread sanitizer.
 * SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "nbiot.h"

#include "check.h"
#include "loopback.h"

#define ROUNDS 400
#define REQUESTS 16

static nbiot_device_t *device;
static nbiot_value_t number;      /* /1000/0/1, written by nbiot_resource_set alone */
static nbiot_value_t action;      /* /1000/0/2 */
static nbiot_value_t spare;       /* /1000/1/1, comes and goes */
static loopback_t far_end;

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static nbiot_request_t requests[REQUESTS]; /* To be answered; 0 = free place. */
static int stop;
static unsigned long notified;    /* Notifications the server got. */
static unsigned long answered;    /* Answers of 2.04 the server got. */
static unsigned long acknowledged;
static unsigned long registered;
static unsigned long unexpected;  /* Statuses no rule allows. */

static int stopped(void) {
  int value;
  pthread_mutex_lock(&guard);
  value = stop;
  pthread_mutex_unlock(&guard);
  return value;
}

static void count(unsigned long *counter) {
  pthread_mutex_lock(&guard);
  *counter += 1;
  pthread_mutex_unlock(&guard);
}

static unsigned long counted(const unsigned long *counter) {
  unsigned long value;
  pthread_mutex_lock(&guard);
  value = *counter;
  pthread_mutex_unlock(&guard);
  return value;
}

static void pause_for(long microseconds) {
  struct timespec time = {0, microseconds * 1000};
  nanosleep(&time, NULL);
}

/* ---- The server's thread --------------------------------------------------------------------- */

static void take(const loopback_message_t *message) {
  if (message->code >= 1 && message->code < 32) {
    int is_register = message->code == LOOPBACK_POST && strcmp(message->path, "rd") == 0;
    loopback_acknowledge(&far_end, message,
                         is_register ? 0x41 : message->code == LOOPBACK_DELETE ? 0x42 : 0x44,
                         is_register ? "1" : NULL);
    if (is_register) {
      loopback_request(&far_end, LOOPBACK_GET, 1, 1, "/1000", NULL);
    }
    return;
  }
  if (message->code == 0x45 && message->token[0] == 1 && message->type != LOOPBACK_ACK) {
    count(&notified);
  }
  if (message->code == 0x44) {
    count(&answered);
  }
  if (message->type == LOOPBACK_CON) {
    loopback_acknowledge(&far_end, message, 0, NULL);
  }
}

static void *serve(void *unused) {
  loopback_message_t message;
  int asks = 0;
  unsigned idle = 0;
  (void)unused;
  while (!stopped()) {
    if (loopback_receive(&far_end, &message, 5)) {
      asks = asks || (message.code == LOOPBACK_POST && message.type == LOOPBACK_CON);
      take(&message);
    } else if (asks && ++idle % 10 == 0) {
      loopback_request(&far_end, LOOPBACK_GET, 2, 0, "/1000/0/1", NULL);
      loopback_request(&far_end, LOOPBACK_POST, 3, 0, "/1000/0/2", NULL);
    }
  }
  return NULL;
}

/* ---- The application's callbacks: on the stepping thread ---------------------------------- */

static int32_t on_execute(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          const uint8_t *arguments, uint32_t length) {
  int32_t answer = 503;
  (void)context, (void)path, (void)arguments, (void)length;
  pthread_mutex_lock(&guard);
  for (int index = 0; index < REQUESTS && answer != NBIOT_ERR_PENDING; index++) {
    if (requests[index] == 0) {
      requests[index] = request;
      answer = NBIOT_ERR_PENDING;
    }
  }
  pthread_mutex_unlock(&guard);
  return answer;
}

static int32_t on_read(void *context, nbiot_request_t request, const nbiot_path_t *path,
                       nbiot_value_t *value) {
  (void)context, (void)request, (void)path, (void)value;
  if (nbiot_device_poll(device, NULL) != NBIOT_ERR_BUSY) {
    count(&unexpected);
  }
  nbiot_device_state(device);
  return 0;
}

static void on_event(void *context, const nbiot_event_t *event) {
  (void)context;
  if (event->id == NBIOT_EVENT_REG_SUCCESS) {
    count(&registered);
  }
  if (event->id == NBIOT_EVENT_NOTIFY_SUCCESS) {
    count(&acknowledged);
  }
}

/* ---- Other threads ---------------------------------------------------------------------- */

static void *step(void *unused) {
  (void)unused;
  while (!stopped()) {
    int32_t status = nbiot_device_step(device, 1);
    if (status != NBIOT_ERR_OK && status != NBIOT_ERR_PENDING) {
      count(&unexpected);
    }
  }
  return NULL;
}

static void *report(void *unused) {
  nbiot_value_t fresh;
  (void)unused;
  memset(&fresh, 0, sizeof fresh);
  fresh.type = NBIOT_INTEGER;
  for (int round = 1; round <= ROUNDS; round++) {
    int32_t status;
    fresh.value.as_int = round;
    if (nbiot_resource_set(device, 1000, 0, 1, &fresh) != NBIOT_ERR_OK) {
      count(&unexpected);
    }
    status = nbiot_resource_notify(device, 1000, 0, 1, round % 4 == 0 ? (uint32_t)round : 0);
    if (status != NBIOT_ERR_OK && status != NBIOT_ERR_NOT_FOUND && status != NBIOT_ERR_NO_MEMORY) {
      count(&unexpected);
    }
    pause_for(2000);
  }
  return NULL;
}

static void *respond(void *unused) {
  (void)unused;
  while (!stopped()) {
    nbiot_request_t request = 0;
    pthread_mutex_lock(&guard);
    for (int index = 0; index < REQUESTS && request == 0; index++) {
      request = requests[index];
      requests[index] = 0;
    }
    pthread_mutex_unlock(&guard);
    if (request != 0) {
      /* Not found while the callback has not returned yet: then the request expires. */
      int32_t status = nbiot_request_respond(device, request, 0, NULL);
      if (status != NBIOT_ERR_OK && status != NBIOT_ERR_NOT_FOUND) {
        count(&unexpected);
      }
    }
    pause_for(3000);
  }
  return NULL;
}

static void *look(void *unused) {
  nbiot_statistics_t statistics;
  (void)unused;
  while (!stopped()) {
    if (nbiot_device_state(device) < 0 ||
        nbiot_device_statistics(device, &statistics, sizeof statistics) != NBIOT_ERR_OK) {
      count(&unexpected);
    }
    nbiot_device_socket(device);
    pause_for(1000);
  }
  return NULL;
}

static int is_allowed(int32_t status) {
  return status == NBIOT_ERR_OK || status == NBIOT_ERR_BUSY;
}

static void *rearrange(void *unused) {
  (void)unused;
  for (int round = 0; round < ROUNDS / 4; round++) {
    int32_t added = nbiot_resource_add(device, 1000, 1, 1, &spare);
    if (!is_allowed(added) || !is_allowed(nbiot_device_update(device, 0, round & 1))) {
      count(&unexpected);
    }
    while (added == NBIOT_ERR_OK && nbiot_resource_del(device, 1000, 1, 1) == NBIOT_ERR_BUSY) {
      pause_for(100);
    }
    pause_for(8000);
  }
  return NULL;
}

/* ---- The tests ------------------------------------------------------------------------ */

static void create(void) {
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  static char uri[40];
  snprintf(uri, sizeof uri, "coap://127.0.0.1:%u", (unsigned)far_end.port);
  config.platform = nbiot_platform_default();
  config.endpoint_name = "threads";
  config.uri = uri;
  config.read = on_read;
  config.execute = on_execute;
  config.event = on_event;
  config.deferred_capacity = 8;
  config.duplicate_capacity = 2000;
  expect_equal(nbiot_device_create_with(&device, &config), NBIOT_ERR_OK, "the device is created");
  number.type = spare.type = NBIOT_INTEGER;
  action.flag = NBIOT_EXECUTABLE;
  nbiot_resource_add(device, 1000, 0, 1, &number);
  nbiot_resource_add(device, 1000, 0, 2, &action);
}

/* step(-1) has nothing to tell until the notification is acknowledged, nor a deadline for hours. */
static void *wake_up(void *unused) {
  (void)unused;
  pause_for(100000);
  while (nbiot_resource_notify(device, 1000, 0, 1, 999) == NBIOT_ERR_NOT_FOUND) {
    pause_for(10000);
  }
  return NULL;
}

static void test_a_wait_ends_when_another_thread_creates_work(void) {
  pthread_t waker;
  pthread_create(&waker, NULL, wake_up, NULL);
  while (counted(&acknowledged) == 0 && nbiot_device_step(device, -1) == NBIOT_ERR_OK) {
  }
  pthread_join(waker, NULL);
  expect(counted(&acknowledged) == 1, "a wait without end ends when another thread notifies");
}

static void *move_away(void *unused) {
  (void)unused;
  pause_for(100000);
  while (nbiot_device_rebind(device) == NBIOT_ERR_BUSY) {
    pause_for(10000);
  }
  return NULL;
}

/* The one that waits at the old socket is the one that closes it. */
static void test_a_wait_ends_when_another_thread_has_a_new_address(void) {
  pthread_t mover;
  pthread_create(&mover, NULL, move_away, NULL);
  while (counted(&registered) < 2 && nbiot_device_step(device, -1) != NBIOT_ERR_NOT_REGISTER) {
  }
  pthread_join(mover, NULL);
  expect_equal((long long)counted(&registered), 2, "a wait without end ends for a new address");
}

static void test_everything_at_once(void) {
  void *(*const bodies[])(void *) = {step, report, rearrange, respond, look};
  pthread_t threads[5];
  for (int index = 0; index < 5; index++) {
    pthread_create(&threads[index], NULL, bodies[index], NULL);
  }
  pthread_join(threads[1], NULL);
  pthread_join(threads[2], NULL);
  for (int patience = 0; patience < 2000 && counted(&answered) == 0; patience++) {
    pause_for(10000);
  }
  pthread_mutex_lock(&guard);
  stop = 1;
  pthread_mutex_unlock(&guard);
  pthread_join(threads[0], NULL);
  pthread_join(threads[3], NULL);
  pthread_join(threads[4], NULL);
  expect_equal((long long)counted(&unexpected), 0, "every call answers as the rules say");
  expect(counted(&notified) > 0, "notifications arrived meanwhile");
  expect(counted(&answered) > 0, "and answers given by another thread");
}

int main(void) {
  pthread_t server;
  alarm(240); /* A wait that does not end is a failure, not a hang. */
  nbiot_init_environment();
  if (!expect(loopback_open(&far_end) == 0, "a socket on loopback")) {
    return check_summary();
  }
  create();
  pthread_create(&server, NULL, serve, NULL);
  expect_equal(nbiot_device_connect(device, 30), NBIOT_ERR_OK, "the device registers");
  test_a_wait_ends_when_another_thread_has_a_new_address();
  test_a_wait_ends_when_another_thread_creates_work();
  test_everything_at_once();
  pthread_join(server, NULL);
  expect_equal(nbiot_device_state(device), NBIOT_STATE_REGISTERED, "it is still registered");
  expect_equal(nbiot_device_destroy(device), NBIOT_ERR_OK, "the device is destroyed");
  close(far_end.socket);
  nbiot_clear_environment();
  return check_summary();
}
