/* nbiot_template.h - an empty port. Copy the folder, call it after your board, fill the hooks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_TEMPLATE_H
#define NBIOT_TEMPLATE_H

#include "nbiot_port.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Return the hooks.
 * @param context  what every hook gets as its first argument: the state of your driver. Null will
 *                 do while the hooks do nothing. Lent until the last device on it is destroyed.
 */
nbiot_platform_t nbiot_template_platform(void *context);

#ifdef __cplusplus
}
#endif

#endif /* NBIOT_TEMPLATE_H */
