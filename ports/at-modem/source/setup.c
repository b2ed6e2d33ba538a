/* setup.c - bring-up: AT until OK, operator, reports, registration, context; and again after a restart.
 * SPDX-License-Identifier: Apache-2.0 */
#include "modem.h"

#define ALIVE_MS 1000u
/* A late answer to a command that was given up comes within this time of the AT that was answered. */
#define QUIET_MS 300u
#define STEP_MS 5000u
#define OPERATOR_MS 60000u
/* A module that registered before this MCU started does not tell; one that does so now tells by itself, in 20 ... 120 s. Later
 * it is asked for reports that got lost. */
#define FIRST_ASK_MS 2000u
#define ASK_MS 10000u
#define RETRY_MS 1000u
#define STEP_TRIES 3u
#define SILENCE 10u

/* Those from STEP_OWN on are config.commands; they come first. */
enum {
  STEP_OPERATOR,
  STEP_FREQUENCY,
  STEP_RADIO,
  STEP_REPORT,
  STEP_REGISTERED,
  STEP_CONTEXT,
  STEPS,
  STEP_OWN = 16
};

void at_modem_tell(nbiot_at_modem_t *modem, uint8_t event, int32_t value) {
  if (modem->config.event != NULL) modem->config.event(modem->config.context, event, value);
}

static int is_registered(const nbiot_at_modem_t *modem) {
  return modem->network == 1u || modem->network == 5u;
}

static const char *own_command(const nbiot_at_modem_t *modem, uint32_t step) {
  return modem->config.commands == NULL ? NULL : modem->config.commands[step - STEP_OWN];
}

static uint8_t first_step(const nbiot_at_modem_t *modem) {
  return own_command(modem, STEP_OWN) != NULL ? STEP_OWN : STEP_OPERATOR;
}

static uint8_t step_after(const nbiot_at_modem_t *modem) {
  const uint8_t next = (uint8_t)(modem->step + 1u);
  return next <= STEP_OWN || own_command(modem, next) != NULL ? next : STEP_OPERATOR;
}

static void enter_step(nbiot_at_modem_t *modem, uint8_t step, uint32_t now) {
  modem->step = step;
  modem->step_tries = 0;
  if (step == STEP_REGISTERED && !is_registered(modem)) modem->not_before = now + FIRST_ASK_MS;
}

static void finish(nbiot_at_modem_t *modem) {
  modem->phase = PHASE_READY;
  if (modem->set_up) return;
  modem->set_up = 1;
  at_modem_tell(modem, NBIOT_AT_MODEM_READY, 0);
}

void at_modem_begin(nbiot_at_modem_t *modem) {
  modem->phase = PHASE_ALIVE;
  modem->tries = 0;
  modem->step_tries = 0;
  modem->step = first_step(modem);
}

void at_modem_registration(nbiot_at_modem_t *modem, uint8_t stat) {
  if (modem->network == stat) return;
  modem->network = stat;
  at_modem_tell(modem, NBIOT_AT_MODEM_NETWORK, stat);
  /* No need to ask any more. */
  if (modem->phase == PHASE_SETUP && modem->step == STEP_REGISTERED && is_registered(modem)) {
    modem->not_before = at_modem_now(modem) + modem->config.gap_ms;
  }
}

void at_modem_restarted(nbiot_at_modem_t *modem) {
  const int was_known = modem->phase != PHASE_ALIVE || modem->set_up;
  at_modem_sockets_gone(modem);
  at_modem_drop_outgoing(modem);
  at_modem_lookup_gone(modem);
  if (modem->command.kind == COMMAND_OWN) at_modem_own_ended(modem, PLAIN_ERROR);
  modem->command.kind = COMMAND_NONE;
  modem->network = NOT_REGISTERED;
  modem->set_up = 0;
  at_modem_begin(modem);
  modem->not_before = at_modem_now(modem) + modem->config.gap_ms;
  if (was_known) at_modem_tell(modem, NBIOT_AT_MODEM_RESTARTED, 0);
}

static void step_command(nbiot_at_modem_t *modem, uint32_t timeout_ms, const char *text) {
  at_modem_command(modem, COMMAND_SETUP, NO_SOCKET, timeout_ms);
  at_modem_add(modem, text);
}

static void choose_operator(nbiot_at_modem_t *modem) {
  if (modem->config.plmn == NULL) {
    step_command(modem, OPERATOR_MS, "+COPS=0");
    return;
  }
  step_command(modem, OPERATOR_MS, "+COPS=1,2,\"");
  at_modem_add(modem, modem->config.plmn);
  at_modem_add(modem, "\"");
}

static void begin_step(nbiot_at_modem_t *modem, uint32_t now) {
  if (modem->step == STEP_FREQUENCY && modem->config.earfcn == 0) enter_step(modem, STEP_RADIO, now);
  if (modem->step == STEP_REGISTERED && is_registered(modem)) enter_step(modem, STEP_CONTEXT, now);
  switch (modem->step) {
    case STEP_OPERATOR: choose_operator(modem); break;
    case STEP_FREQUENCY:
      step_command(modem, STEP_MS, "+NEARFCN=0,");
      at_modem_add_number(modem, modem->config.earfcn);
      break;
    case STEP_RADIO: step_command(modem, STEP_MS, "+CSCON=1"); break;
    case STEP_REPORT: step_command(modem, STEP_MS, "+CEREG=1"); break;
    case STEP_REGISTERED: step_command(modem, STEP_MS, "+CEREG?"); break;
    case STEP_CONTEXT: step_command(modem, STEP_MS, "+CGDCONT?"); break;
    case STEPS: finish(modem); break;
    default: step_command(modem, OPERATOR_MS, own_command(modem, modem->step)); break;
  }
}

void at_modem_setup_next(nbiot_at_modem_t *modem, uint32_t now) {
  if (modem->phase == PHASE_QUIET) modem->phase = modem->set_up ? PHASE_READY : PHASE_SETUP;
  if (modem->phase != PHASE_ALIVE && modem->asked != NULL) {
    at_modem_own_begin(modem);
  } else if (modem->phase == PHASE_SETUP) {
    begin_step(modem, now);
  } else if (modem->phase == PHASE_ALIVE) {
    at_modem_command(modem, COMMAND_ALIVE, NO_SOCKET, ALIVE_MS);
  }
}

void at_modem_setup_result(nbiot_at_modem_t *modem, int32_t code, uint32_t now) {
  if (modem->step == STEP_REGISTERED) {
    if (!is_registered(modem)) modem->not_before = now + ASK_MS;
  } else if (code == 0) {
    enter_step(modem, step_after(modem), now);
  } else if (++modem->step_tries < STEP_TRIES) {
    modem->not_before = now + RETRY_MS;
  } else {
    at_modem_tell(modem, NBIOT_AT_MODEM_REFUSED, modem->step);
    enter_step(modem, step_after(modem), now);
  }
}

void at_modem_be_quiet(nbiot_at_modem_t *modem, uint32_t now) { modem->not_before = now + QUIET_MS; }

/* Code 0 = OK; after anything else, or nothing within a second, the next AT leaves a second later. */
void at_modem_alive_result(nbiot_at_modem_t *modem, int32_t code, uint32_t now) {
  if (code == 0) {
    modem->phase = PHASE_QUIET;
    modem->tries = 0;
    at_modem_be_quiet(modem, now);
    if (!modem->set_up) at_modem_tell(modem, NBIOT_AT_MODEM_ALIVE, 0);
    return;
  }
  modem->not_before = now + RETRY_MS;
  modem->tries += 1;
  if (modem->tries % SILENCE != 0) return;
  at_modem_tell(modem, NBIOT_AT_MODEM_SILENT, (int32_t)modem->tries);
  /* A module that was away so long has been without power, or will be. */
  if (modem->set_up) at_modem_restarted(modem);
}
