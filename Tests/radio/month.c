/* month.c - thirty days of a device that reports now and then.
 * SPDX-License-Identifier: Apache-2.0 */
#include "month.h"

#include <string.h>

#define HALF_AN_HOUR (30u * 60 * 1000)

/* Reports as the server sees them. */
typedef struct watch {
  uint32_t reports; /* when it looked last */
  uint32_t missing; /* in a row */
} watch_t;

static void report(scene_t *scene, report_t kind, uint32_t hour) {
  scene->temperature.value.as_float = 20.5 + hour % 24 * 0.25;
  nbiot_resource_notify(scene->device, 3303, 0, 5700, kind == REPORT_CON ? hour : 0);
}

/* After two that did not come: the device ended the observation when nobody acknowledged, or the server's
 * request came to nothing. */
static void look_for_report(scene_t *scene, watch_t *watch) {
  uint32_t reports = nbiot_mock_server_counts(scene->server).notifications;
  watch->missing = reports == watch->reports ? watch->missing + 1 : 0;
  watch->reports = reports;
  if (watch->missing == 2) {
    watch->missing = 0;
    scene_observe(scene);
  }
}

static void live(scene_t *scene, const habit_t *habit) {
  watch_t watch = {0, 0};
  uint32_t hour;
  for (hour = 1; hour <= MONTH_DAYS * 24; hour += 1) {
    int due = habit->report != REPORT_NEVER && hour % habit->report_hours == 0;
    scene_run(scene, HALF_AN_HOUR);
    if (due) {
      report(scene, habit->report, hour);
    }
    scene_run(scene, HALF_AN_HOUR);
    if (due) {
      look_for_report(scene, &watch);
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

static void add(month_t *month, const scene_t *scene) {
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
}

month_t month_pass(const setting_t *setting, const habit_t *habit) {
  month_t month;
  scene_t scene;
  uint64_t seed;
  memset(&month, 0, sizeof month);
  for (seed = 1; seed <= MONTH_SEEDS; seed += 1) {
    scene_begin(&scene, setting, seed);
    live(&scene, habit);
    add(&month, &scene);
    scene_end(&scene);
  }
  return month;
}
