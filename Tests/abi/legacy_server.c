/* legacy_server.c - runs legacy.c, unchanged, against a server on loopback, which observes first,
 * as OneNET does, and checks what the program says to the wire and on its terminal.
 * SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include <signal.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>

#include "check.h"
#include "loopback.h"

#define ENDPOINT "865820030013978;460040101500001"

typedef struct server {
  loopback_t end;
  unsigned registers;
  unsigned deregisters;
  unsigned observed;      /* Answers to the three Observe requests. */
  unsigned notifications; /* Of /3303. */
  unsigned changed;       /* 2.04 to the Write and the Execute. */
  char objects[256];
  char query[256];
} server_t;

static void observe_everything(server_t *server) {
  loopback_request(&server->end, LOOPBACK_GET, 1, 1, "/3303", NULL);
  loopback_request(&server->end, LOOPBACK_GET, 2, 1, "/3311", NULL);
  loopback_request(&server->end, LOOPBACK_GET, 3, 1, "/3200", NULL);
}

static void take_request(server_t *server, const loopback_message_t *message) {
  if (message->code == LOOPBACK_POST && strcmp(message->path, "rd") == 0) {
    server->registers += 1;
    snprintf(server->query, sizeof server->query, "%s", message->query);
    snprintf(server->objects, sizeof server->objects, "%.*s",
             (int)(message->length - message->payload),
             (const char *)message->bytes + message->payload);
    loopback_acknowledge(&server->end, message, 0x41, "5a3f");
    observe_everything(server);
  } else if (message->code == LOOPBACK_DELETE && strcmp(message->path, "rd/5a3f") == 0) {
    server->deregisters += 1;
    loopback_acknowledge(&server->end, message, 0x42, NULL);
  } else {
    loopback_acknowledge(&server->end, message, 0x44, NULL);
  }
}

static void take_response(server_t *server, const loopback_message_t *message) {
  if (message->type == LOOPBACK_ACK && message->code == 0x45 && message->token[0] <= 3) {
    server->observed += 1;
    if (server->observed == 3) {
      loopback_request(&server->end, LOOPBACK_PUT, 4, 0, "/3311/0/5851", "77");
      loopback_request(&server->end, LOOPBACK_POST, 5, 0, "/3303/0/5605", "all");
    }
  }
  server->notifications +=
      message->type != LOOPBACK_ACK && message->code == 0x45 && message->token[0] == 1;
  server->changed += message->code == 0x44;
  if (message->type == LOOPBACK_CON) {
    loopback_acknowledge(&server->end, message, 0, NULL);
  }
}

/* Serves until the program has ended. Returns its exit status; -1 = it did not end. */
static int serve(server_t *server, pid_t child) {
  loopback_message_t message;
  int rounds;
  int status;
  for (rounds = 0; rounds < 1200; rounds++) {
    if (loopback_receive(&server->end, &message, 50)) {
      if (message.code >= 1 && message.code < 32) {
        take_request(server, &message);
      } else {
        take_response(server, &message);
      }
    }
    if (waitpid(child, &status, WNOHANG) == child) {
      return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
  }
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  return -1;
}

/* The program lies beside this one, built by the same compiler. */
static void find_program(const char *own, char *path, size_t room) {
  const char *slash = strrchr(own, '/');
  const char *name = slash == NULL ? own : slash + 1;
  const char *compiler = strchr(name, '-');
  snprintf(path, room, "%.*slegacy%s", (int)(name - own), own, compiler == NULL ? "" : compiler);
}

static pid_t start_program(const char *path, uint16_t port, int output) {
  char uri[40];
  pid_t child;
  snprintf(uri, sizeof uri, "coap://127.0.0.1:%u", (unsigned)port);
  child = fork();
  if (child == 0) {
    dup2(output, 1);
    execl(path, path, uri, ENDPOINT, "3", (char *)NULL);
    _exit(127);
  }
  return child;
}

static void judge(const server_t *server, int status, const char *said) {
  expect_equal(status, 0, "the program ends well");
  expect_equal(server->registers, 1, "it registers once");
  expect(strstr(server->query, "ep=" ENDPOINT) != NULL, "as imei;imsi");
  expect(strstr(server->query, "lt=300") != NULL, "for 300 s");
  expect(strstr(server->query, "lwm2m=") == NULL, "in the onenet profile");
  expect(strstr(server->objects, "</3303/0>") != NULL &&
             strstr(server->objects, "</3311/0>") != NULL &&
             strstr(server->objects, "</3200/0>") != NULL,
         "with its three instances");
  expect_equal(server->observed, 3, "its objects can be observed");
  expect(server->notifications >= 2, "it reports the temperature");
  expect_equal(server->changed, 2, "it can be written and executed");
  expect_equal(server->deregisters, 1, "it de-registers");
  expect(strstr(said, "connect OneNET success.") != NULL, "its terminal shows the login");
  expect(strstr(said, "write /3311/0/5851: 77\n") != NULL, "the write");
  expect(strstr(said, "execute /3303/0/5605: all\n") != NULL, "the execute");
  expect(strstr(said, "device closed: 1 writes, ") != NULL &&
             strstr(said, " 1 executes.\n") != NULL,
         "and its summary");
}

int main(int argc, char *argv[]) {
  server_t server;
  char path[512];
  char said[4096];
  int terminal[2];
  ssize_t length;
  int status;
  (void)argc;
  memset(&server, 0, sizeof server);
  find_program(argv[0], path, sizeof path);
  if (!expect(loopback_open(&server.end) == 0, "a socket on loopback") ||
      !expect(pipe(terminal) == 0, "a pipe") ||
      !expect(access(path, X_OK) == 0, "legacy is built")) {
    return check_summary();
  }
  status = serve(&server, start_program(path, server.end.port, terminal[1]));
  close(terminal[1]);
  length = read(terminal[0], said, sizeof said - 1);
  said[length < 0 ? 0 : length] = 0;
  judge(&server, status, said);
  close(terminal[0]);
  close(server.end.socket);
  return check_summary();
}
