// The public headers are C++ too.
// SPDX-License-Identifier: Apache-2.0
#include <nbiot.h>
#include <nbiot_budget.h>
#include <nbiot_mock.h>
#include <nbiot_mock_air.h>
#include <nbiot_mock_server.h>
#include <nbiot_port.h>
#include <nbiot_posix.h>
#include <nbiot_security.h>

#include <cstdint>
#include <cstdio>

static nbiot_platform_t platform = NBIOT_PLATFORM_INIT;
static std::uint64_t block[NBIOT_MEMORY_SIZE_DEFAULT / 8];

static_assert(sizeof block == NBIOT_MEMORY_SIZE_DEFAULT, "the size is a constant expression");
static_assert(sizeof(nbiot_value_t) == (sizeof(void *) == 8 ? 24 : 16), "one layout for C and C++");

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

  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  platform = nbiot_mock_platform(world, nbiot_mock_node_add(world, "10.0.0.2", 0));
  config.memory = block;
  config.memory_size = sizeof block;
  nbiot_device_t *device = nullptr;
  expect(nbiot_device_create_with(&device, &config) == NBIOT_ERR_OK, "C++ creates a device");
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  expect(request.accept == -1, "the macros of the mock are C++ too");
  expect(nbiot_init_environment() >= 0, "the old calls compile without arguments");
  expect(nbiot_init_environment(0, nullptr) >= 0, "and with them");
  nbiot_clear_environment();
  expect(nbiot_device_destroy(device) == NBIOT_ERR_OK, "C++ destroys a device");
  nbiot_mock_world_destroy(world);

  std::printf("%u passed, %u failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
