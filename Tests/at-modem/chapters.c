/* chapters.c - the two chapters of the M5310 guide, line by line: bring-up, and UDP.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "script.h"

static script_t script;

/* Chapter 1. After the operator has registered us, the module is asked for its context. */
static const row_t chapter_1[] = {
    {NULL, "M5310\r\nOK\r\n", 0},
    {"AT", NULL, 0},
    {"AT", "OK\r\n", 0},
    {"AT+COPS=1,2,\"46000\"", "OK\r\n", 10},
    {"AT+NEARFCN=0,3555", "OK\r\n", 10},
    {"AT+CSCON=1", "OK\r\n", 10},
    {"AT+CEREG=1", "OK\r\n", 10},
    {NULL, "+CSCON:1\r\n", 900},
    {NULL, "+CEREG:1,19E6,94,7\r\n", 100},
    {"AT+CGDCONT?", "+CGDCONT:0,\"IP\",\"nbiot.MNC002.MCC460.GPRS\",,0,0\r\nOK\r\n", 10},
};

/* Chapter 2, but for the length that is read: as much as there can be, and until the module has nothing, for it may hold
 * more than it has announced. */
static const row_t chapter_2[] = {
    {"AT+NSOCR=\"DGRAM\",17,2334,1", "0\r\nOK\r\n", 10},
    {"AT+NSOST=0,183.230.40.150,36000,10,30313233343536373839", "0,10\r\nOK\r\n", 10},
    {NULL, "+NSONMI:0,30\r\n", 500},
    {"AT+NSORF=0,512",
     "0,183.230.40.150,36000,30,5B3131372E3136392E33362E31353A323137395D30313233343536373839,0\r\n"
     "OK\r\n",
     10},
    {"AT+NSORF=0,512", "OK\r\n", 10},
    {"AT+NSOCL=0", "OK\r\n", 10},
};

static void test_chapter_1(void) {
  script.config.earfcn = 3555;
  script_restart(&script);
  FOLLOW(&script, chapter_1);
  script_run(&script, 10000);
  expect(script_is_done(&script), "chapter 1: the lines of bring-up");
  expect(strcmp(script.events, "alive0 radio1 network1 ready0 ") == 0, "chapter 1: its events");
  expect(strcmp(script.lines, "+CGDCONT:0,\"IP\",\"nbiot.MNC002.MCC460.GPRS\",,0,0|") == 0,
         "chapter 1: the context is for the application");
  expect(nbiot_at_modem_is_ready(&script.modem), "chapter 1: ready");
}

static void test_chapter_2(void) {
  nbiot_address_t from;
  uint8_t buffer[64];
  int32_t socket;
  FOLLOW(&script, chapter_2);
  socket = script.hooks.udp_open(&script.modem, NBIOT_FAMILY_IPV4, 2334);
  expect_equal(socket, 0, "chapter 2: a socket at once");
  expect_equal(script_send(&script, socket, "0123456789"), 0, "chapter 2: not before the module has it");
  script_run(&script, 500);
  expect_equal(script_send(&script, socket, "0123456789"), 10, "chapter 2: ten bytes leave");
  script_run(&script, 2000);
  expect_equal(script.hooks.udp_receive(&script.modem, socket, buffer, sizeof buffer, &from), 30,
               "chapter 2: thirty bytes arrive");
  expect(memcmp(buffer, "[117.169.36.15:2179]0123456789", 30) == 0, "chapter 2: those of the guide");
  expect(from.family == NBIOT_FAMILY_IPV4 && from.bytes[0] == 183 && from.bytes[3] == 150 &&
             from.port == 36000 && from.bytes[4] == 0,
         "chapter 2: from the server's address");
  script.hooks.udp_close(&script.modem, socket);
  script_run(&script, 100);
  expect(script_is_done(&script), "chapter 2: the lines of UDP");
}

int main(void) {
  static const uint32_t fragments[] = {4096, 1, 2, 3, 7};
  for (uint32_t f = 0; f < 5u; f += 1) {
    for (manner_t manner = AS_WRITTEN; manner <= WITH_ECHO; manner += 1) {
      script_begin(&script);
      script.fragment = fragments[f];
      script.appetite = fragments[f];
      script.manner = manner;
      test_chapter_1();
      test_chapter_2();
    }
  }
  return check_end();
}
