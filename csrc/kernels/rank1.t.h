/* SPDX-License-Identifier: MIT */
/* A += u v^T, rows of A being contiguous.
 *
 * Parameters: REAL, CPLX, PARTS, NAME(f). A complex product is rounded before it is added, each part the sum of two
 * rounded products: so it has the same bits when u and v change places, as they do where columns are contiguous. */

enum { NAME(rank1_rows) = 4 }; /* that share the loads of v */

INLINE void NAME(rank1_some)(const int rows, dim n, const T *u, const T *v, T *a, dim step)
{
    vec f[NAME(rank1_rows)][PARTS];
    UNROLL_FOR (int i = 0; i < rows; i++) {
        f[i][0] = vset1(u[i * PARTS]);
        if (CPLX) f[i][CPLX] = vset2(-u[i * PARTS + CPLX], u[i * PARTS + CPLX]);
    }
    for (dim j = 0; j < n; j += VLEN) {
        const bool whole = n - j >= VLEN;
        const vmask mask = vfirst(whole ? VLEN : (int)(n - j));
        const vec vj = whole ? vload(v + j) : vload_n(v + j, mask);
        UNROLL_FOR (int i = 0; i < rows; i++) {
            T *to = a + i * step + j;
            const vec old = whole ? vload(to) : vload_n(to, mask);
            const vec sum =
                CPLX ? vadd(old, vadd(vmul(f[i][0], vj), vmul(f[i][CPLX], vswap(vj)))) : vfma(f[i][0], vj, old);
            if (whole) vstore(to, sum);
            else vstore_n(to, mask, sum);
        }
    }
}

static void NAME(rank1)(dim m, dim n, const void *column, const void *row, void *matrix, dim step)
{
    enum { ROWS = NAME(rank1_rows) };
    const T *u = column;
    T *a = matrix;
    n *= PARTS, step *= PARTS;
    for (; m >= ROWS; m -= ROWS, u += ROWS * PARTS, a += ROWS * step) NAME(rank1_some)(ROWS, n, u, row, a, step);
    for (; m > 0; m--, u += PARTS, a += step) NAME(rank1_some)(1, n, u, row, a, step);
}
