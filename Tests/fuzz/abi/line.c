/* line.c - time, randomness, names and the network.
 * SPDX-License-Identifier: Apache-2.0 */
#include "line.h"

#include "law.h"
#include "lent.h"
#include "line_parts.h"
#include "manners.h"

#define ARRIVALS 32u
#define CALLS_AT_ONCE 400000u

typedef struct arrival {
  uint64_t at;
  uint32_t length; /* 0 = a free place. */
  uint32_t order;
  uint8_t is_stranger;
  uint8_t bytes[MESSAGE_ROOM];
} arrival_t;

line_t line;
static arrival_t arrivals[ARRIVALS];
static uint32_t orders;
static nbiot_address_t resolved, linked;
static int32_t next_socket;
static uint8_t *hidden; /* What lies behind the last datagram in the receive buffer. */
static uint32_t hidden_size;

void line_begin(uint32_t clock, uint32_t seed) {
  uint32_t index;
  memset(&line, 0, offsetof(line_t, slots));
  for (index = 0; index < ARRIVALS; index++) arrivals[index].length = 0;
  memset(&resolved, 0, sizeof resolved);
  line.clock = clock;
  line.chance = seed;
  line.socket = -1;
  next_socket = 0;
  hidden_size = 0;
  law_begin();
}

void line_note_call(int holds_lock) {
  line.calls += 1;
  law(line.calls < CALLS_AT_ONCE, "each call of the application ends");
  law(holds_lock || line.locked == 0, "nbiot_port.h, lock: not held while a callback or a hook that may wait runs");
  law(line.hinted == 0 || holds_lock || line.is_secure, "nbiot_port.h, udp_hint: called right before udp_send");
}

int line_fails(uint32_t kind, int32_t *answer) {
  if (line.faults[kind].count == 0) return 0;
  line.faults[kind].count -= 1;
  line.failed += 1;
  *answer = line.faults[kind].answer;
  return 1;
}

/* ---- Time, chance, names */

static uint32_t now_ms(void *context) {
  law(context == &line, "hooks get their context");
  line.calls += 1;
  return line.clock + (uint32_t)line.now;
}

static int32_t fill(void *context, uint8_t *buffer, uint32_t size) {
  int32_t answer;
  law(context == &line, "hooks get their context");
  line_note_call(1);
  if (line_fails(FAULT_RANDOM, &answer)) return answer;
  while (size > 0) {
    line.chance = line.chance * 6364136223846793005u + 1442695040888963407u;
    buffer[--size] = (uint8_t)(line.chance >> 33);
  }
  return 0;
}

static int32_t resolve(void *context, const char *host, uint32_t length, nbiot_address_t *address) {
  int32_t answer;
  uint32_t index;
  uint8_t sum = 0;
  law(context == &line && length >= 1 && length <= 255, "nbiot_port.h, resolve: a name of 1 ... 255 bytes");
  line_note_call(0);
  for (index = 0; index < length; index++) sum = (uint8_t)(sum * 31u + (uint8_t)host[index]);
  if (line_fails(FAULT_RESOLVE, &answer)) return answer;
  memset(address->bytes, 0, sizeof address->bytes);
  address->family = memchr(host, ':', length) ? NBIOT_FAMILY_IPV6 : NBIOT_FAMILY_IPV4;
  address->bytes[0] = 10;
  address->bytes[3] = sum;
  resolved = *address;
  return 1;
}

/* ---- The network */

static int32_t udp_open(void *context, uint8_t family, uint16_t local_port) {
  int32_t answer;
  (void)local_port;
  line_note_call(1);
  law(context == &line && line.socket < 0, "nbiot_port.h, udp_close: a socket is closed before the next is opened");
  law(family == resolved.family, "nbiot_port.h, udp_open: of the family the name has");
  if (line_fails(FAULT_OPEN, &answer)) return answer;
  linked = resolved;
  linked.port = 0;
  line.is_secure = 0;
  line.socket = next_socket++;
  law_forget();
  return line.socket;
}

static void udp_close(void *context, int32_t socket) {
  line_note_call(1);
  law(context == &line && socket >= 0 && socket == line.socket, "nbiot_port.h, udp_close: once for each socket");
  line.socket = -1;
}

void line_arrive(const uint8_t *bytes, uint32_t length, uint32_t delay, int is_stranger) {
  uint32_t index = 0;
  while (index < ARRIVALS && arrivals[index].length > 0) index += 1;
  if (index == ARRIVALS || length == 0 || length > MESSAGE_ROOM) return;
  arrivals[index].at = line.now + delay;
  arrivals[index].length = length;
  arrivals[index].order = orders++;
  arrivals[index].is_stranger = (uint8_t)is_stranger;
  memcpy(arrivals[index].bytes, bytes, length);
}

static arrival_t *oldest(void) {
  arrival_t *found = NULL;
  uint32_t index;
  for (index = 0; index < ARRIVALS; index++) {
    arrival_t *arrival = &arrivals[index];
    if (arrival->length == 0) continue;
    if (found == NULL || arrival->at < found->at || (arrival->at == found->at && arrival->order < found->order)) {
      found = arrival;
    }
  }
  return found;
}

uint32_t line_next(void) {
  const arrival_t *arrival = oldest();
  if (arrival == NULL) return UINT32_MAX;
  return arrival->at <= line.now ? 0 : (uint32_t)(arrival->at - line.now);
}

void line_leaves(const uint8_t *bytes, uint32_t length) {
  parsed_t parsed;
  law_tell("out", (uint32_t)line.now, bytes, length);
  parsed = law_sent(bytes, length, line.send_limit);
  if (parsed.type == 0) {
    memcpy(line.asked.bytes, bytes, length);
    line.asked.length = length;
  }
  manners_heard(&parsed);
}

static int32_t udp_send(void *context, int32_t socket, const uint8_t *data, uint32_t length, const nbiot_address_t *to) {
  int32_t answer;
  line_note_call(1);
  law(context == &line && socket >= 0 && socket == line.socket, "nbiot_port.h, udp_send: on the open socket");
  law(!line.has_hint || line.hinted || line.is_secure, "nbiot_port.h, udp_hint: called right before each udp_send");
  line.hinted = 0;
  if (linked.port == 0) linked.port = to->port;
  law(to->family == linked.family && to->port == linked.port && memcmp(to->bytes, linked.bytes, 16) == 0,
      "what is sent goes to the address the name had");
  if (line_fails(FAULT_SEND, &answer)) {
    law(line.is_secure || length >= 4, "nothing shorter than a message is offered");
    return answer;
  }
  line.sent += 1;
  if (!line.is_secure) line_leaves(data, length);
  return (int32_t)length;
}

static void hide_rest(uint8_t *buffer, uint32_t length, uint32_t size) {
  if (!line.hides_rest || line.is_secure) return;
  hidden = buffer + length;
  hidden_size = size - length;
  LENT_HIDE(hidden, hidden_size);
}

static void show_rest(void) {
  if (hidden_size > 0) LENT_SHOW(hidden, hidden_size);
  hidden_size = 0;
}

static int32_t hand_over(arrival_t *arrival, uint8_t *buffer, uint32_t size, nbiot_address_t *from) {
  uint32_t length = arrival->length;
  arrival->length = 0;
  line.taken += 1;
  law_tell(arrival->is_stranger ? "in, from elsewhere," : "in", (uint32_t)line.now, arrival->bytes, length);
  *from = linked;
  if (from->port == 0) from->port = line.is_secure ? 5684 : 5683;
  if (arrival->is_stranger) from->bytes[3] ^= 0x40;
  if (length > size && !line.leaves_head) return NBIOT_PORT_TRUNCATED;
  memcpy(buffer, arrival->bytes, length < size ? length : size);
  if (!arrival->is_stranger && !line.is_secure) law_received(buffer, length < size ? length : size);
  if (length > size) return NBIOT_PORT_TRUNCATED;
  hide_rest(buffer, length, size);
  return (int32_t)length;
}

static int32_t udp_receive(void *context, int32_t socket, uint8_t *buffer, uint32_t size, nbiot_address_t *from) {
  arrival_t *arrival = oldest();
  int32_t answer;
  line_note_call(1);
  show_rest();
  law(context == &line && socket >= 0 && socket == line.socket, "nbiot_port.h, udp_receive: on the open socket");
  law(size == line.receive_capacity, "nbiot_port.h, udp_receive: the buffer has receive_capacity bytes");
  law(buffer[0] == 0, "nbiot_port.h, udp_receive: buffer[0] is 0 at the call");
  if (line_fails(FAULT_RECEIVE, &answer)) return answer;
  if (arrival == NULL || arrival->at > line.now) return 0;
  return hand_over(arrival, buffer, size, from);
}

nbiot_platform_t line_platform(void) {
  nbiot_platform_t platform = NBIOT_PLATFORM_INIT;
  platform.context = &line;
  platform.now_ms = now_ms;
  platform.random = fill;
  platform.resolve = resolve;
  platform.udp_open = udp_open;
  platform.udp_send = udp_send;
  platform.udp_receive = udp_receive;
  platform.udp_close = udp_close;
  line_add_services(&platform);
  return platform;
}
