/* SPDX-License-Identifier: MIT */
/* C = alpha op(A) op(B) + beta C, the textbook triple loop, for one type.
 * Parameters: T, SCALAR (how a scalar arrives), VALUE(x) (its value), CONJ(x), NAME. */
void NAME(int layout, int trans_a, int trans_b, int m, int n, int k, SCALAR alpha, const T *a, int lda, const T *b,
          int ldb, SCALAR beta, T *c, int ldc)
{
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            T sum = 0;
            for (int p = 0; p < k; p++) {
                T x = a[at(layout, trans_a, i, p, lda)], y = b[at(layout, trans_b, p, j, ldb)];
                sum += (trans_a == CONJ_TRANS ? CONJ(x) : x) * (trans_b == CONJ_TRANS ? CONJ(y) : y);
            }
            T *to = &c[at(layout, NO_TRANS, i, j, ldc)];
            *to = VALUE(alpha) * sum + (VALUE(beta) == 0 ? 0 : VALUE(beta) * *to);
        }
}
#undef T
#undef SCALAR
#undef VALUE
#undef CONJ
#undef NAME
