/* SPDX-License-Identifier: MIT */
/* The SIMD layer in plain C: "vectors" of two elements (a complex number must fit in one).
 *
 * It is the reference the other ISAs are tested against, bit for bit, and runs on any CPU. fma() rounds
 * once by the C standard, as the vector instructions do; where the baseline has no such instruction
 * the C library computes it in software, slowly and exactly. */
#ifndef PBL_SIMD_SCALAR_H
#define PBL_SIMD_SCALAR_H

#include <math.h>

#define PBL_PLAIN_VECTORS
#include "names.h"

enum { s_VLEN = 2, d_VLEN = 2 };
typedef struct {
    float x, y;
} s_vec;
typedef struct {
    double x, y;
} d_vec;
typedef unsigned s_vmask; /* two bits */
typedef unsigned d_vmask;

INLINE s_vmask s_vfirst(int n) { return n > 1 ? 3 : 1; }
INLINE d_vmask d_vfirst(int n) { return n > 1 ? 3 : 1; }
INLINE s_vmask s_vmask_of(unsigned bits) { return bits & 3; }
INLINE d_vmask d_vmask_of(unsigned bits) { return bits & 3; }

INLINE s_vec s_vload(const float *p) { return (s_vec){p[0], p[1]}; }
INLINE d_vec d_vload(const double *p) { return (d_vec){p[0], p[1]}; }
INLINE s_vec s_vload_n(const float *p, s_vmask m) { return (s_vec){m & 1 ? p[0] : 0, m & 2 ? p[1] : 0}; }
INLINE d_vec d_vload_n(const double *p, d_vmask m) { return (d_vec){m & 1 ? p[0] : 0, m & 2 ? p[1] : 0}; }
INLINE d_vec d_vwiden(const float *p) { return (d_vec){p[0], p[1]}; }
INLINE d_vec d_vwiden_n(const float *p, int n) { return (d_vec){p[0], n > 1 ? p[1] : 0}; }
INLINE void s_vstore(float *p, s_vec v) { p[0] = v.x, p[1] = v.y; }
INLINE void d_vstore(double *p, d_vec v) { p[0] = v.x, p[1] = v.y; }
INLINE void s_vstream(float *p, s_vec v) { s_vstore(p, v); }
INLINE void d_vstream(double *p, d_vec v) { d_vstore(p, v); }
INLINE void streamed(void) {}
INLINE s_vec s_vheld(s_vec v) { return v; }
INLINE d_vec d_vheld(d_vec v) { return v; }
INLINE s_vec s_vload_1(const float *p) { return (s_vec){p[0], 0}; }
INLINE d_vec d_vload_1(const double *p) { return (d_vec){p[0], 0}; }
INLINE s_vec s_vload_2(const float *p) { return s_vload(p); }
INLINE d_vec d_vload_2(const double *p) { return d_vload(p); }
INLINE void s_vstore_1(float *p, s_vec v) { p[0] = v.x; }
INLINE void d_vstore_1(double *p, d_vec v) { p[0] = v.x; }
INLINE void s_vstore_2(float *p, s_vec v) { s_vstore(p, v); }
INLINE void d_vstore_2(double *p, d_vec v) { d_vstore(p, v); }
INLINE void s_vstore_n(float *p, s_vmask m, s_vec v)
{
    if (m & 1) p[0] = v.x;
    if (m & 2) p[1] = v.y;
}
INLINE void d_vstore_n(double *p, d_vmask m, d_vec v)
{
    if (m & 1) p[0] = v.x;
    if (m & 2) p[1] = v.y;
}

/* Integers: two lanes of 32 bits; for vmac, each of them two integers of 16 bits. Unsigned arithmetic wraps. */
enum { i_VLEN = 2 };
typedef struct {
    int x, y;
} i_vec;
typedef unsigned i_vmask;
INLINE i_vmask i_vfirst(int n) { return 3u >> (2 - n); }
INLINE i_vec i_vload(const int *p) { return (i_vec){p[0], p[1]}; }
INLINE i_vec i_vload_n(const int *p, i_vmask m) { return (i_vec){m & 1 ? p[0] : 0, m & 2 ? p[1] : 0}; }
INLINE void i_vstore(int *p, i_vec v) { p[0] = v.x, p[1] = v.y; }
INLINE void i_vstore_n(int *p, i_vmask m, i_vec v)
{
    if (m & 1) p[0] = v.x;
    if (m & 2) p[1] = v.y;
}
INLINE i_vec i_vzero(void) { return (i_vec){0, 0}; }
INLINE i_vec i_vset1(int x) { return (i_vec){x, x}; }
INLINE int i_add1(int a, int b) { return (int)((unsigned)a + (unsigned)b); }
INLINE i_vec i_vadd(i_vec a, i_vec b) { return (i_vec){i_add1(a.x, b.x), i_add1(a.y, b.y)}; }
INLINE i_vec i_vmul(i_vec a, i_vec b) { return (i_vec){i_mul1(a.x, b.x), i_mul1(a.y, b.y)}; }
INLINE i_vec i_vfma(i_vec a, i_vec b, i_vec c) { return i_vadd(i_vmul(a, b), c); }
INLINE int i_mac1(int a, int b, int c)
{ return i_add1(i_add1((short)a * (short)b, (short)(a >> 16) * (short)(b >> 16)), c); }
INLINE i_vec i_vmac(i_vec a, i_vec b, i_vec c) { return (i_vec){i_mac1(a.x, b.x, c.x), i_mac1(a.y, b.y, c.y)}; }

INLINE s_vec s_vzero(void) { return (s_vec){0, 0}; }
INLINE d_vec d_vzero(void) { return (d_vec){0, 0}; }
INLINE s_vec s_vset1(float x) { return (s_vec){x, x}; }
INLINE d_vec d_vset1(double x) { return (d_vec){x, x}; }
INLINE s_vec s_vset2(float x, float y) { return (s_vec){x, y}; }
INLINE d_vec d_vset2(double x, double y) { return (d_vec){x, y}; }

INLINE s_vec s_vadd(s_vec a, s_vec b) { return (s_vec){a.x + b.x, a.y + b.y}; }
INLINE d_vec d_vadd(d_vec a, d_vec b) { return (d_vec){a.x + b.x, a.y + b.y}; }
INLINE s_vec s_vmul(s_vec a, s_vec b) { return (s_vec){a.x * b.x, a.y * b.y}; }
INLINE d_vec d_vmul(d_vec a, d_vec b) { return (d_vec){a.x * b.x, a.y * b.y}; }
INLINE s_vec s_vfma(s_vec a, s_vec b, s_vec c) { return (s_vec){fmaf(a.x, b.x, c.x), fmaf(a.y, b.y, c.y)}; }
INLINE d_vec d_vfma(d_vec a, d_vec b, d_vec c) { return (d_vec){fma(a.x, b.x, c.x), fma(a.y, b.y, c.y)}; }
INLINE s_vec s_vfma_n(s_vmask m, s_vec a, s_vec b, s_vec c)
{ return (s_vec){m & 1 ? fmaf(a.x, b.x, c.x) : c.x, m & 2 ? fmaf(a.y, b.y, c.y) : c.y}; }
INLINE d_vec d_vfma_n(d_vmask m, d_vec a, d_vec b, d_vec c)
{ return (d_vec){m & 1 ? fma(a.x, b.x, c.x) : c.x, m & 2 ? fma(a.y, b.y, c.y) : c.y}; }

INLINE float s_max1(float a, float b) { return a > b ? a : b; }
INLINE double d_max1(double a, double b) { return a > b ? a : b; }
INLINE s_vec s_vabs(s_vec v) { return (s_vec){fabsf(v.x), fabsf(v.y)}; }
INLINE d_vec d_vabs(d_vec v) { return (d_vec){fabs(v.x), fabs(v.y)}; }
INLINE s_vec s_vmax(s_vec a, s_vec b) { return (s_vec){s_max1(a.x, b.x), s_max1(a.y, b.y)}; }
INLINE d_vec d_vmax(d_vec a, d_vec b) { return (d_vec){d_max1(a.x, b.x), d_max1(a.y, b.y)}; }
INLINE float s_vmax_of(s_vec v) { return s_max1(v.x, v.y); }
INLINE double d_vmax_of(d_vec v) { return d_max1(v.x, v.y); }
INLINE unsigned s_vequal(s_vec a, s_vec b) { return (unsigned)(a.x == b.x) | (unsigned)(a.y == b.y) << 1; }
INLINE unsigned d_vequal(d_vec a, d_vec b) { return (unsigned)(a.x == b.x) | (unsigned)(a.y == b.y) << 1; }

INLINE s_vec s_vlane(s_vec v, int i) { return s_vset1(i ? v.y : v.x); }
INLINE d_vec d_vlane(d_vec v, int i) { return d_vset1(i ? v.y : v.x); }
INLINE s_vec s_vswap(s_vec v) { return (s_vec){v.y, v.x}; }
INLINE d_vec d_vswap(d_vec v) { return (d_vec){v.y, v.x}; }
INLINE s_vec s_vevens(s_vec a, s_vec b) { return (s_vec){a.x, b.x}; }
INLINE d_vec d_vevens(d_vec a, d_vec b) { return (d_vec){a.x, b.x}; }
INLINE s_vec s_vodds(s_vec a, s_vec b) { return (s_vec){a.y, b.y}; }
INLINE d_vec d_vodds(d_vec a, d_vec b) { return (d_vec){a.y, b.y}; }
INLINE void s_vfold(s_vec v, float *r) { s_vstore(r, v); }
INLINE void d_vfold(d_vec v, double *r) { d_vstore(r, v); }
INLINE s_vec s_vmix(s_vec a, s_vec b) { return (s_vec){a.x, b.y}; }
INLINE d_vec d_vmix(d_vec a, d_vec b) { return (d_vec){a.x, b.y}; }
INLINE s_vec s_vfold_two(s_vec a, s_vec b, const int half) { return (void)half, (s_vec){a.x + a.y, b.x + b.y}; }
INLINE d_vec d_vfold_two(d_vec a, d_vec b, const int half) { return (void)half, (d_vec){a.x + a.y, b.x + b.y}; }
INLINE s_vec s_vspaced(s_vec v, const int n, const int apart) { return (void)n, (void)apart, v; }
INLINE d_vec d_vspaced(d_vec v, const int n, const int apart) { return (void)n, (void)apart, v; }
INLINE s_vec s_vzip_lo(s_vec a, s_vec b) { return (s_vec){a.x, b.x}; }
INLINE d_vec d_vzip_lo(d_vec a, d_vec b) { return (d_vec){a.x, b.x}; }
INLINE s_vec s_vzip_hi(s_vec a, s_vec b) { return (s_vec){a.y, b.y}; }
INLINE d_vec d_vzip_hi(d_vec a, d_vec b) { return (d_vec){a.y, b.y}; }

enum { s_VSTEPS = 2, d_VSTEPS = 2 };
INLINE void s_vload_t(const float *p, ptrdiff_t ld, int n, s_vec *r)
{
    const float *q = p + column_at(1, n, ld);
    r[0] = (s_vec){p[0], q[0]}, r[1] = (s_vec){p[1], q[1]};
}
INLINE void d_vload_t(const double *p, ptrdiff_t ld, int n, d_vec *r)
{
    const double *q = p + column_at(1, n, ld);
    r[0] = (d_vec){p[0], q[0]}, r[1] = (d_vec){p[1], q[1]};
}
INLINE void s_vload_tc(const float *p, ptrdiff_t ld, int n, s_vec *r) { (void)ld, (void)n, *r = s_vload(p); }
INLINE void d_vload_tc(const double *p, ptrdiff_t ld, int n, d_vec *r) { (void)ld, (void)n, *r = d_vload(p); }

#endif
