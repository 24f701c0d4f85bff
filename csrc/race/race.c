/* SPDX-License-Identifier: MIT */
/* One competitor in the race: opens a BLAS, takes orders on standard input, answers each with a line.
 *
 *   pbl-race LIBRARY
 *   gemm T TRANSA TRANSB M N K [LDA LDB LDC]
 *                                ->  seconds of one product (T is s, d, c or z; row-major; alpha = 1, beta = 0)
 *   batch T M N K COUNT          ->  seconds of COUNT products in contiguous stacks: by the library's batch_strided, or
 *                                    by as many calls of its gemm if it has none that works
 *   sample SECONDS               ->  the same number: later samples last so long at least
 *   peak T SECONDS               ->  FLOP/s of independent FMAs in registers (only a library that has pbl_fma_peak)
 *   bandwidth MIB                ->  bytes per second read from an array of MIB MiB
 *   about                        ->  what the library says of itself
 *   an order that cannot be met  ->  error: why
 *
 * Every competitor runs in a process of its own, because two OpenMP runtimes in one process disturb each other, and
 * is stopped while another runs, because their idle threads spin. A sample repeats the product until its time is up;
 * the best of several rounds is what counts, since a disturbance only slows. */
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
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TRIAL 5  /* seconds, after which a function that is tried for the first time counts as hanging */
#define LONG 0.5 /* a product of this many seconds is no slower for being the first */

static double sample = 0.03; /* seconds */

enum { ROW_MAJOR = 101, NO_TRANS = 111, TRANS = 112, CONJ_TRANS = 113 };

/* The same CBLAS functions with their integers of 32 and of 64 bits, their scalars by value and by address. */
#define SIGNATURES(letter, I, suffix, scalar)                                                                    \
    typedef void letter##_gemm##suffix(int, int, int, I, I, I, scalar, const void *, I, const void *, I, scalar, \
                                       void *, I);                                                               \
    typedef void letter##_batch##suffix(int, int, int, I, I, I, scalar, const void *, I, I, const void *, I, I,  \
                                        scalar, void *, I, I, I);
SIGNATURES(s, int, 32, float)
SIGNATURES(d, int, 32, double)
SIGNATURES(c, int, 32, const void *)
SIGNATURES(s, int64_t, 64, float)
SIGNATURES(d, int64_t, 64, double)
SIGNATURES(c, int64_t, 64, const void *)

struct blas {
    void *library;
    void *gemm, *batch; /* of the type last asked for; NULL: there is none */
    bool wide;          /* integers of 64 bits */
};

/* What is timed: `count` products, whose operands stand step_{a,b,c} elements apart. */
struct work {
    char type;
    int trans_a, trans_b;
    long m, n, k, lda, ldb, ldc;
    long count, step_a, step_b, step_c;
    char *a, *b, *c;
    bool batched; /* by one call of the library's */
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* cblas_?gemm and the like under one of the names that libraries give it (NULL: none); the number of the name. */
static int find(void *library, const char *const names[], int n, char type, void **function)
{
    char name[64];
    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof name, names[i], type);
        *function = dlsym(library, name);
        if (*function) return i;
    }
    return n;
}

static bool find_functions(struct blas *blas, char type)
{
    static const char *const gemm[] = {"cblas_%cgemm", "scipy_cblas_%cgemm", "cblas_%cgemm64_",
                                       "scipy_cblas_%cgemm64_"};
    /* a wide library may leave the mark off these names; gemm's name tells what it is */
    static const char *const batch[] = {"cblas_%cgemm_batch_strided", "scipy_cblas_%cgemm_batch_strided",
                                        "cblas_%cgemm_batch_strided64_", "scipy_cblas_%cgemm_batch_strided64_"};
    blas->wide = find(blas->library, gemm, 4, type, &blas->gemm) >= 2;
    find(blas->library, batch, 4, type, &blas->batch);
    return blas->gemm != NULL;
}

static const void *complex_number(char type, bool one)
{
    static const double z[2][2] = {{0, 0}, {1, 0}};
    static const float c[2][2] = {{0, 0}, {1, 0}};
    return type == 'c' ? (const void *)c[one] : z[one];
}

/* One product, whose operands stand `offset_{a,b,c}` bytes from the first. */
static void call_gemm(const struct blas *blas, const struct work *x, long offset_a, long offset_b, long offset_c)
{
#define CALL(letter, I, suffix, one, zero)                                                                   \
    ((letter##_gemm##suffix *)blas->gemm)(ROW_MAJOR, x->trans_a, x->trans_b, (I)x->m, (I)x->n, (I)x->k, one, \
                                          x->a + offset_a, (I)x->lda, x->b + offset_b, (I)x->ldb, zero,      \
                                          x->c + offset_c, (I)x->ldc)
    const void *one = complex_number(x->type, true), *zero = complex_number(x->type, false);
    if (x->type == 's') blas->wide ? CALL(s, int64_t, 64, 1, 0) : CALL(s, int, 32, 1, 0);
    else if (x->type == 'd') blas->wide ? CALL(d, int64_t, 64, 1, 0) : CALL(d, int, 32, 1, 0);
    else blas->wide ? CALL(c, int64_t, 64, one, zero) : CALL(c, int, 32, one, zero);
#undef CALL
}

static void call_batch(const struct blas *blas, const struct work *x)
{
#define CALL(letter, I, suffix, one, zero)                                                                           \
    ((letter##_batch##suffix *)blas->batch)(ROW_MAJOR, x->trans_a, x->trans_b, (I)x->m, (I)x->n, (I)x->k, one, x->a, \
                                            (I)x->lda, (I)x->step_a, x->b, (I)x->ldb, (I)x->step_b, zero, x->c,      \
                                            (I)x->ldc, (I)x->step_c, (I)x->count)
    const void *one = complex_number(x->type, true), *zero = complex_number(x->type, false);
    if (x->type == 's') blas->wide ? CALL(s, int64_t, 64, 1, 0) : CALL(s, int, 32, 1, 0);
    else if (x->type == 'd') blas->wide ? CALL(d, int64_t, 64, 1, 0) : CALL(d, int, 32, 1, 0);
    else blas->wide ? CALL(c, int64_t, 64, one, zero) : CALL(c, int, 32, one, zero);
#undef CALL
}

static bool is_single(char type) { return type == 's' || type == 'c'; }
static int parts(char type) { return type == 'c' || type == 'z' ? 2 : 1; }

static long size_of(char type) { return parts(type) * (long)(is_single(type) ? sizeof(float) : sizeof(double)); }

/* All of the work, once. */
static void run(const struct blas *blas, const struct work *x)
{
    const long size = size_of(x->type);
    if (x->batched) call_batch(blas, x);
    else
        for (long i = 0; i < x->count; i++)
            call_gemm(blas, x, i * x->step_a * size, i * x->step_b * size, i * x->step_c * size);
}

static double time_runs(const struct blas *blas, const struct work *x, long repeats)
{
    double start = now();
    for (long r = 0; r < repeats; r++) run(blas, x);
    return now() - start;
}

/* Seconds of all of the work: the mean over a sample. A short run says little of how many fill one: it grows. */
static double take_sample(const struct blas *blas, const struct work *x)
{
    long repeats = 1;
    double seconds = time_runs(blas, x, 1); /* the first call of a process may set things up */
    if (seconds < LONG) seconds = time_runs(blas, x, 1);
    while (seconds < sample) {
        repeats = seconds < sample / 10 ? 10 * repeats : (long)(1.1 * sample / seconds * (double)repeats) + 1;
        seconds = time_runs(blas, x, repeats);
    }
    return seconds / (double)repeats;
}

/* n elements of small integers: every sum is exact, so that one look at the result tells right from wrong. */
static void *make_matrix(char type, long n)
{
    long reals = n * parts(type);
    void *p = aligned_alloc(64, ((size_t)n * (size_t)size_of(type) + 63) / 64 * 64);
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

/* The real part of element (i, j) of a product op(A) op(B), summed the plain way, against C's. */
static bool is_right(const struct work *x, long product, long i, long j)
{
    const int w = parts(x->type);
    const double sign = (x->trans_a == CONJ_TRANS) == (x->trans_b == CONJ_TRANS) ? -1 : 1;
    double sum = 0;
    for (long p = 0; p < x->k; p++) {
        long ia = (product * x->step_a + (x->trans_a == NO_TRANS ? i * x->lda + p : p * x->lda + i)) * w;
        long ib = (product * x->step_b + (x->trans_b == NO_TRANS ? p * x->ldb + j : j * x->ldb + p)) * w;
        sum += real_at(x->type, x->a, ia) * real_at(x->type, x->b, ib);
        if (w == 2) sum += sign * real_at(x->type, x->a, ia + 1) * real_at(x->type, x->b, ib + 1);
    }
    return real_at(x->type, x->c, (product * x->step_c + i * x->ldc + j) * w) == sum;
}

static bool all_right(const struct work *x)
{
    const long last = x->count - 1;
    return is_right(x, 0, 0, 0) && is_right(x, last, x->m - 1, x->n - 1) && is_right(x, last / 2, x->m / 2, x->n / 3);
}

/* Whether the library can do all of the work in one call. A child tries: some releases of OpenBLAS crash, or are wrong.
 */
static bool batch_works(const struct blas *blas, const struct work *x)
{
    if (!blas->batch || x->count == 1) return false;
    const pid_t child = fork();
    if (child == 0) {
        alarm(TRIAL);
        close(STDOUT_FILENO);
        call_batch(blas, x);
        _exit(all_right(x) ? 0 : 1);
    }
    int status;
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* The work that was ordered, in new matrices, and the answer. */
static void answer_work(struct blas *blas, struct work *x)
{
    if (!find_functions(blas, x->type)) {
        puts("error: the library has no cblas gemm of this type");
        return;
    }
    x->a = make_matrix(x->type, x->count * x->step_a), x->b = make_matrix(x->type, x->count * x->step_b);
    x->c = make_matrix(x->type, x->count * x->step_c);
    if (!x->a || !x->b || !x->c) puts("error: out of memory");
    else {
        x->batched = batch_works(blas, x);
        double seconds = take_sample(blas, x);
        if (all_right(x)) printf("%.9g\n", seconds);
        else puts("error: the result is wrong");
    }
    free(x->a), free(x->b), free(x->c);
}

static int op_of(char op) { return op == 'n' ? NO_TRANS : op == 't' ? TRANS : CONJ_TRANS; }

static void time_gemm(struct blas *blas, const char *order)
{
    struct work x = {.count = 1};
    char ta, tb;
    int given = sscanf(order, "gemm %c %c %c %ld %ld %ld %ld %ld %ld", &x.type, &ta, &tb, &x.m, &x.n, &x.k, &x.lda,
                       &x.ldb, &x.ldc);
    if ((given != 6 && given != 9) || x.m < 1 || x.n < 1 || x.k < 1) {
        puts("error: gemm T TRANSA TRANSB M N K [LDA LDB LDC]");
        return;
    }
    const bool na = ta == 'n', nb = tb == 'n';
    const long columns_a = na ? x.k : x.m, columns_b = nb ? x.n : x.k;
    x.trans_a = op_of(ta), x.trans_b = op_of(tb);
    if (given == 6) x.lda = columns_a, x.ldb = columns_b, x.ldc = x.n;
    if (x.lda < columns_a || x.ldb < columns_b || x.ldc < x.n) {
        puts("error: a leading dimension is less than the columns of its matrix");
        return;
    }
    x.step_a = (na ? x.m : x.k) * x.lda, x.step_b = (nb ? x.k : x.n) * x.ldb, x.step_c = x.m * x.ldc;
    answer_work(blas, &x);
}

static void time_batch(struct blas *blas, const char *order)
{
    struct work x = {.trans_a = NO_TRANS, .trans_b = NO_TRANS};
    if (sscanf(order, "batch %c %ld %ld %ld %ld", &x.type, &x.m, &x.n, &x.k, &x.count) != 5 || x.m < 1 || x.n < 1 ||
        x.k < 1 || x.count < 1) {
        puts("error: batch T M N K COUNT");
        return;
    }
    x.lda = x.k, x.ldb = x.n, x.ldc = x.n;
    x.step_a = x.m * x.k, x.step_b = x.k * x.n, x.step_c = x.m * x.n;
    answer_work(blas, &x);
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
    struct blas blas = {.library = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL)};
    if (!blas.library) {
        printf("error: %s\n", dlerror());
        return 1;
    }

    char order[256];
    while (fgets(order, sizeof order, stdin)) {
        if (strncmp(order, "gemm ", 5) == 0) time_gemm(&blas, order);
        else if (strncmp(order, "batch ", 6) == 0) time_batch(&blas, order);
        else if (strncmp(order, "sample ", 7) == 0) set_sample(order);
        else if (strncmp(order, "peak ", 5) == 0) measure_peak(&blas, order);
        else if (strncmp(order, "bandwidth ", 10) == 0) time_reads(order);
        else if (strncmp(order, "about", 5) == 0) say_about(&blas);
        else puts("error: orders are gemm, batch, sample, peak, bandwidth, about");
        fflush(stdout);
    }
    return 0;
}
