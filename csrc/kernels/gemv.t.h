/* SPDX-License-Identifier: MIT */
/* Sums of a matrix times a vector, A x, for a matrix whose rows, or whose columns, are contiguous.
 *
 * Parameters: REAL, CPLX, PARTS, NAME(f), GEMV_ROWS and HALVINGS(X) (rows at once: X(GEMV_ROWS) ... X(2) X(1)).
 *
 * Both ways add in one order. Element p of a sum belongs to lane p mod W, W elements being 64 bytes; a lane adds its
 * products p ascending; the lanes are folded by halves, l and l + W/2 first, then l and l + W/4, ... By rows, the lanes
 * are the elements of vectors, an accumulator or more for each row. By columns, a lane is a vector of sums for as
 * many rows, and the vectors are folded: in registers for a small matrix; for a large one, whose columns are better
 * read in long runs, lanes are long vectors in memory, made by gemm_sweep (one row, x, times the columns of this lane).
 *
 * Complex sums are four real ones, as in gemm_tile.t.h, in two rows: P = re(x) a and Q = im(x) a. */

#define LANES (64 / (int)sizeof(T)) /* reals */
#define LANE_VECTORS (LANES / VLEN)
#define ROW_SUMS vec acc[PARTS][GEMV_ROWS][LANE_VECTORS]

/* To each row's accumulators: its vector at a times the one at x, and (complex) times that with its parts changed over.
 */
INLINE void NAME(gemv_step)(const int rows, const bool partial, const int v, const T *a, dim step, const T *x, dim left,
                            ROW_SUMS)
{
    const vmask mask = vfirst(partial && left < VLEN ? (int)left : VLEN);
    const vec xv = partial ? vload_n(x, mask) : vload(x), swapped = CPLX ? vswap(xv) : xv;
    UNROLL_FOR (int i = 0; i < rows; i++) {
        const vec ai = partial ? vload_n(a + i * step, mask) : vload(a + i * step);
        acc[0][i][v] = vfma(ai, xv, acc[0][i][v]);
        if (CPLX) acc[CPLX][i][v] = vfma(ai, swapped, acc[CPLX][i][v]);
    }
}

/* The lanes of all rows folded together: zip_lo and zip_hi of two vectors are their lower and their upper halves, one
 * between the other. In the end, part q of row i stands at (q rows + i) VLEN / PARTS / rows. Adding zero makes the
 * zeros of lanes without an element vanish: -0 + 0 = 0. */
INLINE vec NAME(gemv_fold_rows)(const int rows, vec r[GEMV_ROWS][LANE_VECTORS])
{
    UNROLL_FOR (int half = LANE_VECTORS / 2; half > 0; half /= 2)
        UNROLL_FOR (int i = 0; i < rows; i++)
            UNROLL_FOR (int v = 0; v < half; v++) r[i][v] = vadd(r[i][v], r[i][v + half]);
    UNROLL_FOR (int half = rows / 2; half > 0; half /= 2)
        UNROLL_FOR (int i = 0; i < half; i++)
            r[i][0] = vadd(vzip_lo(r[i][0], r[i + half][0]), vzip_hi(r[i][0], r[i + half][0]));
    UNROLL_FOR (int lanes = VLEN / PARTS / rows; lanes > 1; lanes /= 2)
        r[0][0] = vadd(vzip_lo(r[0][0], r[0][0]), vzip_hi(r[0][0], r[0][0]));
    return vadd(r[0][0], vzero());
}

/* What some rows' accumulators become: their sums. */
INLINE void NAME(gemv_finish_rows)(const int rows, ROW_SUMS, T *sums, dim ld_q)
{
    enum { APART = VLEN / PARTS };
    T p[VLEN], q[VLEN];
    if (rows == VLEN) { /* in their places */
        vstore(sums, NAME(gemv_fold_rows)(rows, acc[0]));
        return;
    }
    vstore(p, NAME(gemv_fold_rows)(rows, acc[0]));
    if (CPLX) vstore(q, NAME(gemv_fold_rows)(rows, acc[CPLX]));
    for (int i = 0; i < rows; i++) {
        sums[i * PARTS] = p[i * (APART / rows)];
        if (!CPLX) continue;
        sums[i * PARTS + CPLX] = q[(rows + i) * (APART / rows)];
        sums[ld_q + i * PARTS] = q[i * (APART / rows)];
        sums[ld_q + i * PARTS + CPLX] = p[(rows + i) * (APART / rows)];
    }
}

INLINE void NAME(gemv_some_rows)(const int rows, dim k, const T *a, dim step, const T *x, T *sums, dim ld_q)
{
    ROW_SUMS;
    UNROLL_FOR (int part = 0; part < PARTS; part++)
        UNROLL_FOR (int i = 0; i < rows; i++)
            UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++) acc[part][i][v] = vzero();

    dim j = 0;
    for (; j + LANES <= k; j += LANES)
        UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++)
            NAME(gemv_step)(rows, false, v, a + j + v * VLEN, step, x + j + v * VLEN, VLEN, acc);
    UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++, j += VLEN)
        if (j < k) NAME(gemv_step)(rows, true, v, a + j, step, x + j, k - j, acc);
    NAME(gemv_finish_rows)(rows, acc, sums, ld_q);
}

static void NAME(gemv_rows)(dim m, dim k, const void *matrix, dim step, const void *x, void *to, dim ld_q)
{
    const T *a = matrix;
    T *sums = to;
    k *= PARTS, step *= PARTS;
#define SOME(rows)                                                       \
    for (; m >= rows; m -= rows, a += rows * step, sums += rows * PARTS) \
        NAME(gemv_some_rows)(rows, k, a, step, x, sums, ld_q);
    HALVINGS(SOME)
#undef SOME
}

INLINE vec NAME(gemv_fold_lanes)(vec r[LANES / PARTS])
{
    UNROLL_FOR (int half = LANES / PARTS / 2; half > 0; half /= 2)
        UNROLL_FOR (int l = 0; l < half; l++) r[l] = vadd(r[l], r[l + half]);
    return vadd(r[0], vzero());
}

static void NAME(gemv_fold)(dim n, dim lanes, const void *from, dim ld, void *to)
{
    const T *lane = from;
    T *sums = to;
    for (dim j = 0; j < n; j += VLEN) {
        vec r[LANES / PARTS];
        UNROLL_FOR (int l = 0; l < LANES / PARTS; l++) r[l] = l < lanes ? vload(lane + l * ld + j) : vzero();
        vstore(sums + j, NAME(gemv_fold_lanes)(r));
    }
}

/* To each lane: its column of a vector of rows, times its element of x; there are `left` columns. */
INLINE void NAME(gemv_column_step)(const bool whole, const T *a, dim step, const T *x, dim left, vmask mask,
                                   vec r[PARTS][LANES / PARTS])
{
    UNROLL_FOR (int l = 0; l < LANES / PARTS; l++) {
        if (l >= left) return;
        const vec column = whole ? vload(a + l * step) : vload_n(a + l * step, mask);
        UNROLL_FOR (int part = 0; part < PARTS; part++)
            r[part][l] = vfma(vset1(x[l * PARTS + part]), column, r[part][l]);
    }
}

INLINE void NAME(gemv_some_columns)(const bool whole, dim k, const T *a, dim step, const T *x, vmask mask, T *sums,
                                    dim ld_q)
{
    enum { W = LANES / PARTS };
    vec r[PARTS][W];
    UNROLL_FOR (int part = 0; part < PARTS; part++)
        UNROLL_FOR (int l = 0; l < W; l++) r[part][l] = vzero();
    dim p = 0;
    for (; p + W <= k; p += W) NAME(gemv_column_step)(whole, a + p * step, step, x + p * PARTS, W, mask, r);
    NAME(gemv_column_step)(whole, a + p * step, step, x + p * PARTS, k - p, mask, r);
    UNROLL_FOR (int part = 0; part < PARTS; part++) vstore(sums + part * ld_q, NAME(gemv_fold_lanes)(r[part]));
}

static void NAME(gemv_columns)(dim m, dim k, const void *matrix, dim step, const void *x, void *to, dim ld_q)
{
    const T *a = matrix;
    T *sums = to;
    step *= PARTS;
    for (m *= PARTS; m >= VLEN; m -= VLEN, a += VLEN, sums += VLEN)
        NAME(gemv_some_columns)(true, k, a, step, x, vfirst(VLEN), sums, ld_q);
    if (m > 0) NAME(gemv_some_columns)(false, k, a, step, x, vfirst((int)m), sums, ld_q);
}

#undef LANES
#undef LANE_VECTORS
#undef ROW_SUMS
