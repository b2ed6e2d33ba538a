/* posix_log_text.c - words for log events; linked only by programs that ask for them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "nbiot_posix.h"

const char *nbiot_log_text(uint16_t event) {
  static const char *const texts[] = {
      [0] = "unknown event",
      [NBIOT_LOG_STATE] = "state changed (old, new)",
      [NBIOT_LOG_SOCKET_OPENED] = "socket opened (socket)",
      [NBIOT_LOG_SOCKET_BROKEN] = "socket broken (socket, answer)",
      [NBIOT_LOG_RESOLVE_FAILED] = "name not resolved (-, answer)",
      [NBIOT_LOG_RANDOM_FAILED] = "no randomness (-, answer)",
      [NBIOT_LOG_DATAGRAM_OUT] = "datagram sent (bytes, first four)",
      [NBIOT_LOG_DATAGRAM_IN] = "datagram received (bytes, first four)",
      [NBIOT_LOG_DATAGRAM_DROPPED] = "datagram dropped (cause, bytes)",
      [NBIOT_LOG_CLOCK_STEPPED] = "clock stepped back (milliseconds)",
      [NBIOT_LOG_EVENT] = "event (number, CoAP code)",
      [NBIOT_LOG_SECURITY] = "security (-, answer)",
      [NBIOT_LOG_STORAGE] = "store or load failed (slot, answer)",
  };
  return event < sizeof texts / sizeof texts[0] ? texts[event] : texts[0];
}
