/* SPDX-License-Identifier: MIT */
/* One competitor in the race: opens a BLAS, takes orders on standard input, answers each with a line.
 *
 *   pbl-race LIBRARY
 *   gemm T TRANSA TRANSB M N K   ->  seconds of one product (T is s, d, c or z; row-major; alpha = 1, beta = 0)
 *   peak T SECONDS               ->  FLOP/s of independent FMAs in registers (only a library that has pbl_fma_peak)
 *   bandwidth MIB                ->  bytes per second read from an array of MIB MiB
 *   about                        ->  what the library says of itself
 *   an order that cannot be met  ->  error: why
 *
 * Every competitor runs in a process of its own, because two OpenMP runtimes in one process disturb each other, and
 * is stopped while another runs, because their idle threads spin. A sample repeats the product for at least SAMPLE
 * seconds; the best of several rounds is what counts, since a disturbance only slows. */
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

#define SAMPLE 0.03
#define LONG 0.5 /* a product of this many seconds is no slower for being the first */

enum { ROW_MAJOR = 101, NO_TRANS = 111, TRANS = 112, CONJ_TRANS = 113 };

/* The same CBLAS function with its integers of 32 and of 64 bits, its scalars by value and by address. */
#define SIGNATURES(I, suffix)                                                                                         \
    typedef void s_gemm##suffix(int, int, int, I, I, I, float, const void *, I, const void *, I, float, void *, I);   \
    typedef void d_gemm##suffix(int, int, int, I, I, I, double, const void *, I, const void *, I, double, void *, I); \
    typedef void c_gemm##suffix(int, int, int, I, I, I, const void *, const void *, I, const void *, I, const void *, \
                                void *, I);
SIGNATURES(int, 32)
SIGNATURES(int64_t, 64)

struct blas {
    void *library;
    bool wide; /* integers of 64 bits */
};

struct shape {
    char type;
    int trans_a, trans_b;
    long m, n, k, lda, ldb, ldc;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* cblas_?gemm under the names the libraries give it. */
static void *find_gemm(struct blas *blas, char type)
{
    static const char *const names[] = {"cblas_%cgemm", "scipy_cblas_%cgemm", "cblas_%cgemm64_",
                                        "scipy_cblas_%cgemm64_"};
    char name[64];
    for (int i = 0; i < 4; i++) {
        snprintf(name, sizeof name, names[i], type);
        void *function = dlsym(blas->library, name);
        blas->wide = i >= 2;
        if (function) return function;
    }
    return NULL;
}

static void call_gemm(const struct blas *blas, void *function, const struct shape *x, const void *a, const void *b,
                      void *c)
{
    static const double z_one[2] = {1, 0}, z_zero[2] = {0, 0};
    static const float c_one[2] = {1, 0}, c_zero[2] = {0, 0};
    const void *one = x->type == 'c' ? (const void *)c_one : z_one,
               *zero = x->type == 'c' ? (const void *)c_zero : z_zero;
    const int ta = x->trans_a, tb = x->trans_b;
    if (blas->wide) {
        const int64_t m = x->m, n = x->n, k = x->k, lda = x->lda, ldb = x->ldb, ldc = x->ldc;
        if (x->type == 's') ((s_gemm64 *)function)(ROW_MAJOR, ta, tb, m, n, k, 1, a, lda, b, ldb, 0, c, ldc);
        else if (x->type == 'd') ((d_gemm64 *)function)(ROW_MAJOR, ta, tb, m, n, k, 1, a, lda, b, ldb, 0, c, ldc);
        else ((c_gemm64 *)function)(ROW_MAJOR, ta, tb, m, n, k, one, a, lda, b, ldb, zero, c, ldc);
    } else {
        const int m = (int)x->m, n = (int)x->n, k = (int)x->k, lda = (int)x->lda, ldb = (int)x->ldb, ldc = (int)x->ldc;
        if (x->type == 's') ((s_gemm32 *)function)(ROW_MAJOR, ta, tb, m, n, k, 1, a, lda, b, ldb, 0, c, ldc);
        else if (x->type == 'd') ((d_gemm32 *)function)(ROW_MAJOR, ta, tb, m, n, k, 1, a, lda, b, ldb, 0, c, ldc);
        else ((c_gemm32 *)function)(ROW_MAJOR, ta, tb, m, n, k, one, a, lda, b, ldb, zero, c, ldc);
    }
}

static bool is_single(char type) { return type == 's' || type == 'c'; }
static int parts(char type) { return type == 'c' || type == 'z' ? 2 : 1; }

/* n elements of small integers: every sum is exact, so that one look at the result tells right from wrong. */
static void *make_matrix(char type, long n)
{
    long reals = n * parts(type);
    size_t size = is_single(type) ? sizeof(float) : sizeof(double);
    void *p = aligned_alloc(64, ((size_t)reals * size + 63) / 64 * 64);
    uint32_t state = 12345;
    for (long i = 0; p && i < reals; i++) {
        state = state * 1664525u + 1013904223u;
        int value = (int)(state >> 29) - 4;
        if (is_single(type)) ((float *)p)[i] = (float)value;
        else ((double *)p)[i] = value;
    }
    return p;
}

static double real_at(char type, const void *p, long i)
{ return is_single(type) ? ((const float *)p)[i] : ((const double *)p)[i]; }

/* The real part of element (i, j) of op(A) op(B), summed the plain way, against C's. */
static bool is_right(const struct shape *x, const void *a, const void *b, const void *c, long i, long j)
{
    const int w = parts(x->type);
    const double sign = (x->trans_a == CONJ_TRANS) == (x->trans_b == CONJ_TRANS) ? -1 : 1;
    double sum = 0;
    for (long p = 0; p < x->k; p++) {
        long ia = (x->trans_a == NO_TRANS ? i * x->lda + p : p * x->lda + i) * w;
        long ib = (x->trans_b == NO_TRANS ? p * x->ldb + j : j * x->ldb + p) * w;
        sum += real_at(x->type, a, ia) * real_at(x->type, b, ib);
        if (w == 2) sum += sign * real_at(x->type, a, ia + 1) * real_at(x->type, b, ib + 1);
    }
    return real_at(x->type, c, (i * x->ldc + j) * w) == sum;
}

static int op_of(char op) { return op == 'n' ? NO_TRANS : op == 't' ? TRANS : CONJ_TRANS; }

static void time_gemm(struct blas *blas, const char *order)
{
    struct shape x;
    char ta, tb;
    if (sscanf(order, "gemm %c %c %c %ld %ld %ld", &x.type, &ta, &tb, &x.m, &x.n, &x.k) != 6) {
        puts("error: gemm T TRANSA TRANSB M N K");
        return;
    }
    x.trans_a = op_of(ta), x.trans_b = op_of(tb);
    x.lda = ta == 'n' ? x.k : x.m, x.ldb = tb == 'n' ? x.n : x.k, x.ldc = x.n;
    void *function = find_gemm(blas, x.type);
    if (!function) {
        puts("error: the library has no cblas gemm of this type");
        return;
    }

    void *a = make_matrix(x.type, x.m * x.k), *b = make_matrix(x.type, x.k * x.n), *c = make_matrix(x.type, x.m * x.n);
    if (!a || !b || !c) {
        puts("error: out of memory");
        return;
    }

    double start = now(), once;
    call_gemm(blas, function, &x, a, b, c); /* the first call of a process may set things up */
    once = now() - start;
    if (once < LONG) {
        start = now();
        call_gemm(blas, function, &x, a, b, c);
        once = now() - start;
    }
    if (once < SAMPLE) {
        long repeats = (long)(SAMPLE / (once + 1e-7)) + 1;
        start = now();
        for (long r = 0; r < repeats; r++) call_gemm(blas, function, &x, a, b, c);
        once = (now() - start) / (double)repeats;
    }
    if (is_right(&x, a, b, c, 0, 0) && is_right(&x, a, b, c, x.m - 1, x.n - 1) &&
        is_right(&x, a, b, c, x.m / 2, x.n / 3))
        printf("%.9g\n", once);
    else puts("error: the result is wrong");
    free(a), free(b), free(c);
}

static void time_reads(const char *order)
{
    long mib;
    if (sscanf(order, "bandwidth %ld", &mib) != 1) {
        puts("error: bandwidth MIB");
        return;
    }
    enum { LANES = 64 };
    long n = mib * ((1 << 20) / (long)sizeof(float)) / LANES * LANES;
    float *x = malloc((size_t)n * sizeof *x), sum[LANES] = {0};
    if (!x) {
        puts("error: out of memory");
        return;
    }
    for (long i = 0; i < n; i++) x[i] = 1;
    double best = 1e30;
    for (int round = 0; round < 5; round++) {
        double start = now();
        for (long i = 0; i < n; i += LANES)
            for (int lane = 0; lane < LANES; lane++) sum[lane] += x[i + lane];
        __asm__ volatile("" : : "r"(sum) : "memory");
        if (now() - start < best) best = now() - start;
    }
    printf("%.6g\n", (double)n * sizeof *x / best);
    free(x);
}

static void measure_peak(const struct blas *blas, const char *order)
{
    char type;
    double seconds;
    double (*peak)(int, double) = (double (*)(int, double))(uintptr_t)dlsym(blas->library, "pbl_fma_peak");
    if (sscanf(order, "peak %c %lf", &type, &seconds) != 2 || !strchr("sdcz", type)) puts("error: peak T SECONDS");
    else if (!peak) puts("error: the library has no pbl_fma_peak");
    else printf("%.6g\n", peak((int)(strchr("sdcz", type) - "sdcz"), seconds));
}

/* The first of these functions that the library has says its version, and some say which kernels they chose. */
static void say_about(const struct blas *blas)
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
        const char *(*function)(void) = (const char *(*)(void))(uintptr_t)dlsym(blas->library, functions[i]);
        if (!function) continue;
        printf("%s%s", separator, function());
        separator = ", ";
    }
    void (*mkl)(char *, int) = (void (*)(char *, int))(uintptr_t)dlsym(blas->library, "mkl_get_version_string");
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
    struct blas blas = {dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL), false};
    if (!blas.library) {
        printf("error: %s\n", dlerror());
        return 1;
    }

    char order[256];
    while (fgets(order, sizeof order, stdin)) {
        if (strncmp(order, "gemm ", 5) == 0) time_gemm(&blas, order);
        else if (strncmp(order, "peak ", 5) == 0) measure_peak(&blas, order);
        else if (strncmp(order, "bandwidth ", 10) == 0) time_reads(order);
        else if (strncmp(order, "about", 5) == 0) say_about(&blas);
        else puts("error: orders are gemm, peak, bandwidth, about");
        fflush(stdout);
    }
    return 0;
}
