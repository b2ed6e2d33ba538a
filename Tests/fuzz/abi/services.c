/* services.c - the hooks that a platform may lack: waiting, locking, memory, the log, slots and hints.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "law.h"
#include "lent.h"
#include "line_parts.h"

#define WAITS 400u
#define LARGEST_BLOCK 0x40000u

/* Without wake, waits are slices of 500 ms: what lasts for years is shortened, for a hook may return late. A call that waits
 * for a silent server without end gets a name that does not resolve. */
static void wait(void *context, int32_t socket, uint32_t timeout_ms) {
  uint32_t next = line_next();
  uint64_t longer = (uint64_t)timeout_ms << (line.waits > 200 ? (line.waits / 100 < 12 ? line.waits / 100 : 12) : 0);
  law_tell("wait", timeout_ms, NULL, 0);
  law(context == &line && socket == line.socket, "nbiot_port.h, wait: on the open socket, or -1");
  line_note_call(0);
  line.waits += 1;
  if (line.waits > WAITS) line.faults[FAULT_RESOLVE].count = 1;
  if (line.waits > WAITS) line.faults[FAULT_RESOLVE].answer = NBIOT_PORT_BROKEN;
  line.now += socket >= 0 && next < longer ? next : longer;
}

static void wake(void *context, int32_t socket) {
  law(context == &line && socket >= -1, "nbiot_port.h, wake: a socket, or -1");
  line.calls += 1;
}

static void lock(void *context) {
  law(context == &line && line.locked == 0, "nbiot_port.h, lock: never taken twice");
  line.locked = 1;
}

static void unlock(void *context) {
  law(context == &line && line.locked == 1, "nbiot_port.h, unlock: only what is locked");
  line.locked = 0;
}

static void *allocate(void *context, uint32_t size) {
  law(context == &line && size > 0 && size % 8 == 0, "nbiot_port.h, allocate: a multiple of 8");
  line_note_call(1);
  return size > LARGEST_BLOCK ? NULL : lent_new(size);
}

static void release(void *context, void *memory) {
  law(context == &line, "hooks get their context");
  line_note_call(1);
  lent_free(memory);
}

static void note(void *context, uint8_t level, uint16_t event, uint32_t a, uint32_t b) {
  (void)a;
  (void)b;
  law(context == &line && level >= NBIOT_LOG_ERROR && level <= NBIOT_LOG_DEBUG, "nbiot_port.h, log: a level there is");
  law(event >= NBIOT_LOG_STATE && event <= NBIOT_LOG_STORAGE, "nbiot_port.h, log: an event there is");
  law(line.locked == 0, "nbiot_port.h, lock: not held while the log hook runs");
  line.calls += 1;
}

static int32_t store(void *context, uint32_t slot, const uint8_t *data, uint32_t length) {
  uint32_t limit = slot < 2 ? line.receive_capacity : line.stored_capacity;
  uint32_t index;
  int32_t answer;
  uint8_t copy[LINE_SLOT_ROOM];
  law(context == &line && slot < LINE_SLOTS, "nbiot_port.h, store: slots 0 ... 3");
  law(length == 1 || (length > 1 && length <= limit), "nbiot_port.h, store: no longer than the capacity");
  line_note_call(0);
  for (index = 0; index < length; index++) copy[index % LINE_SLOT_ROOM] = data[index];
  if (length > LINE_SLOT_ROOM) return 0;
  memcpy(line.slots[slot].bytes, copy, length);
  line.slots[slot].length = length;
  if (!line_fails(FAULT_STORE, &answer)) return (int32_t)length;
  line.slots[slot].length = length / 2;
  return answer;
}

static int32_t load(void *context, uint32_t slot, uint8_t *buffer, uint32_t size) {
  uint32_t length;
  int32_t answer;
  law(context == &line && slot < LINE_SLOTS, "nbiot_port.h, load: slots 0 ... 3");
  line_note_call(0);
  length = line.slots[slot].length;
  memset(buffer, 0xEE, size);
  if (line_fails(FAULT_LOAD, &answer)) return answer;
  memcpy(buffer, line.slots[slot].bytes, length < size ? length : size);
  return (int32_t)length;
}

static void udp_hint(void *context, int32_t socket, uint8_t reason, uint8_t expectation) {
  law(context == &line && socket >= 0 && socket == line.socket, "nbiot_port.h, udp_hint: on the open socket");
  law(reason >= NBIOT_SEND_BOOTSTRAP && reason <= NBIOT_SEND_SECURITY, "nbiot_port.h, udp_hint: a reason there is");
  law(expectation <= NBIOT_EXPECT_REPLY, "nbiot_port.h, udp_hint: an expectation there is");
  line.calls += 1;
  line.hinted = 1;
}

void line_clear_slots(void) {
  uint32_t slot;
  for (slot = 0; slot < LINE_SLOTS; slot++) line.slots[slot].length = 0;
}

void line_add_services(nbiot_platform_t *platform) {
  platform->wait = wait;
  platform->wake = wake;
  platform->lock = lock;
  platform->unlock = unlock;
  platform->allocate = allocate;
  platform->release = release;
  platform->log = note;
  platform->store = store;
  platform->load = load;
  platform->udp_hint = udp_hint;
}
