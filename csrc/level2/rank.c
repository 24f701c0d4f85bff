/* SPDX-License-Identifier: MIT */
/* ger, syr, her, spr, hpr: A += u v^T; syr2, her2, spr2, hpr2: A += u v^T + u' v'^T. Lines of A, as they lie in memory,
 * get multiples of v or, where they are columns, of u. */
#include "../core/shares.h"
#include "../include/pyblaslite.h"
#include "blocking.h"
#include "lines.h"
#include "setting.h"

enum { MOST_TERMS = 2, LINES_AT_ONCE = 32 };

struct update {
    struct setting s;
    struct lines a;
    bool triangle, hermitian, far;
    int terms;
    const char *u[MOST_TERMS], *v[MOST_TERMS]; /* contiguous */
    char *gathered;                            /* a line that is contiguous, for one that is not */
    struct shares *shares;
};

/* `count` lines from j on; those of a triangle that is not packed begin, or end, one after the other. */
static void update_lines(const struct update *w, dim j, dim count)
{
    const dim size = w->s.size;
    const struct run run = run_of(&w->a, j);
    char *line = in_line(&w->a, j, run.first, size), *to = w->a.inc == 1 ? line : w->gathered;
    const void *across[MOST_TERMS], *along[MOST_TERMS];
    for (int t = 0; t < w->terms; t++) {
        across[t] = (w->a.columns ? w->v[t] : w->u[t]) + j * size;
        along[t] = (w->a.columns ? w->u[t] : w->v[t]) + run.first * size;
    }
    if (to != line) w->s.kernels->copy(run.n, line, w->a.inc, to, 1);
    w->s.kernels->rank1(count, run.n, w->terms, across, along, to, w->a.step + j * w->a.curve, w->a.curve,
                        w->triangle && w->a.before == 0, w->triangle && w->a.after == 0, w->far);
    if (to != line) w->s.kernels->copy(run.n, to, 1, line, w->a.inc);
}

static void update_range(const struct update *w, dim j, dim end)
{
    const dim together = w->a.inc == 1 ? end - j : 1;
    for (dim i = j; i < end; i += together) update_lines(w, i, together);
    if (w->hermitian)
        for (dim i = j; i < end; i++) clear_imaginary(&w->s, in_line(&w->a, i, i, w->s.size));
}

static void take_lines(void *arg)
{
    const struct update *w = arg;
    for (dim turn = 0, q; (q = take_piece(w->shares, &turn)) >= 0;)
        update_range(w, q * LINES_AT_ONCE, min_dim((q + 1) * LINES_AT_ONCE, w->a.count));
}

static void run(struct update *w)
{
    const double bytes = (double)w->a.count * (double)w->a.length * (double)w->s.size / (w->triangle ? 2 : 1);
    const int threads = bytes < 2 * TEAM_BYTES || w->a.inc != 1 ? 1 : pbl_threads_available();
    w->far = bytes > FAR_BYTES && w->a.length * w->s.size > LONG_LINE_BYTES;
    if (threads == 1) {
        update_range(w, 0, w->a.count);
        return;
    }
    const enum work work = !w->triangle ? EVEN : w->a.before == 0 ? SHRINKING : GROWING;
    struct shares shares;
    cut_shares(&shares, 0, ceil_div(w->a.count, LINES_AT_ONCE), threads, work);
    w->shares = &shares;
    pbl_run_team(threads, take_lines, w);
}

/* alpha x, or alpha times the conjugate of x, contiguous. */
static char *scaled(struct update *w, dim n, const void *alpha, const void *x, dim incx, bool conj)
{
    if (!conj && pbl_is_one(w->s.dtype, alpha)) return contiguous(&w->s, n, x, incx);
    char *copy = take_room(&w->s, n);
    if (conj) {
        w->s.kernels->copy(n, x, incx, copy, 1);
        conjugate(&w->s, n, copy);
        x = copy, incx = 1;
    }
    w->s.kernels->scal(n, alpha, x, incx, copy, 1);
    return copy;
}

/* Workspace for vectors of a's columns and rows, and for a line. */
static bool get_vectors(struct update *w, dim m, dim n)
{
    if (!get_room(&w->s, 2 * room_for(&w->s, m) + 2 * room_for(&w->s, n) + room_for(&w->s, w->a.length))) return false;
    w->gathered = take_room(&w->s, w->a.length);
    return true;
}

int pbl_ger(int dtype, char trans_y, int64_t m, int64_t n, const void *alpha, const void *x, int64_t incx,
            const void *y, int64_t incy, void *a, int64_t rs_a, int64_t cs_a)
{
    struct update w;
    set_matrix_lines(&w.a, a, m, n, rs_a, cs_a, m, n);
    w.triangle = w.hermitian = false;
    const int status = set_up(&w.s, dtype, (trans_y == 't' || trans_y == 'c') && m >= 0 && n >= 0);
    if (status != PBL_OK || m == 0 || n == 0 || pbl_is_zero(dtype, alpha)) return status;
    if (!get_vectors(&w, m, n)) return PBL_NO_MEMORY;
    w.u[0] = contiguous(&w.s, m, x, incx);
    w.v[0] = scaled(&w, n, alpha, y, incy, trans_y == 'c');
    w.terms = 1;
    run(&w);
    return PBL_OK;
}

/* A += alpha x x^T, or alpha x x^H with a real alpha; w->a is where A stands. */
static int rank1(struct update *w, bool hermitian, int dtype, bool good, dim n, const void *alpha, const void *x,
                 dim incx)
{
    const int status = set_up(&w->s, dtype, good && n >= 0);
    if (status != PBL_OK || n == 0) return status;
    double factor[2] = {0, 0}; /* an alpha that is real, as a number of the dtype */
    w->hermitian = hermitian && parts_of(dtype) == 2;
    if (w->hermitian) {
        put_real(dtype, factor, 0, real_at(dtype, alpha, 0));
        alpha = factor;
    }
    if (pbl_is_zero(dtype, alpha)) return PBL_OK;
    if (!get_vectors(w, n, n)) return PBL_NO_MEMORY;
    w->terms = 1;
    w->u[0] = contiguous(&w->s, n, x, incx);
    w->v[0] = scaled(w, n, alpha, x, incx, w->hermitian);
    run(w);
    return PBL_OK;
}

/* A += alpha x y^T + alpha y x^T, or alpha x y^H + conj(alpha) y x^H. */
static int rank2(struct update *w, bool hermitian, int dtype, bool good, dim n, const void *alpha, const void *x,
                 dim incx, const void *y, dim incy)
{
    const int status = set_up(&w->s, dtype, good && n >= 0);
    if (status != PBL_OK || n == 0 || pbl_is_zero(dtype, alpha)) return status;
    if (!get_vectors(w, n, n)) return PBL_NO_MEMORY;
    w->hermitian = hermitian && parts_of(dtype) == 2;
    w->terms = 2;
    w->u[0] = contiguous(&w->s, n, x, incx);
    w->u[1] = contiguous(&w->s, n, y, incy);
    w->v[0] = scaled(w, n, alpha, y, incy, w->hermitian);
    char *other = take_room(&w->s, n);
    w->s.kernels->scal(n, alpha, x, incx, other, 1);
    if (w->hermitian) conjugate(&w->s, n, other);
    w->v[1] = other;
    run(w);
    return PBL_OK;
}

#define DENSE                                                \
    struct update w;                                         \
    set_triangle_lines(&w.a, a, n, rs_a, cs_a, uplo == 'l'); \
    w.triangle = true
#define PACKED                                                 \
    struct update w;                                           \
    set_packed_lines(&w.a, ap, n, uplo == 'l', packed == 'c'); \
    w.triangle = true
#define ROUTINES(HERMITIAN, syr, spr, syr2, spr2)                                                                   \
    int syr(int dtype, char uplo, int64_t n, const void *alpha, const void *x, int64_t incx, void *a, int64_t rs_a, \
            int64_t cs_a)                                                                                           \
    {                                                                                                               \
        DENSE;                                                                                                      \
        return rank1(&w, HERMITIAN, dtype, is_uplo(uplo), n, alpha, x, incx);                                       \
    }                                                                                                               \
    int spr(int dtype, char uplo, char packed, int64_t n, const void *alpha, const void *x, int64_t incx, void *ap) \
    {                                                                                                               \
        PACKED;                                                                                                     \
        return rank1(&w, HERMITIAN, dtype, is_uplo(uplo) && is_packed(packed), n, alpha, x, incx);                  \
    }                                                                                                               \
    int syr2(int dtype, char uplo, int64_t n, const void *alpha, const void *x, int64_t incx, const void *y,        \
             int64_t incy, void *a, int64_t rs_a, int64_t cs_a)                                                     \
    {                                                                                                               \
        DENSE;                                                                                                      \
        return rank2(&w, HERMITIAN, dtype, is_uplo(uplo), n, alpha, x, incx, y, incy);                              \
    }                                                                                                               \
    int spr2(int dtype, char uplo, char packed, int64_t n, const void *alpha, const void *x, int64_t incx,          \
             const void *y, int64_t incy, void *ap)                                                                 \
    {                                                                                                               \
        PACKED;                                                                                                     \
        return rank2(&w, HERMITIAN, dtype, is_uplo(uplo) && is_packed(packed), n, alpha, x, incx, y, incy);         \
    }
ROUTINES(false, pbl_syr, pbl_spr, pbl_syr2, pbl_spr2)
ROUTINES(true, pbl_her, pbl_hpr, pbl_her2, pbl_hpr2)
