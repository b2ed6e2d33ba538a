/* plan.c - what kind of world a seed makes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include <string.h>

#define MINUTE 60000u

static uint16_t pick(chance_t *chance, const uint16_t *from, uint32_t count) {
  return from[chance_below(chance, count)];
}

static void draw_link(plan_t *plan, chance_t *chance) {
  static const uint16_t losses[] = {0, 10, 50, 100, 200, 300, 400};
  static const uint16_t delays[] = {0, 20, 300, 1500, 4000};
  nbiot_mock_link_t *link = &plan->link;
  link->loss = pick(chance, losses, 7);
  link->duplication = (uint16_t)(chance_one_in(chance, 2) ? chance_below(chance, 200) : 0);
  link->reordering = (uint16_t)(chance_one_in(chance, 2) ? chance_below(chance, 200) : 0);
  link->hold_ms = chance_between(chance, 100, 9000);
  link->delay_max_ms = pick(chance, delays, 5);
  link->delay_min_ms = chance_below(chance, link->delay_max_ms + 1);
  plan->corruption = (uint16_t)(chance_one_in(chance, 8) ? chance_between(chance, 1, 20) : 0);
}

static void draw_capacities(nbiot_config_t *config, chance_t *chance) {
  static const uint16_t buffers[] = {128, 192, 256, 512, 1152, 1400};
  if (chance_one_in(chance, 2)) {
    config->resource_capacity = chance_one_in(chance, 2) ? 10 : 0;
    config->observation_capacity = (uint16_t)chance_between(chance, 1, 6);
    config->attribute_capacity = (uint16_t)chance_between(chance, 1, 4);
    config->duplicate_capacity = (uint16_t)chance_between(chance, 4, 24);
    config->deferred_capacity = (uint16_t)chance_between(chance, 1, 4);
    config->notification_capacity = (uint16_t)chance_between(chance, 1, 6);
  }
  if (chance_one_in(chance, 2)) {
    config->receive_capacity = pick(chance, buffers, 6);
    config->send_capacity = pick(chance, buffers, 6);
  }
  if (chance_one_in(chance, 3)) {
    config->body_capacity = (uint16_t)chance_between(chance, 64, 600);
    config->block_capacity = (uint16_t)chance_between(chance, 1, 3);
  }
}

static void draw_storing(nbiot_config_t *config, chance_t *chance) {
  if (chance_one_in(chance, 2)) return;
  config->stored_capacity = (uint16_t)chance_between(chance, 64, 400);
  config->stored_policy = (uint8_t)chance_below(chance, 3);
  config->stored_kept = (uint8_t)chance_below(chance, 2);
}

static void draw_device(plan_t *plan, chance_t *chance) {
  static const uint32_t lifetimes[] = {300, 900, 3600, 7200, 21600, 86400};
  nbiot_config_t *config = &plan->config;
  config->profile = chance_one_in(chance, 3) ? NBIOT_PROFILE_ONENET : NBIOT_PROFILE_STANDARD;
  config->transmission = (uint8_t)chance_one_in(chance, 4);
  config->max_retransmit = (uint8_t)(chance_one_in(chance, 4) ? chance_between(chance, 1, 6) : 0);
  config->ack_timeout_ms = chance_one_in(chance, 6) ? chance_between(chance, 500, 8000) : 0;
  config->rebind = (uint8_t)chance_below(chance, 2);
  config->queue_mode = (uint8_t)chance_one_in(chance, 4);
  config->awake_time_s = chance_one_in(chance, 2) ? chance_between(chance, 5, 120) : 0;
  config->life_time = chance_one_in(chance, 16) ? 60 : lifetimes[chance_below(chance, 6)];
  config->bootstrap = (uint8_t)chance_one_in(chance, 4);
  config->hold_off_s = chance_one_in(chance, 2) ? chance_between(chance, 1, 120) : 0;
  config->answer_timeout_s = chance_one_in(chance, 3) ? chance_between(chance, 1, 20) : 0;
  draw_capacities(config, chance);
  draw_storing(config, chance);
}

/* nbiot_device_create() leaves everything but this at its default. */
static void make_classic(plan_t *plan) {
  uint32_t life_time = plan->config.life_time;
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  plan->is_classic = 1;
  plan->config = config;
  plan->config.life_time = life_time;
  plan->config.profile = NBIOT_PROFILE_ONENET;
}

plan_t plan_draw(chance_t *chance) {
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  plan_t plan;
  memset(&plan, 0, sizeof plan);
  plan.config = config;
  draw_link(&plan, chance);
  draw_device(&plan, chance);
  if (chance_one_in(chance, 8)) make_classic(&plan);
  if (chance_one_in(chance, 3)) plan.link.mtu = plan_longest(&plan);
  /* Half of the clocks wrap within the thirty days. */
  plan.start_ms = chance_one_in(chance, 2) ? 0u - chance_below(chance, 30u * 24 * 60 * MINUTE) : chance_below(chance, MINUTE);
  plan.request_gap_ms = chance_between(chance, 20, 80) * MINUTE;
  plan.report_gap_ms = chance_between(chance, 10, 60) * MINUTE;
  plan.trouble_gap_ms = chance_between(chance, 4, 24) * 60 * MINUTE;
  return plan;
}

uint32_t plan_ack_timeout(const plan_t *plan) {
  if (plan->config.ack_timeout_ms > 0) return plan->config.ack_timeout_ms;
  return plan->config.transmission == NBIOT_TRANSMISSION_NBIOT ? 15000 : 2000;
}

uint32_t plan_max_retransmit(const plan_t *plan) {
  return plan->config.max_retransmit > 0 ? plan->config.max_retransmit : 4;
}

uint32_t plan_max_transmit_wait(const plan_t *plan) {
  return plan_ack_timeout(plan) * ((2u << plan_max_retransmit(plan)) - 1) / 2 * 3;
}

uint32_t plan_longest(const plan_t *plan) {
  uint32_t capacity = plan->config.send_capacity == 0 ? 512 : plan->config.send_capacity;
  return capacity < 1152 ? capacity : 1152;
}
