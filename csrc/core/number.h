/* SPDX-License-Identifier: MIT */
/* A number of any dtype, given by its address. */
#ifndef PBL_CORE_NUMBER_H
#define PBL_CORE_NUMBER_H

#include "../include/pyblaslite.h"
#include "types.h"

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
