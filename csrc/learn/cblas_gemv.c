/* SPDX-License-Identifier: MIT */
/* A learner's sgemv by the names that programs call. It knows rows only, and no steps: the rest is copied. */
#include "shim.h"

void cblas_sgemv(int layout, int trans, int m, int n, float alpha, const float *a, int lda, const float *x, int incx,
                 float beta, float *y, int incy)
{
    if (layout == COLUMN_MAJOR) {
        cblas_sgemv(ROW_MAJOR, trans == NO_TRANS ? TRANS : NO_TRANS, n, m, alpha, a, lda, x, incx, beta, y, incy);
        return;
    }
    if (m == 0 || n == 0) return;
    const int rows = trans == NO_TRANS ? m : n, columns = trans == NO_TRANS ? n : m;
    float *copy_a = trans == NO_TRANS ? NULL : transposed(rows, columns, a, lda);
    float *copy_x = incx == 1 ? NULL : gathered(columns, x, incx);
    float *copy_y = incy == 1 ? NULL : gathered(rows, y, incy);
    sgemv(rows, columns, alpha, copy_a ? copy_a : a, copy_a ? columns : lda, copy_x ? copy_x : x, beta,
          copy_y ? copy_y : y);
    if (copy_y) scatter(rows, copy_y, y, incy);
    free(copy_a), free(copy_x);
}

void sgemv_(const char *trans, const int *m, const int *n, const float *alpha, const float *a, const int *lda,
            const float *x, const int *incx, const float *beta, float *y, const int *incy)
{ cblas_sgemv(COLUMN_MAJOR, flag_of(trans), *m, *n, *alpha, a, *lda, x, *incx, *beta, y, *incy); }
