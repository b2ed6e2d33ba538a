/* slow_clock.c - a device whose clock is slow registers once, as long as the lifetime suits the error: the table of ports/README.md.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

#define HOUR 3600u
#define DAY_MS 86400000u

static nbiot_mock_world_t *slow_world;
static uint32_t slow_ppm;

static uint32_t slow_clock(void *context) {
  const uint64_t now = nbiot_mock_now(slow_world);
  (void)context;
  return (uint32_t)(now - now / 1000000u * slow_ppm - now % 1000000u * slow_ppm / 1000000u);
}

/* How often it registers in so many days. */
static uint32_t registers(uint32_t ppm, uint8_t preset, uint32_t life_time, uint32_t days) {
  scene_t scene;
  uint32_t count;
  scene_open(&scene, 20);
  slow_world = scene.world;
  slow_ppm = ppm;
  scene.platform.now_ms = slow_clock;
  scene.config.transmission = preset;
  scene.config.life_time = life_time;
  scene_create(&scene);
  scene_register(&scene);
  while (days-- > 0) scene_run(&scene, DAY_MS);
  count = nbiot_mock_server_counts(scene.server).registers;
  scene_close(&scene);
  return count;
}

int main(void) {
  expect_equal(registers(20, NBIOT_TRANSMISSION_DEFAULT, 53 * 24 * HOUR, 160), 1, "ports: 20 ppm, 53 days");
  expect_equal(registers(100, NBIOT_TRANSMISSION_DEFAULT, 24 * HOUR, 30), 1, "ports: 100 ppm, a day");
  expect_equal(registers(100, NBIOT_TRANSMISSION_DEFAULT, 10 * 24 * HOUR, 60), 1, "ports: 100 ppm, 10 days");
  expect(registers(100, NBIOT_TRANSMISSION_DEFAULT, 11 * 24 * HOUR, 60) > 4, "ports: 100 ppm, 11 days are too long");
  expect_equal(registers(100, NBIOT_TRANSMISSION_NBIOT, 80 * 24 * HOUR, 320), 1, "ports: 100 ppm, preset nbiot, 80 days");
  expect_equal(registers(10000, NBIOT_TRANSMISSION_DEFAULT, 5 * HOUR / 2, 4), 1, "ports: 1 %, 2.5 hours");
  expect(registers(10000, NBIOT_TRANSMISSION_DEFAULT, 24 * HOUR, 10) > 8, "ports: 1 %, a day is too long");
  expect_equal(registers(10000, NBIOT_TRANSMISSION_NBIOT, 19 * HOUR, 10), 1, "ports: 1 %, preset nbiot, 19 hours");
  return check_summary();
}
