/* troubles.c - a module or a network that does what none should: an OK too early, a flood, more bytes than the UART's ring
 * takes, a socket that is gone; and a clock that ran for weeks in between.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "script.h"

static script_t script;

/* Two sockets of the module, 4 and 2. */
static const row_t opens[] = {
    {"AT+NSOCR=\"DGRAM\",17,1,1", "4\r\nOK\r\n", 0},
    {"AT+NSOCR=\"DGRAM\",17,2,1", "2\r\nOK\r\n", 0},
};

static void open_two(int32_t sockets[2]) {
  script_ready(&script);
  FOLLOW(&script, opens);
  sockets[0] = script.hooks.udp_open(&script.modem, NBIOT_FAMILY_IPV4, 1);
  sockets[1] = script.hooks.udp_open(&script.modem, NBIOT_FAMILY_IPV4, 2);
  script_run(&script, 200);
}

/* The UART takes a byte every five milliseconds; the stray result comes when a quarter is written. */
static void test_result_in_a_command(const char *result) {
  row_t rows[] = {
      {NULL, result, 50},
      {"AT+NSOST=0,183.230.40.150,36000,1,61", "0,1\r\nOK\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  script.appetite = 1;
  FOLLOW(&script, rows);
  (void)script_send(&script, socket, "a");
  script_run(&script, 1000);
  expect(script_is_done(&script), "early: a command is written to its end, whatever is said meanwhile");
  expect_equal(nbiot_at_modem_counters(&script.modem).unsent, 0, "early: and its own answer counts");
}

static void test_flood_of_one_socket(void) {
  static const row_t rows[] = {
      {NULL, "+NSONMI:4,1\r\n+NSONMI:2,1\r\n", 0},
      {"AT+NSORF=4,512", "4,1.2.3.4,5,1,61,0\r\nOK\r\n", 0},
      {"AT+NSORF=2,512", "2,1.2.3.4,5,1,62,0\r\nOK\r\n", 0},
      {"AT+NSORF=4,512", "4,1.2.3.4,5,1,63,0\r\nOK\r\n", 0},
      {"AT+NSORF=2,512", "OK\r\n", 0},
      {"AT+NSORF=4,512", "4,1.2.3.4,5,1,64,0\r\nOK\r\n", 0},
      {"AT+CMDNS=\"lwm2m.example\"", "OK\r\n+CMDNS:10.0.0.1\r\n", 0},
      {"AT+NSORF=4,512", "OK\r\n", 0},
  };
  int32_t sockets[2];
  nbiot_address_t address;
  script_begin(&script);
  script.config.resolver = "CMDNS";
  script_restart(&script);
  open_two(sockets);
  FOLLOW(&script, rows);
  script_run(&script, 90);
  (void)script.hooks.resolve(&script.modem, "lwm2m.example", 13, &address);
  script_run(&script, 500);
  expect(script_is_done(&script), "flood: sockets take turns, and a name does not wait for the end of it");
  expect(strcmp(script_receive(&script, sockets[1]), "b") == 0, "flood: the other socket has its datagram");
}

/* The head of one datagram and the end of another have the right length together. */
static void test_overflow_in_a_datagram(void) {
  static const row_t open = {"AT+NSOCR=\"DGRAM\",17,0,2", "0\r\nOK\r\n", 0};
  static const char *const parts[] = {
      "+NSORF:0,1.2.3.4,5,4,3031                                      ",
      "3233,0\r\n+NSORF:0,1.2.3.4,5,4,3435", /* Lost. */
      "3637,0\r\n",
      "+NSORF:0,1.2.3.4,5,2,6F6B,0\r\n",
  };
  int32_t socket;
  script_begin(&script);
  script.config.uart_size = 64;
  socket = script_open_pushed(&script, &open);
  for (unsigned i = 0; i < sizeof parts / sizeof parts[0]; i += 1) {
    nbiot_at_modem_feed(&script.modem, (const uint8_t *)parts[i], (uint32_t)strlen(parts[i]));
    if (i > 0) (void)nbiot_at_modem_step(&script.modem);
  }
  expect_equal(nbiot_at_modem_counters(&script.modem).bytes_lost, (long long)strlen(parts[1]),
               "overflow: what the ring does not take is counted");
  expect(strcmp(script_receive(&script, socket), "ok") == 0, "overflow: two halves are no datagram, the next is");
}

/* The number of a socket that is gone belongs to the next one that is created. */
static void test_datagram_of_a_lost_socket(void) {
  static const row_t rows[] = {
      {NULL, "+NSONMI:4,1\r\n", 0},
      {"AT+NSORF=4,512", "+CME ERROR:530\r\n", 50},
      {"AT+NSOCR=\"DGRAM\",17,3,1", "4\r\nOK\r\n", 0},
  };
  int32_t sockets[2];
  script_begin(&script);
  open_two(sockets);
  FOLLOW(&script, rows);
  script_run(&script, 10);
  expect_equal(script_send(&script, sockets[0], "a"), 1, "lost socket: a datagram waits for a command to end");
  (void)script.hooks.udp_open(&script.modem, NBIOT_FAMILY_IPV4, 3);
  script_run(&script, 1000);
  expect(script_is_done(&script), "lost socket: the datagram does not leave by another one");
  expect_equal(nbiot_at_modem_counters(&script.modem).unsent, 1, "lost socket: it is counted");
}

/* Half of 2^32 ms are 24.8 days. */
static void test_weeks_of_silence(void) {
  static const row_t rows[] = {{"AT+NSOST=0,183.230.40.150,36000,1,61", "0,1\r\nOK\r\n", 0}};
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  script.now += 0x80000000u;
  FOLLOW(&script, rows);
  (void)script_send(&script, socket, "a");
  script_run(&script, 100);
  expect(script_is_done(&script), "weeks: a pause of milliseconds is over after them");
}

static void test_longest_time_out(void) {
  static const row_t rows[] = {{"AT+COPS=?", "OK\r\n", 600000}};
  script_begin(&script);
  script_ready(&script);
  FOLLOW(&script, rows);
  (void)nbiot_at_modem_ask(&script.modem, "+COPS=?", UINT32_MAX);
  script_run(&script, 700000);
  expect(script_is_done(&script), "longest time-out: the module has its time");
  expect_equal(nbiot_at_modem_counters(&script.modem).timeouts, 0, "longest time-out: it is not over at once");
}

int main(void) {
  test_result_in_a_command("OK\r\n");
  test_result_in_a_command("+CME ERROR:530\r\n");
  test_flood_of_one_socket();
  test_overflow_in_a_datagram();
  test_datagram_of_a_lost_socket();
  test_weeks_of_silence();
  test_longest_time_out();
  return check_end();
}
