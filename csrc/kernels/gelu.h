/* SPDX-License-Identifier: MIT */
/* gelu in float32. Plain C, of which the compiler makes vectors; one order of operations on every ISA. */
#ifndef PBL_KERNELS_GELU_H
#define PBL_KERNELS_GELU_H

#include <math.h>

#include "formats.h"

/* exp(hi + lo) for hi in [-80, 0] and a tiny lo: 2^n times a power series on [-ln 2 / 2, ln 2 / 2]. */
INLINE float exp_sum(float hi, float lo)
{
    const float round = 0x1.8p23f; /* added, it leaves an integer in the last bits */
    const float shifted = fmaf(hi, 0x1.715476p+0f, round), n = shifted - round;
    const float r = fmaf(n, -0x1.62e4p-1f, hi), s = fmaf(n, -0x1.7f7d1cp-20f, r) + lo;
    float e = 1.0f / 5040;
    e = fmaf(e, s, 1.0f / 720), e = fmaf(e, s, 1.0f / 120), e = fmaf(e, s, 1.0f / 24), e = fmaf(e, s, 1.0f / 6);
    e = fmaf(e, s, 0.5f), e = fmaf(e, s, 1.0f), e = fmaf(e, s, 1.0f);
    return e * float_of((bits_of(shifted) + 127) << 23);
}

/* x Phi(x), with the normal distribution's tail Phi(-|x|) = exp(-x^2 / 2) times a polynomial in t = 1 / (1 + 0.375 |x|
 * / sqrt 2), fitted here to a relative error of 2e-8. No cancellation, so small values of negative x are right too.
 * Source of the form: Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23, 1969. */
INLINE float gelu(float x)
{
    enum { LEAST = -80 }; /* the tail ends at |x| = 12.6, where it is 1e-36: subnormal numbers are slow */
    const float a = fabsf(x), square = x * x, rest = fmaf(x, x, -square);
    const float t = 1 / fmaf(0.375f * 0x1.6a09e6p-1f, a, 1.0f);
    float q = 0.0302478205f;
    q = fmaf(q, t, -0.14120549f), q = fmaf(q, t, 0.211271271f), q = fmaf(q, t, -0.109240927f),
    q = fmaf(q, t, 0.13320066f);
    q = fmaf(q, t, 0.0622662827f), q = fmaf(q, t, 0.102280371f), q = fmaf(q, t, 0.105376191f),
    q = fmaf(q, t, 0.105803795f);
    const float hi = -0.5f * square, tail = q * t * exp_sum(hi < LEAST ? LEAST : hi, -0.5f * rest);
    const float end = hi < LEAST ? 0 : tail, least = x < -16 ? -16 : x; /* -Inf times 0 would be a NaN */
    return x < 0 ? least * end : x * (1 - end);
}

#endif
