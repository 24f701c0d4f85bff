/* SPDX-License-Identifier: MIT */
/* symv, sbmv, spmv and hemv, hbmv, hpmv: y = alpha A x + beta y for a symmetric or Hermitian A, of which one triangle
 * is read. */
#include "../include/pyblaslite.h"
#include "blocking.h"
#include "lines.h"
#include "matvec.h"
#include "sums.h"

struct symmetric {
    struct setting s;
    bool hermitian;
    struct lines lines;
    struct matrix lower; /* the triangle as a lower one, its conjugate if it must be; p == NULL: lines only */
    struct sums sums;
};

/* sums[j] += a_jj x[j]; a Hermitian diagonal is real, whatever is stored, and multiplies as a real. */
static void add_diagonal(struct symmetric *a, dim j)
{
    const struct setting *s = &a->s;
    const char *d = in_line(&a->lines, j, j, s->size), *x = a->sums.x + j * s->size;
    char *sum = a->sums.p + j * s->size;
    if (a->hermitian) s->real->axpy(2, d, false, x, 1, sum, 1);
    else s->kernels->axpy(1, d, false, x, 1, sum, 1);
}

/* Lines [lo, hi), and of these what stands in rows and columns [lo, hi). Each is used twice: as what it is, and as the
 * row or column that it mirrors. */
static void add_lines(struct symmetric *a, dim lo, dim hi)
{
    const struct setting *s = &a->s;
    const dim size = s->size;
    for (dim j = lo; j < hi; j++) {
        const struct run run = run_beside(&a->lines, j, lo, hi);
        const char *line = in_line(&a->lines, j, run.first, size);
        double sum[2];
        s->kernels->axpy(run.n, a->sums.x + j * size, a->hermitian && !a->lines.columns, line, a->lines.inc,
                         a->sums.p + run.first * size, 1);
        s->kernels->dot(run.n, a->hermitian && a->lines.columns, line, a->lines.inc, a->sums.x + run.first * size, 1,
                        sum);
        s->kernels->axpy(1, one_of(s->dtype), false, sum, 1, a->sums.p + j * size, 1);
        add_diagonal(a, j);
    }
}

/* The block of rows [i, i + m) and columns [j, j + n), below the diagonal, and its mirror image. */
static void add_block(struct symmetric *a, dim i, dim m, dim j, dim n)
{
    const dim size = a->s.size;
    struct matvec v = {.setting = &a->s, .m = m, .n = n, .a = a->lower, .alpha = one_of(a->s.dtype)};
    v.beta = v.alpha, v.threads = 1, v.scratch = a->s.room;
    v.a.p = element(a->lower, i, j, size), v.x = a->sums.x + j * size, v.y = a->sums.p + i * size;
    pbl_matvec(&v);
    v.a = transposed(v.a), v.a.conj ^= a->hermitian, v.m = n, v.n = m;
    v.x = a->sums.x + i * size, v.y = a->sums.p + j * size;
    pbl_matvec(&v);
}

/* Rows and columns [lo, lo + n). */
static void add_triangle(struct symmetric *a, dim lo, dim n)
{
    if (n <= LEAF || !a->lower.p) {
        add_lines(a, lo, lo + n);
        return;
    }
    const dim half = ceil_div(n / 2, LEAF) * LEAF;
    add_triangle(a, lo, half);
    for (dim i = lo + half; i < lo + n; i += PIECE)
        for (dim j = lo; j < lo + half; j += PIECE)
            add_block(a, i, min_dim(PIECE, lo + n - i), j, min_dim(PIECE, lo + half - j));
    add_triangle(a, lo + half, n - half);
}

/* Where the triangle stands: the rest of `a` is filled in. Returns an enum pbl_status. */
static int run(struct symmetric *a, dim n, const void *alpha, const void *x, dim incx, const void *beta, void *y,
               dim incy)
{
    if (n == 0) return PBL_OK;
    if (pbl_is_zero(a->s.dtype, alpha)) return scale_vector(&a->s, n, beta, y, incy);
    if (!open_sums(&a->s, &a->sums, n, x, incx, n, pbl_matvec_scratch(1))) return PBL_NO_MEMORY;
    a->hermitian = a->hermitian && parts_of(a->s.dtype) == 2;
    a->lower.conj = a->lower.conj && a->hermitian;
    add_triangle(a, 0, n);
    close_sums(&a->s, &a->sums, alpha, beta, y, incy);
    return PBL_OK;
}

static int dense(bool hermitian, int dtype, char uplo, dim n, const void *alpha, const void *p, dim rs, dim cs,
                 const void *x, dim incx, const void *beta, void *y, dim incy)
{
    struct symmetric a = {.hermitian = hermitian, .lines = triangle_lines(p, n, rs, cs, uplo == 'l', n)};
    const struct matrix stored = {(char *)(uintptr_t)p, rs, cs, false, false};
    const int status = set_up(&a.s, dtype, is_uplo(uplo) && n >= 0);
    if (status != PBL_OK) return status;
    a.lower = uplo == 'l' ? stored : transposed(stored);
    a.lower.conj = uplo == 'u';
    return run(&a, n, alpha, x, incx, beta, y, incy);
}

static int band(bool hermitian, int dtype, char uplo, dim n, dim k, const void *alpha, const void *p, dim rs, dim cs,
                const void *x, dim incx, const void *beta, void *y, dim incy)
{
    struct symmetric a = {.hermitian = hermitian, .lines = triangle_lines(p, n, rs, cs, uplo == 'l', k)};
    const int status = set_up(&a.s, dtype, is_uplo(uplo) && n >= 0 && k >= 0);
    return status != PBL_OK ? status : run(&a, n, alpha, x, incx, beta, y, incy);
}

static int packed(bool hermitian, int dtype, char uplo, char order, dim n, const void *alpha, const void *p,
                  const void *x, dim incx, const void *beta, void *y, dim incy)
{
    struct symmetric a = {.hermitian = hermitian, .lines = packed_lines(p, n, uplo == 'l', order == 'c')};
    const int status = set_up(&a.s, dtype, is_uplo(uplo) && is_packed(order) && n >= 0);
    return status != PBL_OK ? status : run(&a, n, alpha, x, incx, beta, y, incy);
}

#define ROUTINES(HERMITIAN, symv, sbmv, spmv)                                                                          \
    int symv(int dtype, char uplo, int64_t n, const void *alpha, const void *a, int64_t rs_a, int64_t cs_a,            \
             const void *x, int64_t incx, const void *beta, void *y, int64_t incy)                                     \
    { return dense(HERMITIAN, dtype, uplo, n, alpha, a, rs_a, cs_a, x, incx, beta, y, incy); }                         \
    int sbmv(int dtype, char uplo, int64_t n, int64_t k, const void *alpha, const void *a, int64_t rs_a, int64_t cs_a, \
             const void *x, int64_t incx, const void *beta, void *y, int64_t incy)                                     \
    { return band(HERMITIAN, dtype, uplo, n, k, alpha, a, rs_a, cs_a, x, incx, beta, y, incy); }                       \
    int spmv(int dtype, char uplo, char order, int64_t n, const void *alpha, const void *ap, const void *x,            \
             int64_t incx, const void *beta, void *y, int64_t incy)                                                    \
    { return packed(HERMITIAN, dtype, uplo, order, n, alpha, ap, x, incx, beta, y, incy); }
ROUTINES(false, pbl_symv, pbl_sbmv, pbl_spmv)
ROUTINES(true, pbl_hemv, pbl_hbmv, pbl_hpmv)
