/* SPDX-License-Identifier: MIT */
/* A matrix as the library sees it: element (i, j) stands at p + (i rs + j cs) * size of an element. */
#ifndef PBL_CORE_MATRIX_H
#define PBL_CORE_MATRIX_H

#include <string.h>

#include "types.h"

struct matrix {
    char *p;
    dim rs, cs;       /* in elements */
    bool conj;        /* stands for its conjugate */
    bool is_unsigned; /* of 8-bit integers */
};

static inline struct matrix transposed(struct matrix x)
{ return (struct matrix){x.p, x.cs, x.rs, x.conj, x.is_unsigned}; }

/* Where element (i, j) stands; `size` is that of an element in bytes. */
static inline char *element(struct matrix x, dim i, dim j, dim size) { return x.p + (i * x.rs + j * x.cs) * size; }

static inline void copy_elements(dim m, dim n, struct matrix to, struct matrix from, dim size)
{
    for (dim i = 0; i < m; i++)
        for (dim j = 0; j < n; j++) memcpy(element(to, i, j, size), element(from, i, j, size), (size_t)size);
}

/* A length cut into `parts` pieces that differ by at most one. */
struct split {
    dim parts, size, longer; /* the first `longer` pieces have size + 1 */
};

static inline struct split split_evenly(dim length, dim at_most)
{
    if (length > 0 && length <= at_most) return (struct split){1, length, 0};
    dim parts = ceil_div(length, at_most);
    return (struct split){parts, parts ? length / parts : 0, parts ? length % parts : 0};
}

static inline dim piece_start(struct split s, dim i) { return i * s.size + min_dim(i, s.longer); }
static inline dim piece_size(struct split s, dim i) { return s.size + (i < s.longer); }

#endif
