/* SPDX-License-Identifier: MIT */
/* Vectors changed element by element: threads may share them in any way. */
#ifndef PBL_LEVEL1_VECTORS_H
#define PBL_LEVEL1_VECTORS_H

#include "chunks.h"

INLINED void swap(const struct pass *p, dim first, dim n, void *unused)
{
    (void)unused;
    p->kernels->swap(n, at(p, p->x, first), p->x.inc, at(p, p->y, first), p->y.inc);
}

ENTRY(swap)(int dtype, int64_t n, void *x, int64_t incx, void *y, int64_t incy)
{
    struct pass p;
    const int status = set_up(&p, dtype, n, x, incx, y, incy);
    if (status == PBL_OK) each(&p, BOTH_CHANGED, swap);
    return status;
}

INLINED void copy(const struct pass *p, dim first, dim n, void *unused)
{
    const bool far = p->n * size_of(p->dtype) >= FAR_BYTES && p->x.inc == 1 && p->y.inc == 1;
    (void)unused;
    if (far) p->kernels->copy_far(n, at(p, p->x, first), at(p, p->y, first));
    else p->kernels->copy(n, at(p, p->x, first), p->x.inc, at(p, p->y, first), p->y.inc);
}

ENTRY(copy)(int dtype, int64_t n, const void *x, int64_t incx, void *y, int64_t incy)
{
    struct pass p;
    const int status = set_up(&p, dtype, n, x, incx, y, incy);
    if (status == PBL_OK) each(&p, 3, copy);
    return status;
}

/* y = alpha x */
INLINED void scal(const struct pass *p, dim first, dim n, void *unused)
{
    (void)unused;
    p->kernels->scal(n, p->alpha, at(p, p->x, first), p->x.inc, at(p, p->y, first), p->y.inc);
}

ENTRY(scal)(int dtype, int64_t n, const void *alpha, void *x, int64_t incx)
{
    struct pass p;
    const int status = set_up(&p, dtype, n, x, incx, x, incx);
    if (status != PBL_OK) return status;
    p.alpha = alpha;
    each(&p, 3, scal);
    return PBL_OK;
}

INLINED void axpy(const struct pass *p, dim first, dim n, void *unused)
{
    (void)unused;
    p->kernels->axpy(n, p->alpha, false, at(p, p->x, first), p->x.inc, at(p, p->y, first), p->y.inc);
}

ENTRY(axpy)(int dtype, int64_t n, const void *alpha, const void *x, int64_t incx, void *y, int64_t incy)
{
    struct pass p;
    const int status = set_up(&p, dtype, n, x, incx, y, incy);
    if (status != PBL_OK || pbl_is_zero(dtype, alpha)) return status;
    p.alpha = alpha;
    each(&p, 4, axpy);
    return PBL_OK;
}

/* y = 0 */
INLINED void clear(const struct pass *p, dim first, dim n, void *unused)
{
    (void)unused;
    p->kernels->scale(n, p->alpha, at(p, p->y, first), p->y.inc);
}

INLINED void axpby(const struct pass *p, dim first, dim n, void *unused)
{
    (void)unused;
    p->kernels->axpby(n, p->alpha, at(p, p->x, first), p->x.inc, p->beta, at(p, p->y, first), p->y.inc);
}

ENTRY(axpby)(int dtype, int64_t n, const void *alpha, const void *x, int64_t incx, const void *beta, void *y,
             int64_t incy)
{
    struct pass p;
    const int status = set_up(&p, dtype, n, x, incx, y, incy);
    if (status != PBL_OK) return status;
    const bool reads_x = !pbl_is_zero(dtype, alpha), reads_y = !pbl_is_zero(dtype, beta);
    if (!reads_x && reads_y) return pbl_scal(dtype, n, beta, y, incy);
    p.alpha = alpha, p.beta = beta;
    each(&p, 4, reads_x && reads_y ? axpby : reads_x ? scal : clear);
    return PBL_OK;
}

INLINED void rot(const struct pass *p, dim first, dim n, void *unused)
{
    (void)unused;
    p->kernels->rot(n, at(p, p->x, first), p->x.inc, at(p, p->y, first), p->y.inc, p->alpha);
}

/* (x, y) = H (x, y), with the elements of H in the order h11, h12, h21, h22. */
INLINED int rotate(int dtype, int64_t n, void *x, int64_t incx, void *y, int64_t incy, const void *h)
{
    struct pass p;
    const int status = set_up(&p, dtype, n, x, incx, y, incy);
    if (status != PBL_OK) return status;
    p.alpha = h;
    each(&p, BOTH_CHANGED, rot);
    return PBL_OK;
}

ENTRY(rot)(int dtype, int64_t n, void *x, int64_t incx, void *y, int64_t incy, const void *c, const void *s)
{
    double h[8] = {0};
    if (dtype < 0 || dtype >= N_BLAS_DTYPES) return PBL_BAD_ARGUMENT;
    const dim parts = parts_of(dtype);
    const double cosine = real_at(dtype, c, 0), sine = real_at(dtype, s, 0);
    put_real(dtype, h, 0, cosine), put_real(dtype, h, parts, sine);
    put_real(dtype, h, 2 * parts, -sine), put_real(dtype, h, 3 * parts, cosine);
    if (parts == 2) {
        const double imaginary = real_at(dtype, s, 1);
        put_real(dtype, h, parts + 1, imaginary), put_real(dtype, h, 2 * parts + 1, imaginary);
    }
    return rotate(dtype, n, x, incx, y, incy, h);
}

ENTRY(rotm)(int dtype, int64_t n, void *x, int64_t incx, void *y, int64_t incy, const void *param)
{
    if ((dtype != PBL_S && dtype != PBL_D) || n < 0) return PBL_BAD_ARGUMENT;
    const double flag = real_at(dtype, param, 0);
    if (flag == -2) return PBL_OK;
    double h[4];
    put_real(dtype, h, 0, flag == 0 ? 1 : real_at(dtype, param, 1));
    put_real(dtype, h, 1, flag > 0 ? 1 : real_at(dtype, param, 3));
    put_real(dtype, h, 2, flag > 0 ? -1 : real_at(dtype, param, 2));
    put_real(dtype, h, 3, flag == 0 ? 1 : real_at(dtype, param, 4));
    return rotate(dtype, n, x, incx, y, incy, h);
}

#endif
