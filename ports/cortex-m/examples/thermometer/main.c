/* main.c - a thermometer on bare metal, behind an NB module on a UART: one loop, no heap, no operating system.
 *
 * All the program does is begin what is due, ask everybody how long there is nothing to do, and sleep that long.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clock.h"
#include "console.h"
#include "factory.h"
#include "module.h"
#include "nbiot.h"
#include "objects.h"
#include "random.h"
#include "sleep.h"
#include "stack.h"
#include "watchdog.h"

/* For somebody who watches. A product that is to last ten years measures every hour, and listens as long as its
 * operator's network takes to bring a request. */
#define MEASURE_MS 3000u
#define AWAKE_S 1u

/* After a power cut a whole town is back in the same second. A product spreads its devices over as many minutes as the
 * server needs for all of them. */
#define SPREAD_MS 500u

/* Longer than the longest pass through the loop; whoever waits for the module kicks it, see sleep.c. */
#define WATCHDOG_MS 8000u

#define STORED 256u
#define MEMORY (NBIOT_MEMORY_SIZE_DEFAULT + NBIOT_MEMORY_BOOTSTRAP(0, 0, 0) + NBIOT_MEMORY_STORED(STORED))

static uint64_t memory[MEMORY / 8u];
static nbiot_device_t *device;
static uint8_t shall_end;

static const char *text_of(uint32_t event) {
  switch (event) {
    case NBIOT_EVENT_BOOTSTRAP_START: return "asking the bootstrap server";
    case NBIOT_EVENT_BOOTSTRAP_SUCCESS: return "bootstrapped, going to the server it named";
    case NBIOT_EVENT_BOOTSTRAP_FAILED: return "bootstrap failed, trying again";
    case NBIOT_EVENT_CONNECT_SUCCESS: return "socket open";
    case NBIOT_EVENT_CONNECT_FAILED: return "no socket, trying again";
    case NBIOT_EVENT_REG_SUCCESS: return "registered";
    case NBIOT_EVENT_REG_FAILED: return "registration refused, trying again";
    case NBIOT_EVENT_REG_TIMEOUT: return "registration not answered, trying again";
    case NBIOT_EVENT_UPDATE_SUCCESS: return "registration updated";
    case NBIOT_EVENT_UPDATE_FAILED: return "update refused";
    case NBIOT_EVENT_UPDATE_TIMEOUT: return "update not answered, registering anew";
    case NBIOT_EVENT_UNREG_DONE: return "de-registered";
    case NBIOT_EVENT_NOTIFY_SUCCESS: return "delivered: measurement";
    case NBIOT_EVENT_NOTIFY_DROPPED: return "dropped: measurement";
    case NBIOT_EVENT_MAY_SLEEP: return "all is said, the radio may sleep";
    default: return "something else";
  }
}

/* At NBIOT_EVENT_MAY_SLEEP nothing can come before the device speaks again. A product turns off what listens: the
 * module goes to PSM by itself, the UART needs no wake-up, and the chip may enter its deepest sleep that keeps RAM. */
static void on_event(void *context, const nbiot_event_t *event) {
  (void)context;
  console_text("event    ");
  console_text(text_of(event->id));
  if (event->code >= 400) {
    console_text(", code ");
    console_number(event->code);
  }
  /* Only notifications have one here: no answer is deferred. */
  if (event->detail != 0) {
    console_text(" ");
    console_number((int32_t)event->detail);
  }
  console_end_line();
}

/* Called when the answer to the Execute has left: the rest is done in main, for here the device is in use. */
static void on_reboot(void *context) {
  (void)context;
  console_text("execute  /3/0/4: the platform wants a reboot");
  console_end_line();
  shall_end = 1;
}

static int32_t create_device(void) {
  const nbiot_platform_t platform = module_platform();
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  config.platform = &platform;
  config.memory = memory;
  config.memory_size = sizeof memory;
  config.profile = NBIOT_PROFILE_ONENET;
  config.transmission = NBIOT_TRANSMISSION_NBIOT;
  config.endpoint_name = FACTORY->endpoint;
  config.uri = FACTORY->bootstrap;
  config.life_time = 86400;
  config.queue_mode = 1;
  config.awake_time_s = AWAKE_S;
  config.stored_capacity = STORED;
  config.device_info.manufacturer = "nbiot";
  config.device_info.model = "thermometer";
  config.device_info.firmware_version = "1.0";
  config.callback_context = &device;
  config.write = objects_write;
  config.execute = objects_execute;
  config.event = on_event;
  config.reboot = on_reboot;
  return nbiot_device_create_with(&device, &config);
}

static void wait_for_ones_turn(void) {
  uint8_t bytes[2];
  (void)random_fill(NULL, bytes, sizeof bytes);
  sleep_ms(NULL, (bytes[0] | (uint32_t)bytes[1] << 8) % SPREAD_MS);
}

static int32_t start(void) {
  int32_t status;
  clock_start();
  watchdog_start(WATCHDOG_MS);
  random_start(FACTORY->seed);
  wait_for_ones_turn();
  status = module_start();
  if (status == 0) status = create_device();
  return status == NBIOT_ERR_OK ? objects_add(device) : status;
}

static uint32_t least(uint32_t one, uint32_t other) { return one < other ? one : other; }

/* Measures when it is time, whether a network is there or not. Returns the milliseconds until the next time. */
static uint32_t measure(void) {
  static uint32_t last;
  const uint32_t now = clock_now_ms(NULL);
  if (now - last < MEASURE_MS) return MEASURE_MS - (now - last);
  last = now;
  objects_measure(device);
  return MEASURE_MS;
}

static void serve(void) {
  while (!shall_end) {
    uint32_t rest = measure();
    uint32_t wait_ms = rest;
    (void)nbiot_device_poll(device, &wait_ms);
    objects_show();
    rest = least(rest, least(wait_ms, module_step()));
    /* The first time this registers; later, after the module restarted, it skips the pause the device is in. */
    if (module_became_ready()) {
      (void)nbiot_device_connect(device, 0);
      rest = 0;
    }
    if (!shall_end) sleep_ms(NULL, rest);
  }
}

static void tell(const char *what, int32_t number) {
  console_text(what);
  console_number(number);
  console_end_line();
}

int main(void) {
  int32_t status;
  stack_paint();
  status = start();
  tell("start    status ", status);
  if (status != NBIOT_ERR_OK) return 1;
  serve();
  status = nbiot_device_close(device, 60);
  tell("close    status ", status);
  module_tell_losses();
  tell("stack    bytes used: ", (int32_t)stack_used());
  return status == NBIOT_ERR_OK ? 0 : 1; /* The end of an emulated board; a product resets. */
}
