/* uart.h - the serial line to the module: interrupts in both directions, and nobody ever waits.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef UART_H
#define UART_H

#include <stdint.h>

/* `received` is called in the interrupt, byte by byte. */
void uart_start(uint32_t baud, void (*received)(uint8_t byte));

/* The write function of nbiot_at_modem_config_t: takes what has room and returns how much that was. */
uint32_t uart_write(void *context, const uint8_t *bytes, uint32_t count);

/* Returns 1 when a byte has come since the last call, else 0. */
int uart_has_received(void);

/* The interrupts: see interrupts.c. */
void uart_receive_interrupt(void);
void uart_send_interrupt(void);

#endif
