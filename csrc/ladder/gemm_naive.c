/* SPDX-License-Identifier: MIT */
/* The textbook loop with the names and the letters of the BLAS, for all of its types: a competitor of the race.
 *
 * As a lesson, and the lowest rung, it is gemm/textbook.c, which says why it is slow. The race builds this file twice,
 * with -O3 and with -O3 -march=native, and it stays slow both times. */
#include <complex.h>
#include <stddef.h>

enum { ROW_MAJOR = 101, NO_TRANS = 111, CONJ_TRANS = 113 };

/* Where element (i, j) of op(X) stands in X. */
static inline size_t at(int layout, int trans, int i, int j, int ld)
{ return (layout == ROW_MAJOR) == (trans == NO_TRANS) ? (size_t)i * ld + j : (size_t)j * ld + i; }

#define AS_IS(x) (x)

#define T float
#define SCALAR float
#define VALUE AS_IS
#define CONJ AS_IS
#define NAME cblas_sgemm
#include "gemm_naive.t.h"

#define T double
#define SCALAR double
#define VALUE AS_IS
#define CONJ AS_IS
#define NAME cblas_dgemm
#include "gemm_naive.t.h"

#define T float complex
#define SCALAR const float complex *
#define VALUE(x) (*(x))
#define CONJ conjf
#define NAME cblas_cgemm
#include "gemm_naive.t.h"

#define T double complex
#define SCALAR const double complex *
#define VALUE(x) (*(x))
#define CONJ conj
#define NAME cblas_zgemm
#include "gemm_naive.t.h"
