/* grammar.h - what a server may say: requests, answers to what the device asked, blocks one behind the other, what was said
 * before, and nonsense.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef GRAMMAR_H
#define GRAMMAR_H

#include "message.h"
#include "script.h"

void grammar_begin(void);
/* A datagram of one of the kinds. */
void grammar_request(script_t *script, message_t *message);
void grammar_answer(script_t *script, message_t *message);
void grammar_block(script_t *script, message_t *message);
void grammar_repeat(script_t *script, message_t *message);
void grammar_raw(script_t *script, message_t *message);

#endif
