/* SPDX-License-Identifier: MIT */
/* Triangles on the diagonal: x = A^-1 x, a few rows at a time. See core/kernels.h.
 *
 * Parameters: REAL, CPLX, PARTS, NAME(f). What the rows of a leaf have beside the diagonal is summed by the kernels of
 * gemv, as if these had been called; the leaf is solved element by element, in registers, column after column. So the
 * order of additions does not depend on how A lies in memory. */

#if CPLX
#define LEAF 8
#else
#define LEAF 16
#endif
#define LEAVES PBL_CAT(HALVINGS_, LEAF) /* the last rows are fewer */
#define LD_SUMS (2 * LEAF * PARTS)

INLINE struct NAME(factor) NAME(product)(struct NAME(factor) a, struct NAME(factor) b)
{
    if (!CPLX) return (struct NAME(factor)){mul1(a.re, b.re), 0};
    return (struct NAME(factor)){fma1(-a.im, b.im, mul1(a.re, b.re)), fma1(a.im, b.re, mul1(a.re, b.im))};
}

/* x - a b */
INLINE struct NAME(factor) NAME(minus_product)(struct NAME(factor) x, struct NAME(factor) a, struct NAME(factor) b)
{
    if (!CPLX) return (struct NAME(factor)){fma1(-a.re, b.re, x.re), 0};
    return (struct NAME(factor)){fma1(a.im, b.im, fma1(-a.re, b.re, x.re)), fma1(-a.im, b.re, fma1(-a.re, b.im, x.im))};
}

/* What a row has beside the leaf, A x = P + i Q (see kernels/gemv.t.h). Instead of A, x is conjugated, which spares
 * each element of the leaf the question: then it is A conj(x) = P - i Q. */
INLINE struct NAME(factor) NAME(sum_at)(const T *p, const T *q, bool conj)
{
    const T sign = conj ? -1 : 1;
    return (struct NAME(factor)){CPLX ? fma1(-sign, q[CPLX], p[0]) : p[0], CPLX ? fma1(sign, q[0], p[CPLX]) : 0};
}

/* x = L^-1 (x - sums) for a lower triangle of n rows; the elements of x and of the sums stand inc reals apart. The
 * pivots are the inverses of the diagonal, or this itself. */
INLINE void NAME(solve_diagonal)(const int n, const bool inverted, const struct triangle *t, const T *a, dim rs, dim cs,
                                 T *to, const T *sums, dim inc, const struct NAME(factor) pivots[LEAF])
{
    struct NAME(factor) x[LEAF] = {{0, 0}}; /* in registers */
    UNROLL_FOR (int i = 0; i < n; i++) {
        const struct NAME(factor) sum = NAME(sum_at)(sums + i * inc, sums + LD_SUMS + i * inc, t->conj);
        x[i] = NAME(factor_at)(to + i * inc, t->conj);
        x[i].re -= sum.re, x[i].im -= sum.im;
    }
    UNROLL_FOR (int j = 0; j < n; j++) {
        if (!t->unit) x[j] = inverted ? NAME(product)(pivots[j], x[j]) : NAME(quotient)(x[j], pivots[j]);
        UNROLL_FOR (int i = j + 1; i < n; i++)
            x[i] = NAME(minus_product)(x[i], x[j], NAME(factor_at)(a + i * rs + j * cs, false));
    }
    UNROLL_FOR (int i = 0; i < n; i++) {
        to[i * inc] = x[i].re;
        if (CPLX) to[i * inc + CPLX] = t->conj ? -x[i].im : x[i].im;
    }
}

static __attribute__((noinline)) void NAME(divide_diagonal)(int n, const struct triangle *t, const T *a, dim rs, dim cs,
                                                            T *x, const T *sums, dim inc,
                                                            const struct NAME(factor) diagonal[LEAF])
{ NAME(solve_diagonal)(n, false, t, a, rs, cs, x, sums, inc, diagonal); }

/* Diagonals are inverted first: a division would take longer than all else that the next row waits for. */
INLINE void NAME(invert_and_solve)(const int n, const struct triangle *t, const T *a, dim rs, dim cs, T *x,
                                   const T *sums, dim inc)
{
    struct NAME(factor) d[LEAF], inverse[LEAF];
    bool inverted = true;
    UNROLL_FOR (int i = 0; i < n; i++) {
        d[i] = inverse[i] = (struct NAME(factor)){1, 0};
        if (t->unit) continue;
        d[i] = NAME(factor_at)(a + i * (rs + cs), false), inverse[i] = NAME(quotient)(inverse[i], d[i]);
        inverted &= NAME(is_inverse)(inverse[i], d[i]);
    }
    if (inverted) NAME(solve_diagonal)(n, true, t, a, rs, cs, x, sums, inc, inverse);
    else NAME(divide_diagonal)(n, t, a, rs, cs, x, sums, inc, d);
}

/* sums = A x for m rows of k elements. */
static void NAME(sum_leaf)(dim m, dim k, const T *a, dim rs, dim cs, const T *x, T *sums)
{
    enum { LD = LARGEST_TRIANGLE * PARTS };
    const struct clip all = {m, k};
    if (rs == PARTS) {
        NAME(gemv_columns)(m, k, a, cs / PARTS, all, x, sums, LD_SUMS);
    } else if (cs == PARTS) {
        NAME(gemv_rows)(m, k, a, rs / PARTS, all, x, sums, LD_SUMS);
    } else {
        T gathered[LEAF * LD];
        for (dim i = 0; i < m; i++) NAME(copy)(k, a + i * rs, cs / PARTS, gathered + i * LD, 1);
        NAME(gemv_rows)(m, k, gathered, LARGEST_TRIANGLE, all, x, sums, LD_SUMS);
    }
}

/* The rows [q, q + m) of those that are solved one after the other. An upper triangle is a lower one, seen from its
 * last row and column. */
INLINE void NAME(solve_rows_from)(const int m, dim q, dim n, const struct triangle *t, const T *a, dim rs, dim cs, T *x)
{
    const dim first = t->lower ? q : n - q - m, known = t->lower ? 0 : n - q;
    const dim corner = t->lower ? 0 : m - 1, sign = t->lower ? 1 : -1;
    T sums[2 * LD_SUMS];
    if (q == 0) memset(sums, 0, sizeof sums);
    else NAME(sum_leaf)(m, q, a + first * rs + known * cs, rs, cs, x + known * PARTS, sums);
    NAME(invert_and_solve)(m, t, a + (first + corner) * (rs + cs), sign * rs, sign * cs, x + (first + corner) * PARTS,
                           sums + corner * PARTS, sign * PARTS);
}

static void NAME(triangle)(dim n, const struct triangle *t, const void *a, dim rs, dim cs, void *x)
{
    dim q = 0;
#define SOME(rows) \
    for (; q + rows <= n; q += rows) NAME(solve_rows_from)(rows, q, n, t, a, rs * PARTS, cs * PARTS, x);
    LEAVES(SOME)
#undef SOME
}

#undef LD_SUMS
#undef LEAVES
#undef LEAF
