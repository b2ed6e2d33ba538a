/* rtos.h - the six things the example needs of an RTOS: time, tasks, a mutex, a binary semaphore, a queue, and the forms of
 * the last two for interrupts. The rules are FreeRTOS's; README.md has the names in five systems.
 *
 * This one is over POSIX threads, so that the example runs on a host. On your board it is a page of macros. Times are in
 * milliseconds; RTOS_FOREVER never ends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef RTOS_H
#define RTOS_H

#include <pthread.h>
#include <stdint.h>

#define RTOS_FOREVER UINT32_MAX

typedef struct {
  pthread_mutex_t mutex;
} rtos_mutex_t;

/* Given or not: giving twice is giving once. */
typedef struct {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  int is_given;
} rtos_semaphore_t;

typedef struct {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  uint8_t *storage;
  uint32_t item_size;
  uint32_t capacity; /* In items. */
  uint32_t first;
  uint32_t count;
} rtos_queue_t;

/* Wraps at 2^32. Tickless idle has to correct it after each sleep. */
uint32_t rtos_now_ms(void);
void rtos_delay_ms(uint32_t time_ms);

/* The stack is in bytes; a higher number is a higher priority. */
void rtos_task(void (*function)(void *), void *argument, uint32_t stack, uint32_t priority);

/* With priority inheritance. */
void rtos_mutex_init(rtos_mutex_t *mutex);
void rtos_mutex_enter(rtos_mutex_t *mutex);
void rtos_mutex_leave(rtos_mutex_t *mutex);

void rtos_semaphore_init(rtos_semaphore_t *semaphore);
void rtos_semaphore_give(rtos_semaphore_t *semaphore);
void rtos_semaphore_give_from_isr(rtos_semaphore_t *semaphore);
/* 1 = taken, 0 = the time is over. */
int rtos_semaphore_take(rtos_semaphore_t *semaphore, uint32_t timeout_ms);

void rtos_queue_init(rtos_queue_t *queue, void *storage, uint32_t item_size, uint32_t capacity);
/* 1 = it is in, 0 = full. Neither waits. */
int rtos_queue_send(rtos_queue_t *queue, const void *item);
int rtos_queue_send_from_isr(rtos_queue_t *queue, const void *item);
/* 1 = the oldest item, 0 = the time is over. */
int rtos_queue_receive(rtos_queue_t *queue, void *item, uint32_t timeout_ms);

#endif /* RTOS_H */
