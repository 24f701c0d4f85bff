/* SPDX-License-Identifier: MIT */
/* gemm: checks, the cases without a product, and the views that the driver multiplies. */
#include "../core/dispatch.h"
#include "../include/pyblaslite.h"
#include "driver.h"

static bool is_op(char op) { return op == 'n' || op == 't' || op == 'c'; }
static bool is_complex(int dtype) { return dtype == PBL_C || dtype == PBL_Z; }

/* Whether the element at p is zero; a NaN is not. */
static bool is_zero(int dtype, const void *p)
{
    const float *s = p;
    const double *d = p;
    if (dtype == PBL_S || dtype == PBL_C) return s[0] == 0 && (dtype == PBL_S || s[1] == 0);
    return d[0] == 0 && (dtype == PBL_D || d[1] == 0);
}

static bool is_one(int dtype, const void *p)
{
    const float *s = p;
    const double *d = p;
    if (dtype == PBL_S || dtype == PBL_C) return s[0] == 1 && (dtype == PBL_S || s[1] == 0);
    return d[0] == 1 && (dtype == PBL_D || d[1] == 0);
}

static struct matrix operand(const void *p, int64_t rs, int64_t cs, char op, int dtype)
{
    struct matrix x = {(char *)(uintptr_t)p, rs, cs, false};
    if (op == 'n') return x;
    x = transposed(x);
    x.conj = op == 'c' && is_complex(dtype);
    return x;
}

/* C = beta C, along the dimension in which C's elements stand closer. */
static void scale_matrix(int dtype, dim m, dim n, const void *beta, struct matrix c)
{
    if (is_one(dtype, beta)) return;
    if ((c.rs < 0 ? -c.rs : c.rs) < (c.cs < 0 ? -c.cs : c.cs)) {
        scale_matrix(dtype, n, m, beta, transposed(c));
        return;
    }
    for (dim i = 0; i < m; i++) pbl_kernels(dtype)->scale(n, beta, element(c, i, 0, size_of(dtype)), c.cs);
}

int pbl_gemm_batch_strided(int dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k, const void *alpha,
                           const void *a, int64_t rs_a, int64_t cs_a, int64_t batch_a, const void *b, int64_t rs_b,
                           int64_t cs_b, int64_t batch_b, const void *beta, void *c, int64_t rs_c, int64_t cs_c,
                           int64_t batch_c, int64_t count)
{
    if (dtype < 0 || dtype >= N_DTYPES || !is_op(trans_a) || !is_op(trans_b)) return PBL_BAD_ARGUMENT;
    if (m < 0 || n < 0 || k < 0 || count < 0) return PBL_BAD_ARGUMENT;
    if (!pbl_kernels(dtype)) return PBL_BAD_CPU;
    if (m == 0 || n == 0) return PBL_OK;

    const bool nothing_to_add = k == 0 || is_zero(dtype, alpha);
    struct product x = {
        .dtype = dtype,
        .m = m,
        .n = n,
        .k = k,
        .alpha = alpha,
        .beta = is_zero(dtype, beta) ? NULL : beta,
        .a = operand(a, rs_a, cs_a, trans_a, dtype),
        .b = operand(b, rs_b, cs_b, trans_b, dtype),
        .c = operand(c, rs_c, cs_c, 'n', dtype),
    };
    for (int64_t i = 0; i < count; i++) {
        int status = PBL_OK;
        if (nothing_to_add) scale_matrix(dtype, m, n, beta, x.c);
        else status = pbl_multiply(&x);
        if (status != PBL_OK) return status;
        x.a.p += batch_a * size_of(dtype), x.b.p += batch_b * size_of(dtype), x.c.p += batch_c * size_of(dtype);
    }
    return PBL_OK;
}

int pbl_gemm(int dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k, const void *alpha, const void *a,
             int64_t rs_a, int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b, const void *beta, void *c,
             int64_t rs_c, int64_t cs_c)
{
    return pbl_gemm_batch_strided(dtype, trans_a, trans_b, m, n, k, alpha, a, rs_a, cs_a, 0, b, rs_b, cs_b, 0, beta, c,
                                  rs_c, cs_c, 0, 1);
}
