/* SPDX-License-Identifier: MIT */
/* Chunks shared by threads, and their results put together in order. */
#include "chunks.h"

#include <stdatomic.h>

#include "../core/matrix.h"
#include "../core/threads.h"

/* Some chunks: those that one thread takes first. Each call gives a thread the same ones, which its caches may still
 * hold; when they are done, it helps the next thread. Taken from one counter by whoever came, chunks of 400 KB changed
 * places at every call: axpy took twice as long. */
struct share {
    _Alignas(64) _Atomic dim next;
    dim end;
};
enum { MOST_SHARES = 64 };

struct round {
    const struct pass *pass;
    chunk_fn *work;
    dim length, first; /* of a chunk; the round's first chunk */
    char *results;
    dim threads;
    struct share shares[MOST_SHARES];
};

static void do_chunk(const struct round *r, dim i)
{
    char *result = r->results ? r->results + (i - r->first) * RESULT_BYTES : NULL;
    r->work(r->pass, i * r->length, min_dim(r->length, r->pass->n - i * r->length), result);
}

static void take_chunks(void *arg)
{
    struct round *r = arg;
    const dim mine = pbl_thread_number();
    for (dim turn = 0; turn < r->threads; turn++) {
        struct share *s = &r->shares[(mine + turn) % r->threads];
        for (dim i; (i = atomic_fetch_add_explicit(&s->next, 1, memory_order_relaxed)) < s->end;) do_chunk(r, i);
    }
}

static dim threads_for(const struct pass *pass, int streams)
{
    const dim worth = min_dim(MOST_SHARES, pass->n * streams * size_of(pass->dtype) / TEAM_BYTES);
    return worth < 2 ? 1 : min_dim(worth, pbl_threads_available());
}

static void run_round(struct round *r, dim chunks)
{
    if (r->threads == 1) {
        for (dim i = r->first; i < r->first + chunks; i++) do_chunk(r, i);
        return;
    }
    const struct split cut = split_evenly(chunks, ceil_div(chunks, r->threads));
    r->threads = cut.parts;
    for (dim i = 0; i < cut.parts; i++) {
        r->shares[i].next = r->first + piece_start(cut, i);
        r->shares[i].end = r->first + piece_start(cut, i + 1);
    }
    pbl_run_team((int)r->threads, take_chunks, r);
}

void pbl_share(const struct pass *pass, int streams, chunk_fn *work)
{
    struct round r;
    r.pass = pass, r.work = work, r.length = PIECE_BYTES / size_of(pass->dtype), r.first = 0, r.results = NULL;
    r.threads = threads_for(pass, streams);
    if (r.threads > 1) run_round(&r, ceil_div(pass->n, r.length));
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
        r.threads = threads;
        run_round(&r, count);
        join(pass, r.results, count, result);
    }
}
