/* SPDX-License-Identifier: MIT */
/* Vectors by hand: a strip of a row of C stays in registers.
 *
 * What changes: the intrinsics of AVX2 say which vector is where. Eight vectors, 64 elements of a row of C, are
 * summed over all of k before any of them is stored. No compiler keeps them in registers unasked: it would have to
 * exchange the loops over p and j, and to cut the one over j.
 * What it should buy: no load and store of C in the loop. And B is read in strips of 64 columns, 64 k floats that
 * stay in the L2 cache for the next row of C, where unroll.c fetched all of B from further away.
 * Why eight: an FMA takes four cycles, and two begin in each; eight must be under way at a time, or units idle. Each
 * accumulator is a chain like the textbook's sum; eight chains run side by side.
 * In the assembly: one vbroadcastss of an element of A, then eight vfmadd231ps that take B straight from memory. One
 * load for each FMA: that is the limit now, as a CPU loads two vectors a cycle at best, from L1.
 * Exercise: four accumulators instead of eight, then twelve. Sixteen registers of AVX2: what happens at sixteen? */
#include <immintrin.h>
#include <stddef.h>

enum { VLEN = 8, NV = 8, STRIP = NV * VLEN };

/* C[0][0..n) = alpha A B + beta C, the plain way: for columns that do not fill a strip. */
static void rim(int n, int k, float alpha, const float *a, const float *b, int ldb, float beta, float *c)
{
    for (int j = 0; j < n; j++) c[j] = beta == 0 ? 0 : beta * c[j];
    for (int p = 0; p < k; p++)
        for (int j = 0; j < n; j++) c[j] += alpha * a[p] * b[(size_t)p * ldb + j];
}

/* The same for a strip. */
static void strip(int k, float alpha, const float *a, const float *b, int ldb, float beta, float *c)
{
    __m256 sum[NV];
    for (int v = 0; v < NV; v++) sum[v] = _mm256_setzero_ps();
    for (int p = 0; p < k; p++, b += ldb) {
        const __m256 x = _mm256_set1_ps(a[p]);
        for (int v = 0; v < NV; v++) sum[v] = _mm256_fmadd_ps(x, _mm256_loadu_ps(b + v * VLEN), sum[v]);
    }
    for (int v = 0; v < NV; v++) {
        __m256 result = _mm256_mul_ps(_mm256_set1_ps(alpha), sum[v]);
        if (beta != 0) result = _mm256_fmadd_ps(_mm256_set1_ps(beta), _mm256_loadu_ps(c + v * VLEN), result);
        _mm256_storeu_ps(c + v * VLEN, result);
    }
}

void gemm_intrinsics(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                     float *c, int ldc)
{
    if (alpha == 0) k = 0;
    for (int j = 0; j < n; j += STRIP)
        for (int i = 0; i < m; i++) {
            const float *ai = a + (size_t)i * lda;
            float *to = c + (size_t)i * ldc + j;
            if (j + STRIP <= n) strip(k, alpha, ai, b + j, ldb, beta, to);
            else rim(n - j, k, alpha, ai, b + j, ldb, beta, to);
        }
}
