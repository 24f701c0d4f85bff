/* SPDX-License-Identifier: MIT */
/* y += alpha x, the BLAS's own.
 *
 * What changes: two operations for each element instead of one, and y is read as well as written.
 * What it should buy: nothing in time, and so twice the GFLOP/s: x and y are read and y is written, 12 bytes, like
 * the element-wise product. No read is for ownership only, as y is needed; hence a streaming store has nothing to
 * save here (try it), and a library nothing to gain. When you meet an axpy in a program, the question is not how to
 * make it faster, but with what to join it, so that y need not pass by twice.
 * In the assembly: a vfmadd...ps between a load and a store. Restrict is not needed to be right, only to be
 * vectorised without a check.
 * Exercise: y += alpha x followed by a dot of y: write both in one loop, and predict the gain from bytes alone. */
void axpy(int n, float alpha, const float *restrict x, float *restrict y)
{
    for (int i = 0; i < n; i++) y[i] += alpha * x[i];
}
