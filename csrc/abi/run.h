/* SPDX-License-Identifier: MIT */
/* What the C and the Fortran names of a routine call, with values and letters: one function for each row of the lists
 * in routines.h. It checks its arguments in netlib's order and numbering, makes strides of storage schemes, and has the
 * work done. */
#ifndef PBL_ABI_RUN_H
#define PBL_ABI_RUN_H

#include <inttypes.h>
#include <stdbool.h>

#include "mixed.h"
#include "routines.h"

/* Who was called. */
struct call {
    const char *name;
    int dtype;
    enum { FROM_C, FROM_FORTRAN, FROM_FORTRAN_64 } from;
    bool wide; /* integers have 64 bits */
};

/* clang-format off */
#define PLAIN(kind, ...) PLAIN_##kind(__VA_ARGS__)
#define PLAIN_layout() , char layout
#define PLAIN_order() , char layout
#define PLAIN_letter(TYPE, name, valid) , char name
#define PLAIN_integer(name, valid) , int64_t name
#define PLAIN_count(n, used) , int64_t n
#define PLAIN_scalar(name) , const void *name
#define PLAIN_real(name) , const void *name
#define PLAIN_array(io, name) , io void *name
#define PLAIN_reals(io, name) , io void *name
#define PLAIN_vector(io, x, length) , io void *x, int64_t inc##x
#define PLAIN_matrix(io, a, rows, columns) , io void *a, int64_t ld##a
#define PLAIN_leading(b, rows, columns) , int64_t ld##b
#define PLAIN_band(a, kl, ku) , const void *a, int64_t ld##a
#define PLAIN_letters(TYPE, name) , const void *name
#define PLAIN_integers(name) , const void *name
#define PLAIN_scalars(name) , const void *name
#define PLAIN_matrices(io, a) , io void *const *a, const void *ld##a
#define PLAIN_fixed(value)
#define PLAIN_result() , void *result
/* clang-format on */

#define NAME_RUN(name, dtypes) pbl_run_##name##_##dtypes
#define DECLARE_RUN(name, function, ARGUMENTS, dtypes) \
    void NAME_RUN(name, dtypes)(const struct call *call ARGUMENTS(PLAIN));
LEVEL3(DECLARE_RUN)
EXTENSIONS(DECLARE_RUN)
GROUPS(DECLARE_RUN)

/* Tells whoever called that an argument is wrong, and why; argument 0: none is. */
void pbl_refuse(const struct call *call, int argument, const char *format, ...);

/* And if the work could not be done. */
void pbl_report(const struct call *call, int status);
static inline void report(const struct call *call, int status)
{
    if (status != PBL_OK) pbl_report(call, status);
}

static inline void *moved(int dtype, const void *p, int64_t elements)
{
    static const int64_t size_of[] = {sizeof(float), sizeof(double), 2 * sizeof(float), 2 * sizeof(double)};
    return (char *)p + elements * size_of[dtype];
}

/* BLAS's vectors with a negative increment end where they are said to begin. */
static inline void *first(int dtype, const void *x, int64_t length, int64_t inc)
{ return __builtin_expect(inc < 0, 0) && length > 1 ? moved(dtype, x, (1 - length) * inc) : (void *)x; }

/* clang-format off */

/* PASS makes of them what our functions take. */
#define PASS(kind, ...) PASS_##kind(__VA_ARGS__)
#define PASS_layout()
#define PASS_order()
#define PASS_letter(TYPE, name, valid) , name
#define PASS_integer(name, valid) , name
#define PASS_count(n, used) , (used) > 0 ? (used) : 0
#define PASS_scalar(name) , name
#define PASS_real(name) , name
#define PASS_array(io, name) , name
#define PASS_reals(io, name) , name
#define PASS_vector(io, x, length) , first(call->dtype, x, length, inc##x), inc##x
#define STRIDES(ld) layout == 'r' ? (ld) : 1, layout == 'r' ? 1 : (ld)
#define PASS_matrix(io, a, rows, columns) , a, STRIDES(ld##a)
#define PASS_leading(a, rows, columns) , STRIDES(ld##a)
#define PASS_band(a, kl, ku) , moved(call->dtype, a, layout == 'r' ? (kl) : (ku)), STRIDES(ld##a - 1)
#define PASS_fixed(value) , value
#define PASS_result() , result

/* clang-format on */

static inline bool holds(int64_t ld, bool row_major, int64_t rows, int64_t columns)
{
    const int64_t least = row_major ? columns : rows;
    return ld >= (least > 1 ? least : 1);
}

static inline bool is_one_of(char letter, const char *letters)
{
    enum { MOST = 4 }; /* a loop that unrolls: strchr takes a tenth of a small product's time */
    for (int i = 0; i < MOST && letters[i]; i++)
        if (letters[i] == letter) return true;
    return false;
}

static inline char turned(char trans) { return trans == 't' || trans == 'c' ? 't' : 'n'; }

/* clang-format off */

/* CHECK counts arguments, and returns at the first that is wrong. */
#define CHECK(kind, ...) CHECK_##kind(__VA_ARGS__)
#define REQUIRE(arguments, condition, ...) \
    if (at += (arguments), !(condition)) { \
        pbl_refuse(call, at, __VA_ARGS__); \
        return;                            \
    }
#define CHECK_layout() REQUIRE(call->from == FROM_C, layout, "it is neither CblasRowMajor nor CblasColMajor")
#define CHECK_order() CHECK_letter(ORDER, layout, "rc")
#define CHECK_letter(TYPE, name, valid) REQUIRE(1, is_one_of(name, valid), "it is none of \"%s\"", valid)
#define CHECK_integer(name, valid) REQUIRE(1, valid, "it is %" PRId64, name)
#define CHECK_scalar(name) at += 1;
#define CHECK_real(name) at += 1;
#define CHECK_array(io, name) at += 1;
#define CHECK_vector(io, x, length) REQUIRE(2, inc##x != 0, "it is 0")
#define CHECK_matrix(io, a, rows, columns) \
    at += 1;                               \
    CHECK_leading(a, rows, columns)
#define CHECK_leading(a, rows, columns) REQUIRE(1, holds(ld##a, layout == 'r', rows, columns), "it is %" PRId64, ld##a)
#define CHECK_band(a, kl, ku) REQUIRE(2, ld##a > (kl) + (ku), "it is %" PRId64, ld##a)
#define CHECK_fixed(value)

/* clang-format on */

#define CHECK_AND_CALL(function, ARGUMENTS) \
    int at = 0;                             \
    ARGUMENTS(CHECK)                        \
    report(call, function(call->dtype ARGUMENTS(PASS)));

/* The smallest product, or matrix times a vector, takes no longer than handing its arguments on a few times. */
#define RUN_INLINED(name, function, ARGUMENTS, dtypes)                                                                 \
    static inline __attribute__((always_inline)) void NAME_RUN(name, dtypes)(const struct call *call ARGUMENTS(PLAIN)) \
    { CHECK_AND_CALL(function, ARGUMENTS) }
PRODUCT(RUN_INLINED)
LEVEL2(RUN_INLINED)

/* Level 1, where netlib checks nothing. Inlined: a call, and a size that is looked up, would take a fifth of a short
 * vector's time. */
#define RUN_LEVEL1(name, function, ARGUMENTS, dtypes)                             \
    INLINED void NAME_RUN(name, dtypes)(const struct call *call ARGUMENTS(PLAIN)) \
    { report(call, function(call->dtype ARGUMENTS(PASS))); }
LEVEL1(RUN_LEVEL1)
LEVEL1_FUNCTIONS(RUN_LEVEL1)
LEVEL1_COMPLEX_FUNCTIONS(RUN_LEVEL1)
LEVEL1_INDICES(RUN_LEVEL1)

/* What the C and the Fortran names have in common. The letters of the dtypes stand for: */
enum { DTYPE_s = PBL_S, DTYPE_d = PBL_D, DTYPE_c = PBL_C, DTYPE_z = PBL_Z };
typedef float value_s;
typedef double value_d;
typedef float _Complex value_c;
typedef double _Complex value_z;

#define TAIL(...) TAIL_(__VA_ARGS__) /* a list that begins with a comma, without it */
#define TAIL_(nothing, ...) __VA_ARGS__
#define TEXT(...) TEXT_(__VA_ARGS__)
#define TEXT_(name) #name
#ifdef __APPLE__ /* whose linker knows no aliases */
#define ALIAS(name, other)
#else
#define ALIAS(name, other) extern __typeof__(name) other __attribute__((alias(TEXT(name))));
#endif

#endif
