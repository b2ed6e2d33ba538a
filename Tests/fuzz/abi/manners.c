/* manners.c - answers by the kind of what was asked, and the orders of a bootstrap.
 * SPDX-License-Identifier: Apache-2.0 */
#include "manners.h"

#include "line.h"
#include "secure.h"

#define BETWEEN_ORDERS 40u

typedef struct order {
  uint8_t code;
  const char *path;
  const char *payload;
  uint32_t length;
} order_t;

#define TLV(text) text, sizeof text - 1

/* Delete, Write /0, Write /1, Finish, and what may go wrong with it. */
static const order_t usual[] = {
    {4, "/", NULL, 0},
    {3, "/0/0", TLV("\xC8\x00\x0F" "coap://10.0.1.1\xC1\x01\x00\xC1\x02\x03\xC1\x0A\x65")},
    {3, "/1/0", TLV("\xC1\x00\x65\xC2\x01\x01\x2C\xC1\x07U")},
    {2, "/bs", NULL, 0}};
static const order_t secured[] = {
    {3, "/0/0", TLV("\xC8\x00\x10" "coaps://10.0.1.2\xC1\x01\x00\xC1\x02\x00\xC2\x03me\xC3\x05key\xC1\x0A\x65")},
    {3, "/1/0", TLV("\xC1\x00\x65\xC1\x01\x3C\xC2\x07UQ")},
    {2, "/bs", NULL, 0}};
static const order_t both[] = {
    {3, "/0", TLV("\x08\x00\x15\xC8\x00\x0F" "coap://10.0.1.9\xC1\x01\x01"
                  "\x08\x01\x1B\xC8\x00\x0F" "coap://10.0.1.3\xC1\x01\x00\xC1\x02\x03\xC1\x0A\x66")},
    {3, "/1", TLV("\x08\x00\x09\xC1\x00\x66\xC1\x01\x3C\xC1\x06\x00")},
    {2, "/bs", NULL, 0}};
static const order_t wanting[] = {{3, "/0/0", TLV("\xC8\x00\x0F" "coap://10.0.1.1")}, {2, "/bs", NULL, 0}};

static const struct {
  const order_t *first;
  uint32_t count;
} all_orders[] = {{usual, 4}, {usual, 3}, {secured, 3}, {both, 3}, {wanting, 2}, {usual, 0}};

manners_t manners;
static uint16_t next_id;

void manners_begin(void) {
  memset(&manners, 0, sizeof manners);
  manners.delay = 50;
  next_id = 0x4000;
}

uint16_t manners_next_id(void) { return next_id++; }

void manners_change(script_t *script) {
  static const uint8_t codes[] = {0, 0, 1, 2, 0x41, 0x44, 0x42, 0x80, 0x83, 0x84, 0x8D, 0x88, 0xA3, 0x9D, 0x5F, 0x00};
  static const uint16_t delays[] = {50, 0, 1, 1500, 2500, 20000};
  uint32_t kind;
  for (kind = 0; kind < ASKED_KINDS; kind++) manners.codes[kind] = PICK(script, codes);
  manners.is_separate = (uint8_t)take_below(script, 2);
  manners.orders = (uint8_t)take_below(script, sizeof all_orders / sizeof all_orders[0]);
  manners.delay = PICK(script, delays);
}

void manners_send(const message_t *message, uint32_t delay, int is_stranger) {
  uint8_t record[MESSAGE_ROOM];
  if (!line.is_secure) {
    line_arrive(message->bytes, message->length, delay, is_stranger);
    return;
  }
  line_arrive(record, secure_seal(record, message), delay, is_stranger);
}

static uint32_t kind_of(const parsed_t *asked) {
  if (asked->code == 4) return ASKED_DEREGISTER;
  if (asked->code != 2) return ASKED_NOTHING;
  if (strcmp(asked->path[0], "bs") == 0) return ASKED_BOOTSTRAP;
  return asked->path_count < 2 ? ASKED_REGISTER : ASKED_UPDATE;
}

static void give_orders(void) {
  uint32_t index;
  for (index = 0; index < all_orders[manners.orders].count; index++) {
    const order_t *order = &all_orders[manners.orders].first[index];
    message_t message;
    message_begin(&message, 0, order->code, manners_next_id(), (const uint8_t *)"B", 1);
    if (order->path[1] != 0) message_path(&message, order->path);
    if (order->length > 0) message_option(&message, 12, "\x2D\x16", 2);
    message_payload(&message, order->payload, order->length);
    manners_send(&message, manners.delay + (index + 1) * BETWEEN_ORDERS, 0);
  }
}

static uint8_t usual_code(uint32_t kind, const parsed_t *asked) {
  static const uint8_t codes[] = {0x41, 0x44, 0x42, 0x44};
  return asked->block1 != UINT32_MAX && asked->block1 >> 3 & 1 ? 0x5F : codes[kind];
}

static void answer(uint32_t kind, uint8_t code, const parsed_t *asked) {
  message_t message;
  uint32_t type = manners.is_separate ? 0 : 2;
  uint8_t block[3] = {(uint8_t)(asked->block1 >> 16), (uint8_t)(asked->block1 >> 8), (uint8_t)asked->block1};
  if (manners.is_separate) {
    message_begin(&message, 2, 0, asked->id, NULL, 0);
    manners_send(&message, manners.delay / 2u, 0);
  }
  message_begin(&message, type, code, manners.is_separate ? manners_next_id() : asked->id, asked->token,
                asked->token_length);
  if (code == 0x41) message_option(&message, 8, "rd", 2);
  if (code == 0x41) message_option(&message, 8, "5a3f", 4);
  if (asked->block1 != UINT32_MAX) message_option(&message, 27, block, 3);
  manners_send(&message, manners.delay, 0);
  if (kind == ASKED_BOOTSTRAP && code == 0x44) give_orders();
}

void manners_heard(const parsed_t *asked) {
  uint32_t kind = kind_of(asked);
  uint8_t code = manners.codes[kind];
  message_t message;
  if (asked->type >= 2 || code == 1) return;
  if (code == 2 || (kind == ASKED_NOTHING && asked->type == 0)) {
    message_begin(&message, code == 2 ? 3 : 2, 0, asked->id, NULL, 0);
    manners_send(&message, manners.delay, 0);
  } else if (kind != ASKED_NOTHING) {
    answer(kind, code == 0 ? usual_code(kind, asked) : code, asked);
  }
}
