/* SPDX-License-Identifier: MIT */
/* A program that opens the library by itself, given its path, and closes it while threads that have used it still live:
 * they end as they should. */
#include <dlfcn.h>
#include <pthread.h>

#include "check.h"

typedef int gemm_fn(int dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k, const void *alpha,
                    const void *a, int64_t rs_a, int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b,
                    const void *beta, void *c, int64_t rs_c, int64_t cs_c);

static const char *path;

/* A product that needs memory, which is the thread's until it ends. */
static void *use(void *unused)
{
    enum { N = 300 };
    static double a[N * N], c[N * N];
    const double one = 1, zero = 0;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    CHECK(library, "%s", dlerror());
    gemm_fn *gemm = (gemm_fn *)(uintptr_t)dlsym(library, "pbl_gemm");
    CHECK(gemm, "%s", dlerror());
    for (int i = 0; i < N; i++) a[i * N + i] = 1;
    CHECK(gemm(PBL_D, 'n', 't', N, N, N, &one, a, N, 1, a, N, 1, &zero, c, N, 1) == PBL_OK && c[N + 1] == 1, "gemm");
    CHECK(dlclose(library) == 0, "%s", dlerror());
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    CHECK(argc == 2, "the library's path");
    path = argv[1];
    for (int turn = 0; turn < 2; turn++) {
        CHECK(pthread_create(&thread, NULL, use, NULL) == 0, "pthread_create");
        CHECK(pthread_join(thread, NULL) == 0, "pthread_join");
    }
    return 0;
}
