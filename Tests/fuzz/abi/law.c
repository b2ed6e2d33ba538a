/* law.c - each message of the device is well-formed, and acknowledges nothing that nobody sent.
 * SPDX-License-Identifier: Apache-2.0 */
#include "law.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IDS 256u

static uint16_t ids[IDS];
static uint32_t id_count;
int law_tells;

void law(int holds, const char *sentence) {
  if (holds) return;
  fprintf(stderr, "LAW %s\n", sentence);
  abort();
}

void law_tell(const char *what, uint32_t number, const uint8_t *bytes, uint32_t length) {
  uint32_t index;
  if (!law_tells) return;
  printf("  %s %u", what, (unsigned)number);
  for (index = 0; index < length; index++) printf(index % 4 ? "%02x" : " %02x", bytes[index]);
  printf("\n");
  fflush(stdout);
}

void law_begin(void) { id_count = 0; }

void law_forget(void) { id_count = 0; }

void law_received(const uint8_t *bytes, uint32_t length) {
  if (length < 4) return;
  ids[id_count++ % IDS] = (uint16_t)(bytes[2] << 8 | bytes[3]);
}

static int was_received(uint16_t id) {
  uint32_t count = id_count < IDS ? id_count : IDS;
  while (count > 0) {
    if (ids[--count] == id) return 1;
  }
  return 0;
}

/* RFC 7252 3.1: a delta or a length that goes on in one or two bytes. */
static uint32_t extended(uint32_t nibble, const uint8_t *bytes, uint32_t length, uint32_t *at) {
  uint32_t count = nibble == 13 ? 1 : nibble == 14 ? 2 : 0;
  uint32_t value = nibble;
  law(nibble < 15, "RFC 7252 3.1: no option with a reserved nibble is sent");
  law(*at + count <= length, "RFC 7252 3.1: no option is cut off");
  if (count == 1) value = 13u + bytes[*at];
  if (count == 2) value = 269u + ((uint32_t)bytes[*at] << 8 | bytes[*at + 1]);
  *at += count;
  return value;
}

static void note_option(parsed_t *parsed, uint32_t number, const uint8_t *value, uint32_t length) {
  uint32_t index;
  if (number == 11 && parsed->path_count < 2) {
    uint32_t room = sizeof parsed->path[0] - 1;
    memcpy(parsed->path[parsed->path_count], value, length < room ? length : room);
    parsed->path_count += 1;
  }
  if (number == 27) {
    law(length <= 3, "RFC 7959 2.2: a block option has at most three bytes");
    parsed->block1 = 0;
    for (index = 0; index < length; index++) parsed->block1 = parsed->block1 << 8 | value[index];
  }
}

static void check_options(parsed_t *parsed, const uint8_t *bytes, uint32_t length, uint32_t at) {
  uint32_t number = 0;
  while (at < length && bytes[at] != 0xFF) {
    uint32_t head = bytes[at++];
    uint32_t size;
    number += extended(head >> 4, bytes, length, &at);
    size = extended(head & 15u, bytes, length, &at);
    law(number <= 65535, "RFC 7252 3.1: option numbers end at 65535");
    law(at + size <= length, "RFC 7252 3.1: no option value is cut off");
    note_option(parsed, number, bytes + at, size);
    at += size;
  }
  if (at < length) {
    law(at + 1 < length, "RFC 7252 3: behind a payload marker there is a payload");
    parsed->payload_length = length - at - 1;
  }
}

static void check_kind(const parsed_t *parsed, uint32_t length) {
  uint32_t class = parsed->code >> 5;
  law(parsed->code != 0 || (length == 4 && parsed->type >= 2), "RFC 7252 4.1: an empty message is four bytes, ACK or RST");
  law(parsed->type != 3 || parsed->code == 0, "RFC 7252 4.2: a Reset is empty");
  law(class == 0 || class == 2 || class == 4 || class == 5, "RFC 7252 12.1: no code of a reserved class is sent");
  law(class != 0 || parsed->code == 0 || parsed->code == 2 || parsed->code == 4, "LwM2M 5: what a device asks is POST or DELETE");
  law(class != 0 || parsed->code == 0 || parsed->type == 0, "LwM2M 8: what a device asks is confirmable");
  law(parsed->type < 2 || was_received(parsed->id), "RFC 7252 4.2: only what came is acknowledged or rejected");
}

parsed_t law_sent(const uint8_t *bytes, uint32_t length, uint32_t limit) {
  parsed_t parsed;
  memset(&parsed, 0, sizeof parsed);
  law(length >= 4, "RFC 7252 3: a message has four bytes at least");
  law(length <= limit && length <= 1152, "RFC 7252 4.6: a message is no longer than send_capacity and 1152");
  law(bytes[0] >> 6 == 1, "RFC 7252 3: version 1");
  parsed.type = bytes[0] >> 4 & 3;
  parsed.code = bytes[1];
  parsed.id = (uint16_t)(bytes[2] << 8 | bytes[3]);
  parsed.token = bytes + 4;
  parsed.token_length = bytes[0] & 15u;
  parsed.block1 = UINT32_MAX;
  law(parsed.token_length <= 8 && 4 + parsed.token_length <= length, "RFC 7252 3: a token of at most eight bytes");
  check_options(&parsed, bytes, length, 4 + parsed.token_length);
  check_kind(&parsed, length);
  return parsed;
}
