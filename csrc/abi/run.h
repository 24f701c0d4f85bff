/* SPDX-License-Identifier: MIT */
/* What the C and the Fortran names of a routine call, with values and letters: one function for each row of the lists
 * in routines.h. It checks its arguments in netlib's order and numbering, makes strides of storage schemes, and has the
 * work done. */
#ifndef PBL_ABI_RUN_H
#define PBL_ABI_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "../include/pyblaslite.h"
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
LEVEL1(DECLARE_RUN)
LEVEL1_FUNCTIONS(DECLARE_RUN)
LEVEL1_COMPLEX_FUNCTIONS(DECLARE_RUN)
LEVEL1_INDICES(DECLARE_RUN)
LEVEL2(DECLARE_RUN)
LEVEL3(DECLARE_RUN)
EXTENSIONS(DECLARE_RUN)
GROUPS(DECLARE_RUN)

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
