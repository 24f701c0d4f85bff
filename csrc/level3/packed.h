/* SPDX-License-Identifier: MIT */
/* A B that was packed before the product: its blocks of K one after another, the panels of each as the loops want them.
 */
#ifndef PBL_LEVEL3_PACKED_H
#define PBL_LEVEL3_PACKED_H

#include "product.h"

struct pbl_packed {
    struct route route; /* what is known of any product with it: B, n, k, kernels */
    struct columns columns;
    dim kc;
    char *memory;
};

/* The block of K that begins at p; all blocks but the last are kc deep. */
static inline char *packed_block(const struct pbl_packed *b, dim p)
{
    const dim columns =
        panel_start(&b->columns, b->columns.panels - 1) + panel_width(&b->columns, b->columns.panels - 1);
    const struct kernels *kn = b->columns.kernels;
    const dim rows = PBL_STEPS(kn, p) + ceil_div(p, b->kc) * (kn->sum_b != NULL);
    return b->memory + rows * columns * size_of(b->route.x.dtype);
}

#endif
