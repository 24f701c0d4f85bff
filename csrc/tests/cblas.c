/* SPDX-License-Identifier: MIT */
/* The CBLAS names: all layouts and transpositions, and the numbers by which netlib calls wrong arguments. This
 * program's cblas_xerbla replaces the library's, as the standard allows. */
#include "cblas.h"

#include <limits.h>

#include "gemm.h"

static int reported; /* the argument last reported wrong; -1: none */
static char reporter[32];

void cblas_xerbla(int argument, const char *routine, const char *format, ...)
{
    (void)format;
    reported = argument;
    snprintf(reporter, sizeof reporter, "%s", routine);
}

/* One call, whatever the dtype, with the arguments as netlib numbers them. */
struct arguments {
    int layout, trans_a, trans_b, m, n, k, lda, ldb, ldc;
};

static void gemm(int dtype, const struct arguments *x, struct number alpha, const void *a, const void *b,
                 struct number beta, void *c)
{
    const CBLAS_LAYOUT layout = (CBLAS_LAYOUT)x->layout;
    const CBLAS_TRANSPOSE ta = (CBLAS_TRANSPOSE)x->trans_a, tb = (CBLAS_TRANSPOSE)x->trans_b;
    double f[2], g[2];
    put(dtype, f, alpha), put(dtype, g, beta);
    switch (dtype) {
    case PBL_S:
        cblas_sgemm(layout, ta, tb, x->m, x->n, x->k, (float)alpha.re, a, x->lda, b, x->ldb, (float)beta.re, c, x->ldc);
        break;
    case PBL_D:
        cblas_dgemm(layout, ta, tb, x->m, x->n, x->k, alpha.re, a, x->lda, b, x->ldb, beta.re, c, x->ldc);
        break;
    case PBL_C: cblas_cgemm(layout, ta, tb, x->m, x->n, x->k, f, a, x->lda, b, x->ldb, g, c, x->ldc); break;
    default: cblas_zgemm(layout, ta, tb, x->m, x->n, x->k, f, a, x->lda, b, x->ldb, g, c, x->ldc);
    }
}

/* The same for a stack of products, which stand so many elements apart. */
struct stack {
    int a, b, c, count;
};

static void gemm_stack(int dtype, const struct arguments *x, const struct stack *s, struct number alpha, const void *a,
                       const void *b, struct number beta, void *c)
{
    const CBLAS_LAYOUT layout = (CBLAS_LAYOUT)x->layout;
    const CBLAS_TRANSPOSE ta = (CBLAS_TRANSPOSE)x->trans_a, tb = (CBLAS_TRANSPOSE)x->trans_b;
    double f[2], g[2];
    put(dtype, f, alpha), put(dtype, g, beta);
    switch (dtype) {
    case PBL_S:
        cblas_sgemm_batch_strided(layout, ta, tb, x->m, x->n, x->k, (float)alpha.re, a, x->lda, s->a, b, x->ldb, s->b,
                                  (float)beta.re, c, x->ldc, s->c, s->count);
        break;
    case PBL_D:
        cblas_dgemm_batch_strided(layout, ta, tb, x->m, x->n, x->k, alpha.re, a, x->lda, s->a, b, x->ldb, s->b, beta.re,
                                  c, x->ldc, s->c, s->count);
        break;
    case PBL_C:
        cblas_cgemm_batch_strided(layout, ta, tb, x->m, x->n, x->k, f, a, x->lda, s->a, b, x->ldb, s->b, g, c, x->ldc,
                                  s->c, s->count);
        break;
    default:
        cblas_zgemm_batch_strided(layout, ta, tb, x->m, x->n, x->k, f, a, x->lda, s->a, b, x->ldb, s->b, g, c, x->ldc,
                                  s->c, s->count);
    }
}

static int cblas_name(char op) { return op == 'n' ? CblasNoTrans : op == 't' ? CblasTrans : CblasConjTrans; }
static int leading(const struct operand *x) { return (int)(x->rs == 1 ? x->cs : x->rs); }

/* order: ROWS or COLUMNS, the only ones that CBLAS can express. */
static void against_the_formula(int dtype, enum order order, char ta, char tb, uint64_t *state)
{
    struct gemm g = new_gemm(dtype, 2 + below(state, 20), 2 + below(state, 50), 2 + below(state, 20),
                             (struct style){ta, tb, order, order, order, below(state, 3)});
    g.alpha = random_factor(dtype, state), g.beta = random_factor(dtype, state);
    fill_gemm(&g, integer_at);
    struct number *want = expected(&g);
    struct arguments x = {.m = (int)g.m, .n = (int)g.n, .k = (int)g.k};
    x.layout = order == ROWS ? CblasRowMajor : CblasColMajor;
    x.trans_a = cblas_name(ta), x.trans_b = cblas_name(tb);
    x.lda = leading(&g.a), x.ldb = leading(&g.b), x.ldc = leading(&g.c);
    reported = -1;
    gemm(dtype, &x, g.alpha, g.a.memory, g.b.memory, g.beta, g.c.memory);
    CHECK(reported == -1, "%s: argument %d is called wrong", describe(&g), reported);
    check_elements(&g, want);
    free(want), free_gemm(&g);
}

static void all_combinations(int dtype)
{
    uint64_t state = 23;
    for (int turn = 0; turn < 20; turn++)
        for (int i = 0; i < 18; i++)
            against_the_formula(dtype, i % 2 ? ROWS : COLUMNS, "ntc"[i / 2 % 3], "ntc"[i / 6], &state);
}

enum { MOST = 9, LD = 11, SQUARE = MOST * LD, COUNT = 5 };

/* A stack of C, and what a loop of single products makes of it. */
static void against_a_loop(int dtype, const struct arguments *x, const struct stack *s, uint64_t *state)
{
    static double a[2 * COUNT * SQUARE], b[2 * COUNT * SQUARE], c[2 * COUNT * SQUARE], want[2 * COUNT * SQUARE];
    const struct number alpha = random_factor(dtype, state), beta = random_factor(dtype, state);
    const int64_t size = size_of(dtype);
    for (int i = 0; i < COUNT * SQUARE; i++) {
        put(dtype, (char *)a + i * size, integer_at(1, 0, i));
        put(dtype, (char *)b + i * size, integer_at(2, 0, i));
        put(dtype, (char *)c + i * size, integer_at(3, 0, i));
    }
    memcpy(want, c, sizeof c);
    for (int i = 0; i < s->count; i++)
        gemm(dtype, x, alpha, (char *)a + i * s->a * size, (char *)b + i * s->b * size, beta,
             (char *)want + i * s->c * size);
    reported = -1;
    gemm_stack(dtype, x, s, alpha, a, b, beta, c);
    CHECK(reported == -1, "argument %d is called wrong", reported);
    for (int i = 0; i < COUNT * SQUARE; i++) {
        const struct number got = get(dtype, (char *)c + i * size), is = get(dtype, (char *)want + i * size);
        CHECK(same_value(got, is), "%cgemm_batch_strided, %d x %d x %d, trans %d %d, element %d: %g%+gi, not %g%+gi",
              "sdcz"[dtype], x->m, x->n, x->k, x->trans_a, x->trans_b, i, got.re, got.im, is.re, is.im);
    }
}

/* Every layout and transposition; gaps between the matrices, and operands that are the same for all. */
static void stacks(int dtype)
{
    uint64_t state = 29;
    for (int i = 0; i < 90; i++) {
        struct arguments x = {i % 2 ? CblasRowMajor : CblasColMajor,
                              cblas_name("ntc"[i / 2 % 3]),
                              cblas_name("ntc"[i / 6 % 3]),
                              .lda = LD,
                              .ldb = LD,
                              .ldc = LD};
        x.m = below(&state, MOST + 1), x.n = below(&state, MOST + 1), x.k = below(&state, MOST + 1);
        const struct stack s = {below(&state, 3) ? SQUARE : 0, below(&state, 3) ? SQUARE : 0, SQUARE,
                                below(&state, COUNT + 1)};
        against_a_loop(dtype, &x, &s, &state);
    }
}

/* Groups of products, each of a shape, an alpha and a beta of its own. */
enum { GROUPS = 3, PRODUCTS = GROUPS * COUNT };

struct groups {
    CBLAS_TRANSPOSE trans_a[GROUPS], trans_b[GROUPS];
    int32_t m[GROUPS], n[GROUPS], k[GROUPS], lda[GROUPS], ldb[GROUPS], ldc[GROUPS], size[GROUPS];
    struct number alpha[GROUPS], beta[GROUPS];
    const void *a[PRODUCTS], *b[PRODUCTS];
    void *c[PRODUCTS];
    int layout, count;
};

static void set_group(struct groups *g, int i, const struct arguments *x, int size)
{
    g->layout = x->layout;
    g->trans_a[i] = (CBLAS_TRANSPOSE)x->trans_a, g->trans_b[i] = (CBLAS_TRANSPOSE)x->trans_b;
    g->m[i] = x->m, g->n[i] = x->n, g->k[i] = x->k;
    g->lda[i] = x->lda, g->ldb[i] = x->ldb, g->ldc[i] = x->ldc, g->size[i] = size;
}

enum names { NAMES_32, NAMES_64, NAMES_FORTRAN };

/* Of Fortran's functions two, as all come from one list. */
typedef void fortran_groups(const char *, const char *, const int32_t *, const int32_t *, const int32_t *, const void *,
                            const void **, const int32_t *, const void **, const int32_t *, const void *, void **,
                            const int32_t *, const int32_t *, const int32_t *);
extern fortran_groups dgemm_batch_, cgemm_batch_;

/* Every dtype's function, with integers of both widths. */
static void gemm_groups(int dtype, struct groups *g, enum names names)
{
    const bool wide = names == NAMES_64;
    const CBLAS_LAYOUT layout = (CBLAS_LAYOUT)g->layout;
    double f[2 * GROUPS], h[2 * GROUPS];
    int64_t w[7][GROUPS];
    char ta[GROUPS], tb[GROUPS];
    const int32_t *narrow[] = {g->m, g->n, g->k, g->lda, g->ldb, g->ldc, g->size};
    for (int i = 0; i < GROUPS; i++) {
        put(dtype, (char *)f + i * size_of(dtype), g->alpha[i]), put(dtype, (char *)h + i * size_of(dtype), g->beta[i]);
        for (int j = 0; j < 7; j++) w[j][i] = narrow[j][i];
    }
    if (names == NAMES_FORTRAN && g->layout == CblasColMajor && (dtype == PBL_D || dtype == PBL_C)) {
        for (int i = 0; i < g->count; i++)
            ta[i] = "NTC"[g->trans_a[i] - CblasNoTrans], tb[i] = "ntc"[g->trans_b[i] - CblasNoTrans];
        (dtype == PBL_D ? dgemm_batch_ : cgemm_batch_)(ta, tb, g->m, g->n, g->k, f, g->a, g->lda, g->b, g->ldb, h, g->c,
                                                       g->ldc, &g->count, g->size);
        return;
    }
#define NARROW(type, routine)                                                                               \
    routine(layout, g->trans_a, g->trans_b, g->m, g->n, g->k, (const void *)f, (const type **)g->a, g->lda, \
            (const type **)g->b, g->ldb, (const void *)h, (type **)g->c, g->ldc, g->count, g->size)
#define WIDE(type, routine)                                                                               \
    routine(layout, g->trans_a, g->trans_b, w[0], w[1], w[2], (const void *)f, (const type **)g->a, w[3], \
            (const type **)g->b, w[4], (const void *)h, (type **)g->c, w[5], g->count, w[6])
    switch (dtype) {
    case PBL_S: wide ? WIDE(float, cblas_sgemm_batch_64) : NARROW(float, cblas_sgemm_batch); break;
    case PBL_D: wide ? WIDE(double, cblas_dgemm_batch_64) : NARROW(double, cblas_dgemm_batch); break;
    case PBL_C: wide ? WIDE(void, cblas_cgemm_batch_64) : NARROW(void, cblas_cgemm_batch); break;
    default: wide ? WIDE(void, cblas_zgemm_batch_64) : NARROW(void, cblas_zgemm_batch);
    }
#undef NARROW
#undef WIDE
}

static struct arguments any_arguments(int layout, uint64_t *state)
{
    return (struct arguments){layout,
                              cblas_name("ntc"[below(state, 3)]),
                              cblas_name("ntc"[below(state, 3)]),
                              below(state, MOST + 1),
                              below(state, MOST + 1),
                              below(state, MOST + 1),
                              LD,
                              LD,
                              LD};
}

/* Up to GROUPS of up to COUNT products, some empty, against a loop of single products. */
static void groups(int dtype)
{
    enum { ALL = PRODUCTS * SQUARE };
    static double a[2 * ALL], b[2 * ALL], c[2 * ALL], want[2 * ALL];
    const int64_t size = size_of(dtype), step = SQUARE * size;
    uint64_t state = 31;
    for (int turn = 0; turn < 40; turn++) {
        struct groups g = {.count = below(&state, GROUPS + 1), .layout = CblasColMajor};
        for (int i = 0; i < ALL; i++) {
            put(dtype, (char *)a + i * size, integer_at(1, 0, i)),
                put(dtype, (char *)b + i * size, integer_at(2, 0, i));
            put(dtype, (char *)c + i * size, integer_at(3, 0, i));
        }
        memcpy(want, c, sizeof c);
        int p = 0;
        for (int i = 0; i < g.count; i++) {
            const struct arguments x = any_arguments(turn % 2 ? CblasRowMajor : CblasColMajor, &state);
            set_group(&g, i, &x, below(&state, COUNT + 1));
            g.alpha[i] = random_factor(dtype, &state), g.beta[i] = random_factor(dtype, &state);
            for (int end = p + g.size[i]; p < end; p++) {
                const int64_t at_a = below(&state, PRODUCTS) * step, at_b = below(&state, PRODUCTS) * step;
                g.a[p] = (char *)a + at_a, g.b[p] = (char *)b + at_b, g.c[p] = (char *)c + p * step;
                gemm(dtype, &x, g.alpha[i], g.a[p], g.b[p], g.beta[i], (char *)want + p * step);
            }
        }
        reported = -1;
        gemm_groups(dtype, &g, (enum names)(turn / 2 % 3));
        CHECK(reported == -1, "turn %d: argument %d is called wrong", turn, reported);
        for (int i = 0; i < ALL; i++) {
            const struct number got = get(dtype, (char *)c + i * size), is = get(dtype, (char *)want + i * size);
            CHECK(same_value(got, is), "%cgemm_batch, turn %d, product %d, element %d: %g%+gi, not %g%+gi",
                  "sdcz"[dtype], turn, i / SQUARE, i % SQUARE, got.re, got.im, is.re, is.im);
        }
    }
}

/* In each row one argument is wrong; it has netlib's number. m, n, k = 3, 4, 5. */
static const struct {
    int number;
    struct arguments x;
} wrong[] = {
    {1, {100, 111, 111, 3, 4, 5, 5, 4, 4}},  {1, {0, 111, 111, 3, 4, 5, 5, 5, 5}},
    {2, {101, 110, 111, 3, 4, 5, 5, 5, 5}},  {2, {102, 114, 111, 3, 4, 5, 5, 5, 5}},
    {3, {101, 111, 0, 3, 4, 5, 5, 5, 5}},    {3, {102, 113, 'n', 3, 4, 5, 5, 5, 5}},
    {4, {101, 111, 111, -1, 4, 5, 5, 4, 4}}, {4, {102, 111, 111, INT_MIN, 4, 5, 3, 5, 3}},
    {5, {101, 111, 111, 3, -1, 5, 5, 4, 4}}, {5, {102, 112, 112, 3, -1, 5, 5, 5, 5}},
    {6, {101, 111, 111, 3, 4, -1, 5, 4, 4}}, {6, {102, 112, 113, 3, 4, -1, 5, 5, 5}},
    {9, {101, 111, 111, 3, 4, 5, 4, 4, 4}},  {9, {101, 112, 111, 3, 4, 5, 2, 4, 4}},
    {9, {102, 111, 111, 3, 4, 5, 2, 5, 3}},  {9, {102, 113, 111, 3, 4, 5, 4, 5, 3}},
    {9, {101, 111, 111, 3, 4, 0, 0, 4, 4}},  {9, {101, 111, 111, 0, 4, 5, 4, 4, 4}},
    {11, {101, 111, 111, 3, 4, 5, 5, 3, 4}}, {11, {101, 111, 112, 3, 4, 5, 5, 4, 4}},
    {11, {102, 111, 111, 3, 4, 5, 3, 4, 3}}, {11, {102, 111, 113, 3, 4, 5, 3, 3, 3}},
    {14, {101, 111, 111, 3, 4, 5, 5, 4, 3}}, {14, {102, 111, 111, 3, 4, 5, 3, 5, 2}},
    {14, {101, 111, 111, 3, 0, 5, 5, 1, 0}}, {14, {102, 112, 111, 0, 4, 5, 5, 5, 0}},
};

enum { ROOM = 64 }; /* doubles: enough for the matrices of these calls, whatever the dtype */

static void wrong_arguments(int dtype)
{
    const char name[] = {'c', 'b', 'l', 'a', 's', '_', "sdcz"[dtype], 'g', 'e', 'm', 'm', 0};
    const struct number one = {1, 0};
    const double a[ROOM] = {0};
    double c[ROOM], before[ROOM];
    memset(c, 0x55, sizeof c), memset(before, 0x55, sizeof before);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        reported = -1;
        gemm(dtype, &wrong[i].x, one, a, a, one, c);
        CHECK(reported == wrong[i].number, "case %zu: argument %d is called wrong, not %d", i, reported,
              wrong[i].number);
        CHECK(strcmp(reporter, name) == 0, "case %zu: %s", i, reporter);
        CHECK(memcmp(c, before, sizeof c) == 0, "case %zu: C was written", i);
    }
}

/* The number that an argument of gemm has in gemm_batch_strided, where strides stand between. */
static int number_in_stack(int number) { return number < 11 ? number : number == 11 ? 12 : 16; }

static void check_fault(int dtype, const struct arguments *x, const struct stack *s, int number)
{
    const char name[] = {'c', 'b', 'l', 'a', 's', '_', "sdcz"[dtype], 'g', 'e', 'm', 'm', 0};
    const struct number one = {1, 0};
    const double a[ROOM] = {0};
    double c[ROOM] = {7};
    reported = -1;
    gemm_stack(dtype, x, s, one, a, a, one, c);
    CHECK(reported == number, "argument %d is called wrong, not %d", reported, number);
    CHECK(number < 0 || strncmp(reporter, name, strlen(name)) == 0, "%s", reporter);
    CHECK(number < 0 || strcmp(reporter + strlen(name), "_batch_strided") == 0, "%s", reporter);
    CHECK(c[0] == 7, "C was written");
}

static void wrong_stacks(int dtype)
{
    const struct arguments good = {101, 111, 111, 3, 4, 5, 5, 4, 4}, empty = {101, 111, 111, 0, 4, 5, 5, 4, 4};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        check_fault(dtype, &wrong[i].x, &(struct stack){0, 0, 1, 1}, number_in_stack(wrong[i].number));
    check_fault(dtype, &good, &(struct stack){15, 20, 0, 2}, 17);
    check_fault(dtype, &good, &(struct stack){15, 20, 12, -1}, 18);
    check_fault(dtype, &good, &(struct stack){15, 20, 12, 0}, -1);
    check_fault(dtype, &empty, &(struct stack){0, 0, 0, 2}, -1);
}

/* One of the groups is wrong: none is done. */
static void wrong_groups(int dtype)
{
    const char name[] = {'c', 'b', 'l', 'a', 's', '_', "sdcz"[dtype], 0};
    const struct arguments good = {101, 111, 111, 3, 4, 5, 5, 4, 4};
    const double a[ROOM] = {0};
    for (int bad = 0; bad < GROUPS; bad++)
        for (size_t i = 0; i <= sizeof wrong / sizeof *wrong + 1; i++) {
            double c[PRODUCTS][ROOM] = {{7}};
            struct groups g = {.count = GROUPS};
            const bool is_row = i < sizeof wrong / sizeof *wrong;
            for (int j = 0; j < PRODUCTS; j++) g.a[j] = g.b[j] = a, g.c[j] = c[j];
            for (int j = 0; j < GROUPS; j++) set_group(&g, j, &good, 2), g.alpha[j] = (struct number){1, 0};
            if (is_row) {
                for (int j = 0; wrong[i].x.layout == 102 && j < GROUPS; j++) g.lda[j] = 3, g.ldb[j] = 5, g.ldc[j] = 3;
                set_group(&g, bad, &wrong[i].x, 1);
            } else if (i % 2 == 0) g.size[bad] = -1;
            else g.count = -1;
            const int number = is_row ? wrong[i].number : i % 2 == 0 ? 16 : 15;
            reported = -1;
            gemm_groups(dtype, &g, bad % 2 ? NAMES_64 : NAMES_32);
            CHECK(reported == number, "case %zu, group %d: argument %d is called wrong, not %d", i, bad, reported,
                  number);
            CHECK(strncmp(reporter, name, strlen(name)) == 0 && strcmp(reporter + strlen(name), "gemm_batch") == 0,
                  "%s", reporter);
            CHECK(c[0][0] == 7, "case %zu: C was written", i);
        }
}

/* Nothing to do, or leading dimensions that are just enough: not an error. */
static void right_arguments(int dtype)
{
    static const struct arguments right[] = {{101, 111, 111, 0, 0, 0, 1, 1, 1}, {102, 113, 112, 0, 0, 0, 1, 1, 1},
                                             {101, 111, 111, 0, 4, 5, 5, 4, 4}, {102, 111, 111, 3, 0, 5, 3, 5, 3},
                                             {101, 112, 112, 3, 4, 5, 3, 5, 4}, {102, 112, 112, 3, 4, 5, 5, 4, 3}};
    const struct number one = {1, 0};
    const double a[ROOM] = {0};
    double c[ROOM] = {0};
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        reported = -1;
        gemm(dtype, &right[i], one, a, a, one, c);
        CHECK(reported == -1, "case %zu: argument %d is called wrong", i, reported);
    }
}

/* No argument is wrong then: number 0. */
static void no_memory(int dtype)
{
    const struct arguments x = {101, 112, 112, 80, 120, 200, 80, 200, 120}; /* small products need no memory */
    const struct number one = {1, 0};
    static const double a[2 * 120 * 200];
    static double c[2 * 80 * 120] = {7};
    reported = -1;
    pbl_release_workspace(), pbl_test_fail_allocation(1);
    gemm(dtype, &x, one, a, a, one, c);
    pbl_test_fail_allocation(0);
    CHECK(reported == 0 && c[0] == 7, "reported %d", reported);
}

int main(void)
{
    for (int isa = 0; use_isa(isa); isa++)
        for (int dtype = 0; dtype < N_DTYPES; dtype++) {
            all_combinations(dtype);
            stacks(dtype);
            groups(dtype);
            wrong_arguments(dtype);
            wrong_stacks(dtype);
            wrong_groups(dtype);
            right_arguments(dtype);
            no_memory(dtype);
        }
    return 0;
}
