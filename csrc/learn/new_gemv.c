/* SPDX-License-Identifier: MIT */
/* An sgemv of your own: y = alpha A x + beta y.
 *
 * A is m x n, row by row: element (i, j) is a[i * lda + j], where lda, the leading dimension, is at least n. What is
 * between the rows is not yours.
 *
 *   pyblaslite race THIS_FILE           compiles it, sends it through the gates, and races it
 *   pyblaslite race THIS_FILE --watch   does so whenever you save
 *
 * This is the textbook loop. It passes the gates, and it is slow: one chain of additions, each of which waits for the
 * one before it. What has made others faster: several rows at once, several sums for each, vectors (#include
 * <immintrin.h>). Then memory is the limit: every element of A is used once. */
#include <stddef.h>

void sgemv(int m, int n, float alpha, const float *a, int lda, const float *x, float beta, float *y)
{
    for (int i = 0; i < m; i++) {
        float sum = 0;
        /* alpha = 0: A and x are not read, whatever is in them. */
        for (int j = 0; alpha != 0 && j < n; j++) sum += a[(size_t)i * lda + j] * x[j];

        /* beta = 0: y is not read. It may hold NaN, and 0 * NaN is NaN. */
        y[i] = alpha * sum + (beta == 0 ? 0 : beta * y[i]);
    }
}
