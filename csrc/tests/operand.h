/* SPDX-License-Identifier: MIT */
/* A matrix of any dtype in any memory layout, read and written by its elements. */
#ifndef PBL_TESTS_OPERAND_H
#define PBL_TESTS_OPERAND_H

#include "check.h"

enum { N_DTYPES = 4 };

struct number {
    double re, im;
};

static inline bool is_complex(int dtype) { return dtype == PBL_C || dtype == PBL_Z; }
static inline bool is_single(int dtype) { return dtype == PBL_S || dtype == PBL_C; }
static inline int64_t size_of(int dtype) { return (is_single(dtype) ? 4 : 8) * (is_complex(dtype) ? 2 : 1); }

static inline struct number get(int dtype, const void *p)
{
    const float *s = p;
    const double *d = p;
    if (is_single(dtype)) return (struct number){s[0], is_complex(dtype) ? s[1] : 0};
    return (struct number){d[0], is_complex(dtype) ? d[1] : 0};
}

static inline void put(int dtype, void *p, struct number x)
{
    float *s = p;
    double *d = p;
    if (is_single(dtype)) s[0] = (float)x.re;
    else d[0] = x.re;
    if (!is_complex(dtype)) return;
    if (is_single(dtype)) s[1] = (float)x.im;
    else d[1] = x.im;
}

/* The ways a matrix may lie in memory; an output may have the first N_OUTPUT_ORDERS. */
enum order {
    ROWS,
    COLUMNS,
    UPSIDE_DOWN,
    REVERSED,
    GAPS,
    N_OUTPUT_ORDERS,
    ONE_ROW = N_OUTPUT_ORDERS,
    ONE_COLUMN,
    ONE_ELEMENT,
    N_ORDERS
};

/* op(stored) is rows x columns; stored element (i, j) stands at memory + (origin + i rs + j cs) elements. */
struct operand {
    int64_t rows, columns;
    char op;
    int64_t origin, rs, cs, extent; /* extent: elements of memory from the lowest to the highest */
    char *memory;
};

static inline void choose_strides(struct operand *x, enum order order, int64_t rows, int64_t columns, int64_t padding)
{
    switch (order) {
    case ROWS: x->rs = columns + padding, x->cs = 1; break;
    case COLUMNS: x->rs = 1, x->cs = rows + padding; break;
    case UPSIDE_DOWN: x->rs = -(columns + padding), x->cs = 1; break;
    case REVERSED: x->rs = -1, x->cs = -(rows + padding); break;
    case GAPS: x->rs = 3 * (columns + padding), x->cs = 3; break;
    case ONE_ROW: x->rs = 0, x->cs = 1; break;
    case ONE_COLUMN: x->rs = 1, x->cs = 0; break;
    default: x->rs = 0, x->cs = 0;
    }
}

/* Everything but the memory. */
static inline struct operand lay_out(int64_t rows, int64_t columns, char op, enum order order, int64_t padding)
{
    struct operand x = {.rows = rows, .columns = columns, .op = op};
    const int64_t stored_rows = op == 'n' ? rows : columns, stored_columns = op == 'n' ? columns : rows;
    choose_strides(&x, order, stored_rows, stored_columns, padding);

    const int64_t down = x.rs * (stored_rows > 0 ? stored_rows - 1 : 0);
    const int64_t across = x.cs * (stored_columns > 0 ? stored_columns - 1 : 0);
    x.origin = (down < 0 ? -down : 0) + (across < 0 ? -across : 0);
    x.extent = 1 + (down < 0 ? -down : down) + (across < 0 ? -across : across);
    return x;
}

static inline size_t bytes_of(int dtype, const struct operand *x) { return (size_t)(x->extent * size_of(dtype)); }

static inline char *first_element(int dtype, const struct operand *x) { return x->memory + x->origin * size_of(dtype); }

/* Where element (i, j) of op(stored) stands. */
static inline char *element(int dtype, const struct operand *x, int64_t i, int64_t j)
{
    const int64_t index = x->op == 'n' ? i * x->rs + j * x->cs : j * x->rs + i * x->cs;
    return first_element(dtype, x) + index * size_of(dtype);
}

static inline struct number read_element(int dtype, const struct operand *x, int64_t i, int64_t j)
{
    struct number v = get(dtype, element(dtype, x, i, j));
    if (x->op == 'c') v.im = -v.im;
    return v;
}

static inline void write_element(int dtype, struct operand *x, int64_t i, int64_t j, struct number v)
{
    if (x->op == 'c') v.im = -v.im;
    put(dtype, element(dtype, x, i, j), v);
}

/* A byte of ones, repeated, is a NaN in every dtype. */
static inline void fill_with_nan(int dtype, struct operand *x) { memset(x->memory, 0xff, bytes_of(dtype, x)); }

/* Values that depend on (i, j) alone, so that op(stored) is the same matrix in whatever layout. */
typedef struct number value_fn(uint64_t seed, int64_t i, int64_t j);

/* Small integers: sums of their products are exact in every dtype. */
static inline struct number integer_at(uint64_t seed, int64_t i, int64_t j)
{
    const uint64_t r = mix(seed << 56 ^ (uint64_t)i << 28 ^ (uint64_t)j);
    return (struct number){(double)(r % 9) - 4, (double)(r / 9 % 9) - 4};
}

/* Reals in (-1, 1), of which no sum is exact. */
static inline struct number real_at(uint64_t seed, int64_t i, int64_t j)
{
    const uint64_t r = mix(seed << 56 ^ (uint64_t)i << 28 ^ (uint64_t)j);
    return (struct number){(double)(int64_t)r * 0x1p-63, (double)(int64_t)mix(r) * 0x1p-63};
}

static inline struct number one_at(uint64_t seed, int64_t i, int64_t j)
{
    (void)seed, (void)i, (void)j;
    return (struct number){1, 0};
}

/* The caller frees it. */
static inline void allocate(int dtype, struct operand *x)
{
    void *memory = NULL; /* a line of the cache begins there, as some ways want it */
    CHECK(posix_memalign(&memory, 64, bytes_of(dtype, x)) == 0, "%zu bytes", bytes_of(dtype, x));
    x->memory = memory;
    fill_with_nan(dtype, x);
}

static inline void fill(int dtype, struct operand *x, value_fn *value, uint64_t seed)
{
    for (int64_t i = 0; i < x->rows; i++)
        for (int64_t j = 0; j < x->columns; j++) write_element(dtype, x, i, j, value(seed, i, j));
}

#endif
