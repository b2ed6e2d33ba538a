/* modem.c - a whole application on the AT-modem port, for any CPU. C99, and C++ too (modem.cpp).
 *
 * The UART leads to a module that obeys everything: enough to see that the port's archive links, and that it works where
 * the program can run. Ends with 0 when the device has sent its Register through the module.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "nbiot.h"
#include "nbiot_at_modem.h"

static nbiot_at_modem_t modem;
static uint8_t uart[256], out[512], in[2 * (NBIOT_AT_MODEM_OVERHEAD + 512)];
static uint64_t block[NBIOT_MEMORY_SIZE_DEFAULT / 8];
static uint32_t now, registers;
static int ready;

static uint32_t now_ms(void *context) {
  (void)context;
  return now;
}

static int32_t take_random(void *context, uint8_t *buffer, uint32_t size) {
  (void)context;
  for (uint32_t i = 0; i < size; i++) buffer[i] = (uint8_t)(37 * i + 11);
  return 0;
}

static void say(const char *text) { nbiot_at_modem_feed(&modem, (const uint8_t *)text, (uint32_t)strlen(text)); }

/* The first characters of a command are enough to answer it. */
static uint32_t take_command(void *context, const uint8_t *bytes, uint32_t count) {
  static char command[9];
  static uint32_t length;
  (void)context;
  for (uint32_t i = 0; i < count; i++) {
    if (bytes[i] != '\r') {
      if (length < sizeof command - 1) command[length++] = (char)bytes[i];
      continue;
    }
    command[length] = '\0';
    length = 0;
    registers += strcmp(command, "AT+NSOST") == 0;
    if (strcmp(command, "AT+CEREG") == 0) say("+CEREG:1\r\n");
    if (strcmp(command, "AT+NSOCR") == 0) say("0\r\n");
    say("OK\r\n");
  }
  return count;
}

static void on_module(void *context, uint8_t event, int32_t value) {
  (void)context, (void)value;
  ready |= event == NBIOT_AT_MODEM_READY;
}

static int32_t begin_modem(void) {
  nbiot_at_modem_config_t config = NBIOT_AT_MODEM_CONFIG_INIT;
  config.now_ms = now_ms;
  config.random = take_random;
  config.write = take_command;
  config.event = on_module;
  config.uart = uart;
  config.uart_size = sizeof uart;
  config.send = out;
  config.send_size = sizeof out;
  config.receive = in;
  config.receive_size = sizeof in;
  return nbiot_at_modem_init(&modem, &config);
}

static int32_t create_device(nbiot_device_t **device) {
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  config.platform = nbiot_platform_default();
  config.memory = block;
  config.memory_size = sizeof block;
  config.endpoint_name = "meter";
  config.uri = "coap://192.0.2.1";
  return nbiot_device_create_with(device, &config);
}

int main(void) {
  nbiot_device_t *dev = NULL;

  if (begin_modem() != 0) return 1;
  nbiot_at_modem_set_default(&modem);
  if (nbiot_init_environment() != 0) return 2;
  if (create_device(&dev) != NBIOT_ERR_OK) return 3;
  for (int pass = 0; pass < 1000 && registers == 0; pass++) {
    uint32_t wait_ms = 1000;
    uint32_t rest;
    if (ready && nbiot_device_connect(dev, 0) != NBIOT_ERR_TIMEOUT) return 4;
    ready = 0;
    (void)nbiot_device_poll(dev, &wait_ms);
    rest = nbiot_at_modem_step(&modem);
    if (!ready) now += rest < wait_ms ? rest : wait_ms;
  }
  if (nbiot_device_destroy(dev) != NBIOT_ERR_OK) return 5;
  nbiot_clear_environment();
  return registers == 1 ? 0 : 6;
}
