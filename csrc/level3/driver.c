/* SPDX-License-Identifier: MIT */
/* C = alpha A B + beta C in blocks that fit the caches.
 *
 *   for each block of columns of B                    B_BLOCK_BYTES: L3, shared by the threads
 *     for each block of K
 *       pack the panels of B                          shared: each thread takes the next panel that is not packed yet
 *       for each job (rows x panels)                  each thread takes the next job that is not done yet
 *         pack the rows of A                          A_BLOCK_BYTES: L2, a thread's own
 *         for each panel of B                         streams from L2
 *           for each micro-tile of rows: the kernel   C in registers
 *
 * Source of the structure: Goto, van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3), 2008, and Van
 * Zee, van de Geijn, "BLIS: a framework for rapidly instantiating BLAS functionality", ACM TOMS 41(3), 2015. Unlike there, B's
 * micro-panel is wide and A's narrow: the tile of AVX-512 is 8 x 48, so it is B that streams.
 *
 * An element of C is summed by one accumulator with p ascending, within blocks of K that depend on k and dtype alone, so
 * nothing below can change a result's bits: not the tiles, the threads, the packing, nor who does which job. */
#include "driver.h"

#include <stdatomic.h>
#include <string.h>

#include "../core/dispatch.h"
#include "../core/threads.h"
#include "../core/workspace.h"
#include "../include/pyblaslite.h"
#include "blocking.h"

enum { LINE = 64, MAX_TILE_BYTES = 8 * 192 };

/* One phase is one (block of columns, block of K); its counters hand out the work. */
struct phase {
    _Atomic dim next_panel, next_job;
};

struct task {
    struct product x;
    const struct kernels *kernels;
    dim size;              /* of an element, in bytes */
    struct split rows;     /* micro-tiles of rows */
    struct split columns;  /* micro-panels; counted in vectors */
    struct split blocks;   /* blocks of columns; counted in micro-panels */
    struct split groups;   /* jobs along m; counted in micro-tiles */
    dim panels_per_job;
    dim kc, k_blocks;
    bool pack_a, pack_b;
    dim threads;
    _Atomic int next_thread;
    struct phase *phases;
    char *packed_a, *packed_b;
    dim a_bytes, b_bytes;  /* a thread's packed A, one of the two buffers of packed B */
};

/* What a thread knows. */
struct worker {
    struct task *t;
    char *packed_a;
    dim packed_group, packed_k; /* what packed_a holds */
};

static dim row_start(const struct task *t, dim tile) { return piece_start(t->rows, tile); }
static dim column_start(const struct task *t, dim panel) { return piece_start(t->columns, panel) * t->kernels->vlen; }
static dim panel_vectors(const struct task *t, dim panel) { return piece_size(t->columns, panel); }

static dim panel_columns(const struct task *t, dim panel)
{
    return min_dim(panel_vectors(t, panel) * t->kernels->vlen, t->x.n - column_start(t, panel));
}

static dim depth(const struct task *t, dim kb) { return min_dim(t->kc, t->x.k - kb * t->kc); }

/* Panels of a block of B follow each other in the buffer, each as wide as it needs to be. */
static char *packed_panel(const struct task *t, dim phase, dim first, dim panel, dim k)
{
    dim columns = (piece_start(t->columns, panel) - piece_start(t->columns, first)) * t->kernels->vlen;
    return t->packed_b + phase % 2 * t->b_bytes + columns * k * t->size;
}

static void pack_b_panel(const struct task *t, dim panel, dim kb, char *to)
{
    struct matrix b = t->x.b;
    t->kernels->pack_b(depth(t, kb), panel_columns(t, panel), element(b, kb * t->kc, column_start(t, panel), t->size),
                       b.rs, b.cs, to, panel_vectors(t, panel) * t->kernels->vlen);
}

static void pack_a_group(struct worker *w, dim group, dim kb)
{
    const struct task *t = w->t;
    const dim k = depth(t, kb), lda = t->kernels->lda;
    struct matrix a = t->x.a;
    char *to = w->packed_a;

    if (w->packed_group == group && w->packed_k == kb) return;
    dim first = piece_start(t->groups, group), end = first + piece_size(t->groups, group);
    for (dim i = first; i < end; i++, to += k * lda * t->size)
        t->kernels->pack_a(k, piece_size(t->rows, i), element(a, row_start(t, i), kb * t->kc, t->size), a.cs, a.rs, to, lda);
    w->packed_group = group, w->packed_k = kb;
}

static void copy_tile(dim m, dim n, struct matrix to, struct matrix from, dim size)
{
    for (dim i = 0; i < m; i++)
        for (dim j = 0; j < n; j++) memcpy(element(to, i, j, size), element(from, i, j, size), (size_t)size);
}

/* Operands of one tile: where they begin, and their strides. */
struct tile {
    dim m, n, k, vectors;
    struct matrix a, b, c;
};

/* The kernel wants C's rows contiguous; any other C goes through a tile that is. */
static void run_tile(const struct task *t, struct tile x, const struct gemm_scale *scale)
{
    const struct kernels *kn = t->kernels;
    gemm_tile_fn *kernel = kn->gemm_tile[(x.m - 1) * kn->nv + x.vectors - 1];
    int last = (int)(x.n - (x.vectors - 1) * kn->vlen);

    if (x.c.cs == 1) {
        kernel(x.k, x.a.p, x.a.rs, x.a.cs, x.b.p, x.b.rs, x.c.p, x.c.rs, last, scale);
        return;
    }
    _Alignas(LINE) char buffer[MAX_TILE_BYTES];
    struct matrix scratch = {buffer, x.vectors * kn->vlen, 1, false};
    if (scale->beta) copy_tile(x.m, x.n, scratch, x.c, t->size);
    kernel(x.k, x.a.p, x.a.rs, x.a.cs, x.b.p, x.b.rs, scratch.p, scratch.rs, last, scale);
    copy_tile(x.m, x.n, x.c, scratch, t->size);
}

/* The panels [first, end) of the group's rows, over block kb of K. */
static void run_job(struct worker *w, dim phase, dim block_first, dim group, dim first, dim end, dim kb)
{
    static const double one[2] = {1, 0};
    static const float one_f[2] = {1, 0};
    const struct task *t = w->t;
    const dim k = depth(t, kb), lda = t->kernels->lda;
    const struct gemm_scale scale = {
        .alpha = t->x.alpha, .conj_a = t->x.a.conj, .conj_b = t->x.b.conj,
        .beta = kb == 0 ? t->x.beta : t->x.dtype == PBL_S || t->x.dtype == PBL_C ? (const void *)one_f : one,
    };

    if (t->pack_a) pack_a_group(w, group, kb);
    dim tile0 = piece_start(t->groups, group), tiles = piece_size(t->groups, group);
    for (dim panel = first; panel < end; panel++) {
        dim j = column_start(t, panel), vectors = panel_vectors(t, panel);
        struct tile x = {.n = panel_columns(t, panel), .k = k, .vectors = vectors};
        x.b = (struct matrix){element(t->x.b, kb * t->kc, j, t->size), t->x.b.rs, 1, false};
        if (t->pack_b) x.b = (struct matrix){packed_panel(t, phase, block_first, panel, k), vectors * t->kernels->vlen, 1, false};
        for (dim tile = 0; tile < tiles; tile++) {
            dim i = row_start(t, tile0 + tile);
            x.m = piece_size(t->rows, tile0 + tile);
            x.a = (struct matrix){element(t->x.a, i, kb * t->kc, t->size), t->x.a.rs, t->x.a.cs, false};
            if (t->pack_a) x.a = (struct matrix){w->packed_a + tile * k * lda * t->size, 1, lda, false};
            x.c = (struct matrix){element(t->x.c, i, j, t->size), t->x.c.rs, t->x.c.cs, false};
            run_tile(t, x, &scale);
        }
    }
}

static dim take(_Atomic dim *next) { return atomic_fetch_add_explicit(next, 1, memory_order_relaxed); }

/* One block of columns over the blocks [kb, kb_end) of K. */
static void run_phase(struct worker *w, dim phase, dim block, dim kb, dim kb_end)
{
    struct task *t = w->t;
    const dim first = piece_start(t->blocks, block), panels = piece_size(t->blocks, block);
    struct phase *counters = &t->phases[phase];

    if (t->pack_b) {
        for (dim i; (i = take(&counters->next_panel)) < panels;)
            pack_b_panel(t, first + i, kb, packed_panel(t, phase, first, first + i, depth(t, kb)));
        if (t->threads > 1) pbl_team_barrier();
    }
    dim jobs_across = ceil_div(panels, t->panels_per_job), jobs = t->groups.parts * jobs_across;
    for (dim job; (job = take(&counters->next_job)) < jobs;) {
        dim begin = job % jobs_across * t->panels_per_job, end = min_dim(begin + t->panels_per_job, panels);
        for (dim b = kb; b < kb_end; b++) run_job(w, phase, first, job / jobs_across, first + begin, first + end, b);
    }
}

/* What every thread does. Two buffers of packed B take turns, so that one barrier a phase is enough: whoever packs for phase
 * f + 2 has passed the barrier of f + 1, which nobody reaches before his work of phase f is done. */
static void work(void *arg)
{
    struct task *t = arg;
    struct worker w = {.t = t, .packed_group = -1};
    w.packed_a = t->packed_a + atomic_fetch_add(&t->next_thread, 1) * t->a_bytes;

    dim phase = 0;
    for (dim block = 0; block < t->blocks.parts; block++) {
        if (!t->pack_b) run_phase(&w, phase++, block, 0, t->k_blocks);
        else for (dim kb = 0; kb < t->k_blocks; kb++) run_phase(&w, phase++, block, kb, kb + 1);
    }
}

#include "plan.t.h"

int pbl_multiply(const struct product *x)
{
    struct task t;
    if (!make_plan(&t, x)) return PBL_NO_MEMORY;
    if (t.threads > 1) pbl_run_team((int)t.threads, work, &t);
    else work(&t);
    return PBL_OK;
}
