/* template_platform.c - every hook, answering that it is not there. What each has to do is said where
 * you write it; ports/HOOKS.md says it with reasons, and ports/contract tells when it is right.
 *
 * Each hook gets `context` as given to nbiot_template_platform(). None may call an nbiot_* function.
 * "Under the lock" means: between the lock hook and the unlock hook, so be short and never wait.
 * REQUIRED hooks are needed by every device. Of the others leave away what you do not want: delete
 * the function and its line in nbiot_template_platform(). One that is there must do its work.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "nbiot_template.h"

/* ---- Clock and randomness --------------------------------------------------------------------- */

/* REQUIRED. A counter of milliseconds. Under the lock, and often: make it cheap.
 *   Answer    from anywhere, wrapping at 2^32. It counts while the CPU sleeps, and never steps back.
 *   Mistakes  SysTick, which stops in deep sleep; ticks of 10 ms as they are; a timer of 24 bits that
 *             wraps early; wall-clock time that the network sets.
 *   Until     0: a clock that stands still. Nothing is sent again, no timeout ends. */
static uint32_t template_now_ms(void *context) {
  (void)context;
  return 0;
}

/* REQUIRED. Fill buffer[0 ... size - 1] with bytes that nobody can guess. Under the lock.
 *   Answer    0, or negative: create then answers NBIOT_ERR_RANDOM.
 *   Mistakes  rand(); a seed that is the same after each reset; reading the generator before its
 *             ready flag; writing whole words over the end when size is not a multiple of 4. */
static int32_t template_random(void *context, uint8_t *buffer, uint32_t size) {
  (void)context;
  (void)buffer;
  (void)size;
  return NBIOT_PORT_UNSUPPORTED;
}

/* ---- Names and datagrams ---------------------------------------------------------------------- */

/* REQUIRED. Turn a name, or an address as text, into an address. Not under the lock; never waits.
 *   host      host_length bytes, 1 ... 255, WITHOUT a zero at the end.
 *   address   on success family and bytes (network order); `reserved` and unused bytes 0. Port: leave.
 *   Answer    1 = done; 0 = begun or still under way, called again with the same host, ten times a
 *             second; negative = failed, tried again with back-off.
 *   Mistakes  getaddrinfo() or AT+DNS with a wait inside; 0 for ever after the query has failed. */
static int32_t template_resolve(void *context, const char *host, uint32_t host_length,
                                nbiot_address_t *address) {
  (void)context;
  (void)host;
  (void)host_length;
  (void)address;
  return NBIOT_PORT_UNSUPPORTED;
}

/* REQUIRED. Open a UDP socket that never blocks and is not connected to anybody. Under the lock.
 *   family      NBIOT_FAMILY_IPV4 or NBIOT_FAMILY_IPV6; negative for one you do not have.
 *   local_port  host order; 0 = any.
 *   Answer      a number from 0 up, which the other hooks get; negative = not now: back-off.
 *   Mistakes    connect(): datagrams from another port of the server are lost then; numbers that
 *               are used up for good after some re-openings. */
static int32_t template_udp_open(void *context, uint8_t family, uint16_t local_port) {
  (void)context;
  (void)family;
  (void)local_port;
  return NBIOT_PORT_UNSUPPORTED;
}

/* Take a note for the next udp_send on this socket. Under the lock; sends nothing. Optional.
 *   reason       NBIOT_SEND_*: why it leaves.
 *   expectation  NBIOT_EXPECT_NOTHING or _REPLY: release assistance; 0 = say nothing to the radio.
 *   Mistakes     releasing on 0; putting the radio to sleep on it. */
static void template_udp_hint(void *context, int32_t socket, uint8_t reason, uint8_t expectation) {
  (void)context;
  (void)socket;
  (void)reason;
  (void)expectation;
}

/* REQUIRED. Hand one datagram to the network. Under the lock; never waits for the air.
 *   data, to  for the time of the call: copy what the driver sends later. Port in host order.
 *   Answer    length = taken; 0 = no room now, offered again in 20 ms; negative = the socket is
 *             broken, it is closed and another opened with back-off.
 *   Mistakes  0 for success; negative for "buffer full" (0) or "no network" (one datagram lost:
 *             length); a part of a datagram. */
static int32_t template_udp_send(void *context, int32_t socket, const uint8_t *data,
                                 uint32_t length, const nbiot_address_t *to) {
  (void)context;
  (void)socket;
  (void)data;
  (void)length;
  (void)to;
  return NBIOT_PORT_UNSUPPORTED;
}

/* REQUIRED. Take the oldest datagram that waits. Under the lock; never waits for one.
 *   buffer    size bytes; write no more, and no zero behind the data.
 *   from      the sender: port in host order, `reserved` and unused bytes 0.
 *   Answer    its length; 0 = none; NBIOT_PORT_TRUNCATED = longer than size and thrown away whole
 *             (its first size bytes, or nothing, are in the buffer); other negatives = broken.
 *   Mistakes  -1 or EAGAIN for "none"; a datagram cut to size; the rest of a long one as the next;
 *             an ICMP report as broken; an empty datagram as "none" (skip it, read on). */
static int32_t template_udp_receive(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                                    nbiot_address_t *from) {
  (void)context;
  (void)socket;
  (void)buffer;
  (void)size;
  (void)from;
  return NBIOT_PORT_UNSUPPORTED;
}

/* REQUIRED. Close a socket: once for each that udp_open gave. Under the lock.
 *   Mistakes  keeping its local port or its number. */
static void template_udp_close(void *context, int32_t socket) {
  (void)context;
  (void)socket;
}

/* ---- Sleeping --------------------------------------------------------------------------------- */

/* Sleep until a datagram waits at the socket, template_wake(), or timeout_ms. Not under the lock.
 * Needed by the calls that block: connect, step and close with a timeout. Not by poll.
 *   socket      -1 while none is open: then sleep until template_wake() or timeout_ms.
 *   timeout_ms  0 ... 2^31 - 1. Longer than your watchdog: sleep in slices and kick it between them.
 *   Mistakes    sleeping when the datagram or the wake came before the call; reading the datagram;
 *               returning at once, always: the end of the battery. Early now and then is harmless. */
static void template_wait(void *context, int32_t socket, uint32_t timeout_ms) {
  (void)context;
  (void)socket;
  (void)timeout_ms;
}

/* End that wait, or the next one on this socket if nobody waits: give a binary semaphore. Called by
 * other tasks, under the lock. Without this hook waits are cut into 500 ms.
 *   Mistakes  a signal that is lost when nobody waits; a flag that stays set, so that wait spins. */
static void template_wake(void *context, int32_t socket) {
  (void)context;
  (void)socket;
}

/* ---- Several tasks ---------------------------------------------------------------------------- */

/* Enter and leave one mutex, with priority inheritance if there is. Needs not be recursive. Only for
 * more than one task. Both or neither.
 *   Mistakes  masking interrupts: hooks run inside, your UART may not; one that times out. */
static void template_lock(void *context) { (void)context; }

static void template_unlock(void *context) { (void)context; /* See template_lock. */ }

/* ---- Memory ----------------------------------------------------------------------------------- */

/* Once for each device that is created without config.memory; never later. Both or neither.
 *   Answer    size bytes aligned to 8, or null: create then answers NBIOT_ERR_NO_MEMORY.
 *   Mistakes  alignment to 4. */
static void *template_allocate(void *context, uint32_t size) {
  (void)context;
  (void)size;
  return NULL;
}

/* What template_allocate() gave, back. */
static void template_release(void *context, void *memory) {
  (void)context;
  (void)memory;
}

/* ---- What happens ----------------------------------------------------------------------------- */

/* Note what happened, in numbers: NBIOT_LOG_*. Not under the lock, but the protocol waits for it.
 *   Mistakes  printing to a slow UART here. Put the four numbers into a ring and print elsewhere. */
static void template_log(void *context, uint8_t level, uint16_t event, uint32_t a, uint32_t b) {
  (void)context;
  (void)level;
  (void)event;
  (void)a;
  (void)b;
}

/* ---- What outlives a power cut ---------------------------------------------------------------- */

/* Write slot 0 ... 3 in place of what is in it; on the medium when this returns. Not under the lock: an
 * erase may take its time. Slots 0 and 1: the account of a device that bootstraps, keys in clear. 2
 * and 3: stored notifications (stored_kept). Both or neither of store and load.
 *   length    1 ... receive_capacity, slots 2 and 3: 1 ... stored_capacity. 1 happens: factory reset.
 *   Answer    length; anything else is a failure, and 0 is too.
 *   Mistakes  0 for success; both slots of a pair in one flash page; answering before it is written;
 *             forgetting the length: put it in front of the data. */
static int32_t template_store(void *context, uint32_t slot, const uint8_t *data, uint32_t length) {
  (void)context;
  (void)slot;
  (void)data;
  (void)length;
  return NBIOT_PORT_UNSUPPORTED;
}

/* Read a slot from its beginning. Not under the lock.
 *   Answer    how many bytes the slot holds, even if that is more than size; 0 = never written;
 *             negative = unreadable. Written to buffer: the smaller of that and size. */
static int32_t template_load(void *context, uint32_t slot, uint8_t *buffer, uint32_t size) {
  (void)context;
  (void)slot;
  (void)buffer;
  (void)size;
  return NBIOT_PORT_UNSUPPORTED;
}

/* ---- The struct ------------------------------------------------------------------------------- */

nbiot_platform_t nbiot_template_platform(void *context) {
  nbiot_platform_t platform = NBIOT_PLATFORM_INIT;
  platform.context = context;
  platform.now_ms = template_now_ms;
  platform.random = template_random;
  platform.resolve = template_resolve;
  platform.udp_open = template_udp_open;
  platform.udp_hint = template_udp_hint;
  platform.udp_send = template_udp_send;
  platform.udp_receive = template_udp_receive;
  platform.udp_close = template_udp_close;
  platform.wait = template_wait;
  platform.wake = template_wake;
  platform.lock = template_lock;
  platform.unlock = template_unlock;
  platform.allocate = template_allocate;
  platform.release = template_release;
  platform.log = template_log;
  platform.store = template_store;
  platform.load = template_load;
  return platform;
}

/* ---- For programs that use nbiot_device_create() ---------------------------------------------- */

static nbiot_platform_t the_platform = NBIOT_PLATFORM_INIT;

/* Valid until nbiot_clear_environment(); never null, ready or not. */
const nbiot_platform_t *nbiot_platform_default(void) {
  the_platform = nbiot_template_platform(NULL);
  return &the_platform;
}

/* Start the UART, the timer, the generator. 0 = ready, also when called again; negative = not, and
 * nothing has changed. The parentheses keep the macro of that name away. */
int32_t(nbiot_init_environment)(void) { return NBIOT_PORT_UNSUPPORTED; }

/* Undo that. The application has destroyed its devices. */
void nbiot_clear_environment(void) {}
