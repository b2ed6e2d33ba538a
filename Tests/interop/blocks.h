/* blocks.h - what the server may write in blocks: /5/0/0, streamed, and /26243/0/0, put together; through a receive buffer of
 * 256 bytes.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef INTEROP_BLOCKS_H
#define INTEROP_BLOCKS_H

#include <stdio.h>

#include "nbiot.h"

static uint32_t streamed_sum;

/* A line at the end of each value: how long it is and the sum of its bytes. */
static int32_t on_block(void *context, nbiot_request_t request, const nbiot_path_t *path,
                        const nbiot_block_t *piece) {
  (void)context;
  (void)request;
  if (piece->offset == 0) streamed_sum = 0;
  for (uint32_t i = 0; i < piece->length; i++) streamed_sum += piece->data[i];
  if (piece->is_last) {
    printf("streamed /%u/%u/%u %u %u\n", path->object_id, path->instance_id, path->resource_id,
           (unsigned)piece->total, (unsigned)streamed_sum);
  }
  return 0;
}

static void configure_blocks(nbiot_config_t *config) {
  config->receive_capacity = 256;
  config->body_capacity = 2048;
  config->write_block = on_block;
}

static int32_t add_blocks(nbiot_device_t *to) {
  static char room[2048];
  static nbiot_value_t package = {.type = NBIOT_BINARY, .flag = NBIOT_WRITABLE | NBIOT_STREAMED};
  static nbiot_value_t kept = {.type = NBIOT_BINARY,
                               .flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE,
                               .capacity = sizeof room};
  int32_t status = nbiot_resource_add(to, 5, 0, 0, &package);
  kept.value.as_buf.val = room;
  return status != NBIOT_ERR_OK ? status : nbiot_resource_add(to, 26243, 0, 0, &kept);
}

#endif
