/* hang.c - never ends: the runner must end it.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

int main(void) {
  printf("hanging\n");
  for (;;) {
  }
}
