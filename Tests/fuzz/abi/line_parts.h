/* line_parts.h - what the two halves of the platform share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LINE_PARTS_H
#define LINE_PARTS_H

#include "line.h"

/* Whether this call of a hook is one of those that fail, and with what. */
int line_fails(uint32_t kind, int32_t *answer);
/* The hooks that a platform may lack. */
void line_add_services(nbiot_platform_t *platform);

#endif
