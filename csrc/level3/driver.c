/* SPDX-License-Identifier: MIT */
/* C = alpha A B + beta C in blocks that fit the caches.
 *
 *   for each block of columns of B                    B_BLOCK_BYTES: L3, shared by the threads
 *     for each block of K
 *       pack the panels of B                          each thread takes the next panel that nobody has
 *       for each job (group of rows x panels)         each thread takes the next job that nobody has
 *         pack the rows of A                          A_BLOCK_BYTES: L2, a thread's own
 *         for each panel of B                         streams from L3 once, from L2 for every tile
 *           for each tile of rows: the kernel         C in registers
 *
 * Either packing is left out where it does not pay (plan.c). Without a packed B there is nothing to wait for: a job
 * runs through all of K.
 *
 * An element of C is summed by one accumulator with p ascending, within blocks of K that depend on k and dtype alone,
 * so nothing here can change a result's bits: not the tiles, the threads, the packing, nor who does which job.
 *
 * Source of the structure: Goto, van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3),
 * 2008, and Van Zee, van de Geijn, "BLIS: a framework for rapidly instantiating BLAS functionality", ACM TOMS 41(3),
 * 2015. Unlike there, B's panel is the wide one (the tile of AVX-512 is 8 x 48), so K is cut for L2, not for L1. */
#include "driver.h"

#include <string.h>

#include "../core/threads.h"
#include "../include/pyblaslite.h"
#include "task.h"

enum { LARGEST_TILE = 8 * 192 }; /* bytes */

/* A thread, and what its buffer holds of A. */
struct worker {
    struct task *t;
    char *packed_a;
    dim packed_group, packed_k;
};

/* One block of columns over one block of K, with packed B in its place. */
struct stage {
    dim first_panel, kb, k;
    char *packed_b;
};

static dim first_row(const struct task *t, dim tile) { return piece_start(t->rows, tile); }
static dim first_column(const struct task *t, dim panel) { return piece_start(t->panels, panel) * t->kernels->vlen; }
static dim vectors_of(const struct task *t, dim panel) { return piece_size(t->panels, panel); }
static dim width_of(const struct task *t, dim panel) { return vectors_of(t, panel) * t->kernels->vlen; }
static dim columns_of(const struct task *t, dim panel)
{ return min_dim(width_of(t, panel), t->x.n - first_column(t, panel)); }
static dim depth_of(const struct task *t, dim kb) { return min_dim(t->kc, t->x.k - kb * t->kc); }

/* Panels follow each other, each as wide as its vectors. */
static char *packed_panel(const struct task *t, const struct stage *s, dim panel)
{ return s->packed_b + (first_column(t, panel) - first_column(t, s->first_panel)) * s->k * t->size; }

static void pack_panel(const struct task *t, const struct stage *s, dim panel)
{
    const struct matrix b = t->x.b;
    const char *from = element(b, s->kb * t->kc, first_column(t, panel), t->size);
    t->kernels->pack_b(s->k, columns_of(t, panel), from, b.rs, b.cs, packed_panel(t, s, panel), width_of(t, panel));
}

/* In short pieces of K: where A's columns are contiguous, the next tile finds its part of their cache lines in L1. */
static void pack_group(struct worker *w, const struct stage *s, dim group)
{
    enum { PIECE = 64 };
    const struct task *t = w->t;
    const dim lda = t->kernels->lda, first = piece_start(t->groups, group), tiles = piece_size(t->groups, group);
    const struct matrix a = t->x.a;

    if (w->packed_group == group && w->packed_k == s->kb) return;
    for (dim p = 0; p < s->k; p += PIECE)
        for (dim i = 0; i < tiles; i++)
            t->kernels->pack_a(min_dim(PIECE, s->k - p), piece_size(t->rows, first + i),
                               element(a, first_row(t, first + i), s->kb * t->kc + p, t->size), a.cs, a.rs,
                               w->packed_a + (i * s->k + p) * lda * t->size, lda);
    w->packed_group = group, w->packed_k = s->kb;
}

static void copy_elements(dim m, dim n, struct matrix to, struct matrix from, dim size)
{
    for (dim i = 0; i < m; i++)
        for (dim j = 0; j < n; j++) memcpy(element(to, i, j, size), element(from, i, j, size), (size_t)size);
}

/* What the tiles of one panel share; a and c move on from tile to tile. */
struct panel {
    dim k, n, vectors;
    int last; /* elements in the last vector */
    struct matrix a, b, c;
    struct gemm_scale scale;
};

static void run_kernel(const struct kernels *kn, const struct panel *x, dim rows, struct matrix c)
{
    kn->gemm_tile[(rows - 1) * kn->nv + x->vectors - 1](x->k, x->a.p, x->a.rs, x->a.cs, x->b.p, x->b.rs, c.p, c.rs,
                                                        x->last, &x->scale);
}

/* The kernel wants C's rows contiguous; any other C goes through a tile that has them so. */
static void run_scattered(const struct task *t, const struct panel *x, dim rows)
{
    _Alignas(64) char buffer[LARGEST_TILE];
    const struct matrix copy = {buffer, x->vectors * t->kernels->vlen, 1, false};
    if (x->scale.beta) copy_elements(rows, x->n, copy, x->c, t->size);
    run_kernel(t->kernels, x, rows, copy);
    copy_elements(rows, x->n, x->c, copy, t->size);
}

static const void *one_of(int dtype)
{
    static const float s[] = {1, 0};
    static const double d[] = {1, 0};
    return dtype == PBL_S || dtype == PBL_C ? (const void *)s : d;
}

static struct panel panel_of(const struct task *t, const struct stage *s, dim group, dim panel)
{
    const dim i = first_row(t, piece_start(t->groups, group)), j = first_column(t, panel), p = s->kb * t->kc;
    struct panel x = {.k = s->k,
                      .n = columns_of(t, panel),
                      .vectors = vectors_of(t, panel),
                      .a = t->x.a,
                      .b = t->x.b,
                      .c = t->x.c,
                      .scale = {t->x.alpha, s->kb == 0 ? t->x.beta : one_of(t->x.dtype), t->x.a.conj, t->x.b.conj}};
    x.last = (int)(x.n - (x.vectors - 1) * t->kernels->vlen);
    x.a.p = element(t->x.a, i, p, t->size);
    x.b.p = element(t->x.b, p, j, t->size);
    x.c.p = element(t->x.c, i, j, t->size);
    if (t->pack_b) x.b.p = packed_panel(t, s, panel), x.b.rs = width_of(t, panel);
    return x;
}

/* A group of rows times the panels [first, end), over the stage's block of K. */
static void run_job(struct worker *w, const struct stage *s, dim group, dim first, dim end)
{
    const struct task *t = w->t;
    const dim lda = t->kernels->lda, tile0 = piece_start(t->groups, group), tiles = piece_size(t->groups, group);

    if (t->pack_a) pack_group(w, s, group);
    for (dim panel = first; panel < end; panel++) {
        struct panel x = panel_of(t, s, group, panel);
        if (t->pack_a) x.a = (struct matrix){w->packed_a, 1, lda, false};
        for (dim tile = tile0; tile < tile0 + tiles; tile++) {
            const dim rows = piece_size(t->rows, tile);
            if (x.c.cs == 1) run_kernel(t->kernels, &x, rows, x.c);
            else run_scattered(t, &x, rows);
            x.a.p += (t->pack_a ? lda * s->k : rows * x.a.rs) * t->size;
            x.c.p += rows * x.c.rs * t->size;
        }
    }
}

static dim take(_Atomic dim *next) { return atomic_fetch_add_explicit(next, 1, memory_order_relaxed); }

static struct stage stage_of(const struct task *t, dim phase, dim block, dim kb)
{ return (struct stage){piece_start(t->blocks, block), kb, depth_of(t, kb), t->packed_b[phase % 2]}; }

/* One block of columns over the blocks [kb, kb_end) of K. */
static void run_phase(struct worker *w, dim phase, dim block, dim kb, dim kb_end)
{
    struct task *t = w->t;
    const dim first = piece_start(t->blocks, block), panels = piece_size(t->blocks, block);
    const dim jobs_across = ceil_div(panels, t->panels_per_job), jobs = t->groups.parts * jobs_across;
    struct phase *counters = &t->phases[phase];

    if (t->pack_b) {
        const struct stage s = stage_of(t, phase, block, kb);
        for (dim i; (i = take(&counters->next_panel)) < panels;) pack_panel(t, &s, first + i);
        if (t->threads > 1) pbl_team_barrier();
    }
    for (dim job; (job = take(&counters->next_job)) < jobs;) {
        const dim begin = job % jobs_across * t->panels_per_job, end = min_dim(begin + t->panels_per_job, panels);
        for (dim b = kb; b < kb_end; b++) {
            const struct stage s = stage_of(t, phase, block, b);
            run_job(w, &s, job / jobs_across, first + begin, first + end);
        }
    }
}

/* What every thread does. The two buffers of packed B take turns, so that one barrier a phase is enough: whoever packs
 * for phase f + 2 has passed the barrier of f + 1, which a thread reaches when its work of phase f is done. */
static void work(void *arg)
{
    struct task *t = arg;
    struct worker w = {.t = t, .packed_group = -1};
    w.packed_a = t->packed_a + atomic_fetch_add(&t->next_thread, 1) * t->a_bytes;

    dim phase = 0;
    for (dim block = 0; block < t->blocks.parts; block++) {
        if (!t->pack_b) run_phase(&w, phase++, block, 0, t->k_blocks);
        else
            for (dim kb = 0; kb < t->k_blocks; kb++) run_phase(&w, phase++, block, kb, kb + 1);
    }
}

int pbl_multiply(const struct product *x)
{
    struct task t;
    if (!pbl_plan(&t, x)) return PBL_NO_MEMORY;
    if (t.threads > 1) pbl_run_team((int)t.threads, work, &t);
    else work(&t);
    return PBL_OK;
}
