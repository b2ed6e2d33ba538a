/* noise.c - a module that says anything: random bytes, mutated lines, no answers, a UART that takes little. Whatever it
 * says, the port stays inside its memory, ends each step, and works again with a module in order.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "nbiot_at_modem.h"

#define STEPS 120000u
#define RING 700u
#define GUARD 16u

static nbiot_at_modem_t modem;
static nbiot_platform_t hooks;
static uint32_t now;
static uint64_t chance = 7;
static uint32_t written; /* In one call of a hook. */
static uint32_t most_written;
static uint8_t uart[256 + GUARD];
static uint8_t send[512 + GUARD];
static uint8_t receive[7 * RING + GUARD];
static char heard[64];
static uint32_t heard_length;
static int in_order; /* The module answers as it should. */
static uint32_t taken;

/* SplitMix64. */
static uint32_t draw(uint32_t below) {
  uint64_t z = chance += 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return (uint32_t)((z ^ z >> 31) >> 32) % below;
}

static uint32_t now_ms(void *context) {
  (void)context;
  return now;
}

static int32_t fill_random(void *context, uint8_t *buffer, uint32_t size) {
  (void)context;
  memset(buffer, 1, size);
  return 0;
}

static void say(const char *text) {
  nbiot_at_modem_feed(&modem, (const uint8_t *)text, (uint32_t)strlen(text));
}

static void answer(void) {
  if (strncmp(heard, "AT+NSOCR", 8) == 0) say("\r\n0\r\n");
  if (strncmp(heard, "AT+CEREG=1", 10) == 0) say("+CEREG:1\r\n");
  say("\r\nOK\r\n");
}

static uint32_t write_bytes(void *context, const uint8_t *bytes, uint32_t count) {
  (void)context;
  if (!in_order && draw(8) == 0) count = draw(count + 1u);
  written += count;
  for (uint32_t i = 0; i < count; i += 1) {
    if (bytes[i] != '\r') {
      if (heard_length + 1u < sizeof heard) heard[heard_length++] = (char)bytes[i];
      continue;
    }
    heard[heard_length] = '\0';
    heard_length = 0;
    if (in_order || draw(8) > 0) answer();
  }
  return count;
}

static void sleep_ms(void *context, uint32_t timeout_ms) {
  (void)context;
  now += timeout_ms;
}

static const char *const lines[] = {
    "\r\nOK\r\n", "\r\nERROR\r\n", "\r\n+CME ERROR:530\r\n", "\r\n+CME ERROR: 159\r\n", "\r\n0\r\n",
    "\r\n+NSONMI:0,30\r\n", "\r\n+NSONMI:0,65535\r\n", "\r\n0,183.230.40.150,36000,4,30313233,0\r\n",
    "\r\n+NSORF:0,10.0.0.1,5683,8,3031323334353637,0\r\n", "\r\n0,10.0.0.1,5683,512,30,4\r\n",
    "\r\n+CEREG:1,19E6,94,7\r\n", "\r\n+CSCON:1\r\n", "\r\n+CGDCONT:0,\"IP\",\"a, b\",,0,0\r\n",
    "\r\nM5310\r\n", "\r\n+CMDNS:10.0.0.1\r\n", "\r\n0,10\r\n", "AT+NSOST=0,1.2.3.4,5,2,0000\r",
};

static void say_line(void) {
  char text[80];
  const char *line = lines[draw(sizeof lines / sizeof lines[0])];
  uint32_t length = (uint32_t)strlen(line);
  if (line[2] == 'M' && draw(16) > 0) return; /* Seldom enough for sockets to live. */
  memcpy(text, line, length);
  for (uint32_t n = draw(3); n > 0; n -= 1) {
    const uint32_t at = draw(length);
    switch (draw(4)) {
      case 0: text[at] = (char)draw(256); break;
      case 1: text[at] = (char)('0' + draw(10)); break;
      case 2: memmove(text + at, text + at + 1u, --length - at); break;
      default: text[at] = ','; break;
    }
    if (length == 0) return;
  }
  nbiot_at_modem_feed(&modem, (const uint8_t *)text, length);
}

static void say_noise(void) {
  uint8_t bytes[300];
  const uint32_t length = draw(sizeof bytes);
  for (uint32_t i = 0; i < length; i += 1) bytes[i] = (uint8_t)draw(256);
  nbiot_at_modem_feed(&modem, bytes, length);
}

/* A datagram with nearly the length it says. */
static void say_datagram(void) {
  uint32_t length = draw(700);
  char head[] = "+NSORF:0,10.0.0.1,5683,000,";
  head[23] = (char)('0' + length / 100u);
  head[24] = (char)('0' + length / 10u % 10u);
  head[25] = (char)('0' + length % 10u);
  say(head + (draw(2) == 0 ? 0 : 7));
  if (draw(8) == 0) length += 1;
  for (; length > 0; length -= 1) {
    say("5A");
    if (length % 64u == 0) (void)nbiot_at_modem_step(&modem);
  }
  say(draw(8) == 0 ? "\r\n" : ",0\r\nOK\r\n");
}

static void use_hooks(void) {
  static uint8_t bytes[600];
  nbiot_address_t address = {NBIOT_FAMILY_IPV4, 0, 5683, {10, 0, 0, 1}};
  const int32_t socket = (int32_t)draw(9) - 1;
  switch (draw(7)) {
    case 0: (void)hooks.udp_open(&modem, NBIOT_FAMILY_IPV4, (uint16_t)draw(3)); break;
    case 1: hooks.udp_close(&modem, socket); break;
    case 2: (void)hooks.udp_send(&modem, socket, bytes, draw(600), &address); break;
    case 3: hooks.udp_hint(&modem, socket, 0, (uint8_t)draw(4)); break;
    case 4: hooks.wait(&modem, socket, draw(3000)); break;
    case 5: (void)hooks.resolve(&modem, "lwm2m.example", 1u + draw(13), &address); break;
    default: taken += hooks.udp_receive(&modem, socket, bytes, draw(sizeof bytes), &address) > 0; break;
  }
}

static void make_noise(void) {
  for (uint32_t step = 0; step < STEPS; step += 1) {
    written = 0;
    switch (draw(8)) {
      case 0: say_noise(); break;
      case 1: say_datagram(); break;
      case 2:
      case 3: say_line(); break;
      default: use_hooks(); break;
    }
    (void)nbiot_at_modem_step(&modem);
    if (written > most_written) most_written = written;
    now += draw(200);
  }
}

static int is_whole(const uint8_t *memory, uint32_t size) {
  for (uint32_t i = 0; i < GUARD; i += 1) {
    if (memory[size + i] != 0xA5) return 0;
  }
  return 1;
}

static void begin(void) {
  nbiot_at_modem_config_t config = NBIOT_AT_MODEM_CONFIG_INIT;
  memset(uart, 0xA5, sizeof uart);
  memset(send, 0xA5, sizeof send);
  memset(receive, 0xA5, sizeof receive);
  config.now_ms = now_ms;
  config.random = fill_random;
  config.write = write_bytes;
  config.sleep = sleep_ms;
  config.uart = uart;
  config.uart_size = 256;
  config.send = send;
  config.send_size = 512;
  config.receive = receive;
  config.receive_size = 7 * RING;
  config.sockets = 7;
  config.resolver = "CMDNS";
  expect_equal(nbiot_at_modem_init(&modem, &config), 0, "noise: begins");
  hooks = nbiot_at_modem_platform(&modem);
}

static void test_recovery(void) {
  const nbiot_address_t to = {NBIOT_FAMILY_IPV4, 0, 5683, {10, 0, 0, 1}};
  int32_t socket;
  in_order = 1;
  heard_length = 0;
  for (int32_t i = 0; i < 7; i += 1) hooks.udp_close(&modem, i);
  say("\r\nM5310\r\n");
  for (int i = 0; i < 300; i += 1) hooks.wait(&modem, -1, 100);
  expect(nbiot_at_modem_is_ready(&modem), "noise: bring-up succeeds afterwards");
  socket = hooks.udp_open(&modem, NBIOT_FAMILY_IPV4, 0);
  hooks.wait(&modem, -1, 1000);
  expect_equal(hooks.udp_send(&modem, socket, (const uint8_t *)"abc", 3, &to), 3, "noise: a datagram leaves");
  hooks.wait(&modem, -1, 1000);
  say("+NSORF:0,10.0.0.1,5683,3,616263,0\r\n");
  expect_equal(hooks.udp_receive(&modem, socket, uart, 0, &(nbiot_address_t){0, 0, 0, {0}}),
               NBIOT_PORT_TRUNCATED, "noise: a datagram arrives");
}

int main(void) {
  begin();
  make_noise();
  expect(is_whole(uart, 256) && is_whole(send, 512) && is_whole(receive, 7 * RING),
         "noise: nothing is written beside the lent memory");
  /* Two commands at most: one under way to its end, and one more. */
  expect(most_written <= 3 * 1200, "noise: a step writes no more than its commands");
  expect(taken > 100, "noise: datagrams got through it");
  test_recovery();
  return check_end();
}
