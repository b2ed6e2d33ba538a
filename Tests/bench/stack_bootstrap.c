/* stack_bootstrap.c - the situations of stack.c that only a bootstrapped device is in.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "stack_bootstrap.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nbiot.h"
#include "paint.h"
#include "stack_peer.h"

static uint64_t block[(NBIOT_MEMORY_SIZE_DEFAULT + NBIOT_MEMORY_BOOTSTRAP(0, 0, 0)) / 8];
static nbiot_device_t *device;
static nbiot_platform_t platform;
static nbiot_config_t config = NBIOT_CONFIG_INIT;
static int32_t status;
static uint8_t slots[2][512];
static uint32_t lengths[2];

static int32_t store(void *context, uint32_t slot, const uint8_t *data, uint32_t length) {
  (void)context;
  memcpy(slots[slot], data, length);
  lengths[slot] = length;
  return (int32_t)length;
}

static int32_t load(void *context, uint32_t slot, uint8_t *buffer, uint32_t size) {
  (void)context;
  memcpy(buffer, slots[slot], lengths[slot] < size ? lengths[slot] : size);
  return (int32_t)lengths[slot];
}

static void create_with(void) { status = nbiot_device_create_with(&device, &config); }
static void connect_once(void) { status = nbiot_device_connect(device, 0); }
static void poll_once(void) { status = nbiot_device_poll(device, NULL); }

static void need(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "stack: %s: status %d, answer %d.%02d\n", what, (int)status, outbox[1] >> 5,
          outbox[1] & 31);
  exit(1);
}

static void obey(const char *name, uint8_t code) {
  outbox_length = 0;
  measure(name, poll_once);
  need(outbox_length >= 4 && outbox[1] == code, name);
}

static void write_account(void) {
  static const char security[] = "\xc8\x00\x0d" "coap://access" "\xc1\x01\x00" "\xc1\x02\x03"
                                 "\xc8\x03\x08" "identity" "\xc8\x05\x08" "01234567" "\xc1\x0a\x01";
  static const char server[] = "\xc1\x00\x01" "\xc1\x01\x3c" "\xc1\x02\x01" "\xc1\x03\x0a" "\xc1\x06\x01" "\xc1\x07" "U";
  request(3, "0/0", -1, NULL, security, sizeof security - 1, 0);
  obey("nbiot_device_poll: bootstrap Write", 0x44);
  request(3, "0/0/0", -1, NULL, "coap://access", 13, 0);
  obey("nbiot_device_poll: bootstrap Write", 0x44);
  request(3, "1/0", -1, NULL, server, sizeof server - 1, 0);
  obey("nbiot_device_poll: bootstrap Write", 0x44);
  request(1, "0", 40, NULL, NULL, 0, 0);
  obey("nbiot_device_poll: bootstrap Discover", 0x45);
}

void bootstrap(void) {
  platform = *nbiot_platform_default();
  platform.store = store;
  platform.load = load;
  config.platform = &platform;
  config.memory = block;
  config.memory_size = sizeof block;
  config.endpoint_name = "stack";
  config.uri = "coap://server";
  config.bootstrap = 1;
  measure("nbiot_device_create_with", create_with);
  need(status == NBIOT_ERR_OK, "create");
  measure("nbiot_device_connect", connect_once);
  respond(0x44);
  measure("nbiot_device_poll: bootstrap", poll_once);
  write_account();
  request(2, "bs", -1, NULL, NULL, 0, 0);
  obey("nbiot_device_poll: bootstrap Finish", 0x44);
  for (int turn = 0; turn < 4; turn++) measure("nbiot_device_poll: account", poll_once);
  need(outbox[1] == 0x02 && lengths[0] + lengths[1] > 0, "account");
  respond(0x41);
  for (int turn = 0; turn < 4; turn++) measure("nbiot_device_poll: account", poll_once);
  need(nbiot_device_state(device) == NBIOT_STATE_REGISTERED, "register");
  (void)nbiot_device_destroy(device);
  measure("nbiot_device_create_with", create_with);
  need(status == NBIOT_ERR_OK, "create over an account");
  (void)nbiot_device_destroy(device);
}
