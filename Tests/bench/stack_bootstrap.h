/* stack_bootstrap.h - the situations of stack.c that only a bootstrapped device is in.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef STACK_BOOTSTRAP_H
#define STACK_BOOTSTRAP_H

/* From create over a bootstrap to the first registration, and a create that finds the account. */
void bootstrap(void);

#endif
