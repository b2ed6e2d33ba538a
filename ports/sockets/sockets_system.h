/* sockets_system.h - where the sockets come from. For lwIP replace the lines by `#include "lwip/sockets.h"`; the port needs
 * socket, bind, getsockname, sendto, recvfrom, select, close, fcntl and inet_pton.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SOCKETS_SYSTEM_H
#define SOCKETS_SYSTEM_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

/* Whether FD_SET takes this descriptor. lwIP's looks for itself: 1. */
#define SOCKETS_CAN_SELECT(descriptor) ((descriptor) < FD_SETSIZE)

#endif /* SOCKETS_SYSTEM_H */
