/* SPDX-License-Identifier: MIT */
/* The routines that are watched, and under which names programs call them. Everything else here follows from these two
 * lists: the functions that are exported, what they read of their arguments, what is looked for in a BLAS. */
#ifndef PBL_PROFILE_ROUTINES_H
#define PBL_PROFILE_ROUTINES_H

/* X(result, routine, dtype, arguments). The result is a `word` (also: nothing) or `reals`. The arguments, a letter
 * each:
 *
 *   L        row-major or column-major, which only the CBLAS function has first
 *   O        the same, where Fortran has it too
 *   s u t d  side, uplo, trans, diag
 *   m n k    sizes; l after k: of two widths of a band; b: how many products
 *   i        any other integer
 *   p        an address
 *   a        a number: an address in Fortran and where it is complex, otherwise by value
 *   r        the same for a number that is always real */
#define SDCZ(X, result, routine, arguments) \
    X(result, s##routine, 's', arguments)   \
    X(result, d##routine, 'd', arguments)   \
    X(result, c##routine, 'c', arguments)   \
    X(result, z##routine, 'z', arguments)
#define SD(X, result, routine, arguments) \
    X(result, s##routine, 's', arguments) \
    X(result, d##routine, 'd', arguments)
#define CZ(X, result, routine, arguments) \
    X(result, c##routine, 'c', arguments) \
    X(result, z##routine, 'z', arguments)

/* clang-format off */
#define ROUTINES(X)                             \
    SDCZ(X, word, gemm, "Lttmnkapipiapi")       \
    SDCZ(X, word, gemmt, "Luttnkapipiapi")      \
    CZ(X, word, gemm3m, "Lttmnkapipiapi")       \
    SDCZ(X, word, symm, "Lsumnapipiapi")        \
    CZ(X, word, hemm, "Lsumnapipiapi")          \
    SDCZ(X, word, syrk, "Lutnkapiapi")          \
    CZ(X, word, herk, "Lutnkrpirpi")            \
    SDCZ(X, word, syr2k, "Lutnkapipiapi")       \
    CZ(X, word, her2k, "Lutnkapipirpi")         \
    SDCZ(X, word, trmm, "Lsutdmnapipi")         \
    SDCZ(X, word, trsm, "Lsutdmnapipi")         \
    SDCZ(X, word, omatcopy, "Otmnapipi")        \
    SDCZ(X, word, imatcopy, "Otmnapii")         \
    SDCZ(X, word, gemv, "Ltmnapipiapi")         \
    SDCZ(X, word, gbmv, "Ltmnklapipiapi")       \
    SD(X, word, symv, "Lunapipiapi")            \
    CZ(X, word, hemv, "Lunapipiapi")            \
    SD(X, word, sbmv, "Lunkapipiapi")           \
    CZ(X, word, hbmv, "Lunkapipiapi")           \
    SD(X, word, spmv, "Lunappiapi")             \
    CZ(X, word, hpmv, "Lunappiapi")             \
    SDCZ(X, word, trmv, "Lutdnpipi")            \
    SDCZ(X, word, trsv, "Lutdnpipi")            \
    SDCZ(X, word, tbmv, "Lutdnkpipi")           \
    SDCZ(X, word, tbsv, "Lutdnkpipi")           \
    SDCZ(X, word, tpmv, "Lutdnppi")             \
    SDCZ(X, word, tpsv, "Lutdnppi")             \
    SD(X, word, ger, "Lmnapipipi")              \
    CZ(X, word, geru, "Lmnapipipi")             \
    CZ(X, word, gerc, "Lmnapipipi")             \
    SD(X, word, syr, "Lunapipi")                \
    CZ(X, word, her, "Lunrpipi")                \
    SD(X, word, spr, "Lunapip")                 \
    CZ(X, word, hpr, "Lunrpip")                 \
    SD(X, word, syr2, "Lunapipipi")             \
    CZ(X, word, her2, "Lunapipipi")             \
    SD(X, word, spr2, "Lunapipip")              \
    CZ(X, word, hpr2, "Lunapipip")              \
    SDCZ(X, word, swap, "npipi")                \
    SDCZ(X, word, copy, "npipi")                \
    SDCZ(X, word, scal, "napi")                 \
    X(word, csscal, 'c', "nrpi")                  \
    X(word, zdscal, 'z', "nrpi")                  \
    SDCZ(X, word, axpy, "napipi")               \
    SDCZ(X, word, axpby, "napiapi")             \
    SD(X, reals, dot, "npipi")                  \
    CZ(X, reals, dotu, "npipi")                 \
    CZ(X, reals, dotc, "npipi")                 \
    X(reals, dsdot, 's', "npipi")                 \
    X(reals, sdsdot, 's', "nrpipi")               \
    SD(X, reals, nrm2, "npi")                   \
    X(reals, scnrm2, 'c', "npi")                  \
    X(reals, dznrm2, 'z', "npi")                  \
    SD(X, reals, asum, "npi")                   \
    X(reals, scasum, 'c', "npi")                  \
    X(reals, dzasum, 'z', "npi")                  \
    X(word, isamax, 's', "npi")                   \
    X(word, idamax, 'd', "npi")                   \
    X(word, icamax, 'c', "npi")                   \
    X(word, izamax, 'z', "npi")                   \
    SD(X, word, rot, "npipirr")                 \
    X(word, csrot, 'c', "npipirr")                \
    X(word, zdrot, 'z', "npipirr")                \
    SDCZ(X, word, rotg, "pppp")                 \
    SD(X, word, rotm, "npipip")                 \
    SD(X, word, rotmg, "pppap")

/* These in the CBLAS interface only: a program may well have a Fortran function of its own named dsum. */
#define CBLAS_ROUTINES(X)                                     \
    SDCZ(X, word, gemm_batch_strided, "Lttmnkapiipiiapiib")   \
    CZ(X, word, dotu_sub, "npipip")                           \
    CZ(X, word, dotc_sub, "npipip")                           \
    SD(X, reals, sum, "npi")                                  \
    X(reals, scsum, 'c', "npi")                                 \
    X(reals, dzsum, 'z', "npi")                                 \
    X(word, isamin, 's', "npi")                                 \
    X(word, idamin, 'd', "npi")                                 \
    X(word, icamin, 'c', "npi")                                 \
    X(word, izamin, 'z', "npi")
/* clang-format on */

/* X(prefix, suffix, bits of an integer): the plain names; MKL's and netlib's, the usual and the wheels' ones for 64-bit
 * integers; the wheels' for 32. */
#define FORTRAN_SPELLINGS(X, ...) \
    X(, _, 32, __VA_ARGS__)       \
    X(, _64, 64, __VA_ARGS__)     \
    X(, _64_, 64, __VA_ARGS__)    \
    X(scipy_, _, 32, __VA_ARGS__) \
    X(scipy_, _64_, 64, __VA_ARGS__)
#define CBLAS_SPELLINGS(X, ...)        \
    X(cblas_, , 32, __VA_ARGS__)       \
    X(cblas_, _64, 64, __VA_ARGS__)    \
    X(cblas_, 64_, 64, __VA_ARGS__)    \
    X(scipy_cblas_, , 32, __VA_ARGS__) \
    X(scipy_cblas_, 64_, 64, __VA_ARGS__)

#endif
