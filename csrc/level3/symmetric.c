/* SPDX-License-Identifier: MIT */
/* symm and hemm: products of which one factor is stored by half. Packing makes it whole, so nothing else need know. */
#include "symmetric.h"

#include "gemm.h"

/* Packed A, and a panel of B as narrow as it, are packed in one piece; a wider panel a vector at a time.
 *
 * Rows [p, p + k), which lie on one side of the diagonal: as they are stored, or mirrored. */
static void pack_side(const struct kernels *kn, struct matrix x, bool stored, dim p, dim i, dim k, dim w, char *to,
                      dim ld, dim size)
{
    if (k == 0) return;
    pack_fn *const pack = ld == kn->lda ? kn->pack_a : kn->copy_panel; /* beside other columns */
    if (stored) pack(k, w, element(x, p, i, size), x.rs, x.cs, to, ld);
    else pack(k, w, element(x, i, p, size), x.cs, x.rs, to, ld);
    if (!stored && x.hermitian) kn->conjugate(k, w, to, ld);
}

/* A vector's width of columns, or less: those rows that are above the diagonal, that cross it, that are below. */
static void pack_columns(const struct kernels *kn, struct matrix x, dim p, dim i, dim k, dim w, char *to, dim ld,
                         dim size)
{
    const dim row_bytes = ld * size;
    const dim first = min_dim(k, max_dim(0, i - p)), end = min_dim(k, max_dim(first, i + w - p));
    pack_side(kn, x, x.stored == UPPER, p, i, first, w, to, ld, size);
    kn->pack_diagonal(end - first, w, p + first - i, x.stored == LOWER, x.hermitian, element(x, p + first, i, size),
                      x.rs, x.cs, to + first * row_bytes, ld);
    pack_side(kn, x, x.stored == LOWER, p + end, i, k - end, w, to + end * row_bytes, ld, size);
}

void pbl_pack_symmetric(const struct kernels *kn, struct matrix x, dim p, dim i, dim k, dim w, char *to, dim ld,
                        dim size)
{
    const dim at_once = ld == kn->lda ? w : kn->vlen;
    for (dim q = 0; q < w; q += at_once)
        pack_columns(kn, x, p, i + q, k, min_dim(at_once, w - q), to + q * size, ld, size);
}

static int multiply(int dtype, char side, char uplo, bool hermitian, dim m, dim n, const void *alpha, const void *a,
                    dim rs_a, dim cs_a, const void *b, dim rs_b, dim cs_b, const void *beta, void *c, dim rs_c,
                    dim cs_c)
{
    struct route r;
    if (!is_uplo(uplo) || !is_side(side)) return PBL_BAD_ARGUMENT;
    const int status = side == 'l'
                           ? gemm_route(&r, dtype, 'n', 'n', m, n, m, a, rs_a, cs_a, b, rs_b, cs_b, c, rs_c, cs_c)
                           : gemm_route(&r, dtype, 'n', 'n', m, n, n, b, rs_b, cs_b, a, rs_a, cs_a, c, rs_c, cs_c);
    if (status != PBL_OK) return status;
    struct matrix *half = side == 'l' ? &r.x.a : &r.x.b;
    half->stored = uplo == 'l' ? LOWER : UPPER;
    half->hermitian = hermitian;
    return pbl_run_gemm(&r, alpha, beta);
}

int pbl_symm(int dtype, char side, char uplo, int64_t m, int64_t n, const void *alpha, const void *a, int64_t rs_a,
             int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b, const void *beta, void *c, int64_t rs_c,
             int64_t cs_c)
{ return multiply(dtype, side, uplo, false, m, n, alpha, a, rs_a, cs_a, b, rs_b, cs_b, beta, c, rs_c, cs_c); }

int pbl_hemm(int dtype, char side, char uplo, int64_t m, int64_t n, const void *alpha, const void *a, int64_t rs_a,
             int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b, const void *beta, void *c, int64_t rs_c,
             int64_t cs_c)
{ return multiply(dtype, side, uplo, true, m, n, alpha, a, rs_a, cs_a, b, rs_b, cs_b, beta, c, rs_c, cs_c); }
