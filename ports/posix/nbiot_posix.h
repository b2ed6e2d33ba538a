/* nbiot_posix.h - the reference port: Linux, UDP sockets, POSIX threads.
 *
 * Most programs need none of this: nbiot_platform_default() of nbiot_port.h is this port, ready to
 * use. Use this header to bind a local address, to give each device a platform of its own, or to
 * build a platform that replaces some of the hooks and keeps the others.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_POSIX_H
#define NBIOT_POSIX_H

#include "nbiot_port.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The same annotations as nbiot_port.h; other compilers than clang see nothing. */
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-extension"
#endif

/**
 * Fill a platform with this port's hooks and a context of its own.
 *
 * The log hook is set only when the environment variable NBIOT_LOG is set; it writes to standard
 * error. store and load are set only when NBIOT_STORE names a directory, or by nbiot_posix_keep().
 * @param[out] platform       untouched on failure.
 * @param[in]  local_address  sockets bind to it and take only its family; null = any address.
 *                            Copied; its port is ignored.
 * @retval 0 ready; end it with nbiot_posix_close().
 * @retval NBIOT_PORT_BROKEN  no memory, or local_address is of an unknown family, or NBIOT_STORE is no directory.
 */
int32_t nbiot_posix_open(nbiot_platform_t *NBIOT_NONNULL platform,
                         const nbiot_address_t *NBIOT_NULLABLE local_address);

/**
 * Set the hooks store and load: the slots become the files `slot-0` ... `slot-3` of a directory, which
 * nobody else may read. Each is written beside its place, synchronised and renamed, so that a power
 * cut leaves the old file or the new one. One directory per device.
 * @param platform   filled by nbiot_posix_open(); call this before a device is created on it.
 * @param directory  exists and may be written to; copied. Relative to the working directory of each
 *                   later call.
 * @retval 0 set.
 * @retval NBIOT_PORT_BROKEN  not a directory, no memory, or a platform without context; nothing changed.
 */
int32_t nbiot_posix_keep(nbiot_platform_t *NBIOT_NONNULL platform,
                         const char *NBIOT_NONNULL directory);

/** Free a platform's context and clear the platform. Destroy its devices first. */
void nbiot_posix_close(nbiot_platform_t *NBIOT_NONNULL platform);

/**
 * Drop every name lookup and end the thread that makes them; the next name starts it again.
 * Never waits for a lookup: one that is under way ends on its own, unheard. nbiot_posix_close()
 * calls this.
 */
void nbiot_posix_forget_names(void *NBIOT_NULLABLE context);

/**
 * Return words for a log event, in English, without a line end.
 * In an object file of its own: a program that never calls it does not link the texts.
 * @param event  NBIOT_LOG_*; any other number has a text too.
 */
const char *NBIOT_NONNULL nbiot_log_text(uint16_t event);

/** @name The hooks, one by one: nbiot_port.h says what each does
 *  `context` is that of a platform filled by nbiot_posix_open() or of nbiot_platform_default().
 *  @{ */
uint32_t nbiot_posix_now_ms(void *NBIOT_NULLABLE context);
int32_t nbiot_posix_random(void *NBIOT_NULLABLE context, uint8_t *NBIOT_NONNULL buffer,
                           uint32_t size);
int32_t nbiot_posix_resolve(void *NBIOT_NULLABLE context, const char *NBIOT_NONNULL host,
                            uint32_t host_length, nbiot_address_t *NBIOT_NONNULL address);
int32_t nbiot_posix_udp_open(void *NBIOT_NULLABLE context, uint8_t family, uint16_t local_port);
int32_t nbiot_posix_udp_send(void *NBIOT_NULLABLE context, int32_t socket,
                             const uint8_t *NBIOT_NONNULL data, uint32_t length,
                             const nbiot_address_t *NBIOT_NONNULL to);
int32_t nbiot_posix_udp_receive(void *NBIOT_NULLABLE context, int32_t socket,
                                uint8_t *NBIOT_NONNULL buffer, uint32_t size,
                                nbiot_address_t *NBIOT_NONNULL from);
void nbiot_posix_udp_close(void *NBIOT_NULLABLE context, int32_t socket);
void nbiot_posix_wait(void *NBIOT_NULLABLE context, int32_t socket, uint32_t timeout_ms);
void nbiot_posix_wake(void *NBIOT_NULLABLE context, int32_t socket);
void nbiot_posix_lock(void *NBIOT_NULLABLE context);
void nbiot_posix_unlock(void *NBIOT_NULLABLE context);
void *NBIOT_NULLABLE nbiot_posix_allocate(void *NBIOT_NULLABLE context, uint32_t size);
void nbiot_posix_release(void *NBIOT_NULLABLE context, void *NBIOT_NONNULL memory);
void nbiot_posix_log(void *NBIOT_NULLABLE context, uint8_t level, uint16_t event, uint32_t a,
                     uint32_t b);
int32_t nbiot_posix_store(void *NBIOT_NULLABLE context, uint32_t slot,
                          const uint8_t *NBIOT_NONNULL data, uint32_t length);
int32_t nbiot_posix_load(void *NBIOT_NULLABLE context, uint32_t slot, uint8_t *NBIOT_NONNULL buffer,
                         uint32_t size);
/** @} */

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

#ifdef __cplusplus
}
#endif

#endif /* NBIOT_POSIX_H */
