/* SPDX-License-Identifier: MIT */
/* pbl_gemm_ex: narrow elements and the epilogue. Every operand lies against a page that must not be touched, now with
 * its first element, now with its last; A, B, scale and bias cannot be written. */
#define ALSO_AMX true

#include <math.h>
#include <sys/mman.h>

#include "gemm.h"

#define COUNT(list) (int)(sizeof(list) / sizeof *(list))
#define PICK(list, state) (list)[below(state, COUNT(list))]

/* The dtypes of A and B, and of a C that they give. */
struct dtypes {
    int a, b, c;
    bool epilogue;
};
static const struct dtypes allowed[] = {
    {PBL_S, PBL_S, PBL_S, true},      {PBL_D, PBL_D, PBL_D, true},      {PBL_C, PBL_C, PBL_C, false},
    {PBL_Z, PBL_Z, PBL_Z, false},     {PBL_H, PBL_H, PBL_H, true},      {PBL_H, PBL_H, PBL_S, true},
    {PBL_B, PBL_B, PBL_B, true},      {PBL_B, PBL_B, PBL_S, true},      {PBL_I8, PBL_I8, PBL_I32, false},
    {PBL_I8, PBL_I8, PBL_S, true},    {PBL_I8, PBL_I8, PBL_H, true},    {PBL_I8, PBL_I8, PBL_B, true},
    {PBL_U8, PBL_I8, PBL_I32, false}, {PBL_U8, PBL_I8, PBL_S, true},    {PBL_U8, PBL_I8, PBL_H, true},
    {PBL_U8, PBL_I8, PBL_B, true},    {PBL_I8, PBL_U8, PBL_I32, false}, {PBL_I8, PBL_U8, PBL_S, true},
    {PBL_I8, PBL_U8, PBL_H, true},    {PBL_I8, PBL_U8, PBL_B, true}};
enum { N_ALLOWED = sizeof allowed / sizeof *allowed };

static bool is_integer(struct dtypes d) { return d.a >= PBL_I8; }
static int dtype_of_sums(struct dtypes d)
{ return is_integer(d) ? PBL_I32 : d.a == PBL_H || d.a == PBL_B ? PBL_S : d.a; }
static int dtype_of_epilogue(struct dtypes d) { return is_integer(d) ? PBL_S : dtype_of_sums(d); }

static int64_t width_of(int dtype)
{
    static const int64_t narrow[] = {2, 2, 1, 1, 4};
    return dtype < PBL_H ? size_of(dtype) : narrow[dtype - PBL_H];
}

/* Float16 or bfloat16, to nearest, ties to even; as the library rounds: of a float. */
static uint16_t encode(int dtype, double value)
{
    const int fraction = dtype == PBL_H ? 10 : 7, bias = dtype == PBL_H ? 15 : 127;
    const double x = fmin(fabs((double)(float)value), 0x1p128);
    int exponent;
    frexp(x, &exponent);
    if (x < ldexp(1, 1 - bias)) exponent = 2 - bias; /* zero or subnormal */
    /* the one before the point, where there is one, adds one to the exponent; so does a carry */
    const uint32_t bits =
        ((uint32_t)(exponent - 2 + bias) << fraction) + (uint32_t)rint(ldexp(x, fraction + 1 - exponent));
    const uint32_t infinity = (uint32_t)(2 * bias + 1) << fraction;
    return (uint16_t)((bits < infinity ? bits : infinity) | (signbit(value) ? 0x8000u : 0));
}

static double decode(int dtype, uint16_t u)
{
    const int fraction = dtype == PBL_H ? 10 : 7, bias = dtype == PBL_H ? 15 : 127;
    const int exponent = u >> fraction & (2 * bias + 1), rest = u & ((1 << fraction) - 1);
    double x = exponent ? ldexp((1 << fraction) + rest, exponent - bias - fraction) : ldexp(rest, 1 - bias - fraction);
    if (exponent == 2 * bias + 1) x = rest ? NAN : INFINITY;
    return u & 0x8000 ? -x : x;
}

static void put_value(int dtype, void *p, struct number x)
{
    if (dtype < PBL_H) put(dtype, p, x);
    else if (dtype <= PBL_B) *(uint16_t *)p = encode(dtype, x.re);
    else if (dtype == PBL_I32) *(int32_t *)p = (int32_t)x.re;
    else *(uint8_t *)p = (uint8_t)(int64_t)x.re;
}

static struct number get_value(int dtype, const void *p)
{
    if (dtype < PBL_H) return get(dtype, p);
    if (dtype <= PBL_B) return (struct number){decode(dtype, *(const uint16_t *)p), 0};
    if (dtype == PBL_I32) return (struct number){*(const int32_t *)p, 0};
    return (struct number){dtype == PBL_I8 ? *(const int8_t *)p : *(const uint8_t *)p, 0};
}

static struct number rounded(int dtype, struct number x)
{
    double room[2];
    put_value(dtype, room, x);
    return get_value(dtype, room);
}

static char *first(int dtype, const struct operand *x)
{ return x->memory ? x->memory + x->origin * width_of(dtype) : NULL; }

static char *at(int dtype, const struct operand *x, int64_t i, int64_t j)
{
    const int64_t index = x->op == 'n' ? i * x->rs + j * x->cs : j * x->rs + i * x->cs;
    return first(dtype, x) + index * width_of(dtype);
}

static struct number read_value(int dtype, const struct operand *x, int64_t i, int64_t j)
{
    struct number v = get_value(dtype, at(dtype, x, i, j));
    if (x->op == 'c') v.im = -v.im;
    return v;
}

static void fill_operand(int dtype, struct operand *x, value_fn *value, uint64_t seed)
{
    for (int64_t i = 0; i < x->rows; i++)
        for (int64_t j = 0; j < x->columns; j++) {
            struct number v = value(seed, i, j);
            if (x->op == 'c') v.im = -v.im;
            put_value(dtype, at(dtype, x, i, j), v);
        }
}

/* Every integer that the dtype has. */
static struct number whole_range_at(uint64_t seed, int64_t i, int64_t j)
{ return (struct number){(int32_t)mix(seed << 56 ^ (uint64_t)i << 28 ^ (uint64_t)j), 0}; }

/* Those at which a sum of two products is most. */
static struct number extreme_at(uint64_t seed, int64_t i, int64_t j)
{
    static const int extremes[] = {-128, 127, 255};
    return (struct number){extremes[mix(seed << 56 ^ (uint64_t)i << 28 ^ (uint64_t)j) % 3], 0};
}

struct extents {
    int m, n, k;
};

struct product {
    struct dtypes dtypes;
    int64_t m, n, k;
    struct number alpha, beta;
    struct operand a, b, c, scale, bias; /* of the last two, no memory: none */
    bool epilogue;
    int activation;
};

static struct pbl_epilogue epilogue_of(const struct product *p)
{
    const int dtype = dtype_of_epilogue(p->dtypes);
    return (struct pbl_epilogue){.scale = first(dtype, &p->scale),
                                 .rs_scale = p->scale.rs,
                                 .cs_scale = p->scale.cs,
                                 .bias = first(dtype, &p->bias),
                                 .rs_bias = p->bias.rs,
                                 .cs_bias = p->bias.cs,
                                 .activation = p->activation};
}

static int multiply(const struct product *p)
{
    const struct dtypes d = p->dtypes;
    const struct pbl_epilogue e = epilogue_of(p);
    double alpha[2], beta[2];
    put_value(dtype_of_sums(d), alpha, p->alpha), put_value(dtype_of_sums(d), beta, p->beta);
    return pbl_gemm_ex(d.a, d.b, d.c, p->a.op, p->b.op, p->m, p->n, p->k, alpha, first(d.a, &p->a), p->a.rs, p->a.cs,
                       first(d.b, &p->b), p->b.rs, p->b.cs, beta, first(d.c, &p->c), p->c.rs, p->c.cs,
                       p->epilogue ? &e : NULL);
}

static int multiply_packed(const struct product *p, const struct pbl_packed *packed)
{
    const struct dtypes d = p->dtypes;
    const struct pbl_epilogue e = epilogue_of(p);
    double alpha[2], beta[2];
    put_value(dtype_of_sums(d), alpha, p->alpha), put_value(dtype_of_sums(d), beta, p->beta);
    return pbl_gemm_packed_ex(d.a, d.c, p->a.op, p->m, alpha, first(d.a, &p->a), p->a.rs, p->a.cs, packed, beta,
                              first(d.c, &p->c), p->c.rs, p->c.cs, p->epilogue ? &e : NULL);
}

/* The call in words, for the message of a failed check. */
static const char *words(const struct product *p)
{
    static char text[600];
    snprintf(
        text, sizeof text,
        "dtypes %d %d %d on %s, %d threads: trans %c %c, m n k = %d %d %d, alpha = %g%+gi, beta = %g%+gi, strides "
        "of A %ld %ld, of B %ld %ld, of C %ld %ld; epilogue %d, activation %d, scale %d (%ld %ld), bias %d (%ld %ld)",
        p->dtypes.a, p->dtypes.b, p->dtypes.c, pbl_get_isa(), pbl_get_num_threads(), p->a.op, p->b.op, (int)p->m,
        (int)p->n, (int)p->k, p->alpha.re, p->alpha.im, p->beta.re, p->beta.im, (long)p->a.rs, (long)p->a.cs,
        (long)p->b.rs, (long)p->b.cs, (long)p->c.rs, (long)p->c.cs, p->epilogue, p->activation, p->scale.memory != NULL,
        (long)p->scale.rs, (long)p->scale.cs, p->bias.memory != NULL, (long)p->bias.rs, (long)p->bias.cs);
    return text;
}

/* Memory between two pages that nobody may touch. */
struct arena {
    char *begin, *end;
};
static struct arena for_a, for_b, for_c, for_scale, for_bias;

static struct arena new_arena(size_t bytes)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *p = mmap(NULL, bytes + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(p != MAP_FAILED, "mmap of %zu bytes", bytes);
    CHECK(mprotect(p + page, bytes, PROT_READ | PROT_WRITE) == 0, "mprotect");
    return (struct arena){p + page, p + page + bytes};
}

static void protect(struct arena a, int how)
{ CHECK(mprotect(a.begin, (size_t)(a.end - a.begin), how) == 0, "mprotect"); }

/* NaN, or all bits of an integer, everywhere. */
static void place(int dtype, struct operand *x, struct arena arena, bool at_end)
{
    const size_t bytes = (size_t)(x->extent * width_of(dtype));
    CHECK(bytes <= (size_t)(arena.end - arena.begin), "an arena too small for %zu bytes", bytes);
    x->memory = at_end ? arena.end - bytes : arena.begin;
    memset(x->memory, 0xff, bytes);
}

/* The pages that x is in: those of a whole arena take long. */
static void protect_operand(int dtype, const struct operand *x, int how)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = (uintptr_t)x->memory / page * page;
    const uintptr_t end = (uintptr_t)(x->memory + x->extent * width_of(dtype));
    if (x->memory) CHECK(mprotect((void *)begin, end - begin, how) == 0, "mprotect");
}

/* What need not be read cannot be. */
static void protect_inputs(const struct product *p)
{
    const int how = p->k == 0 || is_zero(p->alpha) ? PROT_NONE : PROT_READ;
    protect_operand(p->dtypes.a, &p->a, how), protect_operand(p->dtypes.b, &p->b, how);
    protect_operand(dtype_of_epilogue(p->dtypes), &p->scale, PROT_READ);
    protect_operand(dtype_of_epilogue(p->dtypes), &p->bias, PROT_READ);
}

static void unprotect_inputs(void)
{
    enum { BOTH = PROT_READ | PROT_WRITE };
    protect(for_a, BOTH), protect(for_b, BOTH), protect(for_scale, BOTH), protect(for_bias, BOTH);
}

/* op(A) op(B), all in rows or however the style says; alpha = 1, beta = 0, no epilogue. */
static struct product new_product(struct dtypes d, struct extents s, struct style style, value_fn *value,
                                  uint64_t *state)
{
    struct product p = {.dtypes = d, .m = s.m, .n = s.n, .k = s.k, .alpha = {1, 0}};
    p.a = lay_out(s.m, s.k, style.trans_a, style.a, style.padding);
    p.b = lay_out(s.k, s.n, style.trans_b, style.b, style.padding);
    p.c = lay_out(s.m, s.n, 'n', style.c, style.padding);
    place(d.a, &p.a, for_a, below(state, 2)), fill_operand(d.a, &p.a, value, 1);
    place(d.b, &p.b, for_b, below(state, 2)), fill_operand(d.b, &p.b, value, 2);
    place(d.c, &p.c, for_c, below(state, 2));
    return p;
}

static struct style any_style(uint64_t *state)
{
    struct style s = random_style(state);
    if (below(state, 4) == 0) s.a = (enum order)below(state, N_ORDERS), s.b = (enum order)below(state, N_ORDERS);
    return s;
}

static void add_epilogue(struct product *p, struct style style, value_fn *value, uint64_t *state)
{
    const int dtype = dtype_of_epilogue(p->dtypes), which = below(state, 4);
    p->epilogue = true;
    p->scale = lay_out(p->m, p->n, 'n', style.a, style.padding);
    p->bias = lay_out(p->m, p->n, 'n', style.b, style.padding);
    if (which & 1) place(dtype, &p->scale, for_scale, below(state, 2)), fill_operand(dtype, &p->scale, value, 4);
    if (which & 2) place(dtype, &p->bias, for_bias, below(state, 2)), fill_operand(dtype, &p->bias, value, 5);
}

/* C may be added to if it is what the sums are. */
static void choose_factors(struct product *p, value_fn *value, uint64_t *state)
{
    const int sums = dtype_of_sums(p->dtypes);
    const bool whole_range = is_integer(p->dtypes) && below(state, 2);
    p->alpha = whole_range ? value(6, below(state, 99), 0) : random_factor(p->dtypes.a, state);
    if (p->dtypes.c != sums) return;
    p->beta = whole_range ? value(7, below(state, 99), 0) : random_factor(p->dtypes.a, state);
    if (!is_zero(p->beta)) fill_operand(p->dtypes.c, &p->c, value, 3);
}

/* op(x) by rows, or its transpose. The caller frees it. */
static struct number *read_values(int dtype, const struct operand *x, bool transpose)
{
    struct number *v = malloc(sizeof *v * (size_t)(x->rows * x->columns + 1));
    CHECK(v, "memory for %d x %d numbers", (int)x->rows, (int)x->columns);
    for (int64_t i = 0; i < x->rows; i++)
        for (int64_t j = 0; j < x->columns; j++)
            v[transpose ? j * x->rows + i : i * x->columns + j] = read_value(dtype, x, i, j);
    return v;
}

/* alpha a b + beta c; of integers, modulo 2^32. */
static struct number sum_of(const struct product *p, const struct number *a, const struct number *b, struct number c)
{
    const int64_t k = is_zero(p->alpha) ? 0 : p->k;
    if (is_zero(p->beta)) c = (struct number){0, 0};
    if (!is_integer(p->dtypes)) return plus(times(p->alpha, dot(k, a, b)), times(p->beta, c));
    int64_t sum = 0;
    for (int64_t q = 0; q < k; q++) sum += (int64_t)(a[q].re * b[q].re);
    const uint64_t x = (uint64_t)(int64_t)p->alpha.re * (uint64_t)sum, y = (uint64_t)(int64_t)p->beta.re;
    return (struct number){(int32_t)(uint32_t)(x + y * (uint64_t)(int64_t)c.re), 0};
}

static struct number finished(const struct product *p, int64_t i, int64_t j, struct number x)
{
    const int dtype = dtype_of_epilogue(p->dtypes);
    if (!p->epilogue) return x;
    if (is_integer(p->dtypes)) x.re = (float)x.re;
    if (p->scale.memory) x.re *= read_value(dtype, &p->scale, i, j).re;
    if (p->bias.memory) x.re += read_value(dtype, &p->bias, i, j).re;
    if (p->activation == PBL_RELU && x.re < 0) x.re = 0;
    if (p->activation == PBL_GELU) x.re *= erfc(-x.re * sqrt(0.5)) / 2;
    return x;
}

/* What C must become, by rows; C as it is before the call. */
static struct number *wanted(const struct product *p)
{
    const struct dtypes d = p->dtypes;
    struct number *a = read_values(d.a, &p->a, false), *b = read_values(d.b, &p->b, true);
    struct number *c = read_values(d.c, &p->c, false);
    for (int64_t i = 0; i < p->m; i++)
        for (int64_t j = 0; j < p->n; j++) {
            struct number *x = &c[i * p->n + j];
            *x = rounded(d.c, finished(p, i, j, sum_of(p, a + i * p->k, b + j * p->k, *x)));
        }
    free(a), free(b);
    return c;
}

/* A gelu is right to a few units in the last place. */
static bool is_near(const struct product *p, double x, double y)
{
    const int dtype = p->dtypes.c;
    const double unit = dtype == PBL_D ? 0x1p-50 : dtype == PBL_H ? 0x1p-10 : dtype == PBL_B ? 0x1p-7 : 0x1p-20;
    return x == y || (p->activation == PBL_GELU && fabs(x - y) <= unit * (fabs(y) + 1e-3));
}

static void check_values(const struct product *p, const struct number *want)
{
    for (int64_t i = 0; i < p->m; i++)
        for (int64_t j = 0; j < p->n; j++) {
            const struct number x = read_value(p->dtypes.c, &p->c, i, j), y = want[i * p->n + j];
            CHECK(is_near(p, x.re, y.re) && x.im == y.im, "%s: (%d, %d) is %.10g%+gi, not %.10g%+gi", words(p), (int)i,
                  (int)j, x.re, x.im, y.re, y.im);
        }
}

static size_t bytes_of_c(const struct product *p) { return (size_t)(p->c.extent * width_of(p->dtypes.c)); }

/* The caller frees it. */
static char *copy_c(const struct product *p)
{
    char *copy = malloc(bytes_of_c(p));
    CHECK(copy, "%zu bytes", bytes_of_c(p));
    return memcpy(copy, p->c.memory, bytes_of_c(p));
}

/* What lies between C's elements is as it was. */
static void check_gaps(const struct product *p, const char *before)
{
    const int dtype = p->dtypes.c;
    char *now = copy_c(p);
    for (int64_t i = 0; i < p->m; i++)
        for (int64_t j = 0; j < p->n; j++) {
            const int64_t offset = at(dtype, &p->c, i, j) - p->c.memory;
            memcpy(now + offset, before + offset, (size_t)width_of(dtype));
        }
    CHECK(memcmp(now, before, bytes_of_c(p)) == 0, "%s: between C's elements", words(p));
    free(now);
}

/* On one and on three threads, from the same C. */
static void check_answer(struct product *p)
{
    struct number *want = wanted(p);
    char *before = copy_c(p);
    protect_inputs(p);
    for (int threads = 1; threads <= 3; threads += 2) {
        pbl_set_num_threads(threads);
        memcpy(p->c.memory, before, bytes_of_c(p));
        CHECK(multiply(p) == PBL_OK, "%s", words(p));
        check_values(p, want);
        check_gaps(p, before);
    }
    unprotect_inputs();
    free(before), free(want);
}

static const int depths[] = {1025, 1535, 1536, 1537, 2047, 2048, 2049, 3073, 4095, 4096, 4097, 4099, 8193};

/* Most are small; the others are those that a way of its own is for. */
static struct extents random_extents(int turn, uint64_t *state)
{
    const int m = below(state, 71), n = below(state, 71), k = below(state, 71);
    switch (turn % 24) {
    case 0:
    case 8: return (struct extents){m % 30, n % 40, PICK(depths, state)};
    case 1: return (struct extents){m % 9, 64 + below(state, 300), k + 10};
    case 2: return (struct extents){64 + below(state, 300), n % 9, k + 10};
    case 3: return (struct extents){60 + m, 60 + n, 90 + k};
    case 4: return (struct extents){m, n, 0};
    default: return turn % 2 ? (struct extents){m, n, k} : (struct extents){1 + m % 20, 1 + n % 50, 1 + k % 12};
    }
}

static value_fn *random_values(struct dtypes d, uint64_t *state)
{
    static value_fn *const integers[] = {integer_at, whole_range_at, extreme_at};
    return is_integer(d) ? PICK(integers, state) : integer_at;
}

static void right_answers(struct dtypes d, int isa, int turns)
{
    uint64_t state = (uint64_t)(d.a * 100 + d.b * 10 + d.c + isa * 1000);
    for (int turn = 0; turn < turns; turn++) {
        value_fn *value = random_values(d, &state);
        const struct extents s = random_extents(turn, &state);
        struct product p = new_product(d, s, any_style(&state), value, &state);
        choose_factors(&p, value, &state);
        check_answer(&p);
        if (!d.epilogue) continue;

        if (!is_zero(p.beta)) fill_operand(d.c, &p.c, value, 3); /* small again */
        struct style style = any_style(&state);
        style.a = (enum order)below(&state, N_ORDERS), style.b = (enum order)below(&state, N_ORDERS);
        add_epilogue(&p, style, integer_at, &state);
        p.activation = below(&state, 3);
        check_answer(&p);
    }
}

/* Where every operand is cut into blocks. */
static void big_products(struct dtypes d)
{
    static const struct style styles[] = {{'n', 'n', ROWS, ROWS, ROWS, 0}, {'t', 'c', ROWS, ROWS, COLUMNS, 1}};
    uint64_t state = 3;
    for (int i = 0; i < COUNT(styles); i++) {
        const struct extents s = {121, 150, is_integer(d) ? 4100 : d.a == PBL_B ? 2051 : 1539};
        value_fn *value = is_integer(d) ? whole_range_at : integer_at;
        struct product p = new_product(d, s, styles[i], value, &state);
        if (d.epilogue && i) add_epilogue(&p, styles[0], integer_at, &state);
        check_answer(&p);
    }
}

/* Each of the 16-bit numbers, and what becomes of it when it is made too small or too large; A's are the rows. A
 * bfloat16 that is subnormal counts as zero. */
static void every_number(int dtype, double factor)
{
    uint64_t state = 5;
    const struct dtypes d = {dtype, dtype, dtype, true};
    struct product p =
        new_product(d, (struct extents){1 << 16, 1, 1}, (struct style){'n', 'n', ROWS, ROWS, ROWS, 0}, one_at, &state);
    p.scale = lay_out(p.m, p.n, 'n', ONE_ELEMENT, 0);
    place(PBL_S, &p.scale, for_scale, true), put_value(PBL_S, p.scale.memory, (struct number){factor, 0});
    p.epilogue = true;
    for (int i = 0; i < 1 << 16; i++) *(uint16_t *)at(dtype, &p.a, i, 0) = (uint16_t)i;
    for (int isa = 0; use_isa(isa); isa++) {
        CHECK(multiply(&p) == PBL_OK, "%s", words(&p));
        for (int i = 0; i < 1 << 16; i++) {
            const double x = decode(dtype, (uint16_t)i), got = read_value(dtype, &p.c, i, 0).re;
            const double want = rounded(dtype, (struct number){x * factor, 0}).re;
            if (dtype == PBL_B && fabs(x) < 0x1p-126) continue;
            CHECK(isnan(x) ? isnan(got) : got == want, "%s: %g times %g is %g, not %g", words(&p), x, factor, got,
                  want);
        }
    }
}

/* C's elements by rows. The caller frees it. */
static char *dense_c(const struct product *p)
{
    const size_t width = (size_t)width_of(p->dtypes.c);
    char *dense = malloc((size_t)(p->m * p->n) * width + 1);
    CHECK(dense, "memory for C");
    for (int64_t i = 0; i < p->m; i++)
        for (int64_t j = 0; j < p->n; j++)
            memcpy(dense + (size_t)(i * p->n + j) * width, at(p->dtypes.c, &p->c, i, j), width);
    return dense;
}

/* A product of reals in whatever layout. Its numbers are the same whenever `seed` is. */
static struct product product_of_reals(struct dtypes d, struct extents s, struct style style, uint64_t seed)
{
    uint64_t state = seed;
    struct product p = new_product(d, s, style, is_integer(d) ? whole_range_at : real_at, &state);
    choose_factors(&p, real_at, &state);
    p.alpha = is_integer(d) ? (struct number){3, 0} : (struct number){0.7, 0};
    if (!is_zero(p.beta)) p.beta.re = is_integer(d) ? 5 : 0.3;
    if (!d.epilogue || seed % 3 == 0) return p;
    add_epilogue(&p, style, real_at, &state);
    p.activation = (int)(seed % 3);
    return p;
}

static char *bits_of_reals(struct dtypes d, struct extents s, struct style style, uint64_t seed, int threads)
{
    struct product p = product_of_reals(d, s, style, seed);
    pbl_set_num_threads(threads);
    CHECK(multiply(&p) == PBL_OK, "%s", words(&p));
    return dense_c(&p);
}

static void check_bits(struct dtypes d, struct extents s, uint64_t seed, const char *want, uint64_t *state)
{
    for (int threads = 1; threads <= 3; threads++) {
        const struct style style = random_style(state);
        char *got = bits_of_reals(d, s, style, seed, threads);
        CHECK(memcmp(got, want, (size_t)(s.m * s.n * width_of(d.c))) == 0,
              "dtypes %d %d %d on %s, %d threads: m n k = %d %d %d, trans %c %c, orders %d %d %d, seed %d", d.a, d.b,
              d.c, pbl_get_isa(), threads, s.m, s.n, s.k, style.trans_a, style.trans_b, style.a, style.b, style.c,
              (int)seed);
        free(got);
    }
}

/* AMX adds up products of bfloat16 in an order of its own, and cannot do otherwise. */
static bool own_order(struct dtypes d) { return d.a == PBL_B && strcmp(pbl_get_isa(), "amx") == 0; }

/* Whatever the instruction set, the threads and the layout. */
static void same_bits(struct dtypes d)
{
    enum { TURNS = 48 };
    static const struct style rows = {'n', 'n', ROWS, ROWS, ROWS, 0};
    struct extents s[TURNS];
    char *want[TURNS];
    uint64_t state = (uint64_t)d.a;
    CHECK(use_isa(0), "no ISA");
    for (int turn = 0; turn < TURNS; turn++) {
        s[turn] = random_extents(turn, &state);
        want[turn] = bits_of_reals(d, s[turn], rows, (uint64_t)turn, 1);
    }
    for (int isa = 0; use_isa(isa); isa++)
        for (int turn = 0; turn < TURNS; turn++) {
            if (own_order(d)) free(want[turn]), want[turn] = bits_of_reals(d, s[turn], rows, (uint64_t)turn, 1);
            check_bits(d, s[turn], (uint64_t)turn, want[turn], &state);
        }
    for (int turn = 0; turn < TURNS; turn++) free(want[turn]);
}

static struct pbl_packed *pack(const struct product *p)
{
    struct pbl_packed *packed = NULL;
    const int dtype = p->dtypes.b;
    const int status = pbl_pack_b(dtype, p->b.op, p->k, p->n, first(dtype, &p->b), p->b.rs, p->b.cs, &packed);
    CHECK(status == PBL_OK && packed, "packing: %s", words(p));
    return packed;
}

/* A packed B gives the bits of one that is not, also on another ISA than it was packed on; nobody reads B any more. */
static void check_packed(struct product *p, int isa, bool elsewhere)
{
    char *before = copy_c(p);
    CHECK(multiply(p) == PBL_OK, "%s", words(p));
    char *want = copy_c(p);
    struct pbl_packed *b = pack(p);
    if (elsewhere && !use_isa(isa + 1)) use_isa(0);
    protect_inputs(p), protect_operand(p->dtypes.b, &p->b, PROT_NONE);
    for (int threads = 1; threads <= 3; threads += 2) {
        pbl_set_num_threads(threads);
        memcpy(p->c.memory, before, bytes_of_c(p));
        CHECK(multiply_packed(p, b) == PBL_OK, "packed: %s", words(p));
        CHECK(memcmp(p->c.memory, want, bytes_of_c(p)) == 0, "packed: %s", words(p));
    }
    unprotect_inputs();
    if (elsewhere) use_isa(isa);
    pbl_free_packed(b), free(want), free(before);
}

static void packed(struct dtypes d, int isa, int turns)
{
    uint64_t state = (uint64_t)(d.a + d.c);
    for (int turn = 0; turn < turns; turn++) {
        struct product p = product_of_reals(d, random_extents(turn, &state), random_style(&state), (uint64_t)turn);
        check_packed(&p, isa, turn % 4 == 0);
    }
}

/* Signed and unsigned A with one packed B. */
static void one_packed_b_for_both(void)
{
    uint64_t state = 9;
    const struct extents s = {33, 70, 150};
    const struct style style = {'n', 't', ROWS, ROWS, ROWS, 1};
    for (int isa = 0; use_isa(isa); isa++) {
        struct dtypes d = {PBL_I8, PBL_I8, PBL_I32, false};
        struct product p = new_product(d, s, style, whole_range_at, &state);
        struct pbl_packed *b = pack(&p);
        for (; d.a <= PBL_U8; d.a++) {
            p = new_product(d, s, style, whole_range_at, &state);
            struct number *want = wanted(&p);
            CHECK(multiply_packed(&p, b) == PBL_OK, "packed: %s", words(&p));
            check_values(&p, want), free(want);
        }
        pbl_free_packed(b);
    }
}

static const struct dtypes *find(int a, int b, int c)
{
    for (int i = 0; i < N_ALLOWED; i++)
        if (allowed[i].a == a && allowed[i].b == b && allowed[i].c == c) return &allowed[i];
    return NULL;
}

/* One element each, of zeros; the status, and whether C is as it was. */
static int try_call(int a, int b, int c, char ta, char tb, int m, int n, int k, double beta,
                    const struct pbl_epilogue *e)
{
    const double zeros[2] = {0, 0};
    double factor[2] = {0, 0};
    uint8_t to[16], before[16];
    memset(to, 7, sizeof to), memset(before, 7, sizeof before);
    if (a >= PBL_S && a <= PBL_I32)
        put_value(a >= PBL_I8 ? PBL_I32 : a >= PBL_H ? PBL_S : a, factor, (struct number){beta, 0});
    const int status = pbl_gemm_ex(a, b, c, ta, tb, m, n, k, zeros, zeros, 1, 1, zeros, 1, 1, factor, to, 1, 1, e);
    const bool touched = memcmp(to, before, sizeof to) != 0;
    CHECK(status == PBL_OK || !touched, "dtypes %d %d %d, trans %c %c: %d, but C was touched", a, b, c, ta, tb, status);
    return status;
}

/* Every dtype with every other, with and without an epilogue, with and without a beta. */
static void dtypes_that_do_not_go(void)
{
    const struct pbl_epilogue none = {0};
    for (int a = -1; a <= 10; a++)
        for (int b = -1; b <= 10; b++)
            for (int c = -1; c <= 10; c++) {
                const struct dtypes *d = find(a, b, c);
                const bool adds = d && dtype_of_sums(*d) == c;
                for (int how = 0; how < 4; how++) {
                    const bool good = d && (how & 1 ? d->epilogue : true) && (how & 2 ? adds : true);
                    const int status = try_call(a, b, c, 'n', 'n', 1, 1, 1, how & 2 ? 1 : 0, how & 1 ? &none : NULL);
                    CHECK(status == (good ? PBL_OK : PBL_BAD_ARGUMENT), "dtypes %d %d %d, %s epilogue, %s beta: %d", a,
                          b, c, how & 1 ? "an" : "no", how & 2 ? "a" : "no", status);
                }
            }
}

static void bad_arguments(void)
{
    static const struct {
        char ta, tb;
        int m, n, k, activation;
    } calls[] = {{'x', 'n', 1, 1, 1, 0},  {'n', 'x', 1, 1, 1, 0},  {'n', 0, 1, 1, 1, 0},    {'N', 'n', 1, 1, 1, 0},
                 {'n', 'n', -1, 1, 1, 0}, {'n', 'n', 1, -1, 1, 0}, {'n', 'n', 1, 1, -1, 0}, {'n', 'n', 0, 0, -1, 0},
                 {'n', 'n', 1, 1, 1, 7},  {'n', 'n', 1, 1, 1, -1}, {'n', 'n', 1, 1, 1, 3}};
    for (int i = 0; i < N_ALLOWED; i++)
        for (int j = 0; j < COUNT(calls); j++) {
            const struct pbl_epilogue e = {.activation = calls[j].activation};
            const struct dtypes d = allowed[i];
            const int status = try_call(d.a, d.b, d.c, calls[j].ta, calls[j].tb, calls[j].m, calls[j].n, calls[j].k, 0,
                                        calls[j].activation ? &e : NULL);
            CHECK(status == PBL_BAD_ARGUMENT, "dtypes %d %d %d, call %d: %d", d.a, d.b, d.c, j, status);
        }
    const double zeros[2] = {0, 0};
    double c[2] = {7, 7};
    for (int dtype = PBL_H; dtype <= PBL_I32; dtype++)
        CHECK(pbl_gemm(dtype, 'n', 'n', 1, 1, 1, zeros, zeros, 1, 1, zeros, 1, 1, zeros, c, 1, 1) == PBL_BAD_ARGUMENT &&
                  c[0] == 7 && c[1] == 7,
              "pbl_gemm of dtype %d", dtype);
}

/* A packed B of each dtype with every A and C. */
static void packed_that_do_not_go(int b)
{
    static const double zeros[2] = {0, 0};
    struct pbl_packed *x = NULL;
    const int made = pbl_pack_b(b, 'n', 1, 1, zeros, 1, 1, &x);
    CHECK(made == (b >= PBL_S && b <= PBL_I8 ? PBL_OK : PBL_BAD_ARGUMENT) && (made == PBL_OK) == (x != NULL), "pack %d",
          b);
    if (!x) return;
    for (int a = -1; a <= 10; a++)
        for (int c = -1; c <= 10; c++) {
            double to[2] = {7, 7};
            const int status = pbl_gemm_packed_ex(a, c, 'n', 1, zeros, zeros, 1, 1, x, zeros, to, 1, 1, NULL);
            CHECK(status == (find(a, b, c) ? PBL_OK : PBL_BAD_ARGUMENT), "dtypes %d, packed %d, %d: %d", a, b, c,
                  status);
            CHECK(status == PBL_OK || (to[0] == 7 && to[1] == 7), "dtypes %d, packed %d, %d: C was touched", a, b, c);
        }
    double to[2] = {7, 7};
    const int bad_op = pbl_gemm_packed_ex(b, b, 'x', 1, zeros, zeros, 1, 1, x, zeros, to, 1, 1, NULL);
    const int bad_rows = pbl_gemm_packed_ex(b, b, 'n', -1, zeros, zeros, 1, 1, x, zeros, to, 1, 1, NULL);
    CHECK(bad_op == PBL_BAD_ARGUMENT && bad_rows == PBL_BAD_ARGUMENT && to[0] == 7, "packed %d", b);
    pbl_free_packed(x);
}

/* Refused, C as it was; the next call works. */
static void no_memory(struct dtypes d, int threads)
{
    uint64_t state = 7;
    const struct style style = {'n', 't', ROWS, ROWS, ROWS, 1};
    struct product p = new_product(d, (struct extents){220, 241, 1537}, style, integer_at, &state);
    if (d.epilogue) add_epilogue(&p, style, integer_at, &state);
    pbl_set_num_threads(threads);
    char *before = copy_c(&p);
    CHECK(multiply(&p) == PBL_OK, "%s", words(&p));
    char *want = copy_c(&p);

    memcpy(p.c.memory, before, bytes_of_c(&p));
    pbl_release_workspace();
    pbl_test_fail_allocation(1);
    CHECK(multiply(&p) == PBL_NO_MEMORY, "%s", words(&p));
    CHECK(memcmp(p.c.memory, before, bytes_of_c(&p)) == 0, "%s", words(&p));
    CHECK(multiply(&p) == PBL_OK && memcmp(p.c.memory, want, bytes_of_c(&p)) == 0, "%s", words(&p));
    free(want), free(before);
}

static void with_dtypes(struct dtypes d)
{
    const bool narrow = d.a >= PBL_H;
    for (int isa = 0; use_isa(isa); isa++) {
        right_answers(d, isa, 48);
        if (narrow) big_products(d);
        if (d.b != PBL_U8) packed(d, isa, 24);
        if (isa > 0) no_memory(d, 1), no_memory(d, 3); /* the scalar one is slow at this */
    }
    same_bits(d);
}

int main(void)
{
    for_a = new_arena(32 << 20), for_b = new_arena(32 << 20), for_c = new_arena(8 << 20);
    for_scale = new_arena(8 << 20), for_bias = new_arena(8 << 20);
    dtypes_that_do_not_go();
    bad_arguments();
    for (int b = -1; b <= 10; b++) packed_that_do_not_go(b);
    static const double factors[] = {1, 0x1p-9, 0x1p-14 * 1.5, 0x1p9};
    for (int i = 0; i < COUNT(factors); i++) every_number(PBL_H, factors[i]), every_number(PBL_B, factors[i]);
    for (int i = 0; i < N_ALLOWED; i++) with_dtypes(allowed[i]);
    one_packed_b_for_both();
    return 0;
}
