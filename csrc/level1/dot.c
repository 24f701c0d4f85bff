/* SPDX-License-Identifier: MIT */
/* dot: the sum of x[i] y[i]. */
#include "chunks.h"

static void dot(const struct pass *p, dim first, dim n, void *sum)
{ p->kernels->dot(n, p->conj_x, at(p, p->x, first), p->x.inc, at(p, p->y, first), p->y.inc, sum); }

int pbl_dot(int dtype, char trans_x, int64_t n, const void *x, int64_t incx, const void *y, int64_t incy, void *result)
{
    struct pass p;
    const int status = set_up(&p, dtype, n, x, incx, y, incy);
    if (status != PBL_OK) return status;
    if (trans_x != 'n' && trans_x != 'c') return PBL_BAD_ARGUMENT;
    p.conj_x = trans_x == 'c';
    pbl_add_up(&p, 2, parts_of(dtype), dot, result);
    return PBL_OK;
}
