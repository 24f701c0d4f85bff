/* SPDX-License-Identifier: MIT */
/* x = op(A) x for a triangular A: what trmv, tbmv and tpmv are. */
#include "../core/shares.h"
#include "blocking.h"
#include "matvec.h"
#include "triangular.h"

/* A product with a triangle: leaves on the diagonal, and what rows have beside their leaf, in chunks of columns. So a
 * row adds up the same in the same order, however rows are put into pieces, and whether lines are rows or columns. */
struct product {
    const struct triangular *t;
    dim n, leaf;
    const char *x;  /* what t->x was */
    bool sweeps;    /* columns pass by in long runs */
    dim pieces;     /* of rows */
    enum work work; /* how they differ in their rows, to be as much work each */
    char *scratch;
    struct shares shares;
    _Atomic int workers;
};

/* What columns [from, end) do to rows [i, i + m). */
static struct matvec part_of(const struct product *p, dim i, dim m, dim from, dim end, char *scratch)
{
    const struct triangular *t = p->t;
    const struct setting *s = &t->s;
    struct matvec v = {.setting = s, .m = m, .n = end - from, .curve = t->curve, .threads = 1, .scratch = scratch};
    v.a = packed_part(t->a, t->curve, i, from, s->size), v.x = p->x + from * s->size, v.y = t->x + i * s->size;
    v.alpha = v.beta = one_of(s->dtype);
    return v;
}

static void multiply_leaf(const struct product *p, dim i, dim m, char *scratch)
{
    const struct triangular *t = p->t;
    const dim diagonal = t->unit ? -1 : 0;
    const struct clip clip = {t->lower ? m : diagonal, t->lower ? diagonal : m};
    struct matvec v = part_of(p, i, m, i, i + m, scratch);
    v.clip = &clip, v.beta = t->unit ? v.beta : NULL;
    pbl_matvec(&v);
}

/* Columns [from, end) of rows [first, last), leaf by leaf of rows. */
static void multiply_chunk(const struct product *p, dim first, dim last, dim from, dim end, char *scratch)
{
    for (dim i = first; i < last; i += p->leaf) {
        const dim begin = p->t->lower ? from : max_dim(from, i + p->leaf), stop = p->t->lower ? min_dim(end, i) : end;
        if (begin >= stop) continue;
        const struct matvec v = part_of(p, i, min_dim(p->leaf, last - i), begin, stop, scratch);
        pbl_matvec(&v);
    }
}

/* The same leaf by leaf of columns: lanes of sums wait in memory until all are done. */
static void sweep_chunk(const struct product *p, dim first, dim last, dim from, dim end, char *scratch)
{
    const struct triangular *t = p->t;
    const struct setting *s = &t->s;
    const struct gemm_scale scale = {.alpha = one_of(s->dtype), .beta = one_of(s->dtype), .conj_b = t->conj};
    const dim last_leaf = (end - 1) / p->leaf * p->leaf; /* rows before it have columns there, those behind have not */
    const dim lo = t->lower ? max_dim(first, from + p->leaf) : first, hi = t->lower ? last : min_dim(last, last_leaf);
    if (lo >= hi) return;
    const struct swept lanes = swept_at(s, hi - lo, scratch);
    memset(scratch, 0, (size_t)(lanes.apart * (GEMV_LANE_BYTES / s->size)));
    for (dim q = from; q < end; q += p->leaf) {
        const dim i = t->lower ? max_dim(lo, q + p->leaf) : lo, m = (t->lower ? hi : min_dim(hi, q)) - i;
        if (m > 0)
            pbl_sweep_lanes(s, m, min_dim(p->leaf, end - q), element(t->a, i, q, s->size), t->a.cs, p->x + q * s->size,
                            swept_from(s, lanes, i - lo), false);
    }
    pbl_fold_lanes(s, hi - lo, lanes, t->x + lo * s->size, &scale);
}

/* Rows [first, last), as many as there are lanes for. */
static void multiply_rows(const struct product *p, dim first, dim last, char *scratch)
{
    const dim depth = DEPTH_BYTES / p->t->s.size;
    for (dim i = first; i < last; i += p->leaf) multiply_leaf(p, i, min_dim(p->leaf, last - i), scratch);
    for (dim q = 0; q < p->n; q += depth)
        (p->sweeps ? sweep_chunk : multiply_chunk)(p, first, last, q, min_dim(p->n, q + depth), scratch);
}

static dim first_row(const struct product *p, dim i)
{ return min_dim(p->n, p->leaf * piece_after(ceil_div(p->n, p->leaf), (double)i / (double)p->pieces, p->work)); }

static void take_rows(void *arg)
{
    struct product *p = arg;
    const dim most = FAR_OUTPUT_BYTES / p->t->s.size;
    char *scratch = p->scratch + atomic_fetch_add_explicit(&p->workers, 1, memory_order_relaxed) * SCRATCH_BYTES;
    for (dim turn = 0, q; (q = take_piece(&p->shares, &turn)) >= 0;)
        for (dim i = first_row(p, q), end = first_row(p, q + 1); i < end; i += most)
            multiply_rows(p, i, min_dim(end, i + most), scratch);
}

/* By rows, a piece is a leaf's; swept columns are as long as can be. */
static void multiply_triangle(struct product *p, int threads)
{
    const struct triangular *t = p->t;
    const enum work work = t->lower ? GROWING : SHRINKING;
    p->sweeps =
        read_by_columns(t->a, t->curve, p->n, p->n) && !t->curve.columns && p->n * p->n / 2 * t->s.size > SWEPT_BYTES;
    p->pieces = !p->sweeps ? ceil_div(p->n, p->leaf) : threads == 1 ? 1 : 2 * threads;
    p->work = p->sweeps ? work : EVEN, p->workers = 0;
    cut_shares(&p->shares, 0, p->pieces, threads, p->sweeps ? EVEN : work);
    if (threads > 1) pbl_run_team(threads, take_rows, p);
    else take_rows(p);
}

static void multiply_band(const struct triangular *t, dim n, const char *x, int threads)
{
    const struct setting *s = &t->s;
    const dim diagonal = t->unit ? -1 : 0;
    const struct clip clip = {t->lower ? t->k : diagonal, t->lower ? diagonal : t->k};
    struct matvec v = {.setting = s, .m = n, .n = n, .a = t->a, .clip = &clip, .narrow = t->k < NARROW_BAND};
    v.x = x, v.y = t->x, v.scratch = s->room, v.threads = threads;
    v.alpha = one_of(s->dtype), v.beta = t->unit ? one_of(s->dtype) : NULL;
    pbl_matvec(&v);
}

/* A leaf that is all there is, from the arguments to the kernels. */
static void multiply_at_once(const struct triangular *t, dim n, void *x)
{
    _Alignas(64) char copy[CLIPPED_REALS * sizeof(double)];
    const dim diagonal = t->unit ? -1 : 0;
    const struct clip clip = {t->lower ? n : diagonal, t->lower ? diagonal : n};
    const void *one = one_of(t->s.dtype);
    const struct gemm_scale scale = {.alpha = one, .beta = t->unit ? one : NULL, .conj_b = t->conj};
    t->s.kernels->copy(n, x, 1, copy, 1);
    const bool by_columns = read_by_columns(t->a, t->curve, n, n);
    multiply_lines(t->s.kernels, by_columns, n, n, &t->a, t->curve, clip, copy, x, &scale);
}

int pbl_multiply_triangular(struct triangular *t, dim n, void *x, dim incx)
{
    struct setting *s = &t->s;
    if (n * parts_of(s->dtype) <= CLIPPED_REALS && t->k >= n && incx == 1 && (t->a.rs == 1 || t->a.cs == 1)) {
        multiply_at_once(t, n, x);
        return PBL_OK;
    }
    const int threads = pbl_matvec_threads(s, n, min_dim(t->k, n / 2));
    if (!get_room(s, pbl_matvec_scratch(threads) + room_for(s, n) + room_for_copy(s, n, incx))) return PBL_NO_MEMORY;
    const char *copy = copied(s, n, x, incx);
    t->x = t->unit ? contiguous(s, n, x, incx) : space_for(s, n, x, incx);
    if (t->k < n) {
        multiply_band(t, n, copy, threads);
    } else {
        struct product p;
        p.t = t, p.n = n, p.x = copy, p.scratch = s->room, p.leaf = CLIPPED_BYTES / s->size;
        if (n * parts_of(s->dtype) <= CLIPPED_REALS) multiply_leaf(&p, 0, n, s->room);
        else multiply_triangle(&p, threads);
    }
    put_back(s, n, t->x, x, incx);
    return PBL_OK;
}
