/* contract_resolve.c - clauses of resolve.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "contract_run.h"

#define SLICE_MS 50u

typedef struct {
  int32_t answer;
  uint32_t longest_ms; /* The slowest single call. */
} lookup_result_t;

static int32_t call(contract_run_t *run, const char *host, uint32_t length,
                    nbiot_address_t *address, uint32_t *longest_ms) {
  const nbiot_platform_t *tested = run->tested;
  const uint32_t start = tested->now_ms(tested->context);
  const int32_t answer = tested->resolve(tested->context, host, length, address);
  const uint32_t took = nbiot_contract_elapsed(run, start);
  if (took > *longest_ms) *longest_ms = took;
  return answer;
}

static lookup_result_t look_up(contract_run_t *run, const char *host, nbiot_address_t *address) {
  const nbiot_platform_t *tested = run->tested;
  const uint32_t patience =
      run->setup->resolve_patience_ms != 0 ? run->setup->resolve_patience_ms : 60000u;
  const uint32_t start = tested->now_ms(tested->context);
  /* Also bounded by count, for a clock that stands still. */
  uint32_t calls = tested->wait != NULL ? patience / SLICE_MS * 4u : 10000000u;
  lookup_result_t result = {0, 0};
  for (; calls > 0 && result.answer == 0; calls--) {
    result.answer = call(run, host, (uint32_t)strlen(host), address, &result.longest_ms);
    if (nbiot_contract_elapsed(run, start) >= patience) break;
    if (result.answer == 0 && tested->wait != NULL) tested->wait(tested->context, -1, SLICE_MS);
  }
  return result;
}

static void check_ipv4(contract_run_t *run) {
  /* Longer than it says: a port that looks for a terminator reads 192.0.2.177. */
  static const char text[] = "192.0.2.177";
  static const uint8_t whole[4] = {192, 0, 2, 177};
  static const uint8_t part[4] = {192, 0, 2, 17};
  nbiot_address_t address;
  uint32_t longest = 0;
  memset(&address, 0xFF, sizeof address);
  nbiot_contract_equal(run, "resolve.literal_at_once", "the first call for 192.0.2.177 answered", 1,
                       call(run, text, 11u, &address, &longest));
  nbiot_contract_check(run, "resolve.literal_bytes",
                       address.family == NBIOT_FAMILY_IPV4 && memcmp(address.bytes, whole, 4) == 0,
                       "family or bytes are not those of 192.0.2.177 in network order");
  nbiot_contract_check(run, "resolve.literal_is_clean", nbiot_contract_is_clean(&address),
                       "reserved, or the bytes IPv4 does not use, are not zero");
  memset(&address, 0xFF, sizeof address);
  (void)call(run, text, 10u, &address, &longest);
  nbiot_contract_check(run, "resolve.heeds_the_length", memcmp(address.bytes, part, 4) == 0,
                       "with length 10 the host is 192.0.2.17: it is not zero-terminated");
}

static void check_ipv6(contract_run_t *run) {
  static const uint8_t expected[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0,
                                       0,    0,    0,    0,    0, 0, 0, 0x2a};
  nbiot_address_t address;
  uint32_t longest = 0;
  int32_t answer;
  memset(&address, 0xFF, sizeof address);
  answer = call(run, "2001:db8::2a", 12u, &address, &longest);
  nbiot_contract_check(
      run, "resolve.ipv6_literal",
      answer < 0 || (answer == 1 && address.family == NBIOT_FAMILY_IPV6 &&
                     memcmp(address.bytes, expected, 16) == 0 && address.reserved == 0),
      "2001:db8::2a must give 1 and its 16 bytes, or a negative number without IPv6");
}

static void check_names(contract_run_t *run) {
  const char *bad = run->setup->bad_host != NULL ? run->setup->bad_host : "host.invalid";
  nbiot_address_t address;
  lookup_result_t result = look_up(run, bad, &address);
  uint32_t longest = result.longest_ms;
  nbiot_contract_check(
      run, "resolve.bad_host_fails", result.answer < 0,
      result.answer == 0 ? "still pending when the patience ended" : "it found an address");
  if (run->setup->good_host == NULL) {
    nbiot_contract_skip(run, "resolve.good_host", "no good_host in the setup");
  } else {
    memset(&address, 0xFF, sizeof address);
    result = look_up(run, run->setup->good_host, &address);
    nbiot_contract_equal(run, "resolve.good_host", "it answered", 1, result.answer);
    nbiot_contract_check(run, "resolve.good_host_is_clean", nbiot_contract_is_clean(&address),
                         "no family, or unused fields are not zero");
    if (result.longest_ms > longest) longest = result.longest_ms;
  }
  nbiot_contract_check(
      run, "resolve.never_waits", longest < run->patience_ms / 2u,
      "one call took longer than half the patience: look names up elsewhere and answer 0");
}

void nbiot_contract_resolve(contract_run_t *run) {
  check_ipv4(run);
  check_ipv6(run);
  check_names(run);
}
