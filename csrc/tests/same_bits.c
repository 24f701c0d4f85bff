/* SPDX-License-Identifier: MIT */
/* The same bits everywhere: a result must not depend on the instruction set, the number of threads, how the operands
 * lie in memory, or which other rows and columns are computed beside it. The values are such that roundings show. */
#include "gemm.h"

static void check_same(const struct gemm *g, const struct gemm *base)
{
    for (int64_t i = 0; i < g->m; i++)
        for (int64_t j = 0; j < g->n; j++)
            CHECK(memcmp(element(g->dtype, &g->c, i, j), element(base->dtype, &base->c, i, j),
                         (size_t)size_of(g->dtype)) == 0,
                  "%s: (%d, %d)", describe(g), (int)i, (int)j);
}

/* The same product in another layout and with other threads. */
static void check_variant(const struct gemm *base, struct style style, int threads)
{
    struct gemm g = new_gemm(base->dtype, base->m, base->n, base->k, style);
    g.alpha = base->alpha, g.beta = base->beta;
    fill_gemm(&g, real_at);
    pbl_set_num_threads(threads);
    CHECK(call(&g) == PBL_OK, "%s", describe(&g));
    check_same(&g, base);
    free_gemm(&g);
}

/* What all variants are compared with: the slow ISA on one thread, rows throughout. */
static struct gemm new_base(int dtype, int64_t m, int64_t n, int64_t k, struct number alpha, struct number beta)
{
    struct gemm g = new_gemm(dtype, m, n, k, (struct style){'n', 'n', ROWS, ROWS, ROWS, 0});
    g.alpha = alpha, g.beta = beta;
    fill_gemm(&g, real_at);
    pbl_set_num_threads(1);
    CHECK(use_isa(0) && call(&g) == PBL_OK, "%s", describe(&g));
    return g;
}

static const int thread_counts[] = {1, 2, 3, 7};

static struct number some_factor(int dtype, uint64_t *state)
{
    struct number x = random_factor(dtype, state);
    return below(state, 2) ? x : (struct number){x.re * 0.3, x.im * 0.7};
}

static void small_products(int dtype)
{
    enum { PRODUCTS = 200 };
    struct gemm bases[PRODUCTS];
    uint64_t state = 11;
    for (int i = 0; i < PRODUCTS; i++) {
        const int m = 1 + below(&state, 40), n = 1 + below(&state, 110), k = 1 + below(&state, 70);
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

/* Where A and B are packed. The scalar ISA, slow at this, gets one layout of the four. */
static void big_products(int dtype)
{
    const struct gemm size = lay_out_big(dtype, (struct style){'n', 'n', ROWS, ROWS, ROWS, 0});
    static const struct style styles[] = {{'t', 'c', ROWS, ROWS, COLUMNS, 0},
                                          {'n', 'n', ROWS, ROWS, ROWS, 1},
                                          {'n', 't', COLUMNS, ROWS, ROWS, 0},
                                          {'c', 'n', GAPS, REVERSED, GAPS, 0}};
    struct gemm base = new_base(dtype, size.m, size.n, size.k, (struct number){0.7, 0}, (struct number){-0.1, 0});
    check_variant(&base, styles[0], 3);
    for (int isa = 1; use_isa(isa); isa++)
        for (int t = 0; t < 16; t++) check_variant(&base, styles[t / 4], thread_counts[t % 4]);
    free_gemm(&base);
}

/* Rows [first, first + rows) of the product alone. */
static void check_rows(const struct gemm *base, int64_t first, int64_t rows, struct style style)
{
    struct gemm g = new_gemm(base->dtype, base->m, base->n, base->k, style);
    fill_gemm(&g, real_at);
    struct gemm part = g, of_base = *base;
    part.m = of_base.m = rows;
    part.a.memory += element(g.dtype, &g.a, first, 0) - element(g.dtype, &g.a, 0, 0);
    part.c.memory += element(g.dtype, &g.c, first, 0) - element(g.dtype, &g.c, 0, 0);
    of_base.c.memory += element(g.dtype, &base->c, first, 0) - element(g.dtype, &base->c, 0, 0);
    CHECK(call(&part) == PBL_OK, "%s", describe(&part));
    check_same(&part, &of_base);
    free_gemm(&g);
}

/* Columns [first, first + columns) of the product alone. */
static void check_columns(const struct gemm *base, int64_t first, int64_t columns, struct style style)
{
    struct gemm g = new_gemm(base->dtype, base->m, base->n, base->k, style);
    fill_gemm(&g, real_at);
    struct gemm part = g, of_base = *base;
    part.n = of_base.n = columns;
    part.b.memory += element(g.dtype, &g.b, 0, first) - element(g.dtype, &g.b, 0, 0);
    part.c.memory += element(g.dtype, &g.c, 0, first) - element(g.dtype, &g.c, 0, 0);
    of_base.c.memory += element(g.dtype, &base->c, 0, first) - element(g.dtype, &base->c, 0, 0);
    CHECK(call(&part) == PBL_OK, "%s", describe(&part));
    check_same(&part, &of_base);
    free_gemm(&g);
}

static void parts(int dtype)
{
    uint64_t state = 17;
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
    free_gemm(&base);
}

int main(void)
{
    for (int dtype = 0; dtype < N_DTYPES; dtype++) {
        small_products(dtype);
        depths(dtype);
        big_products(dtype);
        parts(dtype);
    }
    return 0;
}
