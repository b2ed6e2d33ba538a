/* harness.c - what libFuzzer calls.
 * SPDX-License-Identifier: Apache-2.0 */
#include "program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  program_run(data, size);
  return 0;
}
