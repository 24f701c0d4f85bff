/* SPDX-License-Identifier: MIT */
/* The loops around the kernels of gemv: elements of y that stay in L1, x in pieces that do; threads share y, or x if
 * y is short. What is
 * clipped is cut into the same pieces whatever the threads, as it shows in the bits where all rows have a part of x. */
#include "matvec.h"

#include "../core/shares.h"
#include "blocking.h"

/* y in pieces that the threads take. */
struct job {
    const struct matvec *v;
    dim piece; /* elements */
    struct shares shares;
    _Atomic int workers;
};

int pbl_matvec_threads(const struct setting *s, dim m, dim n)
{
    const double worth = (double)m * (double)n * (double)s->size / TEAM_BYTES;
    return worth < 2 ? 1 : pbl_threads_available();
}

size_t pbl_matvec_scratch(int threads) { return (size_t)threads * SCRATCH_BYTES; }

/* What there is of the part of A that begins at row i, column p, and has m rows of k elements. */
static struct clip clip_of(const struct matvec *v, dim i, dim m, dim p, dim k)
{ return v->clip ? clip_from(*v->clip, i, p) : (struct clip){m, k}; }

/* Elements [i, i + m) of y = alpha A x + beta y for columns [p, p + k) of A. Rows that are not contiguous are put
 * together first. */
static void multiply_rows(const struct matvec *v, dim i, dim m, dim p, dim k, const struct gemm_scale *scale,
                          char *scratch)
{
    const struct kernels *kernels = v->setting->kernels;
    gemv_fn *multiply = v->narrow ? kernels->band_rows : kernels->gemv_rows;
    const dim size = v->setting->size, ld_scratch = (DEPTH_BYTES + 64) / size;
    const char *x = v->x + p * size;
    char *y = v->y + i * size;
    if (v->a.cs == 1) {
        const struct matrix a = packed_part(v->a, v->curve, i, p, size);
        multiply(m, k, a.p, a.rs, v->curve.rows, clip_of(v, i, m, p, k), x, y, scale);
        return;
    }
    for (dim q = 0; q < m; q += GATHERED_ROWS) {
        const dim rows = min_dim(GATHERED_ROWS, m - q);
        const struct clip clip = clip_of(v, i + q, rows, p, k);
        for (dim r = 0; r < rows; r++) {
            const struct reach s = reach_of(clip_from(clip, r, 0), 1, k);
            if (s.first < s.end)
                kernels->copy(s.end - s.first, element(v->a, i + q + r, p + s.first, size), v->a.cs,
                              scratch + (r * ld_scratch + s.first) * size, 1);
        }
        multiply(rows, k, scratch, ld_scratch, 0, clip, x, y + q * size, scale);
    }
}

/* A lane takes its few columns of a sweep, then the next lane those beside them: so columns pass by in their order,
 * nearly, and one is fetched as its neighbour ends (1.1 times as fast from L3). */
void pbl_sweep_lanes(const struct setting *s, dim m, dim k, const char *a, dim cs, const char *x, struct swept to,
                     bool first)
{
    const dim lanes = GEMV_LANE_BYTES / s->size, steps = s->kernels->sweep_steps;
    for (dim q = 0; q < k; q += steps * lanes)
        for (dim l = 0; l < lanes && q + l < k; l++)
            s->kernels->gemm_sweep[0](m, min_dim(steps, ceil_div(k - q - l, lanes)), x + (q + l) * s->size, 0, lanes,
                                      a + (q + l) * cs * s->size, lanes * cs, to.p + l * to.apart, to.ld,
                                      first && q == 0);
}

void pbl_fold_lanes(const struct setting *s, dim m, struct swept lanes, void *y, const struct gemm_scale *scale)
{
    const dim real_size = s->size / parts_of(s->dtype);
    s->kernels->gemv_fold(m, lanes.p, lanes.apart / real_size, lanes.ld, y, scale);
}

/* The same for columns that are contiguous; where they are many and long, by a sweep for each lane: then the lanes are
 * folded. */
static void multiply_columns(const struct matvec *v, dim i, dim m, dim p, dim k, const struct gemm_scale *scale,
                             char *scratch)
{
    const struct kernels *kernels = v->setting->kernels;
    char *y = v->y + i * v->setting->size;
    const dim size = v->setting->size, width = GEMV_LANE_BYTES / size;
    const struct clip clip = clip_of(v, i, m, p, k);
    const bool whole = clip.before >= m - 1 && clip.after >= k - 1 && !v->curve.columns;
    if (v->narrow || !whole || m * k * size <= SMALL_BYTES * parts_of(v->setting->dtype) || k <= width) {
        const struct matrix a = packed_part(v->a, v->curve, i, p, size);
        gemv_fn *multiply = v->narrow ? kernels->band_columns : kernels->gemv_columns;
        multiply(m, k, a.p, a.cs, v->curve.columns, clip, v->x + p * size, y, scale);
        return;
    }
    const struct swept lanes = swept_at(v->setting, m, scratch);
    pbl_sweep_lanes(v->setting, m, k, element(v->a, i, p, size), v->a.cs, v->x + p * size, lanes, true);
    pbl_fold_lanes(v->setting, m, lanes, y, scale);
}

/* What columns [p, end) of A do to elements [i, i + m) of y; beta is one afterwards. */
static void multiply_span(const struct matvec *v, dim i, dim m, dim p, dim end, struct gemm_scale *scale, char *scratch)
{
    const dim size = v->setting->size;
    const dim depth = (end - p) * size <= DEPTH_BYTES ? end - p : DEPTH_BYTES / size; /* a division takes a while */
    const bool by_columns = read_by_columns(v->a, v->curve, v->m, v->n);
    do {
        (by_columns ? multiply_columns : multiply_rows)(v, i, m, p, min_dim(depth, end - p), scale, scratch);
        scale->beta = one_of(v->setting->dtype);
    } while ((p += depth) < end);
}

static bool few_columns(const struct matvec *v)
{
    if (v->clip || v->curve.columns || !read_by_columns(v->a, v->curve, v->m, v->n)) return false;
    return are_few_columns(v->n, v->m * v->n * v->setting->size > FAR_BYTES);
}

/* Elements [i, i + m) of y. If all rows have many elements in common, what is beside these is summed apart. */
static void multiply_piece(const struct matvec *v, dim i, dim m, char *scratch)
{
    struct gemm_scale scale = {.alpha = v->alpha, .beta = v->beta, .conj_a = v->conj_x, .conj_b = v->a.conj};
    if (few_columns(v)) {
        const dim size = v->setting->size;
        v->setting->kernels->gemv_few(m, v->n, element(v->a, i, 0, size), v->a.cs, v->x, v->y + i * size, &scale);
        return;
    }
    if (!v->clip) {
        multiply_span(v, i, m, 0, v->n, &scale, scratch);
        return;
    }
    const struct reach s = reach_of(clip_from(*v->clip, i, 0), m, v->n);
    const dim lanes = GEMV_LANE_BYTES / v->setting->size, end = max_dim(s.first, s.end);
    const dim from = (s.from + lanes - 1) & -lanes, to = s.to & -lanes;
    if (v->narrow || to - from < m) {
        multiply_span(v, i, m, s.first, end, &scale, scratch);
        return;
    }
    if (s.first < from) multiply_span(v, i, m, s.first, from, &scale, scratch);
    multiply_span(v, i, m, from, to, &scale, scratch);
    if (to < end) multiply_span(v, i, m, to, end, &scale, scratch);
}

static void take_pieces(void *arg)
{
    struct job *job = arg;
    const struct matvec *v = job->v;
    char *scratch = v->scratch + atomic_fetch_add_explicit(&job->workers, 1, memory_order_relaxed) * SCRATCH_BYTES;
    for (dim turn = 0, q; (q = take_piece(&job->shares, &turn)) >= 0;)
        multiply_piece(v, q * job->piece, min_dim(job->piece, v->m - q * job->piece), scratch);
}

/* Too few rows to share, and x in pieces that the threads take instead. */
struct depth_job {
    const struct matvec *v;
    dim depth, bytes; /* elements of a piece, and bytes of its sums */
    struct shares shares;
    _Atomic int workers;
};

static dim depth_of(const struct matvec *v) { return DEPTH_BYTES / v->setting->size; }
static dim depth_pieces(const struct matvec *v) { return ceil_div(v->n, depth_of(v)); }
static dim sum_bytes(const struct matvec *v) { return (dim)room_for(v->setting, v->m); }

/* Rows for each of some threads, in whole lines of y. */
static dim rows_each(const struct matvec *v, int threads)
{
    const dim unit = GEMV_LANE_BYTES / v->setting->size;
    return ceil_div(ceil_div(v->m, threads), unit) * unit;
}

/* Whether that leaves threads with much less to do than one of them has. There is scratch for so many rows. */
static bool shares_depth(const struct matvec *v)
{
    if (v->threads == 1 || v->clip || depth_pieces(v) == 1 || v->m * v->setting->size > OUTPUT_BYTES) return false;
    const dim elements_each = ceil_div(depth_pieces(v), v->threads) * depth_of(v);
    return 5 * v->m * elements_each < 4 * rows_each(v, v->threads) * v->n;
}

static void take_depth(void *arg)
{
    struct depth_job *job = arg;
    struct matvec v = *job->v;
    const int worker = atomic_fetch_add_explicit(&job->workers, 1, memory_order_relaxed);
    const struct gemm_scale scale = {.alpha = one_of(v.setting->dtype), .conj_a = v.conj_x, .conj_b = v.a.conj};
    const bool by_columns = read_by_columns(v.a, v.curve, v.m, v.n);
    for (dim turn = 0, q; (q = take_piece(&job->shares, &turn)) >= 0;) {
        v.y = v.sums + q * job->bytes;
        (by_columns ? multiply_columns : multiply_rows)(&v, 0, v.m, q * job->depth,
                                                        min_dim(job->depth, v.n - q * job->depth), &scale,
                                                        v.scratch + worker * SCRATCH_BYTES);
    }
}

/* What the pieces add up to is added to y in their order, as on one thread. */
static void share_depth(const struct matvec *v)
{
    struct depth_job job;
    struct gemm_scale scale = {.alpha = v->alpha, .beta = v->beta};
    job.v = v, job.depth = depth_of(v), job.bytes = sum_bytes(v), job.workers = 0;
    cut_shares(&job.shares, 0, depth_pieces(v), v->threads, EVEN);
    pbl_run_team(v->threads, take_depth, &job);
    for (dim q = 0; q < depth_pieces(v); q++, scale.beta = one_of(v->setting->dtype))
        v->setting->kernels->gemm_fold(v->m, v->sums + q * job.bytes, 0, v->y, &scale);
}

/* How the pieces change from the first to the last: those of a triangle grow or shrink. */
static enum work work_of(const struct matvec *v)
{
    const bool lower = v->clip && v->clip->before >= v->m - 1, upper = v->clip && v->clip->after >= v->n - 1;
    return lower == upper ? EVEN : lower ? GROWING : SHRINKING;
}

static void share_pieces(const struct matvec *v, dim piece, int threads)
{
    const dim share = rows_each(v, threads);
    struct job job;
    job.v = v, job.piece = v->clip ? piece : min_dim(piece, share), job.workers = 0;
    cut_shares(&job.shares, 0, ceil_div(v->m, job.piece), threads, work_of(v));
    if (job.shares.count > 1) pbl_run_team(threads, take_pieces, &job);
    else take_pieces(&job);
}

/* Of y. */
static dim piece_bytes(const struct matvec *v)
{
    if (v->clip) return CLIPPED_BYTES;
    return v->m * v->n * v->setting->size > FAR_BYTES ? FAR_OUTPUT_BYTES : OUTPUT_BYTES;
}

void pbl_matvec(const struct matvec *v)
{
    if (v->sums) {
        share_depth(v);
        return;
    }
    const int threads = v->threads > 1 ? (int)min_dim(v->threads, pbl_matvec_threads(v->setting, v->m, v->n)) : 1;
    const bool small = v->clip && v->m * parts_of(v->setting->dtype) <= CLIPPED_REALS;
    const dim piece = small ? v->m : piece_bytes(v) / v->setting->size;
    if (v->m <= piece && (threads == 1 || v->clip)) multiply_piece(v, 0, v->m, v->scratch);
    else share_pieces(v, piece, threads);
}

size_t pbl_matvec_bytes(const struct matvec *v, dim incx, dim incy)
{
    const struct setting *s = v->setting;
    const size_t sums = shares_depth(v) ? (size_t)(depth_pieces(v) * sum_bytes(v)) : 0;
    return pbl_matvec_scratch(v->threads) + sums + room_for_copy(s, v->n, incx) + room_for_copy(s, v->m, incy);
}

void pbl_matvec_strided(struct matvec *v, struct setting *s, const void *x, dim incx, void *y, dim incy)
{
    v->x = contiguous(s, v->n, x, incx);
    v->y = v->beta ? contiguous(s, v->m, y, incy) : space_for(s, v->m, y, incy);
    v->scratch = s->room;
    v->sums = shares_depth(v) ? v->scratch + pbl_matvec_scratch(v->threads) : NULL;
    pbl_matvec(v);
    put_back(s, v->m, v->y, y, incy);
}
