/* manners.h - a server that answers what the device asks, well or badly, so that a program need not.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef MANNERS_H
#define MANNERS_H

#include "law.h"
#include "message.h"
#include "script.h"

enum { ASKED_REGISTER, ASKED_UPDATE, ASKED_DEREGISTER, ASKED_BOOTSTRAP, ASKED_NOTHING, ASKED_KINDS };

typedef struct manners {
  uint8_t codes[ASKED_KINDS]; /* 0 = the usual one; 1 = silence; 2 = a Reset. ASKED_NOTHING: notifications. */
  uint8_t is_separate;
  uint8_t orders; /* Which orders follow a Bootstrap-Request. */
  uint16_t delay; /* Milliseconds. */
} manners_t;

extern manners_t manners;

void manners_begin(void);
void manners_change(script_t *script);
/* The device sent this. */
void manners_heard(const parsed_t *asked);
/* A message of the server arrives, protected if the link is. */
void manners_send(const message_t *message, uint32_t delay, int is_stranger);
uint16_t manners_next_id(void);

#endif
