/* SPDX-License-Identifier: MIT */
/* What a kernel of one's own looks like. The compiler reads this before the learner's file, and so reports a function
 * of one of these names that has other arguments. Matrices lie row by row: element (i, j) of A is a[i * lda + j]. */
#ifndef PBL_LEARN_KERNELS_H
#define PBL_LEARN_KERNELS_H

/* C = alpha A B + beta C, where A is m x k, B is k x n, C is m x n. */
void sgemm(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta, float *c,
           int ldc);
/* y = alpha A x + beta y, where A is m x n. */
void sgemv(int m, int n, float alpha, const float *a, int lda, const float *x, float beta, float *y);
/* y = alpha x + y */
void saxpy(int n, float alpha, const float *x, float *y);
/* The sum of x[i] y[i]. */
float sdot(int n, const float *x, const float *y);

#endif
