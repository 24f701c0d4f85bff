/* SPDX-License-Identifier: MIT */
/* One competitor in the race: opens a BLAS, takes orders on standard input, answers each with a line.
 *
 *   pbl-race LIBRARY
 *   ROUTINE T FLAGS M N K [LDA LDB LDC]
 *                                ->  seconds of one call, after its result was found right: routines.h has the list.
 *                                    T is s, d, c or z; FLAGS are letters as in `gemm d nt 5 6 7`, or -; row-major;
 *                                    leading dimensions are increments where the operand is a vector
 *   batch T M N K COUNT          ->  seconds of COUNT products in contiguous stacks: by the library's batch_strided, or
 *                                    by as many calls of its gemm if it has none that works
 *   sample SECONDS               ->  the same number: later samples last so long at least
 *   peak T SECONDS               ->  FLOP/s of independent FMAs in registers (only a library that has pbl_fma_peak)
 *   bandwidth KIB                ->  bytes per second read from an array of KIB KiB
 *   about                        ->  what the library says of itself
 *   an order that cannot be met  ->  error: why
 *
 * Every competitor runs in a process of its own, because two OpenMP runtimes in one process disturb each other, and
 * is stopped while another runs, because their idle threads spin. */
#define _GNU_SOURCE
#include "timing.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <signal.h>
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#define TRIAL 5 /* seconds, after which a function that is tried for the first time counts as hanging */

/* Whether the library can do all of a stack in one call. A child tries: some releases of OpenBLAS crash, or are wrong.
 */
static bool batch_works(const struct work *work, void *library)
{
    struct work x = *work;
    if (x.count == 1 || !set_batched(&x, library)) return false;
    const pid_t child = fork();
    if (child == 0) {
        alarm(TRIAL);
        close(STDOUT_FILENO);
        run(&x);
        _exit(all_right(&x) ? 0 : 1);
    }
    int status;
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* The work that was ordered, with new operands, and the answer. */
static void answer_work(struct work *x, void *library)
{
    if (!make_operands(x)) puts("error: out of memory");
    else {
        if (batch_works(x, library)) set_batched(x, library);
        double first = time_runs(x, 1);
        if (all_right(x)) printf("%.9g\n", take_sample(x, first));
        else puts("error: the result is wrong");
    }
    free_operands(x);
}

static void time_routine(void *library, const char *order)
{
    struct work x = {.count = 1, .calls = 1};
    char routine[16] = "", type = 0, flags[8] = "";
    long ld[3] = {0};
    int given = sscanf(order, "%15s %c %7s %ld %ld %ld %ld %ld %ld", routine, &type, flags, &x.m, &x.n, &x.k, &ld[0],
                       &ld[1], &ld[2]);
    const char *error = set_work(&x, library, routine, type, flags);
    if (!error && given != 6 && given != 9) error = "error: ROUTINE T FLAGS M N K [LDA LDB LDC]";
    if (!error) error = set_sizes(&x, ld);
    if (error) puts(error);
    else answer_work(&x, library);
}

static void time_batch(void *library, const char *order)
{
    struct work x = {.count = 0};
    char type = 0;
    const int given = sscanf(order, "batch %c %ld %ld %ld %ld", &type, &x.m, &x.n, &x.k, &x.count);
    const char *error = given == 5 ? set_work(&x, library, "gemm", type, "nn") : "error: batch T M N K COUNT";
    x.calls = x.count;
    if (!error) error = set_sizes(&x, (const long[3]){0});
    if (error) puts(error);
    else answer_work(&x, library);
}

static void set_sample(const char *order)
{
    double seconds;
    if (sscanf(order, "sample %lf", &seconds) != 1 || !(seconds > 0 && seconds < 60)) {
        puts("error: sample SECONDS");
        return;
    }
    sample = seconds;
    printf("%g\n", sample);
}

static void time_reads(const char *order)
{
    long kib;
    if (sscanf(order, "bandwidth %ld", &kib) != 1 || kib < 1) {
        puts("error: bandwidth KIB");
        return;
    }
    const double bandwidth = read_bandwidth(kib * 1024);
    if (bandwidth > 0) printf("%.6g\n", bandwidth);
    else puts("error: out of memory");
}

static void measure_peak(void *library, const char *order)
{
    char type;
    double seconds;
    double (*peak)(int, double) = (double (*)(int, double))(uintptr_t)dlsym(library, "pbl_fma_peak");
    if (sscanf(order, "peak %c %lf", &type, &seconds) != 2 || !strchr("sdcz", type)) puts("error: peak T SECONDS");
    else if (!peak) puts("error: the library has no pbl_fma_peak");
    else printf("%.6g\n", peak((int)(strchr("sdcz", type) - "sdcz"), seconds));
}

/* The first of these functions that the library has says its version, and some say which kernels they chose. */
static void say_about(void *library)
{
    static const char *const functions[] = {"pbl_version",
                                            "pbl_get_isa",
                                            "openblas_get_config",
                                            "scipy_openblas_get_config",
                                            "openblas_get_config64_",
                                            "scipy_openblas_get_config64_",
                                            "bli_info_get_version_str",
                                            NULL};
    const char *separator = "";
    for (int i = 0; functions[i]; i++) {
        const char *(*function)(void) = (const char *(*)(void))(uintptr_t)dlsym(library, functions[i]);
        if (!function) continue;
        printf("%s%s", separator, function());
        separator = ", ";
    }
    void (*mkl)(char *, int) = (void (*)(char *, int))(uintptr_t)dlsym(library, "mkl_get_version_string");
    char text[256] = "";
    if (mkl) mkl(text, sizeof text - 1);
    text[strcspn(text, "\n")] = 0;
    printf("%s\n", text);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s LIBRARY\n", argv[0]);
        return 2;
    }
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a stopped process would outlive a killed race for good */
#endif
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL);
    if (!library) {
        printf("error: %s\n", dlerror());
        return 1;
    }

    char order[256];
    while (fgets(order, sizeof order, stdin)) {
        if (strncmp(order, "batch ", 6) == 0) time_batch(library, order);
        else if (strncmp(order, "sample ", 7) == 0) set_sample(order);
        else if (strncmp(order, "peak ", 5) == 0) measure_peak(library, order);
        else if (strncmp(order, "bandwidth ", 10) == 0) time_reads(order);
        else if (strncmp(order, "about", 5) == 0) say_about(library);
        else time_routine(library, order);
        fflush(stdout);
    }
    return 0;
}
