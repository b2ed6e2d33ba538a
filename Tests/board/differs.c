/* differs.c - prints what no two of our CPUs have in common with Linux: the runner must see it.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

int main(void) {
  printf("%u bytes\n", (unsigned)sizeof(void *));
  return 0;
}
