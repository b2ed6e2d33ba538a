/* fetches.c - AT+NSORF when something goes wrong: what was asked for comes in parts, damaged, late or not at all.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "script.h"

static script_t script;

/* 512 bytes of it and 88 left. */
static void test_cut(void) {
  static char answer[1200];
  static const row_t rows[] = {
      {NULL, "+NSONMI:0,600\r\n", 0},
      {"AT+NSORF=0,512", answer, 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,3,616263,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,2,6869,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "OK\r\n", 0},
  };
  int32_t socket;
  int length = snprintf(answer, sizeof answer, "0,1.2.3.4,5683,512,");
  memset(answer + length, '4', 1024);
  snprintf(answer + length + 1024, sizeof answer - (size_t)length - 1024u, ",88\r\nOK\r\n");
  script_begin(&script);
  socket = script_open(&script);
  FOLLOW(&script, rows);
  script_run(&script, 500);
  expect(script_is_done(&script), "cut: asked until nothing is left");
  expect(strcmp(script_receive(&script, socket), "cut") == 0, "cut: longer than the dialect is told");
  expect(strcmp(script_receive(&script, socket), "hi") == 0, "cut: its rest is no datagram, the next is");
  expect(strcmp(script_receive(&script, socket), "") == 0, "cut: and that is all");
}

/* A digit of the request that gets lost makes the module give less than there is: 51, 52, 12, 5, 1 or 2 bytes. */
static void test_lost_digit(void) {
  static const row_t rows[] = {
      {NULL, "+NSONMI:0,30\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,12,616263616263616263616263,18\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,3,616869,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,2,6F6B,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "OK\r\n", 0},
      {NULL, "+NSONMI:0,3\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,2,61,28\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,3,616869,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "OK\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  FOLLOW(&script, rows);
  script_run(&script, 500);
  expect(script_is_done(&script), "lost digit: asked until nothing is left");
  expect(strcmp(script_receive(&script, socket), "cut") == 0, "lost digit: a part is no datagram, its rest neither");
  expect(strcmp(script_receive(&script, socket), "ok") == 0, "lost digit: the next one is");
  expect(strcmp(script_receive(&script, socket), "") == 0, "lost digit: the rest of a damaged part is none either");
}

/* Modules that count all that waits say that something is left when a datagram is whole. */
static void test_others_left(void) {
  static const row_t rows[] = {
      {NULL, "+NSONMI:0,3\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,3,616263,6\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,0,,6\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,4,61626364,2\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,2,6F6B,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "OK\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  FOLLOW(&script, rows);
  script_run(&script, 500);
  expect(script_is_done(&script), "others left: asked until nothing is left");
  expect(strcmp(script_receive(&script, socket), "abc") == 0, "others left: the first is whole");
  expect(strcmp(script_receive(&script, socket), "abcd") == 0, "others left: the one behind an empty one is whole");
  expect(strcmp(script_receive(&script, socket), "ok") == 0, "others left: the third is whole");
}

/* Pushed pieces are as long as the dialect, but for the last. */
static void test_pushed_pieces(void) {
  static char pieces[1200];
  static const row_t open = {"AT+NSOCR=\"DGRAM\",17,0,2", "0\r\nOK\r\n", 0};
  static const row_t rows[] = {
      {NULL, pieces, 0},
      {NULL, "+NSORF:0,1.2.3.4,5683,3,616263,2\r\n+NSORF:0,1.2.3.4,5683,2,6F6B,0\r\n", 0},
  };
  int32_t socket;
  int length = snprintf(pieces, sizeof pieces, "+NSORF:0,1.2.3.4,5683,512,");
  memset(pieces + length, '4', 1024);
  snprintf(pieces + length + 1024, sizeof pieces - (size_t)length - 1024u,
           ",2\r\n+NSORF:0,1.2.3.4,5683,2,6869,0\r\n");
  script_begin(&script);
  socket = script_open_pushed(&script, &open);
  FOLLOW(&script, rows);
  script_run(&script, 500);
  expect(strcmp(script_receive(&script, socket), "cut") == 0, "pushed pieces: told as cut");
  expect(strcmp(script_receive(&script, socket), "abc") == 0, "pushed pieces: the next one is whole");
  expect(strcmp(script_receive(&script, socket), "ok") == 0, "pushed pieces: the one behind it, too");
}

/* The module announces nothing more while something waits, so what went wrong is asked for again. */
static void test_looks_again(void) {
  static const row_t rows[] = {
      {NULL, "+NSONMI:0,3\r\n", 0},
      {"AT+NSORF=0,512", "+CME ERROR:50\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,3,6162,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,2,6F6B,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "OK\r\n", 0},
      {NULL, "+NSOMI:0,2\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,2,6869,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "OK\r\n", 0},
      {NULL, "0,1.2.3.4,56\x80\r\n", 0},
      {"AT+NSORF=0,512", "OK\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  FOLLOW(&script, rows);
  script_run(&script, 16000);
  expect(script_is_done(&script), "looks again: after a refusal, damage, and lines that nobody knows");
  expect(strcmp(script_receive(&script, socket), "ok") == 0, "looks again: what waited behind the damaged one");
  expect(strcmp(script_receive(&script, socket), "hi") == 0, "looks again: what a damaged line announced");
}

static void test_refused_fetches(void) {
  static const row_t rows[] = {
      {NULL, "+NSONMI:0,3\r\n", 0},
      {"AT+NSORF=0,512", "ERROR\r\n", 0},
      {"AT+NSORF=0,512", "ERROR\r\n", 0},
      {"AT+NSORF=0,512", "ERROR\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  FOLLOW(&script, rows);
  script_run(&script, 11000);
  expect(script_is_done(&script), "refused fetches: three, five seconds apart");
  expect(strcmp(script_receive(&script, socket), "!") == 0, "refused fetches: then the socket is broken");
}

/* Looking finds the datagram before its announcement is through: then there is one look more. */
static void test_late_announcement(void) {
  static const row_t rows[] = {
      {"AT+NSOST=0,183.230.40.150,36000,1,78", "0,1\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "+NSONMI:0,2\r\n0,1.2.3.4,5683,2,6869,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,3,616263,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "OK\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  FOLLOW(&script, rows);
  (void)script_send(&script, socket, "x");
  script_run(&script, 6000);
  expect(script_is_done(&script), "late announcement: asked until nothing is left");
  expect(strcmp(script_receive(&script, socket), "hi") == 0, "late announcement: the first is whole");
  expect(strcmp(script_receive(&script, socket), "abc") == 0, "late announcement: the next is whole");
}

static void test_lost_announcement(void) {
  static const row_t rows[] = {
      {"AT+NSOST=0,183.230.40.150,36000,1,61", "0,1\r\nOK\r\n", 0},
      {NULL, "+NSO\xFFNMI:0,1\r\n", 100},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,1,62,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "+CME ERROR:3\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  FOLLOW(&script, rows);
  (void)script_send(&script, socket, "a");
  script_run(&script, 6000);
  expect(script_is_done(&script), "lost +NSONMI: the socket is looked at all the same");
  expect(strcmp(script_receive(&script, socket), "b") == 0, "lost +NSONMI: the datagram is there");
}

/* The first part comes when nobody waits for it any more. */
static void test_late_part(void) {
  static const row_t rows[] = {
      {NULL, "+NSONMI:0,514\r\n", 0},
      {"AT+NSORF=0,512", NULL, 0},
      {"AT", "0,1.2.3.4,5683,512,6162636465666768,2\r\nOK\r\nOK\r\n", 50},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,2,6869,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,2,6F6B,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "OK\r\n", 0},
      {NULL, "+NSONMI:0,2\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,2,6F6B,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "OK\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  FOLLOW(&script, rows);
  script_run(&script, 20000);
  expect(strcmp(script_receive(&script, socket), "ok") == 0, "late part: its rest is no datagram");
}

/* Neither the request nor the answer can be trusted: what comes next may be the rest. */
static void test_unclear(void) {
  static const row_t rows[] = {
      {NULL, "+NSONMI:0,22\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,2,61\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,2,6869,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", ",1.2.3.4,5683,2,6F6B,9\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "01.2.3.4,5683,2,6F6B,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "OK\r\n", 0},
      {NULL, "+NSONMI:0,2\r\n", 16000},
      {"AT+NSORF=0,512", "0,1.2.3.4,5683,2,6F6B,0\r\nOK\r\n", 0},
      {"AT+NSORF=0,512", "OK\r\n", 0},
  };
  int32_t socket;
  script_begin(&script);
  socket = script_open(&script);
  FOLLOW(&script, rows);
  script_run(&script, 40000);
  expect(script_is_done(&script), "unclear: asked until nothing is left");
  expect(strcmp(script_receive(&script, socket), "ok") == 0, "unclear: nothing in doubt is handed out");
}

int main(void) {
  test_cut();
  test_lost_digit();
  test_others_left();
  test_pushed_pieces();
  test_looks_again();
  test_refused_fetches();
  test_late_announcement();
  test_lost_announcement();
  test_late_part();
  test_unclear();
  return check_end();
}
