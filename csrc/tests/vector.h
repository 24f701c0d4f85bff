/* SPDX-License-Identifier: MIT */
/* A vector of any dtype with any increment, read and written by its elements. */
#ifndef PBL_TESTS_VECTOR_H
#define PBL_TESTS_VECTOR_H

#include "arena.h"
#include "operand.h"

struct vector {
    int64_t n, inc, extent; /* extent: elements of memory from the lowest to the highest */
    char *memory;
};

static inline int64_t extent_of(int64_t n, int64_t inc) { return n > 0 ? 1 + (n - 1) * llabs(inc) : 0; }

/* Against the end of the arena, or at its beginning; all NaN. */
static inline struct vector place_vector(int dtype, int64_t n, int64_t inc, struct arena arena, bool at_end)
{
    struct vector v = {n, inc, extent_of(n, inc), arena.begin};
    const int64_t bytes = v.extent * size_of(dtype);
    CHECK(bytes <= arena.end - arena.begin, "an arena too small for %d bytes", (int)bytes);
    if (at_end) v.memory = arena.end - bytes;
    memset(v.memory, 0xff, (size_t)bytes);
    return v;
}

/* Where element i stands. */
static inline char *item(int dtype, const struct vector *v, int64_t i)
{ return v->memory + (v->inc < 0 ? (i - v->n + 1) * v->inc : i * v->inc) * size_of(dtype); }

static inline void fill_vector(int dtype, struct vector *v, value_fn *value, uint64_t seed)
{
    for (int64_t i = 0; i < v->n; i++) put(dtype, item(dtype, v, i), value(seed, v->inc ? i : v->n - 1, 0));
}

#endif
