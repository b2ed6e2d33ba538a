/* fault.c - reads where there is nothing: the registers must appear, and the run must fail.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdio.h>

int main(void) {
  printf("reading\n");
  return *(const volatile uint8_t *)(uintptr_t)0xa0000000u;
}
