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

/* Whether a number is this real one; a NaN is not. */
static inline bool is_real(int dtype, const void *p, int x)
{
    if (dtype == PBL_I8) return *(const int *)p == x;
    return real_at(dtype, p, 0) == x && (parts_of(dtype) == 1 || real_at(dtype, p, 1) == 0);
}

static inline bool pbl_is_zero(int dtype, const void *p) { return is_real(dtype, p, 0); }
static inline bool pbl_is_one(int dtype, const void *p) { return is_real(dtype, p, 1); }

static inline bool pbl_are_equal(int dtype, const void *p, const void *q)
{
    const dim last = parts_of(dtype) - 1;
    return real_at(dtype, p, 0) == real_at(dtype, q, 0) && real_at(dtype, p, last) == real_at(dtype, q, last);
}

#endif
