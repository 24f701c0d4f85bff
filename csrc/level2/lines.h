/* SPDX-License-Identifier: MIT */
/* Every matrix of level 2 as a sequence of lines: its columns, or its rows, whichever have their elements closer. Line
 * j covers all indices, or those on one side of the diagonal. */
#ifndef PBL_LEVEL2_LINES_H
#define PBL_LEVEL2_LINES_H

#include "../core/kernels.h"
#include "../core/types.h"

struct lines {
    char *p;
    dim count, length;    /* lines; the indices along them end here */
    dim inc, step, curve; /* index i of line j stands at element i inc + line_start(j, step, curve): lines that are
                           * packed grow longer or shorter by one each */
    dim before, after;    /* line j covers the indices from j - before to j + after, as far as there are any */
    bool columns;         /* lines are columns, not rows */
};

/* Consecutive indices of a line. */
struct run {
    dim first, n;
};

static inline struct run run_of(const struct lines *l, dim j)
{
    const dim first = max_dim(0, j - l->before);
    return (struct run){first, max_dim(0, min_dim(l->length, j + l->after + 1) - first)};
}

static inline char *in_line(const struct lines *l, dim j, dim i, dim size)
{ return l->p + (i * l->inc + line_start(j, l->step, l->curve)) * size; }

static inline bool columns_are_closer(dim rs, dim cs) { return (rs < 0 ? -rs : rs) < (cs < 0 ? -cs : cs); }

/* Lines are written where they stay: of a structure that is returned, which is copied, some loads would wait for two
 * stores each, a tenth of the time of a matrix of 8 x 8.
 *
 * An m x n matrix of which there are m or no diagonals below the main one, and n or none above. A single column that is
 * contiguous is one line, whatever the stride between columns. */
static inline void set_matrix_lines(struct lines *l, const void *a, dim m, dim n, dim rs, dim cs, dim below, dim above)
{
    l->columns = columns_are_closer(rs, cs) || (n == 1 && rs == 1);
    l->p = (char *)(uintptr_t)a, l->curve = 0;
    l->count = l->columns ? n : m, l->length = l->columns ? m : n;
    l->inc = l->columns ? rs : cs, l->step = l->columns ? cs : rs;
    l->before = l->columns ? above : below, l->after = l->columns ? below : above;
}

static inline void set_triangle_lines(struct lines *l, const void *a, dim n, dim rs, dim cs, bool lower)
{ set_matrix_lines(l, a, n, n, rs, cs, lower ? n : 0, lower ? 0 : n); }

static inline void set_packed_lines(struct lines *l, const void *ap, dim n, bool lower, bool columns)
{
    const bool onward = lower == columns; /* from the diagonal to the end */
    l->p = (char *)(uintptr_t)ap, l->columns = columns;
    l->count = l->length = n, l->inc = 1;
    l->step = onward ? n - 1 : 1, l->curve = onward ? -1 : 1;
    l->before = onward ? 0 : n, l->after = onward ? n : 0;
}

#endif
