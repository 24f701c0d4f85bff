/* SPDX-License-Identifier: MIT */
/* The order of the loops: i, p, j instead of i, j, p.
 *
 * What changes: the innermost loop runs along a row of B and a row of C. Not one multiplication more or less.
 * What it should buy: several times the speed. All sixteen floats of a cache line are used, one after the other, and
 * the prefetcher sees where the stream goes. And the additions of a row of C are independent of each other: none
 * waits for the one before.
 * What it costs: C is loaded and stored again for each p, where the textbook kept its sum in a register: two loads
 * and a store for a multiplication and an addition. So it is the ports to memory that limit now.
 * In the assembly: still mulss and addss, as -O2 of GCC makes no vectors here (it would have to check that C overlaps
 * neither A nor B, see compiler_simd.c; clang does at -O2 what GCC does at -O3); but a movss that stores, in the
 * loop.
 * Exercise: there are six orders of three loops. Predict the order of their speeds from what their innermost loop
 * reads and writes, then measure. */
#include <stddef.h>

/* C = beta C; with beta = 0, C is not read. */
static void scale(int m, int n, float beta, float *c, int ldc)
{
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) c[(size_t)i * ldc + j] = beta == 0 ? 0 : beta * c[(size_t)i * ldc + j];
}

void gemm_loop_order(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                     float *c, int ldc)
{
    scale(m, n, beta, c, ldc);
    if (alpha == 0) return;
    for (int i = 0; i < m; i++)
        for (int p = 0; p < k; p++) {
            const float x = alpha * a[(size_t)i * lda + p];
            for (int j = 0; j < n; j++) c[(size_t)i * ldc + j] += x * b[(size_t)p * ldb + j];
        }
}
