/* verdict.c - the laws in words, and the report when one is broken.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>

#include "soak.h"

static const char *const texts[LAW_COUNT] = {
    [LAW_EXECUTE_ONCE] = "an Execute runs at most once per request",
    [LAW_EXECUTE_DONE] = "an Execute the server saw succeed has run",
    [LAW_EXECUTE_REFUSED] = "an Execute the server saw refused has not run",
    [LAW_WRITE_ONCE] = "a Write is carried out at most once per request",
    [LAW_WRITE_DONE] = "a Write the server saw succeed was carried out",
    [LAW_PIECES] = "pieces of a streamed body come in order, without gaps, each once (RFC 7959 2.5)",
    [LAW_BODY] = "a body in blocks the server saw accepted has come whole",
    [LAW_EVENT_ONCE] = "a notification with an ack id has one event and no more",
    [LAW_EVENT_COMES] = "a notification with an ack id has its event",
    [LAW_ARRIVED] = "what the device was told is acknowledged has reached the server",
    [LAW_BACK] = "the device is back within the bound when the link has healed",
    [LAW_RETRANSMISSION] = "nothing is sent again before its time-out, nor too often (RFC 7252 4.2)",
    [LAW_PMIN] = "notifications keep the distance of pmin (LwM2M 5.1.2)",
    [LAW_UPDATE] = "an Update without a cause leaves no sooner than the lifetime wants it",
    [LAW_HOLD_OFF] = "a bootstrap waits for the hold-off",
    [LAW_BACKOFF] = "a registration that failed is tried again no sooner than the back-off says",
    [LAW_SLEEP] = "the device may sleep no sooner than the awake time is over (LwM2M 8.3)",
    [LAW_NSTART] = "one confirmable message is under way at a time (RFC 7252 4.7)",
    [LAW_MESSAGE_ID] = "no message ID is used again within 247 s (RFC 7252 4.4)",
    [LAW_CAPACITY] = "no table has more entries than room",
    [LAW_LENGTH] = "no datagram is longer than send_capacity and 1152 bytes (RFC 7252 4.6)",
    [LAW_IDLE] = "a poll before its time sends nothing and changes nothing",
    [LAW_HASTE] = "a poll that is wanted at once gets on",
    [LAW_MISUSE] = "no hook is misused",
    [LAW_EMPTY] = "in the end every table is empty",
};

const char *law_text(law_t law) { return texts[law]; }

static void print_time(uint64_t now) {
  printf("  at %llu ms: day %u, %02u:%02u:%02u\n", (unsigned long long)now, (unsigned)(now / DAY) + 1,
         (unsigned)(now / HOUR % 24), (unsigned)(now / MINUTE % 60), (unsigned)(now / SECOND % 60));
}

void soak_break(soak_t *soak, law_t law, const char *format, ...) {
  va_list values;
  if (soak->broken >= 0 || (soak->only_law >= 0 && soak->only_law != (int32_t)law)) return;
  soak->broken = (int32_t)law;
  if (soak->only_law >= 0) return;
  printf("FAIL world %llu: %s\n", (unsigned long long)soak->seed, law_text(law));
  print_time(nbiot_mock_now(soak->world));
  fputs("  ", stdout);
  va_start(values, format);
  vprintf(format, values);
  va_end(values);
  printf("\n  The last that happened (> from the device, < to it):\n");
  journal_print(soak);
  printf("  Again: make soak SEEDS=1 FIRST_SEED=%llu\n", (unsigned long long)soak->seed);
}
