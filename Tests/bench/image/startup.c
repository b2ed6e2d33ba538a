/* startup.c - vectors, memory at reset, the clock, and what newlib asks of a system.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "board.h"

#define SYSTICK_CONTROL (*(volatile uint32_t *)0xe000e010u)
#define SYSTICK_RELOAD (*(volatile uint32_t *)0xe000e014u)
#define SYSTICK_VALUE (*(volatile uint32_t *)0xe000e018u)

extern uint32_t stack_end, data_start, data_end, data_source, bss_start, bss_end;
int main(void);
void reset(void);
void *_sbrk(ptrdiff_t size);

static volatile uint32_t milliseconds;

static void stop(void) {
  for (;;) __asm__ volatile("wfi");
}

static void tick(void) { milliseconds++; }

/* An interrupt of the modem only ends the sleep. */
static void wake(void) {}

void reset(void) {
  memcpy(&data_start, &data_source, (size_t)((char *)&data_end - (char *)&data_start));
  memset(&bss_start, 0, (size_t)((char *)&bss_end - (char *)&bss_start));
  (void)main();
  stop();
}

typedef void (*handler_t)(void);

typedef struct {
  const uint32_t *stack;
  handler_t exceptions[15];
  handler_t modem;
} vectors_t;

__attribute__((section(".vectors"), used)) static const vectors_t vectors = {
    &stack_end,
    {reset, stop, stop, stop, stop, stop, NULL, NULL, NULL, NULL, stop, stop, NULL, stop, tick},
    wake,
};

void board_start(void) {
  SYSTICK_RELOAD = CORE_HZ / 1000u - 1u;
  SYSTICK_VALUE = 0;
  SYSTICK_CONTROL = 7;
}

uint32_t board_now_ms(void) { return milliseconds; }

void board_sleep(uint32_t timeout_ms) {
  const uint32_t start = milliseconds;
  while (milliseconds - start < timeout_ms && (MODEM->status & MODEM_HAS_DATAGRAM) == 0) {
    __asm__ volatile("wfi");
  }
}

void board_print(const char *text) {
  for (; *text != '\0'; text++) {
    while ((CONSOLE_STATUS & 1u) == 0) continue;
    CONSOLE_DATA = (uint8_t)*text;
  }
}

/* newlib's formatting can ask for memory; this firmware has no heap. */
void *_sbrk(ptrdiff_t size) {
  (void)size;
  errno = ENOMEM;
  return (void *)-1;
}
