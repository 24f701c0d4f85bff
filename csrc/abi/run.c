/* SPDX-License-Identifier: MIT */
#include "run.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "../include/cblas.h"
#include "auxiliary.h"

void pbl_refuse(const struct call *call, int argument, const char *format, ...)
{
    char why[120], name[32];
    va_list rest;
    va_start(rest, format);
    vsnprintf(why, sizeof why, format, rest);
    va_end(rest);
    if (call->from == FROM_C) {
        RowMajorStrg = 0;
        cblas_xerbla(argument, call->name, "%s", why);
        return;
    }
    const int length = snprintf(name, sizeof name, "%-6s", call->name); /* netlib's names have six letters */
    for (int i = 0; i < length; i++) name[i] = upper_case(name[i]);
    if (call->from == FROM_FORTRAN) xerbla_(name, &(int32_t){argument}, (size_t)length);
    else xerbla_64_(name, &(int64_t){argument}, (size_t)length);
}

void pbl_report(const struct call *call, int status)
{
    if (status == PBL_NO_MEMORY) pbl_refuse(call, 0, "no memory to work in; the output is unchanged");
    if (status == PBL_BAD_CPU) pbl_refuse(call, 0, "this CPU lacks %s; the output is unchanged", pbl_cpu_lacks());
}

#define RUN(name, function, ARGUMENTS, dtypes) \
    void NAME_RUN(name, dtypes)(const struct call *call ARGUMENTS(PLAIN)) { CHECK_AND_CALL(function, ARGUMENTS) }
LEVEL3(RUN)
EXTENSIONS(RUN)

/* A group of products that differ in their addresses alone. */
struct group {
    char trans_a, trans_b;
    int64_t m, n, k, lda, ldb, ldc, size;
};

static int64_t integer_at(const struct call *call, const void *integers, int64_t i)
{ return call->wide ? ((const int64_t *)integers)[i] : ((const int32_t *)integers)[i]; }

static char op_at(const struct call *call, const void *ops, int64_t i)
{
    if (call->from != FROM_C) return lower_case(((const char *)ops)[i]);
    switch (((const CBLAS_TRANSPOSE *)ops)[i]) {
    case CblasNoTrans: return 'n';
    case CblasTrans: return 't';
    case CblasConjTrans: return 'c';
    default: return 0;
    }
}

/* clang-format off */
#define HAND(kind, ...) HAND_##kind(__VA_ARGS__)
#define HAND_layout() , layout
#define HAND_letters(TYPE, name) , name
#define HAND_integer(name, valid) , name
#define HAND_integers(name) , name
#define HAND_scalars(name) , name
#define HAND_matrices(io, a) , a, ld##a
/* clang-format on */

static struct group group_at(int64_t i, const struct call *call GEMM_GROUPS(PLAIN))
{
    (void)layout, (void)alpha, (void)a, (void)b, (void)beta, (void)c, (void)group_count;
    return (struct group){.trans_a = op_at(call, trans_a, i),
                          .trans_b = op_at(call, trans_b, i),
                          .m = integer_at(call, m, i),
                          .n = integer_at(call, n, i),
                          .k = integer_at(call, k, i),
                          .lda = integer_at(call, lda, i),
                          .ldb = integer_at(call, ldb, i),
                          .ldc = integer_at(call, ldc, i),
                          .size = integer_at(call, group_size, i)};
}

/* The number of the argument, layout counted, whose element is wrong; or 0. */
static int wrong_in_group(const struct group *x, bool row_major)
{
    if (!is_one_of(x->trans_a, "ntc")) return 2;
    if (!is_one_of(x->trans_b, "ntc")) return 3;
    if (x->m < 0) return 4;
    if (x->n < 0) return 5;
    if (x->k < 0) return 6;
    if (!holds(x->lda, row_major, OF(x->trans_a, x->m, x->k))) return 9;
    if (!holds(x->ldb, row_major, OF(x->trans_b, x->k, x->n))) return 11;
    if (!holds(x->ldc, row_major, x->m, x->n)) return 14;
    return x->size < 0 ? 16 : 0;
}

static bool are_right(const struct call *call GEMM_GROUPS(PLAIN))
{
    const bool from_c = call->from == FROM_C;
    if (!layout) pbl_refuse(call, 1, "it is neither CblasRowMajor nor CblasColMajor");
    else if (group_count < 0) pbl_refuse(call, 14 + from_c, "it is %" PRId64, group_count);
    for (int64_t i = 0; layout && i < group_count; i++) {
        const struct group x = group_at(i, call GEMM_GROUPS(HAND));
        const int wrong = wrong_in_group(&x, layout == 'r');
        if (!wrong) continue;
        pbl_refuse(call, wrong - !from_c, "of group %" PRId64 ", counted from 0", i);
        return false;
    }
    return layout && group_count >= 0;
}

/* Nothing is done unless all groups are right. */
void NAME_RUN(gemm_batch, SDCZ)(const struct call *call GEMM_GROUPS(PLAIN))
{
    if (!are_right(call GEMM_GROUPS(HAND))) return;
    for (int64_t i = 0; i < group_count; i++) {
        const struct group x = group_at(i, call GEMM_GROUPS(HAND));
        report(call, pbl_gemm_batch(call->dtype, x.trans_a, x.trans_b, x.m, x.n, x.k, moved(call->dtype, alpha, i), a,
                                    STRIDES(x.lda), b, STRIDES(x.ldb), moved(call->dtype, beta, i), c, STRIDES(x.ldc),
                                    x.size));
        a += x.size, b += x.size, c += x.size;
    }
}
