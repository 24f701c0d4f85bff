/* SPDX-License-Identifier: MIT */
/* Several rows at a time: more of the memory at work.
 *
 * What changes: four rows of A are multiplied by x at the same time.
 * What it should buy: bandwidth. A core asks for a line and waits some 100 ns for it; what it gets in a second is the
 * number of lines that are under way, times 64 bytes, times ten million. The prefetchers ask ahead, but each follows
 * one stream, and not past the end of a page (4 KB). Four streams are four prefetches ahead. How much that is depends
 * on the memory and its other users: between nothing and one and a half times.
 * Four elements of A for each load of x are a side effect that counts for little here: x is in a cache.
 * In the assembly: four FMAs of full width, each with an element of A from another pointer.
 * Exercise: two rows, eight, sixteen. Then four rows for --size 1000, where A fits in a cache: what do they buy
 * there? */
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

void gemv_streams(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                  float *c, int ldc)
{
    if (alpha == 0) k = 0;
    float *x = malloc(((size_t)k + 1) * sizeof *x);
    if (!x) abort(); /* a lesson has no way to say it; a library must */
    for (int j = 0; j < n; j++) {
        for (int p = 0; p < k; p++) x[p] = b[(size_t)p * ldb + j];
        int i = 0;
        for (; i + 4 <= m; i += 4) four_rows(k, alpha, a + (size_t)i * lda, lda, x, beta, c + (size_t)i * ldc + j, ldc);
        for (; i < m; i++) one_row(k, alpha, a + (size_t)i * lda, x, beta, c + (size_t)i * ldc + j);
    }
    free(x);
}
