/* SPDX-License-Identifier: MIT */
/* Any call of level 3 but gemm, and what it must give: the formula on whole matrices in double precision. On small
 * integers that is exact for every dtype. What a call must not read is NaN, wherever it stands. */
#ifndef PBL_TESTS_LEVEL3_H
#define PBL_TESTS_LEVEL3_H

#include <math.h>

#include "gemm.h"

enum routine { GEMMT, SYRK, HERK, SYR2K, HER2K, SYMM, HEMM, TRMM, TRSM, N_ROUTINES };
static const char *const routine_names[] = {"gemmt", "syrk", "herk", "syr2k", "her2k", "symm", "hemm", "trmm", "trsm"};

/* The letters of A and B are in the operands; a triangle is that of op(A), or of C. C is what is written: trmm's and
 * trsm's B. */
struct call {
    enum routine routine;
    int dtype;
    char side, uplo, diag;
    int64_t m, n, k;
    struct number alpha, beta;
    struct operand a, b, c;
};

static inline bool writes_triangle(const struct call *x) { return x->routine <= HER2K; }
static inline bool is_symmetric(const struct call *x) { return x->routine == SYMM || x->routine == HEMM; }
static inline bool is_triangular(const struct call *x) { return x->routine >= TRMM; }
static inline bool is_hermitian(const struct call *x)
{ return is_complex(x->dtype) && (x->routine == HERK || x->routine == HER2K || x->routine == HEMM); }
static inline bool has_b(const struct call *x) { return x->routine != SYRK && x->routine != HERK && !is_triangular(x); }

static inline bool in_triangle(char uplo, int64_t i, int64_t j) { return uplo == 'l' ? i >= j : i <= j; }
static inline bool is_written(const struct call *x, int64_t i, int64_t j)
{ return !writes_triangle(x) || in_triangle(x->uplo, i, j); }
static inline struct number conj_of(struct number x) { return (struct number){x.re, -x.im}; }
static inline char other_uplo(char uplo) { return uplo == 'l' ? 'u' : 'l'; }

/* m and n are C's sizes; n = m where C has a triangle. */
static inline void lay_out_call(struct call *x, struct style s)
{
    const int64_t order = x->side == 'l' ? x->m : x->n; /* of a square A */
    const char hermitian_op = s.trans_a == 'n' ? 'n' : is_hermitian(x) ? 'c' : 't';
    if (x->routine == GEMMT) {
        x->a = lay_out(x->n, x->k, s.trans_a, s.a, s.padding);
        x->b = lay_out(x->k, x->n, s.trans_b, s.b, s.padding);
    } else if (writes_triangle(x)) {
        x->a = lay_out(x->n, x->k, hermitian_op, s.a, s.padding);
        x->b = lay_out(x->n, x->k, hermitian_op, s.b, s.padding);
    } else {
        x->a = lay_out(order, order, is_triangular(x) ? s.trans_a : 'n', s.a, s.padding);
        x->b = lay_out(x->m, x->n, 'n', s.b, s.padding);
    }
    x->c = lay_out(x->m, x->n, 'n', s.c, s.padding);
    allocate(x->dtype, &x->a), allocate(x->dtype, &x->b), allocate(x->dtype, &x->c);
}

static inline void free_call(struct call *x) { free(x->a.memory), free(x->b.memory), free(x->c.memory); }

static inline char stored_uplo(const struct call *x) { return x->a.op == 'n' ? x->uplo : other_uplo(x->uplo); }

/* The elements that the call may read. */
static inline void fill_a(struct call *x, value_fn *value)
{
    for (int64_t i = 0; i < x->a.rows; i++)
        for (int64_t j = 0; j < x->a.columns; j++) {
            struct number v = value(1, i, j);
            if (is_symmetric(x)) { /* the same whichever triangle is stored */
                if (!in_triangle(x->uplo, i, j)) continue;
                v = value(1, i > j ? i : j, i > j ? j : i);
                if (is_hermitian(x)) v.im = i == j ? NAN : i < j ? -v.im : v.im;
            }
            if (is_triangular(x) && (!in_triangle(x->uplo, i, j) || (i == j && x->diag == 'u'))) continue;
            write_element(x->dtype, &x->a, i, j, v);
        }
}

static inline bool has_product(const struct call *x) { return !is_zero(x->alpha) && (!writes_triangle(x) || x->k > 0); }
static inline bool changes_nothing(const struct call *x)
{ return is_hermitian(x) && writes_triangle(x) && !has_product(x) && x->beta.re == 1; }

static inline void fill_c(struct call *x, value_fn *value)
{
    for (int64_t i = 0; i < x->m; i++)
        for (int64_t j = 0; j < x->n; j++) {
            struct number v = value(3, i, j);
            if (is_hermitian(x) && writes_triangle(x) && i == j) v.im = NAN;
            if (is_written(x, i, j)) write_element(x->dtype, &x->c, i, j, v);
        }
}

static inline void fill_call(struct call *x, value_fn *value)
{
    if (has_product(x)) {
        fill_a(x, value);
        if (has_b(x)) fill(x->dtype, &x->b, value, 2);
    }
    if (is_triangular(x) ? has_product(x) : !is_zero(x->beta)) fill_c(x, value);
}

static inline int run_call(const struct call *x)
{
    double alpha[2], beta[2];
    const int t = x->dtype;
    put(t, alpha, x->alpha), put(t, beta, x->beta);
    const void *a = first_element(t, &x->a), *b = first_element(t, &x->b);
    const struct operand *A = &x->a, *B = &x->b, *C = &x->c;
    void *c = first_element(t, C);
    switch (x->routine) {
    case GEMMT:
        return pbl_gemmt(t, x->uplo, A->op, B->op, x->n, x->k, alpha, a, A->rs, A->cs, b, B->rs, B->cs, beta, c, C->rs,
                         C->cs);
    case SYRK: return pbl_syrk(t, x->uplo, A->op, x->n, x->k, alpha, a, A->rs, A->cs, beta, c, C->rs, C->cs);
    case HERK: return pbl_herk(t, x->uplo, A->op, x->n, x->k, alpha, a, A->rs, A->cs, beta, c, C->rs, C->cs);
    case SYR2K:
        return pbl_syr2k(t, x->uplo, A->op, x->n, x->k, alpha, a, A->rs, A->cs, b, B->rs, B->cs, beta, c, C->rs, C->cs);
    case HER2K:
        return pbl_her2k(t, x->uplo, A->op, x->n, x->k, alpha, a, A->rs, A->cs, b, B->rs, B->cs, beta, c, C->rs, C->cs);
    case SYMM:
        return pbl_symm(t, x->side, x->uplo, x->m, x->n, alpha, a, A->rs, A->cs, b, B->rs, B->cs, beta, c, C->rs,
                        C->cs);
    case HEMM:
        return pbl_hemm(t, x->side, x->uplo, x->m, x->n, alpha, a, A->rs, A->cs, b, B->rs, B->cs, beta, c, C->rs,
                        C->cs);
    case TRMM:
        return pbl_trmm(t, x->side, stored_uplo(x), A->op, x->diag, x->m, x->n, alpha, a, A->rs, A->cs, c, C->rs,
                        C->cs);
    default:
        return pbl_trsm(t, x->side, stored_uplo(x), A->op, x->diag, x->m, x->n, alpha, a, A->rs, A->cs, c, C->rs,
                        C->cs);
    }
}

static inline const char *in_words(const struct call *x)
{
    static _Thread_local char text[400];
    snprintf(text, sizeof text,
             "%c%s on %s, %d threads: side %c, uplo %c, diag %c, ops %c %c, m n k = %d %d %d, alpha = %g%+gi, beta = "
             "%g%+gi, strides of A %ld %ld, of B %ld %ld, of C %ld %ld",
             "sdcz"[x->dtype], routine_names[x->routine], pbl_get_isa(), pbl_get_num_threads(), x->side, x->uplo,
             x->diag, x->a.op, x->b.op, (int)x->m, (int)x->n, (int)x->k, x->alpha.re, x->alpha.im, x->beta.re,
             x->beta.im, (long)x->a.rs, (long)x->a.cs, (long)x->b.rs, (long)x->b.cs, (long)x->c.rs, (long)x->c.cs);
    return text;
}

/* Element (i, j) of op(A) as the formula has it. */
static inline struct number a_at(const struct call *x, int64_t i, int64_t j)
{
    if (is_triangular(x)) {
        if (i == j && x->diag == 'u') return (struct number){1, 0};
        return in_triangle(x->uplo, i, j) ? read_element(x->dtype, &x->a, i, j) : (struct number){0, 0};
    }
    if (!is_symmetric(x)) return read_element(x->dtype, &x->a, i, j);
    const bool stored = in_triangle(x->uplo, i, j);
    struct number v = read_element(x->dtype, &x->a, stored ? i : j, stored ? j : i);
    if (is_hermitian(x) && (i == j || !stored)) v.im = i == j ? 0 : -v.im;
    return v;
}

/* A matrix by rows, or its transpose; `of` says what. The caller frees it. */
typedef struct number at_fn(const struct call *x, int64_t i, int64_t j);
static inline struct number *table(const struct call *x, at_fn *at, int64_t rows, int64_t columns, bool transpose)
{
    struct number *v = malloc(sizeof *v * (size_t)(rows * columns + 1));
    CHECK(v, "memory for %d x %d numbers", (int)rows, (int)columns);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++) v[transpose ? j * rows + i : i * columns + j] = at(x, i, j);
    return v;
}

static inline struct number b_at(const struct call *x, int64_t i, int64_t j)
{ return read_element(x->dtype, &x->b, i, j); }
static inline struct number c_at(const struct call *x, int64_t i, int64_t j)
{ return read_element(x->dtype, &x->c, i, j); }
static inline struct number a_partner_at(const struct call *x, int64_t p, int64_t j)
{ return is_hermitian(x) ? conj_of(a_at(x, j, p)) : a_at(x, j, p); }
static inline struct number b_partner_at(const struct call *x, int64_t p, int64_t j)
{ return is_hermitian(x) ? conj_of(b_at(x, j, p)) : b_at(x, j, p); }

/* sums += factor left right, for left m x k and right k x n. */
static inline void add_product(struct number *sums, const struct call *x, struct number factor, at_fn *left,
                               at_fn *right, int64_t k)
{
    struct number *l = table(x, left, x->m, k, false), *r = table(x, right, k, x->n, true);
    for (int64_t i = 0; i < x->m; i++)
        for (int64_t j = 0; j < x->n; j++)
            if (is_written(x, i, j))
                sums[i * x->n + j] = plus(sums[i * x->n + j], times(factor, dot(k, l + i * k, r + j * k)));
    free(l), free(r);
}

static inline void add_products(struct number *sums, const struct call *x)
{
    const int64_t order = x->a.rows;
    at_fn *const b = is_triangular(x) ? c_at : b_at;
    switch (x->routine) {
    case GEMMT: add_product(sums, x, x->alpha, a_at, b_at, x->k); break;
    case SYRK:
    case HERK: add_product(sums, x, x->alpha, a_at, a_partner_at, x->k); break;
    case SYR2K:
    case HER2K:
        add_product(sums, x, x->alpha, a_at, b_partner_at, x->k);
        add_product(sums, x, is_hermitian(x) ? conj_of(x->alpha) : x->alpha, b_at, a_partner_at, x->k);
        break;
    default:
        if (x->side == 'l') add_product(sums, x, x->alpha, a_at, b, order);
        else add_product(sums, x, x->alpha, b, a_at, order);
    }
}

/* What C must become, by rows (but for trsm): C as it is before the call. */
static inline struct number *answer(const struct call *x)
{
    struct number *c = table(x, c_at, x->m, x->n, false);
    for (int64_t i = 0; i < x->m; i++)
        for (int64_t j = 0; j < x->n; j++) {
            struct number *v = &c[i * x->n + j];
            if (is_hermitian(x) && writes_triangle(x) && i == j) v->im = 0;
            *v = is_triangular(x) || is_zero(x->beta) ? (struct number){0, 0} : times(x->beta, *v);
        }
    if (has_product(x)) add_products(c, x);
    return c;
}

/* Each element that is written is as it must be, and no other byte of C's memory has changed. */
static inline void check_answer(const struct call *x, const struct number *want, struct operand before)
{
    struct operand now = copy_of(x->dtype, before);
    for (int64_t i = 0; i < x->m; i++)
        for (int64_t j = 0; j < x->n; j++) {
            if (!is_written(x, i, j) || changes_nothing(x)) continue;
            const struct number got = c_at(x, i, j), v = want[i * x->n + j];
            CHECK(same_value(got, v), "%s: (%d, %d) is %g%+gi, not %g%+gi", in_words(x), (int)i, (int)j, got.re, got.im,
                  v.re, v.im);
            memcpy(element(x->dtype, &now, i, j), element(x->dtype, &x->c, i, j), (size_t)size_of(x->dtype));
        }
    CHECK(memcmp(now.memory, x->c.memory, bytes_of(x->dtype, &x->c)) == 0, "%s: beside what is written", in_words(x));
    free(now.memory);
}

#endif
