/* platform_tests.c - the hooks keep the contracts of nbiot_port.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "pair.h"

static int32_t resolve(pair_t *pair, const char *host, nbiot_address_t *address) {
  return pair->on_a.resolve(pair->on_a.context, host, (uint32_t)strlen(host), address);
}

static void literals_and_given_names_resolve(void) {
  pair_t pair = pair_create(1);
  nbiot_address_t address = {0, 0, 7, {0}};
  nbiot_mock_name(pair.world, "server.example", nbiot_mock_address("10.0.0.2", 0));
  CHECK_EQUAL(resolve(&pair, "192.0.2.7", &address), 1);
  CHECK_EQUAL(address.family, NBIOT_FAMILY_IPV4);
  CHECK_EQUAL(address.bytes[0], 192);
  CHECK_EQUAL(address.port, 7);
  CHECK_EQUAL(resolve(&pair, "Server.EXAMPLE", &address), 1);
  CHECK_EQUAL(address.bytes[3], 2);
  CHECK(resolve(&pair, "server.exampl", &address) < 0);
  CHECK(resolve(&pair, "server.example.", &address) < 0);
  CHECK(resolve(&pair, "1.2.3", &address) < 0);
  CHECK(resolve(&pair, "1.2.3.4.5", &address) < 0);
  CHECK(resolve(&pair, "1.2.3.456", &address) < 0);
  CHECK(resolve(&pair, "::1", &address) < 0);
  nbiot_mock_name(pair.world, "server.example", nbiot_mock_address("10.0.0.9", 0));
  CHECK_EQUAL(resolve(&pair, "server.example", &address), 1);
  CHECK_EQUAL(address.bytes[3], 9);
  nbiot_mock_world_destroy(pair.world);
}

static void sockets_and_ports_are_distinct(void) {
  pair_t pair = pair_create(1);
  void *context = pair.on_a.context;
  nbiot_address_t from, to = nbiot_mock_address("10.0.0.2", 2000);
  uint8_t buffer[4];
  int32_t first = pair.on_a.udp_open(context, NBIOT_FAMILY_IPV4, 0);
  int32_t second = pair.on_a.udp_open(context, NBIOT_FAMILY_IPV4, 0);
  uint16_t port;
  CHECK(first >= 0 && second >= 0 && first != second && first != pair.from);
  CHECK(pair.on_a.udp_open(context, NBIOT_FAMILY_IPV4, 1000) < 0);
  CHECK(pair.on_a.udp_open(context, NBIOT_FAMILY_IPV6, 0) < 0);
  pair.on_a.udp_send(context, first, (const uint8_t *)"1", 1, &to);
  CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), 1);
  port = from.port;
  CHECK(port >= 49152);
  pair.on_a.udp_send(context, second, (const uint8_t *)"2", 1, &to);
  CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), 1);
  CHECK(from.port != port);
  nbiot_mock_world_destroy(pair.world);
}

static void a_datagram_too_long_for_the_buffer_is_reported_and_gone(void) {
  pair_t pair = pair_create(1);
  uint8_t buffer[4] = {9, 9, 9, 9};
  nbiot_address_t from;
  pair_send(&pair, "12345", 5);
  pair_send(&pair, "1234", 4);
  CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), NBIOT_PORT_TRUNCATED);
  CHECK_EQUAL(memcmp(buffer, "1234", 4), 0);
  CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), 4);
  CHECK_EQUAL(buffer[3], '4');
  nbiot_mock_world_destroy(pair.world);
}

static void an_empty_datagram_is_skipped(void) {
  pair_t pair = pair_create(1);
  uint8_t buffer[4];
  nbiot_address_t from;
  CHECK_EQUAL(pair_send(&pair, "", 0), 0);
  pair_send(&pair, "x", 1);
  CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), 1);
  CHECK_EQUAL(buffer[0], 'x');
  nbiot_mock_world_destroy(pair.world);
}

static void sending_to_nobody_is_no_error(void) {
  pair_t pair = pair_create(1);
  nbiot_address_t host = nbiot_mock_address("10.9.9.9", 5683);
  nbiot_address_t port = nbiot_mock_address("10.0.0.2", 9);
  nbiot_mock_record_t record;
  CHECK_EQUAL(pair.on_a.udp_send(pair.on_a.context, pair.from, (const uint8_t *)"x", 1, &host), 1);
  CHECK_EQUAL(pair.on_a.udp_send(pair.on_a.context, pair.from, (const uint8_t *)"x", 1, &port), 1);
  nbiot_mock_advance(pair.world, 0);
  CHECK_EQUAL(nbiot_mock_trace_at(pair.world, 1, &record), 0);
  CHECK_EQUAL(record.fate, NBIOT_MOCK_NO_RECEIVER);
  CHECK_EQUAL(pair_send(&pair, "x", 1), 1);
  nbiot_mock_world_destroy(pair.world);
}

static void a_wait_ends_when_a_datagram_comes(void) {
  nbiot_mock_link_t slow = {.delay_min_ms = 120, .delay_max_ms = 120};
  pair_t pair = pair_create(1);
  uint8_t buffer[4];
  nbiot_address_t from;
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &slow);
  pair_send(&pair, "x", 1);
  CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), 0);
  pair.on_b.wait(pair.on_b.context, pair.to, 5000);
  CHECK_EQUAL(nbiot_mock_now(pair.world), 120);
  pair.on_b.wait(pair.on_b.context, pair.to, 5000);
  CHECK_EQUAL(nbiot_mock_now(pair.world), 120);
  CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), 1);
  pair.on_b.wait(pair.on_b.context, pair.to, 5000);
  CHECK_EQUAL(nbiot_mock_now(pair.world), 5120);
  nbiot_mock_world_destroy(pair.world);
}

static void a_wake_ends_the_next_wait_on_its_socket_once(void) {
  pair_t pair = pair_create(1);
  int32_t other = pair.on_a.udp_open(pair.on_a.context, NBIOT_FAMILY_IPV4, 0);
  pair.on_a.wake(pair.on_a.context, pair.from);
  pair.on_a.wait(pair.on_a.context, other, 10);
  CHECK_EQUAL(nbiot_mock_now(pair.world), 10);
  pair.on_a.wait(pair.on_a.context, pair.from, 1000);
  CHECK_EQUAL(nbiot_mock_now(pair.world), 10);
  pair.on_a.wait(pair.on_a.context, pair.from, 1000);
  CHECK_EQUAL(nbiot_mock_now(pair.world), 1010);
  pair.on_a.wake(pair.on_a.context, -1);
  pair.on_a.wait(pair.on_a.context, -1, 1000);
  CHECK_EQUAL(nbiot_mock_now(pair.world), 1010);
  nbiot_mock_world_destroy(pair.world);
}

static void random_bytes_follow_from_the_seed(void) {
  uint8_t bytes[3][16];
  int i;
  for (i = 0; i < 3; i += 1) {
    pair_t pair = pair_create(i == 2 ? 6 : 5);
    CHECK_EQUAL(pair.on_a.random(pair.on_a.context, bytes[i], 16), 0);
    nbiot_mock_world_destroy(pair.world);
  }
  CHECK(memcmp(bytes[0], bytes[1], 16) == 0);
  CHECK(memcmp(bytes[0], bytes[2], 16) != 0);
}

static void the_log_keeps_the_last_256_calls(void) {
  pair_t pair = pair_create(1);
  nbiot_mock_log_t entry;
  uint32_t i;
  for (i = 0; i < 300; i += 1) {
    pair.on_a.log(pair.on_a.context, NBIOT_LOG_INFO, NBIOT_LOG_STATE, i, i + 1);
  }
  CHECK_EQUAL(nbiot_mock_log_count(pair.a), 300);
  CHECK_EQUAL(nbiot_mock_log_at(pair.a, 43, &entry), NBIOT_MOCK_ERR_NOT_FOUND);
  CHECK_EQUAL(nbiot_mock_log_at(pair.a, 44, &entry), NBIOT_MOCK_OK);
  CHECK_EQUAL(entry.a, 44);
  CHECK_EQUAL(entry.event, NBIOT_LOG_STATE);
  CHECK_EQUAL(nbiot_mock_log_at(pair.a, 300, &entry), NBIOT_MOCK_ERR_NOT_FOUND);
  nbiot_mock_world_destroy(pair.world);
}

static void the_default_platform_is_the_chosen_node(void) {
  pair_t pair = pair_create(1);
  CHECK_EQUAL(nbiot_init_environment(), 0);
  CHECK(nbiot_platform_default()->now_ms == NULL);
  nbiot_mock_set_default(pair.b);
  CHECK(nbiot_platform_default()->context == pair.on_b.context);
  CHECK(nbiot_platform_default()->wait != NULL);
  nbiot_mock_world_destroy(pair.world);
  CHECK(nbiot_platform_default()->context == NULL);
  CHECK_EQUAL(nbiot_platform_default()->abi, NBIOT_ABI);
  nbiot_clear_environment();
}

void platform_tests(void) {
  test("literals and given names resolve, others fail", literals_and_given_names_resolve);
  test("sockets and local ports are distinct", sockets_and_ports_are_distinct);
  test("a datagram too long for the buffer is reported and gone",
       a_datagram_too_long_for_the_buffer_is_reported_and_gone);
  test("an empty datagram is skipped, since 0 means none", an_empty_datagram_is_skipped);
  test("sending to nobody is no error", sending_to_nobody_is_no_error);
  test("a wait ends when a datagram comes", a_wait_ends_when_a_datagram_comes);
  test("a wake ends the next wait on its socket, once",
       a_wake_ends_the_next_wait_on_its_socket_once);
  test("random bytes follow from the seed", random_bytes_follow_from_the_seed);
  test("the log keeps the last 256 calls", the_log_keeps_the_last_256_calls);
  test("the default platform is the chosen node's", the_default_platform_is_the_chosen_node);
}
