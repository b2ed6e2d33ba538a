/* at_modem_serial.c - a thermometer behind an NB module on a serial line of Linux, 9600 baud.
 *
 *     cc at_modem_serial.c $(pkg-config --cflags --libs nbiot-at-modem) -o at_modem_serial
 *     ./at_modem_serial /dev/ttyUSB0 thermometer-1 coap://192.0.2.1:5683
 *
 * On an MCU the UART interrupt calls nbiot_at_modem_feed(); here sleep_ms() does.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/random.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "nbiot.h"
#include "nbiot_at_modem.h"

static nbiot_at_modem_t modem;
static int line = -1;
static uint8_t uart[512];
static uint8_t out[512];
static uint8_t in[2 * 1100];
static uint64_t memory[NBIOT_MEMORY_SIZE_DEFAULT / 8];
static int ready;

static uint32_t now_ms(void *context) {
  struct timespec now;
  (void)context;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)now.tv_sec * 1000u + (uint32_t)(now.tv_nsec / 1000000L);
}

static int32_t fill_random(void *context, uint8_t *buffer, uint32_t size) {
  (void)context;
  return getrandom(buffer, size, GRND_NONBLOCK) == (ssize_t)size ? 0 : -1;
}

static uint32_t write_bytes(void *context, const uint8_t *bytes, uint32_t count) {
  const ssize_t taken = write(line, bytes, count);
  (void)context;
  return taken > 0 ? (uint32_t)taken : 0;
}

static void sleep_ms(void *context, uint32_t timeout_ms) {
  struct pollfd wanted = {line, POLLIN, 0};
  uint8_t bytes[64];
  ssize_t count;
  (void)context;
  (void)poll(&wanted, 1, timeout_ms < 60000u ? (int)timeout_ms : 60000);
  count = read(line, bytes, sizeof bytes);
  if (count > 0) nbiot_at_modem_feed(&modem, bytes, (uint32_t)count);
}

static void on_module(void *context, uint8_t event, int32_t value) {
  (void)context;
  printf("module: event %u, value %d\n", event, (int)value);
  ready |= event == NBIOT_AT_MODEM_READY;
}

static int open_line(const char *path) {
  struct termios settings;
  line = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (line < 0 || tcgetattr(line, &settings) != 0) return -1;
  cfmakeraw(&settings);
  cfsetispeed(&settings, B9600);
  cfsetospeed(&settings, B9600);
  return tcsetattr(line, TCSANOW, &settings);
}

static int32_t begin_modem(void) {
  nbiot_at_modem_config_t config = NBIOT_AT_MODEM_CONFIG_INIT;
  config.now_ms = now_ms;
  config.random = fill_random;
  config.write = write_bytes;
  config.sleep = sleep_ms;
  config.event = on_module;
  config.uart = uart;
  config.uart_size = sizeof uart;
  config.send = out;
  config.send_size = sizeof out;
  config.receive = in;
  config.receive_size = sizeof in;
  return nbiot_at_modem_init(&modem, &config);
}

static int32_t create_device(nbiot_device_t **device, const char *endpoint, const char *uri) {
  static nbiot_platform_t platform;
  static nbiot_value_t temperature;
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  int32_t status;
  platform = nbiot_at_modem_platform(&modem);
  config.platform = &platform;
  config.memory = memory;
  config.memory_size = sizeof memory;
  config.endpoint_name = endpoint;
  config.uri = uri;
  config.send_capacity = sizeof out;
  config.receive_capacity = sizeof out;
  config.life_time = 3600;
  status = nbiot_device_create_with(device, &config);
  if (status != NBIOT_ERR_OK) return status;
  temperature.type = NBIOT_FLOAT;
  temperature.value.as_float = 21.5;
  return nbiot_resource_add(*device, 3303, 0, 5700, &temperature);
}

int main(int argc, char **argv) {
  nbiot_device_t *device = NULL;
  if (argc != 4) {
    fputs("usage: at_modem_serial LINE ENDPOINT URI\n", stderr);
    return 2;
  }
  if (open_line(argv[1]) != 0 || begin_modem() != 0 ||
      create_device(&device, argv[2], argv[3]) != NBIOT_ERR_OK) {
    fputs("at_modem_serial: the line does not open, or the device is refused\n", stderr);
    return 1;
  }
  for (;;) {
    uint32_t wait_ms = 60000u;
    uint32_t rest;
    if (ready) (void)nbiot_device_connect(device, 0);
    ready = 0;
    (void)nbiot_device_poll(device, &wait_ms);
    rest = nbiot_at_modem_step(&modem);
    if (!ready) sleep_ms(NULL, rest < wait_ms ? rest : wait_ms);
  }
}
