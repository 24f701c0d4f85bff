/* SPDX-License-Identifier: MIT */
/* The SIMD layer on AVX2 + FMA: 8 floats or 4 doubles; a mask is a vector of all-ones and all-zeros integers.
 *
 *   operation   instruction                   Zen 4: latency, per cycle
 *   vload       vmovups ymm, m256             7, 2
 *   vload_n     vmaskmovps ymm, ymm, m256     8, 2      a masked lane never faults
 *   vstore      vmovups m256, ymm             -, 1
 *   vstore_n    stores of 4, 2 and 1          vmaskmovps to memory takes 42 micro-operations on Zen 4
 *   vset1(*p)   vbroadcastss ymm, m32         7, 2
 *   vfma        vfmadd231ps                   4, 2
 *   vzip_*      vunpck?ps, vunpck?ps, vperm2f128   1 + 1 + 3 */
#ifndef PBL_SIMD_AVX2_H
#define PBL_SIMD_AVX2_H

#include <immintrin.h>

#include "names.h"

enum { s_VLEN = 8, d_VLEN = 4 };
typedef __m256 s_vec;
typedef __m256d d_vec;

#ifdef __AVX512VL__ /* the narrow kernels of AVX-512: masks in registers of their own, as in avx512.h */
typedef __mmask8 s_vmask;
typedef __mmask8 d_vmask;
INLINE s_vmask s_vfirst(int n) { return (s_vmask)(0xffu >> (s_VLEN - n)); }
INLINE d_vmask d_vfirst(int n) { return (d_vmask)(0xfu >> (d_VLEN - n)); }
INLINE s_vmask s_vmask_of(unsigned bits) { return (s_vmask)bits; }
INLINE d_vmask d_vmask_of(unsigned bits) { return (d_vmask)(bits & 0xf); }
INLINE s_vec s_vload_n(const float *p, s_vmask m)
{
    __asm__("" : "+Yk"(m));
    return _mm256_maskz_loadu_ps(m, p);
}
INLINE d_vec d_vload_n(const double *p, d_vmask m)
{
    __asm__("" : "+Yk"(m));
    return _mm256_maskz_loadu_pd(m, p);
}
INLINE void s_vstore_n(float *p, s_vmask m, s_vec v) { _mm256_mask_storeu_ps(p, m, v); }
INLINE void d_vstore_n(double *p, d_vmask m, d_vec v) { _mm256_mask_storeu_pd(p, m, v); }
INLINE s_vec s_vfma_n(s_vmask m, s_vec a, s_vec b, s_vec c) { return _mm256_mask3_fmadd_ps(a, b, c, m); }
INLINE d_vec d_vfma_n(d_vmask m, d_vec a, d_vec b, d_vec c) { return _mm256_mask3_fmadd_pd(a, b, c, m); }
#else
typedef struct {
    __m256i lanes;
    int n; /* the first n; 0: those of bits */
    unsigned bits;
} s_vmask;
typedef struct {
    __m256i lanes;
    int n;
    unsigned bits;
} d_vmask;

INLINE s_vmask s_vfirst(int n)
{
    const __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return (s_vmask){_mm256_cmpgt_epi32(_mm256_set1_epi32(n), index), n, 0};
}
INLINE d_vmask d_vfirst(int n)
{
    const __m256i index = _mm256_setr_epi64x(0, 1, 2, 3);
    return (d_vmask){_mm256_cmpgt_epi64(_mm256_set1_epi64x(n), index), n, 0};
}
/* Each lane's bit goes where its sign is, which is all that loads and blends look at. */
INLINE s_vmask s_vmask_of(unsigned bits)
{
    const __m256i up = _mm256_setr_epi32(31, 30, 29, 28, 27, 26, 25, 24);
    return (s_vmask){_mm256_sllv_epi32(_mm256_set1_epi32((int)bits), up), 0, bits};
}
INLINE d_vmask d_vmask_of(unsigned bits)
{
    const __m256i up = _mm256_setr_epi64x(63, 62, 61, 60);
    return (d_vmask){_mm256_sllv_epi64(_mm256_set1_epi64x((long long)bits), up), 0, bits};
}
INLINE s_vec s_vload_n(const float *p, s_vmask m) { return _mm256_maskload_ps(p, m.lanes); }
INLINE d_vec d_vload_n(const double *p, d_vmask m) { return _mm256_maskload_pd(p, m.lanes); }
INLINE void s_vstore_n(float *p, s_vmask m, s_vec v)
{
    __m128 part = _mm256_castps256_ps128(v);
    for (int i = 0; m.n == 0 && i < s_VLEN; i++)
        if (m.bits >> i & 1) p[i] = v[i];
    if (m.n == s_VLEN) {
        _mm256_storeu_ps(p, v);
        return;
    }
    if (m.n & 4) {
        _mm_storeu_ps(p, part);
        p += 4, part = _mm256_extractf128_ps(v, 1);
    }
    if (m.n & 2) {
        _mm_storel_pi((__m64 *)p, part);
        p += 2, part = _mm_movehl_ps(part, part);
    }
    if (m.n & 1) _mm_store_ss(p, part);
}
INLINE void d_vstore_n(double *p, d_vmask m, d_vec v)
{
    __m128d part = _mm256_castpd256_pd128(v);
    for (int i = 0; m.n == 0 && i < d_VLEN; i++)
        if (m.bits >> i & 1) p[i] = v[i];
    if (m.n == d_VLEN) {
        _mm256_storeu_pd(p, v);
        return;
    }
    if (m.n & 2) {
        _mm_storeu_pd(p, part);
        p += 2, part = _mm256_extractf128_pd(v, 1);
    }
    if (m.n & 1) _mm_store_sd(p, part);
}
INLINE s_vec s_vfma_n(s_vmask m, s_vec a, s_vec b, s_vec c)
{ return _mm256_blendv_ps(c, _mm256_fmadd_ps(a, b, c), _mm256_castsi256_ps(m.lanes)); }
INLINE d_vec d_vfma_n(d_vmask m, d_vec a, d_vec b, d_vec c)
{ return _mm256_blendv_pd(c, _mm256_fmadd_pd(a, b, c), _mm256_castsi256_pd(m.lanes)); }
#endif

INLINE s_vec s_vload(const float *p) { return _mm256_loadu_ps(p); }
INLINE d_vec d_vload(const double *p) { return _mm256_loadu_pd(p); }
INLINE d_vec d_vwiden(const float *p) { return _mm256_cvtps_pd(_mm_loadu_ps(p)); }
INLINE d_vec d_vwiden_n(const float *p, int n)
{ return _mm256_cvtps_pd(_mm256_castps256_ps128(s_vload_n(p, s_vfirst(n)))); }
INLINE void s_vstore(float *p, s_vec v) { _mm256_storeu_ps(p, v); }
INLINE void d_vstore(double *p, d_vec v) { _mm256_storeu_pd(p, v); }
INLINE void s_vstream(float *p, s_vec v) { _mm256_stream_ps(p, v); }
INLINE void d_vstream(double *p, d_vec v) { _mm256_stream_pd(p, v); }
INLINE void streamed(void) { _mm_sfence(); }
INLINE s_vec s_vheld(s_vec v)
{
    __asm__("" : "+x"(v));
    return v;
}
INLINE d_vec d_vheld(d_vec v)
{
    __asm__("" : "+x"(v));
    return v;
}
INLINE s_vec s_vload_1(const float *p) { return _mm256_zextps128_ps256(_mm_load_ss(p)); }
INLINE d_vec d_vload_1(const double *p) { return _mm256_zextpd128_pd256(_mm_load_sd(p)); }
INLINE s_vec s_vload_2(const float *p) { return _mm256_castpd_ps(d_vload_1((const double *)p)); }
INLINE d_vec d_vload_2(const double *p) { return _mm256_zextpd128_pd256(_mm_loadu_pd(p)); }
INLINE void s_vstore_1(float *p, s_vec v) { _mm_store_ss(p, _mm256_castps256_ps128(v)); }
INLINE void d_vstore_1(double *p, d_vec v) { _mm_store_sd(p, _mm256_castpd256_pd128(v)); }
INLINE void s_vstore_2(float *p, s_vec v) { _mm_storel_pi((__m64 *)p, _mm256_castps256_ps128(v)); }
INLINE void d_vstore_2(double *p, d_vec v) { _mm_storeu_pd(p, _mm256_castpd256_pd128(v)); }
INLINE s_vec s_vzero(void) { return _mm256_setzero_ps(); }
INLINE d_vec d_vzero(void) { return _mm256_setzero_pd(); }
INLINE s_vec s_vset1(float x) { return _mm256_set1_ps(x); }
INLINE d_vec d_vset1(double x) { return _mm256_set1_pd(x); }
INLINE s_vec s_vset2(float x, float y) { return _mm256_setr_ps(x, y, x, y, x, y, x, y); }
INLINE d_vec d_vset2(double x, double y) { return _mm256_setr_pd(x, y, x, y); }

INLINE s_vec s_vadd(s_vec a, s_vec b) { return _mm256_add_ps(a, b); }
INLINE d_vec d_vadd(d_vec a, d_vec b) { return _mm256_add_pd(a, b); }
INLINE s_vec s_vmul(s_vec a, s_vec b) { return _mm256_mul_ps(a, b); }
INLINE d_vec d_vmul(d_vec a, d_vec b) { return _mm256_mul_pd(a, b); }
INLINE s_vec s_vfma(s_vec a, s_vec b, s_vec c) { return _mm256_fmadd_ps(a, b, c); }
INLINE d_vec d_vfma(d_vec a, d_vec b, d_vec c) { return _mm256_fmadd_pd(a, b, c); }

INLINE s_vec s_vabs(s_vec v) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), v); }
INLINE d_vec d_vabs(d_vec v) { return _mm256_andnot_pd(_mm256_set1_pd(-0.0), v); }
INLINE s_vec s_vmax(s_vec a, s_vec b) { return _mm256_max_ps(a, b); }
INLINE d_vec d_vmax(d_vec a, d_vec b) { return _mm256_max_pd(a, b); }
INLINE float s_vmax_of(s_vec v)
{
    __m128 h = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    h = _mm_max_ps(h, _mm_movehl_ps(h, h));
    return _mm_cvtss_f32(_mm_max_ps(h, _mm_movehdup_ps(h)));
}
INLINE double d_vmax_of(d_vec v)
{
    const __m128d h = _mm_max_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd(v, 1));
    return _mm_cvtsd_f64(_mm_max_pd(h, _mm_unpackhi_pd(h, h)));
}
INLINE unsigned s_vequal(s_vec a, s_vec b) { return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_EQ_OQ)); }
INLINE unsigned d_vequal(d_vec a, d_vec b) { return (unsigned)_mm256_movemask_pd(_mm256_cmp_pd(a, b, _CMP_EQ_OQ)); }

/* Integers of 32 bits; for vmac, each lane holds two of 16 bits. */
#ifndef __AVX512VL__
enum { i_VLEN = 8 };
typedef __m256i i_vec;
typedef s_vmask i_vmask;
INLINE i_vmask i_vfirst(int n) { return s_vfirst(n); }
INLINE i_vec i_vload(const int *p) { return _mm256_loadu_si256((const __m256i *)p); }
INLINE i_vec i_vload_n(const int *p, i_vmask m) { return _mm256_maskload_epi32(p, m.lanes); }
INLINE void i_vstore(int *p, i_vec v) { _mm256_storeu_si256((__m256i *)p, v); }
INLINE void i_vstore_n(int *p, i_vmask m, i_vec v) { s_vstore_n((float *)p, m, _mm256_castsi256_ps(v)); }
INLINE i_vec i_vzero(void) { return _mm256_setzero_si256(); }
INLINE i_vec i_vset1(int x) { return _mm256_set1_epi32(x); }
INLINE i_vec i_vadd(i_vec a, i_vec b) { return _mm256_add_epi32(a, b); }
INLINE i_vec i_vmul(i_vec a, i_vec b) { return _mm256_mullo_epi32(a, b); }
INLINE i_vec i_vfma(i_vec a, i_vec b, i_vec c) { return i_vadd(i_vmul(a, b), c); }
INLINE i_vec i_vmac(i_vec a, i_vec b, i_vec c) /* GCC 12 would add up in other registers, and move all sums back */
{
    const i_vec products = _mm256_madd_epi16(a, b);
    __asm__("vpaddd %1, %0, %0" : "+x"(c) : "x"(products));
    return c;
}
#endif

INLINE s_vec s_vlane(s_vec v, int i) { return _mm256_permutevar8x32_ps(v, _mm256_set1_epi32(i)); }
INLINE d_vec d_vlane(d_vec v, int i)
{
    const __m256i halves = _mm256_set1_epi64x((2 * i + 1LL) << 32 | 2 * i);
    return _mm256_castps_pd(_mm256_permutevar8x32_ps(_mm256_castpd_ps(v), halves));
}
INLINE s_vec s_vswap(s_vec v) { return _mm256_permute_ps(v, 0xb1); }
INLINE d_vec d_vswap(d_vec v) { return _mm256_permute_pd(v, 0x5); }
INLINE s_vec s_vevens(s_vec a, s_vec b) { return _mm256_shuffle_ps(a, b, 0x88); }
INLINE d_vec d_vevens(d_vec a, d_vec b) { return _mm256_unpacklo_pd(a, b); }
INLINE s_vec s_vodds(s_vec a, s_vec b) { return _mm256_shuffle_ps(a, b, 0xdd); }
INLINE d_vec d_vodds(d_vec a, d_vec b) { return _mm256_unpackhi_pd(a, b); }

INLINE void s_vfold(s_vec v, float *r)
{
    const __m128 q = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    const __m128 two = _mm_add_ps(q, _mm_movehl_ps(q, q));
    r[0] = _mm_cvtss_f32(two), r[1] = _mm_cvtss_f32(_mm_movehdup_ps(two));
}
INLINE void d_vfold(d_vec v, double *r)
{
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd(v, 1));
    r[0] = _mm_cvtsd_f64(two), r[1] = _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
}

INLINE s_vec s_vmix(s_vec a, s_vec b) { return _mm256_blend_ps(a, b, 0xaa); }
INLINE d_vec d_vmix(d_vec a, d_vec b) { return _mm256_blend_pd(a, b, 0xa); }
INLINE s_vec s_vfold_two(s_vec a, s_vec b, const int half)
{
    const d_vec p = _mm256_castps_pd(a), q = _mm256_castps_pd(b);
    if (half == 4) return s_vadd(_mm256_permute2f128_ps(a, b, 0x20), _mm256_permute2f128_ps(a, b, 0x31));
    if (half == 2)
        return s_vadd(_mm256_castpd_ps(_mm256_unpacklo_pd(p, q)), _mm256_castpd_ps(_mm256_unpackhi_pd(p, q)));
    return s_vadd(s_vmix(a, _mm256_moveldup_ps(b)), s_vmix(_mm256_movehdup_ps(a), b));
}
INLINE d_vec d_vfold_two(d_vec a, d_vec b, const int half)
{
    if (half == 2) return d_vadd(_mm256_permute2f128_pd(a, b, 0x20), _mm256_permute2f128_pd(a, b, 0x31));
    return d_vadd(_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
}
INLINE s_vec s_vspaced(s_vec v, const int n, const int apart)
{
#define FROM(l) (l) / n *apart + (l) % n
    return _mm256_permutevar8x32_ps(
        v, _mm256_setr_epi32(FROM(0), FROM(1), FROM(2), FROM(3), FROM(4), FROM(5), FROM(6), FROM(7)));
#undef FROM
}
INLINE d_vec d_vspaced(d_vec v, const int n, const int apart)
{ return _mm256_castps_pd(s_vspaced(_mm256_castpd_ps(v), 2 * n, 2 * apart)); }

/* The unpack instructions interleave within each half of 128 bits; the halves are then put in order. */
INLINE s_vec s_vzip_lo(s_vec a, s_vec b)
{ return _mm256_permute2f128_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b), 0x20); }
INLINE s_vec s_vzip_hi(s_vec a, s_vec b)
{ return _mm256_permute2f128_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b), 0x31); }
INLINE d_vec d_vzip_lo(d_vec a, d_vec b)
{ return _mm256_permute2f128_pd(_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b), 0x20); }
INLINE d_vec d_vzip_hi(d_vec a, d_vec b)
{ return _mm256_permute2f128_pd(_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b), 0x31); }

/* The halves of 128 bits are put together by the loads, which leaves shuffles within the halves only. */
INLINE s_vec s_vload_2x4(const float *lo, const float *hi)
{ return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(lo)), _mm_loadu_ps(hi), 1); }
INLINE d_vec d_vload_2x2(const double *lo, const double *hi)
{ return _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(lo)), _mm_loadu_pd(hi), 1); }
enum { s_VSTEPS = 4, d_VSTEPS = 2 };
INLINE void s_vload_t(const float *p, ptrdiff_t ld, int n, s_vec *r)
{
    s_vec v[4];
    UNROLL_FOR (int i = 0; i < 4; i++) {
        const float *q = p + i * ld;
        KEPT(q); /* as for AVX-512 */
        v[i] = n == 8 ? s_vload_2x4(q, q + 4 * ld) : s_vload_2x4(p + column_at(i, n, ld), p + column_at(i + 4, n, ld));
    }
    const d_vec ab_lo = _mm256_castps_pd(_mm256_unpacklo_ps(v[0], v[1])),
                ab_hi = _mm256_castps_pd(_mm256_unpackhi_ps(v[0], v[1])),
                cd_lo = _mm256_castps_pd(_mm256_unpacklo_ps(v[2], v[3])),
                cd_hi = _mm256_castps_pd(_mm256_unpackhi_ps(v[2], v[3]));
    r[0] = _mm256_castpd_ps(_mm256_unpacklo_pd(ab_lo, cd_lo));
    r[1] = _mm256_castpd_ps(_mm256_unpackhi_pd(ab_lo, cd_lo));
    r[2] = _mm256_castpd_ps(_mm256_unpacklo_pd(ab_hi, cd_hi));
    r[3] = _mm256_castpd_ps(_mm256_unpackhi_pd(ab_hi, cd_hi));
}
INLINE void d_vload_t(const double *p, ptrdiff_t ld, int n, d_vec *r)
{
    const d_vec a = d_vload_2x2(p, p + column_at(2, n, ld)),
                b = d_vload_2x2(p + column_at(1, n, ld), p + column_at(3, n, ld));
    r[0] = _mm256_unpacklo_pd(a, b), r[1] = _mm256_unpackhi_pd(a, b);
}
INLINE void s_vload_tc(const float *p, ptrdiff_t ld, int n, s_vec *r)
{
    d_vec t[2];
    d_vload_t((const double *)p, ld / 2, n, t);
    r[0] = _mm256_castpd_ps(t[0]), r[1] = _mm256_castpd_ps(t[1]);
}
INLINE void d_vload_tc(const double *p, ptrdiff_t ld, int n, d_vec *r) { *r = d_vload_2x2(p, p + column_at(1, n, ld)); }

#endif
