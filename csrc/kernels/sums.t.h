/* SPDX-License-Identifier: MIT */
/* Sums over the elements of vectors.
 *
 * Parameters: REAL, CPLX, PARTS, NAME(f), and IS_DOUBLE: whether there is a dot of floats that is added up in T. */

/* The elements that make n reals, inc apart, one after the other. */
static void NAME(unstride)(dim n, const T *x, dim inc, T *to)
{
    for (dim i = 0; i < n; i += PARTS, x += inc * PARTS) to[i] = x[0], to[i + CPLX] = x[CPLX];
}

/* For complex elements: re re, im im in one accumulator, re im, im re in the other; only the last step tells what is
 * real and what is conjugated. */
INLINE void NAME(dot_step)(vec *acc, vec x, vec y, vec unused)
{
    (void)unused;
#if CPLX
    x = vheld(x), y = vheld(y);
    acc[1] = vfma(x, vswap(y), acc[1]);
#endif
    acc[0] = vfma(x, y, acc[0]);
}
#define OP dot
#define SHARE PARTS
#define USES_Y 1
#include "lanes.t.h"

static void NAME(dot)(dim n, bool conj_x, const void *x, dim incx, const void *y, dim incy, void *sum)
{
    T r[2 * PARTS], *to = sum;
    NAME(dot_lanes)(n, x, incx, y, incy, vzero(), r);
#if CPLX
    to[0] = conj_x ? r[0] + r[1] : r[0] - r[1], to[1] = conj_x ? r[2] - r[3] : r[2] + r[3];
#else
    (void)conj_x, to[0] = r[0] + r[1];
#endif
}

#if IS_DOUBLE
INLINE void NAME(dot_floats_step)(vec *acc, vec x, vec y, vec unused) { NAME(dot_step)(acc, x, y, unused); }
#define OP dot_floats
#define SHARE 1
#define USES_Y 1
#define FROM float
#define LOAD vwiden
#define LOAD_N(p, n) vwiden_n(p, (int)(n))
#define UNSTRIDE PBL_CAT(s_unstride_, ISA)
#include "lanes.t.h"

static void NAME(dot_floats)(dim n, const float *x, dim incx, const float *y, dim incy, double *sum)
{
    T r[2];
    NAME(dot_floats_lanes)(n, x, incx, y, incy, vzero(), r);
    *sum = r[0] + r[1];
}
#endif

INLINE void NAME(sum_step)(vec *acc, vec x, vec unused, vec factor)
{ (void)unused, (void)factor, acc[0] = vadd(acc[0], x); }
#define OP sum
#define SHARE 1
#define USES_Y 0
#include "lanes.t.h"

static void NAME(sum)(dim n, const void *x, dim inc, void *sum)
{
    T r[2], *to = sum;
    NAME(sum_lanes)(n, x, inc, NULL, 1, vzero(), r);
#if CPLX
    to[0] = r[0], to[1] = r[1];
#else
    to[0] = r[0] + r[1];
#endif
}

INLINE void NAME(asum_step)(vec *acc, vec x, vec unused, vec factor)
{ (void)unused, (void)factor, acc[0] = vadd(acc[0], vabs(x)); }
#define OP asum
#define SHARE 1
#define USES_Y 0
#include "lanes.t.h"

static void NAME(asum)(dim n, const void *x, dim inc, void *sum)
{
    T r[2];
    NAME(asum_lanes)(n, x, inc, NULL, 1, vzero(), r);
    *(T *)sum = r[0] + r[1];
}

INLINE void NAME(sumsq_step)(vec *acc, vec x, vec unused, vec factor)
{ (void)unused, (void)factor, acc[0] = vfma(x, x, acc[0]); }
#define OP sumsq
#define SHARE 1
#define USES_Y 0
#include "lanes.t.h"

INLINE void NAME(sumsq_scaled_step)(vec *acc, vec x, vec unused, vec scale)
{ (void)unused, x = vmul(scale, x), acc[0] = vfma(x, x, acc[0]); }
#define OP sumsq_scaled
#define SHARE 1
#define USES_Y 0
#include "lanes.t.h"

static void NAME(sumsq)(dim n, const void *x, dim inc, const void *scale, void *sum)
{
    T r[2];
    if (scale) NAME(sumsq_scaled_lanes)(n, x, inc, NULL, 1, vset1(*(const T *)scale), r);
    else NAME(sumsq_lanes)(n, x, inc, NULL, 1, vzero(), r);
    *(T *)sum = r[0] + r[1];
}
