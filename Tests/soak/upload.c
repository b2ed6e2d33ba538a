/* upload.c - a server that writes in blocks (RFC 7959 2.5), over a link of its own that loses as much as the other.
 * SPDX-License-Identifier: Apache-2.0 */
#include "soak.h"

#define TOKEN UINT64_C(0xB10C5EED00000000)
#define PATIENCE (100u * SECOND)
#define LONGEST 3000u

uint8_t upload_byte(uint32_t offset) { return (uint8_t)('a' + (offset * 7 + (offset >> 8)) % 26); }

static int is_lost(soak_t *soak) {
  int is_off = (soak->is_out & (OUT_SERVER | OUT_RADIO | OUT_SLEEP)) != 0;
  return is_off || (!soak->is_truce && chance_below(&soak->hook_chance, 1000) < soak->plan.link.loss);
}

static void inject(soak_t *soak, const uint8_t *bytes, uint32_t length) {
  nbiot_address_t device;
  if (is_lost(soak) || nbiot_mock_visible_address(soak->radio, &device) != NBIOT_MOCK_OK) return;
  nbiot_mock_inject(soak->world, nbiot_mock_address("10.0.0.1", 5683), device, bytes, length);
  if (chance_below(&soak->hook_chance, 1000) < soak->plan.link.duplication) {
    nbiot_mock_inject(soak->world, nbiot_mock_address("10.0.0.1", 5683), device, bytes, length);
  }
}

/* ---- A block */

static void put(upload_t *upload, uint8_t byte) { upload->bytes[upload->length++] = byte; }

static void put_path(upload_t *upload, const char *first, const char *second) {
  const char *const segments[] = {first, "0", second};
  for (uint32_t i = 0; i < 3; i++) {
    put(upload, (uint8_t)((i == 0 ? 11u << 4 : 0) | strlen(segments[i])));
    for (const char *at = segments[i]; *at != '\0'; at++) put(upload, (uint8_t)*at);
  }
}

static void encode(upload_t *upload) {
  uint32_t size = 16u << upload->exponent;
  uint32_t left = upload->total - upload->offset;
  uint32_t block = upload->offset / size << 4 | (left > size ? 8u : 0u) | upload->exponent;
  upload->length = 0;
  put(upload, 0x48);
  put(upload, 3);
  put(upload, (uint8_t)(upload->id >> 8));
  put(upload, (uint8_t)upload->id);
  for (uint32_t i = 0; i < 8; i++) put(upload, (uint8_t)(upload->token >> (56 - 8 * i)));
  put_path(upload, upload->is_streamed ? "5" : "3306", upload->is_streamed ? "0" : "5750");
  put(upload, upload->is_streamed ? 0x11 : 0x10); /* Content-Format 42 or 0 */
  if (upload->is_streamed) put(upload, 42);
  put(upload, 0xD2); /* Block1 */
  put(upload, 2);
  put(upload, (uint8_t)(block >> 8));
  put(upload, (uint8_t)block);
  put(upload, 0xFF);
  for (uint32_t i = 0; i < left && i < size; i++) put(upload, upload_byte(upload->offset + i));
}

static void tick(void *context);

static void wait(soak_t *soak, uint32_t ms) {
  soak->upload.next_at = nbiot_mock_now(soak->world) + ms;
  nbiot_mock_at(soak->world, ms, tick, soak);
}

static void send_block(soak_t *soak) {
  upload_t *upload = &soak->upload;
  upload->id += 1;
  upload->transmissions = 1;
  encode(upload);
  inject(soak, upload->bytes, upload->length);
  wait(soak, 2 * SECOND);
}

static void tick(void *context) {
  soak_t *soak = context;
  upload_t *upload = &soak->upload;
  if (!upload->is_active || nbiot_mock_now(soak->world) < upload->next_at) return;
  if (upload->transmissions > 4) {
    upload->is_active = 0;
    return;
  }
  inject(soak, upload->bytes, upload->length);
  wait(soak, 2 * SECOND << upload->transmissions);
  upload->transmissions += 1;
}

/* ---- An upload */

void upload_begin(soak_t *soak) {
  upload_t *upload = &soak->upload;
  uint32_t body = soak->plan.config.body_capacity;
  if (upload->is_active || soak->plan.is_classic || soak->plan.corruption > 0) return;
  upload->is_streamed = (uint8_t)(body == 0 || chance_one_in(&soak->chance, 2));
  upload->total = chance_between(&soak->chance, 1, upload->is_streamed ? LONGEST : sizeof soak->text);
  upload->exponent = (uint8_t)chance_below(&soak->chance, upload->is_streamed ? 7 : 3);
  upload->offset = 0;
  upload->token = TOKEN | ++upload->count;
  /* Far from what the server's other requests have. */
  upload->id = (uint16_t)(soak->wire.server_id + 0x8000u);
  upload->is_active = 1;
  upload->done_before = soak->bodies;
  send_block(soak);
}

static void end(soak_t *soak, uint8_t code) {
  upload_t *upload = &soak->upload;
  upload->is_active = 0;
  if (code != CODE_CHANGED) return;
  soak->tally.uploads += 1;
  if (soak->bodies == upload->done_before) {
    soak_break(soak, LAW_BODY, "%u bytes in blocks of %u", (unsigned)upload->total, 16u << upload->exponent);
  }
}

static void take_answer(soak_t *soak, const message_t *message) {
  upload_t *upload = &soak->upload;
  uint32_t size = 16u << upload->exponent;
  uint8_t wanted = message->block1 >= 0 ? (uint8_t)(message->block1 & 7) : upload->exponent;
  int is_last = upload->offset + size >= upload->total;
  if (message->code == CODE_TOO_LARGE && wanted < upload->exponent) {
    upload->exponent = wanted;
    send_block(soak);
  } else if (message->code == CODE_CONTINUE && !is_last) {
    upload->offset += size;
    if (wanted < upload->exponent) upload->exponent = wanted;
    send_block(soak);
  } else {
    end(soak, is_last ? message->code : 0);
  }
}

int upload_takes(soak_t *soak, const message_t *message) {
  upload_t *upload = &soak->upload;
  const uint8_t acknowledgement[] = {0x60, 0, (uint8_t)(message->id >> 8), (uint8_t)message->id};
  int is_mine = message->code != 0 && message->token_length == 8 && (message->token & TOKEN) == TOKEN;
  int is_current = upload->is_active && message->token == upload->token;
  if (message->type == TYPE_ACK && message->code == 0 && upload->is_active && message->id == upload->id) {
    /* The answer comes later. */
    if (!is_lost(soak)) upload->transmissions = 5, wait(soak, PATIENCE);
    return 1;
  }
  if (!is_mine) return 0;
  if (is_lost(soak)) return 1;
  if (message->type == TYPE_CON) inject(soak, acknowledgement, sizeof acknowledgement);
  if (is_current && (message->type != TYPE_ACK || message->id == upload->id)) take_answer(soak, message);
  return 1;
}

/* ---- On the device */

int32_t upload_piece(soak_t *soak, const nbiot_block_t *piece) {
  if (piece->offset != 0 && piece->offset != soak->piece_next) {
    soak_break(soak, LAW_PIECES, "a piece at %u instead of %u", (unsigned)piece->offset, (unsigned)soak->piece_next);
  }
  for (uint32_t i = 0; i < piece->length; i++) {
    if (piece->data[i] == upload_byte(piece->offset + i)) continue;
    soak_break(soak, LAW_PIECES, "byte %u is another", (unsigned)(piece->offset + i));
    break;
  }
  if (soak->mutant != MUTANT_PIECE_LOST) soak->piece_next = piece->offset + piece->length;
  if (piece->is_last && soak->mutant != MUTANT_BODY_LOST) soak->bodies += 1;
  return 0;
}

void upload_text(soak_t *soak, const nbiot_value_t *value) {
  for (uint32_t i = 0; i < value->value.as_buf.len; i++) {
    if ((uint8_t)value->value.as_buf.val[i] != upload_byte(i)) return;
  }
  if (soak->mutant != MUTANT_BODY_LOST) soak->bodies += 1;
}
