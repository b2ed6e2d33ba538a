/* orders.h - the orders of a bootstrap server, with their payloads.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef ORDERS_H
#define ORDERS_H

#include "scene.h"

#define TLV_SIZE 400u

typedef struct tlv {
  uint8_t bytes[TLV_SIZE];
  uint32_t length;
} tlv_t;

/* A resource with a value (LwM2M 6.4.3); its ID is below 256. */
static inline void tlv_put(tlv_t *tlv, uint8_t id, const void *value, uint32_t length) {
  uint8_t *end = tlv->bytes + tlv->length;
  if (length < 8) {
    *end++ = (uint8_t)(0xC0u | length);
    *end++ = id;
  } else {
    *end++ = 0xC8u;
    *end++ = id;
    *end++ = (uint8_t)length;
  }
  memcpy(end, value, length);
  tlv->length = (uint32_t)(end - tlv->bytes) + length;
}

static inline void tlv_text(tlv_t *tlv, uint8_t id, const char *text) {
  tlv_put(tlv, id, text, (uint32_t)strlen(text));
}

static inline void tlv_number(tlv_t *tlv, uint8_t id, uint32_t number) {
  uint8_t bytes[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                      (uint8_t)number};
  uint32_t first = number < 0x80 ? 3 : number < 0x8000 ? 2 : 0;
  tlv_put(tlv, id, bytes + first, 4 - first);
}

/* What a bootstrap is to bring; null and 0 are left out. */
typedef struct account {
  const char *uri;
  const char *identity; /* with a key: security mode 0, PSK */
  const char *key;
  uint32_t life_time;
} account_t;

static inline tlv_t security_instance(const account_t *account) {
  tlv_t tlv = {{0}, 0};
  tlv_text(&tlv, 0, account->uri);
  tlv_number(&tlv, 1, 0);
  tlv_number(&tlv, 2, account->key == NULL ? 3 : 0);
  if (account->key != NULL) {
    tlv_text(&tlv, 3, account->identity);
    tlv_text(&tlv, 5, account->key);
  }
  tlv_number(&tlv, 10, 101);
  return tlv;
}

static inline tlv_t server_instance(const account_t *account) {
  tlv_t tlv = {{0}, 0};
  tlv_number(&tlv, 0, 101);
  tlv_number(&tlv, 1, account->life_time == 0 ? 300 : account->life_time);
  tlv_text(&tlv, 7, "U");
  return tlv;
}

static inline nbiot_mock_order_t order_write(const char *path, const tlv_t *tlv) {
  nbiot_mock_order_t order = {path, tlv->bytes, tlv->length, 11542, NBIOT_MOCK_PUT};
  return order;
}

static inline nbiot_mock_order_t order_text(const char *path, const char *text) {
  nbiot_mock_order_t order = {path, (const uint8_t *)text, (uint32_t)strlen(text), 0,
                              NBIOT_MOCK_PUT};
  return order;
}

static inline nbiot_mock_order_t order_plain(uint8_t method, const char *path) {
  nbiot_mock_order_t order = {path, NULL, 0, -1, method};
  return order;
}

/* Delete, Write /0/0, Write /1/0, Finish. */
static inline void orders_set(nbiot_mock_server_t *server, const account_t *account) {
  tlv_t security = security_instance(account);
  tlv_t own = server_instance(account);
  nbiot_mock_order_t orders[4];
  orders[0] = order_plain(NBIOT_MOCK_DELETE, "/");
  orders[1] = order_write("/0/0", &security);
  orders[2] = order_write("/1/0", &own);
  orders[3] = order_plain(NBIOT_MOCK_POST, "/bs");
  expect_equal(nbiot_mock_server_bootstrap(server, orders, 4, 0), NBIOT_MOCK_OK,
               "the bootstrap server has its orders");
}

#define OLD_URI "coap://10.0.0.1"
#define NEW_URI "coap://10.0.0.3"
#define BOOTSTRAP_URI "coap://10.0.0.9"

/* A device with a bootstrap server at 10.0.0.9; scene.server, at 10.0.0.1, and `other`, at 10.0.0.3,
 * are servers to register with. */
typedef struct provisioning {
  scene_t scene;
  nbiot_mock_server_t *provider;
  nbiot_mock_server_t *other;
} provisioning_t;

static inline void provisioning_open(provisioning_t *all, uint64_t seed) {
  static const account_t account = {OLD_URI, NULL, NULL, 0};
  scene_open(&all->scene, seed);
  all->provider =
      nbiot_mock_server_add(nbiot_mock_node_add(all->scene.world, "10.0.0.9", 0), 5683);
  all->other = nbiot_mock_server_add(nbiot_mock_node_add(all->scene.world, "10.0.0.3", 0), 5683);
  all->scene.config.uri = BOOTSTRAP_URI;
  all->scene.config.bootstrap = 1;
  orders_set(all->provider, &account);
}

static inline void provisioning_create(provisioning_t *all) {
  expect_equal(scene_create(&all->scene), NBIOT_ERR_OK, "a device that bootstraps is created");
}

/* Off and on again: the memory is lost, the slots are not. */
static inline void provisioning_restart(provisioning_t *all) {
  expect_equal(nbiot_device_destroy(all->scene.device), NBIOT_ERR_OK, "the power goes");
  all->scene.device = NULL;
  nbiot_mock_power_up(all->scene.radio);
  provisioning_create(all);
}

static inline uint32_t bootstraps(const provisioning_t *all) {
  return nbiot_mock_server_counts(all->provider).bootstraps;
}

static inline int32_t order_code(const provisioning_t *all, uint32_t index) {
  nbiot_mock_response_t response;
  int32_t state = nbiot_mock_server_order(all->provider, index, &response);
  return state == 1 ? response.code : state;
}

#endif
