/* module.h - the NB module on the UART: the AT-modem port, with what this board lends it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MODULE_H
#define MODULE_H

#include "nbiot_port.h"

/* Starts the UART and the bring-up. Returns 0, or NBIOT_PORT_UNSUPPORTED for a configuration that is wrong. */
int32_t module_start(void);

/* The hooks for nbiot_config_t. */
nbiot_platform_t module_platform(void);

/* Works on what came and begins what is next. Returns for how many milliseconds there is nothing to do. */
uint32_t module_step(void);

/* Returns 1 when bring-up was completed since the last call, else 0. */
int module_became_ready(void);

/* Prints what went wrong on the serial line. */
void module_tell_losses(void);

#endif
