/* SPDX-License-Identifier: MIT */
/* gemv and gbmv: y = alpha op(A) x + beta y. */
#include "../include/pyblaslite.h"
#include "matvec.h"
#include "sums.h"

/* A matrix and vectors that are multiplied in a few microseconds, without pieces, memory or threads: from the
 * arguments to the kernels. */
static inline bool is_small(const struct matrix *a, dim m, dim n, dim size, dim incx, dim incy, bool by_columns)
{
    return (incx == 1 || n == 1) && (incy == 1 || m == 1) && (by_columns || a->cs == 1 || n == 1) &&
           n * size <= DEPTH_BYTES && m * n * size <= AT_ONCE_BYTES;
}

/* y = alpha A x + beta y for v's A and alpha; `worth`: the columns of a full matrix that would be as much work. */
static int multiply(struct setting *s, struct matvec *v, dim worth, const void *x, dim incx, const void *beta, void *y,
                    dim incy)
{
    if (pbl_is_zero(s->dtype, v->alpha)) return scale_vector(s, v->m, beta, y, incy);
    v->setting = s, v->threads = pbl_matvec_threads(s, v->m, worth);
    v->beta = pbl_is_zero(s->dtype, beta) ? NULL : beta;
    if (!get_room(s, pbl_matvec_bytes(v, incx, incy))) return PBL_NO_MEMORY;
    pbl_matvec_strided(v, s, x, incx, y, incy);
    return PBL_OK;
}

/* The product of op(A). */
static void set_matrix(struct matvec *v, char trans, dim m, dim n, const void *a, dim rs, dim cs, const void *alpha)
{
    const bool plain = trans == 'n';
    *v = (struct matvec){.m = plain ? m : n, .n = plain ? n : m, .alpha = alpha};
    v->a.p = (char *)(uintptr_t)a, v->a.rs = plain ? rs : cs, v->a.cs = plain ? cs : rs, v->a.conj = trans == 'c';
}

int pbl_gemv(int dtype, char trans, int64_t m, int64_t n, const void *alpha, const void *a, int64_t rs_a, int64_t cs_a,
             const void *x, int64_t incx, const void *beta, void *y, int64_t incy)
{
    struct setting s;
    const int status = set_up(&s, dtype, is_op(trans) && m >= 0 && n >= 0);
    if (status != PBL_OK || m == 0 || n == 0) return status;
    struct matvec v;
    set_matrix(&v, trans, m, n, a, rs_a, cs_a, alpha);
    const bool by_columns = read_by_columns(v.a, v.curve, v.m, v.n);
    if (is_small(&v.a, v.m, v.n, s.size, incx, incy, by_columns) && !pbl_is_zero(dtype, alpha)) {
        const struct gemm_scale scale = {alpha, pbl_is_zero(dtype, beta) ? NULL : beta, .conj_b = trans == 'c'};
        if (by_columns && are_few_columns(v.n, false)) s.kernels->gemv_few(v.m, v.n, v.a.p, v.a.cs, x, y, &scale);
        else multiply_lines(s.kernels, by_columns, v.m, v.n, &v.a, v.curve, (struct clip){v.m, v.n}, x, y, &scale);
        return PBL_OK;
    }
    return multiply(&s, &v, v.n, x, incx, beta, y, incy);
}

int pbl_gbmv(int dtype, char trans, int64_t m, int64_t n, int64_t kl, int64_t ku, const void *alpha, const void *a,
             int64_t rs_a, int64_t cs_a, const void *x, int64_t incx, const void *beta, void *y, int64_t incy)
{
    struct setting s;
    const int status = set_up(&s, dtype, is_op(trans) && m >= 0 && n >= 0 && kl >= 0 && ku >= 0);
    if (status != PBL_OK || m == 0 || n == 0) return status;
    const dim below = min_dim(kl, m), above = min_dim(ku, n);
    const struct clip rows = {below, above}, columns = {above, below};
    struct matvec v;
    set_matrix(&v, trans, m, n, a, rs_a, cs_a, alpha);
    v.clip = trans == 'n' ? &rows : &columns, v.narrow = below + above < NARROW_BAND;
    return multiply(&s, &v, min_dim(below + above + 1, v.n), x, incx, beta, y, incy);
}
