/* nbiot_mock_server.h - a scripted LwM2M server in a mock world. Included by nbiot_mock.h.
 *
 * By itself it answers Register (2.01, Location rd/<something>), Update (2.04) and De-register
 * (2.02), puts object lists together that come in blocks (RFC 7959; 2.31, 4.08 for a gap),
 * acknowledges confirmable notifications, and answers a ping with a Reset. A test sends requests
 * through it and changes how it answers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_MOCK_SERVER_H
#define NBIOT_MOCK_SERVER_H

#include "nbiot_mock.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A server. Opaque. */
typedef struct nbiot_mock_server nbiot_mock_server_t;

/**
 * Start a server on a node.
 * @param port  host order, 1 ... 65535; 5683 as a rule.
 * @return the server; null when an argument is null or 0, or the port is taken.
 */
nbiot_mock_server_t *nbiot_mock_server_add(nbiot_mock_node_t *node, uint16_t port);

/** @name How it answers
 *  @{ */
#define NBIOT_MOCK_ON_REGISTER ((uint8_t)0)
#define NBIOT_MOCK_ON_UPDATE ((uint8_t)1)
#define NBIOT_MOCK_ON_DEREGISTER ((uint8_t)2)
#define NBIOT_MOCK_ON_NOTIFY ((uint8_t)3) /**< Only kind and ignore count. */
/** POST /bs?ep=; 4.04 without nbiot_mock_server_bootstrap(). */
#define NBIOT_MOCK_ON_BOOTSTRAP ((uint8_t)4)
/** Any other message that may be answered: a separate response (only kind and ignore count), a
 *  request that is none of these (4.04 as a rule). */
#define NBIOT_MOCK_ON_OTHER ((uint8_t)5)

#define NBIOT_MOCK_PIGGYBACKED ((uint8_t)0) /**< In the ACK. */
#define NBIOT_MOCK_SEPARATE ((uint8_t)1)    /**< Empty ACK at once, CON response after delay_ms. */
#define NBIOT_MOCK_RESET ((uint8_t)2)       /**< A Reset message. */
#define NBIOT_MOCK_SILENT ((uint8_t)3)      /**< Nothing at all, to retransmissions neither. */

/** An answer that differs from the usual. All zero = the usual. */
typedef struct nbiot_mock_answer {
  uint8_t kind;        /**< NBIOT_MOCK_PIGGYBACKED ... NBIOT_MOCK_SILENT. */
  uint8_t ignore;      /**< Transmissions of the message to leave unanswered first. */
  uint16_t code;       /**< 403 = 4.03, up to 7.31; 0 = success. Class 2 has its effect. */
  uint32_t delay_ms;   /**< Before the answer (before the response, when separate). */
  uint32_t max_age_s;  /**< Max-Age option; 0 = none. */
} nbiot_mock_answer_t;

/**
 * Answer the next @p count messages of a kind as given; retransmissions do not count.
 * @param on     NBIOT_MOCK_ON_*.
 * @param count  0 = back to the usual; NBIOT_MOCK_ALWAYS.
 * @retval NBIOT_MOCK_OK            set; replaces what was set before.
 * @retval NBIOT_MOCK_ERR_BADPARAM  null, or a number unknown: of a kind, a code.
 */
int32_t nbiot_mock_server_answer(nbiot_mock_server_t *server, uint8_t on,
                                 const nbiot_mock_answer_t *answer, uint32_t count);

/** A message of a device, as nbiot_mock_react_t sees it. Its pointers are valid during the call. */
typedef struct nbiot_mock_message {
  nbiot_address_t from;    /**< As the network sees it. */
  const char *path;        /**< "/rd/5a3f"; "/" when it has none. */
  const char *query;       /**< "ep=x&lt=300"; "" when it has none. */
  const uint8_t *payload;  /**< Null = none. */
  uint32_t payload_length; /**< Bytes. */
  int32_t content_format;  /**< -1 = none. */
  int32_t exchange;        /**< The request this response or notification belongs to; -1 = none. */
  uint16_t code;           /**< NBIOT_MOCK_GET ... of a request; of a response 205 = 2.05. */
  uint8_t on;              /**< NBIOT_MOCK_ON_*. */
  uint8_t confirmable;     /**< 1 = CON. */
} nbiot_mock_message_t;

/** What the server does about it. */
typedef struct nbiot_mock_reaction {
  nbiot_mock_answer_t answer; /**< As scripted when the call begins, all zero as a rule. */
  const uint8_t *payload;     /**< Of the answer; copied after the call. Null = none. */
  uint32_t payload_length;    /**< At most 1024 bytes. */
  int32_t content_format;     /**< -1 = none. */
} nbiot_mock_reaction_t;

/**
 * Decide what the server does with a message: leave *@p reaction for the usual, or change it. It
 * may call nbiot_mock_server_forget() (the device is unknown from this message on), send requests
 * with nbiot_mock_server_request() (they leave before the answer), nbiot_mock_at(), and everything
 * that looks or sets. It may not let time pass, nor call nbiot: script that with nbiot_mock_at().
 * @param context  as given to nbiot_mock_server_react().
 */
typedef void (*nbiot_mock_react_t)(void *context, nbiot_mock_server_t *server,
                                   const nbiot_mock_message_t *message,
                                   nbiot_mock_reaction_t *reaction);

/**
 * Let a function decide about each message of the devices: every confirmable or non-confirmable
 * message with a code, once, when it comes for the first time. Its retransmissions and copies are
 * treated as was decided. An ACK, a Reset and a ping leave nothing to decide.
 * A reaction with a field out of range is answered 5.00.
 * @param react  null = the scripted answers alone, as in the beginning.
 * @retval NBIOT_MOCK_OK            set; replaces what was set before.
 * @retval NBIOT_MOCK_ERR_BADPARAM  server is null.
 */
int32_t nbiot_mock_server_react(nbiot_mock_server_t *server, nbiot_mock_react_t react,
                                void *context);

/**
 * Ask for blocks of at most @p size bytes, of devices that send their object list in blocks. Each
 * block counts as a message of its kind in nbiot_mock_server_answer() and nbiot_mock_counts_t.
 * @param size  16, 32, 64 ... 1024; 0 = as they come, the default.
 * @retval NBIOT_MOCK_OK            set.
 * @retval NBIOT_MOCK_ERR_BADPARAM  null, or another size.
 */
int32_t nbiot_mock_server_blocks(nbiot_mock_server_t *server, uint32_t size);

/**
 * Forget every registration, observation and block, like a server that restarts: Updates get 4.04.
 */
void nbiot_mock_server_forget(nbiot_mock_server_t *server);
/** @} */

/** @name What it knows
 *  @{ */
/** A device, as it registered. */
typedef struct nbiot_mock_registration {
  nbiot_address_t address; /**< Where its last Register or Update came from. */
  uint64_t registered_ms;  /**< Time of the last Register. */
  uint64_t seen_ms;        /**< Time of the last Register or Update. */
  const char *objects;     /**< Payload of the last one that had any, zero-terminated. */
  uint32_t objects_length; /**< Bytes. */
  uint32_t life_time;      /**< Seconds; 86400 when not given. */
  uint32_t registers;      /**< Registers of this endpoint. */
  uint32_t updates;        /**< Updates since the last Register. */
  int32_t content_format;  /**< Of the object list; -1 = none. */
  uint8_t active;          /**< 1 = registered and not expired. */
  char endpoint[256];      /**< ep= */
  char location[32];       /**< "rd/..." */
  char version[16];        /**< lwm2m=, or "". */
  char binding[16];        /**< b=, or "". */
  char auth_code[32];      /**< Option 63 of the onenet profile, or "". */
} nbiot_mock_registration_t;

/**
 * Find a device.
 * @param endpoint  null = the one that registered last.
 * @return its registration, active or not, belonging to the server; null when it never registered.
 */
const nbiot_mock_registration_t *nbiot_mock_server_registration(const nbiot_mock_server_t *server,
                                                                const char *endpoint);

/** Predicate for nbiot_mock_drive(), context = the server: some device is registered. */
int32_t nbiot_mock_server_has_device(void *server);

/** What it counted; duplicates are in none but their own number. */
typedef struct nbiot_mock_counts {
  uint32_t registers;
  uint32_t updates;
  uint32_t deregisters;
  uint32_t notifications; /**< Matching an observation. */
  uint32_t duplicates;    /**< Messages seen before (RFC 7252 4.5). */
  uint32_t unmatched;     /**< Responses with a token nobody waits for: answered by RST. */
  uint32_t malformed;     /**< Not CoAP. */
  uint32_t pings;
  uint32_t refused;       /**< Requests answered 4.xx or 5.xx. */
  uint32_t bootstraps;    /**< Bootstrap-Requests. */
} nbiot_mock_counts_t;

/** Return the counters. */
nbiot_mock_counts_t nbiot_mock_server_counts(const nbiot_mock_server_t *server);
/** @} */

/** @name Requests to a device
 *  @{ */
#define NBIOT_MOCK_GET ((uint8_t)1)
#define NBIOT_MOCK_POST ((uint8_t)2)
#define NBIOT_MOCK_PUT ((uint8_t)3)
#define NBIOT_MOCK_DELETE ((uint8_t)4)

#define NBIOT_MOCK_OBSERVE_NONE ((uint8_t)0)
#define NBIOT_MOCK_OBSERVE_START ((uint8_t)1)  /**< Observe: 0. */
#define NBIOT_MOCK_OBSERVE_CANCEL ((uint8_t)2) /**< Observe: 1. */

/** A request. Fill it from NBIOT_MOCK_REQUEST_INIT; everything is copied. */
typedef struct nbiot_mock_request {
  const char *endpoint;    /**< Null = the device that registered last. */
  nbiot_address_t to;      /**< IPv4; overrides endpoint. Of family NBIOT_FAMILY_NONE = none. */
  const char *path;        /**< "/3303/0/5700"; null or "/" = no Uri-Path. */
  const char *query;       /**< "pmin=1&pmax=10"; null = none. */
  const uint8_t *payload;  /**< Null = none. */
  const uint8_t *token;    /**< Null = four bytes of chance. */
  uint32_t payload_length; /**< At most 1024 bytes. */
  int32_t accept;          /**< Accept option; -1 = none. */
  int32_t content_format;  /**< Content-Format option; -1 = none. */
  uint8_t method;          /**< NBIOT_MOCK_GET ... NBIOT_MOCK_DELETE. */
  uint8_t non_confirmable; /**< 1 = NON. */
  uint8_t observe;         /**< NBIOT_MOCK_OBSERVE_*. */
  uint8_t token_length;    /**< 0 ... 8; read only when token is given. */
} nbiot_mock_request_t;

/** A GET of nothing, confirmable. `nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;` */
#define NBIOT_MOCK_REQUEST_INIT \
  { NULL, {0, 0, 0, {0}}, NULL, NULL, NULL, NULL, 0, -1, -1, NBIOT_MOCK_GET, 0, 0, 0 }

/** A response or a notification. Its pointers live as long as the world. */
typedef struct nbiot_mock_response {
  uint64_t arrived_ms;
  const uint8_t *payload;  /**< A zero byte follows it. */
  const uint8_t *datagram; /**< The whole message. */
  uint32_t payload_length; /**< Bytes. */
  uint32_t datagram_length; /**< Bytes. */
  int32_t content_format;  /**< -1 = no option. */
  int32_t observe;         /**< Observe option; -1 = none. */
  uint16_t code;           /**< 205 = 2.05. */
  uint8_t confirmable;     /**< 1 = came as CON. */
  uint8_t piggybacked;     /**< 1 = came in the ACK. */
} nbiot_mock_response_t;

/**
 * Send a request; a confirmable one is retransmitted as RFC 7252 4.2 says (2 s, 1.5, 4 times).
 * @return an exchange number >= 0, valid as long as the world.
 * @retval NBIOT_MOCK_ERR_BADPARAM   null, or a field out of range.
 * @retval NBIOT_MOCK_ERR_NOT_FOUND  no such device has registered.
 */
int32_t nbiot_mock_server_request(nbiot_mock_server_t *server, const nbiot_mock_request_t *request);

/**
 * Look at an exchange.
 * @param[out] response  filled when 1 is returned; may be null.
 * @retval 1                         answered.
 * @retval 0                         not yet.
 * @retval NBIOT_MOCK_ERR_TIMEOUT    no ACK after all retransmissions, or no response in 247 s.
 * @retval NBIOT_MOCK_ERR_RESET      the device answered with a Reset.
 * @retval NBIOT_MOCK_ERR_TOKEN      the ACK carried another token.
 * @retval NBIOT_MOCK_ERR_NOT_FOUND  null, or no such exchange.
 */
int32_t nbiot_mock_server_response(const nbiot_mock_server_t *server, int32_t exchange,
                                   nbiot_mock_response_t *response);

/**
 * Send a request and drive the device until it is answered.
 * @param step           one step of the device, see nbiot_mock_drive().
 * @param[out] response  may be null.
 * @return the exchange number, or a negative number as from nbiot_mock_server_request(),
 *         nbiot_mock_server_response() or nbiot_mock_drive() (at most 1000000 steps).
 */
int32_t nbiot_mock_server_ask(nbiot_mock_server_t *server, const nbiot_mock_request_t *request,
                              nbiot_mock_step_t step, void *context,
                              nbiot_mock_response_t *response);

/** Return how many datagrams the request took, retransmissions included; 0 = no such exchange. */
uint32_t nbiot_mock_server_transmissions(const nbiot_mock_server_t *server, int32_t exchange);
/** @} */

/** @name Bootstrap: what a device that asks is told
 *  @{ */
/** An order of a bootstrap: Write (PUT /0/1), Delete (DELETE /), Finish (POST /bs), ... */
typedef struct nbiot_mock_order {
  const char *path;        /**< "/0/1"; null or "/" = no Uri-Path. */
  const uint8_t *payload;  /**< Null = none. */
  uint32_t payload_length; /**< At most 1024 bytes. */
  int32_t content_format;  /**< -1 = none. */
  uint8_t method;          /**< NBIOT_MOCK_GET ... NBIOT_MOCK_DELETE. */
} nbiot_mock_order_t;

/**
 * Make the server a bootstrap server, beside what it is already: a Bootstrap-Request is answered
 * 2.04, and then the orders go out, each when the one before it was answered or given up. Each
 * Bootstrap-Request begins anew with the first.
 * @param orders    copied; the Finish is one of them. Replaces those set before.
 * @param pause_ms  before each order; 0 = none.
 * @retval NBIOT_MOCK_OK            set.
 * @retval NBIOT_MOCK_ERR_BADPARAM  null, or a field out of range.
 */
int32_t nbiot_mock_server_bootstrap(nbiot_mock_server_t *server, const nbiot_mock_order_t *orders,
                                    uint32_t count, uint32_t pause_ms);

/**
 * Look at the answer to an order of the last bootstrap.
 * @param index              0 = the first.
 * @param[out] response      filled when 1 is returned; may be null.
 * @return as nbiot_mock_server_response(); NBIOT_MOCK_ERR_NOT_FOUND also for one not sent yet.
 */
int32_t nbiot_mock_server_order(const nbiot_mock_server_t *server, uint32_t index,
                                nbiot_mock_response_t *response);
/** @} */

/** @name Observations: named by the exchange that started them
 *  @{ */
/** @return 1 = the device accepted it and it has not ended; 0 = no. */
int32_t nbiot_mock_server_observing(const nbiot_mock_server_t *server, int32_t exchange);

/** Return how many notifications came, duplicates and the first response not counted. */
uint32_t nbiot_mock_server_notification_count(const nbiot_mock_server_t *server, int32_t exchange);

/** Return how many of them were older than one that came before (RFC 7641 3.4). */
uint32_t nbiot_mock_server_stale_count(const nbiot_mock_server_t *server, int32_t exchange);

/**
 * Copy one notification.
 * @param index  0 = the first.
 * @retval NBIOT_MOCK_OK             copied.
 * @retval NBIOT_MOCK_ERR_BADPARAM   notification is null.
 * @retval NBIOT_MOCK_ERR_NOT_FOUND  null, no such exchange, or not so many.
 */
int32_t nbiot_mock_server_notification(const nbiot_mock_server_t *server, int32_t exchange,
                                       uint32_t index, nbiot_mock_response_t *notification);

/**
 * Cancel by a GET with Observe 1 and the observation's token (RFC 7641 3.6).
 * @return the exchange number of that GET.
 * @retval NBIOT_MOCK_ERR_NOT_FOUND  not observing.
 */
int32_t nbiot_mock_server_cancel(nbiot_mock_server_t *server, int32_t exchange);

/**
 * Forget an observation: the next notification is answered with a Reset.
 * @retval NBIOT_MOCK_OK             forgotten.
 * @retval NBIOT_MOCK_ERR_NOT_FOUND  not observing.
 */
int32_t nbiot_mock_server_abandon(nbiot_mock_server_t *server, int32_t exchange);
/** @} */

#ifdef __cplusplus
}
#endif

#endif /* NBIOT_MOCK_SERVER_H */
