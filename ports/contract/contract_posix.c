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
  nbiot_platform_t platform = *nbiot_platform_default();
  char directory[] = "/tmp/nbiot-contract-XXXXXX";
  int32_t failed = contract_host_make(directory) != 0 || nbiot_posix_keep(&platform, directory) != 0;
  contract_host_limit_descriptors();
  for (unsigned i = 0; i < 2; i++) {
    nbiot_contract_t setup = {0};
    if (contract_host_setup(&setup, families[i]) != 0) {
      printf("skip family %d: no loopback address\n", (int)families[i]);
      continue;
    }
    printf("# IPv%d\n", (int)families[i]);
    setup.platform = &platform;
    failed += nbiot_contract_run(&setup) != 0;
  }
  contract_host_remove(directory);
  nbiot_clear_environment();
  return failed == 0 ? 0 : 1;
}
