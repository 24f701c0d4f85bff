/* SPDX-License-Identifier: MIT */
/* Streaming stores: z goes to memory without a stop in the caches.
 *
 * What changes: the vectors of z are stored with _mm256_stream_ps, a non-temporal store. Full lines are collected in
 * a buffer of the core and written as a whole.
 * What it should buy: up to a third. A line that will be overwritten as a whole need not be read before, so that 12
 * bytes move for each element, not 16. What is still in the caches from before is not evicted either. Where it hurts:
 * when z is read again soon, or fits in a cache. It is now as far away as can be. Only who knows the size and what
 * comes after should do this; memcpy does so for large blocks. On some machines, one core cannot have as many such
 * lines under way as loads, and nothing is gained until all cores write.
 * In the assembly: vmovntps, which needs an aligned address: hence the loop in front.
 * Exercise: --size 100000, and explain the ratio to the rung below. Then remove the fence: who might see old data? */
#include <immintrin.h>
#include <stdint.h>

enum { VLEN = 8 };

void multiply_streaming(int n, const float *x, const float *y, float *z)
{
    int i = 0;
    for (; i < n && (uintptr_t)(z + i) % sizeof(__m256) != 0; i++) z[i] = x[i] * y[i];
    for (; i + VLEN <= n; i += VLEN)
        _mm256_stream_ps(z + i, _mm256_mul_ps(_mm256_loadu_ps(x + i), _mm256_loadu_ps(y + i)));
    for (; i < n; i++) z[i] = x[i] * y[i];
    _mm_sfence(); /* other threads see z in order only after this */
}
