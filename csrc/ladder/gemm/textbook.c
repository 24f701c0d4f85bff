/* SPDX-License-Identifier: MIT */
/* The textbook: each element of C is a row of A times a column of B.
 *
 * What changes: nothing yet; this is y = beta y + alpha A x, written for the columns of a matrix. It is on the ladder
 * twice, with -O2 and with -O3 -march=native, from the same source.
 * What the flags buy: next to nothing. Both wait, and no flag may change what for:
 *   - sum is one chain of additions, each waiting two to four cycles for the one before. Floating-point addition is not
 *     associative and the compiler promises the answer of the source, so it may neither split the chain nor use
 *     vectors.
 *   - B is read down a column: of every cache line that arrives, one float in sixteen is used. Once B is larger than
 *     a cache, all of B is fetched anew for each row of C.
 * In the assembly: one multiplication and one addition of a single float (mulss, addss; or one vfmadd...ss), although
 * -march=native knows vectors of 8 or 16. Two additions to addresses: the loop carries two pointers.
 * Exercise: time it with --size 1000, 1023 and 1024. Why is 1024 not the fastest of the three, as "round" sizes
 * should be? (Write down the distance in bytes between B[p][j] and B[p + 1][j], and which sets of the L1 cache they
 * are in.) */
#include <stddef.h>

void gemm_textbook(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                   float *c, int ldc)
{
    if (alpha == 0) k = 0; /* then A and B are not read, says the BLAS */
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            float sum = 0;
            for (int p = 0; p < k; p++) sum += a[(size_t)i * lda + p] * b[(size_t)p * ldb + j];
            float *to = &c[(size_t)i * ldc + j];
            *to = alpha * sum + (beta == 0 ? 0 : beta * *to); /* nor C, if beta is 0: it may be full of NaN */
        }
}
