/* SPDX-License-Identifier: MIT */
/* A product of reals, and the same product in another way: none of its bits may differ. */
#ifndef PBL_TESTS_VARIANTS_H
#define PBL_TESTS_VARIANTS_H

#include "gemm.h"

/* Sizes that take every way of level3/paths.c, with the ops and layouts that random_style gives: paths.c holds that
 * such sizes do. */
static const struct size {
    int m, n, k;
} sizes_of_every_way[] = {{1, 1, 1},      {3, 3, 40},     {5, 7, 9},     {9, 33, 20},   {20, 21, 19},  {2, 100, 120},
                          {100, 2, 120},  {20, 16, 1801}, {2, 16, 1801}, {90, 95, 80},  {2, 300, 400}, {50, 40, 270},
                          {130, 103, 40}, {1, 60, 70},    {60, 1, 70},   {1, 300, 1100}};
enum { N_SIZES = sizeof sizes_of_every_way / sizeof *sizes_of_every_way };

static inline void check_same(const struct gemm *g, const struct gemm *base)
{
    for (int64_t i = 0; i < g->m; i++)
        for (int64_t j = 0; j < g->n; j++)
            CHECK(memcmp(element(g->dtype, &g->c, i, j), element(base->dtype, &base->c, i, j),
                         (size_t)size_of(g->dtype)) == 0,
                  "%s: (%d, %d)", describe(g), (int)i, (int)j);
}

/* The same matrices in another layout. */
static inline struct gemm lay_out_like(const struct gemm *base, struct style style)
{
    struct gemm g = new_gemm(base->dtype, base->m, base->n, base->k, style);
    g.alpha = base->alpha, g.beta = base->beta;
    fill_gemm(&g, real_at);
    return g;
}

/* The same product in another layout and with other threads. */
static inline void check_variant(const struct gemm *base, struct style style, int threads)
{
    struct gemm g = lay_out_like(base, style);
    pbl_set_num_threads(threads);
    CHECK(call(&g) == PBL_OK, "%s", describe(&g));
    check_same(&g, base);
    free_gemm(&g);
}

/* What all variants are compared with: one thread, rows throughout. */
static inline struct gemm new_base(int dtype, int64_t m, int64_t n, int64_t k, struct number alpha, struct number beta)
{
    struct gemm g = new_gemm(dtype, m, n, k, (struct style){'n', 'n', ROWS, ROWS, ROWS, 0});
    g.alpha = alpha, g.beta = beta;
    fill_gemm(&g, real_at);
    pbl_set_num_threads(1);
    use_base_isa();
    CHECK(call(&g) == PBL_OK, "%s", describe(&g));
    return g;
}

/* Rows [first, first + rows) of the product alone. */
static inline void check_rows(const struct gemm *base, int64_t first, int64_t rows, struct style style)
{
    struct gemm g = lay_out_like(base, style), part = g, of_base = *base;
    part.m = of_base.m = rows;
    part.a.memory += element(g.dtype, &g.a, first, 0) - element(g.dtype, &g.a, 0, 0);
    part.c.memory += element(g.dtype, &g.c, first, 0) - element(g.dtype, &g.c, 0, 0);
    of_base.c.memory += element(g.dtype, &base->c, first, 0) - element(g.dtype, &base->c, 0, 0);
    CHECK(call(&part) == PBL_OK, "%s", describe(&part));
    check_same(&part, &of_base);
    free_gemm(&g);
}

/* Columns [first, first + columns) of the product alone. */
static inline void check_columns(const struct gemm *base, int64_t first, int64_t columns, struct style style)
{
    struct gemm g = lay_out_like(base, style), part = g, of_base = *base;
    part.n = of_base.n = columns;
    part.b.memory += element(g.dtype, &g.b, 0, first) - element(g.dtype, &g.b, 0, 0);
    part.c.memory += element(g.dtype, &g.c, 0, first) - element(g.dtype, &g.c, 0, 0);
    of_base.c.memory += element(g.dtype, &base->c, 0, first) - element(g.dtype, &base->c, 0, 0);
    CHECK(call(&part) == PBL_OK, "%s", describe(&part));
    check_same(&part, &of_base);
    free_gemm(&g);
}

static inline struct operand transpose_of(struct operand x)
{
    struct operand t = x;
    t.rows = x.columns, t.columns = x.rows, t.rs = x.cs, t.cs = x.rs;
    return t;
}

/* C^T = op(B)^T op(A)^T, in the same memory. */
static inline void check_transposed(const struct gemm *base, struct style style)
{
    struct gemm g = lay_out_like(base, style), t = g;
    t.m = g.n, t.n = g.m;
    t.a = transpose_of(g.b), t.b = transpose_of(g.a), t.c = transpose_of(g.c);
    CHECK(call(&t) == PBL_OK, "%s", describe(&t));
    check_same(&g, base);
    free_gemm(&g);
}

#endif
