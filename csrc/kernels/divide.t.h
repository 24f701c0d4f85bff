/* SPDX-License-Identifier: MIT */
/* x = x / d, or x divided by the conjugate of d, for one element.
 *
 * Parameters: REAL, CPLX, NAME(f). Complex: the larger part of d is divided out first, so that its square cannot
 * overflow. Source: Smith, Algorithm 116: Complex division, CACM 5(8), 1962. */

static void NAME(divide)(bool conj_d, const void *by, void *of)
{
    const T *d = by;
    T *x = of;
#if CPLX
    const T re = d[0], im = conj_d ? -d[1] : d[1], x_re = x[0], x_im = x[1];
    if ((re < 0 ? -re : re) >= (im < 0 ? -im : im)) {
        const T r = im / re, whole = fma1(im, r, re);
        x[0] = fma1(x_im, r, x_re) / whole, x[1] = fma1(-x_re, r, x_im) / whole;
    } else {
        const T r = re / im, whole = fma1(re, r, im);
        x[0] = fma1(x_re, r, x_im) / whole, x[1] = fma1(x_im, r, -x_re) / whole;
    }
#else
    (void)conj_d, x[0] /= d[0];
#endif
}
