/* SPDX-License-Identifier: MIT */
/* A few rows of A times a B that is read once, along its rows: see kernels/gemm_sweep.t.h.
 *
 * The columns of B are cut into chunks whose sums stay in L1; the threads take the next chunk that nobody has. From a
 * near L3, B comes faster than a sum is read and written for every few products: with more than a few rows, tiles go
 * along a slice of B, each with its sums in registers for as many steps. */
#include <stdatomic.h>
#include <string.h>

#include "../core/dispatch.h"
#include "../core/threads.h"
#include "blocking.h"
#include "product.h"

struct sweep {
    const struct route *route;
    const struct kernels *kernels;
    dim kc;
    struct split rows;   /* m, in groups that the kernels take at once */
    struct split chunks; /* n, in units of `unit` columns */
    dim unit;
    bool by_tiles;
    _Atomic dim next;
};
enum { SLICE = 32 }; /* rows of B that tiles take */

/* Whether so many rows do not all find a place in L1. */
static bool share_places(const struct product *x)
{ return cache_for_rows(SLICE, x->b.rs * size_of(x->dtype)) > SLICE_SETS; }

/* If the rows' elements are not contiguous, by pieces that are. */
static __attribute__((noinline)) void fold_scattered(const struct kernels *kn, dim m, dim n, const char *sums, dim ld,
                                                     struct matrix c, const struct gemm_scale *scale, dim size)
{
    enum { PIECE = 4096 };
    _Alignas(64) char piece[PIECE];
    const dim at_once = PIECE / (m * size);
    const struct matrix copy = view(piece, at_once, 1);
    for (dim q = 0; q < n; q += at_once) {
        const dim columns = min_dim(at_once, n - q);
        const struct matrix to = part_from(c, 0, q, size);
        if (scale->beta) pbl_copy_block(kn, m, columns, copy, to, size);
        for (dim i = 0; i < m; i++)
            kn->gemm_fold(columns, sums + (i * ld + q) * size, ld, element(copy, i, 0, size), scale);
        pbl_copy_block(kn, m, columns, to, copy, size);
    }
}

void pbl_fold_rows(const struct route *r, dim i, dim m, dim j, dim n, const char *sums, dim ld,
                   const struct gemm_scale *scale)
{
    const dim size = size_of(r->x.dtype);
    const struct matrix c = part_from(r->x.c, i, j, size);
    if (c.cs != 1) fold_scattered(r->kernels, m, n, sums, ld, c, scale, size);
    else
        for (dim row = 0; row < m; row++)
            r->kernels->gemm_fold(n, sums + row * ld * size, ld, element(c, row, 0, size), scale);
}

/* sums = A B for steps [p, p + k) of K and columns [j, j + n). Where there are several groups of rows, they take a few
 * rows of B in turn, while these are in L1. */
static void sum_rows(const struct sweep *s, dim p, dim k, dim j, dim n, char *sums, dim ld)
{
    enum { PIECE = 24 }; /* a multiple of the steps that the kernels take at once */
    const struct product *x = &s->route->x;
    const dim size = size_of(x->dtype), piece = s->rows.parts > 1 ? PIECE : k;
    for (dim q = 0; q < k; q += piece)
        for (dim group = 0; group < s->rows.parts; group++) {
            const dim i = piece_start(s->rows, group);
            s->kernels->gemm_sweep[piece_size(s->rows, group) - 1](
                n, min_dim(piece, k - q), element(x->a, i, p + q, size), x->a.rs, x->a.cs,
                element(x->b, p + q, j, size), x->b.rs, sums + i * ld * size, ld, q == 0);
        }
}

/* The lines that a slice of B from row p on has in `width` columns from j on. */
static void fetch_tile(const struct sweep *s, dim p, dim j, dim width)
{
    const struct matrix b = s->route->x.b;
    const dim size = size_of(s->route->x.dtype);
    fetch_rows(element(b, p, j, size), SLICE, b.rs * size, width * size);
}

/* sums += A B for steps [p, p + k) and n columns from j on, no more than a tile has. */
static void add_tile(const struct sweep *s, dim p, dim k, dim j, dim n, char *sums, dim ld)
{
    const struct product *x = &s->route->x;
    const struct kernels *kn = s->kernels;
    const dim size = size_of(x->dtype), vectors = ceil_div(n, kn->vlen);
    const int last = (int)(n - (vectors - 1) * kn->vlen);
    for (dim group = 0; group < s->rows.parts; group++) {
        const dim i = piece_start(s->rows, group), rows = piece_size(s->rows, group);
        kn->gemm_add[(rows - 1) * kn->nv + vectors - 1](k, element(x->a, i, p, size), x->a.rs, x->a.cs,
                                                        element(x->b, p, j, size), x->b.rs, sums + i * ld * size, ld,
                                                        last);
    }
}

/* The same as sum_rows, by tiles. After the end of a slice the next one begins. */
static void sum_tiles(const struct sweep *s, dim p, dim k, dim j, dim n, char *sums, dim ld)
{
    enum { AHEAD = 3 }; /* tiles */
    const dim size = size_of(s->route->x.dtype), width = s->kernels->nv * s->kernels->vlen, end = p + k;
    memset(sums, 0, (size_t)(s->route->x.m * ld * size));
    for (; p < end; p += SLICE)
        for (dim q = 0, next = AHEAD * width; q < n; q += width, next += width) {
            if (next < n) fetch_tile(s, p, j + next, width);
            else if (p + SLICE < end) fetch_tile(s, p + SLICE, j + (next - n) / width * width, width);
            add_tile(s, p, min_dim(SLICE, end - p), j + q, min_dim(width, n - q), sums + q * size, ld);
        }
}

/* Columns [j, j + n) of C, one block of K after the other. */
static void sweep_chunk(const struct sweep *s, dim j, dim n)
{
    _Alignas(64) char sums[SWEEP_SUMS];
    const struct product *x = &s->route->x;
    const dim parts = parts_of(x->dtype);
    const dim ld = ceil_div(n, s->kernels->vlen) * s->kernels->vlen * parts; /* reals in a row of sums */
    struct gemm_scale scale = {.alpha = x->alpha, .beta = x->beta, .conj_a = x->a.conj, .conj_b = x->b.conj};

    for (dim p = 0; p < x->k; p += s->kc) {
        const dim k = min_dim(s->kc, x->k - p);
        if (s->by_tiles) sum_tiles(s, p, k, j, n, sums, ld);
        else sum_rows(s, p, k, j, n, sums, ld);
        pbl_fold_rows(s->route, 0, x->m, j, n, sums, ld, &scale);
        scale.beta = one_of(x->dtype);
    }
}

static void sweep_chunks(void *arg)
{
    struct sweep *s = arg;
    for (dim i; (i = atomic_fetch_add_explicit(&s->next, 1, memory_order_relaxed)) < s->chunks.parts;) {
        const dim j = piece_start(s->chunks, i) * s->unit;
        sweep_chunk(s, j, min_dim(piece_size(s->chunks, i) * s->unit, s->route->x.n - j));
    }
}

/* Whether B comes faster than the sums of so many rows are read and written. */
static bool are_many(const struct product *x)
{
    enum { FEW = 4 }; /* real rows */
    return x->m * parts_of(x->dtype) > FEW;
}

/* Tiles for a B that a near L3 has, if its rows are long and do not share their places in L1. Where B is from memory,
 * it comes faster by whole rows (7 x 3000 x 1200 in float32: 0.57 of the time). */
bool pbl_sweeps_by_tiles(const struct product *x)
{
    const dim row = x->n * size_of(x->dtype);
    return !pbl_l2_is_large() && are_many(x) && !share_places(x) && row >= TILED_ROW && row * x->k <= TILED_BYTES;
}

/* Bytes of the sums of a chunk. From memory, long runs along a row are what counts; from L2, that L1 has room for more
 * than the sums (10 %), and for rows that share their places much room (8 x 2048 x 2048 in float32: 0.77 of the time, 3
 * x 2048 x 1024 in complex64: 0.55). */
static dim room_for_sums(const struct product *x)
{
    if (!pbl_l2_is_large() && share_places(x) && are_many(x)) return SWEEP_SUMS * 3 / 8;
    return pbl_is_from_memory(x) ? SWEEP_SUMS : SWEEP_SUMS / 2;
}

void pbl_multiply_sweep(const struct route *r)
{
    const struct product *x = &r->x;
    struct sweep s = {.route = r,
                      .kernels = r->kernels,
                      .kc = pbl_block_depth(x->dtype, x->k),
                      .rows = split_evenly(x->m, r->kernels->mr),
                      .by_tiles = pbl_sweeps_by_tiles(x)};
    const dim row_bytes = x->m * size_of(x->dtype) * parts_of(x->dtype); /* sums of one column */

    s.unit = 4 * s.kernels->vlen;
    const dim units = ceil_div(x->n, s.unit), fit = max_dim(1, room_for_sums(x) / (row_bytes * s.unit));
    s.chunks = split_evenly(units, min_dim(fit, ceil_div(units, r->threads)));
    if (r->threads > 1 && s.chunks.parts > 1) pbl_run_team((int)min_dim(r->threads, s.chunks.parts), sweep_chunks, &s);
    else sweep_chunks(&s);
}
