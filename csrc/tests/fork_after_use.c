/* SPDX-License-Identifier: MIT */
/* fork() after threads were used, by the library or by the program: the child, and its child, compute as before and do
 * not wait for threads that they do not have. Each child has twenty seconds, as others may use the CPU. */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "gemm.h"

enum { SECONDS = 20 };

static struct gemm products[N_DTYPES];
static char *results[N_DTYPES];

/* Big enough for three threads. */
static void make_products(void)
{
    for (int dtype = 0; dtype < N_DTYPES; dtype++) {
        products[dtype] = new_gemm(dtype, 90, 100, 200, (struct style){'n', 't', ROWS, ROWS, ROWS, 0});
        fill_gemm(&products[dtype], real_at);
    }
}

/* Each product, over the C of the one before. */
static void compute(void)
{
    for (int dtype = 0; dtype < N_DTYPES; dtype++) {
        fill_with_nan(dtype, &products[dtype].c);
        CHECK(call(&products[dtype]) == PBL_OK, "%s", describe(&products[dtype]));
    }
}

static void remember(void)
{
    for (int dtype = 0; dtype < N_DTYPES; dtype++) {
        const size_t bytes = bytes_of(dtype, &products[dtype].c);
        results[dtype] = malloc(bytes);
        CHECK(results[dtype], "%zu bytes", bytes);
        memcpy(results[dtype], products[dtype].c.memory, bytes);
    }
}

static void compute_and_check(const char *who)
{
    compute();
    for (int dtype = 0; dtype < N_DTYPES; dtype++)
        CHECK(memcmp(results[dtype], products[dtype].c.memory, bytes_of(dtype, &products[dtype].c)) == 0, "%s, in %s",
              describe(&products[dtype]), who);
}

static void *in_a_thread(void *unused)
{
    compute_and_check("a thread of the child");
    return unused;
}

/* A child that computes; with `generations` left, a child of its own does so too. */
static void fork_and_compute(int generations)
{
    const pid_t child = fork();
    CHECK(child >= 0, "fork");
    if (child == 0) {
        pthread_t thread;
        alarm(SECONDS);
        compute_and_check("the child");
        CHECK(pthread_create(&thread, NULL, in_a_thread, NULL) == 0, "pthread_create");
        CHECK(pthread_join(thread, NULL) == 0, "pthread_join");
        if (generations > 1) fork_and_compute(generations - 1);
        compute_and_check("the child, after its own child");
        _exit(0);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child, "waitpid");
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child ended with status %#x%s", (unsigned)status,
          WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? ": it hung" : "");
}

/* Threads of the program's own, by the runtime that the library uses too. */
static void fork_from_threads_of_its_own(void)
{
#ifdef _OPENMP
    int threads = 0;
#pragma omp parallel num_threads(3) reduction(+ : threads)
    threads++;
    CHECK(threads == 3, "%d threads", threads);
    fork_and_compute(2);
#pragma omp parallel num_threads(3)
#pragma omp master
    fork_and_compute(2);
#endif
}

int main(void)
{
    make_products();
    CHECK(use_isa(0), "no ISA");
    const pid_t first = fork(); /* before any use: the child may have threads of its own, and forks after that */
    CHECK(first >= 0, "fork");
    if (first == 0) alarm(3 * SECONDS);
    pbl_set_num_threads(1);
    compute(), remember();
    pbl_set_num_threads(3);
    fork_from_threads_of_its_own(); /* before the library has used any */
    for (int isa = 0; use_isa(isa); isa++) {
        compute_and_check("the parent, before");
        fork_and_compute(2);
        compute_and_check("the parent, after");
    }
    if (first == 0) _exit(0);
    int status;
    CHECK(waitpid(first, &status, 0) == first && status == 0, "the first child ended with status %#x",
          (unsigned)status);
    for (int dtype = 0; dtype < N_DTYPES; dtype++) free_gemm(&products[dtype]), free(results[dtype]);
    return 0;
}
