/* SPDX-License-Identifier: MIT */
/* Products that are over in a few microseconds: from the tables to the kernels, without a plan, memory or threads. */
#include "blocking.h"
#include "single.h"

/* What the products of a batch share, and where one of them is. */
struct small {
    const struct product *x; /* the first */
    const struct kernels *kernels;
    struct columns cut;
    struct split rows;
    struct gemm_scale scale;
    dim size;
    bool by_columns;
    const char *a, *b;
    char *c;
    struct ahead next_a, next_b;
};

/* The tiles of one panel: all rows of A times the columns from `b` on. */
static void run_panel(struct small *s, dim panel, gemm_tile_fn *const *tiles, const char *b, dim rsb)
{
    const struct product *x = s->x;
    const dim j = panel_start(&s->cut, panel);
    struct tile t = {.kernels = panel_kernels(&s->cut, panel),
                     .run = tiles,
                     .columns = panel_columns(&s->cut, panel),
                     .k = x->k,
                     .a = x->a,
                     .b = {.p = (char *)(uintptr_t)b, .rs = rsb},
                     .c = x->c,
                     .part = x->part,
                     .below = -j,
                     .size = s->size,
                     .scale = &s->scale};
    t.a.p = (char *)(uintptr_t)s->a, t.c.p = s->c + j * x->c.cs * s->size;
    for (dim part = 0; part < s->rows.parts; part++) {
        t.rows = piece_size(s->rows, part);
        fetch_piece(&s->next_a), fetch_piece(&s->next_b);
        if (x->c.cs == 1 && has_all(x->part, t.below, t.rows, t.columns)) run_tile(&t, 0, t.columns, t.c.p, x->c.rs);
        else pbl_run_cut(&t);
        t.a.p += t.rows * x->a.rs * s->size, t.c.p += t.rows * x->c.rs * s->size;
        t.below += t.rows;
    }
}

/* Apart, so that only products that pack have the buffer on their stack. */
static __attribute__((noinline)) void pack_and_run(struct small *s, dim panel, const char *b)
{
    _Alignas(64) char packed[SMALL_PANEL_BYTES + 64]; /* a packing kernel may write a vector past the end */
    const struct product *x = s->x;
    const struct kernels *kn = panel_kernels(&s->cut, panel);
    const dim width = panel_width(&s->cut, panel);
    kn->pack_b(x->k, panel_columns(&s->cut, panel), b, x->b.rs, x->b.cs, packed, width);
    run_panel(s, panel, kn->gemm_tile, packed, width);
}

static void run_product(struct small *s)
{
    const struct matrix *b = &s->x->b;
    for (dim panel = 0; panel < s->cut.panels; panel++) {
        const struct kernels *kn = panel_kernels(&s->cut, panel);
        const char *from = s->b + panel_start(&s->cut, panel) * b->cs * s->size;
        if (s->by_columns) run_panel(s, panel, kn->gemm_by_columns, from, b->cs);
        else if (b->cs == 1) run_panel(s, panel, kn->gemm_tile, from, b->rs);
        else pack_and_run(s, panel, from);
    }
}

void pbl_multiply_small(const struct route *r, struct steps steps, dim count)
{
    const struct product *x = &r->x;
    const struct kernels *kn = r->by_columns || x->part != WHOLE ? NULL : single_panel(x, r->kernels, r->short_vectors);
    if (kn) {
        if (r->fetches) run_single_panels(kn, x, steps, count, true);
        else run_single_panels(kn, x, steps, count, false);
        return;
    }
    const struct columns cut = pbl_cut_columns(r);
    const bool tall = !r->by_columns && x->n <= cut.kernels->vlen; /* as in single.h */
    struct small s = {.x = x,
                      .kernels = r->kernels,
                      .cut = cut,
                      .rows = split_evenly(x->m, tall ? 2 * cut.kernels->mr : cut.kernels->mr),
                      .scale = {.alpha = x->alpha, .beta = x->beta, .conj_a = x->a.conj, .conj_b = x->b.conj},
                      .size = size_of(x->dtype),
                      .by_columns = r->by_columns,
                      .a = x->a.p,
                      .b = x->b.p,
                      .c = x->c.p};
    const dim tiles = s.cut.panels * s.rows.parts;
    for (dim i = 0; i < count; i++) {
        if (r->fetches) {
            s.next_a = next_matrix(s.a, x->m * x->k, steps.a, s.size, tiles);
            s.next_b = next_matrix(s.b, x->k * x->n, steps.b, s.size, tiles);
        }
        run_product(&s);
        s.a += steps.a * s.size, s.b += steps.b * s.size, s.c += steps.c * s.size;
    }
}
