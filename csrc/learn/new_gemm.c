/* SPDX-License-Identifier: MIT */
/* An sgemm of your own: C = alpha A B + beta C.
 *
 * A is m x k, B is k x n, C is m x n, all of them row by row: element (i, j) of A is a[i * lda + j], where lda, the
 * leading dimension, is at least the number of columns. What is between the rows is not yours.
 *
 *   pyblaslite race THIS_FILE           compiles it, sends it through the gates, and races it
 *   pyblaslite race THIS_FILE --watch   does so whenever you save
 *
 * This is the textbook loop. It passes the gates, and it is slow. What has made others faster, in this order:
 *   1. Exchange the loops over j and p: then B and C are read along their rows, and the compiler can use vectors.
 *   2. Keep some elements of C in registers (4 x 8, say) while p runs, and use each element of A and B several times.
 *   3. Do that by hand: #include <immintrin.h>, _mm256_fmadd_ps. Mind the rows and columns that are left over.
 *   4. Cut B into blocks that stay in the caches, and copy them into the order in which they are read. */
#include <stddef.h>

void sgemm(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta, float *c,
           int ldc)
{
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            float sum = 0;
            /* alpha = 0: A and B are not read, whatever is in them. */
            for (int p = 0; alpha != 0 && p < k; p++) sum += a[(size_t)i * lda + p] * b[(size_t)p * ldb + j];

            /* beta = 0: C is not read. It may hold NaN, and 0 * NaN is NaN. */
            float *out = &c[(size_t)i * ldc + j];
            *out = alpha * sum + (beta == 0 ? 0 : beta * *out);
        }
}
