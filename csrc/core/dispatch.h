/* SPDX-License-Identifier: MIT */
/* Which kernels run: chosen once from the CPU when the library loads, changed by pbl_set_isa(). */
#ifndef PBL_CORE_DISPATCH_H
#define PBL_CORE_DISPATCH_H

#include "kernels.h"

/* The kernels in use for a dtype; NULL if this CPU cannot run this build at all. */
const struct kernels *pbl_kernels(int dtype);

/* Whether there are kernels with vectors of half the length, and they do as much in a cycle. */
bool pbl_short_vectors_pay(const struct kernels *kernels);

/* Whether a core's L2 holds 2 MiB or more. */
bool pbl_l2_is_large(void);

#endif
