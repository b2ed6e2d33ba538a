/* pcapng.c - the trace as a pcapng file: an IPv4 and a UDP header before each datagram.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "network.h"

#define SECTION_HEADER 0x0A0D0D0Au
#define INTERFACE_DESCRIPTION 1u
#define ENHANCED_PACKET 6u
#define BYTE_ORDER_MAGIC 0x1A2B3C4Du
#define LINKTYPE_RAW 101u
/* option codes */
#define COMMENT 1u
#define INTERFACE_NAME 2u
#define APPLICATION 4u
#define TIME_RESOLUTION 9u
#define MILLISECONDS 3u /* 10^-3 s */

#define IP_HEADER 20u
#define UDP_HEADER 8u
#define UDP 17u

/* A block while it is made; its numbers are little-endian. */
typedef struct block {
  uint32_t length;
  uint8_t bytes[IP_HEADER + UDP_HEADER + MOCK_LONGEST + 512u];
} block_t;

static void put(block_t *block, const void *bytes, uint32_t length) {
  memcpy(block->bytes + block->length, bytes, length);
  block->length += length;
}

static void put_16(block_t *block, uint32_t value) {
  uint8_t bytes[2] = {(uint8_t)value, (uint8_t)(value >> 8)};
  put(block, bytes, sizeof bytes);
}

static void put_32(block_t *block, uint32_t value) {
  put_16(block, value & 0xFFFFu);
  put_16(block, value >> 16);
}

static void pad(block_t *block) {
  while (block->length % 4 != 0) {
    put(block, "", 1);
  }
}

static void put_option(block_t *block, uint32_t code, const void *value, uint32_t length) {
  put_16(block, code);
  put_16(block, length);
  put(block, value, length);
  pad(block);
}

static void put_text(block_t *block, uint32_t code, const char *text) {
  put_option(block, code, text, (uint32_t)strlen(text));
}

static void begin(block_t *block, uint32_t type) {
  block->length = 0;
  put_32(block, type);
  put_32(block, 0); /* its length, when it is known */
}

static void end(block_t *block, FILE *file) {
  uint32_t whole = block->length + 4;
  block->length = 4;
  put_32(block, whole);
  block->length = whole - 4;
  put_32(block, whole);
  fwrite(block->bytes, 1, block->length, file);
}

static void put_big_16(uint8_t *bytes, uint32_t value) {
  bytes[0] = (uint8_t)(value >> 8);
  bytes[1] = (uint8_t)value;
}

/* RFC 1071: the sum of 16-bit words, an odd byte as the high half of one. */
static uint32_t sum(uint32_t start, const uint8_t *bytes, uint32_t length) {
  uint64_t total = start;
  uint32_t i;
  for (i = 0; i < length; i += 1) {
    total += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
  }
  while (total >> 16 != 0) {
    total = (total & 0xFFFFu) + (total >> 16);
  }
  return (uint32_t)total;
}

/* RFC 791 */
static void make_ip_header(uint8_t *header, const nbiot_mock_record_t *record, uint32_t number) {
  memset(header, 0, IP_HEADER);
  header[0] = 0x45;
  put_big_16(header + 2, IP_HEADER + UDP_HEADER + record->length);
  put_big_16(header + 4, number & 0xFFFFu);
  header[6] = 0x40; /* not to be cut */
  header[8] = 64;
  header[9] = UDP;
  memcpy(header + 12, record->from.bytes, 4);
  memcpy(header + 16, record->to.bytes, 4);
  put_big_16(header + 10, ~sum(0, header, IP_HEADER) & 0xFFFFu);
}

/* RFC 768, with the addresses of the IP header before it */
static void make_udp_header(uint8_t *header, const nbiot_mock_record_t *record,
                            const uint8_t *addresses) {
  uint32_t length = UDP_HEADER + record->length;
  uint32_t checksum;
  put_big_16(header, record->from.port);
  put_big_16(header + 2, record->to.port);
  put_big_16(header + 4, length);
  put_big_16(header + 6, 0);
  checksum = sum(UDP + length, addresses, 8);
  checksum = sum(checksum, header, UDP_HEADER);
  checksum = ~sum(checksum, record->data, record->length) & 0xFFFFu;
  put_big_16(header + 6, checksum == 0 ? 0xFFFFu : checksum);
}

static void write_packet(block_t *block, const nbiot_mock_record_t *record, uint32_t number,
                         FILE *file) {
  uint32_t length = IP_HEADER + UDP_HEADER + record->length;
  uint8_t headers[IP_HEADER + UDP_HEADER];
  char remark[96];
  make_ip_header(headers, record, number);
  make_udp_header(headers + IP_HEADER, record, headers + 12);
  mock_record_remark(record, remark, sizeof remark);
  begin(block, ENHANCED_PACKET);
  put_32(block, 0); /* the interface */
  put_32(block, (uint32_t)(record->sent_ms >> 32));
  put_32(block, (uint32_t)record->sent_ms);
  put_32(block, length);
  put_32(block, length);
  put(block, headers, sizeof headers);
  put(block, record->data, record->length);
  pad(block);
  if (remark[0] != '\0') {
    put_text(block, COMMENT, remark);
    put_32(block, 0);
  }
  end(block, file);
}

static void write_beginning(block_t *block, uint64_t seed, FILE *file) {
  uint8_t resolution = MILLISECONDS;
  char comment[48];
  snprintf(comment, sizeof comment, "seed %llu", (unsigned long long)seed);
  begin(block, SECTION_HEADER);
  put_32(block, BYTE_ORDER_MAGIC);
  put_16(block, 1);
  put_16(block, 0);
  put_32(block, UINT32_MAX); /* as long as it is */
  put_32(block, UINT32_MAX);
  put_text(block, APPLICATION, "nbiot-mock");
  put_text(block, COMMENT, comment);
  put_32(block, 0);
  end(block, file);
  begin(block, INTERFACE_DESCRIPTION);
  put_16(block, LINKTYPE_RAW);
  put_16(block, 0);
  put_32(block, 0); /* packets are never cut */
  put_text(block, INTERFACE_NAME, "mock");
  put_option(block, TIME_RESOLUTION, &resolution, 1);
  put_32(block, 0);
  end(block, file);
}

int32_t nbiot_mock_pcapng(const nbiot_mock_world_t *world, FILE *file) {
  block_t *block;
  uint32_t i;
  if (world == NULL || file == NULL) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  block = mock_allocate(sizeof *block);
  write_beginning(block, world->seed, file);
  for (i = 0; i < world->trace.count; i += 1) {
    write_packet(block, &world->trace.records[i], world->trace.forgotten + i, file);
  }
  free(block);
  return fflush(file) != 0 || ferror(file) ? NBIOT_MOCK_ERR_FILE : (int32_t)world->trace.count;
}
