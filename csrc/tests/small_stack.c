/* SPDX-License-Identifier: MIT */
/* Threads may have stacks of 64 KiB: no routine keeps a large array there, nor recurses deep. (concurrent.c: gemm.) */
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

#include "cblas.h"
#include "check.h"
#include "pyblaslite.h"

enum { N = 300, BAND = 40, SMALL = 64 << 10 }; /* several blocks of everything */

static double *a, *b, *c, *x, *y;

static double *ones(int count)
{
    double *p = malloc((size_t)count * sizeof *p);
    CHECK(p, "no memory");
    for (int i = 0; i < count; i++) p[i] = 1;
    return p;
}

static void real_routines(void)
{
    cblas_dgemv(CblasRowMajor, CblasTrans, N, N, 1, a, N, x, 2, 1, y, -2);
    cblas_dgbmv(CblasColMajor, CblasNoTrans, N, N, BAND, BAND, 1, a, N, x, 1, 1, y, 2);
    cblas_dsymv(CblasRowMajor, CblasUpper, N, 1, a, N, x, 1, 1, y, 1);
    cblas_dspmv(CblasRowMajor, CblasLower, N, 1, a, x, 2, 1, y, 1);
    cblas_dtrmv(CblasColMajor, CblasUpper, CblasTrans, CblasNonUnit, N, a, N, x, 2);
    cblas_dtrsv(CblasColMajor, CblasLower, CblasNoTrans, CblasUnit, N, a, N, x, 2);
    cblas_dtbsv(CblasRowMajor, CblasLower, CblasTrans, CblasUnit, N, BAND, a, N, x, -1);
    cblas_dsyr2(CblasRowMajor, CblasUpper, N, 1, x, 1, y, 2, c, N);
    cblas_dsymm(CblasRowMajor, CblasRight, CblasLower, N, N, 1, a, N, b, N, 1, c, N);
    cblas_dsyrk(CblasColMajor, CblasUpper, CblasTrans, N, N, 1, a, N, 1, c, N);
    cblas_dsyr2k(CblasColMajor, CblasLower, CblasNoTrans, N, N, 1, a, N, b, N, 1, c, N);
    cblas_dtrmm(CblasRowMajor, CblasLeft, CblasUpper, CblasTrans, CblasNonUnit, N, N, 1, a, N, b, N);
    cblas_dtrsm(CblasColMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, N, N, 1, a, N, b, N);
    y[0] += cblas_ddot(N, x, 1, y, 2) + cblas_dnrm2(N, x, 2) + cblas_dasum(N, x, 1);
}

static void complex_routines(void)
{
    enum { HALF = N / 2 };
    const double one[2] = {1, 0};
    cblas_zhemv(CblasRowMajor, CblasUpper, HALF, one, a, HALF, x, 1, one, y, 1);
    cblas_zher2(CblasColMajor, CblasUpper, HALF, one, x, 1, y, 1, c, HALF);
    cblas_zher2k(CblasRowMajor, CblasLower, CblasNoTrans, HALF, HALF, one, a, HALF, b, HALF, 1, c, HALF);
    cblas_zhemm(CblasColMajor, CblasLeft, CblasLower, HALF, HALF, one, a, HALF, b, HALF, one, c, HALF);
    cblas_ztrsm(CblasRowMajor, CblasLeft, CblasUpper, CblasConjTrans, CblasUnit, HALF, HALF, one, a, HALF, b, HALF);
}

/* An overflow is a signal: a guard page ends the stack. */
static void *all_routines(void *unused)
{
    real_routines();
    complex_routines();
    return unused;
}

int main(void)
{
    a = ones(N * N), b = ones(N * N), c = ones(N * N), x = ones(2 * N), y = ones(2 * N);
    const size_t bytes = SMALL < (size_t)PTHREAD_STACK_MIN ? (size_t)PTHREAD_STACK_MIN : SMALL;
    pthread_attr_t attributes;
    CHECK(pthread_attr_init(&attributes) == 0, "pthread_attr_init");
    CHECK(pthread_attr_setstacksize(&attributes, bytes) == 0, "a stack of %zu bytes", bytes);
    for (int isa = 0; use_isa(isa); isa++)
        for (int threads = 1; threads <= 2; threads++) {
            pthread_t thread;
            pbl_set_num_threads(threads);
            CHECK(pthread_create(&thread, &attributes, all_routines, NULL) == 0, "pthread_create");
            CHECK(pthread_join(thread, NULL) == 0, "pthread_join");
        }
    pthread_attr_destroy(&attributes);
    free(a), free(b), free(c), free(x), free(y);
    return 0;
}
