/* SPDX-License-Identifier: MIT */
/* The rows of A, shared by all cores.
 *
 * What changes: each thread computes some elements of y, from rows of A that nobody else reads, four at a time.
 * What it should buy: the bandwidth that one core leaves unused, no more (see axpy/multiply_threads.c).
 * In the assembly: the loop of streams.c.
 * Exercise: share the columns of A instead. Each thread then has sums for all of y: who adds them up, and when? */
#include <stddef.h>
#include <stdlib.h>

/* C[0..4)[0] = alpha A x + beta C. */
static void four_rows(int k, float alpha, const float *a, int lda, const float *x, float beta, float *c, int ldc)
{
    const float *a0 = a, *a1 = a0 + lda, *a2 = a1 + lda, *a3 = a2 + lda;
    float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
#pragma omp simd reduction(+ : s0, s1, s2, s3)
    for (int p = 0; p < k; p++) s0 += a0[p] * x[p], s1 += a1[p] * x[p], s2 += a2[p] * x[p], s3 += a3[p] * x[p];
    const float sum[] = {s0, s1, s2, s3};
    for (int i = 0; i < 4; i++) c[(size_t)i * ldc] = alpha * sum[i] + (beta == 0 ? 0 : beta * c[(size_t)i * ldc]);
}

static void one_row(int k, float alpha, const float *a, const float *x, float beta, float *c)
{
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int p = 0; p < k; p++) sum += a[p] * x[p];
    *c = alpha * sum + (beta == 0 ? 0 : beta * *c);
}

void gemv_threads(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                  float *c, int ldc)
{
    if (alpha == 0) k = 0;
    float *x = malloc(((size_t)k + 1) * sizeof *x);
    if (!x) abort(); /* a lesson has no way to say it; a library must */
    for (int j = 0; j < n; j++) {
        for (int p = 0; p < k; p++) x[p] = b[(size_t)p * ldb + j];
        const int fours = m / 4 * 4;
#pragma omp parallel for
        for (int i = 0; i < fours; i += 4)
            four_rows(k, alpha, a + (size_t)i * lda, lda, x, beta, c + (size_t)i * ldc + j, ldc);
        for (int i = fours; i < m; i++) one_row(k, alpha, a + (size_t)i * lda, x, beta, c + (size_t)i * ldc + j);
    }
    free(x);
}
