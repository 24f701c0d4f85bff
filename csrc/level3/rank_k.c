/* SPDX-License-Identifier: MIT */
/* One triangle of C: gemmt, syrk, herk, syr2k, her2k. All are products of which the loops compute a part.
 *
 * A hermitian sum needs no rule of its own but one: the imaginary part of its diagonal is made zero at the end,
 * whatever it was. */
#include "../core/workspace.h"
#include "blocking.h"
#include "gemm.h"

static int triangle_route(struct route *r, int dtype, char uplo, char trans_a, char trans_b, dim n, dim k,
                          const void *a, dim rs_a, dim cs_a, const void *b, dim rs_b, dim cs_b, void *c, dim rs_c,
                          dim cs_c)
{
    if (!is_uplo(uplo)) return PBL_BAD_ARGUMENT;
    const int status = gemm_route(r, dtype, trans_a, trans_b, n, n, k, a, rs_a, cs_a, b, rs_b, cs_b, c, rs_c, cs_c);
    if (status == PBL_OK) r->x.part = uplo == 'l' ? LOWER : UPPER;
    return status;
}

int pbl_gemmt(int dtype, char uplo, char trans_a, char trans_b, int64_t n, int64_t k, const void *alpha, const void *a,
              int64_t rs_a, int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b, const void *beta, void *c,
              int64_t rs_c, int64_t cs_c)
{
    struct route r;
    const int status =
        triangle_route(&r, dtype, uplo, trans_a, trans_b, n, k, a, rs_a, cs_a, b, rs_b, cs_b, c, rs_c, cs_c);
    return status != PBL_OK ? status : pbl_run_gemm(&r, alpha, beta);
}

/* op(A) by the transpose of itself, or the conjugate transpose: with `other` = 't' or 'c', the letter that is not n. */
static char partner(char trans, char other) { return trans == 'n' ? other : 'n'; }

/* Real numbers may be conjugated. */
static bool is_symmetric_op(int dtype, char trans)
{ return trans == 'n' || trans == 't' || (trans == 'c' && (dtype == PBL_S || dtype == PBL_D)); }

static bool is_hermitian_op(int dtype, char trans)
{ return trans == 'n' || trans == 'c' || (trans == 't' && (dtype == PBL_S || dtype == PBL_D)); }

int pbl_syrk(int dtype, char uplo, char trans, int64_t n, int64_t k, const void *alpha, const void *a, int64_t rs_a,
             int64_t cs_a, const void *beta, void *c, int64_t rs_c, int64_t cs_c)
{
    if (!is_symmetric_op(dtype, trans)) return PBL_BAD_ARGUMENT;
    return pbl_gemmt(dtype, uplo, trans, partner(trans, 't'), n, k, alpha, a, rs_a, cs_a, a, rs_a, cs_a, beta, c, rs_c,
                     cs_c);
}

/* One element of the dtype, made of a real number or the conjugate of another element. */
struct factor {
    double value[2]; /* room for any dtype */
};

static struct factor from_real(int dtype, const void *real)
{
    struct factor x = {{0, 0}};
    memcpy(&x, real, (size_t)(size_of(dtype) / parts_of(dtype)));
    return x;
}

static struct factor conjugate_of(int dtype, const void *p)
{
    struct factor x = {{0, 0}};
    memcpy(&x, p, (size_t)size_of(dtype));
    float *s = (float *)&x;
    if (dtype == PBL_C) s[1] = -s[1];
    if (dtype == PBL_Z) x.value[1] = -x.value[1];
    return x;
}

static void make_diagonal_real(const struct product *x)
{
    const dim size = size_of(x->dtype), real = size / parts_of(x->dtype);
    for (dim i = 0; i < x->n; i++) memset(element(x->c, i, i, size) + real, 0, (size_t)(size - real));
}

/* Whether C stays as it is, its diagonal included. */
static bool changes_nothing(const struct product *x, const void *alpha, const void *beta)
{ return !pbl_has_product(x, alpha) && pbl_is_one(x->dtype, beta); }

int pbl_herk(int dtype, char uplo, char trans, int64_t n, int64_t k, const void *alpha, const void *a, int64_t rs_a,
             int64_t cs_a, const void *beta, void *c, int64_t rs_c, int64_t cs_c)
{
    struct route r;
    if (!is_hermitian_op(dtype, trans)) return PBL_BAD_ARGUMENT;
    int status =
        triangle_route(&r, dtype, uplo, trans, partner(trans, 'c'), n, k, a, rs_a, cs_a, a, rs_a, cs_a, c, rs_c, cs_c);
    if (status != PBL_OK) return status;
    const struct product x = r.x; /* as given: the route may turn it */
    const struct factor alpha_c = from_real(dtype, alpha), beta_c = from_real(dtype, beta);
    if (changes_nothing(&x, &alpha_c, &beta_c)) return PBL_OK;
    status = pbl_run_gemm(&r, &alpha_c, &beta_c);
    if (status == PBL_OK) make_diagonal_real(&x);
    return status;
}

/* C = alpha op(A) op'(B) + alpha_2 op(B) op'(A) + beta C, with the letters of op and op'. */
struct pair {
    int dtype;
    char uplo, trans, other;
    dim n, k;
    const void *alpha, *alpha_2, *beta;
    struct matrix a, b, c;
};

static dim joined_bytes(const struct pair *x) { return 3 * x->k * x->n * size_of(x->dtype); }

static bool pays_to_join(const struct pair *x)
{ return x->k <= JOINED_DEPTH && joined_bytes(x) <= JOINED_BYTES && pbl_are_equal(x->dtype, x->alpha, x->alpha_2); }

/* op(A) op'(B) + op(B) op'(A) = [op(A) op(B)] [op(B) op(A)]': one product that goes through C once. The factors are two
 * thirds each of three copies, whose n rows are side by side. */
static int run_joined(const struct pair *x)
{
    const dim size = size_of(x->dtype), n = x->n, k = x->k;
    const bool plain = x->trans == 'n';
    const struct matrix a = plain ? x->a : transposed(x->a), b = plain ? x->b : transposed(x->b), c = x->c;
    const dim rs = plain ? 1 : n, cs = plain ? n : 1;
    struct route r;
    const int status = triangle_route(&r, x->dtype, x->uplo, x->trans, partner(x->trans, x->other), n, 2 * k, NULL, rs,
                                      cs, NULL, rs, cs, c.p, c.rs, c.cs);
    if (status != PBL_OK) return status;
    const size_t wanted = (pbl_bytes_wanted(r) + 63) / 64 * 64;
    char *memory = pbl_workspace(wanted + (size_t)joined_bytes(x)); /* the product has the first of it */
    if (!memory) return PBL_NO_MEMORY;
    r.x.a.p = memory + wanted, r.x.b.p = r.x.a.p + k * n * size;
    for (int i = 0; i < 3; i++)
        pbl_copy_block(pbl_kernels(x->dtype), n, k, view(r.x.a.p + i * k * n * size, 1, n), i == 1 ? b : a, size);
    return pbl_run_gemm(&r, x->alpha, x->beta);
}

/* The second has memory before the first begins: what they write must be all or nothing. */
static int run_pair(const struct pair *x)
{
    const struct matrix a = x->a, b = x->b, c = x->c;
    struct route first, second;
    const char other = partner(x->trans, x->other);
    int status = triangle_route(&first, x->dtype, x->uplo, x->trans, other, x->n, x->k, a.p, a.rs, a.cs, b.p, b.rs,
                                b.cs, c.p, c.rs, c.cs);
    if (status != PBL_OK) return status;
    if (!pbl_has_product(&first.x, x->alpha)) return pbl_run_gemm(&first, x->alpha, x->beta);
    if (x->n > 0 && pays_to_join(x)) return run_joined(x);
    triangle_route(&second, x->dtype, x->uplo, x->trans, other, x->n, x->k, b.p, b.rs, b.cs, a.p, a.rs, a.cs, c.p, c.rs,
                   c.cs);
    if (x->n > 0 && !pbl_reserve(pbl_bytes_wanted(second))) return PBL_NO_MEMORY;
    status = pbl_run_gemm(&first, x->alpha, x->beta);
    return status != PBL_OK ? status : pbl_run_gemm(&second, x->alpha_2, one_of(x->dtype));
}

int pbl_syr2k(int dtype, char uplo, char trans, int64_t n, int64_t k, const void *alpha, const void *a, int64_t rs_a,
              int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b, const void *beta, void *c, int64_t rs_c,
              int64_t cs_c)
{
    if (!is_symmetric_op(dtype, trans)) return PBL_BAD_ARGUMENT;
    return run_pair(&(struct pair){dtype, uplo, trans, 't', n, k, alpha, alpha, beta, view(a, rs_a, cs_a),
                                   view(b, rs_b, cs_b), view(c, rs_c, cs_c)});
}

int pbl_her2k(int dtype, char uplo, char trans, int64_t n, int64_t k, const void *alpha, const void *a, int64_t rs_a,
              int64_t cs_a, const void *b, int64_t rs_b, int64_t cs_b, const void *beta, void *c, int64_t rs_c,
              int64_t cs_c)
{
    if (dtype < 0 || dtype >= N_BLAS_DTYPES || !is_hermitian_op(dtype, trans)) return PBL_BAD_ARGUMENT;
    const struct factor alpha_2 = conjugate_of(dtype, alpha), beta_c = from_real(dtype, beta);
    const struct pair x = {dtype,
                           uplo,
                           trans,
                           'c',
                           n,
                           k,
                           alpha,
                           &alpha_2,
                           &beta_c,
                           view(a, rs_a, cs_a),
                           view(b, rs_b, cs_b),
                           view(c, rs_c, cs_c)};
    const struct product whole = {.dtype = dtype, .n = n, .k = k, .c = x.c};
    const int status = run_pair(&x);
    if (status == PBL_OK && !changes_nothing(&whole, alpha, &beta_c)) make_diagonal_real(&whole);
    return status;
}
