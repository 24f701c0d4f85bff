/* SPDX-License-Identifier: MIT */
/* Times one rung, or what a BLAS has for it: takes orders on standard input, answers each with a line.
 *
 *   pbl-ladder LIBRARY FUNCTION     FUNCTION: the rung's, or `cblas` for a library's own
 *   gemm M N K         ->  seconds of C = A B, A M x K, row-major, of float32 like all there is here
 *   dot N              ->  seconds of the sum of x[i] y[i]
 *   axpy N             ->  seconds of y += alpha x
 *   multiply N         ->  seconds of z = x y, element by element
 *   bandwidth MIB      ->  bytes per second read from an array of MIB MiB
 *   sample SECONDS     ->  the same number: later samples last so long at least
 *   about              ->  the function's name
 *   an order that cannot be met  ->  error: why
 *
 * Nothing but this file and the rung is in the process, and it is stopped while others run. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <signal.h>
#include <sys/prctl.h>
#endif
#include <time.h>

#define ALPHA 2.0f
#define LONG 0.3 /* a call of this many seconds is no slower for being the first */

enum { ROW_MAJOR = 101, NO_TRANS = 111, LINE = 64 };

typedef void gemm_rung(int, int, int, float, const float *, int, const float *, int, float, float *, int);
typedef float dot_rung(int, const float *, const float *);
typedef void axpy_rung(int, float, const float *, float *);
typedef void multiply_rung(int, const float *, const float *, float *);

/* What is timed; the operands are x, y and z, whatever the subject calls them. */
struct work {
    void *function;
    enum { GEMM, GEMV, DOT, AXPY, MULTIPLY } subject; /* GEMV: a library's, for the gemm of a single column */
    enum { RUNG, CBLAS32, CBLAS64 } interface;
    int m, n, k; /* m alone for vectors */
    float *x, *y, *z, result;
};

static double sample = 0.03; /* seconds */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void call_rung(struct work *w)
{
    void *f = w->function;
    switch (w->subject) {
    case GEMM:
    case GEMV: ((gemm_rung *)f)(w->m, w->n, w->k, 1, w->x, w->k, w->y, w->n, 0, w->z, w->n); break;
    case DOT: w->result = ((dot_rung *)f)(w->m, w->x, w->y); break;
    case AXPY: ((axpy_rung *)f)(w->m, ALPHA, w->x, w->y); break;
    case MULTIPLY: ((multiply_rung *)f)(w->m, w->x, w->y, w->z); break;
    }
}

/* The same of a CBLAS, whose integers are I. */
#define CALL_CBLAS(I)                                                                                           \
    switch (w->subject) {                                                                                       \
    case GEMM:                                                                                                  \
        ((void (*)(int, int, int, I, I, I, float, const float *, I, const float *, I, float, float *, I))f)(    \
            ROW_MAJOR, NO_TRANS, NO_TRANS, w->m, w->n, w->k, 1, w->x, w->k, w->y, w->n, 0, w->z, w->n);         \
        break;                                                                                                  \
    case GEMV:                                                                                                  \
        ((void (*)(int, int, I, I, float, const float *, I, const float *, I, float, float *, I))f)(            \
            ROW_MAJOR, NO_TRANS, w->m, w->k, 1, w->x, w->k, w->y, 1, 0, w->z, 1);                               \
        break;                                                                                                  \
    case DOT: w->result = ((float (*)(I, const float *, I, const float *, I))f)(w->m, w->x, 1, w->y, 1); break; \
    case AXPY: ((void (*)(I, float, const float *, I, float *, I))f)(w->m, ALPHA, w->x, 1, w->y, 1); break;     \
    case MULTIPLY: break; /* no BLAS has it */                                                                  \
    }

static void call(struct work *w)
{
    void *f = w->function;
    if (w->interface == RUNG) call_rung(w);
    else if (w->interface == CBLAS32) CALL_CBLAS(int)
    else CALL_CBLAS(int64_t)
}

/* cblas_sgemm and the like, under one of the names that libraries give it. */
static bool find_cblas(struct work *w, void *library)
{
    static const char *const routines[] = {[GEMM] = "gemm", [GEMV] = "gemv", [DOT] = "dot", [AXPY] = "axpy"};
    static const char *const names[] = {"cblas_s%s", "scipy_cblas_s%s", "cblas_s%s64_", "scipy_cblas_s%s64_"};
    for (int i = 0; i < 4 && w->subject != MULTIPLY && !w->function; i++) {
        char name[32];
        snprintf(name, sizeof name, names[i], routines[w->subject]);
        w->function = dlsym(library, name);
        w->interface = i < 2 ? CBLAS32 : CBLAS64;
    }
    return w->function != NULL;
}

static double take_sample(struct work *w)
{
    double start = now();
    call(w);
    double seconds = now() - start;
    for (long calls = 1; seconds < LONG && seconds < sample; calls *= 2) {
        start = now();
        for (long i = 0; i < calls; i++) call(w);
        seconds = now() - start;
        if (seconds >= sample) return seconds / (double)calls;
    }
    return seconds;
}

/* Small integers, whose sums and products are exact; `step` makes two vectors differ. */
static float *make_vector(size_t n, unsigned step)
{
    float *v = aligned_alloc(LINE, (n * sizeof *v + LINE - 1) / LINE * LINE);
    for (size_t i = 0; v && i < n; i++) v[i] = (float)((unsigned)i * step % 8) - 3;
    return v;
}

/* Whether element (i, j) of a product is right. */
static bool is_right(const struct work *w, size_t i, size_t j)
{
    double sum = 0;
    for (int p = 0; p < w->k; p++) sum += (double)w->x[i * w->k + p] * w->y[(size_t)p * w->n + j];
    return w->z[i * w->n + j] == sum;
}

/* Whether what a first call left behind is right, here and there. */
static bool all_right(const struct work *w, float y_before)
{
    const size_t last = (size_t)w->m - 1;
    double sum = 0;
    switch (w->subject) {
    case GEMM:
    case GEMV: return is_right(w, 0, 0) && is_right(w, last, w->n - 1) && is_right(w, w->m / 2, w->n / 3);
    case DOT:
        for (size_t i = 0; i <= last; i++) sum += (double)w->x[i] * w->y[i];
        return w->result == sum;
    case AXPY: return w->y[last] == y_before + ALPHA * w->x[last];
    case MULTIPLY: return w->z[0] == w->x[0] * w->y[0] && w->z[last] == w->x[last] * w->y[last];
    }
    return false;
}

static void time_work(struct work *w)
{
    const bool gemm = w->subject == GEMM || w->subject == GEMV;
    const size_t m = w->m, x = gemm ? m * w->k : m, y = gemm ? (size_t)w->k * w->n : m, z = gemm ? m * w->n : m;
    const bool result = gemm || w->subject == MULTIPLY;
    w->x = make_vector(x, 3), w->y = make_vector(y, 5), w->z = result ? make_vector(z, 1) : NULL;
    if (!w->x || !w->y || (result && !w->z)) puts("error: out of memory");
    else {
        const float before = w->y[y - 1];
        call(w);
        if (all_right(w, before)) printf("%.9g\n", take_sample(w));
        else puts("error: the result is wrong");
    }
    free(w->x), free(w->y), free(w->z);
}

/* Reads an array in several places at once: one stream does not fill the bandwidth of a core (see gemv/streams.c). */
static void time_reads(long mib)
{
    enum { STREAMS = 8, LANES = 16, ROUNDS = 3 };
    const size_t each = ((size_t)mib << 20) / sizeof(float) / STREAMS / LANES * LANES, all = each * STREAMS;
    float *x = make_vector(all, 1), sum[STREAMS][LANES] = {0};
    double best = 1e30;
    for (int round = 0; x && round < ROUNDS; round++) {
        const double start = now();
        for (size_t i = 0; i < each; i += LANES)
            for (int s = 0; s < STREAMS; s++)
                for (int q = 0; q < LANES; q++) sum[s][q] += x[s * each + i + q];
        __asm__ volatile("" : : "r"(sum) : "memory"); /* or nothing would be read */
        if (now() - start < best) best = now() - start;
    }
    if (x) printf("%.6g\n", (double)(all * sizeof *x) / best);
    else puts("error: out of memory");
    free(x);
}

static bool parse(struct work *w, const char *order)
{
    char subject[16] = "";
    const int given = sscanf(order, "%15s %d %d %d", subject, &w->m, &w->n, &w->k);
    if (strcmp(subject, "gemm") == 0) {
        w->subject = w->n == 1 ? GEMV : GEMM;
        return given == 4 && w->m > 0 && w->n > 0 && w->k > 0;
    }
    if (strcmp(subject, "dot") == 0) w->subject = DOT;
    else if (strcmp(subject, "axpy") == 0) w->subject = AXPY;
    else if (strcmp(subject, "multiply") == 0) w->subject = MULTIPLY;
    else return false;
    return given == 2 && w->m > 0;
}

static void answer(void *library, const char *function, const char *order)
{
    struct work w = {.function = dlsym(library, function)};
    double seconds;
    long mib;
    if (strncmp(order, "about", 5) == 0) puts(function);
    else if (sscanf(order, "bandwidth %ld", &mib) == 1 && mib > 0) time_reads(mib);
    else if (sscanf(order, "sample %lf", &seconds) == 1 && seconds > 0 && seconds < 60)
        printf("%g\n", sample = seconds);
    else if (!parse(&w, order))
        puts("error: orders are gemm M N K, dot N, axpy N, multiply N, bandwidth MIB, sample SECONDS, about");
    else if (!w.function && (strcmp(function, "cblas") != 0 || !find_cblas(&w, library)))
        printf("error: the library has no %s for this\n", function);
    else time_work(&w);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s LIBRARY FUNCTION\n", argv[0]);
        return 2;
    }
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a stopped process would outlive a killed ladder for good */
#endif
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL);
    if (!library) {
        printf("error: %s\n", dlerror());
        return 1;
    }
    char order[256];
    while (fgets(order, sizeof order, stdin)) {
        answer(library, argv[2], order);
        fflush(stdout);
    }
    return 0;
}
