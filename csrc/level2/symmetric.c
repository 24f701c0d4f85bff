/* SPDX-License-Identifier: MIT */
/* symv, sbmv, spmv and hemv, hbmv, hpmv: y = alpha A x + beta y for a symmetric or Hermitian A, of which one triangle
 * is read. */
#include <math.h>
#include <stdatomic.h>

#include "../core/threads.h"
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

/* Each line is used twice: as what it is, and as the row or column that it mirrors. */
static void add_lines(struct symmetric *a, dim n)
{
    const struct setting *s = &a->s;
    const dim size = s->size;
    for (dim j = 0; j < n; j++) {
        const struct run run = run_beside(&a->lines, j);
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

/* sums += a block of A, or a piece that is made, times x. */
static void add_product(struct symmetric *a, struct matrix block, dim i, dim m, dim j, dim n)
{
    const void *one = one_of(a->s.dtype);
    const struct matvec v = {.setting = &a->s,
                             .m = m,
                             .n = n,
                             .a = block,
                             .alpha = one,
                             .beta = one,
                             .threads = 1,
                             .x = a->sums.x + j * a->s.size,
                             .y = a->sums.p + i * a->s.size,
                             .scratch = a->s.room};
    pbl_matvec(&v);
}

/* The block of rows [i, i + m) and columns [j, j + n), below the diagonal, and its mirror image. */
static void add_block(struct symmetric *a, dim i, dim m, dim j, dim n)
{
    struct matrix block = a->lower;
    block.p = element(a->lower, i, j, a->s.size);
    add_product(a, block, i, m, j, n);
    block = transposed(block), block.conj ^= a->hermitian;
    add_product(a, block, j, n, i, m);
}

/* Rows and columns [lo, lo + n), made whole. The scratch holds it: a matrix whose rows are contiguous needs none. */
static void add_leaf(struct symmetric *a, dim lo, dim n)
{
    const struct matrix whole = {.p = a->s.room, .rs = n, .cs = 1}, m = a->lower;
    a->s.kernels->mirror(n, m.conj, a->hermitian, element(m, lo, lo, a->s.size), m.rs, m.cs, whole.p);
    add_product(a, whole, lo, n, lo, n);
}

/* The same of any size: pieces are used both ways while they are in the cache. */
static void add_beside(struct symmetric *a, dim i, dim m, dim j, dim n)
{
    for (dim p = i; p < i + m; p += PIECE)
        for (dim q = j; q < j + n; q += PIECE) add_block(a, p, min_dim(PIECE, i + m - p), q, min_dim(PIECE, j + n - q));
}

/* Rows and columns [lo, lo + n). */
static void add_triangle(struct symmetric *a, dim lo, dim n)
{
    if (n <= MIRRORED) {
        add_leaf(a, lo, n);
        return;
    }
    const dim half = ceil_div(n / 2, MIRRORED) * MIRRORED;
    add_triangle(a, lo, half);
    add_beside(a, lo + half, n - half, lo, half);
    add_triangle(a, lo + half, n - half);
}

/* A large triangle is cut into strips of rows, as many whatever the threads, and as large as each other. Each has sums
 * of its own, which are added in order. */
struct strips {
    struct symmetric *a;
    int count;
    size_t bytes; /* of the sums of one */
    char *sums, *scratch;
    _Atomic int next, workers;
};

static int strips_of(dim n) { return n < 2 * STRIP ? 1 : (int)min_dim(n / STRIP, MOST_STRIPS); }

static dim strip_start(const struct strips *s, dim n, int i)
{ return i == s->count ? n : (dim)((double)n * sqrt((double)i / s->count)) / MIRRORED * MIRRORED; }

static void take_strips(void *arg)
{
    struct strips *s = arg;
    struct symmetric a = *s->a;
    a.s.room = s->scratch + pbl_matvec_scratch(atomic_fetch_add_explicit(&s->workers, 1, memory_order_relaxed));
    for (int i; (i = atomic_fetch_add_explicit(&s->next, 1, memory_order_relaxed)) < s->count;) {
        const dim lo = strip_start(s, a.sums.n, i), hi = strip_start(s, a.sums.n, i + 1);
        a.sums.p = s->sums + (size_t)i * s->bytes;
        memset(a.sums.p, 0, (size_t)(hi * a.s.size));
        add_beside(&a, lo, hi - lo, 0, lo);
        add_triangle(&a, lo, hi - lo);
    }
}

static void add_strips(struct symmetric *a, struct strips *s, int threads)
{
    const dim n = a->sums.n;
    if (threads > 1) pbl_run_team(threads, take_strips, s);
    else take_strips(s);
    for (int i = 0; i < s->count; i++)
        a->s.kernels->axpy(strip_start(s, n, i + 1), one_of(a->s.dtype), false, s->sums + (size_t)i * s->bytes, 1,
                           a->sums.p, 1);
}

/* Where the triangle stands: the rest of `a` is filled in. Returns an enum pbl_status. */
static int run(struct symmetric *a, dim n, const void *alpha, const void *x, dim incx, const void *beta, void *y,
               dim incy)
{
    if (n == 0) return PBL_OK;
    if (pbl_is_zero(a->s.dtype, alpha)) return scale_vector(&a->s, n, beta, y, incy);
    struct strips strips = {.a = a, .count = a->lower.p ? strips_of(n) : 1, .bytes = room_for(&a->s, n)};
    const int threads = (int)min_dim(strips.count, pbl_matvec_threads(&a->s, n, n / 2));
    const size_t scratch = pbl_matvec_scratch(threads);
    if (!open_sums(&a->s, &a->sums, n, x, incx, n, scratch + (size_t)strips.count * strips.bytes)) return PBL_NO_MEMORY;
    strips.scratch = a->s.room, strips.sums = a->s.room + scratch;
    a->hermitian = a->hermitian && parts_of(a->s.dtype) == 2;
    a->lower.conj = a->lower.conj && a->hermitian;
    if (!a->lower.p) add_lines(a, n);
    else if (strips.count == 1) add_triangle(a, 0, n);
    else add_strips(a, &strips, threads);
    close_sums(&a->s, &a->sums, alpha, beta, y, incy);
    return PBL_OK;
}

static int dense(bool hermitian, int dtype, char uplo, dim n, const void *alpha, const void *p, dim rs, dim cs,
                 const void *x, dim incx, const void *beta, void *y, dim incy)
{
    struct symmetric a = {.hermitian = hermitian, .lines = triangle_lines(p, n, rs, cs, uplo == 'l', n)};
    const struct matrix stored = {.p = (char *)(uintptr_t)p, .rs = rs, .cs = cs};
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
