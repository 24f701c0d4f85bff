/* SPDX-License-Identifier: MIT */
/* Small triangles, whose lines are too short for vectors: x = A x and x = A^-1 x. See core/kernels.h.
 *
 * Parameters: REAL, CPLX, PARTS, NAME(f). Column after column is added to x, so that the order of additions does not
 * depend on how A lies in memory. Element by element: a vector's load would have to wait for what the column before
 * has stored half in its place. */

/* x += f a for n elements of a column, or their conjugates. */
INLINE void NAME(triangle_column)(dim n, const T *f, bool conj, const T *a, dim rs, T *x)
{
    const T sign = conj ? -1 : 1;
    for (dim i = 0; i < n; i++, a += rs, x += PARTS) {
        x[0] = fma1(f[0], a[0], x[0]);
        if (!CPLX) continue;
        x[CPLX] = fma1(f[0], sign * a[CPLX], x[CPLX]);
        x[0] = fma1(-f[CPLX], sign * a[CPLX], x[0]), x[CPLX] = fma1(f[CPLX], a[0], x[CPLX]);
    }
}

static void NAME(triangle)(dim n, const struct triangle *t, const void *matrix, dim rs, dim cs, void *vector)
{
    const T *a = matrix;
    T *x = vector;
    const bool upwards = t->lower == t->solve;
    rs *= PARTS, cs *= PARTS;
    for (dim q = 0; q < n; q++) {
        const dim j = upwards ? q : n - 1 - q, first = t->lower ? j + 1 : 0, end = t->lower ? n : j;
        const T *d = a + j * (rs + cs), sign = t->solve ? -1 : 1;
        T *xj = x + j * PARTS;
        if (t->solve && !t->unit) NAME(divide)(t->conj, d, xj);
        const T f[2] = {sign * xj[0], sign * xj[CPLX]};
        NAME(triangle_column)(end - first, f, t->conj, a + first * rs + j * cs, rs, x + first * PARTS);
        if (t->solve || t->unit) continue;
        xj[0] = 0, xj[CPLX] = 0;
        NAME(triangle_column)(1, f, t->conj, d, 0, xj);
    }
}
