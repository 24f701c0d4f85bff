/* SPDX-License-Identifier: MIT */
/* Products of narrow elements, and products with an epilogue. */
#include "../core/dispatch.h"
#include "../include/pyblaslite.h"
#include "gemm.h"
#include "packed.h"

static bool is_int8(int dtype) { return dtype == PBL_I8 || dtype == PBL_U8; }

/* How products of A's and B's dtypes are made; -1 if they are not. */
static int kind_of(int dtype_a, int dtype_b)
{
    if (is_int8(dtype_a) && is_int8(dtype_b)) return dtype_a == PBL_U8 && dtype_b == PBL_U8 ? -1 : PBL_I8;
    return dtype_a == dtype_b && dtype_a >= PBL_S && dtype_a <= PBL_B ? dtype_a : -1;
}

static int sums_dtype(int kind) { return kind == PBL_I8 ? PBL_I32 : kind == PBL_H || kind == PBL_B ? PBL_S : kind; }

/* Whether a C of this dtype can be had. */
static bool is_result(int kind, int dtype_c, bool has_epilogue)
{
    if (dtype_c == sums_dtype(kind))
        return !has_epilogue || kind == PBL_S || kind == PBL_D || kind == PBL_H || kind == PBL_B;
    if (kind == PBL_I8) return dtype_c == PBL_S || dtype_c == PBL_H || dtype_c == PBL_B;
    return (kind == PBL_H || kind == PBL_B) && dtype_c == kind;
}

static struct finish finish_of(int kind, int dtype_c, const struct kernels *kn, struct matrix c,
                               const struct pbl_epilogue *e)
{
    static const struct pbl_epilogue none;
    const bool narrow = dtype_c == PBL_H || dtype_c == PBL_B, only_narrow = !e && kind != PBL_I8;
    if (!e) e = &none;
    return (struct finish){.out = c,
                           .scale = view(e->scale, e->rs_scale, e->cs_scale),
                           .bias = view(e->bias, e->rs_bias, e->cs_bias),
                           .out_size = narrow ? 2 : size_of(kind),
                           .real_size = size_of(kind),
                           .narrow = dtype_c == PBL_H   ? kn->narrow_h
                                     : dtype_c == PBL_B ? kn->narrow_b
                                                        : NULL,
                           .activation = e->activation,
                           .only_narrow = only_narrow};
}

/* Checks, and fills in a route. Returns an enum pbl_status. */
static int set_route(struct route *r, int dtype_a, int dtype_b, char trans_a, char trans_b, dim m, dim n, dim k,
                     const void *a, dim rs_a, dim cs_a, const void *b, dim rs_b, dim cs_b, void *c, dim rs_c, dim cs_c)
{
    const int kind = kind_of(dtype_a, dtype_b);
    if (kind < 0 || !is_op(trans_a) || !is_op(trans_b) || (m | n | k) < 0) return PBL_BAD_ARGUMENT;
    if (!pbl_kernels(kind)) return PBL_BAD_CPU;
    set_product(r, kind, trans_a, trans_b, m, n, k, a, rs_a, cs_a, b, rs_b, cs_b, c, rs_c, cs_c);
    relax(r);
    r->x.a.is_unsigned = dtype_a == PBL_U8, r->x.b.is_unsigned = dtype_b == PBL_U8;
    return PBL_OK;
}

/* What comes after the operands are known, for `count` products. */
static int run(struct route *r, int dtype_c, const void *alpha, const void *beta, const struct pbl_epilogue *e,
               struct steps steps, struct places places, dim count)
{
    const int kind = r->x.dtype;
    if (!is_result(kind, dtype_c, e != NULL)) return PBL_BAD_ARGUMENT;
    if (e && (e->activation < PBL_NO_ACTIVATION || e->activation > PBL_GELU)) return PBL_BAD_ARGUMENT;
    if (dtype_c != sums_dtype(kind) && !pbl_is_zero(kind, beta)) return PBL_BAD_ARGUMENT;
    if (count < 0) return PBL_BAD_ARGUMENT;
    struct finish f;
    if (e || dtype_c != sums_dtype(kind)) {
        f = finish_of(kind, dtype_c, pbl_kernels(kind), r->x.c, e);
        r->finish = &f;
    }
    return count == 1 && !places.c ? pbl_run_gemm(r, alpha, beta) : pbl_run_batch(r, alpha, beta, steps, places, count);
}

static const struct steps no_steps;
static const struct places no_places;

int pbl_gemm_ex(int dtype_a, int dtype_b, int dtype_c, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k,
                const void *alpha, const void *a, int64_t rs_a, int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b,
                const void *beta, void *c, int64_t rs_c, int64_t cs_c, const struct pbl_epilogue *epilogue)
{
    struct route r;
    const int status =
        set_route(&r, dtype_a, dtype_b, trans_a, trans_b, m, n, k, a, rs_a, cs_a, b, rs_b, cs_b, c, rs_c, cs_c);
    return status == PBL_OK ? run(&r, dtype_c, alpha, beta, epilogue, no_steps, no_places, 1) : status;
}

int pbl_gemm_batch_strided_ex(int dtype_a, int dtype_b, int dtype_c, char trans_a, char trans_b, int64_t m, int64_t n,
                              int64_t k, const void *alpha, const void *a, int64_t rs_a, int64_t cs_a, int64_t batch_a,
                              const void *b, int64_t rs_b, int64_t cs_b, int64_t batch_b, const void *beta, void *c,
                              int64_t rs_c, int64_t cs_c, int64_t batch_c, int64_t count,
                              const struct pbl_epilogue *epilogue)
{
    struct route r;
    const struct steps steps = {batch_a, batch_b, batch_c};
    const int status =
        set_route(&r, dtype_a, dtype_b, trans_a, trans_b, m, n, k, a, rs_a, cs_a, b, rs_b, cs_b, c, rs_c, cs_c);
    return status == PBL_OK ? run(&r, dtype_c, alpha, beta, epilogue, steps, no_places, count) : status;
}

int pbl_gemm_batch_ex(int dtype_a, int dtype_b, int dtype_c, char trans_a, char trans_b, int64_t m, int64_t n,
                      int64_t k, const void *alpha, const void *const *a, int64_t rs_a, int64_t cs_a,
                      const void *const *b, int64_t rs_b, int64_t cs_b, const void *beta, void *const *c, int64_t rs_c,
                      int64_t cs_c, int64_t count, const struct pbl_epilogue *epilogue)
{
    struct route r;
    const struct places places = {a, b, c};
    const int status = set_route(&r, dtype_a, dtype_b, trans_a, trans_b, m, n, k, NULL, rs_a, cs_a, NULL, rs_b, cs_b,
                                 NULL, rs_c, cs_c);
    return status == PBL_OK ? run(&r, dtype_c, alpha, beta, epilogue, no_steps, places, count) : status;
}

int pbl_gemm_packed_ex(int dtype_a, int dtype_c, char trans_a, int64_t m, const void *alpha, const void *a,
                       int64_t rs_a, int64_t cs_a, const struct pbl_packed *packed, const void *beta, void *c,
                       int64_t rs_c, int64_t cs_c, const struct pbl_epilogue *epilogue)
{
    const struct product *x = &packed->route.x;
    if (kind_of(dtype_a, x->dtype) != x->dtype || !is_op(trans_a) || m < 0) return PBL_BAD_ARGUMENT;
    struct route r;
    set_product(&r, x->dtype, trans_a, 'n', m, x->n, x->k, a, rs_a, cs_a, NULL, 0, 0, c, rs_c, cs_c);
    r.packed = packed, r.kernels = packed->route.kernels;
    r.x.a.is_unsigned = dtype_a == PBL_U8;
    r.x.b = packed->route.x.b;
    return run(&r, dtype_c, alpha, beta, epilogue, no_steps, no_places, 1);
}
