/* grammar.c - messages by choice from tables, with some chance of damage at the end.
 * SPDX-License-Identifier: Apache-2.0 */
#include "grammar.h"

#include "line.h"
#include "manners.h"

#define TLV_ROOM 400u

typedef struct tlv {
  uint8_t bytes[TLV_ROOM];
  uint32_t length;
} tlv_t;

static const char *const paths[] = {
    "/1000/0/0", "/1000/0/2", "/1000/0/3", "/1000/0/4", "/1000/0/5", "/1000/0/6", "/1000/0/7", "/1000/0", "/1000",
    "/1000/1",   "/1000/0/9", "/5/0/0",    "/5/0",      "/3/0",      "/3/0/4",    "/3/0/5",    "/3/0/11", "/3/0/12",
    "/3/0/16",   "/1/0",      "/1/0/1",    "/1/0/2",    "/1/0/3",    "/1/0/4",    "/1/0/5",    "/1/0/6",  "/1/0/7",
    "/1/0/8",    "/0",        "/0/0",      "/0/1",      "/1",        "/bs",       "",          "/",       "/1000/5",
    "/1001",     "/1001/0/0", "/1000/0/6/2", "/rd",     "/65535/0",  "/1000/x",   "/4294967296/0/0", "/3/0/0",
    "/1000/0/1", "/5/0/1",    "/1000/0/65535", "/3"};

static uint16_t last_id;
static message_t said;
static struct {
  const char *path;
  uint32_t offset;
  uint8_t exponent;
} upload;

void grammar_begin(void) {
  said.length = 0;
  line.asked.length = 0;
  last_id = 0;
  memset(&upload, 0, sizeof upload);
}

static uint32_t number_of(uint8_t *bytes, uint32_t value) {
  uint32_t length = value == 0 ? 0 : value < 0x100 ? 1 : value < 0x10000 ? 2 : value < 0x1000000 ? 3 : 4;
  uint32_t index;
  for (index = 0; index < length; index++) bytes[index] = (uint8_t)(value >> 8 * (length - 1 - index));
  return length;
}

static void add_number(message_t *message, uint32_t option, uint32_t value) {
  uint8_t bytes[4];
  message_option(message, option, bytes, number_of(bytes, value));
}

/* ---- Options, in ascending order so that all of them count */

static void add_query(script_t *script, message_t *message) {
  static const char *const queries[] = {"pmin=1", "pmin=0", "pmax=2",  "pmax=90", "gt=5",    "lt=-1.5e3",      "st=0.5", "stp=1",
                                        "pmin",   "pmax",   "gt",      "cancel",  "epmin=1", "pmin=4294967295", "lt=",    "gt=nan",
                                        "pmin=-1", "b=U",   "pmax=1&pmin=5", "="};
  const char *text = PICK(script, queries);
  message_option(message, 15, text, (uint32_t)strlen(text));
}

static void add_block(script_t *script, message_t *message, uint32_t option) {
  uint8_t choice = take8(script);
  uint32_t number = choice >> 4 == 15 ? 0xFFFFF : choice >> 4;
  add_number(message, option, number << 4 | (choice & 15));
}

static void add_odd(script_t *script, message_t *message) {
  static const uint16_t numbers[] = {1, 3, 4, 5, 7, 8, 14, 19, 20, 28, 35, 39, 60, 63, 258, 2049, 65000};
  uint8_t bytes[16];
  uint32_t number = PICK(script, numbers);
  uint32_t length = take_below(script, 17);
  uint32_t index;
  for (index = 0; index < length; index++) bytes[index] = take8(script);
  message_option(message, number, bytes, length);
}

static void add_options(script_t *script, message_t *message, const char *path) {
  static const uint16_t formats[] = {0, 40, 42, 1541, 1542, 1543, 11541, 11542, 11543, 50, 60, 65535};
  static const uint32_t observes[] = {0, 1, 2, 0xFFFFFF};
  uint32_t which = take8(script);
  if (which & 1) add_number(message, 6, PICK(script, observes));
  if (path != NULL) message_path(message, path);
  if (which & 2) add_number(message, 12, PICK(script, formats));
  if (which & 4) add_query(script, message);
  if (which & 8) add_query(script, message);
  if (which & 16) add_number(message, 17, PICK(script, formats));
  if (which & 32) add_block(script, message, 23);
  if (which & 64) add_block(script, message, 27);
  if (which & 128) add_odd(script, message);
}

/* ---- Payloads */

static void put_tlv(tlv_t *tlv, uint32_t kind, uint32_t id, const uint8_t *value, uint32_t length, uint32_t claimed) {
  uint32_t needed = length + 6;
  uint32_t long_id = id > 255;
  if (tlv->length + needed > TLV_ROOM) return;
  tlv->bytes[tlv->length++] = (uint8_t)(kind << 6 | long_id << 5 | (claimed < 8 ? claimed : claimed < 256 ? 8u : 16u));
  if (long_id) tlv->bytes[tlv->length++] = (uint8_t)(id >> 8);
  tlv->bytes[tlv->length++] = (uint8_t)id;
  if (claimed >= 256) tlv->bytes[tlv->length++] = (uint8_t)(claimed >> 8);
  if (claimed >= 8) tlv->bytes[tlv->length++] = (uint8_t)claimed;
  memcpy(tlv->bytes + tlv->length, value, length);
  tlv->length += length;
}

/* Some resources, bare or in an instance or as instances of a multiple one. */
static void add_tlv(script_t *script, message_t *message) {
  tlv_t inner = {{0}, 0}, outer = {{0}, 0};
  uint32_t choice = take8(script);
  uint32_t count = choice & 7;
  while (count-- > 0) {
    uint8_t bytes[64];
    uint32_t id = take8(script), length = take8(script), index;
    uint32_t claimed = length == 255 ? 300 : length & 63;
    for (index = 0; index < (length & 63); index++) bytes[index] = length & 64 ? (uint8_t)index : take8(script);
    put_tlv(&inner, choice & 8 ? 1 : 3, id == 255 ? 65535 : id % 10, bytes, length & 63, claimed);
  }
  if (choice & 16) {
    put_tlv(&outer, choice & 32 ? 2 : 0, choice >> 6, inner.bytes, inner.length, inner.length);
    inner = outer;
  }
  message_payload(message, inner.bytes, inner.length);
}

static void add_text(script_t *script, message_t *message) {
  static const char *const texts[] = {"1",     "0",          "-5",   "60",    "1.5e3",  "abcdef",      "true", "U",   "UQ",
                                      "AAEC",  "0='a',1",    "0",    "9223372036854775807", "-9223372036854775809", "1e999",
                                      "\xC3",  "4294967296", "\xE2\x82\xAC", "=", "86400", "0=1,2='x'", " ",  "15"};
  const char *text = PICK(script, texts);
  message_payload(message, text, (uint32_t)strlen(text));
}

static void add_pattern(message_t *message, uint32_t offset, uint32_t length) {
  uint8_t bytes[1100];
  uint32_t index;
  if (length > sizeof bytes) length = sizeof bytes;
  for (index = 0; index < length; index++) bytes[index] = (uint8_t)((offset + index) * 7u + 1u);
  message_payload(message, bytes, length);
}

static void add_payload(script_t *script, message_t *message) {
  uint8_t bytes[255];
  uint32_t length = 0;
  switch (take_below(script, 6)) {
    case 0: break;
    case 1: add_text(script, message); break;
    case 2:
    case 3: add_tlv(script, message); break;
    case 4: add_pattern(message, 0, take16(script) % 1101); break;
    default:
      while (script_left(script) > 2 && length < sizeof bytes) bytes[length++] = take8(script);
      message_payload(message, bytes, length);
  }
}

/* What is left in the script damages what was made: bytes to change, or an end that comes early. */
static void damage(script_t *script, message_t *message) {
  while (script_left(script) > 0 && message->length > 4) {
    uint32_t place = take16(script);
    uint8_t value = take8(script);
    if (place & 0x8000) {
      message->length = 1 + (place & 0x7FFF) % message->length;
    } else {
      message->bytes[place % message->length] = value;
    }
  }
}

/* ---- Messages */

static void begin_request(script_t *script, message_t *message, uint32_t code) {
  static const uint8_t token[8] = {0xA0, 1, 2, 3, 4, 5, 6, 7};
  uint32_t head = take8(script);
  uint8_t own[8];
  uint32_t length = head >> 3 & 7;
  memcpy(own, token, 8);
  own[0] = (uint8_t)(own[0] + (head >> 6));
  if ((head & 7) != 7) last_id = manners_next_id();
  message_begin(message, (head & 7) == 6 ? 1 : 0, code, last_id, own, length == 7 ? 8 : length);
}

void grammar_request(script_t *script, message_t *message) {
  static const uint8_t codes[] = {1, 3, 2, 4, 1, 3, 2, 5, 1, 3, 31, 7};
  uint32_t code = PICK(script, codes);
  const char *path = PICK(script, paths);
  begin_request(script, message, code);
  add_options(script, message, path);
  add_payload(script, message);
  damage(script, message);
  said = *message;
}

/* The next block of an upload, mostly. */
void grammar_block(script_t *script, message_t *message) {
  static const char *const targets[] = {"/5/0/0", "/1000/0/3", "/1000/0", "/1000/0/2", "/1000/0/5", "/0/0", "/1/0", "/1000/0/6"};
  uint32_t choice = take8(script);
  uint32_t turn = take8(script);
  uint32_t size, number;
  if (upload.path == NULL || choice & 0x80) {
    upload.path = PICK(script, targets);
    upload.exponent = (uint8_t)(choice >> 4 & 7);
    upload.offset = 0;
  }
  if (turn & 1) upload.exponent = (uint8_t)(turn >> 1 & 7);
  size = 16u << (upload.exponent & 7);
  number = upload.offset / size + (turn >> 6);
  begin_request(script, message, choice & 1 ? 2 : 3);
  message_path(message, upload.path);
  add_number(message, 12, choice & 2 ? 11542 : choice & 4 ? 0 : 42);
  add_number(message, 27, (number << 4 | (turn & 16 ? 0u : 8u) | upload.exponent) & 0xFFFFFFu);
  if (choice & 8) add_number(message, 60, take16(script));
  add_pattern(message, number * size, turn & 32 ? take8(script) : size);
  upload.offset += size;
  damage(script, message);
  said = *message;
}

/* To what the device sent last, or with its token. */
void grammar_answer(script_t *script, message_t *message) {
  static const uint8_t codes[] = {0x41, 0x44, 0x42, 0x5F, 0x80, 0x83, 0x84, 0x88, 0x8D, 0xA0, 0xA3, 0x9D, 0x00, 0x00, 0x45, 0xE1};
  const uint8_t *asked = line.asked.bytes;
  uint32_t length = line.asked.length < 4 ? 0 : asked[0] & 15u;
  uint32_t id = (uint32_t)(asked[2] << 8 | asked[3]);
  uint32_t code = PICK(script, codes);
  uint32_t kind = take8(script);
  if (code == 0) {
    message_begin(message, kind & 1 ? 3 : 2, 0, id + (kind >> 6), NULL, 0);
    return;
  }
  if (kind & 4) id = manners_next_id();
  message_begin(message, kind & 4 ? kind & 1 : 2, code, id, asked + 4, length);
  if (kind & 8) message_option(message, 8, "rd", kind & 16 ? 2 : 1);
  if (kind & 32) add_number(message, 14, take_below(script, 4) ? take16(script) : UINT32_MAX);
  if (kind & 64) add_block(script, message, 27);
  if (kind & 128) add_payload(script, message);
  damage(script, message);
}

void grammar_repeat(script_t *script, message_t *message) {
  *message = said;
  damage(script, message);
}

void grammar_raw(script_t *script, message_t *message) {
  message->length = 0;
  while (script_left(script) > 0) {
    uint8_t byte = take8(script);
    message_add(message, &byte, 1);
  }
}
