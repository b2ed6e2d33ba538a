/* nbiot_port.h - what a port supplies: the platform hooks, and the three functions of a port library.
 *
 * Porting nbiot is filling one nbiot_platform_t. ports/README.md is the guide; ports/contract is the
 * program that tells you when the hooks are right.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_PORT_H
#define NBIOT_PORT_H

#include <stddef.h>
#include <stdint.h>

/* Nullability is for tools that read it (clang's analyser, Swift); other compilers see nothing. */
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-extension"
#define NBIOT_NULLABLE _Nullable
#define NBIOT_NONNULL _Nonnull
#else
#define NBIOT_NULLABLE
#define NBIOT_NONNULL
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** The ABI these headers describe. NBIOT_PLATFORM_INIT and NBIOT_CONFIG_INIT store it. */
#define NBIOT_ABI 3u

/** @name Address families of nbiot_address_t
 *  @{ */
#define NBIOT_FAMILY_NONE ((uint8_t)0)
#define NBIOT_FAMILY_IPV4 ((uint8_t)4)
#define NBIOT_FAMILY_IPV6 ((uint8_t)6)
/** @} */

/**
 * A UDP address. Compared field by field, never by memcmp.
 *
 * IPv4 uses bytes[0..3] in network order and leaves the rest zero; IPv6 uses all sixteen.
 */
typedef struct nbiot_address {
  uint8_t family;    /**< NBIOT_FAMILY_IPV4 or NBIOT_FAMILY_IPV6. */
  uint8_t reserved;  /**< Zero. */
  uint16_t port;     /**< Host byte order. */
  uint8_t bytes[16]; /**< Network byte order, as on the wire. */
} nbiot_address_t;

/** udp_receive: the datagram was longer than the buffer; it is discarded, never taken for a shorter one. */
#define NBIOT_PORT_TRUNCATED ((int32_t)-0x7000)
/** Any hook: what was asked for is broken and stays broken until closed and opened again. */
#define NBIOT_PORT_BROKEN ((int32_t)-0x7001)
/** Any hook: this port does not have it. */
#define NBIOT_PORT_UNSUPPORTED ((int32_t)-0x7002)

/** @name Why a datagram leaves: the reason argument of the udp_hint hook
 *  @{ */
#define NBIOT_SEND_BOOTSTRAP ((uint8_t)1)       /**< Bootstrap-Request. */
#define NBIOT_SEND_REGISTER ((uint8_t)2)        /**< Register. */
#define NBIOT_SEND_UPDATE ((uint8_t)3)          /**< Update. */
#define NBIOT_SEND_DEREGISTER ((uint8_t)4)      /**< De-register. */
#define NBIOT_SEND_REPLY ((uint8_t)5)           /**< The answer to a request of the server, at once or later. */
#define NBIOT_SEND_ACKNOWLEDGEMENT ((uint8_t)6) /**< An empty message: acknowledgement or Reset. */
#define NBIOT_SEND_NOTIFICATION ((uint8_t)7)    /**< A notification, confirmable or not. */
#define NBIOT_SEND_RETRANSMISSION ((uint8_t)8)  /**< A confirmable message that was not acknowledged in time, again. */
#define NBIOT_SEND_SECURITY ((uint8_t)9)        /**< A record of the security provider: handshake, alert. */
/** @} */

/** @name What follows a datagram: the expectation argument of the udp_hint hook
 *  What the protocol and the library's own state say; a server may always speak on its own.
 *  @{ */
/** Not known: more may follow in either direction. So it is with every datagram but De-register in queue mode, where any
 *  message may call forth requests the server has kept, with Bootstrap-Request and Register, which are followed by requests
 *  as a rule, and with every answer to a request. */
#define NBIOT_EXPECT_MORE ((uint8_t)0)
/** Nothing answers this datagram and nothing else is under way: the connection may be released (3GPP TS 24.301, release
 *  assistance indication 1). */
#define NBIOT_EXPECT_NOTHING ((uint8_t)1)
/** One datagram is still to come, and then nothing is under way (indication 2). A server that answers an Update or a De-register
 *  separately (RFC 7252 5.2.2) sends two. */
#define NBIOT_EXPECT_REPLY ((uint8_t)2)
/** @} */

/** @name Log levels of the log hook
 *  @{ */
#define NBIOT_LOG_ERROR ((uint8_t)1)
#define NBIOT_LOG_WARNING ((uint8_t)2)
#define NBIOT_LOG_INFO ((uint8_t)3)
#define NBIOT_LOG_DEBUG ((uint8_t)4)
/** @} */

/** @name Log events: the event argument of the log hook, with what a and b carry
 *  @{ */
#define NBIOT_LOG_STATE ((uint16_t)1)           /**< a = old, b = new NBIOT_STATE_*, once at the end of a pass: what begins and ends in one is not told. */
#define NBIOT_LOG_SOCKET_OPENED ((uint16_t)2)   /**< a = socket. */
#define NBIOT_LOG_SOCKET_BROKEN ((uint16_t)3)   /**< a = socket, or UINT32_MAX when it did not open; b = the hook's answer. */
#define NBIOT_LOG_RESOLVE_FAILED ((uint16_t)4)  /**< b = the hook's answer. */
#define NBIOT_LOG_RANDOM_FAILED ((uint16_t)5)   /**< b = the hook's answer. */
#define NBIOT_LOG_DATAGRAM_OUT ((uint16_t)6)    /**< a = length in bytes, b = first four bytes. */
#define NBIOT_LOG_DATAGRAM_IN ((uint16_t)7)     /**< a = length in bytes, b = first four bytes. */
#define NBIOT_LOG_DATAGRAM_DROPPED ((uint16_t)8) /**< a = NBIOT_DROP_*, b = length in bytes, 0 = longer than the buffer. */
#define NBIOT_LOG_CLOCK_STEPPED ((uint16_t)9)   /**< a = milliseconds stepped back. */
#define NBIOT_LOG_EVENT ((uint16_t)10)          /**< a = NBIOT_EVENT_*, b = its CoAP code. */
#define NBIOT_LOG_SECURITY ((uint16_t)11)       /**< b = the provider's answer. */
#define NBIOT_LOG_STORAGE ((uint16_t)12)        /**< store or load failed: a = slot, b = the hook's answer; 0 also for an
                                                     account that was not stored, its record being longer than receive_capacity;
                                                     a length for notifications that are longer than stored_capacity. */
/** @} */

/**
 * The platform: every way the library reaches the world, as one struct of function pointers.
 *
 * Fill it from NBIOT_PLATFORM_INIT. nbiot_device_create_with() copies the struct; what `context` points at is
 * borrowed until nbiot_device_destroy(). No hook may call an nbiot_* function on the same device.
 * Mandatory: now_ms, random, resolve, udp_open, udp_send, udp_receive, udp_close. The others may be null.
 */
typedef struct nbiot_platform {
  /** NBIOT_ABI. Zero is an error (NBIOT_ERR_ABI): use NBIOT_PLATFORM_INIT. */
  uint32_t abi;
  /** Zero. */
  uint32_t reserved;
  /** Handed to every hook as its first argument. Owned by the port. */
  void *NBIOT_NULLABLE context;

  /**
   * Read a free-running millisecond counter.
   * It may start anywhere and wrap at 2^32, must keep counting while the MCU sleeps, and should not step back.
   */
  uint32_t (*NBIOT_NULLABLE now_ms)(void *NBIOT_NULLABLE context);

  /**
   * Fill @p buffer with @p size unpredictable bytes (message IDs, tokens, ACK jitter).
   * @return 0, or negative when no randomness is to be had: the library then sends nothing that needs some.
   */
  int32_t (*NBIOT_NULLABLE random)(void *NBIOT_NULLABLE context, uint8_t *NBIOT_NONNULL buffer, uint32_t size);

  /**
   * Turn a host name or literal into an address, without ever waiting.
   * @param host        not zero-terminated; @p host_length bytes, 1...255.
   * @param[out] address  family and bytes on success; the port number is the library's business.
   * @return 1 done; 0 pending: called again with the same host; negative failed.
   */
  int32_t (*NBIOT_NULLABLE resolve)(void *NBIOT_NULLABLE context, const char *NBIOT_NONNULL host, uint32_t host_length,
                                    nbiot_address_t *NBIOT_NONNULL address);

  /**
   * Open a non-blocking UDP socket.
   * @param family      NBIOT_FAMILY_IPV4 or NBIOT_FAMILY_IPV6.
   * @param local_port  host byte order; 0 = any free port.
   * @return a socket number >= 0 that the other hooks get, or negative.
   */
  int32_t (*NBIOT_NULLABLE udp_open)(void *NBIOT_NULLABLE context, uint8_t family, uint16_t local_port);

  /**
   * Hand over one datagram.
   * @return @p length; 0 = no room now, the library offers it again; negative = the socket is broken.
   *         Never a part of a datagram.
   */
  int32_t (*NBIOT_NULLABLE udp_send)(void *NBIOT_NULLABLE context, int32_t socket, const uint8_t *NBIOT_NONNULL data,
                                     uint32_t length, const nbiot_address_t *NBIOT_NONNULL to);

  /**
   * Take the oldest waiting datagram, without waiting. buffer[0] is 0 at the call. Of a datagram that does not fit, either
   * nothing or its first @p size bytes may be left in the buffer, the address in *@p from: then the server is told
   * what size does fit. A part of them, or anything else, may not.
   * @return its length in bytes; 0 = none; NBIOT_PORT_TRUNCATED = it did not fit and is gone; other negatives =
   *         the socket is broken (the library closes it and opens a new one with back-off). A refused or
   *         unreachable report of the network (ICMP) is not a broken socket: swallow it.
   */
  int32_t (*NBIOT_NULLABLE udp_receive)(void *NBIOT_NULLABLE context, int32_t socket, uint8_t *NBIOT_NONNULL buffer,
                                        uint32_t size, nbiot_address_t *NBIOT_NONNULL from);

  /** Close a socket. Called exactly once for every socket that udp_open returned. */
  void (*NBIOT_NULLABLE udp_close)(void *NBIOT_NULLABLE context, int32_t socket);

  /**
   * Sleep until a datagram waits at @p socket, wake() was called, or @p timeout_ms passed; early returns do no harm.
   * @param socket  -1 while none is open. Without this hook the blocking calls answer NBIOT_ERR_NOT_SUPPORT unless
   *                their timeout is 0; nbiot_device_poll() needs no wait. The lock is not held during the call.
   */
  void (*NBIOT_NULLABLE wait)(void *NBIOT_NULLABLE context, int32_t socket, uint32_t timeout_ms);

  /**
   * End a wait() on @p socket that another thread is in. A wake that finds nobody waiting ends the next wait at once.
   * Without this hook waits are cut into slices of 500 ms.
   */
  void (*NBIOT_NULLABLE wake)(void *NBIOT_NULLABLE context, int32_t socket);

  /** Enter / leave a mutex that need not be recursive. Both or neither. Never held while a callback or the wait, resolve, log, store or load hook runs. */
  void (*NBIOT_NULLABLE lock)(void *NBIOT_NULLABLE context);
  void (*NBIOT_NULLABLE unlock)(void *NBIOT_NULLABLE context); /**< See lock. */

  /**
   * Allocate @p size bytes aligned to 8, or return null. Called at most once per device, by create, and only
   * when the configuration has no memory block of its own.
   */
  void *NBIOT_NULLABLE (*NBIOT_NULLABLE allocate)(void *NBIOT_NULLABLE context, uint32_t size);
  /** Give back what allocate returned. Both or neither. */
  void (*NBIOT_NULLABLE release)(void *NBIOT_NULLABLE context, void *NBIOT_NONNULL memory);

  /** Take note of a happening: numbers only, NBIOT_LOG_*. nbiot_log_text() of a port turns them into words. */
  void (*NBIOT_NULLABLE log)(void *NBIOT_NULLABLE context, uint8_t level, uint16_t event, uint32_t a, uint32_t b);

  /**
   * Write a slot, in place of what is in it: where a device keeps what is to outlive a power cut, its account when it
   * bootstraps (slots 0 and 1), stored notifications with stored_kept (2 and 3).
   * It is on stable storage when this returns. A power cut during the call may leave the slot torn or empty, never another
   * one. 0 and 1 are written twice per bootstrap: after Finish, and after the first Register. 2 and 3 are written in turns,
   * before a stored notification leaves for the first time and at the end of each call that serves the device and changed what
   * is stored: two or three times for each notification, which is what flash has to bear. A factory reset writes each slot
   * in use, with one byte that is no record. The lock is not held during the call.
   * @param slot    0 ... 3; two pairs of slots per device. Without bootstrap only 2 and 3, without stored_kept only 0 and 1.
   * @param data    a record with a check sum of its own. Slots 0 and 1 hold keys in clear. Valid during the call.
   * @param length  1 ... receive_capacity of the configuration; slots 2 and 3: 1 ... stored_capacity.
   * @return @p length; anything else, 0 too, is a failure: the slot may then hold anything.
   */
  int32_t (*NBIOT_NULLABLE store)(void *NBIOT_NULLABLE context, uint32_t slot, const uint8_t *NBIOT_NONNULL data,
                                  uint32_t length);
  /**
   * Read a slot from its beginning. The lock is not held during the call. Both or neither of store and load.
   * @param slot  0 ... 3, as in store.
   * @return how many bytes the slot holds, of which min(@p size, that) were written to @p buffer; 0 = nothing was ever
   *         stored there; negative = it cannot be read.
   */
  int32_t (*NBIOT_NULLABLE load)(void *NBIOT_NULLABLE context, uint32_t slot, uint8_t *NBIOT_NONNULL buffer,
                                 uint32_t size);

  /**
   * Learn about the datagram that the next udp_send hands over: for release assistance and for switching a radio on.
   * Called before each udp_send, also of one that is offered again or sent again. Only the log hook may run in between,
   * without the lock, and so may the hooks of other devices: keep it for its socket. With a security provider once for
   * each datagram of the library, before the provider gets it, and with NBIOT_SEND_SECURITY before each record of its own.
   * Runs under the lock, as udp_send does; must not wait.
   * @param reason       NBIOT_SEND_*.
   * @param expectation  NBIOT_EXPECT_*; a statement only where it is not 0.
   */
  void (*NBIOT_NULLABLE udp_hint)(void *NBIOT_NULLABLE context, int32_t socket, uint8_t reason, uint8_t expectation);
} nbiot_platform_t;

/** A platform with its ABI number and no hooks. `nbiot_platform_t platform = NBIOT_PLATFORM_INIT;` */
#define NBIOT_PLATFORM_INIT \
  { NBIOT_ABI, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL }

/* ---- Defined by a port library (libnbiot-<port>.a), not by libnbiot.a ---------------------------------- */

/**
 * Return the linked port's platform, ready to use. nbiot_device_create() takes it.
 * @return a pointer valid until nbiot_clear_environment(); never null.
 */
const nbiot_platform_t *NBIOT_NONNULL nbiot_platform_default(void);

/**
 * Prepare the linked port. Call once before the first device; calling it again is harmless.
 * Old programs call it as `nbiot_init_environment()` or `nbiot_init_environment(argc, argv)`: both compile.
 * @retval 0 ready.
 * @retval negative the port could not start; nothing was changed.
 */
int32_t nbiot_init_environment(void);

/** Undo nbiot_init_environment(). Destroy every device first. */
void nbiot_clear_environment(void);

/* The macro chooses by the number of arguments; (nbiot_init_environment)() is the function itself. */
#define NBIOT_PICK_THIRD_(first, second, third, ...) third
#define NBIOT_ENVIRONMENT_0_(ignored) (nbiot_init_environment)()
#define NBIOT_ENVIRONMENT_2_(argc, argv) ((void)(argc), (void)(argv), (nbiot_init_environment)())
#define nbiot_init_environment(...) \
  NBIOT_PICK_THIRD_(__VA_ARGS__, NBIOT_ENVIRONMENT_2_, NBIOT_ENVIRONMENT_0_, )(__VA_ARGS__)

#ifdef __cplusplus
}
#endif

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

#endif /* NBIOT_PORT_H */
