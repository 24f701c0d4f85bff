/* SPDX-License-Identifier: MIT */
/* Pieces of work shared by the threads of a team. Each has its own, one after the other, and then takes what others
 * have left: so a matrix that is used again is found in the cache of the core that had it, and no core waits for a slow
 * one.
 */
#ifndef PBL_LEVEL2_SHARES_H
#define PBL_LEVEL2_SHARES_H

#include <math.h>
#include <stdatomic.h>

#include "../core/threads.h"
#include "../core/types.h"

enum { MOST_SHARES = 32 };

struct shares {
    int count;
    struct {
        _Alignas(64) _Atomic dim next;
        dim end;
    } of[MOST_SHARES];
};

/* How the work in pieces changes from one to the next: those of a triangle grow or shrink. */
enum work { EVEN, GROWING, SHRINKING };

static inline dim share_start(dim pieces, enum work work, double part)
{
    if (work == GROWING) part = sqrt(part);
    if (work == SHRINKING) part = 1 - sqrt(1 - part);
    return (dim)((double)pieces * part + 0.5);
}

static inline void share(struct shares *s, int threads, dim pieces, enum work work)
{
    s->count = threads < MOST_SHARES ? threads : MOST_SHARES;
    for (int i = 0; i < s->count; i++) {
        atomic_init(&s->of[i].next, share_start(pieces, work, (double)i / s->count));
        s->of[i].end = share_start(pieces, work, (double)(i + 1) / s->count);
    }
}

/* The next piece, or -1 if there is none; `at` is the share that it is from, and first that of this thread. */
static inline int own_share(const struct shares *s) { return pbl_team_member() % s->count; }

static inline dim take_piece(struct shares *s, int *at)
{
    for (int tried = 0; tried < s->count; tried++, *at = (*at + 1) % s->count) {
        const dim i = atomic_fetch_add_explicit(&s->of[*at].next, 1, memory_order_relaxed);
        if (i < s->of[*at].end) return i;
    }
    return -1;
}

#endif
