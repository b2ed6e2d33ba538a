/* tasks.c - the example of ports/rtos on a host: four tasks, an NB module on the UART, a server. The time is the real one; what
 * is waited for comes, or the patience is over.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "hardware.h"
#include "nbiot_mock.h"
#include "rtos.h"

#define PATIENCE_MS 30000u

static nbiot_device_t *device;
static int32_t exchange;
static uint32_t wanted;

static int comes(int (*is_so)(nbiot_mock_server_t *server)) {
  const uint32_t start = rtos_now_ms();
  int so = 0;
  while (!so && rtos_now_ms() - start < PATIENCE_MS) {
    so = is_so(hardware_take_server());
    hardware_give_server();
    if (!so) rtos_delay_ms(5);
  }
  return so;
}

/* The answer to the Register is on its way for a while. */
static int settles(void) {
  const uint32_t start = rtos_now_ms();
  while (nbiot_device_state(device) != NBIOT_STATE_REGISTERED && rtos_now_ms() - start < PATIENCE_MS) rtos_delay_ms(5);
  return nbiot_device_state(device) == NBIOT_STATE_REGISTERED;
}

/* ---- What may be waited for ------------------------------------------------------------------- */

static int is_registered(nbiot_mock_server_t *server) {
  return nbiot_mock_server_has_device(server) && nbiot_mock_server_counts(server).registers >= wanted;
}

static int is_gone(nbiot_mock_server_t *server) {
  return nbiot_mock_server_counts(server).deregisters == 1;
}

static int is_answered(nbiot_mock_server_t *server) {
  return nbiot_mock_server_response(server, exchange, NULL) != 0;
}

static int is_notified(nbiot_mock_server_t *server) {
  return nbiot_mock_server_notification_count(server, exchange) >= wanted;
}


/* ---- What the server does --------------------------------------------------------------------- */

/* The code of the answer, or what went wrong. */
static int32_t ask(uint8_t method, const char *path, uint8_t observe) {
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  nbiot_mock_response_t response;
  int32_t result;
  request.method = method;
  request.path = path;
  request.observe = observe;
  exchange = nbiot_mock_server_request(hardware_take_server(), &request);
  hardware_give_server();
  if (exchange < 0) return exchange;
  (void)comes(is_answered);
  result = nbiot_mock_server_response(hardware_take_server(), exchange, &response);
  hardware_give_server();
  return result == 1 ? response.code : result;
}

static int last_notification_is(const char *text) {
  nbiot_mock_server_t *server = hardware_take_server();
  const uint32_t count = nbiot_mock_server_notification_count(server, exchange);
  nbiot_mock_response_t response;
  const int so = count > 0 &&
                 nbiot_mock_server_notification(server, exchange, count - 1u, &response) == 0 &&
                 strcmp((const char *)response.payload, text) == 0;
  hardware_give_server();
  return so;
}

/* ---- The timetable ---------------------------------------------------------------------------- */

static void test_reports(void) {
  expect_equal(ask(NBIOT_MOCK_GET, "/3303/0/5700", NBIOT_MOCK_OBSERVE_START), 205, "tasks: the thermometer is observed");
  wanted = 3;
  expect(comes(is_notified), "tasks: what its task measures arrives");
  expect_equal(ask(NBIOT_MOCK_GET, "/3342/0/5500", NBIOT_MOCK_OBSERVE_START), 205, "tasks: the button is observed");
  wanted = 1;
  application_button_isr(1);
  expect(comes(is_notified) && last_notification_is("1"), "tasks: an interrupt is told through a task");
}

static void test_deferred_answer(void) {
  expect_equal(ask(NBIOT_MOCK_POST, "/3303/0/5605", NBIOT_MOCK_OBSERVE_NONE), 204, "tasks: another task answers");
}

static void test_restart(void) {
  hardware_restart_module();
  wanted = 2;
  expect(comes(is_registered), "tasks: a restart of the module costs a registration");
  expect(settles(), "tasks: which any task may ask about");
}

static void test_watchdog(void) {
  uint32_t before;
  const uint32_t start = hardware_kicks();
  while (hardware_kicks() < start + 2u) rtos_delay_ms(10);
  hardware_break_thermometer();
  rtos_delay_ms(2u * APPLICATION_PERIOD_MS);
  before = hardware_kicks();
  rtos_delay_ms(APPLICATION_WATCHDOG_MS);
  expect(hardware_kicks() - before <= 1u, "tasks: one that hangs ends the kicks");
}

int main(void) {
  const application_board_t board = hardware_board();
  hardware_start();
  device = application_start(&board, "thermometer-1", "coap://10.0.0.1:5683");
  expect(device != NULL, "tasks: the device is there");
  if (device == NULL) return check_end();
  wanted = 1;
  expect(comes(is_registered), "tasks: the network task registers");
  test_reports();
  test_deferred_answer();
  test_restart();
  test_watchdog();
  network_stop();
  expect(comes(is_gone), "tasks: the network task de-registers and ends");
  return check_end();
}
