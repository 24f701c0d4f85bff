/* SPDX-License-Identifier: MIT */
/* trmv, tbmv, tpmv: x = op(A) x; trsv, tbsv, tpsv: x = op(A)^-1 x, for a triangular A. */
#include "../include/pyblaslite.h"
#include "blocking.h"
#include "lines.h"
#include "matvec.h"
#include "sums.h"

struct triangular {
    struct setting s;
    bool solve, lower, unit; /* lower: op(A) is */
    bool conj;
    struct lines lines; /* of op(A) */
    struct matrix a;    /* op(A); p == NULL: lines only */
    dim k;              /* diagonals beside the main one */
    char *x;            /* contiguous */
    int threads;
};

/* What row j of op(A) has, the diagonal included, times x is x[j]; what a column has, is x[j] times it, and added to
 * the others. */
static void multiply_line(const struct triangular *t, dim j)
{
    const struct setting *s = &t->s;
    const struct run run = t->unit ? run_beside(&t->lines, j) : run_of(&t->lines, j);
    const char *line = in_line(&t->lines, j, run.first, s->size);
    char *x = t->x + run.first * s->size, *xj = t->x + j * s->size;
    double factor[2];
    if (t->lines.columns) {
        memcpy(factor, xj, (size_t)s->size);
        if (!t->unit) memset(xj, 0, (size_t)s->size);
        s->kernels->axpy(run.n, factor, t->conj, line, t->lines.inc, x, 1);
    } else {
        s->kernels->dot(run.n, t->conj, line, t->lines.inc, x, 1, factor);
        if (t->unit) s->kernels->axpy(1, one_of(s->dtype), false, factor, 1, xj, 1);
        else memcpy(xj, factor, (size_t)s->size);
    }
}

/* What row j of op(A) has beside the diagonal is taken from x[j], which is then divided; what a column has, is taken
 * from the others, x[j] times, after that. */
static void solve_line(const struct triangular *t, dim j)
{
    const struct setting *s = &t->s;
    const struct run run = run_beside(&t->lines, j);
    const char *line = in_line(&t->lines, j, run.first, s->size);
    char *x = t->x + run.first * s->size, *xj = t->x + j * s->size;
    double factor[2] = {0, 0};
    if (!t->lines.columns) {
        s->kernels->dot(run.n, t->conj, line, t->lines.inc, x, 1, factor);
        s->kernels->axpy(1, minus_one_of(s->dtype), false, factor, 1, xj, 1);
    }
    if (!t->unit) s->kernels->divide(t->conj, in_line(&t->lines, j, j, s->size), xj);
    if (t->lines.columns) {
        s->kernels->axpy(1, minus_one_of(s->dtype), false, xj, 1, factor, 1);
        s->kernels->axpy(run.n, factor, t->conj, line, t->lines.inc, x, 1);
    }
}

/* x is overwritten, so that a product begins where others need the least. */
static void apply_lines(const struct triangular *t, dim n)
{
    const bool upwards = t->lower == t->solve;
    void (*const apply)(const struct triangular *t, dim j) = t->solve ? solve_line : multiply_line;
    for (dim q = 0; q < n; q++) apply(t, upwards ? q : n - 1 - q);
}

/* What is known of the unknowns [lo, lo + n) is taken from the others; they are cut at `half`. */
static void subtract_block(const struct triangular *t, dim lo, dim half, dim n)
{
    const struct setting *s = &t->s;
    struct matvec v = {.setting = s, .a = t->a, .threads = t->threads, .scratch = s->room};
    v.alpha = minus_one_of(s->dtype), v.beta = one_of(s->dtype);
    const dim to = t->lower ? lo + half : lo, from = t->lower ? lo : lo + half;
    v.m = t->lower ? n - half : half, v.n = n - v.m;
    v.a.p = element(t->a, to, from, s->size), v.x = t->x + from * s->size, v.y = t->x + to * s->size;
    pbl_matvec(&v);
}

_Static_assert((int)LEAF <= LARGEST_TRIANGLE, "too large for the kernel");

static void solve_leaf(const struct triangular *t, dim lo, dim n)
{
    const struct triangle leaf = {t->lower, t->conj, t->unit};
    char *x = t->x + lo * t->s.size;
    t->s.kernels->triangle(n, &leaf, element(t->a, lo, lo, t->s.size), t->a.rs, t->a.cs, x);
}

static void solve_triangle(const struct triangular *t, dim lo, dim n)
{
    if (n <= LEAF) {
        solve_leaf(t, lo, n);
        return;
    }
    const dim half = ceil_div(n / 2, LEAF) * LEAF;
    solve_triangle(t, t->lower ? lo : lo + half, t->lower ? half : n - half);
    subtract_block(t, lo, half, n);
    solve_triangle(t, t->lower ? lo + half : lo, t->lower ? n - half : half);
}

/* What a band has of rows [lo, lo + m) beside a triangle on the diagonal is taken from these unknowns. */
static void subtract_known(const struct triangular *t, dim lo, dim m, dim n)
{
    const struct setting *s = &t->s;
    const dim from = t->lower ? max_dim(0, lo - t->k) : lo + m, to = t->lower ? lo : min_dim(n, lo + m + t->k);
    const struct clip band = {t->lower ? t->k : n, t->lower ? n : t->k}, clip = clip_from(band, lo, from);
    struct matvec v = {.setting = s, .m = m, .n = to - from, .clip = &clip, .threads = 1, .scratch = s->room};
    if (to <= from) return;
    v.a = part_from(t->a, lo, from, s->size), v.alpha = minus_one_of(s->dtype), v.beta = one_of(s->dtype);
    v.x = t->x + from * s->size, v.y = t->x + lo * s->size;
    pbl_matvec(&v);
}

/* A band that is wide enough for whole triangles on its diagonal. */
static void solve_band(const struct triangular *t, dim n)
{
    const dim fit = min_dim(t->k + 1, LEAF), most = fit < TRIANGLE_BLOCK ? fit : fit & -TRIANGLE_BLOCK;
    for (dim q = 0, m; q < n; q += m) {
        m = min_dim(most, n - q);
        const dim lo = t->lower ? q : n - q - m;
        subtract_known(t, lo, m, n);
        solve_leaf(t, lo, m);
    }
}

/* The product of a matrix, not of lines. */
static int multiply(struct triangular *t, dim n, void *x, dim incx)
{
    struct setting *s = &t->s;
    const dim k = min_dim(t->k, n), diagonal = t->unit ? -1 : 0;
    const struct clip clip = {t->lower ? k : diagonal, t->lower ? diagonal : k};
    struct matvec v = {.setting = s, .m = n, .n = n, .a = t->a, .clip = &clip, .alpha = one_of(s->dtype)};
    v.beta = t->unit ? one_of(s->dtype) : NULL;
    v.threads = pbl_matvec_threads(s, n, min_dim(k, n / 2));
    if (!get_room(s, pbl_matvec_scratch(v.threads) + room_for(s, n) + room_for_copy(s, n, incx))) return PBL_NO_MEMORY;
    v.x = copied(s, n, x, incx);
    v.y = v.beta ? contiguous(s, n, x, incx) : space_for(s, n, x, incx);
    v.scratch = s->room;
    pbl_matvec(&v);
    put_back(s, n, v.y, x, incx);
    return PBL_OK;
}

static int run(struct triangular *t, dim n, void *x, dim incx)
{
    if (n == 0) return PBL_OK;
    if (t->a.p && !t->solve) return multiply(t, n, x, incx);
    t->threads = t->a.p ? pbl_matvec_threads(&t->s, n / 2, n / 2) : 1;
    if (!get_room(&t->s, pbl_matvec_scratch(t->threads) + room_for_copy(&t->s, n, incx))) return PBL_NO_MEMORY;
    t->x = contiguous(&t->s, n, x, incx);
    if (t->a.p && t->k < n) solve_band(t, n);
    else if (t->a.p) solve_triangle(t, 0, n);
    else apply_lines(t, n);
    put_back(&t->s, n, t->x, x, incx);
    return PBL_OK;
}

/* Everything but where A stands. */
static int begin(struct triangular *t, bool solve, int dtype, char uplo, char trans, char diag, bool good)
{
    *t = (struct triangular){.solve = solve, .lower = (uplo == 'l') == (trans == 'n'), .unit = diag == 'u'};
    t->conj = t->a.conj = trans == 'c';
    return set_up(&t->s, dtype, is_uplo(uplo) && is_op(trans) && is_diag(diag) && good);
}

static void set_matrix(struct triangular *t, char trans, const void *a, dim rs, dim cs, dim k)
{
    t->a = (struct matrix){.p = (char *)(uintptr_t)a, .rs = rs, .cs = cs, .conj = t->conj}, t->k = k;
    if (trans != 'n') t->a = transposed(t->a);
}

static int dense(bool solve, int dtype, char uplo, char trans, char diag, dim n, const void *a, dim rs, dim cs, void *x,
                 dim incx)
{
    struct triangular t;
    const int status = begin(&t, solve, dtype, uplo, trans, diag, n >= 0);
    if (status != PBL_OK) return status;
    set_matrix(&t, trans, a, rs, cs, n);
    return run(&t, n, x, incx);
}

static int band(bool solve, int dtype, char uplo, char trans, char diag, dim n, dim k, const void *a, dim rs, dim cs,
                void *x, dim incx)
{
    struct triangular t;
    const int status = begin(&t, solve, dtype, uplo, trans, diag, n >= 0 && k >= 0);
    if (status != PBL_OK) return status;
    set_matrix(&t, trans, a, rs, cs, k);
    return run(&t, n, x, incx);
}

static int packed(bool solve, int dtype, char uplo, char order, char trans, char diag, dim n, const void *ap, void *x,
                  dim incx)
{
    struct triangular t;
    const int status = begin(&t, solve, dtype, uplo, trans, diag, is_packed(order) && n >= 0);
    if (status != PBL_OK) return status;
    t.lines = packed_lines(ap, n, t.lower, (order == 'c') == (trans == 'n'));
    return run(&t, n, x, incx);
}

#define ROUTINES(SOLVE, trmv, tbmv, tpmv)                                                                       \
    int trmv(int dtype, char uplo, char trans, char diag, int64_t n, const void *a, int64_t rs_a, int64_t cs_a, \
             void *x, int64_t incx)                                                                             \
    { return dense(SOLVE, dtype, uplo, trans, diag, n, a, rs_a, cs_a, x, incx); }                               \
    int tbmv(int dtype, char uplo, char trans, char diag, int64_t n, int64_t k, const void *a, int64_t rs_a,    \
             int64_t cs_a, void *x, int64_t incx)                                                               \
    { return band(SOLVE, dtype, uplo, trans, diag, n, k, a, rs_a, cs_a, x, incx); }                             \
    int tpmv(int dtype, char uplo, char order, char trans, char diag, int64_t n, const void *ap, void *x,       \
             int64_t incx)                                                                                      \
    { return packed(SOLVE, dtype, uplo, order, trans, diag, n, ap, x, incx); }
ROUTINES(false, pbl_trmv, pbl_tbmv, pbl_tpmv)
ROUTINES(true, pbl_trsv, pbl_tbsv, pbl_tpsv)
