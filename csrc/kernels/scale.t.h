/* SPDX-License-Identifier: MIT */
/* x = beta x, for n elements `inc` apart; beta = 0 gives zeros, whatever x holds.
 *
 * Parameters: REAL, CPLX, NAME(f). A factor that is real multiplies as a real (0 times Inf would make a NaN). */

static void NAME(scale)(dim n, const void *factor, void *to, dim inc)
{
    const T *beta = factor;
    const T re = beta[0], im = CPLX ? beta[CPLX] : 0;
    T *x = to;

    for (dim i = 0; i < n; i++, x += inc * PARTS) {
        const T x_re = x[0], x_im = x[CPLX];
        if (re == 0 && im == 0) x[0] = 0, x[CPLX] = 0;
        else if (im == 0) x[CPLX] = mul1(re, x_im), x[0] = mul1(re, x_re);
        else x[0] = fma1(-im, x_im, mul1(re, x_re)), x[CPLX] = fma1(im, x_re, mul1(re, x_im));
    }
}
