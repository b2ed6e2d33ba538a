/* broken_hooks.h - hooks with one mistake each, and the clause of the contract test that must
 * notice.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_BROKEN_HOOKS_H
#define NBIOT_BROKEN_HOOKS_H

#include "nbiot_port.h"

typedef struct {
  const char *mistake;
  const char *clause;
  void (*apply)(nbiot_platform_t *platform);
} broken_hook_t;

extern const broken_hook_t broken_basics[];
extern const unsigned broken_basics_count;
extern const broken_hook_t broken_storage[];
extern const unsigned broken_storage_count;
extern const broken_hook_t broken_udp[];
extern const unsigned broken_udp_count;
extern const broken_hook_t broken_waits[];
extern const unsigned broken_waits_count;

#endif /* NBIOT_BROKEN_HOOKS_H */
