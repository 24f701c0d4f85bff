/* SPDX-License-Identifier: MIT */
/* Indices past 2^31 elements: few rows, very far apart, in memory that is mapped but hardly ever touched. */
#include <limits.h>
#include <sys/mman.h>

#include "cblas.h"
#include "gemm.h"

enum { CANNOT_RUN = 77, LINES = 3 };
#define FAR ((int64_t)INT_MAX + 6) /* between lines, in elements; an int cannot hold it */

/* Room for a matrix of LINES rows, or columns, of up to 1000 elements. */
static char *map(int dtype)
{
    void *p = mmap(NULL, (size_t)((FAR * (LINES - 1) + 1000) * size_of(dtype)), PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p != MAP_FAILED) return p;
    fprintf(stderr, "no mapping of that size on this machine\n");
    exit(CANNOT_RUN);
}

static void unmap(int dtype, char *p) { munmap(p, (size_t)((FAR * (LINES - 1) + 1000) * size_of(dtype))); }

/* An operand whose rows, or (order COLUMNS) columns, are far apart; LINES of them. */
static void spread_out(int dtype, struct operand *x, int64_t rows, int64_t columns, char op, enum order order)
{
    *x = lay_out(rows, columns, op, order, 0);
    const bool far_rows = order != COLUMNS;
    if (far_rows) x->rs = order == UPSIDE_DOWN ? -FAR : FAR;
    else x->cs = FAR;
    x->origin = x->rs < 0 ? FAR * (LINES - 1) : 0;
    x->memory = map(dtype);
}

static void check_and_free(struct gemm *g, struct operand *mapped)
{
    fill_gemm(g, integer_at);
    struct number *want = expected(g);
    CHECK(call(g) == PBL_OK, "%s", describe(g));
    check_elements(g, want);
    unmap(g->dtype, mapped->memory), mapped->memory = NULL;
    free(want), free_gemm(g);
}

static struct gemm new_ordinary(int dtype, int64_t m, int64_t n, int64_t k)
{
    struct gemm g = new_gemm(dtype, m, n, k, (struct style){'n', 'n', ROWS, ROWS, ROWS, 0});
    g.beta = (struct number){-1, 0};
    return g;
}

/* Each operand in turn; the sizes of the other dimensions fill tiles and, in a build with tiny blocks, make it pack. */
static void far_rows(int dtype, enum order order)
{
    struct gemm a = new_ordinary(dtype, LINES, 70, 300), b = new_ordinary(dtype, 40, 300, LINES),
                c = new_ordinary(dtype, LINES, 300, 20);
    free(a.a.memory), free(b.b.memory), free(c.c.memory);
    spread_out(dtype, &a.a, LINES, 300, 'n', order), check_and_free(&a, &a.a);
    spread_out(dtype, &b.b, LINES, 300, 'n', order), check_and_free(&b, &b.b);
    spread_out(dtype, &c.c, LINES, 300, 'n', order), check_and_free(&c, &c.c);
}

static void far_columns(int dtype, char op)
{
    struct gemm a = new_ordinary(dtype, 300, 70, LINES), b = new_ordinary(dtype, 40, LINES, 300),
                c = new_ordinary(dtype, 300, LINES, 20);
    const enum order order = op == 'n' ? COLUMNS : ROWS;
    free(a.a.memory), free(b.b.memory), free(c.c.memory);
    spread_out(dtype, &a.a, 300, LINES, op, order), check_and_free(&a, &a.a);
    spread_out(dtype, &b.b, 300, LINES, op, order), check_and_free(&b, &b.b);
    spread_out(dtype, &c.c, 300, LINES, 'n', COLUMNS), check_and_free(&c, &c.c);
}

/* Without a product: C = beta C goes another way. */
static void only_scaled(int dtype)
{
    struct gemm c = new_ordinary(dtype, LINES, 300, 20);
    c.alpha = (struct number){0, 0};
    free(c.c.memory);
    spread_out(dtype, &c.c, LINES, 300, 'n', ROWS), check_and_free(&c, &c.c);
}

/* Batches whose members are far apart. */
static void far_batch(int dtype)
{
    char *a = map(dtype), *b = map(dtype), *c = map(dtype);
    double one[2], zero[2] = {0, 0};
    put(dtype, one, (struct number){1, 0});
    for (int i = 0; i < LINES; i++) {
        put(dtype, a + i * FAR * size_of(dtype), (struct number){i + 2, 0});
        put(dtype, b + i * FAR * size_of(dtype), (struct number){i + 3, 0});
    }
    CHECK(pbl_gemm_batch_strided(dtype, 'n', 'n', 1, 1, 1, one, a, 1, 1, FAR, b, 1, 1, FAR, zero, c, 1, 1, FAR,
                                 LINES) == PBL_OK,
          "batch");
    for (int i = 0; i < LINES; i++)
        CHECK(get(dtype, c + i * FAR * size_of(dtype)).re == (i + 2) * (i + 3), "product %d of a batch on %s", i,
              pbl_get_isa());
    unmap(dtype, a), unmap(dtype, b), unmap(dtype, c);
}

/* The largest leading dimension that CBLAS can express: row 2 begins past it. */
static void largest_ld(void)
{
    float *a = (float *)map(PBL_S), *c = (float *)map(PBL_S), b = 3;
    for (int64_t i = 0; i < LINES; i++) a[i * INT_MAX] = (float)(i + 1);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, LINES, 1, 1, 1, a, INT_MAX, &b, 1, 0, c, INT_MAX);
    for (int64_t i = 0; i < LINES; i++)
        CHECK(c[i * INT_MAX] == (float)(3 * (i + 1)), "row %d on %s", (int)i, pbl_get_isa());
    unmap(PBL_S, (char *)a), unmap(PBL_S, (char *)c);
}

int main(void)
{
    for (int isa = 0; use_isa(isa); isa++) {
        for (int dtype = 0; dtype < N_DTYPES; dtype++) {
            far_rows(dtype, ROWS), far_rows(dtype, UPSIDE_DOWN);
            far_columns(dtype, 'n'), far_columns(dtype, 't'), far_columns(dtype, 'c');
            only_scaled(dtype);
            far_batch(dtype);
        }
        largest_ld();
    }
    return 0;
}
