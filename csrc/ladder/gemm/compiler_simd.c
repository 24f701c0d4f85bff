/* SPDX-License-Identifier: MIT */
/* Vectors, made by the compiler.
 *
 * What changes: the loops of unroll.c, with the permissions that a compiler needs, and the flags with which it uses
 * them: -O3 -march=native.
 * What it should buy: one instruction does 8 floats (AVX) or 16 (AVX-512) where mulss did one, and FMA multiplies and
 * adds at once. It will not be 16 times as fast: what was hidden behind slow arithmetic now shows, B on its way from
 * the caches, all of it once for each row of C.
 * What stops a compiler from making vectors of a loop, and what to tell it:
 *   - aliasing: C might overlap B, so that a store changes what a later turn loads. `restrict` promises that it does
 *     not. Without it, GCC checks the addresses when the function runs, and carries a second loop for the bad case.
 *   - reductions: sum += ... is a chain (see textbook.c). #pragma omp simd reduction(+ : sum) permits another order.
 *   - strides: a column of B is no vector in memory. Gathering one costs more than it brings: exchange the loops.
 *   - calls, and branches that leave the loop: not in here.
 * #pragma omp simd says: the turns are independent, make vectors. No threads are involved (-fopenmp-simd).
 * In the assembly: vfmadd...ps (p: packed) with %ymm or %zmm. Of the four products only two became part of an FMA: a
 * tree, (a b + c d) + (e f + g h), needs plain additions, where a chain would be four FMAs.
 * Exercise: compile with -fopt-info-vec-all and read what GCC says of each loop. Then remove restrict and the pragma,
 * and look again: is there a second loop? Add -mprefer-vector-width=512, if this CPU has AVX-512: what is gained? */
#include <stddef.h>

/* C = beta C; with beta = 0, C is not read. */
static void scale(int m, int n, float beta, float *c, int ldc)
{
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) c[(size_t)i * ldc + j] = beta == 0 ? 0 : beta * c[(size_t)i * ldc + j];
}

void gemm_compiler_simd(int m, int n, int k, float alpha, const float *restrict a, int lda, const float *restrict b,
                        int ldb, float beta, float *restrict c, int ldc)
{
    scale(m, n, beta, c, ldc);
    if (alpha == 0) k = 0;
    for (int i = 0; i < m; i++) {
        const float *ai = a + (size_t)i * lda;
        float *restrict ci = c + (size_t)i * ldc;
        int p = 0;
        for (; p + 4 <= k; p += 4) {
            const float x0 = alpha * ai[p], x1 = alpha * ai[p + 1], x2 = alpha * ai[p + 2], x3 = alpha * ai[p + 3];
            const float *b0 = b + (size_t)p * ldb, *b1 = b0 + ldb, *b2 = b1 + ldb, *b3 = b2 + ldb;
#pragma omp simd
            for (int j = 0; j < n; j++) ci[j] += (x0 * b0[j] + x1 * b1[j]) + (x2 * b2[j] + x3 * b3[j]);
        }
        for (; p < k; p++) {
            const float x = alpha * ai[p];
#pragma omp simd
            for (int j = 0; j < n; j++) ci[j] += x * b[(size_t)p * ldb + j];
        }
    }
}
