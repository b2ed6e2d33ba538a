/* nbiot_mock.h - test your firmware against nbiot with no network and no waiting.
 *
 * A world holds a virtual clock, an in-memory UDP network and scripted LwM2M servers. A node of the
 * world gives you an nbiot_platform_t; a device created on it runs a day of retransmissions in a
 * millisecond, and the same seed gives the same day again.
 *
 *     nbiot_mock_world_t *world = nbiot_mock_world_create(1);
 *     nbiot_mock_node_t *radio = nbiot_mock_node_add(world, "10.0.0.2", 0);
 *     nbiot_platform_t platform = nbiot_mock_platform(world, radio);
 *
 * CONVENTIONS
 *   Errors      A function that can fail returns int32_t (negative = NBIOT_MOCK_ERR_*) or a pointer
 *               (null). Memory that malloc refuses ends the program with a message: a test has
 *               nothing better to do.
 *   Ownership   Worlds are the caller's, from create to destroy. Nodes, servers, records and
 *               responses belong to their world and die with it. What you pass in is copied.
 *   Time        Milliseconds since the world was created, uint64_t. It moves in the platform's wait
 *               hook, in nbiot_mock_advance(), nbiot_mock_run(), nbiot_mock_drive(),
 *               nbiot_mock_drive_idle() and nbiot_mock_server_ask(), nowhere else.
 *   Threads     None. One world per thread at most. No globals, but for default.c.
 *   Chance      SplitMix64 (Steele, Lea, Flood 2014). Every link direction, every random hook and
 *               every server has its own stream, seeded from the world's seed, the order of
 *               creation and its role: a device that draws one number more does not change which
 *               datagrams get lost.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_MOCK_H
#define NBIOT_MOCK_H

#include <stdio.h>

#include "nbiot_port.h"

#ifdef __cplusplus
extern "C" {
#endif

/** @name Status codes
 *  @{ */
#define NBIOT_MOCK_OK ((int32_t)0)
#define NBIOT_MOCK_ERR_BADPARAM ((int32_t)-1)  /**< Argument null, out of range or ill-formed. */
#define NBIOT_MOCK_ERR_NOT_FOUND ((int32_t)-2) /**< No such record, exchange, device ... */
#define NBIOT_MOCK_ERR_EXISTS ((int32_t)-3)    /**< The address or port is taken. */
#define NBIOT_MOCK_ERR_LIMIT ((int32_t)-4)     /**< The steps ran out first. */
#define NBIOT_MOCK_ERR_IDLE ((int32_t)-5)      /**< Nothing is scheduled any more. */
#define NBIOT_MOCK_ERR_TIMEOUT ((int32_t)-6)   /**< The device did not answer in time. */
#define NBIOT_MOCK_ERR_RESET ((int32_t)-7)     /**< The device answered with a Reset message. */
#define NBIOT_MOCK_ERR_TOKEN ((int32_t)-8)     /**< The device's ACK carried another token. */
#define NBIOT_MOCK_ERR_FILE ((int32_t)-9)      /**< A file could not be written. */
/** @} */

/** A clock, a network and everybody on it. Opaque. */
typedef struct nbiot_mock_world nbiot_mock_world_t;
/** A host on the network, with one IPv4 address. Opaque. */
typedef struct nbiot_mock_node nbiot_mock_node_t;

/** @name World and clock
 *  @{ */
/**
 * Create an empty world at time 0.
 * @param seed  any number; the whole world follows from it and from the calls made. The
 *              environment variable NBIOT_MOCK_SEED overrides it: to run a world again that failed.
 *              (One that is no number of 64 bits ends the program with status 2.)
 * @return the world; never null.
 */
nbiot_mock_world_t *nbiot_mock_world_create(uint64_t seed);

/** Return the seed the world was made from. */
uint64_t nbiot_mock_seed(const nbiot_mock_world_t *world);

/**
 * Destroy a world and all it holds. Destroy the devices on its platforms first.
 * Blocks that allocate gave out are freed too: look at nbiot_mock_misuse() before. Null is ignored.
 */
void nbiot_mock_world_destroy(nbiot_mock_world_t *world);

/** Return the world's time in milliseconds. */
uint64_t nbiot_mock_now(const nbiot_mock_world_t *world);

/**
 * Let @p ms milliseconds pass: datagrams arrive, timers and scripted happenings run in order.
 * Devices are not stepped; nbiot_mock_run() does that.
 */
void nbiot_mock_advance(nbiot_mock_world_t *world, uint32_t ms);

/** Something a test lets happen at a chosen time. */
typedef void (*nbiot_mock_happening_t)(void *context);

/**
 * Script a happening. It runs inside whatever moves time, and ends a wait() early.
 * @param delay_ms  from now; 0 = as soon as time is next looked at.
 * @param function  may call every nbiot_mock_* function, and nbiot calls as from another thread
 *                  while one waits (nbiot.h, Threads).
 * @param context   borrowed until it has run.
 * @retval NBIOT_MOCK_OK            scripted.
 * @retval NBIOT_MOCK_ERR_BADPARAM  world or function is null.
 */
int32_t nbiot_mock_at(nbiot_mock_world_t *world, uint32_t delay_ms, nbiot_mock_happening_t function,
                      void *context);

/**
 * One step of the code under test; nbiot_device_poll() in a wrapper, as a rule.
 * @param[out] wait_ms  0 on entry; milliseconds until it wants to be called again. A step that
 *                      waits by itself (nbiot_device_step) leaves it 0.
 * @return ignored.
 */
typedef int32_t (*nbiot_mock_step_t)(void *context, uint32_t *wait_ms);
/** @return non-zero when the drive may end. */
typedef int32_t (*nbiot_mock_until_t)(void *context);

/**
 * Step the code under test, and let time pass between the steps, until a condition holds.
 * After a step time moves to the earliest of its wait_ms and the next happening in the world.
 * @param until       asked before the first and after every step.
 * @param step_limit  most steps to take.
 * @return steps taken, 0 ... step_limit.
 * @retval NBIOT_MOCK_ERR_BADPARAM  a pointer is null (the contexts may be).
 * @retval NBIOT_MOCK_ERR_LIMIT     step_limit steps did not do it.
 * @retval NBIOT_MOCK_ERR_IDLE      the step waits for a datagram (wait_ms >= 2^31-1): none comes.
 */
int32_t nbiot_mock_drive(nbiot_mock_world_t *world, nbiot_mock_step_t step, void *step_context,
                         nbiot_mock_until_t until, void *until_context, uint32_t step_limit);

/**
 * Step the code under test for @p ms milliseconds of virtual time.
 * @return steps taken. A step that asks for wait_ms 0 a thousand times lets 1 ms pass.
 * @retval NBIOT_MOCK_ERR_BADPARAM  world or step is null.
 */
int32_t nbiot_mock_run(nbiot_mock_world_t *world, nbiot_mock_step_t step, void *context,
                       uint32_t ms);

/** What is still under way in a world. All zero = nothing happens unless a device acts. */
typedef struct nbiot_mock_pending {
  uint32_t datagrams;    /**< On their way. */
  uint32_t unread;       /**< Datagrams that wait in a socket for udp_receive. */
  uint32_t exchanges;    /**< Requests of servers that are neither answered nor given up. */
  uint32_t confirmables; /**< Messages of servers that are not acknowledged. */
  uint32_t answers;      /**< Delayed answers of servers. */
  uint32_t orders;       /**< Bootstrap orders about to be sent. */
  uint32_t happenings;   /**< Scripted by nbiot_mock_at() and still to come. */
} nbiot_mock_pending_t;

/** Count what is under way. */
nbiot_mock_pending_t nbiot_mock_pending(const nbiot_mock_world_t *world);

/**
 * Step the code under test, and let time pass between the steps, until it is idle: a step asks to
 * be left alone for at least @p quiet_ms, and at that moment nothing is pending in the world. Time
 * stays at that moment. A device that waits for its next Update is idle as well as one that waits
 * for ever; so is one that waits that long to try again.
 * @param quiet_ms    1 or more; 60000 is more than any pause between two retransmissions (48 s, RFC
 *                    7252 4.8), and must be less than the device's pauses between Updates.
 * @param step_limit  most steps to take.
 * @return steps taken, 1 ... step_limit.
 * @retval NBIOT_MOCK_ERR_BADPARAM  world or step is null, or quiet_ms 0.
 * @retval NBIOT_MOCK_ERR_LIMIT     step_limit steps did not do it.
 * @retval NBIOT_MOCK_ERR_IDLE      the step waits for ever, nothing is scheduled, and yet something
 *                                  is pending: datagrams wait in a socket that nobody reads.
 */
int32_t nbiot_mock_drive_idle(nbiot_mock_world_t *world, nbiot_mock_step_t step, void *context,
                              uint32_t quiet_ms, uint32_t step_limit);
/** @} */

/** @name Network
 *  @{ */
/**
 * Add a host. Its links are perfect: no loss, no delay.
 * @param ipv4      dotted, for example "10.0.0.2".
 * @param start_ms  what its now_ms hook shows at world time 0; 0xFFFFFF00 tests the wrap.
 * @return the node; null when ipv4 is ill-formed or taken.
 */
nbiot_mock_node_t *nbiot_mock_node_add(nbiot_mock_world_t *world, const char *ipv4,
                                       uint32_t start_ms);

/**
 * Make an address.
 * @param ipv4  dotted; ill-formed text gives family NBIOT_FAMILY_NONE.
 * @param port  host order.
 */
nbiot_address_t nbiot_mock_address(const char *ipv4, uint16_t port);

/**
 * Let a host name resolve, on all nodes; letter case does not matter. A name again = a new address.
 * @retval NBIOT_MOCK_OK            known from now on.
 * @retval NBIOT_MOCK_ERR_BADPARAM  null, a name of 0 or over 255 bytes, an address not IPv4.
 */
int32_t nbiot_mock_name(nbiot_mock_world_t *world, const char *host, nbiot_address_t address);

/** @name Directions of a node's link
 *  @{ */
#define NBIOT_MOCK_UP ((uint8_t)0)   /**< From the node into the network. */
#define NBIOT_MOCK_DOWN ((uint8_t)1) /**< From the network to the node. */
/** @} */

/** What a link does to each datagram. All zero = perfect. A path is one link up, one down. */
typedef struct nbiot_mock_link {
  uint16_t loss;         /**< Per mille that vanish. */
  uint16_t duplication;  /**< Per mille that arrive twice. */
  uint16_t corruption;   /**< Per mille with one bit flipped that the UDP checksum did not catch. */
  uint16_t reordering;   /**< Per mille held back, for later ones to overtake; only they. */
  uint32_t delay_min_ms; /**< Least delay. */
  uint32_t delay_max_ms; /**< Greatest delay, evenly spread; at least delay_min_ms. */
  uint32_t hold_ms;      /**< How long a reordered one is held in addition; 0 = 1000. */
  uint32_t mtu;          /**< Longest UDP payload in bytes; a longer one vanishes. 0 = 65507. */
} nbiot_mock_link_t;

/**
 * Set the conditions of one direction; datagrams under way keep the old ones.
 * @retval NBIOT_MOCK_OK            set.
 * @retval NBIOT_MOCK_ERR_BADPARAM  null, direction unknown, probability over 1000, max below min.
 */
int32_t nbiot_mock_link(nbiot_mock_node_t *node, uint8_t direction, const nbiot_mock_link_t *link);

/**
 * Let the losses of a direction come in bursts (Gilbert's model): in the long run as many are lost
 * as the link's loss says, but @p mean in a row on average. In a burst everything is lost.
 * @param mean  1 ... 1000; at least loss / (1000 - loss), otherwise less is lost than asked.
 *              0 = each loss by itself, the default.
 * @retval NBIOT_MOCK_OK            set.
 * @retval NBIOT_MOCK_ERR_BADPARAM  node is null, direction or mean out of range.
 */
int32_t nbiot_mock_bursts(nbiot_mock_node_t *node, uint8_t direction, uint32_t mean);

/** Switch a node's radio. While it is off, what it sends and what would arrive vanishes. */
void nbiot_mock_radio(nbiot_mock_node_t *node, int32_t on);

/**
 * Let the NAT in front of a node forget its mappings: nothing reaches the node's sockets until each
 * has sent again, and then it has another visible port. The local port stays.
 */
void nbiot_mock_nat_rebind(nbiot_mock_node_t *node);

/**
 * Tell where the network sees the node's most recently opened socket.
 * @retval NBIOT_MOCK_OK             stored.
 * @retval NBIOT_MOCK_ERR_BADPARAM   null.
 * @retval NBIOT_MOCK_ERR_NOT_FOUND  no open socket, or its NAT mapping is gone.
 */
int32_t nbiot_mock_visible_address(const nbiot_mock_node_t *node, nbiot_address_t *address);

/**
 * Put a datagram on the network as if @p from had sent it: malformed bytes, forged addresses.
 * It arrives without delay or loss, at the next look at time.
 * @param from,to  any IPv4 addresses; `to` as the network sees it. @p from need not exist.
 * @param length   0 ... 65507 bytes.
 * @retval NBIOT_MOCK_OK            under way.
 * @retval NBIOT_MOCK_ERR_BADPARAM  null, too long, or an address not IPv4.
 */
int32_t nbiot_mock_inject(nbiot_mock_world_t *world, nbiot_address_t from, nbiot_address_t to,
                          const void *bytes, uint32_t length);
/** @} */

/** @name Trace: every datagram and what became of it
 *  @{ */
#define NBIOT_MOCK_IN_FLIGHT ((uint8_t)0)
#define NBIOT_MOCK_DELIVERED ((uint8_t)1)
#define NBIOT_MOCK_LOST ((uint8_t)2)
#define NBIOT_MOCK_TOO_BIG ((uint8_t)3)     /**< Longer than a link's mtu. */
#define NBIOT_MOCK_RADIO_OFF ((uint8_t)4)
#define NBIOT_MOCK_NO_RECEIVER ((uint8_t)5) /**< No such host, port or NAT mapping. */
#define NBIOT_MOCK_OVERFLOW ((uint8_t)6)    /**< 64 datagrams were waiting in the socket already. */

#define NBIOT_MOCK_DUPLICATE ((uint8_t)0x01) /**< A copy the network made. */
#define NBIOT_MOCK_REORDERED ((uint8_t)0x02) /**< Held back. */
#define NBIOT_MOCK_CORRUPTED ((uint8_t)0x04) /**< A bit is flipped; data shows it as it arrives. */
#define NBIOT_MOCK_INJECTED ((uint8_t)0x08)  /**< From nbiot_mock_inject(). */

/** One datagram, or one copy of it. */
typedef struct nbiot_mock_record {
  uint64_t sent_ms;
  uint64_t arrived_ms;  /**< When its fate was sealed; 0 while in flight. */
  nbiot_address_t from; /**< As the network sees it. */
  nbiot_address_t to;
  const uint8_t *data;  /**< Valid until the record is forgotten or the world ends. */
  uint32_t length;      /**< Bytes. */
  uint8_t fate;         /**< NBIOT_MOCK_IN_FLIGHT ... NBIOT_MOCK_OVERFLOW. */
  uint8_t marks;        /**< NBIOT_MOCK_DUPLICATE | ... */
  uint8_t reason;       /**< NBIOT_SEND_* of the udp_hint hook; 0 = none was given. */
  uint8_t expectation;  /**< NBIOT_EXPECT_* of the udp_hint hook. */
} nbiot_mock_record_t;

/** Return how many records there are, in the order of sending. */
uint32_t nbiot_mock_trace_count(const nbiot_mock_world_t *world);

/**
 * Copy one record.
 * @param index  0 = the oldest that is remembered.
 * @retval NBIOT_MOCK_OK             copied.
 * @retval NBIOT_MOCK_ERR_BADPARAM   null.
 * @retval NBIOT_MOCK_ERR_NOT_FOUND  no such record yet.
 */
int32_t nbiot_mock_trace_at(const nbiot_mock_world_t *world, uint32_t index,
                            nbiot_mock_record_t *record);

/** Forget all records. Datagrams in flight still arrive. */
void nbiot_mock_trace_clear(nbiot_mock_world_t *world);

/**
 * Keep the trace short in a run of many days: it takes about 200 bytes for each datagram of the
 * world, for ever.
 * @param records  most records from now on; when there are so many the older half is forgotten.
 *                 0 = any number, the default.
 */
void nbiot_mock_trace_limit(nbiot_mock_world_t *world, uint32_t records);

/** Print one line per record: time, from, to, fate, and the CoAP message in short. */
void nbiot_mock_trace_print(const nbiot_mock_world_t *world, FILE *file);

/**
 * Describe a CoAP message in one line: "CON POST 7d38 [a1b2] /rd?ep=x (23 bytes)".
 * @param text  receives at most @p size bytes including the terminator.
 */
void nbiot_mock_coap_summary(const uint8_t *data, uint32_t length, char *text, uint32_t size);
/** @} */

#ifdef __cplusplus
}
#endif

#include "nbiot_mock_air.h"
#include "nbiot_mock_check.h"
#include "nbiot_mock_journal.h"
#include "nbiot_mock_platform.h"
#include "nbiot_mock_server.h"

#endif /* NBIOT_MOCK_H */
