/* capture.c - a strict reader of pcapng files.
 * SPDX-License-Identifier: Apache-2.0 */
#include "capture.h"

#include <string.h>

#define COMMENT 1u
#define TIME_RESOLUTION 9u

typedef struct options {
  char comment[96];
  int resolution; /* -1 = none told */
} options_t;

static uint32_t little(const uint8_t *bytes, int count) {
  uint32_t value = 0;
  while (count-- > 0) {
    value = value << 8 | bytes[count];
  }
  return value;
}

static uint16_t big_16(const uint8_t *bytes) { return (uint16_t)(bytes[0] << 8 | bytes[1]); }

static uint32_t padded(uint32_t length) { return (length + 3u) & ~3u; }

static int is_padded_with_zeros(const uint8_t *bytes, uint32_t length) {
  uint32_t i;
  for (i = length; i < padded(length); i += 1) {
    if (bytes[i] != 0) {
      return 0;
    }
  }
  return 1;
}

static const char *read_option(const uint8_t *bytes, uint32_t code, uint32_t length,
                               options_t *options) {
  if (!is_padded_with_zeros(bytes, length)) {
    return "an option is padded with something";
  }
  if (code == COMMENT) {
    if (length == 0 || length >= sizeof options->comment) {
      return "a comment is empty or too long";
    }
    memcpy(options->comment, bytes, length);
  } else if (code == TIME_RESOLUTION) {
    options->resolution = length == 1 ? bytes[0] : -1;
  }
  return NULL;
}

/* None at all, or some and an end that is also the block's. */
static const char *read_options(const uint8_t *bytes, uint32_t size, options_t *options) {
  memset(options, 0, sizeof *options);
  options->resolution = -1;
  while (size > 0) {
    uint32_t code = little(bytes, 2), length = little(bytes + 2, 2);
    const char *fault;
    if (code == 0) {
      return length == 0 && size == 4 ? NULL : "the end of options is not the end";
    }
    if (padded(length) + 4 >= size) {
      return "an option is longer than its block";
    }
    fault = read_option(bytes + 4, code, length, options);
    if (fault != NULL) {
      return fault;
    }
    bytes += 4 + padded(length);
    size -= 4 + padded(length);
  }
  return NULL;
}

static uint32_t sum_words(uint32_t total, const uint8_t *bytes, uint32_t length) {
  uint32_t i;
  for (i = 0; i + 1 < length; i += 2) {
    total += big_16(bytes + i);
  }
  if (length % 2 == 1) {
    total += (uint32_t)bytes[length - 1] << 8;
  }
  return total;
}

static int is_all_ones(uint32_t total) {
  while (total > 0xFFFF) {
    total = (total & 0xFFFF) + (total >> 16);
  }
  return total == 0xFFFF;
}

static const char *read_ip(const uint8_t *bytes, uint32_t length, capture_packet_t *packet) {
  uint32_t udp = length - 20;
  if (length < 28 || bytes[0] != 0x45 || big_16(bytes + 2) != length || bytes[9] != 17) {
    return "not an IPv4 header for UDP of this length";
  }
  if (!is_all_ones(sum_words(0, bytes, 20))) {
    return "the IPv4 checksum is wrong";
  }
  if (big_16(bytes + 24) != udp) {
    return "the UDP length is wrong";
  }
  if (big_16(bytes + 26) == 0 ||
      !is_all_ones(sum_words(sum_words(17 + udp, bytes + 12, 8), bytes + 20, udp))) {
    return "the UDP checksum is wrong";
  }
  memcpy(packet->from, bytes + 12, 4);
  memcpy(packet->to, bytes + 16, 4);
  packet->from_port = big_16(bytes + 20);
  packet->to_port = big_16(bytes + 22);
  packet->payload = bytes + 28;
  packet->length = length - 28;
  return NULL;
}

static const char *read_section(const uint8_t *body, uint32_t size, capture_t *capture) {
  options_t options;
  const char *fault;
  if (size < 16 || little(body, 4) != 0x1A2B3C4D || little(body + 4, 2) != 1 ||
      little(body + 6, 2) != 0 || little(body + 8, 4) != UINT32_MAX ||
      little(body + 12, 4) != UINT32_MAX) {
    return "not a section header of version 1.0";
  }
  fault = read_options(body + 16, size - 16, &options);
  memcpy(capture->comment, options.comment, sizeof capture->comment);
  return fault;
}

static const char *read_interface(const uint8_t *body, uint32_t size) {
  options_t options;
  const char *fault;
  if (size < 8 || little(body, 2) != 101 || little(body + 2, 2) != 0 || little(body + 4, 4) != 0) {
    return "not a raw interface without a limit";
  }
  fault = read_options(body + 8, size - 8, &options);
  return fault != NULL ? fault : options.resolution != 3 ? "time is not in milliseconds" : NULL;
}

static const char *read_packet(const uint8_t *body, uint32_t size, capture_t *capture) {
  capture_packet_t *packet = &capture->packets[capture->count];
  uint32_t length = size < 20 ? 0 : little(body + 12, 4);
  options_t options;
  const char *fault;
  if (size < 20 || little(body, 4) != 0 || little(body + 16, 4) != length ||
      length > size - 20 || padded(length) > size - 20 || capture->count == 64 ||
      !is_padded_with_zeros(body + 20, length)) {
    return "not a whole packet of the first interface";
  }
  packet->ms = (uint64_t)little(body + 4, 4) << 32 | little(body + 8, 4);
  if (capture->count > 0 && packet->ms < packet[-1].ms) {
    return "time runs back";
  }
  fault = read_ip(body + 20, length, packet);
  if (fault == NULL) {
    fault = read_options(body + 20 + padded(length), size - 20 - padded(length), &options);
    memcpy(packet->comment, options.comment, sizeof packet->comment);
  }
  capture->count += 1;
  return fault;
}

static const char *read_block(uint32_t number, uint32_t type, const uint8_t *body, uint32_t size,
                              capture_t *capture) {
  if (number == 0) {
    return type == 0x0A0D0D0A ? read_section(body, size, capture) : "it begins with another block";
  }
  if (number == 1) {
    return type == 1 ? read_interface(body, size) : "no interface comes first";
  }
  return type == 6 ? read_packet(body, size, capture) : "a block that is no packet";
}

const char *capture_read(const uint8_t *bytes, uint32_t size, capture_t *capture) {
  uint32_t number = 0;
  memset(capture, 0, sizeof *capture);
  while (size > 0) {
    uint32_t length = size < 12 ? 0 : little(bytes + 4, 4);
    const char *fault;
    if (length < 12 || length % 4 != 0 || length > size ||
        little(bytes + length - 4, 4) != length) {
      return "a block's length is wrong";
    }
    fault = read_block(number, little(bytes, 4), bytes + 8, length - 12, capture);
    if (fault != NULL) {
      return fault;
    }
    number += 1;
    bytes += length;
    size -= length;
  }
  return number < 2 ? "no interface" : NULL;
}
