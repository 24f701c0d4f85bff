/* SPDX-License-Identifier: MIT */
/* Rows of float32 rounded to 16 bits, to nearest, ties to even. Plain C, of which the compiler makes vectors: a choice
 * of values, but no branch. */
#ifndef PBL_KERNELS_NARROW_H
#define PBL_KERNELS_NARROW_H

#include "formats.h"

/* The upper half of a float; a NaN stays one. */
static inline void row_to_bfloat16(dim n, const float *restrict from, uint16_t *restrict to)
{
#ifdef __AVX512BF16__
    for (; n >= 2 * s_VLEN; n -= 2 * s_VLEN, from += 2 * s_VLEN, to += 2 * s_VLEN)
        if (!s_vstore_bfloat16(to, s_vload(from), s_vload(from + s_VLEN))) break;
#endif
    for (dim i = 0; i < n; i++) {
        const uint32_t u = bits_of(from[i]), rounded = u + 0x7fff + (u >> 16 & 1), nan = u | 0x400000;
        to[i] = (uint16_t)(((u & 0x7fffffff) > 0x7f800000 ? nan : rounded) >> 16);
    }
}

/* The exponent is rebased in integers; where the result is subnormal, adding 1/2 brings the bits that are kept to the
 * end of the fraction, and rounds. */
static inline void row_to_float16(dim n, const float *restrict from, uint16_t *restrict to)
{
    for (dim i = 0; i < n; i++) {
        const uint32_t u = bits_of(from[i]) & 0x7fffffff, sign = (bits_of(from[i]) ^ u) >> 16;
        const uint32_t normal = (u - (112u << 23) + 0xfff + (u >> 13 & 1)) >> 13;
        const uint32_t subnormal = bits_of(float_of(u) + 0.5f) - bits_of(0.5f);
        const uint32_t special = u > 0x7f800000 ? 0x7e00 : 0x7c00;
        const uint32_t finite = u < 113u << 23 ? subnormal : normal;
        to[i] = (uint16_t)(sign | (u >= 0x47800000 ? special : finite));
    }
}

static inline void narrow_to_bfloat16(dim m, dim n, const float *from, dim ldf, uint16_t *to, dim ldt)
{
    for (dim i = 0; i < m; i++) row_to_bfloat16(n, from + i * ldf, to + i * ldt);
}
static inline void narrow_to_float16(dim m, dim n, const float *from, dim ldf, uint16_t *to, dim ldt)
{
    for (dim i = 0; i < m; i++) row_to_float16(n, from + i * ldf, to + i * ldt);
}

#endif
