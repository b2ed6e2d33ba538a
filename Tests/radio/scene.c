/* scene.c - one device, one server, a link that loses.
 * SPDX-License-Identifier: Apache-2.0 */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void need(int holds, const char *what) {
  if (!holds) {
    fprintf(stderr, "radio: not so: %s\n", what);
    exit(1);
  }
}

nbiot_mock_energy_t setting_energy(const setting_t *setting, int radio) {
  nbiot_mock_energy_t energy = NBIOT_MOCK_ENERGY_INIT;
  if (!setting->queue_mode) {
    energy.active_ms = NBIOT_MOCK_ALWAYS;
    energy.idle_ua = 37; /* eDRX, 81.92 s */
  }
  if (radio == HINTS_IGNORED) {
    energy.release_ms = 0;
  }
  return energy;
}

static void set_link(const setting_t *setting, nbiot_mock_node_t *radio) {
  nbiot_mock_link_t link = {0};
  link.loss = setting->loss;
  link.delay_min_ms = setting->slow ? 2000 : 300;
  link.delay_max_ms = setting->slow ? 5000 : 900;
  need(nbiot_mock_link(radio, NBIOT_MOCK_UP, &link) == NBIOT_MOCK_OK, "the link up is set");
  need(nbiot_mock_link(radio, NBIOT_MOCK_DOWN, &link) == NBIOT_MOCK_OK, "the link down is set");
}

static void create(scene_t *scene, const setting_t *setting, const nbiot_platform_t *platform) {
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  config.platform = platform;
  config.endpoint_name = "urn:imei:865820030013978";
  config.uri = "coap://10.0.0.1";
  config.life_time = setting->life_time;
  config.transmission = setting->transmission;
  config.queue_mode = setting->queue_mode;
  need(nbiot_device_create_with(&scene->device, &config) == NBIOT_ERR_OK, "the device is created");
  scene->temperature.type = NBIOT_FLOAT;
  scene->temperature.value.as_float = 20.5;
  scene->unit.type = NBIOT_STRING;
  scene->unit.value.as_buf.val = (char *)(uintptr_t) "Cel";
  scene->unit.value.as_buf.len = 3;
  nbiot_resource_add(scene->device, 3303, 0, 5700, &scene->temperature);
  nbiot_resource_add(scene->device, 3303, 0, 5701, &scene->unit);
}

void scene_begin(scene_t *scene, const setting_t *setting, uint64_t seed) {
  nbiot_platform_t platform;
  int i;
  memset(scene, 0, sizeof *scene);
  scene->world = nbiot_mock_world_create(seed);
  nbiot_mock_trace_limit(scene->world, 100);
  scene->server = nbiot_mock_server_add(nbiot_mock_node_add(scene->world, "10.0.0.1", 0), 5683);
  scene->radio = nbiot_mock_node_add(scene->world, "10.0.0.2", 0);
  platform = nbiot_mock_platform(scene->world, scene->radio);
  set_link(setting, scene->radio);
  for (i = 0; i < RADIOS; i += 1) {
    nbiot_mock_energy_t energy = setting_energy(setting, i);
    scene->batteries[i] = nbiot_mock_battery_add(scene->radio, &energy);
    need(scene->batteries[i] != NULL, "the model of the radio is sound");
  }
  create(scene, setting, &platform);
  need(nbiot_device_connect(scene->device, 0) == NBIOT_ERR_TIMEOUT, "the device begins");
}

void scene_observe(scene_t *scene) {
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  request.path = "/3303/0/5700";
  request.observe = NBIOT_MOCK_OBSERVE_START;
  need(nbiot_mock_server_request(scene->server, &request) >= 0, "the server asks");
}

static void observe_whoever_registers(scene_t *scene) {
  const nbiot_mock_registration_t *known = nbiot_mock_server_registration(scene->server, NULL);
  if (known != NULL && known->registers != scene->registers) {
    scene->registers = known->registers;
    scene_observe(scene);
  }
}

static int32_t step(void *context, uint32_t *wait_ms) {
  scene_t *scene = context;
  observe_whoever_registers(scene);
  return nbiot_device_poll(scene->device, wait_ms);
}

void scene_run(scene_t *scene, uint32_t ms) { nbiot_mock_run(scene->world, step, scene, ms); }

void scene_end(scene_t *scene) {
  need(nbiot_device_destroy(scene->device) == NBIOT_ERR_OK, "the device is destroyed");
  nbiot_mock_world_destroy(scene->world);
}
