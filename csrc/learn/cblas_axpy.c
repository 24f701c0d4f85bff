/* SPDX-License-Identifier: MIT */
/* A learner's saxpy by the names that programs call. It knows no steps: vectors that have them are copied. */
#include "shim.h"

void cblas_saxpy(int n, float alpha, const float *x, int incx, float *y, int incy)
{
    if (n <= 0) return;
    float *copy_x = incx == 1 ? NULL : gathered(n, x, incx);
    float *copy_y = incy == 1 ? NULL : gathered(n, y, incy);
    saxpy(n, alpha, copy_x ? copy_x : x, copy_y ? copy_y : y);
    if (copy_y) scatter(n, copy_y, y, incy);
    free(copy_x);
}

void saxpy_(const int *n, const float *alpha, const float *x, const int *incx, float *y, const int *incy)
{ cblas_saxpy(*n, *alpha, x, *incx, y, *incy); }
