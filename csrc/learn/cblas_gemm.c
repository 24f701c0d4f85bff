/* SPDX-License-Identifier: MIT */
/* A learner's sgemm by the names that programs call.
 *
 * It knows rows only, so a product by columns becomes that of the transposes, C^T = B^T A^T, in which nothing moves. An
 * operand that is to be transposed is copied, at the kernel's expense. */
#include "shim.h"

void cblas_sgemm(int layout, int trans_a, int trans_b, int m, int n, int k, float alpha, const float *a, int lda,
                 const float *b, int ldb, float beta, float *c, int ldc)
{
    if (layout == COLUMN_MAJOR) {
        cblas_sgemm(ROW_MAJOR, trans_b, trans_a, n, m, k, alpha, b, ldb, a, lda, beta, c, ldc);
        return;
    }
    float *copy_a = trans_a == NO_TRANS ? NULL : transposed(m, k, a, lda);
    float *copy_b = trans_b == NO_TRANS ? NULL : transposed(k, n, b, ldb);
    sgemm(m, n, k, alpha, copy_a ? copy_a : a, copy_a ? at_least_1(k) : lda, copy_b ? copy_b : b,
          copy_b ? at_least_1(n) : ldb, beta, c, ldc);
    free(copy_a), free(copy_b);
}

void sgemm_(const char *trans_a, const char *trans_b, const int *m, const int *n, const int *k, const float *alpha,
            const float *a, const int *lda, const float *b, const int *ldb, const float *beta, float *c, const int *ldc)
{ cblas_sgemm(COLUMN_MAJOR, flag_of(trans_a), flag_of(trans_b), *m, *n, *k, *alpha, a, *lda, b, *ldb, *beta, c, *ldc); }
