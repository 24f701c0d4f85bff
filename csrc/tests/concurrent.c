/* SPDX-License-Identifier: MIT */
/* Many callers at once: each gets the bits it would get alone, its own limit of threads, and makes do with a small
 * stack. */
#include <limits.h>
#include <pthread.h>

#include "gemm.h"

enum { CALLERS = 8, JOBS = 12, ROUNDS = 3 };

/* A product, C's memory before it, and what that must be after it. */
static struct job {
    struct gemm g;
    char *before, *after;
} jobs[JOBS];

static char *copy_of_c(const struct gemm *g)
{
    const size_t bytes = bytes_of(g->dtype, &g->c);
    char *p = malloc(bytes);
    CHECK(p, "%zu bytes", bytes);
    return memcpy(p, g->c.memory, bytes);
}

/* Small ones, skinny ones, and some big enough for threads and for packing. */
static void make_jobs(void)
{
    uint64_t state = 19;
    for (int i = 0; i < JOBS; i++) {
        const int dtype = i % N_DTYPES, m = 1 + below(&state, i < 6 ? 30 : 200), n = 1 + below(&state, 150);
        jobs[i].g = new_gemm(dtype, m, n, 1 + below(&state, i < 6 ? 100 : 900), random_style(&state));
        jobs[i].g.alpha = random_factor(dtype, &state), jobs[i].g.beta = random_factor(dtype, &state);
        fill_gemm(&jobs[i].g, real_at);
        jobs[i].before = copy_of_c(&jobs[i].g);
        CHECK(call(&jobs[i].g) == PBL_OK, "%s", describe(&jobs[i].g));
        jobs[i].after = copy_of_c(&jobs[i].g);
    }
}

/* In memory of the caller's own. */
static void do_job(const struct job *job)
{
    struct gemm mine = job->g;
    const size_t bytes = bytes_of(mine.dtype, &mine.c);
    mine.c.memory = malloc(bytes);
    CHECK(mine.c.memory, "%zu bytes", bytes);
    memcpy(mine.c.memory, job->before, bytes);
    CHECK(call(&mine) == PBL_OK, "%s", describe(&mine));
    CHECK(memcmp(mine.c.memory, job->after, bytes) == 0, "%s", describe(&mine));
    free(mine.c.memory);
}

/* Every caller begins with another job, and has another limit; 0 is none. */
static void *caller(void *number)
{
    const int id = (int)(intptr_t)number, limit = id % 4;
    CHECK(pbl_get_thread_limit() == 0, "a new thread has a limit of %d", pbl_get_thread_limit());
    pbl_set_thread_limit(limit);
    for (int i = 0; i < JOBS * ROUNDS; i++) {
        CHECK(pbl_get_num_threads() == (limit ? limit : 2), "%d threads for caller %d", pbl_get_num_threads(), id);
        do_job(&jobs[(i + id) % JOBS]);
    }
    CHECK(pbl_get_thread_limit() == limit, "caller %d's limit is now %d", id, pbl_get_thread_limit());
    return NULL;
}

static void many_callers(void)
{
    pthread_t threads[CALLERS];
    pbl_set_num_threads(2);
    for (intptr_t i = 0; i < CALLERS; i++)
        CHECK(pthread_create(&threads[i], NULL, caller, (void *)i) == 0, "pthread_create");
    for (int i = 0; i < CALLERS; i++) CHECK(pthread_join(threads[i], NULL) == 0, "pthread_join");
    CHECK(pbl_get_thread_limit() == 0 && pbl_get_num_threads() == 2, "%d threads here", pbl_get_num_threads());
}

static void *all_jobs(void *unused)
{
    for (int i = 0; i < JOBS; i++) do_job(&jobs[i]);
    return unused;
}

static void on_a_small_stack(size_t bytes)
{
    pthread_attr_t attributes;
    pthread_t thread;
    if (bytes < (size_t)PTHREAD_STACK_MIN) bytes = (size_t)PTHREAD_STACK_MIN;
    CHECK(pthread_attr_init(&attributes) == 0, "pthread_attr_init");
    CHECK(pthread_attr_setstacksize(&attributes, bytes) == 0, "a stack of %zu bytes", bytes);
    CHECK(pthread_create(&thread, &attributes, all_jobs, NULL) == 0, "pthread_create");
    CHECK(pthread_join(thread, NULL) == 0, "pthread_join");
    pthread_attr_destroy(&attributes);
}

static void limits(void)
{
    const int usual = (pbl_set_num_threads(0), pbl_get_num_threads());
    CHECK(usual >= 1, "%d", usual);
    pbl_set_num_threads(5);
    CHECK(pbl_get_num_threads() == 5, "%d", pbl_get_num_threads());
    pbl_set_thread_limit(3);
    CHECK(pbl_get_num_threads() == 3 && pbl_get_thread_limit() == 3, "%d", pbl_get_num_threads());
    pbl_set_thread_limit(0);
    CHECK(pbl_get_num_threads() == 5 && pbl_get_thread_limit() == 0, "%d", pbl_get_num_threads());
    pbl_set_num_threads(-1);
    CHECK(pbl_get_num_threads() == usual, "%d", pbl_get_num_threads());
}

int main(void)
{
    limits();
    CHECK(use_isa(0), "no ISA");
    pbl_set_num_threads(1);
    make_jobs();
    for (int isa = 0; use_isa(isa); isa++) {
        if (isa > 0 || !pbl_isa_name(1))
            many_callers(); /* the scalar ISA is too slow for this, and the code around it is the same */
        on_a_small_stack(64 << 10);
    }
    for (int i = 0; i < JOBS; i++) free_gemm(&jobs[i].g), free(jobs[i].before), free(jobs[i].after);
    return 0;
}
