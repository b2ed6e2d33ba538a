/* hardware.h - the board under the tasks: a UART with a module on it, a button, a watchdog; and the server behind the module.
 * It lives in a thread of its own, where a millisecond of the mock's network takes a millisecond.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef HARDWARE_H
#define HARDWARE_H

#include "application.h"
#include "nbiot_mock.h"

void hardware_start(void);
application_board_t hardware_board(void);
void hardware_restart_module(void);
void hardware_break_thermometer(void);
uint32_t hardware_kicks(void);

/* The server is the hardware's too: these keep its thread out meanwhile. */
nbiot_mock_server_t *hardware_take_server(void);
void hardware_give_server(void);

#endif
