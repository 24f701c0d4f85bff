/* SPDX-License-Identifier: MIT */
/* Which kernels run: chosen once from the CPU when the library loads, changed by pbl_set_isa(). */
#ifndef PBL_CORE_DISPATCH_H
#define PBL_CORE_DISPATCH_H

#include <stdatomic.h>

#include "../include/pyblaslite.h"
#include "kernels.h"

/* The tables of the ISA in use, by dtype; NULL if this CPU cannot run this build at all. */
extern _Atomic(const struct kernels *const *) pbl_tables;

/* Those for bfloat16 and integers. */
const struct kernels *pbl_low_kernels(int dtype);

/* The kernels in use for a dtype, or NULL. Inlined: a call takes a tenth of the smallest product's time. */
static inline const struct kernels *pbl_kernels(int dtype)
{
    const struct kernels *const *tables = atomic_load_explicit(&pbl_tables, memory_order_relaxed);
    if (!tables) return NULL;
    return dtype > PBL_H ? pbl_low_kernels(dtype) : tables[dtype];
}

/* The name of the ISA that these kernels are made for: not the one in use where that has none of its own for a dtype.
 */
const char *pbl_isa_of(const struct kernels *kernels);

/* Whether there are kernels with vectors of half the length, and they do as much in a cycle. */
extern bool pbl_short_vectors;
static inline bool pbl_short_vectors_pay(const struct kernels *kernels) { return pbl_short_vectors && kernels->narrow; }

/* Whether a core's L2 holds 2 MiB or more. */
bool pbl_l2_is_large(void);

#endif
