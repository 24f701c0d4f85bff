/* SPDX-License-Identifier: MIT */
/* Tiles that a kernel cannot make alone: of a triangle, whose diagonal leaves a part of them; and of a C whose rows are
 * not contiguous. */
#include "product.h"

/* Columns [first, end), no more than the widest tile has, made in a buffer and copied. */
static void make_apart(const struct tile *t, dim first, dim end)
{
    _Alignas(64) char buffer[LARGEST_TILE];
    const struct kernels *kn = t->kernels;
    const dim columns = end - first, vectors = ceil_div(columns, kn->vlen);
    const struct matrix to = part_from(t->c, 0, first, t->size), copy = view(buffer, vectors * kn->vlen, 1);
    if (t->scale->beta) pbl_copy_part(kn, t->part, t->below - first, t->rows, columns, &copy, &to, t->size);
    run_tile(t, first, columns, buffer, copy.rs);
    pbl_copy_part(kn, t->part, t->below - first, t->rows, columns, &to, &copy, t->size);
}

/* Columns that all rows have, as many as fill the widest tiles; the rest of them is better made with the others. */
static struct span full_columns(const struct tile *t, dim widest)
{
    const dim n = t->columns;
    if (t->part == LOWER) return (struct span){0, min_dim(n, max_dim(0, t->below + 1)) / widest * widest};
    return (struct span){min_dim(n, ceil_div(max_dim(0, t->below + t->rows - 1), widest) * widest), n};
}

void pbl_run_cut(const struct tile *t)
{
    const dim vlen = t->kernels->vlen, widest = t->kernels->nv * vlen;
    const struct span some = columns_of_rows(t->part, t->below, t->rows, t->columns);
    dim first = some.first / vlen * vlen, end = some.end;
    if (t->part != WHOLE && t->c.cs == 1 && end > first) {
        const struct span full = full_columns(t, widest);
        if (full.end > full.first) {
            run_tile(t, full.first, full.end - full.first, element(t->c, 0, full.first, t->size), t->c.rs);
            if (t->part == LOWER) first = full.end;
            else end = full.first;
        }
    }
    for (; first < end; first += widest) make_apart(t, first, min_dim(first + widest, end));
}
