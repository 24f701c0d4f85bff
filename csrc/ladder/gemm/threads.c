/* SPDX-License-Identifier: MIT */
/* Threads: all cores work on one product.
 *
 * What changes: the loops of packing.c are shared by a team. For each block of k and of the columns, the threads pack
 * B's block together, wait for each other, and then take blocks of rows one by one, each with a packed A of its own.
 * What it should buy: as many times the speed as there are cores. It works, because a product has far more arithmetic
 * than data, so that cores hardly compete for memory (see the ladder of axpy for the opposite).
 * Why these loops: two threads must not write the same element of C, so k is out. Rows are best: B's block is packed
 * once and read by all. The blocks of rows are smaller than in packing.c, and are handed out on demand (dynamic): the
 * last ones to finish wait less for each other, even where somebody else takes a core for a while.
 * What is lost: two barriers for each block, and the time it takes to wake the team. For a small product that is more
 * than the product; a library decides how many threads a product is worth.
 * In the assembly: the hot loop is the same, inside of a function ._omp_fn that the compiler made of the region.
 * Exercise: give each thread a fixed share of rows instead (schedule(static)). Compare on an idle machine, then with
 * another program running. */
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
enum { NR = NV * VLEN, KC = 256, MC = 48, NC = 672, LINE = 64 };

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

/* A panel of NR columns of B: to[p][j] = b[p][j], zero for columns beyond n. */
static void pack_b(int n, int k, const float *b, int ldb, float *to)
{
    for (int p = 0; p < k; p++, to += NR) {
        memcpy(to, b + (size_t)p * ldb, (size_t)n * sizeof *to);
        memset(to + n, 0, (size_t)(NR - n) * sizeof *to);
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

/* One block of columns and of k, by all threads of the team that calls this; pb is shared, pa each thread's own. */
static void block(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                  float *c, int ldc, float *pa, float *pb)
{
#pragma omp for
    for (int j = 0; j < n; j += NR) pack_b(min(NR, n - j), k, b + j, ldb, pb + (size_t)j * k);
    /* nobody goes on before all of B's block is packed */
#pragma omp for schedule(dynamic)
    for (int i = 0; i < m; i += MC) {
        const int rows = min(MC, m - i);
        pack_a(rows, k, a + (size_t)i * lda, lda, pa);
        tiles(rows, n, k, alpha, pa, pb, beta, c + (size_t)i * ldc, ldc);
    } /* nor before all have read it */
}

void gemm_threads(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                  float *c, int ldc)
{
    if (alpha == 0) k = 0;
    float *pb = aligned_alloc(LINE, sizeof(float[NC * KC]));
    if (!pb) abort(); /* a lesson has no way to say it; a library must */
#pragma omp parallel
    {
        float *pa = aligned_alloc(LINE, sizeof(float[MC * KC]));
        if (!pa) abort();
        for (int j = 0; j < n; j += NC) {
            int p = 0;
            do { /* once at least: without a block, C = beta C */
                block(m, min(NC, n - j), min(KC, k - p), alpha, a + p, lda, b + (size_t)p * ldb + j, ldb,
                      p == 0 ? beta : 1, c + j, ldc, pa, pb);
            } while ((p += KC) < k);
        }
        free(pa);
    }
    free(pb);
}
