/* module.c - the NB module on the UART (see module.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "module.h"

#include "clock.h"
#include "console.h"
#include "nbiot_at_modem.h"
#include "random.h"
#include "sleep.h"
#include "storage.h"
#include "uart.h"

#define BAUD 9600u
/* The library's send_capacity and receive_capacity: 512, when nothing else is asked for. */
#define DATAGRAM 512u
/* One in use, one being closed. */
#define SOCKETS 2u

static nbiot_at_modem_t modem;
static uint8_t line[256]; /* What 9600 baud bring in a quarter of a second: the longest pass of the loop. */
static uint8_t outgoing[DATAGRAM];
static uint8_t incoming[SOCKETS * 2u * (DATAGRAM + NBIOT_AT_MODEM_OVERHEAD)];
static uint8_t became_ready;

static void on_byte(uint8_t byte) { nbiot_at_modem_feed(&modem, &byte, 1); }

/* 3GPP TS 27.007, +CEREG. */
static const char *network_text(int32_t stat) {
  switch (stat) {
    case 1: return "registered in its network";
    case 2: return "searching for a network";
    case 3: return "the network refuses the SIM";
    case 5: return "registered in another's network";
    default: return "without a network";
  }
}

static const char *text_of(uint8_t event, int32_t value) {
  switch (event) {
    case NBIOT_AT_MODEM_ALIVE: return "it answers";
    case NBIOT_AT_MODEM_NETWORK: return network_text(value);
    case NBIOT_AT_MODEM_RADIO: return value == 1 ? "radio connected" : "radio idle";
    case NBIOT_AT_MODEM_READY: return "ready";
    case NBIOT_AT_MODEM_REFUSED: return "it refuses a step of its bring-up";
    case NBIOT_AT_MODEM_RESTARTED: return "it restarted, and so does its bring-up";
    case NBIOT_AT_MODEM_SILENT: return "it does not answer"; /* A product pulls its reset line here. */
    default: return "?";
  }
}

/* Runs inside the port: it takes notes and calls nothing. */
static void on_event(void *context, uint8_t event, int32_t value) {
  (void)context;
  if (event == NBIOT_AT_MODEM_READY) became_ready = 1;
  console_text("module   ");
  console_text(text_of(event, value));
  console_end_line();
}

int32_t module_start(void) {
  nbiot_at_modem_config_t config = NBIOT_AT_MODEM_CONFIG_INIT;
  int32_t status;
  config.now_ms = clock_now_ms;
  config.random = random_fill;
  config.write = uart_write;
  config.sleep = sleep_ms; /* For nbiot_device_close(), which waits for an answer. */
  config.event = on_event;
  config.uart = line;
  config.uart_size = sizeof line;
  config.send = outgoing;
  config.send_size = sizeof outgoing;
  config.receive = incoming;
  config.receive_size = sizeof incoming;
  config.sockets = SOCKETS;
  status = nbiot_at_modem_init(&modem, &config);
  if (status == 0) uart_start(BAUD, on_byte);
  return status;
}

nbiot_platform_t module_platform(void) {
  nbiot_platform_t platform = nbiot_at_modem_platform(&modem);
  platform.store = storage_store;
  platform.load = storage_load;
  return platform;
}

uint32_t module_step(void) { return nbiot_at_modem_step(&modem); }

void module_tell_losses(void) {
  const nbiot_at_modem_counters_t counters = nbiot_at_modem_counters(&modem);
  console_text("uart     ");
  console_number((int32_t)counters.bytes_lost);
  console_text(" bytes lost, ");
  console_number((int32_t)counters.lines_damaged);
  console_text(" lines damaged");
  console_end_line();
}

int module_became_ready(void) {
  const int became = became_ready;
  became_ready = 0;
  return became;
}
