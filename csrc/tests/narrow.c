/* SPDX-License-Identifier: MIT */
/* pbl_gemm_ex: narrow elements and the epilogue. Every operand lies against a page that must not be touched, now with
 * its first element, now with its last; A, B, scale and bias cannot be written. */
#include "narrow.h"

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

/* Where every operand is cut into blocks: the sums themselves, or in another layout what an epilogue makes of them. On
 * all ISAs, as the plain loop takes longest. */
static void big_products(struct dtypes d)
{
    static const struct style plain = {'n', 'n', ROWS, ROWS, ROWS, 0}, other = {'t', 'c', ROWS, ROWS, COLUMNS, 1};
    const struct extents s = {121, 150, is_integer(d) ? 4100 : d.a == PBL_B ? 2051 : 1539};
    const bool is_sum = d.c == dtype_of_sums(d);
    value_fn *value = is_integer(d) ? whole_range_at : integer_at;
    uint64_t state = 3;
    struct product p = new_product(d, s, is_sum ? plain : other, value, &state);
    if (!is_sum) add_epilogue(&p, plain, integer_at, &state);
    struct number *want = wanted(&p);
    for (int isa = 0; use_isa(isa); isa++) check_product(&p, want);
    free(want);
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
    enum { TURNS = 24 };
    static const struct style rows = {'n', 'n', ROWS, ROWS, ROWS, 0};
    struct extents s[TURNS];
    char *want[TURNS];
    uint64_t state = (uint64_t)d.a;
    use_base_isa();
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
    pbl_set_batch_invariant(1); /* as a packed B is in any case */
    CHECK(multiply(p) == PBL_OK, "%s", words(p));
    pbl_set_batch_invariant(0);
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

/* `count` products of one shape; `of` is the first one's, in memory that holds all of them. */
struct stack {
    struct product of;
    int64_t step_a, step_b, step_c; /* in elements */
    int count;
};

static size_t bytes_of_stack(const struct stack *s)
{ return (size_t)((s->of.c.extent + (s->count - 1) * s->step_c) * width_of(s->of.dtypes.c)); }

static struct product product_of(const struct stack *s, int i)
{
    struct product p = s->of;
    p.a.memory += i * s->step_a * width_of(p.dtypes.a), p.b.memory += i * s->step_b * width_of(p.dtypes.b);
    p.c.memory += i * s->step_c * width_of(p.dtypes.c);
    return p;
}

static void place_stack(int dtype, struct operand *x, struct arena arena, int64_t step, int count)
{
    struct operand all = *x;
    all.extent += step * (count - 1);
    place(dtype, &all, arena, true);
    x->memory = all.memory;
}

/* Like `of`, but for its operands; one input may be that of all. */
static struct stack new_stack(const struct product *of, int count, int shared)
{
    struct stack s = {.of = *of, .count = count};
    const struct dtypes d = of->dtypes;
    s.step_a = shared == 1 ? 0 : of->a.extent + 3, s.step_b = shared == 2 ? 0 : of->b.extent;
    s.step_c = of->c.extent + 5;
    place_stack(d.a, &s.of.a, for_a, s.step_a, count), place_stack(d.b, &s.of.b, for_b, s.step_b, count);
    place_stack(d.c, &s.of.c, for_c, s.step_c, count);
    for (int i = 0; i < count; i++) {
        struct product p = product_of(&s, i);
        value_fn *value = is_integer(d) ? whole_range_at : real_at;
        fill_operand(d.a, &p.a, value, 11 + (uint64_t)i), fill_operand(d.b, &p.b, value, 31 + (uint64_t)i);
        if (!is_zero(p.beta)) fill_operand(d.c, &p.c, value, 51 + (uint64_t)i);
    }
    return s;
}

static int multiply_stack(const struct stack *s)
{
    const struct product *p = &s->of;
    const struct dtypes d = p->dtypes;
    const struct pbl_epilogue e = epilogue_of(p);
    double alpha[2], beta[2];
    put_value(dtype_of_sums(d), alpha, p->alpha), put_value(dtype_of_sums(d), beta, p->beta);
    return pbl_gemm_batch_strided_ex(d.a, d.b, d.c, p->a.op, p->b.op, p->m, p->n, p->k, alpha, first(d.a, &p->a),
                                     p->a.rs, p->a.cs, s->step_a, first(d.b, &p->b), p->b.rs, p->b.cs, s->step_b, beta,
                                     first(d.c, &p->c), p->c.rs, p->c.cs, s->step_c, s->count, p->epilogue ? &e : NULL);
}

/* By pointers, the last one first. */
static int multiply_by_pointers(const struct stack *s)
{
    enum { MOST = 40 };
    const void *a[MOST], *b[MOST];
    void *c[MOST];
    const struct product *p = &s->of;
    const struct dtypes d = p->dtypes;
    const struct pbl_epilogue e = epilogue_of(p);
    double alpha[2], beta[2];
    put_value(dtype_of_sums(d), alpha, p->alpha), put_value(dtype_of_sums(d), beta, p->beta);
    for (int i = 0; i < s->count; i++) {
        const struct product item = product_of(s, s->count - 1 - i);
        a[i] = first(d.a, &item.a), b[i] = first(d.b, &item.b), c[i] = first(d.c, &item.c);
    }
    return pbl_gemm_batch_ex(d.a, d.b, d.c, p->a.op, p->b.op, p->m, p->n, p->k, alpha, a, p->a.rs, p->a.cs, b, p->b.rs,
                             p->b.cs, beta, c, p->c.rs, p->c.cs, s->count, p->epilogue ? &e : NULL);
}

/* A stack has the bits of its products one after another; without memory, whichever allocation fails, each C is as it
 * was. */
static void check_stack(const struct stack *s, int (*run)(const struct stack *))
{
    const size_t bytes = bytes_of_stack(s);
    char *before = malloc(2 * bytes), *want = before + bytes;
    CHECK(before, "%zu bytes", 2 * bytes);
    memcpy(before, s->of.c.memory, bytes);
    for (int i = 0; i < s->count; i++) {
        const struct product p = product_of(s, i);
        CHECK(multiply(&p) == PBL_OK, "%s", words(&p));
    }
    memcpy(want, s->of.c.memory, bytes);
    for (int n = 1, status = PBL_NO_MEMORY; status == PBL_NO_MEMORY; n++) {
        memcpy(s->of.c.memory, before, bytes);
        pbl_release_workspace();
        pbl_test_fail_allocation(n);
        status = run(s);
        CHECK(status == PBL_OK || status == PBL_NO_MEMORY, "%d of %s: %d", s->count, words(&s->of), status);
        CHECK(memcmp(s->of.c.memory, status == PBL_OK ? want : before, bytes) == 0, "allocation %d, %d of %s", n,
              s->count, words(&s->of));
    }
    pbl_test_fail_allocation(0);
    memcpy(s->of.c.memory, before, bytes);
    free(before);
}

static void stacks(struct dtypes d)
{
    static const int counts[] = {1, 2, 7, 20};
    uint64_t state = (uint64_t)(3 * d.a + d.c);
    for (int turn = 0; turn < 16; turn++) {
        struct extents e = random_extents(turn, &state);
        const int count = turn % 8 ? PICK(counts, &state) : 2; /* the long ones are few */
        const struct product p = product_of_reals(d, e, random_style(&state), (uint64_t)turn);
        pbl_set_num_threads(1 + turn % 3);
        const struct stack s = new_stack(&p, count, turn % 4);
        check_stack(&s, multiply_stack), check_stack(&s, multiply_by_pointers);
    }
    struct product p = product_of_reals(d, (struct extents){3, 4, 5}, (struct style){'n', 'n', ROWS, ROWS, ROWS, 0}, 0);
    struct stack none = new_stack(&p, 1, 0);
    none.count = 0;
    CHECK(multiply_stack(&none) == PBL_OK && multiply_by_pointers(&none) == PBL_OK, "%s", words(&p));
    none.count = -1;
    CHECK(multiply_stack(&none) == PBL_BAD_ARGUMENT && multiply_by_pointers(&none) == PBL_BAD_ARGUMENT, "%s",
          words(&p));
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
    if (d.a >= PBL_H) big_products(d);
    for (int isa = 0; use_isa(isa); isa++) {
        right_answers(d, isa, 16);
        if (d.b != PBL_U8) packed(d, isa, 16);
        stacks(d);
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
