/* bootstrap_classic.c - the classic call with `?bs`: OneNET's bootstrap, which writes object 0 alone.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "orders.h"

static void open(provisioning_t *all, const char *uri) {
  provisioning_open(all, 1);
  nbiot_mock_set_default(all->scene.radio);
  expect_equal(nbiot_device_create(&all->scene.device, "imei;imsi", uri, 300, NULL, NULL, NULL),
               NBIOT_ERR_OK, "the URI of a bootstrap server is accepted");
}

static void set_onenet(provisioning_t *all, uint32_t count) {
  static const account_t account = {"10.0.0.1:5683", NULL, NULL, 0};
  tlv_t security = security_instance(&account);
  nbiot_mock_order_t orders[2];
  orders[0] = order_write("/0/0", &security);
  orders[1] = order_plain(NBIOT_MOCK_POST, "/bs");
  nbiot_mock_server_bootstrap(all->provider, orders, count, 0);
}

static void test_onenet(const char *uri) {
  provisioning_t all;
  const nbiot_mock_registration_t *known;
  open(&all, uri);
  set_onenet(&all, 2);
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_OK, "connect does it all");
  known = nbiot_mock_server_registration(all.scene.server, "imei;imsi");
  if (expect(known != NULL, "the server knows the device")) {
    expect_text(known->version, "", "in OneNET's manner");
    expect_equal(known->life_time, 300, "with the lifetime of the call");
  }
  expect_equal(nbiot_device_close(all.scene.device, 10), NBIOT_ERR_OK, "the device says good-bye");
  scene_close(&all.scene);
}

/* A server that never finishes: the URI alone is enough, after 20 s of silence. */
static void test_no_finish(void) {
  provisioning_t all;
  open(&all, "coap://10.0.0.9:5683?bs");
  set_onenet(&all, 1);
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_OK, "it registers");
  expect_equal(nbiot_mock_now(all.scene.world), 20000, "after 20 s");
  scene_close(&all.scene);
}

static void test_without_the_mark(void) {
  provisioning_t all;
  open(&all, "coap://10.0.0.9:5683");
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_OK,
               "without ?bs it is a server to register with");
  expect_equal(bootstraps(&all), 0, "that is not asked for an account");
  scene_close(&all.scene);
}

int main(void) {
  test_onenet("coap://10.0.0.9:5683?bs");
  test_onenet("coap://10.0.0.9/?bs");
  test_onenet("coap://10.0.0.9?bs");
  test_no_finish();
  test_without_the_mark();
  return check_summary();
}
