/* SPDX-License-Identifier: MIT */
/* trsm and trmm: X = alpha T^-1 X and X = alpha T X, in place, for a triangular T.
 *
 * The triangle is cut in two, at multiples of a leaf: two smaller triangles and a rectangle between them, which is a
 * product that gemm does:
 *
 *       T11  0       solve:     X1 = T11^-1 X1;   X2 = X2 - T21 X1;   X2 = T22^-1 X2
 *       T21 T22      multiply:  X2 = T22 X2;      X2 = X2 + T21 X1;   X1 = T11 X1
 *
 * A leaf is one kernel's, a panel of X at a time. No zero is multiplied that the formula does not have.
 *
 * A right side is the transposed problem, and op a choice of strides. Columns of X have nothing to do with each other,
 * so the threads share them; if they are too few, the products have the threads. Where the triangle is cut depends
 * on its order alone, so nothing here can change a result's bits.
 *
 * Source: Elmroth, Gustavson, Jonsson, Kagstrom, "Recursive blocked algorithms and hybrid data structures for dense
 * matrix library software", SIAM Review 46(1), 2004. */
#include "../core/shares.h"
#include "../core/workspace.h"
#include "blocking.h"
#include "gemm.h"

enum {
    WIDEST_ROW = 192,          /* bytes of a panel's row */
    LARGEST_PIVOT = 16,        /* bytes */
    SHARED_PLACES = 256 << 10, /* bytes, of cache_for_rows */
    /* What pays for a team: more than in a product, as slabs share lines of the cache in every row of X. */
    SLABS_WORTH = 4 * TEAM_WORTH
};

struct problem {
    int dtype;
    const struct kernels *kernels;
    dim size, order;
    struct matrix t, x;
    bool solves, upper, unit;
    bool down; /* the rows above come first */
    struct columns columns;
    _Atomic bool *failed; /* somebody has no memory */
};

/* n columns of X, whose rows are contiguous. */
static void run_rows(const struct problem *a, const struct leaf *leaf, const struct kernels *kn, dim n, struct matrix x)
{
    char *corner = element(x, a->upper ? leaf->rows - 1 : 0, 0, a->size);
    const dim ldx = a->upper ? -x.rs : x.rs;
    if (a->solves) kn->solve_leaf(leaf, n, corner, ldx);
    else kn->multiply_leaf(leaf, n, corner, ldx);
}

/* Columns of X whose rows are not contiguous, by way of a copy. */
static __attribute__((noinline)) void run_copy(const struct problem *a, const struct leaf *leaf,
                                               const struct kernels *kn, dim n, dim width, struct matrix x)
{
    _Alignas(64) char buffer[TRIANGLE_LEAF * WIDEST_ROW + 64];
    const struct matrix copy = {.p = buffer, .rs = width, .cs = 1};
    kn->pack_b(leaf->rows, n, x.p, x.rs, x.cs, buffer, width);
    run_rows(a, leaf, kn, n, copy);
    pbl_copy_block(kn, leaf->rows, n, x, copy, a->size);
}

/* Whether rows so far apart share so few places in the caches that a copy is sooner there (trmm of 256 in complex128 on
 * Zen 3: 0.76 of the time, trsm of 512 in float64 0.88; half as far apart it is 0.93, and a loss for small triangles).
 */
static bool share_places(dim rows, dim step) { return cache_for_rows(rows, step) > SHARED_PLACES; }

/* The kernels know lower triangles: an upper one is that, seen from its last row and column. */
static void run_leaf(const struct problem *a, const void *alpha, dim first, dim n)
{
    _Alignas(64) char pivots[TRIANGLE_LEAF * LARGEST_PIVOT];
    const dim corner = a->upper ? first + n - 1 : first, sign = a->upper ? -1 : 1;
    const dim rs = sign * a->t.rs, cs = sign * a->t.cs;
    struct leaf leaf = {n, element(a->t, corner, corner, a->size), pivots, alpha, rs, cs, a->t.conj, a->unit, false};
    if (a->solves && !a->unit) leaf.inverted = a->kernels->invert(n, leaf.t, rs + cs, leaf.conj, pivots);
    for (dim panel = 0; panel < a->columns.panels; panel++) {
        const struct kernels *kn = panel_kernels(&a->columns, panel);
        const struct matrix x = part_from(a->x, first, panel_start(&a->columns, panel), a->size);
        const dim columns = panel_columns(&a->columns, panel);
        if (x.cs == 1 && !share_places(n, x.rs * a->size)) run_rows(a, &leaf, kn, columns, x);
        else run_copy(a, &leaf, kn, columns, panel_width(&a->columns, panel), x);
    }
}

/* Where a triangle of order n is cut. */
static dim middle(dim n) { return ceil_div(n, TRIANGLE_LEAF) / 2 * TRIANGLE_LEAF; }

/* The product of the rectangle in the triangle of order n whose first row is `first`. */
static struct route rectangle(const struct problem *a, dim first, dim n)
{
    struct route r;
    const dim h = middle(n), to = a->upper ? first : first + h, from = a->upper ? first + h : first;
    const struct matrix t = part_from(a->t, to, from, a->size), source = part_from(a->x, from, 0, a->size),
                        x = part_from(a->x, to, 0, a->size);
    set_product(&r, a->dtype, 'n', 'n', a->upper ? h : n - h, a->columns.n, a->upper ? n - h : h, t.p, t.rs, t.cs,
                source.p, source.rs, source.cs, x.p, x.rs, x.cs);
    r.x.a.conj = t.conj;
    return r;
}

static void run_rectangle(const struct problem *a, const void *alpha, dim first, dim n)
{
    struct route r = rectangle(a, first, n);
    r.x.alpha = a->solves ? minus_one_of(a->dtype) : alpha;
    r.x.beta = a->solves ? alpha : one_of(a->dtype);
    if (pbl_multiply(&r) != PBL_OK) *a->failed = true; /* which the memory reserved before should prevent */
}

/* The most memory that any of the rectangles wants. */
static dim most_bytes(const struct problem *a, dim first, dim n)
{
    if (n <= TRIANGLE_LEAF) return 0;
    const dim h = middle(n), bytes = (dim)pbl_bytes_wanted(rectangle(a, first, n));
    return max_dim(bytes, max_dim(most_bytes(a, first, h), most_bytes(a, first + h, n - h)));
}

/* A solution takes alpha into rows when it first touches them. */
static void run_triangle(const struct problem *a, const void *alpha, dim first, dim n)
{
    if (n <= TRIANGLE_LEAF) {
        run_leaf(a, alpha, first, n);
        return;
    }
    const dim h = middle(n), second = a->down ? first + h : first;
    const void *rest = a->solves ? one_of(a->dtype) : alpha;
    run_triangle(a, alpha, a->down ? first : first + h, a->down ? h : n - h);
    run_rectangle(a, alpha, first, n);
    run_triangle(a, rest, second, a->down ? n - h : h);
}

/* The columns of X in slabs, one for each thread. */
struct slabs {
    const struct problem *whole;
    const void *alpha;
    dim columns;
    struct split vectors;
    struct shares shares;
    _Atomic bool failed;
};

static struct problem slab_of(const struct slabs *s, dim slab)
{
    struct problem a = *s->whole;
    const dim vlen = a.kernels->vlen, first = piece_start(s->vectors, slab) * vlen;
    const dim n = min_dim(piece_size(s->vectors, slab) * vlen, s->columns - first);
    const struct route r = {.x.n = n, .kernels = a.kernels, .short_vectors = pbl_short_vectors_pay(a.kernels)};
    a.columns = pbl_cut_columns(&r);
    a.x = part_from(a.x, 0, first, a.size);
    return a;
}

/* Memory for any slab: they have two widths, and the last may be narrower. Who has fewer columns may want more memory,
 * as another plan pays. */
static bool reserve(const struct slabs *s)
{
    const dim slabs[] = {0, s->vectors.longer, s->vectors.parts - 1};
    dim bytes = 0;
    for (int i = 0; i < 3; i++) {
        if (i > 0 && slabs[i] == slabs[i - 1]) continue;
        const struct problem a = slab_of(s, slabs[i]);
        bytes = max_dim(bytes, most_bytes(&a, 0, a.order));
    }
    return pbl_reserve((size_t)bytes);
}

/* What every thread does: no slab is touched until all have memory. */
static void run_slabs(void *arg)
{
    struct slabs *s = arg;
    if (!reserve(s)) s->failed = true;
    if (s->vectors.parts > 1) pbl_team_barrier();
    if (s->failed) return;
    for (dim turn = 0, i; (i = take_piece(&s->shares, &turn)) >= 0;) {
        const struct problem a = slab_of(s, i);
        run_triangle(&a, s->alpha, 0, a.order);
    }
}

static int run(struct problem *a, const void *alpha, dim columns)
{
    const dim panel = a->kernels->nv * a->kernels->vlen;
    const double worth = (double)a->order * (double)a->order * (double)columns * (double)(a->size) *
                         (double)parts_of(a->dtype) / 2 / MIN_WORK;
    const dim threads = worth < SLABS_WORTH ? 1 : min_dim(pbl_threads_available(), max_dim(1, columns / panel));
    const dim vectors = ceil_div(columns, a->kernels->vlen);
    struct slabs s;
    a->failed = &s.failed;
    s.whole = a, s.alpha = alpha, s.columns = columns, s.failed = false;
    s.vectors = split_evenly(vectors, ceil_div(vectors, min_dim(threads, MOST_SHARES)));
    cut_shares(&s.shares, 0, s.vectors.parts, s.vectors.parts, EVEN);
    if (s.vectors.parts > 1) pbl_run_team((int)s.vectors.parts, run_slabs, &s);
    else run_slabs(&s);
    return s.failed ? PBL_NO_MEMORY : PBL_OK;
}

static int start(bool solves, int dtype, char side, char uplo, char trans, char diag, dim m, dim n, const void *alpha,
                 const void *t, dim rs_t, dim cs_t, void *x, dim rs_x, dim cs_x)
{
    if (dtype < 0 || dtype >= N_BLAS_DTYPES || !is_side(side) || !is_uplo(uplo) || !is_op(trans) || !is_diag(diag) ||
        (m | n) < 0)
        return PBL_BAD_ARGUMENT;
    struct problem a = {.dtype = dtype, .kernels = pbl_kernels(dtype), .size = size_of(dtype), .solves = solves};
    if (!a.kernels) return PBL_BAD_CPU;
    if (m == 0 || n == 0) return PBL_OK;

    set_operand(&a.t, t, rs_t, cs_t, (trans != 'n') != (side == 'r') ? 't' : 'n', dtype);
    set_operand(&a.x, x, rs_x, cs_x, side == 'r' ? 't' : 'n', dtype);
    a.t.conj = trans == 'c' && parts_of(dtype) == 2;
    a.upper = (uplo == 'u') != ((trans != 'n') != (side == 'r'));
    a.unit = diag == 'u';
    a.down = a.solves != a.upper;
    a.order = side == 'r' ? n : m;
    const dim columns = side == 'r' ? m : n;
    if (!pbl_is_zero(dtype, alpha)) return run(&a, alpha, columns);
    pbl_scale_matrix(dtype, WHOLE, a.order, columns, alpha, a.x);
    return PBL_OK;
}

int pbl_trsm(int dtype, char side, char uplo, char trans, char diag, int64_t m, int64_t n, const void *alpha,
             const void *a, int64_t rs_a, int64_t cs_a, void *b, int64_t rs_b, int64_t cs_b)
{ return start(true, dtype, side, uplo, trans, diag, m, n, alpha, a, rs_a, cs_a, b, rs_b, cs_b); }

int pbl_trmm(int dtype, char side, char uplo, char trans, char diag, int64_t m, int64_t n, const void *alpha,
             const void *a, int64_t rs_a, int64_t cs_a, void *b, int64_t rs_b, int64_t cs_b)
{ return start(false, dtype, side, uplo, trans, diag, m, n, alpha, a, rs_a, cs_a, b, rs_b, cs_b); }
