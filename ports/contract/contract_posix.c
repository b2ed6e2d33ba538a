/* contract_posix.c - the conformance test on the posix port, over loopback; exit status 0 = every
 * clause holds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "contract_host.h"
#include "nbiot_contract.h"
#include "nbiot_posix.h"

int main(void) {
  const uint8_t families[] = {NBIOT_FAMILY_IPV4, NBIOT_FAMILY_IPV6};
  int32_t failed = 0;
  contract_host_limit_descriptors();
  for (unsigned i = 0; i < 2; i++) {
    nbiot_contract_t setup = {0};
    if (contract_host_setup(&setup, families[i]) != 0) {
      printf("skip family %d: no loopback address\n", (int)families[i]);
      continue;
    }
    printf("# IPv%d\n", (int)families[i]);
    setup.platform = nbiot_platform_default();
    failed += nbiot_contract_run(&setup) != 0;
  }
  nbiot_clear_environment();
  return failed == 0 ? 0 : 1;
}
