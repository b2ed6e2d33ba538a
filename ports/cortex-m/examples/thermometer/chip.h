/* chip.h - what is this chip's and no other's: registers and interrupt numbers of Arm's MPS2 board with
 * AN386. For yours this is the vendor's header.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CHIP_H
#define CHIP_H

#include <stdint.h>

/* CMSDK APB UART. */
typedef struct {
  volatile uint32_t data;
  volatile uint32_t state;
  volatile uint32_t control;
  volatile uint32_t interrupts; /* Read: pending. Written: cleared. */
  volatile uint32_t divider;
} chip_uart_t;

#define UART0 ((chip_uart_t *)0x40004000u)
enum { UART_HOLDS_RECEIVED = 2 };                                     /* state */
enum { UART_SENDS = 1, UART_RECEIVES = 2, UART_SENT_INTERRUPT = 4, UART_RECEIVED_INTERRUPT = 8 };
enum { UART_SENT = 1, UART_RECEIVED = 2 };                            /* interrupts */

/* CMSDK APB watchdog: the first time it runs out it raises NMI, the second time it resets the chip. */
typedef struct {
  volatile uint32_t load;
  const volatile uint32_t value;
  volatile uint32_t control;
  volatile uint32_t clear;
} chip_watchdog_t;

#define WATCHDOG ((chip_watchdog_t *)0x40008000u)
enum { WATCHDOG_INTERRUPTS = 1, WATCHDOG_RESETS = 2 };                /* control */

/* The two lamps of the board. */
#define LEDS (*(volatile uint32_t *)0x40028000u)

/* Enables the interrupts whose bits are set; one word for each 32 of them. */
#define NVIC_ENABLE (*(volatile uint32_t *)0xe000e100u)
enum { UART0_RECEIVED_NUMBER, UART0_SENT_NUMBER };

#endif
