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

/* `count` products from x on. */
static inline void run_single_panels(const struct kernels *kn, const struct product *x, struct steps steps, dim count)
{
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

#endif
