/* SPDX-License-Identifier: MIT */
/* A matrix, or a band or a triangle of it, times a contiguous vector: what the products are, and what every other
 * routine with a dense matrix does with most of it. */
#ifndef PBL_LEVEL2_MATVEC_H
#define PBL_LEVEL2_MATVEC_H

#include "blocking.h"
#include "setting.h"

/* y = alpha A x + beta y for a matrix of m rows and n columns, neither of them none. */
struct matvec {
    const struct setting *setting;
    dim m, n;
    struct matrix a;
    struct curve curve;      /* of a triangle that is packed; or 0, 0 */
    const struct clip *clip; /* what there is of A; NULL: all. A band has its own strides: element (i, j) is at
                              * i rs + j cs, whether there is one or not */
    bool narrow;             /* a band of no more than NARROW_BAND diagonals */
    bool conj_x;
    const char *x;
    char *y;                  /* not x */
    const void *alpha, *beta; /* beta == NULL: y is not read */
    char *scratch;            /* as much as pbl_matvec_scratch said, for this matrix or a larger one */
    int threads;              /* at most */
    char *sums;               /* for threads that share x; or NULL */
};

/* The part of A, perhaps packed, that begins with element (i, j). */
static inline struct matrix packed_part(struct matrix a, struct curve c, dim i, dim j, dim size)
{
    a.p += (line_start(i, a.rs, c.rows) + line_start(j, a.cs, c.columns)) * size;
    a.rs += i * c.rows, a.cs += j * c.columns;
    return a;
}

/* Whether columns are the lines of an m x n matrix that are read. If both strides are 1, as where there is a single
 * column, or one of them does not matter: the longer lines. Of what is packed, both may be 1 by chance. */
static inline bool read_by_columns(struct matrix a, struct curve c, dim m, dim n)
{
    if (c.rows || c.columns) return c.columns != 0;
    return a.rs == 1 && m > 1 && (a.cs != 1 || n == 1);
}

/* Columns so few that they are read side by side: as many streams as the CPU fetches ahead, or as do no harm where it
 * need not. */
static inline bool are_few_columns(dim n, bool far) { return n <= (far ? FEW_COLUMNS : 2 * FEW_COLUMNS); }

/* y = alpha A x + beta y in one go, for a matrix whose rows, or columns, are contiguous. */
static inline void multiply_lines(const struct kernels *kernels, bool by_columns, dim m, dim n, const struct matrix *a,
                                  struct curve c, struct clip clip, const void *x, void *y,
                                  const struct gemm_scale *scale)
{
    if (by_columns) kernels->gemv_columns(m, n, a->p, a->cs, c.columns, clip, x, y, scale);
    else kernels->gemv_rows(m, n, a->p, a->rs, c.rows, clip, x, y, scale);
}

/* How many threads a matrix of m x n is worth, and the bytes of scratch that they need. */
int pbl_matvec_threads(const struct setting *s, dim m, dim n);
size_t pbl_matvec_scratch(int threads);

/* The sums have the same bits by rows and by columns: see kernels/gemv.t.h; x is cut where the dtype, and the clip,
 * alone say. */
void pbl_matvec(const struct matvec *v);

/* Sums by columns that pass by in long runs: lanes that wait in memory, for m elements of y; of complex elements P, and
 * ld reals behind it Q. */
struct swept {
    char *p;
    dim ld, apart; /* reals; bytes from a lane to the next */
};

static inline dim lane_reals(const struct setting *s, dim m)
{ return ((m + s->kernels->vlen - 1) & -s->kernels->vlen) * parts_of(s->dtype); }

static inline struct swept swept_at(const struct setting *s, dim m, char *p)
{
    const dim ld = lane_reals(s, m);
    return (struct swept){p, ld, ld * s->size};
}

/* Those of elements from the i-th on. */
static inline struct swept swept_from(const struct setting *s, struct swept lanes, dim i)
{
    lanes.p += i * s->size;
    return lanes;
}

/* Lanes (+)= A x for m rows and k columns of A, more than there are lanes or added to what there is: column p's lane is
 * p mod W. */
void pbl_sweep_lanes(const struct setting *s, dim m, dim k, const char *a, dim cs, const char *x, struct swept to,
                     bool first);

/* What they do to y. */
void pbl_fold_lanes(const struct setting *s, dim m, struct swept lanes, void *y, const struct gemm_scale *scale);

/* The same for vectors with gaps, and the bytes of s->room that this needs. x and y are set here. */
size_t pbl_matvec_bytes(const struct matvec *v, dim incx, dim incy);
void pbl_matvec_strided(struct matvec *v, struct setting *s, const void *x, dim incx, void *y, dim incy);

#endif
