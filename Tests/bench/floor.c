/* floor.c - what the same requests cost in the least code that answers them: the yardstick.
 *
 *     floor PORT INSTANCES
 *
 * Written by hand for exactly the requests of driver.c: object 3303, one server, no duplicates, no
 * retransmission, no access flags but the obvious, numbers in thousandths, not floating point.
 * It checks what it reads and allocates nothing per request. Socket calls per request: poll,
 * recvfrom, sendto.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define OBJECT 3303u
#define RESOURCES 6u
#define TEXT_CAPACITY 12u

enum { NUMBER, TEXT, ACTION };
enum { LOWEST, HIGHEST, RESET, VALUE, UNITS, KIND };

static const struct {
  uint16_t id;
  uint8_t kind;
} shapes[RESOURCES] = {{5601, NUMBER}, {5602, NUMBER}, {5605, ACTION},
                       {5700, NUMBER}, {5701, TEXT},   {5750, TEXT}};

typedef struct {
  uint32_t key; /* instance << 16 | resource */
  uint8_t kind;
  uint8_t text_length;
  uint8_t observer_length;
  uint8_t observer[8];
  int32_t thousandths;
  uint32_t sequence;
  char text[TEXT_CAPACITY];
} resource_t;

typedef struct {
  uint16_t ids[3];
  uint8_t depth;
  int32_t observe, format, accept; /* -1 = absent */
  const uint8_t *payload;
  size_t payload_length;
} request_t;

static resource_t *table;
static size_t count;
static uint16_t last_id = 1;
static volatile sig_atomic_t is_ending;

static void end(int signal_number) {
  (void)signal_number;
  is_ending = 1;
}

static size_t lower_bound(uint32_t key) {
  size_t low = 0, high = count;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (table[middle].key < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static resource_t *find(const request_t *request) {
  const uint32_t key = (uint32_t)request->ids[1] << 16 | request->ids[2];
  const size_t index = lower_bound(key);
  return index < count && table[index].key == key ? &table[index] : NULL;
}

/* ---- Numbers --------------------------------------------------------------------------------- */

static size_t append_integer(uint8_t *out, uint32_t value) {
  uint8_t digits[10];
  size_t length = 0;
  do {
    digits[length++] = (uint8_t)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  for (size_t i = 0; i < length; i++) out[i] = digits[length - 1 - i];
  return length;
}

static size_t append_number(uint8_t *out, int32_t thousandths) {
  uint32_t size = thousandths < 0 ? 0u - (uint32_t)thousandths : (uint32_t)thousandths;
  uint32_t rest = size % 1000u;
  size_t length = 0;
  if (thousandths < 0) out[length++] = '-';
  length += append_integer(out + length, size / 1000u);
  if (rest != 0) out[length++] = '.';
  for (; rest != 0; rest = rest % 100u * 10u) out[length++] = (uint8_t)('0' + rest / 100u);
  return length;
}

static int read_number(const uint8_t *text, size_t length, int32_t *out) {
  const int is_negative = length > 0 && text[0] == '-';
  uint32_t value = 0, unit = 1000;
  size_t index = (size_t)is_negative;
  if (index == length) return 0;
  for (; index < length; index++) {
    const uint32_t digit = text[index] - (uint32_t)'0';
    if (text[index] == '.' && unit == 1000) {
      unit = 100;
    } else if (digit > 9) {
      return 0;
    } else if (unit == 1000) {
      value = value * 10 + digit * 1000;
    } else {
      value += digit * unit;
      unit /= 10;
    }
  }
  *out = is_negative ? -(int32_t)value : (int32_t)value;
  return 1;
}

/* ---- Requests in ----------------------------------------------------------------------------- */

static int take_segment(request_t *request, const uint8_t *text, size_t length) {
  uint32_t value = 0;
  if (length == 0 || length > 5 || request->depth == 3) return 0;
  for (size_t i = 0; i < length; i++) {
    const uint32_t digit = text[i] - (uint32_t)'0';
    if (digit > 9) return 0;
    value = value * 10 + digit;
  }
  if (value >= 65535) return 0;
  request->ids[request->depth++] = (uint16_t)value;
  return 1;
}

static int take_option(request_t *request, unsigned number, const uint8_t *value, size_t length) {
  int32_t *field = NULL;
  if (number == 11) return take_segment(request, value, length);
  if (number == 6) field = &request->observe;
  if (number == 12) field = &request->format;
  if (number == 17) field = &request->accept;
  if (field == NULL) return (number & 1) == 0;
  if (length > 2) return 0;
  *field = 0;
  for (size_t i = 0; i < length; i++) *field = *field << 8 | value[i];
  return 1;
}

/* An option's delta or length: a nibble, or one byte more. */
static int extend(unsigned *field, const uint8_t **at, const uint8_t *limit) {
  if (*field < 13) return 1;
  if (*field > 13 || *at == limit) return 0;
  *field = 13u + *(*at)++;
  return 1;
}

static int parse(request_t *request, const uint8_t *at, const uint8_t *limit) {
  unsigned number = 0;
  request->depth = 0;
  request->observe = request->format = request->accept = -1;
  request->payload = limit;
  request->payload_length = 0;
  while (at < limit) {
    unsigned delta = *at >> 4, length = *at & 15u;
    if (*at++ == 0xff) {
      request->payload = at;
      request->payload_length = (size_t)(limit - at);
      return at < limit;
    }
    if (!extend(&delta, &at, limit) || !extend(&length, &at, limit)) return 0;
    if (length > (size_t)(limit - at)) return 0;
    number += delta;
    if (!take_option(request, number, at, length)) return 0;
    at += length;
  }
  return 1;
}

/* ---- Answers out ----------------------------------------------------------------------------- */

static size_t append_tlv(uint8_t *out, const resource_t *resource) {
  const uint16_t id = (uint16_t)resource->key;
  uint8_t length = resource->kind == TEXT ? resource->text_length : 4;
  size_t at = 0;
  out[at++] = (uint8_t)(length < 8 ? 0xe0 | length : 0xe8);
  out[at++] = (uint8_t)(id >> 8);
  out[at++] = (uint8_t)id;
  if (length >= 8) out[at++] = length;
  if (resource->kind == TEXT) {
    memcpy(out + at, resource->text, length);
  } else {
    const float number = (float)resource->thousandths / 1000.0f;
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    bits = htonl(bits);
    memcpy(out + at, &bits, sizeof bits);
  }
  return at + length;
}

static size_t append_link(uint8_t *out, uint16_t instance, const resource_t *resource) {
  size_t at = 0;
  memcpy(out, "</3303/", 7);
  at = 7 + append_integer(out + 7, instance);
  if (resource != NULL) {
    out[at++] = '/';
    at += append_integer(out + at, resource->key & 0xffffu);
  }
  out[at++] = '>';
  out[at++] = ',';
  return at;
}

static size_t discover(uint8_t *out) {
  size_t at = 13;
  memcpy(out, "\xc1\x28\xff</3303>,", 11);
  at = 11;
  for (size_t i = 0; i < count; i++) {
    if (i % RESOURCES == 0) at += append_link(out + at, (uint16_t)(table[i].key >> 16), NULL);
    at += append_link(out + at, (uint16_t)(table[i].key >> 16), &table[i]);
  }
  return at - 1;
}

static size_t read_instance(const request_t *request, uint8_t *out) {
  const uint32_t first = (uint32_t)request->ids[1] << 16;
  size_t index = lower_bound(first), at = 4;
  if (index == count || table[index].key >> 16 != request->ids[1]) return 0;
  memcpy(out, "\xc2\x2d\x16\xff", 4);
  for (; index < count && table[index].key >> 16 == request->ids[1]; index++) {
    if (table[index].kind != ACTION) at += append_tlv(out + at, &table[index]);
  }
  return at;
}

static size_t read_text(resource_t *resource, const request_t *request, const uint8_t *token,
                        uint8_t token_length, uint8_t *out) {
  size_t at = 0;
  if (request->observe == 0) {
    resource->observer_length = token_length;
    memcpy(resource->observer, token, token_length);
    memcpy(out, "\x61\x01\x60", 3);
    at = 3;
  } else {
    out[at++] = 0xc0;
  }
  out[at++] = 0xff;
  if (resource->kind == NUMBER) return at + append_number(out + at, resource->thousandths);
  memcpy(out + at, resource->text, resource->text_length);
  return at + resource->text_length;
}

static int write_text(resource_t *resource, const request_t *request) {
  if (resource->kind == NUMBER) {
    return read_number(request->payload, request->payload_length, &resource->thousandths);
  }
  if (resource->kind != TEXT || request->payload_length > TEXT_CAPACITY) return 0;
  memcpy(resource->text, request->payload, request->payload_length);
  resource->text_length = (uint8_t)request->payload_length;
  return 1;
}

/* Code of the answer; what follows its token goes to `out`. */
static uint8_t serve(uint8_t method, const request_t *request, const uint8_t *token,
                     uint8_t token_length, uint8_t *out, size_t *length) {
  resource_t *resource;
  *length = 0;
  if (request->depth == 0 || request->ids[0] != OBJECT) return 0x84;
  if (method == 1 && request->accept == 40) {
    *length = discover(out);
    return 0x45;
  }
  if (method == 1 && request->depth == 2) {
    *length = read_instance(request, out);
    return *length > 0 ? 0x45 : 0x84;
  }
  resource = request->depth == 3 ? find(request) : NULL;
  if (resource == NULL) return 0x84;
  if (method == 1) {
    if (resource->kind == ACTION) return 0x85;
    if (request->accept > 0) return 0x86;
    *length = read_text(resource, request, token, token_length, out);
    return 0x45;
  }
  if (method == 3) {
    if (request->format > 0) return 0x8f;
    return write_text(resource, request) ? 0x44 : 0x80;
  }
  if (method != 2 || resource->kind != ACTION) return 0x85;
  resource[VALUE - RESET].thousandths += 100;
  return 0x44;
}

static size_t encode_notification(resource_t *resource, uint8_t *out) {
  size_t at = 4u + resource->observer_length;
  out[0] = (uint8_t)(0x50 | resource->observer_length);
  out[1] = 0x45;
  last_id++;
  out[2] = (uint8_t)(last_id >> 8);
  out[3] = (uint8_t)last_id;
  memcpy(out + 4, resource->observer, resource->observer_length);
  resource->sequence++;
  out[at++] = 0x63;
  out[at++] = (uint8_t)(resource->sequence >> 16);
  out[at++] = (uint8_t)(resource->sequence >> 8);
  out[at++] = (uint8_t)resource->sequence;
  out[at++] = 0x60;
  out[at++] = 0xff;
  return at + append_number(out + at, resource->thousandths);
}

/* Answers one datagram; `observed` becomes the changed resource, when it has an observer. */
static size_t handle(const uint8_t *in, size_t length, uint8_t *out, resource_t **observed) {
  const uint8_t token_length = in[0] & 15u, type = in[0] >> 4 & 3u, method = in[1];
  request_t request;
  size_t more = 0;
  *observed = NULL;
  if (length < 4 || in[0] >> 6 != 1 || token_length > 8 || length < 4u + token_length) return 0;
  memcpy(out + 2, in + 2, 2u + token_length);
  if (type == 0 && method == 0) {
    out[0] = 0x70;
    out[1] = 0;
    return 4;
  }
  if (type > 1 || method == 0 || method >> 5 != 0) return 0;
  out[0] = (uint8_t)((type == 0 ? 0x60 : 0x50) | token_length);
  if (!parse(&request, in + 4 + token_length, in + length)) {
    out[1] = 0x82;
    return 4u + token_length;
  }
  out[1] = serve(method, &request, in + 4, token_length, out + 4 + token_length, &more);
  if (out[1] == 0x44 && method == 2) {
    resource_t *value = find(&request) + (VALUE - RESET);
    if (value->observer_length > 0) *observed = value;
  }
  return 4u + token_length + more;
}

/* ---- The loop -------------------------------------------------------------------------------- */

static int fill(size_t instances) {
  table = calloc(instances * RESOURCES, sizeof *table);
  if (table == NULL) return 0;
  for (; count < instances * RESOURCES; count++) {
    resource_t *resource = &table[count];
    resource->key = (uint32_t)(count / RESOURCES) << 16 | shapes[count % RESOURCES].id;
    resource->kind = shapes[count % RESOURCES].kind;
    resource->thousandths = 23500;
    memcpy(resource->text, "Cel", resource->text_length = 3);
  }
  return 1;
}

static void run(int file, struct sockaddr_in *server) {
  static uint8_t in[2048], out[4096];
  while (!is_ending) {
    struct pollfd set = {.fd = file, .events = POLLIN};
    socklen_t size = sizeof *server;
    resource_t *observed;
    ssize_t length;
    size_t answer;
    if (poll(&set, 1, -1) <= 0) continue;
    length = recvfrom(file, in, sizeof in, 0, (struct sockaddr *)server, &size);
    if (length < 4) continue;
    answer = handle(in, (size_t)length, out, &observed);
    if (answer > 0) (void)sendto(file, out, answer, 0, (struct sockaddr *)server, sizeof *server);
    if (observed == NULL) continue;
    answer = encode_notification(observed, out);
    (void)sendto(file, out, answer, 0, (struct sockaddr *)server, sizeof *server);
  }
}

int main(int argc, char *argv[]) {
  static const char registration[] =
      "\x40\x02\x00\x01\xb2rd\x48" "ep=floor\xff</3303/0>";
  struct sockaddr_in server = {.sin_family = AF_INET};
  struct sigaction action = {.sa_handler = end};
  int file;
  if (argc != 3 || !fill((size_t)atoi(argv[2]))) return 2;
  server.sin_port = htons((uint16_t)atoi(argv[1]));
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sigaction(SIGTERM, &action, NULL);
  file = socket(AF_INET, SOCK_DGRAM, 0);
  if (file < 0 || sendto(file, registration, sizeof registration - 1, 0,
                         (struct sockaddr *)&server, sizeof server) < 0) {
    return 1;
  }
  run(file, &server);
  return 0;
}
