/* line.h - the platform of the device under abuse: virtual time, a network in which datagrams wait, slots, and hooks that
 * fail when told to. Each hook checks what it is called with.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LINE_H
#define LINE_H

#include "message.h"
#include "nbiot.h"

enum { FAULT_RANDOM, FAULT_RESOLVE, FAULT_OPEN, FAULT_SEND, FAULT_RECEIVE, FAULT_STORE, FAULT_LOAD, FAULTS };

#define LINE_SLOTS 4u
#define LINE_SLOT_ROOM 2048u

typedef struct line {
  uint64_t now;      /* Milliseconds since the beginning. */
  uint32_t clock;    /* What the device's clock showed then. */
  uint64_t chance;   /* Of the random hook. */
  int32_t socket;    /* The open one; -1 = none. */
  uint32_t locked;
  uint32_t calls;    /* Of hooks, since the application's call began. */
  uint32_t waits;
  uint32_t sent;     /* Datagrams that left. */
  uint32_t taken;    /* Datagrams and truncated ones that were taken. */
  uint32_t failed;   /* Calls of hooks and of the provider that did. */
  uint32_t hinted;   /* 1 = the next hook is udp_send. */
  uint8_t has_hint;
  uint8_t is_inside; /* A callback runs. */
  uint8_t leaves_head; /* Of a datagram that is too long. */
  uint8_t is_secure;   /* The security provider has the link. */
  /* What the configuration says. */
  uint8_t hides_rest; /* Nothing else uses the receive buffer: behind a datagram it is out of bounds. */
  uint32_t send_limit;
  uint32_t receive_capacity;
  uint32_t stored_capacity;
  /* What the device sent last that is confirmable. */
  message_t asked;
  struct {
    uint32_t count; /* So many calls fail. */
    int32_t answer;
  } faults[FAULTS];
  struct {
    uint8_t bytes[LINE_SLOT_ROOM];
    uint32_t length;
  } slots[LINE_SLOTS];
} line_t;

extern line_t line;

/* A new world; the slots stay, as they do when the power goes. */
void line_begin(uint32_t clock, uint32_t seed);
void line_clear_slots(void);

/* A platform with all hooks. */
nbiot_platform_t line_platform(void);

/* A datagram that arrives `delay` ms from now. From the server, or from somebody else. */
void line_arrive(const uint8_t *bytes, uint32_t length, uint32_t delay, int is_stranger);
/* How many ms until the next datagram; UINT32_MAX = none is on its way. */
uint32_t line_next(void);

/* One datagram leaves, in clear; the security provider tells of it too. */
void line_leaves(const uint8_t *bytes, uint32_t length);

/* Called by whatever the library calls: bounds an application's call. */
void line_note_call(int holds_lock);

#endif
