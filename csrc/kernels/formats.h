/* SPDX-License-Identifier: MIT */
/* How narrow elements travel through the tile, whose lanes have 32 bits: a float from each 16-bit one, two of them in a
 * lane, or four integers of 8 bits. Plain C: the compiler makes vectors of the loops around these.
 *
 * A format is a function (p, inc, n, step): the lane for `step` of a group of n elements that begins at p, inc apart;
 * if n is less than the group, the others are zero. */
#ifndef PBL_KERNELS_FORMATS_H
#define PBL_KERNELS_FORMATS_H

#include <stdint.h>
#include <string.h>

#include "../core/types.h"
#include "../simd/names.h"

typedef uint32_t __attribute__((may_alias)) lane; /* tiles read it as float or int */

INLINE uint32_t bits_of(float x)
{
    uint32_t u;
    memcpy(&u, &x, sizeof u);
    return u;
}
INLINE float float_of(uint32_t u)
{
    float x;
    memcpy(&x, &u, sizeof x);
    return x;
}

/* A float16 in the place of a float's exponent and fraction is 2^112 too small, subnormal or not. */
INLINE uint32_t float16_lane(const uint16_t *p, dim inc, dim n, int step)
{
    (void)inc, (void)n, (void)step;
    const uint32_t sign = (uint32_t)(*p & 0x8000) << 16, rest = (uint32_t)(*p & 0x7fff) << 13;
    const uint32_t finite = bits_of(float_of(rest) * 0x1p112f), special = rest | 0x7f800000;
    return sign | (rest >= 0x0f800000 ? special : finite);
}

/* Pairs, as vdpbf16ps takes them: the second product of a pair is added first. */
INLINE uint32_t bfloat16_pair_lane(const uint16_t *p, dim inc, dim n, int step)
{
    (void)step;
    return n > 1 ? (uint32_t)p[inc] << 16 | p[0] : p[0];
}

/* The same sums with one product a step: the second of a pair goes first, and subnormal numbers are zeros, as there. */
INLINE uint32_t bfloat16_lane(const uint16_t *p, dim inc, dim n, int step)
{
    const uint32_t x = step == 1 ? p[0] : n > 1 ? p[inc] : 0;
    return (x & 0x7f80 ? x : x & 0x8000) << 16;
}

/* Four integers, as vpdpbusd takes them. */
INLINE uint32_t quad_lane(const uint8_t *p, dim inc, dim n, int step)
{
    (void)step;
    uint32_t quad = p[0];
    if (n == 4) return quad | (uint32_t)p[inc] << 8 | (uint32_t)p[2 * inc] << 16 | (uint32_t)p[3 * inc] << 24;
    for (dim i = 1; i < n; i++) quad |= (uint32_t)p[i * inc] << 8 * i;
    return quad;
}

/* That instruction wants one factor unsigned: 128 is added to each. */
INLINE uint32_t quad_offset_lane(const uint8_t *p, dim inc, dim n, int step)
{ return quad_lane(p, inc, n, step) ^ 0x80808080; }

/* Two integers, widened to 16 bits. */
INLINE uint32_t signed_pair_lane(const uint8_t *p, dim inc, dim n, int step)
{
    (void)step;
    const uint32_t low = (uint16_t)(int8_t)p[0];
    return n > 1 ? low | (uint32_t)(uint16_t)(int8_t)p[inc] << 16 : low;
}
INLINE uint32_t unsigned_pair_lane(const uint8_t *p, dim inc, dim n, int step)
{
    (void)step;
    return n > 1 ? (uint32_t)p[inc] << 16 | p[0] : p[0];
}

#endif
