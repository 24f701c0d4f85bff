/* SPDX-License-Identifier: MIT */
/* Numbers that stand alone, and their quotients: what the triangles' kernels need.
 *
 * Parameters: REAL, CPLX, NAME(f). Complex: the larger part of d is divided out first, so that its square cannot
 * overflow. Source: Smith, "Algorithm 116: complex division", CACM 5(8), 1962. */

struct NAME(factor) {
    T re, im;
};

INLINE struct NAME(factor) NAME(factor_at)(const T *x, bool conj)
{ return (struct NAME(factor)){x[0], CPLX ? (conj ? -x[CPLX] : x[CPLX]) : 0}; }

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
