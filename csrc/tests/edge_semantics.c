/* SPDX-License-Identifier: MIT */
/* The answers at the edges, where BLAS libraries disagree: what is not read, what zeros and infinities do, the sizes 0
 * and 1, strides of every sign, and arguments that are none. */
#include <math.h>

#include "gemm.h"

static bool is_nan(struct number x) { return isnan(x.re) || isnan(x.im); }

static void check_all(const struct gemm *g, struct number want)
{
    for (int64_t i = 0; i < g->m; i++)
        for (int64_t j = 0; j < g->n; j++) check_element(g, i, j, want);
}

/* A and B all ones, C all NaN, beta = 0: every element must be alpha k. */
static void beta_zero_case(int dtype, int m, int n, int k, enum order order, struct number alpha)
{
    struct gemm g = new_gemm(dtype, m, n, k, (struct style){'n', 'n', ROWS, ROWS, order, 0});
    g.alpha = alpha;
    fill_gemm(&g, one_at);
    CHECK(call(&g) == PBL_OK, "%s", describe(&g));
    check_all(&g, (struct number){k * alpha.re, k * alpha.im});
    free_gemm(&g);
}

static void beta_zero_hides_c(int dtype)
{
    const struct number real = {1, 0}, factor = {2, is_complex(dtype) ? 3 : 0};
    for (int m = 1; m <= 17; m++)
        for (int n = 1; n <= 98; n++) {
            beta_zero_case(dtype, m, n, 2, ROWS, real);
            beta_zero_case(dtype, n, m, 1, COLUMNS, factor);
            if (n < 50) beta_zero_case(dtype, m, n, 1, GAPS, factor);
        }
    beta_zero_case(dtype, 9, 50, 3100, ROWS, real); /* K is cut: the later blocks do read C */
    beta_zero_case(dtype, 150, 260, 300, ROWS, factor);
}

/* beta x, as the standard's formula has it, but a real factor multiplies as a real, and 0 gives zero whatever x is. */
static struct number scaled(struct number beta, struct number x)
{
    if (is_zero(beta)) return (struct number){0, 0};
    if (beta.im == 0) return (struct number){beta.re * x.re, beta.re * x.im};
    return times(beta, x);
}

/* Equal, the sign of zeros included; any NaN equals any other. */
static bool identical(double x, double y) { return isnan(x) ? isnan(y) : x == y && signbit(x) == signbit(y); }

static void check_scaled(const struct gemm *g, const struct number *c)
{
    for (int64_t i = 0; i < g->m; i++)
        for (int64_t j = 0; j < g->n; j++) {
            struct number x = c[(i + j) % 6], want = scaled(g->beta, x), got = read_element(g->dtype, &g->c, i, j);
            CHECK(identical(got.re, want.re) && identical(got.im, is_complex(g->dtype) ? want.im : 0),
                  "%s: %g%+gi became %g%+gi, not %g%+gi", describe(g), x.re, x.im, got.re, got.im, want.re, want.im);
        }
}

/* alpha = 0 or k = 0: C = beta C to the bit, and A and B, which are NaN, are not read. */
static void nothing_to_add(int dtype, int m, int n, int k, enum order order, struct number beta)
{
    static const struct number c[6] = {{1.5, -0.0}, {-0.0, 2}, {INFINITY, 1}, {-3, -INFINITY}, {NAN, 1}, {0, 0}};
    struct gemm g = new_gemm(dtype, m, n, k, (struct style){'t', 'n', ROWS, COLUMNS, order, 1});
    g.alpha = (struct number){k == 0, 0}, g.beta = beta;
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) write_element(dtype, &g.c, i, j, c[(i + j) % 6]);
    CHECK(call(&g) == PBL_OK, "%s", describe(&g));
    check_scaled(&g, c);
    free_gemm(&g);
}

static void no_product(int dtype)
{
    static const int sizes[] = {1, 3, 40, 300};
    static const struct number betas[] = {{0, 0}, {-0.0, 0}, {1, 0}, {-2, 0}, {0, 1}, {2, -3}};
    for (int order = 0; order < N_OUTPUT_ORDERS; order++)
        for (int i = 0; i < 4; i++)
            for (int b = 0; b < (is_complex(dtype) ? 6 : 4); b++) {
                nothing_to_add(dtype, sizes[i], sizes[i] + 1, 0, (enum order)order, betas[b]);
                nothing_to_add(dtype, sizes[i] + 1, sizes[i], 5, (enum order)order, betas[b]);
            }
}

/* Not read means that there need be nothing to read. */
static void null_operands(int dtype)
{
    const double zero[2] = {0, 0};
    double c[2] = {NAN, NAN};
    CHECK(pbl_gemm(dtype, 'n', 'n', 1, 1, 5, zero, NULL, 5, 1, NULL, 1, 1, zero, c, 1, 1) == PBL_OK, "alpha = 0");
    CHECK(is_zero(get(dtype, c)), "C is %g", c[0]);
    CHECK(pbl_gemm(dtype, 'n', 'n', 0, 1, 5, zero, NULL, 5, 1, NULL, 1, 1, zero, NULL, 1, 1) == PBL_OK, "m = 0");
    CHECK(pbl_gemm(dtype, 'n', 'n', 1, 0, 5, zero, NULL, 5, 1, NULL, 1, 1, zero, NULL, 1, 1) == PBL_OK, "n = 0");
}

/* Sizes 0 and 1, in every layout: `before` is C's memory, which must stay as it is if C has no elements. */
static void tiny_case(int dtype, int m, int n, int k, struct style style, struct number beta)
{
    struct gemm g = new_gemm(dtype, m, n, k, style);
    g.beta = beta;
    fill_gemm(&g, integer_at);
    char before[16];
    memcpy(before, g.c.memory, (size_t)size_of(dtype));
    struct number *want = expected(&g);
    CHECK(call(&g) == PBL_OK, "%s", describe(&g));
    if (m == 0 || n == 0)
        CHECK(memcmp(before, g.c.memory, (size_t)size_of(dtype)) == 0, "%s: C was written", describe(&g));
    else check_elements(&g, want);
    free(want), free_gemm(&g);
}

static void tiny_sizes(int dtype)
{
    uint64_t state = 5;
    for (int sizes = 0; sizes < 8; sizes++)
        for (int i = 0; i < 50; i++)
            tiny_case(dtype, sizes & 1, sizes >> 1 & 1, sizes >> 2, random_style(&state), random_factor(dtype, &state));
}

/* With x at (i, p) of A, or at (p, j) of B, row i, or column j, of C is as `is` says, and nothing else. */
static void check_spread(const struct gemm *g, int64_t row, int64_t column, bool is(struct number))
{
    for (int64_t i = 0; i < g->m; i++)
        for (int64_t j = 0; j < g->n; j++) {
            struct number x = read_element(g->dtype, &g->c, i, j);
            CHECK(is(x) == (i == row || j == column),
                  "%s: row %d or column %d of an input is special; (%d, %d) is %g%+gi", describe(g), (int)row,
                  (int)column, (int)i, (int)j, x.re, x.im);
        }
}

static bool is_inf(struct number x) { return isinf(x.re) && !is_nan(x); }

static void spread(struct gemm *g, struct operand *x, int64_t i, int64_t j, struct number special,
                   bool is(struct number))
{
    const struct number old = read_element(g->dtype, x, i, j);
    write_element(g->dtype, x, i, j, special);
    CHECK(call(g) == PBL_OK, "%s", describe(g));
    check_spread(g, x == &g->a ? i : -1, x == &g->b ? j : -1, is);
    write_element(g->dtype, x, i, j, old);
}

static struct number one_and_i_at(uint64_t seed, int64_t i, int64_t j)
{
    (void)seed, (void)i, (void)j;
    return (struct number){1, 1};
}

static struct number zero_at(uint64_t seed, int64_t i, int64_t j)
{
    (void)seed, (void)i, (void)j;
    return (struct number){0, 0};
}

/* A NaN or an Inf at every place of A and of B reaches its row or column, from whatever lane or tail. `other` fills the
 * rest; with zeros, Inf too makes NaN: zeros are not skipped. */
static void sweep(int dtype, int m, int n, int k, struct style style, value_fn *other, struct number x,
                  bool is(struct number))
{
    struct gemm g = new_gemm(dtype, m, n, k, style);
    fill_gemm(&g, other);
    for (int64_t p = 0; p < k; p++) {
        for (int64_t i = 0; i < m; i++) spread(&g, &g.a, i, p, x, is);
        for (int64_t j = 0; j < n; j++) spread(&g, &g.b, p, j, x, is);
    }
    free_gemm(&g);
}

static void nan_and_inf_propagate(int dtype)
{
    static const struct style styles[] = {
        {'n', 'n', ROWS, ROWS, ROWS, 0}, {'t', 'n', ROWS, COLUMNS, COLUMNS, 1}, {'c', 't', COLUMNS, GAPS, GAPS, 0}};
    const struct number nan = {NAN, 0}, inf = {INFINITY, 0};
    for (int i = 0; i < 3; i++) {
        sweep(dtype, 9, 51, 19, styles[i], one_and_i_at, inf, is_inf);
        sweep(dtype, 17, 6, 35, styles[i], one_and_i_at, nan, is_nan);
        sweep(dtype, 5, 10, 3, styles[i], zero_at, inf, is_nan);
    }
}

/* A = x, B = 1, k = 2: C = 2 alpha x + beta c must be `want`. */
static void factors_case(int dtype, enum order order, struct number alpha, struct number x, struct number beta,
                         struct number c, struct number want)
{
    struct gemm g = new_gemm(dtype, 7, 19, 2, (struct style){'n', 'n', ROWS, ROWS, order, 0});
    g.alpha = alpha, g.beta = beta;
    fill_gemm(&g, one_at);
    for (int i = 0; i < 7; i++)
        for (int p = 0; p < 2; p++) write_element(dtype, &g.a, i, p, x);
    for (int i = 0; i < 7; i++)
        for (int j = 0; j < 19; j++) write_element(dtype, &g.c, i, j, c);
    CHECK(call(&g) == PBL_OK, "%s", describe(&g));
    check_all(&g, want);
    free_gemm(&g);
}

/* A complex factor without imaginary part is real, whatever the other is: times (Inf, 1) it has an imaginary part of
 * its own, where 0 times Inf would make a NaN. Here the Inf is in the sum, which overflows, or in C. */
static void real_factors_are_real(int dtype, enum order order)
{
    const double inf = INFINITY, big = is_single(dtype) ? 0x1p127 : 0x1p1023;
    static const struct number one_and_i = {1, 1}, two = {2, 0}, three = {3, 0}, five = {5, 0};
    factors_case(dtype, order, two, (struct number){big, 1}, three, (struct number){1, -inf},
                 (struct number){inf, -inf});
    factors_case(dtype, order, five, (struct number){2, 1}, three, (struct number){inf, 1}, (struct number){inf, 13});
    factors_case(dtype, order, two, (struct number){big, 1}, one_and_i, one_and_i, (struct number){inf, 6});
    factors_case(dtype, order, one_and_i, one_and_i, three, (struct number){inf, 1}, (struct number){inf, 7});
}

/* Inputs with strides of any sign, or zero; outputs with any but zero. What lies between C's elements is the matter of
 * guard_pages.c. */
static void strides(int dtype)
{
    uint64_t state = 7;
    for (int turn = 0; turn < 400; turn++) {
        struct style s = random_style(&state);
        s.a = (enum order)below(&state, N_ORDERS), s.b = (enum order)below(&state, N_ORDERS);
        struct gemm g = new_gemm(dtype, 1 + below(&state, 20), 1 + below(&state, 60), 1 + below(&state, 40), s);
        g.alpha = random_factor(dtype, &state), g.beta = random_factor(dtype, &state);
        fill_gemm(&g, integer_at);

        struct number *want = expected(&g);
        CHECK(call(&g) == PBL_OK, "%s", describe(&g));
        check_elements(&g, want);
        free(want), free_gemm(&g);
    }
}

/* A batch is its products one after another; an input with batch stride 0 is shared, a negative one goes backwards.
 * Here the products lie below each other: three of them in A and C, three in B. */
enum { M = 5, N = 9, K = 4, MOST = 3 };

static struct gemm product_of(const struct gemm *all, int in_a, int in_b, int in_c)
{
    struct gemm g = *all;
    g.m = g.a.rows = g.c.rows = M, g.k = g.b.rows = K;
    g.a.memory = element(g.dtype, &all->a, in_a * M, 0);
    g.b.memory = element(g.dtype, &all->b, in_b * K, 0);
    g.c.memory = element(g.dtype, &all->c, in_c * M, 0);
    return g;
}

static void batch(int dtype, int step_a, int step_b, int count)
{
    struct gemm all = lay_out_gemm(dtype, M * MOST, N, K, (struct style){'n', 'n', ROWS, ROWS, ROWS, 0});
    all.b = lay_out(K * MOST, N, 'n', ROWS, 0);
    all.beta = (struct number){2, 0};
    allocate_operands(&all);
    fill_gemm(&all, integer_at);
    const int first = step_a < 0 ? MOST - 1 : 0;
    struct number *want[MOST];
    for (int q = 0; q < MOST; q++) {
        const struct gemm g = product_of(&all, first + q * step_a, q * step_b, q);
        want[q] = q < count ? expected(&g) : values_of(dtype, &g.c, false);
    }

    double alpha[2], beta[2];
    put(dtype, alpha, all.alpha), put(dtype, beta, all.beta);
    CHECK(pbl_gemm_batch_strided(dtype, 'n', 'n', M, N, K, alpha, element(dtype, &all.a, first * M, 0), K, 1,
                                 step_a * M * K, all.b.memory, N, 1, step_b * K * N, beta, all.c.memory, N, 1, M * N,
                                 count) == PBL_OK,
          "a batch of %d", count);
    for (int q = 0; q < MOST; q++) {
        const struct gemm g = product_of(&all, 0, 0, q);
        check_elements(&g, want[q]);
        free(want[q]);
    }
    free_gemm(&all);
}

static void batches(int dtype)
{
    for (int count = 0; count <= 3; count++)
        for (int step_a = -1; step_a <= 1; step_a++)
            for (int step_b = 0; step_b <= 1; step_b++) batch(dtype, step_a, step_b, count);
}

/* Each argument that is none is refused, even where there would be nothing to do, and C stays as it is. */
static void bad_arguments(void)
{
    static const struct {
        int dtype;
        char ta, tb;
        int m, n, k, count;
    } calls[] = {{-1, 'n', 'n', 1, 1, 1, 1},     {4, 'n', 'n', 1, 1, 1, 1},      {1 << 30, 'n', 'n', 1, 1, 1, 1},
                 {PBL_D, 'x', 'n', 1, 1, 1, 1},  {PBL_D, 'n', 0, 1, 1, 1, 1},    {PBL_D, 'n', 'x', 0, 1, 1, 1},
                 {PBL_D, 'n', 'n', -1, 1, 1, 1}, {PBL_D, 'n', 'n', 1, -1, 1, 1}, {PBL_D, 'n', 'n', 1, 1, -1, 1},
                 {PBL_D, 'n', 'n', 1, 1, 1, -1}, {PBL_D, 'n', 'n', 0, 1, -1, 1}, {PBL_D, 'n', 'n', 0, -1, 1, 1}};
    const double one[2] = {1, 0}, a[2] = {2, 0}, b[2] = {3, 0};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        double c[2] = {7, 7};
        CHECK(pbl_gemm_batch_strided(calls[i].dtype, calls[i].ta, calls[i].tb, calls[i].m, calls[i].n, calls[i].k, one,
                                     a, 1, 1, 0, b, 1, 1, 0, one, c, 1, 1, 0, calls[i].count) == PBL_BAD_ARGUMENT,
              "call %zu", i);
        CHECK(c[0] == 7 && c[1] == 7, "call %zu wrote C", i);
    }
}

static void unknown_isas(void)
{
    static const char *const names[] = {"nonsense", "", "AVX2", "avx", "none", NULL};
    char now[20];
    snprintf(now, sizeof now, "%s", pbl_get_isa());
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CHECK(pbl_set_isa(names[i]) == PBL_BAD_ARGUMENT, "\"%s\"", names[i] ? names[i] : "(null)");
        CHECK(strcmp(pbl_get_isa(), now) == 0, "now it is %s", pbl_get_isa());
    }
}

int main(void)
{
    for (int isa = 0; use_isa(isa); isa++) {
        for (int dtype = 0; dtype < N_DTYPES; dtype++) {
            beta_zero_hides_c(dtype);
            no_product(dtype);
            null_operands(dtype);
            tiny_sizes(dtype);
            nan_and_inf_propagate(dtype);
            strides(dtype);
            batches(dtype);
            for (int order = 0; is_complex(dtype) && order < N_OUTPUT_ORDERS; order++)
                real_factors_are_real(dtype, (enum order)order);
        }
        bad_arguments();
        unknown_isas();
    }
    return 0;
}
