/* stack_peer.h - the platform and the server of stack.c: one datagram each way, in memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef STACK_PEER_H
#define STACK_PEER_H

#include <stddef.h>
#include <stdint.h>

extern uint32_t clock_ms, inbox_length, outbox_length;
extern uint8_t inbox[512], outbox[1024];

/* Puts a confirmable request into the inbox. `path` holds the Uri-Path options with slashes
 * between; `accept` is -1 for none; `query` and `payload` may be null. A payload that starts with a
 * TLV of a resource gets its Content-Format. */
void request(uint8_t method, const char *path, int accept, const char *query, const char *payload,
             size_t length, int observe);

/* Answers the client's request in the outbox, piggybacked. */
void respond(uint8_t code);

#endif
