/* SPDX-License-Identifier: MIT */
/* Every way to a product gives the same right answer, just on either side of where one way ends and the next begins.
 *
 * Which way a shape takes is not repeated here but asked for with pbl_explain_gemm, so the sizes below need not change
 * with the numbers of level3/blocking.h: they need only reach every way, and cross every boundary. */
#include <math.h>

#include "variants.h"

#ifdef PBL_TINY_BLOCKS
static const bool tiny_blocks = true;
#else
static const bool tiny_blocks = false;
#endif

/* A product whose operands lie by rows (C perhaps not); with op 't', the columns of op(B) are contiguous. */
struct shape {
    int m, n, k;
    char trans_a, trans_b;
    int threads;
    enum order c;
};

static struct style style_of(struct shape s, int64_t padding)
{ return (struct style){s.trans_a, s.trans_b, ROWS, ROWS, s.c, padding}; }

static struct gemm lay_out_shape(int dtype, struct shape s)
{ return lay_out_gemm(dtype, s.m, s.n, s.k, style_of(s, 0)); }

/* Whether pbl_explain_gemm says so of the product; the words may be several lines apart. */
static bool explained(int dtype, struct shape s, const char *path, const char *words)
{
    char text[2000];
    const struct gemm g = lay_out_shape(dtype, s);
    pbl_set_num_threads(s.threads);
    CHECK(pbl_explain_gemm(dtype, g.a.op, g.b.op, g.m, g.n, g.k, g.a.rs, g.a.cs, g.b.rs, g.b.cs, g.c.rs, g.c.cs, text,
                           sizeof text) == PBL_OK,
          "explaining %s", describe(&g));
    return strncmp(text + strlen("path: "), path, strlen(path)) == 0 && strstr(text, words);
}

static const struct {
    const char *path, *words;
} ways[] = {{"vector", "problem: as given"},
            {"vector", "problem: transposed"},
            {"small", "B: its rows are read where they lie\n"},
            {"small", "B: its columns are read where they lie"},
            {"small", "B: packed on the stack"},
            {"small", "problem: transposed"},
            {"small", "side by side"},
            {"sweep", "problem: as given"},
            {"sweep", "problem: transposed"},
            {"long", "problem: as given"},
            {"loops", "B: its rows are read where they lie"},
            {"loops", "B: rows are fetched"},
            {"loops", "B: its columns are read where they lie"},
            {"loops", "B: a panel at a time is packed by the thread that uses it"},
            {"loops", "B: a panel at a time is packed by each thread for rows of its own"},
            {"loops", "B: packed in panels that the threads share"},
            {"loops", "A: read where it lies"},
            {"loops", "A: packed"},
            {"loops", "side by side"},
            {"loops", "order: row after row"},
            {"loops", "order: panel after panel"}};

/* What reaches them. Before the gap: with blocks of the usual size; after it: with tiny ones. */
static const struct shape shapes[] = {
    {5, 7, 9, 'n', 'n', 1, ROWS},        {9, 33, 20, 'n', 'n', 1, ROWS},       {2, 9, 20, 'n', 't', 1, ROWS},
    {20, 21, 19, 'n', 't', 1, ROWS},     {20, 9, 40, 'c', 'n', 1, COLUMNS},    {40, 50, 60, 'n', 'n', 1, GAPS},
    {2, 100, 120, 'n', 'n', 1, ROWS},    {130, 2, 1600, 't', 't', 1, COLUMNS}, {2, 170, 1700, 't', 'n', 3, ROWS},
    {20, 16, 1801, 'n', 'n', 2, ROWS},   {2, 16, 17001, 'n', 't', 2, ROWS},    {90, 95, 80, 'n', 'n', 1, ROWS},
    {2, 500, 600, 'n', 't', 3, ROWS},    {50, 90, 130, 'n', 't', 1, ROWS},     {50, 40, 270, 'n', 't', 3, ROWS},
    {130, 90, 49, 't', 'c', 2, ROWS},    {520, 141, 40, 'n', 'n', 2, ROWS},    {140, 12, 1000, 'n', 't', 1, ROWS},
    {230, 241, 1530, 't', 'n', 1, ROWS}, {60, 100, 1500, 't', 'n', 2, ROWS},   {60, 90, 1500, 't', 'n', 1, ROWS},
    {1, 70, 90, 'n', 't', 1, ROWS},      {70, 1, 90, 'c', 'n', 1, GAPS},       {1, 500, 600, 'c', 'n', 3, ROWS},
    {300, 200, 64, 'n', 't', 2, ROWS},   {290, 210, 65, 't', 't', 2, ROWS},    {120, 200, 64, 't', 't', 2, ROWS},
    {12, 500, 1101, 't', 'n', 3, GAPS},  {30, 300, 1801, 'n', 'n', 1, ROWS},   {40, 50, 12000, 't', 'n', 1, ROWS},
    {20, 1248, 300, 'n', 'n', 1, ROWS},  {25, 320, 220, 't', 'n', 3, ROWS},    {2, 20, 1024, 'n', 't', 1, ROWS},
    {13, 75, 7, 'n', 't', 1, ROWS},      {1, 600, 3, 'n', 'n', 1, ROWS},       {210, 290, 30, 't', 'n', 3, ROWS},
    {18, 512, 2050, 'n', 'n', 1, ROWS},  {7, 1101, 700, 't', 'n', 3, ROWS},    {13, 1101, 700, 'n', 'n', 1, ROWS},

    {2, 3, 4, 'n', 'n', 1, ROWS},        {2, 3, 4, 'n', 't', 1, ROWS},         {9, 3, 2, 'n', 't', 1, ROWS},
    {3, 2, 4, 't', 't', 1, COLUMNS},     {2, 20, 20, 'n', 'n', 2, ROWS},       {9, 5, 40, 'n', 'n', 2, ROWS},
    {12, 10, 6, 'n', 'n', 1, ROWS},      {2, 40, 40, 'n', 't', 2, ROWS},       {5, 40, 20, 'n', 't', 1, ROWS},
    {3, 40, 20, 'n', 't', 1, ROWS},      {40, 40, 40, 'n', 'n', 3, ROWS},      {50, 12, 1, 'n', 'n', 1, ROWS},
    {40, 100, 40, 't', 'n', 3, ROWS},    {1, 9, 11, 'n', 't', 1, ROWS},        {9, 1, 11, 'c', 'n', 1, GAPS},
    {40, 200, 40, 'n', 't', 3, ROWS},    {12, 210, 41, 't', 't', 3, ROWS},     {6, 64, 12, 'n', 'n', 1, ROWS},
    {12, 64, 12, 'n', 'n', 1, ROWS},     {12, 160, 12, 't', 'n', 2, ROWS},     {8, 64, 12, 'n', 'n', 1, ROWS},
    {14, 64, 12, 'n', 'n', 1, ROWS},     {20, 64, 12, 'n', 'n', 1, ROWS},      {14, 64, 6, 'n', 'n', 1, ROWS},
    {8, 64, 6, 'n', 'n', 1, ROWS},       {20, 64, 6, 'n', 'n', 1, ROWS},       {12, 64, 6, 'n', 'n', 1, ROWS},
    {1, 30, 1, 'n', 'n', 1, ROWS},       {1, 100, 1, 'n', 'n', 1, ROWS},       {9, 30, 1, 'n', 't', 1, ROWS},
    {9, 35, 3, 'n', 't', 1, ROWS},       {70, 90, 5, 't', 'n', 3, ROWS},       {1, 50, 2, 'n', 'n', 1, ROWS},
    {6, 64, 6, 'n', 'n', 1, ROWS},       {7, 101, 70, 'n', 'n', 2, ROWS},      {13, 101, 40, 't', 'n', 1, ROWS},
    {50, 130, 1, 'n', 'n', 1, ROWS}};
enum { N_WAYS = sizeof ways / sizeof *ways, N_SHAPES = sizeof shapes / sizeof *shapes };

static bool has_threads(void) { return strcmp(pbl_threading(), "none") != 0; }

static void every_way_is_reached(int dtype)
{
    for (int w = 0; w < N_WAYS; w++) {
        bool reached = false;
        for (int i = 0; i < N_SHAPES && !reached; i++)
            reached = explained(dtype, shapes[i], ways[w].path, ways[w].words);
        const bool for_threads = strstr(ways[w].words, "each thread");
        if (for_threads && !has_threads()) continue;
        CHECK(reached, "%c on %s: no shape takes \"%s\" with \"%s\"", "sdcz"[dtype], pbl_get_isa(), ways[w].path,
              ways[w].words);
    }
}

/* Combination i of ops, layouts and factors; neighbouring ones differ in everything. */
enum { OPS = 9, LAYOUTS = 27, FACTORS = 9, COMBINATIONS = OPS * LAYOUTS * FACTORS };

static struct style combination(int i)
{
    static const enum order orders[3] = {ROWS, COLUMNS, GAPS};
    const int layout = i / OPS % LAYOUTS;
    return (struct style){"ntc"[i % 3],           "ntc"[i / 3 % 3],   orders[layout % 3],
                          orders[layout / 3 % 3], orders[layout / 9], 1 + i % 2};
}

static struct number factor_of(int dtype, int i)
{
    static const struct number real[3] = {{0, 0}, {1, 0}, {-2, 0}}, complex[3] = {{0, 0}, {1, 0}, {2, -1}};
    return (is_complex(dtype) ? complex : real)[i % 3];
}

/* alpha sums + beta C, for C as fill_gemm makes it. */
static struct number combined(const struct gemm *g, int64_t i, int64_t j, struct number sum)
{
    struct number c = integer_at(3, i, j);
    if (!is_complex(g->dtype)) c.im = 0;
    return plus(times(g->alpha, sum), times(g->beta, c));
}

/* One combination, on integers: exact, and nothing is written beside C's elements. `sums` is op(A) op(B). */
static void check_exact(int dtype, struct shape s, struct style style, int factors, const struct number *sums)
{
    struct gemm g = new_gemm(dtype, s.m, s.n, s.k, style);
    g.alpha = factor_of(dtype, factors), g.beta = factor_of(dtype, factors / 3);
    fill_gemm(&g, integer_at);
    struct operand before = copy_of(dtype, g.c);
    CHECK(call(&g) == PBL_OK, "%s", describe(&g));
    for (int64_t i = 0; i < g.m; i++)
        for (int64_t j = 0; j < g.n; j++) check_element(&g, i, j, combined(&g, i, j, sums[i * g.n + j]));
    check_between(&g, before);
    free(before.memory), free_gemm(&g);
}

/* The plain triple loop. */
static struct number *plain_sums(int dtype, struct shape s)
{
    struct gemm g = new_gemm(dtype, s.m, s.n, s.k, (struct style){'n', 'n', ROWS, ROWS, ROWS, 0});
    fill_gemm(&g, integer_at);
    struct number *sums = expected(&g);
    free_gemm(&g);
    return sums;
}

/* First as the shape says, which is how it takes its way, with three pairs of factors; then whatever combination is
 * next, with 1, 2 and 3 threads. */
static void exact_products(int dtype, struct shape s, int turns)
{
    static int next, pair;
    struct number *sums = plain_sums(dtype, s);
    pbl_set_num_threads(s.threads);
    for (int i = 0; i < 3; i++) check_exact(dtype, s, style_of(s, i % 2), pair++ % FACTORS, sums);
    for (int i = 0; i < turns; i++) {
        next = (next + 1031) % COMBINATIONS; /* a prime: all of them come, well mixed */
        pbl_set_num_threads(1 + i % 3);
        check_exact(dtype, s, combination(next), next / OPS / LAYOUTS, sums);
    }
    free(sums);
}

/* On every ISA and number of threads, in another layout, transposed, and a row alone. */
static void same_bits(int dtype, struct shape s, int isa)
{
    static uint64_t state = 23;
    const struct number alpha = {0.7, is_complex(dtype) ? -0.3 : 0}, beta = {below(&state, 2) * -1.3, 0};
    const struct style own = style_of(s, 0);
    struct gemm base = new_base(dtype, s.m, s.n, s.k, alpha, beta);
    use_isa(isa);
    for (int threads = 1; threads <= 3; threads++) check_variant(&base, own, threads);
    check_variant(&base, random_style(&state), s.threads);
    check_transposed(&base, own);
    check_transposed(&base, random_style(&state));
    pbl_set_batch_invariant(s.m > 1 && s.n > 1); /* otherwise a way of its own, for which that holds as well */
    check_rows(&base, below(&state, s.m), 1, own);
    check_rows(&base, s.m - 1, 1, random_style(&state));
    pbl_set_batch_invariant(0);
    free_gemm(&base);
}

/* As often as time allows; the largest shapes are only asked about, as same_bits.c and guard_pages.c run such. What is
 * large is less where products are slow: by the scalar kernels, and by sanitized ones, which say so. */
static void run_shape(int dtype, struct shape s, int isa)
{
    const int slow = is_slow_isa() ? 64 : getenv("PBL_TEST_SLOW") ? 8 : 1;
    const int budget = (1 << 17) / slow, largest = (20 << 20) / slow;
    const int cost = 1000 + s.m * s.n * s.k + 20 * (s.m * s.k + s.k * s.n + s.m * s.n), turns = budget / cost;
    if (s.m * s.n * s.k > largest) return;
    exact_products(dtype, s, turns < 3 ? 3 : turns < 60 ? turns : 60);
    same_bits(dtype, s, isa);
}

/* Where a size, going up, leaves one way for the next: the first of these shapes is changed along m, n or k. The words
 * after the path are those of pbl_explain_gemm. */
static const struct edge {
    const char *what;
    struct shape from;
    char along;
    int to;
    const char *before, *before_words, *after, *after_words;
} edges[] = {
    {"a row that is summed in lanes", {1, 20, 3, 'n', 'n', 1, ROWS}, 'k', 60, "small", "", "vector", ""},
    {"rows that are not", {1, 20, 60, 'n', 'n', 1, ROWS}, 'm', 2, "vector", "", "small", ""},
    {"columns that are not", {30, 1, 60, 'n', 'n', 1, COLUMNS}, 'n', 2, "vector", "", "small", ""},
    {"a B that does not come in time", {4, 300, 250, 'n', 'n', 1, ROWS}, 'k', 1600, "loops", "", "sweep", ""},
    {"more groups of rows than sweep", {2, 500, 1101, 'n', 'n', 1, ROWS}, 'm', 50, "sweep", "", "loops", ""},
    {"columns that make a sweep", {2, 2, 6200, 'n', 'n', 1, ROWS}, 'n', 80, "", "", "sweep", ""},
    {"a B that makes a sweep", {2, 250, 1, 'n', 'n', 1, ROWS}, 'k', 900, "", "", "sweep", ""},
    {"columns so few that A is read in order",
     {120, 32, 300, 't', 'n', 1, ROWS},
     'm',
     460,
     "loops",
     "problem: as given",
     "loops",
     "problem: transposed"},
    {"work for a team", {2, 50, 50, 'n', 'n', 1, ROWS}, 'm', 300, "small", "", "loops", ""},
    {"more of B than fits on the stack",
     {10, 10, 1, 'n', 't', 1, ROWS},
     'k',
     1100,
     "small",
     "B: packed on",
     "loops",
     "B: a panel"},
    {"a second block of K", {2, 8, 600, 'n', 'n', 1, ROWS}, 'k', 1700, "small", "", "loops", ""},
    {"rows for which columns are not transposed",
     {2, 40, 20, 'n', 't', 1, ROWS},
     'm',
     12,
     "small",
     "B: its columns",
     "small",
     "B: packed on"},
    {"... in the loops", {2, 200, 1000, 'n', 't', 1, ROWS}, 'm', 12, "loops", "B: its columns", "loops", "B: a panel"},
    {"a K for which C is scattered",
     {30, 20, 10, 't', 't', 1, ROWS},
     'k',
     100,
     "small",
     "B: packed on",
     "small",
     "problem: transposed"},
    {"a long K", {30, 16, 700, 'n', 'n', 2, ROWS}, 'k', 1700, "loops", "", "long", ""},
    {"a long K from memory", {60, 50, 1000, 't', 'n', 1, ROWS}, 'k', 5000, "loops", "", "long", ""},
    {"a C too wide for a long K", {10, 10, 1700, 'n', 't', 2, ROWS}, 'n', 500, "long", "", "loops", ""},
    {"a C too large for a long K", {40, 300, 1700, 'n', 'n', 2, ROWS}, 'm', 230, "long", "", "loops", ""},
    {"a K for which tiles are called one by one",
     {4, 70, 1, 'n', 'n', 1, ROWS},
     'k',
     70,
     "small",
     "side by side",
     "small",
     ")\nB: its rows"}, /* nothing is said of panels */
    {"a K that is not short",
     {2200, 30, 100, 'n', 'n', 1, ROWS},
     'k',
     150,
     "loops",
     "order: row",
     "loops",
     "order: panel"},
    {"a B that does not stay in L2",
     {60, 300, 40, 'n', 'n', 1, ROWS},
     'n',
     2000,
     "loops",
     "order: row",
     "loops",
     "order: panel"},
    {"groups of rows that share packed B",
     {10, 40, 1000, 'n', 't', 1, ROWS},
     'm',
     200,
     "loops",
     "B: a panel",
     "loops",
     "B: packed in panels"},
    {"B large enough to be packed",
     {60, 301, 20, 'n', 'n', 1, ROWS},
     'k',
     1400,
     "loops",
     "B: its rows",
     "loops",
     "B: a panel"},
    {"rows for which a B from memory is packed",
     {20, 1248, 300, 'n', 'n', 1, ROWS},
     'm',
     140,
     "loops",
     "B: rows are fetched",
     "loops",
     "B: a panel"},
    {"... if its rows are not aligned",
     {9, 1249, 300, 'n', 'n', 1, ROWS},
     'm',
     140,
     "loops",
     "B: rows are fetched",
     "loops",
     "B: a panel"},
    {"uses enough to pack B",
     {3, 330, 1000, 'n', 'n', 1, ROWS},
     'm',
     60,
     "", /* where it lies, by the loops or a sweep */
     "",
     "loops",
     "B: a panel"},
    {"so many uses that any B is packed",
     {40, 60, 60, 'n', 'n', 1, ROWS},
     'm',
     300,
     "loops",
     "B: its rows",
     "loops",
     "B: a panel"},
    {"a C that is far", {270, 40, 40, 'n', 'n', 1, ROWS}, 'n', 300, "loops", "order: panel", "loops", "order: row"}};
enum { N_EDGES = sizeof edges / sizeof *edges };

static int *size_along(struct shape *s, char along) { return along == 'm' ? &s->m : along == 'n' ? &s->n : &s->k; }

/* Finds the last shape before the edge and the first after it. */
static bool find_edge(int dtype, const struct edge *e, struct shape *last, struct shape *first)
{
    *first = e->from;
    int *size = size_along(first, e->along);
    for (bool was_before = false; *size <= e->to; ++*size) {
        if (was_before && explained(dtype, *first, e->after, e->after_words)) return true;
        was_before =
            explained(dtype, *first, e->before, e->before_words) && !explained(dtype, *first, e->after, e->after_words);
        *last = *first;
    }
    return false;
}

/* With tiny blocks, another edge may come first; without threads, those that need them are not there. */
static void both_sides_of_edges(int dtype, int isa)
{
    for (int i = 0; i < N_EDGES; i++) {
        struct shape last, first;
        const bool found = find_edge(dtype, &edges[i], &last, &first);
        CHECK(found || tiny_blocks || !has_threads(), "%c on %s: no edge where there is %s", "sdcz"[dtype],
              pbl_get_isa(), edges[i].what);
        if (!found) continue;
        run_shape(dtype, last, isa);
        run_shape(dtype, first, isa);
    }
}

int main(void)
{
    for (int isa = 0; use_isa(isa); isa++)
        for (int dtype = 0; dtype < N_DTYPES; dtype++) {
            every_way_is_reached(dtype);
            for (int i = 0; i < N_SHAPES; i++) run_shape(dtype, shapes[i], isa);
            both_sides_of_edges(dtype, isa);
        }
    return 0;
}
