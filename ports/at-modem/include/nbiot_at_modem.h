/* nbiot_at_modem.h - the hooks of nbiot_port.h over the UDP commands of a transparent NB module:
 * AT+NSOCR, NSOST, NSOSTF, NSORF, NSOCL and +NSONMI, and the module's bring-up.
 *
 *     static nbiot_at_modem_t modem;
 *     nbiot_at_modem_config_t config = NBIOT_AT_MODEM_CONFIG_INIT;
 *     ... fill the functions and the memory ...
 *     nbiot_at_modem_init(&modem, &config);
 *     platform = nbiot_at_modem_platform(&modem);
 *
 * No heap, no waiting but in the wait hook; of libc memcpy and memset, if the compiler wants them.
 * The UART interrupt calls nbiot_at_modem_feed(); everything else is for one task. With lock and
 * unlock other tasks may call the library too, but only one at a time is in the wait hook.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_AT_MODEM_H
#define NBIOT_AT_MODEM_H

#include "nbiot_port.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Most sockets of a module. */
#define NBIOT_AT_MODEM_SOCKETS 7u
/** Longest line that is looked at, in characters without blanks; payloads do not count. */
#define NBIOT_AT_MODEM_LINE 96u
/** Most commands of your own in bring-up, and the longest one, in characters. */
#define NBIOT_AT_MODEM_COMMANDS 16u
#define NBIOT_AT_MODEM_COMMAND 62u
/** What a waiting datagram takes of a receive ring besides its own bytes. */
#define NBIOT_AT_MODEM_OVERHEAD 10u

/** @name Longest datagram of a dialect, in bytes
 *  @{ */
#define NBIOT_AT_MODEM_DATAGRAM_BC95 ((uint16_t)512)   /**< BC95 and early M5310. */
#define NBIOT_AT_MODEM_DATAGRAM_M5310 ((uint16_t)1358) /**< M5310-A. */
/** @} */

/** @name Events: what the module does, with a value
 *  @{ */
#define NBIOT_AT_MODEM_ALIVE ((uint8_t)1)     /**< The module answers AT. */
#define NBIOT_AT_MODEM_NETWORK ((uint8_t)2)   /**< Value: stat of +CEREG; 1 and 5 are registered. */
#define NBIOT_AT_MODEM_RADIO ((uint8_t)3)     /**< Value: 1 = connected, 0 = idle (+CSCON). */
#define NBIOT_AT_MODEM_READY ((uint8_t)4)     /**< Bring-up is done: call
                                                   nbiot_device_connect(dev, 0). */
#define NBIOT_AT_MODEM_REFUSED ((uint8_t)5)   /**< A step of bring-up was refused three times and is
                                                   left out. Value: 0 = AT+COPS, 1 = NEARFCN,
                                                   2 = CSCON, 3 = CEREG, 5 = CGDCONT, from 16 on
                                                   config.commands. */
#define NBIOT_AT_MODEM_RESTARTED ((uint8_t)6) /**< The module restarted: sockets are gone, bring-up
                                                   begins again. */
#define NBIOT_AT_MODEM_SILENT ((uint8_t)7)    /**< Value: how many AT in a row were not answered, at
                                                   each tenth: pull the module's reset line. */
#define NBIOT_AT_MODEM_ANSWERED ((uint8_t)8)  /**< The command of nbiot_at_modem_ask() is over.
                                                   Value: 0 = OK, positive = number of +CME ERROR,
                                                   -1 = ERROR, a restart, or no answer in time. */
/** @} */

/** What the port needs. Begin with NBIOT_AT_MODEM_CONFIG_INIT; memory is lent until the end. */
typedef struct nbiot_at_modem_config {
  void *context; /**< First argument of the functions below. */

  uint32_t (*now_ms)(void *context); /**< As the hook. Required. */
  /** As the hook. Required. */
  int32_t (*random)(void *context, uint8_t *buffer, uint32_t size);
  /**
   * Give bytes to the UART, without waiting. Required.
   * @return how many it took, 0 ... @p count.
   */
  uint32_t (*write)(void *context, const uint8_t *bytes, uint32_t count);
  /**
   * Sleep until bytes came from the UART, rouse was called or @p timeout_ms passed. What came
   * before the call counts: a byte fed right before it must not be slept on.
   * Null: no wait hook; use nbiot_device_poll() and nbiot_at_modem_step().
   */
  void (*sleep)(void *context, uint32_t timeout_ms);
  /** End that sleep, or the next; called from other threads. Null: no wake hook. */
  void (*rouse)(void *context);
  void (*lock)(void *context);   /**< As the hooks; both or neither. */
  void (*unlock)(void *context); /**< As the hooks; both or neither. */
  /** Learn what the module does: NBIOT_AT_MODEM_*. Runs under the lock inside hooks: take a note,
   *  call nothing of the library or the port. May be null. */
  void (*event)(void *context, uint8_t event, int32_t value);
  /** See a line that is not the port's, like +CGDCONT, blanks taken out; not zero-terminated, for
   *  the time of the call. As `event`. May be null. */
  void (*line)(void *context, const char *text, uint32_t length);

  uint8_t *uart;         /**< Ring between nbiot_at_modem_feed() and the lines. */
  uint32_t uart_size;    /**< 64 or more: what arrives between two steps; one byte stays free. */
  uint8_t *send;         /**< One datagram on its way out, or a name to look up. */
  uint32_t send_size;    /**< The longest datagram sent. */
  uint8_t *receive;      /**< Receive rings, one for each socket. */
  uint32_t receive_size; /**< sockets times (NBIOT_AT_MODEM_OVERHEAD + the longest datagram). */
  uint8_t sockets;       /**< 1 ... 7. One more than devices, for the one that is being closed. */

  uint8_t push;      /**< 0: +NSONMI and AT+NSORF. 1: the module sends +NSORF by itself; what finds
                          the ring full is lost. */
  uint8_t release;   /**< 1: release assistance by AT+NSOSTF, until the module refuses it. */
  uint16_t datagram; /**< NBIOT_AT_MODEM_DATAGRAM_*: longest datagram of one command. */
  uint16_t gap_ms;   /**< Pause between an answer and the next command. */
  uint32_t earfcn;   /**< Frequency to lock to; 0 = none, as a rule. */
  const char *plmn;  /**< Operator for AT+COPS=1,2, like "46000", at most 8 characters; null =
                          automatic. Stays valid. */
  const char *banner;   /**< How the first line after a restart begins. Stays valid. */
  const char *resolver; /**< Command that looks up a name, without AT+ and at most 16 characters:
                             "CMDNS" sends AT+CMDNS="name" and expects +CMDNS:address. Null: names
                             are refused, literals work. Stays valid. */
  /** Commands of your own, with which bring-up begins: without AT, a null pointer behind the last,
   *  like {"+CFUN=1", "+CPSMS=1,,,\"00100001\",\"00000001\"", NULL}. Stays valid. Null: none. */
  const char *const *commands;
  /** The UART of the module sleeps when it said nothing for so long, and the first command is lost:
   *  AT until OK comes before it. 0 = it never sleeps. */
  uint32_t doze_ms;
} nbiot_at_modem_config_t;

/** An M5310 with two sockets; functions and memory are missing. */
#define NBIOT_AT_MODEM_CONFIG_INIT                                                               \
  {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, 0,                 \
   NULL, 0,    2,    0,    1,    NBIOT_AT_MODEM_DATAGRAM_BC95, 20, 0,   NULL, "M5310", NULL,       \
   NULL, 0}

/** What went wrong so far; each wraps at 2^32. */
typedef struct nbiot_at_modem_counters {
  uint32_t bytes_lost;    /**< The UART ring was full. */
  uint32_t lines_long;    /**< Longer than NBIOT_AT_MODEM_LINE: skipped. */
  uint32_t lines_damaged; /**< Not text, or a payload that is not what its length says. */
  uint32_t timeouts;      /**< Commands without an answer. */
  uint32_t unsent;        /**< Datagrams that did not leave: no network, refused, too long. */
  uint32_t unreceived;    /**< Datagrams for which the ring had no room. */
} nbiot_at_modem_counters_t;

/** One socket. Private. */
typedef struct nbiot_at_modem_socket {
  uint8_t *ring;
  uint32_t first; /* Of the oldest waiting byte. */
  uint32_t used;  /* Bytes of whole records. */
  uint32_t look_ms;
  uint16_t local_port;
  uint8_t state;
  uint8_t id; /* The module's number. */
  uint8_t has_id;
  uint8_t looks; /* An AT+NSORF is due at look_ms. */
  uint8_t woken;
  uint8_t refusals;
  uint8_t continued; /* What comes next is the rest of a datagram. */
} nbiot_at_modem_socket_t;

/** The port's state; all of it is private. Lives as long as the devices on it. */
typedef struct nbiot_at_modem {
  nbiot_at_modem_config_t config;
  nbiot_at_modem_counters_t counters;
  nbiot_at_modem_socket_t sockets[NBIOT_AT_MODEM_SOCKETS];
  uint32_t ring_size;
  volatile uint32_t uart_in;
  volatile uint32_t uart_out;
  volatile uint32_t uart_lost;
  volatile uint8_t uart_cut; /* Bytes were lost behind the newest one. */
  uint8_t woken;             /* Of socket -1. */

  struct {
    char text[NBIOT_AT_MODEM_LINE];
    uint16_t length;
    uint8_t mode;
    uint8_t commas;
    uint8_t quoted;
    uint8_t damaged;
    uint8_t nibble; /* 0x10 + the first of two digits. */
  } line;
  struct {
    uint8_t bytes[4];
    uint32_t count;
    uint32_t stored;
    uint16_t port;
    uint16_t length;
    uint8_t socket;
  } arrival; /* The datagram whose line is coming in. */
  struct {
    char text[64];
    uint32_t written;
    uint32_t deadline;
    uint32_t payload_length;
    uint8_t length;
    uint8_t kind;
    uint8_t payload;
    uint8_t socket;
    uint8_t told; /* Its information line came. */
  } command; /* The one under way. */
  struct {
    nbiot_address_t to;
    uint32_t length;
    uint8_t kind; /* Of what is in the send memory. */
    uint8_t socket;
    uint8_t expectation;
    uint8_t tries;
  } outgoing;
  struct {
    uint8_t bytes[4];
    uint32_t started;
    uint32_t hash;
    uint8_t state;
  } lookup;

  const char *asked; /* By nbiot_at_modem_ask(). */
  uint32_t asked_ms;
  uint32_t heard; /* When the last byte came. */
  uint32_t not_before; /* No command until then. */
  uint32_t tries;
  uint8_t phase;
  uint8_t step;
  uint8_t step_tries;
  uint8_t set_up;
  uint8_t network;
  uint8_t turn;  /* The socket behind the one that was fetched from last. */
  uint8_t sweep; /* The module's next number to be closed if nobody here has it. */
  uint8_t release;
  uint8_t hinted; /* For the next udp_send. */
  uint8_t hinted_socket;
} nbiot_at_modem_t;

/**
 * Begin: bring-up starts with the next step.
 * @retval 0                       ready.
 * @retval NBIOT_PORT_UNSUPPORTED  a required field is missing or out of range.
 */
int32_t nbiot_at_modem_init(nbiot_at_modem_t *modem, const nbiot_at_modem_config_t *config);

/**
 * Take bytes from the UART. May run in an interrupt of the core that runs the steps; by one
 * context at a time. What finds the ring full is counted and lost.
 */
void nbiot_at_modem_feed(nbiot_at_modem_t *modem, const uint8_t *bytes, uint32_t count);

/**
 * Work on what came, time out, begin the next command; never waits. The hooks do it too: call this
 * while no device is being polled, for the bring-up.
 * @return milliseconds until it wants to be called again, bytes from the UART aside; UINT32_MAX =
 *         only then.
 */
uint32_t nbiot_at_modem_step(nbiot_at_modem_t *modem);

/**
 * Send a command of your own between those of the port: "+CGSN=1", "+CIMI", "+CSQ". What it says
 * comes to config.line, its end as NBIOT_AT_MODEM_ANSWERED. It leaves as soon as the module answers
 * AT, before what else there is to do. Not from inside event or line.
 * @param command     without AT, 1 ... NBIOT_AT_MODEM_COMMAND characters; stays valid until the end.
 * @param timeout_ms  how long the module may take for it; more than 4.6 hours are 4.6 hours.
 * @retval 1                       taken.
 * @retval 0                       the one before is not over.
 * @retval NBIOT_PORT_UNSUPPORTED  null, empty or too long.
 */
int32_t nbiot_at_modem_ask(nbiot_at_modem_t *modem, const char *command, uint32_t timeout_ms);

/**
 * Tell that the module was switched off and on, or reset by its line: as if it had said so by
 * itself. Sockets are gone, bring-up begins again. Not from inside event or line.
 */
void nbiot_at_modem_restart(nbiot_at_modem_t *modem);

/** Return whether the bring-up is done: 1 or 0. */
int32_t nbiot_at_modem_is_ready(const nbiot_at_modem_t *modem);

/** Return what went wrong so far. */
nbiot_at_modem_counters_t nbiot_at_modem_counters(const nbiot_at_modem_t *modem);

/**
 * Return the hooks. Hooks of your own may be added (allocate, release, log, store, load): they get
 * the modem as their context.
 */
nbiot_platform_t nbiot_at_modem_platform(nbiot_at_modem_t *modem);

/** Choose what nbiot_platform_default() returns; null = nothing. */
void nbiot_at_modem_set_default(nbiot_at_modem_t *modem);

#ifdef __cplusplus
}
#endif

#endif /* NBIOT_AT_MODEM_H */
