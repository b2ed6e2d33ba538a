/* sockets.c - seven of them, their rings, and what happens to them in between.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "script.h"

static script_t script;

static void test_seven(void) {
  static char commands[7][40];
  static char answers[7][24];
  static row_t rows[7];
  int distinct = 1;
  script_begin(&script);
  script_ready(&script);
  for (int i = 0; i < 7; i += 1) {
    snprintf(commands[i], sizeof commands[i], "AT+NSOCR=\"DGRAM\",17,%d,1", 1000 + i);
    snprintf(answers[i], sizeof answers[i], "%d\r\nOK\r\n", 6 - i);
    rows[i].command = commands[i];
    rows[i].answer = answers[i];
  }
  FOLLOW(&script, rows);
  for (int i = 0; i < 7; i += 1) {
    distinct &= script.hooks.udp_open(&script.modem, NBIOT_FAMILY_IPV4, (uint16_t)(1000 + i)) == i;
  }
  expect(distinct, "seven: each has its number at once");
  expect_equal(script.hooks.udp_open(&script.modem, NBIOT_FAMILY_IPV4, 0), NBIOT_PORT_BROKEN,
               "seven: no eighth");
  expect_equal(script.hooks.udp_open(&script.modem, NBIOT_FAMILY_IPV6, 0), NBIOT_PORT_UNSUPPORTED,
               "seven: no IPv6");
  script_run(&script, 500);
  expect(script_is_done(&script), "seven: created one after the other");
}

static void test_addressing(void) {
  static const row_t rows[] = {
      {"AT+NSOCR=\"DGRAM\",17,1,1", "4\r\nOK\r\n", 0},
      {"AT+NSOCR=\"DGRAM\",17,2,1", "2\r\nOK\r\n", 0},
      {NULL, "+NSONMI:2,1\r\n+NSONMI:4,1\r\n+NSONMI:3,1\r\n", 100},
      {"AT+NSORF=4,512", "4,1.2.3.4,5,1,61,0\r\nOK\r\n", 0},
      {"AT+NSORF=2,512", "2,1.2.3.4,5,1,62,0\r\nOK\r\n", 0},
      {"AT+NSORF=4,512", "OK\r\n", 0},
      {"AT+NSORF=2,512", "OK\r\n", 0},
  };
  int32_t first;
  int32_t second;
  script_begin(&script);
  script_ready(&script);
  FOLLOW(&script, rows);
  first = script.hooks.udp_open(&script.modem, NBIOT_FAMILY_IPV4, 1);
  second = script.hooks.udp_open(&script.modem, NBIOT_FAMILY_IPV4, 2);
  script_run(&script, 500);
  expect(script_is_done(&script), "two: the module's numbers are its own");
  expect(strcmp(script_receive(&script, first), "a") == 0, "two: what is for the first");
  expect(strcmp(script_receive(&script, second), "b") == 0, "two: what is for the second");
}

static void test_close_while_opening(void) {
  static const row_t rows[] = {
      {"AT+NSOCR=\"DGRAM\",17,7,1", "0\r\nOK\r\n", 50},
      {"AT+NSOCL=0", "OK\r\n", 0},
      {"AT+NSOCR=\"DGRAM\",17,7,1", "0\r\nOK\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  script_ready(&script);
  FOLLOW(&script, rows);
  socket = script.hooks.udp_open(&script.modem, NBIOT_FAMILY_IPV4, 7);
  script.hooks.udp_close(&script.modem, socket);
  expect_equal(script_send(&script, socket, "a"), NBIOT_PORT_BROKEN, "closed: no sending");
  (void)script.hooks.udp_open(&script.modem, NBIOT_FAMILY_IPV4, 7);
  script_run(&script, 500);
  expect(script_is_done(&script), "closed: after it was created, before its port is used again");
}

/* A device answers the last order of a bootstrap and leaves that server in the same breath. */
static void test_close_after_a_datagram(void) {
  static const row_t rows[] = {
      {"AT+NSOST=0,183.230.40.150,36000,1,61", "0,1\r\nOK\r\n", 0},
      {"AT+NSOSTF=0,183.230.40.150,36000,0x400,1,62", "+CME ERROR:159\r\n", 0},
      {"AT+NSOSTF=0,183.230.40.150,36000,0x400,1,62", "+CME ERROR:4\r\n", 0},
      {"AT+NSOST=0,183.230.40.150,36000,1,62", "0,1\r\nOK\r\n", 0},
      {"AT+NSOCL=0", "OK\r\n", 0},
      {"AT+NSOCR=\"DGRAM\",17,2334,1", "0\r\nOK\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  FOLLOW(&script, rows);
  (void)script_send(&script, socket, "a");
  script_run(&script, 10);
  script.hooks.udp_hint(&script.modem, socket, NBIOT_SEND_DEREGISTER, NBIOT_EXPECT_REPLY);
  expect_equal(script_send(&script, socket, "b"), 1, "closed: the pause after a command is no reason to refuse");
  script.hooks.udp_close(&script.modem, socket);
  (void)script.hooks.udp_open(&script.modem, NBIOT_FAMILY_IPV4, 2334);
  script_run(&script, 2000);
  expect(script_is_done(&script), "closed: what was taken leaves first");
  expect_equal(nbiot_at_modem_counters(&script.modem).unsent, 0, "closed: nothing is lost");
}

/* Room for one datagram of 512 bytes; the module keeps the second. */
static void test_full_ring(void) {
  static char longest[1100];
  static const row_t rows[] = {
      {"AT+NSOCR=\"DGRAM\",17,2334,1", "0\r\nOK\r\n", 0},
      {NULL, "+NSONMI:0,512\r\n", 100},
      {"AT+NSORF=0,512", longest, 0},
  };
  static const row_t rest[] = {
      {"AT+NSORF=0,512", "0,1.2.3.4,5,1,62,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "OK\r\n", 0},
  };
  int32_t socket;
  const int length = snprintf(longest, sizeof longest, "0,1.2.3.4,5,512,");
  memset(longest + length, '4', 1024);
  snprintf(longest + length + 1024, sizeof longest - (size_t)length - 1024u, ",0\r\nOK\r\n");
  script_begin(&script);
  script.config.receive_size = 7 * (NBIOT_AT_MODEM_OVERHEAD + 512);
  script_restart(&script);
  script_ready(&script);
  FOLLOW(&script, rows);
  socket = script.hooks.udp_open(&script.modem, NBIOT_FAMILY_IPV4, 2334);
  script_run(&script, 2000);
  expect(script_is_done(&script), "full: the module is not asked for more");
  FOLLOW(&script, rest);
  expect_equal((long long)strlen(script_receive(&script, socket)), 512, "full: the longest fits");
  script_run(&script, 200);
  expect(strcmp(script_receive(&script, socket), "b") == 0, "full: the next is fetched when there is room");
  script_run(&script, 200);
  expect(script_is_done(&script), "full: the rows");
}

static void test_full_ring_pushed(void) {
  static const row_t opens[] = {{"AT+NSOCR=\"DGRAM\",17,0,2", "0\r\nOK\r\n", 0}};
  static const row_t rows[] = {
      {NULL, "+NSORF:0,1.2.3.4,5,8,3031323334353637,0\r\n", 0},
      {NULL, "+NSORF:0,1.2.3.4,5,8,3031323334353637,0\r\n", 0},
      {NULL, "+NSORF:0,1.2.3.4,5,8,3031323334353637,0\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  script.config.receive_size = 7 * 40;
  socket = script_open_pushed(&script, opens);
  FOLLOW(&script, rows);
  script_run(&script, 100);
  expect(strcmp(script_receive(&script, socket), "01234567") == 0, "full, pushed: the first");
  expect(strcmp(script_receive(&script, socket), "01234567") == 0, "full, pushed: the second");
  expect(strcmp(script_receive(&script, socket), "") == 0, "full, pushed: the third is gone");
  expect_equal(nbiot_at_modem_counters(&script.modem).unreceived, 1, "full, pushed: counted");
}

static void test_restart_in_a_datagram(void) {
  static const row_t rows[] = {
      {NULL, "+NSONMI:0,4\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5,4,303132\r\nM5310\r\nOK\r\n", 0},
      {"AT", "OK\r\n", 0},
      {"AT+COPS=1,2,\"46000\"", "OK\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  FOLLOW(&script, rows);
  script_run(&script, 330);
  expect(script_is_done(&script), "restart in a datagram: bring-up begins");
  expect(strcmp(script_receive(&script, socket), "!") == 0, "restart in a datagram: half of it is nothing");
}

static void test_uart_overflow(void) {
  static const row_t rows[] = {{"AT", NULL, 0}};
  uint8_t bytes[100] = {0};
  script_begin(&script);
  script.config.uart_size = 64;
  script_restart(&script);
  FOLLOW(&script, rows);
  nbiot_at_modem_feed(&script.modem, bytes, sizeof bytes);
  expect_equal(nbiot_at_modem_counters(&script.modem).bytes_lost, 37, "UART: 63 of 100 bytes fit");
  (void)nbiot_at_modem_step(&script.modem);
  nbiot_at_modem_feed(&script.modem, bytes, 62);
  expect_equal(nbiot_at_modem_counters(&script.modem).bytes_lost, 37,
               "UART: and again after a step, behind the mark of what was lost");
}

static void test_default(void) {
  script_begin(&script);
  nbiot_at_modem_set_default(NULL);
  expect((nbiot_init_environment)() < 0, "default: none yet");
  nbiot_at_modem_set_default(&script.modem);
  expect((nbiot_init_environment)() == 0 && nbiot_platform_default()->context == &script.modem &&
             nbiot_platform_default()->abi == NBIOT_ABI,
         "default: the modem that was chosen");
  nbiot_clear_environment();
  expect(nbiot_platform_default()->udp_open == NULL, "default: none any more");
}

int main(void) {
  test_seven();
  test_addressing();
  test_close_while_opening();
  test_close_after_a_datagram();
  test_full_ring();
  test_full_ring_pushed();
  test_restart_in_a_datagram();
  test_uart_overflow();
  test_default();
  return check_end();
}
