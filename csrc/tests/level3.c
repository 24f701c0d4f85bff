/* SPDX-License-Identifier: MIT */
/* Level 3 but gemm: right answers for every routine, letter, layout and size, in what is written, what is not, and what
 * must not be read; the same bits however the operands lie and whoever computes; memory that cannot be had. */
#include "level3.h"

static const int thread_counts[] = {1, 2, 3};

/* Sizes of which many are on the edge of a tile, a vector or a leaf. */
static int some_size(uint64_t *state, int turn)
{
    if (turn % 8 == 7) return 41 + below(state, 100);
    return below(state, 41);
}

static struct call random_call(enum routine routine, int dtype, int turn, uint64_t *state)
{
    struct call x = {.routine = routine, .dtype = dtype};
    x.side = "lr"[below(state, 2)], x.uplo = "lu"[below(state, 2)], x.diag = "nu"[below(state, 2)];
    x.m = some_size(state, turn), x.n = some_size(state, turn), x.k = some_size(state, turn);
    if (writes_triangle(&x)) x.m = x.n;
    x.alpha = random_factor(dtype, state), x.beta = random_factor(dtype, state);
    if (routine == HERK) x.alpha.im = 0;
    if (routine == TRSM && x.alpha.re * x.alpha.im != 0) x.alpha = (struct number){1, 1}; /* its inverse is exact */
    if (routine == HERK || routine == HER2K) x.beta.im = 0;
    return x;
}

/* So that trsm's answer is one of integers: small ones beside the diagonal, and on it numbers whose inverses are exact.
 */
static struct number easy_to_solve(uint64_t seed, int64_t i, int64_t j)
{
    static const struct number pivots[] = {{1, 0}, {-1, 0}, {2, 0}, {0, 1}, {1, 1}, {-0.5, 0}};
    const struct number v = integer_at(seed, i, j);
    if (i == j) return pivots[((int)v.re + 4) % 6];
    return (struct number){(int)v.re % 2, (int)v.im % 2};
}

static struct number real_pivot(uint64_t seed, int64_t i, int64_t j)
{
    const struct number v = easy_to_solve(seed, i, j);
    return i == j && v.im != 0 ? (struct number){2, 0} : v;
}

static struct number over(struct number x, struct number y)
{
    const struct number z = times(x, conj_of(y));
    const double d = y.re * y.re + y.im * y.im;
    return (struct number){z.re / d, z.im / d};
}

/* Makes B such that the answer, which is returned, is one of integers. */
static struct number *make_solvable(struct call *x)
{
    fill_a(x, is_complex(x->dtype) ? easy_to_solve : real_pivot);
    fill_c(x, integer_at);
    struct number *want = table(x, c_at, x->m, x->n, false);
    struct call product = *x;
    product.routine = TRMM, product.alpha = (struct number){1, 0};
    struct number *b = answer(&product);
    for (int64_t i = 0; i < x->m; i++)
        for (int64_t j = 0; j < x->n; j++) write_element(x->dtype, &x->c, i, j, over(b[i * x->n + j], x->alpha));
    free(b);
    return want;
}

static void exact_call(struct call x, struct style style)
{
    lay_out_call(&x, style);
    struct number *want;
    if (x.routine == TRSM && has_product(&x)) want = make_solvable(&x);
    else {
        fill_call(&x, integer_at);
        want = answer(&x);
    }
    struct operand before = copy_of(x.dtype, x.c);
    CHECK(run_call(&x) == PBL_OK, "%s", in_words(&x));
    check_answer(&x, want, before);
    free(before.memory), free(want), free_call(&x);
}

static void exact_on_integers(enum routine routine, int dtype)
{
    static uint64_t state = 5;
    for (int turn = 0; turn < 64; turn++) {
        pbl_set_num_threads(thread_counts[turn % 3]);
        exact_call(random_call(routine, dtype, turn, &state), random_style(&state));
    }
}

int main(void)
{
    for (int isa = 0; use_isa(isa); isa++)
        for (int dtype = 0; dtype < N_DTYPES; dtype++)
            for (int routine = 0; routine < N_ROUTINES; routine++) exact_on_integers((enum routine)routine, dtype);
    return 0;
}
