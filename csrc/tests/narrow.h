/* SPDX-License-Identifier: MIT */
/* Products of narrow elements, with an epilogue or without: operands between pages that must not be touched, the call,
 * and what C must become, by plain loops. */
#ifndef PBL_TESTS_NARROW_H
#define PBL_TESTS_NARROW_H

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

static inline bool is_integer(struct dtypes d) { return d.a >= PBL_I8; }
static inline int dtype_of_sums(struct dtypes d)
{ return is_integer(d) ? PBL_I32 : d.a == PBL_H || d.a == PBL_B ? PBL_S : d.a; }
static inline int dtype_of_epilogue(struct dtypes d) { return is_integer(d) ? PBL_S : dtype_of_sums(d); }

static inline int64_t width_of(int dtype)
{
    static const int64_t narrow[] = {2, 2, 1, 1, 4};
    return dtype < PBL_H ? size_of(dtype) : narrow[dtype - PBL_H];
}

/* Float16 or bfloat16, to nearest, ties to even; as the library rounds: of a float. */
static inline uint16_t encode(int dtype, double value)
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

static inline double decode(int dtype, uint16_t u)
{
    const int fraction = dtype == PBL_H ? 10 : 7, bias = dtype == PBL_H ? 15 : 127;
    const int exponent = u >> fraction & (2 * bias + 1), rest = u & ((1 << fraction) - 1);
    double x = exponent ? ldexp((1 << fraction) + rest, exponent - bias - fraction) : ldexp(rest, 1 - bias - fraction);
    if (exponent == 2 * bias + 1) x = rest ? NAN : INFINITY;
    return u & 0x8000 ? -x : x;
}

static inline void put_value(int dtype, void *p, struct number x)
{
    if (dtype < PBL_H) put(dtype, p, x);
    else if (dtype <= PBL_B) *(uint16_t *)p = encode(dtype, x.re);
    else if (dtype == PBL_I32) *(int32_t *)p = (int32_t)x.re;
    else *(uint8_t *)p = (uint8_t)(int64_t)x.re;
}

static inline struct number get_value(int dtype, const void *p)
{
    if (dtype < PBL_H) return get(dtype, p);
    if (dtype <= PBL_B) return (struct number){decode(dtype, *(const uint16_t *)p), 0};
    if (dtype == PBL_I32) return (struct number){*(const int32_t *)p, 0};
    return (struct number){dtype == PBL_I8 ? *(const int8_t *)p : *(const uint8_t *)p, 0};
}

static inline struct number rounded(int dtype, struct number x)
{
    double room[2];
    put_value(dtype, room, x);
    return get_value(dtype, room);
}

static inline char *first(int dtype, const struct operand *x)
{ return x->memory ? x->memory + x->origin * width_of(dtype) : NULL; }

static inline char *at(int dtype, const struct operand *x, int64_t i, int64_t j)
{
    const int64_t index = x->op == 'n' ? i * x->rs + j * x->cs : j * x->rs + i * x->cs;
    return first(dtype, x) + index * width_of(dtype);
}

static inline struct number read_value(int dtype, const struct operand *x, int64_t i, int64_t j)
{
    struct number v = get_value(dtype, at(dtype, x, i, j));
    if (x->op == 'c') v.im = -v.im;
    return v;
}

static inline void fill_operand(int dtype, struct operand *x, value_fn *value, uint64_t seed)
{
    for (int64_t i = 0; i < x->rows; i++)
        for (int64_t j = 0; j < x->columns; j++) {
            struct number v = value(seed, i, j);
            if (x->op == 'c') v.im = -v.im;
            put_value(dtype, at(dtype, x, i, j), v);
        }
}

/* Every integer that the dtype has. */
static inline struct number whole_range_at(uint64_t seed, int64_t i, int64_t j)
{ return (struct number){(int32_t)mix(seed << 56 ^ (uint64_t)i << 28 ^ (uint64_t)j), 0}; }

/* Those at which a sum of two products is most. */
static inline struct number extreme_at(uint64_t seed, int64_t i, int64_t j)
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

static inline struct pbl_epilogue epilogue_of(const struct product *p)
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

static inline int multiply(const struct product *p)
{
    const struct dtypes d = p->dtypes;
    const struct pbl_epilogue e = epilogue_of(p);
    double alpha[2], beta[2];
    put_value(dtype_of_sums(d), alpha, p->alpha), put_value(dtype_of_sums(d), beta, p->beta);
    return pbl_gemm_ex(d.a, d.b, d.c, p->a.op, p->b.op, p->m, p->n, p->k, alpha, first(d.a, &p->a), p->a.rs, p->a.cs,
                       first(d.b, &p->b), p->b.rs, p->b.cs, beta, first(d.c, &p->c), p->c.rs, p->c.cs,
                       p->epilogue ? &e : NULL);
}

static inline int multiply_packed(const struct product *p, const struct pbl_packed *packed)
{
    const struct dtypes d = p->dtypes;
    const struct pbl_epilogue e = epilogue_of(p);
    double alpha[2], beta[2];
    put_value(dtype_of_sums(d), alpha, p->alpha), put_value(dtype_of_sums(d), beta, p->beta);
    return pbl_gemm_packed_ex(d.a, d.c, p->a.op, p->m, alpha, first(d.a, &p->a), p->a.rs, p->a.cs, packed, beta,
                              first(d.c, &p->c), p->c.rs, p->c.cs, p->epilogue ? &e : NULL);
}

/* The call in words, for the message of a failed check. */
static inline const char *words(const struct product *p)
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

static inline struct arena new_arena(size_t bytes)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *p = mmap(NULL, bytes + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(p != MAP_FAILED, "mmap of %zu bytes", bytes);
    CHECK(mprotect(p + page, bytes, PROT_READ | PROT_WRITE) == 0, "mprotect");
    return (struct arena){p + page, p + page + bytes};
}

static inline void protect(struct arena a, int how)
{ CHECK(mprotect(a.begin, (size_t)(a.end - a.begin), how) == 0, "mprotect"); }

/* NaN, or all bits of an integer, everywhere. */
static inline void place(int dtype, struct operand *x, struct arena arena, bool at_end)
{
    const size_t bytes = (size_t)(x->extent * width_of(dtype));
    CHECK(bytes <= (size_t)(arena.end - arena.begin), "an arena too small for %zu bytes", bytes);
    x->memory = at_end ? arena.end - bytes : arena.begin;
    memset(x->memory, 0xff, bytes);
}

/* The pages that x is in: those of a whole arena take long. */
static inline void protect_operand(int dtype, const struct operand *x, int how)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = (uintptr_t)x->memory / page * page;
    const uintptr_t end = (uintptr_t)(x->memory + x->extent * width_of(dtype));
    if (x->memory) CHECK(mprotect((void *)begin, end - begin, how) == 0, "mprotect");
}

/* What need not be read cannot be. */
static inline void protect_inputs(const struct product *p)
{
    const int how = p->k == 0 || is_zero(p->alpha) ? PROT_NONE : PROT_READ;
    protect_operand(p->dtypes.a, &p->a, how), protect_operand(p->dtypes.b, &p->b, how);
    protect_operand(dtype_of_epilogue(p->dtypes), &p->scale, PROT_READ);
    protect_operand(dtype_of_epilogue(p->dtypes), &p->bias, PROT_READ);
}

static inline void unprotect_inputs(void)
{
    enum { BOTH = PROT_READ | PROT_WRITE };
    protect(for_a, BOTH), protect(for_b, BOTH), protect(for_scale, BOTH), protect(for_bias, BOTH);
}

/* op(A) op(B), all in rows or however the style says; alpha = 1, beta = 0, no epilogue. */
static inline struct product new_product(struct dtypes d, struct extents s, struct style style, value_fn *value,
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

static inline struct style any_style(uint64_t *state)
{
    struct style s = random_style(state);
    if (below(state, 4) == 0) s.a = (enum order)below(state, N_ORDERS), s.b = (enum order)below(state, N_ORDERS);
    return s;
}

static inline void add_epilogue(struct product *p, struct style style, value_fn *value, uint64_t *state)
{
    const int dtype = dtype_of_epilogue(p->dtypes), which = below(state, 4);
    p->epilogue = true;
    p->scale = lay_out(p->m, p->n, 'n', style.a, style.padding);
    p->bias = lay_out(p->m, p->n, 'n', style.b, style.padding);
    if (which & 1) place(dtype, &p->scale, for_scale, below(state, 2)), fill_operand(dtype, &p->scale, value, 4);
    if (which & 2) place(dtype, &p->bias, for_bias, below(state, 2)), fill_operand(dtype, &p->bias, value, 5);
}

/* C may be added to if it is what the sums are. */
static inline void choose_factors(struct product *p, value_fn *value, uint64_t *state)
{
    const int sums = dtype_of_sums(p->dtypes);
    const bool whole_range = is_integer(p->dtypes) && below(state, 2);
    p->alpha = whole_range ? value(6, below(state, 99), 0) : random_factor(p->dtypes.a, state);
    if (p->dtypes.c != sums) return;
    p->beta = whole_range ? value(7, below(state, 99), 0) : random_factor(p->dtypes.a, state);
    if (!is_zero(p->beta)) fill_operand(p->dtypes.c, &p->c, value, 3);
}

/* op(x) by rows, or its transpose. The caller frees it. */
static inline struct number *read_values(int dtype, const struct operand *x, bool transpose)
{
    struct number *v = malloc(sizeof *v * (size_t)(x->rows * x->columns + 1));
    CHECK(v, "memory for %d x %d numbers", (int)x->rows, (int)x->columns);
    for (int64_t i = 0; i < x->rows; i++)
        for (int64_t j = 0; j < x->columns; j++)
            v[transpose ? j * x->rows + i : i * x->columns + j] = read_value(dtype, x, i, j);
    return v;
}

/* alpha a b + beta c; of integers, modulo 2^32. */
static inline struct number sum_of(const struct product *p, const struct number *a, const struct number *b,
                                   struct number c)
{
    const int64_t k = is_zero(p->alpha) ? 0 : p->k;
    if (is_zero(p->beta)) c = (struct number){0, 0};
    if (!is_integer(p->dtypes)) return plus(times(p->alpha, dot(k, a, b)), times(p->beta, c));
    int64_t sum = 0;
    for (int64_t q = 0; q < k; q++) sum += (int64_t)(a[q].re * b[q].re);
    const uint64_t x = (uint64_t)(int64_t)p->alpha.re * (uint64_t)sum, y = (uint64_t)(int64_t)p->beta.re;
    return (struct number){(int32_t)(uint32_t)(x + y * (uint64_t)(int64_t)c.re), 0};
}

static inline struct number finished(const struct product *p, int64_t i, int64_t j, struct number x)
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
static inline struct number *wanted(const struct product *p)
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
static inline bool is_near(const struct product *p, double x, double y)
{
    const int dtype = p->dtypes.c;
    const double unit = dtype == PBL_D ? 0x1p-50 : dtype == PBL_H ? 0x1p-10 : dtype == PBL_B ? 0x1p-7 : 0x1p-20;
    return x == y || (p->activation == PBL_GELU && fabs(x - y) <= unit * (fabs(y) + 1e-3));
}

static inline void check_values(const struct product *p, const struct number *want)
{
    for (int64_t i = 0; i < p->m; i++)
        for (int64_t j = 0; j < p->n; j++) {
            const struct number x = read_value(p->dtypes.c, &p->c, i, j), y = want[i * p->n + j];
            CHECK(is_near(p, x.re, y.re) && x.im == y.im, "%s: (%d, %d) is %.10g%+gi, not %.10g%+gi", words(p), (int)i,
                  (int)j, x.re, x.im, y.re, y.im);
        }
}

static inline size_t bytes_of_c(const struct product *p) { return (size_t)(p->c.extent * width_of(p->dtypes.c)); }

/* The caller frees it. */
static inline char *copy_c(const struct product *p)
{
    char *copy = malloc(bytes_of_c(p));
    CHECK(copy, "%zu bytes", bytes_of_c(p));
    return memcpy(copy, p->c.memory, bytes_of_c(p));
}

/* What lies between C's elements is as it was. */
static inline void check_gaps(const struct product *p, const char *before)
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
static inline void check_product(struct product *p, const struct number *want)
{
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
    free(before);
}

static inline void check_answer(struct product *p)
{
    struct number *want = wanted(p);
    check_product(p, want);
    free(want);
}

#endif
