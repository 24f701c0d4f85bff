/* SPDX-License-Identifier: MIT */
/* Vectors along the rows; and for 32 columns, 32 times the same.
 *
 * What changes: the sum of a row may be added up in lanes (see dot/compiler_simd.c). Each column of B is copied to
 * where it is contiguous, 64 KB that stay in a cache, and then A passes by.
 * What it should buy: the speed at which A comes from memory, and no more. More accumulators would buy nothing, as
 * the core does not wait for additions now: 4 bytes of A are used for two operations, and then they are gone.
 * It is on the ladder twice. With one column it is as good as gemv gets on one core. With 32 columns it reads A 32
 * times, and takes 32 times as long: correct, vectorised, and wasteful.
 * In the assembly: one vfmadd...ps of full width, like the dot product's.
 * Exercise: transpose the loops, so that y += x[p] A[:, p] for a column-major A (Fortran's). What passes by once,
 * what again and again? */
#include <stddef.h>
#include <stdlib.h>

static float dot(int n, const float *x, const float *y)
{
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < n; i++) sum += x[i] * y[i];
    return sum;
}

void gemv_simd(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta, float *c,
               int ldc)
{
    if (alpha == 0) k = 0;
    float *x = malloc(((size_t)k + 1) * sizeof *x);
    if (!x) abort(); /* a lesson has no way to say it; a library must */
    for (int j = 0; j < n; j++) {
        for (int p = 0; p < k; p++) x[p] = b[(size_t)p * ldb + j];
        for (int i = 0; i < m; i++) {
            float *to = &c[(size_t)i * ldc + j];
            *to = alpha * dot(k, a + (size_t)i * lda, x) + (beta == 0 ? 0 : beta * *to);
        }
    }
    free(x);
}
