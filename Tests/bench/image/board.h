/* board.h - the board of this firmware: a Cortex-M4 beside an NB-IoT modem that speaks UDP through
 * a mailbox, a random number generator, a thermometer, a valve and a console. The chip is invented,
 * so that no maker's driver library counts; the registers are of the usual kind.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

#include "nbiot.h"

#define CORE_HZ 16000000u

typedef struct {
  volatile uint32_t status; /* MODEM_* */
  volatile uint32_t command;
  volatile uint32_t address[4];
  volatile uint32_t port;
  volatile uint32_t length; /* Of the datagram in the mailbox, or of the name to resolve. */
  volatile uint32_t data;   /* A FIFO of bytes. */
} modem_t;

enum {
  MODEM_READY = 1,
  MODEM_HAS_ADDRESS = 2,
  MODEM_NO_ADDRESS = 4,
  MODEM_HAS_DATAGRAM = 8,
  MODEM_HAS_ROOM = 16,
  MODEM_BROKEN = 32
};
enum { MODEM_OPEN = 1, MODEM_CLOSE, MODEM_SEND, MODEM_TAKE, MODEM_DROP, MODEM_RESOLVE };

#define MODEM ((modem_t *)0x40010000u)
#define CONSOLE_STATUS (*(volatile uint32_t *)0x40020000u)
#define CONSOLE_DATA (*(volatile uint32_t *)0x40020004u)
#define RANDOM_STATUS (*(volatile uint32_t *)0x40030000u)
#define RANDOM_DATA (*(volatile uint32_t *)0x40030004u)
#define THERMOMETER (*(volatile int32_t *)0x40040000u) /* Sixteenths of a degree. */
#define VALVE (*(volatile uint32_t *)0x40040004u)
#define SERIAL_NUMBER (*(const volatile uint32_t *)0x1fff0010u)

void board_start(void);
uint32_t board_now_ms(void);
void board_print(const char *text);

/* Sleeps until an interrupt at least, at most until a datagram waits or the time is over. */
void board_sleep(uint32_t timeout_ms);

/* The hooks over the modem. */
extern const nbiot_platform_t board_platform;

#endif
