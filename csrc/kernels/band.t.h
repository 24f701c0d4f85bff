/* SPDX-License-Identifier: MIT */
/* A narrow band times a vector: the arguments are those of gemv.t.h, but `curve`, which is 0. Rows and columns
 * have no more elements than there are lanes to fold, or few more, so that each row has one sum instead, to which its
 * products are added along the row: a lane of a vector of rows. By columns, what comes from memory is such a vector,
 * and those where the band begins or ends have masks; by rows, it is transposed in registers.
 *
 * Parameters: REAL, CPLX, PARTS, NAME(f). Complex sums are P = re(x) A and Q = im(x) A, as there. */

#define ROWS (VLEN / PARTS)
#define STEPS (VSTEPS / PARTS) /* elements of ROWS rows that are transposed at a time */

/* Elements from `from` on of the next STEPS of `rows` rows, or of nv times ROWS of them: the first of each times x[0],
 * x[1], ... */
INLINE void NAME(band_step)(const int nv, int rows, const int from, const T *a, dim apart, const T *x, vec acc[][2])
{
    UNROLL_FOR (int v = 0; v < nv; v++) {
        vec r[VSTEPS];
        vload_t(a + v * ROWS * apart, apart, rows, r);
        UNROLL_FOR (int q = 0; q < STEPS; q++) {
            if (q < from) continue;
            const vec xv = vload(x + q * PARTS + v * VLEN);
            acc[v][0] = vfma(r[q], xv, acc[v][0]);
            if (CPLX) acc[v][CPLX] = vfma(r[q], vswap(xv), acc[v][CPLX]);
        }
    }
}

/* `count` elements of each; if there are fewer than STEPS, others are read before them. */
INLINE void NAME(band_add)(const int nv, int rows, dim count, const T *a, dim apart, const T *x, vec acc[][2])
{
    const dim left = count % STEPS;
    for (const T *end = x + (count - left) * PARTS; x < end; a += STEPS * PARTS, x += STEPS * PARTS)
        NAME(band_step)(nv, rows, 0, a, apart, x, acc);
    a += (left - STEPS) * PARTS, x += (left - STEPS) * PARTS; /* back to elements that there are */
    if (left == 3) NAME(band_step)(nv, rows, STEPS - 3, a, apart, x, acc);
    else if (left == 2) NAME(band_step)(nv, rows, STEPS - 2, a, apart, x, acc);
    else if (left == 1) NAME(band_step)(nv, rows, STEPS - 1, a, apart, x, acc);
}

/* Zero is added, as missing elements may have done: a sum is never -0, on any ISA. */
INLINE void NAME(band_finish)(const struct NAME(folding) * f, vec *acc, bool whole, vmask mask, T *y)
{
    NAME(gemv_uncross)(acc);
    NAME(gemv_finish)(f, vadd(acc[0], vzero()), vadd(acc[CPLX], vzero()), whole, mask, y);
}

INLINE void NAME(band_some_rows)(const int nv, dim count, const T *a, dim apart, const T *x,
                                 const struct NAME(folding) * f, T *y)
{
    vec acc[2][2];
    UNROLL_FOR (int v = 0; v < nv; v++) acc[v][0] = vzero(), acc[v][1] = vzero();
    NAME(band_add)(nv, ROWS, count, a, apart, x, acc);
    UNROLL_FOR (int v = 0; v < nv; v++) NAME(band_finish)(f, acc[v], true, vfirst(VLEN), y + v * VLEN);
}

/* Elements [from, end) of those rows that have them: element 0 of the first row is at `first` of k, which may be none.
 * They are copied, ROWS of each row at a time, with zeros for those that are missing, and so is x. */
INLINE void NAME(band_missing)(dim rows, dim from, dim end, dim first, dim k, const T *a, dim apart, const T *x,
                               vec acc[][2])
{
    enum { BEFORE = STEPS * PARTS, LINE = BEFORE + VLEN }; /* band_add may begin before */
    T lines[ROWS][LINE], xs[LINE + VLEN];
    for (dim e = from; e < end; e += ROWS) {
        const dim count = min_dim(ROWS, end - e);
        const uint64_t there = window_between((-first - e) * PARTS, (k - first - e) * PARTS);
        const unsigned wanted = (unsigned)((UINT64_C(1) << count * PARTS) - 1);
        ROLLED_FOR (int q = 0; q < rows; q++) {
            const vmask mask = vmask_of((unsigned)(there >> (WINDOW_AT + q * PARTS)) & wanted);
            vstore(lines[q] + BEFORE, vload_n(a + q * apart + e * PARTS, mask));
        }
        UNROLL_FOR (int v = 0; v < 2; v++)
            vstore(xs + BEFORE + v * VLEN,
                   vload_n(x + e * PARTS + v * VLEN, vmask_of((unsigned)(there >> (WINDOW_AT + v * VLEN)))));
        NAME(band_add)(1, (int)rows, count, lines[0] + BEFORE, LINE, xs + BEFORE, acc);
    }
}

/* ROWS rows or fewer, the first of which begins at element `first` of k, some of whose elements are missing, or there
 * are few. */
static __attribute__((noinline)) void NAME(band_edge)(dim rows, dim count, dim first, dim k, const T *a, dim apart,
                                                      const T *x, const struct NAME(folding) * f, T *y)
{
    vec acc[1][2] = {{vzero(), vzero()}};
    const dim begin = max_dim(0, 1 - rows - first), end = max_dim(begin, min_dim(count, k - first));
    const dim all = min_dim(end, max_dim(begin, -first)), all_end = min_dim(end, k - first - ROWS + 1);
    const bool some = all_end - all >= STEPS;
    NAME(band_missing)(rows, begin, some ? all : end, first, k, a, apart, x, acc);
    if (some) {
        NAME(band_add)(1, (int)rows, all_end - all, a + all * PARTS, apart, x + all * PARTS, acc);
        NAME(band_missing)(rows, all_end, end, first, k, a, apart, x, acc);
    }
    NAME(band_finish)(f, acc[0], false, vfirst((int)rows * PARTS), y);
}

static void NAME(band_rows)(dim m, dim k, const void *matrix, dim step, dim curve, struct clip clip, const void *x,
                            void *to, const struct gemm_scale *scale)
{
    const dim count = clip.before + clip.after + 1, apart = (step + 1) * PARTS; /* from a row's first to the next's */
    const T *a = (const T *)matrix - clip.before * PARTS, *xs = (const T *)x - clip.before * PARTS;
    T *y = to;
    struct NAME(folding) f;
    NAME(begin_folding)(&f, scale);
    (void)curve;
    for (dim i = 0, rows; i < m; i += rows, a += rows * apart, xs += rows * PARTS, y += rows * PARTS) {
        const dim first = i - clip.before,
                  whole = count < STEPS || first < 0 ? 0 : min_dim(m - i, k - first - count + 1);
        rows = whole >= 2 * ROWS ? 2 * ROWS : ROWS;
        if (whole >= 2 * ROWS) NAME(band_some_rows)(2, count, a, apart, xs, &f, y);
        else if (whole >= ROWS) NAME(band_some_rows)(1, count, a, apart, xs, &f, y);
        else NAME(band_edge)(min_dim(ROWS, m - i), count, first, k, a, apart, xs, &f, y);
    }
}

/* The lanes from `from` to `end`, as far as there are any. */
INLINE vmask NAME(lanes_between)(dim from, dim end)
{
    const int first = (int)min_dim(VLEN, max_dim(0, from)), after = (int)max_dim(first, min_dim(VLEN, end));
    return vmask_of((1u << after) - (1u << first));
}

/* Column t of each of nv vectors of rows, counted from the first that any of its rows has. */
INLINE void NAME(band_column)(const int nv, const bool whole, dim rows, dim t, dim count, const T *a, dim step,
                              const T *x, vec acc[PARTS][4])
{
    const vmask mask = NAME(lanes_between)((t - count + 1) * PARTS, min_dim(rows, t + 1) * PARTS);
    UNROLL_FOR (int v = 0; v < nv; v++) {
        const T *p = a + t * step + v * ROWS * (step + PARTS);
        const vec column = whole ? vload(p) : vload_n(p, mask);
        UNROLL_FOR (int part = 0; part < PARTS; part++) {
            const vec xv = vset1(x[(t + v * ROWS) * PARTS + part]);
            acc[part][v] = whole ? vfma(column, xv, acc[part][v]) : vfma_n(mask, column, xv, acc[part][v]);
        }
    }
}

/* Columns [first, end) of these. */
INLINE void NAME(band_some_columns)(const int nv, dim rows, dim first, dim end, dim count, const T *a, dim step,
                                    const T *x, const struct NAME(folding) * f, T *y)
{
    const dim whole = rows < ROWS ? end : min_dim(end, max_dim(first, ROWS - 1)), whole_end = min_dim(end, count);
    dim t = first;
    vec acc[PARTS][4];
    UNROLL_FOR (int part = 0; part < PARTS; part++)
        UNROLL_FOR (int v = 0; v < nv; v++) acc[part][v] = vzero();
    for (; t < whole; t++) NAME(band_column)(nv, false, rows, t, count, a, step, x, acc);
    for (; t < whole_end; t++) NAME(band_column)(nv, true, rows, t, count, a, step, x, acc);
    for (; t < end; t++) NAME(band_column)(nv, false, rows, t, count, a, step, x, acc);
    UNROLL_FOR (int v = 0; v < nv; v++)
        NAME(gemv_finish)(f, vadd(acc[0][v], vzero()), vadd(acc[CPLX][v], vzero()), nv > 1, vfirst((int)rows * PARTS),
                          y + v * VLEN);
}

static void NAME(band_columns)(dim m, dim k, const void *matrix, dim step, dim curve, struct clip clip, const void *x,
                               void *to, const struct gemm_scale *scale)
{
    const dim count = clip.before + clip.after + 1;
    const T *a = (const T *)matrix - clip.before * step * PARTS, *xs = (const T *)x - clip.before * PARTS;
    T *y = to;
    struct NAME(folding) f;
    NAME(begin_folding)(&f, scale);
    (void)curve;
    for (dim i = 0, rows; i < m; i += rows, a += rows * (step + 1) * PARTS, xs += rows * PARTS, y += rows * PARTS) {
        const dim first = i - clip.before, left = min_dim(ROWS, m - i);
        const bool four = first >= 0 && m - i >= 4 * ROWS && first + 4 * ROWS + count - 1 <= k;
        rows = four ? 4 * ROWS : ROWS;
        if (four) NAME(band_some_columns)(4, ROWS, 0, count + ROWS - 1, count, a, step * PARTS, xs, &f, y);
        else
            NAME(band_some_columns)(1, left, max_dim(0, -first), min_dim(k - first, count + left - 1), count, a,
                                    step * PARTS, xs, &f, y);
    }
}

/* sum -= a x */
INLINE void NAME(take_product)(struct NAME(factor) a, struct NAME(factor) x, struct NAME(factor) * sum)
{
    sum->re = fma1(-a.re, x.re, sum->re);
    if (!CPLX) return;
    sum->re = fma1(a.im, x.im, sum->re);
    sum->im = fma1(-a.im, x.re, fma1(-a.re, x.im, sum->im));
}

/* sum / d, by way of the inverse, which does not have to wait for the sum, unless that may be subnormal or overflow. */
INLINE struct NAME(factor) NAME(band_quotient)(struct NAME(factor) sum, struct NAME(factor) d)
{
    const T most = (T)(sizeof(T) == sizeof(float) ? 0x1p125 : 0x1p1021);
    const T re = abs1(d.re), im = abs1(d.im), large = re > im ? re : im;
    if (!LIKELY(large <= most && large >= 1 / most)) return NAME(quotient)(sum, d);
    const struct NAME(factor) inverse = NAME(quotient)((struct NAME(factor)){1, 0}, d);
    struct NAME(factor) x = {0, 0};
    NAME(take_product)(inverse, (struct NAME(factor)){-sum.re, -sum.im}, &x);
    return x;
}

/* What the unknowns from the second to the last one before x, of `count`, take from it: four sums, as each addition
 * waits for the one before it. */
INLINE struct NAME(factor) NAME(band_known)(dim count, bool conj, const T *a, dim right, const T *x, dim along)
{
    struct NAME(factor) sums[4] = {NAME(factor_at)(x, false)};
    dim e = 2;
    for (; e + 3 <= count; e += 4)
        UNROLL_FOR (int q = 0; q < 4; q++)
            NAME(take_product)(NAME(factor_at)(a - (e + q) * right, conj), NAME(factor_at)(x - (e + q) * along, false),
                               &sums[q]);
    for (; e <= count; e++)
        NAME(take_product)(NAME(factor_at)(a - e * right, conj), NAME(factor_at)(x - e * along, false), &sums[1]);
    return (struct NAME(factor)){sums[0].re + sums[1].re + (sums[2].re + sums[3].re),
                                 sums[0].im + sums[1].im + (sums[2].im + sums[3].im)};
}

/* The unknown that was found last comes last to the next, and from a register: a multiply-add and a product are all
 * that it waits for. */
static void NAME(band_solve)(dim n, dim k, const struct triangle *t, const void *matrix, dim rs, dim cs, void *vector)
{
    const dim along = t->lower ? PARTS : -PARTS, down = (rs + cs) * along, right = cs * along;
    const T *a = (const T *)matrix + (t->lower ? 0 : (n - 1) * (rs + cs) * PARTS); /* the diagonal */
    T *x = (T *)vector + (t->lower ? 0 : (n - 1) * PARTS);
    struct NAME(factor) last = {0, 0};
    for (dim i = 0; i < n; i++, a += down, x += along) {
        struct NAME(factor) sum = NAME(band_known)(min_dim(i, k), t->conj, a, right, x, along);
        if (i > 0 && k > 0) NAME(take_product)(NAME(factor_at)(a - right, t->conj), last, &sum);
        last = t->unit ? sum : NAME(band_quotient)(sum, NAME(factor_at)(a, t->conj));
        x[0] = last.re;
        if (CPLX) x[CPLX] = last.im;
    }
}

#undef STEPS
#undef ROWS
