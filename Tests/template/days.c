/* days.c - what the library answers while a port grows out of the template, hook by hook: the table of
 * ports/template/README.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "nbiot.h"
#include "nbiot_template.h"

static uint64_t memory[NBIOT_MEMORY_SIZE_DEFAULT / 8];
static nbiot_platform_t platform;
static unsigned passed;
static unsigned failed;

static void expect_equal(int32_t got, int32_t wanted, const char *sentence) {
  passed += got == wanted;
  failed += got != wanted;
  if (got != wanted) printf("FAIL %s: %d instead of %d\n", sentence, (int)got, (int)wanted);
}

/* ---- Hooks as the days go by ------------------------------------------------------------------ */

static uint32_t now_ms(void *context) {
  static uint32_t now;
  (void)context;
  return now += 10;
}

static int32_t fill_random(void *context, uint8_t *buffer, uint32_t size) {
  (void)context;
  memset(buffer, 0x5A, size);
  return 0;
}

static int32_t resolve(void *context, const char *host, uint32_t host_length,
                       nbiot_address_t *address) {
  static const nbiot_address_t found = {NBIOT_FAMILY_IPV4, 0, 0, {192, 0, 2, 1}};
  (void)context;
  (void)host;
  (void)host_length;
  *address = found;
  return 1;
}

static int32_t udp_open(void *context, uint8_t family, uint16_t local_port) {
  (void)context;
  (void)family;
  (void)local_port;
  return 0;
}

static int32_t udp_receive(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                           nbiot_address_t *from) {
  (void)context;
  (void)socket;
  (void)buffer;
  (void)size;
  (void)from;
  return 0;
}

static int32_t udp_send(void *context, int32_t socket, const uint8_t *data, uint32_t length,
                        const nbiot_address_t *to) {
  (void)context;
  (void)socket;
  (void)data;
  (void)to;
  return (int32_t)length;
}

/* ---- The days --------------------------------------------------------------------------------- */

static int32_t create(nbiot_device_t **device) {
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  config.platform = &platform;
  config.memory = memory;
  config.memory_size = sizeof memory;
  config.endpoint_name = "thermometer-1";
  config.uri = "coap://192.0.2.1";
  return nbiot_device_create_with(device, &config);
}

/* One device on the hooks there are: what connect answers. */
static void expect_connect(int32_t wanted, const char *sentence) {
  nbiot_device_t *device = NULL;
  expect_equal(create(&device), NBIOT_ERR_OK, sentence);
  expect_equal(nbiot_device_connect(device, 1), wanted, sentence);
  expect_equal(nbiot_device_destroy(device), NBIOT_ERR_OK, sentence);
}

int main(void) {
  nbiot_device_t *device = NULL;
  platform = nbiot_template_platform(NULL);
  expect_equal(nbiot_init_environment(), NBIOT_PORT_UNSUPPORTED, "the template is not ready");
  expect_equal(nbiot_device_create(&device, "thermometer-1", "coap://192.0.2.1", 300, NULL, NULL, NULL),
               NBIOT_ERR_RANDOM, "without random no device on the default platform");
  expect_equal(create(&device), NBIOT_ERR_RANDOM, "without random no device");
  nbiot_clear_environment();

  platform.now_ms = now_ms;
  platform.random = fill_random;
  expect_connect(NBIOT_ERR_INVALID_URI, "without resolve the host is not found");
  platform.resolve = resolve;
  expect_connect(NBIOT_ERR_SOCKET, "without udp_open there is no socket");
  platform.udp_open = udp_open;
  expect_connect(NBIOT_ERR_SOCKET, "without udp_receive the socket is broken");
  platform.udp_receive = udp_receive;
  expect_connect(NBIOT_ERR_SOCKET, "without udp_send the socket is broken");
  platform.udp_send = udp_send;
  expect_connect(NBIOT_ERR_TIMEOUT, "with all of them a silent server is waited for");
  printf("%u passed, %u failed\n", passed, failed);
  return failed != 0;
}
