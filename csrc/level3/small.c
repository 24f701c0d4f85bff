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

/* The kernels whose widest tile holds all columns of C, if B need not be packed for them; or NULL. */
static const struct kernels *single_panel(const struct route *r)
{
    const struct product *x = &r->x;
    const struct kernels *kn = r->kernels;
    if (r->by_columns || x->b.cs != 1) return NULL;
    if (r->short_vectors && (x->n & (kn->vlen - 1))) kn = kn->narrow;
    return x->n <= kn->nv * kn->vlen ? kn : NULL;
}

/* Products of a single panel, whose time is mostly what stands around the kernel. */
static void run_single_panels(const struct route *r, const struct kernels *kn, struct steps steps, dim count)
{
    const struct product *x = &r->x; /* not copied: its fields were just written, one by one */
    const dim size = size_of(x->dtype), vectors = (x->n + kn->vlen - 1) >> kn->vlen_log2;
    const int last = (int)(x->n - (vectors - 1) * kn->vlen);
    const struct split rows = split_evenly(x->m, kn->mr);
    const struct gemm_scale scale = {x->alpha, x->beta, x->a.conj, x->b.conj, false};
    gemm_tile_fn *const *tiles = kn->gemm_tile + (rows.size - 1) * kn->nv + vectors - 1;

    for (dim i = 0; i < count; i++) {
        const char *a = x->a.p + i * steps.a * size, *b = x->b.p + i * steps.b * size;
        char *c = x->c.p + i * steps.c * size;
        for (dim tile = 0; tile < rows.parts; tile++) {
            const bool longer = tile < rows.longer;
            tiles[longer ? kn->nv : 0](x->k, a, x->a.rs, x->a.cs, b, x->b.rs, c, x->c.rs, last, &scale);
            a += (rows.size + longer) * x->a.rs * size, c += (rows.size + longer) * x->c.rs * size;
        }
    }
}

void pbl_multiply_small(const struct route *r, struct steps steps, dim count)
{
    const struct kernels *kn = single_panel(r);
    if (kn) {
        run_single_panels(r, kn, steps, count);
        return;
    }
    const struct small s = {.route = r,
                            .cut = pbl_cut_columns(r),
                            .rows = split_evenly(r->x.m, r->kernels->mr),
                            .scale = {r->x.alpha, r->x.beta, r->x.a.conj, r->x.b.conj, false},
                            .size = size_of(r->x.dtype)};
    struct product x = r->x;
    for (dim i = 0; i < count; i++, move_product(&x, steps, 1)) run_product(&s, &x);
}
