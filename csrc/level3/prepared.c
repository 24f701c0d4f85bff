/* SPDX-License-Identifier: MIT */
/* A product whose checks and decisions are behind it. */
#include <stdlib.h>
#include <string.h>

#include "../core/workspace.h"
#include "../include/pyblaslite.h"
#include "gemm.h"

struct pbl_prepared {
    struct route route;
    double alpha[2], beta[2]; /* one element of the dtype each */
    bool decided;             /* a small product, whose route no setting can change */
};

int pbl_prepare_gemm(int dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k, const void *alpha,
                     const void *a, int64_t rs_a, int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b,
                     const void *beta, void *c, int64_t rs_c, int64_t cs_c, struct pbl_prepared **prepared)
{
    struct route r;
    const int status = gemm_route(&r, dtype, trans_a, trans_b, m, n, k, a, rs_a, cs_a, b, rs_b, cs_b, c, rs_c, cs_c);
    if (status != PBL_OK) return status;
    relax(&r);
    struct pbl_prepared *p = pbl_allocate_handle(sizeof *p);
    if (!p) return PBL_NO_MEMORY;

    *p = (struct pbl_prepared){.route = r};
    memcpy(p->alpha, alpha, (size_t)size_of(dtype)), memcpy(p->beta, beta, (size_t)size_of(dtype));
    if (m > 0 && n > 0 && pbl_has_product(&r.x, alpha)) {
        p->route.x.alpha = p->alpha;
        p->route.x.beta = pbl_is_zero(dtype, beta) ? NULL : p->beta;
        pbl_choose_route(&p->route);
        p->decided = p->route.path == PATH_SMALL;
        if (!p->decided) p->route = r;
    }
    *prepared = p;
    return PBL_OK;
}

int pbl_run_prepared(const struct pbl_prepared *p)
{
    if (p->decided) {
        pbl_multiply_small(&p->route, (struct steps){0, 0, 0}, 1);
        return PBL_OK;
    }
    struct route r = p->route;
    return pbl_run_gemm(&r, p->alpha, p->beta);
}

void pbl_free_prepared(struct pbl_prepared *p) { free(p); }
