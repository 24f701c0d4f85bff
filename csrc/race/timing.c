/* SPDX-License-Identifier: MIT */
/* How long things take: a sample repeats the work until its time is up; the best of several rounds is what counts,
 * since a disturbance only slows. */
#define _POSIX_C_SOURCE 200809L
#include "timing.h"

#include <stdlib.h>
#include <time.h>

#define LONG 0.5           /* work of this many seconds is no slower for being the first */
#define READING (1L << 26) /* bytes that are read, at least, between two looks at the clock */
#define READINGS 10        /* of which the best counts */

double sample = 0.03;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void move_on(struct work *x, long products, long size)
{
    x->a.data += products * x->a.step * size;
    x->b.data += products * x->b.step * size;
    x->c.data += products * x->c.step * size;
}

void run(struct work *x)
{
    if (x->calls == 1) {
        x->call(x);
        return;
    }
    const long size = (x->type % 2 ? 8 : 4) << (x->type / 2);
    for (long i = 0; i < x->calls; i++, move_on(x, 1, size)) x->call(x);
    move_on(x, -x->calls, size);
}

double time_runs(struct work *x, long repeats)
{
    double start = now();
    for (long r = 0; r < repeats; r++) run(x);
    return now() - start;
}

/* The mean over a sample. The first call of a process may set things up, and a short run says little of how many fill
 * a sample: it grows. */
double take_sample(struct work *x, double first)
{
    long repeats = 1;
    double seconds = first < LONG ? time_runs(x, 1) : first;
    while (seconds < sample) {
        repeats = seconds < sample / 10 ? 10 * repeats : (long)(1.1 * sample / seconds * (double)repeats) + 1;
        seconds = time_runs(x, repeats);
    }
    return seconds / (double)repeats;
}

double read_bandwidth(long bytes)
{
    enum { LANES = 128 }; /* additions that do not wait for one another */
    const long n = (bytes / (long)sizeof(float) + LANES - 1) / LANES * LANES, repeats = READING / bytes + 1;
    float *x = aligned_alloc(64, (size_t)n * sizeof *x), sum[LANES] = {0};
    if (!x) return 0;
    for (long i = 0; i < n; i++) x[i] = 1;
    double best = 1e30;
    for (int reading = 0; reading < READINGS; reading++) {
        double start = now();
        for (long r = 0; r < repeats; r++) {
            for (long i = 0; i < n; i += LANES)
                for (int lane = 0; lane < LANES; lane++) sum[lane] += x[i + lane];
            __asm__ volatile("" : : "r"(sum) : "memory");
        }
        if (now() - start < best) best = now() - start;
    }
    free(x);
    return (double)(repeats * n) * sizeof *x / best;
}
