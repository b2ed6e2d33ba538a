/* scene.h - one device, one server and the mock world between them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENE_H
#define SCENE_H

#include <stdint.h>
#include <string.h>

#include "nbiot.h"
#include "nbiot_mock.h"

#include "check.h"

#define SCENE_EVENTS 256u

typedef struct scene {
  nbiot_mock_world_t *world;
  nbiot_mock_server_t *server;
  nbiot_mock_node_t *radio;
  nbiot_platform_t platform;
  nbiot_config_t config;
  nbiot_device_t *device;
  nbiot_event_t events[SCENE_EVENTS];
  uint32_t event_count;
  uint32_t seen; /* Events before this one were looked at. */
  uint32_t reads;
  uint32_t writes;
  uint32_t executes;
  int32_t answer; /* What the three callbacks return. */
  nbiot_request_t request;
  nbiot_path_t path;
  uint8_t arguments[64];
  uint32_t argument_length;
} scene_t;

static inline void scene_event(void *context, const nbiot_event_t *event) {
  scene_t *scene = context;
  if (scene->event_count < SCENE_EVENTS) {
    scene->events[scene->event_count] = *event;
    scene->event_count += 1;
  }
}

static inline int32_t scene_read(void *context, nbiot_request_t request, const nbiot_path_t *path,
                                 nbiot_value_t *value) {
  scene_t *scene = context;
  (void)value;
  scene->reads += 1;
  scene->path = *path;
  if (request == NBIOT_REQUEST_NONE) {
    return 0;
  }
  scene->request = request;
  return scene->answer;
}

static inline int32_t scene_write(void *context, nbiot_request_t request, const nbiot_path_t *path,
                                  const nbiot_value_t *value) {
  scene_t *scene = context;
  (void)value;
  scene->writes += 1;
  scene->path = *path;
  scene->request = request;
  return scene->answer;
}

static inline int32_t scene_execute(void *context, nbiot_request_t request,
                                    const nbiot_path_t *path, const uint8_t *arguments,
                                    uint32_t length) {
  scene_t *scene = context;
  scene->executes += 1;
  scene->path = *path;
  scene->request = request;
  scene->argument_length = length;
  if (length <= sizeof scene->arguments) {
    memcpy(scene->arguments, arguments, length);
  }
  return scene->answer;
}

/* The device is not created yet: a test may change the configuration first. The device's clock
 * shows start_ms at the beginning. */
static inline void scene_open_at(scene_t *scene, uint64_t seed, uint32_t start_ms) {
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  memset(scene, 0, sizeof *scene);
  scene->world = nbiot_mock_world_create(seed);
  scene->server = nbiot_mock_server_add(nbiot_mock_node_add(scene->world, "10.0.0.1", 0), 5683);
  scene->radio = nbiot_mock_node_add(scene->world, "10.0.0.2", start_ms);
  scene->platform = nbiot_mock_platform(scene->world, scene->radio);
  scene->config = config;
  scene->config.platform = &scene->platform;
  scene->config.endpoint_name = "device-1";
  scene->config.uri = "coap://10.0.0.1";
  scene->config.life_time = 300;
  scene->config.callback_context = scene;
  scene->config.event = scene_event;
}

static inline void scene_open(scene_t *scene, uint64_t seed) { scene_open_at(scene, seed, 0); }

static inline int32_t scene_create(scene_t *scene) {
  return nbiot_device_create_with(&scene->device, &scene->config);
}

static inline int32_t scene_step(void *context, uint32_t *wait_ms) {
  scene_t *scene = context;
  return nbiot_device_poll(scene->device, wait_ms);
}

static inline int32_t scene_is_registered(void *context) {
  scene_t *scene = context;
  return nbiot_device_state(scene->device) == NBIOT_STATE_REGISTERED;
}

static inline void scene_run(scene_t *scene, uint32_t ms) {
  nbiot_mock_run(scene->world, scene_step, scene, ms);
}

static inline void scene_register(scene_t *scene) {
  expect_equal(nbiot_device_connect(scene->device, 60), NBIOT_ERR_OK, "the device registers");
}

/* The next event that was not looked at yet; id 0 = there is none. */
static inline nbiot_event_t scene_next_event(scene_t *scene) {
  nbiot_event_t none = {0, 0, 0, 0};
  if (scene->seen >= scene->event_count) {
    return none;
  }
  scene->seen += 1;
  return scene->events[scene->seen - 1];
}

static inline void scene_expect_event(scene_t *scene, uint32_t id, int32_t code, uint32_t detail,
                                      const char *sentence) {
  nbiot_event_t event = scene_next_event(scene);
  int holds = event.id == id && event.code == code && event.detail == detail &&
              event.reserved == 0;
  if (!holds) {
    printf("event %u, code %d, detail %u: ", (unsigned)event.id, (int)event.code,
           (unsigned)event.detail);
  }
  expect(holds, sentence);
}

static inline nbiot_mock_request_t scene_request(uint8_t method, const char *path) {
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  request.method = method;
  request.path = path;
  return request;
}

/* Sends the request and serves the device until the answer is there. Returns its code, or the
 * negative number of nbiot_mock_server_ask(). */
static inline int32_t scene_ask(scene_t *scene, const nbiot_mock_request_t *request,
                                nbiot_mock_response_t *response) {
  nbiot_mock_response_t unused;
  nbiot_mock_response_t *answer = response == NULL ? &unused : response;
  int32_t exchange;
  memset(answer, 0, sizeof *answer);
  exchange = nbiot_mock_server_ask(scene->server, request, scene_step, scene, answer);
  return exchange < 0 ? exchange : answer->code;
}

static inline int32_t scene_get(scene_t *scene, const char *path, nbiot_mock_response_t *response) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, path);
  return scene_ask(scene, &request, response);
}

static inline int32_t scene_put(scene_t *scene, const char *path, const char *text) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_PUT, path);
  request.content_format = 0;
  request.payload = (const uint8_t *)text;
  request.payload_length = (uint32_t)strlen(text);
  return scene_ask(scene, &request, NULL);
}

static inline int32_t scene_post(scene_t *scene, const char *path, const char *text) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_POST, path);
  request.payload = (const uint8_t *)text;
  request.payload_length = text == NULL ? 0 : (uint32_t)strlen(text);
  return scene_ask(scene, &request, NULL);
}

static inline nbiot_statistics_t scene_statistics(scene_t *scene) {
  nbiot_statistics_t statistics;
  memset(&statistics, 0, sizeof statistics);
  nbiot_device_statistics(scene->device, &statistics, sizeof statistics);
  return statistics;
}

static inline void scene_close(scene_t *scene) {
  static const nbiot_mock_misuse_t none;
  nbiot_mock_misuse_t misuse;
  if (scene->device != NULL) {
    expect_equal(nbiot_device_destroy(scene->device), NBIOT_ERR_OK, "the device is destroyed");
  }
  misuse = nbiot_mock_misuse(scene->radio);
  if (memcmp(&misuse, &none, sizeof none) != 0) {
    printf("open %u, bad %u, leaked %u, locked waits %u, logs %u: ", (unsigned)misuse.open_sockets,
           (unsigned)misuse.bad_sockets, (unsigned)misuse.leaked_blocks,
           (unsigned)misuse.locked_waits, (unsigned)misuse.locked_logs);
  }
  expect(memcmp(&misuse, &none, sizeof none) == 0, "no hook was misused and nothing is left over");
  nbiot_mock_world_destroy(scene->world);
}

#endif
