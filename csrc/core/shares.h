/* SPDX-License-Identifier: MIT */
/* Pieces of work for the threads of a team. A thread begins with a share of its own, the same one each time that the
 * work is alike: its caches may still hold what belongs to it. When that is done, it helps with the next thread's.
 *
 * Pieces taken by whoever came first changed places at every call: axpy of 100000 floats, which fit in L2, took twice
 * as long on two threads of an Intel Xeon. */
#ifndef PBL_CORE_SHARES_H
#define PBL_CORE_SHARES_H

#include <math.h>
#include <stdatomic.h>

#include "matrix.h"
#include "threads.h"

enum { MOST_SHARES = 64 };

struct share {
    _Alignas(64) _Atomic dim next;
    dim end;
};

struct shares {
    dim count;
    struct share of[MOST_SHARES];
};

/* How the work in a piece changes from one to the next: those of a triangle grow or shrink. */
enum work { EVEN, GROWING, SHRINKING };

/* The piece before which a part, 0 to 1, of the work of n pieces is done. */
static inline dim piece_after(dim n, double part, enum work work)
{
    if (work == GROWING) part = sqrt(part);
    if (work == SHRINKING) part = 1 - sqrt(1 - part);
    return (dim)((double)n * part + 0.5);
}

/* Cuts pieces [first, first + n) into `count` shares. */
static inline void cut_pieces(struct share *of, dim count, dim first, dim n, enum work work)
{
    for (dim i = 0; i < count; i++) {
        of[i].next = first + piece_after(n, (double)i / (double)count, work);
        of[i].end = first + piece_after(n, (double)(i + 1) / (double)count, work);
    }
}

/* For `threads` at most. */
static inline void cut_shares(struct shares *s, dim first, dim n, dim threads, enum work work)
{
    s->count = min_dim(min_dim(threads, n), MOST_SHARES);
    cut_pieces(s->of, s->count, first, n, work);
}

/* What a thread does next, or -1: nothing is left. `turn`, its own, begins with 0. */
static inline dim take_from(struct share *of, dim count, dim *turn)
{
    for (; *turn < count; ++*turn) {
        struct share *share = &of[(pbl_thread_number() + *turn) % count];
        const dim piece = atomic_fetch_add_explicit(&share->next, 1, memory_order_relaxed);
        if (piece < share->end) return piece;
    }
    return -1;
}

static inline dim take_piece(struct shares *s, dim *turn) { return take_from(s->of, s->count, turn); }

#endif
