/* SPDX-License-Identifier: MIT */
/* Which path a product takes, and why. */
#include "../core/dispatch.h"
#include "../core/threads.h"
#include "../include/pyblaslite.h"
#include "blocking.h"
#include "product.h"

/* Time on one thread, about: floating-point operations weighted by the size of a real. */
static double work(const struct product *x)
{
    const double all = (double)x->m * (double)x->n * (double)x->k;
    return all * (double)(input_size_of(x->dtype) * parts_of(x->dtype)) * (x->part == WHOLE ? 1 : 0.5);
}

static bool is_column(const struct matrix *x) { return x->rs == 1 && x->cs != 1; }

static void flip(struct route *r)
{
    transpose_product(&r->x);
    if (r->finish) {
        struct finish *f = r->finish;
        f->out = transposed(f->out), f->scale = transposed(f->scale), f->bias = transposed(f->bias);
    }
    r->flipped = !r->flipped;
}

/* Whether the rows of C had better be scattered than both operands be read in the wrong direction, A n / vector times
 * and B once for all rows (146 x 34 x 10077 in float32: 5 times as fast, 300 x 300 x 900: 10 %). */
static bool pays_to_scatter(const struct product *x)
{
    const double m = (double)x->m, n = (double)x->n;
    return is_column(&x->a) && is_column(&x->b) && (double)x->k * (n + 3 * m) > 8 * m * n;
}

static dim widest_panel_bytes(const struct product *x, const struct kernels *kn)
{ return x->k * min_dim(ceil_div(x->n, kn->vlen), kn->nv) * kn->vlen * size_of(x->dtype); }

bool pbl_is_from_memory(const struct product *x) { return (x->m + x->n) * x->k * size_of(x->dtype) > NEAR_BYTES; }

/* One row, or one column, by the sums of gemv where nothing is promised of other rows beside it: with a B whose columns
 * are contiguous, lanes along K are faster than one sum in ascending order (100 x 100 in L1: 3 times; 1 x 100000: 90
 * times). Whatever the layout, as that must not show. */
static bool sums_by_lanes(const struct route *r)
{ return !r->batch_invariant && (r->x.m == 1 || r->x.n == 1) && r->x.k > AT_ONCE_K; }

static dim threads_for(double worth)
{ return worth < TEAM_WORTH ? 1 : min_dim((dim)(worth < 1 << 16 ? worth : 1 << 16), pbl_threads_available()); }

/* A long K and a small C, of operands from memory, or for threads that share K. */
static bool pays_to_cut(const struct route *r)
{
    enum { LONG = 4 }; /* times as long as C's sides */
    const struct product *x = &r->x;
    return r->worth >= TEAM_WORTH && x->k > deepest_block[x->dtype] && x->k >= LONG * max_dim(x->m, x->n) &&
           x->m * x->n * size_of(x->dtype) <= LONG_C_BYTES &&
           (r->threads > 1 || (x->b.cs == 1 && pbl_is_from_memory(x)));
}

/* Rows of B so few that the CPU fetches them by itself while a tile goes along them, or so few operations for each that
 * to add up in memory costs more (8 x 20000 x 16 in float64: 0.64 of the time, 6 x 20000 x 14 in float32: 0.44). */
static bool has_few_streams(const struct product *x)
{
    enum { PER_ROW = 8 };
    const dim parts = parts_of(x->dtype);
    return x->k <= parts * min_dim(STREAMS, PER_ROW * parts * x->m);
}

/* Whether tiles with so many rows take longer than B, from L2, to come (8 x 600 x 200 in float64: 0.69 of the time). */
static bool comes_in_time(const struct product *x)
{
    enum { REAL_ROWS = 4 };
    return x->m * parts_of(x->dtype) >= REAL_ROWS && 4 * x->n * x->k * size_of(x->dtype) <= 3 * NEAR_BYTES;
}

/* A few rows of A and long rows of B: memory is the limit, and B is read in order. Some more rows go by in groups, but
 * only where B is from memory, and not fetched ahead panel by panel (12 x 2048 x 2048: half the time). */
static bool pays_to_sweep(const struct route *r)
{
    const struct product *x = &r->x;
    const dim groups = ceil_div(x->m, r->kernels->mr);
    if (x->part != WHOLE || x->b.cs != 1 || x->n < SWEEP_COLUMNS || groups > SWEEP_GROUPS) return false;
    if (has_few_streams(x) || comes_in_time(x)) return false;
    if (groups == 1) return x->n * x->k * size_of(x->dtype) > SWEEP_BYTES;
    if (x->n < 4 * SWEEP_COLUMNS || !pbl_is_from_memory(x)) return false;
    return groups == 2 || !(pbl_pays_to_fetch(r) || pays_to_cut(r));
}

/* An A beyond the nearest caches that is contiguous in the wrong direction, for few columns: as the transposed
 * problem's B it is read in order (3000 x 16 x 3000 in float64: a third of the time, 600 x 64 x 600 in float32: two
 * thirds). */
static bool reads_in_order(const struct product *x, const struct kernels *kn)
{
    enum { NARROW = 4 };   /* times as many rows */
    enum { BEYOND = 4 };   /* times as much is in L2 */
    enum { VECTORS = 16 }; /* of K, for which C is scattered */
    return x->a.stored == WHOLE && BEYOND * x->m * x->k * size_of(x->dtype) > NEAR_BYTES && x->m >= NARROW * x->n &&
           x->n <= FETCHED_TILES * kn->mr && x->k >= VECTORS * kn->vlen;
}

/* Whether the rows of C are so short that vectors along its columns do better: shorter than a vector, most of which
 * they would leave empty; or, with an A that is contiguous in that direction, if vectors of C are saved, an eighth of
 * them at least, and more of their multiply-adds than C has elements to scatter (48 x 9 x 100 in float64: two thirds of
 * the time, 1389 x 3 x 20 in float32: 0.65). */
static bool are_rows_short(const struct product *x, const struct kernels *kn, const struct kernels *narrow)
{
    enum { SHORT = 32 }; /* up to this k, C weighs as much as an A in the wrong direction */
    if (x->n >= x->m) return false;
    if (!is_column(&x->a)) return x->k > SHORT && x->n < narrow->vlen;
    const double by_rows = (double)(x->m * ceil_div(x->n, kn->vlen)),
                 by_columns = (double)(x->n * ceil_div(x->m, kn->vlen)), elements = (double)(x->m * x->n);
    return (double)x->k * (by_rows * 7 / 8 - by_columns) > elements || reads_in_order(x, kn);
}

/* Kernels write rows of C; if its columns are contiguous instead, the transposed problem is solved: the same sums. So
 * it is for a C whose rows are short; and if both operands are contiguous in the wrong direction. */
static void orient(struct route *r, const struct kernels *narrow)
{
    struct product *x = &r->x;
    if (x->a.is_unsigned) return; /* the kernels want only the first factor unsigned */
    if (x->b.is_unsigned) {
        flip(r);
        return;
    }
    if (x->n == 1) x->c.cs = 1;
    if (x->m == 1) x->c.rs = 1;
    if (x->c.rs == 1 && (x->c.cs != 1 || x->n < x->m)) flip(r);
    else if (pays_to_scatter(x)) {
        flip(r);
        return;
    }
    if (are_rows_short(x, r->kernels, narrow)) flip(r);
}

void pbl_choose_route(struct route *r)
{
    const struct product *x = &r->x;
    if (!r->packed) r->kernels = pbl_kernels(x->dtype);
    const struct kernels *kn = r->kernels, *narrow = kn->narrow ? kn->narrow : kn;
    const dim size = size_of(x->dtype), deepest = deepest_block[x->dtype];
    /* What is packed already was packed for the loops; narrow elements become lanes of 32 bits, and symmetric matrices
     * whole, as they are packed. */
    const bool only_loops =
        r->packed || input_size_of(x->dtype) != size || x->a.stored != WHOLE || x->b.stored != WHOLE;
    const bool whole = x->part == WHOLE; /* the loops and the small path leave out what is not wanted of C */

    r->worth = work(x) / MIN_WORK;
    r->short_vectors = pbl_short_vectors_pay(kn);
    r->threads = threads_for(r->worth);
    r->flipped = r->fetches = r->by_columns = r->wide_panels = false;
    if (only_loops) { /* and so no other path asks for kernels that narrow elements do not have */
        if (!r->packed) orient(r, narrow);
        r->path = PATH_LOOPS;
        return;
    }
    if (whole && sums_by_lanes(r)) {
        if (x->m > 1) flip(r);
        r->path = PATH_VECTOR;
        r->threads = pbl_vector_threads(x);
        return;
    }
    orient(r, narrow);
    r->by_columns = whole && is_column(&x->b) && x->m <= kn->mr;
    r->wide_panels = x->k <= WIDE_PANELS_K && x->c.cs == 1 && !r->finish && !r->by_columns;

    if (pays_to_sweep(r)) r->path = PATH_SWEEP;
    /* Everything fits in the caches nearby, and is over before a second thread would be awake. */
    else if (r->worth < TEAM_WORTH && x->k <= deepest &&
             (x->b.cs == 1 || r->by_columns || widest_panel_bytes(x, kn) <= SMALL_PANEL_BYTES))
        r->path = PATH_SMALL;
    else if (whole && pays_to_cut(r)) r->path = PATH_LONG, r->by_columns = false;
    else r->path = PATH_LOOPS;
}

/* Equal blocks: K = 2000 is 2 x 1000, not 1536 + 464. */
dim pbl_block_depth(int dtype, dim k)
{
    const dim round = block_round[dtype], parts = k <= deepest_block[dtype] ? 1 : ceil_div(k, deepest_block[dtype]);
    return ceil_div(ceil_div(k, parts), round) * round;
}

/* Columns of a B beyond L1 that are read side by side, of vectors that are whole lines of the cache: with more the CPU
 * does not fetch them; but from a near L3 it does, if their lines stay in L1, as a quarter of each is read at a time (3
 * x 700 x 1999 in float32 on Zen 5: 0.72 of the time, 2 x 1000 x 300: 0.83; 2 x 1000 x 512: 1.8, 2 x 2500 x 2500: 1.6).
 */
static dim columns_at_once(const struct product *x, dim widest)
{
    enum { COLUMNS = 24, L1_BYTES = 32 << 10 };
    const dim size = size_of(x->dtype);
    const bool is_near = !pbl_l2_is_large() && x->n * x->k * size <= TILED_BYTES;
    return is_near && cache_for_rows(widest, x->b.cs * size) <= L1_BYTES ? widest : COLUMNS;
}

/* Long vectors, or those of half the length where they leave less empty: for a C that is not wider than one of their
 * panels, and for a rest of the columns. */
struct columns pbl_cut_columns(const struct route *r)
{
    /* Where a vector is not a whole line of the cache, lines must stay in L1 until their rest is read: of columns that
     * are a multiple of WAY_BYTES apart, all of which share their places there, COLUMNS_OF_A_WAY do (3 x 1000 x 2048 in
     * float32: 0.69 of the time; of others, two vectors keep the FMA units busy: 3 x 1000 x 2000: 0.78). */
    enum { WAY_BYTES = 4096, COLUMNS_OF_A_WAY = 8 };
    const struct product *x = &r->x;
    const struct kernels *wide = r->kernels, *narrow = wide->narrow;
    struct columns c = {.kernels = wide, .last = narrow, .n = x->n};
    dim vectors = wide->nv, rest = 0;
    if (r->by_columns) {
        if (r->short_vectors || (narrow && x->n <= narrow->vlen)) c.kernels = narrow;
        const bool in_l1 = x->n * x->k * size_of(x->dtype) <= SWEEP_BYTES;
        const bool by_lines = c.kernels->vlen * size_of(x->dtype) >= LINE;
        const dim in_parts = x->b.cs * size_of(x->dtype) % WAY_BYTES == 0 ? COLUMNS_OF_A_WAY : 2 * c.kernels->vlen;
        const dim whole = columns_at_once(x, c.kernels->nv * c.kernels->vlen);
        const dim at_once = in_l1 ? c.kernels->nv : (by_lines ? whole : in_parts) >> c.kernels->vlen_log2;
        vectors = min_dim(c.kernels->nv, max_dim(1, min_dim(BY_COLUMNS_SUMS / x->m, at_once)));
    } else if (r->short_vectors) {
        rest = x->n & (wide->vlen - 1);
        if (rest > narrow->vlen) rest = 0;
        if (rest > 0 && x->n <= narrow->nv * narrow->vlen) c.kernels = narrow, rest = 0;
    }
    const dim tiles = r->wide_panels ? SMALL_PANEL_BYTES / (x->k * vectors * c.kernels->vlen * size_of(x->dtype)) : 1;
    c.vectors = (x->n - rest + c.kernels->vlen - 1) >> c.kernels->vlen_log2;
    c.together = tiles > 1 ? vectors : 1;
    c.pieces = tiles > 1 ? split_evenly(ceil_div(c.vectors, vectors), tiles) : split_evenly(c.vectors, vectors);
    c.panels = c.pieces.parts + (rest > 0);
    return c;
}
