/* SPDX-License-Identifier: MIT */
/* Products that are over in a few microseconds: from the tables to the kernels, without a plan, memory or threads. */
#include "blocking.h"
#include "product.h"

/* What the products of a batch share. */
struct small {
    const struct route *route;
    struct columns cut;
    struct split rows;
    struct gemm_scale scale;
    dim size;
};

/* The tiles of one panel: all rows of A times the columns from `b` on. */
static void run_panel(const struct small *s, const struct product *x, dim panel, gemm_tile_fn *const *tiles,
                      const char *b, dim rsb)
{
    const struct kernels *kn = panel_kernels(&s->cut, panel);
    const dim vectors = panel_vectors(&s->cut, panel);
    const int last = (int)(panel_columns(&s->cut, panel) - (vectors - 1) * kn->vlen);
    const char *a = x->a.p;
    char *c = x->c.p + panel_start(&s->cut, panel) * s->size;

    for (dim tile = 0; tile < s->rows.parts; tile++) {
        const dim height = piece_size(s->rows, tile);
        tiles[(height - 1) * kn->nv + vectors - 1](x->k, a, x->a.rs, x->a.cs, b, rsb, c, x->c.rs, last, &s->scale);
        a += height * x->a.rs * s->size, c += height * x->c.rs * s->size;
    }
}

/* Apart, so that only products that pack have the buffer on their stack. */
static __attribute__((noinline)) void pack_and_run(const struct small *s, const struct product *x, dim panel)
{
    _Alignas(64) char packed[SMALL_PANEL_BYTES + 64]; /* a packing kernel may write a vector past the end */
    const struct kernels *kn = panel_kernels(&s->cut, panel);
    const dim width = panel_width(&s->cut, panel);
    kn->pack_b(x->k, panel_columns(&s->cut, panel), element(x->b, 0, panel_start(&s->cut, panel), s->size), x->b.rs,
               x->b.cs, packed, width);
    run_panel(s, x, panel, kn->gemm_tile, packed, width);
}

static void run_product(const struct small *s, const struct product *x)
{
    for (dim panel = 0; panel < s->cut.panels; panel++) {
        const struct kernels *kn = panel_kernels(&s->cut, panel);
        const char *b = element(x->b, 0, panel_start(&s->cut, panel), s->size);
        if (s->route->by_columns) run_panel(s, x, panel, kn->gemm_by_columns, b, x->b.cs);
        else if (x->b.cs == 1) run_panel(s, x, panel, kn->gemm_tile, b, x->b.rs);
        else pack_and_run(s, x, panel);
    }
}

/* Products of a single tile, whose time is mostly what stands around the kernel. */
static void run_tiles(const struct small *s, struct steps steps, dim count)
{
    const struct product *x = &s->route->x;
    const struct kernels *kn = s->cut.kernels;
    const bool by_columns = s->route->by_columns;
    const dim vectors = s->cut.vectors.size, rsb = by_columns ? x->b.cs : x->b.rs;
    gemm_tile_fn *tile = (by_columns ? kn->gemm_by_columns : kn->gemm_tile)[(x->m - 1) * kn->nv + vectors - 1];
    const int last = (int)(x->n - (vectors - 1) * kn->vlen);
    const char *a = x->a.p, *b = x->b.p;
    char *c = x->c.p;
    for (dim i = 0; i < count; i++, a += steps.a * s->size, b += steps.b * s->size, c += steps.c * s->size)
        tile(x->k, a, x->a.rs, x->a.cs, b, rsb, c, x->c.rs, last, &s->scale);
}

/* Asks for the lines of a matrix whose rows or columns are contiguous. */
static void fetch(struct matrix x, dim rows, dim columns, dim size)
{
    enum { LINE = 64 };
    if (x.cs != 1) x = transposed(x), rows ^= columns, columns ^= rows, rows ^= columns;
    for (dim i = 0; i < rows; i++)
        for (const char *p = element(x, i, 0, size), *end = p + columns * size; p < end; p += LINE)
            __builtin_prefetch(p, 0, 2);
}

/* A batch streams through memory in pieces that are too short for the hardware to see where it is going. */
static void fetch_operands(const struct small *s, const struct product *x)
{
    fetch(x->a, x->m, x->k, s->size);
    fetch(x->b, x->k, x->n, s->size);
    fetch(x->c, x->m, x->n, s->size);
}

void pbl_multiply_small(const struct route *r, struct steps steps, dim count)
{
    const struct small s = {.route = r,
                            .cut = pbl_cut_columns(r),
                            .rows = split_evenly(r->x.m, r->kernels->mr),
                            .scale = {r->x.alpha, r->x.beta, r->x.a.conj, r->x.b.conj},
                            .size = size_of(r->x.dtype)};
    if (s.cut.panels == 1 && s.rows.parts == 1 && (r->by_columns || r->x.b.cs == 1)) {
        run_tiles(&s, steps, count);
        return;
    }
    struct product x = r->x;
    for (dim i = 0; i < count; i++) {
        struct product next = x;
        move_product(&next, steps, 1);
        if (i + 1 < count) fetch_operands(&s, &next);
        run_product(&s, &x);
        x = next;
    }
}
