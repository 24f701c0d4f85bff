/* SPDX-License-Identifier: MIT */
/* symv, sbmv, spmv and hemv, hbmv, hpmv: y = alpha A x + beta y for a symmetric or Hermitian A, of which one triangle
 * is read. */
#include "../core/shares.h"
#include "../include/pyblaslite.h"
#include "blocking.h"
#include "lines.h"
#include "matvec.h"
#include "sums.h"

/* Lanes of sums, of which those across lines are rows `ld` bytes apart: line j adds to row j mod W. Threads share the
 * rows, and with them the lines, and need not know of one another until all lines are done. So each line is read to its
 * end, and no sum depends on the threads. */
struct symmetric {
    struct setting s;
    bool hermitian, far;
    struct lines lines;
    dim n;
    const char *x; /* contiguous, as y is */
    char *y;
    struct gemm_scale scale;
    char *across, *along, *gathered; /* lines that were not contiguous, for each thread */
    dim ld;
    struct shares shares, folds;
    int threads, lanes_at_once;
    _Atomic int workers;
};

static dim lanes_of(const struct symmetric *a) { return GEMV_LANE_BYTES >> __builtin_ctz((unsigned)a->s.size); }

static size_t lane_bytes(const struct symmetric *a, dim n)
{ return (size_t)(n * parts_of(a->s.dtype) * GEMV_LANE_BYTES); }

static dim triangle_bytes(const struct symmetric *a, dim n) { return n * n / 2 * a->s.size; }

/* Rows begin an odd number of lines of the cache apart, so that a few of them find places in L1. */
static dim row_bytes(const struct symmetric *a, dim n)
{
    enum { LINE = 64, APART = 16, ODD = 9 };
    return ((n * a->s.size + LINE * (APART - ODD) - 1) / (APART * LINE) * APART + ODD) * LINE;
}

static size_t gathered_bytes(const struct symmetric *a)
{ return a->lines.inc == 1 ? 0 : room_for(&a->s, GATHERED_LINES * GATHERED_LINES); }

/* Lines of `b`, the first being j and all of them beginning at index e, which have gaps. Only what is stored is read.
 */
static void gather(const struct symmetric *a, struct both_ways *b, dim j, dim e, char *to)
{
    const dim size = a->s.size;
    b->a = to, b->step = b->m, b->curve = 0;
    for (dim l = 0; l < b->n; l++) {
        const dim lane = l % lanes_of(a), first = b->shape == ONWARD ? l : 0, end = b->shape == BACKWARD ? l + 1 : b->m;
        if (lane < b->lane || lane >= b->lane_end) continue;
        a->s.kernels->copy(end - first, in_line(&a->lines, j + l, e + first, size), a->lines.inc,
                           to + (l * b->m + first) * size, 1);
    }
}

/* Which rows of sums a thread takes, and its memory. */
struct worker {
    const struct symmetric *a;
    int lane, lane_end;
    char *gathered;
};

/* Elements [e, e + m) of lines [j, j + n). */
static void add_block(const struct worker *w, enum both_shape shape, bool fresh_across, dim j, dim n, dim e, dim m)
{
    const struct symmetric *a = w->a;
    const dim size = a->s.size, together = a->lines.inc == 1 ? n : GATHERED_LINES;
    struct both_ways b = {.m = m, .lane = w->lane, .lane_end = w->lane_end, .shape = shape, .hermitian = a->hermitian};
    b.fresh_across = fresh_across, b.fresh_along = e == 0, b.far = a->far;
    b.x_along = a->x + e * size, b.across = a->across + e * size, b.ld = a->ld;
    for (const dim end = j + n; j < end; j += together) {
        b.n = min_dim(together, end - j);
        b.a = in_line(&a->lines, j, e, size), b.step = a->lines.step + j * a->lines.curve, b.curve = a->lines.curve;
        b.x_lines = a->x + j * size, b.along = a->along + lane_bytes(a, j);
        if (a->lines.inc != 1) gather(a, &b, j, e, w->gathered);
        a->s.kernels->both_ways(&b);
        b.fresh_across = false;
    }
}

/* The triangle in pieces of its lines, whose sums across stay in L2. */
static void add_lines(const struct worker *w)
{
    const struct symmetric *a = w->a;
    const dim n = a->n, piece = a->lines.inc == 1 ? PIECE_BYTES / a->s.size : GATHERED_LINES / 2;
    const bool onward = a->lines.before == 0;
    for (dim e = 0, m; e < n; e += m) {
        m = min_dim(piece, n - e);
        if (onward && e > 0) add_block(w, BESIDE, true, 0, e, e, m);
        add_block(w, onward ? ONWARD : BACKWARD, onward && e == 0, e, m, e, m);
        if (!onward && n > e + m) add_block(w, BESIDE, false, e + m, n - e - m, e, m);
    }
}

/* Products across lines are with A or, as it is mirrored, with its conjugate; those along them with the other. */
static bool conj_across(const struct symmetric *a) { return a->hermitian && !a->lines.columns; }
static bool conj_along(const struct symmetric *a) { return a->hermitian && a->lines.columns; }

/* Elements [i, i + m) of y from what the lanes hold. */
static void fold(const struct symmetric *a, dim i, dim m)
{
    a->s.kernels->both_fold(m, a->across + i * a->s.size, a->ld, conj_across(a), a->along + lane_bytes(a, i),
                            conj_along(a), a->y + i * a->s.size, &a->scale);
}

static void take_lanes(void *arg)
{
    struct symmetric *a = arg;
    const int worker = atomic_fetch_add_explicit(&a->workers, 1, memory_order_relaxed);
    struct worker w = {.a = a, .gathered = a->gathered + (size_t)worker * gathered_bytes(a)};
    for (dim turn = 0, l; (l = take_piece(&a->shares, &turn)) >= 0;) {
        w.lane = (int)l * a->lanes_at_once, w.lane_end = (int)min_dim(w.lane + a->lanes_at_once, lanes_of(a));
        add_lines(&w);
    }
    pbl_team_barrier();
    for (dim turn = 0, i; (i = take_piece(&a->folds, &turn)) >= 0;)
        fold(a, i * FOLD_UNIT, min_dim(FOLD_UNIT, a->n - i * FOLD_UNIT));
}

static void add_all_lines(struct symmetric *a)
{
    if (a->threads == 1) {
        add_lines(&(struct worker){a, 0, (int)lanes_of(a), a->gathered});
        fold(a, 0, a->n);
        return;
    }
    a->workers = 0;
    a->lanes_at_once = (int)ceil_div(lanes_of(a), 2 * a->threads);
    cut_shares(&a->shares, 0, ceil_div(lanes_of(a), a->lanes_at_once), a->threads, EVEN);
    cut_shares(&a->folds, 0, ceil_div(a->n, FOLD_UNIT), a->threads, EVEN);
    pbl_run_team(a->threads, take_lanes, a);
}

/* A triangle of so few lines that none of its lanes waits in memory. */
static void multiply_few(const struct symmetric *a)
{
    struct both_ways b;
    b.n = a->n, b.shape = a->lines.before == 0 ? ONWARD : BACKWARD, b.hermitian = a->hermitian;
    b.a = a->lines.p, b.step = a->lines.step, b.curve = a->lines.curve, b.x_lines = a->x;
    a->s.kernels->both_few(&b, conj_across(a), conj_along(a), a->y, &a->scale);
}

/* Where the triangle stands: the rest of `a` is filled in. Returns an enum pbl_status. */
static int run(struct symmetric *a, dim n, const void *alpha, const void *x, dim incx, const void *beta, void *y,
               dim incy)
{
    if (n == 0) return PBL_OK;
    if (pbl_is_zero(a->s.dtype, alpha)) return scale_vector(&a->s, n, beta, y, incy);
    a->n = n, a->hermitian = a->hermitian && parts_of(a->s.dtype) == 2;
    a->scale = (struct gemm_scale){.alpha = alpha, .beta = pbl_is_zero(a->s.dtype, beta) ? NULL : beta};
    if (n <= lanes_of(a) && a->lines.inc == 1 && incx == 1 && incy == 1) {
        a->x = x, a->y = y;
        multiply_few(a);
        return PBL_OK;
    }
    a->threads = (int)min_dim(lanes_of(a), pbl_matvec_threads(&a->s, n, n / 2));
    a->ld = row_bytes(a, n);
    const size_t across = (size_t)(a->ld * lanes_of(a) * parts_of(a->s.dtype)), along = lane_bytes(a, n + lanes_of(a)),
                 vectors = room_for_copy(&a->s, n, incx) + room_for_copy(&a->s, n, incy);
    if (!get_room(&a->s, vectors + across + along + (size_t)a->threads * gathered_bytes(a))) return PBL_NO_MEMORY;
    a->x = contiguous(&a->s, n, x, incx);
    a->y = a->scale.beta ? contiguous(&a->s, n, y, incy) : space_for(&a->s, n, y, incy);
    a->across = a->s.room, a->along = a->across + across, a->gathered = a->along + along;
    a->far = triangle_bytes(a, n) > (pbl_l2_is_large() ? LARGE_L2_BYTES : FAR_BYTES);
    add_all_lines(a);
    put_back(&a->s, n, a->y, y, incy);
    return PBL_OK;
}

static int dense(bool hermitian, int dtype, char uplo, dim n, const void *alpha, const void *p, dim rs, dim cs,
                 const void *x, dim incx, const void *beta, void *y, dim incy)
{
    struct symmetric a;
    a.hermitian = hermitian, set_triangle_lines(&a.lines, p, n, rs, cs, uplo == 'l');
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
    struct symmetric a;
    a.hermitian = hermitian, set_packed_lines(&a.lines, p, n, uplo == 'l', order == 'c');
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
