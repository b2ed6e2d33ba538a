/* radio.c - bytes on air, connected time and battery-days of a device, as text that is compared.
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "nbiot_mock.h"
#include "exchange.h"
#include "month.h"

#define DAYS (MONTH_DAYS * MONTH_SEEDS)

static const uint16_t losses[] = {0, 10, 50, 100, 200, 300};
static const uint16_t few_losses[] = {0, 100, 300};
static const uint32_t life_times[] = {300, 3600, 86400, 604800};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static uint64_t rounded(uint64_t sum, uint64_t count) { return (sum + count / 2) / count; }

static uint64_t bytes_a_day(const month_t *month, uint8_t reason) {
  return rounded(nbiot_mock_air_sent(&month->air.up[reason]), DAYS);
}

/* Everything is in a column. */
static void expect_no_other_reason(const month_t *month) {
  const nbiot_mock_traffic_t *up = month->air.up;
  if (up[0].datagrams + up[NBIOT_SEND_BOOTSTRAP].datagrams + up[NBIOT_SEND_DEREGISTER].datagrams +
          up[NBIOT_SEND_SECURITY].datagrams >
      0) {
    fputs("radio: datagrams for a reason that has no column\n", stderr);
    exit(1);
  }
}

static void print_tenths(int width, uint64_t sum) {
  uint64_t tenths = rounded(sum * 10, DAYS);
  printf(" %*" PRIu64 ".%" PRIu64, width - 2, tenths / 10, tenths % 10);
}

static void print_bytes(const month_t *month) {
  nbiot_mock_traffic_t up = nbiot_mock_air_up(&month->air);
  uint64_t down = nbiot_mock_air_arrived(&month->air.down);
  printf(" %6" PRIu64, bytes_a_day(month, NBIOT_SEND_REGISTER));
  printf(" %6" PRIu64, bytes_a_day(month, NBIOT_SEND_UPDATE));
  printf(" %6" PRIu64, bytes_a_day(month, NBIOT_SEND_NOTIFICATION));
  printf(" %6" PRIu64, bytes_a_day(month, NBIOT_SEND_REPLY));
  printf(" %6" PRIu64, bytes_a_day(month, NBIOT_SEND_ACKNOWLEDGEMENT));
  printf(" %6" PRIu64, bytes_a_day(month, NBIOT_SEND_RETRANSMISSION));
  printf(" %6" PRIu64, rounded(down, DAYS));
  printf(" %7" PRIu64 " ", rounded(nbiot_mock_air_sent(&up) + down, DAYS));
  print_tenths(6, up.datagrams);
  print_tenths(6, month->air.up[NBIOT_SEND_RETRANSMISSION].datagrams);
  print_tenths(5, month->reports);
}

static void print_radio(const setting_t *setting, const month_t *month, int radio) {
  const nbiot_mock_use_t *use = &month->use[radio];
  nbiot_mock_energy_t energy = setting_energy(setting, radio);
  uint32_t days = nbiot_mock_energy_days(&energy, use->charge_nc, use->elapsed_ms);
  printf("  %6" PRIu64 " %5" PRIu32, rounded(use->connected_ms, (uint64_t)DAYS * 1000), days);
}

static void print_row(const char *label, const setting_t *setting, const habit_t *habit) {
  month_t month = month_pass(setting, habit);
  expect_no_other_reason(&month);
  printf("%3u %% %-12s", setting->loss / 10u, label);
  print_bytes(&month);
  print_radio(setting, &month, HINTS_TAKEN);
  print_radio(setting, &month, HINTS_IGNORED);
  putchar('\n');
}

static void print_head(const char *title, const char *label) {
  printf("\n%s\n\n", title);
  printf("%-18s %-49s %7s  %-18s  %-12s  %-12s\n", "", "bytes on air a day", "", "a day",
         "hints taken", "ignored");
  printf("%-5s %-12s %6s %6s %6s %6s %6s %6s %6s %7s  %6s %6s %5s  %6s %5s  %6s %5s\n", "loss",
         label, "regis.", "update", "notify", "reply", "ack", "again", "down", "all", "sent",
         "again", "rep.", "conn.s", "days", "conn.s", "days");
}

static void print_cost(const cost_t *cost, int radio) {
  uint64_t tenths_of_a_second = rounded(cost->connected_ms[radio], 100);
  uint64_t tenths_of_uah = rounded(cost->charge_nc[radio], 360000);
  printf("  %4" PRIu64 ".%" PRIu64 " %5" PRIu64 ".%" PRIu64, tenths_of_a_second / 10,
         tenths_of_a_second % 10, tenths_of_uah / 10, tenths_of_uah % 10);
}

static void print_exchanges(void) {
  unsigned i;
  printf("\n1. One exchange, on a link that loses nothing; uAh beyond those of doing nothing\n\n");
  printf("%-24s %5s %5s %5s  %14s  %14s  %14s\n", "", "", "bytes", "", "U, hints taken",
         "U, ignored", "UQ");
  printf("%-24s %5s %5s %5s  %6s %7s  %6s %7s  %6s %7s\n", "", "sent", "up", "down", "conn.s",
         "uAh", "conn.s", "uAh", "conn.s", "uAh");
  for (i = 0; i < exchange_count; i += 1) {
    cost_t reachable = exchange_cost(&exchanges[i], 0);
    cost_t queueing = exchange_cost(&exchanges[i], 1);
    printf("%-24s %5" PRIu64 " %5" PRIu64 " %5" PRIu64, exchanges[i].name, reachable.datagrams,
           reachable.bytes_up, reachable.bytes_down);
    print_cost(&reachable, HINTS_TAKEN);
    print_cost(&reachable, HINTS_IGNORED);
    print_cost(&queueing, HINTS_TAKEN);
    putchar('\n');
  }
}

static void print_life_times(uint8_t queue_mode) {
  static const char *const labels[] = {"300 s", "1 hour", "1 day", "7 days"};
  setting_t setting = {0, 0, queue_mode, NBIOT_TRANSMISSION_DEFAULT, 0};
  habit_t habit = {REPORT_CON, 1};
  size_t i, k;
  for (i = 0; i < COUNT(losses); i += 1) {
    for (k = 0; k < COUNT(life_times); k += 1) {
      setting.loss = losses[i];
      setting.life_time = life_times[k];
      print_row(labels[k], &setting, &habit);
    }
  }
}

static void print_reports(uint8_t queue_mode) {
  static const char *const labels[] = {"none", "CON, daily", "NON, hourly", "CON, hourly"};
  static const habit_t habits[] = {{REPORT_NEVER, 0}, {REPORT_CON, 24}, {REPORT_NON, 1}, {REPORT_CON, 1}};
  setting_t setting = {0, 86400, queue_mode, NBIOT_TRANSMISSION_DEFAULT, 0};
  size_t i, k;
  for (i = 0; i < COUNT(few_losses); i += 1) {
    for (k = 0; k < COUNT(labels); k += 1) {
      setting.loss = few_losses[i];
      print_row(labels[k], &setting, &habits[k]);
    }
  }
}

static void print_presets(uint8_t slow) {
  static const char *const labels[] = {"default", "nbiot"};
  setting_t setting = {0, 86400, 0, 0, slow};
  habit_t habit = {REPORT_CON, 1};
  size_t i, k;
  for (i = 0; i < COUNT(few_losses); i += 1) {
    for (k = 0; k < COUNT(labels); k += 1) {
      setting.loss = few_losses[i];
      setting.transmission = (uint8_t)k; /* NBIOT_TRANSMISSION_* */
      print_row(labels[k], &setting, &habit);
    }
  }
}

static void print_assumptions(void) {
  nbiot_mock_energy_t psm = NBIOT_MOCK_ENERGY_INIT;
  setting_t reachable = {0};
  nbiot_mock_energy_t edrx = setting_energy(&reachable, HINTS_TAKEN);
  printf("%u days with each of %u seeds. The radio, in ms, bit/s and uA:\n", MONTH_DAYS,
         MONTH_SEEDS);
  printf("connecting  %6" PRIu32 " ms     %6" PRIu32 " uA\n", psm.connect_ms, psm.connect_ua);
  printf("sending     %6" PRIu32 " bit/s  %6" PRIu32 " uA\n", psm.transmit_bps, psm.transmit_ua);
  printf("receiving   %6" PRIu32 " bit/s  %6" PRIu32 " uA\n", psm.receive_bps, psm.receive_ua);
  printf("connected   %6" PRIu32 " ms     %6" PRIu32 " uA, released by a hint in %" PRIu32 " ms\n",
         psm.inactivity_ms, psm.connected_ua, psm.release_ms);
  printf("U           always        %6" PRIu32 " uA\n", edrx.idle_ua);
  printf("UQ: paged   %6" PRIu32 " ms     %6" PRIu32 " uA, then asleep %" PRIu32 " uA\n",
         psm.active_ms, psm.idle_ua, psm.sleep_ua);
  printf("battery     %6" PRIu32 " mAh\n", psm.battery_mah);
}

int main(void) {
  print_assumptions();
  print_exchanges();
  print_head("2. Lifetime. Reachable (U, eDRX); a confirmable report each hour", "lifetime");
  print_life_times(0);
  print_head("3. Lifetime. Queue mode (UQ, PSM); a confirmable report each hour", "lifetime");
  print_life_times(1);
  print_head("4. Reports. Reachable (U, eDRX); lifetime 1 day", "reports");
  print_reports(0);
  print_head("5. Reports. Queue mode (UQ, PSM); lifetime 1 day", "reports");
  print_reports(1);
  print_head("6. Preset, an answer in 0.6 ... 1.8 s. As 4", "preset");
  print_presets(0);
  print_head("7. Preset, an answer in 4 ... 10 s. As 4", "preset");
  print_presets(1);
  return 0;
}
