/* noise_messages.h - what a server without manners says about blocks, observers and stored notifications.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOISE_MESSAGES_H
#define NOISE_MESSAGES_H

#include "noise_application.h"

static uint32_t option_number(uint8_t *bytes, uint32_t value) {
  uint32_t length = value == 0 ? 0 : value < 0x100 ? 1 : value < 0x10000 ? 2 : value < 0x1000000 ? 3 : 4;
  for (uint32_t i = 0; i < length; i++) bytes[i] = (uint8_t)(value >> 8 * (length - 1 - i));
  return length;
}

static void add_number(message_t *message, uint32_t option, uint32_t value) {
  uint8_t bytes[4];
  uint32_t length = option_number(bytes, value);
  message_option(message, option, bytes, length);
}

static uint32_t block_number(uint32_t size, int is_package) {
  static uint32_t following;
  switch (chance(16)) {
    case 0: return 0xFFFFF;
    case 1: return chance(0x100000);
    case 2: return chance(6);
    case 3: return following;
    case 4:
    case 5:
      following = 1;
      return 0;
    default: break;
  }
  if (!is_package) return following++;
  return pieces.next == UINT32_MAX ? 0 : pieces.next / size;
}

/* A body that says at each place which place that is. */
static void add_body(message_t *message, uint32_t offset, uint32_t length) {
  uint8_t bytes[1100];
  for (uint32_t i = 0; i < length && i < sizeof bytes; i++) bytes[i] = pattern(offset + i);
  message_payload(message, bytes, length < sizeof bytes ? length : sizeof bytes);
}

static void start_request(message_t *message, uint32_t code) {
  uint8_t token[8] = {(uint8_t)chance(4), 2, 3, 4, 5, 6, 7, 8};
  uint32_t type = chance(6) ? 0 : 1;
  uint32_t length = chance(4) ? 1 : chance(9);
  static uint32_t id;
  id += chance(8) ? 1 : chance(3);
  message_begin(message, type, code, id, token, length);
}

static void make_block1(message_t *message) {
  static const char *const paths[] = {"/5/0/0", "/3200/0/5505", "/3200/0", "/3200/0/5605", "/3200", "/3/0/15",
                                      "/5/0/9"};
  static uint32_t exponent;
  uint32_t which = chance(2) ? 0 : chance(7);
  uint32_t size, place, length;
  if (chance(8) == 0) exponent = chance(4) == 0 ? chance(8) : chance(3);
  size = exponent == 7 ? 16 : 16u << exponent;
  place = block_number(size, which == 0);
  start_request(message, which == 3 || which == 4 || chance(12) == 0 ? 2 : 3);
  message_path(message, paths[which]);
  if (which == 2 || which == 4) {
    add_number(message, 12, 11542);
  } else if (chance(12)) {
    add_number(message, 12, 42);
  }
  if (chance(20) == 0) message_option(message, 15, "pmin=1", 6);
  if (chance(10) == 0) add_number(message, 23, chance(0x1000000));
  add_number(message, 27, (place << 4 | (chance(8) ? 8u : 0u) | exponent) & 0xFFFFFFu);
  if (chance(4) == 0) add_number(message, 60, chance(3) == 0 ? UINT32_MAX : chance(3) == 0 ? 0x10000u : chance(1000));
  length = chance(10) ? size : chance(1100);
  add_body(message, place * size, length);
}

static void make_read(message_t *message) {
  static const char *const paths[] = {"/3200/0/5750", "/3200/0", "/3200", "/3/0", "/3200/0/5700", "/3200/0/5701",
                                      "/3/0/11", "/1/0/6"};
  start_request(message, 1);
  if (chance(2)) add_number(message, 6, chance(3) == 0);
  message_path(message, paths[chance(8)]);
  if (chance(6) == 0) add_number(message, 17, chance(2) ? 40 : 11542);
  if (chance(2)) {
    uint32_t place = chance(3) ? 0 : chance(5) ? chance(40) : 0xFFFFF;
    add_number(message, 23, place << 4 | chance(16));
  }
  if (chance(4) == 0) add_number(message, 28, chance(3) ? 0 : UINT32_MAX);
  if (chance(20) == 0) add_number(message, 27, chance(0x1000000));
}

static void make_order(message_t *message) {
  static const char *const queries[] = {"pmin=0", "pmin=1", "pmin=30", "pmax=1", "pmax=2", "pmax=90", "gt=5",
                                        "lt=1e300", "st=0.5",
                                        "pmin", "pmax", "gt", "lt", "st", "pmin=4294967295", "pmax=4294967295"};
  static const char *const paths[] = {"/3200/0/5700", "/3200/0", "/3200", "/3200/0/5750"};
  switch (chance(5)) {
    case 0:
      start_request(message, 3);
      message_path(message, "/1/0/6");
      message_payload(message, chance(2) ? "1" : "0", 1);
      break;
    case 1:
      start_request(message, 3);
      message_path(message, chance(2) ? "/1/0/2" : "/1/0/3");
      message_payload(message, "30", 1 + chance(2));
      break;
    case 2:
      start_request(message, 2);
      message_path(message, chance(4) ? "/3200/0/5605" : chance(2) ? "/1/0/4" : "/1/0/8");
      break;
    default:
      start_request(message, 3);
      message_path(message, paths[chance(4)]);
      for (uint32_t count = 1 + chance(3); count > 0; count--) {
        const char *query = queries[chance(16)];
        message_option(message, 15, query, (uint32_t)strlen(query));
      }
  }
}

/* To what the device asked last: blocks of its list, and what it notified. */
static void make_answer(const noise_t *noise, message_t *message) {
  static const uint8_t codes[] = {0x41, 0x44, 0x42, 0x5F, 0x88, 0x8D, 0x84, 0xA0, 0x00, 0x5F, 0x5F};
  const uint8_t *asked = noise->asked.bytes;
  uint32_t length = noise->asked.length < 4 ? 0 : asked[0] & 15u;
  uint32_t code = codes[chance(11)];
  if (code == 0 || length > 8) {
    message_begin(message, 2 + chance(2), 0, (uint32_t)(asked[2] << 8 | asked[3]), asked, 0);
    return;
  }
  message_begin(message, chance(4) ? 2 : chance(2), code, (uint32_t)(asked[2] << 8 | asked[3]), asked + 4, length);
  if (code == 0x41) message_option(message, 8, "rd", 2);
  if (chance(4) == 0) add_number(message, 14, chance(3) ? chance(60) : UINT32_MAX);
  if (chance(4)) {
    uint32_t place = chance(2) ? chance(20) : 0;
    add_number(message, 27, place << 4 | chance(16));
  }
  if (chance(3) == 0) add_number(message, 60, chance(2) ? chance(300) : UINT32_MAX);
}

/* ---- Records of stored notifications */

static uint32_t check_sum(const uint8_t *bytes, uint32_t length) {
  uint32_t sum = UINT32_MAX;
  while (length-- > 0) {
    sum ^= *bytes++;
    for (uint32_t bit = 0; bit < 8; bit++) sum = sum & 1u ? sum >> 1 ^ 0xEDB88320u : sum >> 1;
  }
  return ~sum;
}

/* Another record in a slot; 1 = one that looks good. */
static int forge(nbiot_mock_node_t *node, uint32_t slot) {
  const uint8_t *bytes;
  uint8_t copy[1000];
  int is_good = chance(3) > 0;
  int32_t length = nbiot_mock_slot(node, slot, &bytes);
  if (length < 14 || length > 1000) return 0;
  memcpy(copy, bytes, (size_t)length);
  for (uint32_t count = 1 + chance(4); count > 0; count--) {
    uint32_t place = chance((uint32_t)length);
    copy[place] = (uint8_t)chance(256);
  }
  if (is_good) {
    uint32_t size = 14u + (uint32_t)(copy[12] << 8 | copy[13]);
    uint32_t sum;
    memcpy(copy + 4, "NQ\x01\x00", 4);
    if (size > (uint32_t)length) size = (uint32_t)length;
    copy[12] = (uint8_t)((size - 14) >> 8);
    copy[13] = (uint8_t)(size - 14);
    sum = check_sum(copy + 4, size - 4);
    for (uint32_t i = 0; i < 4; i++) copy[i] = (uint8_t)(sum >> (24 - 8 * i));
  }
  nbiot_mock_slot_set(node, slot, copy, (uint32_t)length);  return is_good;
}

#endif
