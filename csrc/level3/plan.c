/* SPDX-License-Identifier: MIT */
/* How a product is cut, what of it is packed, and who works on it. */
#include <string.h>

#include "../core/dispatch.h"
#include "../core/threads.h"
#include "../core/workspace.h"
#include "blocking.h"
#include "task.h"

/* Kernels write rows of C. If its columns are contiguous instead, the transposed problem is solved: the same sums. */
static struct product with_rows_of_c(struct product x)
{
    if (x.n == 1) x.c.cs = 1;
    if (x.m == 1) x.c.rs = 1;
    if (x.c.rs != 1 || (x.c.cs == 1 && x.n >= x.m)) return x;

    struct product y = x;
    y.m = x.n, y.n = x.m;
    y.a = transposed(x.b), y.b = transposed(x.a), y.c = transposed(x.c);
    return y;
}

/* Equal blocks: K = 2000 is 2 x 1000, not 1536 + 464. Depends on k and dtype alone. */
static void cut_depth(struct task *t)
{
    dim parts = ceil_div(t->x.k, deepest_block[t->x.dtype]);
    t->kc = ceil_div(ceil_div(t->x.k, parts), KC_ROUND) * KC_ROUND;
    t->k_blocks = ceil_div(t->x.k, t->kc);
}

/* The tile reads B by rows and A by single elements, best along a row. Operands that lie so already and fit in
 * the cache, or whose elements are hardly used again, are left where they are. */
static void choose_packing(struct task *t)
{
    const struct product *x = &t->x;
    bool big_b = x->n * x->k * t->size > UNPACKED_BYTES, big_a = x->m * x->k * t->size > UNPACKED_BYTES;
    t->pack_b = x->b.cs != 1 || (big_b && t->rows.parts > REUSES);
    t->pack_a = x->a.cs != 1 && big_a && t->panels.parts > REUSES;
}

/* Floating-point operations, weighted by the size of a real: proportional to the time they take. */
static double work(const struct product *x, dim size)
{
    bool is_complex = x->dtype >= N_DTYPES / 2;
    return (double)x->m * (double)x->n * (double)x->k * (double)size * (is_complex ? 2 : 1);
}

static void choose_threads(struct task *t)
{
    double worth = work(&t->x, t->size) / MIN_WORK;
    t->threads = worth < 2 ? 1 : min_dim((dim)min_dim((dim)worth, 1 << 16), pbl_threads_available());
}

/* Several jobs for each thread, so that one that is disturbed does not keep the others waiting; but a job brings the
 * panels of B into L1 anew, so none is small. */
static dim jobs_wanted(const struct task *t)
{
    enum { PER_THREAD = 4 };
    if (t->threads == 1) return 1;
    return t->threads * min_dim(PER_THREAD, 1 + (dim)(work(&t->x, t->size) / (double)t->threads / JOB_WORK));
}

static dim longest(struct split s) { return s.size + (s.longer > 0); }

/* Groups of rows whose part of A fits in L2, and blocks of panels that fit in L3. With threads, some four jobs for
 * each, so that a thread that is disturbed does not keep the others waiting: cut along m first, where nothing is read
 * twice. */
static void cut_into_jobs(struct task *t)
{
    const struct kernels *kn = t->kernels;
    const dim k = min_dim(t->kc, t->x.k), jobs = jobs_wanted(t);
    const dim tile_bytes = kn->lda * k * t->size, panel_bytes = kn->nv * kn->vlen * k * t->size;

    dim block = t->pack_b ? max_dim(1, B_BLOCK_BYTES / panel_bytes) : t->panels.parts;
    t->blocks = split_evenly(t->panels.parts, block);
    dim group = min_dim(max_dim(1, A_BLOCK_BYTES / tile_bytes), ceil_div(t->rows.parts, jobs));
    t->groups = split_evenly(t->rows.parts, group);
    t->panels_per_job = max_dim(1, longest(t->blocks) / ceil_div(jobs, t->groups.parts));

    t->a_bytes = t->pack_a ? longest(t->groups) * tile_bytes : 0;
    t->b_bytes = t->pack_b ? longest(t->blocks) * panel_bytes : 0;
}

/* One allocation: B once or twice, A for each thread, the counters. Each part begins on a page of its own; the kernels
 * that pack A may write a vector past its end. */
static bool get_memory(struct task *t)
{
    enum { PAGE = 4096 };
    const dim n_phases = t->pack_b ? t->blocks.parts * t->k_blocks : t->blocks.parts;
    const dim buffers = !t->pack_b ? 0 : t->threads > 1 && n_phases > 1 ? 2 : 1;
    const dim phase_bytes = n_phases * (dim)sizeof(struct phase);
    const dim b_bytes = ceil_div(t->b_bytes, PAGE) * PAGE;
    if (t->pack_a) t->a_bytes = ceil_div(t->a_bytes + 64, PAGE) * PAGE;

    char *p = pbl_workspace((size_t)(buffers * b_bytes + t->threads * t->a_bytes + phase_bytes));
    if (!p) return false;
    t->packed_b[0] = p, t->packed_b[1] = buffers == 2 ? p + b_bytes : p;
    t->packed_a = p + buffers * b_bytes;
    t->phases = (struct phase *)(t->packed_a + t->threads * t->a_bytes);
    memset(t->phases, 0, (size_t)phase_bytes);
    return true;
}

bool pbl_plan(struct task *t, const struct product *x)
{
    memset(t, 0, sizeof *t);
    t->x = with_rows_of_c(*x);
    t->kernels = pbl_kernels(x->dtype);
    t->size = size_of(x->dtype);
    t->rows = split_evenly(t->x.m, t->kernels->mr);
    t->panels = split_evenly(ceil_div(t->x.n, t->kernels->vlen), t->kernels->nv);
    cut_depth(t);
    choose_packing(t);
    choose_threads(t);
    cut_into_jobs(t);
    return get_memory(t);
}
