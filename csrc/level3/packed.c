/* SPDX-License-Identifier: MIT */
/* pbl_pack_b and the products that use it. */
#include "packed.h"

#include <stdlib.h>

#include "../core/dispatch.h"
#include "../core/workspace.h"
#include "../include/pyblaslite.h"
#include "gemm.h"

static void pack(const struct pbl_packed *b)
{
    const struct product *x = &b->route.x;
    const struct kernels *kn = b->columns.kernels;
    const dim size = size_of(x->dtype), in_size = input_size_of(x->dtype);
    for (dim p = 0; p < x->k; p += b->kc) {
        const dim k = min_dim(b->kc, x->k - p), rows = PBL_PANEL_ROWS(kn, k);
        char *to = packed_block(b, p);
        for (dim panel = 0; panel < b->columns.panels; panel++) {
            const dim width = panel_width(&b->columns, panel), n = panel_columns(&b->columns, panel);
            const dim j = panel_start(&b->columns, panel);
            char *packed = to + j * rows * size;
            panel_kernels(&b->columns, panel)
                ->pack_b(k, n, element(x->b, p, j, in_size), x->b.rs, x->b.cs, packed, width);
            if (kn->sum_b) kn->sum_b(PBL_STEPS(kn, k), n, packed, width);
        }
    }
}

int pbl_pack_b(int dtype, char trans_b, int64_t k, int64_t n, const void *b, int64_t rs_b, int64_t cs_b,
               struct pbl_packed **packed)
{
    if (dtype < 0 || dtype >= N_DTYPES || !is_op(trans_b) || (n | k) < 0) return PBL_BAD_ARGUMENT;
    if (!pbl_kernels(dtype)) return PBL_BAD_CPU;
    struct route r;
    set_product(&r, dtype, 'n', trans_b, 1, n, k, NULL, 0, 0, b, rs_b, cs_b, NULL, 0, 0);

    struct pbl_packed *x = pbl_allocate_handle(sizeof *x);
    if (!x) return PBL_NO_MEMORY;
    *x = (struct pbl_packed){.route = r};
    x->route.kernels = pbl_kernels(dtype);
    x->route.packed = x;
    x->route.short_vectors = pbl_short_vectors_pay(x->route.kernels);
    if (k > 0 && n > 0) {
        x->columns = pbl_cut_columns(&x->route);
        x->kc = pbl_block_depth(dtype, k);
        x->memory = pbl_allocate((size_t)(packed_block(x, k) - x->memory) + 64); /* a kernel may write past the end */
        if (!x->memory) {
            free(x);
            return PBL_NO_MEMORY;
        }
        pack(x);
    }
    *packed = x;
    return PBL_OK;
}

int pbl_gemm_packed(char trans_a, int64_t m, const void *alpha, const void *a, int64_t rs_a, int64_t cs_a,
                    const struct pbl_packed *packed, const void *beta, void *c, int64_t rs_c, int64_t cs_c)
{
    const struct product *x = &packed->route.x;
    struct route r;
    const int status = gemm_route(&r, x->dtype, trans_a, 'n', m, x->n, x->k, a, rs_a, cs_a, NULL, 0, 0, c, rs_c, cs_c);
    if (status != PBL_OK) return status;
    r.packed = packed, r.kernels = packed->route.kernels;
    r.x.b = packed->route.x.b;
    return pbl_run_gemm(&r, alpha, beta);
}

void pbl_free_packed(struct pbl_packed *packed)
{
    if (packed) free(packed->memory);
    free(packed);
}
