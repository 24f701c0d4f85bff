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

/* Rows of C from i on, columns from j on. */
struct tile {
    gemm_tile_fn *const *tiles;
    const struct kernels *kernels;
    dim i, j, rows, columns, vectors;
    int last;
};

/* A kernel wants C's rows contiguous, and writes all of a tile; any other C goes through one that is so. */
static __attribute__((noinline)) void run_scattered(const struct small *s, const struct tile *t, const char *a,
                                                    const char *b, dim rsb, char *c)
{
    _Alignas(64) char buffer[LARGEST_TILE];
    const struct product *x = s->x;
    const struct matrix to = view(c, x->c.rs, x->c.cs), copy = view(buffer, s->kernels->nv * s->kernels->vlen, 1);
    if (s->scale.beta) pbl_copy_part(s->kernels, x->part, t->i - t->j, t->rows, t->columns, &copy, &to, s->size);
    run_tile_kernel(t->kernels, t->tiles, t->rows, t->vectors, x->k, a, x->a.rs, x->a.cs, b, rsb, buffer, copy.rs,
                    t->last, &s->scale);
    pbl_copy_part(s->kernels, x->part, t->i - t->j, t->rows, t->columns, &to, &copy, s->size);
}

static bool is_wanted(enum part part, const struct tile *t)
{
    const struct span columns = columns_of_rows(part, t->i - t->j, t->rows, t->columns);
    return part == WHOLE || columns.end > columns.first;
}

/* The tiles of one panel: all rows of A times the columns from `b` on. */
static void run_panel(struct small *s, dim panel, gemm_tile_fn *const *tiles, const char *b, dim rsb)
{
    const struct product *x = s->x;
    const struct kernels *kn = panel_kernels(&s->cut, panel);
    const dim vectors = panel_vectors(&s->cut, panel);
    struct tile t = {.tiles = tiles,
                     .kernels = kn,
                     .j = panel_start(&s->cut, panel),
                     .columns = panel_columns(&s->cut, panel),
                     .vectors = vectors};
    t.last = (int)(t.columns - (vectors - 1) * kn->vlen);
    const char *a = s->a;
    char *c = s->c + t.j * x->c.cs * s->size;

    for (dim part = 0; part < s->rows.parts; part++) {
        t.rows = piece_size(s->rows, part);
        fetch_piece(&s->next_a), fetch_piece(&s->next_b);
        if (x->c.cs == 1 && has_all(x->part, t.i - t.j, t.rows, t.columns))
            run_tile_kernel(kn, tiles, t.rows, vectors, x->k, a, x->a.rs, x->a.cs, b, rsb, c, x->c.rs, t.last,
                            &s->scale);
        else if (is_wanted(x->part, &t)) run_scattered(s, &t, a, b, rsb, c);
        a += t.rows * x->a.rs * s->size, c += t.rows * x->c.rs * s->size;
        t.i += t.rows;
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
