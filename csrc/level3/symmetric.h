/* SPDX-License-Identifier: MIT */
/* Packing a matrix of which one triangle is stored: what is not is its mirror image. */
#ifndef PBL_LEVEL3_SYMMETRIC_H
#define PBL_LEVEL3_SYMMETRIC_H

#include "../core/kernels.h"
#include "../core/matrix.h"

/* Rows [p, p + k) and columns [i, i + w) of x to `to`, whose rows stand ld elements apart; `size` is an element's. */
void pbl_pack_symmetric(const struct kernels *kn, struct matrix x, dim p, dim i, dim k, dim w, char *to, dim ld,
                        dim size);

#endif
