/* SPDX-License-Identifier: MIT */
/* The vocabulary of the SIMD layer: templates write `vfma`, and get `s_vfma` or `d_vfma`.
 *
 * Every ISA header (scalar.h, avx2.h, avx512.h, ...) defines these operations twice, once for float
 * (prefix s_) and once for double (d_). A template says which it wants by its parameter
 * REAL, the letter s or d; the names below follow it, because a macro is expanded where it is used.
 * The list is the whole layer: adding an ISA is writing these operations. */
#ifndef PBL_SIMD_NAMES_H
#define PBL_SIMD_NAMES_H

#include <math.h>
#include <stddef.h>

#define PBL_CAT_(a, b) a##b
#define PBL_CAT(a, b) PBL_CAT_(a, b)
#define OF_REAL(op) PBL_CAT(PBL_CAT(REAL, _), op)

#define T OF_REAL(real)      /* float or double */
#define VLEN OF_REAL(VLEN)   /* elements in a vector */
#define vec OF_REAL(vec)     /* VLEN elements */
#define vmask OF_REAL(vmask) /* says which of the VLEN elements take part */

#define vfirst OF_REAL(vfirst)     /* vfirst(n): mask of the first n elements, 1 <= n <= VLEN */
#define vmask_of OF_REAL(vmask_of) /* vmask_of(bits): element i takes part if bit i is set; slow to store on AVX2 */
#define vload OF_REAL(vload)       /* vload(p): p may have any alignment */
#define vload_n OF_REAL(vload_n)   /* vload_n(p, mask): others are zero and their memory is not touched */
#define vstore OF_REAL(vstore)     /* vstore(p, v) */
#define vstore_n OF_REAL(vstore_n) /* vstore_n(p, mask, v): others' memory is not touched */
#define vstream OF_REAL(vstream)   /* vstream(p, v): past the caches; p is aligned to a vector */
#define vload_1 OF_REAL(vload_1)   /* vload_1(p), vload_2(p): the first one or two elements; others are zero */
#define vload_2 OF_REAL(vload_2)
#define vstore_1 OF_REAL(vstore_1) /* vstore_1(p, v), vstore_2(p, v) */
#define vstore_2 OF_REAL(vstore_2)
#define vheld OF_REAL(vheld) /* vheld(v): v in a register; GCC reads memory again for each use of a load otherwise */
#define vset1 OF_REAL(vset1) /* vset1(x): x everywhere */
#define vset2 OF_REAL(vset2) /* vset2(x, y): x, y, x, y, ... */
#define vzero OF_REAL(vzero)
#define vadd OF_REAL(vadd)
#define vmul OF_REAL(vmul)
#define vfma OF_REAL(vfma)     /* vfma(a, b, c): a * b + c, rounded once */
#define vfma_n OF_REAL(vfma_n) /* vfma_n(mask, a, b, c): the same; c where an element takes no part */
#define vabs OF_REAL(vabs)
#define vmax OF_REAL(vmax)       /* vmax(a, b): a > b ? a : b, so that a NaN in a is passed over */
#define vmax_of OF_REAL(vmax_of) /* vmax_of(v): the largest element of a vector without NaN */
#define vequal OF_REAL(vequal)   /* vequal(a, b): bit i says whether a[i] == b[i] */
#define vlane OF_REAL(vlane)     /* vlane(v, i): element i everywhere */
#define vswap OF_REAL(vswap)     /* vswap(v): v1, v0, v3, v2, ... (real and imaginary parts change places) */
#define vfold                                                                                               \
    OF_REAL(vfold) /* vfold(v, r): by halves until two are left: r[0] = v0 + v2 + ..., r[1] = v1 + v3 + ... \
                    */
#define vevens OF_REAL(vevens)   /* vevens(a, b): the elements of both with even numbers, in some order; */
#define vodds OF_REAL(vodds)     /* vodds(a, b): the others, in the same */
#define vzip_lo OF_REAL(vzip_lo) /* vzip_lo(a, b): a0, b0, a1, b1, ... the first VLEN of both, interleaved */
#define vzip_hi OF_REAL(vzip_hi) /* vzip_hi(a, b): the last VLEN of both, interleaved */
#define vmix OF_REAL(vmix)       /* vmix(a, b): a0, b1, a2, b3, ... */
/* vfold_two(a, b, half): sums of elements that are `half` apart, half a constant and a power of two; those of b follow
 * `half` behind those of a: a0 + a[half], ... b0 + b[half], ... a[2 half] + a[3 half], ... */
#define vfold_two OF_REAL(vfold_two)
/* vspaced(v, n, apart): the first n of each `apart` elements, side by side; anything behind them. Constants, powers of
 * two. */
#define vspaced OF_REAL(vspaced)
#define vwiden OF_REAL(vwiden)     /* vwiden(p): VLEN floats, made doubles (d only) */
#define vwiden_n OF_REAL(vwiden_n) /* vwiden_n(p, n): the first n; others are zero and their memory is not touched */
#define vmac OF_REAL(vmac) /* vmac(a, b, c): c + the sum of the products of narrow integers in each lane (i only) */
/* streamed(): what vstream wrote can be seen by other threads as soon as what is written next. */

/* UNROLL_FOR: a loop of constant length that must vanish, so that an array of vectors lives in registers.
 * VECTOR_FOR: the same where vectors are registers; a plain loop in plain C, where code would only become long.
 * ROLLED_FOR: one that must not, as its addresses would take the registers that the hot loop needs.
 * PAIRED_FOR: one of any length that makes two turns in one.
 * INDEPENDENT_FOR: one whose turns touch elements of their own only, so that the compiler may make vectors of it. */
#ifdef __clang__
#define UNROLL_FOR(...) _Pragma("clang loop unroll(full)") for (__VA_ARGS__)
#define ROLLED_FOR(...) _Pragma("clang loop unroll(disable)") for (__VA_ARGS__)
#define PAIRED_FOR(...) _Pragma("clang loop unroll_count(2)") for (__VA_ARGS__)
#define INDEPENDENT_FOR(...) _Pragma("clang loop vectorize(assume_safety)") for (__VA_ARGS__)
#else
#if defined PBL_PLAIN_VECTORS && !defined __FP_FAST_FMA /* no registers to win: each operation is a call */
#define UNROLL_FOR(...) for (__VA_ARGS__)
#else
#define UNROLL_FOR(...) _Pragma("GCC unroll 32") for (__VA_ARGS__)
#endif
#define ROLLED_FOR(...) _Pragma("GCC unroll 1") for (__VA_ARGS__)
#define PAIRED_FOR(...) _Pragma("GCC unroll 2") for (__VA_ARGS__)
#define INDEPENDENT_FOR(...) _Pragma("GCC ivdep") for (__VA_ARGS__)
#endif
#ifdef PBL_PLAIN_VECTORS
#define VECTOR_FOR(...) for (__VA_ARGS__)
#else
#define VECTOR_FOR UNROLL_FOR
#endif
#define KEPT(p) __asm__("" : "+r"(p)) /* in a register of its own, whatever it was made of */
#define INLINE static inline __attribute__((always_inline))
#define LIKELY(condition) __builtin_expect(condition, 1)

/* vload_t(p, ld, n, r): r[q] = p[q], p[ld + q], p[2 ld + q], ... for q < VSTEPS: rows of a matrix whose columns, ld
 * apart, are contiguous. From the n-th on, columns are not read and elements may be anything. vload_tc: the same with
 * complex elements, two reals each, and half as many rows. */
#define VSTEPS OF_REAL(VSTEPS)
/* vload_lines_t: vload_t for VLEN rows (vectors that are whole lines of the cache only). */
#define vload_lines_t OF_REAL(vload_lines_t)
INLINE ptrdiff_t column_at(int i, int n, ptrdiff_t ld) { return (i < n ? i : n - 1) * ld; }

typedef float s_real;
typedef double d_real;
typedef int i_real; /* of 32 bits; sums wrap around */

/* a * b, and a * b + c rounded once, of single elements. Where this matters it must be said: GCC 12 fuses a complex
 * product that it vectorises, -ffp-contract=off or not. */
#define fma1 OF_REAL(fma1)
#define mul1 OF_REAL(mul1)
#define abs1 OF_REAL(abs1)
INLINE float s_abs1(float a) { return fabsf(a); }
INLINE double d_abs1(double a) { return fabs(a); }
INLINE float s_mul1(float a, float b) { return a * b; }
INLINE double d_mul1(double a, double b) { return a * b; }
INLINE int i_mul1(int a, int b) { return (int)((unsigned)a * (unsigned)b); }
INLINE float s_fma1(float a, float b, float c) { return fmaf(a, b, c); }
INLINE double d_fma1(double a, double b, double c) { return fma(a, b, c); }
INLINE int i_fma1(int a, int b, int c) { return (int)((unsigned)a * (unsigned)b + (unsigned)c); }

#endif
