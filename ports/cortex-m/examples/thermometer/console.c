/* console.c - lines of text (see console.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "console.h"

#include "semihosting.h"

/* What is longer is cut. */
#define WIDTH 96u

static char line[WIDTH + 1u];
static uint32_t length;

void console_text(const char *text) {
  for (; *text != '\0' && length < WIDTH; text++) line[length++] = *text;
}

static void put_digits(uint32_t number, uint32_t least) {
  char digits[11];
  uint32_t first = sizeof digits - 1u;
  digits[first] = '\0';
  for (; number > 0 || least > 0; number /= 10u) {
    digits[--first] = (char)('0' + number % 10u);
    least -= least > 0;
  }
  console_text(digits + first);
}

static uint32_t magnitude(int32_t number) { return number < 0 ? 0u - (uint32_t)number : (uint32_t)number; }

void console_number(int32_t number) {
  if (number < 0) console_text("-");
  put_digits(magnitude(number), 1);
}

void console_hundredths(int32_t number) {
  if (number < 0) console_text("-");
  put_digits(magnitude(number) / 100u, 1);
  console_text(".");
  put_digits(magnitude(number) % 100u, 2);
}

void console_end_line(void) {
  line[length++] = '\n';
  semihosting_write(line, length);
  length = 0;
}
