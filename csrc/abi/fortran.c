/* SPDX-License-Identifier: MIT */
/* The Fortran names: everything comes by reference, and functions return their values as gfortran's do. The lengths of
 * strings, which come after all other arguments, are ignored. */
#include "auxiliary.h"
#include "run.h"

/* clang-format off */

#define TAKE(kind, ...) TAKE_##kind(__VA_ARGS__)
#define TAKE_layout()
#define TAKE_order() , const char *layout
#define TAKE_letter(TYPE, name, valid) , const char *name
#define TAKE_integer(name, valid) , const INT *name
#define TAKE_count(n, used) , const INT *n
#define TAKE_scalar(name) , const void *name
#define TAKE_real(name) , const void *name
#define TAKE_array(io, name) , io void *name
#define TAKE_reals(io, name) , io void *name
#define TAKE_vector(io, x, length) , io void *x, const INT *inc##x
#define TAKE_matrix(io, a, rows, columns) , io void *a, const INT *ld##a
#define TAKE_leading(b, rows, columns) , const INT *ld##b
#define TAKE_band(a, kl, ku) , const void *a, const INT *ld##a
#define TAKE_letters(TYPE, name) , const char *name
#define TAKE_integers(name) , const INT *name
#define TAKE_scalars(name) , const void *name
#define TAKE_matrices(io, a) , io void *const *a, const INT *ld##a
#define TAKE_fixed(value)
#define TAKE_result()

#define GIVE(kind, ...) GIVE_##kind(__VA_ARGS__)
#define GIVE_layout() , 'c'
#define GIVE_order() , lower_case(*layout)
#define GIVE_letter(TYPE, name, valid) , lower_case(*name)
#define GIVE_integer(name, valid) , *name
#define GIVE_count(n, used) , *n
#define GIVE_scalar(name) , name
#define GIVE_real(name) , name
#define GIVE_array(io, name) , name
#define GIVE_reals(io, name) , name
#define GIVE_vector(io, x, length) , x, *inc##x
#define GIVE_matrix(io, a, rows, columns) , a, *ld##a
#define GIVE_leading(b, rows, columns) , *ld##b
#define GIVE_band(a, kl, ku) , a, *ld##a
#define GIVE_letters(TYPE, name) , name
#define GIVE_integers(name) , name
#define GIVE_scalars(name) , name
#define GIVE_matrices(io, a) , a, ld##a
#define GIVE_fixed(value)
#define GIVE_result() , &result

/* clang-format on */

#define CALL(name, dtype) static const struct call call = {#name, DTYPE_##dtype, FROM, sizeof(INT) == 8}
#define SUBROUTINE(dtype, name, run, ARGUMENTS) \
    void NAME(name)(TAIL(ARGUMENTS(TAKE)))      \
    {                                           \
        CALL(name, dtype);                      \
        run(&call ARGUMENTS(GIVE));             \
    }                                           \
    ALIASES(name)
#define FUNCTION(dtype, of, name, run, ARGUMENTS) \
    value_##of NAME(name)(TAIL(ARGUMENTS(TAKE)))  \
    {                                             \
        value_##of result = 0;                    \
        CALL(name, dtype);                        \
        run(&call ARGUMENTS(GIVE));               \
        return result;                            \
    }                                             \
    ALIASES(name)
#define INDEX(dtype, name, run, ARGUMENTS) \
    INT NAME(name)(TAIL(ARGUMENTS(TAKE)))  \
    {                                      \
        int64_t result = -1;               \
        CALL(name, dtype);                 \
        run(&call ARGUMENTS(GIVE));        \
        return (INT)(result + 1);          \
    }                                      \
    ALIASES(name)
#define SUBROUTINES(name, function, ARGUMENTS, dtypes) dtypes(SUBROUTINE, name, NAME_RUN(name, dtypes), ARGUMENTS)
#define FUNCTIONS(name, function, ARGUMENTS, dtypes) dtypes(FUNCTION, name, NAME_RUN(name, dtypes), ARGUMENTS)
#define COMPLEX_FUNCTIONS FUNCTIONS
#define INDICES(name, function, ARGUMENTS, dtypes) dtypes(INDEX, name, NAME_RUN(name, dtypes), ARGUMENTS)

#pragma GCC visibility push(default)

#define INT int32_t
#define FROM FROM_FORTRAN
#define NAME(routine) routine##_
#define ALIASES(routine) ALIAS(routine##_, scipy_##routine##_) /* what PyPI's scipy calls */
#include "all.t.h"

#define INT int64_t
#define FROM FROM_FORTRAN_64
#define NAME(routine) routine##_64_
#define ALIASES(routine) ALIAS(routine##_64_, scipy_##routine##_64_)
#include "all.t.h"

#pragma GCC visibility pop
