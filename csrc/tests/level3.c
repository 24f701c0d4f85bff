/* SPDX-License-Identifier: MIT */
/* Level 3 but gemm: right answers for every routine, letter, layout and size, in what is written, what is not, and what
 * must not be read; the same bits however the operands lie and whoever computes; memory that cannot be had. */
#include <pthread.h>

#include "level3.h"

static const int thread_counts[] = {1, 2, 3};

#ifdef PBL_TINY_BLOCKS /* where every call has a team of threads, and most calls have several */
enum { TURNS = 16 };
#else
enum { TURNS = 64 };
#endif

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
    for (int turn = 0; turn < TURNS; turn++) {
        pbl_set_num_threads(thread_counts[turn % 3]);
        exact_call(random_call(routine, dtype, turn, &state), random_style(&state));
    }
}

/* Reals of which no sum is exact; a triangle of them that can be solved. */
static struct number tame(uint64_t seed, int64_t i, int64_t j)
{
    const struct number v = real_at(seed, i, j);
    return i == j ? (struct number){2 + v.re, v.im} : (struct number){v.re / 16, v.im / 16};
}

/* The same call in some layout: what is compared is what it gives. */
static struct call run_in_style(struct call x, struct style style)
{
    lay_out_call(&x, style);
    fill_call(&x, is_triangular(&x) ? tame : real_at);
    CHECK(run_call(&x) == PBL_OK, "%s", in_words(&x));
    return x;
}

static void check_same_bits(const struct call *x, const struct call *base)
{
    for (int64_t i = 0; i < x->m; i++)
        for (int64_t j = 0; j < x->n; j++)
            CHECK(!is_written(x, i, j) || memcmp(element(x->dtype, &x->c, i, j), element(x->dtype, &base->c, i, j),
                                                 (size_t)size_of(x->dtype)) == 0,
                  "%s: (%d, %d)", in_words(x), (int)i, (int)j);
}

/* Every ISA, number of threads and layout; whichever triangle of a symmetric matrix is stored. */
static void same_bits(enum routine routine, int dtype, int m, int n, int k, uint64_t *state)
{
    struct call x = random_call(routine, dtype, 0, state);
    x.m = writes_triangle(&x) ? n : m, x.n = n, x.k = k;
    x.alpha = (struct number){0.7, is_complex(dtype) && routine != HERK ? -0.3 : 0}, x.beta = (struct number){-1.3, 0};
    use_base_isa();
    pbl_set_num_threads(1);
    struct call base = run_in_style(x, (struct style){'n', 'n', ROWS, ROWS, ROWS, 0});
    for (int isa = 0; use_isa(isa); isa++)
        for (int turn = 0; turn < (isa == 0 ? 2 : 6); turn++) {
            pbl_set_num_threads(thread_counts[turn % 3]);
            if (is_symmetric(&x)) x.uplo = other_uplo(x.uplo);
            struct call variant = run_in_style(x, random_style(state));
            check_same_bits(&variant, &base);
            free_call(&variant);
        }
    free_call(&base);
}

/* Larger than a block of K; than two leaves; than what one thread does. */
static void same_bits_of_all(int dtype)
{
    static uint64_t state = 31;
    for (int routine = 0; routine < N_ROUTINES; routine++) {
        same_bits((enum routine)routine, dtype, 37, 21, 19, &state);
        same_bits((enum routine)routine, dtype, 150, 61, 70, &state);
        same_bits((enum routine)routine, dtype, 90, 200, 40, &state);
        if (writes_triangle(&(struct call){.routine = (enum routine)routine}))
            same_bits((enum routine)routine, dtype, 0, 33, 1600, &state);
    }
}

struct attempt {
    const struct call *call;
    int status;
};

static void *try(void *attempt)
{
    struct attempt *a = attempt;
    a->status = run_call(a->call);
    return NULL;
}

/* In a thread that is new, as its team's are then: none has memory yet. */
static int run_in_new_threads(const struct call *x)
{
    struct attempt a = {.call = x};
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, try, &a) == 0, "pthread_create");
    CHECK(pthread_join(thread, NULL) == 0, "pthread_join");
    return a.status;
}

/* Whichever allocation fails, nothing is written, however many products a routine is made of and whoever computes
 * them; if none does, the answer is as with memory. */
static void every_allocation_fails(struct call x, struct style style)
{
    lay_out_call(&x, style);
    fill_call(&x, is_triangular(&x) ? tame : integer_at);
    const size_t bytes = bytes_of(x.dtype, &x.c);
    struct operand before = copy_of(x.dtype, x.c);
    CHECK(run_call(&x) == PBL_OK, "%s", in_words(&x));
    struct operand after = copy_of(x.dtype, x.c);
    memcpy(x.c.memory, before.memory, bytes);
    int failing = 1;
    for (;; failing++) {
        pbl_test_fail_allocation(failing);
        const int status = run_in_new_threads(&x);
        if (status == PBL_OK) break;
        CHECK(status == PBL_NO_MEMORY, "%s: status %d", in_words(&x), status);
        CHECK(memcmp(before.memory, x.c.memory, bytes) == 0, "%s, without allocation %d", in_words(&x), failing);
    }
    CHECK(failing > 1, "%s: needs no memory", in_words(&x));
    CHECK(memcmp(after.memory, x.c.memory, bytes) == 0, "%s: wrong without allocation %d", in_words(&x), failing);
    pbl_test_fail_allocation(0);
    free(before.memory), free(after.memory), free_call(&x);
}

static void no_memory(enum routine routine, int dtype)
{
    static uint64_t state = 41;
    for (int threads = 1; threads <= 3; threads++) {
        struct call x = random_call(routine, dtype, 0, &state);
        x.m = x.n = x.k = 300;
        x.alpha = x.beta = (struct number){1, 0};
        pbl_set_num_threads(threads);
        every_allocation_fails(x, (struct style){'n', 'n', COLUMNS, COLUMNS, ROWS, 1});
    }
}

/* The columns of a triangular system that two threads share unevenly, where who has fewer needs more memory. */
static void no_memory_for_the_narrower(enum routine routine, int dtype)
{
#ifdef PBL_TINY_BLOCKS
    static const int sizes[][2] = {{50, 39}, {50, 44}, {70, 51}, {70, 60}};
#else
    static const int sizes[][2] = {{768, 676}, {768, 680}, {512, 508}, {512, 514}};
#endif
    const int first = dtype == PBL_Z ? 2 : 0;
    pbl_set_num_threads(2);
    for (int i = first; i < first + 2; i++) {
        struct call x = {.routine = routine, .dtype = dtype, .side = 'l', .uplo = 'l', .diag = 'n', .alpha = {1, 0}};
        x.m = sizes[i][0], x.n = sizes[i][1];
        every_allocation_fails(x, (struct style){'n', 'n', ROWS, ROWS, ROWS, 500});
    }
}

/* Rows of X that are 4096 bytes apart, and so share their places in the caches: they are copied. */
static void rows_far_apart(enum routine routine, int dtype)
{
    static uint64_t state = 43;
    for (int turn = 0; turn < 4; turn++) {
        struct call x = random_call(routine, dtype, 0, &state);
        x.side = 'l', x.m = 90, x.n = 21;
        pbl_set_num_threads(thread_counts[turn % 3]);
        exact_call(x, (struct style){"nt"[turn % 2], 'n', ROWS, ROWS, ROWS, 4096 / size_of(dtype) - x.n});
    }
}

/* X = B / a for a 1 x 1 triangle: whatever the number on the diagonal, as arithmetic has it. */
static void pivots_of_all_kinds(int dtype)
{
    const double huge = is_single(dtype) ? 0x1p127 : 0x1p1023, tiny = is_single(dtype) ? 0x1p-149 : 0x1p-1074;
    const double values[] = {0, -0.0, 1, 3, huge, -huge, tiny, 3 * tiny, INFINITY, NAN};
    enum { N = sizeof values / sizeof *values };
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double a[2], b[2], one[2];
            put(dtype, a, (struct number){values[i], 0}), put(dtype, b, (struct number){values[j], 0});
            put(dtype, one, (struct number){1, 0});
            CHECK(pbl_trsm(dtype, 'l', 'l', 'n', 'n', 1, 1, one, a, 1, 1, b, 1, 1) == PBL_OK, "%g", values[i]);
            const double x = get(dtype, b).re, quotient = values[j] / values[i];
            const double want = is_single(dtype) ? (double)(float)quotient : quotient;
            if (is_complex(dtype) && !(isfinite(values[i]) && isfinite(values[j]) && values[i] != 0)) continue;
            CHECK((isnan(want) && isnan(x)) || x == want || fabs(x - want) <= 0x1p-22 * fabs(want),
                  "%c: %g / %g is %g, not %g", "sdcz"[dtype], values[j], values[i], x, want);
        }
}

/* A row of a system whose pivot has no inverse, as it would overflow: all rows are divided, not multiplied. */
static void a_pivot_without_inverse(int dtype, int order, int columns)
{
    const struct number tiny = {is_single(dtype) ? 0x1p-148 : 0x1p-1073, 0};
    const int row = order / 2;
    struct call x = {.routine = TRSM, .dtype = dtype, .side = 'l', .uplo = 'l', .diag = 'n', .alpha = {1, 0}};
    x.m = order, x.n = columns;
    lay_out_call(&x, (struct style){'n', 'n', ROWS, ROWS, ROWS, 0});
    struct number *want = make_solvable(&x);
    for (int j = 0; j <= row; j++) write_element(dtype, &x.a, row, j, times(tiny, a_at(&x, row, j)));
    for (int j = 0; j < columns; j++) write_element(dtype, &x.c, row, j, times(tiny, c_at(&x, row, j)));
    struct operand before = copy_of(dtype, x.c);
    CHECK(run_call(&x) == PBL_OK, "%s", in_words(&x));
    check_answer(&x, want, before);
    free(before.memory), free(want), free_call(&x);
}

/* A letter, size or dtype that is none. */
static void bad_arguments(void)
{
    struct {
        enum routine routine;
        char side, uplo, trans, diag;
        int dtype, m;
    } const bad[] = {{GEMMT, 'l', 'x', 'n', 'n', PBL_S, 3}, {GEMMT, 'l', 'l', 'x', 'n', PBL_S, 3},
                     {SYRK, 'l', 'l', 'c', 'n', PBL_C, 3},  {HERK, 'l', 'l', 't', 'n', PBL_Z, 3},
                     {SYR2K, 'l', 'l', 'n', 'n', 4, 3},     {HER2K, 'l', 'U', 'n', 'n', PBL_Z, 3},
                     {SYMM, 'x', 'l', 'n', 'n', PBL_S, 3},  {HEMM, 'l', 'l', 'n', 'n', PBL_C, -1},
                     {TRMM, 'l', 'l', 'n', 'x', PBL_S, 3},  {TRSM, 'l', 'l', 'r', 'n', PBL_S, 3},
                     {TRSM, 'l', 'l', 'n', 'n', -1, 3},     {TRMM, 'q', 'l', 'n', 'n', PBL_S, 3}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct call x = {.routine = bad[i].routine, .dtype = PBL_Z, .side = bad[i].side, .uplo = bad[i].uplo};
        x.diag = bad[i].diag, x.m = x.n = x.k = 3;
        lay_out_call(&x, (struct style){'n', 'n', ROWS, ROWS, ROWS, 0});
        x.dtype = bad[i].dtype, x.a.op = bad[i].trans, x.m = x.n = bad[i].m;
        CHECK(run_call(&x) == PBL_BAD_ARGUMENT, "%s, case %d", routine_names[x.routine], (int)i);
        free_call(&x);
    }
}

/* A call of omatcopy or imatcopy; B is op(stored), so that its element (i, j) is made of A's. */
struct matcopy {
    int dtype;
    char trans;
    int64_t rows, columns;
    struct number alpha;
    struct operand a, b;
};

static struct matcopy new_matcopy(int dtype, int rows, int columns, uint64_t *state)
{
    struct matcopy x = {.dtype = dtype, .trans = "ntcr"[below(state, 4)], .alpha = random_factor(dtype, state)};
    const char op = x.trans == 't' || x.trans == 'c' ? 't' : 'n';
    x.rows = rows, x.columns = columns;
    x.a = lay_out(x.rows, x.columns, 'n', (enum order)below(state, N_OUTPUT_ORDERS), below(state, 4));
    x.b = lay_out(x.rows, x.columns, op, (enum order)below(state, N_OUTPUT_ORDERS), below(state, 4));
    return x;
}

static void check_copied(const struct matcopy *x)
{
    for (int64_t i = 0; i < x->rows; i++)
        for (int64_t j = 0; j < x->columns; j++) {
            struct number v = integer_at(1, i, j), got = read_element(x->dtype, &x->b, i, j);
            if (!is_complex(x->dtype)) v.im = 0;
            v = times(x->alpha, x->trans == 'c' || x->trans == 'r' ? conj_of(v) : v);
            CHECK(same_value(got, v), "matcopy %c %c of %d x %d: (%d, %d) is %g%+gi, not %g%+gi", "sdcz"[x->dtype],
                  x->trans, (int)x->rows, (int)x->columns, (int)i, (int)j, got.re, got.im, v.re, v.im);
        }
}

static void copy_beside(struct matcopy x)
{
    double alpha[2];
    put(x.dtype, alpha, x.alpha);
    allocate(x.dtype, &x.a), allocate(x.dtype, &x.b);
    if (!is_zero(x.alpha)) fill(x.dtype, &x.a, integer_at, 1);
    struct operand before = copy_of(x.dtype, x.b);
    CHECK(pbl_omatcopy(x.dtype, x.trans, x.rows, x.columns, alpha, first_element(x.dtype, &x.a), x.a.rs, x.a.cs,
                       first_element(x.dtype, &x.b), x.b.rs, x.b.cs) == PBL_OK,
          "omatcopy");
    check_copied(&x);
    for (int64_t i = 0; i < x.rows; i++)
        for (int64_t j = 0; j < x.columns; j++)
            memcpy(element(x.dtype, &before, i, j), element(x.dtype, &x.b, i, j), (size_t)size_of(x.dtype));
    CHECK(memcmp(before.memory, x.b.memory, bytes_of(x.dtype, &x.b)) == 0, "omatcopy wrote beside B");
    free(before.memory), free(x.a.memory), free(x.b.memory);
}

/* Both matrices begin at the same element of memory that has room for either. */
static void copy_in_place(struct matcopy x)
{
    double alpha[2];
    put(x.dtype, alpha, x.alpha);
    const int64_t origin = x.a.origin > x.b.origin ? x.a.origin : x.b.origin;
    x.a.extent = x.b.extent = x.a.extent + x.b.extent, x.a.origin = x.b.origin = origin;
    allocate(x.dtype, &x.a);
    if (!is_zero(x.alpha)) fill(x.dtype, &x.a, integer_at, 1);
    x.b.memory = x.a.memory;
    CHECK(pbl_imatcopy(x.dtype, x.trans, x.rows, x.columns, alpha, first_element(x.dtype, &x.a), x.a.rs, x.a.cs, x.b.rs,
                       x.b.cs) == PBL_OK,
          "imatcopy");
    check_copied(&x);
    free(x.a.memory);
}

static void copies(int dtype)
{
    static uint64_t state = 43;
    for (int turn = 0; turn < 300; turn++) {
        int columns = some_size(&state, turn);
        if (turn % 8 == 0) columns = turn % 16 ? 4 : 2; /* without gaps, one piece of memory */
        const struct matcopy x = new_matcopy(dtype, some_size(&state, turn), columns, &state);
        if (turn % 3 == 0) copy_in_place(x);
        else copy_beside(x);
    }
    pbl_set_num_threads(3); /* of which each takes some of these */
    for (int turn = 0; turn < 8; turn++) copy_beside(new_matcopy(dtype, 310, 260, &state));
    copy_in_place(new_matcopy(dtype, 310, 260, &state));
}

int main(void)
{
    for (int isa = 0; use_isa(isa); isa++)
        for (int dtype = 0; dtype < N_DTYPES; dtype++) {
            for (int routine = 0; routine < N_ROUTINES; routine++) exact_on_integers((enum routine)routine, dtype);
            for (int routine = 0; routine < N_ROUTINES; routine++)
                if (isa > 0) no_memory((enum routine)routine, dtype);
            if (isa > 0 && dtype != PBL_S)
                no_memory_for_the_narrower(TRSM, dtype), no_memory_for_the_narrower(TRMM, dtype);
            rows_far_apart(TRMM, dtype), rows_far_apart(TRSM, dtype);
            pivots_of_all_kinds(dtype);
            a_pivot_without_inverse(dtype, 1, 1), a_pivot_without_inverse(dtype, 29, 131);
            copies(dtype);
        }
    for (int dtype = 0; dtype < N_DTYPES; dtype++) same_bits_of_all(dtype);
    bad_arguments();
    return 0;
}
