/* SPDX-License-Identifier: MIT */
/* The CBLAS names: arguments are checked in netlib's order and numbering (of stacks: MKL's), then become strides. */
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

/* How often it is done, and how far on each time; the numbers that the routine's arguments have, from lda on. */
struct stack {
    struct {
        int lda, ldb, ldc, stride_c, count;
    } number;
    int stride_a, stride_b, stride_c, count;
};
static const struct stack single = {.number = {9, 11, 14, 0, 0}, .count = 1};
#define STACK_NUMBERS {9, 12, 16, 17, 18}

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

struct fault {
    int argument, value; /* argument 0: none is wrong */
};

/* The first argument that is wrong. Any stride suits A and B, 0 repeats them; C's must not all be one. */
static struct fault find_fault(const struct gemm_call *g, const struct stack *s)
{
    const bool row = g->layout == CblasRowMajor, ta = g->trans_a != CblasNoTrans, tb = g->trans_b != CblasNoTrans;
    if (!row && g->layout != CblasColMajor) return (struct fault){1, g->layout};
    if (!op_of(g->trans_a)) return (struct fault){2, g->trans_a};
    if (!op_of(g->trans_b)) return (struct fault){3, g->trans_b};
    if (g->m < 0) return (struct fault){4, g->m};
    if (g->n < 0) return (struct fault){5, g->n};
    if (g->k < 0) return (struct fault){6, g->k};
    if (!fits(g->lda, row, ta ? g->k : g->m, ta ? g->m : g->k)) return (struct fault){s->number.lda, g->lda};
    if (!fits(g->ldb, row, tb ? g->n : g->k, tb ? g->k : g->n)) return (struct fault){s->number.ldb, g->ldb};
    if (!fits(g->ldc, row, g->m, g->n)) return (struct fault){s->number.ldc, g->ldc};
    if (g->m > 0 && g->n > 0 && s->count > 1 && s->stride_c == 0)
        return (struct fault){s->number.stride_c, s->stride_c};
    if (s->count < 0) return (struct fault){s->number.count, s->count};
    return (struct fault){0};
}

static void run_gemm(const struct gemm_call *g, const struct stack *s)
{
    const struct fault fault = find_fault(g, s);
    if (fault.argument) {
        cblas_xerbla(fault.argument, g->name, "it is %d", fault.value);
        return;
    }
    const bool row = g->layout == CblasRowMajor;
    const int status = pbl_gemm_batch_strided(g->dtype, op_of(g->trans_a), op_of(g->trans_b), g->m, g->n, g->k,
                                              g->alpha, g->a, row ? g->lda : 1, row ? 1 : g->lda, s->stride_a, g->b,
                                              row ? g->ldb : 1, row ? 1 : g->ldb, s->stride_b, g->beta, g->c,
                                              row ? g->ldc : 1, row ? 1 : g->ldc, s->stride_c, s->count);
    if (status == PBL_NO_MEMORY) cblas_xerbla(0, g->name, "no memory to pack into; C is unchanged");
    if (status == PBL_BAD_CPU) cblas_xerbla(0, g->name, "this CPU lacks %s; C is unchanged", pbl_cpu_lacks());
}

#define GEMM(letter, dtype, scalar, array, pointer_to)                                                             \
    void cblas_##letter##gemm(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, int m, int n, \
                              int k, scalar alpha, const array *a, int lda, const array *b, int ldb, scalar beta,  \
                              array *c, int ldc)                                                                   \
    {                                                                                                              \
        run_gemm(&(struct gemm_call){"cblas_" #letter "gemm", dtype, layout, trans_a, trans_b, m, n, k,            \
                                     pointer_to(alpha), a, lda, b, ldb, pointer_to(beta), c, ldc},                 \
                 &single);                                                                                         \
    }
GEMM_ROUTINES(GEMM)

#define GEMM_BATCH_STRIDED(letter, dtype, scalar, array, pointer_to)                                                  \
    void cblas_##letter##gemm_batch_strided(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b,    \
                                            int m, int n, int k, scalar alpha, const array *a, int lda, int stride_a, \
                                            const array *b, int ldb, int stride_b, scalar beta, array *c, int ldc,    \
                                            int stride_c, int batch_size)                                             \
    {                                                                                                                 \
        run_gemm(&(struct gemm_call){"cblas_" #letter "gemm_batch_strided", dtype, layout, trans_a, trans_b, m, n, k, \
                                     pointer_to(alpha), a, lda, b, ldb, pointer_to(beta), c, ldc},                    \
                 &(struct stack){STACK_NUMBERS, stride_a, stride_b, stride_c, batch_size});                           \
    }
GEMM_ROUTINES(GEMM_BATCH_STRIDED)
