/* SPDX-License-Identifier: MIT */
/* Products of a single panel of a B that lies right: their time is mostly what stands around the kernel. Inlined, so
 * that what is known of a product need not be written down first. */
#ifndef PBL_LEVEL3_SINGLE_H
#define PBL_LEVEL3_SINGLE_H

#include "product.h"

/* The kernels whose widest tile holds all columns of C, if B need not be packed for them; or NULL. */
static inline const struct kernels *single_panel(const struct product *x, const struct kernels *kn, bool short_vectors)
{
    if (x->b.cs != 1 || x->c.cs != 1) return NULL;
    if (short_vectors && (x->n & (kn->vlen - 1))) kn = kn->narrow;
    return x->n <= kn->nv * kn->vlen ? kn : NULL;
}

/* The next matrix of a stack, brought into L1 a piece with each tile that is made: of a stack in memory, both memory
 * and the kernel are then busy all the time (32 x 32 x 32: 1.4 times as fast); fetched at once, its lines would keep
 * the tile's own waiting. */
struct ahead {
    const char *p;
    dim piece; /* bytes */
};

static inline struct ahead next_matrix(const char *p, dim elements, dim step, dim size, dim tiles)
{
    const dim lines = ceil_div(elements * size, LINE);
    return (struct ahead){p + step * size, step == elements ? ceil_div(lines, tiles) * LINE : 0};
}

static inline void fetch_piece(struct ahead *x)
{
    for (const char *end = x->p + x->piece; x->p < end; x->p += LINE) __builtin_prefetch(x->p);
}

/* `count` products from x on; `fetches`: see struct route. */
static inline void run_single_panels(const struct kernels *kn, const struct product *x, struct steps steps, dim count,
                                     const bool fetches)
{
    const dim size = size_of(x->dtype), vectors = (x->n + kn->vlen - 1) >> kn->vlen_log2;
    const int last = (int)(x->n - (vectors - 1) * kn->vlen);
    /* A single vector is short of accumulators: a taller tile keeps the FMA units busy (16 x 16 x 16 in float32:
     * 15 %). */
    const struct split rows = split_evenly(x->m, vectors == 1 ? 2 * kn->mr : kn->mr);
    const struct gemm_scale scale = {.alpha = x->alpha, .beta = x->beta, .conj_a = x->a.conj, .conj_b = x->b.conj};
    gemm_tile_fn *const *tiles = kn->gemm_tile + (rows.size - 1) * kn->nv + vectors - 1;

    for (dim i = 0; i < count; i++) {
        const char *a = x->a.p + i * steps.a * size, *b = x->b.p + i * steps.b * size;
        char *c = x->c.p + i * steps.c * size;
        struct ahead next_a = {0}, next_b = {0};
        if (fetches) {
            next_a = next_matrix(a, x->m * x->k, steps.a, size, rows.parts);
            next_b = next_matrix(b, x->k * x->n, steps.b, size, rows.parts);
        }
        for (dim tile = 0; tile < rows.parts; tile++) {
            const bool longer = tile < rows.longer;
            if (fetches) fetch_piece(&next_a), fetch_piece(&next_b);
            tiles[longer ? kn->nv : 0](x->k, a, x->a.rs, x->a.cs, b, x->b.rs, c, x->c.rs, last, &scale);
            a += (rows.size + longer) * x->a.rs * size, c += (rows.size + longer) * x->c.rs * size;
        }
    }
}

#endif
