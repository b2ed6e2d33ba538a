/* answers.c - what the module may answer, and what it may do in between.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "script.h"

static script_t script;

static void test_lost_ok(void) {
  static const row_t rows[] = {
      {"AT+NSOST=0,183.230.40.150,36000,2,6162", "0,2\r\n", 0},
      {"AT", "OK\r\n", 0}, /* a late one, that of NSOST */
      {NULL, "OK\r\n", 50},
      {"AT+NSOST=0,183.230.40.150,36000,2,6364", "0,2\r\nOK\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  FOLLOW(&script, rows);
  (void)script_send(&script, socket, "ab");
  script_run(&script, 5000);
  expect_equal(script_send(&script, socket, "cd"), 0, "lost OK: later, while a command is under way");
  script_run(&script, 6000);
  expect_equal(script_send(&script, socket, "cd"), 2, "lost OK: the next one leaves");
  script_run(&script, 100);
  expect(script_is_done(&script), "lost OK: an AT brings both sides together again");
  expect_equal(nbiot_at_modem_counters(&script.modem).timeouts, 1, "lost OK: counted");
}

static void test_refusals(void) {
  static const row_t busy[] = {
      {"AT+NSOST=0,183.230.40.150,36000,1,61", "+CME ERROR:159\r\n", 0},
      {"AT+NSOST=0,183.230.40.150,36000,1,61", "+CME ERROR: 159\r\n", 0},
      {"AT+NSOST=0,183.230.40.150,36000,1,61", "0,1\r\nOK\r\n", 0},
      {"AT+NSOST=0,183.230.40.150,36000,1,62", "+CME ERROR:30\r\n", 0},
      {"AT+NSOST=0,183.230.40.150,36000,1,63", "+CME ERROR:50\r\n", 0},
      {"AT+NSOST=0,183.230.40.150,36000,1,63", "ERROR\r\n", 0},
      {"AT+NSOST=0,183.230.40.150,36000,1,63", "ERROR\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  FOLLOW(&script, busy);
  (void)script_send(&script, socket, "a");
  script_run(&script, 3000);
  expect_equal(script.row, 3, "CME 159: a busy module is asked again, a second apart");
  (void)script_send(&script, socket, "b");
  script_run(&script, 100);
  expect(strcmp(script_receive(&script, socket), "") == 0, "CME 30: no network breaks no socket");
  for (int i = 0; i < 3; i += 1) {
    expect_equal(script_send(&script, socket, "c"), 1, "ERROR: that datagram is lost");
    script_run(&script, 100);
  }
  expect(script_is_done(&script), "CME: the rows");
  expect(strcmp(script_receive(&script, socket), "!") == 0, "ERROR: the third in a row breaks the socket");
  expect_equal(script_send(&script, socket, "c"), NBIOT_PORT_BROKEN, "ERROR: for sending too");
  expect_equal(nbiot_at_modem_counters(&script.modem).unsent, 4, "CME: lost datagrams are counted");
}

static void test_no_such_socket(void) {
  static const row_t rows[] = {
      {"AT+NSOST=0,183.230.40.150,36000,1,61", "+CME ERROR:530\r\n", 0},
      {"AT+NSOCR=\"DGRAM\",17,0,1", "\r\n0\r\nOK\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  FOLLOW(&script, rows);
  (void)script_send(&script, socket, "a");
  script_run(&script, 100);
  expect(strcmp(script_receive(&script, socket), "!") == 0, "CME 530: the socket is broken at once");
  script.hooks.udp_close(&script.modem, socket);
  socket = script.hooks.udp_open(&script.modem, NBIOT_FAMILY_IPV4, 0);
  script_run(&script, 100);
  expect(script_is_done(&script) && strcmp(script_receive(&script, socket), "") == 0,
         "CME 530: nothing to close; a new one opens");
}

static void test_release(void) {
  static const row_t rows[] = {
      {"AT+NSOSTF=0,183.230.40.150,36000,0x200,1,61", "0,1\r\nOK\r\n", 0},
      {"AT+NSOSTF=0,183.230.40.150,36000,0x400,1,62", "0,1\r\nOK\r\n", 0},
      {"AT+NSOST=0,183.230.40.150,36000,1,63", "0,1\r\nOK\r\n", 0},
      {"AT+NSOSTF=0,183.230.40.150,36000,0x200,1,64", "+CME ERROR:4\r\n", 0},
      {"AT+NSOST=0,183.230.40.150,36000,1,64", "0,1\r\nOK\r\n", 0},
      {"AT+NSOST=0,183.230.40.150,36000,1,65", "0,1\r\nOK\r\n", 0},
  };
  static const uint8_t hints[] = {NBIOT_EXPECT_NOTHING, NBIOT_EXPECT_REPLY, NBIOT_EXPECT_MORE,
                                  NBIOT_EXPECT_NOTHING, NBIOT_EXPECT_NOTHING};
  char text[2] = "a";
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  FOLLOW(&script, rows);
  for (int i = 0; i < 5; i += 1) {
    script.hooks.udp_hint(&script.modem, socket, NBIOT_SEND_UPDATE, hints[i]);
    (void)script_send(&script, socket, text);
    text[0] = (char)(text[0] + 1);
    script_run(&script, 200);
  }
  expect(script_is_done(&script), "release: 0x200, 0x400, none; firmware without it is found out");
}

static void test_restart(void) {
  static const row_t rows[] = {
      {"AT+NSOST=0,183.230.40.150,36000,1,61", "\r\nREBOOT_CAUSE_SECURITY_PMU_POWER_ON_RESET\r\nM5310\r\nOK\r\n", 5},
      {"AT", "OK\r\n", 0},
      {"AT+COPS=1,2,\"46000\"", "OK\r\n", 0},
      {"AT+CSCON=1", "OK\r\n", 0},
      {"AT+CEREG=1", "OK\r\n", 0},
      {"AT+CEREG?", "+CEREG:1,2\r\nOK\r\n", 0},
      {"AT+CEREG?", "+CEREG:1,5\r\nOK\r\n", 0},
      {"AT+CGDCONT?", "ERROR\r\n", 0},
      {"AT+CGDCONT?", "ERROR\r\n", 0},
      {"AT+CGDCONT?", "ERROR\r\n", 0},
      {"AT+NSOCR=\"DGRAM\",17,2334,1", "3\r\nOK\r\n", 0},
      {"AT+NSOST=3,183.230.40.150,36000,1,63", "3,1\r\nOK\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  script.events[0] = '\0';
  FOLLOW(&script, rows);
  (void)script_send(&script, socket, "a");
  script_run(&script, 50);
  expect_equal(script_send(&script, socket, "b"), NBIOT_PORT_BROKEN, "restart: sockets are gone");
  script.hooks.udp_close(&script.modem, socket);
  socket = script.hooks.udp_open(&script.modem, NBIOT_FAMILY_IPV4, 2334);
  expect_equal(script_send(&script, socket, "b"), 1, "restart: without a network a datagram is lost");
  script_run(&script, 30000);
  expect_equal(script_send(&script, socket, "c"), 1, "restart: the socket opened after bring-up");
  script_run(&script, 100);
  expect(script_is_done(&script), "restart: bring-up begins again");
  expect(strcmp(script.events, "restarted0 alive0 network2 network5 refused5 ready0 ") == 0,
         "restart: its events");
}

/* The MCU restarted and the module did not: it has no reason to tell. */
static void test_registered_already(void) {
  static const row_t rows[] = {
      {"AT", "OK\r\n", 0},
      {"AT+COPS=1,2,\"46000\"", "OK\r\n", 0},
      {"AT+CSCON=1", "OK\r\n", 0},
      {"AT+CEREG=1", "OK\r\n", 0},
      {"AT+CEREG?", "+CEREG:1,2\r\nOK\r\n", 0},
      {"AT+CEREG?", "+CEREG:1,1\r\nOK\r\n", 0},
      {"AT+CGDCONT?", "OK\r\n", 0},
  };
  script_begin(&script);
  FOLLOW(&script, rows);
  script_run(&script, 3000);
  expect_equal(script.row, 5, "registered already: it is asked after two seconds");
  script_run(&script, 9000);
  expect_equal(script.row, 5, "registered already: and not soon again");
  script_run(&script, 1000);
  expect(script_is_done(&script), "registered already: but ten seconds later");
}

static void test_registration(void) {
  static const row_t rows[] = {
      {NULL, "+CEREG:0\r\n", 0},          {NULL, "+CEREG:2,0,0,7\r\n", 0},
      {NULL, "+CEREG:2,3\r\n", 0},        {NULL, "+CEREG:2,4,19E6,94,7\r\n", 0},
      {NULL, "+CEREG: 5, 19E6, 94, 9\r\n", 0}, {NULL, "+CEREG:5\r\n+CEREG:x\r\n+CEREG:\r\n", 0},
      {NULL, "+CSCON:0\r\n+CSCON:1,1\r\n+CSCON:7\r\n", 0},
  };
  script_begin(&script);
  script_ready(&script);
  script.events[0] = '\0';
  FOLLOW(&script, rows);
  script_run(&script, 100);
  expect(strcmp(script.events, "network0 network2 network3 network4 network5 radio0 ") == 0,
         "registration: reports and answers, short and long");
}

static void test_silence(void) {
  static const row_t rows[] = {
      {"AT", NULL, 0}, {"AT", NULL, 0}, {"AT", NULL, 0}, {"AT", NULL, 0}, {"AT", NULL, 0},
      {"AT", NULL, 0}, {"AT", NULL, 0}, {"AT", NULL, 0}, {"AT", NULL, 0}, {"AT", "ERROR\r\n", 0},
  };
  script_begin(&script);
  FOLLOW(&script, rows);
  script_run(&script, 18500);
  expect(script_is_done(&script), "silence: AT every two seconds");
  expect(strcmp(script.events, "silent10 ") == 0, "silence: told after ten");
}

static void test_push(void) {
  static const row_t opens[] = {{"AT+NSOCR=\"DGRAM\",17,0,2", "\r\n6\r\nOK\r\n", 0}};
  static const row_t rows[] = {
      {NULL, "+NSORF:6,1.2.3.4,5683,2,6869,0\r\n", 0},
      {NULL, "+NSORF:6,1.2.3.4,5683,3,6869,0\r\n", 0}, /* one byte got lost */
      {NULL, "+NSORF:6,1.2.3.4,5683,2,68g9,0\r\n", 0},
      {NULL, "+NSORF:6,1.2.3.4,5683,2,6869\r\n", 0},
      {NULL, "+NSORF:6,1.2.3.400,5683,2,6869,0\r\n", 0},
      {NULL, "+NSORF:5,1.2.3.4,5683,2,6869,0\r\n", 0}, /* nobody's */
      {NULL, "+NSORF: 6, \"1.2.3.4\", 5683, 2, \"6F6b\", 0\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  socket = script_open_pushed(&script, opens);
  FOLLOW(&script, rows);
  script_run(&script, 100);
  expect(strcmp(script_receive(&script, socket), "hi") == 0, "push: the first");
  expect(strcmp(script_receive(&script, socket), "ok") == 0, "push: the last, the damaged ones are not");
  expect(strcmp(script_receive(&script, socket), "") == 0, "push: no more");
  expect_equal(nbiot_at_modem_counters(&script.modem).lines_damaged, 4, "push: damage is counted");
}

static void test_lines(void) {
  static char longer[400];
  static const row_t rows[] = {
      {NULL, longer, 0},
      {NULL, "  +QLWEVENT : 3 \r\n\r\n\r\n", 0},
      {NULL, "7,8\r\nOK\r\nERROR\r\n+CME ERROR:3\r\n", 0},
  };
  memset(longer, 'x', 300);
  strcpy(longer + 300, "\r\n");
  script_begin(&script);
  (void)script_open(&script);
  script.lines[0] = '\0';
  FOLLOW(&script, rows);
  script_run(&script, 100);
  expect(strcmp(script.lines, "+QLWEVENT:3|") == 0, "lines: others are for the application");
  expect_equal(nbiot_at_modem_counters(&script.modem).lines_long, 1, "lines: too long a one is skipped");
}

static void test_leftovers(void) {
  static const row_t rows[] = {
      {"AT+NSOCR=\"DGRAM\",17,0,1", "+CME ERROR:23\r\n", 0},
      {"AT+NSOCL=0", "OK\r\n", 0},      {"AT+NSOCL=1", "OK\r\n", 0},
      {"AT+NSOCL=2", "OK\r\n", 0},      {"AT+NSOCL=3", "OK\r\n", 0},
      {"AT+NSOCL=4", "OK\r\n", 0},      {"AT+NSOCL=5", "OK\r\n", 0},
      {"AT+NSOCL=6", "ERROR\r\n", 0},   {"AT+NSOCR=\"DGRAM\",17,0,1", "0\r\nOK\r\n", 0},
      {"AT+NSOST=0,183.230.40.150,36000,1,61", "0,1\r\nOK\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  script_ready(&script);
  FOLLOW(&script, rows);
  socket = script.hooks.udp_open(&script.modem, NBIOT_FAMILY_IPV4, 0);
  script_run(&script, 500);
  expect_equal(script_send(&script, socket, "a"), 1, "leftovers: the socket opens in the end");
  script_run(&script, 100);
  expect(script_is_done(&script), "leftovers: sockets of a former life are closed");
}

static int32_t resolve(const char *host, nbiot_address_t *address) {
  return script.hooks.resolve(&script.modem, host, (uint32_t)strlen(host), address);
}

static void test_names(void) {
  static const row_t rows[] = {
      {"AT+CMDNS=\"lwm2m.example\"", "OK\r\n", 0},
      {NULL, "+CMDNS:10.1.2.3\r\n", 300},
      {"AT+CMDNS=\"no.example\"", "+CME ERROR:50\r\n", 0},
  };
  nbiot_address_t address;
  script_begin(&script);
  script_ready(&script);
  expect_equal(resolve("lwm2m.example", &address), NBIOT_PORT_UNSUPPORTED, "names: refused without a resolver");
  expect_equal(resolve("10.0.0.300", &address), NBIOT_PORT_UNSUPPORTED, "names: no literal");
  script.config.resolver = "CMDNS";
  script_restart(&script);
  script_ready(&script);
  FOLLOW(&script, rows);
  expect_equal(resolve("a\"\rAT", &address), NBIOT_PORT_UNSUPPORTED, "names: nothing that ends the command");
  expect_equal(resolve("lwm2m.example", &address), 0, "names: pending");
  script_run(&script, 100);
  expect_equal(resolve("lwm2m.example", &address), 0, "names: still pending");
  script_run(&script, 500);
  expect_equal(resolve("lwm2m.example", &address), 1, "names: found");
  expect(address.bytes[0] == 10 && address.bytes[3] == 3, "names: the address");
  expect_equal(resolve("no.example", &address), 0, "names: another one");
  script_run(&script, 100);
  expect_equal(resolve("no.example", &address), NBIOT_PORT_BROKEN, "names: refused by the module");
  expect(script_is_done(&script), "names: the rows");
}

static void test_slow_uart(void) {
  static const row_t rows[] = {{"AT+NSOST=0,183.230.40.150,36000,4,61626364", "0,4\r\nOK\r\n", 0}};
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  FOLLOW(&script, rows);
  script.appetite = 0;
  expect_equal(script_send(&script, socket, "abcd"), 4, "slow UART: taken");
  script_run(&script, 100);
  expect_equal(script.heard_length, 0, "slow UART: nothing leaves");
  script.appetite = 1;
  script_run(&script, 2000);
  expect(script_is_done(&script), "slow UART: byte by byte");
}

static void test_wrong_config(void) {
  script_begin(&script);
  expect_equal(nbiot_at_modem_init(&script.modem, NULL), NBIOT_PORT_UNSUPPORTED, "config: null");
  script.config.sockets = 8;
  expect_equal(nbiot_at_modem_init(&script.modem, &script.config), NBIOT_PORT_UNSUPPORTED, "config: eight sockets");
  script.config.sockets = 7;
  script.config.write = NULL;
  expect_equal(nbiot_at_modem_init(&script.modem, &script.config), NBIOT_PORT_UNSUPPORTED, "config: no UART");
}

int main(void) {
  test_lost_ok();
  test_refusals();
  test_no_such_socket();
  test_release();
  test_restart();
  test_registered_already();
  test_registration();
  test_silence();
  test_push();
  test_lines();
  test_leftovers();
  test_names();
  test_slow_uart();
  test_wrong_config();
  return check_end();
}
