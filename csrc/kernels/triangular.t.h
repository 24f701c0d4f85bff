/* SPDX-License-Identifier: MIT */
/* Triangular systems and products of one leaf, a triangle of some 100 rows, and one panel of X. See leaf_fn and
 * invert_fn in core/kernels.h.
 *
 * Parameters: REAL, CPLX, NAME(f), MR, MR_CPLX, NV, BLOCKS(X) (the list of (rows, vectors) to make).
 *
 * A block of rows of X stays in registers, as a tile of gemm does, while products with the rows before it are added,
 * and then with its own rows, one after the other: an element is one sum with p ascending, and where blocks begin makes
 * no difference to its bits. Complex numbers stay interleaved: as in gemm_tile.t.h there are two sums, P = re(t) x and
 * Q = im(t) x, and only in the end is P + i Q made of them. */

#define TALLEST (CPLX ? MR_CPLX : MR) /* rows of a block */

/* a x; an a that is real multiplies as a real (0 times Inf would make a NaN). */
INLINE vec NAME(times)(struct NAME(factor) a, vec x)
{
    const vec y = vmul(vset1(a.re), x);
    return CPLX && a.im != 0 ? vfma(vset2(-a.im, a.im), vswap(x), y) : y;
}

/* x / a */
INLINE vec NAME(divided)(vec x, struct NAME(factor) a)
{
    T y[VLEN];
    vstore(y, x);
    for (int i = 0; i < VLEN; i += PARTS) {
        const struct NAME(factor) q = NAME(quotient)(NAME(factor_at)(y + i, false), a);
        y[i] = q.re;
        if (CPLX) y[i + CPLX] = q.im;
    }
    return vload(y);
}

/* Whether multiplying by the inverse q is as good as dividing by d. Without branches, as is the loop that asks: then it
 * is compiled to vectors (reals only, as the complex quotient branches). */
INLINE bool NAME(is_finite)(T x) { return abs1(x) < (T)INFINITY; }
INLINE bool NAME(is_normal)(T x)
{ return (abs1(x) >= (T)(sizeof(T) == sizeof(float) ? 0x1p-126 : 0x1p-1022)) & NAME(is_finite)(x); }

INLINE bool NAME(is_inverse)(struct NAME(factor) q, struct NAME(factor) d)
{
    const bool is_number = NAME(is_finite)(d.re) & NAME(is_finite)(d.im) & ((d.re != 0) | (d.im != 0));
    return !is_number | NAME(is_normal)(q.re) | NAME(is_normal)(q.im);
}

INLINE void NAME(copy_diagonal)(dim n, const T *x, dim inc, bool conj, T *to)
{
    for (dim i = 0; i < n; i++, x += inc * PARTS, to += PARTS)
        to[0] = x[0], to[CPLX] = CPLX && conj ? -x[CPLX] : x[CPLX];
}

static bool NAME(invert)(dim n, const void *x, dim inc, bool conj, void *pivots)
{
    T *to = pivots;
    int failures = 0;
    NAME(copy_diagonal)(n, x, inc, conj, to);
    for (dim i = 0; i < n; i++) {
        const struct NAME(factor) d = NAME(factor_at)(to + i * PARTS, false);
        const struct NAME(factor) q = NAME(quotient)((struct NAME(factor)){1, 0}, d);
        failures += !NAME(is_inverse)(q, d);
        to[i * PARTS] = q.re;
        if (CPLX) to[i * PARTS + CPLX] = q.im;
    }
    if (failures) NAME(copy_diagonal)(n, x, inc, conj, to);
    return !failures;
}

/* A block's columns: whole vectors, but for the last if it is `partial`. */
INLINE vec NAME(load_columns)(const bool masked, const T *x, vmask mask)
{ return masked ? vload_n(x, mask) : vload(x); }

INLINE void NAME(store_columns)(const bool masked, T *x, vmask mask, vec v)
{
    if (masked) vstore_n(x, mask, v);
    else vstore(x, v);
}

/* Rows `from` and up of sum += t x, for one column of t and row of x. */
INLINE void NAME(add_row)(const int from, const int rows, const int nv, const T *t, dim rs, const vec *x,
                          vec sum[TALLEST][PARTS][NV])
{
    UNROLL_FOR (int i = from; i < rows; i++)
        UNROLL_FOR (int part = 0; part < PARTS; part++) {
            const vec ti = vset1(t[i * rs + part]);
            UNROLL_FOR (int j = 0; j < nv; j++) sum[i][part][j] = vfma(ti, x[j], sum[i][part][j]);
        }
}

INLINE void NAME(add_rows)(const int rows, const int nv, const bool partial, dim k, const T *t, dim rs, dim cs,
                           const T *x, dim ldx, vmask mask, vec sum[TALLEST][PARTS][NV])
{
    for (dim p = 0; p < k; p++, t += cs, x += ldx) {
        vec row[NV];
        UNROLL_FOR (int j = 0; j < nv; j++) row[j] = NAME(load_columns)(partial && j == nv - 1, x + j * VLEN, mask);
        NAME(add_row)(0, rows, nv, t, rs, row, sum);
    }
}

/* P + i Q, or P - i Q if t is conjugated */
INLINE vec NAME(combined)(vec sum[PARTS][NV], const int j, bool conj)
{
#if CPLX
    return vfma(vset2(conj ? 1 : -1, conj ? -1 : 1), vswap(sum[1][j]), sum[0][j]);
#else
    (void)conj;
    return sum[0][j];
#endif
}

INLINE struct NAME(factor) NAME(minus)(struct NAME(factor) a) { return (struct NAME(factor)){-a.re, -a.im}; }

/* Rows [done, done + rows) of X, from those before them: the sum is that of the products, less alpha x, and so minus
 * what is divided by the pivot. */
INLINE void NAME(solve_rows)(const int rows, const int nv, const bool partial, const bool inverted,
                             const struct leaf *leaf, dim done, T *x, dim ldx, vmask mask)
{
    const T *t = (const T *)leaf->t + done * leaf->rs * PARTS, *pivots = (const T *)leaf->pivots + done * PARTS;
    const dim rs = leaf->rs * PARTS, cs = leaf->cs * PARTS;
    const struct NAME(factor) minus_alpha = NAME(minus)(NAME(factor_at)(leaf->alpha, false));
    T *own = x + done * ldx;
    vec sum[TALLEST][PARTS][NV];
    UNROLL_FOR (int i = 0; i < rows; i++)
        UNROLL_FOR (int j = 0; j < nv; j++) {
            const vec old = NAME(load_columns)(partial && j == nv - 1, own + i * ldx + j * VLEN, mask);
            sum[i][0][j] = NAME(times)(minus_alpha, old), sum[i][CPLX][j] = CPLX ? vzero() : sum[i][0][j];
        }
    NAME(add_rows)(rows, nv, partial, done, t, rs, cs, x, ldx, mask, sum);
    t += done * cs;
    UNROLL_FOR (int i = 0; i < rows; i++, t += cs) {
        const struct NAME(factor) one = {1, 0}, pivot = leaf->unit ? one : NAME(factor_at)(pivots + i * PARTS, false);
        vec solved[NV];
        UNROLL_FOR (int j = 0; j < nv; j++) {
            const vec v = NAME(combined)(sum[i], j, leaf->conj);
            solved[j] = inverted ? NAME(times)(NAME(minus)(pivot), v) : NAME(divided)(v, NAME(minus)(pivot));
            NAME(store_columns)(partial && j == nv - 1, own + i * ldx + j * VLEN, mask, solved[j]);
        }
        NAME(add_row)(i + 1, rows, nv, t, rs, solved, sum);
    }
}

/* Rows [done, done + rows) of X, from those up to them: the last that need their old values. */
INLINE void NAME(multiply_rows)(const int rows, const int nv, const bool partial, const struct leaf *leaf, dim done,
                                T *x, dim ldx, vmask mask)
{
    const T *t = (const T *)leaf->t + done * leaf->rs * PARTS;
    const dim rs = leaf->rs * PARTS, cs = leaf->cs * PARTS;
    const struct NAME(factor) alpha = NAME(factor_at)(leaf->alpha, false);
    T *own = x + done * ldx;
    vec sum[TALLEST][PARTS][NV];
    UNROLL_FOR (int i = 0; i < rows; i++)
        UNROLL_FOR (int part = 0; part < PARTS; part++)
            UNROLL_FOR (int j = 0; j < nv; j++) sum[i][part][j] = vzero();
    NAME(add_rows)(rows, nv, partial, done, t, rs, cs, x, ldx, mask, sum);
    t += done * cs;
    UNROLL_FOR (int i = 0; i < rows; i++, t += cs) {
        vec old[NV];
        UNROLL_FOR (int j = 0; j < nv; j++)
            old[j] = NAME(load_columns)(partial && j == nv - 1, own + i * ldx + j * VLEN, mask);
        if (!leaf->unit) NAME(add_row)(i, i + 1, nv, t, rs, old, sum);
        else
            UNROLL_FOR (int j = 0; j < nv; j++) sum[i][0][j] = vadd(sum[i][0][j], old[j]);
        NAME(add_row)(i + 1, rows, nv, t, rs, old, sum);
    }
    UNROLL_FOR (int i = 0; i < rows; i++)
        UNROLL_FOR (int j = 0; j < nv; j++)
            NAME(store_columns)(partial && j == nv - 1, own + i * ldx + j * VLEN, mask,
                                NAME(times)(alpha, NAME(combined)(sum[i], j, leaf->conj)));
}

typedef void NAME(block_fn)(const struct leaf *leaf, dim done, T *x, dim ldx, int last);

/* Only a panel as wide as it can be has a form of its own without a mask. */
#define BLOCK(rows, nv)                                                                                          \
    static void NAME(solve_##rows##x##nv)(const struct leaf *leaf, dim done, T *x, dim ldx, int last)            \
    {                                                                                                            \
        if (nv == NV && last == VLEN) NAME(solve_rows)(rows, nv, false, true, leaf, done, x, ldx, vfirst(VLEN)); \
        else NAME(solve_rows)(rows, nv, true, true, leaf, done, x, ldx, vfirst(last));                           \
    }                                                                                                            \
    static void NAME(multiply_##rows##x##nv)(const struct leaf *leaf, dim done, T *x, dim ldx, int last)         \
    {                                                                                                            \
        if (nv == NV && last == VLEN) NAME(multiply_rows)(rows, nv, false, leaf, done, x, ldx, vfirst(VLEN));    \
        else NAME(multiply_rows)(rows, nv, true, leaf, done, x, ldx, vfirst(last));                              \
    }
BLOCKS(BLOCK)
#undef BLOCK

#define SOLVE(rows, nv) [rows - 1][nv - 1] = NAME(solve_##rows##x##nv),
#define MULTIPLY(rows, nv) [rows - 1][nv - 1] = NAME(multiply_##rows##x##nv),
static NAME(block_fn) *const NAME(solve_block)[TALLEST][NV] = {BLOCKS(SOLVE)};
static NAME(block_fn) *const NAME(multiply_block)[TALLEST][NV] = {BLOCKS(MULTIPLY)};
#undef SOLVE
#undef MULTIPLY

/* The tallest block of no more than so many rows, of which there is at least one. */
INLINE dim NAME(block_rows)(dim rows)
{
    dim height = TALLEST;
    while (height > rows) height = height > 4 ? 4 : height > 2 ? 2 : 1;
    return height;
}

/* Row by row, with divisions: nobody who cares for time divides by subnormal numbers. */
static __attribute__((noinline)) void NAME(divide_leaf)(const struct leaf *leaf, dim n, T *x, dim ldx)
{
    for (; n > 0; n -= VLEN, x += VLEN)
        for (dim i = 0; i < leaf->rows; i++)
            NAME(solve_rows)(1, 1, true, false, leaf, i, x, ldx, vfirst(n < VLEN ? (int)n : VLEN));
}

static void NAME(solve_leaf)(const struct leaf *leaf, dim n, void *x, dim ldx)
{
    n *= PARTS, ldx *= PARTS;
    const int nv = (int)((n + VLEN - 1) / VLEN), last = (int)n - (nv - 1) * VLEN;
    if (!leaf->unit && !leaf->inverted) {
        NAME(divide_leaf)(leaf, n, x, ldx);
        return;
    }
    for (dim done = 0, rows; done < leaf->rows; done += rows) {
        /* What does not fill the tallest blocks comes first, where few rows are before it. */
        const dim rest = (leaf->rows - done) % TALLEST;
        rows = NAME(block_rows)(rest > 0 ? rest : TALLEST);
        NAME(solve_block)[rows - 1][nv - 1](leaf, done, x, ldx, last);
    }
}

static void NAME(multiply_leaf)(const struct leaf *leaf, dim n, void *x, dim ldx)
{
    n *= PARTS, ldx *= PARTS;
    const int nv = (int)((n + VLEN - 1) / VLEN), last = (int)n - (nv - 1) * VLEN;
    for (dim left = leaf->rows, rows; left > 0; left -= rows) {
        rows = NAME(block_rows)(left);
        NAME(multiply_block)[rows - 1][nv - 1](leaf, left - rows, x, ldx, last);
    }
}

#undef TALLEST
