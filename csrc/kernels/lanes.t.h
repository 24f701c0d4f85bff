/* SPDX-License-Identifier: MIT */
/* A sum over the elements of x (and y), in an order that depends on their number alone.
 *
 * 512 bytes of accumulators, the same on every ISA, take a lane each: block after block of x and y is added to them,
 * and in the end they are folded by halves. AVX-512 keeps its 8 vectors of them in registers, as many as two additions
 * a cycle of latency 4 need; AVX2 its 16, some of them in L1, which is done before they are needed again: two passes
 * would leave out every second part of memory, which it fetches badly (10 million floats: 1.2 times the time). Plain C
 * goes over a piece of x and y in L1 as often as it takes. What stands apart in memory is first put together on the
 * stack, a piece at a time.
 *
 * Parameters: REAL, PARTS, NAME(f); undefined at the end: OP (names the function and its NAME(OP_step), which adds a
 * vector of x and one of y to SHARE accumulators), SHARE, USES_Y (0 or 1); and if x and y are not made of T, FROM, of
 * which they are, and what reads it: LOAD(p), LOAD_N(p, n), UNSTRIDE.
 *
 * Lanes without an element at the end add zero, or do not, as it suits the ISA: that may turn -0 into 0 and changes
 * nothing else. So 0 is added to the first lanes, which are done before the others: then no sum of lanes is -0. */

#define PIECE NAME(PBL_CAT(OP, _piece))
#define FOLD NAME(PBL_CAT(OP, _fold))
#define CORE NAME(PBL_CAT(OP, _core))
#define STRIDED NAME(PBL_CAT(OP, _strided))
#define STEP NAME(PBL_CAT(OP, _step))

#ifndef FROM
#define FROM T
#define LOAD vload
#define LOAD_N(p, n) vload_n(p, vfirst((int)(n)))
#define UNSTRIDE NAME(unstride)
#endif

#define ALL (512 / (int)sizeof(vec))         /* accumulators */
#define HELD (ALL <= 16 ? ALL : 8)           /* of them in registers */
#define LANES (512 / (int)sizeof(T))         /* reals */
#define PASSES (LANES / (HELD * VLEN))       /* over a piece */
#define WIDTH (HELD / SHARE * VLEN)          /* reals of x that a pass takes from a block */
#define PIECE_LENGTH (8192 / (int)sizeof(T)) /* reals; a whole number of blocks */

/* acc += n reals. */
INLINE void PIECE(dim n, const FROM *x, const FROM *y, vec factor, vec *acc)
{
    UNROLL_FOR (int pass = 0; pass < PASSES; pass++, acc += HELD) {
        dim i = pass * WIDTH;
        for (; i + WIDTH <= n; i += PASSES * WIDTH)
            UNROLL_FOR (int j = 0; j < HELD / SHARE; j++)
                STEP(&acc[j * SHARE], LOAD(x + i + j * VLEN), USES_Y ? LOAD(y + i + j * VLEN) : vzero(), factor);
        if (i >= n) continue;
        UNROLL_FOR (int j = 0; j < HELD / SHARE; j++) {
            if (LIKELY(i + VLEN <= n)) {
                STEP(&acc[j * SHARE], LOAD(x + i), USES_Y ? LOAD(y + i) : vzero(), factor);
                i += VLEN;
                continue;
            }
            if (i < n) STEP(&acc[j * SHARE], LOAD_N(x + i, n - i), USES_Y ? LOAD_N(y + i, n - i) : vzero(), factor);
            i = n; /* from here the compiler goes to the end; a break would have one such place for all j, and acc in
                      memory */
        }
    }
}

/* What is left of SHARE accumulators: two sums each, of the lanes with even and with odd numbers. */
INLINE void FOLD(vec *acc, T *sums)
{
    UNROLL_FOR (int i = 0; i < SHARE; i++) acc[i] = vadd(acc[i], vzero());
    UNROLL_FOR (int level = 1; level < 7; level++)
        UNROLL_FOR (int i = 0; i < PASSES * HELD / 2; i++)
            if (i < PASSES * HELD >> level && PASSES * HELD >> level >= SHARE)
                acc[i] = vadd(acc[i], acc[i + (PASSES * HELD >> level)]);
    UNROLL_FOR (int i = 0; i < SHARE; i++) vfold(acc[i], sums + 2 * i);
}

INLINE void CORE(const bool strided, dim n, const FROM *x, dim incx, const FROM *y, dim incy, vec factor, T *sums)
{
    vec acc[PASSES * HELD];
    FROM x_piece[PIECE_LENGTH], y_piece[PIECE_LENGTH];
    const dim length = strided || PASSES > 1 ? PIECE_LENGTH : n * PARTS;

    UNROLL_FOR (int i = 0; i < PASSES * HELD; i++) acc[i] = vzero();
    for (n *= PARTS; n > 0; n -= length, x += length * incx, y += USES_Y ? length * incy : 0) {
        const dim m = n < length ? n : length;
        if (strided) {
            UNSTRIDE(m, x, incx, x_piece);
            if (USES_Y) UNSTRIDE(m, y, incy, y_piece);
        }
        PIECE(m, strided ? x_piece : x, strided ? y_piece : y, factor, acc);
    }
    FOLD(acc, sums);
}

static __attribute__((noinline)) void STRIDED(dim n, const FROM *x, dim incx, const FROM *y, dim incy, vec factor,
                                              T *sums)
{ CORE(true, n, x, incx, y, incy, factor, sums); }

INLINE void NAME(PBL_CAT(OP, _lanes))(dim n, const FROM *x, dim incx, const FROM *y, dim incy, vec factor, T *sums)
{
    if (incx == 1 && incy == 1) {
        CORE(false, n, x, 1, y, 1, factor, sums);
        return;
    }
    T far[2 * SHARE]; /* a call writes these to memory, from where a short sum would come 5 cycles later */
    STRIDED(n, x, incx, y, incy, factor, far);
    UNROLL_FOR (int i = 0; i < 2 * SHARE; i++) sums[i] = far[i];
}

#undef PIECE
#undef FOLD
#undef CORE
#undef STRIDED
#undef STEP
#undef FROM
#undef LOAD
#undef LOAD_N
#undef UNSTRIDE
#undef ALL
#undef HELD
#undef LANES
#undef PASSES
#undef WIDTH
#undef PIECE_LENGTH
#undef OP
#undef SHARE
#undef USES_Y
