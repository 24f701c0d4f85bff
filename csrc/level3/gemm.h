/* SPDX-License-Identifier: MIT */
/* The arguments of a gemm become a product. */
#ifndef PBL_LEVEL3_GEMM_H
#define PBL_LEVEL3_GEMM_H

#include <stdint.h>

#include "../core/dispatch.h"
#include "../core/letters.h"
#include "../core/number.h"
#include "../include/pyblaslite.h"
#include "product.h"

static inline void set_operand(struct matrix *x, const void *p, int64_t rs, int64_t cs, char op, int dtype)
{
    x->p = (char *)(uintptr_t)p;
    x->rs = op == 'n' ? rs : cs;
    x->cs = op == 'n' ? cs : rs;
    x->conj = op == 'c' && parts_of(dtype) == 2;
    x->is_unsigned = x->hermitian = false;
    x->stored = WHOLE;
}

/* Everything but alpha and beta. Inlined, as the arguments of a small product take as long to hand on as to use. */
static inline void set_operands(struct product *x, int dtype, char trans_a, char trans_b, int64_t m, int64_t n,
                                int64_t k, const void *a, int64_t rs_a, int64_t cs_a, const void *b, int64_t rs_b,
                                int64_t cs_b, void *c, int64_t rs_c, int64_t cs_c)
{
    /* Field by field: a struct that is copied is read in vectors, which must wait for the single stores before. */
    x->dtype = dtype;
    x->m = m, x->n = n, x->k = k;
    x->part = WHOLE;
    x->alpha = x->beta = NULL;
    set_operand(&x->a, a, rs_a, cs_a, trans_a, dtype);
    set_operand(&x->b, b, rs_b, cs_b, trans_b, dtype);
    set_operand(&x->c, c, rs_c, cs_c, 'n', dtype);
}

static inline void set_product(struct route *r, int dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k,
                               const void *a, int64_t rs_a, int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b,
                               void *c, int64_t rs_c, int64_t cs_c)
{
    set_operands(&r->x, dtype, trans_a, trans_b, m, n, k, a, rs_a, cs_a, b, rs_b, cs_b, c, rs_c, cs_c);
    r->batch_invariant = true;
    r->packed = NULL;
    r->finish = NULL;
    r->by_columns = r->flipped = r->wide_panels = r->short_vectors = false;
}

static inline int check_gemm(int dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k)
{
    if (dtype < 0 || dtype >= N_BLAS_DTYPES || !is_op(trans_a) || !is_op(trans_b) || (m | n | k) < 0)
        return PBL_BAD_ARGUMENT;
    return pbl_kernels(dtype) ? PBL_OK : PBL_BAD_CPU;
}

/* Checks, and fills in a route for one of BLAS's dtypes. Returns an enum pbl_status. */
static inline int gemm_route(struct route *r, int dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k,
                             const void *a, int64_t rs_a, int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b,
                             void *c, int64_t rs_c, int64_t cs_c)
{
    const int status = check_gemm(dtype, trans_a, trans_b, m, n, k);
    if (status != PBL_OK) return status;
    set_product(r, dtype, trans_a, trans_b, m, n, k, a, rs_a, cs_a, b, rs_b, cs_b, c, rs_c, cs_c);
    return PBL_OK;
}

/* For the products of gemm itself, which promise less if they are allowed to. */
static inline void relax(struct route *r) { r->batch_invariant = pbl_get_batch_invariant(); }

/* Whether there is anything to multiply: if not, C = beta C. */
static inline bool pbl_has_product(const struct product *x, const void *alpha)
{ return x->k > 0 && !pbl_is_zero(x->dtype, alpha); }

/* A part of C = beta C. */
void pbl_scale_matrix(int dtype, enum part part, dim m, dim n, const void *beta, struct matrix c);

/* C = alpha A B + beta C for a route with its sizes and operands. Returns an enum pbl_status. */
int pbl_run_gemm(struct route *r, const void *alpha, const void *beta);

/* The same for a batch: the route's product is the first one, or, if places.c is not NULL, they stand there. */
int pbl_run_batch(struct route *r, const void *alpha, const void *beta, struct steps steps, struct places places,
                  dim count);

#endif
