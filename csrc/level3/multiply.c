/* SPDX-License-Identifier: MIT */
/* Sends products on their way: one, or a batch. */
#include <stdint.h>
#include <string.h>

#include "../core/dispatch.h"
#include "../core/threads.h"
#include "../core/workspace.h"
#include "../include/pyblaslite.h"
#include "blocking.h"
#include "task.h"

/* Products of one shape, each by one thread; the threads take the next few that nobody has. */
struct batch {
    struct route route; /* of the first product */
    struct steps steps;
    struct places places;
    dim count, at_once;
    struct task plan; /* if they take PATH_LOOPS */
    char *memory;     /* for them, `bytes` for each thread */
    dim bytes;
    _Atomic int next_thread;
    _Atomic dim next;
};

/* A route of products of the batch, one after another, with a finish of its own. */
static struct route own_route(const struct batch *b, struct finish *f)
{
    struct route r = b->route;
    if (r.finish) *f = *r.finish, r.finish = f;
    return r;
}

/* The operands of product i. */
static void set_item(const struct batch *b, struct route *r, dim i)
{
    const struct product *first = &b->route.x;
    const dim size = input_size_of(first->dtype);
    r->x.a.p = b->places.c ? (char *)(uintptr_t)b->places.a[i] : first->a.p + i * b->steps.a * size;
    r->x.b.p = b->places.c ? (char *)(uintptr_t)b->places.b[i] : first->b.p + i * b->steps.b * size;
    set_result(r, b->places.c ? b->places.c[i] : first->c.p + i * b->steps.c * result_size(r));
}

/* The bytes of memory that a product needs on its way; on PATH_LOOPS they come with a plan. */
static size_t bytes_for(const struct route *r, struct task *plan)
{
    switch (r->path) {
    case PATH_VECTOR: return pbl_vector_bytes(r);
    case PATH_LONG: return pbl_long_bytes(r);
    case PATH_LOOPS: pbl_plan(plan, r); return pbl_task_bytes(plan);
    case PATH_SMALL:
    case PATH_SWEEP: break;
    }
    return 0;
}

static void run_plan(const struct route *r, const struct task *plan, char *memory)
{
    struct task t = *plan; /* perhaps of another product of a batch; C may have been moved to where its sums wait */
    t.x.a.p = r->x.a.p, t.x.b.p = r->x.b.p, t.x.c.p = r->x.c.p;
    t.finish = r->finish;
    pbl_give_memory(&t, memory);
    pbl_run_task(&t);
}

/* One product, with that much memory. */
static void run_path(const struct route *r, const struct task *plan, char *memory)
{
    switch (r->path) {
    case PATH_VECTOR: pbl_multiply_vector(r, memory); break;
    case PATH_SMALL: pbl_multiply_small(r, (struct steps){0, 0, 0}, 1); break;
    case PATH_SWEEP: pbl_multiply_sweep(r); break;
    case PATH_LONG: pbl_multiply_long(r, memory); break;
    case PATH_LOOPS: run_plan(r, plan, memory); return;
    }
    /* The loops finish each tile while it is in L1; elsewhere C is small beside A and B, or in the cache. */
    if (r->finish) pbl_finish(r->finish, r->kernels, 0, 0, r->x.m, r->x.n, r->x.c);
}

/* Products [i, end). */
static void run_some(const struct batch *b, dim i, dim end, char *memory)
{
    struct finish f;
    struct route r = own_route(b, &f);
    if (r.path == PATH_SMALL && !b->places.c && !r.finish) {
        move_product(&r.x, b->steps, i);
        pbl_multiply_small(&r, b->steps, end - i);
        return;
    }
    for (; i < end; i++) {
        set_item(b, &r, i);
        run_path(&r, &b->plan, memory);
    }
}

static void run_items(void *arg)
{
    struct batch *b = arg;
    char *memory = b->memory + atomic_fetch_add(&b->next_thread, 1) * b->bytes;
    for (dim i; (i = b->at_once * atomic_fetch_add_explicit(&b->next, 1, memory_order_relaxed)) < b->count;)
        run_some(b, i, min_dim(i + b->at_once, b->count), memory);
}

/* What one thread needs for any of the products. */
static void plan_items(struct batch *b)
{
    b->route.threads = 1;
    b->bytes = (dim)bytes_for(&b->route, &b->plan);
}

/* Whether the loops would do what the small path does, but for the order of the tiles. */
static bool packs_nothing(const struct task *t)
{
    return t->b_from == B_ROWS && !t->pack_a && !t->through_buffer && t->k_blocks == 1 &&
           t->tiles_at_once == piece_size(t->groups, 0) && t->x.part == WHOLE;
}

/* Products that are not over before a line comes from memory, in stacks that come from there. */
static bool pays_to_fetch(const struct product *x, dim count)
{
    const dim bytes = (x->m + x->n) * x->k * size_of(x->dtype);
    return bytes >= FETCHED_BYTES && bytes * count > FETCHED_STACK_BYTES;
}

static void run_batch(struct batch *b, dim threads)
{
    if (threads > 1) pbl_run_team((int)threads, run_items, b);
    else run_items(b);
}

size_t pbl_bytes_wanted(struct route r)
{
    struct task t;
    pbl_choose_route(&r);
    if (r.path == PATH_SWEEP) r.path = PATH_LOOPS; /* another B of this shape may take them, where it lies */
    return bytes_for(&r, &t);
}

static int run_route(const struct route *r)
{
    struct task t;
    const size_t bytes = bytes_for(r, &t);
    char *memory = bytes ? pbl_workspace(bytes) : NULL;
    if (bytes && !memory) return PBL_NO_MEMORY;
    run_path(r, &t, memory);
    return PBL_OK;
}

int pbl_multiply(struct route *r)
{
    pbl_choose_route(r);
    return run_route(r);
}

/* Whether threads are of more use to several products than inside each. */
static dim threads_across(const struct route *r, dim count)
{
    const double all = (double)r->worth * (double)count;
    if (count < 2 || all < TEAM_WORTH || r->worth > ACROSS_WORTH) return 1;
    return min_dim(min_dim(count, all < 1 << 16 ? (dim)all : 1 << 16), pbl_threads_available());
}

int pbl_multiply_batch(struct route *first, struct steps steps, struct places places, dim count)
{
    pbl_choose_route(first);
    struct batch b = {.route = *first, .steps = steps, .places = places, .count = count};
    if (first->flipped) {
        b.steps = (struct steps){steps.b, steps.a, steps.c};
        b.places = (struct places){places.b, places.a, places.c};
    }
    const dim threads = threads_across(first, count);
    if (threads == 1 && first->threads > 1) {
        int status = PBL_OK;
        struct finish f;
        struct route r = own_route(&b, &f);
        for (dim i = 0; i < count && status == PBL_OK; i++) {
            set_item(&b, &r, i);
            status = run_route(&r);
        }
        return status;
    }
    b.at_once = max_dim(1, min_dim(count / (8 * threads), (dim)(8 / (first->worth + 1e-3))));
    plan_items(&b);
    if (b.route.path == PATH_LOOPS && packs_nothing(&b.plan)) b.route.path = PATH_SMALL, b.bytes = 0;
    b.route.fetches = pays_to_fetch(&first->x, count);
    b.memory = b.bytes ? pbl_workspace((size_t)(threads * b.bytes)) : NULL;
    if (b.bytes && !b.memory) return PBL_NO_MEMORY;
    run_batch(&b, threads);
    return PBL_OK;
}
