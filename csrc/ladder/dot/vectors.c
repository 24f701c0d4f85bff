/* SPDX-License-Identifier: MIT */
/* Several accumulators of vectors: both at once.
 *
 * What changes: intrinsics, and as many chains of vectors as -DACCUMULATORS says: 2, 4, 8, and 8 of AVX-512's.
 * What it should buy: again twice for twice, until a unit is busy. An FMA takes four cycles, and two could begin in
 * each; but it needs two loads here, x and y, and a core loads two vectors a cycle (three of AVX2's on the newest).
 * So four chains to six are under way when the loads are at their limit: half the FMA peak is the roof of dot, even
 * in L1. gemm can do more because it uses what it loads again (see gemm/register_tile.c). Two chains of 8 lanes are
 * no faster than the compiler's one of 16, if that has AVX-512: they wait as often. And what is added up after the
 * loop, chains and lanes, counts in so short a vector.
 * In the assembly: a vmovups of x and an FMA that takes y from memory, for each accumulator.
 * Exercise: --size 16384, 1000000, 100000000: at which sizes do accumulators stop to matter, and which caches are
 * those? (Those rungs that are as fast as each other wait for the same thing.) */
#include <immintrin.h>

#ifdef __AVX512F__
typedef __m512 vec;
enum { VLEN = 16 };
#define vload _mm512_loadu_ps
#define vstore _mm512_storeu_ps
#define vfma _mm512_fmadd_ps
#else
typedef __m256 vec;
enum { VLEN = 8 };
#define vload _mm256_loadu_ps
#define vstore _mm256_storeu_ps
#define vfma _mm256_fmadd_ps
#endif

float dot_vectors(int n, const float *x, const float *y)
{
    vec sum[ACCUMULATORS] = {0};
    int i = 0;
    for (; i + ACCUMULATORS * VLEN <= n; i += ACCUMULATORS * VLEN)
        for (int q = 0; q < ACCUMULATORS; q++) sum[q] = vfma(vload(x + i + q * VLEN), vload(y + i + q * VLEN), sum[q]);

    for (int half = ACCUMULATORS / 2; half > 0; half /= 2)      /* a tree, as a chain would wait again */
        for (int q = 0; q < half; q++) sum[q] += sum[q + half]; /* GCC and clang know + of vectors */
    float lanes[VLEN], all = 0;
    vstore(lanes, sum[0]);
    for (int q = 0; q < VLEN; q++) all += lanes[q];
    for (; i < n; i++) all += x[i] * y[i]; /* what is left of n */
    return all;
}
