/* nbiot_security.h - the seam between the UDP hooks and the engine where a DTLS provider sits.
 *
 * The library owns the socket and never sees a record; the provider never sees a socket. A device whose URI
 * starts with coaps:// needs a provider; without one nbiot_device_create_with() answers NBIOT_ERR_NOT_SUPPORT
 * and no byte is ever sent in clear.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_SECURITY_H
#define NBIOT_SECURITY_H

#include "nbiot_port.h"

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-extension"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** @name What a provider's step, input and send answer
 *  @{ */
#define NBIOT_SECURITY_ESTABLISHED ((int32_t)1) /**< step: application data may pass. */
#define NBIOT_SECURITY_PENDING ((int32_t)0)     /**< step: handshake under way; input: no plaintext; send: not yet. */
#define NBIOT_SECURITY_AUTH ((int32_t)-1)       /**< The peer or its key is not the configured one. */
#define NBIOT_SECURITY_TIMEOUT ((int32_t)-2)    /**< The peer is silent. */
#define NBIOT_SECURITY_PROTOCOL ((int32_t)-3)   /**< The peer broke the protocol, or sent a fatal alert. */
#define NBIOT_SECURITY_CLOSED ((int32_t)-4)     /**< The peer closed, or a counter is exhausted: open again. */
#define NBIOT_SECURITY_MEMORY ((int32_t)-5)     /**< The provider's memory does not suffice. */
/** @} */

/** What the library lends a provider, valid from open until close. */
typedef struct nbiot_security_environment {
  void *NBIOT_NULLABLE context; /**< First argument of both functions. */
  /** Send one record-layer datagram. @return @p length, 0 = no room now, negative = the socket is broken. */
  int32_t (*NBIOT_NULLABLE emit)(void *NBIOT_NULLABLE context, const uint8_t *NBIOT_NONNULL data, uint32_t length);
  /** The platform's random hook. */
  int32_t (*NBIOT_NULLABLE random)(void *NBIOT_NULLABLE context, uint8_t *NBIOT_NONNULL buffer, uint32_t size);
} nbiot_security_environment_t;

/** A pre-shared key. The configured one is borrowed from create until destroy; that of an account is lent from open until
 *  the session is established or closed, for a bootstrap replaces it. Never logged. */
typedef struct nbiot_credentials {
  const uint8_t *NBIOT_NULLABLE identity; /**< PSK identity, 1...128 bytes (RFC 7925 section 4). */
  const uint8_t *NBIOT_NULLABLE key;      /**< PSK, 1...64 bytes. */
  uint32_t identity_length;               /**< Bytes. */
  uint32_t key_length;                    /**< Bytes. */
} nbiot_credentials_t;

/**
 * A security provider: one const table per library, with one context per device. open, step, input, send and close run
 * under the lock; save, load, info and overhead are for sleep without RAM and block sizes, and are not called yet.
 */
typedef struct nbiot_security {
  uint32_t abi;      /**< NBIOT_ABI. */
  uint32_t reserved; /**< Zero. */
  /** Start a session; the first flight leaves in step. @return 0 or NBIOT_SECURITY_*. */
  int32_t (*NBIOT_NULLABLE open)(void *NBIOT_NULLABLE context, const nbiot_security_environment_t *NBIOT_NONNULL environment,
                                 const nbiot_credentials_t *NBIOT_NULLABLE credentials, uint32_t now_ms);
  /**
   * Drive handshake and retransmission; never waits.
   * @param[out] next_ms  milliseconds until step wants to be called again; UINT32_MAX = not before a datagram.
   * @return NBIOT_SECURITY_ESTABLISHED, NBIOT_SECURITY_PENDING, or negative.
   */
  int32_t (*NBIOT_NULLABLE step)(void *NBIOT_NULLABLE context, uint32_t now_ms, uint32_t *NBIOT_NONNULL next_ms);
  /**
   * Take one received datagram, or with @p data null the next record of the last one. @p out may be where @p data is.
   * @return plaintext bytes written to @p out (at most @p size); 0 = none; negative = the session is over.
   */
  int32_t (*NBIOT_NULLABLE input)(void *NBIOT_NULLABLE context, uint32_t now_ms, const uint8_t *NBIOT_NULLABLE data,
                                  uint32_t length, uint8_t *NBIOT_NONNULL out, uint32_t size);
  /** Protect and emit @p length bytes. @return @p length, 0 = not now, negative = the session is over. */
  int32_t (*NBIOT_NULLABLE send)(void *NBIOT_NULLABLE context, uint32_t now_ms, const uint8_t *NBIOT_NONNULL data,
                                 uint32_t length);
  /** Serialise the session for a sleep without RAM. May be null. @return bytes written, or negative. */
  int32_t (*NBIOT_NULLABLE save)(void *NBIOT_NULLABLE context, uint8_t *NBIOT_NONNULL out, uint32_t size);
  /** Resume a serialised session instead of open. May be null. A saved session must be loaded at most once. */
  int32_t (*NBIOT_NULLABLE load)(void *NBIOT_NULLABLE context, const nbiot_security_environment_t *NBIOT_NONNULL environment,
                                 const nbiot_credentials_t *NBIOT_NULLABLE credentials, const uint8_t *NBIOT_NONNULL saved,
                                 uint32_t length, uint32_t now_ms);
  /** End the session; with @p notify non-zero tell the peer. Harmless when none is open. */
  void (*NBIOT_NULLABLE close)(void *NBIOT_NULLABLE context, int32_t notify);
  /** The last fatal alert (0...255) or negative when there was none. May be null. */
  int32_t (*NBIOT_NULLABLE info)(void *NBIOT_NULLABLE context);
  /** Bytes a record adds to a datagram. May be null: 0. */
  int32_t (*NBIOT_NULLABLE overhead)(void *NBIOT_NULLABLE context);
} nbiot_security_t;

#ifdef __cplusplus
}
#endif

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

#endif /* NBIOT_SECURITY_H */
