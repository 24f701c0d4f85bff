/* SPDX-License-Identifier: MIT */
/* A matrix as the library sees it: element (i, j) stands at p + (i rs + j cs) * size of an element. */
#ifndef PBL_CORE_MATRIX_H
#define PBL_CORE_MATRIX_H

#include <stdint.h>
#include <string.h>

#include "types.h"

/* All of a square matrix, or the triangle on one side of the diagonal, and the diagonal. */
enum part { WHOLE, LOWER, UPPER };

static inline enum part transposed_part(enum part x) { return x == WHOLE ? WHOLE : x == LOWER ? UPPER : LOWER; }

struct matrix {
    char *p;
    dim rs, cs;       /* in elements */
    bool conj;        /* stands for its conjugate */
    bool is_unsigned; /* of 8-bit integers */
    bool hermitian;   /* what is not stored is the conjugate of what is; the diagonal is real */
    enum part stored; /* but for WHOLE, the matrix is symmetric or hermitian */
};

static inline struct matrix view(const void *p, dim rs, dim cs)
{ return (struct matrix){.p = (char *)(uintptr_t)p, .rs = rs, .cs = cs}; }

static inline struct matrix transposed(struct matrix x)
{ return (struct matrix){x.p, x.cs, x.rs, x.conj, x.is_unsigned, x.hermitian, transposed_part(x.stored)}; }

/* Where element (i, j) stands; `size` is that of an element in bytes. */
static inline char *element(struct matrix x, dim i, dim j, dim size) { return x.p + (i * x.rs + j * x.cs) * size; }

/* The matrix whose element (0, 0) is (i, j) of x. */
static inline struct matrix part_from(struct matrix x, dim i, dim j, dim size)
{
    x.p = element(x, i, j, size);
    return x;
}

/* to = from, m x n elements, of which neither is laid out in a way that is known. */
void pbl_copy_elements(dim m, dim n, struct matrix to, struct matrix from, dim size);

/* Neighbouring rows or columns. */
struct span {
    dim first, end;
};

/* Of columns [0, n), those that any of rows [i, i + m) has in a part. Column 0 need not be the matrix's own if row 0 is
 * the one where the diagonal crosses it. */
static inline struct span columns_of_rows(enum part part, dim i, dim m, dim n)
{
    const dim first = part == UPPER ? min_dim(n, max_dim(0, i)) : 0, end = part == LOWER ? min_dim(n, i + m) : n;
    return (struct span){first, max_dim(first, end)};
}

/* Whether a part has all of an m x n piece whose first element stands `below` rows below the diagonal. */
static inline bool has_all(enum part part, dim below, dim m, dim n)
{ return part == WHOLE || (part == LOWER ? below >= n - 1 : below + m <= 1); }

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
