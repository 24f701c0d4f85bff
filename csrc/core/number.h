/* SPDX-License-Identifier: MIT */
/* A number of any dtype, given by its address. */
#ifndef PBL_CORE_NUMBER_H
#define PBL_CORE_NUMBER_H

#include "../include/pyblaslite.h"
#include "types.h"

static inline bool is_single(int dtype) { return size_of(dtype) == (dim)sizeof(float) * parts_of(dtype); }

/* The i-th real from p on, and writing it, rounded to the dtype. */
static inline double real_at(int dtype, const void *p, dim i)
{ return is_single(dtype) ? (double)((const float *)p)[i] : ((const double *)p)[i]; }

static inline void put_real(int dtype, void *p, dim i, double x)
{
    if (is_single(dtype)) ((float *)p)[i] = (float)x;
    else ((double *)p)[i] = x;
}

/* A NaN is not. */
static inline bool pbl_is_zero(int dtype, const void *p)
{
    if (dtype == PBL_I8) return *(const int *)p == 0;
    const float *s = p;
    const double *d = p;
    if (size_of(dtype) / parts_of(dtype) == sizeof *s) return s[0] == 0 && (parts_of(dtype) == 1 || s[1] == 0);
    return d[0] == 0 && (dtype == PBL_D || d[1] == 0);
}

static inline bool pbl_is_one(int dtype, const void *p)
{
    const float *s = p;
    const double *d = p;
    if (dtype == PBL_I8) return *(const int *)p == 1;
    if (size_of(dtype) / parts_of(dtype) == sizeof *s) return s[0] == 1 && (parts_of(dtype) == 1 || s[1] == 0);
    return d[0] == 1 && (dtype == PBL_D || d[1] == 0);
}

#endif
