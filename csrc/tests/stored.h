/* SPDX-License-Identifier: MIT */
/* A matrix of level 2 in memory: dense, a band or a triangle of it, or packed; where each of its elements stands. */
#ifndef PBL_TESTS_STORED_H
#define PBL_TESTS_STORED_H

#include "arena.h"
#include "operand.h"

enum storage { DENSE, BAND, PACKED };

struct stored {
    enum storage storage;
    int64_t m, n, kl, ku; /* element (i, j) is stored if j - ku <= i <= j + kl */
    char packed;          /* 'c' or 'r' */
    int64_t rs, cs;
    int64_t origin, extent; /* of element (0, 0); of all that are stored */
    char *memory;
};

static inline bool is_stored(const struct stored *a, int64_t i, int64_t j) { return j - a->ku <= i && i <= j + a->kl; }

/* Elements before (i, j) in the order in which a triangle is packed: those of the columns (or rows) before, and those
 * of its own before it. */
static inline int64_t packed_index(const struct stored *a, int64_t i, int64_t j)
{
    const bool lower = a->ku == 0, columns = a->packed == 'c';
    const int64_t line = columns ? j : i, along = columns ? i : j;
    int64_t before = 0;
    for (int64_t l = 0; l < line; l++) before += lower == columns ? a->n - l : l + 1;
    return before + (lower == columns ? along - line : along);
}

static inline int64_t index_of(const struct stored *a, int64_t i, int64_t j)
{ return a->storage == PACKED ? packed_index(a, i, j) : i * a->rs + j * a->cs; }

/* From the lowest to the highest of the elements that are stored. */
static inline void measure(struct stored *a)
{
    int64_t lowest = 0, highest = -1;
    for (int64_t i = 0; i < a->m; i++)
        for (int64_t j = 0; j < a->n; j++)
            if (is_stored(a, i, j)) {
                const int64_t index = index_of(a, i, j);
                lowest = index < lowest ? index : lowest, highest = index > highest ? index : highest;
            }
    a->origin = -lowest, a->extent = highest - lowest + 1;
}

/* Everything but the memory. `order` is that of a dense matrix; a band is stored as LAPACK does, by columns, the same
 * by rows, or as part of a dense matrix. */
static inline struct stored store(enum storage storage, int64_t m, int64_t n, int64_t kl, int64_t ku, enum order order,
                                  int64_t padding)
{
    struct stored a = {.storage = storage, .m = m, .n = n, .kl = kl, .ku = ku, .packed = order == ROWS ? 'r' : 'c'};
    struct operand x;
    choose_strides(&x, order, m, n, padding);
    a.rs = x.rs, a.cs = x.cs;
    if (storage == BAND && order == COLUMNS) a.rs = 1, a.cs = kl + ku + padding;
    if (storage == BAND && order == ROWS) a.cs = 1, a.rs = kl + ku + padding;
    measure(&a);
    return a;
}

/* Where element (i, j) stands. */
static inline char *entry(int dtype, const struct stored *a, int64_t i, int64_t j)
{ return a->memory + (a->origin + index_of(a, i, j)) * size_of(dtype); }

/* Against the end of the arena, or at its beginning; all NaN. */
static inline void place_stored(int dtype, struct stored *a, struct arena arena, bool at_end)
{
    const int64_t bytes = a->extent * size_of(dtype);
    CHECK(bytes <= arena.end - arena.begin, "an arena too small for %d bytes", (int)bytes);
    a->memory = at_end ? arena.end - bytes : arena.begin;
    memset(a->memory, 0xff, (size_t)bytes);
}

#endif
