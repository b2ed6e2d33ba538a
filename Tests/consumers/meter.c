/* meter.c - a whole application that brings its own hooks, for any CPU.
 *
 * The hooks play a network in which nobody answers: enough to see that an archive links, and that it works where the
 * program can run. Ends with 0 when the device has sent a Register and sent it again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "nbiot.h"

static uint64_t block[NBIOT_MEMORY_SIZE_DEFAULT / 8];
static uint32_t now, sent;

static uint32_t now_ms(void *context) {
  (void)context;
  return now;
}

static int32_t take_random(void *context, uint8_t *buffer, uint32_t size) {
  (void)context;
  for (uint32_t i = 0; i < size; i++) buffer[i] = (uint8_t)(37 * i + 11);
  return 0;
}

static int32_t resolve(void *context, const char *host, uint32_t host_length, nbiot_address_t *address) {
  static const nbiot_address_t server = {.family = NBIOT_FAMILY_IPV4, .bytes = {192, 0, 2, 1}};
  (void)context, (void)host, (void)host_length;
  *address = server;
  return 1;
}

static int32_t udp_open(void *context, uint8_t family, uint16_t local_port) {
  (void)context, (void)family, (void)local_port;
  return 0;
}

static int32_t udp_send(void *context, int32_t socket, const uint8_t *data, uint32_t length,
                        const nbiot_address_t *to) {
  (void)context, (void)socket, (void)data, (void)to;
  sent++;
  return (int32_t)length;
}

static int32_t udp_receive(void *context, int32_t socket, uint8_t *buffer, uint32_t size, nbiot_address_t *from) {
  (void)context, (void)socket, (void)buffer, (void)size, (void)from;
  return 0;
}

static void udp_close(void *context, int32_t socket) { (void)context, (void)socket; }

static void *allocate(void *context, uint32_t size) {
  (void)context;
  return size <= sizeof block ? block : NULL;
}

static void release(void *context, void *memory) { (void)context, (void)memory; }

const nbiot_platform_t *nbiot_platform_default(void) {
  static const nbiot_platform_t platform = {.abi = NBIOT_ABI,
                                            .now_ms = now_ms,
                                            .random = take_random,
                                            .resolve = resolve,
                                            .udp_open = udp_open,
                                            .udp_send = udp_send,
                                            .udp_receive = udp_receive,
                                            .udp_close = udp_close,
                                            .allocate = allocate,
                                            .release = release};
  return &platform;
}

int main(void) {
  nbiot_value_t volume = {.type = NBIOT_FLOAT, .flag = NBIOT_READABLE};
  nbiot_device_t *dev = NULL;
  uint32_t wait_ms = 0;

  if (nbiot_version() != NBIOT_VERSION) return 1;
  if (nbiot_device_create(&dev, "meter", "coap://server.example", 300, NULL, NULL, NULL) != NBIOT_ERR_OK) return 2;
  if (nbiot_resource_add(dev, 3424, 0, 1, &volume) != NBIOT_ERR_OK) return 3;
  if (nbiot_device_connect(dev, 0) != NBIOT_ERR_TIMEOUT) return 4;
  for (int pass = 0; pass < 10 && sent < 2; pass++) {
    if (nbiot_device_poll(dev, &wait_ms) != NBIOT_ERR_PENDING) return 5;
    now += wait_ms;
  }
  if (nbiot_device_destroy(dev) != NBIOT_ERR_OK) return 6;
  return sent == 2 ? 0 : 7;
}
