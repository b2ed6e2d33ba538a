/* program.c - the actions of a program. The first part is the configuration; each other is an action, by its first byte.
 * SPDX-License-Identifier: Apache-2.0 */
#include "program.h"

#include "callbacks.h"
#include "calls.h"
#include "grammar.h"
#include "law.h"
#include "lent.h"
#include "line.h"
#include "manners.h"
#include "secure.h"
#include "settings.h"
#include "things.h"

#define POLLS 300u  /* At most in one run. */
#define AT_ONCE 64u /* Passes without time going by, and without a datagram. */
#define ACTIONS 200u

static nbiot_device_t *device;
static uint32_t *wait_ms;
static uint32_t states;
static uint8_t was_kept;

uint32_t program_states(void) { return states; }

/* ---- Time */

static uint32_t poll(void) {
  *wait_ms = 0xEEEEEEEE;
  call_poll(device, wait_ms);
  law(*wait_ms <= INT32_MAX, "nbiot_device_poll: 0 ... 2^31-1 ms");
  states |= 1u << call_state(device);
  return *wait_ms;
}

/* Without anything new a second call sends nothing and asks nobody. */
static void check_rest(void) {
  uint32_t sent = line.sent, count = callbacks_count();
  poll();
  law(sent == line.sent && count == callbacks_count(), "nbiot_device_poll: a spurious call is free");
}

static void run(uint32_t ms) {
  uint64_t end = line.now + ms;
  uint32_t polls, idle = 0;
  if (device == NULL) return;
  for (polls = 0; polls < POLLS; polls++) {
    uint32_t taken = line.taken, failed = line.failed;
    uint32_t wait = poll();
    uint32_t next = line.socket < 0 ? UINT32_MAX : line_next();
    if (wait > 0 && next > 0 && failed == line.failed) check_rest();
    if (next < wait) wait = next;
    idle = wait == 0 && taken == line.taken ? idle + 1 : 0;
    law(idle < AT_ONCE, "nbiot_device_poll: each pass ends with something to wait for");
    if (line.now + wait >= end) break;
    line.now += wait;
  }
  line.now = end > line.now ? end : line.now;
}

static void pass_time(script_t *script) {
  static const uint32_t times[] = {0, 1, 50, 500, 2000, 5000, 20000, 93000, 250000, 3600000, 86400000, 30};
  run(PICK(script, times));
}

/* ---- The device */

static void create(script_t *script) {
  uint8_t furnished = take8(script);
  device = settings_create(script);
  callbacks_serve(device, was_kept);
  if (device == NULL) {
    settings_end();
    return;
  }
  if (furnished % 8 != 7) things_furnish(device);
  if (furnished % 8 < 5) call_connect(device, 0);
  if (furnished % 8 < 4) run(2000);
}

static void destroy(void) {
  if (device == NULL) return;
  call_statistics(device, sizeof(nbiot_statistics_t));
  call_destroy(device);
  law(line.socket < 0, "nbiot_device_destroy: closes the socket");
  law(!settings_lent_memory() || call_state(device) == NBIOT_ERR_BADPARAM,
      "nbiot.h, Null: a destroyed device answers NBIOT_ERR_BADPARAM while its block is untouched");
  things_end();
  settings_end();
  device = NULL;
}

/* The power goes, at once or after a destroy; slots stay. */
static void start_anew(script_t *script) {
  script_t rest = *script;
  destroy();
  was_kept = 1;
  create(&rest);
}

static const int32_t timeouts[] = {0, 0, 1, 5, 60, -1, -2, 200, INT32_MIN};

static void do_connect(script_t *script) { call_connect(device, PICK(script, timeouts)); }

static void do_step(script_t *script) { call_step(device, PICK(script, timeouts)); }

static void do_close(script_t *script) { call_close(device, PICK(script, timeouts)); }

static void do_sync(script_t *script) {
  (void)script;
  call_sync(device);
}

static void do_update(script_t *script) {
  static const uint32_t lifetimes[] = {0, 60, 15, 14, 0x0FFFFFFF, 0x10000000};
  uint32_t lifetime = PICK(script, lifetimes);
  call_update(device, lifetime, (int32_t)take_below(script, 2));
}

static void do_rebind(script_t *script) {
  (void)script;
  call_rebind(device);
}

static void do_look(script_t *script) {
  static const uint32_t sizes[] = {sizeof(nbiot_statistics_t), 0, 1, 4, 40, sizeof(nbiot_statistics_t) + 9};
  call_state(device);
  call_socket(device);
  call_error(device, take8(script));
  call_statistics(device, PICK(script, sizes));
}

/* ---- Values */

static void do_add(script_t *script) { things_add(device, script); }
static void do_add_multiple(script_t *script) { things_add_multiple(device, script); }
static void do_remove(script_t *script) { things_remove(device, script); }
static void do_set(script_t *script) { things_set(device, script); }

static void do_notify(script_t *script) {
  static const uint32_t ids[] = {0, 1, 2, 3, 4, 5, 6, 7, 65535, 65536, 0, 8, 9};
  uint32_t id = PICK(script, ids);
  callbacks_notified(id, call_notify(device, things_path(script), id));
}

static void do_respond(script_t *script) {
  static const int32_t codes[] = {0, 0, 404, 500, 399, 600, -1, 599};
  nbiot_request_t request = callbacks_request(take_below(script, 3));
  int32_t code = PICK(script, codes);
  uint32_t choice = take8(script);
  nbiot_value_t *value = choice % 4 == 3 ? things_value(script) : NULL;
  call_respond(device, choice == 255 ? 0xFFFFFFFF : request, code, value);
  if (value != NULL) things_take_back(value);
}

/* ---- The world */

static void do_fault(script_t *script) {
  static const int32_t answers[] = {0, -1, NBIOT_PORT_BROKEN, NBIOT_PORT_UNSUPPORTED, INT32_MIN, NBIOT_ERR_PENDING};
  uint32_t kind = take_below(script, FAULTS);
  line.faults[kind].answer = PICK(script, answers);
  line.faults[kind].count = take_below(script, 20);
  if (kind == FAULT_RANDOM && line.faults[kind].answer == 0) line.faults[kind].answer = -1;
  if (kind == FAULT_OPEN && line.faults[kind].answer == 0) line.faults[kind].answer = -1;
}

static void do_clock(script_t *script) { line.clock += take8(script) & 1 ? take32(script) : 0u - take16(script); }

static void seal(uint8_t *bytes, uint32_t length, uint32_t from, uint32_t to) {
  uint32_t sum = UINT32_MAX, index, bit;
  for (index = from; index < from + length; index++) {
    sum ^= bytes[index];
    for (bit = 0; bit < 8; bit++) sum = sum & 1u ? sum >> 1 ^ 0xEDB88320u : sum >> 1;
  }
  for (index = 0; index < 4; index++) bytes[to + index] = (uint8_t)(~sum >> (24 - 8 * index));
}

/* What is in a slot: changed, cut off or all new, with a check sum that is right (docs/decisions/0018, 0022). */
static void do_slot(script_t *script) {
  uint32_t slot = take_below(script, LINE_SLOTS);
  uint8_t choice = take8(script);
  uint8_t *bytes = line.slots[slot].bytes;
  uint32_t *length = &line.slots[slot].length;
  if (choice & 1) *length = take16(script) % (LINE_SLOT_ROOM + 1);
  while (script_left(script) > 1 && *length > 0) {
    uint32_t place = take8(script) % *length;
    bytes[place] = take8(script);
  }
  if (choice & 2 && *length > 14 && slot < 2) {
    memcpy(bytes, "NB\x01", 3);
    bytes[8] = (uint8_t)((*length - 14) >> 8);
    bytes[9] = (uint8_t)(*length - 14);
    seal(bytes, *length - 4, 0, *length - 4);
  } else if (choice & 2 && *length > 14) {
    memcpy(bytes + 4, "NQ\x01\x00", 4);
    bytes[12] = (uint8_t)((*length - 14) >> 8);
    bytes[13] = (uint8_t)(*length - 14);
    seal(bytes, *length - 4, 4, 0);
  }
}

static void do_manners(script_t *script) { manners_change(script); }
static void do_callbacks(script_t *script) { callbacks_change(script); }
static void do_touch(script_t *script) { things_touch(script); }
static void do_secure(script_t *script) { secure_change(script); }

static void do_head(script_t *script) { line.leaves_head = (uint8_t)take_below(script, 2); }

/* ---- Datagrams */

static void say(script_t *script, void (*make)(script_t *, message_t *)) {
  static const uint16_t delays[] = {0, 0, 0, 0, 1, 500, 3000, 60000};
  uint32_t choice = take8(script);
  message_t message;
  make(script, &message);
  manners_send(&message, delays[choice & 7], choice >> 3 == 31);
  if ((choice & 7) < 3) run(choice & 1 ? 0 : 10);
}

static void do_request(script_t *script) { say(script, grammar_request); }
static void do_answer(script_t *script) { say(script, grammar_answer); }
static void do_block(script_t *script) { say(script, grammar_block); }
static void do_repeat(script_t *script) { say(script, grammar_repeat); }
static void do_raw(script_t *script) { say(script, grammar_raw); }

/* ---- Without a device, and with the classic form */

static void do_without(script_t *script) {
  static const nbiot_path_t path = {1000, 0, 0, NBIOT_ID_NONE};
  int all = call_connect(NULL, 0) & call_step(NULL, 0) & call_poll(NULL, NULL) & call_sync(NULL) & call_update(NULL, 0, 0) &
            call_rebind(NULL) & call_close(NULL, 0) & call_add(NULL, path, NULL) & call_remove(NULL, path) &
            call_set(NULL, path, NULL) & call_notify(NULL, path, 1) & call_error(NULL, 1) & call_destroy(NULL) &
            call_respond(NULL, 1, 0, NULL) & call_state(NULL) & call_socket(NULL) & call_create(NULL, NULL) &
            call_add_multiple(NULL, path, NULL, 1);
  (void)script;
  law(all == NBIOT_ERR_BADPARAM, "nbiot.h, Null: a null device answers NBIOT_ERR_BADPARAM");
  law(nbiot_version() == NBIOT_VERSION && nbiot_device_memory_size(NULL) == 0, "nbiot.h: what needs no device");
  if (device == NULL) return;
  law(call_add(device, path, NULL) == NBIOT_ERR_BADPARAM && call_set(device, path, NULL) == NBIOT_ERR_BADPARAM,
      "nbiot.h, Null: so does a null pointer that is required");
}

const nbiot_platform_t *nbiot_platform_default(void) {
  static nbiot_platform_t platform;
  platform = line_platform();
  return &platform;
}

static void do_classic(script_t *script) {
  static const char *const uris[] = {"coap://10.0.1.1", "coap://10.0.1.1:5683?bs", "10.0.1.1:5683", NULL};
  static const int32_t lifetimes[] = {0, 300, -1, 14, INT32_MAX};
  nbiot_device_t *classic = NULL;
  const char *uri = PICK(script, uris);
  int32_t lifetime = PICK(script, lifetimes);
  if (device != NULL) return;
  if (nbiot_device_create(&classic, "imei;imsi", uri, lifetime, NULL, NULL, NULL) != NBIOT_ERR_OK) return;
  line.receive_capacity = line.send_limit = 512;
  line.hides_rest = 0;
  device = classic;
  call_connect(device, 0);
  run(3000);
  call_destroy(device);
  device = NULL;
}

static void (*const actions[])(script_t *) = {
    do_request, do_request, do_request, do_request, do_request, do_request, do_request, do_request, do_answer,
    do_answer,  do_answer,  do_block,   do_block,   do_block,   do_block,   do_repeat,  do_raw,     pass_time,
    pass_time,  pass_time,  pass_time,  do_connect, do_step,    do_close,   do_sync,    do_update,  do_rebind,
    do_look,    do_add,     do_remove,  do_set,     do_notify,  do_notify,  do_notify,  do_respond, do_fault,
    do_clock,   do_slot,    do_manners, do_manners, do_callbacks, do_callbacks, do_touch, do_secure, do_head,
    do_without, do_classic, start_anew, do_add_multiple, pass_time};

static void act(script_t *script) {
  void (*action)(script_t *) = PICK(script, actions);
  if (device == NULL && action != start_anew && action != do_classic && action != do_without && action != do_slot) return;
  action(script);
}

void program_run(const uint8_t *bytes, size_t length) {
  script_t script = script_of(bytes, length);
  script_t part = take_part(&script);
  uint32_t count;
  line_begin(take32(&part), 7);
  line_clear_slots();
  manners_begin();
  secure_begin();
  callbacks_begin();
  grammar_begin();
  wait_ms = lent_new(sizeof *wait_ms);
  was_kept = 0;
  create(&part);
  for (count = 0; count < ACTIONS && script_left(&script) > 0; count++) {
    part = take_part(&script);
    act(&part);
  }
  destroy();
  lent_end();
}
