/* SPDX-License-Identifier: MIT */
/* Unrolling: four rows of B at a time.
 *
 * What changes: the loop over p takes four steps at once, so that the innermost loop adds four products to an element
 * of C while it is in a register.
 * What it should buy: C is loaded and stored once for four multiplications, not for each: six accesses to memory
 * instead of twelve. And the four products are independent of each other (instruction-level parallelism): the CPU has
 * several units that multiply and add, and starts work for them from a window of some hundred instructions, whatever
 * of it has its operands. A sum in the form ((a + b) + c) + d is a chain; (a + b) + (c + d) is a tree, whose halves
 * run at the same time. The compiler would not turn one into the other: they round differently.
 * In the assembly: four mulss and four addss between one load and one store of C. The rest of the loop, counting and
 * jumping, is paid once for four, too.
 * Exercise: unroll by two and by eight. Where does the gain end, and which is the limit then: the multipliers, the
 * registers, or B's way from the cache? (The ladder of dot looks at chains alone.) */
#include <stddef.h>

/* C = beta C; with beta = 0, C is not read. */
static void scale(int m, int n, float beta, float *c, int ldc)
{
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) c[(size_t)i * ldc + j] = beta == 0 ? 0 : beta * c[(size_t)i * ldc + j];
}

void gemm_unroll(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                 float *c, int ldc)
{
    scale(m, n, beta, c, ldc);
    if (alpha == 0) k = 0;
    for (int i = 0; i < m; i++) {
        const float *ai = a + (size_t)i * lda;
        float *ci = c + (size_t)i * ldc;
        int p = 0;
        for (; p + 4 <= k; p += 4) {
            const float x0 = alpha * ai[p], x1 = alpha * ai[p + 1], x2 = alpha * ai[p + 2], x3 = alpha * ai[p + 3];
            const float *b0 = b + (size_t)p * ldb, *b1 = b0 + ldb, *b2 = b1 + ldb, *b3 = b2 + ldb;
            for (int j = 0; j < n; j++) ci[j] += (x0 * b0[j] + x1 * b1[j]) + (x2 * b2[j] + x3 * b3[j]);
        }
        for (; p < k; p++) /* what is left of k */
            for (int j = 0; j < n; j++) ci[j] += alpha * ai[p] * b[(size_t)p * ldb + j];
    }
}
