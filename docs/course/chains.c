/* SPDX-License-Identifier: MIT */
/* How many multiply-adds must be under way at once to keep the CPU busy?
 *
 *   cc -O3 -march=native -ffp-contract=fast -DCHAINS=4 docs/course/chains.c -o chains && ./chains */
#include <stdio.h>
#include <time.h>

enum { BYTES = 64, LANES = BYTES / sizeof(float), TURNS = 100000, ROUNDS = 300 };
typedef float vec __attribute__((vector_size(BYTES))); /* two registers on a CPU without AVX-512 */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Each chain is a sum that waits for itself; the chains do not wait for each other. */
static void turn(vec sum[CHAINS], vec x, vec y)
{
    for (int t = 0; t < TURNS; t++)
#pragma GCC unroll 32
        for (int i = 0; i < CHAINS; i++) sum[i] = x * sum[i] + y;
}

int main(void)
{
    vec sum[CHAINS] = {0}, x = {0}, y = {0};
    double best = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        turn(sum, x + 0.999f, y + 1e-3f);
        double seconds = now() - start;
        if (seconds < best) best = seconds;
        __asm__ volatile("" : : "r"(sum) : "memory"); /* someone wants the sums */
    }
    printf("%d chains: %.1f GFLOP/s\n", CHAINS, 2.0 * CHAINS * LANES * TURNS / best / 1e9);
}
