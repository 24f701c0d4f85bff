/* SPDX-License-Identifier: MIT */
/* The C interface, stated once: pyblaslite.h wraps it for C, cffi reads it as it stands (so: no preprocessor here).
 *
 * Matrices are given by a pointer to element (0, 0) and two strides in elements: element (i, j) stands at
 * p[i * rs + j * cs]. Row-major is cs = 1, column-major is rs = 1; strides may be anything, negative or (for an
 * input) zero included. Every function may be called from any number of threads at once. */

enum pbl_status {
    PBL_OK = 0,
    PBL_BAD_ARGUMENT = 1, /* a dtype, op or size that is none */
    PBL_NO_MEMORY = 2,    /* workspace could not be had; the output is untouched */
    PBL_BAD_CPU = 3       /* this build needs instructions that this CPU lacks: see pbl_cpu_lacks() */
};

/* Element types by their BLAS letters: float, double, float complex, double complex. */
enum pbl_dtype { PBL_S = 0, PBL_D = 1, PBL_C = 2, PBL_Z = 3 };

/* Narrow elements, for pbl_gemm_ex and packed operands: IEEE's float16, bfloat16, integers. */
enum pbl_narrow_dtype { PBL_H = 4, PBL_B = 5, PBL_I8 = 6, PBL_U8 = 7, PBL_I32 = 8 };

/* C = alpha op(A) op(B) + beta C, with op 'n' (as it is), 't' (transpose) or 'c' (conjugate transpose);
 * op(A) is m x k, op(B) is k x n, C is m x n. The strides are those of A and B before op.
 * beta = 0: C is not read. alpha = 0 or k = 0: A and B are not read. C must not overlap A or B.
 * The result has the same bits whatever the number of threads, the instruction set and the strides. */
int pbl_gemm(int dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k, const void *alpha, const void *a,
             int64_t rs_a, int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b, const void *beta, void *c,
             int64_t rs_c, int64_t cs_c);

/* What pbl_gemm_ex does with each element x of alpha op(A) op(B) + beta C while it is in the cache: C =
 * activation(scale x + bias). scale and bias have the type of the sums (float for integers), element (i, j) at p[i * rs
 * + j * cs]: a stride of 0 repeats a row, a column or a number; NULL leaves them out. gelu(x) = x (1 + erf(x / sqrt 2))
 * / 2. */
enum pbl_activation { PBL_NO_ACTIVATION = 0, PBL_RELU = 1, PBL_GELU = 2 };
struct pbl_epilogue {
    const void *scale;
    int64_t rs_scale, cs_scale;
    const void *bias;
    int64_t rs_bias, cs_bias;
    int activation;
};

/* pbl_gemm for these dtypes of A and B, and the C they give:
 *   S S: S;   D D: D;   C C: C;   Z Z: Z        as pbl_gemm; an epilogue for S and D only
 *   H H: H or S;   B B: B or S                  summed in float32; alpha and beta are floats
 *   I8 I8, U8 I8, I8 U8: I32, or S, H, B        summed in int32, exactly (modulo 2^32); alpha and beta are int32; an
 *                                               epilogue, if any, makes floats of the sums
 * A C that is not what the sums are (float32, int32) cannot be added to: beta must be 0. The bits of bfloat16 products
 * are those of the AVX-512 instruction on every ISA while no sum is subnormal, but on AMX: there the products of every
 * 32 along K are summed first, even and odd ones apart. epilogue may be NULL. */
int pbl_gemm_ex(int dtype_a, int dtype_b, int dtype_c, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k,
                const void *alpha, const void *a, int64_t rs_a, int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b,
                const void *beta, void *c, int64_t rs_c, int64_t cs_c, const struct pbl_epilogue *epilogue);

/* pbl_gemm for `count` products; successive operands stand batch_{a,b,c} elements apart (0 repeats an input). */
int pbl_gemm_batch_strided(int dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k, const void *alpha,
                           const void *a, int64_t rs_a, int64_t cs_a, int64_t batch_a, const void *b, int64_t rs_b,
                           int64_t cs_b, int64_t batch_b, const void *beta, void *c, int64_t rs_c, int64_t cs_c,
                           int64_t batch_c, int64_t count);

/* The same for operands that stand anywhere: product i is that of a[i] and b[i], added to c[i]. */
int pbl_gemm_batch(int dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k, const void *alpha,
                   const void *const *a, int64_t rs_a, int64_t cs_a, const void *const *b, int64_t rs_b, int64_t cs_b,
                   const void *beta, void *const *c, int64_t rs_c, int64_t cs_c, int64_t count);

/* Both for all that pbl_gemm_ex does; the epilogue is the same for each product. */
int pbl_gemm_batch_strided_ex(int dtype_a, int dtype_b, int dtype_c, char trans_a, char trans_b, int64_t m, int64_t n,
                              int64_t k, const void *alpha, const void *a, int64_t rs_a, int64_t cs_a, int64_t batch_a,
                              const void *b, int64_t rs_b, int64_t cs_b, int64_t batch_b, const void *beta, void *c,
                              int64_t rs_c, int64_t cs_c, int64_t batch_c, int64_t count,
                              const struct pbl_epilogue *epilogue);
int pbl_gemm_batch_ex(int dtype_a, int dtype_b, int dtype_c, char trans_a, char trans_b, int64_t m, int64_t n,
                      int64_t k, const void *alpha, const void *const *a, int64_t rs_a, int64_t cs_a,
                      const void *const *b, int64_t rs_b, int64_t cs_b, const void *beta, void *const *c, int64_t rs_c,
                      int64_t cs_c, int64_t count, const struct pbl_epilogue *epilogue);

/* A product that is prepared once and run many times, on what its operands then hold: they must stay where they are.
 * alpha and beta are copied. Any number of threads may run it at once if their results do not collide (they would). */
struct pbl_prepared;
int pbl_prepare_gemm(int dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k, const void *alpha,
                     const void *a, int64_t rs_a, int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b,
                     const void *beta, void *c, int64_t rs_c, int64_t cs_c, struct pbl_prepared **prepared);
int pbl_run_prepared(const struct pbl_prepared *prepared);
void pbl_free_prepared(struct pbl_prepared *prepared);

/* op(B), k x n, packed once for any number of products: the layout is the instruction set's of that moment, and so are
 * the kernels that use it. */
struct pbl_packed;
int pbl_pack_b(int dtype, char trans_b, int64_t k, int64_t n, const void *b, int64_t rs_b, int64_t cs_b,
               struct pbl_packed **packed);
int pbl_gemm_packed(char trans_a, int64_t m, const void *alpha, const void *a, int64_t rs_a, int64_t cs_a,
                    const struct pbl_packed *packed, const void *beta, void *c, int64_t rs_c, int64_t cs_c);
/* The same for all that pbl_gemm_ex does: B packed as H, B or I8 as well. */
int pbl_gemm_packed_ex(int dtype_a, int dtype_c, char trans_a, int64_t m, const void *alpha, const void *a,
                       int64_t rs_a, int64_t cs_a, const struct pbl_packed *packed, const void *beta, void *c,
                       int64_t rs_c, int64_t cs_c, const struct pbl_epilogue *epilogue);
void pbl_free_packed(struct pbl_packed *packed);

/* gemm, of which only the triangle uplo of C ('l' lower, 'u' upper; with the diagonal) is read and written:
 * op(A) is n x k, op(B) k x n. */
int pbl_gemmt(int dtype, char uplo, char trans_a, char trans_b, int64_t n, int64_t k, const void *alpha, const void *a,
              int64_t rs_a, int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b, const void *beta, void *c,
              int64_t rs_c, int64_t cs_c);

/* One triangle of C = alpha op(A) op(A)^T + beta C, op(A) n x k: trans 'n' or 't' ('c' too, if A is real). */
int pbl_syrk(int dtype, char uplo, char trans, int64_t n, int64_t k, const void *alpha, const void *a, int64_t rs_a,
             int64_t cs_a, const void *beta, void *c, int64_t rs_c, int64_t cs_c);
/* The same with the conjugate transpose: trans 'n' or 'c'; alpha and beta point to one real. The diagonal's imaginary
 * part is not read and becomes zero, unless there is nothing to do at all (no product and beta = 1). */
int pbl_herk(int dtype, char uplo, char trans, int64_t n, int64_t k, const void *alpha, const void *a, int64_t rs_a,
             int64_t cs_a, const void *beta, void *c, int64_t rs_c, int64_t cs_c);
/* C = alpha op(A) op(B)^T + alpha op(B) op(A)^T + beta C */
int pbl_syr2k(int dtype, char uplo, char trans, int64_t n, int64_t k, const void *alpha, const void *a, int64_t rs_a,
              int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b, const void *beta, void *c, int64_t rs_c,
              int64_t cs_c);
/* C = alpha op(A) op(B)^H + conj(alpha) op(B) op(A)^H + beta C; beta points to one real */
int pbl_her2k(int dtype, char uplo, char trans, int64_t n, int64_t k, const void *alpha, const void *a, int64_t rs_a,
              int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b, const void *beta, void *c, int64_t rs_c,
              int64_t cs_c);

/* C = alpha A B + beta C (side 'l') or alpha B A + beta C ('r'), for an A that is symmetric, or hermitian: only its
 * triangle uplo is read, and not the imaginary part of a hermitian diagonal. B and C are m x n. */
int pbl_symm(int dtype, char side, char uplo, int64_t m, int64_t n, const void *alpha, const void *a, int64_t rs_a,
             int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b, const void *beta, void *c, int64_t rs_c,
             int64_t cs_c);
int pbl_hemm(int dtype, char side, char uplo, int64_t m, int64_t n, const void *alpha, const void *a, int64_t rs_a,
             int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b, const void *beta, void *c, int64_t rs_c,
             int64_t cs_c);

/* B = alpha op(A) B (side 'l') or alpha B op(A) ('r'), in place, for a triangular A (uplo) whose diagonal is 1, and not
 * read, with diag 'u'. B is m x n. alpha = 0: neither is read. */
int pbl_trmm(int dtype, char side, char uplo, char trans, char diag, int64_t m, int64_t n, const void *alpha,
             const void *a, int64_t rs_a, int64_t cs_a, void *b, int64_t rs_b, int64_t cs_b);
/* The same with the inverse of op(A). A zero on the diagonal gives Inf and NaN, as arithmetic does. */
int pbl_trsm(int dtype, char side, char uplo, char trans, char diag, int64_t m, int64_t n, const void *alpha,
             const void *a, int64_t rs_a, int64_t cs_a, void *b, int64_t rs_b, int64_t cs_b);

/* B = alpha op(A) for an A of rows x columns: trans 'n', 't', 'c' or 'r' (conjugated, not transposed). alpha = 0: A is
 * not read. imatcopy: in the memory of A, the strides of the result being rs_b and cs_b. */
int pbl_omatcopy(int dtype, char trans, int64_t rows, int64_t columns, const void *alpha, const void *a, int64_t rs_a,
                 int64_t cs_a, void *b, int64_t rs_b, int64_t cs_b);
int pbl_imatcopy(int dtype, char trans, int64_t rows, int64_t columns, const void *alpha, void *a, int64_t rs_a,
                 int64_t cs_a, int64_t rs_b, int64_t cs_b);

/* Level 1. Element i of a vector stands at x[i * incx]: increments may be anything, negative or zero included
 * (an output of increment zero is one element, written n times). Outputs must not overlap inputs. n = 0 is no error. */

int pbl_swap(int dtype, int64_t n, void *x, int64_t incx, void *y, int64_t incy);
int pbl_copy(int dtype, int64_t n, const void *x, int64_t incx, void *y, int64_t incy); /* y = x */

/* x = alpha x, also for alpha = 0: a NaN stays. A complex alpha that is real multiplies as a real. */
int pbl_scal(int dtype, int64_t n, const void *alpha, void *x, int64_t incx);

/* y = alpha x + y. alpha = 0: x and y are not touched. */
int pbl_axpy(int dtype, int64_t n, const void *alpha, const void *x, int64_t incx, void *y, int64_t incy);

/* y = alpha x + beta y. alpha = 0: x is not read; beta = 0: y is not. */
int pbl_axpby(int dtype, int64_t n, const void *alpha, const void *x, int64_t incx, const void *beta, void *y,
              int64_t incy);

/* result = the sum of x[i] y[i], with trans_x 'n', or of conj(x[i]) y[i], with 'c'. */
int pbl_dot(int dtype, char trans_x, int64_t n, const void *x, int64_t incx, const void *y, int64_t incy, void *result);

/* The same for floats, summed in double. */
int pbl_dot_double(int64_t n, const float *x, int64_t incx, const float *y, int64_t incy, double *result);

/* The Euclidean norm; the sum of |re| + |im|: reals, float for S and C. The sum of the elements. */
int pbl_nrm2(int dtype, int64_t n, const void *x, int64_t incx, void *result);
int pbl_asum(int dtype, int64_t n, const void *x, int64_t incx, void *result);
int pbl_sum(int dtype, int64_t n, const void *x, int64_t incx, void *result);

/* The index, from 0, of the first element whose |re| + |im| is the largest (the smallest); -1 if n = 0. A NaN is passed
 * over, but one that comes first is the answer. */
int pbl_iamax(int dtype, int64_t n, const void *x, int64_t incx, int64_t *index);
int pbl_iamin(int dtype, int64_t n, const void *x, int64_t incx, int64_t *index);

/* (x, y) = (c x + s y, c y - conj(s) x). c points to a real, s to an element. */
int pbl_rot(int dtype, int64_t n, void *x, int64_t incx, void *y, int64_t incy, const void *c, const void *s);

/* The rotation that makes (a, b) into (r, 0); r is left in a. For S and D, b becomes z, from which c and s can be had:
 * z = s if |z| < 1 (c > 0), c = 1 / z if |z| > 1, c = 0 if z = 1. For C and Z, b is not changed. */
int pbl_rotg(int dtype, void *a, void *b, void *c, void *s);

/* Modified rotations, of S and D: (x, y) = H (x, y), with param = flag, h11, h21, h12, h22. Flag -1: as they are; 0:
 * h11 = h22 = 1; 1: h12 = 1, h21 = -1; -2: H = 1. Elements that the flag implies are not read, nor written by
 * pbl_rotmg, which finds the H that makes y of (sqrt(d1) x1, sqrt(d2) y1) zero, and the new d1, d2 and x1. */
int pbl_rotm(int dtype, int64_t n, void *x, int64_t incx, void *y, int64_t incy, const void *param);
int pbl_rotmg(int dtype, void *d1, void *d2, void *x1, const void *y1, void *param);

/* Level 2. Vectors as in level 1, matrices as in level 3. A triangular, symmetric or Hermitian matrix is the triangle
 * that uplo says, 'l' or 'u'; a band (with k, or kl and ku diagonals below and above the main one) is a matrix of which
 * only elements in the band are touched. LAPACK's band storage is that: element (i, j) of A stands there in row ku + i
 * - j of column j, so rs_a = 1, cs_a = ld - 1, and a points to (0, 0). Packed, with 'c', are the columns of a triangle
 * one after the other, with 'r' its rows. alpha = 0: neither A nor x is read; beta = 0: y is not. Without rows or
 * columns, nothing is written. diag 'u': the diagonal is not read and counts as ones. The imaginary parts of a
 * Hermitian diagonal are not read; hermitian updates make them zero. Outputs must not overlap inputs. Results have the
 * same bits whatever the threads, the instruction set, the strides and the increments, and whether a triangle is
 * packed; those of symmetric and Hermitian matrices whatever uplo too. */

/* y = alpha op(A) x + beta y, with A m x n */
int pbl_gemv(int dtype, char trans, int64_t m, int64_t n, const void *alpha, const void *a, int64_t rs_a, int64_t cs_a,
             const void *x, int64_t incx, const void *beta, void *y, int64_t incy);
int pbl_gbmv(int dtype, char trans, int64_t m, int64_t n, int64_t kl, int64_t ku, const void *alpha, const void *a,
             int64_t rs_a, int64_t cs_a, const void *x, int64_t incx, const void *beta, void *y, int64_t incy);

/* y = alpha A x + beta y, A symmetric or Hermitian */
int pbl_symv(int dtype, char uplo, int64_t n, const void *alpha, const void *a, int64_t rs_a, int64_t cs_a,
             const void *x, int64_t incx, const void *beta, void *y, int64_t incy);
int pbl_hemv(int dtype, char uplo, int64_t n, const void *alpha, const void *a, int64_t rs_a, int64_t cs_a,
             const void *x, int64_t incx, const void *beta, void *y, int64_t incy);
int pbl_sbmv(int dtype, char uplo, int64_t n, int64_t k, const void *alpha, const void *a, int64_t rs_a, int64_t cs_a,
             const void *x, int64_t incx, const void *beta, void *y, int64_t incy);
int pbl_hbmv(int dtype, char uplo, int64_t n, int64_t k, const void *alpha, const void *a, int64_t rs_a, int64_t cs_a,
             const void *x, int64_t incx, const void *beta, void *y, int64_t incy);
int pbl_spmv(int dtype, char uplo, char packed, int64_t n, const void *alpha, const void *ap, const void *x,
             int64_t incx, const void *beta, void *y, int64_t incy);
int pbl_hpmv(int dtype, char uplo, char packed, int64_t n, const void *alpha, const void *ap, const void *x,
             int64_t incx, const void *beta, void *y, int64_t incy);

/* x = op(A) x; x = op(A)^-1 x. There is no test for singularity: a zero on the diagonal divides. */
int pbl_trmv(int dtype, char uplo, char trans, char diag, int64_t n, const void *a, int64_t rs_a, int64_t cs_a, void *x,
             int64_t incx);
int pbl_trsv(int dtype, char uplo, char trans, char diag, int64_t n, const void *a, int64_t rs_a, int64_t cs_a, void *x,
             int64_t incx);
int pbl_tbmv(int dtype, char uplo, char trans, char diag, int64_t n, int64_t k, const void *a, int64_t rs_a,
             int64_t cs_a, void *x, int64_t incx);
int pbl_tbsv(int dtype, char uplo, char trans, char diag, int64_t n, int64_t k, const void *a, int64_t rs_a,
             int64_t cs_a, void *x, int64_t incx);
int pbl_tpmv(int dtype, char uplo, char packed, char trans, char diag, int64_t n, const void *ap, void *x,
             int64_t incx);
int pbl_tpsv(int dtype, char uplo, char packed, char trans, char diag, int64_t n, const void *ap, void *x,
             int64_t incx);

/* A = alpha x y^T + A; with trans_y 'c', y conjugated */
int pbl_ger(int dtype, char trans_y, int64_t m, int64_t n, const void *alpha, const void *x, int64_t incx,
            const void *y, int64_t incy, void *a, int64_t rs_a, int64_t cs_a);

/* A = alpha x x^T + A; her, hpr: A = alpha x x^H + A, and alpha points to a real */
int pbl_syr(int dtype, char uplo, int64_t n, const void *alpha, const void *x, int64_t incx, void *a, int64_t rs_a,
            int64_t cs_a);
int pbl_her(int dtype, char uplo, int64_t n, const void *alpha, const void *x, int64_t incx, void *a, int64_t rs_a,
            int64_t cs_a);
int pbl_spr(int dtype, char uplo, char packed, int64_t n, const void *alpha, const void *x, int64_t incx, void *ap);
int pbl_hpr(int dtype, char uplo, char packed, int64_t n, const void *alpha, const void *x, int64_t incx, void *ap);

/* A = alpha x y^T + alpha y x^T + A; her2, hpr2: A = alpha x y^H + conj(alpha) y x^H + A */
int pbl_syr2(int dtype, char uplo, int64_t n, const void *alpha, const void *x, int64_t incx, const void *y,
             int64_t incy, void *a, int64_t rs_a, int64_t cs_a);
int pbl_her2(int dtype, char uplo, int64_t n, const void *alpha, const void *x, int64_t incx, const void *y,
             int64_t incy, void *a, int64_t rs_a, int64_t cs_a);
int pbl_spr2(int dtype, char uplo, char packed, int64_t n, const void *alpha, const void *x, int64_t incx,
             const void *y, int64_t incy, void *ap);
int pbl_hpr2(int dtype, char uplo, char packed, int64_t n, const void *alpha, const void *x, int64_t incx,
             const void *y, int64_t incy, void *ap);

/* Writes, as lines "key: value" into `room` bytes, how pbl_gemm (pbl_gemm_ex for H, B and I8) would go about a product:
 * the path, why, the threads, kernels and blocks. The first line is "path: " and vector, small, sweep, long, loops or
 * none.
 */
int pbl_explain_gemm(int dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k, int64_t rs_a, int64_t cs_a,
                     int64_t rs_b, int64_t cs_b, int64_t rs_c, int64_t cs_c, char *text, size_t room);

/* Whether row i of every gemm has the bits that it would have with any other rows of A beside it. If not, which is the
 * default, a C of a single row or column with k > 32 is summed as by pbl_gemv, which is a few times as fast where B's
 * columns are contiguous. A packed B, narrow elements and whatever was prepared before the setting are not
 * concerned. For the whole process. */
int pbl_get_batch_invariant(void);
void pbl_set_batch_invariant(int on);

/* Threads. The default is the least of the CPUs allowed (affinity), the cgroup's quota and OMP_NUM_THREADS.
 * A thread's own limit goes before the process's; 0 takes either limit away. */
int pbl_get_num_threads(void);
int pbl_get_process_threads(void); /* the same without regard to the calling thread's own limit */
void pbl_set_num_threads(int n);
int pbl_get_thread_limit(void);
void pbl_set_thread_limit(int n);
const char *pbl_threading(void); /* "openmp", or "none" in a build without it */

/* Instruction sets: chosen when the library loads, or by the environment variable PYBLASLITE_ISA. */
const char *pbl_get_isa(void);
int pbl_set_isa(const char *name);  /* PBL_BAD_ARGUMENT if unknown or not supported by this CPU */
const char *pbl_isa_name(int i);    /* the i-th this CPU can run, best last; NULL past the end */
const char *pbl_isa_rejected(void); /* what PYBLASLITE_ISA asked for, if it could not be had; else NULL */
const char *pbl_cpu_lacks(void); /* the first instruction set extension this build needs and the CPU lacks, or NULL */

const char *pbl_version(void);
const char *pbl_build_info(void); /* compiler and flags */
void pbl_release_workspace(void); /* gives back the calling thread's packing buffers */

/* For measurement: runs independent fused multiply-adds in registers for `seconds` on the calling
 * thread, returns the floating-point operations done per second on average. */
double pbl_fma_peak(int dtype, double seconds);

/* For tests: the n-th allocation from now on fails (n = 1: the next); 0 switches this off. */
void pbl_test_fail_allocation(int n);
