/* SPDX-License-Identifier: MIT */
/* A batch, given by steps or by pointers, is its products one after another: the same bits as a loop of pbl_gemm,
 * nothing written between its C's, and either all of them computed or none touched. */
#include "variants.h"

/* `count` products of one shape; `of` is the first one's, in memory that holds all of them. */
struct batch {
    struct gemm of;
    int64_t step_a, step_b, step_c;
    int count;
};

static size_t bytes_of_all(int dtype, const struct operand *x, int64_t step, int count)
{ return bytes_of(dtype, x) + (size_t)((count > 0 ? count - 1 : 0) * step * size_of(dtype)); }

static size_t bytes_of_c(const struct batch *b) { return bytes_of_all(b->of.dtype, &b->of.c, b->step_c, b->count); }

static struct gemm product_of(const struct batch *b, int i)
{
    struct gemm g = b->of;
    const int64_t size = size_of(g.dtype);
    g.a.memory += i * b->step_a * size, g.b.memory += i * b->step_b * size, g.c.memory += i * b->step_c * size;
    return g;
}

/* The caller frees it. */
static char *memory_of_nan(size_t bytes)
{
    char *p = malloc(bytes);
    CHECK(p, "%zu bytes", bytes);
    return memset(p, 0xff, bytes);
}

/* All NaN. `shared`: a bit for each input that all products have in common; C's lie apart, or, where there is room
 * between its elements, inside each other. */
static struct batch new_batch(int dtype, struct size s, struct style style, int count, int shared)
{
    struct batch b = {.of = lay_out_gemm(dtype, s.m, s.n, s.k, style), .count = count};
    b.step_a = shared & 1 ? 0 : b.of.a.extent + 3;
    b.step_b = shared & 2 ? 0 : b.of.b.extent;
    b.step_c = style.c == GAPS && count <= 3 ? 1 : b.of.c.extent + 5;
    b.of.a.memory = memory_of_nan(bytes_of_all(dtype, &b.of.a, b.step_a, count));
    b.of.b.memory = memory_of_nan(bytes_of_all(dtype, &b.of.b, b.step_b, count));
    b.of.c.memory = memory_of_nan(bytes_of_c(&b));
    return b;
}

static void fill_batch(struct batch *b)
{
    for (int i = 0; i < b->count; i++) {
        struct gemm g = product_of(b, i);
        fill(g.dtype, &g.a, real_at, 3 * (uint64_t)i + 1);
        fill(g.dtype, &g.b, real_at, 3 * (uint64_t)i + 2);
        if (!is_zero(g.beta)) fill(g.dtype, &g.c, real_at, 3 * (uint64_t)i + 3);
    }
}

static int call_batch(const struct batch *b)
{
    const struct gemm *g = &b->of;
    double alpha[2], beta[2];
    put(g->dtype, alpha, g->alpha), put(g->dtype, beta, g->beta);
    return pbl_gemm_batch_strided(g->dtype, g->a.op, g->b.op, g->m, g->n, g->k, alpha, first_element(g->dtype, &g->a),
                                  g->a.rs, g->a.cs, b->step_a, first_element(g->dtype, &g->b), g->b.rs, g->b.cs,
                                  b->step_b, beta, first_element(g->dtype, &g->c), g->c.rs, g->c.cs, b->step_c,
                                  b->count);
}

/* The same products by pointers, the last one first. */
static int call_by_pointers(const struct batch *b)
{
    enum { MOST = 1000 };
    static const void *pa[MOST], *pb[MOST];
    static void *pc[MOST];
    const struct gemm *g = &b->of;
    double alpha[2], beta[2];
    put(g->dtype, alpha, g->alpha), put(g->dtype, beta, g->beta);
    for (int i = 0; i < b->count; i++) {
        const struct gemm p = product_of(b, b->count - 1 - i);
        pa[i] = first_element(p.dtype, &p.a), pb[i] = first_element(p.dtype, &p.b),
        pc[i] = first_element(p.dtype, &p.c);
    }
    return pbl_gemm_batch(g->dtype, g->a.op, g->b.op, g->m, g->n, g->k, alpha, pa, g->a.rs, g->a.cs, pb, g->b.rs,
                          g->b.cs, beta, pc, g->c.rs, g->c.cs, b->count);
}

/* C's memory, with its gaps, after a loop of pbl_gemm; the batch's own is as it was. */
static char *one_after_another(const struct batch *b)
{
    struct batch copy = *b;
    copy.of.c.memory = memory_of_nan(bytes_of_c(b));
    memcpy(copy.of.c.memory, b->of.c.memory, bytes_of_c(b));
    for (int i = 0; i < b->count; i++) {
        const struct gemm g = product_of(&copy, i);
        CHECK(call(&g) == PBL_OK, "%s", describe(&g));
    }
    return copy.of.c.memory;
}

static void check_batch(int dtype, struct size s, struct style style, int count, uint64_t *state)
{
    struct batch b = new_batch(dtype, s, style, count, below(state, 4));
    b.of.alpha = random_factor(dtype, state), b.of.beta = random_factor(dtype, state);
    fill_batch(&b);
    char *want = one_after_another(&b), *before = memcpy(memory_of_nan(bytes_of_c(&b)), b.of.c.memory, bytes_of_c(&b));
    CHECK(call_batch(&b) == PBL_OK, "%d of %s", count, describe(&b.of));
    CHECK(memcmp(b.of.c.memory, want, bytes_of_c(&b)) == 0, "%d of %s, steps %d %d %d", count, describe(&b.of),
          (int)b.step_a, (int)b.step_b, (int)b.step_c);
    memcpy(b.of.c.memory, before, bytes_of_c(&b));
    CHECK(call_by_pointers(&b) == PBL_OK, "%d of %s", count, describe(&b.of));
    CHECK(memcmp(b.of.c.memory, want, bytes_of_c(&b)) == 0, "%d of %s, by pointers", count, describe(&b.of));
    free(before), free(want), free_gemm(&b.of);
}

/* As rows, and in whatever layout. */
static void as_a_loop(int dtype)
{
    static const int counts[] = {0, 1, 2, 7};
    static const struct style plain = {'n', 'n', ROWS, ROWS, ROWS, 0}, transposed = {'n', 't', ROWS, ROWS, ROWS, 0};
    const int largest = is_slow_isa() ? 1 << 16 : 1 << 30;
    uint64_t state = 29;
    for (int i = 0; i < N_SIZES; i++)
        for (int c = 0; c < 4; c++) {
            const struct size s = sizes_of_every_way[i];
            if (s.m * s.n * s.k > largest) continue;
            pbl_set_num_threads(c % 2 ? 1 : 3);
            check_batch(dtype, s, plain, counts[c], &state);
            pbl_set_num_threads(c % 2 ? 3 : 1);
            check_batch(dtype, s, transposed, counts[c], &state);
            check_batch(dtype, s, random_style(&state), counts[c], &state);
        }
}

/* So many that each thread takes several at a time. */
static void many(int dtype)
{
    static const struct size sizes[] = {{1, 1, 1}, {4, 4, 4}, {2, 9, 5}, {9, 3, 40}, {17, 20, 3}};
    uint64_t state = 31;
    for (int i = 0; i < 5; i++)
        for (int turn = 0; turn < 4; turn++) {
            pbl_set_num_threads(turn % 2 ? 3 : 1);
            check_batch(dtype, sizes[i], random_style(&state), 1000, &state);
        }
}

/* k = 0: C = beta C for each, and no input is read. */
static void nothing_to_multiply(int dtype)
{
    uint64_t state = 37;
    for (int turn = 0; turn < 9; turn++)
        check_batch(dtype, (struct size){turn % 3 * 5, turn / 3 * 7, 0}, random_style(&state), 3, &state);
}

/* Whichever allocation fails: each C untouched, or, if that many are not made, each as it must be. */
static void out_of_memory(int dtype, struct size s, int threads)
{
    struct batch b = new_batch(dtype, s, (struct style){'n', 't', ROWS, ROWS, ROWS, 1}, 5, 0);
    b.of.beta = (struct number){1, 0};
    fill_batch(&b);
    char *before = memcpy(memory_of_nan(bytes_of_c(&b)), b.of.c.memory, bytes_of_c(&b));
    char *want = one_after_another(&b);
    pbl_set_num_threads(threads);
    for (int n = 1, status = PBL_NO_MEMORY; status == PBL_NO_MEMORY; n++) {
        pbl_release_workspace();
        pbl_test_fail_allocation(n);
        status = call_batch(&b);
        CHECK(status == PBL_OK || status == PBL_NO_MEMORY, "status %d", status);
        CHECK(n > 1 || status == PBL_NO_MEMORY, "%s needs no memory", describe(&b.of));
        CHECK(memcmp(b.of.c.memory, status == PBL_OK ? want : before, bytes_of_c(&b)) == 0,
              "allocation %d of five times %s", n, describe(&b.of));
    }
    pbl_test_fail_allocation(0);
    free(before), free(want), free_gemm(&b.of);
}

int main(void)
{
    for (int isa = 0; use_isa(isa); isa++)
        for (int dtype = 0; dtype < N_DTYPES; dtype++) {
            as_a_loop(dtype);
            many(dtype);
            nothing_to_multiply(dtype);
            for (int threads = 1; threads <= 3; threads += 2) {
                out_of_memory(dtype, (struct size){50, 40, 270}, threads);
                out_of_memory(dtype, (struct size){90, 95, 180}, threads);
                out_of_memory(dtype, (struct size){20, 16, 1801}, threads);
            }
        }
    return 0;
}
