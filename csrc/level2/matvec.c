/* SPDX-License-Identifier: MIT */
/* The loops around the kernels of gemv: elements of y that stay in L1, x in pieces that do; threads share y. */
#include "matvec.h"

#include <stdatomic.h>

#include "../core/threads.h"
#include "blocking.h"

/* y in pieces that the threads take, one after the other. */
struct job {
    const struct matvec *v;
    dim piece; /* elements */
    _Atomic dim next;
    _Atomic int workers;
};

int pbl_matvec_threads(const struct setting *s, dim m, dim n)
{
    const double worth = (double)m * (double)n * (double)s->size / TEAM_BYTES;
    return worth < 2 ? 1 : pbl_threads_available();
}

size_t pbl_matvec_scratch(int threads) { return (size_t)threads * SCRATCH_BYTES; }

/* If both strides are 1, as where there is a single column, or one of them does not matter: the longer lines. */
static bool by_columns(const struct matvec *v) { return v->a.rs == 1 && v->m > 1 && (v->a.cs != 1 || v->n == 1); }

/* sums = rows [i, i + m) of A times elements [p, p + k) of x. Rows that are not contiguous are put together first. */
static void sum_rows(const struct matvec *v, dim i, dim m, dim p, dim k, char *scratch, char *sums, dim ld)
{
    const struct kernels *kernels = v->setting->kernels;
    const dim size = v->setting->size, ld_scratch = (DEPTH_BYTES + 64) / size;
    const char *x = v->x + p * size;
    if (v->a.cs == 1) {
        kernels->gemv_rows(m, k, element(v->a, i, p, size), v->a.rs, x, sums, ld);
        return;
    }
    for (dim q = 0; q < m; q += GATHERED_ROWS) {
        const dim rows = min_dim(GATHERED_ROWS, m - q);
        kernels->pack_b(rows, k, element(v->a, i + q, p, size), v->a.rs, v->a.cs, scratch, ld_scratch);
        kernels->gemv_rows(rows, k, scratch, ld_scratch, x, sums + q * size, ld);
    }
}

/* The same for columns that are contiguous; where they are many, by a sweep for each lane: then the lanes are folded.
 */
static void sum_columns(const struct matvec *v, dim i, dim m, dim p, dim k, char *scratch, char *sums, dim ld)
{
    const struct kernels *kernels = v->setting->kernels;
    const dim size = v->setting->size, parts = parts_of(v->setting->dtype), lanes = GEMV_LANE_BYTES / size;
    const dim used = min_dim(lanes, k), ld_lane = parts * ld, real_size = size / parts;
    if (m * k * size <= SMALL_BYTES) {
        kernels->gemv_columns(m, k, element(v->a, i, p, size), v->a.cs, v->x + p * size, sums, ld);
        return;
    }
    for (dim l = 0; l < used; l++)
        kernels->gemm_sweep[0](m, ceil_div(k - l, lanes), v->x + (p + l) * size, 0, lanes,
                               element(v->a, i, p + l, size), lanes * v->a.cs, scratch + l * ld_lane * real_size, ld);
    kernels->gemv_fold(ld_lane, used, scratch, ld_lane, sums);
}

/* Elements [i, i + m) of y. */
static void multiply_piece(const struct matvec *v, dim i, dim m, char *scratch)
{
    _Alignas(64) char sums[2 * (OUTPUT_BYTES + 64)];
    const struct kernels *kernels = v->setting->kernels;
    const dim size = v->setting->size, parts = parts_of(v->setting->dtype);
    const dim depth = v->n * size <= DEPTH_BYTES ? v->n : DEPTH_BYTES / size; /* a division takes a while */
    const dim ld = ((m + kernels->vlen - 1) & -kernels->vlen) * parts;        /* reals in a row of sums */
    struct gemm_scale scale = {v->alpha, v->beta, false, v->a.conj, false};
    for (dim p = 0; p < v->n; p += depth) {
        (by_columns(v) ? sum_columns : sum_rows)(v, i, m, p, min_dim(depth, v->n - p), scratch, sums, ld);
        kernels->gemm_fold(m, sums, parts == 2 ? ld : 0, v->y + i * size, &scale);
        scale.beta = one_of(v->setting->dtype);
    }
}

static void take_pieces(void *arg)
{
    struct job *job = arg;
    const struct matvec *v = job->v;
    char *scratch = v->scratch + atomic_fetch_add_explicit(&job->workers, 1, memory_order_relaxed) * SCRATCH_BYTES;
    for (dim i; (i = atomic_fetch_add_explicit(&job->next, job->piece, memory_order_relaxed)) < v->m;)
        multiply_piece(v, i, min_dim(job->piece, v->m - i), scratch);
}

static void share_pieces(const struct matvec *v, int threads)
{
    const dim most = OUTPUT_BYTES / v->setting->size, unit = GEMV_LANE_BYTES / v->setting->size;
    const dim share = ceil_div(ceil_div(v->m, threads), unit) * unit;
    struct job job = {.v = v, .piece = threads > 1 ? min_dim(most, share) : most};
    if (threads > 1 && v->m > job.piece) pbl_run_team(threads, take_pieces, &job);
    else take_pieces(&job);
}

void pbl_matvec(const struct matvec *v)
{
    const int threads = v->threads > 1 ? (int)min_dim(v->threads, pbl_matvec_threads(v->setting, v->m, v->n)) : 1;
    if (threads == 1 && v->m * v->setting->size <= OUTPUT_BYTES) multiply_piece(v, 0, v->m, v->scratch);
    else share_pieces(v, threads);
}
