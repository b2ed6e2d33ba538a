/* capture.h - a strict reader of pcapng files with one raw interface and UDP over IPv4 in it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stdint.h>

typedef struct capture_packet {
  uint64_t ms;
  uint8_t from[4];
  uint8_t to[4];
  uint16_t from_port;
  uint16_t to_port;
  const uint8_t *payload;
  uint32_t length;
  char comment[96]; /* "" = none */
} capture_packet_t;

typedef struct capture {
  capture_packet_t packets[64];
  uint32_t count;
  char comment[96]; /* of the section */
} capture_t;

/* Null = every block, option and checksum is right; otherwise what is wrong. */
const char *capture_read(const uint8_t *bytes, uint32_t size, capture_t *capture);

#endif
