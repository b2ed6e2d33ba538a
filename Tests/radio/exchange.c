/* exchange.c - what a device does, one thing at a time.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exchange.h"

#include <string.h>

#define HALF_AN_HOUR (30u * 60 * 1000)

static void update(scene_t *scene) { nbiot_device_update(scene->device, 0, 0); }

static void update_objects(scene_t *scene) { nbiot_device_update(scene->device, 0, 1); }

static void report_non(scene_t *scene) {
  nbiot_resource_notify(scene->device, 3303, 0, 5700, 0);
}

static void report_con(scene_t *scene) {
  nbiot_resource_notify(scene->device, 3303, 0, 5700, 1);
}

static void report_into_nothing(scene_t *scene) {
  nbiot_mock_link_t deaf = {0};
  deaf.loss = 1000;
  nbiot_mock_link(scene->radio, NBIOT_MOCK_UP, &deaf);
  report_con(scene);
}

static void read_it(scene_t *scene) {
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  request.path = "/3303/0/5700";
  need(nbiot_mock_server_request(scene->server, &request) >= 0, "the server reads");
}

static void deregister(scene_t *scene) {
  need(nbiot_device_close(scene->device, 10) == NBIOT_ERR_OK, "the device leaves");
}

const exchange_t exchanges[] = {
    {"Register, Observe", NULL},
    {"Update", update},
    {"Update with object list", update_objects},
    {"report, NON", report_non},
    {"report, CON", report_con},
    {"report, CON, unheard", report_into_nothing},
    {"Read by the server", read_it},
    {"De-register", deregister},
};
const unsigned exchange_count = sizeof exchanges / sizeof *exchanges;

/* Everything up to now. */
static cost_t measure(const scene_t *scene, const setting_t *setting) {
  nbiot_mock_air_t air = nbiot_mock_air(scene->radio);
  nbiot_mock_traffic_t up = nbiot_mock_air_up(&air);
  cost_t cost;
  int i;
  cost.datagrams = up.datagrams;
  cost.bytes_up = nbiot_mock_air_sent(&up);
  cost.bytes_down = nbiot_mock_air_arrived(&air.down);
  for (i = 0; i < RADIOS; i += 1) {
    nbiot_mock_energy_t energy = setting_energy(setting, i);
    nbiot_mock_use_t use = nbiot_mock_battery_use(scene->batteries[i]);
    uint32_t rest_ua = energy.active_ms == NBIOT_MOCK_ALWAYS ? energy.idle_ua : energy.sleep_ua;
    cost.connected_ms[i] = use.connected_ms;
    cost.charge_nc[i] = use.charge_nc - use.elapsed_ms * rest_ua;
  }
  return cost;
}

static cost_t difference(const cost_t *after, const cost_t *before) {
  cost_t cost;
  int i;
  cost.datagrams = after->datagrams - before->datagrams;
  cost.bytes_up = after->bytes_up - before->bytes_up;
  cost.bytes_down = after->bytes_down - before->bytes_down;
  for (i = 0; i < RADIOS; i += 1) {
    cost.connected_ms[i] = after->connected_ms[i] - before->connected_ms[i];
    cost.charge_nc[i] = after->charge_nc[i] - before->charge_nc[i];
  }
  return cost;
}

cost_t exchange_cost(const exchange_t *exchange, uint8_t queue_mode) {
  setting_t setting = {0, 604800, queue_mode, NBIOT_TRANSMISSION_DEFAULT, 0};
  scene_t scene;
  cost_t before, after;
  memset(&before, 0, sizeof before);
  scene_begin(&scene, &setting, 1);
  if (exchange->act != NULL) {
    scene_run(&scene, 2 * HALF_AN_HOUR);
    before = measure(&scene, &setting);
    exchange->act(&scene);
  }
  scene_run(&scene, HALF_AN_HOUR);
  after = measure(&scene, &setting);
  scene_end(&scene);
  return difference(&after, &before);
}
