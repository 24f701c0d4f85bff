/* SPDX-License-Identifier: MIT */
/* A product on PATH_LOOPS with all decisions taken: what the plan makes and the loops carry out. */
#ifndef PBL_LEVEL3_TASK_H
#define PBL_LEVEL3_TASK_H

#include "../core/shares.h"
#include "packed.h"

/* How the tiles get at B: its rows where they lie; the same while the next panel's are fetched; its columns where they
 * lie; a panel, or a few, that a thread has just packed for itself; packed panels that the threads share; panels packed
 * before the product. */
enum b_from { B_ROWS, B_FETCHED, B_COLUMNS, B_OWN_PANEL, B_SHARED, B_PACKED };

struct task {
    struct product x;
    const struct pbl_packed *packed;
    dim size, in_size; /* of an element of C and of what is packed; of A and B; in bytes */
    struct finish *finish;
    bool through_buffer; /* the sums of a tile have no place in memory, or one that is scattered */

    struct split rows; /* m into the heights of tiles */
    struct columns columns;
    struct split groups; /* the tiles of rows into groups: what a job packs of A */
    struct split blocks; /* the panels into blocks: what is packed of a shared B at a time */
    dim panels_per_job;
    dim own_panels;   /* B_OWN_PANEL: how many are packed at a time */
    dim kc, k_blocks; /* every block of K but the last is kc deep */

    enum b_from b_from;
    bool pack_a;
    bool fetches;      /* tiles fetch what will be needed next */
    bool rows_first;   /* C is written row after row, not panel after panel */
    bool fetches_c;    /* tiles side by side fetch C ahead, which comes from memory */
    dim tiles_at_once; /* of a group, that a panel of B is used for before the next one is */
    bool backwards;    /* of a triangle, the last jobs are the longest: they are taken first */
    dim threads;

    dim a_bytes, panel_bytes, b_bytes, sums_bytes; /* a thread's packed A and panel of B; shared B; C's sums */
    char *packed_a, *own_panel, *packed_b[2];
    /* One phase is one block of columns and one block of K (if B is not shared: all of K). Each has the threads' shares
     * of what is packed, and then their shares of the jobs. */
    dim phases;
    struct share *shares;
};

/* Decides everything but where the memory is. */
void pbl_plan(struct task *t, const struct route *r);
size_t pbl_task_bytes(const struct task *t);
void pbl_give_memory(struct task *t, char *memory);

void pbl_run_task(struct task *t);

#endif
