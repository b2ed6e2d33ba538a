/* mock_life.c - two days of a data logger: bad radio, outage, NAT rebind, reboot, power cut.
 *
 * The logger measures every ten minutes and must lose nothing but what the power takes with it. The
 * platform, a reactive server, observes it after each Register, as real ones do. Each chapter below
 * does something to the world and looks at what has arrived at the platform.
 *
 *     cc mock_life.c $(pkg-config --cflags --libs nbiot-mock) -o mock_life
 *     ./mock_life FOLDER     also writes FOLDER/mock_life.log and FOLDER/mock_life.pcapng
 *
 * NBIOT_MOCK_SEED=7 ./mock_life is the same story with other losses.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nbiot.h"
#include "nbiot_mock.h"

#define MINUTE 60000u
#define HOUR (60u * MINUTE)
#define MOST 512u /* measurements */

/* ---- The firmware under test: nothing in it knows of the mock -------------------------------- */

typedef struct logger {
  nbiot_device_t *device;
  nbiot_value_t reading; /* /3316/0/5700 */
  uint32_t doubtful;     /* the reading to report again; 0 = none */
} logger_t;

static uint64_t memory[1024]; /* of the device: 8 KB */

/* One that had left when the power went may have arrived or not. */
static void on_event(void *context, const nbiot_event_t *event) {
  logger_t *logger = context;
  if (event->id == NBIOT_EVENT_NOTIFY_FAILED) {
    logger->doubtful = event->detail;
  }
}

static int32_t power_up(logger_t *logger, const nbiot_platform_t *platform) {
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  int32_t status;
  config.platform = platform;
  config.memory = memory;
  config.memory_size = sizeof memory;
  config.endpoint_name = "logger-1";
  config.uri = "coap://lwm2m.example";
  config.life_time = 3600;
  config.stored_capacity = 1024; /* what is measured while offline waits here, */
  config.stored_kept = 1;        /* and outlives a loss of power */
  config.callback_context = logger;
  config.event = on_event;
  status = nbiot_device_create_with(&logger->device, &config);
  if (status != NBIOT_ERR_OK) {
    return status;
  }
  memset(&logger->reading, 0, sizeof logger->reading);
  logger->reading.type = NBIOT_INTEGER;
  status = nbiot_resource_add(logger->device, 3316, 0, 5700, &logger->reading);
  nbiot_device_connect(logger->device, 0);
  return status;
}

/* Readings are numbered, so that the platform can tell which are missing; a number is the ack id as
 * well. A real logger would keep the count over a reboot in a backup register. */
static int32_t measure(logger_t *logger, uint32_t number) {
  logger->reading.value.as_int = number;
  return nbiot_resource_notify(logger->device, 3316, 0, 5700, number);
}

static int32_t serve(logger_t *logger, uint32_t *wait_ms) {
  int32_t status = nbiot_device_poll(logger->device, wait_ms);
  if (logger->doubtful != 0) {
    measure(logger, logger->doubtful);
    logger->doubtful = 0;
    *wait_ms = 0;
  }
  return status;
}

/* ---- The platform: a reactive server --------------------------------------------------------- */

typedef struct platform {
  nbiot_mock_world_t *world;
  nbiot_mock_server_t *server;
  int32_t observation;
  uint8_t arrived[MOST];
} platform_t;

/* Comes back until the logger has agreed. */
static void observe(void *context) {
  platform_t *platform = context;
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  request.path = "/3316/0/5700";
  request.observe = NBIOT_MOCK_OBSERVE_START;
  if (!nbiot_mock_server_observing(platform->server, platform->observation)) {
    platform->observation = nbiot_mock_server_request(platform->server, &request);
    nbiot_mock_at(platform->world, 2 * MINUTE, observe, platform);
  }
}

/* A Register is followed by an Observe; what a notification brings is ticked off, also of one that
 * comes where the answer to the Observe was lost. All answers are the usual. */
static void on_message(void *context, nbiot_mock_server_t *server,
                       const nbiot_mock_message_t *message, nbiot_mock_reaction_t *reaction) {
  platform_t *platform = context;
  (void)server;
  (void)reaction;
  if (message->on == NBIOT_MOCK_ON_REGISTER) {
    nbiot_mock_at(platform->world, 5000, observe, platform);
  } else if (message->exchange >= 0 && message->payload_length > 0) {
    char text[16] = "";
    unsigned long number;
    memcpy(text, message->payload, message->payload_length < 15 ? message->payload_length : 15);
    number = strtoul(text, NULL, 10);
    if (number < MOST) {
      platform->arrived[number] = 1;
    }
  }
}

/* ---- The story ------------------------------------------------------------------------------- */

typedef struct story {
  nbiot_mock_world_t *world;
  nbiot_mock_node_t *radio;
  nbiot_platform_t hooks;
  platform_t platform;
  logger_t logger;
  uint32_t measured;
  uint32_t passed;
} story_t;

/* NBIOT_MOCK_EXPECT says more when it fails; the good ones are told here. */
#define EXPECT(story, condition, sentence) \
  told((story), NBIOT_MOCK_EXPECT((story)->world, condition), (sentence))

static void told(story_t *story, int32_t holds, const char *sentence) {
  story->passed += holds != 0;
  printf("%s  %s\n", holds ? "ok    " : "FAILED", sentence);
}

static void chapter(story_t *story, const char *title) {
  unsigned long minutes = (unsigned long)(nbiot_mock_now(story->world) / MINUTE);
  printf("%2lu:%02lu h  %s\n", minutes / 60, minutes % 60, title);
  nbiot_mock_journal_note(story->world, title);
}

static void set_radio(story_t *story, uint16_t loss) {
  nbiot_mock_link_t link = {0};
  uint8_t direction;
  link.loss = loss;
  link.delay_min_ms = 200;
  link.delay_max_ms = 1800;
  for (direction = NBIOT_MOCK_UP; direction <= NBIOT_MOCK_DOWN; direction += 1) {
    nbiot_mock_link(story->radio, direction, &link);
    nbiot_mock_bursts(story->radio, direction, 3);
  }
}

static int32_t step(void *context, uint32_t *wait_ms) {
  return serve(context, wait_ms);
}

static int32_t is_registered(void *context) {
  const logger_t *logger = context;
  return nbiot_device_state(logger->device) == NBIOT_STATE_REGISTERED;
}

static int32_t has_all(void *context) {
  const story_t *story = context;
  uint32_t number;
  for (number = 1; number <= story->measured; number += 1) {
    if (!story->platform.arrived[number]) {
      return 0;
    }
  }
  return 1;
}

static int32_t is_off(void *context) {
  const story_t *story = context;
  return nbiot_mock_storage(story->radio).cuts > 0;
}

static int32_t measure_next(story_t *story) {
  story->measured += 1;
  return measure(&story->logger, story->measured);
}

/* Lets time pass with a reading every ten minutes. */
static void live(story_t *story, uint32_t ms) {
  for (; ms >= 10 * MINUTE; ms -= 10 * MINUTE) {
    measure_next(story);
    nbiot_mock_run(story->world, step, &story->logger, 10 * MINUTE);
  }
}

/* Drives until all has arrived that was measured; a bad radio takes its time. */
static int32_t catch_up(story_t *story) {
  return nbiot_mock_drive(story->world, step, &story->logger, has_all, story, 3000) >= 0;
}

static int32_t read_value(story_t *story) {
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  request.path = "/3316/0/5700";
  return nbiot_mock_server_ask(story->platform.server, &request, step, &story->logger, NULL);
}

static void first_day(story_t *story) {
  chapter(story, "The logger is switched on under a bad radio: 15 % lost, in bursts of 3.");
  EXPECT(story, power_up(&story->logger, &story->hooks) == NBIOT_ERR_OK, "it is created");
  EXPECT(story,
         nbiot_mock_drive(story->world, step, &story->logger, is_registered, &story->logger,
                          10000) >= 0,
         "it registers");
  live(story, 24 * HOUR);
  EXPECT(story, catch_up(story), "every reading of the day has arrived");
}

static void outage(story_t *story) {
  chapter(story, "The cell is gone for three hours.");
  nbiot_mock_radio(story->radio, 0);
  live(story, 3 * HOUR);
  EXPECT(story, !has_all(story), "the readings of the outage wait in the logger");
  chapter(story, "The cell is back.");
  nbiot_mock_radio(story->radio, 1);
  EXPECT(story, catch_up(story), "the readings of the outage arrive");
}

static void rebind(story_t *story) {
  int32_t tries = 0;
  chapter(story, "The NAT forgets the logger.");
  nbiot_mock_drive_idle(story->world, step, &story->logger, 2 * MINUTE, 10000);
  nbiot_mock_nat_rebind(story->radio);
  EXPECT(story, read_value(story) == NBIOT_MOCK_ERR_TIMEOUT, "the platform cannot reach it");
  chapter(story, "An hour later the logger has sent its Update, from its new address.");
  live(story, HOUR);
  while (read_value(story) < 0 && tries < 5) { /* the radio is as bad as ever */
    tries += 1;
  }
  EXPECT(story, tries < 5, "the platform reaches it again");
}

static void reboot(story_t *story) {
  chapter(story, "A reading is taken while the cell is gone, and then the watchdog bites.");
  nbiot_mock_radio(story->radio, 0);
  live(story, 10 * MINUTE);
  nbiot_mock_reboot(story->radio, 0); /* the old device is left in its memory, */
  nbiot_mock_radio(story->radio, 1);
  EXPECT(story, power_up(&story->logger, &story->hooks) == NBIOT_ERR_OK, "it is created again");
  EXPECT(story, catch_up(story), "the reading of before the reboot arrives");
}

static void power_cut(story_t *story) {
  uint32_t half_written;
  chapter(story, "The power goes while the second of two readings is being stored.");
  nbiot_mock_radio(story->radio, 0);
  live(story, 10 * MINUTE);
  nbiot_mock_power_cut(story->radio, 20, NBIOT_MOCK_TORN);
  measure_next(story);
  half_written = story->measured;
  nbiot_mock_drive(story->world, step, &story->logger, is_off, story, 10);
  EXPECT(story, is_off(story), "the power is gone, 20 bytes into the slot");
  nbiot_mock_advance(story->world, 8 * HOUR);
  chapter(story, "It is back the next morning.");
  nbiot_mock_reboot(story->radio, 0);
  nbiot_mock_radio(story->radio, 1);
  EXPECT(story, power_up(&story->logger, &story->hooks) == NBIOT_ERR_OK, "it is created again");
  story->measured -= 1;
  EXPECT(story, catch_up(story), "the reading that was stored arrives");
  EXPECT(story, !story->platform.arrived[half_written], "the one half written is lost");
  story->platform.arrived[half_written] = 1; /* settled: it will not come any more */
  story->measured += 1;
}

static void end(story_t *story) {
  nbiot_statistics_t statistics;
  chapter(story, "Somebody carries the logger to the window, and later switches it off.");
  set_radio(story, 0);
  live(story, HOUR);
  EXPECT(story, catch_up(story), "every other reading of its life has arrived");
  EXPECT(story, nbiot_device_close(story->logger.device, 120) == NBIOT_ERR_OK,
         "it takes leave of the platform");
  nbiot_mock_run(story->world, step, &story->logger, 248000); /* duplicates are forgotten in 247 s */
  nbiot_device_statistics(story->logger.device, &statistics, sizeof statistics);
  told(story, NBIOT_MOCK_EXPECT_DEVICE_EMPTY(story->world, &statistics, 0), "its tables are empty");
  EXPECT(story, nbiot_device_destroy(story->logger.device) == NBIOT_ERR_OK, "it is destroyed");
  told(story, NBIOT_MOCK_EXPECT_EMPTY(story->world),
       "nothing is under way any more, and every hook was used properly");
}

/* A node for the platform, one for the logger, and a radio as one finds it in a cellar. */
static void open_world(story_t *story) {
  memset(story, 0, sizeof *story);
  story->world = nbiot_mock_world_create(2026);
  story->radio = nbiot_mock_node_add(story->world, "10.0.0.2", 0xFFFFFF00u);
  story->hooks = nbiot_mock_platform(story->world, story->radio);
  story->platform.observation = -1;
  story->platform.world = story->world;
  story->platform.server =
      nbiot_mock_server_add(nbiot_mock_node_add(story->world, "10.0.0.1", 0), 5683);
  nbiot_mock_server_react(story->platform.server, on_message, &story->platform);
  nbiot_mock_name(story->world, "lwm2m.example", nbiot_mock_address("10.0.0.1", 0));
  set_radio(story, 150);
}

typedef int32_t (*writer_t)(const story_t *story, FILE *file);

static int32_t write_journal(const story_t *story, FILE *file) {
  nbiot_mock_journal_print(story->world, file);
  return ferror(file) ? NBIOT_MOCK_ERR_FILE : NBIOT_MOCK_OK;
}

static int32_t write_capture(const story_t *story, FILE *file) {
  return nbiot_mock_pcapng(story->world, file);
}

static void write_file(story_t *story, const char *folder, const char *name, writer_t writer) {
  char path[512];
  FILE *file;
  int32_t status = NBIOT_MOCK_ERR_FILE;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  file = fopen(path, "wb");
  if (file != NULL) {
    status = writer(story, file);
    status = fclose(file) != 0 ? NBIOT_MOCK_ERR_FILE : status;
  }
  EXPECT(story, status >= 0, path);
}

int main(int argc, char **argv) {
  story_t story;
  uint32_t failed;
  if (argc > 2) {
    fputs("usage: mock_life [FOLDER]\n", stderr);
    return 2;
  }
  open_world(&story);
  first_day(&story);
  outage(&story);
  rebind(&story);
  reboot(&story);
  power_cut(&story);
  end(&story);
  if (argc == 2) {
    write_file(&story, argv[1], "mock_life.log", write_journal);
    write_file(&story, argv[1], "mock_life.pcapng", write_capture);
  }
  failed = nbiot_mock_failures(story.world);
  printf("%lu readings, %lu datagrams, seed %llu\n", (unsigned long)story.measured,
         (unsigned long)nbiot_mock_trace_count(story.world),
         (unsigned long long)nbiot_mock_seed(story.world));
  printf("%lu passed, %lu failed\n", (unsigned long)story.passed, (unsigned long)failed);
  nbiot_mock_world_destroy(story.world);
  return failed != 0;
}
