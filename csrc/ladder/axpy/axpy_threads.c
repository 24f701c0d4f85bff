/* SPDX-License-Identifier: MIT */
/* y += alpha x on all cores.
 *
 * What changes: one pragma. The turns of the loop are independent, so that threads may share them.
 * What it should buy: what the memory has left when one core is served. As for multiply_threads.c: less than the
 * number of cores, and nothing from some number on.
 * In the assembly: the same loop in a function ._omp_fn, which first computes the share of its thread.
 * Exercise: run it for --size 1000: how long does it take to wake a team, and how long must a vector be to be worth
 * it? The library asks the same question (csrc/level1/chunks.h). */
void axpy_threads(int n, float alpha, const float *restrict x, float *restrict y)
{
#pragma omp parallel for simd
    for (int i = 0; i < n; i++) y[i] += alpha * x[i];
}
