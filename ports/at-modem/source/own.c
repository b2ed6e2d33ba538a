/* own.c - what the application has the module do: its own commands, and a restart.
 * SPDX-License-Identifier: Apache-2.0 */
#include "modem.h"

/* The task in the wait hook may sleep too long for what there is now. */
static void unlock_and_rouse(nbiot_at_modem_t *modem) {
  at_modem_unlock(modem);
  if (modem->config.rouse != NULL) modem->config.rouse(modem->config.context);
}

int32_t nbiot_at_modem_ask(nbiot_at_modem_t *modem, const char *command, uint32_t timeout_ms) {
  int32_t taken = 0;
  if (!at_modem_fits(command, NBIOT_AT_MODEM_COMMAND)) return NBIOT_PORT_UNSUPPORTED;
  at_modem_lock(modem);
  if (modem->asked == NULL) {
    modem->asked = command;
    modem->asked_ms = timeout_ms;
    taken = 1;
  }
  (void)at_modem_step(modem);
  unlock_and_rouse(modem);
  return taken;
}

void at_modem_own_begin(nbiot_at_modem_t *modem) {
  const uint32_t timeout_ms = modem->asked_ms < FURTHEST_MS ? modem->asked_ms : FURTHEST_MS;
  at_modem_command(modem, COMMAND_OWN, NO_SOCKET, timeout_ms);
  at_modem_add(modem, modem->asked);
}

void at_modem_own_ended(nbiot_at_modem_t *modem, int32_t code) {
  modem->asked = NULL;
  at_modem_tell(modem, NBIOT_AT_MODEM_ANSWERED, code);
}

void nbiot_at_modem_restart(nbiot_at_modem_t *modem) {
  at_modem_lock(modem);
  at_modem_restarted(modem);
  unlock_and_rouse(modem);
}
