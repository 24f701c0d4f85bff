/* SPDX-License-Identifier: MIT */
/* The CBLAS names: integers, enumerators and real scalars come by value, complex ones by their address. */
#include "../include/cblas.h"

#include "run.h"

typedef float real_s, scalar_s, array_s, real_c;
typedef double real_d, scalar_d, array_d, real_z;
typedef const void *scalar_c, *scalar_z;
typedef void array_c, array_z;

#define LETTERS_ORDER CblasRowMajor, "rc"
#define LETTERS_TRANSPOSE CblasNoTrans, "ntcr"
#define LETTERS_UPLO CblasUpper, "ul"
#define LETTERS_DIAG CblasNonUnit, "nu"
#define LETTERS_SIDE CblasLeft, "lr"

/* The letter for an enumerator, of which `first` is the first; 0 for none. */
static inline char letter_of(int enumerator, int first, const char *letters)
{
    for (int i = 0; letters[i]; i++)
        if (enumerator == first + i) return letters[i];
    return 0;
}

/* clang-format off */

#define TAKE_s(kind, ...) TAKE_##kind(s, __VA_ARGS__)
#define TAKE_d(kind, ...) TAKE_##kind(d, __VA_ARGS__)
#define TAKE_c(kind, ...) TAKE_##kind(c, __VA_ARGS__)
#define TAKE_z(kind, ...) TAKE_##kind(z, __VA_ARGS__)
#define TAKE_layout(t, nothing) , CBLAS_LAYOUT layout
#define TAKE_order TAKE_layout
#define TAKE_letter(t, TYPE, name, valid) , CBLAS_##TYPE name
#define TAKE_integer(t, name, valid) , INT name
#define TAKE_count(t, n, used) , INT n
#define TAKE_scalar(t, name) , scalar_##t name
#define TAKE_real(t, name) , real_##t name
#define TAKE_array(t, io, name) , io array_##t *name
#define TAKE_reals(t, io, name) , io real_##t *name
#define TAKE_vector(t, io, x, length) , io array_##t *x, INT inc##x
#define TAKE_matrix(t, io, a, rows, columns) , io array_##t *a, INT ld##a
#define TAKE_leading(t, b, rows, columns) , INT ld##b
#define TAKE_band(t, a, kl, ku) , const array_##t *a, INT ld##a
#define TAKE_letters(t, TYPE, name) , const CBLAS_##TYPE *name
#define TAKE_integers(t, name) , const INT *name
#define TAKE_scalars(t, name) , const array_##t *name
#define TAKE_matrices(t, io, a) , io array_##t **a, const INT *ld##a
#define TAKE_fixed(t, value)
#define TAKE_result(t, nothing)

#define GIVE_s(kind, ...) GIVE_##kind(&, __VA_ARGS__)
#define GIVE_d(kind, ...) GIVE_##kind(&, __VA_ARGS__)
#define GIVE_c(kind, ...) GIVE_##kind(, __VA_ARGS__)
#define GIVE_z(kind, ...) GIVE_##kind(, __VA_ARGS__)
#define GIVE_layout(address_of, nothing) GIVE_letter(, ORDER, layout, )
#define GIVE_order GIVE_layout
#define GIVE_letter(address_of, TYPE, name, valid) , letter_of(name, LETTERS_##TYPE)
#define GIVE_integer(address_of, name, valid) , name
#define GIVE_count(address_of, n, used) , n
#define GIVE_scalar(address_of, name) , address_of name
#define GIVE_real(address_of, name) , &name
#define GIVE_array(address_of, io, name) , name
#define GIVE_reals(address_of, io, name) , name
#define GIVE_vector(address_of, io, x, length) , x, inc##x
#define GIVE_matrix(address_of, io, a, rows, columns) , a, ld##a
#define GIVE_leading(address_of, b, rows, columns) , ld##b
#define GIVE_band(address_of, a, kl, ku) , a, ld##a
#define GIVE_letters(address_of, TYPE, name) , name
#define GIVE_integers(address_of, name) , name
#define GIVE_scalars(address_of, name) , name
#define GIVE_matrices(address_of, io, a) , (io void *const *)a, ld##a
#define GIVE_fixed(address_of, value)
#define GIVE_result(address_of, nothing) , result

/* clang-format on */

#define CALL(name, dtype) static const struct call call = {"cblas_" #name, DTYPE_##dtype, FROM_C, sizeof(INT) == 8}
#define SUBROUTINE(dtype, name, run, ARGUMENTS)    \
    void NAME(name)(TAIL(ARGUMENTS(TAKE_##dtype))) \
    {                                              \
        CALL(name, dtype);                         \
        run(&call ARGUMENTS(GIVE_##dtype));        \
    }                                              \
    ALIASES(name)
#define FUNCTION(dtype, of, name, run, ARGUMENTS)        \
    value_##of NAME(name)(TAIL(ARGUMENTS(TAKE_##dtype))) \
    {                                                    \
        value_##of result[] = {0};                       \
        CALL(name, dtype);                               \
        run(&call ARGUMENTS(GIVE_##dtype));              \
        return *result;                                  \
    }                                                    \
    ALIASES(name)
#define COMPLEX_FUNCTION(dtype, of, name, run, ARGUMENTS)              \
    void NAME(name##_sub)(TAIL(ARGUMENTS(TAKE_##dtype)), void *result) \
    {                                                                  \
        *(value_##of *)result = 0;                                     \
        CALL(name##_sub, dtype);                                       \
        run(&call ARGUMENTS(GIVE_##dtype));                            \
    }                                                                  \
    ALIASES(name##_sub)
#define INDEX(dtype, name, run, ARGUMENTS)                \
    CBLAS_INDEX NAME(name)(TAIL(ARGUMENTS(TAKE_##dtype))) \
    {                                                     \
        int64_t result[] = {0};                           \
        CALL(name, dtype);                                \
        run(&call ARGUMENTS(GIVE_##dtype));               \
        return *result > 0 ? (CBLAS_INDEX) * result : 0;  \
    }                                                     \
    ALIASES(name)

#define SUBROUTINES(name, function, ARGUMENTS, dtypes) dtypes(SUBROUTINE, name, NAME_RUN(name, dtypes), ARGUMENTS)
#define FUNCTIONS(name, function, ARGUMENTS, dtypes) dtypes(FUNCTION, name, NAME_RUN(name, dtypes), ARGUMENTS)
#define COMPLEX_FUNCTIONS(name, function, ARGUMENTS, dtypes) \
    dtypes(COMPLEX_FUNCTION, name, NAME_RUN(name, dtypes), ARGUMENTS)
#define INDICES(name, function, ARGUMENTS, dtypes) dtypes(INDEX, name, NAME_RUN(name, dtypes), ARGUMENTS)

#pragma GCC visibility push(default)

#define INT int32_t
#define NAME(routine) cblas_##routine
#define ALIASES(routine) ALIAS(cblas_##routine, scipy_cblas_##routine)
#include "all.t.h"

#define INT int64_t
#define NAME(routine) cblas_##routine##_64 /* netlib's; then OpenBLAS's, and what PyPI's numpy calls */
#define ALIASES(routine)                              \
    ALIAS(cblas_##routine##_64, cblas_##routine##64_) \
    ALIAS(cblas_##routine##_64, scipy_cblas_##routine##64_)
#include "all.t.h"

#pragma GCC visibility pop
