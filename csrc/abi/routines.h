/* SPDX-License-Identifier: MIT */
/* The BLAS on a page: every routine, the function that does it, and the arguments it takes.
 *
 * A signature is a list of arguments, each written _(kind, ...). It is read with many meanings of _: as the parameters
 * of the C and the Fortran routine, as what these pass on, as netlib's checks, and as the arguments of the function.
 * What each kind stands for is said there (run.h, run.c, cblas.c, fortran.c). The kinds:
 *
 *   layout                         CBLAS's first argument; Fortran's matrices are column-major;   order  for both
 *   letter, TYPE, name, valid      an enumerator of C, a letter of Fortran
 *   integer, name, valid           with the condition that it must meet
 *   count, n, used                 level 1's n: so many elements are used, none if that is negative
 *   scalar, name                   of the routine's dtype;          real, name          of its real type
 *   array, IN or OUT, name         of elements of that dtype;       reals, OUT, name    of that real type
 *   vector, IN or OUT, x, length   and its increment
 *   matrix, IN or OUT, a, rows, columns   and its leading dimension;   leading, b, rows, columns   that alone
 *   letters, TYPE, name            an array of these, one for each group of products;   integers, name;   scalars, name
 *   matrices, IN or OUT, a         an array of addresses, one for each product, and of leading dimensions, one a group
 *   band, a, kl, ku                a matrix in LAPACK's band storage, and its leading dimension
 *   fixed, value                   what the function wants beside what the routine takes
 *   result                         where a function's value goes */
#ifndef PBL_ABI_ROUTINES_H
#define PBL_ABI_ROUTINES_H

/* clang-format off */

#define IN const
#define OUT

/* Arguments that many share. */
#define SIZE(_, name) _(integer, name, name >= 0)
#define OP(_, name) _(letter, TRANSPOSE, name, "ntc")
#define OP_SYMMETRIC(_) _(letter, TRANSPOSE, trans, call->dtype < PBL_C ? "ntc" : "nt")
#define OP_HERMITIAN(_) _(letter, TRANSPOSE, trans, "nc")
#define UPLO(_) _(letter, UPLO, uplo, "ul")
#define UPLO_PACKED(_) UPLO(_) _(fixed, layout)
#define SIDE(_) _(letter, SIDE, side, "lr")
#define DIAG(_) _(letter, DIAG, diag, "nu")
#define BAND_UPLO(_) _(band, a, uplo == 'l' ? k : 0, uplo == 'u' ? k : 0)

/* rows x columns, or what is stored if it is transposed; the side's square matrix. */
#define OF(op, rows, columns) op == 'n' ? rows : columns, op == 'n' ? columns : rows
#define ON(side) side == 'l' ? m : n, side == 'l' ? m : n

/* Level 1 */
#define SWAP(_) _(count, n, n) _(vector, OUT, x, n) _(vector, OUT, y, n)
#define COPY(_) _(count, n, n) _(vector, IN, x, n) _(vector, OUT, y, n)
#define SCAL(_) _(count, n, incx > 0 ? n : 0) _(scalar, alpha) _(vector, OUT, x, n)
#define SCAL_REAL(_) _(count, n, incx > 0 ? n : 0) _(real, alpha) _(vector, OUT, x, n)
#define AXPY(_) _(count, n, n) _(scalar, alpha) _(vector, IN, x, n) _(vector, OUT, y, n)
#define AXPBY(_) _(count, n, n) _(scalar, alpha) _(vector, IN, x, n) _(scalar, beta) _(vector, OUT, y, n)
#define ROT(_) _(count, n, n) _(vector, OUT, x, n) _(vector, OUT, y, n) _(real, c) _(real, s)
#define ROTG(_) _(array, OUT, a) _(array, OUT, b) _(reals, OUT, c) _(array, OUT, s)
#define ROTM(_) _(count, n, n) _(vector, OUT, x, n) _(vector, OUT, y, n) _(array, IN, param)
#define ROTMG(_) _(array, OUT, d1) _(array, OUT, d2) _(array, OUT, x1) _(scalar, y1) _(array, OUT, param)
#define DOTU(_) _(fixed, 'n') DSDOT(_)
#define DOTC(_) _(fixed, 'c') DSDOT(_)
#define DSDOT(_) _(count, n, n) _(vector, IN, x, n) _(vector, IN, y, n) _(result)
#define SDSDOT(_) _(count, n, n) _(scalar, alpha) _(vector, IN, x, n) _(vector, IN, y, n) _(result)
#define NRM2(_) _(count, n, n) _(vector, IN, x, n) _(result)
#define ASUM(_) _(count, n, incx > 0 ? n : 0) _(vector, IN, x, n) _(result)

/* Level 2 */
#define GEMV(_)                                                                                          \
    _(layout)                                                                                            \
    OP(_, trans)                                                                                         \
    SIZE(_, m) SIZE(_, n) _(scalar, alpha) _(matrix, IN, a, m, n) _(vector, IN, x, trans == 'n' ? n : m) \
        _(scalar, beta) _(vector, OUT, y, trans == 'n' ? m : n)
#define GBMV(_)                                                                       \
    _(layout)                                                                         \
    OP(_, trans)                                                                      \
    SIZE(_, m) SIZE(_, n) SIZE(_, kl) SIZE(_, ku) _(scalar, alpha) _(band, a, kl, ku) \
        _(vector, IN, x, trans == 'n' ? n : m) _(scalar, beta) _(vector, OUT, y, trans == 'n' ? m : n)
#define SYMV(_) \
    _(layout)   \
    UPLO(_) SIZE(_, n) _(scalar, alpha) _(matrix, IN, a, n, n) _(vector, IN, x, n) _(scalar, beta) _(vector, OUT, y, n)
#define SBMV(_) \
    _(layout)   \
    UPLO(_) SIZE(_, n) SIZE(_, k) _(scalar, alpha) BAND_UPLO(_) _(vector, IN, x, n) _(scalar, beta) _(vector, OUT, y, n)
#define SPMV(_) \
    _(layout)   \
    UPLO_PACKED(_) SIZE(_, n) _(scalar, alpha) _(array, IN, ap) _(vector, IN, x, n) _(scalar, beta) _(vector, OUT, y, n)
#define TRMV(_) _(layout) UPLO(_) OP(_, trans) DIAG(_) SIZE(_, n) _(matrix, IN, a, n, n) _(vector, OUT, x, n)
#define TBMV(_) _(layout) UPLO(_) OP(_, trans) DIAG(_) SIZE(_, n) SIZE(_, k) BAND_UPLO(_) _(vector, OUT, x, n)
#define TPMV(_) _(layout) UPLO_PACKED(_) OP(_, trans) DIAG(_) SIZE(_, n) _(array, IN, ap) _(vector, OUT, x, n)
#define GER(_) \
    _(layout) SIZE(_, m) SIZE(_, n) _(scalar, alpha) _(vector, IN, x, m) _(vector, IN, y, n) _(matrix, OUT, a, m, n)
#define GERU(_) _(fixed, 't') GER(_)
#define GERC(_) _(fixed, 'c') GER(_)
#define SYR(_) _(layout) UPLO(_) SIZE(_, n) _(scalar, alpha) _(vector, IN, x, n) _(matrix, OUT, a, n, n)
#define HER(_) _(layout) UPLO(_) SIZE(_, n) _(real, alpha) _(vector, IN, x, n) _(matrix, OUT, a, n, n)
#define SPR(_) _(layout) UPLO_PACKED(_) SIZE(_, n) _(scalar, alpha) _(vector, IN, x, n) _(array, OUT, ap)
#define HPR(_) _(layout) UPLO_PACKED(_) SIZE(_, n) _(real, alpha) _(vector, IN, x, n) _(array, OUT, ap)
#define SYR2(_) \
    _(layout) UPLO(_) SIZE(_, n) _(scalar, alpha) _(vector, IN, x, n) _(vector, IN, y, n) _(matrix, OUT, a, n, n)
#define SPR2(_) \
    _(layout) UPLO_PACKED(_) SIZE(_, n) _(scalar, alpha) _(vector, IN, x, n) _(vector, IN, y, n) _(array, OUT, ap)

/* Level 3 */
#define GEMM(_)                                                                                          \
    _(layout)                                                                                            \
    OP(_, trans_a)                                                                                       \
    OP(_, trans_b) SIZE(_, m) SIZE(_, n) SIZE(_, k) _(scalar, alpha) _(matrix, IN, a, OF(trans_a, m, k)) \
        _(matrix, IN, b, OF(trans_b, k, n)) _(scalar, beta) _(matrix, OUT, c, m, n)
#define GEMMT(_)                                                                                             \
    _(layout)                                                                                                \
    UPLO(_)                                                                                                  \
    OP(_, trans_a) OP(_, trans_b) SIZE(_, n) SIZE(_, k) _(scalar, alpha) _(matrix, IN, a, OF(trans_a, n, k)) \
        _(matrix, IN, b, OF(trans_b, k, n)) _(scalar, beta) _(matrix, OUT, c, n, n)
#define SYMM(_)                                                                                                      \
    _(layout)                                                                                                        \
    SIDE(_)                                                                                                          \
    UPLO(_) SIZE(_, m) SIZE(_, n) _(scalar, alpha) _(matrix, IN, a, ON(side)) _(matrix, IN, b, m, n) _(scalar, beta) \
        _(matrix, OUT, c, m, n)
#define SYRK(_)                                                                                              \
    _(layout)                                                                                                \
    UPLO(_)                                                                                                  \
    OP_SYMMETRIC(_) SIZE(_, n) SIZE(_, k) _(scalar, alpha) _(matrix, IN, a, OF(trans, n, k)) _(scalar, beta) \
        _(matrix, OUT, c, n, n)
#define HERK(_)                                                                                          \
    _(layout)                                                                                            \
    UPLO(_)                                                                                              \
    OP_HERMITIAN(_) SIZE(_, n) SIZE(_, k) _(real, alpha) _(matrix, IN, a, OF(trans, n, k)) _(real, beta) \
        _(matrix, OUT, c, n, n)
#define SYR2K(_)                                                                             \
    _(layout)                                                                                \
    UPLO(_)                                                                                  \
    OP_SYMMETRIC(_) SIZE(_, n) SIZE(_, k) _(scalar, alpha) _(matrix, IN, a, OF(trans, n, k)) \
        _(matrix, IN, b, OF(trans, n, k)) _(scalar, beta) _(matrix, OUT, c, n, n)
#define HER2K(_)                                                                             \
    _(layout)                                                                                \
    UPLO(_)                                                                                  \
    OP_HERMITIAN(_) SIZE(_, n) SIZE(_, k) _(scalar, alpha) _(matrix, IN, a, OF(trans, n, k)) \
        _(matrix, IN, b, OF(trans, n, k)) _(real, beta) _(matrix, OUT, c, n, n)
#define TRMM(_)                                                                                    \
    _(layout)                                                                                      \
    SIDE(_)                                                                                        \
    UPLO(_) OP(_, trans) DIAG(_) SIZE(_, m) SIZE(_, n) _(scalar, alpha) _(matrix, IN, a, ON(side)) \
        _(matrix, OUT, b, m, n)

/* Extensions, as OpenBLAS and MKL have them. A stack's C must move, if there is more than one. */
#define GEMM_STACK(_)                                                                                       \
    _(layout)                                                                                               \
    OP(_, trans_a)                                                                                          \
    OP(_, trans_b) SIZE(_, m) SIZE(_, n) SIZE(_, k) _(scalar, alpha) _(matrix, IN, a, OF(trans_a, m, k))    \
        _(integer, stride_a, 1) _(matrix, IN, b, OF(trans_b, k, n)) _(integer, stride_b, 1) _(scalar, beta) \
            _(matrix, OUT, c, m, n) _(integer, stride_c, stride_c || batch_size < 2 || m == 0 || n == 0)    \
                SIZE(_, batch_size)
#define GEMM_GROUPS(_)                                                                                               \
    _(layout)                                                                                                        \
    _(letters, TRANSPOSE, trans_a)                                                                                   \
    _(letters, TRANSPOSE, trans_b) _(integers, m) _(integers, n) _(integers, k) _(scalars, alpha) _(matrices, IN, a) \
        _(matrices, IN, b) _(scalars, beta) _(matrices, OUT, c) SIZE(_, group_count) _(integers, group_size)
#define OMATCOPY(_) COPIED(_) _(matrix, IN, a, rows, columns) _(matrix, OUT, b, OF(turned(trans), rows, columns))
#define IMATCOPY(_) COPIED(_) _(matrix, OUT, a, rows, columns) _(leading, b, OF(turned(trans), rows, columns))
#define COPIED(_) _(order) _(letter, TRANSPOSE, trans, "ntcr") SIZE(_, rows) SIZE(_, columns) _(scalar, alpha)

/* The dtypes that have a routine: X(dtype, name, ...); for functions X(dtype, of the value, name, ...). */
#define SD(X, name, ...) X(s, s##name, __VA_ARGS__) X(d, d##name, __VA_ARGS__)
#define CZ(X, name, ...) X(c, c##name, __VA_ARGS__) X(z, z##name, __VA_ARGS__)
#define SDCZ(X, name, ...) SD(X, name, __VA_ARGS__) CZ(X, name, __VA_ARGS__)
#define CS_ZD(X, name, ...) X(c, cs##name, __VA_ARGS__) X(z, zd##name, __VA_ARGS__)
#define I_SDCZ(X, name, ...) \
    X(s, is##name, __VA_ARGS__) X(d, id##name, __VA_ARGS__) X(c, ic##name, __VA_ARGS__) X(z, iz##name, __VA_ARGS__)
#define S_D(X, name, ...) X(s, s, s##name, __VA_ARGS__) X(d, d, d##name, __VA_ARGS__)
#define SC_DZ(X, name, ...) X(c, s, sc##name, __VA_ARGS__) X(z, d, dz##name, __VA_ARGS__)
#define DS(X, name, ...) X(s, d, ds##name, __VA_ARGS__)
#define SDS(X, name, ...) X(s, s, sds##name, __VA_ARGS__)
#define C_Z(X, name, ...) X(c, c, c##name, __VA_ARGS__) X(z, z, z##name, __VA_ARGS__)

/* Name without its dtype, function, signature, dtypes. */
#define LEVEL1(X)                           \
    X(swap, inlined_swap, SWAP, SDCZ)       \
    X(copy, inlined_copy, COPY, SDCZ)       \
    X(scal, inlined_scal, SCAL, SDCZ)       \
    X(scal, scal_by_real, SCAL_REAL, CS_ZD) \
    X(axpy, inlined_axpy, AXPY, SDCZ)       \
    X(axpby, inlined_axpby, AXPBY, SDCZ)    \
    X(rot, inlined_rot, ROT, SD)            \
    X(rot, rot_by_reals, ROT, CS_ZD)        \
    X(rotg, pbl_rotg, ROTG, SDCZ)           \
    X(rotm, inlined_rotm, ROTM, SD)         \
    X(rotmg, pbl_rotmg, ROTMG, SD)
#define LEVEL1_FUNCTIONS(X)            \
    X(dot, inlined_dot, DOTU, S_D)     \
    X(dot, dot_double, DSDOT, DS)      \
    X(dot, dot_rounded, SDSDOT, SDS)   \
    X(nrm2, inlined_nrm2, NRM2, S_D)   \
    X(nrm2, inlined_nrm2, NRM2, SC_DZ) \
    X(asum, inlined_asum, ASUM, S_D)   \
    X(asum, inlined_asum, ASUM, SC_DZ) \
    X(sum, inlined_sum, ASUM, S_D)     \
    X(sum, sum_of_reals, ASUM, SC_DZ)
#define LEVEL1_COMPLEX_FUNCTIONS(X) \
    X(dotu, inlined_dot, DOTU, C_Z) \
    X(dotc, inlined_dot, DOTC, C_Z)
#define LEVEL1_INDICES(X)                \
    X(amax, inlined_iamax, ASUM, I_SDCZ) \
    X(amin, inlined_iamin, ASUM, I_SDCZ)
#define LEVEL2(X)                 \
    X(gemv, pbl_gemv, GEMV, SDCZ) \
    X(gbmv, pbl_gbmv, GBMV, SDCZ) \
    X(symv, pbl_symv, SYMV, SD)   \
    X(hemv, pbl_hemv, SYMV, CZ)   \
    X(sbmv, pbl_sbmv, SBMV, SD)   \
    X(hbmv, pbl_hbmv, SBMV, CZ)   \
    X(spmv, pbl_spmv, SPMV, SD)   \
    X(hpmv, pbl_hpmv, SPMV, CZ)   \
    X(trmv, pbl_trmv, TRMV, SDCZ) \
    X(trsv, pbl_trsv, TRMV, SDCZ) \
    X(tbmv, pbl_tbmv, TBMV, SDCZ) \
    X(tbsv, pbl_tbsv, TBMV, SDCZ) \
    X(tpmv, pbl_tpmv, TPMV, SDCZ) \
    X(tpsv, pbl_tpsv, TPMV, SDCZ) \
    X(ger, pbl_ger, GERU, SD)     \
    X(geru, pbl_ger, GERU, CZ)    \
    X(gerc, pbl_ger, GERC, CZ)    \
    X(syr, pbl_syr, SYR, SD)      \
    X(her, pbl_her, HER, CZ)      \
    X(spr, pbl_spr, SPR, SD)      \
    X(hpr, pbl_hpr, HPR, CZ)      \
    X(syr2, pbl_syr2, SYR2, SD)   \
    X(her2, pbl_her2, SYR2, CZ)   \
    X(spr2, pbl_spr2, SPR2, SD)   \
    X(hpr2, pbl_hpr2, SPR2, CZ)
#define PRODUCT(X) X(gemm, pbl_gemm, GEMM, SDCZ)
#define LEVEL3(X)                    \
    X(symm, pbl_symm, SYMM, SDCZ)    \
    X(hemm, pbl_hemm, SYMM, CZ)      \
    X(syrk, pbl_syrk, SYRK, SDCZ)    \
    X(herk, pbl_herk, HERK, CZ)      \
    X(syr2k, pbl_syr2k, SYR2K, SDCZ) \
    X(her2k, pbl_her2k, HER2K, CZ)   \
    X(trmm, pbl_trmm, TRMM, SDCZ)    \
    X(trsm, pbl_trsm, TRMM, SDCZ)
#define EXTENSIONS(X)                         \
    X(gemm3m, pbl_gemm, GEMM, CZ)             \
    X(gemmt, pbl_gemmt, GEMMT, SDCZ)          \
    X(gemmtr, pbl_gemmt, GEMMT, SDCZ)         \
    X(omatcopy, pbl_omatcopy, OMATCOPY, SDCZ) \
    X(imatcopy, pbl_imatcopy, IMATCOPY, SDCZ) \
    X(gemm_batch_strided, pbl_gemm_batch_strided, GEMM_STACK, SDCZ)
#define GROUPS(X) /* these check and do one group after another */ \
    X(gemm_batch, pbl_gemm_batch, GEMM_GROUPS, SDCZ)

/* clang-format on */

#endif
