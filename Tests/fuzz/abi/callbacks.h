/* callbacks.h - the application's callbacks: they look at all they are given, answer what they were told to, and call back
 * into the library.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CALLBACKS_H
#define CALLBACKS_H

#include "nbiot.h"
#include "script.h"

void callbacks_begin(void);
/* The device that callbacks call; null while there is none. A new one knows nothing of the old one's ack ids, unless
 * `is_kept`: then there may be events of any. */
void callbacks_serve(nbiot_device_t *device, int is_kept);
/* All of them, or as `choice` says some of them, or the classic ones. */
void callbacks_configure(nbiot_config_t *config, uint8_t choice);
/* What they answer and call from now on. */
void callbacks_change(script_t *script);
/* So many callbacks have run. */
uint32_t callbacks_count(void);

/* Requests that were deferred, newest first. */
nbiot_request_t callbacks_request(uint32_t index);
/* nbiot_resource_notify was called; which ids are owed an event. */
void callbacks_notified(uint32_t ack_id, int32_t status);

#endif
