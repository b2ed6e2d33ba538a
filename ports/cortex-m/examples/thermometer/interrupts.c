/* interrupts.c - the chip's half of the vector table: the linker puts it behind the core's half, which is in
 * startup.c. It may end with the last interrupt that is enabled.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "chip.h"
#include "uart.h"

static void (*const handlers[])(void) __attribute__((section(".interrupts"), used)) = {
    [UART0_RECEIVED_NUMBER] = uart_receive_interrupt,
    [UART0_SENT_NUMBER] = uart_send_interrupt,
};
