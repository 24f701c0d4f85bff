/* SPDX-License-Identifier: MIT */
/* Vectors, made by the compiler: a reduction that may be reordered.
 *
 * What changes: the textbook's loop, with the permission to add in another order: reduction(+ : sum). It is the one
 * promise of -ffast-math that is needed, given for the one loop that needs it.
 * What it should buy: 8 or 16 sums in the lanes of a vector, for the price of one: an FMA of a vector takes no longer
 * than one of a scalar. So the textbook's speed times the lanes, or more, as long as there is one chain of vectors.
 * In the assembly: one vfmadd...ps of %ymm or %zmm in the loop, which waits for itself: the latency is still there,
 * only each wait brings 8 sums. After the loop, the lanes are folded: half upon half.
 * Exercise: add -funroll-loops. Does it help? Read the registers in the unrolled loop before you answer why. */
float dot_compiler_simd(int n, const float *x, const float *y)
{
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < n; i++) sum += x[i] * y[i];
    return sum;
}
