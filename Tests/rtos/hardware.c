/* hardware.c - see hardware.h.
 * SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700
#include "hardware.h"

#include "module.h"
#include "rtos.h"

#define WIRE 4096u

static module_t module;
static nbiot_mock_world_t *world;
static nbiot_mock_server_t *server;
static rtos_mutex_t bench;  /* The module, the world, and the numbers below. */
static rtos_mutex_t chance; /* Asked for under the library's lock, which the bench must not be. */
static uint8_t wire_storage[WIRE];
static rtos_queue_t wire; /* From the MCU to the module. */
static uint32_t kicks;
static uint32_t random_state = 2026;
static int is_broken;

static void to_mcu(void *context, const uint8_t *bytes, uint32_t count) {
  (void)context;
  for (uint32_t i = 0; i < count; i += 1) network_uart_isr(bytes[i]);
}

static void tick(uint32_t elapsed) {
  uint8_t byte;
  rtos_mutex_enter(&bench);
  while (rtos_queue_receive(&wire, &byte, 0)) module_hear(&module, &byte, 1);
  nbiot_mock_advance(world, elapsed);
  module_breathe(&module);
  rtos_mutex_leave(&bench);
}

static void run_hardware(void *argument) {
  uint32_t before = rtos_now_ms();
  (void)argument;
  for (;;) {
    const uint32_t now = rtos_now_ms();
    tick(now - before);
    before = now;
    rtos_delay_ms(1);
  }
}

void hardware_start(void) {
  nbiot_mock_node_t *node;
  rtos_mutex_init(&bench);
  rtos_mutex_init(&chance);
  rtos_queue_init(&wire, wire_storage, 1, WIRE);
  world = nbiot_mock_world_create(2026);
  server = nbiot_mock_server_add(nbiot_mock_node_add(world, "10.0.0.1", 0), 5683);
  node = nbiot_mock_node_add(world, "10.0.0.2", 0);
  module_plug(&module, world, node, NBIOT_AT_MODEM_DATAGRAM_BC95);
  module.say = to_mcu;
  rtos_task(run_hardware, NULL, 0, 0);
}

/* ---- What the board gives to the application -------------------------------------------------- */

static uint32_t write_bytes(void *context, const uint8_t *bytes, uint32_t count) {
  uint32_t taken = 0;
  (void)context;
  while (taken < count && rtos_queue_send(&wire, bytes + taken)) taken += 1;
  return taken;
}

/* xorshift: good enough for a test alone. */
static int32_t fill_random(void *context, uint8_t *buffer, uint32_t size) {
  (void)context;
  rtos_mutex_enter(&chance);
  for (uint32_t i = 0; i < size; i += 1) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    buffer[i] = (uint8_t)(random_state >> 8);
  }
  rtos_mutex_leave(&chance);
  return 0;
}

/* A broken bus never answers, and the driver waits for it. */
static double measure(void) {
  static double degrees = 20.0;
  int hangs;
  do {
    rtos_mutex_enter(&bench);
    hangs = is_broken;
    rtos_mutex_leave(&bench);
    if (hangs) rtos_delay_ms(10);
  } while (hangs);
  return degrees += 0.25;
}

static void kick(void) {
  rtos_mutex_enter(&bench);
  kicks += 1;
  rtos_mutex_leave(&bench);
}

application_board_t hardware_board(void) {
  const application_board_t board = {write_bytes, fill_random, measure, kick};
  return board;
}

/* ---- What the test does to it ----------------------------------------------------------------- */

void hardware_restart_module(void) {
  rtos_mutex_enter(&bench);
  module_restart(&module);
  rtos_mutex_leave(&bench);
}

void hardware_break_thermometer(void) {
  rtos_mutex_enter(&bench);
  is_broken = 1;
  rtos_mutex_leave(&bench);
}

uint32_t hardware_kicks(void) {
  uint32_t count;
  rtos_mutex_enter(&bench);
  count = kicks;
  rtos_mutex_leave(&bench);
  return count;
}

nbiot_mock_server_t *hardware_take_server(void) {
  rtos_mutex_enter(&bench);
  return server;
}

void hardware_give_server(void) { rtos_mutex_leave(&bench); }
