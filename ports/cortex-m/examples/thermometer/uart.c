/* uart.c - the serial line to the module (see uart.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "uart.h"

#include "chip.h"
#include "clock.h"
#include "cpu.h"

/* The port gives 32 bytes at a time; with twice as many it fills one half while the line sends the other. */
#define RING 64u

static void (*on_byte)(uint8_t byte);
static volatile uint8_t has_received;

/* From uart_write() to send_next(), which runs with interrupts off: only the one writes `in`, only the other `out`. Both
 * count on and on; RING divides 2^32. */
static uint8_t ring[RING];
static volatile uint32_t in, out;
static volatile uint8_t is_sending;

void uart_start(uint32_t baud, void (*received)(uint8_t byte)) {
  on_byte = received;
  UART0->divider = CLOCK_HZ / baud;
  UART0->control = UART_SENDS | UART_RECEIVES | UART_SENT_INTERRUPT | UART_RECEIVED_INTERRUPT;
  NVIC_ENABLE = 1u << UART0_RECEIVED_NUMBER | 1u << UART0_SENT_NUMBER;
}

void uart_receive_interrupt(void) {
  UART0->interrupts = UART_RECEIVED;
  while ((UART0->state & UART_HOLDS_RECEIVED) != 0) on_byte((uint8_t)UART0->data);
  has_received = 1;
}

int uart_has_received(void) {
  const int has = has_received;
  has_received = 0;
  return has;
}

static void send_next(void) {
  is_sending = in != out;
  if (!is_sending) return;
  const uint8_t byte = ring[out % RING];
  out++;
  UART0->data = byte;
}

void uart_send_interrupt(void) {
  UART0->interrupts = UART_SENT;
  send_next();
}

/* The first byte is sent from here, every other by the interrupt that tells that the one before has left. */
uint32_t uart_write(void *context, const uint8_t *bytes, uint32_t count) {
  uint32_t taken = 0;
  (void)context;
  for (; taken < count && in - out < RING; taken++) {
    ring[in % RING] = bytes[taken];
    in++;
  }
  cpu_interrupts_off();
  if (!is_sending) send_next();
  cpu_interrupts_on();
  return taken;
}
