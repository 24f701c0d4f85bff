/* SPDX-License-Identifier: MIT */
/* Names that everything in the library shares. */
#ifndef PBL_CORE_TYPES_H
#define PBL_CORE_TYPES_H

#include <stdbool.h>
#include <stddef.h>

typedef ptrdiff_t dim; /* sizes, strides, indices */

/* The kinds of products, BLAS's dtypes first, in the order of enum pbl_dtype: letter, what an element of C (and of a
 * packed operand) is made of: the letter of its real type, the type, how many; and the bytes of an element of A and B.
 * Products of h (float16) and b (bfloat16) are summed in float32, those of i (8-bit integers) in int32. */
#define DTYPES(X)          \
    X(s, s, float, 1, 4)   \
    X(d, d, double, 1, 8)  \
    X(c, s, float, 2, 8)   \
    X(z, d, double, 2, 16) \
    X(h, s, float, 1, 2)   \
    X(b, s, float, 1, 2)   \
    X(i, i, int, 1, 1)

enum { N_BLAS_DTYPES = 4, N_DTYPES = 7 };

/* The size of an element of C in bytes. */
static inline dim size_of(int dtype)
{
#define SIZE(letter, real_letter, real, parts, in) sizeof(real[parts]),
    static const unsigned char sizes[] = {DTYPES(SIZE)};
#undef SIZE
    return sizes[dtype];
}

/* The size of an element of A and B in bytes. */
static inline dim input_size_of(int dtype)
{
#define INPUT_SIZE(letter, real_letter, real, parts, in) in,
    static const unsigned char sizes[] = {DTYPES(INPUT_SIZE)};
#undef INPUT_SIZE
    return sizes[dtype];
}

/* Reals in an element: 2 if it is complex. */
static inline dim parts_of(int dtype)
{
#define PARTS_OF(letter, real_letter, real, parts, in) parts,
    static const unsigned char parts[] = {DTYPES(PARTS_OF)};
#undef PARTS_OF
    return parts[dtype];
}

/* The numbers one and minus one. */
static inline const void *unit_of(int dtype, bool minus)
{
#define UNITS(letter, real_letter, real, parts, in) static const real letter[2][parts] = {{1}, {-1}};
#define ROW(letter, real_letter, real, parts, in) {letter[0], letter[1]},
    DTYPES(UNITS)
    static const void *const units[][2] = {DTYPES(ROW)};
#undef UNITS
#undef ROW
    return units[dtype][minus];
}
static inline const void *one_of(int dtype) { return unit_of(dtype, false); }
static inline const void *minus_one_of(int dtype) { return unit_of(dtype, true); }

static inline dim min_dim(dim a, dim b) { return a < b ? a : b; }
static inline dim max_dim(dim a, dim b) { return a > b ? a : b; }
/* Of a >= 0; most are no more than 1, and need no division: a small product has more of these than tiles. */
static inline dim ceil_div(dim a, dim b) { return a <= b ? a > 0 : (a + b - 1) / b; }

#endif
