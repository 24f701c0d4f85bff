/* SPDX-License-Identifier: MIT */
/* trmv, tbmv, tpmv: x = op(A) x; trsv, tbsv, tpsv: x = op(A)^-1 x, for a triangular A. */
#include "../include/pyblaslite.h"
#include "blocking.h"
#include "lines.h"
#include "matvec.h"
#include "triangular.h"

/* What is known of the unknowns [lo, lo + n) is taken from the others; they are cut at `half`. */
static void subtract_block(const struct triangular *t, dim lo, dim half, dim n)
{
    const struct setting *s = &t->s;
    struct matvec v = {.setting = s, .curve = t->curve, .threads = t->threads, .scratch = s->room};
    v.alpha = minus_one_of(s->dtype), v.beta = one_of(s->dtype);
    const dim to = t->lower ? lo + half : lo, from = t->lower ? lo : lo + half;
    v.m = t->lower ? n - half : half, v.n = n - v.m;
    v.a = packed_part(t->a, t->curve, to, from, s->size), v.x = t->x + from * s->size, v.y = t->x + to * s->size;
    pbl_matvec(&v);
}

_Static_assert((int)LEAF <= LARGEST_TRIANGLE, "too large for the kernel");

static void solve_leaf(const struct triangular *t, dim lo, dim n)
{
    const struct triangle leaf = {t->lower, t->conj, t->unit};
    const struct matrix a = packed_part(t->a, t->curve, lo, lo, t->s.size);
    t->s.kernels->triangle(n, &leaf, a.p, a.rs, a.cs, t->curve, t->x + lo * t->s.size);
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
    if (t->k <= PLAIN_BAND) {
        const struct triangle all = {t->lower, t->conj, t->unit};
        t->s.kernels->band_solve(n, t->k, &all, t->a.p, t->a.rs, t->a.cs, t->x);
        return;
    }
    const dim fit = min_dim(t->k + 1, LEAF), most = fit < TRIANGLE_BLOCK ? fit : fit & -TRIANGLE_BLOCK;
    for (dim q = 0, m; q < n; q += m) {
        m = min_dim(most, n - q);
        const dim lo = t->lower ? q : n - q - m;
        subtract_known(t, lo, m, n);
        solve_leaf(t, lo, m);
    }
}

static int run(struct triangular *t, dim n, void *x, dim incx)
{
    if (n == 0) return PBL_OK;
    if (!t->solve) return pbl_multiply_triangular(t, n, x, incx);
    t->threads = pbl_matvec_threads(&t->s, n / 2, n / 2);
    if (!get_room(&t->s, pbl_matvec_scratch(t->threads) + room_for_copy(&t->s, n, incx))) return PBL_NO_MEMORY;
    t->x = contiguous(&t->s, n, x, incx);
    if (t->k < n) solve_band(t, n);
    else solve_triangle(t, 0, n);
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
    struct lines lines;
    set_packed_lines(&lines, ap, n, uplo == 'l', order == 'c');
    set_matrix(&t, trans, ap, order == 'c' ? 1 : lines.step, order == 'c' ? lines.step : 1, n);
    if ((order == 'c') == (trans == 'n')) t.curve.columns = lines.curve;
    else t.curve.rows = lines.curve;
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
