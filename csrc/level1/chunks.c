/* SPDX-License-Identifier: MIT */
/* Chunks shared by threads, and their results put together in order. */
#include "chunks.h"

#include <stdatomic.h>

#include "../core/threads.h"

struct round {
    const struct pass *pass;
    dim first, end; /* chunks */
    chunk_fn *work;
    char *results;
    _Atomic dim next;
};

static void take_chunks(void *arg)
{
    struct round *r = arg;
    const dim length = chunk_length(r->pass->dtype);
    for (dim i; (i = atomic_fetch_add_explicit(&r->next, 1, memory_order_relaxed)) < r->end;) {
        char *result = r->results ? r->results + (i - r->first) * RESULT_BYTES : NULL;
        r->work(r->pass, i * length, min_dim(length, r->pass->n - i * length), result);
    }
}

static int threads_for(const struct pass *pass, int streams)
{
    const dim worth = pass->n * streams * size_of(pass->dtype) / TEAM_BYTES;
    return worth < 2 ? 1 : (int)min_dim(worth, pbl_threads_available());
}

static void run_round(struct round *r, int threads)
{
    r->next = r->first;
    if (threads > 1) pbl_run_team(threads, take_chunks, r);
    else take_chunks(r);
}

void pbl_share(const struct pass *pass, int streams, chunk_fn *work)
{
    const int threads = threads_for(pass, streams);
    struct round r = {.pass = pass, .end = ceil_div(pass->n, chunk_length(pass->dtype)), .work = work};
    if (threads > 1) run_round(&r, threads);
    else work(pass, 0, pass->n, NULL);
}

void pbl_fold(const struct pass *pass, int streams, chunk_fn *work, join_fn *join, void *result)
{
    const dim chunks = ceil_div(pass->n, chunk_length(pass->dtype));
    double results[AT_ONCE * RESULT_BYTES / sizeof(double)];
    const int threads = threads_for(pass, streams);
    for (dim i = 0; i < chunks; i += AT_ONCE) {
        struct round r = {pass, i, min_dim(i + AT_ONCE, chunks), work, (char *)results, 0};
        run_round(&r, threads);
        join(pass, r.results, r.end - r.first, result);
    }
}
