/* SPDX-License-Identifier: MIT */
/* acc = A B for a few rows of A: B passes by once, in long rows, and the sums stay in L1.
 *
 * Parameters: REAL, CPLX, NAME(f), MR (real rows of the tallest tile), TILES(X), SWEEP_REGISTERS (for elements of A).
 * See gemm_sweep_fn in core/kernels.h.
 *
 * With one to eight rows, B's elements are used so seldom that memory is the limit, and a tile, which reads a narrow
 * strip of B from row to row, misses what the hardware prefetches along a row. Here some steps of K share each load
 * and store of a sum, which still adds p ascending: the bits are those of the tile. */

#define ROW(i, rs) ((dim)((i) >> CPLX) * (rs) + ((i) & CPLX))
#define SWEEP_STEPS(rows) (SWEEP_REGISTERS / (rows) < 8 ? SWEEP_REGISTERS / (rows) : 8)

/* A vector of the sums, or the last of them, from `steps` rows of B. */
INLINE void NAME(sweep_vector)(const int rows, const int steps, bool first, const bool whole, vmask mask, vec ap[MR][8],
                               const T *const *b, T *acc, dim ld, dim j)
{
    vec bq[8];
    UNROLL_FOR (int q = 0; q < steps; q++) bq[q] = whole ? vload(b[q] + j) : vload_n(b[q] + j, mask);
    UNROLL_FOR (int i = 0; i < rows; i++) {
        vec sum = first ? vzero() : vload(acc + i * ld + j);
        UNROLL_FOR (int q = 0; q < steps; q++) sum = vfma(ap[i][q], bq[q], sum);
        vstore(acc + i * ld + j, sum);
    }
}

/* `steps` rows of B; the sums begin at zero if `first`. With few instructions for each line of the cache, as all that
 * the CPU has begun to load is what it has begun to execute: 0.8 of the time from L3. */
INLINE void NAME(sweep_steps)(const int rows, const int steps, bool first, dim n, const T *a, dim rsa, dim csa,
                              const T *b, dim rsb, T *acc, dim ld)
{
    enum { AHEAD = 4 }; /* passes over n; with fewer rows the loads are the limit, and a prefetch is one more */
    vec ap[MR][8];
    const T *bs[8];
    UNROLL_FOR (int q = 0; q < steps; q++) {
        UNROLL_FOR (int i = 0; i < rows; i++) ap[i][q] = vset1(a[ROW(i, rsa) + q * csa]);
        bs[q] = b + q * rsb;
        KEPT(bs[q]); /* and one index for all */
    }
    dim j = 0;
    for (; j + VLEN <= n; j += VLEN) {
        if (rows >= 4)
            UNROLL_FOR (int q = 0; q < steps; q++) __builtin_prefetch(b + (AHEAD * steps + q) * rsb + j, 0, 2);
        NAME(sweep_vector)(rows, steps, first, true, vfirst(VLEN), ap, bs, acc, ld, j);
    }
    if (j < n) NAME(sweep_vector)(rows, steps, first, false, vfirst((int)(n - j)), ap, bs, acc, ld, j);
}

INLINE void NAME(gemm_sweep)(const int mr, dim n, dim k, const T *a, dim rsa, dim csa, const T *b, dim rsb, T *acc,
                             dim ld, bool first)
{
    const int rows = mr << CPLX, steps = SWEEP_STEPS(rows);
    dim p = 0;
    n *= PARTS, rsa *= PARTS, csa *= PARTS, rsb *= PARTS;
    if (first && steps <= k) {
        NAME(sweep_steps)(rows, steps, true, n, a, rsa, csa, b, rsb, acc, ld);
        p = steps;
    }
    for (; p + steps <= k; p += steps)
        NAME(sweep_steps)(rows, steps, false, n, a + p * csa, rsa, csa, b + p * rsb, rsb, acc, ld);
    switch (k - p) { /* in one pass too (gemv of some hundred columns: 5 %) */
#define REST(left)                                                                                               \
    case left:                                                                                                   \
        if (left < steps)                                                                                        \
            NAME(sweep_steps)(rows, left, first && p == 0, n, a + p * csa, rsa, csa, b + p * rsb, rsb, acc, ld); \
        break
        REST(1);
        REST(2);
        REST(3);
        REST(4);
        REST(5);
        REST(6);
        REST(7);
#undef REST
    default: break;
    }
}

#define SWEEP(mr)                                                                                            \
    static void NAME(gemm_sweep_##mr)(dim n, dim k, const void *a, dim rsa, dim csa, const void *b, dim rsb, \
                                      void *acc, dim ld, bool first)                                         \
    { NAME(gemm_sweep)(mr, n, k, a, rsa, csa, b, rsb, acc, ld, first); }
HEIGHTS(SWEEP)

#undef SWEEP
#undef ROW
