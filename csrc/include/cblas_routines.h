/* SPDX-License-Identifier: MIT */
/* The routines of CBLAS. cblas.h includes this for each kind of integers. Parameters: CBLAS(name), CBLAS_INT. */

/* Level 1: vectors. x[i * incx] is element i of n; with a negative increment x is where the last one stands (scal,
 * asum, sum, i?amax and i?amin then see no elements). Indices count from 0. */
void CBLAS(sswap)(CBLAS_INT n, float *x, CBLAS_INT incx, float *y, CBLAS_INT incy);
void CBLAS(dswap)(CBLAS_INT n, double *x, CBLAS_INT incx, double *y, CBLAS_INT incy);
void CBLAS(cswap)(CBLAS_INT n, void *x, CBLAS_INT incx, void *y, CBLAS_INT incy);
void CBLAS(zswap)(CBLAS_INT n, void *x, CBLAS_INT incx, void *y, CBLAS_INT incy);
void CBLAS(scopy)(CBLAS_INT n, const float *x, CBLAS_INT incx, float *y, CBLAS_INT incy);
void CBLAS(dcopy)(CBLAS_INT n, const double *x, CBLAS_INT incx, double *y, CBLAS_INT incy);
void CBLAS(ccopy)(CBLAS_INT n, const void *x, CBLAS_INT incx, void *y, CBLAS_INT incy);
void CBLAS(zcopy)(CBLAS_INT n, const void *x, CBLAS_INT incx, void *y, CBLAS_INT incy);
void CBLAS(sscal)(CBLAS_INT n, float alpha, float *x, CBLAS_INT incx);
void CBLAS(dscal)(CBLAS_INT n, double alpha, double *x, CBLAS_INT incx);
void CBLAS(cscal)(CBLAS_INT n, const void *alpha, void *x, CBLAS_INT incx);
void CBLAS(zscal)(CBLAS_INT n, const void *alpha, void *x, CBLAS_INT incx);
void CBLAS(csscal)(CBLAS_INT n, float alpha, void *x, CBLAS_INT incx);
void CBLAS(zdscal)(CBLAS_INT n, double alpha, void *x, CBLAS_INT incx);
void CBLAS(saxpy)(CBLAS_INT n, float alpha, const float *x, CBLAS_INT incx, float *y, CBLAS_INT incy);
void CBLAS(daxpy)(CBLAS_INT n, double alpha, const double *x, CBLAS_INT incx, double *y, CBLAS_INT incy);
void CBLAS(caxpy)(CBLAS_INT n, const void *alpha, const void *x, CBLAS_INT incx, void *y, CBLAS_INT incy);
void CBLAS(zaxpy)(CBLAS_INT n, const void *alpha, const void *x, CBLAS_INT incx, void *y, CBLAS_INT incy);
void CBLAS(saxpby)(CBLAS_INT n, float alpha, const float *x, CBLAS_INT incx, float beta, float *y, CBLAS_INT incy);
void CBLAS(daxpby)(CBLAS_INT n, double alpha, const double *x, CBLAS_INT incx, double beta, double *y, CBLAS_INT incy);
void CBLAS(caxpby)(CBLAS_INT n, const void *alpha, const void *x, CBLAS_INT incx, const void *beta, void *y,
                   CBLAS_INT incy);
void CBLAS(zaxpby)(CBLAS_INT n, const void *alpha, const void *x, CBLAS_INT incx, const void *beta, void *y,
                   CBLAS_INT incy);
void CBLAS(srot)(CBLAS_INT n, float *x, CBLAS_INT incx, float *y, CBLAS_INT incy, float c, float s);
void CBLAS(drot)(CBLAS_INT n, double *x, CBLAS_INT incx, double *y, CBLAS_INT incy, double c, double s);
void CBLAS(csrot)(CBLAS_INT n, void *x, CBLAS_INT incx, void *y, CBLAS_INT incy, float c, float s);
void CBLAS(zdrot)(CBLAS_INT n, void *x, CBLAS_INT incx, void *y, CBLAS_INT incy, double c, double s);
void CBLAS(srotg)(float *a, float *b, float *c, float *s);
void CBLAS(drotg)(double *a, double *b, double *c, double *s);
void CBLAS(crotg)(void *a, void *b, float *c, void *s);
void CBLAS(zrotg)(void *a, void *b, double *c, void *s);
void CBLAS(srotm)(CBLAS_INT n, float *x, CBLAS_INT incx, float *y, CBLAS_INT incy, const float *param);
void CBLAS(drotm)(CBLAS_INT n, double *x, CBLAS_INT incx, double *y, CBLAS_INT incy, const double *param);
void CBLAS(srotmg)(float *d1, float *d2, float *x1, float y1, float *param);
void CBLAS(drotmg)(double *d1, double *d2, double *x1, double y1, double *param);
float CBLAS(sdot)(CBLAS_INT n, const float *x, CBLAS_INT incx, const float *y, CBLAS_INT incy);
double CBLAS(ddot)(CBLAS_INT n, const double *x, CBLAS_INT incx, const double *y, CBLAS_INT incy);
double CBLAS(dsdot)(CBLAS_INT n, const float *x, CBLAS_INT incx, const float *y, CBLAS_INT incy);
float CBLAS(sdsdot)(CBLAS_INT n, float alpha, const float *x, CBLAS_INT incx, const float *y, CBLAS_INT incy);
float CBLAS(snrm2)(CBLAS_INT n, const float *x, CBLAS_INT incx);
double CBLAS(dnrm2)(CBLAS_INT n, const double *x, CBLAS_INT incx);
float CBLAS(scnrm2)(CBLAS_INT n, const void *x, CBLAS_INT incx);
double CBLAS(dznrm2)(CBLAS_INT n, const void *x, CBLAS_INT incx);
float CBLAS(sasum)(CBLAS_INT n, const float *x, CBLAS_INT incx);
double CBLAS(dasum)(CBLAS_INT n, const double *x, CBLAS_INT incx);
float CBLAS(scasum)(CBLAS_INT n, const void *x, CBLAS_INT incx);
double CBLAS(dzasum)(CBLAS_INT n, const void *x, CBLAS_INT incx);
float CBLAS(ssum)(CBLAS_INT n, const float *x, CBLAS_INT incx);
double CBLAS(dsum)(CBLAS_INT n, const double *x, CBLAS_INT incx);
float CBLAS(scsum)(CBLAS_INT n, const void *x, CBLAS_INT incx);
double CBLAS(dzsum)(CBLAS_INT n, const void *x, CBLAS_INT incx);
void CBLAS(cdotu_sub)(CBLAS_INT n, const void *x, CBLAS_INT incx, const void *y, CBLAS_INT incy, void *result);
void CBLAS(zdotu_sub)(CBLAS_INT n, const void *x, CBLAS_INT incx, const void *y, CBLAS_INT incy, void *result);
void CBLAS(cdotc_sub)(CBLAS_INT n, const void *x, CBLAS_INT incx, const void *y, CBLAS_INT incy, void *result);
void CBLAS(zdotc_sub)(CBLAS_INT n, const void *x, CBLAS_INT incx, const void *y, CBLAS_INT incy, void *result);
CBLAS_INDEX CBLAS(isamax)(CBLAS_INT n, const float *x, CBLAS_INT incx);
CBLAS_INDEX CBLAS(idamax)(CBLAS_INT n, const double *x, CBLAS_INT incx);
CBLAS_INDEX CBLAS(icamax)(CBLAS_INT n, const void *x, CBLAS_INT incx);
CBLAS_INDEX CBLAS(izamax)(CBLAS_INT n, const void *x, CBLAS_INT incx);
CBLAS_INDEX CBLAS(isamin)(CBLAS_INT n, const float *x, CBLAS_INT incx);
CBLAS_INDEX CBLAS(idamin)(CBLAS_INT n, const double *x, CBLAS_INT incx);
CBLAS_INDEX CBLAS(icamin)(CBLAS_INT n, const void *x, CBLAS_INT incx);
CBLAS_INDEX CBLAS(izamin)(CBLAS_INT n, const void *x, CBLAS_INT incx);

/* Level 2: a matrix and vectors. Only the triangle uplo of a symmetric, Hermitian or triangular matrix is touched.
 * gb, sb, hb and tb: LAPACK's band storage; sp, hp and tp: the triangle's columns (rows, if row-major) one after
 * another. */
void CBLAS(sgemv)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans, CBLAS_INT m, CBLAS_INT n, float alpha, const float *a,
                  CBLAS_INT lda, const float *x, CBLAS_INT incx, float beta, float *y, CBLAS_INT incy);
void CBLAS(dgemv)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans, CBLAS_INT m, CBLAS_INT n, double alpha, const double *a,
                  CBLAS_INT lda, const double *x, CBLAS_INT incx, double beta, double *y, CBLAS_INT incy);
void CBLAS(cgemv)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans, CBLAS_INT m, CBLAS_INT n, const void *alpha,
                  const void *a, CBLAS_INT lda, const void *x, CBLAS_INT incx, const void *beta, void *y,
                  CBLAS_INT incy);
void CBLAS(zgemv)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans, CBLAS_INT m, CBLAS_INT n, const void *alpha,
                  const void *a, CBLAS_INT lda, const void *x, CBLAS_INT incx, const void *beta, void *y,
                  CBLAS_INT incy);
void CBLAS(sgbmv)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans, CBLAS_INT m, CBLAS_INT n, CBLAS_INT kl, CBLAS_INT ku,
                  float alpha, const float *a, CBLAS_INT lda, const float *x, CBLAS_INT incx, float beta, float *y,
                  CBLAS_INT incy);
void CBLAS(dgbmv)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans, CBLAS_INT m, CBLAS_INT n, CBLAS_INT kl, CBLAS_INT ku,
                  double alpha, const double *a, CBLAS_INT lda, const double *x, CBLAS_INT incx, double beta, double *y,
                  CBLAS_INT incy);
void CBLAS(cgbmv)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans, CBLAS_INT m, CBLAS_INT n, CBLAS_INT kl, CBLAS_INT ku,
                  const void *alpha, const void *a, CBLAS_INT lda, const void *x, CBLAS_INT incx, const void *beta,
                  void *y, CBLAS_INT incy);
void CBLAS(zgbmv)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans, CBLAS_INT m, CBLAS_INT n, CBLAS_INT kl, CBLAS_INT ku,
                  const void *alpha, const void *a, CBLAS_INT lda, const void *x, CBLAS_INT incx, const void *beta,
                  void *y, CBLAS_INT incy);
void CBLAS(ssymv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, float alpha, const float *a, CBLAS_INT lda,
                  const float *x, CBLAS_INT incx, float beta, float *y, CBLAS_INT incy);
void CBLAS(dsymv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, double alpha, const double *a, CBLAS_INT lda,
                  const double *x, CBLAS_INT incx, double beta, double *y, CBLAS_INT incy);
void CBLAS(chemv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, const void *alpha, const void *a, CBLAS_INT lda,
                  const void *x, CBLAS_INT incx, const void *beta, void *y, CBLAS_INT incy);
void CBLAS(zhemv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, const void *alpha, const void *a, CBLAS_INT lda,
                  const void *x, CBLAS_INT incx, const void *beta, void *y, CBLAS_INT incy);
void CBLAS(ssbmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, CBLAS_INT k, float alpha, const float *a,
                  CBLAS_INT lda, const float *x, CBLAS_INT incx, float beta, float *y, CBLAS_INT incy);
void CBLAS(dsbmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, CBLAS_INT k, double alpha, const double *a,
                  CBLAS_INT lda, const double *x, CBLAS_INT incx, double beta, double *y, CBLAS_INT incy);
void CBLAS(chbmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, CBLAS_INT k, const void *alpha, const void *a,
                  CBLAS_INT lda, const void *x, CBLAS_INT incx, const void *beta, void *y, CBLAS_INT incy);
void CBLAS(zhbmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, CBLAS_INT k, const void *alpha, const void *a,
                  CBLAS_INT lda, const void *x, CBLAS_INT incx, const void *beta, void *y, CBLAS_INT incy);
void CBLAS(sspmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, float alpha, const float *ap, const float *x,
                  CBLAS_INT incx, float beta, float *y, CBLAS_INT incy);
void CBLAS(dspmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, double alpha, const double *ap, const double *x,
                  CBLAS_INT incx, double beta, double *y, CBLAS_INT incy);
void CBLAS(chpmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, const void *alpha, const void *ap, const void *x,
                  CBLAS_INT incx, const void *beta, void *y, CBLAS_INT incy);
void CBLAS(zhpmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, const void *alpha, const void *ap, const void *x,
                  CBLAS_INT incx, const void *beta, void *y, CBLAS_INT incy);
void CBLAS(strmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  const float *a, CBLAS_INT lda, float *x, CBLAS_INT incx);
void CBLAS(dtrmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  const double *a, CBLAS_INT lda, double *x, CBLAS_INT incx);
void CBLAS(ctrmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  const void *a, CBLAS_INT lda, void *x, CBLAS_INT incx);
void CBLAS(ztrmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  const void *a, CBLAS_INT lda, void *x, CBLAS_INT incx);
void CBLAS(strsv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  const float *a, CBLAS_INT lda, float *x, CBLAS_INT incx);
void CBLAS(dtrsv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  const double *a, CBLAS_INT lda, double *x, CBLAS_INT incx);
void CBLAS(ctrsv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  const void *a, CBLAS_INT lda, void *x, CBLAS_INT incx);
void CBLAS(ztrsv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  const void *a, CBLAS_INT lda, void *x, CBLAS_INT incx);
void CBLAS(stbmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  CBLAS_INT k, const float *a, CBLAS_INT lda, float *x, CBLAS_INT incx);
void CBLAS(dtbmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  CBLAS_INT k, const double *a, CBLAS_INT lda, double *x, CBLAS_INT incx);
void CBLAS(ctbmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  CBLAS_INT k, const void *a, CBLAS_INT lda, void *x, CBLAS_INT incx);
void CBLAS(ztbmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  CBLAS_INT k, const void *a, CBLAS_INT lda, void *x, CBLAS_INT incx);
void CBLAS(stbsv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  CBLAS_INT k, const float *a, CBLAS_INT lda, float *x, CBLAS_INT incx);
void CBLAS(dtbsv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  CBLAS_INT k, const double *a, CBLAS_INT lda, double *x, CBLAS_INT incx);
void CBLAS(ctbsv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  CBLAS_INT k, const void *a, CBLAS_INT lda, void *x, CBLAS_INT incx);
void CBLAS(ztbsv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  CBLAS_INT k, const void *a, CBLAS_INT lda, void *x, CBLAS_INT incx);
void CBLAS(stpmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  const float *ap, float *x, CBLAS_INT incx);
void CBLAS(dtpmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  const double *ap, double *x, CBLAS_INT incx);
void CBLAS(ctpmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  const void *ap, void *x, CBLAS_INT incx);
void CBLAS(ztpmv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  const void *ap, void *x, CBLAS_INT incx);
void CBLAS(stpsv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  const float *ap, float *x, CBLAS_INT incx);
void CBLAS(dtpsv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  const double *ap, double *x, CBLAS_INT incx);
void CBLAS(ctpsv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  const void *ap, void *x, CBLAS_INT incx);
void CBLAS(ztpsv)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag, CBLAS_INT n,
                  const void *ap, void *x, CBLAS_INT incx);
void CBLAS(sger)(CBLAS_LAYOUT layout, CBLAS_INT m, CBLAS_INT n, float alpha, const float *x, CBLAS_INT incx,
                 const float *y, CBLAS_INT incy, float *a, CBLAS_INT lda);
void CBLAS(dger)(CBLAS_LAYOUT layout, CBLAS_INT m, CBLAS_INT n, double alpha, const double *x, CBLAS_INT incx,
                 const double *y, CBLAS_INT incy, double *a, CBLAS_INT lda);
void CBLAS(cgeru)(CBLAS_LAYOUT layout, CBLAS_INT m, CBLAS_INT n, const void *alpha, const void *x, CBLAS_INT incx,
                  const void *y, CBLAS_INT incy, void *a, CBLAS_INT lda);
void CBLAS(zgeru)(CBLAS_LAYOUT layout, CBLAS_INT m, CBLAS_INT n, const void *alpha, const void *x, CBLAS_INT incx,
                  const void *y, CBLAS_INT incy, void *a, CBLAS_INT lda);
void CBLAS(cgerc)(CBLAS_LAYOUT layout, CBLAS_INT m, CBLAS_INT n, const void *alpha, const void *x, CBLAS_INT incx,
                  const void *y, CBLAS_INT incy, void *a, CBLAS_INT lda);
void CBLAS(zgerc)(CBLAS_LAYOUT layout, CBLAS_INT m, CBLAS_INT n, const void *alpha, const void *x, CBLAS_INT incx,
                  const void *y, CBLAS_INT incy, void *a, CBLAS_INT lda);
void CBLAS(ssyr)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, float alpha, const float *x, CBLAS_INT incx,
                 float *a, CBLAS_INT lda);
void CBLAS(dsyr)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, double alpha, const double *x, CBLAS_INT incx,
                 double *a, CBLAS_INT lda);
void CBLAS(cher)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, float alpha, const void *x, CBLAS_INT incx, void *a,
                 CBLAS_INT lda);
void CBLAS(zher)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, double alpha, const void *x, CBLAS_INT incx,
                 void *a, CBLAS_INT lda);
void CBLAS(sspr)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, float alpha, const float *x, CBLAS_INT incx,
                 float *ap);
void CBLAS(dspr)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, double alpha, const double *x, CBLAS_INT incx,
                 double *ap);
void CBLAS(chpr)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, float alpha, const void *x, CBLAS_INT incx,
                 void *ap);
void CBLAS(zhpr)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, double alpha, const void *x, CBLAS_INT incx,
                 void *ap);
void CBLAS(ssyr2)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, float alpha, const float *x, CBLAS_INT incx,
                  const float *y, CBLAS_INT incy, float *a, CBLAS_INT lda);
void CBLAS(dsyr2)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, double alpha, const double *x, CBLAS_INT incx,
                  const double *y, CBLAS_INT incy, double *a, CBLAS_INT lda);
void CBLAS(cher2)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, const void *alpha, const void *x, CBLAS_INT incx,
                  const void *y, CBLAS_INT incy, void *a, CBLAS_INT lda);
void CBLAS(zher2)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, const void *alpha, const void *x, CBLAS_INT incx,
                  const void *y, CBLAS_INT incy, void *a, CBLAS_INT lda);
void CBLAS(sspr2)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, float alpha, const float *x, CBLAS_INT incx,
                  const float *y, CBLAS_INT incy, float *ap);
void CBLAS(dspr2)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, double alpha, const double *x, CBLAS_INT incx,
                  const double *y, CBLAS_INT incy, double *ap);
void CBLAS(chpr2)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, const void *alpha, const void *x, CBLAS_INT incx,
                  const void *y, CBLAS_INT incy, void *ap);
void CBLAS(zhpr2)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_INT n, const void *alpha, const void *x, CBLAS_INT incx,
                  const void *y, CBLAS_INT incy, void *ap);

/* Level 3: matrices. */
void CBLAS(sgemm)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT m, CBLAS_INT n,
                  CBLAS_INT k, float alpha, const float *a, CBLAS_INT lda, const float *b, CBLAS_INT ldb, float beta,
                  float *c, CBLAS_INT ldc);
void CBLAS(dgemm)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT m, CBLAS_INT n,
                  CBLAS_INT k, double alpha, const double *a, CBLAS_INT lda, const double *b, CBLAS_INT ldb,
                  double beta, double *c, CBLAS_INT ldc);
void CBLAS(cgemm)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT m, CBLAS_INT n,
                  CBLAS_INT k, const void *alpha, const void *a, CBLAS_INT lda, const void *b, CBLAS_INT ldb,
                  const void *beta, void *c, CBLAS_INT ldc);
void CBLAS(zgemm)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT m, CBLAS_INT n,
                  CBLAS_INT k, const void *alpha, const void *a, CBLAS_INT lda, const void *b, CBLAS_INT ldb,
                  const void *beta, void *c, CBLAS_INT ldc);
void CBLAS(ssymm)(CBLAS_LAYOUT layout, CBLAS_SIDE side, CBLAS_UPLO uplo, CBLAS_INT m, CBLAS_INT n, float alpha,
                  const float *a, CBLAS_INT lda, const float *b, CBLAS_INT ldb, float beta, float *c, CBLAS_INT ldc);
void CBLAS(dsymm)(CBLAS_LAYOUT layout, CBLAS_SIDE side, CBLAS_UPLO uplo, CBLAS_INT m, CBLAS_INT n, double alpha,
                  const double *a, CBLAS_INT lda, const double *b, CBLAS_INT ldb, double beta, double *c,
                  CBLAS_INT ldc);
void CBLAS(csymm)(CBLAS_LAYOUT layout, CBLAS_SIDE side, CBLAS_UPLO uplo, CBLAS_INT m, CBLAS_INT n, const void *alpha,
                  const void *a, CBLAS_INT lda, const void *b, CBLAS_INT ldb, const void *beta, void *c, CBLAS_INT ldc);
void CBLAS(zsymm)(CBLAS_LAYOUT layout, CBLAS_SIDE side, CBLAS_UPLO uplo, CBLAS_INT m, CBLAS_INT n, const void *alpha,
                  const void *a, CBLAS_INT lda, const void *b, CBLAS_INT ldb, const void *beta, void *c, CBLAS_INT ldc);
void CBLAS(chemm)(CBLAS_LAYOUT layout, CBLAS_SIDE side, CBLAS_UPLO uplo, CBLAS_INT m, CBLAS_INT n, const void *alpha,
                  const void *a, CBLAS_INT lda, const void *b, CBLAS_INT ldb, const void *beta, void *c, CBLAS_INT ldc);
void CBLAS(zhemm)(CBLAS_LAYOUT layout, CBLAS_SIDE side, CBLAS_UPLO uplo, CBLAS_INT m, CBLAS_INT n, const void *alpha,
                  const void *a, CBLAS_INT lda, const void *b, CBLAS_INT ldb, const void *beta, void *c, CBLAS_INT ldc);
void CBLAS(ssyrk)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_INT n, CBLAS_INT k, float alpha,
                  const float *a, CBLAS_INT lda, float beta, float *c, CBLAS_INT ldc);
void CBLAS(dsyrk)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_INT n, CBLAS_INT k, double alpha,
                  const double *a, CBLAS_INT lda, double beta, double *c, CBLAS_INT ldc);
void CBLAS(csyrk)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_INT n, CBLAS_INT k,
                  const void *alpha, const void *a, CBLAS_INT lda, const void *beta, void *c, CBLAS_INT ldc);
void CBLAS(zsyrk)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_INT n, CBLAS_INT k,
                  const void *alpha, const void *a, CBLAS_INT lda, const void *beta, void *c, CBLAS_INT ldc);
void CBLAS(cherk)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_INT n, CBLAS_INT k, float alpha,
                  const void *a, CBLAS_INT lda, float beta, void *c, CBLAS_INT ldc);
void CBLAS(zherk)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_INT n, CBLAS_INT k, double alpha,
                  const void *a, CBLAS_INT lda, double beta, void *c, CBLAS_INT ldc);
void CBLAS(ssyr2k)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_INT n, CBLAS_INT k, float alpha,
                   const float *a, CBLAS_INT lda, const float *b, CBLAS_INT ldb, float beta, float *c, CBLAS_INT ldc);
void CBLAS(dsyr2k)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_INT n, CBLAS_INT k, double alpha,
                   const double *a, CBLAS_INT lda, const double *b, CBLAS_INT ldb, double beta, double *c,
                   CBLAS_INT ldc);
void CBLAS(csyr2k)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_INT n, CBLAS_INT k,
                   const void *alpha, const void *a, CBLAS_INT lda, const void *b, CBLAS_INT ldb, const void *beta,
                   void *c, CBLAS_INT ldc);
void CBLAS(zsyr2k)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_INT n, CBLAS_INT k,
                   const void *alpha, const void *a, CBLAS_INT lda, const void *b, CBLAS_INT ldb, const void *beta,
                   void *c, CBLAS_INT ldc);
void CBLAS(cher2k)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_INT n, CBLAS_INT k,
                   const void *alpha, const void *a, CBLAS_INT lda, const void *b, CBLAS_INT ldb, float beta, void *c,
                   CBLAS_INT ldc);
void CBLAS(zher2k)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_INT n, CBLAS_INT k,
                   const void *alpha, const void *a, CBLAS_INT lda, const void *b, CBLAS_INT ldb, double beta, void *c,
                   CBLAS_INT ldc);
void CBLAS(strmm)(CBLAS_LAYOUT layout, CBLAS_SIDE side, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag,
                  CBLAS_INT m, CBLAS_INT n, float alpha, const float *a, CBLAS_INT lda, float *b, CBLAS_INT ldb);
void CBLAS(dtrmm)(CBLAS_LAYOUT layout, CBLAS_SIDE side, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag,
                  CBLAS_INT m, CBLAS_INT n, double alpha, const double *a, CBLAS_INT lda, double *b, CBLAS_INT ldb);
void CBLAS(ctrmm)(CBLAS_LAYOUT layout, CBLAS_SIDE side, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag,
                  CBLAS_INT m, CBLAS_INT n, const void *alpha, const void *a, CBLAS_INT lda, void *b, CBLAS_INT ldb);
void CBLAS(ztrmm)(CBLAS_LAYOUT layout, CBLAS_SIDE side, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag,
                  CBLAS_INT m, CBLAS_INT n, const void *alpha, const void *a, CBLAS_INT lda, void *b, CBLAS_INT ldb);
void CBLAS(strsm)(CBLAS_LAYOUT layout, CBLAS_SIDE side, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag,
                  CBLAS_INT m, CBLAS_INT n, float alpha, const float *a, CBLAS_INT lda, float *b, CBLAS_INT ldb);
void CBLAS(dtrsm)(CBLAS_LAYOUT layout, CBLAS_SIDE side, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag,
                  CBLAS_INT m, CBLAS_INT n, double alpha, const double *a, CBLAS_INT lda, double *b, CBLAS_INT ldb);
void CBLAS(ctrsm)(CBLAS_LAYOUT layout, CBLAS_SIDE side, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag,
                  CBLAS_INT m, CBLAS_INT n, const void *alpha, const void *a, CBLAS_INT lda, void *b, CBLAS_INT ldb);
void CBLAS(ztrsm)(CBLAS_LAYOUT layout, CBLAS_SIDE side, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans, CBLAS_DIAG diag,
                  CBLAS_INT m, CBLAS_INT n, const void *alpha, const void *a, CBLAS_INT lda, void *b, CBLAS_INT ldb);

/* Not in netlib's CBLAS, or not for long. gemm3m is gemm; gemmt (also called gemmtr) writes one triangle of C.
 * omatcopy: B = alpha op(A); imatcopy: the same in place, from leading dimension lda to ldb; CblasConjNoTrans, too.
 * gemm_batch_strided: batch_size products, of which the next one's operands stand stride_a, stride_b and stride_c
 * elements further on; stride_a and stride_b may be 0 (the same for all), the matrices of C must not overlap.
 * gemm_batch: group_count groups of products, group_size[g] in the g-th, which differ in nothing but their matrices: a,
 * b and c hold the addresses of those of the first group, then of the second's, and so on; the other arrays have an
 * element for each group. Nothing is done if any group is wrong. */
void CBLAS(cgemm3m)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT m, CBLAS_INT n,
                    CBLAS_INT k, const void *alpha, const void *a, CBLAS_INT lda, const void *b, CBLAS_INT ldb,
                    const void *beta, void *c, CBLAS_INT ldc);
void CBLAS(zgemm3m)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT m, CBLAS_INT n,
                    CBLAS_INT k, const void *alpha, const void *a, CBLAS_INT lda, const void *b, CBLAS_INT ldb,
                    const void *beta, void *c, CBLAS_INT ldc);
void CBLAS(sgemmt)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT n,
                   CBLAS_INT k, float alpha, const float *a, CBLAS_INT lda, const float *b, CBLAS_INT ldb, float beta,
                   float *c, CBLAS_INT ldc);
void CBLAS(dgemmt)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT n,
                   CBLAS_INT k, double alpha, const double *a, CBLAS_INT lda, const double *b, CBLAS_INT ldb,
                   double beta, double *c, CBLAS_INT ldc);
void CBLAS(cgemmt)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT n,
                   CBLAS_INT k, const void *alpha, const void *a, CBLAS_INT lda, const void *b, CBLAS_INT ldb,
                   const void *beta, void *c, CBLAS_INT ldc);
void CBLAS(zgemmt)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT n,
                   CBLAS_INT k, const void *alpha, const void *a, CBLAS_INT lda, const void *b, CBLAS_INT ldb,
                   const void *beta, void *c, CBLAS_INT ldc);
void CBLAS(sgemmtr)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT n,
                    CBLAS_INT k, float alpha, const float *a, CBLAS_INT lda, const float *b, CBLAS_INT ldb, float beta,
                    float *c, CBLAS_INT ldc);
void CBLAS(dgemmtr)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT n,
                    CBLAS_INT k, double alpha, const double *a, CBLAS_INT lda, const double *b, CBLAS_INT ldb,
                    double beta, double *c, CBLAS_INT ldc);
void CBLAS(cgemmtr)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT n,
                    CBLAS_INT k, const void *alpha, const void *a, CBLAS_INT lda, const void *b, CBLAS_INT ldb,
                    const void *beta, void *c, CBLAS_INT ldc);
void CBLAS(zgemmtr)(CBLAS_LAYOUT layout, CBLAS_UPLO uplo, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT n,
                    CBLAS_INT k, const void *alpha, const void *a, CBLAS_INT lda, const void *b, CBLAS_INT ldb,
                    const void *beta, void *c, CBLAS_INT ldc);
void CBLAS(somatcopy)(CBLAS_ORDER layout, CBLAS_TRANSPOSE trans, CBLAS_INT rows, CBLAS_INT columns, float alpha,
                      const float *a, CBLAS_INT lda, float *b, CBLAS_INT ldb);
void CBLAS(domatcopy)(CBLAS_ORDER layout, CBLAS_TRANSPOSE trans, CBLAS_INT rows, CBLAS_INT columns, double alpha,
                      const double *a, CBLAS_INT lda, double *b, CBLAS_INT ldb);
void CBLAS(comatcopy)(CBLAS_ORDER layout, CBLAS_TRANSPOSE trans, CBLAS_INT rows, CBLAS_INT columns, const void *alpha,
                      const void *a, CBLAS_INT lda, void *b, CBLAS_INT ldb);
void CBLAS(zomatcopy)(CBLAS_ORDER layout, CBLAS_TRANSPOSE trans, CBLAS_INT rows, CBLAS_INT columns, const void *alpha,
                      const void *a, CBLAS_INT lda, void *b, CBLAS_INT ldb);
void CBLAS(simatcopy)(CBLAS_ORDER layout, CBLAS_TRANSPOSE trans, CBLAS_INT rows, CBLAS_INT columns, float alpha,
                      float *a, CBLAS_INT lda, CBLAS_INT ldb);
void CBLAS(dimatcopy)(CBLAS_ORDER layout, CBLAS_TRANSPOSE trans, CBLAS_INT rows, CBLAS_INT columns, double alpha,
                      double *a, CBLAS_INT lda, CBLAS_INT ldb);
void CBLAS(cimatcopy)(CBLAS_ORDER layout, CBLAS_TRANSPOSE trans, CBLAS_INT rows, CBLAS_INT columns, const void *alpha,
                      void *a, CBLAS_INT lda, CBLAS_INT ldb);
void CBLAS(zimatcopy)(CBLAS_ORDER layout, CBLAS_TRANSPOSE trans, CBLAS_INT rows, CBLAS_INT columns, const void *alpha,
                      void *a, CBLAS_INT lda, CBLAS_INT ldb);
void CBLAS(sgemm_batch_strided)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT m,
                                CBLAS_INT n, CBLAS_INT k, float alpha, const float *a, CBLAS_INT lda,
                                CBLAS_INT stride_a, const float *b, CBLAS_INT ldb, CBLAS_INT stride_b, float beta,
                                float *c, CBLAS_INT ldc, CBLAS_INT stride_c, CBLAS_INT batch_size);
void CBLAS(dgemm_batch_strided)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT m,
                                CBLAS_INT n, CBLAS_INT k, double alpha, const double *a, CBLAS_INT lda,
                                CBLAS_INT stride_a, const double *b, CBLAS_INT ldb, CBLAS_INT stride_b, double beta,
                                double *c, CBLAS_INT ldc, CBLAS_INT stride_c, CBLAS_INT batch_size);
void CBLAS(cgemm_batch_strided)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT m,
                                CBLAS_INT n, CBLAS_INT k, const void *alpha, const void *a, CBLAS_INT lda,
                                CBLAS_INT stride_a, const void *b, CBLAS_INT ldb, CBLAS_INT stride_b, const void *beta,
                                void *c, CBLAS_INT ldc, CBLAS_INT stride_c, CBLAS_INT batch_size);
void CBLAS(zgemm_batch_strided)(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, CBLAS_INT m,
                                CBLAS_INT n, CBLAS_INT k, const void *alpha, const void *a, CBLAS_INT lda,
                                CBLAS_INT stride_a, const void *b, CBLAS_INT ldb, CBLAS_INT stride_b, const void *beta,
                                void *c, CBLAS_INT ldc, CBLAS_INT stride_c, CBLAS_INT batch_size);
void CBLAS(sgemm_batch)(CBLAS_LAYOUT layout, const CBLAS_TRANSPOSE *trans_a, const CBLAS_TRANSPOSE *trans_b,
                        const CBLAS_INT *m, const CBLAS_INT *n, const CBLAS_INT *k, const float *alpha, const float **a,
                        const CBLAS_INT *lda, const float **b, const CBLAS_INT *ldb, const float *beta, float **c,
                        const CBLAS_INT *ldc, CBLAS_INT group_count, const CBLAS_INT *group_size);
void CBLAS(dgemm_batch)(CBLAS_LAYOUT layout, const CBLAS_TRANSPOSE *trans_a, const CBLAS_TRANSPOSE *trans_b,
                        const CBLAS_INT *m, const CBLAS_INT *n, const CBLAS_INT *k, const double *alpha,
                        const double **a, const CBLAS_INT *lda, const double **b, const CBLAS_INT *ldb,
                        const double *beta, double **c, const CBLAS_INT *ldc, CBLAS_INT group_count,
                        const CBLAS_INT *group_size);
void CBLAS(cgemm_batch)(CBLAS_LAYOUT layout, const CBLAS_TRANSPOSE *trans_a, const CBLAS_TRANSPOSE *trans_b,
                        const CBLAS_INT *m, const CBLAS_INT *n, const CBLAS_INT *k, const void *alpha, const void **a,
                        const CBLAS_INT *lda, const void **b, const CBLAS_INT *ldb, const void *beta, void **c,
                        const CBLAS_INT *ldc, CBLAS_INT group_count, const CBLAS_INT *group_size);
void CBLAS(zgemm_batch)(CBLAS_LAYOUT layout, const CBLAS_TRANSPOSE *trans_a, const CBLAS_TRANSPOSE *trans_b,
                        const CBLAS_INT *m, const CBLAS_INT *n, const CBLAS_INT *k, const void *alpha, const void **a,
                        const CBLAS_INT *lda, const void **b, const CBLAS_INT *ldb, const void *beta, void **c,
                        const CBLAS_INT *ldc, CBLAS_INT group_count, const CBLAS_INT *group_size);
