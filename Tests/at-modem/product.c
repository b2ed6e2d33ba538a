/* product.c - what a product needs besides: commands of its own, a module that sleeps, one that is switched off.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "script.h"

static script_t script;

static void begin_anew(const char *const *commands) {
  script_begin(&script);
  script.config.commands = commands;
  script_restart(&script);
}

static void test_commands(void) {
  static const char *const commands[] = {"+CFUN=1", "+CPSMS=1,,,\"00100001\",\"00000001\"", "+X", NULL};
  static const row_t rows[] = {
      {"AT", "OK\r\n", 0},
      {"AT+CFUN=1", "OK\r\n", 20000},
      {"AT+CPSMS=1,,,\"00100001\",\"00000001\"", "OK\r\n", 0},
      {"AT+X", "ERROR\r\n", 0},
      {"AT+X", "+CME ERROR: 50\r\n", 0},
      {"AT+X", "ERROR\r\n", 0},
      {"AT+COPS=1,2,\"46000\"", "OK\r\n", 0},
      {"AT+CSCON=1", "OK\r\n", 0},
      {"AT+CEREG=1", "OK\r\n+CEREG:1\r\n", 0},
      {"AT+CGDCONT?", "OK\r\n", 0},
  };
  begin_anew(commands);
  FOLLOW(&script, rows);
  script_run(&script, 30000);
  expect(script_is_done(&script), "commands: they come first, each tried three times");
  expect(strcmp(script.events, "alive0 refused18 network1 ready0 ") == 0, "commands: a refused one is told");
}

static void test_commands_that_do_not_fit(void) {
  static const char *const empty[] = {"+CFUN=1", "", NULL};
  static const char *const none[] = {NULL};
  const char *many[NBIOT_AT_MODEM_COMMANDS + 2];
  for (uint32_t i = 0; i <= NBIOT_AT_MODEM_COMMANDS; i += 1) many[i] = "+X";
  many[NBIOT_AT_MODEM_COMMANDS + 1] = NULL;
  script_begin(&script);
  script.config.commands = empty;
  expect_equal(nbiot_at_modem_init(&script.modem, &script.config), NBIOT_PORT_UNSUPPORTED, "commands: an empty one");
  script.config.commands = many;
  expect_equal(nbiot_at_modem_init(&script.modem, &script.config), NBIOT_PORT_UNSUPPORTED, "commands: 17 of them");
  script.config.commands = many + 1;
  expect_equal(nbiot_at_modem_init(&script.modem, &script.config), 0, "commands: 16 of them");
  begin_anew(none);
  script_ready(&script);
  expect(script_is_done(&script), "commands: an empty list");
}

/* The endpoint name of OneNET is made of both. */
static void test_ask(void) {
  static const row_t rows[] = {
      {"AT+CGSN=1", "\r\n+CGSN:865820030013978\r\n\r\nOK\r\n", 100},
      {"AT+CIMI", "\r\n460040101500001\r\n\r\nOK\r\n", 100},
      {"AT+CGMR", "M5310A-V1.2\r\nOK\r\n", 0},
      {"AT+CSQ", "+CME ERROR: 4\r\n", 0},
  };
  char longest[NBIOT_AT_MODEM_COMMAND + 2];
  script_begin(&script);
  script_ready(&script);
  script.events[0] = '\0';
  script.lines[0] = '\0';
  FOLLOW(&script, rows);
  expect_equal(nbiot_at_modem_ask(&script.modem, "+CGSN=1", 5000), 1, "ask: taken");
  expect_equal(nbiot_at_modem_ask(&script.modem, "+CIMI", 5000), 0, "ask: one after the other");
  script_run(&script, 200);
  expect_equal(nbiot_at_modem_ask(&script.modem, "+CIMI", 5000), 1, "ask: the next");
  script_run(&script, 200);
  (void)nbiot_at_modem_ask(&script.modem, "+CGMR", 5000);
  script_run(&script, 200);
  (void)nbiot_at_modem_ask(&script.modem, "+CSQ", 5000);
  script_run(&script, 200);
  expect(script_is_done(&script), "ask: the rows");
  expect(strcmp(script.events, "answered0 answered0 answered0 answered4 ") == 0, "ask: how they ended; no restart");
  expect(strcmp(script.lines, "+CGSN:865820030013978|460040101500001|M5310A-V1.2|") == 0, "ask: what they said");
  memset(longest, 'x', sizeof longest);
  longest[sizeof longest - 1] = '\0';
  expect_equal(nbiot_at_modem_ask(&script.modem, longest, 1), NBIOT_PORT_UNSUPPORTED, "ask: too long");
  expect_equal(nbiot_at_modem_ask(&script.modem, "", 1), NBIOT_PORT_UNSUPPORTED, "ask: empty");
  expect_equal(nbiot_at_modem_ask(&script.modem, NULL, 1), NBIOT_PORT_UNSUPPORTED, "ask: null");
}

/* Early: the answer is there before the device is. */
static void test_ask_in_bring_up(void) {
  static const row_t rows[] = {
      {"AT", "OK\r\n", 0},
      {"AT+CGSN=1", "+CGSN:865820030013978\r\nOK\r\n", 0},
      {"AT+COPS=1,2,\"46000\"", "OK\r\n", 0},
      {"AT+CSCON=1", "OK\r\n", 0},
      {"AT+CEREG=1", "OK\r\n+CEREG:1\r\n", 0},
      {"AT+CGDCONT?", "OK\r\n", 0},
  };
  script_begin(&script);
  FOLLOW(&script, rows);
  expect_equal(nbiot_at_modem_ask(&script.modem, "+CGSN=1", 5000), 1, "ask early: taken");
  script_run(&script, 2000);
  expect(script_is_done(&script), "ask early: after AT, before the network");
  expect(strcmp(script.events, "alive0 answered0 network1 ready0 ") == 0, "ask early: its events");
}

static void test_ask_without_answer(void) {
  static const row_t rows[] = {
      {"AT+CSQ", NULL, 0},
      {"AT", "OK\r\n", 0},
      {"AT+CSQ", "REBOOT_CAUSE_X\r\n", 0},
      {"AT", NULL, 0},
  };
  script_begin(&script);
  script_ready(&script);
  script.events[0] = '\0';
  FOLLOW(&script, rows);
  (void)nbiot_at_modem_ask(&script.modem, "+CSQ", 700);
  script_run(&script, 1500);
  expect(strcmp(script.events, "answered-1 ") == 0, "ask: no answer in time");
  (void)nbiot_at_modem_ask(&script.modem, "+CSQ", 700);
  script_run(&script, 100);
  expect(strcmp(script.events, "answered-1 answered-1 restarted0 ") == 0, "ask: a restart ends it");
  expect(script_is_done(&script), "ask: the rows of both");
}

/* Its first command wakes the UART and is lost; a sleep of 9 s is none. */
static void test_doze(void) {
  static const row_t rows[] = {
      {"AT+NSOST=0,183.230.40.150,36000,1,61", "0,1\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "OK\r\n", 0},
      {"AT", NULL, 0},
      {"AT", "OK\r\n", 0},
      {"AT+NSOST=0,183.230.40.150,36000,1,62", "0,1\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "OK\r\n", 0},
      {"AT+NSOST=0,183.230.40.150,36000,1,63", "0,1\r\nOK\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  script.config.doze_ms = 10000;
  script_restart(&script);
  socket = script_open(&script);
  FOLLOW(&script, rows);
  (void)script_send(&script, socket, "a");
  script_run(&script, 60000);
  expect_equal(script.row, 2, "doze: nothing wakes it while there is nothing to do");
  script.events[0] = '\0';
  expect_equal(script_send(&script, socket, "b"), 1, "doze: the datagram is taken");
  script_run(&script, 2500);
  expect_equal(script.row, 5, "doze: AT until OK, then the datagram");
  script_run(&script, 11500);
  expect_equal(script_send(&script, socket, "c"), 1, "doze: nine seconds after the last OK");
  script_run(&script, 100);
  expect(script_is_done(&script), "doze: awake, it gets the datagram at once");
  expect(script.events[0] == '\0', "doze: no event");
  expect_equal(nbiot_at_modem_counters(&script.modem).unsent, 0, "doze: nothing is lost");
}

static void test_restart_told(void) {
  static const row_t rows[] = {
      {"AT", "OK\r\n", 0},
      {"AT+COPS=1,2,\"46000\"", "OK\r\n", 0},
      {"AT+CSCON=1", "OK\r\n", 0},
      {"AT+CEREG=1", "OK\r\n+CEREG:1\r\n", 0},
      {"AT+CGDCONT?", "OK\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  script.events[0] = '\0';
  FOLLOW(&script, rows);
  nbiot_at_modem_restart(&script.modem);
  expect(strcmp(script_receive(&script, socket), "!") == 0, "restart told: sockets are gone at once");
  expect_equal(nbiot_at_modem_is_ready(&script.modem), 0, "restart told: not ready");
  script_run(&script, 2000);
  expect(script_is_done(&script), "restart told: bring-up begins again");
  expect(strcmp(script.events, "restarted0 alive0 network1 ready0 ") == 0, "restart told: its events");
}

int main(void) {
  test_commands();
  test_commands_that_do_not_fit();
  test_ask();
  test_ask_in_bring_up();
  test_ask_without_answer();
  test_doze();
  test_restart_told();
  return check_end();
}
