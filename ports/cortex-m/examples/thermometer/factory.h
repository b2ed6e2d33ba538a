/* factory.h - what the production line writes into the last page of flash: who this device is, and where it
 * begins. One image serves all devices.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FACTORY_H
#define FACTORY_H

#include <stdint.h>

typedef struct {
  char endpoint[64];  /* "imei;imsi", zero-terminated. */
  char bootstrap[64]; /* coap://host[:port]?bs, zero-terminated. */
  uint8_t seed[32];   /* See random.h. */
} factory_t;

/* On the emulated board QEMU's loader writes it, at each start. */
#define FACTORY ((const factory_t *)0x003ff000u)

#endif
