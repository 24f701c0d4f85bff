/* SPDX-License-Identifier: MIT */
/* The CBLAS interface (netlib's, "Basic Linear Algebra Subprograms Technical Forum Standard", appendix B): cblas_dgemm
 * and so on with 32-bit integers, cblas_dgemm_64 with 64-bit ones, and as OpenBLAS calls the same, cblas_dgemm64_. */
#ifndef PYBLASLITE_CBLAS_H
#define PYBLASLITE_CBLAS_H

#include <stddef.h>
#include <stdint.h>

#if defined(PBL_BUILDING) && defined(__GNUC__)
#pragma GCC visibility push(default)
#endif
#ifdef __cplusplus
extern "C" {
#endif

typedef enum CBLAS_LAYOUT { CblasRowMajor = 101, CblasColMajor = 102 } CBLAS_LAYOUT;
typedef enum CBLAS_TRANSPOSE {
    CblasNoTrans = 111,
    CblasTrans = 112,
    CblasConjTrans = 113,
    CblasConjNoTrans = 114 /* omatcopy and imatcopy only */
} CBLAS_TRANSPOSE;
typedef enum CBLAS_UPLO { CblasUpper = 121, CblasLower = 122 } CBLAS_UPLO;
typedef enum CBLAS_DIAG { CblasNonUnit = 131, CblasUnit = 132 } CBLAS_DIAG;
typedef enum CBLAS_SIDE { CblasLeft = 141, CblasRight = 142 } CBLAS_SIDE;
typedef CBLAS_LAYOUT CBLAS_ORDER;
#define CBLAS_INDEX size_t

#define CBLAS(name) cblas_##name##_64
#define CBLAS_INT int64_t
#include "cblas_routines.h"
#undef CBLAS_INT
#undef CBLAS

#define CBLAS(name) cblas_##name
#define CBLAS_INT int32_t
#include "cblas_routines.h"
#undef CBLAS

float cblas_scabs1(const void *z);
double cblas_dcabs1(const void *z);

/* Called with the number (from 1) of the argument that is wrong, or 0 if there is no memory. A program may define its
 * own; ours prints, and returns. */
void cblas_xerbla(int argument, const char *routine, const char *format, ...);

#ifdef __cplusplus
}
#endif
#if defined(PBL_BUILDING) && defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
