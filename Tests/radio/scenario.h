/* scenario.h - a thermometer on NB-IoT for a month, and what its radio had to do.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIO_H
#define SCENARIO_H

#include "nbiot_mock.h"

#define SCENARIO_DAYS 30u
#define SCENARIO_SEEDS 4u

/* How the temperature is reported. */
typedef enum { REPORT_NEVER, REPORT_NON, REPORT_CON } report_t;

typedef struct scenario {
  uint16_t loss;        /* per mille, in each direction */
  uint32_t life_time;   /* seconds */
  uint8_t queue_mode;   /* 1: UQ and PSM; 0: U and eDRX */
  uint8_t transmission; /* NBIOT_TRANSMISSION_* */
  uint8_t slow;         /* 1: the link of coverage class 2 */
  report_t report;
  uint32_t report_hours; /* from one to the next */
} scenario_t;

/* Two radios listen to the same datagrams. */
enum { HINTS_TAKEN, HINTS_IGNORED, RADIOS };

/* Sums over all seeds. */
typedef struct month {
  nbiot_mock_air_t air;
  uint64_t reports; /* that arrived */
  nbiot_mock_use_t use[RADIOS];
} month_t;

/* The model of the radio in a scenario. */
nbiot_mock_energy_t scenario_energy(const scenario_t *scenario, int radio);

/* Lets the month pass with each seed. Ends the program when the device or the server cannot even begin. */
month_t scenario_play(const scenario_t *scenario);

#endif
