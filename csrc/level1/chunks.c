/* SPDX-License-Identifier: MIT */
/* Chunks shared by threads, and their results put together in order. */
#include "chunks.h"

#include "../core/shares.h"

struct round {
    const struct pass *pass;
    chunk_fn *work;
    dim length, first; /* of a chunk; the round's first chunk */
    char *results;
    struct shares shares;
};

static void do_chunk(const struct round *r, dim i)
{
    char *result = r->results ? r->results + (i - r->first) * RESULT_BYTES : NULL;
    r->work(r->pass, i * r->length, min_dim(r->length, r->pass->n - i * r->length), result);
}

static void take_chunks(void *arg)
{
    struct round *r = arg;
    for (dim turn = 0, i; (i = take_piece(&r->shares, &turn)) >= 0;) do_chunk(r, i);
}

/* An element that is written again and again, in order: one thread's. */
static bool rewrites(const struct pass *pass, int streams)
{ return pass->y.inc == 0 || (pass->x.inc == 0 && streams == BOTH_CHANGED); }

static dim threads_for(const struct pass *pass, int streams)
{
    const dim worth = pass->n * streams * size_of(pass->dtype) / TEAM_BYTES;
    return worth < 2 ? 1 : min_dim(worth, pbl_threads_available());
}

static void run_round(struct round *r, dim chunks, dim threads)
{
    cut_shares(&r->shares, r->first, chunks, threads, EVEN);
    if (r->shares.count > 1) pbl_run_team((int)r->shares.count, take_chunks, r);
    else
        for (dim i = 0; i < chunks; i++) do_chunk(r, r->first + i);
}

void pbl_share(const struct pass *pass, int streams, chunk_fn *work)
{
    const dim threads = rewrites(pass, streams) ? 1 : threads_for(pass, streams);
    struct round r;
    r.pass = pass, r.work = work, r.length = PIECE_BYTES / size_of(pass->dtype), r.first = 0, r.results = NULL;
    if (threads > 1) run_round(&r, ceil_div(pass->n, r.length), threads);
    else work(pass, 0, pass->n, NULL);
}

void pbl_fold(const struct pass *pass, int streams, chunk_fn *work, join_fn *join, void *result)
{
    const dim length = CHUNK_BYTES / size_of(pass->dtype), chunks = ceil_div(pass->n, length);
    const dim threads = threads_for(pass, streams);
    double results[AT_ONCE * RESULT_BYTES / sizeof(double)];
    struct round r;
    r.pass = pass, r.work = work, r.length = length, r.results = (char *)results;
    for (r.first = 0; r.first < chunks; r.first += AT_ONCE) {
        const dim count = min_dim(AT_ONCE, chunks - r.first);
        run_round(&r, count, threads);
        join(pass, r.results, count, result);
    }
}
