/* rate.h - what a device puts on the air: datagrams and bytes of its busiest hour.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef RATE_H
#define RATE_H

#include "scene.h"

#define RATE_HOUR 3600000u
#define RATE_SENT 8192u

typedef struct rate {
  uint64_t at[RATE_SENT];
  uint32_t length[RATE_SENT];
  uint32_t sent;      /* Datagrams of the device in the trace. */
  uint32_t datagrams; /* In its busiest hour; `bytes` of UDP payload likewise. */
  uint32_t bytes;
} rate_t;

/* Looks at what node 10.0.0.2 sent from `from_ms` on. A trace too long for it counts as too much. */
static inline void rate_measure(rate_t *rate, const scene_t *scene, uint64_t from_ms) {
  nbiot_mock_record_t record;
  uint32_t index;
  uint32_t first = 0;
  uint32_t bytes = 0;
  memset(rate, 0, sizeof *rate);
  for (index = 0; nbiot_mock_trace_at(scene->world, index, &record) == 0; index++) {
    if (record.from.bytes[3] != 2 || record.sent_ms < from_ms || record.marks != 0) {
      continue;
    }
    if (rate->sent == RATE_SENT) {
      rate->datagrams = UINT32_MAX;
      return;
    }
    rate->at[rate->sent] = record.sent_ms;
    rate->length[rate->sent] = record.length;
    rate->sent += 1;
    bytes += record.length;
    while (rate->at[first] + RATE_HOUR <= record.sent_ms) {
      bytes -= rate->length[first];
      first += 1;
    }
    rate->datagrams = rate->sent - first > rate->datagrams ? rate->sent - first : rate->datagrams;
    rate->bytes = bytes > rate->bytes ? bytes : rate->bytes;
  }
}

#endif
