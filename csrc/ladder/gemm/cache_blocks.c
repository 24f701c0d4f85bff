/* SPDX-License-Identifier: MIT */
/* Cache blocks: the same tiles in another order.
 *
 * What changes: k is cut into blocks of KC and the columns into blocks of NC, and then it is the tiles of a row that
 * follow each other, not those of a column. The tile itself is that of register_tile.c.
 * What it should buy: register_tile.c reads all of A for each strip of B, and when A is larger than the L2 cache it
 * comes from further away every time. Here a block of B, KC x NC floats or 0.7 MB, stays in L2 until all rows of A
 * have passed, and MR rows of A, 8 KB, stay in L1 until all tiles of a row have used them. Each is read from memory
 * as often as the other has blocks. C pays: it is loaded and stored once for each block of k, 2 KC operations for
 * each time.
 * How large? B's block should leave room in L2 for what passes by; KC be so large that C's passes do not count.
 * Between these, little depends on the numbers.
 * Where it does not pay: while everything fits in L2 anyway; and the gain at 1000 is small, as a large L3 is not slow
 * enough to starve a tile that reads 11 vectors for 24 FMAs. At 1024 it is large: rows of a power of two floats share
 * a few sets of a cache, and of KC rows more survive there than of k. For all of that problem, see packing.c.
 * In the assembly: the hot loop is the same. It is fed better.
 * Exercise: time --size 500, 1000, 1024, 2000 with KC = k and NC = n instead, and say when which block pays. */
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
enum { NR = NV * VLEN, KC = 256, NC = 672 };

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

static int min(int x, int y) { return x < y ? x : y; }

/* C = alpha A B + beta C for one block of k, of whole tiles. */
static void tiles(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                  float *c, int ldc)
{
    for (int j0 = 0; j0 < n; j0 += NC)
        for (int i = 0; i < m; i += MR)
            for (int j = j0; j < min(j0 + NC, n); j += NR)
                tile(k, alpha, a + (size_t)i * lda, lda, b + j, ldb, beta, c + (size_t)i * ldc + j, ldc);
}

void gemm_cache_blocks(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                       float *c, int ldc)
{
    if (alpha == 0) k = 0;
    const int rows = m / MR * MR, columns = n / NR * NR; /* of whole tiles */
    int p = 0;
    do { /* once at least: without a block, C = beta C */
        const int depth = min(KC, k - p);
        const float *ap = a + p, *bp = b + (size_t)p * ldb;
        tiles(rows, columns, depth, alpha, ap, lda, bp, ldb, beta, c, ldc);
        rim(m - rows, columns, depth, alpha, ap + (size_t)rows * lda, lda, bp, ldb, beta, c + (size_t)rows * ldc, ldc);
        rim(m, n - columns, depth, alpha, ap, lda, bp + columns, ldb, beta, c + columns, ldc);
        beta = 1; /* the next block adds to this one */
    } while ((p += KC) < k);
}
