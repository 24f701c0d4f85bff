/* SPDX-License-Identifier: MIT */
/* y = alpha A x + beta y for a matrix of few columns, which are contiguous: all of them are read along with y, and
 * their sums never wait in memory. See gemv_few_fn in core/kernels.h.
 *
 * Parameters: REAL, CPLX, PARTS, NAME(f).
 *
 * It adds in the order of gemv.t.h. A lane is summed up, then folded with those before it as soon as it has its
 * partner: l, l + W/2, l + W/4, l + 3 W/4, ... So of all lanes no more wait in registers than there are rounds of
 * halving. */

#define COLUMN_LANES (64 / (int)sizeof(T) / PARTS)
enum { NAME(few_vectors) = CPLX ? 4 : 8, NAME(few_rounds) = 4 };

/* The t-th lane of this order, of 2, 4, 8 or 16. */
#define FOLDED_LANE(t, lanes)                                                                \
    (((t) & 1) * (lanes) / 2 + ((t) >> 1 & 1) * (lanes) / 4 + ((t) >> 2 & 1) * (lanes) / 8 + \
     ((t) >> 3 & 1) * (lanes) / 16)

#define EACH                                        \
    UNROLL_FOR (int part = 0; part < PARTS; part++) \
        UNROLL_FOR (int v = 0; v < nv; v++)

/* r (+)= column p times its element of x. */
INLINE void NAME(few_step)(const int nv, const bool first, const bool whole, vmask mask, const T *column, const T *x,
                           vec r[PARTS][NAME(few_vectors)])
{
    UNROLL_FOR (int v = 0; v < nv; v++) {
        const vec c = whole || v < nv - 1 ? vheld(vload(column + v * VLEN)) : vload_n(column + v * VLEN, mask);
        UNROLL_FOR (int part = 0; part < PARTS; part++)
            r[part][v] = first ? vmul(vset1(x[part]), c) : vfma(vset1(x[part]), c, r[part][v]);
    }
}

/* nv vectors of y, of which the last may not be whole. There are columns for the first `lanes` lanes at most, and for
 * more than half of these. */
INLINE void NAME(few_some)(const int nv, const int lanes, const bool whole, dim rows, dim k, const T *a, dim step,
                           const T *x, T *y, const struct NAME(folding) * f)
{
    const vmask mask = vfirst(whole ? VLEN : (int)rows - (nv - 1) * VLEN);
    vec kept[NAME(few_rounds)][PARTS][NAME(few_vectors)], r[PARTS][NAME(few_vectors)];
    UNROLL_FOR (int t = 0; t < lanes; t++) {
        const int lane = FOLDED_LANE(t, lanes);
        const T *column = a + lane * step;
        const bool there = t % 2 == 0 || lane < k;
        if (there) {
            NAME(few_step)(nv, true, whole, mask, column, x + lane * PARTS, r);
            for (dim p = lane + COLUMN_LANES; p < k; p += COLUMN_LANES)
                NAME(few_step)(nv, false, whole, mask, column += COLUMN_LANES * step, x + p * PARTS, r);
        }
        UNROLL_FOR (int round = 0; round < NAME(few_rounds); round++) {
            const int before = (1 << round) - 1;
            if ((t & before) != before) continue;
            if (!(t >> round & 1)) EACH kept[round][part][v] = r[part][v];
            else if (round > 0 || there) EACH r[part][v] = vadd(kept[round][part][v], r[part][v]);
            else EACH r[part][v] = kept[round][part][v];
        }
    }
    UNROLL_FOR (int v = 0; v < nv; v++) {
        const bool full = whole || v < nv - 1;
        NAME(gemv_finish)(f, vadd(r[0][v], vzero()), vadd(r[CPLX][v], vzero()), full, full ? vfirst(VLEN) : mask,
                          y + v * VLEN);
    }
}

/* Of more columns than half the lanes; the rows that do not fill four vectors in one go, too. */
INLINE void NAME(few_many)(dim m, dim k, const T *a, dim step, const T *x, T *y, const struct NAME(folding) * f)
{
    for (; m >= 4 * VLEN; m -= 4 * VLEN, a += 4 * VLEN, y += 4 * VLEN)
        NAME(few_some)(4, COLUMN_LANES, true, VLEN, k, a, step, x, y, f);
    if (m > 3 * VLEN) NAME(few_some)(4, COLUMN_LANES, false, m, k, a, step, x, y, f);
    else if (m > 2 * VLEN) NAME(few_some)(3, COLUMN_LANES, false, m, k, a, step, x, y, f);
    else if (m > VLEN) NAME(few_some)(2, COLUMN_LANES, false, m, k, a, step, x, y, f);
    else if (m > 0) NAME(few_some)(1, COLUMN_LANES, false, m, k, a, step, x, y, f);
}

static void NAME(gemv_few)(dim m, dim k, const void *matrix, dim step, const void *elements, void *to,
                           const struct gemm_scale *scale)
{
    const T *a = matrix, *x = elements;
    T *y = to;
    struct NAME(folding) f;
    NAME(begin_folding)(&f, scale);
    m *= PARTS, step *= PARTS;
    /* Columns that share sets of L1 are visited for as long as possible, as lines fetched ahead do not stay (1.1-1.7
     * times as fast); and so are those from L2 if there are registers for it (1000 x 20 in float64: 1.2 times). */
    enum { L1_BYTES = 48 << 10, LONG_VECTORS = VLEN * sizeof(T) == 64 };
    const bool sets_are_few = step * (dim)sizeof(T) % 2048 == 0,
               in_long_runs = sets_are_few || (LONG_VECTORS && m * k * (dim)sizeof(T) > L1_BYTES);
#define SOME(nv, lanes)                                                                 \
    do {                                                                                \
        for (; m >= nv * VLEN; m -= nv * VLEN, a += nv * VLEN, y += nv * VLEN)          \
            NAME(few_some)(nv, lanes, true, VLEN, k, a, step, x, y, &f);                \
        for (; m > 0; m -= VLEN, a += VLEN, y += VLEN)                                  \
            NAME(few_some)(1, lanes, false, m < VLEN ? m : VLEN, k, a, step, x, y, &f); \
    } while (0)
    if (k <= 1) SOME(2, 1);
    else if (k <= 2) SOME(2, 2);
    else if (COLUMN_LANES > 4 && k <= 4) SOME(2, 4);
    else if (COLUMN_LANES > 8 && k <= 8) SOME(2, 8);
    else if (in_long_runs) SOME(NAME(few_vectors), COLUMN_LANES);
    else NAME(few_many)(m, k, a, step, x, y, &f);
#undef SOME
}

#undef EACH
#undef COLUMN_LANES
#undef FOLDED_LANE
