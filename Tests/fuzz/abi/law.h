/* law.h - what must hold whatever is done to a device: a law that is broken ends the program, as a bad address does.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LAW_H
#define LAW_H

#include <stdint.h>

/* A message as it was sent, taken apart. */
typedef struct parsed {
  const uint8_t *token;
  uint32_t token_length;
  uint32_t payload_length;
  uint32_t block1; /* UINT32_MAX = none. */
  uint16_t id;
  uint8_t type;
  uint8_t code;
  uint8_t path_count;
  char path[2][8]; /* The first two segments, as far as they fit, zero-terminated. */
} parsed_t;

void law(int holds, const char *sentence);

/* A line of what happens, when `law_tells` is not 0. */
extern int law_tells;
void law_tell(const char *what, uint32_t number, const uint8_t *bytes, uint32_t length);

void law_begin(void);
/* A socket was opened: what came before does not count any more. */
void law_forget(void);
void law_received(const uint8_t *bytes, uint32_t length);
/* Checks a message of the device (RFC 7252) and takes it apart. */
parsed_t law_sent(const uint8_t *bytes, uint32_t length, uint32_t limit);

#endif
