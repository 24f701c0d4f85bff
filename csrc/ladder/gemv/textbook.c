/* SPDX-License-Identifier: MIT */
/* A matrix times a vector, as written down: each element of y is a row of A times x.
 *
 * What changes: nothing yet. The functions of this ladder have gemm's arguments, and x is a matrix B of n columns:
 * here one, further up 32.
 * How fast is it: as dot/textbook.c, limited by the latency of an addition. It is nearly fast enough nevertheless: A
 * is larger than every cache, and 4 bytes come from memory in a few additions' time.
 * In the assembly: one addss that waits for itself.
 * Exercise: A is read once, whatever one does. From the bandwidth that the ladder measured, compute the least time
 * that a product with a vector can take, before you look at the next rung. */
#include <stddef.h>

void gemv_textbook(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                   float *c, int ldc)
{
    if (alpha == 0) k = 0; /* then A and B are not read, says the BLAS */
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            float sum = 0;
            for (int p = 0; p < k; p++) sum += a[(size_t)i * lda + p] * b[(size_t)p * ldb + j];
            float *to = &c[(size_t)i * ldc + j];
            *to = alpha * sum + (beta == 0 ? 0 : beta * *to);
        }
}
