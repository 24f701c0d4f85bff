/* SPDX-License-Identifier: MIT */
/* Long vectors: cut in chunks, shared by threads. */
#ifndef PBL_LEVEL1_CHUNKS_H
#define PBL_LEVEL1_CHUNKS_H

#include "../core/dispatch.h"
#include "../core/number.h"

/* The entries stand in headers: the C and Fortran names have them inlined, each with its dtype, since two more calls
 * and what a dtype decides take a third of a short vector's time. level1.c makes functions of them. */
#define INLINED static inline __attribute__((always_inline))
#ifndef ENTRY
#define ENTRY(name) INLINED int inlined_##name
#endif

/* CHUNK_BYTES of a vector are one chunk, whose sum is added to those of the chunks before it: this shows in the last
 * bits of a result, and so depends on nothing else. Where there is no sum, threads share pieces of PIECE_BYTES.
 * TEAM_BYTES is what a thread must have to read for it to pay: 1.1 us from L2 on Zen 5, as a team takes to start. A
 * copy of FAR_BYTES, which with its original fills a large L3, goes past the caches. */
#ifdef PBL_TINY_BLOCKS
enum { CHUNK_BYTES = 1024, PIECE_BYTES = 512, TEAM_BYTES = 2048, FAR_BYTES = 4096 };
#else
enum { CHUNK_BYTES = 64 << 10, PIECE_BYTES = 32 << 10, TEAM_BYTES = 320 << 10, FAR_BYTES = 16 << 20 };
#endif

/* The streams (see `each`) of a routine that changes both its vectors. */
enum { BOTH_CHANGED = 6 };

struct vector {
    char *p;
    dim inc; /* in elements */
};

/* A routine's vectors, and what its chunks need besides. */
struct pass {
    int dtype;
    const struct kernels *kernels;
    dim n;
    struct vector x, y;
    bool conj_x;
    const void *alpha, *beta;
    index_fn *find;
    dim parts; /* reals in a chunk's sum */
};

static inline char *at(const struct pass *p, struct vector v, dim i) { return v.p + i * v.inc * size_of(p->dtype); }

/* PBL_OK, and `pass` is set up but for what its routine alone has; or why not. */
INLINED int set_up(struct pass *pass, int dtype, int64_t n, const void *x, int64_t incx, const void *y, int64_t incy)
{
    if (dtype < 0 || dtype >= N_BLAS_DTYPES || n < 0) return PBL_BAD_ARGUMENT;
    /* Field by field: GCC clears a struct that it makes as a whole even where it then keeps it in registers. */
    pass->dtype = dtype, pass->kernels = pbl_kernels(dtype), pass->n = n, pass->conj_x = false, pass->parts = 0;
    pass->alpha = pass->beta = NULL, pass->find = NULL;
    pass->x = (struct vector){(char *)(uintptr_t)x, incx}, pass->y = (struct vector){(char *)(uintptr_t)y, incy};
    return pass->kernels ? PBL_OK : PBL_BAD_CPU;
}

/* Does elements [first, first + n); `result` is the chunk's own, or NULL. */
typedef void chunk_fn(const struct pass *pass, dim first, dim n, void *result);

/* All elements, in whatever order and pieces; `streams` is how often a vector is read, and twice how often it is
 * written. What one thread does is inlined: a call, or a division, takes as long as some of these vectors. So does
 * writing a pass to memory, which the copy spares those that end here: it alone has an address. */
void pbl_share(const struct pass *pass, int streams, chunk_fn *work);

INLINED void each(const struct pass *pass, int streams, chunk_fn *work)
{
    if (pass->n * streams * size_of(pass->dtype) < 2 * TEAM_BYTES) {
        work(pass, 0, pass->n, NULL);
        return;
    }
    const struct pass copy = *pass;
    pbl_share(&copy, streams, work);
}

/* Joins what chunks gave, in order, to `result`. */
typedef void join_fn(const struct pass *pass, const char *results, dim count, void *result);

/* All chunks' results joined to what `result` holds: for several. */
void pbl_fold(const struct pass *pass, int streams, chunk_fn *work, join_fn *join, void *result);

INLINED bool is_one_chunk(const struct pass *pass) { return pass->n * size_of(pass->dtype) <= CHUNK_BYTES; }

enum { RESULT_BYTES = 16, AT_ONCE = 512 }; /* from one chunk's result to the next; how many wait to be folded */

#endif
