/* laws.h - what must hold in every world, and what is planted to show that each check can fail.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LAWS_H
#define LAWS_H

#include <stdint.h>

typedef enum law {
  LAW_EXECUTE_ONCE,
  LAW_EXECUTE_DONE,
  LAW_EXECUTE_REFUSED,
  LAW_WRITE_ONCE,
  LAW_WRITE_DONE,
  LAW_PIECES,
  LAW_BODY,
  LAW_EVENT_ONCE,
  LAW_EVENT_COMES,
  LAW_ARRIVED,
  LAW_BACK,
  LAW_RETRANSMISSION,
  LAW_PMIN,
  LAW_UPDATE,
  LAW_HOLD_OFF,
  LAW_BACKOFF,
  LAW_SLEEP,
  LAW_NSTART,
  LAW_MESSAGE_ID,
  LAW_CAPACITY,
  LAW_LENGTH,
  LAW_IDLE,
  LAW_HASTE,
  LAW_MISUSE,
  LAW_EMPTY,
  LAW_COUNT
} law_t;

/* What a law says, as a sentence. */
const char *law_text(law_t law);

/* What goes wrong on purpose. */
typedef enum mutant {
  MUTANT_NONE,
  MUTANT_NEW_IDS,        /* What the server sends again gets another message ID. */
  MUTANT_EXECUTE_LOST,   /* The application forgets that it executed. */
  MUTANT_WRITE_LOST,     /* Likewise a write. */
  MUTANT_REFUSED_RUN,    /* A refusal is on its way though the request was carried out. */
  MUTANT_PIECE_LOST,     /* The application forgets pieces of a body. */
  MUTANT_BODY_LOST,      /* Likewise whole ones. */
  MUTANT_EVENT_TWICE,    /* An event is handed over twice. */
  MUTANT_EVENT_LOST,     /* An event gets lost. */
  MUTANT_FORGED_ACK,     /* Confirmable notifications get lost, and acknowledged. */
  MUTANT_DEAF,           /* The link does not heal. */
  MUTANT_FAST_CLOCK,     /* The device's clock runs twice as fast. */
  MUTANT_TWO_AT_A_TIME,  /* Something confirmable is sent beside another. */
  MUTANT_FEW_IDS,        /* Message IDs have four bits. */
  MUTANT_TABLE_OVERRUN,  /* A table tells of more than it has. */
  MUTANT_LONG_DATAGRAM,  /* A byte is added to the longest datagram. */
  MUTANT_RESTLESS,       /* A poll without a reason sends something. */
  MUTANT_HASTY,          /* The next poll is always wanted at once. */
  MUTANT_SOCKET_LEAK,    /* A socket is opened and forgotten. */
  MUTANT_NEVER_CLOSED,   /* The device is not closed in the end. */
  MUTANT_COUNT
} mutant_t;

#endif
