/* secure.h - a security provider that protects nothing: one flight each way, and records with a length in front. It touches all
 * it is lent, and answers what it is told to.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SECURE_H
#define SECURE_H

#include "message.h"
#include "nbiot.h"
#include "script.h"

extern const nbiot_security_t secure_provider;
extern void *const secure_context;

void secure_begin(void);
/* So many calls of open, step, input or send answer something else. */
void secure_change(script_t *script);
/* A record with the message in it; its length. */
uint32_t secure_seal(uint8_t *record, const message_t *message);

#endif
