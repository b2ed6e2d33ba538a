/* check.h - named expectations and their count, of one program.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_H
#define CHECK_H

void expect(int holds, const char *sentence);
void expect_equal(long long got, long long wanted, const char *sentence);
/* Prints `N passed, N failed`; the exit status. */
int check_end(void);

#endif
