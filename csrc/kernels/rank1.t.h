/* SPDX-License-Identifier: MIT */
/* A += u v^T, or A += u v^T + u' v'^T, rows of A being contiguous; of a triangle, they begin or end one after the
 * other.
 *
 * Parameters: REAL, CPLX, PARTS, NAME(f). A complex product is rounded before it is added, each part the sum of two
 * rounded products: so it has the same bits when u and v change places, as they do where columns are contiguous. */

enum { NAME(rank1_rows) = 4 }; /* that share the loads of v */

/* n reals of some rows, from v[0] on. */
INLINE void NAME(rank1_some)(const int rows, const int terms, dim n, const T *const *u, const T *const *v, T *a,
                             dim step)
{
    vec f[2][NAME(rank1_rows)][PARTS];
    UNROLL_FOR (int t = 0; t < terms; t++)
        UNROLL_FOR (int i = 0; i < rows; i++) {
            const T *ui = u[t] + i * PARTS;
            f[t][i][0] = vset1(ui[0]);
            if (CPLX) f[t][i][CPLX] = vset2(-ui[CPLX], ui[CPLX]);
        }
    for (dim j = 0; j < n; j += VLEN) {
        const bool whole = n - j >= VLEN;
        const vmask mask = vfirst(whole ? VLEN : (int)(n - j));
        vec vj[2];
        UNROLL_FOR (int t = 0; t < terms; t++) vj[t] = whole ? vload(v[t] + j) : vload_n(v[t] + j, mask);
        UNROLL_FOR (int i = 0; i < rows; i++) {
            T *to = a + i * step + j;
            vec sum = whole ? vload(to) : vload_n(to, mask);
            UNROLL_FOR (int t = 0; t < terms; t++)
                sum = CPLX ? vadd(sum, vadd(vmul(f[t][i][0], vj[t]), vmul(f[t][i][CPLX], vswap(vj[t]))))
                           : vfma(f[t][i][0], vj[t], sum);
            if (whole) vstore(to, sum);
            else vstore_n(to, mask, sum);
        }
    }
}

/* Elements [j, end) of rows [i, i + rows). */
INLINE void NAME(rank1_part)(const int rows, const int terms, dim i, dim j, dim end, const void *const *u,
                             const void *const *v, T *a, dim step)
{
    const T *from_u[2], *from_v[2];
    for (int t = 0; t < terms; t++) from_u[t] = (const T *)u[t] + i * PARTS, from_v[t] = (const T *)v[t] + j * PARTS;
    if (end > j)
        NAME(rank1_some)(rows, terms, (end - j) * PARTS, from_u, from_v, a + (i * step + j) * PARTS, step * PARTS);
}

/* Some rows: what they have in common, then what each has besides, before and behind. */
INLINE void NAME(rank1_rows_of)(const int rows, const int terms, dim i, dim n, const void *const *u,
                                const void *const *v, T *a, dim step, dim later, dim longer)
{
    const dim begin = (i + rows - 1) * later, end = n + i * longer;
    NAME(rank1_part)(rows, terms, i, begin, end, u, v, a, step);
    if (rows == 1) return;
    for (dim q = i; q < i + rows; q++) {
        const dim own_end = n + q * longer;
        if (later) NAME(rank1_part)(1, terms, q, q, begin < own_end ? begin : own_end, u, v, a, step);
        if (longer) NAME(rank1_part)(1, terms, q, end, own_end, u, v, a, step);
    }
}

static void NAME(rank1)(dim m, dim n, int terms, const void *const *u, const void *const *v, void *a, dim step,
                        bool later, bool longer)
{
    enum { ROWS = NAME(rank1_rows) };
    dim i = 0;
#define SOME(rows, terms) NAME(rank1_rows_of)(rows, terms, i, n, u, v, a, step, later, longer)
    if (terms == 1) {
        for (; i + ROWS <= m; i += ROWS) SOME(ROWS, 1);
        for (; i < m; i++) SOME(1, 1);
        return;
    }
    for (; i + ROWS <= m; i += ROWS) SOME(ROWS, 2);
    for (; i < m; i++) SOME(1, 2);
#undef SOME
}
