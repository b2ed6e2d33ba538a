/* modem.c - beginning, and what the application may ask.
 * SPDX-License-Identifier: Apache-2.0 */
#include "modem.h"

#define LEAST_UART 64u

int at_modem_fits(const char *text, uint32_t most) {
  uint32_t length = 0;
  if (text == NULL) return 0;
  while (length <= most && text[length] != '\0') length += 1;
  return length > 0 && length <= most;
}

static int fits(const char *text, uint32_t most) { return text == NULL || at_modem_fits(text, most); }

static int commands_fit(const char *const *commands) {
  uint32_t count = 0;
  if (commands == NULL) return 1;
  while (count < NBIOT_AT_MODEM_COMMANDS &&
         at_modem_fits(commands[count], NBIOT_AT_MODEM_COMMAND)) {
    count += 1;
  }
  return commands[count] == NULL;
}

static int is_usable(const nbiot_at_modem_config_t *config) {
  return config->now_ms != NULL && config->random != NULL && config->write != NULL &&
         (config->lock == NULL) == (config->unlock == NULL) && config->uart != NULL &&
         config->uart_size >= LEAST_UART && config->send != NULL && config->send_size > 0 &&
         config->receive != NULL && config->sockets >= 1u &&
         config->sockets <= NBIOT_AT_MODEM_SOCKETS && config->datagram > 0 &&
         config->datagram < 0x4000u &&
         config->receive_size / config->sockets > NBIOT_AT_MODEM_OVERHEAD &&
         config->receive_size < 0x40000000u && fits(config->plmn, 8u) &&
         fits(config->resolver, 16u) && commands_fit(config->commands);
}

int32_t nbiot_at_modem_init(nbiot_at_modem_t *modem, const nbiot_at_modem_config_t *config) {
  uint8_t *bytes = (uint8_t *)modem;
  if (modem == NULL || config == NULL || !is_usable(config)) return NBIOT_PORT_UNSUPPORTED;
  for (uint32_t i = 0; i < sizeof *modem; i += 1) bytes[i] = 0;
  modem->config = *config;
  modem->ring_size = config->receive_size / config->sockets;
  for (uint32_t i = 0; i < config->sockets; i += 1) {
    modem->sockets[i].ring = config->receive + i * modem->ring_size;
  }
  modem->release = config->release;
  modem->network = NOT_REGISTERED;
  modem->sweep = NBIOT_AT_MODEM_SOCKETS;
  modem->not_before = at_modem_now(modem);
  at_modem_begin(modem);
  return 0;
}

int32_t nbiot_at_modem_is_ready(const nbiot_at_modem_t *modem) { return modem->set_up; }

nbiot_at_modem_counters_t nbiot_at_modem_counters(const nbiot_at_modem_t *modem) {
  nbiot_at_modem_counters_t counters = modem->counters;
  counters.bytes_lost = modem->uart_lost;
  return counters;
}
