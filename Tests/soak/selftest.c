/* selftest.c - each law can be broken: something is planted, and the law notices.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "soak.h"

#define DAYS 12u
#define WORLDS 30u

typedef struct planted {
  mutant_t mutant;
  law_t law;
  const char *what;
} planted_t;

static const planted_t planted[] = {
    {MUTANT_NEW_IDS, LAW_EXECUTE_ONCE, "what the server sends again has another message ID"},
    {MUTANT_NEW_IDS, LAW_WRITE_ONCE, "what the server sends again has another message ID"},
    {MUTANT_EXECUTE_LOST, LAW_EXECUTE_DONE, "the application forgets what it executed"},
    {MUTANT_WRITE_LOST, LAW_WRITE_DONE, "the application forgets what was written"},
    {MUTANT_REFUSED_RUN, LAW_EXECUTE_REFUSED, "the application executes what it refuses"},
    {MUTANT_PIECE_LOST, LAW_PIECES, "the application forgets a piece"},
    {MUTANT_BODY_LOST, LAW_BODY, "the application forgets a body"},
    {MUTANT_EVENT_TWICE, LAW_EVENT_ONCE, "an event comes twice"},
    {MUTANT_EVENT_LOST, LAW_EVENT_COMES, "no event comes"},
    {MUTANT_FORGED_ACK, LAW_ARRIVED, "notifications are acknowledged by nobody they reached"},
    {MUTANT_DEAF, LAW_BACK, "the link does not heal"},
    {MUTANT_FAST_CLOCK, LAW_RETRANSMISSION, "the clock of the device runs twice as fast"},
    {MUTANT_FAST_CLOCK, LAW_PMIN, "the clock of the device runs twice as fast"},
    {MUTANT_FAST_CLOCK, LAW_UPDATE, "the clock of the device runs twice as fast"},
    {MUTANT_FAST_CLOCK, LAW_HOLD_OFF, "the clock of the device runs twice as fast"},
    {MUTANT_FAST_CLOCK, LAW_BACKOFF, "the clock of the device runs twice as fast"},
    {MUTANT_FAST_CLOCK, LAW_SLEEP, "the clock of the device runs twice as fast"},
    {MUTANT_TWO_AT_A_TIME, LAW_NSTART, "a second confirmable message leaves beside each"},
    {MUTANT_FEW_IDS, LAW_MESSAGE_ID, "message IDs have four bits"},
    {MUTANT_TABLE_OVERRUN, LAW_CAPACITY, "a table tells of more than it has room for"},
    {MUTANT_LONG_DATAGRAM, LAW_LENGTH, "the device has a longer send buffer than it was given"},
    {MUTANT_RESTLESS, LAW_IDLE, "an Update is asked for before a poll without a reason"},
    {MUTANT_HASTY, LAW_HASTE, "each poll wants another at once"},
    {MUTANT_SOCKET_LEAK, LAW_MISUSE, "a socket is opened and forgotten"},
    {MUTANT_NEVER_CLOSED, LAW_EMPTY, "the device is not closed in the end"},
};
#define PLANTED (sizeof planted / sizeof planted[0])

static int is_noticed(const planted_t *plant) {
  static soak_t soak;
  for (uint64_t seed = 1; seed <= WORLDS; seed++) {
    if (!soak_run(&soak, seed, DAYS, plant->mutant, (int32_t)plant->law)) return soak.broken == (int32_t)plant->law;
  }
  return 0;
}

int main(void) {
  unsigned failed = 0;
  uint8_t covered[LAW_COUNT] = {0};
  for (uint32_t i = 0; i < PLANTED; i++) {
    covered[planted[i].law] = 1;
    if (is_noticed(&planted[i])) continue;
    printf("FAIL when %s, nobody notices that not: %s\n", planted[i].what, law_text(planted[i].law));
    failed += 1;
  }
  for (uint32_t law = 0; law < LAW_COUNT; law++) {
    if (covered[law]) continue;
    printf("FAIL nothing breaks the law: %s\n", law_text((law_t)law));
    failed += 1;
  }
  printf("%u passed, %u failed\n", (unsigned)PLANTED - failed, failed);
  return failed != 0;
}
