/* nbiot_mock_journal.h - what happened in a world: as text, and as a capture file for Wireshark.
 * Included by nbiot_mock.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_MOCK_JOURNAL_H
#define NBIOT_MOCK_JOURNAL_H

#include "nbiot.h"
#include "nbiot_mock.h"

#ifdef __cplusplus
extern "C" {
#endif

/** @name Journal: everything that happened in a world, a line each, in the order it happened
 *  Written by itself: datagrams with their fate, conditions of a link, radio, NAT rebind, clock
 *  steps, power cuts, reboots, faults that struck, and calls of the log hook, but for those that
 *  only say that a datagram came or went. A test adds the events of its device and notes of its
 *  own.
 *
 *      0d 00:00:00.000  10.0.0.2          radio off
 *      0d 00:00:02.000  10.0.0.2:49152  > 10.0.0.1:5683    radio off    CON POST 0064 [54] /rd?ep=x
 *
 *  A datagram stands where it was sent. Its fate is how long it took, or why it did not arrive. The
 *  journal forgets with the trace: all lines up to the last datagram that the trace has forgotten.
 *  Of 16384 lines that are no datagrams the older half is forgotten.
 *  @{ */
/** Room for any line, in bytes with the terminator. */
#define NBIOT_MOCK_LINE 320u

/** Add a line: what the test is about to do. Null is ignored. */
void nbiot_mock_journal_note(nbiot_mock_world_t *world, const char *text);

/** Add a line for an event of the device on a node; call it from config.event. Null is ignored. */
void nbiot_mock_journal_event(nbiot_mock_node_t *node, const nbiot_event_t *event);

/** Return how many lines there are. */
uint32_t nbiot_mock_journal_count(const nbiot_mock_world_t *world);

/**
 * Write one line, without a line feed.
 * @param index  0 = the oldest that is remembered.
 * @param text   receives at most @p size bytes with the terminator.
 * @retval NBIOT_MOCK_OK             written.
 * @retval NBIOT_MOCK_ERR_BADPARAM   null, or size 0.
 * @retval NBIOT_MOCK_ERR_NOT_FOUND  no such line.
 */
int32_t nbiot_mock_journal_line(const nbiot_mock_world_t *world, uint32_t index, char *text,
                                uint32_t size);

/** Print all lines. */
void nbiot_mock_journal_print(const nbiot_mock_world_t *world, FILE *file);
/** @} */

/**
 * Write all records of the trace as a capture file for Wireshark and tshark (pcapng). Every
 * datagram that left a socket is in it, the lost ones too, at the moment it was sent and with the
 * addresses the network sees, behind an IPv4 and a UDP header; copies the network made are packets
 * of their own. One that did not arrive, or that something befell, has a comment: "lost", "radio
 * off", "a copy, held back". A corrupted one is shown as it arrives. Time 0 of the world is
 * 1970-01-01 00:00:00 UTC.
 * @param file  open for writing in binary mode; the caller closes it.
 * @return how many packets it has.
 * @retval NBIOT_MOCK_ERR_BADPARAM  null.
 * @retval NBIOT_MOCK_ERR_FILE      not all of it could be written.
 */
int32_t nbiot_mock_pcapng(const nbiot_mock_world_t *world, FILE *file);

#ifdef __cplusplus
}
#endif

#endif /* NBIOT_MOCK_JOURNAL_H */
