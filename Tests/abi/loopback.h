/* loopback.h - the far end of a UDP socket on loopback: as much CoAP as a registration needs.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LOOPBACK_H
#define LOOPBACK_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOOPBACK_CON 0
#define LOOPBACK_NON 1
#define LOOPBACK_ACK 2
#define LOOPBACK_RST 3

#define LOOPBACK_GET 1
#define LOOPBACK_POST 2
#define LOOPBACK_PUT 3
#define LOOPBACK_DELETE 4

typedef struct loopback {
  int socket;
  uint16_t port;
  uint16_t next_id;
  struct sockaddr_in peer; /* Who sent last. */
} loopback_t;

typedef struct loopback_message {
  uint8_t bytes[1500];
  uint32_t length;
  uint32_t payload; /* Where it starts; = length when there is none. */
  uint16_t id;
  uint8_t type;
  uint8_t code;
  uint8_t token[8];
  uint8_t token_length;
  char path[64];  /* "rd/x" */
  char query[256]; /* "ep=...&lt=300" */
} loopback_message_t;

/* Returns 0, or -1. */
static inline int loopback_open(loopback_t *end) {
  socklen_t size = sizeof end->peer;
  memset(end, 0, sizeof *end);
  end->socket = socket(AF_INET, SOCK_DGRAM, 0);
  end->peer.sin_family = AF_INET;
  end->peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (end->socket < 0 || bind(end->socket, (struct sockaddr *)&end->peer, size) != 0 ||
      getsockname(end->socket, (struct sockaddr *)&end->peer, &size) != 0) {
    return -1;
  }
  end->port = ntohs(end->peer.sin_port);
  end->next_id = 1000;
  return 0;
}

static inline void loopback_append(char *text, size_t room, char separator, const uint8_t *bytes,
                                   uint32_t length) {
  size_t used = strlen(text);
  if (used + length + 2 > room) {
    return;
  }
  if (used > 0) {
    text[used++] = separator;
  }
  memcpy(text + used, bytes, length);
  text[used + length] = 0;
}

static inline uint32_t loopback_extended(const loopback_message_t *message, uint32_t nibble,
                                         uint32_t *place) {
  if (nibble == 13) {
    *place += 1;
    return message->bytes[*place - 1] + 13u;
  }
  if (nibble == 14) {
    *place += 2;
    return ((uint32_t)message->bytes[*place - 2] << 8) + message->bytes[*place - 1] + 269u;
  }
  return nibble;
}

/* The device under test is trusted to send well-formed messages. */
static inline void loopback_parse(loopback_message_t *message) {
  uint32_t place = 4u + (message->bytes[0] & 15u);
  uint32_t number = 0;
  message->type = message->bytes[0] >> 4 & 3;
  message->token_length = message->bytes[0] & 15;
  message->code = message->bytes[1];
  message->id = (uint16_t)(message->bytes[2] << 8 | message->bytes[3]);
  message->token_length = message->token_length > 8 ? 8 : message->token_length;
  memcpy(message->token, message->bytes + 4, message->token_length);
  message->path[0] = message->query[0] = 0;
  while (place < message->length && message->bytes[place] != 0xFF) {
    uint32_t head = message->bytes[place++];
    uint32_t size;
    number += loopback_extended(message, head >> 4, &place);
    size = loopback_extended(message, head & 15, &place);
    if (number == 11) {
      loopback_append(message->path, sizeof message->path, '/', message->bytes + place, size);
    } else if (number == 15) {
      loopback_append(message->query, sizeof message->query, '&', message->bytes + place, size);
    }
    place += size;
  }
  message->payload = place < message->length ? place + 1 : message->length;
}

/* Returns 1 = a message came in time. */
static inline int loopback_receive(loopback_t *end, loopback_message_t *message, int timeout_ms) {
  struct pollfd ready = {end->socket, POLLIN, 0};
  socklen_t size = sizeof end->peer;
  ssize_t length;
  memset(message, 0, sizeof *message);
  if (poll(&ready, 1, timeout_ms) <= 0) {
    return 0;
  }
  length = recvfrom(end->socket, message->bytes, sizeof message->bytes, 0,
                    (struct sockaddr *)&end->peer, &size);
  if (length < 4) {
    return 0;
  }
  message->length = (uint32_t)length;
  loopback_parse(message);
  return 1;
}

static inline void loopback_send(loopback_t *end, const uint8_t *bytes, size_t length) {
  (void)!sendto(end->socket, bytes, length, 0, (struct sockaddr *)&end->peer, sizeof end->peer);
}

/* Acknowledges with a response, or with code 0 and no token. */
static inline void loopback_acknowledge(loopback_t *end, const loopback_message_t *message,
                                        uint8_t code, const char *location) {
  uint8_t bytes[64] = {0x60, 0, 0, 0};
  size_t length = 4;
  bytes[1] = code;
  bytes[2] = (uint8_t)(message->id >> 8);
  bytes[3] = (uint8_t)message->id;
  if (code != 0) {
    bytes[0] = (uint8_t)(0x60 | message->token_length);
    memcpy(bytes + 4, message->token, message->token_length);
    length += message->token_length;
  }
  if (location != NULL) {
    memcpy(bytes + length, "\x82rd", 3);
    bytes[length + 3] = (uint8_t)strlen(location);
    memcpy(bytes + length + 4, location, strlen(location));
    length += 4 + strlen(location);
  }
  loopback_send(end, bytes, length);
}

/* A confirmable request with a token of one byte. `path` has segments of 1 ... 12 bytes. */
static inline void loopback_request(loopback_t *end, uint8_t method, uint8_t token, int observe,
                                    const char *path, const char *payload) {
  uint8_t bytes[256] = {0x41, 0, 0, 0, 0};
  size_t length = 5;
  uint8_t delta = 11;
  bytes[1] = method;
  bytes[2] = (uint8_t)(end->next_id >> 8);
  bytes[3] = (uint8_t)end->next_id++;
  bytes[4] = token;
  if (observe) {
    bytes[length++] = 0x60;
    delta = 5;
  }
  while (*path == '/') {
    size_t size = strcspn(path + 1, "/");
    bytes[length++] = (uint8_t)(delta << 4 | size);
    memcpy(bytes + length, path + 1, size);
    length += size;
    path += 1 + size;
    delta = 0;
  }
  if (payload != NULL) {
    bytes[length++] = 0xFF;
    memcpy(bytes + length, payload, strlen(payload));
    length += strlen(payload);
  }
  loopback_send(end, bytes, length);
}

#endif
