/* SPDX-License-Identifier: MIT */
/* A triangular matrix, dense, a band or packed, and the vector that it changes. */
#ifndef PBL_LEVEL2_TRIANGULAR_H
#define PBL_LEVEL2_TRIANGULAR_H

#include "setting.h"

struct triangular {
    struct setting s;
    bool solve, lower, unit; /* lower: op(A) is */
    bool conj;
    struct matrix a;    /* op(A) */
    struct curve curve; /* if it is packed */
    dim k;              /* diagonals beside the main one */
    char *x;            /* contiguous */
    int threads;
};

/* x = op(A) x for n > 0 elements; t->x is set here. Returns an enum pbl_status. */
int pbl_multiply_triangular(struct triangular *t, dim n, void *x, dim incx);

#endif
