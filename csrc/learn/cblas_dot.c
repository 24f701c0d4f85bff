/* SPDX-License-Identifier: MIT */
/* A learner's sdot by the names that programs call. It knows no steps: vectors that have them are copied. */
#include "shim.h"

float cblas_sdot(int n, const float *x, int incx, const float *y, int incy)
{
    if (n <= 0) return 0;
    float *copy_x = incx == 1 ? NULL : gathered(n, x, incx);
    float *copy_y = incy == 1 ? NULL : gathered(n, y, incy);
    const float sum = sdot(n, copy_x ? copy_x : x, copy_y ? copy_y : y);
    free(copy_x), free(copy_y);
    return sum;
}

float sdot_(const int *n, const float *x, const int *incx, const float *y, const int *incy)
{ return cblas_sdot(*n, x, *incx, y, *incy); }
