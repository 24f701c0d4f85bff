/* SPDX-License-Identifier: MIT */
/* A product with all decisions taken: what the plan makes and the loops carry out. */
#ifndef PBL_LEVEL3_TASK_H
#define PBL_LEVEL3_TASK_H

#include <stdatomic.h>

#include "../core/kernels.h"
#include "driver.h"

/* One phase is one block of columns and one block of K (if B is not packed: all of K); its counters hand out the work.
 */
struct phase {
    _Atomic dim next_panel, next_job;
};

struct task {
    struct product x; /* C's rows are contiguous if anything in C is */
    const struct kernels *kernels;
    dim size; /* of an element, in bytes */

    struct split rows;   /* m into the heights of tiles */
    struct split panels; /* n, counted in vectors, into the widths of tiles */
    struct split groups; /* the tiles of rows into groups: what a job packs of A */
    struct split blocks; /* the panels into blocks: what is packed of B at a time */
    dim panels_per_job;
    dim kc, k_blocks; /* every block of K but the last is kc deep */

    bool pack_a, pack_b;
    dim threads;

    dim a_bytes, b_bytes; /* a thread's packed A; packed B */
    char *packed_a, *packed_b[2];
    struct phase *phases;
    _Atomic int next_thread;
};

/* Decides everything and gets the memory; false if there is none. */
bool pbl_plan(struct task *t, const struct product *x);

#endif
