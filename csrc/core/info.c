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

/* The mean over the whole time, like every other sample of the race: the best of many short moments would be a clock
 * rate that nothing longer can hold. */
double pbl_fma_peak(int dtype, double seconds)
{
    enum { TURNS = 10000 };
    if (dtype < 0 || dtype >= N_DTYPES || !pbl_kernels(dtype)) return 0;
    double flops = 0, start = now(), passed;
    do {
        flops += (double)pbl_kernels(dtype)->fma_chain(TURNS) * TURNS;
        passed = now() - start;
    } while (passed < seconds);
    return flops / passed;
}
