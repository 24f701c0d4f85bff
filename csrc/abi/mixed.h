/* SPDX-License-Identifier: MIT */
/* Routines of two types, by functions of one. A complex vector that meets reals is two real ones, of every other
 * element: so a NaN in one part stays out of the other, as in netlib's. */
#ifndef PBL_ABI_MIXED_H
#define PBL_ABI_MIXED_H

#include "../level1/index.h"
#include "../level1/sums.h"
#include "../level1/vectors.h"

static inline int real_of(int dtype) { return dtype == PBL_C ? PBL_S : PBL_D; }

static inline void *imaginary(int dtype, const void *x)
{ return (char *)x + (dtype == PBL_C ? sizeof(float) : sizeof(double)); }

/* pbl_scal knows that a complex alpha is real. */
static inline int scal_by_real(int dtype, int64_t n, const void *alpha, void *x, int64_t incx)
{
    const float single[2] = {*(const float *)alpha};
    if (dtype == PBL_C) return inlined_scal(dtype, n, single, x, incx);
    const double wide[2] = {*(const double *)alpha};
    return inlined_scal(dtype, n, wide, x, incx);
}

static inline int rot_by_reals(int dtype, int64_t n, void *x, int64_t incx, void *y, int64_t incy, const void *c,
                               const void *s)
{
    const int real = real_of(dtype), status = inlined_rot(real, n, x, 2 * incx, y, 2 * incy, c, s);
    return status ? status : inlined_rot(real, n, imaginary(dtype, x), 2 * incx, imaginary(dtype, y), 2 * incy, c, s);
}

/* The sum of all parts. */
static inline int sum_of_reals(int dtype, int64_t n, const void *x, int64_t incx, void *result)
{
    double sums[2] = {0};
    const int status = inlined_sum(dtype, n, x, incx, sums);
    const float *single = (float *)sums;
    if (dtype == PBL_C) *(float *)result = single[0] + single[1];
    else *(double *)result = sums[0] + sums[1];
    return status;
}

/* dsdot and sdsdot; all of their vectors are float's. */
static inline int dot_double(int dtype, int64_t n, const void *x, int64_t incx, const void *y, int64_t incy,
                             void *result)
{
    (void)dtype;
    return inlined_dot_double(n, x, incx, y, incy, result);
}

static inline int dot_rounded(int dtype, int64_t n, const void *alpha, const void *x, int64_t incx, const void *y,
                              int64_t incy, void *result)
{
    double sum = 0;
    const int status = dot_double(dtype, n, x, incx, y, incy, &sum);
    *(float *)result = (float)(*(const float *)alpha + sum);
    return status;
}

#endif
