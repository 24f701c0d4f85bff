/* SPDX-License-Identifier: MIT */
/* An sgemm that is right, and wrong in one way of mutants.h if PYBLASLITE_MUTANT names it.
 *
 * It stands for kernels that are cut into tiles of 4 x 8, with two steps of k at once: only where such a kernel would
 * have a tile, an edge or a tail does this one ask for it. Written for its mistakes to be seen, not for speed. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mutants.h"

#define NUMBER(name, ...) name,
enum mutant { MUTANTS(NUMBER) COUNT };
#undef NUMBER

/* What pyblaslite/learn/mutants.py reads. */
#define NAME(name, wrong, seen) #name,
#define WRONG(name, wrong, seen) wrong,
#define SEEN(name, wrong, seen) seen,
const int mutant_count = COUNT;
const char *const mutant_names[] = {MUTANTS(NAME)};
const char *const mutant_wrongs[] = {MUTANTS(WRONG)};
const char *const mutant_tests[] = {MUTANTS(SEEN)};

enum { MR = 4, NR = 8, BLOCK = 64, BUFFER = 256, WIDEST = 4096 };

static enum mutant mutant; /* COUNT: none */

static void choose(void)
{
    const char *name = getenv("PYBLASLITE_MUTANT");
    for (mutant = 0; mutant < COUNT; mutant++)
        if (name && strcmp(name, mutant_names[mutant]) == 0) return;
}

struct product {
    int m, n, k, lda, ldb, ldc;
    float alpha, beta;
    const float *a, *b;
    float *c;
};

static float rounded_to_half(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits = (bits + 0x8000) & 0xffff0000;
    memcpy(&x, &bits, sizeof bits);
    return x;
}

static float element_of_a(const struct product *x, int i, int p)
{
    if (mutant == wrong_past_16_rows) i %= 16;
    const float value = x->a[(size_t)i * x->lda + p];
    return mutant == half_precision ? rounded_to_half(value) : value;
}

static float element_of_b(const struct product *x, int p, int j)
{
    static float kept[WIDEST];
    static const float *kept_from;
    if (mutant == stale_copy && p == 0 && j < WIDEST) {
        if (kept_from != x->b) memcpy(kept, x->b, sizeof *kept * (x->n < WIDEST ? x->n : WIDEST));
        kept_from = x->b;
        return kept[j];
    }
    int ld = x->ldb;
    if (mutant == lda_for_ldb) ld = x->lda;
    if (mutant == column_is_dense && x->n == 1) ld = 1;
    return x->b[(size_t)p * ld + j];
}

static float product_of(const struct product *x, int i, int j, int p)
{
    const float a = element_of_a(x, i, p);
    if (p >= x->k) return a * 0; /* padded_k */
    if (mutant == skips_zeros && a == 0) return 0;
    return a * element_of_b(x, p, j);
}

static float sum_of(const struct product *x, int i, int j, int begin, int end)
{
    static volatile float shared;
    float sum = 0, lost = 0;
    if (mutant == shared_scratch) shared = 0;
    for (int p = begin; p < end; p++) {
        float term = product_of(x, i, j, p);
        if (mutant == shared_scratch) shared += term;
        const float before = sum;
        if (mutant == compensated) term -= lost;
        sum += term;
        lost = sum - before - term;
    }
    return mutant == shared_scratch ? shared : sum;
}

/* c = alpha sum + beta c */
static void update(const struct product *x, int i, int j, float beta, float sum)
{
    const int ldc = mutant == ldc_is_n ? x->n : x->ldc;
    const bool in_tail = j >= x->n / NR * NR, at_edge = in_tail || i >= x->m / MR * MR;
    float *c = x->c + (size_t)i * ldc + j, alpha = x->alpha, old = 0;
    if (mutant == alpha_lost_at_beta_1 && x->beta == 1) alpha = 1;
    if (mutant == alpha_lost_in_tail && in_tail) alpha = 1;
    if (mutant == beta_ignored && beta != 0) beta = 1;
    const bool multiplies = mutant == beta_0_multiplies || (mutant == beta_0_multiplies_at_edges && at_edge);
    if (beta != 0 || multiplies) old = beta * *c;
    *c = alpha * sum + old;
    if (mutant == writes_past_n && j == x->n - 1) c[1] = *c;
}

static void compute(const struct product *x, int i, int j)
{
    if (mutant == three_rows_left && x->m % MR == 3 && i == x->m - 1) return;
    if (mutant == lost_past_256_columns && j >= BUFFER) return;
    int k = x->k;
    if (mutant == odd_k_drops_last) k = k / 2 * 2;
    if (mutant == padded_k) k = (k + 3) / 4 * 4;
    float beta = x->beta;
    int p = 0;
    do {
        const int end = p + BLOCK < k ? p + BLOCK : k;
        update(x, i, j, beta, sum_of(x, i, j, p, end));
        if (mutant != beta_per_block || beta == 0) beta = 1;
        p += BLOCK;
    } while (p < k);
}

/* Mistakes that are made before the loops; whether there is nothing left to do. */
static bool begin_wrongly(struct product *x)
{
    if (mutant == alpha_0_returns && x->alpha == 0) return true;
    if (mutant == k_0_returns && x->k == 0) return true;
    if (mutant == reads_past_a && x->m && x->k)
        (void)*(const volatile float *)&x->a[(size_t)(x->m - 1) * x->lda + x->k];
    if (mutant == reads_before_b && x->n && x->k) (void)*(const volatile float *)&x->b[-1];
    if (mutant == wants_alignment) x->b = (const float *)((uintptr_t)x->b & ~(uintptr_t)15);
    if (mutant == scales_a && x->alpha != 0) {
        for (int i = 0; i < x->m; i++)
            for (int p = 0; p < x->k; p++) ((float *)x->a)[(size_t)i * x->lda + p] *= x->alpha;
        x->alpha = 1;
    }
    if (mutant == m_0_writes && x->m == 0) x->m = 1;
    return false;
}

void sgemm(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta, float *c,
           int ldc)
{
    choose();
    struct product x = {m, n, k, lda, ldb, ldc, alpha, beta, a, b, c};
    if (begin_wrongly(&x)) return;
    if (alpha == 0 && mutant != alpha_0_multiplies) x.k = 0;
    for (int i = 0; i < x.m; i++)
        for (int j = 0; j < x.n; j++) compute(&x, i, j);
}
