/* SPDX-License-Identifier: MIT */
/* What packing a symmetric or hermitian matrix needs besides copying: the piece on the diagonal, element by element,
 * and the conjugate of what was mirrored. See pack_diagonal_fn and conjugate_fn in core/kernels.h.
 *
 * Parameters: REAL, CPLX, NAME(f). */

static void NAME(pack_diagonal)(dim k, dim w, dim below, bool lower, bool hermitian, const void *src, dim sp, dim sw,
                                void *dst, dim ld)
{
    const T *from = src;
    T *to = dst;
    for (dim p = 0; p < k; p++)
        for (dim i = 0; i < w; i++) {
            const dim side = p + below - i; /* > 0: below the diagonal */
            const bool stored = side == 0 || lower == (side > 0);
            const dim row = stored ? p : i - below, column = stored ? i : p + below;
            const T *x = from + (row * sp + column * sw) * PARTS;
            T *y = to + (p * ld + i) * PARTS;
            y[0] = x[0];
            if (CPLX) y[CPLX] = !hermitian || (stored && side != 0) ? x[CPLX] : side == 0 ? 0 : -x[CPLX];
        }
}

static void NAME(conjugate)(dim k, dim w, void *x, dim ld)
{
#if CPLX
    for (dim p = 0; p < k; p++)
        for (dim i = 0; i < w; i++) {
            T *y = (T *)x + (p * ld + i) * PARTS;
            y[CPLX] = -y[CPLX];
        }
#else
    (void)k, (void)w, (void)x, (void)ld;
#endif
}
