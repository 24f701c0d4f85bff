/* SPDX-License-Identifier: MIT */
/* The same bits everywhere: a result must not depend on the instruction set, the number of threads, how the operands
 * lie in memory, or (if that is asked for) which other rows and columns are computed beside it. The values are such
 * that roundings show. */
#include "variants.h"

static const int thread_counts[] = {1, 2, 3, 7};

static struct number some_factor(int dtype, uint64_t *state)
{
    struct number x = random_factor(dtype, state);
    return below(state, 2) ? x : (struct number){x.re * 0.3, x.im * 0.7};
}

static void small_products(int dtype)
{
    enum { PRODUCTS = 240, NARROW = 40 };
    struct gemm bases[PRODUCTS];
    uint64_t state = 11;
    for (int i = 0; i < PRODUCTS; i++) {
        /* A C of one vector has tiles of other heights: each is made, and two of them. */
        const bool narrow = i < NARROW;
        const int m = narrow ? 1 + i : 1 + below(&state, 40), n = 1 + below(&state, narrow ? 16 : 110);
        const int k = 1 + below(&state, narrow ? 30 : 70);
        bases[i] = new_base(dtype, m, n, k, some_factor(dtype, &state), some_factor(dtype, &state));
    }
    for (int isa = 0; use_isa(isa); isa++)
        for (int i = 0; i < 3 * PRODUCTS; i++)
            check_variant(&bases[i / 3], random_style(&state), thread_counts[below(&state, 4)]);
    for (int i = 0; i < PRODUCTS; i++) free_gemm(&bases[i]);
}

/* The depths at which a block of K ends; a mistake here is invisible but for the last bits. */
static void depths(int dtype)
{
    static const int block[N_DTYPES] = {1536, 1024, 1024, 768};
    const int k[] = {block[dtype] - 1, block[dtype], block[dtype] + 1, 2 * block[dtype] + 1, 3 * block[dtype] - 5};
    uint64_t state = 13;
    for (int i = 0; i < 5; i++) {
        struct gemm base = new_base(dtype, 13, 53, k[i], some_factor(dtype, &state), some_factor(dtype, &state));
        for (int isa = 0; use_isa(isa); isa++)
            for (int t = 0; t < 8; t++) check_variant(&base, random_style(&state), thread_counts[t % 4]);
        free_gemm(&base);
    }
}

/* The scalar ISA, slow at this, gets one layout of the four. */
static void big_product(int dtype, int64_t m, int64_t n, int64_t k)
{
    static const struct style styles[] = {{'t', 'c', ROWS, ROWS, COLUMNS, 0},
                                          {'n', 'n', ROWS, ROWS, ROWS, 1},
                                          {'n', 't', COLUMNS, ROWS, ROWS, 0},
                                          {'c', 'n', GAPS, REVERSED, GAPS, 0}};
    struct gemm base = new_base(dtype, m, n, k, (struct number){0.7, 0}, (struct number){-0.1, 0});
    CHECK(use_isa(0), "no ISA");
    check_variant(&base, styles[0], 3);
    for (int isa = 1; use_isa(isa); isa++)
        for (int t = 0; t < 16; t++) check_variant(&base, styles[t / 4], thread_counts[t % 4]);
    free_gemm(&base);
}

/* Where A and B are packed; and where tiles go along slices of B. */
static void big_products(int dtype)
{
    const struct gemm size = lay_out_big(dtype, (struct style){'n', 'n', ROWS, ROWS, ROWS, 0});
    big_product(dtype, size.m, size.n, size.k);
    big_product(dtype, 7, 1101, 480);
}

static void parts(int dtype)
{
    uint64_t state = 17;
    pbl_set_batch_invariant(1);
    struct gemm base = new_base(dtype, 30, 60, 1600, (struct number){1, 0}, (struct number){0, 0});
    for (int isa = 0; use_isa(isa); isa++) {
        for (int64_t i = 0; i < base.m; i++) check_rows(&base, i, 1, random_style(&state));
        for (int64_t j = 0; j < base.n; j += 2) check_columns(&base, j, 1, random_style(&state));
        for (int turn = 0; turn < 10; turn++) {
            const int i = below(&state, 29), j = below(&state, 59);
            check_rows(&base, i, 1 + below(&state, 30 - i), random_style(&state));
            check_columns(&base, j, 1 + below(&state, 60 - j), random_style(&state));
        }
    }
    pbl_set_batch_invariant(0);
    free_gemm(&base);
}

/* op(B)^T x, or op(A) x, in the memory of C: what a product of a row or column is. */
static void multiply_by_gemv(const struct gemm *g)
{
    const bool row = g->m == 1;
    const struct operand *a = row ? &g->b : &g->a, *x = row ? &g->a : &g->b;
    double alpha[2], beta[2];
    put(g->dtype, alpha, g->alpha), put(g->dtype, beta, g->beta);
    CHECK(pbl_gemv(g->dtype, row ? 't' : 'n', row ? g->k : g->m, row ? g->n : g->k, alpha, first_element(g->dtype, a),
                   a->rs, a->cs, first_element(g->dtype, x), row ? x->cs : x->rs, beta, first_element(g->dtype, &g->c),
                   row ? g->c.cs : g->c.rs) == PBL_OK,
          "%s", describe(g));
}

/* A row or a column: gemv's bits, in whatever layout; and other bits than those of a row of a larger product. */
static void vectors(int dtype)
{
    static const struct size sizes[] = {{1, 40, 33}, {40, 1, 33}, {1, 1, 700}, {1, 130, 5000}, {90, 1, 1100}};
    uint64_t state = 19;
    for (int i = 0; i < 5; i++) {
        const struct size s = sizes[i];
        struct gemm base = new_base(dtype, s.m, s.n, s.k, (struct number){0.7, -0.3}, (struct number){-1.3, 0});
        for (int isa = 0; use_isa(isa); isa++)
            for (int t = 0; t < 8; t++) {
                check_variant(&base, random_style(&state), thread_counts[t % 4]);
                check_transposed(&base, random_style(&state));
            }
        struct gemm other = lay_out_like(&base, (struct style){'n', 'n', ROWS, ROWS, ROWS, 0});
        multiply_by_gemv(&other);
        check_same(&other, &base);
        fill_gemm(&other, real_at);
        pbl_set_batch_invariant(1);
        CHECK(call(&other) == PBL_OK, "%s", describe(&other));
        pbl_set_batch_invariant(0);
        /* A single number may come out the same. */
        if (s.m * s.n > 1)
            CHECK(memcmp(other.c.memory, base.c.memory, bytes_of(dtype, &base.c)) != 0, "%s", describe(&other));
        free_gemm(&other), free_gemm(&base);
    }
}

int main(void)
{
    for (int dtype = 0; dtype < N_DTYPES; dtype++) {
        small_products(dtype);
        depths(dtype);
        big_products(dtype);
        parts(dtype);
        vectors(dtype);
    }
    return 0;
}
