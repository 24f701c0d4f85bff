/* SPDX-License-Identifier: MIT */
/* What level 1 does to vectors element by element.
 *
 * Parameters: REAL, CPLX, PARTS, NAME(f). A complex factor is two vectors: with the parts of x where they are and
 * changed over, f x = f[0] x + f[1] swap(x). */

INLINE void NAME(factor)(const T *f, bool conj_x, vec *factors)
{
    const T re = f[0], im = f[CPLX];
#if CPLX
    factors[0] = vset2(re, conj_x ? -re : re), factors[1] = vset2(conj_x ? im : -im, im);
#else
    (void)im, (void)conj_x, factors[0] = vset1(re);
#endif
}

/* f x + c */
INLINE vec NAME(times_plus)(const vec *f, vec x, vec c)
{ return CPLX ? vfma(f[CPLX], vswap(x), vfma(f[0], x, c)) : vfma(f[0], x, c); }

INLINE void NAME(axpy_step)(const vec *alpha, vec *x, vec *y) { *y = NAME(times_plus)(alpha, *x, *y); }
#define OP axpy
#define READS_Y 1
#define WRITES_X 0
#include "each.t.h"

static void NAME(axpy)(dim n, const void *alpha, bool conj_x, const void *x, dim incx, void *y, dim incy)
{
    vec factors[2];
    NAME(factor)(alpha, conj_x, factors);
    NAME(axpy_each)(n, (T *)x, incx, y, incy, factors);
}
