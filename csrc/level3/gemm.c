/* SPDX-License-Identifier: MIT */
/* gemm: checks, the cases without a product, and the views that the driver multiplies. */
#include "gemm.h"

#include "../core/dispatch.h"
#include "../include/pyblaslite.h"
#include "blocking.h"
#include "single.h"

/* C = beta C, along the dimension in which C's elements stand closer. */
void pbl_scale_matrix(int dtype, enum part part, dim m, dim n, const void *beta, struct matrix c)
{
    if (pbl_is_one(dtype, beta)) return;
    if ((c.rs < 0 ? -c.rs : c.rs) < (c.cs < 0 ? -c.cs : c.cs)) {
        pbl_scale_matrix(dtype, transposed_part(part), n, m, beta, transposed(c));
        return;
    }
    for (dim i = 0; i < m; i++) {
        const struct span s = columns_of_rows(part, i, 1, n);
        pbl_kernels(dtype)->scale(s.end - s.first, beta, element(c, i, s.first, size_of(dtype)), c.cs);
    }
}

int pbl_run_gemm(struct route *r, const void *alpha, const void *beta)
{
    const struct product *x = &r->x;
    if (x->m == 0 || x->n == 0) return PBL_OK;
    r->x.alpha = alpha;
    r->x.beta = pbl_is_zero(x->dtype, beta) ? NULL : beta;
    if (pbl_has_product(x, alpha)) return pbl_multiply(r);

    if (!r->finish || r->x.beta) pbl_scale_matrix(x->dtype, x->part, x->m, x->n, beta, x->c);
    if (r->finish)
        pbl_finish(r->finish, pbl_kernels(x->dtype), 0, 0, x->m, x->n, r->x.beta ? x->c : (struct matrix){0});
    return PBL_OK;
}

int pbl_run_batch(struct route *r, const void *alpha, const void *beta, struct steps steps, struct places places,
                  dim count)
{
    const struct product *x = &r->x;
    if (x->m == 0 || x->n == 0 || count == 0) return PBL_OK;
    if (pbl_has_product(x, alpha)) {
        r->x.alpha = alpha;
        r->x.beta = pbl_is_zero(x->dtype, beta) ? NULL : beta;
        return pbl_multiply_batch(r, steps, places, count);
    }
    char *c = x->c.p;
    for (dim i = 0; i < count; i++) {
        set_result(r, places.c ? places.c[i] : c + i * steps.c * result_size(r));
        pbl_run_gemm(r, alpha, beta);
    }
    return PBL_OK;
}

int pbl_gemm_batch_strided(int dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k, const void *alpha,
                           const void *a, int64_t rs_a, int64_t cs_a, int64_t batch_a, const void *b, int64_t rs_b,
                           int64_t cs_b, int64_t batch_b, const void *beta, void *c, int64_t rs_c, int64_t cs_c,
                           int64_t batch_c, int64_t count)
{
    struct route r;
    const int status = gemm_route(&r, dtype, trans_a, trans_b, m, n, k, a, rs_a, cs_a, b, rs_b, cs_b, c, rs_c, cs_c);
    if (status != PBL_OK || count < 0) return status != PBL_OK ? status : PBL_BAD_ARGUMENT;
    relax(&r);
    if (count == 1) return pbl_run_gemm(&r, alpha, beta);
    return pbl_run_batch(&r, alpha, beta, (struct steps){batch_a, batch_b, batch_c}, (struct places){NULL, NULL, NULL},
                         count);
}

int pbl_gemm_batch(int dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k, const void *alpha,
                   const void *const *a, int64_t rs_a, int64_t cs_a, const void *const *b, int64_t rs_b, int64_t cs_b,
                   const void *beta, void *const *c, int64_t rs_c, int64_t cs_c, int64_t count)
{
    struct route r;
    const int status =
        gemm_route(&r, dtype, trans_a, trans_b, m, n, k, NULL, rs_a, cs_a, NULL, rs_b, cs_b, NULL, rs_c, cs_c);
    if (status != PBL_OK || count < 0) return status != PBL_OK ? status : PBL_BAD_ARGUMENT;
    relax(&r);
    return pbl_run_batch(&r, alpha, beta, (struct steps){0, 0, 0}, (struct places){a, b, c}, count);
}

/* The kernels for a product whose route would take as long to choose as it takes itself: a single panel, over in less
 * than a microsecond. Any other path would give the same bits. */
static inline const struct kernels *kernels_at_once(const struct product *x)
{
    /* A k beyond, with few columns, may better be the transposed problem: see paths.c. */
    if (x->k > AT_ONCE_K || x->m * x->k > AT_ONCE_K * AT_ONCE_K) return NULL;
    const struct kernels *kn = pbl_kernels(x->dtype);
    return single_panel(x, kn, pbl_short_vectors_pay(kn));
}

int pbl_gemm(int dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k, const void *alpha, const void *a,
             int64_t rs_a, int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b, const void *beta, void *c,
             int64_t rs_c, int64_t cs_c)
{
    const int status = check_gemm(dtype, trans_a, trans_b, m, n, k);
    if (status != PBL_OK) return status;
    struct product x;
    set_operands(&x, dtype, trans_a, trans_b, m, n, k, a, rs_a, cs_a, b, rs_b, cs_b, c, rs_c, cs_c);
    if (x.c.rs == 1 && x.c.cs != 1) transpose_product(&x);
    const struct kernels *kn = kernels_at_once(&x);
    if (kn && m > 0 && n > 0 && pbl_has_product(&x, alpha)) {
        x.alpha = alpha;
        x.beta = pbl_is_zero(dtype, beta) ? NULL : beta;
        run_single_panels(kn, &x, (struct steps){0, 0, 0}, 1, false);
        return PBL_OK;
    }
    struct route r;
    set_product(&r, dtype, trans_a, trans_b, m, n, k, a, rs_a, cs_a, b, rs_b, cs_b, c, rs_c, cs_c);
    relax(&r);
    return pbl_run_gemm(&r, alpha, beta);
}
