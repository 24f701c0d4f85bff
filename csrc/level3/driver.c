/* SPDX-License-Identifier: MIT */
/* PATH_LOOPS: C = alpha A B + beta C in blocks that fit the caches.
 *
 *   for each block of columns of B                    L3, or a large L2; shared by the threads
 *     for each block of K
 *       pack the panels of B                          each thread takes its own share, then helps
 *       for each job (group of rows x panels)         each thread takes its own share, then helps
 *         pack the rows of A                          L2, a thread's own
 *         for each panel of B                         streams from L3 once, from L2 for every tile
 *           for each tile of rows: the kernel         C in registers
 *
 * Either packing is left out where it does not pay (plan.c). Without a shared B there is nothing to wait for: a job
 * runs through all of K.
 *
 * An element of C is summed by one accumulator with p ascending, within blocks of K that depend on k and dtype alone,
 * so nothing here can change a result's bits: not the tiles, the threads, the packing, nor who does which job.
 *
 * Source of the structure: Goto, van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3),
 * 2008, and Van Zee, van de Geijn, "BLIS: a framework for rapidly instantiating BLAS functionality", ACM TOMS 41(3),
 * 2015. Unlike there, B's panel is the wide one (the tile of AVX-512 is 8 x 48), so K is cut for L2, not for L1. */
#include "../core/threads.h"
#include "symmetric.h"
#include "task.h"

enum { STRIP = 8 }; /* panels that are packed together */

/* A thread, and what its buffers hold of A. */
struct worker {
    struct task *t;
    char *packed_a, *own_panel;
    dim packed_group, packed_k;
};

/* One block of columns over one block of K, with packed B in its place. */
struct stage {
    dim first_panel, kb, k;
    dim steps; /* of k in the tile */
    char *packed_b;
};

static dim first_row(const struct task *t, dim tile) { return piece_start(t->rows, tile); }
static dim depth_of(const struct task *t, dim kb) { return min_dim(t->kc, t->x.k - kb * t->kc); }

/* Panels follow each other, each as wide as its vectors. */
static char *shared_panel(const struct task *t, const struct stage *s, dim panel)
{
    const dim columns = panel_start(&t->columns, panel) - panel_start(&t->columns, s->first_panel);
    return s->packed_b + columns * PBL_PANEL_ROWS(t->columns.kernels, s->k) * t->size;
}

/* Rows [p, p + k) of the stage's block of K. */
static void pack_panel(const struct task *t, const struct stage *s, dim panel, dim p, dim k, char *to)
{
    const struct matrix b = t->x.b;
    const struct kernels *kn = panel_kernels(&t->columns, panel);
    const dim width = panel_width(&t->columns, panel), w = panel_columns(&t->columns, panel);
    const dim row = s->kb * t->kc + p, column = panel_start(&t->columns, panel);
    to += PBL_STEPS(t->columns.kernels, p) * width * t->size;
    if (b.stored == WHOLE) kn->pack_b(k, w, element(b, row, column, t->in_size), b.rs, b.cs, to, width);
    else pbl_pack_symmetric(kn, b, row, column, k, w, to, width, t->size);
}

static void sum_panel(const struct task *t, const struct stage *s, dim panel, char *packed)
{
    const struct kernels *kn = panel_kernels(&t->columns, panel);
    if (kn->sum_b) kn->sum_b(s->steps, panel_columns(&t->columns, panel), packed, panel_width(&t->columns, panel));
}

/* So many lanes, as kernels read them, of narrow elements; whole groups. */
static dim in_lanes(const struct task *t, dim lanes)
{ return max_dim(lanes * (t->size / t->in_size), t->columns.kernels->group); }

/* Packs neighbouring panels, a few rows of each in turn: rows of B are then read in long pieces. */
static void pack_strip(const struct task *t, const struct stage *s, dim first, dim end)
{
    const bool by_rows = end - first > 1 && t->x.b.cs == 1 && t->x.b.stored == WHOLE;
    const dim slice = by_rows ? in_lanes(t, 8) : s->k;
    for (dim p = 0; p < s->k; p += slice)
        for (dim panel = first; panel < end; panel++)
            pack_panel(t, s, panel, p, min_dim(slice, s->k - p), shared_panel(t, s, panel));
    for (dim panel = first; panel < end; panel++) sum_panel(t, s, panel, shared_panel(t, s, panel));
}

/* Rows of A that fill half a vector are moved by the kernels with such vectors: masked stores that cross a cache line
 * take twice as long. */
static pack_fn *packing_of_a(const struct kernels *kn, bool is_unsigned)
{
    if (is_unsigned) return kn->pack_a_unsigned;
    return kn->narrow && kn->lda < kn->vlen ? kn->narrow->pack_a : kn->pack_a;
}

/* In short pieces of K: where A's columns are contiguous, the next tile finds its part of their cache lines in L1. */
static void pack_group(struct worker *w, const struct stage *s, dim group)
{
    enum { SHORT = 32 };
    const struct task *t = w->t;
    const struct kernels *kn = t->columns.kernels;
    const dim first = piece_start(t->groups, group), tiles = piece_size(t->groups, group);
    const struct matrix a = t->x.a;
    const dim piece = in_lanes(t, SHORT);
    pack_fn *const pack = packing_of_a(kn, a.is_unsigned);

    if (w->packed_group == group && w->packed_k == s->kb) return;
    for (dim p = 0; p < s->k; p += piece)
        for (dim i = 0; i < tiles; i++) {
            const dim row = first_row(t, first + i), rows = piece_size(t->rows, first + i), column = s->kb * t->kc + p;
            const dim k = min_dim(piece, s->k - p);
            char *to = w->packed_a + (i * s->steps + PBL_STEPS(kn, p)) * kn->lda * t->size;
            if (a.stored == WHOLE) pack(k, rows, element(a, row, column, t->in_size), a.cs, a.rs, to, kn->lda);
            else pbl_pack_symmetric(kn, transposed(a), column, row, k, rows, to, kn->lda, t->size);
        }
    w->packed_group = group, w->packed_k = s->kb;
}

/* Lines of the cache that will be needed soon, in walks of as many as there are steps of K, `step` bytes from one to
 * the next. Each tile takes one walk. */
struct walks {
    const char *p;
    dim count, apart, step;
};

/* A panel, and its next tile. */
struct panel {
    struct tile tile;
    struct gemm_scale scale;
    const struct finish *finish; /* in the last block of K, or NULL */
    dim j;                       /* the first column */
    struct walks next;           /* to the next panel */
    bool a_is_new;               /* so are the rows of A */
};

/* A tile whose sums have no place in memory, or one that is scattered, with what becomes of them. */
static __attribute__((noinline)) void finish_apart(const struct panel *x)
{
    _Alignas(64) char buffer[LARGEST_TILE];
    const struct tile *t = &x->tile;
    const dim width = t->kernels->nv * t->kernels->vlen;
    const struct matrix copy = view(buffer, width, 1);
    if (x->scale.beta) pbl_copy_block(t->kernels, t->rows, t->columns, copy, t->c, t->size);
    run_tile(t, 0, t->columns, buffer, width);
    pbl_finish(x->finish, t->kernels, t->below + x->j, x->j, t->rows, t->columns, copy);
}

/* What all panels of a stage have in common. */
static struct panel any_panel(const struct task *t, const struct stage *s)
{
    return (struct panel){
        .tile = {.k = s->steps, .a = t->x.a, .b = t->x.b, .c = t->x.c, .part = t->x.part, .size = t->size},
        .scale = {.alpha = t->x.alpha,
                  .beta = s->kb == 0 ? t->x.beta : one_of(t->x.dtype),
                  .conj_a = t->x.a.conj,
                  .conj_b = t->x.b.conj,
                  .offset = !t->x.a.is_unsigned,
                  .fetches_c = t->fetches_c},
        .finish = s->kb == t->k_blocks - 1 ? t->finish : NULL};
}

/* Makes it one of them. */
static void set_panel(struct panel *x, const struct worker *w, const struct stage *s, dim panel)
{
    const struct task *t = w->t;
    const struct columns *cut = &t->columns;
    struct tile *tile = &x->tile;
    x->j = panel_start(cut, panel);
    tile->kernels = panel_kernels(cut, panel);
    tile->columns = panel_columns(cut, panel);
    tile->run = t->b_from == B_COLUMNS ? tile->kernels->gemm_by_columns : tile->kernels->gemm_tile;
    tile->scale = &x->scale;
    switch (t->b_from) {
    case B_ROWS:
    case B_FETCHED: tile->b.rs = t->x.b.rs; break;
    case B_COLUMNS: tile->b.rs = t->x.b.cs; break;
    default: tile->b.p = shared_panel(t, s, panel), tile->b.rs = panel_width(cut, panel); return;
    }
    tile->b.p = element(t->x.b, s->kb * t->kc, x->j, t->in_size);
}

/* To the panel behind this one, if it does not wait in L2: down its rows where they lie, or along them if they are
 * packed. */
static struct walks walks_to_next(const struct task *t, const struct stage *s, dim panel, dim end)
{
    const struct matrix b = t->x.b;
    if (++panel == end) return (struct walks){0};
    if (t->b_from == B_FETCHED) {
        const char *p = element(b, s->kb * t->kc, panel_start(&t->columns, panel), t->size);
        const dim bytes = (dim)((uintptr_t)p % LINE) + panel_columns(&t->columns, panel) * t->size;
        return (struct walks){p, ceil_div(bytes, LINE), LINE, b.rs * t->size};
    }
    if (t->b_from == B_PACKED || (t->b_from == B_SHARED && t->pack_a)) {
        const dim lines = ceil_div(panel_width(&t->columns, panel) * t->size, LINE);
        return (struct walks){shared_panel(t, s, panel), lines, s->steps * LINE, LINE};
    }
    return (struct walks){0};
}

/* Whether a walk reaches the rows of A for the next tile, which come from memory with the first panel. */
static bool reaches_rows(const struct task *t, const struct panel *x)
{
    const struct tile *tile = &x->tile;
    const bool by_rows = !t->pack_a && tile->a.cs == 1 && !t->rows_first;
    return by_rows && tile->kernels->mr * tile->a.rs * t->size <= tile->k * LINE;
}

/* Tile i of the panel fetches what will be needed next: of B, or the rows of A below its own. */
static void set_next(struct panel *x, dim i, const char *below)
{
    const bool of_b = i < x->next.count;
    x->scale.next = of_b ? x->next.p + i * x->next.apart : x->a_is_new ? below : NULL;
    x->scale.next_step = of_b ? x->next.step : LINE;
}

/* One tile, whatever is asked of it. */
static void run_any_tile(const struct task *t, const struct panel *x)
{
    const struct tile *tile = &x->tile;
    if (t->through_buffer && x->finish) finish_apart(x);
    else if (t->through_buffer || !has_all(tile->part, tile->below, tile->rows, tile->columns)) pbl_run_cut(tile);
    else {
        run_tile(tile, 0, tile->columns, tile->c.p, tile->c.rs);
        if (x->finish)
            pbl_finish(x->finish, tile->kernels, tile->below + x->j, x->j, tile->rows, tile->columns, tile->c);
    }
}

/* Some tiles of rows of a group: the first row, where A has it in the stage's block of K, and C. */
struct tiles {
    dim first, end, i;
    char *a, *c;
};

static struct tiles tiles_of(const struct worker *w, const struct stage *s, dim group, dim first, dim end)
{
    const struct task *t = w->t;
    const dim i = first_row(t, first), packed = t->columns.kernels->lda * s->steps * t->size;
    return (struct tiles){.first = first,
                          .end = end,
                          .i = i,
                          .a = t->pack_a ? w->packed_a + (first - piece_start(t->groups, group)) * packed
                                         : element(t->x.a, i, s->kb * t->kc, t->in_size),
                          .c = element(t->x.c, i, 0, t->size)};
}

/* These tiles times one panel. Where K is short, it takes time to ask for each of them what there might be to do (300 x
 * 300 x 4 in float64: 7 %). */
static void run_tiles(const struct task *t, struct panel *x, const struct tiles *tiles)
{
    struct tile *one = &x->tile;
    const bool plain = one->part == WHOLE && !t->through_buffer && !x->finish && x->next.count == 0 && !x->a_is_new;
    if (plain) x->scale.next = NULL;
    const dim skipped_a = t->pack_a ? t->columns.kernels->lda * one->k * t->size : 0;
    const dim step_a = t->pack_a ? 0 : one->a.rs * t->size, step_c = one->c.rs * t->size;
    one->a.p = tiles->a, one->c.p = tiles->c + x->j * one->c.cs * t->size, one->below = tiles->i - x->j;
    for (dim tile = tiles->first; tile < tiles->end; tile++) {
        one->rows = piece_size(t->rows, tile);
        if (plain) {
            run_tile(one, 0, one->columns, one->c.p, one->c.rs);
        } else {
            set_next(x, tile - tiles->first, one->a.p + one->rows * one->a.rs * t->size);
            run_any_tile(t, x);
        }
        one->below += one->rows, one->a.p += one->rows * step_a + skipped_a, one->c.p += one->rows * step_c;
    }
}

/* Whether nothing is wanted of the tiles [tile, tile_end) in the panels [first, end). */
static bool is_unwanted(const struct task *t, dim tile, dim tile_end, dim first, dim end)
{
    const dim i = first_row(t, tile), j = panel_start(&t->columns, first);
    const dim j_end = panel_start(&t->columns, end - 1) + panel_columns(&t->columns, end - 1);
    const struct span s = columns_of_rows(t->x.part, i - j, first_row(t, tile_end) - i, j_end - j);
    return s.end == s.first;
}

/* A group of rows times the panels [first, end), over the stage's block of K: each panel of B stays in L1 for all the
 * rows; or, where K is short and C is what counts, C is written row after row. */
static void run_job(struct worker *w, const struct stage *s, dim group, dim first, dim end)
{
    const struct task *t = w->t;
    const dim tile0 = piece_start(t->groups, group), tile_end = tile0 + piece_size(t->groups, group);
    struct panel x = any_panel(t, s);
    struct stage with_b = *s;

    if (is_unwanted(t, tile0, tile_end, first, end)) return;
    if (t->pack_a) pack_group(w, s, group);
    if (t->pack_a) x.tile.a.rs = 1, x.tile.a.cs = t->columns.kernels->lda;
    for (dim tile = tile0; tile < tile_end; tile += t->tiles_at_once) {
        const struct tiles tiles = tiles_of(w, s, group, tile, min_dim(tile + t->tiles_at_once, tile_end));
        for (dim panel = first; panel < end; panel++) {
            if (t->b_from == B_OWN_PANEL && (panel - first) % t->own_panels == 0) {
                with_b.packed_b = w->own_panel, with_b.first_panel = panel;
                pack_strip(t, &with_b, panel, min_dim(panel + t->own_panels, end));
            }
            if (x.tile.part != WHOLE && is_unwanted(t, tile, tiles.end, panel, panel + 1)) continue;
            set_panel(&x, w, &with_b, panel);
            if (t->fetches) {
                x.next = walks_to_next(t, s, panel, end);
                x.a_is_new = panel == first && reaches_rows(t, &x);
            }
            run_tiles(t, &x, &tiles);
        }
    }
}

/* Panels that are packed together: several strips for each thread. */
static dim panels_per_strip(const struct task *t, dim block)
{ return min_dim(STRIP, ceil_div(piece_size(t->blocks, block), 4 * t->threads)); }
static dim jobs_across(const struct task *t, dim block)
{ return ceil_div(piece_size(t->blocks, block), t->panels_per_job); }

static struct share *strips_of(const struct task *t, dim phase) { return t->shares + 2 * phase * t->threads; }
static struct share *jobs_of(const struct task *t, dim phase) { return strips_of(t, phase) + t->threads; }

/* Of a triangle, the longest jobs come first. */
static void cut_phases(const struct task *t)
{
    for (dim phase = 0; phase < t->phases; phase++) {
        const dim block = phase * t->blocks.parts / t->phases, panels = piece_size(t->blocks, block);
        cut_pieces(strips_of(t, phase), t->threads, 0, ceil_div(panels, panels_per_strip(t, block)), EVEN);
        cut_pieces(jobs_of(t, phase), t->threads, 0, t->groups.parts * jobs_across(t, block),
                   t->x.part == WHOLE ? EVEN : SHRINKING);
    }
}

static struct stage stage_of(const struct task *t, dim phase, dim block, dim kb)
{
    const dim k = depth_of(t, kb);
    struct stage s = {piece_start(t->blocks, block), kb, k, PBL_STEPS(t->columns.kernels, k), t->packed_b[phase % 2]};
    if (t->b_from == B_PACKED) s.first_panel = 0, s.packed_b = packed_block(t->packed, kb * t->kc);
    return s;
}

/* One block of columns over the blocks [kb, kb_end) of K. */
static void run_phase(struct worker *w, dim phase, dim block, dim kb, dim kb_end)
{
    const struct task *t = w->t;
    const dim first = piece_start(t->blocks, block), panels = piece_size(t->blocks, block);
    const dim across = jobs_across(t, block), jobs = t->groups.parts * across;
    dim turn = 0;

    if (t->b_from == B_SHARED) {
        const struct stage s = stage_of(t, phase, block, kb);
        const dim strip = panels_per_strip(t, block);
        for (dim i; (i = strip * take_from(strips_of(t, phase), t->threads, &turn)) >= 0;)
            pack_strip(t, &s, first + i, first + min_dim(i + strip, panels));
        if (t->threads > 1) pbl_team_barrier();
        turn = 0;
    }
    for (dim piece; (piece = take_from(jobs_of(t, phase), t->threads, &turn)) >= 0;) {
        const dim job = t->backwards ? jobs - 1 - piece : piece;
        const dim begin = job % across * t->panels_per_job, end = min_dim(begin + t->panels_per_job, panels);
        for (dim b = kb; b < kb_end; b++) {
            const struct stage s = stage_of(t, phase, block, b);
            run_job(w, &s, job / across, first + begin, first + end);
        }
    }
}

/* What every thread does. The two buffers of packed B take turns, so that one barrier a phase is enough: whoever packs
 * for phase f + 2 has passed the barrier of f + 1, which a thread reaches when its work of phase f is done. */
static void run_worker(void *arg)
{
    struct task *t = arg;
    const int thread = t->threads > 1 ? pbl_thread_number() : 0; /* always the same buffers: they are in its cache */
    struct worker w = {.t = t,
                       .packed_a = t->packed_a + thread * t->a_bytes,
                       .own_panel = t->own_panel + thread * t->panel_bytes,
                       .packed_group = -1};
    const struct kernels *kn = t->columns.kernels;
    dim phase = 0;
    if (kn->enter) kn->enter();
    for (dim block = 0; block < t->blocks.parts; block++) {
        if (t->b_from != B_SHARED) run_phase(&w, phase++, block, 0, t->k_blocks);
        else
            for (dim kb = 0; kb < t->k_blocks; kb++) run_phase(&w, phase++, block, kb, kb + 1);
    }
    if (kn->leave) kn->leave();
}

void pbl_run_task(struct task *t)
{
    cut_phases(t);
    if (t->threads > 1) pbl_run_team((int)t->threads, run_worker, t);
    else run_worker(t);
}
