/* SPDX-License-Identifier: MIT */
/* What the library says of itself, and its measure of the machine's peak. */
#include <time.h>

#include "../include/pyblaslite.h"
#include "dispatch.h"

const char *pbl_version(void) { return PBL_VERSION; }

const char *pbl_build_info(void)
{
#ifdef __clang__
    return "clang " __clang_version__ ", " PBL_FLAGS;
#else
    return "gcc " __VERSION__ ", " PBL_FLAGS;
#endif
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The best of many short samples: whatever disturbs a sample can only slow it down. */
double pbl_fma_peak(int dtype, double seconds)
{
    enum { TURNS = 100000 };
    if (dtype < 0 || dtype >= N_DTYPES || !pbl_kernels(dtype)) return 0;
    double best = 0, end = now() + seconds;
    do {
        double start = now();
        dim flops = pbl_kernels(dtype)->fma_chain(TURNS);
        double rate = (double)flops * TURNS / (now() - start);
        if (rate > best) best = rate;
    } while (now() < end);
    return best;
}
