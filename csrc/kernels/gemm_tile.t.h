/* SPDX-License-Identifier: MIT */
/* C[mr][nv vectors] = alpha A B + beta C over a depth of k: the whole tile of C stays in registers.
 *
 * Parameters: REAL (s, d or i), MAC (vfma, or what adds several products of narrow elements in each lane),
 * LANE_PRODUCTS (how many), SUM_ROW (see sum_fn), CPLX (0 or 1), NAME(f), MR (real rows of the tallest tile), NV,
 * TILES(X) (the list of (rows, vectors) to make), TALL_TILES(X) (those of a single vector with up to twice as many
 * rows), BY_COLUMNS_TILES, ADDING_TILES and TILES_SIDE_BY_SIDE (whether to make the tiles that read B by columns,
 * CHAINS(X), those whose sums wait in memory, and functions for several). See gemm_tile_fn and gemm_add_fn in
 * core/kernels.h for the arguments.
 *
 * Each step p multiplies a column of A, element by element broadcast, with a row of B: mr * nv fused multiply-adds
 * from mr + nv loads. One accumulator per element of C and p ascending: this order is what makes results
 * the same on every ISA and for every shape of tile.
 *
 * A complex product is the real one of twice the size. Take the real and imaginary parts of A as two rows, and the row
 * of B as it lies in memory, re im re im: the accumulators then hold P = re(a) b and Q = im(a) b, and only the epilogue
 * knows that ab = P + i Q. Nothing has to be split before, conjugation is a sign at the end, and the four real sums do
 * not change when A and B change places (a transposed problem gives the same bits). */

#define ROWS(mr) ((mr) << CPLX)
/* where real row i of A begins, from the stride between its rows */
#define ROW(i, rs) ((dim)((i) >> CPLX) * (rs) + ((i) & CPLX))

/* Up to the line in which they end. */
INLINE void NAME(prefetch_rows)(const int mr, const int nv, const T *c, dim rsc)
{
    ROLLED_FOR (int i = 0; i < mr; i++, c += rsc)
        UNROLL_FOR (int j = 0; j <= nv; j++) __builtin_prefetch(c + (j < nv ? j * VLEN : nv * VLEN - 1), 1);
}

/* Two steps a turn: the fewer instructions beside the multiply-adds, the less is lost to another thread of the same
 * core (6-10 %). AVX2's sums of integers leave no registers for that. */
#if LANE_PRODUCTS == 1
#define STEPS_FOR PAIRED_FOR
#define FETCHES(nv) ((nv) == NV)
#else
#define STEPS_FOR ROLLED_FOR
#define FETCHES(nv) false
#endif

/* acc += A B. `partial`: the last vector of B is cut off by the mask; a plain load is faster where there is none (AVX2:
 * 10 %). `fetches`: what comes `next`, see gemm_scale. */
INLINE void NAME(gemm_sum)(const int rows, const int nv, const bool partial, const bool fetches, dim k, const T *a,
                           dim rsa, dim csa, const T *b, dim rsb, vmask mask, const char *next, dim next_step,
                           vec acc[2 * MR][NV])
{
    /* Where there are more rows, the strides from one pointer to all of them would not stay in registers. */
    const int near = fetches ? 4 : MR;
    const T *more = rows > near ? a + ROW(near, rsa) : a;
    KEPT(more);
    STEPS_FOR (dim p = 0; p < k; p++, a += csa, more += csa, b += rsb, next += next_step) {
        if (fetches) __builtin_prefetch(next, 0, 2);
        vec bp[NV];
        UNROLL_FOR (int j = 0; j < nv - 1; j++) bp[j] = vload(b + j * VLEN);
        bp[nv - 1] = partial ? vload_n(b + (nv - 1) * VLEN, mask) : vload(b + (nv - 1) * VLEN);
        UNROLL_FOR (int i = 0; i < rows; i++) {
            vec ai = vset1(i < near ? a[ROW(i, rsa)] : more[ROW(i - near, rsa)]);
            UNROLL_FOR (int j = 0; j < nv; j++) acc[i][j] = MAC(ai, bp[j], acc[i][j]);
        }
    }
}

#if BY_COLUMNS_TILES
enum { NAME(columns) = VLEN / PARTS, NAME(steps) = VSTEPS / PARTS }; /* what vload_t brings */

/* Elements of one row of B from columns that are csb apart; not inlined, as the remainders that need it are rare. */
static __attribute__((noinline)) vec NAME(gather)(int columns, const T *b, dim csb)
{
    T row[VLEN] = {0};
    for (int j = 0; j < columns; j++)
        for (int part = 0; part < PARTS; part++) row[j * PARTS + part] = b[j * csb + part];
    return vload(row);
}

/* gemm_sum for B whose columns are contiguous, csb apart: read where it lies and transposed in registers. With BY_LINES
 * (32 registers) a single vector of columns comes by whole lines of the cache: 8 x 2048 x 2048 in half of the time. */
INLINE void NAME(gemm_sum_by_columns)(const int rows, const int nv, const bool partial, dim k, const T *a, dim rsa,
                                      dim csa, const T *b, dim csb, int last, vec acc[2 * MR][NV])
{
    enum { COLUMNS = NAME(columns), STEPS = NAME(steps) };
    UNROLL_FOR (int i = 0; i < rows; i++)
        UNROLL_FOR (int j = 0; j < nv; j++) acc[i][j] = vzero();

    dim p = 0;
#if BY_LINES && !CPLX
    for (; nv == 1 && p + VLEN <= k; p += VLEN, b += VLEN, a += VLEN * csa) {
        vec r[VLEN];
        vload_lines_t(b, csb, partial ? last : COLUMNS, r);
        const T *row[2 * MR];
        UNROLL_FOR (int i = 0; i < rows; i++) {
            row[i] = a + i * rsa;
            KEPT(row[i]);
        }
        UNROLL_FOR (int q = 0; q < VLEN; q++)
            UNROLL_FOR (int i = 0; i < rows; i++) acc[i][0] = vfma(vset1(row[i][q * csa]), r[q], acc[i][0]);
    }
#endif
    for (; p + STEPS <= k; p += STEPS, b += VSTEPS, a += STEPS * csa) {
        vec r[NV][STEPS];
        UNROLL_FOR (int j = 0; j < nv; j++)
            vload_t(b + j * COLUMNS * csb, csb, partial && j == nv - 1 ? last : COLUMNS, r[j]);
        const T *row[2 * MR];
        UNROLL_FOR (int i = 0; i < rows; i++) {
            row[i] = a + ROW(i, rsa);
            if (rows > 4) KEPT(row[i]); /* or GCC loads the place of each element from the stack */
        }
        UNROLL_FOR (int q = 0; q < STEPS; q++)
            UNROLL_FOR (int i = 0; i < rows; i++) {
                const vec ai = vset1(row[i][q * csa]);
                UNROLL_FOR (int j = 0; j < nv; j++) acc[i][j] = vfma(ai, r[j][q], acc[i][j]);
            }
    }
    for (; p < k; p++, b += PARTS, a += csa)
        UNROLL_FOR (int j = 0; j < nv; j++) {
            const vec r = NAME(gather)(j < nv - 1 ? COLUMNS : last, b + j * COLUMNS * csb, csb);
            UNROLL_FOR (int i = 0; i < rows; i++) acc[i][j] = vfma(vset1(a[ROW(i, rsa)]), r, acc[i][j]);
        }
}
#endif

/* c = alpha acc + beta c with real factors, for every step-th row of acc. A masked store that crosses a cache line
 * takes twice as long as another, even if nothing is masked off (1000 x 1000 x 16: 5 %). */
INLINE void NAME(store_rows)(const int step, const int rows, const int nv, T *c, dim rsc, bool partial, vmask mask,
                             vec acc[2 * MR][NV], const T *alpha, const T *beta)
{
    const vec va = vset1(*alpha), vb = vset1(beta ? *beta : 0);

    UNROLL_FOR (int i = 0; i < rows; i += step, c += rsc)
        UNROLL_FOR (int j = 0; j < nv; j++) {
            T *to = c + j * VLEN;
            vec y;
            if (beta) {
                vec old = j < nv - 1 || !partial ? vload(to) : vload_n(to, mask);
                y = vfma(va, acc[i][j], vmul(vb, old));
            } else {
                y = vmul(va, acc[i][j]);
            }
            if (j < nv - 1 || !partial) vstore(to, y);
            else vstore_n(to, mask, y);
        }
}

#if CPLX
/* to = alpha x + beta to, for complex factors with an imaginary part. A factor that is real multiplies as a real
 * (0 times Inf would make a NaN), and beta == NULL leaves `to` unread. */
INLINE void NAME(scale_complex)(T *to, vec x, vmask mask, const T *alpha, const T *beta)
{
    vec y = vmul(vset1(alpha[0]), x);
    if (beta) {
        vec old = vload_n(to, mask);
        y = vmul(vset1(beta[0]), old);
        if (beta[1] != 0) y = vfma(vset2(-beta[1], beta[1]), vswap(old), y);
        y = vfma(vset1(alpha[0]), x, y);
    }
    if (alpha[1] != 0) y = vfma(vset2(-alpha[1], alpha[1]), vswap(x), y);
    vstore_n(to, mask, y);
}

/* How P and Q become x = P + i Q: signs of their parts, where A or B is conjugated. */
struct NAME(signs) {
    vec p, q;
};

INLINE struct NAME(signs) NAME(signs_of)(const struct gemm_scale *s)
{
    const T sa = s->conj_a ? -1 : 1, sb = s->conj_b ? -1 : 1;
    return (struct NAME(signs)){vset2(1, sb), vset2(-sa * sb, sa)};
}

INLINE vec NAME(from_parts)(struct NAME(signs) s, vec p, vec q) { return vfma(s.q, vswap(q), vmul(s.p, p)); }

/* x in the place of P. */
INLINE void NAME(gemm_combine)(const int rows, const int nv, vec acc[2 * MR][NV], const struct gemm_scale *s)
{
    const struct NAME(signs) signs = NAME(signs_of)(s);

    UNROLL_FOR (int i = 0; i < rows; i += 2)
        UNROLL_FOR (int j = 0; j < nv; j++) acc[i][j] = NAME(from_parts)(signs, acc[i][j], acc[i + 1][j]);
}

/* alpha x + beta c; complex factors take the way through memory. */
INLINE void NAME(gemm_store_rows)(const int rows, const int nv, T *c, dim rsc, bool partial, vmask mask,
                                  vec acc[2 * MR][NV], const struct gemm_scale *s)
{
    const T *alpha = s->alpha, *beta = s->beta;

    if (alpha[1] != 0 || (beta && beta[1] != 0)) {
        T x[MR][NV * VLEN];
        UNROLL_FOR (int i = 0; i < rows; i += 2)
            UNROLL_FOR (int j = 0; j < nv; j++) vstore(x[i / 2] + j * VLEN, acc[i][j]);
        for (int i = 0; i < rows / 2; i++, c += rsc)
            for (int j = 0; j < nv; j++)
                NAME(scale_complex)(c + j * VLEN, vload(x[i] + j * VLEN), j < nv - 1 ? vfirst(VLEN) : mask, alpha,
                                    beta);
    } else {
        NAME(store_rows)(2, rows, nv, c, rsc, partial, mask, acc, alpha, beta);
    }
}

INLINE void NAME(gemm_store)(const int rows, const int nv, T *c, dim rsc, bool partial, vmask mask, vec acc[2 * MR][NV],
                             const struct gemm_scale *s)
{
    NAME(gemm_combine)(rows, nv, acc, s);
    NAME(gemm_store_rows)(rows, nv, c, rsc, partial, mask, acc, s);
}
#else
INLINE void NAME(gemm_store)(const int rows, const int nv, T *c, dim rsc, bool partial, vmask mask, vec acc[2 * MR][NV],
                             const struct gemm_scale *s)
{ NAME(store_rows)(1, rows, nv, c, rsc, partial, mask, acc, s->alpha, s->beta); }
#endif

/* A scale that no store of C can have changed: what is made of it is made once for all tiles of a loop. */
struct NAME(kept_scale) {
    T alpha[PARTS], beta[PARTS];
    struct gemm_scale s;
};

INLINE void NAME(keep_scale)(struct NAME(kept_scale) * kept, const struct gemm_scale *s)
{
    kept->s = *s;
    memcpy(kept->alpha, s->alpha, sizeof kept->alpha);
    kept->s.alpha = kept->alpha;
    if (!s->beta) return;
    memcpy(kept->beta, s->beta, sizeof kept->beta);
    kept->s.beta = kept->beta;
}

/* How sums become elements of C one vector at a time: what is the same for all of them. */
struct NAME(folding) {
    struct NAME(kept_scale) kept;
    vec alpha, beta;
#if CPLX
    struct NAME(signs) signs;
    bool real; /* both factors are */
#endif
};

INLINE void NAME(begin_folding)(struct NAME(folding) * f, const struct gemm_scale *s)
{
    NAME(keep_scale)(&f->kept, s);
    f->alpha = vset1(*f->kept.alpha), f->beta = vset1(s->beta ? *f->kept.beta : 0);
#if CPLX
    f->signs = NAME(signs_of)(s);
    f->real = f->kept.alpha[1] == 0 && (!s->beta || f->kept.beta[1] == 0);
#endif
}

/* P + i Q; of reals P, which is all there is. */
INLINE vec NAME(folded_parts)(const struct NAME(folding) * f, vec p, vec q)
{
#if CPLX
    return NAME(from_parts)(f->signs, p, q);
#else
    (void)f, (void)q;
    return p;
#endif
}

/* c = alpha x + beta c. */
INLINE void NAME(fold_into)(const struct NAME(folding) * f, vec x, bool whole, vmask mask, T *c)
{
    const bool reads = f->kept.s.beta != NULL;
#if CPLX
    if (!f->real) {
        NAME(scale_complex)(c, x, mask, f->kept.alpha, reads ? f->kept.beta : NULL);
        return;
    }
#endif
    if (reads) x = vfma(f->alpha, x, vmul(f->beta, whole ? vload(c) : vload_n(c, mask)));
    else x = vmul(f->alpha, x);
    if (whole) vstore(c, x);
    else vstore_n(c, mask, x);
}

/* One row of C from sums that wait in memory: c = alpha x + beta c. For complex dtypes the row Q stands ld_q reals
 * behind P; with ld_q = 0 the sums are x itself, made by a tile with alpha = 1. */
static void NAME(gemm_fold)(dim n, const void *sums, dim ld_q, void *to, const struct gemm_scale *s)
{
    const T *x = sums;
    T *c = to;
    struct NAME(folding) f;
    NAME(begin_folding)(&f, s);
    for (n *= PARTS; n > 0; n -= VLEN, x += VLEN, c += VLEN) {
        const bool whole = n >= VLEN;
        const vec y = CPLX && ld_q != 0 ? NAME(folded_parts)(&f, vload(x), vload(x + ld_q)) : vload(x);
        NAME(fold_into)(&f, y, whole, vfirst(whole ? VLEN : (int)n), c);
    }
}

INLINE void NAME(gemm_tile)(const int mr, const int nv, dim k, const T *a, dim rsa, dim csa, const T *b, dim rsb, T *c,
                            dim rsc, int last, const struct gemm_scale *scale)
{
    vec acc[2 * MR][NV];
    const bool partial = last * PARTS != VLEN;
    const vmask mask = vfirst(last * PARTS);

    UNROLL_FOR (int i = 0; i < ROWS(mr); i++)
        UNROLL_FOR (int j = 0; j < nv; j++) acc[i][j] = vzero();

    rsc *= PARTS;
    /* C is needed only after the sum: time enough to fetch it. With a shorter k it comes too often to be worth it. */
    if (k > 256) NAME(prefetch_rows)(mr, nv, c, rsc);
    rsa *= PARTS, csa *= PARTS, rsb *= PARTS;
    if (partial) NAME(gemm_sum)(ROWS(mr), nv, true, false, k, a, rsa, csa, b, rsb, mask, NULL, 0, acc);
    else if (FETCHES(nv) && scale->next)
        NAME(gemm_sum)(ROWS(mr), nv, false, true, k, a, rsa, csa, b, rsb, mask, scale->next, scale->next_step, acc);
    else NAME(gemm_sum)(ROWS(mr), nv, false, false, k, a, rsa, csa, b, rsb, mask, NULL, 0, acc);
#if SUM_ROW
    if (scale->offset)
        UNROLL_FOR (int i = 0; i < mr; i++)
            UNROLL_FOR (int j = 0; j < nv; j++) acc[i][j] = vadd(acc[i][j], vload(b + k * rsb + j * VLEN));
#endif
    NAME(gemm_store)(ROWS(mr), nv, c, rsc, partial, mask, acc, scale);
}

#if BY_COLUMNS_TILES
INLINE void NAME(gemm_tile_by_columns)(const int mr, const int nv, dim k, const T *a, dim rsa, dim csa, const T *b,
                                       dim csb, T *c, dim rsc, int last, const struct gemm_scale *scale)
{
    vec acc[2 * MR][NV];
    rsa *= PARTS, csa *= PARTS, csb *= PARTS;
    if (last != NAME(columns)) NAME(gemm_sum_by_columns)(ROWS(mr), nv, true, k, a, rsa, csa, b, csb, last, acc);
    else if (csa != PARTS) NAME(gemm_sum_by_columns)(ROWS(mr), nv, false, k, a, rsa, csa, b, csb, last, acc);
    else NAME(gemm_sum_by_columns)(ROWS(mr), nv, false, k, a, rsa, PARTS, b, csb, last, acc);
    NAME(gemm_store)(ROWS(mr), nv, c, rsc * PARTS, true, vfirst(last * PARTS), acc, scale);
}

#define TILE_BY_COLUMNS(mr, nv)                                                                                   \
    static void NAME(gemm_by_columns_##mr##x##nv)(dim k, const void *a, dim rsa, dim csa, const void *b, dim csb, \
                                                  void *c, dim rsc, int last, const struct gemm_scale *s)         \
    { NAME(gemm_tile_by_columns)(mr, nv, k, a, rsa, csa, b, csb, c, rsc, last, s); }
CHAINS(TILE_BY_COLUMNS)
#undef TILE_BY_COLUMNS
#endif

#if ADDING_TILES
/* Sums that wait in memory: see gemm_add_fn. */
INLINE void NAME(gemm_add)(const int mr, const int nv, dim k, const T *a, dim rsa, dim csa, const T *b, dim rsb,
                           T *sums, dim ld, int last)
{
    vec acc[2 * MR][NV];
    const vmask mask = vfirst(last * PARTS);

    UNROLL_FOR (int i = 0; i < ROWS(mr); i++)
        UNROLL_FOR (int j = 0; j < nv; j++) acc[i][j] = vload(sums + i * ld + j * VLEN);
    rsa *= PARTS, csa *= PARTS, rsb *= PARTS;
    if (last * PARTS == VLEN) NAME(gemm_sum)(ROWS(mr), nv, false, false, k, a, rsa, csa, b, rsb, mask, NULL, 0, acc);
    else NAME(gemm_sum)(ROWS(mr), nv, true, false, k, a, rsa, csa, b, rsb, mask, NULL, 0, acc);
    UNROLL_FOR (int i = 0; i < ROWS(mr); i++)
        UNROLL_FOR (int j = 0; j < nv; j++) vstore(sums + i * ld + j * VLEN, acc[i][j]);
}

#define ADDING_TILE(mr, nv)                                                                                            \
    static void NAME(gemm_add_##mr##x##nv)(dim k, const void *a, dim rsa, dim csa, const void *b, dim rsb, void *sums, \
                                           dim ld, int last)                                                           \
    { NAME(gemm_add)(mr, nv, k, a, rsa, csa, b, rsb, sums, ld, last); }
TILES(ADDING_TILE)
#undef ADDING_TILE
#endif

#define TILE(mr, nv)                                                                                                 \
    static void NAME(gemm_tile_##mr##x##nv)(dim k, const void *a, dim rsa, dim csa, const void *b, dim rsb, void *c, \
                                            dim rsc, int last, const struct gemm_scale *s)                           \
    { NAME(gemm_tile)(mr, nv, k, a, rsa, csa, b, rsb, c, rsc, last, s); }
TILES(TILE)
TALL_TILES(TILE)

#if TILES_SIDE_BY_SIDE
/* See gemm_tiles_fn: the widest tiles, as long as there are vectors for more than one. The last four vectors where
 * tiles have three are no 3 + 1: a single vector's sums are too few to keep the FMA units busy. */
INLINE dim NAME(gemm_tiles)(const int mr, dim vectors, dim k, const T *a, dim rsa, dim csa, const T *b, dim rsb, T *c,
                            dim rsc, const struct gemm_scale *scale)
{
    enum { AHEAD = 512 }; /* bytes */
    dim done = 0;
    struct NAME(kept_scale) kept;
    NAME(keep_scale)(&kept, scale);
    rsa *= PARTS, csa *= PARTS, rsb *= PARTS, rsc *= PARTS;
    for (; vectors - done > NV + (NV > 2); done += NV, b += NV * VLEN, c += NV * VLEN) {
        if (kept.s.fetches_c)
            ROLLED_FOR (int i = 0; i < mr; i++) __builtin_prefetch((const char *)(c + i * rsc) + AHEAD, 1);
        vec acc[2 * MR][NV];
        UNROLL_FOR (int i = 0; i < ROWS(mr); i++)
            UNROLL_FOR (int j = 0; j < NV; j++) acc[i][j] = vzero();
        NAME(gemm_sum)(ROWS(mr), NV, false, false, k, a, rsa, csa, b, rsb, vfirst(VLEN), NULL, 0, acc);
        const struct gemm_scale *s = &kept.s;
        KEPT(s); /* or factors stay in registers that the sums need */
        NAME(gemm_store)(ROWS(mr), NV, c, rsc, false, vfirst(VLEN), acc, s);
    }
    return done;
}

#define REST(mr, nv) \
    if (vectors == nv) NAME(gemm_tile_##mr##x##nv)(k, a, rsa, csa, rest_b, rsb, rest_c, rsc, last, s);
#if NV > 2
#define TWO(mr)                                                                              \
    if (vectors == NV + 1) {                                                                 \
        NAME(gemm_tile_##mr##x2)(k, a, rsa, csa, rest_b, rsb, rest_c, rsc, VLEN / PARTS, s); \
        rest_b += 2 * VLEN, rest_c += 2 * VLEN, vectors -= 2;                                \
    }
#else
#define TWO(mr)
#endif
#define TILES_OF(mr)                                                                                               \
    static void NAME(gemm_tiles_##mr)(dim vectors, dim k, const void *a, dim rsa, dim csa, const void *b, dim rsb, \
                                      void *c, dim rsc, int last, const struct gemm_scale *s)                      \
    {                                                                                                              \
        const dim done = NAME(gemm_tiles)(mr, vectors, k, a, rsa, csa, b, rsb, c, rsc, s);                         \
        const T *rest_b = (const T *)b + done * VLEN;                                                              \
        T *rest_c = (T *)c + done * VLEN;                                                                          \
        vectors -= done;                                                                                           \
        TWO(mr)                                                                                                    \
        HEIGHT(REST, mr)                                                                                           \
    }
HEIGHTS(TILES_OF)
#undef TILES_OF
#undef TWO
#undef REST
#endif

#undef TILE
#undef STEPS_FOR
#undef FETCHES
#undef ROW
#undef ROWS
