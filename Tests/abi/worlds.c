/* worlds.c - everything goes wrong at once, in twenty seeded worlds; what must hold, holds.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

#define WORLDS 20u
#define ROUNDS 150u
#define ROUND_MS 10000u

static uint32_t total_carried_out;
static uint32_t total_acknowledged;

typedef struct trial {
  scene_t scene;
  uint64_t chance;
  uint32_t ran[ROUNDS];      /* How often the Execute of each round was carried out. */
  int32_t exchanges[ROUNDS]; /* The server's exchange of each round; -1 = none. */
  nbiot_value_t number;
  nbiot_value_t action;
  uint32_t acknowledged;
  uint32_t delivered;
  uint32_t undelivered;
  uint32_t deferred_answers;
  /* Of the last poll, to tell whether the next one makes progress. */
  nbiot_statistics_t statistics;
  uint64_t at_ms;
  uint32_t wait_ms;
  uint32_t hasty;
  uint32_t oversleeping;
  int32_t state;
  uint32_t calls;
  uint32_t calls_then;
} trial_t;

static uint32_t chance(trial_t *trial, uint32_t below) {
  trial->chance = trial->chance * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(trial->chance >> 33) % below;
}

static int32_t on_execute(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          const uint8_t *arguments, uint32_t length) {
  trial_t *trial = context;
  uint32_t round = 0;
  uint32_t index;
  (void)path;
  for (index = 3; index + 1 < length; index++) {
    round = round * 10 + (uint32_t)(arguments[index] - '0');
  }
  trial->calls += 1;
  if (round < ROUNDS) {
    trial->ran[round] += 1;
  }
  if (round % 3 == 0) {
    trial->scene.request = request;
    return NBIOT_ERR_PENDING;
  }
  return 0;
}

static void on_event(void *context, const nbiot_event_t *event) {
  trial_t *trial = context;
  trial->calls += 1;
  trial->delivered += event->id == NBIOT_EVENT_NOTIFY_SUCCESS;
  trial->undelivered += event->id == NBIOT_EVENT_NOTIFY_FAILED;
  trial->deferred_answers +=
      event->id == NBIOT_EVENT_RESPONSE_SUCCESS || event->id == NBIOT_EVENT_RESPONSE_FAILED;
}

/* A poll that watches wait_ms: twice 0 at the same moment needs a reason. */
static int32_t watched_step(void *context, uint32_t *wait_ms) {
  trial_t *trial = context;
  int32_t status = nbiot_device_poll(trial->scene.device, wait_ms);
  nbiot_statistics_t statistics = scene_statistics(&trial->scene);
  int32_t state = nbiot_device_state(trial->scene.device);
  uint64_t now = nbiot_mock_now(trial->scene.world);
  trial->oversleeping += *wait_ms > INT32_MAX;
  if (*wait_ms == 0 && trial->wait_ms == 0 && now == trial->at_ms && state == trial->state &&
      trial->calls == trial->calls_then &&
      memcmp(&statistics, &trial->statistics, sizeof statistics) == 0) {
    trial->hasty += 1;
  }
  trial->statistics = statistics;
  trial->at_ms = now;
  trial->wait_ms = *wait_ms;
  trial->state = state;
  trial->calls_then = trial->calls;
  return status;
}

static void spoil_link(trial_t *trial, uint32_t amount) {
  nbiot_mock_link_t link;
  memset(&link, 0, sizeof link);
  link.loss = (uint16_t)amount;
  link.duplication = (uint16_t)amount;
  link.reordering = (uint16_t)amount;
  link.delay_max_ms = amount * 10;
  nbiot_mock_link(trial->scene.radio, NBIOT_MOCK_UP, &link);
  nbiot_mock_link(trial->scene.radio, NBIOT_MOCK_DOWN, &link);
}

static void go_wrong(trial_t *trial) {
  static const nbiot_mock_answer_t busy = {NBIOT_MOCK_PIGGYBACKED, 0, 503, 0, 60};
  static const nbiot_mock_answer_t separate = {NBIOT_MOCK_SEPARATE, 0, 0, 1500, 0};
  static const nbiot_mock_answer_t silent = {NBIOT_MOCK_SILENT, 0, 0, 0, 0};
  nbiot_mock_node_t *radio = trial->scene.radio;
  switch (chance(trial, 40)) {
    case 0: nbiot_mock_fault(radio, NBIOT_MOCK_FAULT_SEND_BROKEN, 1); break;
    case 1: nbiot_mock_fault(radio, NBIOT_MOCK_FAULT_RECEIVE_BROKEN, 1); break;
    case 2: nbiot_mock_fault(radio, NBIOT_MOCK_FAULT_OPEN, 1); break;
    case 3: nbiot_mock_fault(radio, NBIOT_MOCK_FAULT_RESOLVE_PENDING, 5); break;
    case 4: nbiot_mock_fault(radio, NBIOT_MOCK_FAULT_RESOLVE, 1); break;
    case 5: nbiot_mock_fault(radio, NBIOT_MOCK_FAULT_RANDOM, 3); break;
    case 6: nbiot_mock_fault(radio, NBIOT_MOCK_FAULT_SEND_LATER, 4); break;
    case 7: nbiot_mock_clock_step(radio, -(int32_t)chance(trial, 3000)); break;
    case 8: nbiot_mock_radio(radio, 0); break;
    case 9: nbiot_mock_nat_rebind(radio); break;
    case 10: nbiot_mock_server_forget(trial->scene.server); break;
    case 11:
      nbiot_mock_server_answer(trial->scene.server, NBIOT_MOCK_ON_UPDATE, &silent, 1);
      break;
    case 12:
      nbiot_mock_server_answer(trial->scene.server, NBIOT_MOCK_ON_REGISTER, &separate, 2);
      break;
    case 13: nbiot_mock_server_answer(trial->scene.server, NBIOT_MOCK_ON_UPDATE, &busy, 1); break;
    case 14: spoil_link(trial, chance(trial, 400)); break;
    default: nbiot_mock_radio(radio, 1); break;
  }
}

static void ask_something(trial_t *trial, uint32_t round) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_POST, "/1000/0/3");
  char arguments[32];
  int length = snprintf(arguments, sizeof arguments, "0='%u'", (unsigned)round);
  request.payload = (const uint8_t *)arguments;
  request.payload_length = (uint32_t)length;
  trial->exchanges[round] = nbiot_mock_server_request(trial->scene.server, &request);
  request = scene_request(NBIOT_MOCK_GET, round % 2 == 0 ? "/1000/0/1" : "/1000");
  request.observe = NBIOT_MOCK_OBSERVE_START;
  nbiot_mock_server_request(trial->scene.server, &request);
}

static void live(trial_t *trial, uint64_t seed) {
  uint32_t round;
  int32_t told;
  memset(trial, 0, sizeof *trial);
  scene_open_at(&trial->scene, seed, 0xFFFFFFFFu - (uint32_t)seed * 50000u);
  trial->chance = seed;
  trial->scene.config.callback_context = trial;
  trial->scene.config.execute = on_execute;
  trial->scene.config.event = on_event;
  trial->scene.config.life_time = 120 + 60 * (uint32_t)(seed % 5);
  trial->wait_ms = 1;
  expect_equal(scene_create(&trial->scene), NBIOT_ERR_OK, "the device is created");
  trial->number.type = NBIOT_INTEGER;
  trial->action.flag = NBIOT_EXECUTABLE;
  nbiot_resource_add(trial->scene.device, 1000, 0, 1, &trial->number);
  nbiot_resource_add(trial->scene.device, 1000, 0, 3, &trial->action);
  spoil_link(trial, 250);
  nbiot_device_connect(trial->scene.device, 0);
  for (round = 0; round < ROUNDS; round++) {
    go_wrong(trial);
    if (round % 5 == 0) {
      nbiot_device_connect(trial->scene.device, 0); /* Cuts the back-off short. */
    }
    ask_something(trial, round);
    trial->number.value.as_int += 1;
    told = nbiot_resource_notify(trial->scene.device, 1000, 0, 1, round % 2 ? round : 0);
    trial->acknowledged += told == NBIOT_ERR_OK && round % 2;
    trial->calls += 1;
    nbiot_mock_run(trial->scene.world, watched_step, trial, ROUND_MS);
    nbiot_request_respond(trial->scene.device, trial->scene.request, 0, NULL);
    trial->calls += 1;
  }
}

static void heal(trial_t *trial) {
  uint8_t fault;
  for (fault = 0; fault < NBIOT_MOCK_FAULT_COUNT; fault++) {
    nbiot_mock_fault(trial->scene.radio, fault, 0);
  }
  nbiot_mock_radio(trial->scene.radio, 1);
  spoil_link(trial, 0);
  nbiot_mock_run(trial->scene.world, watched_step, trial, 2 * 3600000);
}

static void judge(trial_t *trial) {
  const nbiot_mock_registration_t *known =
      nbiot_mock_server_registration(trial->scene.server, "device-1");
  uint32_t round;
  uint32_t twice = 0;
  uint32_t unfounded = 0;
  uint32_t carried_out = 0;
  for (round = 0; round < ROUNDS; round++) {
    nbiot_mock_response_t response;
    int32_t status = nbiot_mock_server_response(trial->scene.server, trial->exchanges[round],
                                                &response);
    twice += trial->ran[round] > 1;
    unfounded += status == 1 && response.code == 204 && trial->ran[round] != 1;
    carried_out += trial->ran[round];
  }
  expect_equal(twice, 0, "no Execute is carried out twice");
  expect_equal(unfounded, 0, "what was answered 2.04 was carried out");
  total_carried_out += carried_out;
  total_acknowledged += trial->acknowledged;
  expect(carried_out > 0, "some were carried out at all");
  expect_equal(trial->delivered + trial->undelivered, trial->acknowledged,
               "every notification with an ack id has one event");
  expect_equal(trial->hasty, 0, "wait_ms 0 is followed by progress");
  expect_equal(trial->oversleeping, 0, "wait_ms is at most 2^31-1");
  expect_equal(nbiot_device_state(trial->scene.device), NBIOT_STATE_REGISTERED,
               "in the end the device is registered");
  expect(known != NULL && known->active, "and the server knows it");
  expect_equal(scene_get(&trial->scene, "/1000/0/1", NULL), 205, "and it answers");
  expect_equal(scene_statistics(&trial->scene).deferred.used, 0, "no deferred request is left");
  expect_equal(scene_statistics(&trial->scene).outstanding.used, 0, "no notification is left");
}

int main(void) {
  static trial_t trial;
  uint64_t seed;
  for (seed = 1; seed <= WORLDS; seed++) {
    unsigned failed = check_failed;
    live(&trial, seed);
    heal(&trial);
    judge(&trial);
    scene_close(&trial.scene);
    if (check_failed != failed) {
      printf("in world %u\n", (unsigned)seed);
    }
  }
  expect(total_carried_out > WORLDS * 20, "the worlds were not too bad to test anything");
  expect(total_acknowledged > WORLDS * 20, "nor for notifications");
  return check_summary();
}
