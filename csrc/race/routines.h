/* SPDX-License-Identifier: MIT */
/* The routines that can be timed. */
#ifndef PBL_RACE_ROUTINES_H
#define PBL_RACE_ROUTINES_H

#include "work.h"
#include <complex.h>

typedef double complex number;

/* What is particular about the matrix A of a product, or about the C that is updated. */
enum {
    SYMMETRIC = 1,
    HERMITIAN = 2,
    TRIANGULAR = 4,
    BAND = 8,       /* k diagonals on both sides; of a symmetric or triangular one, those of a triangle are stored */
    HALF = 16,      /* only a triangle of C is written */
    CONJUGATE = 32, /* the second factor */
    TWICE = 64,     /* A B^T + B A^T */
    ADDS = 128,     /* to what C was */
    REAL = 256,     /* the result, whatever the vectors are */
    ROUNDED = 512,  /* even on small integers */
    SWAPS = 1024,   /* A is written too: with what C was */
    PACKED = 2048,  /* the triangle that is a square operand, row after row */
};

/* X(routine, call, prefixes, types, flags, a, b, c, value, traits)
 *
 *   call      the function of calls.t.h
 *   prefixes  of its names: s d c z; where the result is real, sc dz; where a number is, cs zd; an i before all; or
 * none flags     that it takes, in this order: s(ide), u(plo), t(rans) a b c     rows and columns of operands: m, n, k;
 * o is m or n, as the side says; with capitals these are the sizes of op(A). No b: it is what C was, or there is none
 *   value     the function of check.c that says what an element of C must be
 *
 * Vectors x and y are a and c, or a and b if c is a number or a matrix. A triangular system has the same answer as
 * the product with the triangle, which is its own inverse. */
/* clang-format off */
#define ROUTINES(X)                                                                                                 \
    X(gemm,     gemm,     PLAIN,       "sdcz", "tt",  "MK", "KN", "mn", value_of_product,   0)                      \
    X(gemmt,    gemmt,    PLAIN,       "sdcz", "utt", "NK", "KN", "nn", value_of_product,   HALF)                   \
    X(symm,     symm,     PLAIN,       "sdcz", "su",  "oo", "mn", "mn", value_of_product,   SYMMETRIC)              \
    X(hemm,     symm,     PLAIN,       "cz",   "su",  "oo", "mn", "mn", value_of_product,   HERMITIAN)              \
    X(trmm,     trmm,     PLAIN,       "sdcz", "sut", "OO", "",   "mn", value_of_product,   TRIANGULAR)             \
    X(trsm,     trmm,     PLAIN,       "sdcz", "sut", "OO", "",   "mn", value_of_product,   TRIANGULAR)             \
    X(syrk,     syrk,     PLAIN,       "sdcz", "ut",  "NK", "",   "nn", value_of_update,    HALF)                   \
    X(herk,     herk,     PLAIN,       "cz",   "ut",  "NK", "",   "nn", value_of_update,    HALF | HERMITIAN)       \
    X(syr2k,    syr2k,    PLAIN,       "sdcz", "ut",  "NK", "NK", "nn", value_of_update,    HALF | TWICE)           \
    X(her2k,    her2k,    PLAIN,       "cz",   "ut",  "NK", "NK", "nn", value_of_update,    HALF | TWICE | HERMITIAN) \
    X(gemv,     gemv,     PLAIN,       "sdcz", "t",   "MN", "n1", "m1", value_of_product,   0)                      \
    X(gbmv,     gbmv,     PLAIN,       "sdcz", "t",   "MN", "n1", "m1", value_of_product,   BAND)                   \
    X(symv,     symv,     PLAIN,       "sd",   "u",   "nn", "n1", "n1", value_of_product,   SYMMETRIC)              \
    X(hemv,     symv,     PLAIN,       "cz",   "u",   "nn", "n1", "n1", value_of_product,   HERMITIAN)              \
    X(sbmv,     sbmv,     PLAIN,       "sd",   "u",   "nn", "n1", "n1", value_of_product,   SYMMETRIC | BAND)       \
    X(hbmv,     sbmv,     PLAIN,       "cz",   "u",   "nn", "n1", "n1", value_of_product,   HERMITIAN | BAND)       \
    X(spmv,     spmv,     PLAIN,       "sd",   "u",   "nn", "n1", "n1", value_of_product,   SYMMETRIC | PACKED)     \
    X(hpmv,     spmv,     PLAIN,       "cz",   "u",   "nn", "n1", "n1", value_of_product,   HERMITIAN | PACKED)     \
    X(tbmv,     tbmv,     PLAIN,       "sdcz", "ut",  "NN", "",   "n1", value_of_product,   TRIANGULAR | BAND)      \
    X(tbsv,     tbmv,     PLAIN,       "sdcz", "ut",  "NN", "",   "n1", value_of_product,   TRIANGULAR | BAND)      \
    X(tpmv,     tpmv,     PLAIN,       "sdcz", "ut",  "NN", "",   "n1", value_of_product,   TRIANGULAR | PACKED)    \
    X(tpsv,     tpmv,     PLAIN,       "sdcz", "ut",  "NN", "",   "n1", value_of_product,   TRIANGULAR | PACKED)    \
    X(trmv,     trmv,     PLAIN,       "sdcz", "ut",  "NN", "",   "n1", value_of_product,   TRIANGULAR)             \
    X(trsv,     trmv,     PLAIN,       "sdcz", "ut",  "NN", "",   "n1", value_of_product,   TRIANGULAR)             \
    X(ger,      ger,      PLAIN,       "sd",   "",    "m1", "n1", "mn", value_of_update,    ADDS)                   \
    X(geru,     ger,      PLAIN,       "cz",   "",    "m1", "n1", "mn", value_of_update,    ADDS)                   \
    X(gerc,     ger,      PLAIN,       "cz",   "",    "m1", "n1", "mn", value_of_update,    ADDS | CONJUGATE)       \
    X(syr,      syr,      PLAIN,       "sd",   "u",   "n1", "",   "nn", value_of_update,    HALF | ADDS)            \
    X(her,      her,      PLAIN,       "cz",   "u",   "n1", "",   "nn", value_of_update,    HALF | ADDS | HERMITIAN) \
    X(syr2,     syr2,     PLAIN,       "sd",   "u",   "n1", "n1", "nn", value_of_update,    HALF | ADDS | TWICE)    \
    X(her2,     syr2,     PLAIN,       "cz",   "u",   "n1", "n1", "nn", value_of_update,    HALF | ADDS | TWICE | HERMITIAN) \
    X(spr,      spr,      PLAIN,       "sd",   "u",   "n1", "",   "nn", value_of_update,    HALF | ADDS | PACKED)   \
    X(hpr,      hpr,      PLAIN,       "cz",   "u",   "n1", "",   "nn", value_of_update,    HALF | ADDS | HERMITIAN | PACKED) \
    X(spr2,     spr2,     PLAIN,       "sd",   "u",   "n1", "n1", "nn", value_of_update,    HALF | ADDS | TWICE | PACKED) \
    X(hpr2,     spr2,     PLAIN,       "cz",   "u",   "n1", "n1", "nn", value_of_update,    HALF | ADDS | TWICE | HERMITIAN | PACKED) \
    X(omatcopy, omatcopy, PLAIN,       "sd",   "t",   "MN", "",   "mn", value_of_op,        0)                      \
    X(copy,     copy,     PLAIN,       "sdcz", "",    "n1", "",   "n1", value_of_copy,      0)                      \
    X(swap,     copy,     PLAIN,       "sdcz", "",    "n1", "",   "n1", value_of_copy,      SWAPS)                  \
    X(scal,     scal,     PLAIN,       "sdcz", "",    "",   "",   "n1", value_of_scal,      0)                      \
    X(axpy,     axpy,     PLAIN,       "sdcz", "",    "n1", "",   "n1", value_of_axpy,      0)                      \
    X(axpby,    axpby,    PLAIN,       "sdcz", "",    "n1", "",   "n1", value_of_axpby,     0)                      \
    X(rotm,     rotm,     PLAIN,       "sd",   "",    "n1", "",   "n1", value_of_rot,       SWAPS)                  \
    X(rot,      rot,      REAL_NUMBER, "sdcz", "",    "n1", "",   "n1", value_of_rot,       SWAPS)                  \
    X(dot,      dot,      PLAIN,       "sd",   "",    "n1", "n1", "11", value_of_dot,       0)                      \
    X(dotu_sub, dot_sub,  PLAIN,       "cz",   "",    "n1", "n1", "11", value_of_dot,       0)                      \
    X(dotc_sub, dot_sub,  PLAIN,       "cz",   "",    "n1", "n1", "11", value_of_dot,       CONJUGATE)              \
    X(dsdot,    dsdot,    NONE,        "s",    "",    "n1", "n1", "11", value_of_dot,       ROUNDED)                \
    X(sum,      nrm2,     PLAIN,       "sd",   "",    "n1", "",   "11", value_of_sum,       ROUNDED)                \
    X(amin,     amax,     INDEX,       "sdcz", "",    "n1", "",   "11", value_of_amin,      REAL)                   \
    X(nrm2,     nrm2,     REAL_RESULT, "sdcz", "",    "n1", "",   "11", value_of_nrm2,      REAL | ROUNDED)         \
    X(asum,     nrm2,     REAL_RESULT, "sdcz", "",    "n1", "",   "11", value_of_asum,      REAL | ROUNDED)         \
    X(amax,     amax,     INDEX,       "sdcz", "",    "n1", "",   "11", value_of_amax,      REAL)
/* clang-format on */

struct routine {
    const char *name, *const *prefixes, *types, *flags, *a, *b, *c;
    number (*value)(const struct work *, long i, long j);
    int traits;
    void (*calls[4][2])(const struct work *); /* by type and width of integers */
};

#define DECLARE(routine, call, prefixes, types, flags, a, b, c, value, traits) \
    number value(const struct work *, long i, long j);
ROUTINES(DECLARE)
#undef DECLARE

#endif
