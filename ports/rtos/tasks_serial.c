/* tasks_serial.c - the tasks with an NB module on a serial line of Linux, 9600 baud.
 *
 *     tasks_serial LINE ENDPOINT URI
 *
 * Until SIGTERM or SIGINT; then it de-registers. SIGUSR1 is the button.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/random.h>
#include <termios.h>
#include <unistd.h>

#include "application.h"
#include "rtos.h"

static int line = -1;

/* ---- The board -------------------------------------------------------------------------------- */

static int open_line(const char *path) {
  struct termios settings;
  line = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (line < 0 || tcgetattr(line, &settings) != 0) return -1;
  cfmakeraw(&settings);
  cfsetispeed(&settings, B9600);
  cfsetospeed(&settings, B9600);
  return tcsetattr(line, TCSANOW, &settings);
}

/* In the place of the UART's interrupt. */
static void run_uart(void *argument) {
  struct pollfd wanted = {line, POLLIN, 0};
  uint8_t byte;
  (void)argument;
  for (;;) {
    (void)poll(&wanted, 1, -1);
    while (read(line, &byte, 1) == 1) network_uart_isr(byte);
  }
}

static uint32_t write_bytes(void *context, const uint8_t *bytes, uint32_t count) {
  const ssize_t taken = write(line, bytes, count);
  (void)context;
  return taken > 0 ? (uint32_t)taken : 0;
}

static int32_t fill_random(void *context, uint8_t *buffer, uint32_t size) {
  (void)context;
  return getrandom(buffer, size, GRND_NONBLOCK) == (ssize_t)size ? 0 : -1;
}

static double thermometer(void) {
  static unsigned measured;
  measured += 1;
  return 20.0 + 0.25 * (measured % 16u);
}

static void kick_watchdog(void) {}

/* ---- The buttons ------------------------------------------------------------------------------ */

static void wait_for_the_end(const sigset_t *signals) {
  uint8_t is_down = 0;
  int number = 0;
  while (sigwait(signals, &number) == 0 && number == SIGUSR1) {
    is_down = !is_down;
    application_button_isr(is_down);
  }
}

int main(int argc, char **argv) {
  const application_board_t board = {write_bytes, fill_random, thermometer, kick_watchdog};
  sigset_t signals;
  if (argc != 4) {
    fputs("usage: tasks_serial LINE ENDPOINT URI\n", stderr);
    return 2;
  }
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &signals, NULL);
  if (open_line(argv[1]) != 0 || application_start(&board, argv[2], argv[3]) == NULL) {
    fputs("tasks_serial: the line does not open, or the device is refused\n", stderr);
    return 1;
  }
  rtos_task(run_uart, NULL, 0, 0);
  wait_for_the_end(&signals);
  network_stop();
  return 0;
}
