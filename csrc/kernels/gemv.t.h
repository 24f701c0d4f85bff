/* SPDX-License-Identifier: MIT */
/* y = alpha A x + beta y for a matrix A whose rows, or whose columns, are contiguous.
 *
 * Parameters: REAL, CPLX, PARTS, NAME(f), GEMV_ROWS and HALVINGS(X) (rows at once: X(GEMV_ROWS) ... X(2) X(1)).
 *
 * Both ways add in one order. Element p of a sum belongs to lane p mod W, W elements being 64 bytes; a lane adds its
 * products p ascending; the lanes are folded by halves, l and l + W/2 first, then l and l + W/4, ... By rows, the lanes
 * are the elements of vectors, an accumulator or more for each row. By columns, a lane is a vector of sums for as
 * many rows, and the vectors are folded: in registers for a small matrix; for a large one, whose columns are better
 * read in long runs, lanes are long vectors in memory, made by gemm_sweep (one row, x, times the columns of this lane).
 *
 * Of a band or a triangle, rows and columns begin and end one by one: vectors at an edge have a mask each, and what
 * these leave out keeps its sum: 0 times an infinite element of x would make it a NaN.
 *
 * Loops that are to vanish have constant bounds, even if it takes several of them: GCC 12 keeps sums in registers only
 * if all loops around them are unrolled in its first pass.
 *
 * Complex sums are four real ones, as in gemm_tile.t.h, in two rows: P = re(x) a and Q = im(x) a. */

#define LANES (64 / (int)sizeof(T)) /* reals */
#define LANE_VECTORS (LANES / VLEN)
#define COLUMN_LANES (LANES / PARTS)
#define COLUMN_VECTORS 4 /* of rows, at most */
#define COLUMN_SUMS vec r[PARTS][COLUMN_VECTORS][COLUMN_LANES]
/* A matrix that may be in L1; from others, rows are fetched, of complex elements also if they are whole lines: their
 * loads are not what takes the time. */
#define NEAR_BYTES (CPLX ? 24 << 10 : 48 << 10)
#define AHEAD_BYTES 384
#define FOLDED_ROWS (GEMV_ROWS > VLEN / PARTS ? GEMV_ROWS : VLEN / PARTS)
#define ROW_SUMS vec acc[PARTS][FOLDED_ROWS][LANE_VECTORS]

/* To each row's accumulators: its vector at element j times the one of x, and (complex) times that with its parts
 * changed over.
 */
INLINE void NAME(gemv_step)(const int rows, const bool partial, dim ahead, const int v, const T *const *a, dim j,
                            const T *x, dim left, ROW_SUMS)
{
    const vmask mask = vfirst(partial && left < VLEN ? (int)left : VLEN);
    const vec xv = partial ? vload_n(x + j, mask) : vload(x + j), swapped = CPLX ? vswap(xv) : xv;
    UNROLL_FOR (int i = 0; i < rows; i++) {
        const T *p = a[i] + j;
        if (ahead && v == 0) __builtin_prefetch((const char *)p + ahead, 0, 3);
        const vec ai = partial ? vload_n(p, mask) : CPLX ? vheld(vload(p)) : vload(p);
        acc[0][i][v] = vfma(ai, xv, acc[0][i][v]);
        if (CPLX) acc[CPLX][i][v] = vfma(ai, swapped, acc[CPLX][i][v]);
    }
}

/* The same for elements [j, j + LANES) of rows that have a part of these, each its own. */
INLINE void NAME(gemv_edge)(const int rows, dim j, dim k, const T *const *a, struct clip clip, const T *x, ROW_SUMS)
{
    const uint64_t window = window_between(-clip.before * PARTS - j, (clip.after + 1) * PARTS - j);
    const uint64_t there = window_between(0, k - j);
    UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++) {
        dim at = j + v * VLEN;
        KEPT(at); /* or GCC makes it a pointer in each row */
        const vec xv = vload_n(x + at, vmask_of((unsigned)(there >> (WINDOW_AT + v * VLEN))));
        UNROLL_FOR (int i = 0; i < rows; i++) {
            const vmask mask = vmask_of((unsigned)((window << i * PARTS & there) >> (WINDOW_AT + v * VLEN)));
            const vec av = vload_n(a[i] + at, mask);
            acc[0][i][v] = vfma_n(mask, av, xv, acc[0][i][v]);
            if (CPLX) acc[CPLX][i][v] = vfma_n(mask, av, vswap(xv), acc[CPLX][i][v]);
        }
    }
}

/* The lanes of all rows folded together: in the end, row i stands at i VLEN / rows. Adding zero makes the zeros of
 * lanes without an element vanish: -0 + 0 = 0. */
INLINE vec NAME(gemv_fold_rows)(const int rows, vec r[FOLDED_ROWS][LANE_VECTORS])
{
#define HALVE_LANES(half)                     \
    if (LANE_VECTORS > half)                  \
        UNROLL_FOR (int i = 0; i < rows; i++) \
            UNROLL_FOR (int v = 0; v < half; v++) r[i][v] = vadd(r[i][v], r[i][v + half])
#define HALVE_ROWS(half) \
    if (rows > half)     \
        UNROLL_FOR (int i = 0; i < half; i++) r[i][0] = vfold_two(r[i][0], r[i + half][0], half * VLEN / rows)
    HALVE_LANES(4);
    HALVE_LANES(2);
    HALVE_LANES(1);
    HALVE_ROWS(8);
    HALVE_ROWS(4);
    HALVE_ROWS(2);
    HALVE_ROWS(1);
    UNROLL_FOR (int half = VLEN / rows / 2; half >= PARTS; half /= 2) r[0][0] = vfold_two(r[0][0], r[0][0], half);
    return vadd(r[0][0], vzero());
#undef HALVE_LANES
#undef HALVE_ROWS
}

/* What sums P and Q do to a vector of y, or the first elements of one. */
INLINE void NAME(gemv_finish)(const struct NAME(folding) * f, vec p, vec q, bool whole, vmask mask, T *y)
{ NAME(fold_into)(f, NAME(folded_parts)(f, p, q), whole, mask, y); }

/* By rows come a times x, and a times x with its parts changed over: P and Q of these. */
INLINE void NAME(gemv_uncross)(vec *r)
{
    const vec straight = r[0];
    if (CPLX) r[0] = vmix(straight, r[CPLX]), r[CPLX] = vmix(r[CPLX], straight);
}

/* P and Q of some rows from their accumulators. */
INLINE void NAME(gemv_sum_rows)(const int rows, ROW_SUMS, vec *r)
{
    UNROLL_FOR (int part = 0; part < PARTS; part++) {
        r[part] = NAME(gemv_fold_rows)(rows, acc[part]);
        if (rows < VLEN / PARTS) r[part] = vspaced(r[part], PARTS, VLEN / rows);
    }
    NAME(gemv_uncross)(r);
}

INLINE void NAME(gemv_finish_rows)(const int rows, int there, ROW_SUMS, const struct NAME(folding) * f, T *y)
{
    vec r[PARTS];
    NAME(gemv_sum_rows)(rows, acc, r);
    NAME(gemv_finish)(f, r[0], r[CPLX], there == VLEN / PARTS, vfirst(there * PARTS), y);
}

/* The lanes of some rows; of those that are not there, lanes of the last. `dense`: nothing is clipped, and curve is 0.
 * `ahead`: in bytes, or 0. */
INLINE void NAME(gemv_lanes)(const int rows, int there, const bool dense, dim ahead, dim k, const T *matrix, dim step,
                             dim curve, struct clip clip, const T *x, ROW_SUMS)
{
    const T *a[GEMV_ROWS];
    UNROLL_FOR (int i = 0; i < rows; i++, matrix += i < there ? step : 0, step += dense ? 0 : curve) {
        a[i] = matrix;
        KEPT(step); /* or GCC keeps many sums of strides */
    }
    UNROLL_FOR (int part = 0; part < PARTS; part++)
        UNROLL_FOR (int i = 0; i < rows; i++)
            UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++) acc[part][i][v] = vzero();

    const struct reach reach = dense ? reach_of_all(k / PARTS) : reach_of(clip, rows, k / PARTS);
    const dim from = min_dim(reach.from, reach.end) * PARTS, to = reach.to * PARTS, end = reach.end * PARTS;
    dim j = reach.first * PARTS & -LANES;
    for (; j < from; j += LANES) NAME(gemv_edge)(rows, j, k, a, clip, x, acc);
    for (; ahead && j + LANES <= to; j += LANES)
        UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++)
            NAME(gemv_step)(rows, false, ahead, v, a, j + v * VLEN, x, VLEN, acc);
    for (; j + LANES <= to; j += LANES)
        UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++) NAME(gemv_step)(rows, false, 0, v, a, j + v * VLEN, x, VLEN, acc);
    for (; to < end && j < end; j += LANES) NAME(gemv_edge)(rows, j, k, a, clip, x, acc);
    UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++, j += VLEN)
        if (j < end) NAME(gemv_step)(rows, true, 0, v, a, j, x, end - j, acc);
}

INLINE void NAME(gemv_some_rows)(const int rows, int there, const bool dense, dim ahead, dim k, const T *matrix,
                                 dim step, dim curve, struct clip clip, const T *x, const struct NAME(folding) * f,
                                 T *y)
{
    ROW_SUMS;
    NAME(gemv_lanes)(rows, there, dense, ahead, k, matrix, step, curve, clip, x, acc);
    NAME(gemv_finish_rows)(rows, there, acc, f, y);
}

/* As many rows as a vector has complex elements, to be folded together: more than there are registers for at a time.
 * (Of real ones, twice as many come at a time, and nothing is gained.) */
INLINE void NAME(gemv_vector_of_rows)(dim ahead, dim k, const T *a, dim step, const T *x,
                                      const struct NAME(folding) * f, T *y)
{
    enum { ROWS = VLEN / PARTS };
    vec all[PARTS][FOLDED_ROWS][LANE_VECTORS];
    UNROLL_FOR (int r = 0; r < ROWS; r += GEMV_ROWS) {
        ROW_SUMS;
        NAME(gemv_lanes)(GEMV_ROWS, GEMV_ROWS, true, ahead, k, a + r * step, step, 0, (struct clip){ROWS, k}, x, acc);
        UNROLL_FOR (int part = 0; part < PARTS; part++)
            UNROLL_FOR (int i = 0; i < GEMV_ROWS; i++)
                UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++) all[part][r + i][v] = acc[part][i][v];
    }
    NAME(gemv_finish_rows)(ROWS, ROWS, all, f, y);
}

/* Rows, up to as many as a vector has elements, that fit in `vectors` vectors, with no more elements than there are
 * lanes: each lane is a single product. */
INLINE void NAME(gemv_short_rows)(const int vectors, const bool whole, int rows, dim k, const T *a, dim step,
                                  const T *x, const struct NAME(folding) * f, T *y)
{
    enum { ROWS = VLEN / PARTS };
    ROW_SUMS;
    const vmask mask = vfirst((int)(k - (vectors - 1) * VLEN));
    UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++) {
        if (v >= vectors) continue;
        const bool last = v == vectors - 1;
        const vec xv = last ? vload_n(x + v * VLEN, mask) : vload(x + v * VLEN), swapped = CPLX ? vswap(xv) : xv;
        UNROLL_FOR (int i = 0; i < ROWS; i++) {
            const T *p = a + (whole ? i * step : column_at(i, rows, step)) + v * VLEN;
            const vec ai = last ? vload_n(p, mask) : vload(p);
            acc[0][i][v] = vmul(ai, xv);
            if (CPLX) acc[CPLX][i][v] = vmul(ai, swapped);
        }
    }
    UNROLL_FOR (int part = 0; part < PARTS; part++)
        UNROLL_FOR (int i = 0; i < ROWS; i++)
            UNROLL_FOR (int v = vectors; v < LANE_VECTORS; v++) acc[part][i][v] = vzero();
    NAME(gemv_finish_rows)(ROWS, rows, acc, f, y);
}

/* How far ahead rows are fetched, in bytes: those that begin anywhere in a line of the cache, of which a vector that is
 * in two takes long to come; or the rows below, if these are short parts of long ones, which the CPU does not fetch. */
INLINE dim NAME(gemv_ahead)(dim m, dim k, dim step)
{
    enum { LONG_BYTES = 2048 };
    const dim bytes = step * (dim)sizeof(T);
    if (m * k * (dim)sizeof(T) <= NEAR_BYTES) return 0;
    if (bytes >= LONG_BYTES && 2 * k <= step) return GEMV_ROWS * bytes;
    return CPLX || bytes % 64 != 0 ? AHEAD_BYTES : 0;
}

static void NAME(gemv_dense_rows)(dim m, dim k, const T *a, dim step, const T *x, const struct NAME(folding) * f, T *y)
{
    enum { ROWS = VLEN / PARTS };
    const dim ahead = NAME(gemv_ahead)(m, k, step);
    const struct clip clip = {m, k};
    const bool one = k > 0 && k <= VLEN, two = LANE_VECTORS == 2 && k > VLEN && k <= LANES;
    for (; (one || two) && m >= ROWS; m -= ROWS, a += ROWS * step, y += ROWS * PARTS) {
        if (one) NAME(gemv_short_rows)(1, true, ROWS, k, a, step, x, f, y);
        else NAME(gemv_short_rows)(LANE_VECTORS, true, ROWS, k, a, step, x, f, y);
    }
    if ((one || two) && m > ROWS / 4) {
        if (one) NAME(gemv_short_rows)(1, false, (int)m, k, a, step, x, f, y);
        else NAME(gemv_short_rows)(LANE_VECTORS, false, (int)m, k, a, step, x, f, y);
        return;
    }
    for (; CPLX && ROWS > GEMV_ROWS && m >= ROWS; m -= ROWS, a += ROWS * step, y += ROWS * PARTS)
        NAME(gemv_vector_of_rows)(ahead, k, a, step, x, f, y);
    for (; m >= GEMV_ROWS; m -= GEMV_ROWS, a += GEMV_ROWS * step, y += GEMV_ROWS * PARTS)
        NAME(gemv_some_rows)(GEMV_ROWS, GEMV_ROWS, true, ahead, k, a, step, 0, clip, x, f, y);
    /* What is left in one go, as the sum of a row is not what is waited for then, but each addition for the last. */
#define SOME(rows)                                                                 \
    if (m > rows / 2) {                                                            \
        NAME(gemv_some_rows)(rows, (int)m, true, 0, k, a, step, 0, clip, x, f, y); \
        return;                                                                    \
    }
    HALVINGS(SOME)
#undef SOME
}

static void NAME(gemv_rows)(dim m, dim k, const void *matrix, dim step, dim curve, struct clip clip, const void *x,
                            void *to, const struct gemm_scale *scale)
{
    const T *a = matrix;
    T *y = to;
    struct NAME(folding) f;
    NAME(begin_folding)(&f, scale);
    const bool whole = clip.before >= m - 1 && clip.after >= k - 1;
    k *= PARTS, step *= PARTS, curve *= PARTS;
    if (whole && curve == 0) {
        NAME(gemv_dense_rows)(m, k, a, step, x, &f, y);
        return;
    }
#define SOME(rows)                                                                     \
    for (; m >= rows; m -= rows, y += rows * PARTS, clip = clip_from(clip, rows, 0)) { \
        NAME(gemv_some_rows)(rows, rows, false, 0, k, a, step, curve, clip, x, &f, y); \
        a += line_start(rows, step, curve), step += rows * curve;                      \
    }
    HALVINGS(SOME)
#undef SOME
}

INLINE vec NAME(gemv_fold_lanes)(vec r[COLUMN_LANES])
{
#define HALVE(half)          \
    if (COLUMN_LANES > half) \
        UNROLL_FOR (int l = 0; l < half; l++) r[l] = vadd(r[l], r[l + half])
    HALVE(8);
    HALVE(4);
    HALVE(2);
    HALVE(1);
    return vadd(r[0], vzero());
#undef HALVE
}

static void NAME(gemv_fold)(dim m, const void *from, dim apart, dim ld_q, void *to, const struct gemm_scale *scale)
{
    const T *lane = from;
    T *y = to;
    struct NAME(folding) f;
    NAME(begin_folding)(&f, scale);
    for (m *= PARTS; m > 0; m -= VLEN, lane += VLEN, y += VLEN) {
        vec sums[PARTS];
        UNROLL_FOR (int part = 0; part < PARTS; part++) {
            vec r[COLUMN_LANES];
            UNROLL_FOR (int l = 0; l < COLUMN_LANES; l++) r[l] = vload(lane + l * apart + part * ld_q);
            sums[part] = NAME(gemv_fold_lanes)(r);
        }
        NAME(gemv_finish)(&f, sums[0], sums[CPLX], m >= VLEN, vfirst(m >= VLEN ? VLEN : (int)m), y);
    }
}

/* Columns from one on; and those from the n-th of them. */
struct NAME(columns) {
    const T *a;
    dim step, curve;
};

INLINE struct NAME(columns) NAME(columns_from)(struct NAME(columns) c, dim n)
{ return (struct NAME(columns)){c.a + line_start(n, c.step, c.curve), c.step + n * c.curve, c.curve}; }

/* To `some` lanes, or the first of them: a column each, of nv vectors of rows, the last of them perhaps not whole,
 * times its element of x. */
INLINE void NAME(gemv_column_step)(const int nv, const bool whole, const int some, dim left, struct NAME(columns) c,
                                   const T *x, vmask mask, COLUMN_SUMS)
{
    UNROLL_FOR (int q = 0; q < some; q++, c = NAME(columns_from)(c, 1)) {
        KEPT(c.step);
        if (q >= left) continue;
        UNROLL_FOR (int v = 0; v < nv; v++) {
            const T *p = c.a + v * VLEN;
            const vec column = !whole && v == nv - 1 ? vload_n(p, mask) : CPLX ? vheld(vload(p)) : vload(p);
            UNROLL_FOR (int part = 0; part < PARTS; part++)
                r[part][v][q] = vfma(vset1(x[q * PARTS + part]), column, r[part][v][q]);
        }
    }
}

/* The same for columns from p on, none of them from k on, that have a part of these rows, each its own. */
INLINE void NAME(gemv_column_edge)(const int nv, const int some, dim rows, dim p, dim k, struct NAME(columns) c,
                                   struct clip clip, const T *x, COLUMN_SUMS)
{
    const uint64_t window = window_between((p - clip.after) * PARTS, (p + clip.before + 1) * PARTS);
    const unsigned there = (unsigned)(window_between(0, rows) >> WINDOW_AT); /* two vectors are whole */
    UNROLL_FOR (int q = 0; q < some; q++, c = NAME(columns_from)(c, 1)) {
        KEPT(c.step);
        if (p + q >= k) continue;
        UNROLL_FOR (int v = 0; v < nv; v++) {
            const unsigned bits = (unsigned)(window >> (WINDOW_AT + v * VLEN - q * PARTS));
            const vmask mask = vmask_of(nv > 1 ? bits : bits & there);
            UNROLL_FOR (int part = 0; part < PARTS; part++)
                r[part][v][q] =
                    vfma_n(mask, vload_n(c.a + v * VLEN, mask), vset1(x[(p + q) * PARTS + part]), r[part][v][q]);
        }
    }
}

/* Lanes from l on. `dense`: nothing is clipped. */
INLINE void NAME(gemv_some_lanes)(const int nv, const bool dense, const bool whole, const int some, int l, dim rows,
                                  dim k, struct NAME(columns) c, struct clip clip, const T *x, COLUMN_SUMS)
{
    const struct reach reach = dense ? reach_of_all(k) : reach_of(clip, rows / PARTS, k);
    const dim from = min_dim(reach.from, reach.end), to = reach.to;
    const vmask mask = vfirst(whole ? VLEN : (int)rows - (nv - 1) * VLEN);
    dim p = (reach.first & -COLUMN_LANES) + l;
#define NEXT p += COLUMN_LANES, c = NAME(columns_from)(c, COLUMN_LANES)
    c = NAME(columns_from)(c, p);
    if (!dense)
        for (; p < from + l; NEXT) NAME(gemv_column_edge)(nv, some, rows, p, k, c, clip, x, r);
    for (; p + some <= to; NEXT) NAME(gemv_column_step)(nv, whole, some, some, c, x + p * PARTS, mask, r);
    if (dense || to == k) NAME(gemv_column_step)(nv, whole, some, k - p, c, x + p * PARTS, mask, r);
    else
        for (; p < reach.end; NEXT) NAME(gemv_column_edge)(nv, some, rows, p, k, c, clip, x, r);
#undef NEXT
}

/* nv vectors of rows, as many lanes at a time as there are registers for. */
INLINE void NAME(gemv_some_columns)(const int nv, const bool dense, const bool whole, dim rows, dim k,
                                    struct NAME(columns) c, struct clip clip, const T *x,
                                    const struct NAME(folding) * f, T *y)
{
    const int fit = 3 * GEMV_ROWS / nv, some = fit >= COLUMN_LANES ? COLUMN_LANES
                                               : fit >= 8          ? 8
                                               : fit >= 4          ? 4
                                               : fit >= 2          ? 2
                                                                   : 1;
    vec lanes[PARTS][COLUMN_VECTORS][COLUMN_LANES];
    for (int l = 0; l < COLUMN_LANES; l += some) {
        vec r[PARTS][COLUMN_VECTORS][COLUMN_LANES];
        UNROLL_FOR (int part = 0; part < PARTS; part++)
            UNROLL_FOR (int v = 0; v < nv; v++)
                UNROLL_FOR (int q = 0; q < some; q++) r[part][v][q] = vzero();
        NAME(gemv_some_lanes)(nv, dense, whole, some, l, rows, k, c, clip, x, r);
        UNROLL_FOR (int part = 0; part < PARTS; part++)
            UNROLL_FOR (int v = 0; v < nv; v++)
                UNROLL_FOR (int q = 0; q < some; q++) lanes[part][v][l + q] = r[part][v][q];
    }
    UNROLL_FOR (int v = 0; v < nv; v++) {
        vec sums[PARTS];
        UNROLL_FOR (int part = 0; part < PARTS; part++) sums[part] = NAME(gemv_fold_lanes)(lanes[part][v]);
        const bool full = whole || v < nv - 1;
        NAME(gemv_finish)(f, sums[0], sums[CPLX], full, vfirst(full ? VLEN : (int)rows - v * VLEN), y + v * VLEN);
    }
}

/* Some vectors of rows, and on to the next. */
#define SOME_COLUMNS(nv, dense, whole)                                                      \
    do {                                                                                    \
        const dim rows = whole ? nv * ROWS : min_dim(m, nv * ROWS);                         \
        NAME(gemv_some_columns)(nv, dense, whole, rows * PARTS, k, c, clip, x, f, y);       \
        m -= rows, c.a += rows * PARTS, y += rows * PARTS, clip = clip_from(clip, rows, 0); \
    } while (0)

/* Of a whole matrix. */
INLINE void NAME(gemv_dense_columns)(dim m, dim k, const T *a, dim step, const T *x, const struct NAME(folding) * f,
                                     T *y)
{
    enum { ROWS = VLEN / PARTS };
    struct NAME(columns) c = {a, step, 0};
    struct clip clip = {m, k};
    while (m >= COLUMN_VECTORS * ROWS) SOME_COLUMNS(COLUMN_VECTORS, true, true);
    if (m > 3 * ROWS) SOME_COLUMNS(4, true, false);
    else if (m > 2 * ROWS) SOME_COLUMNS(3, true, false);
    else if (m > ROWS) SOME_COLUMNS(2, true, false);
    else if (m > 0) SOME_COLUMNS(1, true, false);
}

/* Vectors of rows that share what is loaded of x: four, if nothing is clipped; two, if they have more in common than
 * what is done for one of them only. */
INLINE int NAME(gemv_column_vectors)(dim m, dim k, struct clip clip)
{
    enum { ROWS = VLEN / PARTS };
    const struct reach most = reach_of(clip, COLUMN_VECTORS * ROWS, k), two = reach_of(clip, 2 * ROWS, k);
    if (m >= COLUMN_VECTORS * ROWS && most.from == 0 && most.to == k) return COLUMN_VECTORS;
    return m >= 2 * ROWS && two.to - two.from >= 2 * ROWS ? 2 : 1;
}

static void NAME(gemv_columns)(dim m, dim k, const void *matrix, dim step, dim curve, struct clip clip, const void *x,
                               void *to, const struct gemm_scale *scale)
{
    enum { ROWS = VLEN / PARTS };
    struct NAME(columns) c = {matrix, step * PARTS, curve * PARTS};
    T *y = to;
    struct NAME(folding) folding;
    NAME(begin_folding)(&folding, scale);
    const struct NAME(folding) *f = &folding;
    if (clip.before >= m - 1 && clip.after >= k - 1 && curve == 0) {
        NAME(gemv_dense_columns)(m, k, c.a, c.step, x, f, y);
        return;
    }
    while (m > 0) {
        const int nv = NAME(gemv_column_vectors)(m, k, clip);
        if (nv == COLUMN_VECTORS) SOME_COLUMNS(COLUMN_VECTORS, true, true);
        else if (nv == 2) SOME_COLUMNS(2, false, true);
        else SOME_COLUMNS(1, false, false);
    }
}

#undef SOME_COLUMNS
#undef COLUMN_VECTORS
#undef NEAR_BYTES
#undef AHEAD_BYTES
#undef COLUMN_LANES
#undef COLUMN_SUMS
#undef LANES
#undef LANE_VECTORS
#undef ROW_SUMS
#undef FOLDED_ROWS
