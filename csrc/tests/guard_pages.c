/* SPDX-License-Identifier: MIT */
/* No read or write outside the operands, not even by a vector's tail: each lies against a page that must not be
 * touched, now with its first element, now with its last. What lies between an operand's rows is NaN: read, it would
 * show in the result; written, it would no longer be as it was. */
#include "arena.h"
#include "gemm.h"

static struct arena for_a, for_b, for_c;

static void place(int dtype, struct operand *x, struct arena arena, bool at_end)
{
    const size_t bytes = bytes_of(dtype, x);
    CHECK(bytes <= (size_t)(arena.end - arena.begin), "an arena too small for %zu bytes", bytes);
    x->memory = at_end ? arena.end - bytes : arena.begin;
    fill_with_nan(dtype, x);
}

static void run(struct gemm *g, const struct number *want)
{
    struct operand before = copy_of(g->dtype, g->c);
    protect(for_a, PROT_READ), protect(for_b, PROT_READ);
    CHECK(call(g) == PBL_OK, "%s", describe(g));
    check_elements(g, want);
    check_between(g, before);
    protect(for_a, PROT_READ | PROT_WRITE), protect(for_b, PROT_READ | PROT_WRITE);
    free(before.memory);
}

/* at_end: a bit for each of A, B and C. */
static void place_operands(struct gemm *g, int at_end)
{
    place(g->dtype, &g->a, for_a, at_end & 1);
    place(g->dtype, &g->b, for_b, at_end & 2);
    place(g->dtype, &g->c, for_c, at_end & 4);
    fill_gemm(g, integer_at);
}

/* The tiles are 8, 6 or 4 rows (complex: half) by 3 or 2 vectors of 16, 8, 4 or 2 elements: these sizes are those,
 * their multiples, and one more or less. */
static const int heights[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 17, 23, 24, 25};
static const int widths[] = {1,  2,  3,  4,  5,  7,  8,  9,  11, 12, 13, 15, 16, 17,
                             23, 24, 25, 31, 32, 33, 47, 48, 49, 63, 95, 96, 97};
static const int depths[] = {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33};
#define PICK(list, state) (list)[below(state, (int)(sizeof(list) / sizeof *(list)))]

static void small_products(int dtype)
{
    uint64_t state = (uint64_t)dtype;
    for (int turn = 0; turn < 2500; turn++) {
        const bool tall = below(&state, 2);
        const int height = PICK(heights, &state), width = PICK(widths, &state), depth = PICK(depths, &state);
        struct gemm g = lay_out_gemm(dtype, tall ? width : height, tall ? height : width, depth, random_style(&state));
        g.alpha = random_factor(dtype, &state), g.beta = random_factor(dtype, &state);
        place_operands(&g, below(&state, 8));
        struct number *want = expected(&g);
        run(&g, want);
        free(want);
    }
}

/* Shapes at which a kernel or a way of level3/paths.c has tails of its own. With op 't', the columns of op(B) are
 * contiguous, unless B lies otherwise. */
static const struct family {
    struct {
        int least, most;
    } m, n, k;
    char trans_b;
    int threads, turns;
} families[] = {{{1, 9}, {1, 9}, {1, 70}, 't', 1, 500},                /* thin, B transposed in registers */
                {{1, 9}, {1, 9}, {1, 70}, 'n', 1, 200},                /* thin, B by rows */
                {{1, 9}, {10, 60}, {1, 40}, 't', 1, 200},              /* several panels of B's columns */
                {{5, 30}, {15, 52}, {1, 20}, 'n', 1, 300},             /* a last panel of a vector of half the length */
                {{3, 30}, {1, 14}, {1, 1000}, 't', 1, 60},             /* a panel packed on the stack */
                {{1, 8}, {64, 700}, {10, 90}, 'n', 2, 50},             /* the sweep */
                {{64, 300}, {1, 8}, {20, 90}, 't', 2, 30},             /* the sweep of the transposed problem */
                {{1, 30}, {1, 40}, {1537, 3100}, 'n', 2, 20},          /* the blocks of K shared by threads */
                {{1, 8}, {9, 40}, {1537, 3100}, 't', 2, 20},           /* the same, with B's columns */
                {{60, 90}, {60, 130}, {90, 130}, 't', 2, 15},          /* a panel at a time */
                {{100, 140}, {100, 110}, {20, 50}, 'n', 2, 15}};       /* row after row of C */
enum { N_FAMILIES = sizeof families / sizeof *families, N_SMALL = 4 }; /* the small ones need but small arenas */

static void family(int dtype, const struct family *f)
{
    uint64_t state = (uint64_t)(dtype + 100 * (f - families));
    pbl_set_num_threads(f->threads);
    for (int turn = 0; turn < f->turns; turn++) {
        struct style style = random_style(&state);
        style.trans_b = f->trans_b, style.b = ROWS;
        if (below(&state, 2)) style.c = ROWS;
        struct gemm g = lay_out_gemm(dtype, f->m.least + below(&state, f->m.most - f->m.least + 1),
                                     f->n.least + below(&state, f->n.most - f->n.least + 1),
                                     f->k.least + below(&state, f->k.most - f->k.least + 1), style);
        g.alpha = random_factor(dtype, &state), g.beta = random_factor(dtype, &state);
        place_operands(&g, below(&state, 8));
        struct number *want = expected(&g);
        run(&g, want);
        free(want);
    }
    pbl_set_num_threads(0);
}

/* Where A and B are packed. The layouts hold the same matrices, so that C is computed once. The scalar ISA, slow at
 * this, gets one of them. */
static void big_products(int dtype, bool slow)
{
    static const struct style styles[] = {{'t', 'c', ROWS, ROWS, COLUMNS, 0},
                                          {'n', 'n', ROWS, ROWS, ROWS, 1},
                                          {'c', 'n', COLUMNS, ROWS, GAPS, 2},
                                          {'t', 'n', GAPS, REVERSED, UPSIDE_DOWN, 0}};
    struct number *want = NULL;
    for (int i = 0; i < (slow ? 1 : 4); i++)
        for (int at_end = slow ? 7 : 0; at_end < 8; at_end += 7) {
            struct gemm g = lay_out_big(dtype, styles[i]);
            g.beta = (struct number){-2, 0};
            place_operands(&g, at_end);
            if (!want) want = expected(&g);
            run(&g, want);
        }
    free(want);
}

int main(void)
{
    for_a = new_arena(1 << 18), for_b = new_arena(1 << 18), for_c = new_arena(1 << 19);
    for (int isa = 0; use_isa(isa); isa++)
        for (int dtype = 0; dtype < N_DTYPES; dtype++) {
            small_products(dtype);
            for (int i = 0; i < N_SMALL; i++) family(dtype, &families[i]);
        }

    for_a = new_arena(6 << 20), for_b = new_arena(6 << 20), for_c = new_arena(2 << 20);
    for (int isa = 0; use_isa(isa); isa++)
        for (int dtype = 0; dtype < N_DTYPES; dtype++) {
            for (int i = N_SMALL; i < N_FAMILIES; i++) family(dtype, &families[i]);
            big_products(dtype, isa == 0);
        }
    return 0;
}
