/* scene.h - a thermometer on NB-IoT, its server, the link between them, and two radios that listen.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENE_H
#define SCENE_H

#include "nbiot.h"
#include "nbiot_mock.h"

typedef struct setting {
  uint16_t loss;        /* per mille, in each direction */
  uint32_t life_time;   /* seconds */
  uint8_t queue_mode;   /* 1: UQ and PSM; 0: U and eDRX */
  uint8_t transmission; /* NBIOT_TRANSMISSION_* */
  uint8_t slow;         /* 1: the link of coverage class 2 */
} setting_t;

/* Both measure the same datagrams. */
enum { HINTS_TAKEN, HINTS_IGNORED, RADIOS };

typedef struct scene {
  nbiot_mock_world_t *world;
  nbiot_mock_server_t *server;
  nbiot_mock_node_t *radio;
  nbiot_mock_battery_t *batteries[RADIOS];
  nbiot_device_t *device;
  nbiot_value_t temperature; /* /3303/0/5700 */
  nbiot_value_t unit;        /* /3303/0/5701 */
  uint32_t registers;        /* of which the server knows */
} scene_t;

/* Ends the program with a message unless it holds. */
void need(int holds, const char *what);

/* The model of a radio. */
nbiot_mock_energy_t setting_energy(const setting_t *setting, int radio);

/* The device has begun to register when scene_begin() returns. */
void scene_begin(scene_t *scene, const setting_t *setting, uint64_t seed);
/* Whoever registers is asked to observe the temperature. */
void scene_run(scene_t *scene, uint32_t ms);
void scene_observe(scene_t *scene);
void scene_end(scene_t *scene);

#endif
