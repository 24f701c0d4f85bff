/* SPDX-License-Identifier: MIT */
/* PATH_LOOPS: how a product is cut, what is packed, and how much each job does. */
#include <string.h>

#include "../core/dispatch.h"
#include "blocking.h"
#include "task.h"

static dim longest(struct split s) { return s.size + (s.longer > 0); }

/* Bytes from the first to the last of k rows of n elements: with long gaps between them, each is on a page of its own,
 * and gaps of a power of two send all to the same places of the cache (500 x 500 inside rows of 1024: half the speed).
 */
static dim span(dim n, dim k, dim rs, dim size) { return max_dim(n, rs < 0 ? -rs : rs) * k * size; }

static struct blocks blocks_for(bool pack_a)
{
    if (!pbl_l2_is_large()) return small_l2;
    return pack_a ? large_l2_packed_a : large_l2;
}

enum { JOBS_OF_A_THREAD = 4 };

/* Several jobs for each thread, so that one that is disturbed does not keep the others waiting; but a job brings the
 * panels of B into L1 anew, so none is small. */
static dim jobs_wanted(const struct route *r)
{
    const double worth = r->worth / (double)r->threads / JOB_WORTH; /* of a thread's share, in jobs */
    if (r->threads == 1) return 1;
    return r->threads * (worth < JOBS_OF_A_THREAD - 1 ? 1 + (dim)worth : JOBS_OF_A_THREAD);
}

/* Two jobs that make a triangle would be a quarter of it and the rest (64 x 64 x 64 in float64 by two threads: 0.8 of
 * the time). */
static dim jobs_to_cut(const struct route *r)
{ return r->x.part == WHOLE || r->threads == 1 ? jobs_wanted(r) : r->threads * JOBS_OF_A_THREAD; }

bool pbl_pays_to_fetch(const struct route *r)
{
    const struct product *x = &r->x;
    const dim size = input_size_of(x->dtype), step = x->b.rs * size;
    const dim k = min_dim(x->k, pbl_block_depth(x->dtype, x->k)), tiles = ceil_div(x->m, r->kernels->mr);
    const bool aligned = ((uintptr_t)x->b.p | (uintptr_t)step) % LINE == 0;
    return tiles <= (aligned ? FETCHED_TILES : FETCHED_TILES_APART) && pbl_cut_columns(r).panels >= jobs_wanted(r) &&
           k <= FETCHED_K && cache_for_rows(k, step) <= FETCHED_SETS &&
           tiles * r->kernels->lda * k * size <= blocks_for(false).whole_a;
}

/* The tile reads B by rows and A by single elements, best along a row. Operands that lie so already and fit in
 * the cache, or whose elements are hardly used again, are left where they are. */
static void choose_packing(struct task *t, const struct route *r)
{
    const struct product *x = &t->x;
    const dim k = min_dim(x->k, t->kc); /* what is in the cache at a time */
    const bool narrow_inputs = t->in_size != t->size;
    const bool must_a = narrow_inputs || x->a.stored != WHOLE, must_b = narrow_inputs || x->b.stored != WHOLE;
    const dim unpacked = blocks_for(false).unpacked;
    const bool big_b = span(x->n, k, x->b.rs, t->size) > unpacked, big_a = span(x->m, k, x->a.cs, t->size) > unpacked;
    const bool pays_b = (big_b && t->rows.parts > REUSES) || t->rows.parts >= MANY_REUSES;
    t->b_from = r->packed ? B_PACKED : r->by_columns ? B_COLUMNS : must_b || x->b.cs != 1 || pays_b ? B_SHARED : B_ROWS;
    if (big_b && x->b.cs == 1 && !must_b && !r->packed && pbl_pays_to_fetch(r)) t->b_from = B_FETCHED;
    const bool pays_a = (big_a && t->columns.panels > REUSES_OF_A) || t->columns.panels >= MANY_REUSES_OF_A;
    t->pack_a = must_a || (x->a.cs != 1 && pays_a);
}

/* Tiles of rows in a group: what fits in L2, for enough jobs, and as many groups for each thread (2 threads with 9
 * groups would wait for the ninth: 10 % at 720 x 720 x 720). Where C is written row after row, a job may be small. */
static dim rows_of_group(const struct task *t, dim in_l2, dim jobs)
{
    enum { SMALLER = 4 };
    const dim tiles = t->rows.parts, wanted = t->rows_first && jobs > 1 ? SMALLER * jobs : jobs;
    const dim groups = ceil_div(tiles, min_dim(in_l2, ceil_div(tiles, wanted)));
    const dim rows = ceil_div(tiles, ceil_div(groups, t->threads) * t->threads);
    return t->rows_first ? ceil_div(rows, TILES_AT_ONCE) * TILES_AT_ONCE : rows;
}

/* Row groups, one for each thread if it can be, that pack panels of B each for itself: a panel is then packed more than
 * once, but for many rows, the threads need not wait for one another, and what they write stays in their caches from
 * product to product (256 x 256 x 256 in float32 by two threads: 12 %). */
static dim groups_apart(const struct task *t)
{
    if (t->b_from != B_SHARED || t->x.part != WHOLE) return 1;
    return min_dim(t->threads, ceil_div(t->rows.parts, ROWS_APART));
}

/* A C from memory, written a row of tiles after the other, for a few steps each (700 x 8000 x 5 in float32: 0.5 of the
 * time; in L3 it costs 10 %; in rows of 800 bytes, most of what is fetched is none of it). */
static bool pays_to_fetch_c(const struct product *x, dim size)
{
    return !pbl_l2_is_large() && x->k <= FETCHED_C_K && x->n * size >= FETCHED_C_ROW &&
           x->m * x->n * size >= FETCHED_C_BYTES;
}

/* Groups of rows whose part of A fits in L2, and blocks of panels that fit in L3. With threads, some four jobs for
 * each, cut along m first, where nothing is read twice. If one group holds all rows, a panel of B is used by nobody
 * else: whoever takes it packs it for himself; and of a B packed before, each panel comes from memory once (64 x 1024 x
 * 1024 by two threads: 1.25 times as fast). */
static void cut_into_jobs(struct task *t, const struct route *r)
{
    const struct kernels *kn = t->columns.kernels;
    const dim k = PBL_STEPS(kn, min_dim(t->kc, t->x.k)), panels = t->columns.panels;
    const dim widest = max_dim(kn->nv, longest(t->columns.pieces) * t->columns.together);
    const dim tile_bytes = kn->lda * k * t->size,
              panel_bytes = widest * kn->vlen * PBL_PANEL_ROWS(kn, min_dim(t->kc, t->x.k)) * t->size;
    const struct blocks fit = blocks_for(t->pack_a);
    const dim in_l2 = max_dim(1, fit.a / tile_bytes), jobs = jobs_to_cut(r);
    const dim block = t->b_from == B_SHARED ? min_dim(panels, max_dim(1, fit.b / panel_bytes)) : panels;
    t->rows_first = t->b_from != B_FETCHED && k <= SHORT_K && block * panel_bytes <= fit.near_b &&
                    t->x.m * t->x.n * t->size > FAR_C_BYTES;

    const dim apart = groups_apart(t), height = ceil_div(t->rows.parts, apart);
    const bool by_panels = height * tile_bytes <= fit.whole_a && apart * panels >= jobs_wanted(r);
    if (t->b_from == B_SHARED && by_panels && !(t->rows_first && t->rows.parts >= MANY_REUSES * t->threads)) {
        t->b_from = B_OWN_PANEL;
        t->rows_first = false;
    }
    t->fetches_c = pays_to_fetch_c(&t->x, t->size);
    t->blocks = split_evenly(panels, t->b_from == B_OWN_PANEL ? panels : block);
    t->phases = t->blocks.parts * (t->b_from == B_SHARED ? t->k_blocks : 1);
    const bool whole = t->b_from == B_OWN_PANEL || t->b_from == B_FETCHED || (t->b_from == B_PACKED && by_panels);
    t->groups = split_evenly(t->rows.parts, whole ? height : rows_of_group(t, in_l2, jobs));
    /* A job that runs through several blocks of K packs A anew for each. */
    const dim cuts = t->pack_a && t->k_blocks > 1 && t->b_from != B_SHARED ? r->threads : jobs;
    t->own_panels = t->x.b.cs == 1 ? ceil_div(ROW_PIECE, widest * kn->vlen * t->in_size) : 1;
    t->panels_per_job = max_dim(1, longest(t->blocks) / ceil_div(cuts, t->groups.parts));
    if (t->b_from == B_OWN_PANEL && t->own_panels * t->threads <= panels) /* none that a job cuts */
        t->panels_per_job = ceil_div(t->panels_per_job, t->own_panels) * t->own_panels;
    t->backwards = (t->x.part == LOWER && t->groups.parts > 1) || (t->x.part == UPPER && t->groups.parts == 1);
    t->tiles_at_once = t->rows_first ? TILES_AT_ONCE : longest(t->groups);

    t->a_bytes = t->pack_a ? longest(t->groups) * tile_bytes : 0;
    /* Also where B is fetched, which depends on where it lies: what is reserved must do for any. */
    const bool own = t->b_from == B_OWN_PANEL || t->b_from == B_FETCHED;
    t->panel_bytes = own ? min_dim(t->own_panels, t->panels_per_job) * panel_bytes : 0;
    t->b_bytes = t->b_from == B_SHARED ? longest(t->blocks) * panel_bytes : 0;
}

/* Sums that will be narrowed cannot stand in C's memory: they wait in memory of their own if K is cut, else a tile at a
 * time. */
static void place_sums(struct task *t)
{
    const bool narrowed = t->finish && t->finish->narrow;
    if (narrowed && t->k_blocks > 1) {
        t->sums_bytes = t->x.m * t->x.n * t->size;
        t->x.c = (struct matrix){.rs = t->x.n, .cs = 1};
    }
    t->through_buffer = narrowed ? t->k_blocks == 1 : t->x.c.cs != 1;
}

void pbl_plan(struct task *t, const struct route *r)
{
    memset(t, 0, sizeof *t);
    t->x = r->x;
    t->size = size_of(r->x.dtype), t->in_size = input_size_of(r->x.dtype);
    t->finish = r->finish;
    t->threads = r->threads;
    t->packed = r->packed;
    t->columns = pbl_cut_columns(r);
    t->rows = split_evenly(t->x.m, t->columns.kernels->mr);
    t->kc = pbl_block_depth(t->x.dtype, t->x.k);
    t->k_blocks = ceil_div(t->x.k, t->kc);
    choose_packing(t, r);
    t->fetches = pbl_l2_is_large() || t->b_from == B_FETCHED;
    cut_into_jobs(t, r);
    place_sums(t);
}

enum { PAGE = 4096 };
static dim buffers_of(const struct task *t)
{ return t->b_from != B_SHARED ? 0 : t->threads > 1 && t->phases > 1 ? 2 : 1; }
static dim shares_bytes(const struct task *t) { return t->phases * 2 * t->threads * (dim)sizeof(struct share); }
/* Each part begins on a page of its own; the kernels that pack may write a vector past its end. */
static dim pages(dim bytes) { return bytes ? ceil_div(bytes + 64, PAGE) * PAGE : 0; }

size_t pbl_task_bytes(const struct task *t)
{
    return (size_t)(buffers_of(t) * pages(t->b_bytes) + t->threads * (pages(t->a_bytes) + pages(t->panel_bytes)) +
                    pages(shares_bytes(t)) + pages(t->sums_bytes));
}

/* B once or twice, A and a panel for each thread, the shares. */
void pbl_give_memory(struct task *t, char *p)
{
    t->packed_b[0] = p;
    t->packed_b[1] = buffers_of(t) == 2 ? p + pages(t->b_bytes) : p;
    t->packed_a = p + buffers_of(t) * pages(t->b_bytes);
    t->own_panel = t->packed_a + t->threads * pages(t->a_bytes);
    t->a_bytes = pages(t->a_bytes), t->panel_bytes = pages(t->panel_bytes);
    t->shares = (struct share *)(t->own_panel + t->threads * t->panel_bytes);
    if (t->sums_bytes) t->x.c.p = (char *)t->shares + pages(shares_bytes(t));
}
