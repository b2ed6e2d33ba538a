/* default.c - the port library's own three functions: which modem nbiot_device_create() uses.
 * SPDX-License-Identifier: Apache-2.0 */
#include "modem.h"

static nbiot_platform_t chosen;

void nbiot_at_modem_set_default(nbiot_at_modem_t *modem) {
  const nbiot_platform_t none = NBIOT_PLATFORM_INIT;
  chosen = modem == NULL ? none : nbiot_at_modem_platform(modem);
}

const nbiot_platform_t *nbiot_platform_default(void) {
  chosen.abi = NBIOT_ABI;
  return &chosen;
}

/* The application has to say which UART: nbiot_at_modem_set_default() comes first. */
int32_t(nbiot_init_environment)(void) { return chosen.context != NULL ? 0 : NBIOT_PORT_UNSUPPORTED; }

void nbiot_clear_environment(void) { nbiot_at_modem_set_default(NULL); }
