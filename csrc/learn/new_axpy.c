/* SPDX-License-Identifier: MIT */
/* An saxpy of your own: y = alpha x + y.
 *
 *   pyblaslite race THIS_FILE           compiles it, sends it through the gates, and races it
 *   pyblaslite race THIS_FILE --watch   does so whenever you save
 *
 * This is the textbook loop. It passes the gates, and the compiler does it well: look at what it made of it (cc -O3
 * -march=native -S). Three accesses to memory for two operations: beyond the caches, nothing else counts. */

void saxpy(int n, float alpha, const float *x, float *y)
{
    if (alpha == 0) return; /* x is not read, whatever is in it: 0 * NaN is NaN */
    for (int i = 0; i < n; i++) y[i] += alpha * x[i];
}
