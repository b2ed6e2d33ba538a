/* bootstrap_secure.c - whose key a link is opened with when accounts are written, and that nothing leaves in clear.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "orders.h"
#include "toy_security.h"

static const uint8_t own_key[] = {0x11};
static const nbiot_credentials_t configured = {own_key, own_key, 1, 1};

static void open_with_a_provider(provisioning_t *all, toy_t *toy, const account_t *account) {
  memset(toy, 0, sizeof *toy);
  toy->next_ms = UINT32_MAX;
  provisioning_open(all, 1);
  all->scene.config.security = &toy_provider;
  all->scene.config.security_context = toy;
  all->scene.config.credentials = &configured;
  orders_set(all->provider, account);
  provisioning_create(all);
}

static int same(const uint8_t *bytes, uint32_t length, const char *text) {
  return length == strlen(text) && memcmp(bytes, text, length) == 0;
}

/* Datagrams from the device to a secure port that are no records. */
static unsigned clear_text(const provisioning_t *all) {
  nbiot_mock_record_t record;
  unsigned found = 0;
  uint32_t index;
  for (index = 0; nbiot_mock_trace_at(all->scene.world, index, &record) == 0; index++) {
    found += record.to.port == 5684 && record.data[0] != TOY_HANDSHAKE &&
             record.data[0] != TOY_DATA;
  }
  return found;
}

static void expect_the_accounts_key(const toy_t *toy) {
  if (expect(toy->credentials != NULL, "there are credentials")) {
    expect(same(toy->credentials->identity, toy->credentials->identity_length, "device-7"),
           "the identity is the account's");
    expect(same(toy->credentials->key, toy->credentials->key_length, "a long secret"),
           "and so is the key");
  }
}

static void test_the_key_of_the_account(void) {
  static const account_t account = {"coaps://10.0.0.1", "device-7", "a long secret", 0};
  provisioning_t all;
  toy_t toy;
  open_with_a_provider(&all, &toy, &account);
  expect_equal(nbiot_device_connect(all.scene.device, 5), NBIOT_ERR_TIMEOUT, "nobody shakes hands");
  expect_equal(bootstraps(&all), 1, "the bootstrap server is asked in clear, as its URI says");
  expect_equal(order_code(&all, 3), 204, "and finishes");
  expect_equal(toy.opens, 1, "then the provider opens the link");
  expect_the_accounts_key(&toy);
  expect_equal(clear_text(&all), 0, "nothing goes to a secure port in clear");
  expect_equal(nbiot_device_state(all.scene.device), NBIOT_STATE_CONNECTING, "still connecting");
  provisioning_restart(&all);
  toy.credentials = NULL;
  nbiot_device_connect(all.scene.device, 5);
  expect_equal(bootstraps(&all), 1, "after a restart it is not asked");
  expect_the_accounts_key(&toy);
  expect_equal(nbiot_mock_server_counts(all.scene.server).registers, 0, "no Register in clear");
  expect_equal(clear_text(&all), 0, "nor anything else");
  scene_close(&all.scene);
  expect_equal(toy.closes, toy.opens, "every session is closed");
}

/* RFC 7925 section 4: identities of up to 128 bytes, keys of up to 64. */
static void test_the_longest_key(void) {
  static char identity[129];
  static char secret[65];
  static const account_t account = {"coaps://10.0.0.1", identity, secret, 0};
  provisioning_t all;
  toy_t toy;
  memset(identity, 'i', 128);
  memset(secret, 's', 64);
  open_with_a_provider(&all, &toy, &account);
  nbiot_device_destroy(all.scene.device);
  all.scene.config.identity_capacity = 128;
  provisioning_create(&all);
  nbiot_device_connect(all.scene.device, 5);
  if (expect(toy.opens == 1 && toy.credentials != NULL, "the provider opens the link")) {
    expect(same(toy.credentials->identity, toy.credentials->identity_length, identity),
           "C Zephyr 8: an identity of 128 bytes reaches the provider whole");
    expect(same(toy.credentials->key, toy.credentials->key_length, secret),
           "C Zephyr 8: and so does a key of 64");
  }
  scene_close(&all.scene);
}

static void test_the_configured_key(void) {
  static const account_t account = {"coaps://10.0.0.1", NULL, NULL, 0};
  tlv_t security = {{0}, 0};
  tlv_t server = server_instance(&account);
  nbiot_mock_order_t orders[3];
  provisioning_t all;
  toy_t toy;
  open_with_a_provider(&all, &toy, &account);
  tlv_text(&security, 0, "coaps://10.0.0.1");
  tlv_number(&security, 10, 101);
  orders[0] = order_write("/0/0", &security);
  orders[1] = order_write("/1/0", &server);
  orders[2] = order_plain(NBIOT_MOCK_POST, "/bs");
  nbiot_mock_server_bootstrap(all.provider, orders, 3, 0);
  nbiot_device_connect(all.scene.device, 5);
  expect_equal(toy.opens, 1, "the provider opens the link");
  expect(toy.credentials == &configured, "an account without a key is for the configured one");
  scene_close(&all.scene);
}

static void test_a_secure_bootstrap_server(void) {
  static const account_t account = {OLD_URI, NULL, NULL, 0};
  provisioning_t all;
  toy_t toy;
  open_with_a_provider(&all, &toy, &account);
  nbiot_device_destroy(all.scene.device);
  all.scene.device = NULL;
  all.scene.config.uri = "coaps://10.0.0.9?bs";
  all.scene.config.bootstrap = 0;
  provisioning_create(&all);
  expect_equal(nbiot_device_connect(all.scene.device, 5), NBIOT_ERR_TIMEOUT, "nobody shakes hands");
  expect_equal(toy.opens, 1, "the provider opens the link to the bootstrap server");
  expect(toy.credentials == &configured, "with the configured key");
  expect_equal(bootstraps(&all), 0, "and nothing is asked in clear");
  expect_equal(clear_text(&all), 0, "nor sent");
  scene_close(&all.scene);
}

/* One device, one provider: a server in clear does without it. */
static void test_a_plain_account_with_a_provider(void) {
  static const account_t account = {OLD_URI, NULL, NULL, 0};
  provisioning_t all;
  toy_t toy;
  open_with_a_provider(&all, &toy, &account);
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_OK, "the device registers");
  expect_equal(toy.opens, 0, "without the provider");
  scene_close(&all.scene);
}

static void test_half_a_provider(void) {
  nbiot_security_t half = toy_provider;
  uint32_t field = 0;
  scene_t scene;
  half.input = NULL;
  scene_open(&scene, 1);
  scene.config.security = &half;
  scene.config.bootstrap = 1;
  expect_equal(nbiot_config_check(&scene.config, &field), NBIOT_ERR_BADPARAM,
               "an account may be secure: the provider has to be whole");
  expect_equal(field, NBIOT_FIELD_SECURITY, "and is named");
  scene_close(&scene);
}

int main(void) {
  test_the_key_of_the_account();
  test_the_longest_key();
  test_the_configured_key();
  test_a_secure_bootstrap_server();
  test_a_plain_account_with_a_provider();
  test_half_a_provider();
  return check_summary();
}
