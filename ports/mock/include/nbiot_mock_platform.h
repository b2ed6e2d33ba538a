/* nbiot_mock_platform.h - the hooks of nbiot_port.h on a node: faults, misuse, storage, reboot.
 * Included by nbiot_mock.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_MOCK_PLATFORM_H
#define NBIOT_MOCK_PLATFORM_H

#include "nbiot_mock.h"

#ifdef __cplusplus
extern "C" {
#endif

/** @name Platform
 *  @{ */
/**
 * Return a platform with every hook of nbiot_port.h, on a node. Hooks: literals and names given to
 * nbiot_mock_name() resolve at once, others fail; IPv4 sockets only; ephemeral ports from 49152.
 * Several devices may share one platform.
 * @return the platform; its context is the node. With a null argument no hooks.
 */
nbiot_platform_t nbiot_mock_platform(nbiot_mock_world_t *world, nbiot_mock_node_t *node);

/**
 * Choose what nbiot_platform_default() returns, for code that calls nbiot_device_create().
 * The choice is the program's, not the world's: null takes it back, and destroying the world does.
 * Until then nbiot_platform_default() has no hooks, and create answers NBIOT_ERR_BADPARAM.
 */
void nbiot_mock_set_default(nbiot_mock_node_t *node);

/** @name Faults of the hooks
 *  @{ */
#define NBIOT_MOCK_FAULT_SEND_LATER ((uint8_t)0)      /**< udp_send answers 0. */
#define NBIOT_MOCK_FAULT_SEND_BROKEN ((uint8_t)1)     /**< udp_send: broken, until reopened. */
#define NBIOT_MOCK_FAULT_RECEIVE_BROKEN ((uint8_t)2)  /**< udp_receive: broken, likewise. */
#define NBIOT_MOCK_FAULT_OPEN ((uint8_t)3)            /**< udp_open fails. */
#define NBIOT_MOCK_FAULT_RESOLVE_PENDING ((uint8_t)4) /**< resolve answers 0. */
#define NBIOT_MOCK_FAULT_RESOLVE ((uint8_t)5)         /**< resolve fails. */
#define NBIOT_MOCK_FAULT_RANDOM ((uint8_t)6)          /**< random fails. */
#define NBIOT_MOCK_FAULT_ALLOCATE ((uint8_t)7)        /**< allocate returns null. */
#define NBIOT_MOCK_FAULT_STORE ((uint8_t)8)           /**< store fails; the slot stays as it is. */
#define NBIOT_MOCK_FAULT_LOAD ((uint8_t)9)            /**< load fails. */
#define NBIOT_MOCK_FAULT_COUNT ((uint8_t)10)
/** A count that never runs out. */
#define NBIOT_MOCK_ALWAYS UINT32_MAX
/** @} */

/**
 * Let the next calls of a hook fail.
 * @param count  how many; NBIOT_MOCK_ALWAYS; 0 = no more.
 * @retval NBIOT_MOCK_OK            set.
 * @retval NBIOT_MOCK_ERR_BADPARAM  node is null or fault unknown.
 */
int32_t nbiot_mock_fault(nbiot_mock_node_t *node, uint8_t fault, uint32_t count);

/** Move a node's now_ms by @p delta_ms, back if negative. World time does not move. */
void nbiot_mock_clock_step(nbiot_mock_node_t *node, int32_t delta_ms);

/** What the code above the hooks did wrong, or has not given back. All zero after a clean test. */
typedef struct nbiot_mock_misuse {
  uint32_t open_sockets;     /**< Opened since the last reboot and not closed. */
  uint32_t bad_sockets;      /**< Calls with a socket that is not open. */
  uint32_t leaked_blocks;    /**< Allocated since the last reboot and not released. */
  uint32_t bad_releases;     /**< release of what allocate never gave, or twice. */
  uint32_t lock_recursions;  /**< lock while locked: a deadlock on a real mutex. */
  uint32_t bad_unlocks;      /**< unlock while not locked. */
  uint32_t locked_waits;     /**< wait called with the lock held. */
  uint32_t locked_resolves;  /**< resolve called with the lock held. */
  uint32_t locked_logs;      /**< log called with the lock held. */
  uint32_t locked_stores;    /**< store or load called with the lock held. */
} nbiot_mock_misuse_t;

/** Return the account of a node. */
nbiot_mock_misuse_t nbiot_mock_misuse(const nbiot_mock_node_t *node);

/**
 * Reboot a node, as a watchdog or a power loss does. At once its sockets are gone, unclosed, with
 * all that waited in them; what is sent to them finds no receiver until the firmware opens a socket
 * anew. The lock is free, a wake forgotten, now_ms begins at @p start_ms, and a node without power
 * has it again. Its slots, links, faults and servers stay as they are, and the radio on or off.
 *
 * Leave the old device and its memory to themselves, and create one as at a power-up; or destroy
 * the old one after all, its hooks answer as for a broken socket. What was open or allocated before
 * the reboot is no misuse; other misuse stays counted. When a happening reboots the node, the call
 * of nbiot that waits goes on afterwards, on the node's new life: let it end, or step by
 * nbiot_device_poll().
 * @param start_ms  what now_ms shows now.
 */
void nbiot_mock_reboot(nbiot_mock_node_t *node, uint32_t start_ms);

/** @name Storage: the four slots of store and load
 *  They belong to the node: a device that is destroyed and created again finds them as they were.
 *  @{ */
/** What the slot that was being written is left with, behind the bytes that were written. */
#define NBIOT_MOCK_TORN ((uint8_t)0)   /**< What was there before. */
#define NBIOT_MOCK_ERASED ((uint8_t)1) /**< 0xFF to its end: the slot was erased first. */

/**
 * Cut a node's power in a store call. From there on nothing leaves or reaches the node and its
 * store and load fail, until nbiot_mock_power_up() or nbiot_mock_reboot(). The code under test runs
 * on until then.
 * @param bytes  how many bytes are still stored from now on, over one call or several; 0 = none.
 * @param kind   NBIOT_MOCK_TORN or NBIOT_MOCK_ERASED.
 * @retval NBIOT_MOCK_OK            set; replaces what was set before.
 * @retval NBIOT_MOCK_ERR_BADPARAM  node is null or kind unknown.
 */
int32_t nbiot_mock_power_cut(nbiot_mock_node_t *node, uint32_t bytes, uint8_t kind);

/** Give a node its power back; a cut that has not come does not. @return 1 = it was off; 0 = on. */
int32_t nbiot_mock_power_up(nbiot_mock_node_t *node);

/** What the storage of a node was asked for. */
typedef struct nbiot_mock_storage {
  uint32_t stores; /**< Calls of store that reached the medium. */
  uint32_t loads;
  uint32_t bytes;  /**< Bytes stored by calls that succeeded. */
  uint32_t cuts;   /**< Power cuts. */
} nbiot_mock_storage_t;

nbiot_mock_storage_t nbiot_mock_storage(const nbiot_mock_node_t *node);

/**
 * Look into a slot.
 * @param[out] data  may be null; valid until the slot changes, null when it is empty.
 * @return bytes it holds; 0 = nothing was ever stored.
 * @retval NBIOT_MOCK_ERR_BADPARAM  node is null or slot is over 3.
 */
int32_t nbiot_mock_slot(const nbiot_mock_node_t *node, uint32_t slot, const uint8_t **data);

/**
 * Put something into a slot, past store: what a broken medium may hold.
 * @param length  0 = empty it.
 * @retval NBIOT_MOCK_OK            done.
 * @retval NBIOT_MOCK_ERR_BADPARAM  null, or slot is over 3.
 */
int32_t nbiot_mock_slot_set(nbiot_mock_node_t *node, uint32_t slot, const void *data,
                            uint32_t length);
/** @} */

/** One call of the log hook. */
typedef struct nbiot_mock_log {
  uint64_t at_ms;
  uint32_t a;
  uint32_t b;
  uint16_t event; /**< NBIOT_LOG_*. */
  uint8_t level;
} nbiot_mock_log_t;

/** Return how many calls the log hook had; the last 256 are kept. */
uint32_t nbiot_mock_log_count(const nbiot_mock_node_t *node);

/**
 * Copy one log call.
 * @param index  0 = the first ever.
 * @retval NBIOT_MOCK_OK             copied.
 * @retval NBIOT_MOCK_ERR_BADPARAM   null.
 * @retval NBIOT_MOCK_ERR_NOT_FOUND  not yet, or over 256 calls ago.
 */
int32_t nbiot_mock_log_at(const nbiot_mock_node_t *node, uint32_t index, nbiot_mock_log_t *entry);
/** @} */

#ifdef __cplusplus
}
#endif

#endif /* NBIOT_MOCK_PLATFORM_H */
