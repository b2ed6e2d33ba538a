/* noise.h - a hostile world: messages put together and damaged by chance, hooks that fail by chance,
 * and a watch on what the device sends.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOISE_H
#define NOISE_H

#include "message.h"
#include "orders.h"

#ifndef NOISE_SEED
#define NOISE_SEED 18u
#endif
#define NOISE_IDS 256u
#define NOISE_STEPS 4000u /* More passes than these in one run are a loop that does not end. */

static uint64_t noise_state;

static inline uint32_t chance(uint32_t below) {
  noise_state = noise_state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(noise_state >> 33) % below;
}

/* ---- Messages */

static inline void message_damage(message_t *message, uint32_t count) {
  for (; count > 0 && message->length > 0; count--) {
    uint32_t place = chance(message->length);
    switch (chance(5)) {
      case 0: message->bytes[place] ^= (uint8_t)(1u << chance(8)); break;
      case 1: message->bytes[place] = (uint8_t)chance(256); break;
      case 2: message->length = place; break;
      case 3: message->bytes[place] = chance(2) ? 0xFF : 0; break;
      default:
        if (message->length < MESSAGE_ROOM) {
          memmove(message->bytes + place + 1, message->bytes + place, message->length - place);
          message->length += 1;
        }
    }
  }
}

/* ---- Hooks */

/* Over all scenes. */
typedef struct watch {
  uint32_t states[9]; /* How often a datagram came in this state. */
  /* What must never be. */
  uint32_t astray;   /* Datagrams to elsewhere. */
  uint32_t oversize; /* Longer than send_capacity. */
  uint32_t unasked;  /* Acknowledgements and Resets of what nobody there has sent. */
  uint32_t endless;
  uint32_t digest; /* Of all that was sent. */
} watch_t;

typedef struct noise {
  scene_t *scene;
  nbiot_platform_t under;
  nbiot_address_t resolved;
  nbiot_address_t server; /* Where the open socket leads to. */
  uint16_t ids[NOISE_IDS]; /* Of what came from there over this socket. */
  uint32_t id_count;
  message_t asked;   /* The last confirmable message of the device. */
  uint32_t full;     /* So many calls of udp_send find no room. */
  uint32_t faults;   /* Per mille of hook calls that fail. */
  uint8_t is_sane;   /* Every name leads to 10.0.0.1, every port to 5683. */
  uint32_t steps;
  uint32_t received;
  uint32_t dropped;
  watch_t watch;
} noise_t;

static inline int noise_fails(noise_t *noise) {
  return noise->faults > 0 && chance(1000) < noise->faults;
}

static inline uint32_t noise_now(void *context) {
  noise_t *noise = context;
  return noise->under.now_ms(noise->under.context);
}

static inline int32_t noise_random(void *context, uint8_t *buffer, uint32_t size) {
  noise_t *noise = context;
  return noise_fails(noise) ? -1 : noise->under.random(noise->under.context, buffer, size);
}

static inline int32_t noise_resolve(void *context, const char *host, uint32_t length,
                                    nbiot_address_t *address) {
  noise_t *noise = context;
  int32_t answer;
  if (noise_fails(noise)) {
    return chance(2) ? 0 : -1;
  }
  answer = noise->is_sane
               ? noise->under.resolve(noise->under.context, "10.0.0.1", 8, address)
               : noise->under.resolve(noise->under.context, host, length, address);
  if (answer == 1) {
    noise->resolved = *address;
  }
  return answer;
}

static inline int32_t noise_open(void *context, uint8_t family, uint16_t port) {
  noise_t *noise = context;
  noise->server = noise->resolved;
  noise->id_count = 0;
  return noise_fails(noise) ? -1 : noise->under.udp_open(noise->under.context, family, port);
}

static inline int noise_knows(const noise_t *noise, const uint8_t *data) {
  uint16_t id = (uint16_t)(data[2] << 8 | data[3]);
  uint32_t count = noise->id_count < NOISE_IDS ? noise->id_count : NOISE_IDS;
  while (count > 0) {
    count -= 1;
    if (noise->ids[count] == id) {
      return 1;
    }
  }
  return 0;
}

static inline int32_t noise_send(void *context, int32_t socket, const uint8_t *data,
                                 uint32_t length, const nbiot_address_t *to) {
  noise_t *noise = context;
  nbiot_address_t sane = nbiot_mock_address("10.0.0.1", 5683);
  if (noise->full > 0) {
    noise->full -= 1;
    return 0;
  }
  if (noise_fails(noise)) {
    return chance(4) ? 0 : NBIOT_PORT_BROKEN;
  }
  noise->watch.astray += memcmp(to->bytes, noise->server.bytes, 16) != 0;
  noise->watch.oversize +=
      length > (noise->scene->config.send_capacity ? noise->scene->config.send_capacity : 512u);
  noise->watch.unasked += (data[0] & 0x20) != 0 && !noise_knows(noise, data);
  for (uint32_t i = 0; i < length; i++) {
    noise->watch.digest = noise->watch.digest * 33u + data[i];
  }
  if ((data[0] & 0x30) == 0 && length <= MESSAGE_ROOM) {
    memcpy(noise->asked.bytes, data, length);
    noise->asked.length = length;
  }
  return noise->under.udp_send(noise->under.context, socket, data, length,
                               noise->is_sane ? &sane : to);
}

static inline int32_t noise_receive(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                                    nbiot_address_t *from) {
  noise_t *noise = context;
  int32_t length;
  if (noise_fails(noise)) {
    return chance(4) ? 0 : NBIOT_PORT_BROKEN;
  }
  length = noise->under.udp_receive(noise->under.context, socket, buffer, size, from);
  noise->received += length > 0;
  /* The head of one that is too long may be answered. */
  if ((length >= 4 || (length == NBIOT_PORT_TRUNCATED && size >= 4)) && memcmp(from->bytes, noise->server.bytes, 16) == 0) {
    noise->ids[noise->id_count % NOISE_IDS] = (uint16_t)(buffer[2] << 8 | buffer[3]);
    noise->id_count += 1;
  }
  return length;
}

static inline void noise_close_socket(void *context, int32_t socket) {
  noise_t *noise = context;
  noise->under.udp_close(noise->under.context, socket);
}

static inline void noise_log(void *context, uint8_t level, uint16_t event, uint32_t a, uint32_t b) {
  noise_t *noise = context;
  (void)level;
  (void)a;
  (void)b;
  noise->dropped += event == NBIOT_LOG_DATAGRAM_DROPPED;
}

static inline int32_t noise_store(void *context, uint32_t slot, const uint8_t *data,
                                  uint32_t length) {
  noise_t *noise = context;
  if (noise_fails(noise)) {
    uint32_t kept = chance(length);
    nbiot_mock_slot_set(noise->scene->radio, slot, data, kept);
    return chance(2) ? (int32_t)kept : -1;
  }
  return noise->under.store(noise->under.context, slot, data, length);
}

static inline int32_t noise_load(void *context, uint32_t slot, uint8_t *buffer, uint32_t size) {
  noise_t *noise = context;
  int32_t length = noise->under.load(noise->under.context, slot, buffer, size);
  if (!noise_fails(noise)) {
    return length;
  }
  switch (chance(4)) {
    case 0: return -1 - (int32_t)chance(70000);
    case 1: return INT32_MAX;
    case 2: return INT32_MIN;
    default: return (int32_t)(size + chance(1000));
  }
}

/* After scene_open: the scene's platform is the mock's with these hooks before it. */
static inline void noise_open_scene(noise_t *noise, scene_t *scene) {
  watch_t watch = noise->watch;
  memset(noise, 0, sizeof *noise);
  noise->watch = watch;
  noise->scene = scene;
  noise->under = scene->platform;
  scene->platform.context = noise;
  scene->platform.now_ms = noise_now;
  scene->platform.random = noise_random;
  scene->platform.resolve = noise_resolve;
  scene->platform.udp_open = noise_open;
  scene->platform.udp_send = noise_send;
  scene->platform.udp_receive = noise_receive;
  scene->platform.udp_close = noise_close_socket;
  scene->platform.log = noise_log;
  scene->platform.store = noise_store;
  scene->platform.load = noise_load;
  /* These would get the wrong context; one thread needs none of them. */
  scene->platform.wait = NULL;
  scene->platform.wake = NULL;
  scene->platform.lock = NULL;
  scene->platform.unlock = NULL;
  scene->platform.allocate = NULL;
  scene->platform.release = NULL;
  scene->platform.udp_hint = NULL;
}

static inline int32_t noise_step(void *context, uint32_t *wait_ms) {
  noise_t *noise = context;
  int32_t status = nbiot_device_poll(noise->scene->device, wait_ms);
  noise->steps += 1;
  if (noise->steps > NOISE_STEPS) {
    noise->watch.endless += 1;
    *wait_ms = 1000000;
  }
  return status;
}

static inline void noise_run(noise_t *noise, uint32_t ms) {
  noise->steps = 0;
  nbiot_mock_run(noise->scene->world, noise_step, noise, ms);
}

static inline void noise_inject(noise_t *noise, nbiot_address_t from, const message_t *message) {
  nbiot_address_t to;
  int32_t state = nbiot_device_state(noise->scene->device);
  if (nbiot_mock_visible_address(noise->scene->radio, &to) == NBIOT_MOCK_OK) {
    nbiot_mock_inject(noise->scene->world, from, to, message->bytes, message->length);
    noise->watch.states[state] += 1;
  }
}

static inline void noise_expect_clean(const noise_t *noise) {
  expect_equal(noise->watch.astray, 0, "nothing goes to another address than the server's");
  expect_equal(noise->watch.oversize, 0, "nothing is longer than send_capacity");
  expect_equal(noise->watch.unasked, 0, "nobody is answered what somebody else has asked");
  expect_equal(noise->watch.endless, 0, "each pass ends with something to wait for");
}

#endif
