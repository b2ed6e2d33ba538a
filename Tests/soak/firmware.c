/* firmware.c - the application on the device: its resources and callbacks, and what it does by itself.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "soak.h"

#define SPARE_OBJECT 3311

enum { VALUE_SETTING = REPORTED, VALUE_TEXT, VALUE_ACTION, VALUE_IMAGE };

/* The classic callbacks have no context. */
static soak_t *active;

int firmware_is_dead(const soak_t *soak) { return nbiot_mock_storage(soak->radio).cuts != soak->boot_cuts; }

/* ---- Answers that come later */

static void respond(void *context) {
  answer_t *answer = context;
  soak_t *soak = active;
  if (answer->life == soak->life && !firmware_is_dead(soak)) {
    nbiot_request_respond(soak->device, answer->request, 0, NULL);
    soak->is_stirred = 1;
  }
  answer->is_due = 0;
}

/* Answers within twice the time there is for it, or at once when too many wait. */
static int32_t defer(soak_t *soak, nbiot_request_t request) {
  uint32_t time_out = soak->plan.config.answer_timeout_s > 0 ? soak->plan.config.answer_timeout_s : 10;
  if (soak->is_ending) return 0;
  for (uint32_t i = 0; i < ANSWERS; i++) {
    answer_t *answer = &soak->answers[i];
    if (answer->is_due) continue;
    answer->request = request;
    answer->life = soak->life;
    answer->is_due = 1;
    nbiot_mock_at(soak->world, chance_below(&soak->chance, time_out * 2000), respond, answer);
    return NBIOT_ERR_PENDING;
  }
  return 0;
}

static int32_t decide(soak_t *soak, nbiot_request_t request) {
  if (chance_one_in(&soak->chance, 4)) return defer(soak, request);
  return !soak->is_ending && chance_one_in(&soak->chance, 16) ? 500 : 0;
}

/* ---- Callbacks */

static void count_deed(soak_t *soak, deed_t *deeds, uint32_t number, law_t law) {
  deed_t *deed = &deeds[number % DEEDS];
  if (number >= DEEDS) return;
  deed->ran += 1;
  if (deed->is_idempotent && life_statistics(soak).duplicate_slots.refused != deed->refused) return;
  if (deed->ran > 1 && !deed->is_excused && soak->plan.corruption == 0) {
    soak_break(soak, law, "number %u ran %u times", (unsigned)number, (unsigned)deed->ran);
  }
}

static void execute(soak_t *soak, const uint8_t *arguments, uint32_t length) {
  char text[16] = "";
  if (length < 5 || length > 15) return;
  memcpy(text, arguments + 3, length - 4);
  soak->tally.executes += 1;
  if (soak->mutant == MUTANT_EXECUTE_LOST) return;
  count_deed(soak, soak->executes, (uint32_t)strtoul(text, NULL, 10), LAW_EXECUTE_ONCE);
}

static int32_t on_execute(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          const uint8_t *arguments, uint32_t length) {
  soak_t *soak = context;
  int32_t decision = decide(soak, request);
  (void)path;
  soak->callbacks += 1;
  if (firmware_is_dead(soak)) return 500;
  if (decision != 500 || soak->mutant == MUTANT_REFUSED_RUN) execute(soak, arguments, length);
  return decision;
}

static void on_execute_classic(uint16_t object, uint16_t instance, uint16_t resource, nbiot_value_t *value,
                               const void *arguments, size_t length) {
  (void)object, (void)instance, (void)resource, (void)value;
  active->callbacks += 1;
  execute(active, arguments, (uint32_t)length);
}

static void count_write(soak_t *soak, uint16_t object, uint16_t resource, const nbiot_value_t *value) {
  if (object != 3306 || resource != 5851) return;
  soak->tally.writes += 1;
  if (soak->mutant == MUTANT_WRITE_LOST) return;
  count_deed(soak, soak->writes, (uint32_t)value->value.as_int, LAW_WRITE_ONCE);
}

static int32_t on_write(void *context, nbiot_request_t request, const nbiot_path_t *path, const nbiot_value_t *value) {
  soak_t *soak = context;
  int32_t decision = decide(soak, request);
  soak->callbacks += 1;
  if (firmware_is_dead(soak) || decision == 500) return 500;
  if (path->resource_id == 5750) upload_text(soak, value);
  count_write(soak, path->object_id, path->resource_id, value);
  return decision;
}

static void on_write_classic(uint16_t object, uint16_t instance, uint16_t resource, nbiot_value_t *value) {
  (void)instance;
  active->callbacks += 1;
  count_write(active, object, resource, value);
}

static int32_t on_piece(void *context, nbiot_request_t request, const nbiot_path_t *path, const nbiot_block_t *piece) {
  soak_t *soak = context;
  int32_t decision = decide(soak, request);
  (void)path;
  soak->callbacks += 1;
  if (firmware_is_dead(soak) || decision == 500) return 500;
  upload_piece(soak, piece);
  return decision;
}

static int32_t on_create(void *context, nbiot_request_t request, const nbiot_path_t *path) {
  soak_t *soak = context;
  (void)request;
  soak->callbacks += 1;
  for (uint32_t i = 0; i < SPARES; i++) {
    if (soak->is_spare_used[i]) continue;
    soak->spares[i].type = NBIOT_INTEGER;
    soak->spares[i].flag = NBIOT_READABLE | NBIOT_WRITABLE;
    if (nbiot_resource_add(soak->device, path->object_id, path->instance_id, 5851, &soak->spares[i]) != 0) return 500;
    soak->is_spare_used[i] = 1;
    soak->spare_ids[i] = path->instance_id;
    return 0;
  }
  return 500;
}

static int32_t on_remove(void *context, nbiot_request_t request, const nbiot_path_t *path) {
  soak_t *soak = context;
  (void)request;
  soak->callbacks += 1;
  if (path->object_id != SPARE_OBJECT) return 405;
  for (uint32_t i = 0; i < SPARES; i++) {
    if (soak->spare_ids[i] == path->instance_id) soak->is_spare_used[i] = 0;
  }
  return 0;
}

static int32_t on_read(void *context, nbiot_request_t request, const nbiot_path_t *path, nbiot_value_t *value) {
  soak_t *soak = context;
  (void)path, (void)value;
  soak->callbacks += 1;
  return request != NBIOT_REQUEST_NONE && chance_one_in(&soak->chance, 16) ? defer(soak, request) : 0;
}

static void on_event(void *context, const nbiot_event_t *event) {
  soak_t *soak = context;
  soak->callbacks += 1;
  if (firmware_is_dead(soak)) return;
  journal_text(soak, "event %u, code %d, detail %u", (unsigned)event->id, (int)event->code, (unsigned)event->detail);
  wire_event(soak, event);
  reports_note_event(soak, event);
  switch (event->id) {
    case NBIOT_EVENT_REG_SUCCESS:
      soak->tally.registers += 1;
      soak->was_refused = 0;
      break;
    case NBIOT_EVENT_REG_FAILED:
    case NBIOT_EVENT_BOOTSTRAP_FAILED: soak->was_refused = 1; break;
    case NBIOT_EVENT_MAY_SLEEP: trouble_radio(soak, OUT_SLEEP, 1); break;
    default: break;
  }
}

/* ---- A life, from power-up to reboot */

static void configure(soak_t *soak) {
  nbiot_config_t *config = &soak->config;
  *config = soak->plan.config;
  config->platform = &soak->platform;
  config->endpoint_name = ENDPOINT;
  config->uri = config->bootstrap ? BOOTSTRAP_AT : SERVER_AT;
  config->callback_context = soak;
  config->execute = on_execute;
  config->write = on_write;
  config->read = on_read;
  config->create = on_create;
  config->remove = on_remove;
  config->event = on_event;
  config->write_block = on_piece;
  if (soak->mutant == MUTANT_LONG_DATAGRAM) config->send_capacity = 1400;
}

static void add_resources(soak_t *soak) {
  nbiot_value_t *values = soak->values;
  memset(values, 0, sizeof soak->values);
  memset(soak->is_spare_used, 0, sizeof soak->is_spare_used);
  for (uint16_t i = 0; i < REPORTED; i++) {
    values[i].type = NBIOT_INTEGER;
    nbiot_resource_add(soak->device, 3303, i, 5700, &values[i]);
  }
  values[VALUE_SETTING].type = NBIOT_INTEGER;
  values[VALUE_SETTING].flag = NBIOT_READABLE | NBIOT_WRITABLE;
  nbiot_resource_add(soak->device, 3306, 0, 5851, &values[VALUE_SETTING]);
  values[VALUE_TEXT].type = NBIOT_STRING;
  values[VALUE_TEXT].flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE;
  values[VALUE_TEXT].capacity = sizeof soak->text;
  values[VALUE_TEXT].value.as_buf.val = soak->text;
  nbiot_resource_add(soak->device, 3306, 0, 5750, &values[VALUE_TEXT]);
  values[VALUE_ACTION].flag = NBIOT_EXECUTABLE;
  nbiot_resource_add(soak->device, 3306, 0, 5523, &values[VALUE_ACTION]);
  values[VALUE_IMAGE].type = NBIOT_BINARY;
  values[VALUE_IMAGE].flag = NBIOT_WRITABLE | NBIOT_STREAMED;
  if (!soak->plan.is_classic) nbiot_resource_add(soak->device, 5, 0, 0, &values[VALUE_IMAGE]);
  soak->piece_next = UINT32_MAX;
}

void firmware_boot(soak_t *soak) {
  int32_t status;
  active = soak;
  configure(soak);
  soak->life += 1;
  soak->boot_cuts = nbiot_mock_storage(soak->radio).cuts;
  wire_begin(soak);
  soak->wire.held_since = nbiot_mock_now(soak->world);
  do {
    status = soak->plan.is_classic
                 ? nbiot_device_create(&soak->device, ENDPOINT, SERVER_AT, (int32_t)soak->config.life_time,
                                       on_write_classic, NULL, on_execute_classic)
                 : nbiot_device_create_with(&soak->device, &soak->config);
  } while (status == NBIOT_ERR_RANDOM);
  if (status != NBIOT_ERR_OK) {
    fprintf(stderr, "world %llu: create answers %d\n", (unsigned long long)soak->seed, (int)status);
    exit(1);
  }
  add_resources(soak);
  nbiot_device_connect(soak->device, 0);
  soak->is_stirred = 1;
}

void firmware_reboot(soak_t *soak, int is_power_cut) {
  journal_text(soak, "%s", is_power_cut ? "power cut" : "reboot");
  nbiot_device_destroy(soak->device);
  nbiot_mock_power_up(soak->radio);
  trouble_radio(soak, OUT_SLEEP, 0);
  operator_excuse(soak);
  reports_forget(soak, is_power_cut);
  soak->was_refused = 0;
  soak->disabled_at = 0;
  soak->tally.reboots += !is_power_cut;
  soak->tally.power_cuts += is_power_cut != 0;
  firmware_boot(soak);
}

/* ---- What it does by itself */

static void tidy_spares(soak_t *soak) {
  for (uint32_t i = 0; i < SPARES; i++) {
    if (!soak->is_spare_used[i]) continue;
    if (nbiot_resource_del(soak->device, SPARE_OBJECT, soak->spare_ids[i], 5851) == 0) soak->is_spare_used[i] = 0;
    return;
  }
}

void firmware_fidget(soak_t *soak) {
  static const uint32_t lifetimes[] = {0, 0, 600, 3600, 28800};
  nbiot_device_t *device = soak->device;
  uint32_t kind = chance_below(&soak->chance, 40);
  if (kind >= 5) {
    reports_make(soak);
    return;
  }
  journal_text(soak, "the application meddles: %u", (unsigned)kind);
  wire_meddled(soak);
  switch (kind) {
    case 0: nbiot_device_connect(device, 0); break;
    case 1: nbiot_device_update(device, lifetimes[chance_below(&soak->chance, 5)], (int32_t)chance_below(&soak->chance, 2)); break;
    case 2: nbiot_device_rebind(device); break;
    case 3: nbiot_device_error(device, (uint8_t)chance_below(&soak->chance, 9)); break;
    default: tidy_spares(soak); break;
  }
  wire_meddled(soak);
}
