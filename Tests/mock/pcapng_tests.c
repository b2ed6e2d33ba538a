/* pcapng_tests.c - the trace as a capture file, read by a reader of our own.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "capture.h"
#include "check.h"
#include "pair.h"

typedef struct image {
  uint8_t bytes[8192];
  uint32_t length;
} image_t;

static image_t write_capture(const nbiot_mock_world_t *world) {
  FILE *file = tmpfile();
  image_t image;
  memset(&image, 0, sizeof image);
  CHECK_EQUAL(nbiot_mock_pcapng(world, file), nbiot_mock_trace_count(world));
  if (file != NULL) {
    rewind(file);
    image.length = (uint32_t)fread(image.bytes, 1, sizeof image.bytes, file);
    fclose(file);
  }
  return image;
}

static int reads(const image_t *image, capture_t *capture) {
  const char *fault = capture_read(image->bytes, image->length, capture);
  if (fault != NULL) {
    printf("capture: %s\n", fault);
  }
  return fault == NULL;
}

static void every_datagram_is_a_packet(void) {
  pair_t pair = pair_create(4711);
  capture_t capture;
  image_t image;
  nbiot_mock_advance(pair.world, 1500);
  pair_send(&pair, "odd", 3);
  pair_send(&pair, "", 0);
  nbiot_mock_advance(pair.world, 86400000);
  pair_send(&pair, "even", 4);
  nbiot_mock_advance(pair.world, 1);
  image = write_capture(pair.world);
  CHECK(reads(&image, &capture));
  CHECK(strcmp(capture.comment, "seed 4711") == 0);
  CHECK_EQUAL(capture.count, 3);
  CHECK_EQUAL(capture.packets[0].ms, 1500);
  CHECK_EQUAL(capture.packets[2].ms, 86401500);
  CHECK(memcmp(capture.packets[0].from, "\x0A\0\0\x01", 4) == 0);
  CHECK(memcmp(capture.packets[0].to, "\x0A\0\0\x02", 4) == 0);
  CHECK_EQUAL(capture.packets[0].from_port, 1000);
  CHECK_EQUAL(capture.packets[0].to_port, 2000);
  CHECK(capture.packets[0].length == 3 && memcmp(capture.packets[0].payload, "odd", 3) == 0);
  CHECK_EQUAL(capture.packets[1].length, 0);
  CHECK_EQUAL(strlen(capture.packets[0].comment), 0);
  nbiot_mock_world_destroy(pair.world);
}

static void what_did_not_arrive_has_a_comment(void) {
  nbiot_mock_link_t lost = {.loss = 1000}, small = {.mtu = 2}, doubling = {.duplication = 1000};
  pair_t pair = pair_create(1);
  capture_t capture;
  image_t image;
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &lost);
  pair_send(&pair, "1", 1);
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &small);
  pair_send(&pair, "too long", 8);
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &doubling);
  pair_send(&pair, "2", 1);
  nbiot_mock_advance(pair.world, 1);
  nbiot_mock_radio(pair.a, 0);
  pair_send(&pair, "3", 1);
  nbiot_mock_inject(pair.world, nbiot_mock_address("1.2.3.4", 5), nbiot_mock_address("9.9.9.9", 6),
                    "4", 1);
  image = write_capture(pair.world);
  CHECK(reads(&image, &capture));
  CHECK_EQUAL(capture.count, 6);
  CHECK(strcmp(capture.packets[0].comment, "lost") == 0);
  CHECK(strcmp(capture.packets[1].comment, "too big") == 0);
  CHECK(strcmp(capture.packets[2].comment, "") == 0);
  CHECK(strcmp(capture.packets[3].comment, "a copy") == 0);
  CHECK(strcmp(capture.packets[4].comment, "radio off") == 0);
  CHECK(strcmp(capture.packets[5].comment, "in flight, injected") == 0);
  nbiot_mock_world_destroy(pair.world);
}

static void an_empty_trace_is_an_empty_capture(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  capture_t capture;
  image_t image = write_capture(world);
  CHECK(reads(&image, &capture));
  CHECK_EQUAL(capture.count, 0);
  CHECK_EQUAL(nbiot_mock_pcapng(world, NULL), NBIOT_MOCK_ERR_BADPARAM);
  CHECK_EQUAL(nbiot_mock_pcapng(NULL, stdout), NBIOT_MOCK_ERR_BADPARAM);
  nbiot_mock_world_destroy(world);
}

static void a_checksum_of_zero_is_written_as_ones(void) {
  pair_t pair = pair_create(1);
  capture_t capture;
  image_t image;
  uint32_t value;
  uint8_t data[2];
  int seen = 0;
  for (value = 0; value < 0x10000 && !seen; value += 1) {
    data[0] = (uint8_t)(value >> 8);
    data[1] = (uint8_t)value;
    nbiot_mock_trace_clear(pair.world);
    pair_send(&pair, data, 2);
    nbiot_mock_advance(pair.world, 1);
    image = write_capture(pair.world);
    seen = capture_read(image.bytes, image.length, &capture) == NULL &&
           memcmp(capture.packets[0].payload - 2, "\xFF\xFF", 2) == 0;
  }
  CHECK(seen);
  nbiot_mock_world_destroy(pair.world);
}

/* The reader is worth something: no byte but those of texts and of the time may change without its
 * noticing. */
static void the_reader_notices_changed_bytes(void) {
  pair_t pair = pair_create(1);
  capture_t capture;
  image_t image;
  uint32_t i, unnoticed = 0;
  pair_send(&pair, "hello", 5);
  nbiot_mock_advance(pair.world, 1);
  image = write_capture(pair.world);
  for (i = 0; i < image.length; i += 1) {
    image.bytes[i] ^= 0x10;
    unnoticed += capture_read(image.bytes, image.length, &capture) == NULL;
    image.bytes[i] ^= 0x10;
  }
  /* Texts of 10, 6 and 4 bytes with the two of their option codes, and eight bytes of time. */
  CHECK_EQUAL(unnoticed, 12 + 8 + 6 + 8);
  for (i = 1; i < image.length; i += 1) {
    const char *fault = capture_read(image.bytes, image.length - i, &capture);
    CHECK(fault != NULL || capture.count == 0);
  }
  nbiot_mock_world_destroy(pair.world);
}

void pcapng_tests(void) {
  test("every datagram is a packet of the capture", every_datagram_is_a_packet);
  test("what did not arrive has a comment in the capture", what_did_not_arrive_has_a_comment);
  test("an empty trace is an empty capture", an_empty_trace_is_an_empty_capture);
  test("RFC 768: a checksum of zero is written as all ones", a_checksum_of_zero_is_written_as_ones);
  test("the reader of captures notices every changed byte of substance",
       the_reader_notices_changed_bytes);
}
