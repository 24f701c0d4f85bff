/* SPDX-License-Identifier: MIT */
/* The few rows of a triangular system, or product, that stand on the diagonal; what is left of it is done by the tile
 * of gemm. See solve_fn, multiply_fn and invert_fn in core/kernels.h.
 *
 * Parameters: REAL, CPLX, NAME(f). A vector of columns at a time; complex numbers stay interleaved, and a product with
 * one is that with its real part, and that of the swapped vector with its imaginary part. */

#define TALLEST 8 /* rows */

struct NAME(factor) {
    T re, im;
};

INLINE struct NAME(factor) NAME(factor_at)(const T *x, bool conj)
{ return (struct NAME(factor)){x[0], CPLX ? (conj ? -x[CPLX] : x[CPLX]) : 0}; }

/* a x, and y + a x */
INLINE vec NAME(times)(struct NAME(factor) a, vec x)
{
    const vec y = vmul(vset1(a.re), x);
    return CPLX ? vfma(vset2(-a.im, a.im), vswap(x), y) : y;
}

INLINE vec NAME(plus_times)(vec y, struct NAME(factor) a, vec x)
{
    y = vfma(vset1(a.re), x, y);
    return CPLX ? vfma(vset2(-a.im, a.im), vswap(x), y) : y;
}

/* Source of the complex quotient: Smith, "Algorithm 116: complex division", CACM 5(8), 1962. */
INLINE struct NAME(factor) NAME(quotient)(struct NAME(factor) x, struct NAME(factor) y)
{
    if (!CPLX) return (struct NAME(factor)){x.re / y.re, 0};
    if ((y.re < 0 ? -y.re : y.re) >= (y.im < 0 ? -y.im : y.im)) {
        const T ratio = y.im / y.re, d = fma1(y.im, ratio, y.re);
        return (struct NAME(factor)){fma1(x.im, ratio, x.re) / d, fma1(-x.re, ratio, x.im) / d};
    }
    const T ratio = y.re / y.im, d = fma1(y.re, ratio, y.im);
    return (struct NAME(factor)){fma1(x.re, ratio, x.im) / d, fma1(x.im, ratio, -x.re) / d};
}

/* x / a; not inlined, as nobody who cares for time divides by subnormal numbers. */
static __attribute__((noinline)) vec NAME(divided)(vec x, struct NAME(factor) a)
{
    T y[VLEN];
    vstore(y, x);
    for (int i = 0; i < VLEN; i += PARTS) {
        const struct NAME(factor) q = NAME(quotient)(NAME(factor_at)(y + i, false), a);
        y[i] = q.re;
        if (CPLX) y[i + CPLX] = q.im;
    }
    return vload(y);
}

/* Whether multiplying by the inverse q is as good as dividing by d. */
INLINE bool NAME(is_inverse)(struct NAME(factor) q, struct NAME(factor) d)
{
    const bool is_number = isfinite(d.re) && isfinite(d.im) && (d.re != 0 || d.im != 0);
    return !is_number || isnormal(q.re) || isnormal(q.im);
}

static bool NAME(invert)(dim n, const void *from, dim inc, bool conj, void *pivots)
{
    const T *x = from;
    T *to = pivots;
    bool inverted = true;
    for (dim i = 0; i < n; i++) {
        const struct NAME(factor) d = NAME(factor_at)(x + i * inc * PARTS, conj);
        const struct NAME(factor) q = NAME(quotient)((struct NAME(factor)){1, 0}, d);
        inverted &= NAME(is_inverse)(q, d);
        to[i * PARTS] = q.re;
        if (CPLX) to[i * PARTS + CPLX] = q.im;
    }
    for (dim i = 0; i < n && !inverted; i++) {
        const struct NAME(factor) d = NAME(factor_at)(x + i * inc * PARTS, conj);
        to[i * PARTS] = d.re;
        if (CPLX) to[i * PARTS + CPLX] = d.im;
    }
    return inverted;
}

INLINE vec NAME(load_columns)(const bool partial, const T *x, vmask mask)
{ return partial ? vload_n(x, mask) : vload(x); }

INLINE void NAME(store_columns)(const bool partial, T *x, vmask mask, vec v)
{
    if (partial) vstore_n(x, mask, v);
    else vstore(x, v);
}

INLINE void NAME(solve_columns)(const bool partial, const int rows, const T *l, dim rs, dim cs, bool conj,
                                const T *pivots, bool inverted, T *columns, dim ldx, vmask mask)
{
    vec x[TALLEST];
    UNROLL_FOR (int i = 0; i < rows; i++) x[i] = NAME(load_columns)(partial, columns + i * ldx, mask);
    UNROLL_FOR (int i = 0; i < rows; i++) {
        UNROLL_FOR (int p = 0; p < i; p++) {
            const struct NAME(factor) a = NAME(factor_at)(l + i * rs + p * cs, conj);
            x[i] = NAME(plus_times)(x[i], (struct NAME(factor)){-a.re, -a.im}, x[p]);
        }
        if (pivots) {
            const struct NAME(factor) d = NAME(factor_at)(pivots + i * PARTS, false);
            x[i] = inverted ? NAME(times)(d, x[i]) : NAME(divided)(x[i], d);
        }
    }
    UNROLL_FOR (int i = 0; i < rows; i++) NAME(store_columns)(partial, columns + i * ldx, mask, x[i]);
}

INLINE void NAME(solve_rows)(const int rows, dim n, const T *l, dim rs, dim cs, bool conj, const T *pivots,
                             bool inverted, T *x, dim ldx)
{
    for (; n >= VLEN; n -= VLEN, x += VLEN)
        NAME(solve_columns)(false, rows, l, rs, cs, conj, pivots, inverted, x, ldx, vfirst(VLEN));
    if (n > 0) NAME(solve_columns)(true, rows, l, rs, cs, conj, pivots, inverted, x, ldx, vfirst((int)n));
}

static void NAME(solve_tile)(dim rows, dim n, const void *l, dim rs, dim cs, bool conj, const void *pivots,
                             bool inverted, void *x, dim ldx)
{
    n *= PARTS, rs *= PARTS, cs *= PARTS, ldx *= PARTS;
    switch (rows) {
    case 1: NAME(solve_rows)(1, n, l, rs, cs, conj, pivots, inverted, x, ldx); break;
    case 2: NAME(solve_rows)(2, n, l, rs, cs, conj, pivots, inverted, x, ldx); break;
    case 4: NAME(solve_rows)(4, n, l, rs, cs, conj, pivots, inverted, x, ldx); break;
    default: NAME(solve_rows)(TALLEST, n, l, rs, cs, conj, pivots, inverted, x, ldx);
    }
}

INLINE void NAME(multiply_columns)(const bool partial, const int rows, const T *l, dim rs, dim cs, bool conj, bool unit,
                                   const T *alpha, T *columns, dim ldx, vmask mask)
{
    const struct NAME(factor) scale = NAME(factor_at)(alpha, false);
    vec x[TALLEST];
    UNROLL_FOR (int i = 0; i < rows; i++) x[i] = NAME(load_columns)(partial, columns + i * ldx, mask);
    UNROLL_FOR (int i = 0; i < rows; i++) {
        vec y = unit ? x[i] : NAME(times)(NAME(factor_at)(l + i * (rs + cs), conj), x[i]);
        UNROLL_FOR (int p = 0; p < i; p++) y = NAME(plus_times)(y, NAME(factor_at)(l + i * rs + p * cs, conj), x[p]);
        y = scale.im != 0 ? NAME(times)(scale, y) : vmul(vset1(scale.re), y);
        NAME(store_columns)(partial, columns + i * ldx, mask, y);
    }
}

INLINE void NAME(multiply_rows)(const int rows, dim n, const T *l, dim rs, dim cs, bool conj, bool unit, const T *alpha,
                                T *x, dim ldx)
{
    for (; n >= VLEN; n -= VLEN, x += VLEN)
        NAME(multiply_columns)(false, rows, l, rs, cs, conj, unit, alpha, x, ldx, vfirst(VLEN));
    if (n > 0) NAME(multiply_columns)(true, rows, l, rs, cs, conj, unit, alpha, x, ldx, vfirst((int)n));
}

static void NAME(multiply_tile)(dim rows, dim n, const void *l, dim rs, dim cs, bool conj, bool unit, const void *alpha,
                                void *x, dim ldx)
{
    n *= PARTS, rs *= PARTS, cs *= PARTS, ldx *= PARTS;
    switch (rows) {
    case 1: NAME(multiply_rows)(1, n, l, rs, cs, conj, unit, alpha, x, ldx); break;
    case 2: NAME(multiply_rows)(2, n, l, rs, cs, conj, unit, alpha, x, ldx); break;
    case 4: NAME(multiply_rows)(4, n, l, rs, cs, conj, unit, alpha, x, ldx); break;
    default: NAME(multiply_rows)(TALLEST, n, l, rs, cs, conj, unit, alpha, x, ldx);
    }
}

#undef TALLEST
