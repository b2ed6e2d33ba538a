/* world_tests.c - virtual time.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "nbiot_mock.h"

typedef struct note {
  nbiot_mock_world_t *world;
  uint64_t at[8];
  int count;
} note_t;

static void take_time(void *context) {
  note_t *note = context;
  note->at[note->count++] = nbiot_mock_now(note->world);
}

static void happenings_run_in_order_at_their_time(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  note_t note = {world, {0}, 0};
  nbiot_mock_at(world, 500, take_time, &note);
  nbiot_mock_at(world, 20, take_time, &note);
  nbiot_mock_at(world, 501, take_time, &note);
  nbiot_mock_advance(world, 500);
  CHECK_EQUAL(note.count, 2);
  CHECK_EQUAL(note.at[0], 20);
  CHECK_EQUAL(note.at[1], 500);
  CHECK_EQUAL(nbiot_mock_now(world), 500);
  nbiot_mock_world_destroy(world);
}

static void a_wait_takes_its_timeout(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  nbiot_mock_node_t *node = nbiot_mock_node_add(world, "10.0.0.1", 0);
  nbiot_platform_t platform = nbiot_mock_platform(world, node);
  platform.wait(platform.context, -1, 86400000);
  CHECK_EQUAL(nbiot_mock_now(world), 86400000);
  platform.wait(platform.context, -1, 0);
  CHECK_EQUAL(nbiot_mock_now(world), 86400000);
  nbiot_mock_world_destroy(world);
}

static void a_wait_ends_at_a_scripted_happening(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  nbiot_mock_node_t *node = nbiot_mock_node_add(world, "10.0.0.1", 0);
  nbiot_platform_t platform = nbiot_mock_platform(world, node);
  note_t note = {world, {0}, 0};
  nbiot_mock_at(world, 70, take_time, &note);
  platform.wait(platform.context, -1, 1000);
  CHECK_EQUAL(nbiot_mock_now(world), 70);
  CHECK_EQUAL(note.count, 1);
  nbiot_mock_world_destroy(world);
}

static void a_node_clock_wraps_at_2_32(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  nbiot_mock_node_t *node = nbiot_mock_node_add(world, "10.0.0.1", UINT32_MAX - 9);
  nbiot_platform_t platform = nbiot_mock_platform(world, node);
  CHECK_EQUAL(platform.now_ms(platform.context), UINT32_MAX - 9);
  nbiot_mock_advance(world, 30);
  CHECK_EQUAL(platform.now_ms(platform.context), 20);
  nbiot_mock_clock_step(node, -25);
  CHECK_EQUAL(platform.now_ms(platform.context), UINT32_MAX - 4);
  CHECK_EQUAL(nbiot_mock_now(world), 30);
  nbiot_mock_world_destroy(world);
}

typedef struct pacer {
  uint32_t wait_ms;
  int32_t steps;
  int32_t wanted;
} pacer_t;

static int32_t pace(void *context, uint32_t *wait_ms) {
  pacer_t *pacer = context;
  pacer->steps += 1;
  *wait_ms = pacer->wait_ms;
  return 0;
}

static int32_t paced_enough(void *context) {
  const pacer_t *pacer = context;
  return pacer->steps >= pacer->wanted;
}

static void a_drive_lets_the_asked_time_pass_between_steps(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  pacer_t pacer = {250, 0, 5};
  CHECK_EQUAL(nbiot_mock_drive(world, pace, &pacer, paced_enough, &pacer, 100), 5);
  CHECK_EQUAL(nbiot_mock_now(world), 1000);
  nbiot_mock_world_destroy(world);
}

static void a_drive_stops_at_its_limit(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  pacer_t pacer = {0, 0, 11};
  CHECK_EQUAL(nbiot_mock_drive(world, pace, &pacer, paced_enough, &pacer, 10),
              NBIOT_MOCK_ERR_LIMIT);
  CHECK_EQUAL(pacer.steps, 10);
  nbiot_mock_world_destroy(world);
}

static void a_drive_reports_that_nothing_can_happen_any_more(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  pacer_t pacer = {0x7FFFFFFF, 0, 3};
  CHECK_EQUAL(nbiot_mock_drive(world, pace, &pacer, paced_enough, &pacer, 10),
              NBIOT_MOCK_ERR_IDLE);
  CHECK_EQUAL(pacer.steps, 1);
  nbiot_mock_world_destroy(world);
}

static void a_run_ends_exactly_at_its_time(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  pacer_t pacer = {300, 0, 0};
  CHECK_EQUAL(nbiot_mock_run(world, pace, &pacer, 1000), 5); /* at 0 300 600 900 1000 */
  CHECK_EQUAL(nbiot_mock_now(world), 1000);
  pacer.wait_ms = 0;
  nbiot_mock_run(world, pace, &pacer, 3);
  CHECK_EQUAL(nbiot_mock_now(world), 1003);
  nbiot_mock_world_destroy(world);
}

static void bad_arguments_are_refused(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  pacer_t pacer = {0, 0, 0};
  CHECK_EQUAL(nbiot_mock_at(world, 1, NULL, NULL), NBIOT_MOCK_ERR_BADPARAM);
  CHECK_EQUAL(nbiot_mock_at(NULL, 1, take_time, NULL), NBIOT_MOCK_ERR_BADPARAM);
  CHECK_EQUAL(nbiot_mock_drive(world, NULL, NULL, paced_enough, &pacer, 1),
              NBIOT_MOCK_ERR_BADPARAM);
  CHECK_EQUAL(nbiot_mock_run(NULL, pace, &pacer, 1), NBIOT_MOCK_ERR_BADPARAM);
  nbiot_mock_advance(NULL, 5);
  nbiot_mock_world_destroy(NULL);
  nbiot_mock_world_destroy(world);
}

void world_tests(void) {
  test("scripted happenings run in order, at their time", happenings_run_in_order_at_their_time);
  test("a wait takes its timeout in virtual time", a_wait_takes_its_timeout);
  test("a wait ends at a scripted happening", a_wait_ends_at_a_scripted_happening);
  test("a node's clock starts where asked and wraps at 2^32", a_node_clock_wraps_at_2_32);
  test("a drive lets the asked time pass between steps",
       a_drive_lets_the_asked_time_pass_between_steps);
  test("a drive stops at its limit", a_drive_stops_at_its_limit);
  test("a drive reports that nothing can happen any more",
       a_drive_reports_that_nothing_can_happen_any_more);
  test("a run ends exactly at its time", a_run_ends_exactly_at_its_time);
  test("time functions refuse null arguments", bad_arguments_are_refused);
}
