/* SPDX-License-Identifier: MIT */
/* Sums over vectors: of chunks, in order. */
#ifndef PBL_LEVEL1_SUMS_H
#define PBL_LEVEL1_SUMS_H
#include <math.h>

#include "chunks.h"

static void add(const struct pass *p, const char *sums, dim count, void *result)
{
    for (dim i = 0; i < count; i++, sums += RESULT_BYTES)
        for (dim part = 0; part < p->parts; part++)
            if (is_single(p->dtype)) ((float *)result)[part] += ((const float *)sums)[part];
            else ((double *)result)[part] += ((const double *)sums)[part];
}

/* result = the sum of what the chunks give, `parts` reals. */
INLINED void add_up(const struct pass *p, int streams, dim parts, chunk_fn *work, void *result)
{
    if (is_one_chunk(p)) {
        work(p, 0, p->n, result);
        return;
    }
    struct pass copy = *p;
    copy.parts = parts;
    for (dim part = 0; part < parts; part++) put_real(p->dtype, result, part, 0);
    pbl_fold(&copy, streams, work, add, result);
}

INLINED void dot(const struct pass *p, dim first, dim n, void *sum)
{ p->kernels->dot(n, p->conj_x, at(p, p->x, first), p->x.inc, at(p, p->y, first), p->y.inc, sum); }

ENTRY(dot)(int dtype, char trans_x, int64_t n, const void *x, int64_t incx, const void *y, int64_t incy, void *result)
{
    struct pass p;
    const int status = set_up(&p, dtype, n, x, incx, y, incy);
    if (status != PBL_OK) return status;
    if (trans_x != 'n' && trans_x != 'c') return PBL_BAD_ARGUMENT;
    p.conj_x = trans_x == 'c';
    add_up(&p, 2, parts_of(dtype), dot, result);
    return PBL_OK;
}

ENTRY(dot_double)(int64_t n, const float *x, int64_t incx, const float *y, int64_t incy, double *result)
{
    const struct kernels *kernels = pbl_kernels(PBL_D);
    if (n < 0 || !kernels) return n < 0 ? PBL_BAD_ARGUMENT : PBL_BAD_CPU;
    kernels->dot_floats(n, x, incx, y, incy, result);
    return PBL_OK;
}

INLINED void sum(const struct pass *p, dim first, dim n, void *result)
{ p->kernels->sum(n, at(p, p->x, first), p->x.inc, result); }

ENTRY(sum)(int dtype, int64_t n, const void *x, int64_t incx, void *result)
{
    struct pass p;
    const int status = set_up(&p, dtype, n, x, incx, NULL, 0);
    if (status == PBL_OK) add_up(&p, 1, parts_of(dtype), sum, result);
    return status;
}

INLINED void asum(const struct pass *p, dim first, dim n, void *result)
{ p->kernels->asum(n, at(p, p->x, first), p->x.inc, result); }

ENTRY(asum)(int dtype, int64_t n, const void *x, int64_t incx, void *result)
{
    struct pass p;
    const int status = set_up(&p, dtype, n, x, incx, NULL, 0);
    if (status == PBL_OK) add_up(&p, 1, 1, asum, result);
    return status;
}

INLINED void sumsq(const struct pass *p, dim first, dim n, void *result)
{ p->kernels->sumsq(n, at(p, p->x, first), p->x.inc, p->alpha, result); }

/* The sum of squares tells itself whether it can be trusted: it is finite only if nothing overflowed, and beside one
 * that is not tiny the squares that underflowed, each wrong by half of the least number at most, are nothing. One that
 * is too large, too small or zero is made again from scaled elements. Scaling down, what underflows is nothing beside
 * a sum that overflowed; scaling up, the square of the least number is normal. */
ENTRY(nrm2)(int dtype, int64_t n, const void *x, int64_t incx, void *result)
{
    struct pass p;
    const int status = set_up(&p, dtype, n, x, incx, NULL, 0);
    if (status != PBL_OK) return status;

    const double least = is_single(dtype) ? 0x1p-90 : 0x1p-900, up = is_single(dtype) ? 0x1p100 : 0x1p600;
    double scale = 1, factor[1];
    add_up(&p, 1, 1, sumsq, result);
    if (real_at(dtype, result, 0) < least) scale = up;
    if (real_at(dtype, result, 0) == INFINITY) scale = 1 / up;
    if (scale != 1) {
        put_real(dtype, factor, 0, scale), p.alpha = factor;
        add_up(&p, 1, 1, sumsq, result);
    }
    put_real(dtype, result, 0, sqrt(real_at(dtype, result, 0)) / scale);
    return PBL_OK;
}

#endif
