/* SPDX-License-Identifier: MIT */
/* An sdot of your own: the sum of x[i] y[i].
 *
 *   pyblaslite race THIS_FILE           compiles it, sends it through the gates, and races it
 *   pyblaslite race THIS_FILE --watch   does so whenever you save
 *
 * This is the textbook loop. It passes the gates, and it is slow: one chain of additions, each of which waits some four
 * cycles for the one before it, and the compiler may not reorder it, as that would round differently. What has made
 * others faster: several sums at once (4? 8? 16?), added up in the end; then vectors (#include <immintrin.h>,
 * _mm256_fmadd_ps). Mind what is left over when n is no multiple of anything. */

float sdot(int n, const float *x, const float *y)
{
    float sum = 0;
    for (int i = 0; i < n; i++) sum += x[i] * y[i];
    return sum;
}
