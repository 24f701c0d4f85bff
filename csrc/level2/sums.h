/* SPDX-License-Identifier: MIT */
/* Where A x is added up before it becomes y = alpha A x + beta y: for matrices that are not read line by line of y. */
#ifndef PBL_LEVEL2_SUMS_H
#define PBL_LEVEL2_SUMS_H

#include "setting.h"

struct sums {
    const char *x; /* contiguous */
    char *p;       /* n sums */
    dim n;
};

/* y = beta y. Returns an enum pbl_status. */
static inline int scale_vector(const struct setting *s, dim n, const void *beta, void *y, dim inc)
{
    if (!pbl_is_one(s->dtype, beta)) s->kernels->scale(n, beta, y, inc);
    return PBL_OK;
}

/* Sums of zero; `more` bytes of workspace are left afterwards. Says whether there is memory. */
static inline bool open_sums(struct setting *s, struct sums *sums, dim inputs, const void *x, dim incx, dim n,
                             size_t more)
{
    if (!get_room(s, room_for_copy(s, inputs, incx) + 2 * room_for(s, n) + more)) return false;
    sums->x = contiguous(s, inputs, x, incx);
    sums->n = n;
    sums->p = take_room(s, n);
    memset(sums->p, 0, (size_t)(n * s->size));
    return true;
}

static inline void close_sums(struct setting *s, const struct sums *sums, const void *alpha, const void *beta, void *y,
                              dim incy)
{
    const struct gemm_scale scale = {.alpha = alpha, .beta = pbl_is_zero(s->dtype, beta) ? NULL : beta};
    char *to = scale.beta ? contiguous(s, sums->n, y, incy) : space_for(s, sums->n, y, incy);
    s->kernels->gemm_fold(sums->n, sums->p, 0, to, &scale);
    put_back(s, sums->n, to, y, incy);
}

#endif
