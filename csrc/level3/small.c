/* SPDX-License-Identifier: MIT */
/* Products that are over in a few microseconds: from the tables to the kernels, without a plan, memory or threads. */
#include "blocking.h"
#include "single.h"

/* What the products of a batch share. */
struct small {
    const struct route *route;
    struct columns cut;
    struct split rows;
    struct gemm_scale scale;
    dim size;
};

/* A kernel wants C's rows contiguous; any other C goes through a tile that has them so. */
static __attribute__((noinline)) void run_scattered(const struct small *s, const struct product *x, gemm_tile_fn *tile,
                                                    const char *a, const char *b, dim rsb, struct matrix c, dim rows,
                                                    dim columns, int last)
{
    _Alignas(64) char buffer[LARGEST_TILE];
    const struct matrix copy = {.p = buffer, .rs = s->route->kernels->nv * s->route->kernels->vlen, .cs = 1};
    if (s->scale.beta) pbl_copy_elements(rows, columns, copy, c, s->size);
    tile(x->k, a, x->a.rs, x->a.cs, b, rsb, buffer, copy.rs, last, &s->scale);
    pbl_copy_elements(rows, columns, c, copy, s->size);
}

/* The tiles of one panel: all rows of A times the columns from `b` on. */
static void run_panel(const struct small *s, const struct product *x, struct ahead next[2], dim panel,
                      gemm_tile_fn *const *tiles, const char *b, dim rsb)
{
    const struct kernels *kn = panel_kernels(&s->cut, panel);
    const dim vectors = panel_vectors(&s->cut, panel);
    const dim columns = panel_columns(&s->cut, panel);
    const int last = (int)(columns - (vectors - 1) * kn->vlen);
    const char *a = x->a.p;
    char *c = x->c.p + panel_start(&s->cut, panel) * x->c.cs * s->size;

    for (dim part = 0; part < s->rows.parts; part++) {
        const dim height = piece_size(s->rows, part);
        fetch_piece(&next[0]), fetch_piece(&next[1]);
        gemm_tile_fn *const tile = tiles[(height - 1) * kn->nv + vectors - 1];
        if (x->c.cs == 1) tile(x->k, a, x->a.rs, x->a.cs, b, rsb, c, x->c.rs, last, &s->scale);
        else
            run_scattered(s, x, tile, a, b, rsb, (struct matrix){.p = c, .rs = x->c.rs, .cs = x->c.cs}, height, columns,
                          last);
        a += height * x->a.rs * s->size, c += height * x->c.rs * s->size;
    }
}

/* Apart, so that only products that pack have the buffer on their stack. */
static __attribute__((noinline)) void pack_and_run(const struct small *s, const struct product *x, struct ahead next[2],
                                                   dim panel)
{
    _Alignas(64) char packed[SMALL_PANEL_BYTES + 64]; /* a packing kernel may write a vector past the end */
    const struct kernels *kn = panel_kernels(&s->cut, panel);
    const dim width = panel_width(&s->cut, panel);
    kn->pack_b(x->k, panel_columns(&s->cut, panel), element(x->b, 0, panel_start(&s->cut, panel), s->size), x->b.rs,
               x->b.cs, packed, width);
    run_panel(s, x, next, panel, kn->gemm_tile, packed, width);
}

static void run_product(const struct small *s, const struct product *x, struct steps steps)
{
    struct ahead next[2] = {{0}, {0}};
    if (s->route->fetches) {
        const dim tiles = s->cut.panels * s->rows.parts;
        next[0] = next_matrix(x->a.p, x->m * x->k, steps.a, s->size, tiles);
        next[1] = next_matrix(x->b.p, x->k * x->n, steps.b, s->size, tiles);
    }
    for (dim panel = 0; panel < s->cut.panels; panel++) {
        const struct kernels *kn = panel_kernels(&s->cut, panel);
        const char *b = element(x->b, 0, panel_start(&s->cut, panel), s->size);
        if (s->route->by_columns) run_panel(s, x, next, panel, kn->gemm_by_columns, b, x->b.cs);
        else if (x->b.cs == 1) run_panel(s, x, next, panel, kn->gemm_tile, b, x->b.rs);
        else pack_and_run(s, x, next, panel);
    }
}

void pbl_multiply_small(const struct route *r, struct steps steps, dim count)
{
    const struct kernels *kn = r->by_columns ? NULL : single_panel(&r->x, r->kernels, r->short_vectors);
    if (kn) {
        if (r->fetches) run_single_panels(kn, &r->x, steps, count, true);
        else run_single_panels(kn, &r->x, steps, count, false);
        return;
    }
    const struct small s = {
        .route = r,
        .cut = pbl_cut_columns(r),
        .rows = split_evenly(r->x.m, r->kernels->mr),
        .scale = {.alpha = r->x.alpha, .beta = r->x.beta, .conj_a = r->x.a.conj, .conj_b = r->x.b.conj},
        .size = size_of(r->x.dtype)};
    struct product x = r->x;
    for (dim i = 0; i < count; i++, move_product(&x, steps, 1)) run_product(&s, &x, steps);
}
