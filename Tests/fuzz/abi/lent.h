/* lent.h - memory that is lent to the library: it ends where it ends, and is watched on both sides and afterwards.
 * With the address sanitizer each block has the sanitizer's red zones; without it, guard bytes.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LENT_H
#define LENT_H

#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LENT_IS_SANITIZED 1
#endif
#endif
#ifndef LENT_IS_SANITIZED
#define LENT_IS_SANITIZED 0
#endif

#if LENT_IS_SANITIZED
#include <sanitizer/asan_interface.h>
#define LENT_HIDE(start, size) ASAN_POISON_MEMORY_REGION(start, size)
#define LENT_SHOW(start, size) ASAN_UNPOISON_MEMORY_REGION(start, size)
#else
#define LENT_HIDE(start, size) ((void)(start), (void)(size))
#define LENT_SHOW(start, size) ((void)(start), (void)(size))
#endif

/* Zeroed, aligned to 8. Null for null. */
void *lent_new(size_t size);
/* `size` bytes of `source`. */
void *lent_copy(const void *source, size_t size);
/* From here on nobody may touch it. */
void lent_free(void *memory);
/* No guard was touched, and nothing that was given back. */
void lent_check(void);
/* Checks, and gives everything back that is left. */
void lent_end(void);

#endif
