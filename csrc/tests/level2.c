/* SPDX-License-Identifier: MIT */
/* Level 2: every routine against its formula, on integers, with every letter, storage and increment; matrix and vectors
 * lie against pages that must not be touched, and what must not be read in between is NaN. Then the same bits for every
 * instruction set, number of threads, increment and layout, and for a triangle that is packed those of one that is not.
 */
#include <math.h>

#include "stored.h"
#include "vector.h"

enum kind { GENERAL, SYMMETRIC, HERMITIAN, TRIANGULAR, SOLVE, UPDATE, RANK1, HERMITIAN_RANK1, RANK2, HERMITIAN_RANK2 };

struct call {
    int dtype;
    char uplo, trans, diag;
    struct number alpha, beta;
    struct stored a;
    struct vector x, y;
};

struct routine {
    const char *name;
    enum kind kind;
    enum storage storage;
    int (*run)(const struct call *c, const void *alpha, const void *beta);
};

#define DIM(c) (c)->a.m, (c)->a.n
#define WIDTH(c) ((c)->a.kl + (c)->a.ku)
#define A(c) entry((c)->dtype, &(c)->a, 0, 0), (c)->a.rs, (c)->a.cs
#define AP(c) entry((c)->dtype, &(c)->a, 0, 0)
#define X(c) item((c)->dtype, &(c)->x, 0), (c)->x.inc
#define Y(c) item((c)->dtype, &(c)->y, 0), (c)->y.inc
#define RUN(name, ...)                                                               \
    static int run_##name(const struct call *c, const void *alpha, const void *beta) \
    {                                                                                \
        (void)alpha, (void)beta;                                                     \
        return pbl_##name(c->dtype, __VA_ARGS__);                                    \
    }
RUN(gemv, c->trans, DIM(c), alpha, A(c), X(c), beta, Y(c))
RUN(gbmv, c->trans, DIM(c), c->a.kl, c->a.ku, alpha, A(c), X(c), beta, Y(c))
RUN(symv, c->uplo, c->a.n, alpha, A(c), X(c), beta, Y(c))
RUN(hemv, c->uplo, c->a.n, alpha, A(c), X(c), beta, Y(c))
RUN(sbmv, c->uplo, c->a.n, WIDTH(c), alpha, A(c), X(c), beta, Y(c))
RUN(hbmv, c->uplo, c->a.n, WIDTH(c), alpha, A(c), X(c), beta, Y(c))
RUN(spmv, c->uplo, c->a.packed, c->a.n, alpha, AP(c), X(c), beta, Y(c))
RUN(hpmv, c->uplo, c->a.packed, c->a.n, alpha, AP(c), X(c), beta, Y(c))
RUN(trmv, c->uplo, c->trans, c->diag, c->a.n, A(c), X(c))
RUN(trsv, c->uplo, c->trans, c->diag, c->a.n, A(c), X(c))
RUN(tbmv, c->uplo, c->trans, c->diag, c->a.n, WIDTH(c), A(c), X(c))
RUN(tbsv, c->uplo, c->trans, c->diag, c->a.n, WIDTH(c), A(c), X(c))
RUN(tpmv, c->uplo, c->a.packed, c->trans, c->diag, c->a.n, AP(c), X(c))
RUN(tpsv, c->uplo, c->a.packed, c->trans, c->diag, c->a.n, AP(c), X(c))
RUN(ger, c->trans == 'n' ? 't' : c->trans, DIM(c), alpha, X(c), Y(c), A(c))
RUN(syr, c->uplo, c->a.n, alpha, X(c), A(c))
RUN(her, c->uplo, c->a.n, alpha, X(c), A(c))
RUN(spr, c->uplo, c->a.packed, c->a.n, alpha, X(c), AP(c))
RUN(hpr, c->uplo, c->a.packed, c->a.n, alpha, X(c), AP(c))
RUN(syr2, c->uplo, c->a.n, alpha, X(c), Y(c), A(c))
RUN(her2, c->uplo, c->a.n, alpha, X(c), Y(c), A(c))
RUN(spr2, c->uplo, c->a.packed, c->a.n, alpha, X(c), Y(c), AP(c))
RUN(hpr2, c->uplo, c->a.packed, c->a.n, alpha, X(c), Y(c), AP(c))

#define ROW(name, kind, storage) {#name, kind, storage, run_##name}
static const struct routine routines[] = {
    ROW(gemv, GENERAL, DENSE),
    ROW(gbmv, GENERAL, BAND),
    ROW(symv, SYMMETRIC, DENSE),
    ROW(sbmv, SYMMETRIC, BAND),
    ROW(spmv, SYMMETRIC, PACKED),
    ROW(hemv, HERMITIAN, DENSE),
    ROW(hbmv, HERMITIAN, BAND),
    ROW(hpmv, HERMITIAN, PACKED),
    ROW(trmv, TRIANGULAR, DENSE),
    ROW(tbmv, TRIANGULAR, BAND),
    ROW(tpmv, TRIANGULAR, PACKED),
    ROW(trsv, SOLVE, DENSE),
    ROW(tbsv, SOLVE, BAND),
    ROW(tpsv, SOLVE, PACKED),
    ROW(ger, UPDATE, DENSE),
    ROW(syr, RANK1, DENSE),
    ROW(spr, RANK1, PACKED),
    ROW(her, HERMITIAN_RANK1, DENSE),
    ROW(hpr, HERMITIAN_RANK1, PACKED),
    ROW(syr2, RANK2, DENSE),
    ROW(spr2, RANK2, PACKED),
    ROW(her2, HERMITIAN_RANK2, DENSE),
    ROW(hpr2, HERMITIAN_RANK2, PACKED),
};
enum { N_ROUTINES = sizeof routines / sizeof *routines };

static bool is_triangle(const struct routine *r) { return r->kind != GENERAL && r->kind != UPDATE; }
static bool has_sum(const struct routine *r) { return r->kind <= HERMITIAN; }
static bool in_place(const struct routine *r) { return r->kind == TRIANGULAR || r->kind == SOLVE; }
static bool is_update(const struct routine *r) { return r->kind >= UPDATE; }
static bool is_mirrored(const struct routine *r) { return r->kind == SYMMETRIC || r->kind == HERMITIAN; }
static bool is_hermitian(const struct routine *r, int dtype)
{ return is_complex(dtype) && (r->kind == HERMITIAN || r->kind == HERMITIAN_RANK1 || r->kind == HERMITIAN_RANK2); }

static bool is_zero(struct number x) { return x.re == 0 && x.im == 0; }
static struct number plus(struct number a, struct number b) { return (struct number){a.re + b.re, a.im + b.im}; }
static struct number conj_of(struct number a) { return (struct number){a.re, -a.im}; }
static struct number times(struct number a, struct number b)
{ return (struct number){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }

static const char *describe(const struct routine *r, const struct call *c)
{
    static char text[400];
    snprintf(text, sizeof text,
             "%c%s on %s, %d threads: uplo %c, trans %c, diag %c, packed %c, m n kl ku = %d %d %d %d, "
             "alpha = %g%+gi, beta = %g%+gi, strides %d %d, increments %d %d",
             "sdcz"[c->dtype], r->name, pbl_get_isa(), pbl_get_num_threads(), c->uplo, c->trans, c->diag, c->a.packed,
             (int)c->a.m, (int)c->a.n, (int)c->a.kl, (int)c->a.ku, c->alpha.re, c->alpha.im, c->beta.re, c->beta.im,
             (int)c->a.rs, (int)c->a.cs, (int)c->x.inc, (int)c->y.inc);
    return text;
}

static int call(const struct routine *r, const struct call *c)
{
    double alpha[2], beta[2];
    put(c->dtype, alpha, c->alpha), put(c->dtype, beta, c->beta);
    return r->run(c, alpha, beta);
}

/* The values; the same matrix whichever triangle of it is stored. A diagonal that divides has divisors of a power of
 * two; on integers, all quotients are exact then. */
static struct number value_at(const struct routine *r, int dtype, value_fn *value, int64_t i, int64_t j)
{
    static const struct number divisors[] = {{1, 0}, {-2, 0}, {2, 0}, {0, 1}, {0, -2}, {1, 1}, {-1, 1}};
    struct number v = value(1, is_mirrored(r) && i < j ? j : i, is_mirrored(r) && i < j ? i : j);
    if (is_hermitian(r, dtype) && i < j) v.im = -v.im;
    if (!is_complex(dtype)) v.im = 0;
    if (r->kind != SOLVE) return v;
    if (i == j) return divisors[mix((uint64_t)i) % (is_complex(dtype) ? 7 : 3)];
    return value == integer_at ? v : (struct number){v.re / 64, v.im / 64}; /* no overflow, however large the matrix */
}

/* What of the diagonal must not be read stays NaN. */
static void put_entry(const struct routine *r, const struct call *c, int64_t i, int64_t j, struct number v)
{
    char *to = entry(c->dtype, &c->a, i, j);
    if (i == j && in_place(r) && c->diag == 'u') return;
    if (i == j && is_hermitian(r, c->dtype)) put(is_single(c->dtype) ? PBL_S : PBL_D, to, v);
    else put(c->dtype, to, v);
}

/* Neither A nor x is read if alpha = 0, nor y if beta = 0. */
static void fill_call(const struct routine *r, struct call *c, value_fn *value)
{
    const bool reads = !is_zero(c->alpha) || in_place(r) || is_update(r);
    for (int64_t i = 0; i < c->a.m; i++)
        for (int64_t j = 0; j < c->a.n; j++)
            if (reads && is_stored(&c->a, i, j)) put_entry(r, c, i, j, value_at(r, c->dtype, value, i, j));
    if (!is_zero(c->alpha) || in_place(r)) fill_vector(c->dtype, &c->x, value, 2);
    if (is_update(r) ? !is_zero(c->alpha) : has_sum(r) && !is_zero(c->beta)) fill_vector(c->dtype, &c->y, value, 3);
}

/* Element (i, j) of op(A), as the routine understands what is stored. */
static struct number model_entry(const struct routine *r, const struct call *c, int64_t i, int64_t j)
{
    const bool flip = c->trans != 'n' && (r->kind == GENERAL || in_place(r));
    const bool mirror = is_mirrored(r) && !is_stored(&c->a, i, j);
    const int64_t row = flip != mirror ? j : i, column = flip != mirror ? i : j;
    if (row == column && in_place(r) && c->diag == 'u') return (struct number){1, 0};
    if (!is_stored(&c->a, row, column)) return (struct number){0, 0};
    struct number v = get(c->dtype, entry(c->dtype, &c->a, row, column));
    if (row == column && is_hermitian(r, c->dtype)) v.im = 0;
    if ((flip && c->trans == 'c') || (mirror && is_hermitian(r, c->dtype))) v.im = -v.im;
    return v;
}

static struct number number_in(int dtype, const struct vector *v, int64_t i) { return get(dtype, item(dtype, v, i)); }

/* Row i of op(A) times x. */
static struct number model_sum(const struct routine *r, const struct call *c, int64_t i)
{
    struct number sum = {0, 0};
    for (int64_t j = 0; j < c->x.n; j++)
        if (!is_zero(model_entry(r, c, i, j)))
            sum = plus(sum, times(model_entry(r, c, i, j), number_in(c->dtype, &c->x, j)));
    return sum;
}

/* What an update adds to element (i, j). */
static struct number model_update(const struct routine *r, const struct call *c, int64_t i, int64_t j)
{
    const bool conj = is_hermitian(r, c->dtype) || (r->kind == UPDATE && c->trans == 'c');
    const struct vector *right = r->kind == RANK1 || r->kind == HERMITIAN_RANK1 ? &c->x : &c->y;
    struct number v = number_in(c->dtype, right, j);
    struct number sum = times(c->alpha, times(number_in(c->dtype, &c->x, i), conj ? conj_of(v) : v));
    if (r->kind != RANK2 && r->kind != HERMITIAN_RANK2) return sum;
    v = number_in(c->dtype, &c->x, j);
    return plus(
        sum, times(conj ? conj_of(c->alpha) : c->alpha, times(number_in(c->dtype, &c->y, i), conj ? conj_of(v) : v)));
}

static void check_number(const struct routine *r, const struct call *c, const char *what, int64_t i, int64_t j,
                         const void *p, struct number want)
{
    const struct number got = get(c->dtype, p);
    if (!is_complex(c->dtype)) want.im = 0;
    CHECK(got.re == want.re && got.im == want.im, "%s: %s (%d, %d) is %g%+gi, not %g%+gi", describe(r, c), what, (int)i,
          (int)j, got.re, got.im, want.re, want.im);
}

enum { ROOM = 2 << 20 };
static struct arena for_a, for_x, for_y;
static char a_before[ROOM], x_before[ROOM], y_before[ROOM];
static struct number wanted[131 * 131];

/* The elements that may have changed do not count. */
static void check_rest(const struct routine *r, const struct call *c)
{
    const int64_t size = size_of(c->dtype), bytes = c->a.extent * size;
    const struct vector *v = in_place(r) ? &c->x : &c->y;
    char *before = in_place(r) ? x_before : y_before;
    for (int64_t i = 0; i < v->n && !is_update(r); i++)
        memcpy(before + (item(c->dtype, v, i) - v->memory), item(c->dtype, v, i), (size_t)size);
    for (int64_t i = 0; i < c->a.m && is_update(r); i++)
        for (int64_t j = 0; j < c->a.n; j++)
            if (is_stored(&c->a, i, j))
                memcpy(a_before + (entry(c->dtype, &c->a, i, j) - c->a.memory), entry(c->dtype, &c->a, i, j),
                       (size_t)size);
    CHECK(memcmp(a_before, c->a.memory, (size_t)bytes) == 0, "%s: around A", describe(r, c));
    CHECK(memcmp(x_before, c->x.memory, (size_t)(c->x.extent * size)) == 0, "%s: around x", describe(r, c));
    CHECK(memcmp(y_before, c->y.memory, (size_t)(c->y.extent * size)) == 0, "%s: around y", describe(r, c));
}

static void keep(const struct call *c)
{
    const int64_t size = size_of(c->dtype);
    memcpy(a_before, c->a.memory, (size_t)(c->a.extent * size));
    memcpy(x_before, c->x.memory, (size_t)(c->x.extent * size));
    memcpy(y_before, c->y.memory, (size_t)(c->y.extent * size));
}

static void check_sum(const struct routine *r, const struct call *c)
{
    const bool nothing = c->a.m == 0 || c->a.n == 0;
    for (int64_t i = 0; i < c->y.n; i++) {
        const struct number sum = is_zero(c->alpha) ? c->alpha : times(c->alpha, model_sum(r, c, i));
        const struct number old = number_in(c->dtype, &c->y, i);
        wanted[i] = nothing ? old : is_zero(c->beta) ? sum : plus(sum, times(c->beta, old));
    }
    CHECK(call(r, c) == PBL_OK, "%s", describe(r, c));
    for (int64_t i = 0; i < c->y.n && !(nothing && is_zero(c->beta)); i++)
        check_number(r, c, "y", i, 0, item(c->dtype, &c->y, i), wanted[i]);
}

/* What is solved is a product that is known. */
static void check_in_place(const struct routine *r, const struct call *c)
{
    for (int64_t i = 0; i < c->x.n; i++) wanted[i] = model_sum(r, c, i);
    for (int64_t i = 0; i < c->x.n && r->kind == SOLVE; i++) {
        const struct number x = number_in(c->dtype, &c->x, i);
        put(c->dtype, item(c->dtype, &c->x, i), wanted[i]);
        wanted[i] = x;
    }
    CHECK(call(r, c) == PBL_OK, "%s", describe(r, c));
    for (int64_t i = 0; i < c->x.n; i++) check_number(r, c, "x", i, 0, item(c->dtype, &c->x, i), wanted[i]);
}

static void check_update(const struct routine *r, const struct call *c)
{
    if (is_zero(c->alpha)) { /* nothing is written, not even the imaginary part of a diagonal */
        CHECK(call(r, c) == PBL_OK, "%s", describe(r, c));
        CHECK(memcmp(a_before, c->a.memory, (size_t)(c->a.extent * size_of(c->dtype))) == 0, "%s", describe(r, c));
        return;
    }
    for (int64_t i = 0; i < c->a.m; i++)
        for (int64_t j = 0; j < c->a.n; j++) {
            if (!is_stored(&c->a, i, j)) continue;
            struct number *to = &wanted[i * c->a.n + j];
            *to = plus(get(c->dtype, entry(c->dtype, &c->a, i, j)), model_update(r, c, i, j));
            if (i == j && is_hermitian(r, c->dtype)) to->im = 0;
        }
    CHECK(call(r, c) == PBL_OK, "%s", describe(r, c));
    for (int64_t i = 0; i < c->a.m; i++)
        for (int64_t j = 0; j < c->a.n; j++)
            if (is_stored(&c->a, i, j))
                check_number(r, c, "A", i, j, entry(c->dtype, &c->a, i, j), wanted[i * c->a.n + j]);
}

static struct number some_factor(const struct routine *r, int dtype, uint64_t *state)
{
    static const struct number factors[] = {{0, 0}, {1, 0}, {-2, 0}, {0, 3}, {2, -1}};
    return factors[below(state, is_complex(dtype) && r->kind != HERMITIAN_RANK1 ? 5 : 3)];
}

static int64_t some_increment(uint64_t *state) { return (const int[]){1, 1, -1, 3, -2}[below(state, 5)]; }

/* Everything but the values: letters, factors, and operands of m x n (or n x n) with these strides. */
static struct call new_call(const struct routine *r, int dtype, int64_t m, int64_t n, enum order order, uint64_t *state)
{
    struct call c = {.dtype = dtype, .uplo = "ul"[below(state, 2)], .trans = "ntc"[below(state, 3)]};
    c.diag = "nu"[below(state, 2)];
    c.alpha = some_factor(r, dtype, state), c.beta = some_factor(r, dtype, state);
    if (is_triangle(r)) m = n;
    int64_t kl = m, ku = n;
    const int width = below(state, 3) > 0 ? 9 : 300; /* perhaps all of the matrix, and more */
    if (r->storage == BAND) kl = below(state, width), ku = below(state, width);
    if (is_triangle(r) && c.uplo == 'l') ku = 0;
    if (is_triangle(r) && c.uplo == 'u') kl = 0;
    c.a = store(r->storage, m, n, kl, ku, order, below(state, 3));
    const bool flip = r->kind == GENERAL ? c.trans != 'n' : r->kind == UPDATE;
    c.x = (struct vector){.n = flip ? m : n, .inc = some_increment(state)};
    c.y = (struct vector){.n = flip ? n : m, .inc = some_increment(state)};
    return c;
}

static void place_call(struct call *c, int at_end)
{
    place_stored(c->dtype, &c->a, for_a, at_end & 1);
    c->x = place_vector(c->dtype, c->x.n, c->x.inc, for_x, at_end & 2);
    c->y = place_vector(c->dtype, c->y.n, c->y.inc, for_y, at_end & 4);
}

static void against_the_formula(const struct routine *r, int dtype, int64_t m, int64_t n, uint64_t *state)
{
    struct call c = new_call(r, dtype, m, n, (enum order)below(state, N_OUTPUT_ORDERS), state);
    place_call(&c, below(state, 8));
    fill_call(r, &c, integer_at);
    keep(&c);
    if (has_sum(r)) check_sum(r, &c);
    else if (in_place(r)) check_in_place(r, &c);
    else check_update(r, &c);
    check_rest(r, &c);
}

/* A NaN in x does not reach the rows of a product that have nothing in its column: 0 times NaN is not 0. */
static void nan_beside(const struct routine *r, int dtype, int64_t n, uint64_t *state)
{
    struct call c = new_call(r, dtype, n, n, (enum order)below(state, N_OUTPUT_ORDERS), state);
    const int64_t at = below(state, (int)n);
    const struct vector *v = in_place(r) ? &c.x : &c.y;
    c.alpha = (struct number){1, 0}, c.beta = (struct number){0, 0};
    place_call(&c, below(state, 8));
    fill_call(r, &c, integer_at);
    put(dtype, item(dtype, &c.x, at), (struct number){NAN, 0});
    for (int64_t i = 0; i < n; i++) wanted[i] = model_sum(r, &c, i);
    CHECK(call(r, &c) == PBL_OK, "%s", describe(r, &c));
    for (int64_t i = 0; i < n; i++)
        if (!is_stored(&c.a, c.trans == 'n' ? i : at, c.trans == 'n' ? at : i))
            check_number(r, &c, "beside a NaN:", i, 0, item(dtype, v, i), wanted[i]);
}

/* The pieces that a matrix is cut into are 16, 64, 128 and 256 rows or columns, or more (tiny blocks: 4, 16, 20). */
static void right_answers(const struct routine *r, int dtype)
{
    static const int large[] = {63, 64, 65, 97, 128, 129, 131};
    uint64_t state = (uint64_t)dtype;
    for (int turn = 0; turn < 150; turn++) against_the_formula(r, dtype, below(&state, 41), below(&state, 41), &state);
    for (int turn = 0; turn < (r->kind == GENERAL ? 30 : 6); turn++)
        against_the_formula(r, dtype, large[below(&state, 7)], large[below(&state, 7)], &state);
    for (int turn = 0; turn < 40 && (r->kind == GENERAL || r->kind == TRIANGULAR); turn++)
        nan_beside(r, dtype, turn < 38 ? 1 + below(&state, 40) : large[below(&state, 7)], &state);
}

/* One sum of gemv in several pieces of x. */
static void long_rows(int dtype)
{
    uint64_t state = 5;
    for (int turn = 0; turn < 8; turn++)
        against_the_formula(&routines[0], dtype, turn < 4 ? 5 : 4100, turn < 4 ? 4100 : 5, &state);
}

/* The call that `base` is, with other increments, in another order; of a symmetric matrix perhaps the other triangle.
 */
static void check_bits(const struct routine *r, const struct call *base, const char *bits, uint64_t *state)
{
    struct call c = *base;
    const int64_t size = size_of(c.dtype);
    if (is_mirrored(r) && below(state, 2)) {
        const int64_t kl = c.a.kl;
        c.a.kl = c.a.ku, c.a.ku = kl, c.uplo = c.uplo == 'l' ? 'u' : 'l';
    }
    const enum order order = (enum order)below(state, N_OUTPUT_ORDERS);
    c.a = store(r->storage, c.a.m, c.a.n, c.a.kl, c.a.ku, order, below(state, 3));
    c.x.inc = some_increment(state), c.y.inc = some_increment(state);
    place_call(&c, below(state, 8));
    fill_call(r, &c, real_at);
    CHECK(call(r, &c) == PBL_OK, "%s", describe(r, &c));
    const struct vector *v = in_place(r) ? &c.x : &c.y;
    for (int64_t i = 0; i < v->n && !is_update(r); i++, bits += size)
        CHECK(memcmp(item(c.dtype, v, i), bits, (size_t)size) == 0, "%s: element %d", describe(r, &c), (int)i);
    for (int64_t i = 0; i < c.a.m && is_update(r); i++)
        for (int64_t j = 0; j < c.a.n; j++, bits += size)
            CHECK(!is_stored(&c.a, i, j) || memcmp(entry(c.dtype, &c.a, i, j), bits, (size_t)size) == 0,
                  "%s: element (%d, %d)", describe(r, &c), (int)i, (int)j);
}

/* On one thread, by rows. The caller frees it. */
static char *bits_of(const struct routine *r, struct call *c)
{
    const int64_t size = size_of(c->dtype);
    char *bits = malloc((size_t)(c->a.m * c->a.n * size + 1)), *to = bits;
    CHECK(bits, "memory for %s", r->name);
    pbl_set_num_threads(1);
    place_call(c, 0);
    fill_call(r, c, real_at);
    use_base_isa();
    CHECK(call(r, c) == PBL_OK, "%s", describe(r, c));
    const struct vector *v = in_place(r) ? &c->x : &c->y;
    for (int64_t i = 0; i < v->n && !is_update(r); i++, to += size) memcpy(to, item(c->dtype, v, i), (size_t)size);
    for (int64_t i = 0; i < c->a.m && is_update(r); i++)
        for (int64_t j = 0; j < c->a.n; j++, to += size)
            if (is_stored(&c->a, i, j)) memcpy(to, entry(c->dtype, &c->a, i, j), (size_t)size);
    return bits;
}

/* What r is for a dense matrix, if r's is packed. */
static const struct routine *unpacked(const struct routine *r)
{
    const struct routine *dense = r;
    while (r->storage == PACKED && (dense->kind != r->kind || dense->storage != DENSE)) dense--;
    return dense;
}

static void same_bits(const struct routine *r, int dtype, int64_t m, int64_t n)
{
    const struct routine *dense = unpacked(r);
    uint64_t state = (uint64_t)(m + n);
    struct call base = new_call(r, dtype, m, n, ROWS, &state);
    if (is_zero(base.alpha)) base.alpha.re = 0.3;
    /* with a padding of 0, a band by rows may be one by columns */
    base.a = store(dense->storage, base.a.m, base.a.n, base.a.kl, base.a.ku, ROWS, 1);
    char *bits = bits_of(dense, &base);
    for (int isa = 0; use_isa(isa); isa++)
        for (int threads = 1; threads < 5; threads++) {
            pbl_set_num_threads(threads);
            check_bits(r, &base, bits, &state);
        }
    pbl_set_num_threads(0);
    free(bits);
}

static void bad_arguments(void)
{
    double a[4] = {7, 7, 7, 7}, x[2] = {7, 7}, y[2] = {7, 7}, one[2] = {1, 0};
    CHECK(pbl_gemv(4, 'n', 2, 2, one, a, 2, 1, x, 1, one, y, 1) == PBL_BAD_ARGUMENT, "dtype");
    CHECK(pbl_gemv(PBL_D, 'x', 2, 2, one, a, 2, 1, x, 1, one, y, 1) == PBL_BAD_ARGUMENT, "trans");
    CHECK(pbl_gemv(PBL_D, 'n', -1, 2, one, a, 2, 1, x, 1, one, y, 1) == PBL_BAD_ARGUMENT, "m");
    CHECK(pbl_gbmv(PBL_D, 'n', 2, 2, 1, -1, one, a, 2, 1, x, 1, one, y, 1) == PBL_BAD_ARGUMENT, "ku");
    CHECK(pbl_symv(PBL_D, 'x', 2, one, a, 2, 1, x, 1, one, y, 1) == PBL_BAD_ARGUMENT, "uplo");
    CHECK(pbl_sbmv(PBL_D, 'u', 2, -1, one, a, 2, 1, x, 1, one, y, 1) == PBL_BAD_ARGUMENT, "k");
    CHECK(pbl_spmv(PBL_D, 'u', 'x', 2, one, a, x, 1, one, y, 1) == PBL_BAD_ARGUMENT, "packed");
    CHECK(pbl_trmv(PBL_D, 'u', 'n', 'x', 2, a, 2, 1, x, 1) == PBL_BAD_ARGUMENT, "diag");
    CHECK(pbl_ger(PBL_D, 'n', 2, 2, one, x, 1, y, 1, a, 2, 1) == PBL_BAD_ARGUMENT, "trans_y");
    CHECK(pbl_syr2(PBL_D, 'l', -2, one, x, 1, y, 1, a, 2, 1) == PBL_BAD_ARGUMENT, "n");
    for (int i = 0; i < 4; i++) CHECK(a[i] == 7 && x[i / 2] == 7 && y[i / 2] == 7, "written");
}

/* Every routine needs workspace for vectors that are not contiguous. */
static void no_memory(const struct routine *r, int dtype)
{
    uint64_t state = 3;
    struct call c = new_call(r, dtype, 20, 20, ROWS, &state);
    c.alpha = (struct number){1, 0}, c.x.inc = c.y.inc = 2;
    place_call(&c, 0);
    fill_call(r, &c, integer_at);
    keep(&c);
    pbl_release_workspace(), pbl_test_fail_allocation(1);
    CHECK(call(r, &c) == PBL_NO_MEMORY, "%s", describe(r, &c));
    pbl_test_fail_allocation(0);
    const int64_t size = size_of(dtype);
    CHECK(memcmp(a_before, c.a.memory, (size_t)(c.a.extent * size)) == 0, "%s", describe(r, &c));
    CHECK(memcmp(x_before, c.x.memory, (size_t)(c.x.extent * size)) == 0, "%s", describe(r, &c));
    CHECK(memcmp(y_before, c.y.memory, (size_t)(c.y.extent * size)) == 0, "%s", describe(r, &c));
}

int main(void)
{
    for_a = new_arena(ROOM), for_x = new_arena(ROOM), for_y = new_arena(ROOM);
    bad_arguments();
    for (int isa = 0; use_isa(isa); isa++)
        for (int dtype = 0; dtype < N_DTYPES; dtype++)
            for (int i = 0; i < N_ROUTINES; i++) right_answers(&routines[i], dtype), no_memory(&routines[i], dtype);

    for_a = new_arena(64 << 20);
    for (int isa = 0; use_isa(isa); isa++)
        for (int dtype = 0; dtype < N_DTYPES; dtype++) long_rows(dtype);
    for (int dtype = 0; dtype < N_DTYPES; dtype++)
        for (int i = 0; i < N_ROUTINES; i++) {
            same_bits(&routines[i], dtype, 37, 21), same_bits(&routines[i], dtype, 300, 290);
            if (routines[i].storage == BAND) same_bits(&routines[i], dtype, 435, 440);
            if (routines[i].kind == GENERAL || routines[i].kind == UPDATE) same_bits(&routines[i], dtype, 31, 4500);
            if (routines[i].kind == GENERAL) same_bits(&routines[i], dtype, 420, 333); /* not small, in any dtype */
            for (int n = 2; n <= 16 && routines[i].kind == GENERAL; n++) /* a product for each lane, at most */
                same_bits(&routines[i], dtype, 45, n), same_bits(&routines[i], dtype, n, 45);
            for (int n = 1; n <= 17 && routines[i].kind != GENERAL; n++) /* in registers, if all of it is contiguous */
                same_bits(&routines[i], dtype, n, n);
            if (routines[i].kind == HERMITIAN && routines[i].storage != BAND) same_bits(&routines[i], dtype, 450, 450);
        }
    return 0;
}
