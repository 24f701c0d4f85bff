/* SPDX-License-Identifier: MIT */
/* The first rung: gemm as courses write it, and as a compiler gets it.
 *
 * One row of A times one column of B for each element of C. The race builds this file twice, with -O3 and with
 * -O3 -march=native, and it stays slow both times. Why:
 *   - sum is one chain of additions, each waiting four cycles for the one before it. The compiler may not split it:
 * floating-point addition is not associative, and -O3 promises the answer of the source.
 *   - for the same reason it may not use vector instructions on the sum, whatever -march allows.
 *   - B is read down a column: one element of every cache line, and once B is larger than a cache, each line from
 * further away. Look in the assembly for the scalar mulss, addss (or one vfmadd231ss) and count the FMAs in the
 * loop: 1. Exercise: exchange the loops over j and p. What does the compiler do now, and why may it? */
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
