/* SPDX-License-Identifier: MIT */
/* The one driver of level 3: every routine there builds views and calls it. */
#ifndef PBL_LEVEL3_DRIVER_H
#define PBL_LEVEL3_DRIVER_H

#include "../core/matrix.h"

/* C = alpha A B + beta C, with A m x k, B k x n and C m x n; alpha and beta point to one element. */
struct product {
    int dtype;
    dim m, n, k;
    const void *alpha, *beta; /* beta == NULL: C is not read */
    struct matrix a, b, c;
};

/* Sizes are positive. Returns an enum pbl_status; unless it is PBL_OK, C is untouched. */
int pbl_multiply(const struct product *x);

#endif
