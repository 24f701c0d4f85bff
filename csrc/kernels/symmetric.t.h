/* SPDX-License-Identifier: MIT */
/* What packing a symmetric or hermitian matrix needs besides copying: the piece on the diagonal, and the conjugate of
 * what was mirrored. See pack_diagonal_fn and conjugate_fn in core/kernels.h.
 *
 * Parameters: REAL, CPLX, NAME(f). */

/* n elements `step` apart, the imaginary parts times `sign`. */
INLINE void NAME(copy_elements)(dim n, const T *from, dim step, T sign, T *to)
{
    for (; n > 0; n--, from += step, to += PARTS) {
        to[0] = from[0];
        if (CPLX) to[CPLX] = sign * from[CPLX];
    }
}

/* Each row is stored on one side of the diagonal, and mirrored on the other. */
static void NAME(pack_diagonal)(dim k, dim w, dim below, bool lower, bool hermitian, const void *src, dim sp, dim sw,
                                void *dst, dim ld)
{
    const T *from = src;
    T *to = dst;
    sp *= PARTS, sw *= PARTS, ld *= PARTS;
    for (dim p = 0; p < k; p++, to += ld) {
        const dim diagonal = p + below, cut = diagonal + lower; /* where the sides meet */
        const dim left = cut < 0 ? 0 : cut < w ? cut : w;
        const T *stored = from + p * sp, *mirrored = from + diagonal * sw - below * sp;
        const T sign = hermitian ? -1 : 1;
        NAME(copy_elements)(left, lower ? stored : mirrored, lower ? sw : sp, lower ? 1 : sign, to);
        NAME(copy_elements)(w - left, (lower ? mirrored : stored) + left * (lower ? sp : sw), lower ? sp : sw,
                            lower ? sign : 1, to + left * PARTS);
        if (CPLX && hermitian && diagonal >= 0 && diagonal < w) to[diagonal * PARTS + CPLX] = 0;
    }
}

static void NAME(conjugate)(dim k, dim w, void *x, dim ld)
{
#if CPLX
    const vec signs = vset2(1, -1);
    T *row = x;
    if (w == ld) w *= k, k = 1;
    for (dim p = 0; p < k; p++, row += ld * PARTS) {
        dim i = 0;
        for (; i + VLEN <= w * PARTS; i += VLEN) vstore(row + i, vmul(signs, vload(row + i)));
        if (i == w * PARTS) continue;
        const vmask mask = vfirst((int)(w * PARTS - i));
        vstore_n(row + i, mask, vmul(signs, vload_n(row + i, mask)));
    }
#else
    (void)k, (void)w, (void)x, (void)ld;
#endif
}
