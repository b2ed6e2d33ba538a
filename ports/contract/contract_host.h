/* contract_host.h - a contract setup for programs on a POSIX host: free loopback ports, a second
 * thread, printing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_CONTRACT_HOST_H
#define NBIOT_CONTRACT_HOST_H

#include "nbiot_contract.h"

/* Fill everything but `platform`; negative when the family has no loopback address here. */
int32_t contract_host_setup(nbiot_contract_t *setup, uint8_t family);

/* Allow this process few descriptors, so that a hook that leaks them is found after a hundred
 * sockets. */
void contract_host_limit_descriptors(void);

/* Make a directory of a template that ends with XXXXXX; 0 = done. */
int32_t contract_host_make(char *directory);
/* Remove that directory, with the slots in it. */
void contract_host_remove(const char *directory);

#endif /* NBIOT_CONTRACT_HOST_H */
