/* SPDX-License-Identifier: MIT */
/* gemv and gbmv: y = alpha op(A) x + beta y. */
#include "../include/pyblaslite.h"
#include "lines.h"
#include "matvec.h"
#include "sums.h"

int pbl_gemv(int dtype, char trans, int64_t m, int64_t n, const void *alpha, const void *a, int64_t rs_a, int64_t cs_a,
             const void *x, int64_t incx, const void *beta, void *y, int64_t incy)
{
    struct setting s;
    const int status = set_up(&s, dtype, is_op(trans) && m >= 0 && n >= 0);
    if (status != PBL_OK || m == 0 || n == 0) return status;
    const dim outputs = trans == 'n' ? m : n, inputs = trans == 'n' ? n : m;
    if (pbl_is_zero(dtype, alpha)) return scale_vector(&s, outputs, beta, y, incy);

    struct matrix matrix = {.p = (char *)(uintptr_t)a, .rs = rs_a, .cs = cs_a, .conj = trans == 'c'};
    struct matvec v = {.setting = &s, .m = outputs, .n = inputs, .a = trans == 'n' ? matrix : transposed(matrix)};
    v.alpha = alpha, v.beta = pbl_is_zero(dtype, beta) ? NULL : beta;
    v.threads = pbl_matvec_threads(&s, m, n);
    if (!get_room(&s,
                  pbl_matvec_scratch(v.threads) + room_for_copy(&s, inputs, incx) + room_for_copy(&s, outputs, incy)))
        return PBL_NO_MEMORY;
    v.x = contiguous(&s, inputs, x, incx);
    v.y = v.beta ? contiguous(&s, outputs, y, incy) : space_for(&s, outputs, y, incy);
    v.scratch = s.room;
    pbl_matvec(&v);
    put_back(&s, outputs, v.y, y, incy);
    return PBL_OK;
}

/* sums += A x, A or its conjugate. */
static void add_lines(const struct setting *s, const struct lines *a, bool conj, const char *x, char *sums)
{
    for (dim j = 0; j < a->count; j++) {
        const struct run run = run_of(a, j);
        const char *line = in_line(a, j, run.first, s->size);
        if (a->columns) s->kernels->axpy(run.n, x + j * s->size, conj, line, a->inc, sums + run.first * s->size, 1);
        else s->kernels->dot(run.n, conj, line, a->inc, x + run.first * s->size, 1, sums + j * s->size);
    }
}

int pbl_gbmv(int dtype, char trans, int64_t m, int64_t n, int64_t kl, int64_t ku, const void *alpha, const void *a,
             int64_t rs_a, int64_t cs_a, const void *x, int64_t incx, const void *beta, void *y, int64_t incy)
{
    struct setting s;
    const int status = set_up(&s, dtype, is_op(trans) && m >= 0 && n >= 0 && kl >= 0 && ku >= 0);
    if (status != PBL_OK || m == 0 || n == 0) return status;
    const dim outputs = trans == 'n' ? m : n, inputs = trans == 'n' ? n : m;
    if (pbl_is_zero(dtype, alpha)) return scale_vector(&s, outputs, beta, y, incy);

    const struct lines lines =
        trans == 'n' ? band_lines(a, m, n, rs_a, cs_a, kl, ku) : band_lines(a, n, m, cs_a, rs_a, ku, kl);
    struct sums sums;
    if (!open_sums(&s, &sums, inputs, x, incx, outputs, 0)) return PBL_NO_MEMORY;
    add_lines(&s, &lines, trans == 'c', sums.x, sums.p);
    close_sums(&s, &sums, alpha, beta, y, incy);
    return PBL_OK;
}
