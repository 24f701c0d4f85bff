/* SPDX-License-Identifier: MIT */
/* axpy: y = alpha x + y. */
#include "chunks.h"

static void axpy(const struct pass *p, dim first, dim n, void *unused)
{
    (void)unused;
    p->kernels->axpy(n, p->alpha, false, at(p, p->x, first), p->x.inc, at(p, p->y, first), p->y.inc);
}

int pbl_axpy(int dtype, int64_t n, const void *alpha, const void *x, int64_t incx, void *y, int64_t incy)
{
    struct pass p;
    const int status = set_up(&p, dtype, n, x, incx, y, incy);
    if (status != PBL_OK || pbl_is_zero(dtype, alpha)) return status;
    p.alpha = alpha;
    pbl_each(&p, 3, axpy);
    return PBL_OK;
}
