/* SPDX-License-Identifier: MIT */
/* The CBLAS interface (netlib's, "Basic Linear Algebra Subprograms Technical Forum Standard", appendix B). */
#ifndef PYBLASLITE_CBLAS_H
#define PYBLASLITE_CBLAS_H

#if defined(PBL_BUILDING) && defined(__GNUC__)
#pragma GCC visibility push(default)
#endif
#ifdef __cplusplus
extern "C" {
#endif

typedef enum CBLAS_LAYOUT { CblasRowMajor = 101, CblasColMajor = 102 } CBLAS_LAYOUT;
typedef enum CBLAS_TRANSPOSE { CblasNoTrans = 111, CblasTrans = 112, CblasConjTrans = 113 } CBLAS_TRANSPOSE;
typedef CBLAS_LAYOUT CBLAS_ORDER;

void cblas_sgemm(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, int m, int n, int k,
                 float alpha, const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);
void cblas_dgemm(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, int m, int n, int k,
                 double alpha, const double *a, int lda, const double *b, int ldb, double beta, double *c, int ldc);
void cblas_cgemm(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, int m, int n, int k,
                 const void *alpha, const void *a, int lda, const void *b, int ldb, const void *beta, void *c, int ldc);
void cblas_zgemm(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, int m, int n, int k,
                 const void *alpha, const void *a, int lda, const void *b, int ldb, const void *beta, void *c, int ldc);

/* MKL's extension: batch_size products, of which the next one's operands stand stride_a, stride_b and stride_c elements
 * further on. stride_a and stride_b may be 0 (the same for all); the matrices of C must not overlap. */
void cblas_sgemm_batch_strided(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, int m, int n,
                               int k, float alpha, const float *a, int lda, int stride_a, const float *b, int ldb,
                               int stride_b, float beta, float *c, int ldc, int stride_c, int batch_size);
void cblas_dgemm_batch_strided(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, int m, int n,
                               int k, double alpha, const double *a, int lda, int stride_a, const double *b, int ldb,
                               int stride_b, double beta, double *c, int ldc, int stride_c, int batch_size);
void cblas_cgemm_batch_strided(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, int m, int n,
                               int k, const void *alpha, const void *a, int lda, int stride_a, const void *b, int ldb,
                               int stride_b, const void *beta, void *c, int ldc, int stride_c, int batch_size);
void cblas_zgemm_batch_strided(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, int m, int n,
                               int k, const void *alpha, const void *a, int lda, int stride_a, const void *b, int ldb,
                               int stride_b, const void *beta, void *c, int ldc, int stride_c, int batch_size);

/* Called with the number (from 1) of the argument that is wrong. A program may define its own. */
void cblas_xerbla(int argument, const char *routine, const char *format, ...);

#ifdef __cplusplus
}
#endif
#if defined(PBL_BUILDING) && defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
