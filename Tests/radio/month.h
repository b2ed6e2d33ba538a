/* month.h - thirty days of a device, and what its radio had to do.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef MONTH_H
#define MONTH_H

#include "scene.h"

#define MONTH_DAYS 30u
#define MONTH_SEEDS 4u

/* How the temperature is reported. */
typedef enum { REPORT_NEVER, REPORT_NON, REPORT_CON } report_t;

typedef struct habit {
  report_t report;
  uint32_t report_hours; /* from one to the next */
} habit_t;

/* Sums over all seeds. */
typedef struct month {
  nbiot_mock_air_t air;
  uint64_t reports; /* that arrived */
  nbiot_mock_use_t use[RADIOS];
} month_t;

/* Lets the month pass with each seed. */
month_t month_pass(const setting_t *setting, const habit_t *habit);

#endif
