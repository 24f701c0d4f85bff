/* SPDX-License-Identifier: MIT */
/* Products that were prepared, and those whose B was packed, are pbl_gemm's: the same bits, the same edges, and in the
 * end everything is freed (the leak checker sees if not). */
#include <math.h>

#include "variants.h"

/* A way to compute g other than pbl_gemm: made once, run many times. */
struct handle {
    struct pbl_prepared *prepared;
    struct pbl_packed *packed;
};

struct kind {
    const char *name;
    int (*make)(const struct gemm *, struct handle *);
    int (*run)(const struct gemm *, const struct handle *);
};

static int prepare(const struct gemm *g, struct handle *h)
{
    double alpha[2], beta[2]; /* gone when it runs */
    put(g->dtype, alpha, g->alpha), put(g->dtype, beta, g->beta);
    return pbl_prepare_gemm(g->dtype, g->a.op, g->b.op, g->m, g->n, g->k, alpha, first_element(g->dtype, &g->a),
                            g->a.rs, g->a.cs, first_element(g->dtype, &g->b), g->b.rs, g->b.cs, beta,
                            first_element(g->dtype, &g->c), g->c.rs, g->c.cs, &h->prepared);
}

static int run_prepared(const struct gemm *g, const struct handle *h)
{
    (void)g;
    return pbl_run_prepared(h->prepared);
}

static int pack(const struct gemm *g, struct handle *h)
{ return pbl_pack_b(g->dtype, g->b.op, g->k, g->n, first_element(g->dtype, &g->b), g->b.rs, g->b.cs, &h->packed); }

static int run_packed(const struct gemm *g, const struct handle *h)
{
    double alpha[2], beta[2];
    put(g->dtype, alpha, g->alpha), put(g->dtype, beta, g->beta);
    return pbl_gemm_packed(g->a.op, g->m, alpha, first_element(g->dtype, &g->a), g->a.rs, g->a.cs, h->packed, beta,
                           first_element(g->dtype, &g->c), g->c.rs, g->c.cs);
}

static const struct kind kinds[] = {{"prepared", prepare, run_prepared}, {"packed", pack, run_packed}};
enum { N_KINDS = 2 };

/* Nothing to free is no error. */
static void free_handle(struct handle *h)
{
    pbl_free_prepared(h->prepared), pbl_free_packed(h->packed);
    *h = (struct handle){NULL, NULL};
}

static struct handle make(const struct kind *kind, const struct gemm *g)
{
    struct handle h = {NULL, NULL};
    CHECK(kind->make(g, &h) == PBL_OK, "%s: %s", kind->name, describe(g));
    return h;
}

/* Runs g this way and by pbl_gemm, from the same C: the same bits, in and between C's elements. */
static void check_run(const struct kind *kind, const struct gemm *g, const struct handle *h)
{
    struct gemm plain = *g;
    plain.c = copy_of(g->dtype, g->c);
    pbl_set_batch_invariant(kind->run == run_packed); /* which it is in any case */
    CHECK(call(&plain) == PBL_OK, "%s", describe(&plain));
    pbl_set_batch_invariant(0);
    CHECK(kind->run(g, h) == PBL_OK, "%s: %s", kind->name, describe(g));
    CHECK(memcmp(g->c.memory, plain.c.memory, bytes_of(g->dtype, &g->c)) == 0, "%s: %s", kind->name, describe(g));
    free(plain.c.memory);
}

static void fill_again(struct gemm *g, uint64_t seed, bool with_b)
{
    fill(g->dtype, &g->a, real_at, seed);
    if (with_b) fill(g->dtype, &g->b, real_at, seed + 1);
    fill(g->dtype, &g->c, real_at, seed + 2);
}

/* What A and C hold is seen at each run, what B holds only if it is not packed; C is the beta C of the next run. The
 * instruction set and the threads may be others than when the handle was made. */
static void check_shape(const struct kind *kind, int dtype, struct size s, struct style style, int isa, uint64_t *state)
{
    struct gemm g = new_gemm(dtype, s.m, s.n, s.k, style);
    g.alpha = random_factor(dtype, state), g.beta = random_factor(dtype, state);
    fill_gemm(&g, real_at);
    pbl_set_num_threads(1 + below(state, 3));
    struct handle h = make(kind, &g);
    check_run(kind, &g, &h);
    check_run(kind, &g, &h);
    fill_again(&g, 10, kind->make == prepare);
    pbl_set_num_threads(1 + below(state, 3));
    check_run(kind, &g, &h);
    if (!use_isa(isa + 1)) use_isa(0);
    check_run(kind, &g, &h);
    use_isa(isa);
    free_handle(&h), free_gemm(&g);
}

static void as_gemm(const struct kind *kind, int dtype, int isa)
{
    uint64_t state = 41;
    for (int i = 0; i < N_SIZES; i++) {
        const struct size s = sizes_of_every_way[i];
        check_shape(kind, dtype, s, (struct style){'n', 'n', ROWS, ROWS, ROWS, 0}, isa, &state);
        check_shape(kind, dtype, s, (struct style){'n', 't', ROWS, ROWS, COLUMNS, 0}, isa, &state);
        check_shape(kind, dtype, s, (struct style){'c', 'c', ROWS, ROWS, ROWS, 0}, isa, &state);
        check_shape(kind, dtype, s, random_style(&state), isa, &state);
    }
}

/* A packed B serves any number of rows, A's ops and layouts of C. */
static void one_packed_b_for_many(int dtype)
{
    enum { N = 37, K = 150 };
    uint64_t state = 43;
    struct style style = {'n', 'c', ROWS, ROWS, ROWS, 0};
    struct gemm first = new_gemm(dtype, 1, N, K, style);
    fill_gemm(&first, real_at);
    struct handle h = make(&kinds[1], &first);
    for (int m = 0; m < 40; m++) {
        style.trans_a = "ntc"[m % 3], style.c = (enum order)(m % N_OUTPUT_ORDERS);
        struct gemm g = new_gemm(dtype, m, N, K, style);
        g.alpha = random_factor(dtype, &state), g.beta = random_factor(dtype, &state);
        fill_gemm(&g, real_at);
        check_run(&kinds[1], &g, &h);
        free_gemm(&g);
    }
    free_handle(&h), free_gemm(&first);
}

/* A prepared product of a row keeps to the sums that were asked for when it was made. */
static void keeps_its_sums(int dtype)
{
    struct gemm g = new_gemm(dtype, 1, 50, 90, (struct style){'n', 't', ROWS, ROWS, ROWS, 0});
    fill_gemm(&g, real_at);
    struct gemm strict = g;
    strict.c = copy_of(dtype, g.c);
    pbl_set_batch_invariant(1);
    struct handle h = make(&kinds[0], &g);
    CHECK(call(&strict) == PBL_OK, "%s", describe(&g));
    pbl_set_batch_invariant(0);
    CHECK(run_prepared(&g, &h) == PBL_OK, "%s", describe(&g));
    CHECK(memcmp(g.c.memory, strict.c.memory, bytes_of(dtype, &g.c)) == 0, "%s", describe(&g));
    free_handle(&h), free(strict.c.memory), free_gemm(&g);
}

/* Sizes of 0 and 1; alpha = 0 or k = 0, where A and B, which are NaN, do not count. */
static void edges(const struct kind *kind, int dtype)
{
    uint64_t state = 47;
    for (int i = 0; i < 8 * 27; i++) {
        const int m = "\0\1\11"[i % 3], n = "\0\1\11"[i / 3 % 3], k = "\0\1\41"[i / 9 % 3];
        struct gemm g = new_gemm(dtype, m, n, k, random_style(&state));
        g.alpha.re = i / 27 % 2, g.beta = random_factor(dtype, &state);
        if (!is_zero(g.alpha)) fill(dtype, &g.a, real_at, 1), fill(dtype, &g.b, real_at, 2);
        fill(dtype, &g.c, real_at, 3);
        struct handle h = make(kind, &g);
        check_run(kind, &g, &h);
        free_handle(&h), free_gemm(&g);
    }
}

/* Refused, and no handle is made. */
static void bad_arguments(void)
{
    static const struct {
        int dtype;
        char ta, tb;
        int m, n, k;
    } calls[] = {{-1, 'n', 'n', 1, 1, 1},     {9, 'n', 'n', 1, 1, 1},      {PBL_D, 'x', 'n', 1, 1, 1},
                 {PBL_D, 'n', 0, 1, 1, 1},    {PBL_D, 'n', 'N', 0, 1, 1},  {PBL_D, 'n', 'n', -1, 1, 1},
                 {PBL_D, 'n', 'n', 1, -1, 1}, {PBL_D, 'n', 'n', 1, 1, -1}, {PBL_D, 'n', 'n', 0, 0, -1}};
    const double one[2] = {1, 0}, b[2] = {3, 0};
    double c[2] = {7, 7};
    struct handle h = {NULL, NULL}, packed = {NULL, NULL};
    CHECK(pbl_pack_b(PBL_D, 'n', 1, 1, b, 1, 1, &packed.packed) == PBL_OK, "pack");
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        const int dtype = calls[i].dtype, m = calls[i].m, n = calls[i].n, k = calls[i].k;
        const char ta = calls[i].ta, tb = calls[i].tb;
        CHECK(pbl_prepare_gemm(dtype, ta, tb, m, n, k, one, b, 1, 1, b, 1, 1, one, c, 1, 1, &h.prepared) ==
                  PBL_BAD_ARGUMENT,
              "preparing %zu", i);
        if (ta == 'n' && m >= 0) /* the others have nothing to do with B */
            CHECK(pbl_pack_b(dtype, tb, k, n, b, 1, 1, &h.packed) == PBL_BAD_ARGUMENT, "packing %zu", i);
        else CHECK(pbl_gemm_packed(ta, m, one, b, 1, 1, packed.packed, one, c, 1, 1) == PBL_BAD_ARGUMENT, "%zu", i);
        CHECK(!h.prepared && !h.packed && c[0] == 7 && c[1] == 7, "call %zu left something behind", i);
    }
    free_handle(&packed);
}

/* The n-th allocation fails: no handle, or C as it was; the next try succeeds. */
static void out_of_memory(const struct kind *kind, int dtype, struct size s, int threads)
{
    struct gemm g = new_gemm(dtype, s.m, s.n, s.k, (struct style){'n', 't', ROWS, ROWS, ROWS, 1});
    g.beta = (struct number){1, 0};
    fill_gemm(&g, real_at);
    struct operand before = copy_of(dtype, g.c);
    struct handle h = {NULL, NULL};
    pbl_set_num_threads(threads);

    const int allocations = kind->make == pack ? 2 : 1; /* the handle, and what it packs into */
    for (int n = 1; n <= allocations; n++) {
        pbl_test_fail_allocation(n);
        CHECK(kind->make(&g, &h) == PBL_NO_MEMORY, "%s: allocation %d", kind->name, n);
        CHECK(!h.packed && !h.prepared, "%s: a handle without memory", kind->name);
    }
    h = make(kind, &g);

    pbl_release_workspace();
    pbl_test_fail_allocation(1);
    CHECK(kind->run(&g, &h) == PBL_NO_MEMORY, "%s: %s", kind->name, describe(&g));
    CHECK(memcmp(before.memory, g.c.memory, bytes_of(dtype, &g.c)) == 0, "%s: %s", kind->name, describe(&g));
    check_run(kind, &g, &h);
    free(before.memory), free_handle(&h), free_gemm(&g);
}

int main(void)
{
    bad_arguments();
    struct handle none = {NULL, NULL};
    free_handle(&none);
    for (int isa = 0; use_isa(isa); isa++)
        for (int dtype = 0; dtype < N_DTYPES; dtype++) {
            for (int i = 0; i < N_KINDS; i++) {
                as_gemm(&kinds[i], dtype, isa);
                edges(&kinds[i], dtype);
                out_of_memory(&kinds[i], dtype, (struct size){50, 40, 270}, 1);
                out_of_memory(&kinds[i], dtype, (struct size){50, 40, 270}, 3);
            }
            one_packed_b_for_many(dtype);
            keeps_its_sums(dtype);
        }
    return 0;
}
