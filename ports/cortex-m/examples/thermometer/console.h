/* console.h - lines of text for whoever watches, by semihosting; in a product a second UART, or nothing.
 *
 * A line is put together piece by piece and written as one. No printf: with it come 20 KB and a heap.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdint.h>

void console_text(const char *text);
void console_number(int32_t number);
/* 2125 is written as 21.25. */
void console_hundredths(int32_t number);
void console_end_line(void);

#endif
