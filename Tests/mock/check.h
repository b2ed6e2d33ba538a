/* check.h - named tests and their count.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_H
#define CHECK_H

/* Notes a failure of the running test with its place; the test goes on. */
#define CHECK(condition) check((condition) != 0, #condition, __FILE__, __LINE__)
#define CHECK_EQUAL(got, wanted) \
  check_equal((long long)(got), (long long)(wanted), #got, __FILE__, __LINE__)

void check(int holds, const char *text, const char *file, int line);
void check_equal(long long got, long long wanted, const char *text, const char *file, int line);
void test(const char *sentence, void (*function)(void));

void world_tests(void);
void network_tests(void);
void platform_tests(void);
void fault_tests(void);
void storage_tests(void);
void bootstrap_tests(void);
void codec_tests(void);
void trace_tests(void);
void air_tests(void);
void battery_tests(void);
void journal_tests(void);
void pcapng_tests(void);
void reboot_tests(void);
void idle_tests(void);
void check_tests(void);
void registration_tests(void);
void react_tests(void);
void exchange_tests(void);
void observation_tests(void);

#endif
