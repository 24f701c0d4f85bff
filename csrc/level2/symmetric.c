/* SPDX-License-Identifier: MIT */
/* symv, sbmv, spmv and hemv, hbmv, hpmv: y = alpha A x + beta y for a symmetric or Hermitian A, of which one triangle
 * is read. */
#include <math.h>

#include "../core/shares.h"
#include "../include/pyblaslite.h"
#include "blocking.h"
#include "lines.h"
#include "matvec.h"
#include "sums.h"

struct symmetric {
    struct setting s;
    bool hermitian, far;
    struct lines lines;
    struct sums sums;
};

/* A thread's memory: lanes of sums across lines, and along them; lines that were not contiguous. */
struct lanes {
    char *across, *along, *gathered;
};

static size_t lane_bytes(const struct symmetric *a, dim n)
{ return (size_t)(n * parts_of(a->s.dtype) * GEMV_LANE_BYTES); }

static dim triangle_bytes(const struct symmetric *a, dim n) { return n * n / 2 * a->s.size; }

static size_t across_bytes(void) { return (BOTH_WAYS_REALS + BOTH_WAYS_APART) * GEMV_LANE_BYTES; }

static size_t gathered_bytes(const struct symmetric *a)
{ return a->lines.inc == 1 ? 0 : room_for(&a->s, GATHERED_LINES * GATHERED_LINES); }

static size_t lanes_bytes(const struct symmetric *a, dim n)
{ return across_bytes() + lane_bytes(a, n + STRIP_UNIT) + gathered_bytes(a); }

static struct lanes lanes_at(const struct symmetric *a, dim n, char *p)
{ return (struct lanes){p, p + across_bytes(), p + across_bytes() + lane_bytes(a, n + STRIP_UNIT)}; }

/* Lines of `b`, the first being j and all of them beginning at index e, which have gaps. Only what is stored is read.
 */
static void gather(const struct symmetric *a, struct both_ways *b, dim j, dim e, char *to)
{
    const dim size = a->s.size;
    b->a = to, b->step = b->m, b->curve = 0;
    for (dim l = 0; l < b->n; l++) {
        const dim first = b->shape == ONWARD ? l : 0, end = b->shape == BACKWARD ? l + 1 : b->m;
        a->s.kernels->copy(end - first, in_line(&a->lines, j + l, e + first, size), a->lines.inc,
                           to + (l * b->m + first) * size, 1);
    }
}

/* Elements [e, e + m) of lines [j, j + n). */
static void add_block(const struct symmetric *a, const struct lanes *lanes, enum both_shape shape, bool fresh_across,
                      bool fresh_along, dim j, dim n, dim e, dim m)
{
    const dim size = a->s.size, together = a->lines.inc == 1 ? n : GATHERED_LINES;
    struct both_ways b = {.m = m, .shape = shape, .hermitian = a->hermitian};
    b.fresh_across = fresh_across, b.fresh_along = fresh_along, b.far = a->far;
    b.x_along = a->sums.x + e * size, b.across = lanes->across;
    for (const dim end = j + n; j < end; j += together) {
        b.n = min_dim(together, end - j);
        b.a = in_line(&a->lines, j, e, size), b.step = a->lines.step + j * a->lines.curve, b.curve = a->lines.curve;
        b.x_lines = a->sums.x + j * size, b.along = lanes->along + lane_bytes(a, j);
        if (a->lines.inc != 1) gather(a, &b, j, e, lanes->gathered);
        a->s.kernels->both_ways(&b);
        b.fresh_across = false;
    }
}

/* What the lanes hold is added to m sums, from i on. */
static void fold(const struct symmetric *a, const char *across, const char *along, dim i, dim m)
{
    const bool columns = a->lines.columns;
    a->s.kernels->both_fold(m, across, a->hermitian && !columns, along, a->hermitian && columns,
                            a->sums.p + i * a->s.size);
}

/* Rows [lo, hi) of the lower triangle, as the lines from its first index on or before its last one: pieces of lines,
 * whose sums across stay in L1. */
static void add_strip(const struct symmetric *a, const struct lanes *lanes, dim lo, dim hi)
{
    const bool onward = a->lines.before == 0;
    const dim piece = a->lines.inc == 1 ? PIECE / parts_of(a->s.dtype) : GATHERED_LINES / 2;
    const dim first = onward ? 0 : lo;
    const bool single = lo == 0 && hi <= piece;
    for (dim e = onward ? lo : 0, m; e < hi; e += m) {
        m = min_dim(piece, (e < lo ? lo : hi) - e);
        if (onward && e > 0) add_block(a, lanes, BESIDE, true, e == lo, 0, e, e, m);
        if (e >= lo) add_block(a, lanes, onward ? ONWARD : BACKWARD, onward && e == 0, e == 0, e, m, e, m);
        if (!onward && hi > max_dim(e + m, lo))
            add_block(a, lanes, BESIDE, e < lo, e == 0, max_dim(e + m, lo), hi - max_dim(e + m, lo), e, m);
        fold(a, lanes->across, single ? lanes->along : NULL, e, m);
    }
    if (!single) fold(a, NULL, lanes->along + lane_bytes(a, first), first, hi - first);
}

/* A large triangle is cut into strips of rows, as many whatever the threads, and as large as each other. Each has sums
 * of its own, which are added in order. */
struct strips {
    const struct symmetric *a;
    int count;
    size_t bytes; /* of the sums of one */
    char *sums, *lanes;
    _Atomic int workers;
    struct shares *shares;
};

/* An even number, that two threads have as much to do. */
static int strips_of(const struct symmetric *a, dim n)
{
    if (n < 2 * LEAST_STRIP || triangle_bytes(a, n) < 2 * TEAM_BYTES) return 1;
    return (int)max_dim(2, min_dim(n / (2 * STRIP) * 2, MOST_STRIPS));
}

static dim strip_start(const struct strips *s, dim n, dim i)
{ return i == s->count ? n : (dim)((double)n * sqrt((double)i / s->count)) / STRIP_UNIT * STRIP_UNIT; }

static void take_strips(void *arg)
{
    struct strips *s = arg;
    struct symmetric a = *s->a;
    const dim n = a.sums.n;
    const int worker = atomic_fetch_add_explicit(&s->workers, 1, memory_order_relaxed);
    const struct lanes lanes = lanes_at(&a, n, s->lanes + (size_t)worker * lanes_bytes(&a, n));
    for (dim turn = 0, i; (i = take_piece(s->shares, &turn)) >= 0;) {
        const dim lo = strip_start(s, n, i), hi = strip_start(s, n, i + 1);
        a.sums.p = s->sums + (size_t)i * s->bytes;
        memset(a.sums.p, 0, (size_t)(hi * a.s.size));
        if (lo < hi) add_strip(&a, &lanes, lo, hi);
    }
}

static void add_strips(struct symmetric *a, struct strips *s, int threads)
{
    const dim n = a->sums.n;
    struct shares shares;
    cut_shares(&shares, 0, s->count, threads, EVEN);
    s->shares = &shares;
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
    struct strips strips = {.a = a, .count = strips_of(a, n), .bytes = room_for(&a->s, n)};
    const int threads = (int)min_dim(strips.count, pbl_matvec_threads(&a->s, n, n / 2));
    const size_t lanes = (size_t)threads * lanes_bytes(a, n);
    if (!open_sums(&a->s, &a->sums, n, x, incx, n, lanes + (size_t)strips.count * strips.bytes)) return PBL_NO_MEMORY;
    strips.lanes = a->s.room, strips.sums = a->s.room + lanes;
    a->hermitian = a->hermitian && parts_of(a->s.dtype) == 2;
    a->far = triangle_bytes(a, n) > (pbl_l2_is_large() ? LARGE_L2_BYTES : SMALL_L2_BYTES);
    if (strips.count == 1) {
        const struct lanes room = lanes_at(a, n, strips.lanes);
        add_strip(a, &room, 0, n);
    } else {
        add_strips(a, &strips, threads);
    }
    close_sums(&a->s, &a->sums, alpha, beta, y, incy);
    return PBL_OK;
}

static int dense(bool hermitian, int dtype, char uplo, dim n, const void *alpha, const void *p, dim rs, dim cs,
                 const void *x, dim incx, const void *beta, void *y, dim incy)
{
    struct symmetric a = {.hermitian = hermitian, .lines = triangle_lines(p, n, rs, cs, uplo == 'l')};
    const int status = set_up(&a.s, dtype, is_uplo(uplo) && n >= 0);
    return status != PBL_OK ? status : run(&a, n, alpha, x, incx, beta, y, incy);
}

/* sums += D x for a Hermitian diagonal, which is real, whatever is stored. */
static void add_diagonal(const struct setting *s, const struct sums *sums, struct matrix a)
{
    for (dim i = 0; i < 2 * sums->n; i++) {
        const double d = real_at(s->dtype, element(a, i / 2, i / 2, s->size), 0);
        put_real(s->dtype, sums->p, i, real_at(s->dtype, sums->p, i) + d * real_at(s->dtype, sums->x, i));
    }
}

/* A band is read twice: as what is below the diagonal, with this unless it has a rule of its own, and as what is above.
 * One of them is what is stored. */
static void add_band(struct setting *s, const struct sums *sums, bool hermitian, char uplo, dim k, struct matrix a)
{
    const struct clip below = {k, hermitian ? -1 : 0}, above = {-1, k};
    struct matrix mirrored = transposed(a);
    mirrored.conj = hermitian;
    struct matvec v = {.setting = s, .m = sums->n, .n = sums->n, .x = sums->x, .y = sums->p, .scratch = s->room};
    v.threads = pbl_matvec_threads(s, v.m, k), v.alpha = one_of(s->dtype);
    v.narrow = k < NARROW_BAND, v.clip = &below, v.a = uplo == 'l' ? a : mirrored;
    pbl_matvec(&v);
    v.clip = &above, v.a = uplo == 'l' ? mirrored : a, v.beta = one_of(s->dtype);
    pbl_matvec(&v);
    if (hermitian) add_diagonal(s, sums, a);
}

static int band(bool hermitian, int dtype, char uplo, dim n, dim k, const void *alpha, const void *p, dim rs, dim cs,
                const void *x, dim incx, const void *beta, void *y, dim incy)
{
    struct setting s;
    struct sums sums;
    const int status = set_up(&s, dtype, is_uplo(uplo) && n >= 0 && k >= 0);
    if (status != PBL_OK || n == 0) return status;
    if (pbl_is_zero(dtype, alpha)) return scale_vector(&s, n, beta, y, incy);
    k = min_dim(k, n);
    if (!open_sums(&s, &sums, n, x, incx, n, pbl_matvec_scratch(pbl_matvec_threads(&s, n, k)))) return PBL_NO_MEMORY;
    add_band(&s, &sums, hermitian && parts_of(dtype) == 2, uplo, k, view(p, rs, cs));
    close_sums(&s, &sums, alpha, beta, y, incy);
    return PBL_OK;
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
