/* SPDX-License-Identifier: MIT */
/* The SIMD layer on AVX-512 (F is enough): 16 floats or 8 doubles, masks in registers of their own.
 *
 *   operation   instruction              Zen 4: latency, each ... cycles
 *   vload       vmovups zmm, m512        7, 1
 *   vload_n     the same, {k}{z}         7, 1        a masked lane never faults
 *   vstore      vmovups m512, zmm        -, 2
 *   vset1(*p)   vbroadcastss zmm, m32    7, 1        folded into the FMA when it is used once
 *   vfma        vfmadd231ps              4, 1
 *   vzip_*      vpermt2ps                4, 1 */
#ifndef PBL_SIMD_AVX512_H
#define PBL_SIMD_AVX512_H

#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>

#include "names.h"

enum { s_VLEN = 16, d_VLEN = 8 };
typedef __m512 s_vec;
typedef __m512d d_vec;
typedef __mmask16 s_vmask;
typedef __mmask8 d_vmask;

INLINE s_vmask s_vfirst(int n) { return (s_vmask)(0xffffu >> (s_VLEN - n)); }
INLINE d_vmask d_vfirst(int n) { return (d_vmask)(0xffu >> (d_VLEN - n)); }

/* Here too the empty asm asks for a mask register: GCC would make many masks as a vector, and store it to get at each.
 */
INLINE s_vmask s_vmask_of(unsigned bits)
{
    s_vmask m = (s_vmask)bits;
    __asm__("" : "+Yk"(m));
    return m;
}
INLINE d_vmask d_vmask_of(unsigned bits)
{
    d_vmask m = (d_vmask)bits;
    __asm__("" : "+Yk"(m));
    return m;
}

INLINE s_vec s_vload(const float *p) { return _mm512_loadu_ps(p); }
INLINE d_vec d_vload(const double *p) { return _mm512_loadu_pd(p); }
/* The empty asm asks for the mask in a mask register: left alone, GCC keeps it on the stack and loads it
 * anew in every turn of the hot loop. */
INLINE s_vec s_vload_n(const float *p, s_vmask m)
{
    __asm__("" : "+Yk"(m));
    return _mm512_maskz_loadu_ps(m, p);
}
INLINE d_vec d_vload_n(const double *p, d_vmask m)
{
    __asm__("" : "+Yk"(m));
    return _mm512_maskz_loadu_pd(m, p);
}
INLINE d_vec d_vwiden(const float *p) { return _mm512_cvtps_pd(_mm256_loadu_ps(p)); }
INLINE d_vec d_vwiden_n(const float *p, int n)
{ return _mm512_cvtps_pd(_mm512_castps512_ps256(s_vload_n(p, s_vfirst(n)))); }
INLINE void s_vstore(float *p, s_vec v) { _mm512_storeu_ps(p, v); }
INLINE void d_vstore(double *p, d_vec v) { _mm512_storeu_pd(p, v); }
INLINE void s_vstream(float *p, s_vec v) { _mm512_stream_ps(p, v); }
INLINE void d_vstream(double *p, d_vec v) { _mm512_stream_pd(p, v); }
INLINE void streamed(void) { _mm_sfence(); }
INLINE void s_vstore_n(float *p, s_vmask m, s_vec v) { _mm512_mask_storeu_ps(p, m, v); }
INLINE void d_vstore_n(double *p, d_vmask m, d_vec v) { _mm512_mask_storeu_pd(p, m, v); }

INLINE s_vec s_vheld(s_vec v)
{
    __asm__("" : "+v"(v));
    return v;
}
INLINE d_vec d_vheld(d_vec v)
{
    __asm__("" : "+v"(v));
    return v;
}
INLINE s_vec s_vload_1(const float *p) { return _mm512_zextps128_ps512(_mm_load_ss(p)); }
INLINE d_vec d_vload_1(const double *p) { return _mm512_zextpd128_pd512(_mm_load_sd(p)); }
INLINE s_vec s_vload_2(const float *p) { return _mm512_castpd_ps(d_vload_1((const double *)p)); }
INLINE d_vec d_vload_2(const double *p) { return _mm512_zextpd128_pd512(_mm_loadu_pd(p)); }
INLINE void s_vstore_1(float *p, s_vec v) { _mm_store_ss(p, _mm512_castps512_ps128(v)); }
INLINE void d_vstore_1(double *p, d_vec v) { _mm_store_sd(p, _mm512_castpd512_pd128(v)); }
INLINE void s_vstore_2(float *p, s_vec v) { _mm_storel_pi((__m64 *)p, _mm512_castps512_ps128(v)); }
INLINE void d_vstore_2(double *p, d_vec v) { _mm_storeu_pd(p, _mm512_castpd512_pd128(v)); }

INLINE s_vec s_vzero(void) { return _mm512_setzero_ps(); }
INLINE d_vec d_vzero(void) { return _mm512_setzero_pd(); }
INLINE s_vec s_vset1(float x) { return _mm512_set1_ps(x); }
INLINE d_vec d_vset1(double x) { return _mm512_set1_pd(x); }
INLINE s_vec s_vset2(float x, float y) { return _mm512_set4_ps(y, x, y, x); }
INLINE d_vec d_vset2(double x, double y) { return _mm512_set4_pd(y, x, y, x); }

INLINE s_vec s_vadd(s_vec a, s_vec b) { return _mm512_add_ps(a, b); }
INLINE d_vec d_vadd(d_vec a, d_vec b) { return _mm512_add_pd(a, b); }
INLINE s_vec s_vmul(s_vec a, s_vec b) { return _mm512_mul_ps(a, b); }
INLINE d_vec d_vmul(d_vec a, d_vec b) { return _mm512_mul_pd(a, b); }
INLINE s_vec s_vfma(s_vec a, s_vec b, s_vec c) { return _mm512_fmadd_ps(a, b, c); }
INLINE d_vec d_vfma(d_vec a, d_vec b, d_vec c) { return _mm512_fmadd_pd(a, b, c); }
INLINE s_vec s_vfma_n(s_vmask m, s_vec a, s_vec b, s_vec c) { return _mm512_mask3_fmadd_ps(a, b, c, m); }
INLINE d_vec d_vfma_n(d_vmask m, d_vec a, d_vec b, d_vec c) { return _mm512_mask3_fmadd_pd(a, b, c, m); }

INLINE s_vec s_vabs(s_vec v) { return _mm512_abs_ps(v); }
INLINE d_vec d_vabs(d_vec v) { return _mm512_abs_pd(v); }
INLINE s_vec s_vmax(s_vec a, s_vec b) { return _mm512_max_ps(a, b); }
INLINE d_vec d_vmax(d_vec a, d_vec b) { return _mm512_max_pd(a, b); }
INLINE float s_vmax_of(s_vec v) { return _mm512_reduce_max_ps(v); }
INLINE double d_vmax_of(d_vec v) { return _mm512_reduce_max_pd(v); }
INLINE unsigned s_vequal(s_vec a, s_vec b) { return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ); }
INLINE unsigned d_vequal(d_vec a, d_vec b) { return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ); }

#if defined(__AVX512VNNI__) && defined(__AVX512BF16__)
/* Integers of 32 bits; for vmac, each lane holds four of 8 bits, those of a unsigned, of b signed. */
enum { i_VLEN = 16 };
typedef __m512i i_vec;
typedef __mmask16 i_vmask;
INLINE i_vmask i_vfirst(int n) { return (i_vmask)(0xffffu >> (i_VLEN - n)); }
INLINE i_vec i_vload(const int *p) { return _mm512_loadu_si512(p); }
INLINE i_vec i_vload_n(const int *p, i_vmask m)
{
    __asm__("" : "+Yk"(m));
    return _mm512_maskz_loadu_epi32(m, p);
}
INLINE void i_vstore(int *p, i_vec v) { _mm512_storeu_si512(p, v); }
INLINE void i_vstore_n(int *p, i_vmask m, i_vec v) { _mm512_mask_storeu_epi32(p, m, v); }
INLINE i_vec i_vzero(void) { return _mm512_setzero_si512(); }
INLINE i_vec i_vset1(int x) { return _mm512_set1_epi32(x); }
INLINE i_vec i_vadd(i_vec a, i_vec b) { return _mm512_add_epi32(a, b); }
INLINE i_vec i_vmul(i_vec a, i_vec b) { return _mm512_mullo_epi32(a, b); }
INLINE i_vec i_vfma(i_vec a, i_vec b, i_vec c) { return i_vadd(i_vmul(a, b), c); }
INLINE i_vec i_vmac(i_vec a, i_vec b, i_vec c) { return _mm512_dpbusd_epi32(c, a, b); }

/* Each lane holds two bfloat16, whose products are added one after the other, the second first. */
INLINE s_vec s_vmac_bfloat16(s_vec a, s_vec b, s_vec c) { return _mm512_dpbf16_ps(c, (__m512bh)a, (__m512bh)b); }

/* The lanes of VLEN neighbours from rows that are inc apart: two elements of 16 bits in each, or four of 8. The rows
 * stand side by side in a vector, which is then shuffled. */
INLINE s_vec s_vpairs(const uint16_t *p, ptrdiff_t inc)
{
    const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6,
                                           21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    const __m512i a = _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)p));
    const __m512i rows = _mm512_inserti64x4(a, _mm256_loadu_si256((const __m256i *)(p + inc)), 1);
    return _mm512_castsi512_ps(_mm512_permutexvar_epi16(order, rows));
}
INLINE i_vec i_vquads(const uint8_t *p, ptrdiff_t inc)
{
    const __m512i fours = _mm512_set_epi32(15, 11, 7, 3, 14, 10, 6, 2, 13, 9, 5, 1, 12, 8, 4, 0);
    const __m512i bytes = _mm512_set4_epi32(0x0f0b0703, 0x0e0a0602, 0x0d090501, 0x0c080400);
    __m512i rows = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)p));
    rows = _mm512_inserti32x4(rows, _mm_loadu_si128((const __m128i *)(p + inc)), 1);
    rows = _mm512_inserti32x4(rows, _mm_loadu_si128((const __m128i *)(p + 2 * inc)), 2);
    rows = _mm512_inserti32x4(rows, _mm_loadu_si128((const __m128i *)(p + 3 * inc)), 3);
    return _mm512_shuffle_epi8(_mm512_permutexvar_epi32(fours, rows), bytes);
}

/* Stores 2 VLEN floats rounded to bfloat16, to nearest, ties to even; false, and nothing stored, if one is subnormal,
 * which the instruction would take for zero. */
INLINE bool s_vstore_bfloat16(uint16_t *p, s_vec a, s_vec b)
{
    enum { SUBNORMAL = 0x20 };
    if (_mm512_fpclass_ps_mask(a, SUBNORMAL) | _mm512_fpclass_ps_mask(b, SUBNORMAL)) return false;
    _mm512_storeu_si512(p, (__m512i)_mm512_cvtne2ps_pbh(b, a));
    return true;
}
#endif

INLINE s_vec s_vlane(s_vec v, int i) { return _mm512_permutexvar_ps(_mm512_set1_epi32(i), v); }
INLINE d_vec d_vlane(d_vec v, int i) { return _mm512_permutexvar_pd(_mm512_set1_epi64(i), v); }
INLINE s_vec s_vswap(s_vec v) { return _mm512_permute_ps(v, 0xb1); }
INLINE d_vec d_vswap(d_vec v) { return _mm512_permute_pd(v, 0x55); }
INLINE s_vec s_vevens(s_vec a, s_vec b) { return _mm512_shuffle_ps(a, b, 0x88); }
INLINE d_vec d_vevens(d_vec a, d_vec b) { return _mm512_unpacklo_pd(a, b); }
INLINE s_vec s_vodds(s_vec a, s_vec b) { return _mm512_shuffle_ps(a, b, 0xdd); }
INLINE d_vec d_vodds(d_vec a, d_vec b) { return _mm512_unpackhi_pd(a, b); }

INLINE void s_vfold(s_vec v, float *r)
{
    const __m256 h =
        _mm256_add_ps(_mm512_castps512_ps256(v), _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(v), 1)));
    const __m128 q = _mm_add_ps(_mm256_castps256_ps128(h), _mm256_extractf128_ps(h, 1));
    const __m128 two = _mm_add_ps(q, _mm_movehl_ps(q, q));
    r[0] = _mm_cvtss_f32(two), r[1] = _mm_cvtss_f32(_mm_movehdup_ps(two));
}
INLINE void d_vfold(d_vec v, double *r)
{
    const __m256d h = _mm256_add_pd(_mm512_castpd512_pd256(v), _mm512_extractf64x4_pd(v, 1));
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(h), _mm256_extractf128_pd(h, 1));
    r[0] = _mm_cvtsd_f64(two), r[1] = _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
}

INLINE s_vec s_vmix(s_vec a, s_vec b) { return _mm512_mask_blend_ps(0xaaaa, a, b); }
INLINE d_vec d_vmix(d_vec a, d_vec b) { return _mm512_mask_blend_pd(0xaa, a, b); }

/* Element l is one of b if its bit `half` is set. */
INLINE s_vec s_vfold_two(s_vec a, s_vec b, const int half)
{
#define OF(l) ((l) & half ? (l) + 16 - half : (l))
    const __m512i lo = _mm512_setr_epi32(OF(0), OF(1), OF(2), OF(3), OF(4), OF(5), OF(6), OF(7), OF(8), OF(9), OF(10),
                                         OF(11), OF(12), OF(13), OF(14), OF(15)),
                  hi = _mm512_add_epi32(lo, _mm512_set1_epi32(half));
#undef OF
    return _mm512_add_ps(_mm512_permutex2var_ps(a, lo, b), _mm512_permutex2var_ps(a, hi, b));
}
INLINE d_vec d_vfold_two(d_vec a, d_vec b, const int half)
{
#define OF(l) ((l) & half ? (l) + 8 - half : (l))
    const __m512i lo = _mm512_setr_epi64(OF(0), OF(1), OF(2), OF(3), OF(4), OF(5), OF(6), OF(7)),
                  hi = _mm512_add_epi64(lo, _mm512_set1_epi64(half));
#undef OF
    return _mm512_add_pd(_mm512_permutex2var_pd(a, lo, b), _mm512_permutex2var_pd(a, hi, b));
}
INLINE s_vec s_vspaced(s_vec v, const int n, const int apart)
{
#define FROM(l) (l) / n *apart + (l) % n
    const __m512i from =
        _mm512_setr_epi32(FROM(0), FROM(1), FROM(2), FROM(3), FROM(4), FROM(5), FROM(6), FROM(7), FROM(8), FROM(9),
                          FROM(10), FROM(11), FROM(12), FROM(13), FROM(14), FROM(15));
#undef FROM
    return _mm512_permutexvar_ps(from, v);
}
INLINE d_vec d_vspaced(d_vec v, const int n, const int apart)
{ return _mm512_castps_pd(s_vspaced(_mm512_castpd_ps(v), 2 * n, 2 * apart)); }

INLINE s_vec s_vzip_lo(s_vec a, s_vec b)
{
    const __m512i lo = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    return _mm512_permutex2var_ps(a, lo, b);
}
INLINE s_vec s_vzip_hi(s_vec a, s_vec b)
{
    const __m512i hi = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    return _mm512_permutex2var_ps(a, hi, b);
}
INLINE d_vec d_vzip_lo(d_vec a, d_vec b)
{ return _mm512_permutex2var_pd(a, _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11), b); }
INLINE d_vec d_vzip_hi(d_vec a, d_vec b)
{ return _mm512_permutex2var_pd(a, _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15), b); }

/* Quarters of 128 bits are put together by loads under masks, which leaves shuffles within the quarters only. */
INLINE s_vec s_vload_4x4(const float *a, const float *b, const float *c, const float *d)
{
    s_vec v = _mm512_castps128_ps512(_mm_loadu_ps(a));
    v = _mm512_mask_broadcast_f32x4(v, 0x00f0, _mm_loadu_ps(b));
    v = _mm512_mask_broadcast_f32x4(v, 0x0f00, _mm_loadu_ps(c));
    return _mm512_mask_broadcast_f32x4(v, 0xf000, _mm_loadu_ps(d));
}
INLINE d_vec d_vload_4x2(const double *a, const double *b, const double *c, const double *d)
{ return _mm512_castps_pd(s_vload_4x4((const float *)a, (const float *)b, (const float *)c, (const float *)d)); }
enum { s_VSTEPS = 4, d_VSTEPS = 2 };
/* Four vectors of columns, of which each quarter is transposed. */
INLINE void s_vquarters_t(const s_vec *v, s_vec *r)
{
    const d_vec ab_lo = _mm512_castps_pd(_mm512_unpacklo_ps(v[0], v[1])),
                ab_hi = _mm512_castps_pd(_mm512_unpackhi_ps(v[0], v[1])),
                cd_lo = _mm512_castps_pd(_mm512_unpacklo_ps(v[2], v[3])),
                cd_hi = _mm512_castps_pd(_mm512_unpackhi_ps(v[2], v[3]));
    r[0] = _mm512_castpd_ps(_mm512_unpacklo_pd(ab_lo, cd_lo));
    r[1] = _mm512_castpd_ps(_mm512_unpackhi_pd(ab_lo, cd_lo));
    r[2] = _mm512_castpd_ps(_mm512_unpacklo_pd(ab_hi, cd_hi));
    r[3] = _mm512_castpd_ps(_mm512_unpackhi_pd(ab_hi, cd_hi));
}
INLINE void s_vload_t(const float *p, ptrdiff_t ld, int n, s_vec *r)
{
    s_vec v[4];
    UNROLL_FOR (int i = 0; i < 4; i++) {
        const float *q = p + i * ld;
        KEPT(q); /* or each of 16 columns would have a register for its place, or a load of that from the stack */
        v[i] = n == 16 ? s_vload_4x4(q, q + 4 * ld, q + 8 * ld, q + 12 * ld)
                       : s_vload_4x4(p + column_at(i, n, ld), p + column_at(i + 4, n, ld), p + column_at(i + 8, n, ld),
                                     p + column_at(i + 12, n, ld));
    }
    s_vquarters_t(v, r);
}
/* A square of four vectors' quarters is transposed. */
INLINE void d_vsquare_of_quarters(d_vec *r)
{
    const d_vec a = _mm512_shuffle_f64x2(r[0], r[1], 0x88), b = _mm512_shuffle_f64x2(r[0], r[1], 0xdd),
                c = _mm512_shuffle_f64x2(r[2], r[3], 0x88), d = _mm512_shuffle_f64x2(r[2], r[3], 0xdd);
    r[0] = _mm512_shuffle_f64x2(a, c, 0x88), r[1] = _mm512_shuffle_f64x2(b, d, 0x88);
    r[2] = _mm512_shuffle_f64x2(a, c, 0xdd), r[3] = _mm512_shuffle_f64x2(b, d, 0xdd);
}
/* Whole lines of the cache: a quarter of the loads of four s_vload_t, and shuffles of quarters instead. */
INLINE void s_vload_lines_t(const float *p, ptrdiff_t ld, int n, s_vec *r)
{
    UNROLL_FOR (int i = 0; i < 16; i += 4) {
        const float *q = p + i * ld;
        KEPT(q);
        s_vec v[4];
        UNROLL_FOR (int j = 0; j < 4; j++) v[j] = _mm512_loadu_ps(n == 16 ? q + j * ld : p + column_at(i + j, n, ld));
        s_vquarters_t(v, r + i);
    }
    UNROLL_FOR (int i = 0; i < 4; i++) {
        d_vec q[4];
        UNROLL_FOR (int j = 0; j < 4; j++) q[j] = _mm512_castps_pd(r[i + 4 * j]);
        d_vsquare_of_quarters(q);
        UNROLL_FOR (int j = 0; j < 4; j++) r[i + 4 * j] = _mm512_castpd_ps(q[j]);
    }
}
INLINE void d_vload_t(const double *p, ptrdiff_t ld, int n, d_vec *r)
{
    d_vec v[2];
    UNROLL_FOR (int i = 0; i < 2; i++)
        v[i] = d_vload_4x2(p + column_at(i, n, ld), p + column_at(i + 2, n, ld), p + column_at(i + 4, n, ld),
                           p + column_at(i + 6, n, ld));
    r[0] = _mm512_unpacklo_pd(v[0], v[1]), r[1] = _mm512_unpackhi_pd(v[0], v[1]);
}
INLINE void d_vload_lines_t(const double *p, ptrdiff_t ld, int n, d_vec *r)
{
    UNROLL_FOR (int i = 0; i < 8; i += 2) {
        const d_vec a = _mm512_loadu_pd(p + column_at(i, n, ld)), b = _mm512_loadu_pd(p + column_at(i + 1, n, ld));
        r[i] = _mm512_unpacklo_pd(a, b), r[i + 1] = _mm512_unpackhi_pd(a, b);
    }
    UNROLL_FOR (int i = 0; i < 2; i++) {
        d_vec q[4] = {r[i], r[i + 2], r[i + 4], r[i + 6]};
        d_vsquare_of_quarters(q);
        UNROLL_FOR (int j = 0; j < 4; j++) r[i + 2 * j] = q[j];
    }
}
INLINE void s_vload_tc(const float *p, ptrdiff_t ld, int n, s_vec *r)
{
    d_vec t[2];
    d_vload_t((const double *)p, ld / 2, n, t);
    r[0] = _mm512_castpd_ps(t[0]), r[1] = _mm512_castpd_ps(t[1]);
}
INLINE void d_vload_tc(const double *p, ptrdiff_t ld, int n, d_vec *r)
{ *r = d_vload_4x2(p, p + column_at(1, n, ld), p + column_at(2, n, ld), p + column_at(3, n, ld)); }

#endif
