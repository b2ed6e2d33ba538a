/* cpu.h - three instructions of the Cortex-M; your vendor's headers have them as __disable_irq() and so on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CPU_H
#define CPU_H

static inline void cpu_interrupts_off(void) { __asm__ volatile("cpsid i" ::: "memory"); }
static inline void cpu_interrupts_on(void) { __asm__ volatile("cpsie i" ::: "memory"); }

/* Also ends, without its handler being run, when an interrupt comes while interrupts are off. */
static inline void cpu_wait_for_interrupt(void) { __asm__ volatile("dsb\n wfi" ::: "memory"); }

#endif
