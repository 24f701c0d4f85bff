/* SPDX-License-Identifier: MIT */
/* The CBLAS names: arguments are checked in netlib's order and numbering, then become strides. */
#include "../include/cblas.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "../include/pyblaslite.h"
#include "routines.h"

/* Netlib's exits the program; a library has no right to. */
__attribute__((weak)) void cblas_xerbla(int argument, const char *routine, const char *format, ...)
{
    va_list rest;
    fprintf(stderr, "pyblaslite: argument %d of %s is wrong: ", argument, routine);
    va_start(rest, format);
    vfprintf(stderr, format, rest);
    va_end(rest);
    fputc('\n', stderr);
}

/* The arguments of a gemm, whatever its dtype. */
struct gemm_call {
    const char *name;
    int dtype, layout, trans_a, trans_b, m, n, k;
    const void *alpha, *a;
    int lda;
    const void *b;
    int ldb;
    const void *beta;
    void *c;
    int ldc;
};

static char op_of(int trans)
{
    switch (trans) {
    case CblasNoTrans: return 'n';
    case CblasTrans: return 't';
    case CblasConjTrans: return 'c';
    default: return 0;
    }
}

/* Elements from one row (column-major: column) of a matrix to the next must be at least its columns (rows). */
static bool fits(int ld, bool row_major, int rows, int columns)
{
    int least = row_major ? columns : rows;
    return ld >= (least > 1 ? least : 1);
}

/* The number of the first argument that is wrong, 0 if none is. */
static int wrong_argument(const struct gemm_call *g)
{
    const bool row = g->layout == CblasRowMajor, ta = g->trans_a != CblasNoTrans, tb = g->trans_b != CblasNoTrans;
    if (!row && g->layout != CblasColMajor) return 1;
    if (!op_of(g->trans_a)) return 2;
    if (!op_of(g->trans_b)) return 3;
    if (g->m < 0) return 4;
    if (g->n < 0) return 5;
    if (g->k < 0) return 6;
    if (!fits(g->lda, row, ta ? g->k : g->m, ta ? g->m : g->k)) return 9;
    if (!fits(g->ldb, row, tb ? g->n : g->k, tb ? g->k : g->n)) return 11;
    if (!fits(g->ldc, row, g->m, g->n)) return 14;
    return 0;
}

static void run_gemm(const struct gemm_call *g)
{

    int wrong = wrong_argument(g);
    if (wrong) {
        const int values[] = {0, g->layout, g->trans_a, g->trans_b, g->m, g->n, g->k,  0,
                              0, g->lda,    0,          g->ldb,     0,    0,    g->ldc};
        cblas_xerbla(wrong, g->name, "it is %d", values[wrong]);
        return;
    }
    const bool row = g->layout == CblasRowMajor;
    int status = pbl_gemm(g->dtype, op_of(g->trans_a), op_of(g->trans_b), g->m, g->n, g->k, g->alpha, g->a,
                          row ? g->lda : 1, row ? 1 : g->lda, g->b, row ? g->ldb : 1, row ? 1 : g->ldb, g->beta, g->c,
                          row ? g->ldc : 1, row ? 1 : g->ldc);
    if (status == PBL_NO_MEMORY) cblas_xerbla(0, g->name, "no memory to pack into; C is unchanged");
    if (status == PBL_BAD_CPU) cblas_xerbla(0, g->name, "this CPU lacks %s; C is unchanged", pbl_cpu_lacks());
}

#define GEMM(letter, dtype, scalar, array, pointer_to)                                                             \
    void cblas_##letter##gemm(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, int m, int n, \
                              int k, scalar alpha, const array *a, int lda, const array *b, int ldb, scalar beta,  \
                              array *c, int ldc)                                                                   \
    {                                                                                                              \
        run_gemm(&(struct gemm_call){"cblas_" #letter "gemm", dtype, layout, trans_a, trans_b, m, n, k,            \
                                     pointer_to(alpha), a, lda, b, ldb, pointer_to(beta), c, ldc});                \
    }
GEMM_ROUTINES(GEMM)
