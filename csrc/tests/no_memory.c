/* SPDX-License-Identifier: MIT */
/* Out of memory is an answer: PBL_NO_MEMORY, C as it was, and the next call works. */
#include <pthread.h>

#include "cblas.h"
#include "gemm.h"

/* The same product fails, then succeeds. */
static void fail_then_succeed(struct gemm *g)
{
    const size_t bytes = bytes_of(g->dtype, &g->c);
    struct number *want = expected(g);
    char *before = malloc(bytes);
    CHECK(before, "%zu bytes", bytes);
    memcpy(before, g->c.memory, bytes);

    pbl_release_workspace();
    pbl_test_fail_allocation(1);
    CHECK(call(g) == PBL_NO_MEMORY, "%s", describe(g));
    CHECK(memcmp(before, g->c.memory, bytes) == 0, "%s", describe(g));
    CHECK(call(g) == PBL_OK, "%s", describe(g));
    check_elements(g, want);
    free(before), free(want);
}

/* Needs workspace: B is packed. */
static struct gemm new_product(int dtype, int64_t m, int64_t n, int64_t k)
{
    struct gemm g = new_gemm(dtype, m, n, k, (struct style){'n', 't', ROWS, ROWS, ROWS, 1});
    g.beta = (struct number){2, 0};
    fill_gemm(&g, integer_at);
    return g;
}

/* A thread that is new has no workspace. Its buffer is freed when it ends: the leak checker sees if not. */
static void *a_fresh_thread(void *dtype)
{
    struct gemm g = new_product((int)(intptr_t)dtype, 70, 90, 300);
    pbl_test_fail_allocation(1);
    CHECK(call(&g) == PBL_NO_MEMORY, "%s", describe(&g));
    CHECK(call(&g) == PBL_OK, "%s", describe(&g));
    free_gemm(&g);
    return NULL;
}

/* A smaller product does with the workspace of the one before, until that is released; a bigger one does not. */
static void workspace_is_kept_until_released(int dtype)
{
    struct gemm g = new_product(dtype, 80, 120, 200), bigger = new_product(dtype, 180, 600, 400);
    pbl_release_workspace();
    CHECK(call(&g) == PBL_OK, "%s", describe(&g));
    pbl_test_fail_allocation(1);
    CHECK(call(&g) == PBL_OK, "%s", describe(&g));
#ifndef PBL_TINY_BLOCKS /* there, no product needs more than another */
    CHECK(call(&bigger) == PBL_NO_MEMORY, "%s", describe(&bigger));
#endif
    pbl_test_fail_allocation(0);
    CHECK(call(&bigger) == PBL_OK, "%s", describe(&bigger));
    pbl_release_workspace(), pbl_release_workspace();
    pbl_test_fail_allocation(1);
    CHECK(call(&g) == PBL_NO_MEMORY, "%s", describe(&g));
    free_gemm(&g), free_gemm(&bigger);
}

/* The n-th fails, counted from the call that says so, and 0 switches it off. */
static void counting(void)
{
    struct gemm g = new_product(PBL_D, 80, 120, 200);
    pbl_test_fail_allocation(3);
    for (int i = 1; i <= 4; i++) {
        pbl_release_workspace();
        CHECK(call(&g) == (i == 3 ? PBL_NO_MEMORY : PBL_OK), "allocation %d", i);
    }
    pbl_test_fail_allocation(1), pbl_test_fail_allocation(0);
    pbl_release_workspace();
    CHECK(call(&g) == PBL_OK, "%s", describe(&g));
    free_gemm(&g);
}

static void every_size(int dtype)
{
    static const struct {
        int m, n, k;
    } sizes[] = {{1, 1, 1}, {5, 7, 9}, {80, 120, 200}, {150, 200, 300}};
    for (int i = 0; i < 4; i++) {
        struct gemm g = new_product(dtype, sizes[i].m, sizes[i].n, sizes[i].k);
        if (i >= 2) fail_then_succeed(&g); /* the others may need none */
        else CHECK(call(&g) == PBL_OK, "%s", describe(&g));
        free_gemm(&g);
    }
}

void dgemm_(const char *trans_a, const char *trans_b, const int *m, const int *n, const int *k, const double *alpha,
            const double *a, const int *lda, const double *b, const int *ldb, const double *beta, double *c,
            const int *ldc, size_t length_a, size_t length_b);

/* What C's and Fortran's names say on standard error: that there is no memory, not that an argument is wrong. */
static void what_is_said(void)
{
    enum { N = 200 };
    static double x[N * N], y[N * N];
    const int n = N;
    const double zero = 0;
    char said[400] = "";
    FILE *file = tmpfile();
    const int standard = dup(STDERR_FILENO);
    CHECK(file && standard >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0, "a file");
    for (int turn = 0; turn < 2; turn++) {
        pbl_release_workspace(), pbl_test_fail_allocation(1);
        if (turn == 0) cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, N, N, N, 1, x, N, x, N, 0, y, N);
        else dgemm_("n", "n", &n, &n, &n, &(double){1}, x, &n, x, &n, &zero, y, &n, 1, 1);
    }
    CHECK(dup2(standard, STDERR_FILENO) >= 0, "standard error");
    rewind(file), said[fread(said, 1, sizeof said - 1, file)] = 0;
    CHECK(strstr(said, "cblas_dgemm: no memory") && strstr(said, "DGEMM: no memory") && !strstr(said, "argument"), "%s",
          said);
    pbl_test_fail_allocation(0);
    close(standard), fclose(file);
}

int main(void)
{
    pbl_release_workspace(); /* nothing to release is no error */
    for (int isa = 0; use_isa(isa); isa++)
        for (int dtype = 0; dtype < N_DTYPES; dtype++) {
            for (int threads = 1; threads <= 3; threads += 2) {
                pbl_set_num_threads(threads);
                every_size(dtype);
                workspace_is_kept_until_released(dtype);
            }
            pthread_t thread;
            CHECK(pthread_create(&thread, NULL, a_fresh_thread, (void *)(intptr_t)dtype) == 0, "pthread_create");
            CHECK(pthread_join(thread, NULL) == 0, "pthread_join");
        }
    counting();
    what_is_said();
    return 0;
}
