/* air.c - bytes on air, by direction and reason.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "network.h"

static const char *const reason_names[NBIOT_MOCK_AIR_REASONS] = {
    "no hint", "bootstrap",       "register",     "update",         "de-register",
    "reply",   "acknowledgement", "notification", "retransmission", "security"};

static nbiot_mock_traffic_t *of_reason(nbiot_mock_node_t *node, uint8_t reason) {
  return &node->air.up[reason < NBIOT_MOCK_AIR_REASONS ? reason : 0];
}

static void count_sent(nbiot_mock_traffic_t *traffic, uint32_t length) {
  traffic->datagrams += 1;
  traffic->payload += length;
}

static void count_lost(nbiot_mock_traffic_t *traffic, uint32_t length) {
  traffic->lost_datagrams += 1;
  traffic->lost_payload += length;
}

void mock_air_sent(nbiot_mock_node_t *node, uint32_t length) {
  count_sent(of_reason(node, node->reason), length);
  mock_battery_sent(node, length);
}

void mock_air_lost(nbiot_mock_node_t *node, uint8_t reason, uint32_t length) {
  count_lost(of_reason(node, reason), length);
}

void mock_air_came(nbiot_mock_node_t *node, uint32_t length, int arrived) {
  count_sent(&node->air.down, length);
  if (arrived) {
    mock_battery_came(node, length);
  } else {
    count_lost(&node->air.down, length);
  }
}

nbiot_mock_air_t nbiot_mock_air(const nbiot_mock_node_t *node) {
  nbiot_mock_air_t none;
  memset(&none, 0, sizeof none);
  return node == NULL ? none : node->air;
}

nbiot_mock_traffic_t nbiot_mock_air_up(const nbiot_mock_air_t *air) {
  nbiot_mock_traffic_t sum;
  uint32_t reason;
  memset(&sum, 0, sizeof sum);
  for (reason = 0; air != NULL && reason < NBIOT_MOCK_AIR_REASONS; reason += 1) {
    sum.datagrams += air->up[reason].datagrams;
    sum.payload += air->up[reason].payload;
    sum.lost_datagrams += air->up[reason].lost_datagrams;
    sum.lost_payload += air->up[reason].lost_payload;
  }
  return sum;
}

uint64_t nbiot_mock_air_sent(const nbiot_mock_traffic_t *traffic) {
  return traffic == NULL ? 0 : traffic->payload + traffic->datagrams * NBIOT_MOCK_AIR_HEADER;
}

uint64_t nbiot_mock_air_arrived(const nbiot_mock_traffic_t *traffic) {
  if (traffic == NULL) {
    return 0;
  }
  return traffic->payload - traffic->lost_payload +
         (traffic->datagrams - traffic->lost_datagrams) * NBIOT_MOCK_AIR_HEADER;
}

static void print_traffic(FILE *file, const char *name, const nbiot_mock_traffic_t *traffic) {
  fprintf(file, "%-15s %6llu datagrams %8llu bytes, lost %6llu %8llu\n", name,
          (unsigned long long)traffic->datagrams,
          (unsigned long long)nbiot_mock_air_sent(traffic),
          (unsigned long long)traffic->lost_datagrams,
          (unsigned long long)(nbiot_mock_air_sent(traffic) - nbiot_mock_air_arrived(traffic)));
}

void nbiot_mock_air_print(const nbiot_mock_air_t *air, FILE *file) {
  nbiot_mock_traffic_t up = nbiot_mock_air_up(air);
  uint32_t reason;
  if (air == NULL || file == NULL) {
    return;
  }
  for (reason = 0; reason < NBIOT_MOCK_AIR_REASONS; reason += 1) {
    if (air->up[reason].datagrams > 0) {
      print_traffic(file, reason_names[reason], &air->up[reason]);
    }
  }
  print_traffic(file, "all up", &up);
  print_traffic(file, "all down", &air->down);
}
