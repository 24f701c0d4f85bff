/* SPDX-License-Identifier: MIT */
/* Threads against the wall.
 *
 * What changes: the arrays are shared by all cores, with streaming stores as one rung below.
 * What it should buy: not as many times the speed as there are cores. One core cannot have enough loads under way to
 * fill the memory's bandwidth, so the second helps, and the third less; from a few cores on, all of them wait for the
 * same memory. Four cores of eight are often as fast as eight.
 * Compare gemm/threads.c, where each byte is used for hundreds of operations and cores hardly meet.
 * In the assembly: the loop of multiply_streaming.c, in a function ._omp_fn.
 * Exercise: OMP_NUM_THREADS=1, 2, ... on a large machine. At which number of threads is the wall? */
#include <immintrin.h>
#include <stdint.h>

enum { VLEN = 8, CHUNK = 1 << 14 }; /* floats */

static int min(int x, int y) { return x < y ? x : y; }

static void chunk(int n, const float *x, const float *y, float *z)
{
    int i = 0;
    for (; i < n && (uintptr_t)(z + i) % sizeof(__m256) != 0; i++) z[i] = x[i] * y[i];
    for (; i + VLEN <= n; i += VLEN)
        _mm256_stream_ps(z + i, _mm256_mul_ps(_mm256_loadu_ps(x + i), _mm256_loadu_ps(y + i)));
    for (; i < n; i++) z[i] = x[i] * y[i];
}

void multiply_threads(int n, const float *x, const float *y, float *z)
{
#pragma omp parallel
    {
#pragma omp for
        for (int i = 0; i < n; i += CHUNK) chunk(min(CHUNK, n - i), x + i, y + i, z + i);
        _mm_sfence(); /* each thread its own stores */
    }
}
