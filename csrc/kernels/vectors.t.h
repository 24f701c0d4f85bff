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
{
#if CPLX
    x = vheld(x);
    return vfma(f[1], vswap(x), vfma(f[0], x, c));
#else
    return vfma(f[0], x, c);
#endif
}

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

INLINE void NAME(axpby_step)(const vec *f, vec *x, vec *y)
{ *y = NAME(times_plus)(f, *x, CPLX ? vfma(f[3], vswap(*y), vmul(f[2], *y)) : vmul(f[2], *y)); }
#define OP axpby
#define READS_Y 1
#define WRITES_X 0
#include "each.t.h"

static void NAME(axpby)(dim n, const void *alpha, const void *x, dim incx, const void *beta, void *y, dim incy)
{
    vec factors[4];
    NAME(factor)(alpha, false, factors), NAME(factor)(beta, false, factors + 2);
    NAME(axpby_each)(n, (T *)x, incx, y, incy, factors);
}

INLINE void NAME(scal_step)(const vec *alpha, vec *x, vec *y) { *y = vmul(alpha[0], *x); }
#define OP scal
#define READS_Y 0
#define WRITES_X 0
#include "each.t.h"

#if CPLX
INLINE void NAME(scal_complex_step)(const vec *alpha, vec *x, vec *y)
{ *y = vfma(alpha[1], vswap(*x), vmul(alpha[0], *x)); }
#define OP scal_complex
#define READS_Y 0
#define WRITES_X 0
#include "each.t.h"
#endif

/* A complex factor that is real multiplies as a real: the routines with real factors are this one too. */
static void NAME(scal)(dim n, const void *alpha, const void *x, dim incx, void *y, dim incy)
{
    vec factors[2];
    NAME(factor)(alpha, false, factors);
#if CPLX
    if (((const T *)alpha)[1] != 0) {
        NAME(scal_complex_each)(n, (T *)x, incx, y, incy, factors);
        return;
    }
#endif
    NAME(scal_each)(n, (T *)x, incx, y, incy, factors);
}

INLINE void NAME(copy_step)(const vec *unused, vec *x, vec *y) { (void)unused, *y = *x; }
#define OP copy
#define READS_Y 0
#define WRITES_X 0
#include "each.t.h"

static void NAME(copy)(dim n, const void *x, dim incx, void *y, dim incy)
{ NAME(copy_each)(n, (T *)x, incx, y, incy, NULL); }

/* y is not read into the caches to be overwritten, nor does it take their place. */
static void NAME(copy_far)(dim n, const void *x, void *y)
{
    const T *from = x;
    T *to = y;
    for (n *= PARTS; n > 0 && (uintptr_t)to % sizeof(vec) != 0; n--) *to++ = *from++;
    for (; n >= VLEN; n -= VLEN, from += VLEN, to += VLEN) vstream(to, vload(from));
    streamed();
    for (; n > 0; n--) *to++ = *from++;
}

INLINE void NAME(swap_step)(const vec *unused, vec *x, vec *y)
{
    const vec old = *x;
    (void)unused, *x = *y, *y = old;
}
#define OP swap
#define READS_Y 1
#define WRITES_X 1
#include "each.t.h"

static void NAME(swap)(dim n, void *x, dim incx, void *y, dim incy) { NAME(swap_each)(n, x, incx, y, incy, NULL); }

INLINE void NAME(rot_step)(const vec *h, vec *x, vec *y)
{
    const vec u = vheld(*x), v = vheld(*y);
    *x = vfma(h[2], v, vmul(h[0], u)), *y = vfma(h[4], u, vmul(h[1], v));
}
#define OP rot
#define READS_Y 1
#define WRITES_X 1
#include "each.t.h"

#if CPLX
INLINE void NAME(rot_complex_step)(const vec *h, vec *x, vec *y)
{
    const vec u = vheld(*x), v = vheld(*y);
    *x = NAME(times_plus)(h + 2, v, vmul(h[0], u)), *y = NAME(times_plus)(h + 4, u, vmul(h[1], v));
}
#define OP rot_complex
#define READS_Y 1
#define WRITES_X 1
#include "each.t.h"
#endif

static void NAME(rot)(dim n, void *x, dim incx, void *y, dim incy, const void *matrix)
{
    const T *h = matrix;
    vec factors[6] = {vset1(h[0]), vset1(h[3 * PARTS])};
    NAME(factor)(h + PARTS, false, factors + 2), NAME(factor)(h + 2 * PARTS, false, factors + 4);
#if CPLX
    if (h[3] != 0 || h[5] != 0) {
        NAME(rot_complex_each)(n, x, incx, y, incy, factors);
        return;
    }
#endif
    NAME(rot_each)(n, x, incx, y, incy, factors);
}
