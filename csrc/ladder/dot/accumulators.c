/* SPDX-License-Identifier: MIT */
/* Several accumulators: 2, 4 and 8 chains side by side.
 *
 * What changes: sum is an array of ACCUMULATORS sums (a -D of its own for each rung), added up in the end. Vectors
 * are switched off (-fno-tree-vectorize; clang makes some of 4 even so), so that one thing is seen at a time.
 * What it should buy: twice the speed for twice the accumulators, as long as the CPU waits for results: chains do not
 * wait for each other. That ends when the units are busy, not the chains: latency x throughput additions must be
 * under way, 4 cycles x 2 of them on many CPUs. It ends at 4 where an addition takes two cycles, and 8 then buy
 * nothing: an element takes about a cycle, for its two loads, a multiplication and an addition.
 * The compiler may not do this for you: it would round differently (-ffast-math permits that, and much else).
 * In the assembly: as many addss as accumulators, each with a register of its own, and the sums nowhere in memory.
 * Exercise: 3, 6, 16 and 32 accumulators. Why does 32 collapse? (Count the registers.) */
float dot_accumulators(int n, const float *x, const float *y)
{
    float sum[ACCUMULATORS] = {0}, all = 0;
    int i = 0;
    for (; i + ACCUMULATORS <= n; i += ACCUMULATORS)
        for (int q = 0; q < ACCUMULATORS; q++) sum[q] += x[i + q] * y[i + q];
    for (; i < n; i++) all += x[i] * y[i]; /* what is left of n */
    for (int q = 0; q < ACCUMULATORS; q++) all += sum[q];
    return all;
}
