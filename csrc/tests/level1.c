/* SPDX-License-Identifier: MIT */
/* Level 1: right answers on integers for every length up to several vectors, with vectors that lie against pages that
 * must not be touched; and the same bits for every instruction set, increment, alignment and number of threads. */
#include "vector.h"

struct call {
    int dtype;
    int64_t n;
    struct vector x, y;
    struct number alpha, beta;
    double result[2];
};

static struct number plus(struct number a, struct number b) { return (struct number){a.re + b.re, a.im + b.im}; }
static struct number conj_of(struct number a) { return (struct number){a.re, -a.im}; }
static struct number times(struct number a, struct number b)
{ return (struct number){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }

/* A routine, and what it must do to vectors of numbers; `sum` is what it gives back. */
struct routine {
    const char *name;
    int (*run)(struct call *c);
    void (*model)(const struct call *c, struct number *x, struct number *y, struct number *sum);
    bool writes_x, writes_y;
};

#define X(c) item((c)->dtype, &(c)->x, 0), (c)->x.inc
#define Y(c) item((c)->dtype, &(c)->y, 0), (c)->y.inc

static int run_axpy(struct call *c)
{
    double alpha[2];
    put(c->dtype, alpha, c->alpha);
    return pbl_axpy(c->dtype, c->n, alpha, X(c), Y(c));
}
static void model_axpy(const struct call *c, struct number *x, struct number *y, struct number *sum)
{
    (void)sum;
    for (int64_t i = 0; i < c->n; i++) y[i] = plus(times(c->alpha, x[i]), y[i]);
}

static int run_dot(struct call *c) { return pbl_dot(c->dtype, 'n', c->n, X(c), Y(c), c->result); }
static void model_dot(const struct call *c, struct number *x, struct number *y, struct number *sum)
{
    for (int64_t i = 0; i < c->n; i++) *sum = plus(*sum, times(x[i], y[i]));
}

static int run_dotc(struct call *c) { return pbl_dot(c->dtype, 'c', c->n, X(c), Y(c), c->result); }
static void model_dotc(const struct call *c, struct number *x, struct number *y, struct number *sum)
{
    for (int64_t i = 0; i < c->n; i++) *sum = plus(*sum, times(conj_of(x[i]), y[i]));
}

static const struct routine routines[] = {{"axpy", run_axpy, model_axpy, false, true},
                                          {"dot", run_dot, model_dot, false, false},
                                          {"dotc", run_dotc, model_dotc, false, false}};
enum { N_ROUTINES = sizeof routines / sizeof *routines };

static const char *describe(const struct routine *r, const struct call *c)
{
    static char text[200];
    snprintf(text, sizeof text,
             "%s of %c on %s, %d threads: n = %d, incx = %d, incy = %d, alpha = %g%+gi, beta = %g%+gi", r->name,
             "sdcz"[c->dtype], pbl_get_isa(), pbl_get_num_threads(), (int)c->n, (int)c->x.inc, (int)c->y.inc,
             c->alpha.re, c->alpha.im, c->beta.re, c->beta.im);
    return text;
}

static struct number *values_of(int dtype, const struct vector *v)
{
    struct number *values = malloc(sizeof *values * (size_t)(v->n + 1));
    CHECK(values, "memory for %d numbers", (int)v->n);
    for (int64_t i = 0; i < v->n; i++) values[i] = get(dtype, item(dtype, v, i));
    return values;
}

static char *copy_of(int dtype, const struct vector *v)
{
    const size_t bytes = (size_t)(v->extent * size_of(dtype));
    char *copy = malloc(bytes + 1);
    CHECK(copy, "%zu bytes", bytes);
    return memcpy(copy, v->memory, bytes);
}

/* The vector holds these values, and what lies between its elements is as it was. */
static void check_vector(const struct routine *r, const struct call *c, const struct vector *v, char *before,
                         const struct number *want)
{
    struct vector old = *v;
    old.memory = before;
    for (int64_t i = 0; i < v->n; i++) {
        const struct number got = get(c->dtype, item(c->dtype, v, i));
        CHECK(got.re == want[i].re && got.im == want[i].im, "%s: [%d] is %g%+gi, not %g%+gi", describe(r, c), (int)i,
              got.re, got.im, want[i].re, want[i].im);
        memcpy(item(c->dtype, &old, i), item(c->dtype, v, i), (size_t)size_of(c->dtype));
    }
    CHECK(memcmp(before, v->memory, (size_t)(v->extent * size_of(c->dtype))) == 0, "%s: between elements",
          describe(r, c));
}

static struct arena for_x, for_y;

static void check_answer(const struct routine *r, struct call *c)
{
    struct number *x = values_of(c->dtype, &c->x), *y = values_of(c->dtype, &c->y), sum = {0, 0};
    char *x_before = copy_of(c->dtype, &c->x), *y_before = copy_of(c->dtype, &c->y);
    r->model(c, x, y, &sum);
    if (!r->writes_x) protect(for_x, PROT_READ);
    if (!r->writes_y) protect(for_y, PROT_READ);
    CHECK(r->run(c) == PBL_OK, "%s", describe(r, c));
    protect(for_x, PROT_READ | PROT_WRITE), protect(for_y, PROT_READ | PROT_WRITE);
    check_vector(r, c, &c->x, x_before, x), check_vector(r, c, &c->y, y_before, y);
    if (!r->writes_x && !r->writes_y) {
        const struct number got = get(c->dtype, c->result);
        CHECK(got.re == sum.re && got.im == sum.im, "%s: %g%+gi, not %g%+gi", describe(r, c), got.re, got.im, sum.re,
              sum.im);
    }
    free(x), free(y), free(x_before), free(y_before);
}

static int64_t random_increment(bool written, uint64_t *state)
{
    static const int increments[] = {1, 1, 1, 1, -1, 2, 3, -4, 0};
    return increments[below(state, written ? 8 : 9)];
}

static struct number random_factor(int dtype, uint64_t *state)
{
    static const struct number factors[] = {{0, 0}, {1, 0}, {-2, 0}, {0, 3}, {2, -1}};
    return factors[below(state, is_complex(dtype) ? 5 : 3)];
}

static struct call new_call(const struct routine *r, int dtype, int64_t n, value_fn *value, uint64_t *state)
{
    struct call c = {.dtype = dtype, .n = n, .alpha = random_factor(dtype, state), .beta = random_factor(dtype, state)};
    c.x = place_vector(dtype, n, random_increment(r->writes_x, state), for_x, below(state, 2));
    c.y = place_vector(dtype, n, random_increment(r->writes_y, state), for_y, below(state, 2));
    fill_vector(dtype, &c.x, value, 1), fill_vector(dtype, &c.y, value, 2);
    return c;
}

static void right_answers(const struct routine *r, int dtype)
{
    uint64_t state = 5;
    for (int n = 0; n <= 300; n++)
        for (int turn = 0; turn < 3; turn++) {
            struct call c = new_call(r, dtype, n, integer_at, &state);
            check_answer(r, &c);
        }
    for (int turn = 0; turn < 10; turn++) {
        struct call c = new_call(r, dtype, 300 + below(&state, 10000), integer_at, &state);
        check_answer(r, &c);
    }
}

/* Lengths around those of chunks and of what threads share. */
static const int lengths[] = {1,    2,    3,    7,     9,     17,    63,    65,    129,    255,    300,   1000,
                              2049, 4095, 8193, 16383, 16384, 16385, 33000, 70000, 150001, 300007, 600011};
enum { N_LENGTHS = sizeof lengths / sizeof *lengths };

/* The bits of what a call leaves behind, element after element; the caller frees them. */
static char *bits_after(const struct routine *r, struct call *c)
{
    const size_t size = (size_t)size_of(c->dtype), n = (size_t)c->n;
    char *bits = calloc(2 * n + 1, size);
    CHECK(bits, "memory for %zu elements", n);
    CHECK(r->run(c) == PBL_OK, "%s", describe(r, c));
    memcpy(bits, c->result, r->writes_x || r->writes_y ? 0 : size);
    for (size_t i = 0; i < n; i++) {
        memcpy(bits + (1 + i) * size, item(c->dtype, &c->x, (int64_t)i), size);
        memcpy(bits + (1 + n + i) * size, item(c->dtype, &c->y, (int64_t)i), size);
    }
    return bits;
}

/* A vector of the same values in another place. */
static struct vector like(int dtype, int64_t n, struct arena arena, uint64_t seed, uint64_t *state)
{
    static const int increments[] = {1, 1, -1, 2};
    arena.begin += below(state, 16) * (int)size_of(dtype);
    struct vector v = place_vector(dtype, n, increments[below(state, 4)], arena, below(state, 2));
    fill_vector(dtype, &v, real_at, seed);
    return v;
}

static void same_bits(const struct routine *r, int dtype, int64_t n)
{
    static const int thread_counts[] = {1, 2, 3, 7};
    uint64_t state = (uint64_t)n;
    struct call base = {.dtype = dtype, .n = n, .alpha = {0.3, is_complex(dtype) * 0.7}, .beta = {-1.1, 0}};
    base.x = place_vector(dtype, n, 1, for_x, true), base.y = place_vector(dtype, n, 1, for_y, true);
    fill_vector(dtype, &base.x, real_at, 1), fill_vector(dtype, &base.y, real_at, 2);
    pbl_set_num_threads(1), use_isa(0);
    char *want = bits_after(r, &base);

    for (int isa = 0; use_isa(isa); isa++)
        for (int turn = 0; turn < (n < 20000 ? 8 : 3); turn++) {
            struct call c = base;
            c.x = like(dtype, n, for_x, 1, &state), c.y = like(dtype, n, for_y, 2, &state);
            pbl_set_num_threads(thread_counts[below(&state, 4)]);
            char *got = bits_after(r, &c);
            CHECK(memcmp(got, want, (size_t)((2 * n + 1) * size_of(dtype))) == 0, "%s", describe(r, &c));
            free(got);
        }
    pbl_set_num_threads(0);
    free(want);
}

int main(void)
{
    for_x = new_arena(1 << 20), for_y = new_arena(1 << 20);
    for (int isa = 0; use_isa(isa); isa++)
        for (int dtype = 0; dtype < N_DTYPES; dtype++)
            for (int i = 0; i < N_ROUTINES; i++) right_answers(&routines[i], dtype);

    for_x = new_arena(20 << 20), for_y = new_arena(20 << 20);
    for (int dtype = 0; dtype < N_DTYPES; dtype++)
        for (int i = 0; i < N_ROUTINES; i++)
            for (int length = 0; length < N_LENGTHS; length++) same_bits(&routines[i], dtype, lengths[length]);
    return 0;
}
