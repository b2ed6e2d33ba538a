// The public headers are C++ too.
// SPDX-License-Identifier: Apache-2.0
#include <nbiot.h>
#include <nbiot_budget.h>
#include <nbiot_port.h>
#include <nbiot_security.h>

#include <cstdint>
#include <cstdio>

static nbiot_platform_t platform = NBIOT_PLATFORM_INIT;

int main() {
  unsigned passed = 0;
  unsigned failed = 0;
  const auto expect = [&](bool good, const char *what) {
    if (good) {
      ++passed;
      return;
    }
    ++failed;
    std::printf("FAIL %s\n", what);
  };

  nbiot_config_t config = NBIOT_CONFIG_INIT;
  expect(config.abi == NBIOT_ABI, "a configuration starts with its ABI number");
  expect(config.endpoint_name == nullptr && config.auth_code_capacity == 0,
         "every other field of a new configuration is zero");
  expect(platform.abi == NBIOT_ABI, "a platform starts with its ABI number");
  expect(nbiot_version() == NBIOT_VERSION, "the archive is of the header's version");

  config.platform = &platform;
  config.endpoint_name = "device";
  config.uri = "coap://127.0.0.1";
  std::uint32_t field = NBIOT_FIELD_NONE;
  expect(nbiot_config_check(&config, &field) != NBIOT_ERR_OK && field == NBIOT_FIELD_PLATFORM_HOOKS,
         "a platform without hooks is named as the bad field");

  std::printf("%u passed, %u failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
