/* SPDX-License-Identifier: MIT */
/* The sweep: A passes by once, for all 32 columns.
 *
 * What changes: MR rows of A times 32 columns of B are a tile of sums in registers (see gemm/register_tile.c). Each
 * element of A is broadcast and used 32 times while it is here. B, which was the small operand, is read again and
 * again, so k is cut into blocks of KC: 512 KB of B that stay in L2.
 * What it should buy: some ten or twenty times the speed of 32 gemvs. Operations for each byte of A went from 1/2 to
 * 16; a core's bandwidth and its FMA units meet somewhere between 5 and 10. So one column waits for memory, as long as
 * it takes A to pass by once; 32 columns wait for the FMA units, a few times as long, not 32 times. Up to the bend a
 * column more costs nearly nothing, which is why programs should collect vectors (a batch) before they multiply.
 * In the assembly: 12 FMAs for 4 loads and 3 broadcasts (AVX2), or for 2 and 6 (AVX-512). No element of A is stored.
 * Exercise: 8, 16, 64 columns. Where is the bend, from waiting for memory to waiting for FMAs? */
#include <immintrin.h>
#include <stddef.h>

#ifdef __AVX512F__
typedef __m512 vec;
enum { VLEN = 16, MR = 6, NV = 2 };
#define vload _mm512_loadu_ps
#define vstore _mm512_storeu_ps
#define vset1 _mm512_set1_ps
#define vmul _mm512_mul_ps
#define vfma _mm512_fmadd_ps
#else
typedef __m256 vec;
enum { VLEN = 8, MR = 3, NV = 4 };
#define vload _mm256_loadu_ps
#define vstore _mm256_storeu_ps
#define vset1 _mm256_set1_ps
#define vmul _mm256_mul_ps
#define vfma _mm256_fmadd_ps
#endif
enum { NR = NV * VLEN, KC = 4096 };

/* C[MR][NR] = alpha A B + beta C. */
static void tile(int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc)
{
    vec sum[MR][NV] = {0};
    for (int p = 0; p < k; p++, b += ldb) {
        vec x[MR];
        for (int i = 0; i < MR; i++) x[i] = vset1(a[(size_t)i * lda + p]);
        for (int v = 0; v < NV; v++) {
            const vec bp = vload(b + v * VLEN);
            for (int i = 0; i < MR; i++) sum[i][v] = vfma(x[i], bp, sum[i][v]);
        }
    }
    for (int i = 0; i < MR; i++)
        for (int v = 0; v < NV; v++) {
            float *to = c + (size_t)i * ldc + v * VLEN;
            const vec result = vmul(vset1(alpha), sum[i][v]);
            vstore(to, beta == 0 ? result : vfma(vset1(beta), vload(to), result));
        }
}

/* The same for what is left at the rim of C, the plain way. */
static void rim(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                float *c, int ldc)
{
    for (int i = 0; i < m; i++, a += lda, c += ldc) {
        for (int j = 0; j < n; j++) c[j] = beta == 0 ? 0 : beta * c[j];
        for (int p = 0; p < k; p++)
            for (int j = 0; j < n; j++) c[j] += alpha * a[p] * b[(size_t)p * ldb + j];
    }
}

void gemv_sweep(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                float *c, int ldc)
{
    if (alpha == 0) k = 0;
    const int rows = m / MR * MR, columns = n / NR * NR; /* of whole tiles */
    int p = 0;
    do { /* once at least: without a block, C = beta C */
        const int depth = k - p < KC ? k - p : KC;
        const float *ap = a + p, *bp = b + (size_t)p * ldb;
        for (int i = 0; i < rows; i += MR)
            for (int j = 0; j < columns; j += NR)
                tile(depth, alpha, ap + (size_t)i * lda, lda, bp + j, ldb, beta, c + (size_t)i * ldc + j, ldc);
        rim(m - rows, columns, depth, alpha, ap + (size_t)rows * lda, lda, bp, ldb, beta, c + (size_t)rows * ldc, ldc);
        rim(m, n - columns, depth, alpha, ap, lda, bp + columns, ldb, beta, c + columns, ldc);
        beta = 1; /* the next block adds to this one */
    } while ((p += KC) < k);
}
