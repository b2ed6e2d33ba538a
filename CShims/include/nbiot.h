/* nbiot.h - an LwM2M 1.0 client for small devices: OneNET (China Mobile) and any other LwM2M server.
 *
 * The shortest program:
 *
 *     nbiot_device_create(&dev, "imei;imsi", "coap://183.230.40.40:5683", 300, on_write, on_read, on_execute);
 *     nbiot_resource_add(dev, 3303, 0, 5700, &temperature);
 *     nbiot_device_connect(dev, 60);
 *     for (;;) nbiot_device_step(dev, 1);
 *
 * CONVENTIONS
 *   Status      Every function that can fail returns int32_t: 0 or positive = success, negative = NBIOT_ERR_*.
 *               A call that fails changes nothing unless its comment says otherwise.
 *   Null        A null or destroyed device, or a null required pointer, answers NBIOT_ERR_BADPARAM. (A pointer
 *               to a destroyed device is only recognised while its memory block is untouched.)
 *   Sizes       `size` and `capacity` are room in bytes; `length` is valid bytes. Text is UTF-8.
 *   Zero        A zeroed field of nbiot_config_t means its documented default.
 *   Threads     With lock and unlock hooks every function may be called from any thread, never from an
 *               interrupt. While a callback runs the device is in use: nbiot_resource_notify, nbiot_resource_set,
 *               nbiot_request_respond, nbiot_device_error, _state, _socket and _statistics work, from the callback
 *               and from other threads; every other call answers NBIOT_ERR_BUSY, but that nbiot_resource_add and _add_multiple
 *               work inside `create` for the instance it is asked about. While a thread waits inside
 *               connect, step or close, those calls and nbiot_resource_add/del/add_multiple and
 *               nbiot_device_update, _rebind work; a second connect, step, close, sync, poll or destroy answers NBIOT_ERR_BUSY.
 *               NBIOT_ERR_BUSY is a matter of timing when another thread serves the device: a callback or the resolve or
 *               log hook may be running there. Nothing has changed; try again.
 *   Memory      One block per device, given by the caller or taken once from the platform's allocate hook.
 *               Nothing is allocated after create. The library has no writable data of its own.
 *
 * Clauses are cited as RFC nnnn x.y and "LwM2M x.y" (OMA LwM2M Technical Specification 1.0.2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_H
#define NBIOT_H

#include "nbiot_port.h"
#include "nbiot_security.h"
#include "nbiot_budget.h"

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-extension"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** Version of this header: 0xMMmmpp. Compare with nbiot_version() to detect a mismatched archive. */
#define NBIOT_VERSION 0x000100u

/** @name Status codes
 *  0 ... -13 are OneNET's own numbers; ours continue at -32.
 *  @{ */
#define NBIOT_ERR_OK ((int32_t)0)
#define NBIOT_ERR_BADPARAM ((int32_t)-1)      /**< An argument is null, out of range or of the wrong type. */
#define NBIOT_ERR_NO_MEMORY ((int32_t)-2)     /**< A table or the memory block is too small. */
#define NBIOT_ERR_NOT_SUPPORT ((int32_t)-3)   /**< Needs a hook, a provider or a feature that is not there. */
#define NBIOT_ERR_NOT_FOUND ((int32_t)-4)     /**< No such resource or request. */
#define NBIOT_ERR_SOCKET ((int32_t)-5)        /**< The UDP hooks report a broken socket; it is reopened with back-off. */
#define NBIOT_ERR_TIMEOUT ((int32_t)-6)       /**< The time given ran out. After connect the work goes on in later calls. */
#define NBIOT_ERR_INVALID_URI ((int32_t)-7)   /**< The URI is not coap[s]://host[:port], or its host does not resolve. */
#define NBIOT_ERR_REG_FAILED ((int32_t)-8)    /**< The server refused the registration; it is tried again with back-off. */
#define NBIOT_ERR_NOT_REGISTER ((int32_t)-9)  /**< The device is not registered and nothing is under way. */
#define NBIOT_ERR_SERVER_RESET ((int32_t)-10) /**< The server answered Register or Bootstrap-Request with a Reset; it is tried again with back-off. */
#define NBIOT_ERR_REGISTERED ((int32_t)-11)   /**< Kept for old code; never returned. */
#define NBIOT_ERR_PENDING ((int32_t)-12)      /**< Under way; from a callback: the answer follows by nbiot_request_respond(). */
#define NBIOT_ERR_BS_FAILED ((int32_t)-13)    /**< The bootstrap failed; it is tried again with back-off. */
#define NBIOT_ERR_EXISTS ((int32_t)-32)       /**< The resource is there already, or the ack id outstanding. */
#define NBIOT_ERR_ABI ((int32_t)-33)          /**< config.abi, platform.abi or security.abi is not NBIOT_ABI: use the INIT macros. */
#define NBIOT_ERR_BUSY ((int32_t)-34)         /**< The device is in use by a callback or by another thread's call. */
#define NBIOT_ERR_RANDOM ((int32_t)-35)       /**< The random hook failed during create. */
/** @} */

/** @name Value types (nbiot_value_t.type), numbered as in the AT command sets
 *  @{ */
#define NBIOT_UNKNOWN ((uint8_t)0)
#define NBIOT_STRING ((uint8_t)1)
#define NBIOT_BINARY ((uint8_t)2)
#define NBIOT_INTEGER ((uint8_t)3)
#define NBIOT_FLOAT ((uint8_t)4)
#define NBIOT_BOOLEAN ((uint8_t)5)
#define NBIOT_HEX_STRING ((uint8_t)6) /**< as_buf holds hexadecimal digits, two per byte; the bytes they stand for travel as a string. */
/** @} */

/** @name Value flags (nbiot_value_t.flag)
 *  @{ */
#define NBIOT_READABLE ((uint8_t)0x01)
#define NBIOT_WRITABLE ((uint8_t)0x02)
#define NBIOT_EXECUTABLE ((uint8_t)0x04)
#define NBIOT_UPDATED ((uint8_t)0x08) /**< Set by the application: report me. Cleared by step, sync and a notify with an ack id. */
#define NBIOT_STORAGE ((uint8_t)0x10) /**< as_buf.val has room for `capacity` bytes: the server may write it. */
/** A writable string or binary of any length that is kept nowhere: each piece of what the server writes goes to write_block
 *  as it comes, see BLOCK-WISE. as_buf may be empty; when it is readable too, as_buf is what is read. Not with NBIOT_STORAGE,
 *  not in a multiple-instance resource. */
#define NBIOT_STREAMED ((uint8_t)0x20)
/** For a writable value added inside `create`: a Create without a value for it is answered 4.00. Ignored elsewhere. */
#define NBIOT_MANDATORY ((uint8_t)0x80)
/** @} */

/**
 * A resource value. It belongs to the caller: nbiot_resource_add() keeps the pointer, so the value (and the buffer in
 * as_buf) must live until nbiot_resource_del() or nbiot_device_destroy(). Change it, and set NBIOT_UPDATED, only in the
 * thread that serves the device, between its calls, or in a callback. From other threads use nbiot_resource_set().
 */
typedef struct nbiot_value {
  union {
    uint8_t as_bool; /**< NBIOT_BOOLEAN: 0 or 1. */
    int64_t as_int;  /**< NBIOT_INTEGER. */
    double as_float; /**< NBIOT_FLOAT. */
    struct {
      char *NBIOT_NULLABLE val; /**< NBIOT_STRING, NBIOT_BINARY, NBIOT_HEX_STRING; no terminator needed or counted. */
      uint32_t len;             /**< Valid bytes at val. */
    } as_buf;
  } value;
  uint8_t type;      /**< NBIOT_STRING ... NBIOT_HEX_STRING. Fixed once added. */
  uint8_t flag;      /**< NBIOT_READABLE | ...; 0 = readable. Access bits are fixed once added. */
  uint16_t capacity; /**< Room at as_buf.val in bytes; read only when flag has NBIOT_STORAGE. */
} nbiot_value_t;

/** One instance of a multiple-instance resource. */
typedef struct nbiot_instance {
  nbiot_value_t value; /**< Its value; all instances of one resource have the same type and access flags. */
  uint16_t id;         /**< Resource instance ID; ascending in the array. */
  uint16_t reserved;   /**< Zero. */
} nbiot_instance_t;

/** An absent ID in nbiot_path_t. No function takes it. */
#define NBIOT_ID_NONE ((uint16_t)0xFFFF)

/** An LwM2M path: /object, /object/instance or /object/instance/resource; absent IDs are NBIOT_ID_NONE. */
typedef struct nbiot_path {
  uint16_t object_id;
  uint16_t instance_id;
  uint16_t resource_id;
  uint16_t resource_instance_id;
} nbiot_path_t;

/** A server's request, from the callback that returned NBIOT_ERR_PENDING until nbiot_request_respond(). */
typedef uint32_t nbiot_request_t;
/** No request: the callback runs for a notification, or tells of an instance that came to nothing; it cannot be deferred. */
#define NBIOT_REQUEST_NONE ((nbiot_request_t)0)

/** A device. Opaque. */
typedef struct nbiot_device nbiot_device_t;

/** @name Classic callbacks (nbiot_device_create): no context, the answer is immediate and always success
 *  @{ */
/** The server wrote @p data, which already holds the new value. */
typedef void (*nbiot_write_callback_t)(uint16_t objid, uint16_t instid, uint16_t resid,
                                       nbiot_value_t *NBIOT_NULLABLE data);
/** The value of @p data is about to be sent: refresh it now. */
typedef void (*nbiot_read_callback_t)(uint16_t objid, uint16_t instid, uint16_t resid,
                                      nbiot_value_t *NBIOT_NULLABLE data);
/** The server executes a resource. @p buff holds @p size bytes of arguments, valid during the call. */
typedef void (*nbiot_execute_callback_t)(uint16_t objid, uint16_t instid, uint16_t resid,
                                         nbiot_value_t *NBIOT_NULLABLE data, const void *NBIOT_NULLABLE buff, size_t size);
/** @} */

/** @name Full callbacks (nbiot_config_t)
 *  Each returns 0 = success, a CoAP code as a positive number (404 = 4.04; 400 ... 599), or NBIOT_ERR_PENDING
 *  to answer later by nbiot_request_respond(). Any other value is answered 5.00. Pointers are valid during the call.
 *  @{ */
/**
 * The resource at @p path is about to be sent; refresh *@p value.
 * For a notification @p request is NBIOT_REQUEST_NONE and a non-zero answer leaves the value as it is.
 * Called for each readable resource of the request in turn. NBIOT_ERR_PENDING defers the whole request and ends the turn:
 * the other resources are not asked about, and the answer carries what all values are when nbiot_request_respond() is
 * called.
 */
typedef int32_t (*nbiot_read_function_t)(void *NBIOT_NULLABLE context, nbiot_request_t request,
                                         const nbiot_path_t *NBIOT_NONNULL path, nbiot_value_t *NBIOT_NONNULL value);
/**
 * The server wants to write *@p value to @p path: it is checked, but not stored yet. When every resource of the
 * request is agreed to, all are stored; one refusal cancels all. NBIOT_ERR_PENDING hands the whole request over: the
 * library then stores nothing, and the application does, for every resource it was asked about (nbiot_resource_set),
 * before it responds. A refusal of a later resource still ends the request: its handle is then unknown.
 */
typedef int32_t (*nbiot_write_function_t)(void *NBIOT_NULLABLE context, nbiot_request_t request,
                                          const nbiot_path_t *NBIOT_NONNULL path,
                                          const nbiot_value_t *NBIOT_NONNULL value);
/** A piece of a value, valid during the call. */
typedef struct nbiot_block {
  const uint8_t *NBIOT_NONNULL data; /**< Its bytes. */
  uint32_t length;     /**< How many; 0 only in an empty value, or when the server ends with an empty block. */
  uint32_t offset;     /**< Where in the value they belong. 0 = the value begins anew: forget what there is of an old one. */
  uint32_t total;      /**< Of the whole value in bytes, as the server announces it; 0 = it does not. True in the last piece. */
  uint8_t is_last;     /**< 1 = the value is complete with this piece. */
  uint8_t reserved[3]; /**< Zero. */
} nbiot_block_t;
/**
 * The server writes the resource @p path, which has NBIOT_STREAMED, and this is the next piece of it: the pieces come in order,
 * without gaps, each once. 0 agrees: 2.31 asks for the next piece, and after the last one, 2.04, the observers are told. A refusal
 * ends the transfer. NBIOT_ERR_PENDING defers the answer to this piece, and with it the next (flash to be erased); copy what
 * @p block points to. Not answered within answer_timeout_s, the piece is refused with 5.04, which ends the transfer too
 * (NBIOT_EVENT_RESPONSE_FAILED). Whatever else ends a transfer is not told: see BLOCK-WISE. Text is not checked to be UTF-8 when it comes in
 * several pieces. Neither `write` nor write_callback is called for such a resource.
 */
typedef int32_t (*nbiot_block_function_t)(void *NBIOT_NULLABLE context, nbiot_request_t request,
                                          const nbiot_path_t *NBIOT_NONNULL path,
                                          const nbiot_block_t *NBIOT_NONNULL block);
/**
 * The server executes @p path with @p length bytes of arguments. Profile standard: checked against LwM2M 5.4.5; profile
 * onenet: any bytes.
 */
typedef int32_t (*nbiot_execute_function_t)(void *NBIOT_NULLABLE context, nbiot_request_t request,
                                            const nbiot_path_t *NBIOT_NONNULL path,
                                            const uint8_t *NBIOT_NULLABLE arguments, uint32_t length);
/**
 * The server makes (`create`) or ends (`remove`) the object instance @p path; its resource IDs are NBIOT_ID_NONE. 0 agrees;
 * any other answer refuses, and NBIOT_ERR_PENDING is answered 5.00.
 *
 * create (LwM2M 5.4.6): asked when the payload is well-formed and no such instance exists, under the ID the server wants or
 * else the lowest that is free. Inside it nbiot_resource_add() and nbiot_resource_add_multiple() work for this instance:
 * add all its resources, each with the value it has when the server gives none. After 0 the payload is checked whole, `write`
 * is asked as for any Write (PENDING: 5.00), and the values are stored: 2.01, and an Update with the object list. Values of
 * resources the server may not write, or that are not there, are passed over. On any fault all resources of the instance
 * are removed again and the server gets the fault's code; 5.03 when one of them found no room, 5.00 when none was added.
 *
 * remove (LwM2M 5.4.7): after 0 all resources of the instance are removed as by nbiot_resource_del(): 2.02, and an Update with
 * the object list. The values are the application's alone again as soon as this has returned 0. Called with @p request
 * NBIOT_REQUEST_NONE it tells that an instance which create agreed to came to nothing; the answer is then ignored.
 */
typedef int32_t (*nbiot_instance_function_t)(void *NBIOT_NULLABLE context, nbiot_request_t request,
                                             const nbiot_path_t *NBIOT_NONNULL path);
/** @} */

/** @name Events, numbered as the module events; ours that no module has begin at 100
 *  @{ */
#define NBIOT_EVENT_BOOTSTRAP_START 1u   /**< The bootstrap server is asked; the link to it stands. */
#define NBIOT_EVENT_BOOTSTRAP_SUCCESS 2u /**< It has finished: there is an account, and the device registers with it. */
/** Refused, code = the CoAP code (403), 0 for a Reset; or code 0: not answered, or no account came in time. Tried again
 *  with back-off; what was ordered so far is forgotten. */
#define NBIOT_EVENT_BOOTSTRAP_FAILED 3u
#define NBIOT_EVENT_CONNECT_SUCCESS 4u  /**< Name resolved and socket open; with coaps the handshake is done. */
#define NBIOT_EVENT_CONNECT_FAILED 5u   /**< Resolution, the socket or the handshake failed, or the link broke; tried again with back-off. */
#define NBIOT_EVENT_REG_SUCCESS 6u      /**< Registered. */
/** Register refused; code = the CoAP code (403); 0 for a Reset; 413 also when not even a block of 16 bytes of the object list
 *  has room in send_capacity beside the options, when the server takes the first block for the whole list, or when the
 *  Location-Path exceeds location_capacity; 408 also when the server confuses the blocks. */
#define NBIOT_EVENT_REG_FAILED 7u
#define NBIOT_EVENT_REG_TIMEOUT 8u      /**< Register not answered; tried again with back-off. */
#define NBIOT_EVENT_LIFETIME_TIMEOUT 9u /**< The lifetime passed without a successful Update; registering anew. */
#define NBIOT_EVENT_UPDATE_SUCCESS 11u
/** Update refused. Code 429 or 5.xx: still registered, sent again with the same back-off as a Register (30 s ... 1 h, Max-Age).
 *  Any other, or 0 = Reset: one Register follows at once. */
#define NBIOT_EVENT_UPDATE_FAILED 12u
#define NBIOT_EVENT_UPDATE_TIMEOUT 13u  /**< Update not answered; registering anew. */
#define NBIOT_EVENT_UNREG_DONE 15u      /**< De-registered; code = the server's (202), or 0 when it did not answer in time. */
#define NBIOT_EVENT_RESPONSE_FAILED 20u /**< A deferred answer was not delivered, or 5.04 went out; detail = request. */
#define NBIOT_EVENT_RESPONSE_SUCCESS 21u /**< A deferred answer was delivered; detail = request. */
/** A notification was refused or not acknowledged; detail = ack id. A stored one: it had left before the power went, and nobody
 *  knows whether it arrived; for no other reason. */
#define NBIOT_EVENT_NOTIFY_FAILED 25u
#define NBIOT_EVENT_NOTIFY_SUCCESS 26u  /**< A notification was acknowledged; detail = ack id. */
/** Queue mode (LwM2M 8.3): awake_time_s have passed since the last message in either direction, and nothing confirmable and no
 *  deferred answer is under way. Once for each such time; until the next message the server sends nothing, so the radio may
 *  sleep, for as long as nbiot_device_poll() says in *wait_ms. The socket stays open. When the wait is over, or a value is
 *  to be reported, call step or poll: what is due is sent at once and by itself, so the radio has to be on, or the udp_send
 *  hook has to switch it on or answer 0 until it is. It then stays on until the next of these events. A device that waits
 *  to register again gets it too; not one that is closed or disabled, which may sleep at once. */
#define NBIOT_EVENT_MAY_SLEEP 100u
/** A stored notification gave way to a later one of the same resource (NBIOT_STORED_LATEST); detail = ack id. */
#define NBIOT_EVENT_NOTIFY_REPLACED 101u
/** A stored notification will not be sent: it was the oldest when room was needed, its resource was removed or came back with
 *  another type, nobody observes it any more because the server cancelled with Observe 1, it does not fit send_capacity, or
 *  a factory reset was done; detail = ack id. */
#define NBIOT_EVENT_NOTIFY_DROPPED 102u
/** @} */

/** What happened. */
typedef struct nbiot_event {
  uint32_t id;       /**< NBIOT_EVENT_*. */
  int32_t code;      /**< CoAP code as a number (201, 403), or 0. */
  uint32_t detail;   /**< Ack id or request, as the event says; otherwise 0. */
  uint32_t reserved; /**< Zero. */
} nbiot_event_t;

/** Tell the application what happened. Runs between engine calls; @p event is valid during the call. */
typedef void (*nbiot_event_function_t)(void *NBIOT_NULLABLE context, const nbiot_event_t *NBIOT_NONNULL event);

/** @name Profiles: what differs on the wire between servers
 *  @{ */
#define NBIOT_PROFILE_STANDARD ((uint8_t)0) /**< LwM2M 1.0 as specified. */
#define NBIOT_PROFILE_ONENET ((uint8_t)1)   /**< OneNET: no lwm2m=, no /1 or /3 in the object list, Auth-Code option
                                             63; tolerates option 19, `stp`, any Execute arguments, cancel by path; a GET's
                                             TLV Content-Format is its Accept; after a Reset to a notification an
                                             Update asks whether the registration stands, at most one in 30 s. */
/** @} */

/** @name Presets of the transmission parameters (RFC 7252 4.8)
 *  @{ */
#define NBIOT_TRANSMISSION_DEFAULT ((uint8_t)0) /**< ACK_TIMEOUT 2 s, ACK_RANDOM_FACTOR 1.5, MAX_RETRANSMIT 4. */
#define NBIOT_TRANSMISSION_NBIOT ((uint8_t)1)   /**< ACK_TIMEOUT 15 s: coverage class 2 of NB-IoT. */
/** @} */

/** @name Policies on a new address: what tells the server where the device is now
 *  @{ */
#define NBIOT_REBIND_REGISTER ((uint8_t)0) /**< A Register (LwM2M 1.0). Observations end when it succeeds. */
/** An Update from the new address, and one Register when it is refused (any 4.xx, Reset) or not answered, when the
 *  lifetime ends first, or when the host resolves to another server. Observations stay with the Update and notify
 *  nobody before its 2.04. For servers that know a device by its location, whatever address the Update comes from. */
#define NBIOT_REBIND_UPDATE ((uint8_t)1)
/** @} */

/** @name What gives way when there is no room for another stored notification: see STORING
 *  @{ */
#define NBIOT_STORED_OLDEST ((uint8_t)0) /**< The oldest, with NBIOT_EVENT_NOTIFY_DROPPED. */
#define NBIOT_STORED_NEWEST ((uint8_t)1) /**< The new one: nbiot_resource_notify() answers NBIOT_ERR_NO_MEMORY. */
/** One for each resource: a new one replaces what is stored of the same resource, with NBIOT_EVENT_NOTIFY_REPLACED. When that
 *  is not enough the oldest gives way, as with NBIOT_STORED_OLDEST. */
#define NBIOT_STORED_LATEST ((uint8_t)2)
/** @} */

/*
 * Objects 1 and 3 are the library's own (LwM2M 1.0 E.2, E.4). What the server may write to /1/0, kept until destroy:
 *   1 lifetime and 7 binding ("U" or "UQ"; others are answered 4.00): a change is told at once by an Update;
 *   2, 3 default pmin and pmax in seconds, at first 0 = none: for what has no pmin or pmax by Write-Attributes;
 *   5 disable timeout: see NBIOT_STATE_DISABLED;
 *   6 notification storing, at first true: false ends STORING (below); without stored_capacity it is kept, without effect.
 */

/** What the Device object /3/0 tells the server. Text, zero-terminated, borrowed until destroy; null = "". */
typedef struct nbiot_device_info {
  const char *NBIOT_NULLABLE manufacturer;     /**< /3/0/0 */
  const char *NBIOT_NULLABLE model;            /**< /3/0/1 */
  const char *NBIOT_NULLABLE serial_number;    /**< /3/0/2 */
  const char *NBIOT_NULLABLE firmware_version; /**< /3/0/3 */
} nbiot_device_info_t;

/* BOOTSTRAP (LwM2M 5.2)
 *   With config.bootstrap, or `?bs` at the end of the URI, the URI names a bootstrap server. connect asks it for an
 *   account (events 1, 2, 3): the server to register with, its security, its lifetime. Then the device registers there. A
 *   device that has an account begins with Register; when that is refused or not answered it bootstraps anew. Orders that
 *   are not followed by Finish change nothing. (OneNET may leave Finish out: 20 s without an order end it.)
 *   The account is in the memory block. With the platform's store and load hooks it outlives a loss of power: it is stored
 *   after Finish, into the slot that does not hold the account in use, and again when the first Register with it has
 *   succeeded. create loads the latest account that has once registered, and only without one the latest that has not: a
 *   new account takes the place of the old one no sooner than it is known to be good, and a power cut at any moment leaves
 *   one of the two. Without the hooks each power-up bootstraps. A store that fails is logged (NBIOT_LOG_STORAGE).
 *   A record is as long as the account's texts and about 100 bytes more; one that is longer than receive_capacity is not
 *   stored.
 */

/* BLOCK-WISE (RFC 7959)
 *   What the device sends goes in blocks when it is longer than send_capacity or 1152 bytes allow: see there. Nothing is kept
 *   for it, so that any number of reads go on side by side; a first block tells the length in Size2, each has an ETag.
 *   What is longer than a datagram the server sends in blocks of 16 ... 1024 bytes, one after the other (Block1). The device
 *   answers each but the last 2.31, the last one as if all had come at once, and asks for smaller blocks when larger ones
 *   would not fit into receive_capacity. Where the body goes:
 *   A resource with NBIOT_STREAMED is handed to write_block piece by piece, in one datagram or in any number of blocks, so
 *   that a firmware image needs no more memory than a datagram. Content-Formats: 42 for a binary, 0 or none for a string, or a
 *   TLV with this one resource, whose header is taken off; others are 4.15. (In a single datagram base64 will do too.) Written
 *   with the instance it belongs to, or in a Create, 4.05.
 *   Everything else, a Write of stored values, TLV of an instance, Create, Execute, a bootstrap server's write, is put together in
 *   body_capacity bytes and then taken whole, or not at all. One body at a time: another one is answered 5.03 with Max-Age
 *   30. Without body_capacity, or beyond it, the answer is 4.13; its Size1 is the longest body there is room for.
 *   Path and access are checked with the first block. A missing block, another Content-Format, or a block of a transfer that
 *   is not known (any more) is answered 4.08; the server then begins again. A first block begins the transfer anew.
 *   block_capacity transfers, one for each path, are remembered for 247 s (EXCHANGE_LIFETIME) after their last message, so that late
 *   duplicates change nothing. One that is over gives way to another; while all are under way, a further one is answered
 *   5.03 with Max-Age 30. A transfer is given up when its next block does not come within these 247 s, when the device
 *   registers anew, leaves its socket, or is closed. The application is not told: there may be no more pieces of the old value,
 *   and the next piece it gets has offset 0.
 *   A datagram that is longer than receive_capacity is answered 4.13 with the size of blocks that do fit, where the port
 *   hands over its beginning (nbiot_port.h, udp_receive) and there is no security provider.
 */

/* STORING (LwM2M E.2, /1/x/6)
 *   With config.stored_capacity a notification with an ack id is stored when nbiot_resource_notify() is called, with the value of
 *   that moment, online or not, observed or not, and stays stored until the server has acknowledged it. It belongs to its
 *   resource, not to an observation: observations end with each new registration, and when the server observes again what is
 *   stored goes to the new one. It goes to the closest observer alone, of the resource, else of its instance, else of its
 *   object (with the other values of that moment), confirmable, the oldest first, one at a time, and as pmin lets it; what
 *   nobody observes waits and keeps nothing else back. Other observers get the notification they would get without ack id.
 *   While the device is not registered, or disabled, changes under an observation of exactly a resource are stored too, as
 *   pmin, gt, lt and st would have let them out, without an event: the history of an outage arrives. That ends when the
 *   observation does, with the next Register. Changes of wider observations are not stored.
 *   Each stored notification with an ack id gets exactly one event: NBIOT_EVENT_NOTIFY_SUCCESS when it was acknowledged,
 *   _REPLACED, _DROPPED, or after a loss of power _FAILED. One that is not acknowledged in time, or answered with a Reset, stays:
 *   its observation ends (RFC 7641 4.5) and the device registers anew, so that the server observes again. So it does after a
 *   Reset to any notification while something is stored; once, until something stored is acknowledged, and once more after each
 *   Update when the last attempt found no answer. What was stored before
 *   /1/0/6 became false is still delivered; close keeps it, destroy forgets it.
 *   Room: 11 bytes and the value (an integer or a float 8, a boolean 1) for each, 3 from its end until its event was told, and 14
 *   in all. While everything that could give way is under way or waits to be told there is no room, whatever the policy.
 *   With stored_kept it outlives a loss of power, from the end of the step, poll, sync, connect or close after its notify: the
 *   platform's store hook writes slots 2 and 3 in turns, at most stored_capacity bytes, before a stored notification leaves for the
 *   first time and at the end of each of these calls in which something changed. create loads the later one that is whole.
 *   What had left before the power went is not sent again, so nothing is sent again that was acknowledged: it gets
 *   NBIOT_EVENT_NOTIFY_FAILED. The events of a former life come with its ack ids, which are in use until then. A store that fails is logged
 *   (NBIOT_LOG_STORAGE), is tried again with the next change, and delivery goes on. A factory reset overwrites both slots.
 *   A device with less room than the record in a slot is long does not find it, and logs that.
 */

/**
 * Everything about a device. Fill it from NBIOT_CONFIG_INIT; a zeroed field is its default.
 *
 * Copied by create: the struct itself, *platform, endpoint_name, uri, auth_code. Borrowed until destroy: memory,
 * platform->context, callback_context, security with its context and credentials, the texts of device_info.
 */
typedef struct nbiot_config {
  uint32_t abi;    /**< NBIOT_ABI; zero is NBIOT_ERR_ABI. */
  uint8_t profile; /**< NBIOT_PROFILE_*. */
  uint8_t transmission; /**< NBIOT_TRANSMISSION_*. */
  uint8_t bootstrap;    /**< 1 = uri is the bootstrap server, as with `?bs` at its end; 0 = it is the server to register with.
                             See BOOTSTRAP above. */
  uint8_t max_retransmit; /**< MAX_RETRANSMIT, 1...10; 0 = the preset's (4). */
  uint8_t rebind; /**< NBIOT_REBIND_*: after a broken socket, and after nbiot_device_rebind(). */
  uint8_t queue_mode; /**< 1 = binding UQ: see NBIOT_EVENT_MAY_SLEEP. 0 = U. The server may write it (/1/0/7). */
  uint8_t stored_policy; /**< NBIOT_STORED_*: what gives way when stored_capacity is used up. */
  uint8_t stored_kept; /**< 1 = stored notifications outlive a loss of power, by the platform's store and load hooks; 0 = they do
                            not. Without effect when stored_capacity is 0. */

  const nbiot_platform_t *NBIOT_NULLABLE platform; /**< Null = nbiot_platform_default() in nbiot_device_create(); required here. */
  void *NBIOT_NULLABLE memory; /**< The block, aligned to 8; null = taken from the platform's allocate hook. */

  const char *NBIOT_NULLABLE endpoint_name; /**< Zero-terminated, 1 ... min(endpoint_capacity, 252) bytes. Required. */
  const char *NBIOT_NULLABLE uri;           /**< coap[s]://host[:port][?bs], zero-terminated, 1 ... uri_capacity bytes.
                                                 Required. `?bs` makes it the bootstrap server. Default ports 5683 and 5684; an IPv6 literal stands in brackets; no path
                                                 but a single `/`. */
  const char *NBIOT_NULLABLE auth_code;     /**< OneNET option 63, at most auth_code_capacity bytes; null = none. Profile onenet only. */

  const nbiot_security_t *NBIOT_NULLABLE security;       /**< Required for coaps, in uri and in what a bootstrap server writes. */
  void *NBIOT_NULLABLE security_context;                 /**< First argument of the provider's functions. */
  const nbiot_credentials_t *NBIOT_NULLABLE credentials; /**< Handed to the provider's open, for a server whose account has none. */

  nbiot_device_info_t device_info; /**< /3/0. */

  void *NBIOT_NULLABLE callback_context;       /**< First argument of the nine functions below. */
  nbiot_read_function_t NBIOT_NULLABLE read;       /**< May be null. */
  nbiot_write_function_t NBIOT_NULLABLE write;     /**< May be null: every valid write is accepted. */
  nbiot_execute_function_t NBIOT_NULLABLE execute; /**< May be null: with execute_callback null too, Execute is answered 4.05. */
  nbiot_event_function_t NBIOT_NULLABLE event;     /**< May be null. */
  void (*NBIOT_NULLABLE reboot)(void *NBIOT_NULLABLE context); /**< Execute /3/0/4, called after its answer was sent. Null: /3/0/4 does not exist. */
  nbiot_instance_function_t NBIOT_NULLABLE create; /**< Create on an object. Null: answered 4.05, or 4.04 where there is no such object. */
  nbiot_instance_function_t NBIOT_NULLABLE remove; /**< Delete of an instance. Null: answered 4.05. */
  void (*NBIOT_NULLABLE factory_reset)(void *NBIOT_NULLABLE context); /**< Execute /3/0/5, called after its answer was sent. Null: /3/0/5
                                                                           does not exist. A bootstrapped device has then overwritten both
                                                                           slots of its account with one byte: after the next create it bootstraps
                                                                           anew. When the slot that counts less cannot be overwritten the other
                                                                           stays, and NBIOT_LOG_STORAGE tells. Likewise the two of stored
                                                                           notifications, which are dropped. What else is in memory, the account and
                                                                           what the server wrote to /1/0, stays until destroy: to destroy and
                                                                           create, or to reboot, is the application's, as are its own values. */
  nbiot_block_function_t NBIOT_NULLABLE write_block; /**< Pieces of resources with NBIOT_STREAMED. Null: there can be none. */

  nbiot_write_callback_t NBIOT_NULLABLE write_callback;     /**< Classic: after the value was stored. Ignored when `write` is set. */
  nbiot_read_callback_t NBIOT_NULLABLE read_callback;       /**< Classic: before the value is encoded. Ignored when `read` is set. */
  nbiot_execute_callback_t NBIOT_NULLABLE execute_callback; /**< Classic: used when `execute` is null. */

  uint32_t memory_size;      /**< Bytes at memory: at least nbiot_device_memory_size(). Ignored when memory is null. */
  uint32_t life_time;        /**< Registration lifetime in seconds, 15 ... 0x0FFFFFFF; 0 = 86400. An Update leaves by itself
                                  MAX_TRANSMIT_WAIT (93 s; preset nbiot 697 s) before its end, or at half of it when that is
                                  later. The server may write it (/1/0/1). */
  uint32_t ack_timeout_ms;   /**< ACK_TIMEOUT, 100 ... 600000; 0 = the preset's. */
  uint32_t ack_delay_ms;     /**< A deferred request gets its empty ACK after this, 1 ms ... below ACK_TIMEOUT; 0 = 1000, or half of
                                  ACK_TIMEOUT if that is less. */
  uint32_t answer_timeout_s; /**< A deferred request is answered 5.04 after this, 1 ... 240; 0 = 10. */
  uint32_t hold_off_s;       /**< Seconds before each bootstrap, 1 ... 86400; 0 = none. The bootstrap server may write it
                                  (/0/x/11): more than a day counts as a day. */
  uint32_t awake_time_s;     /**< In queue mode: how long the device listens after each message, 1 ... 86400; 0 = MAX_TRANSMIT_WAIT
                                  (93 s; preset nbiot 697 s), as LwM2M 8.3 wants it. */

  uint16_t local_port; /**< UDP port to bind, host order; 0 = any. */

  uint16_t resource_capacity;     /**< Resources the application adds, 1 ... 65000; 0 = 32. */
  uint16_t observation_capacity;  /**< Observations, 1 ... 65000; 0 = 8. */
  uint16_t attribute_capacity;    /**< Paths with Write-Attributes, 1 ... 65000; 0 = 8. */
  uint16_t server_capacity;       /**< Servers; 0 = 1, and 1 is all this version has. */
  uint16_t duplicate_capacity;    /**< POST, PUT and DELETE remembered for 247 s (EXCHANGE_LIFETIME), 4 ... 65000; 0 = 8. Two of
                                       eight are kept for reads, so the default remembers six. When no slot
                                       is left a POST is answered 5.03 and not run; PUT and DELETE run unremembered. */
  uint16_t deferred_capacity;     /**< Requests answered later, 1 ... 255; 0 = 2. While all are in use, every request a full
                                       callback would be asked about is answered 5.03 without asking. */
  uint16_t notification_capacity; /**< Notifications with an ack id not yet acknowledged, 1 ... 255; 0 = 4. */
  uint16_t receive_capacity;      /**< Receive buffer in bytes, 64 ... 65000; 0 = 512. A longer datagram is dropped and counted; a
                                       write is told so, see BLOCK-WISE. 512 takes blocks of 256 bytes; for blocks of 512
                                       or 1024 some 64 bytes more than that are needed. */
  uint16_t send_capacity;         /**< Send buffer in bytes, 64 ... 65000; 0 = 512. A datagram has at most so many, and never
                                       more than 1152 (RFC 7252 4.6): a longer answer, notification or object list of a
                                       Register or Update goes in blocks (RFC 7959). Of a notification the first is sent,
                                       the rest is the server's to fetch. Each block is encoded anew from the values of
                                       that moment; when they have changed, its ETag has too, and the server begins
                                       again. The read callback is asked before the first block only. */
  uint16_t endpoint_capacity;     /**< Bytes for endpoint_name, 1 ... 252; 0 = 64. */
  uint16_t uri_capacity;          /**< Bytes for uri, and with bootstrap for each URI of an account, which then costs five times as much;
                                       1 ... 1024; 0 = 64. */
  uint16_t location_capacity;     /**< Bytes for the Location-Path, one per segment included, 1 ... 1024; 0 = 64. */
  uint16_t auth_code_capacity;    /**< Bytes for auth_code, 1 ... 270; 0 = 16. */
  uint16_t identity_capacity;     /**< Bytes for each key identity of an account (/0/x/3), 1 ... 1024; 0 = 64. Costs nothing without
                                       bootstrap, four times as much with. */
  uint16_t secret_capacity;       /**< Bytes for each key of an account (/0/x/5), 1 ... 1024; 0 = 64. Likewise. */
  uint16_t body_capacity;         /**< Bytes in which a body that comes in blocks is put together, 16 ... 65000; 0 = none. See BLOCK-WISE. */
  uint16_t block_capacity;        /**< Transfers in blocks remembered at a time, 1 ... 255; 0 = 1. */
  uint16_t stored_capacity;       /**< Bytes for stored notifications, 64 ... 65000; 0 = none is stored. See STORING above. */
  uint16_t reserved;              /**< Zero, for a later version; not checked. */
} nbiot_config_t;

#if defined(__cplusplus)
#define NBIOT_CONFIG_INIT nbiot_config_initial()
static inline nbiot_config_t nbiot_config_initial(void) {
  nbiot_config_t config = nbiot_config_t();
  config.abi = NBIOT_ABI;
  return config;
}
#else
/** A configuration with its ABI number and every default. `nbiot_config_t config = NBIOT_CONFIG_INIT;` */
#define NBIOT_CONFIG_INIT {.abi = NBIOT_ABI}
#endif

/** @name Fields that nbiot_config_check() names
 *  @{ */
#define NBIOT_FIELD_NONE 0u
#define NBIOT_FIELD_ABI 1u
#define NBIOT_FIELD_PROFILE 2u
#define NBIOT_FIELD_TRANSMISSION 3u
#define NBIOT_FIELD_BOOTSTRAP 4u
#define NBIOT_FIELD_MAX_RETRANSMIT 5u
#define NBIOT_FIELD_PLATFORM 6u
#define NBIOT_FIELD_PLATFORM_ABI 7u
#define NBIOT_FIELD_PLATFORM_HOOKS 8u
#define NBIOT_FIELD_MEMORY 9u
#define NBIOT_FIELD_ENDPOINT_NAME 10u
#define NBIOT_FIELD_URI 11u
#define NBIOT_FIELD_AUTH_CODE 12u
#define NBIOT_FIELD_SECURITY 13u
#define NBIOT_FIELD_LIFE_TIME 14u
#define NBIOT_FIELD_ACK_TIMEOUT 15u
#define NBIOT_FIELD_ACK_DELAY 16u
#define NBIOT_FIELD_ANSWER_TIMEOUT 17u
#define NBIOT_FIELD_RESOURCE_CAPACITY 18u
#define NBIOT_FIELD_OBSERVATION_CAPACITY 19u
#define NBIOT_FIELD_ATTRIBUTE_CAPACITY 20u
#define NBIOT_FIELD_SERVER_CAPACITY 21u
#define NBIOT_FIELD_DUPLICATE_CAPACITY 22u
#define NBIOT_FIELD_DEFERRED_CAPACITY 23u
#define NBIOT_FIELD_NOTIFICATION_CAPACITY 24u
#define NBIOT_FIELD_RECEIVE_CAPACITY 25u
#define NBIOT_FIELD_SEND_CAPACITY 26u
#define NBIOT_FIELD_ENDPOINT_CAPACITY 27u
#define NBIOT_FIELD_URI_CAPACITY 28u
#define NBIOT_FIELD_LOCATION_CAPACITY 29u
#define NBIOT_FIELD_AUTH_CODE_CAPACITY 30u
#define NBIOT_FIELD_IDENTITY_CAPACITY 31u
#define NBIOT_FIELD_SECRET_CAPACITY 32u
#define NBIOT_FIELD_HOLD_OFF 33u
#define NBIOT_FIELD_QUEUE_MODE 34u
#define NBIOT_FIELD_AWAKE_TIME 35u
#define NBIOT_FIELD_REBIND 36u
#define NBIOT_FIELD_BODY_CAPACITY 37u
#define NBIOT_FIELD_BLOCK_CAPACITY 38u
#define NBIOT_FIELD_STORED_CAPACITY 39u
#define NBIOT_FIELD_STORED_POLICY 40u
#define NBIOT_FIELD_STORED_KEPT 41u
/** @} */

/** @name What nbiot_device_state() returns
 *  @{ */
#define NBIOT_STATE_IDLE ((int32_t)0)          /**< Not registered; nothing under way. */
#define NBIOT_STATE_CONNECTING ((int32_t)1)    /**< Resolving the name, opening the socket, securing the link. */
#define NBIOT_STATE_REGISTERING ((int32_t)2)   /**< Register sent; or the Update that tells a new address. */
#define NBIOT_STATE_REGISTERED ((int32_t)3)    /**< Registered. */
#define NBIOT_STATE_UPDATING ((int32_t)4)      /**< Registered; Update sent. */
#define NBIOT_STATE_DEREGISTERING ((int32_t)5) /**< De-register sent. */
#define NBIOT_STATE_WAITING ((int32_t)6)       /**< Registration or bootstrap failed; waiting to try again. */
#define NBIOT_STATE_BOOTSTRAPPING ((int32_t)7) /**< The hold-off time, or the bootstrap server was asked and has not finished. */
/** The server executed Disable (/1/0/4): de-registered, the socket is closed, nothing is sent, and what arrives is lost, until
 *  /1/0/5 seconds (86400 unless the server wrote it) have passed since the De-register was over. Then the device registers by
 *  itself. Kept in RAM: a device that is created anew knows nothing of it. */
#define NBIOT_STATE_DISABLED ((int32_t)8)
/** @} */

/** @name Causes of nbiot_statistics_t.dropped
 *  @{ */
#define NBIOT_DROP_SHORT 0u        /**< Fewer than four bytes (RFC 7252 3). */
#define NBIOT_DROP_VERSION 1u      /**< Version other than 1: ignored in silence (RFC 7252 3). */
#define NBIOT_DROP_TOKEN_LENGTH 2u /**< TKL 9 ... 15, or token cut off (RFC 7252 3). */
/** Reserved option nibble 15, option cut off or number over 65535 (RFC 7252 3.1); or an unknown critical option in a
 *  response or a non-confirmable request (5.4.1). */
#define NBIOT_DROP_OPTION 3u
#define NBIOT_DROP_PAYLOAD 4u      /**< Payload marker and no payload (RFC 7252 3). */
#define NBIOT_DROP_CLASS 5u        /**< Reserved code class, or an Empty message with content (RFC 7252 4.2, 12.1). */
#define NBIOT_DROP_SOURCE 6u       /**< Not from the server's address. */
#define NBIOT_DROP_UNMATCHED 7u    /**< Response, ACK or Reset that matches nothing outstanding. */
#define NBIOT_DROP_EARLY 8u        /**< Request before the registration was accepted, or before the Bootstrap-Request has left. */
#define NBIOT_DROP_TRUNCATED 9u    /**< Longer than the receive buffer. */
#define NBIOT_DROP_SECURITY 10u    /**< The security provider ended the session over it. */
#define NBIOT_DROP_COUNT 11u
/** @} */

/** A table's use. */
typedef struct nbiot_usage {
  uint16_t capacity; /**< Entries there are. */
  uint16_t used;     /**< Entries in use now. */
  uint16_t peak;     /**< Most entries ever in use at once. */
  uint16_t refused;  /**< Times an entry was wanted and none was free; stays at 65535. */
} nbiot_usage_t;

/** Counters since create; 32-bit counters wrap. */
typedef struct nbiot_statistics {
  uint32_t datagrams_in;    /**< Received, dropped ones included. */
  uint32_t datagrams_out;   /**< Sent, retransmissions included. */
  uint32_t bytes_in;        /**< UDP payload bytes. */
  uint32_t bytes_out;       /**< UDP payload bytes. */
  uint32_t retransmissions; /**< Confirmable messages sent again (RFC 7252 4.2). */
  uint32_t duplicates;      /**< Requests recognised as seen before (RFC 7252 4.5). */
  uint32_t requests;        /**< Server requests handled. */
  uint32_t notifications;   /**< Notifications sent, retransmissions not counted. */
  uint32_t resets;          /**< Reset messages received. */
  uint32_t socket_errors;   /**< Broken sockets. */
  uint32_t clock_steps;     /**< Times the clock stepped back. */
  uint32_t dropped[NBIOT_DROP_COUNT]; /**< Datagrams dropped, by NBIOT_DROP_*. */
  nbiot_usage_t resources;     /**< The SDK's own of objects 1 and 3 included. */
  nbiot_usage_t observations;
  nbiot_usage_t attributes;
  nbiot_usage_t duplicate_slots; /**< peak: of those a request was compared with, or more when seen in use. */
  nbiot_usage_t deferred;
  nbiot_usage_t outstanding; /**< Notifications with an ack id. */
  nbiot_usage_t receive_buffer; /**< peak = longest datagram received; refused = truncated ones. */
  nbiot_usage_t send_buffer;    /**< peak = longest datagram sent; refused = answers not even the smallest block of which fits, and values without an encoding. */
  nbiot_usage_t block_transfers; /**< Under way or remembered; refused = answered 5.03 for want of a place. */
  nbiot_usage_t body_buffer;     /**< In bytes; used = waiting for more, peak = longest body, refused = 4.13, and 5.03 while in use. */
  nbiot_usage_t stored; /**< Bytes of stored notifications; refused = those dropped or refused for want of room. */
} nbiot_statistics_t;

/**
 * Return the library's version, 0xMMmmpp.
 * @return NBIOT_VERSION of the header the archive was built with.
 */
uint32_t nbiot_version(void);

/**
 * Check a configuration without creating anything.
 * @param[in]  config  may be null.
 * @param[out] field   may be null; NBIOT_FIELD_* of a bad field, NBIOT_FIELD_NONE when all are good. Of several the one that
 *                     is found first, in no order to rely on.
 * @retval NBIOT_ERR_OK           nbiot_device_create_with() will accept it, memory permitting.
 * @retval NBIOT_ERR_BADPARAM     config is null, or a field is missing, out of range or of the wrong form.
 * @retval NBIOT_ERR_ABI          config.abi, platform.abi or security.abi is not NBIOT_ABI.
 * @retval NBIOT_ERR_INVALID_URI  uri is not coap[s]://host[:port][?bs] (RFC 7252 6.1).
 * @retval NBIOT_ERR_NOT_SUPPORT  coaps without a provider; more than one server; neither memory nor an allocate hook;
 *                                stored_kept without store and load hooks.
 * @retval NBIOT_ERR_NO_MEMORY    endpoint_name, uri or auth_code is longer than its capacity, or memory_size is too small.
 */
int32_t nbiot_config_check(const nbiot_config_t *NBIOT_NULLABLE config, uint32_t *NBIOT_NULLABLE field);

/**
 * Return the size of the one memory block a configuration needs; NBIOT_MEMORY_SIZE(...), and in addition for a
 * device that bootstraps NBIOT_MEMORY_BOOTSTRAP(...), for one with body_capacity or block_capacity NBIOT_MEMORY_BODY(...), for
 * one that stores notifications NBIOT_MEMORY_STORED(...), is the same at compile time (nbiot_budget.h).
 * @param[in] config  only the capacities, bootstrap and the end of uri are read.
 * @return bytes, a multiple of 8; 0 when config is null or a capacity is out of range.
 */
uint32_t nbiot_device_memory_size(const nbiot_config_t *NBIOT_NULLABLE config);

/**
 * Create a device: the full form. Sends nothing.
 * @param[out] dev     the device; untouched on failure.
 * @param[in]  config  see nbiot_config_t for what is copied and what is borrowed.
 * @retval NBIOT_ERR_OK     created; state NBIOT_STATE_IDLE. With bootstrap, load was called, and an account that
 *                          was kept is there again; a load that failed was logged and is no failure. Likewise
 *                          with stored_kept and notifications.
 * @retval NBIOT_ERR_RANDOM the random hook failed.
 * @retval other            as nbiot_config_check(); NBIOT_ERR_NO_MEMORY also when allocate returned null or memory that
 *                          is not aligned to 8.
 */
int32_t nbiot_device_create_with(nbiot_device_t *NBIOT_NULLABLE *NBIOT_NULLABLE dev,
                                 const nbiot_config_t *NBIOT_NULLABLE config);

/**
 * Create a device on the linked port, with default capacities and the onenet profile. Sends nothing.
 * @param[out] dev            the device; untouched on failure.
 * @param[in]  endpoint_name  "imei;imsi", 1 ... 64 bytes; copied.
 * @param[in]  uri            "coap://host[:port]", at most 64 bytes; copied. With "?bs" at its end it is the bootstrap server.
 * @param[in]  life_time      seconds, 15 ... 0x0FFFFFFF; 0 = 86400.
 * @param[in]  write_cb,read_cb,execute_cb  may be null; null execute_cb: Execute is answered 4.05.
 * @retval as nbiot_device_create_with().
 */
int32_t nbiot_device_create(nbiot_device_t *NBIOT_NULLABLE *NBIOT_NULLABLE dev, const char *NBIOT_NULLABLE endpoint_name,
                            const char *NBIOT_NULLABLE uri, int32_t life_time,
                            nbiot_write_callback_t NBIOT_NULLABLE write_cb, nbiot_read_callback_t NBIOT_NULLABLE read_cb,
                            nbiot_execute_callback_t NBIOT_NULLABLE execute_cb);

/**
 * Destroy a device: close the socket, forget every pointer, give an allocated block back. Does not de-register (call
 * nbiot_device_close() first); nothing is sent but a security provider's farewell.
 * @retval NBIOT_ERR_OK        gone; dev must not be used again.
 * @retval NBIOT_ERR_BADPARAM  null or destroyed.
 * @retval NBIOT_ERR_BUSY      a callback or another thread is inside; nothing changed.
 */
int32_t nbiot_device_destroy(nbiot_device_t *NBIOT_NULLABLE dev);

/**
 * Add a resource by reference.
 * When it makes a new object instance and the device is registered, an Update with the object list follows (LwM2M 5.3.2).
 * @param[in] data  borrowed until nbiot_resource_del() or nbiot_device_destroy(). Type and flag are read now and fixed
 *                  from here on; the type of an executable resource does not matter. A writable string, binary or
 *                  hex string needs NBIOT_STORAGE or NBIOT_STREAMED, or the server's Write is answered 4.05; a hex string keeps
 *                  two digits in `capacity` for each byte. A value without an encoding (digits that are none, a float that is not
 *                  finite, in text) is answered 5.00 and ends its observation.
 * @retval NBIOT_ERR_OK           added.
 * @retval NBIOT_ERR_BADPARAM     an ID is 65535, data is null, the type is unknown, a buffer is null with a length, an
 *                                executable resource has other access too, or NBIOT_STORAGE has no buffer or capacity;
 *                                NBIOT_STREAMED without NBIOT_WRITABLE, with NBIOT_STORAGE, or for what is no string or binary.
 * @retval NBIOT_ERR_NOT_SUPPORT  object 0 or 1, which are the SDK's own, or 21, which no server may see; NBIOT_STREAMED without config.write_block.
 * @retval NBIOT_ERR_EXISTS       the path is there already.
 * @retval NBIOT_ERR_NO_MEMORY    resource_capacity is used up.
 * @retval NBIOT_ERR_BUSY         called while a callback runs, unless that is `create` and the instance the one it is asked about.
 */
int32_t nbiot_resource_add(nbiot_device_t *NBIOT_NULLABLE dev, uint16_t objid, uint16_t instid, uint16_t resid,
                           nbiot_value_t *NBIOT_NULLABLE data);

/**
 * Add a multiple-instance resource by reference.
 * @param[in] instances  `count` entries, ids ascending, one type and one set of access flags; borrowed like a value.
 * @param[in] count      1 ... 65535.
 * @retval as nbiot_resource_add(); NBIOT_ERR_BADPARAM also for ids out of order, mixed types, or executable.
 */
int32_t nbiot_resource_add_multiple(nbiot_device_t *NBIOT_NULLABLE dev, uint16_t objid, uint16_t instid, uint16_t resid,
                                    nbiot_instance_t *NBIOT_NULLABLE instances, uint32_t count);

/**
 * Remove a resource; its value is the caller's alone again. Observations of exactly this path end; attributes of it go.
 * @retval NBIOT_ERR_OK           removed; while registered, an Update follows when that was the last resource of its instance.
 * @retval NBIOT_ERR_BADPARAM     an ID is 65535.
 * @retval NBIOT_ERR_NOT_FOUND    no such resource.
 * @retval NBIOT_ERR_NOT_SUPPORT  one of the SDK's own.
 * @retval NBIOT_ERR_BUSY         called while a callback runs.
 */
int32_t nbiot_resource_del(nbiot_device_t *NBIOT_NULLABLE dev, uint16_t objid, uint16_t instid, uint16_t resid);

/**
 * Copy a new value into a resource under the lock and report it to its observers.
 * @param[in] value  same type as the resource's; a buffer is copied into storage (NBIOT_STORAGE).
 * @retval NBIOT_ERR_OK           stored and marked.
 * @retval NBIOT_ERR_BADPARAM     null, of another type, a buffer that is null with a length, or an ID is 65535.
 * @retval NBIOT_ERR_NOT_FOUND    no such resource.
 * @retval NBIOT_ERR_NOT_SUPPORT  a buffer value without storage, a multiple-instance or one of the SDK's own resources.
 * @retval NBIOT_ERR_NO_MEMORY    longer than the resource's capacity.
 */
int32_t nbiot_resource_set(nbiot_device_t *NBIOT_NULLABLE dev, uint16_t objid, uint16_t instid, uint16_t resid,
                           const nbiot_value_t *NBIOT_NULLABLE value);

/**
 * Report a changed value to every observer that covers it, subject to pmin, gt, lt and st.
 * The value is read when the notification is sent. Without an observer there is nothing to send, and that is no error.
 * gt, lt and st are asked in this call and again when it could be sent: a value that crossed one within pmin is reported
 * when pmin is over, even if it came back.
 * Non-confirmable notifications leave eight at once, then one in a round-trip time on average (RFC 7641 4.5.1): 3 s until an
 * acknowledgement has shown how long that takes; no bound below 100 ms. What waits is sent later, once, with the value of then.
 * @param[in] ack_id  0 = non-confirmable; 1 ... 65535 = confirmable, with one NBIOT_EVENT_NOTIFY_SUCCESS or _FAILED per
 *                    call: delivered to all its observers, or not. A confirmable report is sent whatever gt, lt and st say.
 *                    With stored_capacity, unless the server wrote /1/0/6 false, it is stored: see STORING.
 * @retval NBIOT_ERR_OK          marked; with ack_id and STORING: the value was copied and is stored.
 * @retval NBIOT_ERR_BADPARAM    ack_id over 65535, or an ID is 65535.
 * @retval NBIOT_ERR_NOT_FOUND   no such resource; or ack_id given, not STORING, and not registered or not observed.
 * @retval NBIOT_ERR_NO_MEMORY   ack_id given, not STORING: notification_capacity ack ids are outstanding. STORING: there is no room, and the policy lets
 *                               nothing give way, or not enough could. Nothing changed but the count of refusals.
 * @retval NBIOT_ERR_EXISTS      this ack_id is outstanding already.
 * @retval NBIOT_ERR_NOT_SUPPORT ack_id given and STORING: a multiple-instance resource, one that cannot be read, or one of the SDK's own.
 * @retval NBIOT_ERR_BUSY        STORING: there is no room, and nothing can give way while another thread's call runs the store hook.
 *                               Nothing changed; try again.
 */
int32_t nbiot_resource_notify(nbiot_device_t *NBIOT_NULLABLE dev, uint16_t objid, uint16_t instid, uint16_t resid,
                              uint32_t ack_id);

/**
 * Report an error of the device: /3/0/11, which has one instance for each error. Its observers are told.
 * @param[in] code  1 ... 255: this error is there (LwM2M E.4 defines 1 = low battery, 2 = external power off, 3 = GPS failure,
 *                  4 = low signal, 5 = out of memory, 6 = SMS failure, 7 = no IP, 8 = peripheral malfunction); 0: none is there
 *                  any more. The server may do that too (/3/0/12): what still holds has to be reported again.
 * @retval NBIOT_ERR_OK         noted, or it was there already.
 * @retval NBIOT_ERR_BADPARAM   null or destroyed.
 * @retval NBIOT_ERR_NO_MEMORY  eight other errors are there; nothing changed.
 */
int32_t nbiot_device_error(nbiot_device_t *NBIOT_NULLABLE dev, uint8_t code);

/**
 * Register, after a bootstrap where one is due, and wait until it is done. Skips the back-off: let connect fail once, then step.
 * While the server has the device disabled (NBIOT_STATE_DISABLED) it only waits: LwM2M 1.0 E.2 forbids every message. Who
 * has to break that silence calls nbiot_device_close() first.
 * Silence does not end the waiting: Register or Bootstrap-Request is tried again with back-off until the time runs out.
 * @param[in] timeout  seconds; 0 = one non-blocking pass; -1 = until one of the other results.
 * @retval NBIOT_ERR_OK           registered (or was already).
 * @retval NBIOT_ERR_TIMEOUT      not yet; registration continues in later step or poll, and a later connect resumes waiting.
 * @retval NBIOT_ERR_REG_FAILED   the server refused; the event carries the code. Tried again with back-off while the
 *                                application steps; another connect tries at once.
 * @retval NBIOT_ERR_BS_FAILED    the bootstrap server refused (4.xx, 5.xx). Likewise.
 * @retval NBIOT_ERR_SERVER_RESET one of the two servers answered with a Reset. Likewise.
 * @retval NBIOT_ERR_INVALID_URI  the host does not resolve. Likewise.
 * @retval NBIOT_ERR_SOCKET       the socket could not be opened or broke. Likewise.
 * @retval NBIOT_ERR_BADPARAM     null, or timeout below -1.
 * @retval NBIOT_ERR_NOT_SUPPORT  timeout is not 0 and the platform has no wait hook.
 * @retval NBIOT_ERR_BUSY         a callback or another thread is inside.
 */
int32_t nbiot_device_connect(nbiot_device_t *NBIOT_NULLABLE dev, int32_t timeout);

/**
 * Report every value flagged NBIOT_UPDATED, then serve the device for a while. The flags are looked at once, at the start,
 * and cleared whether or not anybody observes.
 * @param[in] timeout  seconds, all of which pass unless the result is NBIOT_ERR_NOT_REGISTER; 0 = one non-blocking
 *                     pass; -1 = until an event or callback has run or the result differs from that at the start.
 * @retval NBIOT_ERR_OK            registered.
 * @retval NBIOT_ERR_PENDING       connecting, bootstrapping or registering; or disabled by the server for a while.
 * @retval NBIOT_ERR_BS_FAILED     the bootstrap was refused, not answered or not finished, or its server's name does not
 *                                 resolve; waiting to try again.
 * @retval NBIOT_ERR_REG_FAILED    refused, unanswered or unresolved; waiting to register again.
 * @retval NBIOT_ERR_NOT_REGISTER  idle: call nbiot_device_connect().
 * @retval NBIOT_ERR_SERVER_RESET  Register or Bootstrap-Request was answered with a Reset; waiting to try again. (A Reset to an Update is
 *                                 NBIOT_EVENT_UPDATE_FAILED and NBIOT_ERR_PENDING.)
 * @retval NBIOT_ERR_SOCKET        the socket broke; reopened by later steps.
 * @retval NBIOT_ERR_BADPARAM, NBIOT_ERR_NOT_SUPPORT, NBIOT_ERR_BUSY  as nbiot_device_connect().
 */
int32_t nbiot_device_step(nbiot_device_t *NBIOT_NULLABLE dev, int32_t timeout);

/**
 * Serve the device once, without waiting: the face for event-driven firmware.
 * Call it when a datagram arrived, when *wait_ms has passed, and after any call that creates work. A spurious call is
 * free, a late one harmless. Never looks at NBIOT_UPDATED: use nbiot_resource_notify().
 * @param[out] wait_ms  may be null; milliseconds until the next call is due, 0 ... 2^31-1. Untouched when the call fails
 *                      with NBIOT_ERR_BADPARAM or NBIOT_ERR_BUSY.
 * @retval as nbiot_device_step().
 */
int32_t nbiot_device_poll(nbiot_device_t *NBIOT_NULLABLE dev, uint32_t *NBIOT_NULLABLE wait_ms);

/**
 * Report every value flagged NBIOT_UPDATED and send what is due, without receiving.
 * @retval as nbiot_device_step().
 */
int32_t nbiot_device_sync(nbiot_device_t *NBIOT_NULLABLE dev);

/**
 * Send a registration Update now (LwM2M 5.3.2).
 * @param[in] life_time     new lifetime in seconds, 15 ... 0x0FFFFFFF; 0 = unchanged.
 * @param[in] with_objects  non-zero: with the object list.
 * @retval NBIOT_ERR_OK            it will be sent; an event tells the outcome.
 * @retval NBIOT_ERR_BADPARAM      life_time out of range.
 * @retval NBIOT_ERR_NOT_REGISTER  not registered.
 * @retval NBIOT_ERR_BUSY          called while a callback runs.
 */
int32_t nbiot_device_update(nbiot_device_t *NBIOT_NULLABLE dev, uint32_t life_time, int32_t with_objects);

/**
 * Leave the socket for a new one and tell the server, as config.rebind says. For when the network gave the device a new
 * address, or the NAT may have forgotten it: after PSM, a long sleep, a changed cell. Without this call a device hears
 * nothing from such a server until its next Update.
 * The host is resolved again, and there is no back-off: call it for a reason, not in a loop. A security provider shakes
 * hands anew. Confirmable notifications and deferred requests under way fail, each with its event.
 * @retval NBIOT_ERR_OK            the next step or poll does it: state NBIOT_STATE_CONNECTING, then _REGISTERING until the
 *                                 server answers; events as for connect, or NBIOT_EVENT_UPDATE_*. While already
 *                                 connecting, a handshake starts over; while waiting to try again, nothing changes.
 * @retval NBIOT_ERR_NOT_REGISTER  idle, de-registering or disabled; nothing changed.
 * @retval NBIOT_ERR_BADPARAM      null or destroyed.
 * @retval NBIOT_ERR_BUSY          called while a callback runs.
 */
int32_t nbiot_device_rebind(nbiot_device_t *NBIOT_NULLABLE dev);

/**
 * De-register, and wait for the server's answer.
 * Locally the device is de-registered whatever the result, its observations are gone and the socket is closed; it may
 * connect again.
 * @param[in] timeout  seconds; 0 = one non-blocking pass; -1 = until answered or given up.
 * @retval NBIOT_ERR_OK            2.02 came.
 * @retval NBIOT_ERR_TIMEOUT       it did not come in time.
 * @retval NBIOT_ERR_NOT_REGISTER  there was no registration to end; whatever was under way has been dropped. A device that
 *                                 the server disabled is idle now and does not register by itself any more.
 * @retval NBIOT_ERR_BADPARAM, NBIOT_ERR_NOT_SUPPORT, NBIOT_ERR_BUSY  as nbiot_device_connect(); nothing changed.
 */
int32_t nbiot_device_close(nbiot_device_t *NBIOT_NULLABLE dev, int32_t timeout);

/**
 * Answer a request whose callback returned NBIOT_ERR_PENDING. Exactly once per request, from any thread.
 * @param[in] request  as the callback got it.
 * @param[in] code     0 = success, or a CoAP error as a number, 400 ... 599.
 * @param[in] value    Read only: stored into the resource as nbiot_resource_set() does before it is sent; may be null
 *                     when the value is in place already. Must be null for Write and Execute.
 * @retval NBIOT_ERR_OK           the answer leaves with the next step or poll; an event tells whether it arrived.
 * @retval NBIOT_ERR_BADPARAM     code out of range; value of another type than the resource's, or given with an error code, for a
 *                                Write, an Execute or a Read of more than one resource. Still unanswered.
 * @retval NBIOT_ERR_NOT_FOUND    unknown, already answered or too late; or value given and the resource is gone: respond without.
 * @retval NBIOT_ERR_NOT_SUPPORT, NBIOT_ERR_NO_MEMORY  the value cannot be stored (nbiot_resource_set); still unanswered.
 */
int32_t nbiot_request_respond(nbiot_device_t *NBIOT_NULLABLE dev, nbiot_request_t request, int32_t code,
                              const nbiot_value_t *NBIOT_NULLABLE value);

/**
 * Tell what the device is doing.
 * @return NBIOT_STATE_*, or NBIOT_ERR_BADPARAM.
 */
int32_t nbiot_device_state(nbiot_device_t *NBIOT_NULLABLE dev);

/**
 * Return the socket in use, for firmware that sleeps in its own select() or event loop.
 * @return what the platform's udp_open returned; -1 while no socket is open; NBIOT_ERR_BADPARAM (also -1) for a bad device.
 */
int32_t nbiot_device_socket(nbiot_device_t *NBIOT_NULLABLE dev);

/**
 * Copy the counters.
 * @param[out] statistics  filled with as much as fits.
 * @param[in]  size        sizeof(nbiot_statistics_t) of the caller's header.
 * @retval NBIOT_ERR_OK        copied; bytes beyond the library's own struct are zeroed.
 * @retval NBIOT_ERR_BADPARAM  null, or size 0.
 */
int32_t nbiot_device_statistics(nbiot_device_t *NBIOT_NULLABLE dev, nbiot_statistics_t *NBIOT_NULLABLE statistics,
                                uint32_t size);

#ifdef __cplusplus
}
#endif

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

#endif /* NBIOT_H */
