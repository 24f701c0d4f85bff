/* SPDX-License-Identifier: MIT */
/* Level 1: right answers on integers for every length up to several vectors, with vectors that lie against pages that
 * must not be touched; and the same bits for every instruction set, increment, alignment and number of threads. */
#include "level1.h"

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
static const int lengths[] = {1,    2,    3,    7,    9,     17,    63,    65,    129,   255,   300,
                              1000, 2049, 4095, 8193, 16383, 16384, 16385, 33000, 70000, 300007};
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
    pbl_set_num_threads(1), use_base_isa();
    char *want = bits_after(r, &base);

    for (int isa = 0; use_isa(isa); isa++)
        for (int turn = 0; turn < (n < 20000 ? 8 : 2); turn++) {
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

/* What each routine does at the ends of the range, beside NaN and Inf. */

static void check_norm(int dtype, const double *x, int n, double want)
{
    double memory[8];
    for (int i = 0; i < n; i++) put(dtype, (char *)memory + i * size_of(dtype), (struct number){x[i], 0});
    double result[1] = {0};
    CHECK(pbl_nrm2(dtype, n, memory, 1, result) == PBL_OK, "n = %d", n);
    const double got = get(dtype == PBL_C ? PBL_S : dtype == PBL_Z ? PBL_D : dtype, result).re;
    const double error = fabs(got - want), unit = is_single(dtype) ? 0x1p-23 : 0x1p-52;
    CHECK((isnan(want) && isnan(got)) || got == want || error <= 2 * unit * want, "%c, %g %g ...: %g, not %g",
          "sdcz"[dtype], x[0], x[1], got, want);
}

static void norms(int dtype)
{
    const bool single = is_single(dtype);
    const double big = single ? 1e38 : 1e308, small = single ? 0x1p-149 : 0x1p-1074, low = single ? 1e-30 : 1e-300;
    check_norm(dtype, (double[]){0, 0}, 2, 0);
    check_norm(dtype, (double[]){3, -4}, 2, 5);
    check_norm(dtype, (double[]){big, -big}, 2, sqrt(2) * big);
    check_norm(dtype, (double[]){big, 1, small}, 3, big);
    check_norm(dtype, (double[]){3 * small, 4 * small}, 2, 5 * small);
    check_norm(dtype, (double[]){small, small, small, small}, 4, 2 * small);
    check_norm(dtype, (double[]){low, small, low}, 3, sqrt(2) * low);
    check_norm(dtype, (double[]){3 * low, 4 * low, 0}, 3, 5 * low);
    check_norm(dtype, (double[]){1, -INFINITY}, 2, INFINITY);
    check_norm(dtype, (double[]){INFINITY, INFINITY, big}, 3, INFINITY);
    check_norm(dtype, (double[]){INFINITY, NAN}, 2, NAN);
    check_norm(dtype, (double[]){0, NAN, 1}, 3, NAN);
}

/* A NaN, and an element that is larger (smaller) than all others, at every place of vectors with whole vectors, pieces
 * and tails. */
static void places(int dtype)
{
    const struct number ordinary = {2, 0}, nan = {1, NAN}, large = {-3, 0}, less = {-1, 0};
    struct vector x = place_vector(dtype, 77, 1, for_x, true);
    for (int best = 0; best < x.n; best++)
        for (int hole = 0; hole < x.n; hole++) {
            int64_t most, least;
            for (int i = 0; i < x.n; i++) put(dtype, item(dtype, &x, i), ordinary);
            put(dtype, item(dtype, &x, best), large);
            if (hole != best) put(dtype, item(dtype, &x, hole), is_complex(dtype) ? nan : (struct number){NAN, 0});
            CHECK(pbl_iamax(dtype, x.n, x.memory, 1, &most) == PBL_OK, "iamax");
            put(dtype, item(dtype, &x, best), less);
            CHECK(pbl_iamin(dtype, x.n, x.memory, 1, &least) == PBL_OK, "iamin");
            const int64_t want = hole == 0 ? 0 : best;
            CHECK(most == want && least == want, "%c on %s: %d and %d, not %d; NaN at %d", "sdcz"[dtype], pbl_get_isa(),
                  (int)most, (int)least, (int)want, hole);
        }
}

/* Everything but the first element NaN, over many chunks; then an element at the end of them. */
static void places_among_nan(int dtype)
{
    struct vector x = place_vector(dtype, 100000, 1, for_x, true);
    int64_t most, least;
    for (int turn = 0; turn < 2; turn++) {
        put(dtype, item(dtype, &x, 0), (struct number){2, 0});
        put(dtype, item(dtype, &x, 99990), (struct number){turn ? 3 : 1, 0});
        CHECK(pbl_iamax(dtype, x.n, x.memory, 1, &most) == PBL_OK, "iamax");
        CHECK(pbl_iamin(dtype, x.n, x.memory, 1, &least) == PBL_OK, "iamin");
        CHECK(most == (turn ? 99990 : 0) && least == (turn ? 0 : 99990), "%d %d", (int)most, (int)least);
    }
}

/* The elements of y after alpha x + beta y, all alike. */
static struct number axpby_of(int dtype, double alpha, double x, double beta, double y)
{
    enum { N = 37 };
    double ab[4], memory[4 * N];
    struct arena arena = {(char *)memory, (char *)(memory + 4 * N)};
    struct vector v = place_vector(dtype, N, 1, arena, false), w = place_vector(dtype, N, 1, arena, true);
    for (int i = 0; i < N; i++)
        put(dtype, item(dtype, &v, i), (struct number){x, 0}), put(dtype, item(dtype, &w, i), (struct number){y, 0});
    put(dtype, ab, (struct number){alpha, 0}), put(dtype, ab + 2, (struct number){beta, 0});
    CHECK(pbl_axpby(dtype, N, ab, v.memory, 1, ab + 2, w.memory, 1) == PBL_OK, "axpby");
    for (int i = 1; i < N; i++)
        CHECK(memcmp(w.memory, item(dtype, &w, i), (size_t)size_of(dtype)) == 0, "element %d", i);
    return get(dtype, w.memory);
}

static void what_is_not_read(int dtype)
{
    CHECK(axpby_of(dtype, 0, NAN, 2, 3).re == 6, "x is read");
    CHECK(axpby_of(dtype, 2, 3, 0, NAN).re == 6, "y is read");
    CHECK(axpby_of(dtype, 0, NAN, 0, NAN).re == 0, "x or y is read");
    CHECK(isnan(axpby_of(dtype, 1, NAN, 1, 2).re) && isnan(axpby_of(dtype, 1, 2, 1, NAN).re), "a NaN is lost");
    double zero[2] = {0, 0}, x[2] = {0, 0}, y[2] = {0, 0};
    put(dtype, x, (struct number){NAN, 0}), put(dtype, y, (struct number){7, 0});
    CHECK(pbl_axpy(dtype, 1, zero, x, 1, y, 1) == PBL_OK && get(dtype, y).re == 7, "axpy: x is read");
    CHECK(pbl_scal(dtype, 1, zero, x, 1) == PBL_OK && isnan(get(dtype, x).re), "scal: 0 NaN is NaN");
    CHECK(pbl_axpby(dtype, 1, zero, y, 1, zero, x, 1) == PBL_OK && get(dtype, x).re == 0, "axpby: y is read");
}

/* Squares so small that they are -0 in some lanes: which lanes the tail reaches must not show. */
static void zeros_without_sign(int dtype)
{
    for (int n = 1; n < 300; n++) {
        struct vector x = place_vector(dtype, n, 1, for_x, true), y = place_vector(dtype, n, 1, for_y, true);
        const double tiny = is_single(dtype) ? 1e-30 : 1e-200;
        for (int i = 0; i < n; i++)
            put(dtype, item(dtype, &x, i), (struct number){tiny, 0}),
                put(dtype, item(dtype, &y, i), (struct number){-tiny, 0});
        double sum[2] = {-1, -1};
        CHECK(pbl_dot(dtype, 'n', n, x.memory, 1, y.memory, 1, sum) == PBL_OK, "dot");
        CHECK(get(dtype, sum).re == 0 && !signbit(get(dtype, sum).re), "%c on %s, n = %d: -0", "sdcz"[dtype],
              pbl_get_isa(), n);
    }
}

static bool near(double got, double want, double unit) { return fabs(got - want) <= 8 * unit * fabs(want); }

static void rotations(int dtype)
{
    const double unit = is_single(dtype) ? 0x1p-23 : 0x1p-52, big = is_single(dtype) ? 0x1p127 : 0x1p1022;
    const double scales[] = {1, big / 8, 8 / big, is_single(dtype) ? 0x1p-149 : 0x1p-1074};
    for (int i = 0; i < 4; i++)
        for (int sign = 0; sign < 4; sign++) {
            const double a0 = (sign & 1 ? -3 : 3) * scales[i], b0 = (sign & 2 ? -4 : 4) * scales[i];
            double a[2], b[2], c[2] = {0}, s[2] = {0};
            put(dtype, a, (struct number){a0, 0}), put(dtype, b, (struct number){b0, 0});
            CHECK(pbl_rotg(dtype, a, b, c, s) == PBL_OK, "rotg");
            const double r = is_complex(dtype) ? copysign(5, a0) * scales[i] : copysign(5, b0) * scales[i];
            const double cosine = get(is_single(dtype) ? PBL_S : PBL_D, c).re, sine = get(dtype, s).re;
            CHECK(near(get(dtype, a).re, r, unit) && near(cosine, a0 / r, unit) && near(sine, b0 / r, unit),
                  "%c: a = %g, b = %g: r = %g, c = %g, s = %g", "sdcz"[dtype], a0, b0, get(dtype, a).re, cosine, sine);
            if (!is_complex(dtype)) CHECK(near(get(dtype, b).re, r / a0, unit), "z = %g", get(dtype, b).re);
        }
}

static void bad_arguments(void)
{
    double one = 1, v[4] = {1, 2, 3, 4};
    int64_t index = 5;
    CHECK(pbl_axpy(4, 1, &one, v, 1, v + 2, 1) == PBL_BAD_ARGUMENT, "dtype");
    CHECK(pbl_axpy(PBL_D, -1, &one, v, 1, v + 2, 1) == PBL_BAD_ARGUMENT, "n");
    for (int dtype = 1 << 30; dtype; dtype = dtype > 0 ? -1 : 0) { /* for all who look at numbers before n */
        CHECK(pbl_axpby(dtype, 1, &one, v, 1, &one, v + 2, 1) == PBL_BAD_ARGUMENT, "dtype");
        CHECK(pbl_axpy(dtype, 1, &one, v, 1, v + 2, 1) == PBL_BAD_ARGUMENT, "dtype");
        CHECK(pbl_rot(dtype, 1, v, 1, v + 2, 1, v, v) == PBL_BAD_ARGUMENT, "dtype");
        CHECK(pbl_rotm(dtype, 1, v, 1, v + 2, 1, v) == PBL_BAD_ARGUMENT, "dtype");
        CHECK(pbl_rotg(dtype, v, v, v, v) == PBL_BAD_ARGUMENT && pbl_rotmg(dtype, v, v, v, v, v) == PBL_BAD_ARGUMENT,
              "dtype");
    }
    CHECK(pbl_dot(PBL_D, 't', 1, v, 1, v, 1, v + 2) == PBL_BAD_ARGUMENT && v[2] == 3, "trans");
    CHECK(pbl_dot_double(-1, NULL, 1, NULL, 1, v) == PBL_BAD_ARGUMENT, "n");
    CHECK(pbl_rotm(PBL_C, 1, v, 1, v + 2, 1, v) == PBL_BAD_ARGUMENT, "dtype");
    CHECK(pbl_rotmg(PBL_Z, v, v, v, v, v) == PBL_BAD_ARGUMENT, "dtype");
    CHECK(pbl_rotg(-1, v, v, v, v) == PBL_BAD_ARGUMENT, "dtype");
    CHECK(pbl_iamax(PBL_D, -1, v, 1, &index) == PBL_BAD_ARGUMENT && index == 5, "n");
}

/* Increments of zero: one element is written n times, in order, however long the other vector is. */
static void written_again_and_again(int dtype)
{
    enum { N = 300000 };
    const struct number one = {1, 0};
    double memory[2], factor[2], *y = memory;
    struct vector x = place_vector(dtype, N, 1, for_x, true);
    put(dtype, factor, one);
    for (int threads = 1; threads <= 3; threads++) {
        pbl_set_num_threads(threads);
        for (int i = 0; i < N; i++) put(dtype, item(dtype, &x, i), one);
        put(dtype, y, one);
        CHECK(pbl_axpy(dtype, N, factor, x.memory, 1, y, 0) == PBL_OK, "axpy");
        CHECK(get(dtype, y).re == N + 1, "%c, %d threads: %g", "sdcz"[dtype], threads, get(dtype, y).re);

        for (int i = 0; i < N; i++) put(dtype, item(dtype, &x, i), (struct number){i, 0});
        CHECK(pbl_copy(dtype, N, x.memory, 1, y, 0) == PBL_OK && get(dtype, y).re == N - 1, "copy");
        put(dtype, y, (struct number){-1, 0}); /* it goes in at one end, and all others move up */
        for (int turn = 1; turn <= 2; turn++) {
            CHECK((turn == 1 ? pbl_swap(dtype, N, x.memory, 1, y, 0) : pbl_swap(dtype, N, y, 0, x.memory, 1)) == PBL_OK,
                  "swap");
            CHECK(get(dtype, y).re == N - turn, "%c, %d threads: %g", "sdcz"[dtype], threads, get(dtype, y).re);
            for (int i = turn; i < N; i++) CHECK(get(dtype, item(dtype, &x, i)).re == i - turn, "element %d", i);
        }
    }
    pbl_set_num_threads(0);
}

/* A copy that goes past the caches, by one thread and by several: wherever x and y stand, all of it and nothing else.
 */
static void far_copies(int dtype)
{
    const int64_t size = size_of(dtype), n = (17 << 20) / size;
    for (int64_t i = 0; i < 20 << 20; i++) for_x.begin[i] = (char)(i * 7 + i / 251);
    for (int64_t shift = 0; shift < 5; shift++) {
        char *x = for_x.begin + 64 - shift % 3 * size, *y = for_y.end - n * size - shift * size;
        memset(for_y.begin, 0x55, 20 << 20);
        pbl_set_num_threads(shift % 2 ? 3 : 1);
        CHECK(pbl_copy(dtype, n, x, 1, y, 1) == PBL_OK, "copy");
        CHECK(memcmp(x, y, (size_t)(n * size)) == 0, "shift %d: not copied", (int)shift);
        CHECK(y[-1] == 0x55 && (shift == 0 || y[n * size] == 0x55), "shift %d: too much", (int)shift);
    }
    pbl_set_num_threads(0);
}

int main(void)
{
    for_x = new_arena(1 << 20), for_y = new_arena(1 << 20);
    for (int isa = 0; use_isa(isa); isa++)
        for (int dtype = 0; dtype < N_DTYPES; dtype++)
            for (int i = 0; i < N_ROUTINES; i++) right_answers(&routines[i], dtype);
    for (int dtype = 0; dtype < N_DTYPES; dtype++) rotations(dtype);
    bad_arguments();

    for_x = new_arena(20 << 20), for_y = new_arena(20 << 20);
    for (int isa = 0; use_isa(isa); isa++)
        for (int dtype = 0; dtype < N_DTYPES; dtype++) {
            norms(dtype), places(dtype), places_among_nan(dtype);
            what_is_not_read(dtype), zeros_without_sign(dtype), far_copies(dtype);
            written_again_and_again(dtype);
        }
    for (int dtype = 0; dtype < N_DTYPES; dtype++)
        for (int i = 0; i < N_ROUTINES; i++)
            for (int length = 0; length < N_LENGTHS; length++) same_bits(&routines[i], dtype, lengths[length]);
    return 0;
}
