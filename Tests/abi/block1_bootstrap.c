/* block1_bootstrap.c - a bootstrap server that writes an account in blocks (RFC 7959).
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "orders.h"

/* Sends a request of the bootstrap server and returns the code of the answer; 0 = none came. */
static int32_t order(provisioning_t *all, uint8_t method, const char *options, uint32_t options_length,
                     const uint8_t *payload, uint32_t length) {
  static uint16_t id = 0x6000;
  uint8_t bytes[300] = {0x41, method, (uint8_t)(id >> 8), (uint8_t)id, 0xAB};
  nbiot_mock_record_t record;
  nbiot_address_t to;
  uint32_t end = 5;
  id += 1;
  memcpy(bytes + end, options, options_length);
  end += options_length;
  if (length > 0) {
    bytes[end++] = 0xFF;
    memcpy(bytes + end, payload, length);
    end += length;
  }
  nbiot_mock_visible_address(all->scene.radio, &to);
  nbiot_mock_trace_clear(all->scene.world);
  nbiot_mock_inject(all->scene.world, nbiot_mock_address("10.0.0.9", 5683), to, bytes, end);
  scene_run(&all->scene, 1);
  for (uint32_t i = 0; nbiot_mock_trace_at(all->scene.world, i, &record) == NBIOT_MOCK_OK; i++) {
    if ((record.marks & NBIOT_MOCK_INJECTED) == 0 && record.length >= 4 && record.data[3] == bytes[3]) {
      return (record.data[1] >> 5) * 100 + (record.data[1] & 31);
    }
  }
  return 0;
}

#define OPTIONS(text) text, sizeof text - 1
#define FIRST_BLOCK "\xB1" "0" "\x01" "0" "\x12\x2D\x16\xD1\x02\x08"
#define SECOND_BLOCK "\xB1" "0" "\x01" "0" "\x12\x2D\x16\xD1\x02\x10"

static void open_asking(provisioning_t *all, uint16_t body, nbiot_block_function_t write_block) {
  static const nbiot_mock_order_t delete_all = {"/", NULL, 0, -1, NBIOT_MOCK_DELETE};
  provisioning_open(all, 1);
  expect_equal(nbiot_mock_server_bootstrap(all->provider, &delete_all, 1, 0), NBIOT_MOCK_OK,
               "one order, and the rest by hand");
  all->scene.config.body_capacity = body;
  all->scene.config.write_block = write_block;
  provisioning_create(all);
  nbiot_device_connect(all->scene.device, 0);
  scene_run(&all->scene, 1000);
  expect_equal(nbiot_device_state(all->scene.device), NBIOT_STATE_BOOTSTRAPPING, "it bootstraps");
}

static void test_an_account_in_blocks(void) {
  static const account_t account = {OLD_URI, NULL, NULL, 777};
  tlv_t security = security_instance(&account);
  tlv_t server = server_instance(&account);
  provisioning_t all;
  open_asking(&all, 64, NULL);
  expect(security.length > 16 && security.length <= 32, "the instance takes two blocks of 16");
  expect_equal(order(&all, 2, OPTIONS("\xB1" "0" "\xD1\x03\x08"), security.bytes, 16), 405,
               "a POST of an account is refused at its first block");
  expect_equal(order(&all, 3, OPTIONS(FIRST_BLOCK), security.bytes, 16), 231,
               "the first block of a Security instance is 2.31");
  expect_equal(order(&all, 3, OPTIONS(SECOND_BLOCK), security.bytes + 16, security.length - 16), 204,
               "LwM2M 1.0 5.2.7.1: the last one is 2.04");
  expect_equal(order(&all, 3, OPTIONS("\xB1" "1" "\x01" "0" "\x12\x2D\x16"), server.bytes, server.length),
               204, "a Server instance in one datagram");
  expect_equal(order(&all, 2, OPTIONS("\xB2" "bs"), NULL, 0), 204, "Finish");
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_OK, "the device registers");
  expect(nbiot_mock_server_has_device(all.scene.server), "with the server of the account");
  scene_close(&all.scene);
}

static void test_without_room(void) {
  static const account_t account = {OLD_URI, NULL, NULL, 777};
  tlv_t security = security_instance(&account);
  provisioning_t all;
  open_asking(&all, 0, NULL);
  expect_equal(order(&all, 3, OPTIONS(FIRST_BLOCK), security.bytes, 16), 413,
               "without a body buffer the first block is 4.13");
  scene_close(&all.scene);
}

static int32_t take_piece(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          const nbiot_block_t *piece) {
  (void)context;
  (void)request;
  (void)path;
  (void)piece;
  expect(0, "no piece comes from a bootstrap server");
  return 0;
}

static void test_what_is_the_application_s(void) {
  static const uint8_t image[16] = {0};
  static nbiot_value_t package = {.type = NBIOT_BINARY, .flag = NBIOT_WRITABLE | NBIOT_STREAMED};
  provisioning_t all;
  open_asking(&all, 64, take_piece);
  expect_equal(nbiot_resource_add(all.scene.device, 5, 0, 0, &package), NBIOT_ERR_OK, "a package");
  expect_equal(order(&all, 3, OPTIONS("\xB1" "5" "\x01" "0" "\x01" "0" "\x11\x2A\xD1\x02\x08"), image, 16),
               405, "LwM2M 1.0 5.2.7: it is not the bootstrap server's, in blocks as in one piece");
  expect_equal(order(&all, 3, OPTIONS("\xB1" "5" "\x01" "0" "\x01" "0" "\x11\x2A"), image, 16), 405,
               "in one piece");
  scene_close(&all.scene);
}

int main(void) {
  test_an_account_in_blocks();
  test_what_is_the_application_s();
  test_without_room();
  return check_summary();
}
