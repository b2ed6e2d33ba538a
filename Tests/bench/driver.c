/* driver.c - a small LwM2M server on loopback: one client, one operation, many times.
 *
 *     driver INSTANCES OBSERVATIONS OPERATION COUNT[/OUTSTANDING] CLIENT ARGUMENT...
 *
 * Starts CLIENT, with PORT in its arguments replaced by the server's port; takes its registration;
 * observes /3303/i/5700 of the first OBSERVATIONS instances; performs OPERATION COUNT times, on the
 * instances 0 ... INSTANCES-1 (`notify`: the observed ones) in turn; ends the client with SIGTERM
 * and answers its De-register.
 *
 * Without OUTSTANDING a request leaves only when the client sleeps in its wait (Linux tells:
 * /proc/PID/stat). So each request costs the client the same calls, and two runs differ by nothing
 * but COUNT.
 *
 * With it that many requests are under way at any time, and each answer lets the next one leave.
 * Printed is the CPU time in nanoseconds that the client spent on them, its own and the kernel's.
 * The driver then never sleeps itself: waking it would be the client's expense.
 *
 * Exit status: 0 when every answer was the expected one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 30000
#define DATAGRAM 65536
#define TOKEN_LENGTH 4u

enum { CONFIRMABLE, NON_CONFIRMABLE, ACKNOWLEDGEMENT, RESET };
enum { GET = 1, POST = 2, PUT = 3, DELETE = 4 };
enum { CREATED = 0x41, DELETED = 0x42, CHANGED = 0x44, CONTENT = 0x45, CONTINUE = 0x5f };
enum { OBSERVE = 6, LOCATION_PATH = 8, URI_PATH = 11, CONTENT_FORMAT = 12, ACCEPT = 17, BLOCK1 = 27 };
/* Tokens tell what a message belongs to. */
enum { OF_REQUEST = 0x51000000, OF_OBSERVATION = 0x0b000000 };

typedef struct {
  const char *name;
  uint8_t method; /* 0 = ping */
  uint8_t answer;
  const char *resource; /* null = the instance, "" = the object */
  int32_t accept;       /* -1 = none */
  const char *text;
  int notifies;
} operation_t;

static const operation_t operations[] = {
    {"read", GET, CONTENT, "5700", 0, NULL, 0},
    {"read-instance", GET, CONTENT, NULL, -1, NULL, 0},
    {"write", PUT, CHANGED, "5601", -1, "12.5", 0},
    {"execute", POST, CHANGED, "5605", -1, NULL, 0},
    {"notify", POST, CHANGED, "5605", -1, NULL, 1},
    {"discover", GET, CONTENT, "", 40, NULL, 0},
    {"ping", 0, 0, "", -1, NULL, 0},
};

typedef struct {
  uint8_t bytes[256];
  size_t length;
  unsigned last_option;
} message_t;

static int server = -1;
static struct sockaddr_in peer;
static pid_t client = -1;
static uint16_t next_id = 1;
static int is_registered, is_gone;

static void fail(const char *why) {
  fprintf(stderr, "driver: %s\n", why);
  if (client > 0) kill(client, SIGKILL);
  exit(1);
}

/* ---- Messages out ---------------------------------------------------------------------------- */

static void begin(message_t *message, int type, int code, uint16_t id, const uint8_t *token,
                  size_t length) {
  message->bytes[0] = (uint8_t)(0x40 | type << 4 | (int)length);
  message->bytes[1] = (uint8_t)code;
  message->bytes[2] = (uint8_t)(id >> 8);
  message->bytes[3] = (uint8_t)id;
  memcpy(message->bytes + 4, token, length);
  message->length = 4 + length;
  message->last_option = 0;
}

/* Every option here is nearer than 269 to the one before, and shorter than 13. */
static void option(message_t *message, unsigned number, const void *value, size_t length) {
  const unsigned delta = number - message->last_option;
  message->bytes[message->length++] = (uint8_t)((delta < 13 ? delta : 13) << 4 | length);
  if (delta >= 13) message->bytes[message->length++] = (uint8_t)(delta - 13);
  memcpy(message->bytes + message->length, value, length);
  message->length += length;
  message->last_option = number;
}

static void send_message(const message_t *message) {
  const struct sockaddr *to = (const struct sockaddr *)&peer;
  if (sendto(server, message->bytes, message->length, 0, to, sizeof peer) < 0) {
    fail("sendto");
  }
}

static void send_request(const operation_t *operation, unsigned instance, uint32_t tag,
                         int observes) {
  const uint8_t token[TOKEN_LENGTH] = {(uint8_t)(tag >> 24), (uint8_t)(tag >> 16),
                                       (uint8_t)(tag >> 8), (uint8_t)tag};
  const uint8_t accept = (uint8_t)operation->accept;
  char number[12];
  message_t message;
  begin(&message, CONFIRMABLE, operation->method, next_id++, token,
        operation->method == 0 ? 0 : sizeof token);
  if (operation->method != 0) {
    if (observes) option(&message, OBSERVE, "", 0);
    option(&message, URI_PATH, "3303", 4);
    if (operation->resource == NULL || operation->resource[0] != '\0') {
      option(&message, URI_PATH, number, (size_t)snprintf(number, sizeof number, "%u", instance));
    }
    if (operation->resource != NULL && operation->resource[0] != '\0') {
      option(&message, URI_PATH, operation->resource, strlen(operation->resource));
    }
    if (operation->text != NULL) option(&message, CONTENT_FORMAT, "", 0);
    if (operation->accept >= 0) option(&message, ACCEPT, &accept, accept > 0);
    if (operation->text != NULL) {
      message.bytes[message.length++] = 0xff;
      memcpy(message.bytes + message.length, operation->text, strlen(operation->text));
      message.length += strlen(operation->text);
    }
  }
  send_message(&message);
}

/* The value of the client's Block1 option (RFC 7959), which a long object list has; null = there is none. The client's
 * options are nearer than 269 to each other and shorter than 269. */
static const uint8_t *block1(const uint8_t *bytes, size_t length, size_t *size) {
  size_t at = 4 + (bytes[0] & 15u);
  unsigned number = 0;
  while (at < length && bytes[at] != 0xff) {
    const unsigned head = bytes[at++];
    number += head >> 4 == 13 ? 13u + bytes[at++] : head >> 4;
    *size = (head & 15u) == 13 ? 13u + bytes[at++] : head & 15u;
    if (number == BLOCK1) return bytes + at;
    at += *size;
  }
  return NULL;
}

static void answer(const uint8_t *request, size_t request_length, int code) {
  size_t size = 0;
  const uint8_t *block = block1(request, request_length, &size);
  message_t message;
  begin(&message, ACKNOWLEDGEMENT, code, (uint16_t)(request[2] << 8 | request[3]), request + 4,
        request[0] & 15u);
  if (code == CREATED) {
    option(&message, LOCATION_PATH, "rd", 2);
    option(&message, LOCATION_PATH, "1", 1);
  }
  if (block != NULL) option(&message, BLOCK1, block, size);
  send_message(&message);
}

/* ---- Messages in ----------------------------------------------------------------------------- */

/* The client's own requests: Register goes to /rd, Update and De-register to /rd/1. */
static void take_request(const uint8_t *bytes, size_t length) {
  size_t size = 0;
  const uint8_t *block = block1(bytes, length, &size);
  if (bytes[1] == DELETE) {
    is_gone = 1;
    answer(bytes, length, DELETED);
  } else if (block != NULL && size > 0 && (block[size - 1] & 8u) != 0) {
    answer(bytes, length, CONTINUE);
  } else if (bytes[1] == POST) {
    answer(bytes, length, is_registered ? CHANGED : CREATED);
    is_registered = 1;
  }
}

/* Takes one datagram if it comes in time: its length, 0 = none. */
static size_t take(uint8_t *bytes, int timeout_ms) {
  struct pollfd set = {.fd = server, .events = POLLIN};
  socklen_t size = sizeof peer;
  ssize_t length;
  if (poll(&set, 1, timeout_ms) <= 0) return 0;
  length = recvfrom(server, bytes, DATAGRAM, 0, (struct sockaddr *)&peer, &size);
  if (length < 4) return 0;
  if (bytes[1] >= GET && bytes[1] <= DELETE) take_request(bytes, (size_t)length);
  return (size_t)length;
}

static uint32_t tag_of(const uint8_t *bytes, size_t length) {
  if ((bytes[0] & 15u) != TOKEN_LENGTH || length < 4 + TOKEN_LENGTH) return 0;
  return (uint32_t)bytes[4] << 24 | (uint32_t)bytes[5] << 16 | (uint32_t)bytes[6] << 8 | bytes[7];
}

static void expect_code(const operation_t *operation, const uint8_t *bytes) {
  if (bytes[1] == operation->answer) return;
  fprintf(stderr, "driver: %s: code %d.%02d\n", operation->name, bytes[1] >> 5, bytes[1] & 31);
  fail("unexpected answer");
}

/* Waits for the answer to `tag`, and for a notification where one follows from it. */
static void await(const operation_t *operation, uint32_t tag) {
  static uint8_t bytes[DATAGRAM];
  int is_answered = 0, is_notified = !operation->notifies;
  while (!is_answered || !is_notified) {
    const size_t length = take(bytes, PATIENCE_MS);
    if (length == 0) fail("no answer");
    if (operation->method == 0) {
      is_answered |= (bytes[0] >> 4 & 3) == RESET;
    } else if (tag_of(bytes, length) == tag) {
      expect_code(operation, bytes);
      is_answered = 1;
    } else if ((tag_of(bytes, length) & 0xff000000u) == OF_OBSERVATION) {
      is_notified = 1;
    }
  }
}

/* ---- The client ------------------------------------------------------------------------------ */

static void start(char **arguments, uint16_t port) {
  char number[8];
  snprintf(number, sizeof number, "%u", (unsigned)port);
  for (char **argument = arguments; *argument != NULL; argument++) {
    if (strcmp(*argument, "PORT") == 0) *argument = number;
  }
  client = fork();
  if (client < 0) fail("fork");
  if (client == 0) {
    execvp(arguments[0], arguments);
    fprintf(stderr, "driver: %s: %s\n", arguments[0], strerror(errno));
    _exit(127);
  }
}

static int sleeps(void) {
  char path[32], line[256] = "";
  const char *end;
  FILE *file;
  snprintf(path, sizeof path, "/proc/%ld/stat", (long)client);
  file = fopen(path, "r");
  if (file == NULL) fail("the client has ended");
  if (fgets(line, sizeof line, file) == NULL) line[0] = '\0';
  fclose(file);
  end = strrchr(line, ')');
  return end != NULL && end[1] == ' ' && end[2] == 'S';
}

static void await_sleep(void) {
  for (int i = 0; !sleeps(); i++) {
    if (i > PATIENCE_MS * 10) fail("the client does not wait");
    usleep(100);
  }
}

/* SIGTERM again and again: one that comes between a look at its flag and the wait would be lost. */
static int stop(void) {
  static uint8_t bytes[DATAGRAM];
  int status;
  for (int i = 0; i < PATIENCE_MS / 100; i++) {
    if (!is_gone) kill(client, SIGTERM);
    (void)take(bytes, 100);
    if (waitpid(client, &status, WNOHANG) == client) {
      return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
  }
  fail("the client does not end");
  return 0;
}

static uint16_t listen_on_loopback(void) {
  struct sockaddr_in own = {.sin_family = AF_INET};
  socklen_t size = sizeof own;
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  server = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (server < 0 || bind(server, (struct sockaddr *)&own, sizeof own) < 0 ||
      getsockname(server, (struct sockaddr *)&own, &size) < 0) {
    fail("no socket on loopback");
  }
  return ntohs(own.sin_port);
}

static const operation_t *find(const char *name) {
  for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
    if (strcmp(operations[i].name, name) == 0) return &operations[i];
  }
  fail("unknown operation");
  return NULL;
}

static void observe(unsigned observations) {
  for (unsigned i = 0; i < observations; i++) {
    await_sleep();
    send_request(find("read"), i, OF_OBSERVATION | i, 1);
    await(find("read"), OF_OBSERVATION | i);
  }
}

static void perform(const operation_t *operation, unsigned range, unsigned long count) {
  for (unsigned long i = 0; i < count; i++) {
    const uint32_t tag = OF_REQUEST | (uint32_t)(i & 0xffffff);
    await_sleep();
    send_request(operation, (unsigned)(i % range), tag, 0);
    await(operation, tag);
  }
  await_sleep();
}

static uint64_t client_cpu_ns(void) {
  clockid_t clock;
  struct timespec time;
  if (clock_getcpuclockid(client, &clock) != 0 || clock_gettime(clock, &time) != 0) {
    fail("no CPU time of the client");
  }
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static uint64_t now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000u + (uint64_t)time.tv_nsec / 1000000u;
}

/* Takes the answer to any request, however many other messages come before it. */
static void take_answer(const operation_t *operation) {
  static uint8_t bytes[DATAGRAM];
  const uint64_t end_ms = now_ms() + PATIENCE_MS;
  for (;;) {
    const size_t length = take(bytes, 0);
    if (length > 0 && (tag_of(bytes, length) & 0xff000000u) == OF_REQUEST) break;
    if (length == 0 && now_ms() > end_ms) fail("no answer");
  }
  expect_code(operation, bytes);
}

static void perform_at_once(const operation_t *operation, unsigned range, unsigned long count,
                            unsigned long outstanding) {
  unsigned long sent = 0;
  uint64_t start_ns;
  await_sleep();
  start_ns = client_cpu_ns();
  for (unsigned long answered = 0; answered < count; answered++) {
    for (; sent < count && sent < answered + outstanding; sent++) {
      const uint32_t tag = OF_REQUEST | (uint32_t)(sent & 0xffffff);
      send_request(operation, (unsigned)(sent % range), tag, 0);
    }
    take_answer(operation);
  }
  await_sleep();
  printf("%llu\n", (unsigned long long)(client_cpu_ns() - start_ns));
}

int main(int argc, char *argv[]) {
  static uint8_t bytes[DATAGRAM];
  unsigned instances, observations, range;
  unsigned long count, outstanding;
  const operation_t *operation;
  char *rest;
  if (argc < 6 || (instances = (unsigned)atoi(argv[1])) == 0) {
    fprintf(stderr, "usage: driver INSTANCES OBSERVATIONS OPERATION COUNT[/OUTSTANDING] "
                    "CLIENT ARGUMENT...\n");
    return 2;
  }
  observations = (unsigned)atoi(argv[2]);
  operation = find(argv[3]);
  count = strtoul(argv[4], &rest, 10);
  outstanding = *rest == '/' ? strtoul(rest + 1, NULL, 10) : 0;
  range = operation->notifies ? observations : instances;
  if (range == 0) fail("nothing to notify without an observation");
  if (outstanding > 0 && operation->method == 0) fail("a ping has no token to know its answer by");
  start(argv + 5, listen_on_loopback());
  while (!is_registered) {
    if (take(bytes, PATIENCE_MS) == 0) fail("no registration");
  }
  observe(observations);
  if (outstanding > 0) {
    perform_at_once(operation, range, count, outstanding);
  } else {
    perform(operation, range, count);
  }
  return stop() ? 0 : 1;
}
