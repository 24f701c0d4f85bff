/* SPDX-License-Identifier: MIT */
/* The few rows of a triangular system, or product, that stand on the diagonal; what is left of it is done by the tile
 * of gemm. See solve_fn, multiply_fn and invert_fn in core/kernels.h.
 *
 * Parameters: REAL, CPLX, NAME(f). A vector of columns at a time; complex numbers stay interleaved, and a product with
 * one is that with its real part, and that of the swapped vector with its imaginary part. */

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

INLINE void NAME(solve_columns)(const bool partial, dim rows, const T *l, dim rs, dim cs, bool conj, const T *pivots,
                                bool inverted, T *x, dim ldx, vmask mask)
{
    for (dim i = 0; i < rows; i++) {
        vec y = NAME(load_columns)(partial, x + i * ldx, mask);
        for (dim p = 0; p < i; p++) {
            const struct NAME(factor) a = NAME(factor_at)(l + i * rs + p * cs, conj);
            y = NAME(plus_times)(y, (struct NAME(factor)){-a.re, -a.im},
                                 NAME(load_columns)(partial, x + p * ldx, mask));
        }
        if (pivots) {
            const struct NAME(factor) d = NAME(factor_at)(pivots + i * PARTS, false);
            y = inverted ? NAME(times)(d, y) : NAME(divided)(y, d);
        }
        NAME(store_columns)(partial, x + i * ldx, mask, y);
    }
}

static void NAME(solve_tile)(dim rows, dim n, const void *l, dim rs, dim cs, bool conj, const void *pivots,
                             bool inverted, void *columns, dim ldx)
{
    T *x = columns;
    rs *= PARTS, cs *= PARTS, ldx *= PARTS;
    for (n *= PARTS; n >= VLEN; n -= VLEN, x += VLEN)
        NAME(solve_columns)(false, rows, l, rs, cs, conj, pivots, inverted, x, ldx, vfirst(VLEN));
    if (n > 0) NAME(solve_columns)(true, rows, l, rs, cs, conj, pivots, inverted, x, ldx, vfirst((int)n));
}

/* From the last row up, as each needs those above it as they were. */
INLINE void NAME(multiply_columns)(const bool partial, dim rows, const T *l, dim rs, dim cs, bool conj, bool unit,
                                   const T *alpha, T *x, dim ldx, vmask mask)
{
    const struct NAME(factor) scale = NAME(factor_at)(alpha, false);
    for (dim i = rows - 1; i >= 0; i--) {
        vec y = NAME(load_columns)(partial, x + i * ldx, mask);
        if (!unit) y = NAME(times)(NAME(factor_at)(l + i * (rs + cs), conj), y);
        for (dim p = 0; p < i; p++)
            y = NAME(plus_times)(y, NAME(factor_at)(l + i * rs + p * cs, conj),
                                 NAME(load_columns)(partial, x + p * ldx, mask));
        y = scale.im != 0 ? NAME(times)(scale, y) : vmul(vset1(scale.re), y);
        NAME(store_columns)(partial, x + i * ldx, mask, y);
    }
}

static void NAME(multiply_tile)(dim rows, dim n, const void *l, dim rs, dim cs, bool conj, bool unit, const void *alpha,
                                void *columns, dim ldx)
{
    T *x = columns;
    rs *= PARTS, cs *= PARTS, ldx *= PARTS;
    for (n *= PARTS; n >= VLEN; n -= VLEN, x += VLEN)
        NAME(multiply_columns)(false, rows, l, rs, cs, conj, unit, alpha, x, ldx, vfirst(VLEN));
    if (n > 0) NAME(multiply_columns)(true, rows, l, rs, cs, conj, unit, alpha, x, ldx, vfirst((int)n));
}
