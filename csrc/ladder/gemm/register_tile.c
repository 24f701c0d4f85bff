/* SPDX-License-Identifier: MIT */
/* The register tile: several rows of C at a time.
 *
 * What changes: not a strip of one row of C stays in registers, but a tile: 6 rows of 2 vectors (AVX2), or 8 rows of
 * 3 (AVX-512). The file is built for both; the widest that this CPU runs is on the ladder as the rung above.
 * What it should buy: each vector of B that is loaded meets MR elements of A, not one. A step of p takes NV loads and
 * MR broadcasts for MR NV FMAs: 8 for 12, or 11 for 24. The loads no longer limit, the FMA units do. It is the same
 * thought as a cache block, with registers for a cache: a tile of r x s needs r + s loads for r s FMAs, so it should
 * be large and square, and all of it must fit: 12 + 2 + 1 of 16 registers, 24 + 3 + 1 of 32.
 * In the assembly: MR NV vfmadd231ps in a row, and nothing on the stack. An access to (%rsp) in this loop is a spill:
 * the tile is too large, or an array's index is no constant. AVX-512 has vectors twice as wide, and twice as many of
 * them. Where its FMA units are as many as AVX2's (Intel's servers, Zen 5), the peak doubles; where two halves make
 * one (Zen 4), only the loads and the counting become fewer.
 * Exercise: try tiles of 4 x 3, 3 x 4 and 12 x 1 (AVX2), and explain their speed by loads for each FMA. Then 7 x 2. */
#include <immintrin.h>
#include <stddef.h>

#ifdef __AVX512F__
typedef __m512 vec;
enum { VLEN = 16, MR = 8, NV = 3 };
#define vload _mm512_loadu_ps
#define vstore _mm512_storeu_ps
#define vset1 _mm512_set1_ps
#define vmul _mm512_mul_ps
#define vfma _mm512_fmadd_ps
#else
typedef __m256 vec;
enum { VLEN = 8, MR = 6, NV = 2 };
#define vload _mm256_loadu_ps
#define vstore _mm256_storeu_ps
#define vset1 _mm256_set1_ps
#define vmul _mm256_mul_ps
#define vfma _mm256_fmadd_ps
#endif
enum { NR = NV * VLEN };

/* C[MR][NR] = alpha A B + beta C. */
static void tile(int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc)
{
    vec sum[MR][NV] = {0};
    for (int p = 0; p < k; p++) {
        vec bp[NV];
        for (int v = 0; v < NV; v++) bp[v] = vload(b + (size_t)p * ldb + v * VLEN);
        for (int i = 0; i < MR; i++) {
            const vec x = vset1(a[(size_t)i * lda + p]);
            for (int v = 0; v < NV; v++) sum[i][v] = vfma(x, bp[v], sum[i][v]);
        }
    }
    for (int i = 0; i < MR; i++)
        for (int v = 0; v < NV; v++) {
            float *to = c + (size_t)i * ldc + v * VLEN;
            const vec result = vmul(vset1(alpha), sum[i][v]);
            vstore(to, beta == 0 ? result : vfma(vset1(beta), vload(to), result));
        }
}

/* The same for what is left at the rim of C, of any size, the plain way. */
static void rim(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                float *c, int ldc)
{
    for (int i = 0; i < m; i++, a += lda, c += ldc) {
        for (int j = 0; j < n; j++) c[j] = beta == 0 ? 0 : beta * c[j];
        for (int p = 0; p < k; p++)
            for (int j = 0; j < n; j++) c[j] += alpha * a[p] * b[(size_t)p * ldb + j];
    }
}

void gemm_register_tile(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                        float *c, int ldc)
{
    if (alpha == 0) k = 0;
    const int rows = m / MR * MR, columns = n / NR * NR; /* of whole tiles */
    for (int j = 0; j < columns; j += NR)
        for (int i = 0; i < rows; i += MR)
            tile(k, alpha, a + (size_t)i * lda, lda, b + j, ldb, beta, c + (size_t)i * ldc + j, ldc);
    rim(m - rows, columns, k, alpha, a + (size_t)rows * lda, lda, b, ldb, beta, c + (size_t)rows * ldc, ldc);
    rim(m, n - columns, k, alpha, a, lda, b + columns, ldb, beta, c + columns, ldc);
}
