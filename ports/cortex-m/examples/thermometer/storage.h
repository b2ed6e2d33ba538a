/* storage.h - the store and load hooks: where the account outlives a power cut.
 *
 * RAM STANDS IN FOR FLASH HERE, so that each start of the emulated board shows a bootstrap. In a product each slot is a
 * page of its own: erase, write the length and the data, read back, and answer only then (ports/HOOKS.md, "store").
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef STORAGE_H
#define STORAGE_H

#include <stdint.h>

/* Returns `length`, or -1 when there is no such slot or no room in it. */
int32_t storage_store(void *context, uint32_t slot, const uint8_t *data, uint32_t length);

/* Returns how many bytes the slot holds, 0 = none; as much of them as fits is copied. */
int32_t storage_load(void *context, uint32_t slot, uint8_t *buffer, uint32_t size);

#endif
