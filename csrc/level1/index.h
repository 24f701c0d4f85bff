/* SPDX-License-Identifier: MIT */
/* The place of the largest and of the smallest |re| + |im|. */
#ifndef PBL_LEVEL1_INDEX_H
#define PBL_LEVEL1_INDEX_H
#include <math.h>
#include <string.h>

#include "chunks.h"

INLINED void find(const struct pass *p, dim first, dim n, void *place)
{ *(dim *)place = first + p->find(n, at(p, p->x, first), p->x.inc); }

/* The best so far and those of the chunks, put side by side, are asked for the best. */
static void find_among(const struct pass *p, const char *places, dim count, void *place)
{
    double elements[(AT_ONCE + 1) * RESULT_BYTES / sizeof(double)];
    const dim size = size_of(p->dtype);
    char *to = (char *)elements;
    memcpy(to, at(p, p->x, *(dim *)place), (size_t)size);
    for (dim i = 0; i < count; i++)
        memcpy(to + (i + 1) * size, at(p, p->x, *(const dim *)(places + i * RESULT_BYTES)), (size_t)size);
    const dim best = p->find(count + 1, elements, 1);
    if (best > 0) *(dim *)place = *(const dim *)(places + (best - 1) * RESULT_BYTES);
}

INLINED bool has_nan(int dtype, const void *p)
{ return isnan(real_at(dtype, p, 0)) || isnan(real_at(dtype, p, parts_of(dtype) - 1)); }

/* As by a loop that begins with the first element and goes over to one that is larger: a NaN there stays, any other is
 * passed over. */
INLINED void search(const struct pass *p, int64_t *index)
{
    dim place = 0;
    if (p->n > 0 && !has_nan(p->dtype, p->x.p)) {
        const struct pass copy = *p;
        if (is_one_chunk(p)) find(p, 0, p->n, &place);
        else pbl_fold(&copy, 1, find, find_among, &place);
    }
    *index = p->n > 0 ? place : -1;
}

ENTRY(iamax)(int dtype, int64_t n, const void *x, int64_t incx, int64_t *index)
{
    struct pass p;
    const int status = set_up(&p, dtype, n, x, incx, NULL, 0);
    if (status != PBL_OK) return status;
    p.find = p.kernels->iamax;
    search(&p, index);
    return PBL_OK;
}

ENTRY(iamin)(int dtype, int64_t n, const void *x, int64_t incx, int64_t *index)
{
    struct pass p;
    const int status = set_up(&p, dtype, n, x, incx, NULL, 0);
    if (status != PBL_OK) return status;
    p.find = p.kernels->iamin;
    search(&p, index);
    return PBL_OK;
}

#endif
