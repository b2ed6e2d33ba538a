/* scenario.c - one device, one server, a link that loses, for thirty days.
 * SPDX-License-Identifier: Apache-2.0 */
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nbiot.h"

#define HALF_AN_HOUR (30u * 60 * 1000)

typedef struct scene {
  nbiot_mock_world_t *world;
  nbiot_mock_server_t *server;
  nbiot_mock_node_t *radio;
  nbiot_mock_battery_t *batteries[RADIOS];
  nbiot_device_t *device;
  nbiot_value_t temperature; /* /3303/0/5700 */
  nbiot_value_t unit;        /* /3303/0/5701 */
  uint32_t registers;        /* of which the server knows */
  uint32_t reports;          /* that the server had when it looked last */
  uint32_t missing;          /* in a row */
} scene_t;

static void need(int holds, const char *what) {
  if (!holds) {
    fprintf(stderr, "radio: not so: %s\n", what);
    exit(1);
  }
}

/* ---- The network ----------------------------------------------------------------------------- */

nbiot_mock_energy_t scenario_energy(const scenario_t *scenario, int radio) {
  nbiot_mock_energy_t energy = NBIOT_MOCK_ENERGY_INIT;
  if (!scenario->queue_mode) {
    energy.active_ms = NBIOT_MOCK_ALWAYS;
    energy.idle_ua = 37; /* eDRX, 81.92 s */
  }
  if (radio == HINTS_IGNORED) {
    energy.release_ms = 0;
  }
  return energy;
}

static void set_link(const scenario_t *scenario, nbiot_mock_node_t *radio) {
  nbiot_mock_link_t link = {0};
  link.loss = scenario->loss;
  link.delay_min_ms = scenario->slow ? 2000 : 300;
  link.delay_max_ms = scenario->slow ? 5000 : 900;
  need(nbiot_mock_link(radio, NBIOT_MOCK_UP, &link) == NBIOT_MOCK_OK, "the link up is set");
  need(nbiot_mock_link(radio, NBIOT_MOCK_DOWN, &link) == NBIOT_MOCK_OK, "the link down is set");
}

/* ---- The device ------------------------------------------------------------------------------ */

static void create(scene_t *scene, const scenario_t *scenario, const nbiot_platform_t *platform) {
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  config.platform = platform;
  config.endpoint_name = "urn:imei:865820030013978";
  config.uri = "coap://10.0.0.1";
  config.life_time = scenario->life_time;
  config.transmission = scenario->transmission;
  config.queue_mode = scenario->queue_mode;
  need(nbiot_device_create_with(&scene->device, &config) == NBIOT_ERR_OK, "the device is created");
  scene->temperature.type = NBIOT_FLOAT;
  scene->temperature.value.as_float = 20.5;
  scene->unit.type = NBIOT_STRING;
  scene->unit.value.as_buf.val = (char *)(uintptr_t) "Cel";
  scene->unit.value.as_buf.len = 3;
  nbiot_resource_add(scene->device, 3303, 0, 5700, &scene->temperature);
  nbiot_resource_add(scene->device, 3303, 0, 5701, &scene->unit);
}

static void report(scene_t *scene, report_t kind, uint32_t hour) {
  scene->temperature.value.as_float = 20.5 + hour % 24 * 0.25;
  nbiot_resource_notify(scene->device, 3303, 0, 5700, kind == REPORT_CON ? hour : 0);
}

/* ---- The server ------------------------------------------------------------------------------ */

static void observe(scene_t *scene) {
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  request.path = "/3303/0/5700";
  request.observe = NBIOT_MOCK_OBSERVE_START;
  need(nbiot_mock_server_request(scene->server, &request) >= 0, "the server asks");
}

static void observe_whoever_registers(scene_t *scene) {
  const nbiot_mock_registration_t *known = nbiot_mock_server_registration(scene->server, NULL);
  if (known != NULL && known->registers != scene->registers) {
    scene->registers = known->registers;
    observe(scene);
  }
}

/* After two that did not come: the device ended the observation when nobody acknowledged, or the server's
 * request came to nothing. */
static void look_for_report(scene_t *scene) {
  uint32_t reports = nbiot_mock_server_counts(scene->server).notifications;
  scene->missing = reports == scene->reports ? scene->missing + 1 : 0;
  scene->reports = reports;
  if (scene->missing == 2) {
    scene->missing = 0;
    observe(scene);
  }
}

static int32_t step(void *context, uint32_t *wait_ms) {
  scene_t *scene = context;
  observe_whoever_registers(scene);
  return nbiot_device_poll(scene->device, wait_ms);
}

/* ---- The month ------------------------------------------------------------------------------- */

static void begin(scene_t *scene, const scenario_t *scenario, uint64_t seed) {
  nbiot_platform_t platform;
  int i;
  memset(scene, 0, sizeof *scene);
  scene->world = nbiot_mock_world_create(seed);
  nbiot_mock_trace_limit(scene->world, 100);
  scene->server = nbiot_mock_server_add(nbiot_mock_node_add(scene->world, "10.0.0.1", 0), 5683);
  scene->radio = nbiot_mock_node_add(scene->world, "10.0.0.2", 0);
  platform = nbiot_mock_platform(scene->world, scene->radio);
  set_link(scenario, scene->radio);
  for (i = 0; i < RADIOS; i += 1) {
    nbiot_mock_energy_t energy = scenario_energy(scenario, i);
    scene->batteries[i] = nbiot_mock_battery_add(scene->radio, &energy);
    need(scene->batteries[i] != NULL, "the model of the radio is sound");
  }
  create(scene, scenario, &platform);
}

static void live(scene_t *scene, const scenario_t *scenario) {
  uint32_t hour;
  need(nbiot_device_connect(scene->device, 0) == NBIOT_ERR_TIMEOUT, "the device begins");
  for (hour = 1; hour <= SCENARIO_DAYS * 24; hour += 1) {
    int due = scenario->report != REPORT_NEVER && hour % scenario->report_hours == 0;
    nbiot_mock_run(scene->world, step, scene, HALF_AN_HOUR);
    if (due) {
      report(scene, scenario->report, hour);
    }
    nbiot_mock_run(scene->world, step, scene, HALF_AN_HOUR);
    if (due) {
      look_for_report(scene);
    }
  }
}

static void add_traffic(nbiot_mock_traffic_t *sum, const nbiot_mock_traffic_t *more) {
  sum->datagrams += more->datagrams;
  sum->payload += more->payload;
  sum->lost_datagrams += more->lost_datagrams;
  sum->lost_payload += more->lost_payload;
}

static void add_use(nbiot_mock_use_t *sum, const nbiot_mock_use_t *more) {
  sum->charge_nc += more->charge_nc;
  sum->elapsed_ms += more->elapsed_ms;
  sum->connected_ms += more->connected_ms;
  sum->connections += more->connections;
}

static void end(scene_t *scene, month_t *month) {
  nbiot_mock_air_t air = nbiot_mock_air(scene->radio);
  nbiot_mock_use_t use;
  uint32_t i;
  for (i = 0; i < NBIOT_MOCK_AIR_REASONS; i += 1) {
    add_traffic(&month->air.up[i], &air.up[i]);
  }
  add_traffic(&month->air.down, &air.down);
  month->reports += nbiot_mock_server_counts(scene->server).notifications;
  for (i = 0; i < RADIOS; i += 1) {
    use = nbiot_mock_battery_use(scene->batteries[i]);
    add_use(&month->use[i], &use);
  }
  need(nbiot_device_destroy(scene->device) == NBIOT_ERR_OK, "the device is destroyed");
  nbiot_mock_world_destroy(scene->world);
}

month_t scenario_play(const scenario_t *scenario) {
  month_t month;
  scene_t scene;
  uint64_t seed;
  memset(&month, 0, sizeof month);
  for (seed = 1; seed <= SCENARIO_SEEDS; seed += 1) {
    begin(&scene, scenario, seed);
    live(&scene, scenario);
    end(&scene, &month);
  }
  return month;
}
