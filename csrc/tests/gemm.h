/* SPDX-License-Identifier: MIT */
/* A product to be computed by the library, and what it must be: the formula, in double precision. On small integers
 * that is exact for every dtype. */
#ifndef PBL_TESTS_GEMM_H
#define PBL_TESTS_GEMM_H

#include "operand.h"

struct gemm {
    int dtype;
    int64_t m, n, k;
    struct number alpha, beta;
    struct operand a, b, c;
};

/* How the operands lie in memory. */
struct style {
    char trans_a, trans_b;
    enum order a, b, c;
    int64_t padding;
};

static inline struct style random_style(uint64_t *state)
{
    struct style s = {.padding = below(state, 4)};
    s.trans_a = "ntc"[below(state, 3)], s.trans_b = "ntc"[below(state, 3)];
    s.a = (enum order)below(state, N_OUTPUT_ORDERS);
    s.b = (enum order)below(state, N_OUTPUT_ORDERS);
    s.c = (enum order)below(state, N_OUTPUT_ORDERS);
    return s;
}

/* Everything but the memory; alpha = 1, beta = 0. */
static inline struct gemm lay_out_gemm(int dtype, int64_t m, int64_t n, int64_t k, struct style s)
{
    struct gemm g = {.dtype = dtype, .m = m, .n = n, .k = k, .alpha = {1, 0}};
    g.a = lay_out(m, k, s.trans_a, s.a, s.padding);
    g.b = lay_out(k, n, s.trans_b, s.b, s.padding);
    g.c = lay_out(m, n, 'n', s.c, s.padding);
    return g;
}

static inline void allocate_operands(struct gemm *g)
{ allocate(g->dtype, &g->a), allocate(g->dtype, &g->b), allocate(g->dtype, &g->c); }

/* With memory, all NaN. */
static inline struct gemm new_gemm(int dtype, int64_t m, int64_t n, int64_t k, struct style s)
{
    struct gemm g = lay_out_gemm(dtype, m, n, k, s);
    allocate_operands(&g);
    return g;
}

static inline void free_gemm(struct gemm *g) { free(g->a.memory), free(g->b.memory), free(g->c.memory); }

static inline bool is_zero(struct number x) { return x.re == 0 && x.im == 0; }

/* C stays NaN if beta = 0: it must not be read. */
static inline void fill_gemm(struct gemm *g, value_fn *value)
{
    fill(g->dtype, &g->a, value, 1);
    fill(g->dtype, &g->b, value, 2);
    if (!is_zero(g->beta)) fill(g->dtype, &g->c, value, 3);
}

static inline int call(const struct gemm *g)
{
    double alpha[2], beta[2];
    put(g->dtype, alpha, g->alpha), put(g->dtype, beta, g->beta);
    return pbl_gemm(g->dtype, g->a.op, g->b.op, g->m, g->n, g->k, alpha, first_element(g->dtype, &g->a), g->a.rs,
                    g->a.cs, first_element(g->dtype, &g->b), g->b.rs, g->b.cs, beta, first_element(g->dtype, &g->c),
                    g->c.rs, g->c.cs);
}

static inline struct number times(struct number x, struct number y)
{ return (struct number){x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re}; }

static inline struct number plus(struct number x, struct number y) { return (struct number){x.re + y.re, x.im + y.im}; }

/* op(x) by rows, or its transpose. The caller frees it, as all that follows. */
static inline struct number *values_of(int dtype, const struct operand *x, bool transpose)
{
    struct number *v = malloc(sizeof *v * (size_t)(x->rows * x->columns + 1));
    CHECK(v, "memory for %d x %d numbers", (int)x->rows, (int)x->columns);
    for (int64_t i = 0; i < x->rows; i++)
        for (int64_t j = 0; j < x->columns; j++)
            v[transpose ? j * x->rows + i : i * x->columns + j] = read_element(dtype, x, i, j);
    return v;
}

static inline struct number dot(int64_t k, const struct number *x, const struct number *y)
{
    struct number sum = {0, 0};
    for (int64_t p = 0; p < k; p++) sum = plus(sum, times(x[p], y[p]));
    return sum;
}

/* What C must become, by rows; C as it is before the call. */
static inline struct number *expected(const struct gemm *g)
{
    struct number *a = values_of(g->dtype, &g->a, false), *b = values_of(g->dtype, &g->b, true);
    struct number *c = values_of(g->dtype, &g->c, false);
    const int64_t k = is_zero(g->alpha) ? 0 : g->k;

    for (int64_t i = 0; i < g->m; i++)
        for (int64_t j = 0; j < g->n; j++) {
            struct number *x = &c[i * g->n + j], scaled = is_zero(g->beta) ? g->beta : times(g->beta, *x);
            *x = plus(times(g->alpha, dot(k, a + i * g->k, b + j * g->k)), scaled);
        }
    free(a), free(b);
    return c;
}

static inline bool same_value(struct number x, struct number y) { return x.re == y.re && x.im == y.im; }

/* Factors of every kind that the library may treat in its own way; the imaginary ones only where the dtype has them. */
static inline struct number random_factor(int dtype, uint64_t *state)
{
    static const struct number factors[] = {{0, 0}, {1, 0}, {-2, 0}, {0, 3}, {2, -1}};
    return factors[below(state, is_complex(dtype) ? 5 : 3)];
}

/* The call in words, for the message of a failed check. */
static inline const char *describe(const struct gemm *g)
{
    static _Thread_local char text[400];
    snprintf(text, sizeof text,
             "%cgemm on %s, %d threads: trans %c %c, m n k = %d %d %d, alpha = %g%+gi, beta = %g%+gi, "
             "strides of A %ld %ld, of B %ld %ld, of C %ld %ld",
             "sdcz"[g->dtype], pbl_get_isa(), pbl_get_num_threads(), g->a.op, g->b.op, (int)g->m, (int)g->n, (int)g->k,
             g->alpha.re, g->alpha.im, g->beta.re, g->beta.im, (long)g->a.rs, (long)g->a.cs, (long)g->b.rs,
             (long)g->b.cs, (long)g->c.rs, (long)g->c.cs);
    return text;
}

static inline void check_element(const struct gemm *g, int64_t i, int64_t j, struct number want)
{
    const struct number got = read_element(g->dtype, &g->c, i, j);
    CHECK(same_value(got, want), "%s: (%d, %d) is %g%+gi, not %g%+gi", describe(g), (int)i, (int)j, got.re, got.im,
          want.re, want.im);
}

static inline void check_elements(const struct gemm *g, const struct number *want)
{
    for (int64_t i = 0; i < g->m; i++)
        for (int64_t j = 0; j < g->n; j++) check_element(g, i, j, want[i * g->n + j]);
}

/* The caller frees its memory. */
static inline struct operand copy_of(int dtype, struct operand x)
{
    const char *from = x.memory;
    x.memory = malloc(bytes_of(dtype, &x));
    CHECK(x.memory, "%zu bytes", bytes_of(dtype, &x));
    memcpy(x.memory, from, bytes_of(dtype, &x));
    return x;
}

/* What lies between C's elements is as it was. */
static inline void check_between(const struct gemm *g, struct operand before)
{
    struct operand now = copy_of(g->dtype, before);
    for (int64_t i = 0; i < g->m; i++)
        for (int64_t j = 0; j < g->n; j++)
            memcpy(element(g->dtype, &now, i, j), element(g->dtype, &g->c, i, j), (size_t)size_of(g->dtype));
    CHECK(memcmp(now.memory, g->c.memory, bytes_of(g->dtype, &g->c)) == 0, "%s: between C's elements", describe(g));
    free(now.memory);
}

/* Sizes at which both operands are larger than what the library leaves unpacked, and used by enough tiles to be packed;
 * K is cut once. */
static inline struct gemm lay_out_big(int dtype, struct style s)
{
    static const struct {
        int m, n, k;
    } sizes[N_DTYPES] = {{220, 241, 1537}, {165, 161, 1025}, {165, 161, 1025}, {110, 113, 769}};
    return lay_out_gemm(dtype, sizes[dtype].m, sizes[dtype].n, sizes[dtype].k, s);
}

#endif
