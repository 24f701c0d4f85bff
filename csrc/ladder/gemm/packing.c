/* SPDX-License-Identifier: MIT */
/* Packing: the blocks are copied into the order in which the tile reads them.
 *
 * What changes: before the tiles of a block, B's strips and A's rows are copied, so that what a step of p needs
 * stands together: NR floats of B, MR floats of A, then those of the next p. The tile walks through both with stride
 * one.
 * What it should buy: each cache line and each page is touched once and in order; the prefetchers keep up, nothing is
 * evicted by the accident of a leading dimension (try --size 1024, here and two rungs below), and the CPU looks up
 * few addresses. The copies take time in the order of n^2, the product n^3.
 * It buys the rim too: what does not fill a panel is filled up with zeros, so that there is one tile, of full size,
 * for all of C; at the rim its result goes to a scratch tile, and what is inside of C from there.
 * The loops are those of every fast gemm: columns in blocks of NC, k in blocks of KC (the block of B is packed), rows
 * in blocks of MC (the block of A is packed), then tile by tile. B's block lies in L2, 0.7 MB; a panel of A in L1.
 * In the assembly: the loads of B and the broadcasts of A have constant offsets from two registers, which are the
 * only ones that count up. There is nothing left to take out; what the library has beyond this is a cheaper way to
 * read A.
 * Exercise: the library does not pack an A whose rows are contiguous. Do the same here: when does it pay? */
#include <immintrin.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

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
enum { NR = NV * VLEN, KC = 256, MC = 120, NC = 672, LINE = 64 };

static int min(int x, int y) { return x < y ? x : y; }

/* C[0..rows)[0..columns) = alpha A B + beta C; a and b are packed panels, of MR and NR. */
static void tile(int k, float alpha, const float *a, const float *b, float beta, float *c, int ldc)
{
    vec sum[MR][NV] = {0};
    for (int p = 0; p < k; p++, a += MR, b += NR) {
        vec bp[NV];
        for (int v = 0; v < NV; v++) bp[v] = vload(b + v * VLEN);
        for (int i = 0; i < MR; i++) {
            const vec x = vset1(a[i]);
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

/* The same where only some rows and columns are inside of C. */
static void rim_tile(int rows, int columns, int k, float alpha, const float *a, const float *b, float beta, float *c,
                     int ldc)
{
    float whole[MR * NR];
    tile(k, alpha, a, b, 0, whole, NR);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) {
            float *to = c + (size_t)i * ldc + j;
            *to = whole[i * NR + j] + (beta == 0 ? 0 : beta * *to);
        }
}

/* A block of A in panels of MR rows: to[p][i] = a[i][p], zero for rows beyond m. */
static void pack_a(int m, int k, const float *a, int lda, float *to)
{
    for (int i0 = 0; i0 < m; i0 += MR)
        for (int p = 0; p < k; p++)
            for (int i = 0; i < MR; i++) *to++ = i0 + i < m ? a[(size_t)(i0 + i) * lda + p] : 0;
}

/* A block of B in panels of NR columns: to[p][j] = b[p][j], zero for columns beyond n. */
static void pack_b(int n, int k, const float *b, int ldb, float *to)
{
    for (int j0 = 0; j0 < n; j0 += NR)
        for (int p = 0; p < k; p++, to += NR) {
            const int columns = min(NR, n - j0);
            memcpy(to, b + (size_t)p * ldb + j0, (size_t)columns * sizeof *to);
            memset(to + columns, 0, (size_t)(NR - columns) * sizeof *to);
        }
}

/* The tiles of a packed block. */
static void tiles(int m, int n, int k, float alpha, const float *a, const float *b, float beta, float *c, int ldc)
{
    for (int i = 0; i < m; i += MR)
        for (int j = 0; j < n; j += NR) {
            const float *ap = a + (size_t)i * k, *bp = b + (size_t)j * k;
            float *to = c + (size_t)i * ldc + j;
            if (i + MR <= m && j + NR <= n) tile(k, alpha, ap, bp, beta, to, ldc);
            else rim_tile(min(MR, m - i), min(NR, n - j), k, alpha, ap, bp, beta, to, ldc);
        }
}

void gemm_packing(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                  float *c, int ldc)
{
    if (alpha == 0) k = 0;
    float *pa = aligned_alloc(LINE, sizeof(float[MC * KC])), *pb = aligned_alloc(LINE, sizeof(float[NC * KC]));
    if (!pa || !pb) abort(); /* a lesson has no way to say it; a library must */
    for (int j = 0; j < n; j += NC) {
        int p = 0;
        do { /* once at least: without a block, C = beta C */
            const int columns = min(NC, n - j), depth = min(KC, k - p);
            pack_b(columns, depth, b + (size_t)p * ldb + j, ldb, pb);
            for (int i = 0; i < m; i += MC) {
                const int rows = min(MC, m - i);
                pack_a(rows, depth, a + (size_t)i * lda + p, lda, pa);
                tiles(rows, columns, depth, alpha, pa, pb, p == 0 ? beta : 1, c + (size_t)i * ldc + j, ldc);
            }
        } while ((p += KC) < k);
    }
    free(pa), free(pb);
}
