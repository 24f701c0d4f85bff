/* SPDX-License-Identifier: MIT */
/* y = activation(scale x + bias) for some rows of sums. Plain C: the compiler makes vectors of these loops, and every
 * operation rounds the same on every ISA.
 *
 * Parameters: NAME(f), SUM (the type of the sums), SINGLE (whether the result is float: the sums then are float or int;
 * else both are double). */

#if SINGLE
#define REAL_T float
#define FMA fmaf
#else
#define REAL_T double
#define FMA fma
#endif

INLINE void NAME(finish_row)(dim n, const SUM *x, REAL_T *y, const REAL_T *scale, const REAL_T *bias, int activation)
{
    if (scale && bias)
        INDEPENDENT_FOR (dim i = 0; i < n; i++) y[i] = FMA(scale[i], (REAL_T)x[i], bias[i]);
    else if (scale)
        INDEPENDENT_FOR (dim i = 0; i < n; i++) y[i] = scale[i] * (REAL_T)x[i];
    else if (bias)
        INDEPENDENT_FOR (dim i = 0; i < n; i++) y[i] = (REAL_T)x[i] + bias[i];
    else
        INDEPENDENT_FOR (dim i = 0; i < n; i++) y[i] = (REAL_T)x[i];

    if (activation == RELU)
        INDEPENDENT_FOR (dim i = 0; i < n; i++) y[i] = y[i] < 0 ? 0 : y[i]; /* a NaN stays */
    if (activation == GELU)
#if SINGLE
        INDEPENDENT_FOR (dim i = 0; i < n; i++) y[i] = gelu(y[i]);
#else
        for (dim i = 0; i < n; i++) /* -Inf times 0 would be a NaN */
            y[i] = (y[i] < -40 ? -40 : y[i]) * (0.5 * erfc(-0.70710678118654752440 * y[i]));
#endif
}

static void NAME(finish)(dim m, dim n, const void *x, dim ldx, void *y, dim ldy, const void *scale, dim ld_scale,
                         const void *bias, dim ld_bias, int activation)
{
    const REAL_T *factors = scale, *terms = bias;
    for (dim i = 0; i < m; i++)
        NAME(finish_row)(n, (const SUM *)x + i * ldx, (REAL_T *)y + i * ldy, scale ? factors + i * ld_scale : NULL,
                         bias ? terms + i * ld_bias : NULL, activation);
}

#undef REAL_T
#undef FMA
#undef SUM
#undef SINGLE
