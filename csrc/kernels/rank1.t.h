/* SPDX-License-Identifier: MIT */
/* A += u v^T, or A += u v^T + u' v'^T, rows of A being contiguous; of a triangle, they begin or end one after the
 * other.
 *
 * Parameters: REAL, CPLX, PARTS, NAME(f), GEMV_ROWS and HALVINGS(X) (rows that share the loads of v, and a loop). A
 * complex product is rounded before it is added, each part the sum of two rounded products: so it has the same bits
 * when u and v change places, as they do where columns are contiguous. */

/* Some rows, and their elements of u as factors of a vector and of the same with its parts changed over. */
struct NAME(rank1_rows) {
    T *a[GEMV_ROWS];
    const T *v[2];
    vec f[2][GEMV_ROWS][PARTS];
};

/* What row i becomes from element j on: a vector, or, if masked, part of one. */
INLINE vec NAME(rank1_sum)(const struct NAME(rank1_rows) * r, const int terms, const int i, dim j, const bool whole,
                           vmask mask, const vec *v, const vec *swapped)
{
    vec sum = whole ? vload(r->a[i] + j) : vload_n(r->a[i] + j, mask);
    UNROLL_FOR (int t = 0; t < terms; t++)
        sum = CPLX ? vadd(sum, vadd(vmul(r->f[t][i][0], v[t]), vmul(r->f[t][i][CPLX], swapped[t])))
                   : vfma(r->f[t][i][0], v[t], sum);
    return sum;
}

/* A vector of each row, or part of one, its own. All are read before any is written: in a small matrix, one row's
 * vector overlaps the next row's, and would have to wait for it. */
INLINE void NAME(rank1_vector)(const struct NAME(rank1_rows) * r, const int rows, const int terms, dim j,
                               const bool whole, vmask any, const vmask *masks)
{
    vec v[2], swapped[2], sums[GEMV_ROWS];
    UNROLL_FOR (int t = 0; t < terms; t++) {
        v[t] = whole ? vload(r->v[t] + j) : vload_n(r->v[t] + j, any);
        swapped[t] = CPLX ? vswap(v[t]) : v[t];
    }
    UNROLL_FOR (int i = 0; i < rows; i++)
        sums[i] = NAME(rank1_sum)(r, terms, i, j, whole, masks ? masks[i] : any, v, swapped);
    UNROLL_FOR (int i = 0; i < rows; i++)
        if (whole) vstore(r->a[i] + j, sums[i]);
        else vstore_n(r->a[i] + j, masks ? masks[i] : any, sums[i]);
}

/* The vectors that hold the diagonal: row i + q has its part from element d + q on, or up to there; but nothing from
 * `end` on. They stand where vectors of whole rows would, so that none waits for what another has stored. */
INLINE void NAME(rank1_diagonal)(const struct NAME(rank1_rows) * r, const int rows, const int terms, dim d, dim end,
                                 bool later)
{
    const dim block = d / (VLEN / PARTS) * (VLEN / PARTS);
    const int at = (int)(d - block) * PARTS, some = (int)(end - block) * PARTS;
    const unsigned all = some < VLEN ? ~(~0u << some) : ~0u;
    vmask masks[GEMV_ROWS];
    UNROLL_FOR (int q = 0; q < rows; q++)
        masks[q] = vmask_of(later ? all & ~0u << (at + q * PARTS) : ~(~0u << (at + (q + 1) * PARTS)));
    NAME(rank1_vector)(r, rows, terms, block * PARTS, false, masks[later ? 0 : rows - 1], masks);
}

/* Rows from i on, as many as their number divides that of a vector's elements. */
INLINE void NAME(rank1_some)(const int rows, const int terms, dim i, dim n, const void *const *u, const void *const *v,
                             T *a, dim step, dim curve, bool later, bool longer, bool far)
{
    enum { W = VLEN / PARTS, AHEAD = 320 /* bytes */ };
    struct NAME(rank1_rows) r;
    const dim first = later ? i / W * W + W : 0, last = longer ? (n - 1 + i) / W * W : n;
    a += line_start(i, step, curve), step += i * curve;
    UNROLL_FOR (int q = 0; q < rows; q++) r.a[q] = a + q * step + q * (q - 1) / 2 * curve;
    UNROLL_FOR (int t = 0; t < terms; t++) {
        r.v[t] = v[t];
        UNROLL_FOR (int q = 0; q < rows; q++) {
            const T *uq = (const T *)u[t] + (i + q) * PARTS;
            r.f[t][q][0] = vset1(uq[0]);
            if (CPLX) r.f[t][q][CPLX] = vset2(-uq[CPLX], uq[CPLX]);
        }
    }
    if (later) NAME(rank1_diagonal)(&r, rows, terms, i, n, true);
    dim j = first * PARTS;
    const dim end = last * PARTS;
    for (; far && j + VLEN <= end; j += VLEN) {
        UNROLL_FOR (int q = 0; q < rows; q++) __builtin_prefetch((const char *)(r.a[q] + j) + AHEAD, 1, 3);
        NAME(rank1_vector)(&r, rows, terms, j, true, vfirst(VLEN), NULL);
    }
    for (; j + VLEN <= end; j += VLEN) NAME(rank1_vector)(&r, rows, terms, j, true, vfirst(VLEN), NULL);
    if (j < end) NAME(rank1_vector)(&r, rows, terms, j, false, vfirst((int)(end - j)), NULL);
    if (longer) NAME(rank1_diagonal)(&r, rows, terms, n - 1 + i, n + i + rows - 1, false);
}

static void NAME(rank1)(dim m, dim n, int terms, const void *const *u, const void *const *v, void *a, dim step,
                        dim curve, bool later, bool longer, bool far)
{
    dim i = 0;
    step *= PARTS, curve *= PARTS;
#define SOME(rows)                                                                                 \
    for (; i + rows <= m; i += rows) {                                                             \
        if (terms == 1) NAME(rank1_some)(rows, 1, i, n, u, v, a, step, curve, later, longer, far); \
        else NAME(rank1_some)(rows, 2, i, n, u, v, a, step, curve, later, longer, far);            \
    }
    HALVINGS(SOME)
#undef SOME
}
