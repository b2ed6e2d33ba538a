/* names.c - words for the numbers of nbiot.h, nbiot_port.h and the mock.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "journal.h"
#include "nbiot.h"

#define KNOWN(table, number) ((number) < sizeof(table) / sizeof(table)[0] ? (table)[number] : NULL)

static const char *or_unknown(const char *name) { return name == NULL ? "unknown" : name; }

const char *mock_event_name(uint32_t event) {
  static const char *const names[] = {
      [NBIOT_EVENT_BOOTSTRAP_START] = "bootstrap starts",
      [NBIOT_EVENT_BOOTSTRAP_SUCCESS] = "bootstrap finished",
      [NBIOT_EVENT_BOOTSTRAP_FAILED] = "bootstrap failed",
      [NBIOT_EVENT_CONNECT_SUCCESS] = "connected",
      [NBIOT_EVENT_CONNECT_FAILED] = "connecting failed",
      [NBIOT_EVENT_REG_SUCCESS] = "registered",
      [NBIOT_EVENT_REG_FAILED] = "registration failed",
      [NBIOT_EVENT_REG_TIMEOUT] = "registration not answered",
      [NBIOT_EVENT_LIFETIME_TIMEOUT] = "lifetime over",
      [NBIOT_EVENT_UPDATE_SUCCESS] = "updated",
      [NBIOT_EVENT_UPDATE_FAILED] = "update failed",
      [NBIOT_EVENT_UPDATE_TIMEOUT] = "update not answered",
      [NBIOT_EVENT_UNREG_DONE] = "de-registered",
      [NBIOT_EVENT_RESPONSE_FAILED] = "deferred answer failed",
      [NBIOT_EVENT_RESPONSE_SUCCESS] = "deferred answer delivered",
      [NBIOT_EVENT_NOTIFY_FAILED] = "notification failed",
      [NBIOT_EVENT_NOTIFY_SUCCESS] = "notification acknowledged",
      [NBIOT_EVENT_MAY_SLEEP] = "may sleep",
      [NBIOT_EVENT_NOTIFY_REPLACED] = "stored notification replaced",
      [NBIOT_EVENT_NOTIFY_DROPPED] = "stored notification dropped"};
  return or_unknown(KNOWN(names, event));
}

static const char *state_name(uint32_t state) {
  static const char *const names[] = {"idle",       "connecting",    "registering",
                                      "registered", "updating",      "de-registering",
                                      "waiting",    "bootstrapping", "disabled"};
  return or_unknown(KNOWN(names, state));
}

static const char *drop_name(uint32_t cause) {
  static const char *const names[] = {"too short",    "version", "token length", "option",
                                      "no payload",   "class",   "source",       "unmatched",
                                      "before its time", "truncated", "security"};
  return or_unknown(KNOWN(names, cause));
}

const char *mock_fault_name(uint8_t fault) {
  static const char *const names[] = {"udp_send answers later", "udp_send: socket broken",
                                      "udp_receive: socket broken", "udp_open fails",
                                      "resolve answers pending", "resolve fails",
                                      "random fails", "allocate fails", "store fails",
                                      "load fails"};
  return or_unknown(KNOWN(names, fault));
}

static const char *log_name(uint16_t event) {
  static const char *const names[] = {
      [NBIOT_LOG_SOCKET_OPENED] = "socket opened",   [NBIOT_LOG_SOCKET_BROKEN] = "socket broken",
      [NBIOT_LOG_RESOLVE_FAILED] = "resolve failed", [NBIOT_LOG_RANDOM_FAILED] = "random failed",
      [NBIOT_LOG_CLOCK_STEPPED] = "clock stepped",   [NBIOT_LOG_SECURITY] = "security",
      [NBIOT_LOG_STORAGE] = "storage"};
  return or_unknown(KNOWN(names, event));
}

void mock_log_describe(uint16_t event, uint32_t a, uint32_t b, char *text, uint32_t size) {
  switch (event) {
    case NBIOT_LOG_STATE:
      snprintf(text, size, "log: state %s -> %s", state_name(a), state_name(b));
      break;
    case NBIOT_LOG_EVENT:
      snprintf(text, size, "log: event %s, code %ld", mock_event_name(a), (long)(int32_t)b);
      break;
    case NBIOT_LOG_DATAGRAM_DROPPED:
      snprintf(text, size, "log: datagram of %lu bytes dropped: %s", (unsigned long)b,
               drop_name(a));
      break;
    default:
      snprintf(text, size, "log: %s, %ld, %ld", log_name(event), (long)(int32_t)a,
               (long)(int32_t)b);
  }
}
