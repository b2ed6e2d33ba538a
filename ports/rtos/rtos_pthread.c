/* rtos_pthread.c - rtos.h over POSIX threads, for running the example on a host. Stack and priority are not heeded.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _XOPEN_SOURCE 700
#include "rtos.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- Time ------------------------------------------------------------------------------------- */

uint32_t rtos_now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)now.tv_sec * 1000u + (uint32_t)now.tv_nsec / 1000000u;
}

void rtos_delay_ms(uint32_t time_ms) {
  const struct timespec time = {(time_t)(time_ms / 1000u), (long)(time_ms % 1000u) * 1000000L};
  nanosleep(&time, NULL);
}

static struct timespec end_after(uint32_t timeout_ms) {
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += (time_t)(timeout_ms / 1000u);
  end.tv_nsec += (long)(timeout_ms % 1000u) * 1000000L;
  if (end.tv_nsec >= 1000000000L) {
    end.tv_sec += 1;
    end.tv_nsec -= 1000000000L;
  }
  return end;
}

static void init_condition(pthread_cond_t *condition) {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(condition, &attributes);
  pthread_condattr_destroy(&attributes);
}

/* 0 when the time is over. */
static int wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, uint32_t timeout_ms,
                      const struct timespec *end) {
  if (timeout_ms == RTOS_FOREVER) return pthread_cond_wait(condition, mutex) == 0;
  return pthread_cond_timedwait(condition, mutex, end) == 0;
}

/* ---- Tasks ------------------------------------------------------------------------------------ */

typedef struct {
  void (*function)(void *);
  void *argument;
} task_t;

static void *run_task(void *argument) {
  const task_t task = *(task_t *)argument;
  free(argument);
  task.function(task.argument);
  return NULL;
}

void rtos_task(void (*function)(void *), void *argument, uint32_t stack, uint32_t priority) {
  pthread_t thread;
  task_t *task = malloc(sizeof *task);
  (void)stack;
  (void)priority;
  if (task == NULL) abort();
  task->function = function;
  task->argument = argument;
  if (pthread_create(&thread, NULL, run_task, task) != 0) abort();
  pthread_detach(thread);
}

/* ---- Mutex ------------------------------------------------------------------------------------ */

void rtos_mutex_init(rtos_mutex_t *mutex) { pthread_mutex_init(&mutex->mutex, NULL); }

void rtos_mutex_enter(rtos_mutex_t *mutex) { pthread_mutex_lock(&mutex->mutex); }

void rtos_mutex_leave(rtos_mutex_t *mutex) { pthread_mutex_unlock(&mutex->mutex); }

/* ---- Semaphore -------------------------------------------------------------------------------- */

void rtos_semaphore_init(rtos_semaphore_t *semaphore) {
  pthread_mutex_init(&semaphore->mutex, NULL);
  init_condition(&semaphore->changed);
  semaphore->is_given = 0;
}

void rtos_semaphore_give(rtos_semaphore_t *semaphore) {
  pthread_mutex_lock(&semaphore->mutex);
  semaphore->is_given = 1;
  pthread_cond_signal(&semaphore->changed);
  pthread_mutex_unlock(&semaphore->mutex);
}

void rtos_semaphore_give_from_isr(rtos_semaphore_t *semaphore) { rtos_semaphore_give(semaphore); }

int rtos_semaphore_take(rtos_semaphore_t *semaphore, uint32_t timeout_ms) {
  const struct timespec end = end_after(timeout_ms);
  int taken;
  pthread_mutex_lock(&semaphore->mutex);
  while (!semaphore->is_given &&
         wait_until(&semaphore->changed, &semaphore->mutex, timeout_ms, &end)) {
  }
  taken = semaphore->is_given;
  semaphore->is_given = 0;
  pthread_mutex_unlock(&semaphore->mutex);
  return taken;
}

/* ---- Queue ------------------------------------------------------------------------------------ */

void rtos_queue_init(rtos_queue_t *queue, void *storage, uint32_t item_size, uint32_t capacity) {
  pthread_mutex_init(&queue->mutex, NULL);
  init_condition(&queue->changed);
  queue->storage = storage;
  queue->item_size = item_size;
  queue->capacity = capacity;
  queue->first = 0;
  queue->count = 0;
}

static void *item_at(rtos_queue_t *queue, uint32_t index) {
  return queue->storage + (queue->first + index) % queue->capacity * queue->item_size;
}

int rtos_queue_send(rtos_queue_t *queue, const void *item) {
  int is_in;
  pthread_mutex_lock(&queue->mutex);
  is_in = queue->count < queue->capacity;
  if (is_in) {
    memcpy(item_at(queue, queue->count), item, queue->item_size);
    queue->count += 1;
    pthread_cond_signal(&queue->changed);
  }
  pthread_mutex_unlock(&queue->mutex);
  return is_in;
}

int rtos_queue_send_from_isr(rtos_queue_t *queue, const void *item) {
  return rtos_queue_send(queue, item);
}

int rtos_queue_receive(rtos_queue_t *queue, void *item, uint32_t timeout_ms) {
  const struct timespec end = end_after(timeout_ms);
  int is_there;
  pthread_mutex_lock(&queue->mutex);
  while (queue->count == 0 && wait_until(&queue->changed, &queue->mutex, timeout_ms, &end)) {
  }
  is_there = queue->count > 0;
  if (is_there) {
    memcpy(item, item_at(queue, 0), queue->item_size);
    queue->first = (queue->first + 1u) % queue->capacity;
    queue->count -= 1;
  }
  pthread_mutex_unlock(&queue->mutex);
  return is_there;
}
