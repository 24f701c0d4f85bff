/* SPDX-License-Identifier: MIT */
/* A symmetric matrix times a vector: lines of the triangle that is stored, read once and used both ways, as what they
 * are and as what they mirror. See both_ways_fn in core/kernels.h.
 *
 * Parameters: REAL, CPLX, PARTS, NAME(f), GEMV_ROWS and HALVINGS(X) (lines at once).
 *
 * Both ways add in the order of gemv.t.h: what index p brings to a sum is in lane p mod W, p ascending. The sum of a
 * line is an accumulator, as by rows there; of the sums across, the lane is the line's, and vectors of them wait in L1
 * for the next line of this lane. So it does not matter which triangle is stored, nor whether by rows or by columns,
 * nor how it is cut. */

#define LANES (64 / (int)sizeof(T)) /* reals; and as many rows of sums across */
#define LANE_VECTORS (LANES / VLEN)
#define LINE_SUMS vec sums[PARTS][GEMV_ROWS][LANE_VECTORS]
enum {
    NAME(both_w) = LANES / PARTS,
    NAME(both_deep) = GEMV_ROWS < 4 ? GEMV_ROWS : 4,
};

/* Lines l of `wide` neighbours, and if there are more, of those W, 2 W, ... behind these; what x has there; how far
 * behind them the next are; and rows across. */
struct NAME(both_lines) {
    const T *p[GEMV_ROWS];
    vec x[PARTS][GEMV_ROWS];
    dim next, ld;
};

/* Their vectors from element i on: those of one lane share a vector of sums across. */
INLINE void NAME(both_step)(const int wide, const int deep, const bool ahead, const bool partial, const int v, dim i,
                            dim left, const struct NAME(both_lines) * lines, const T *x, T *across, LINE_SUMS)
{
    const vmask mask = vfirst(partial && left < VLEN ? (int)left : VLEN);
    const vec xv = partial ? vload_n(x + i, mask) : vload(x + i), swapped = CPLX ? vswap(xv) : xv;
    UNROLL_FOR (int lane = 0; lane < wide; lane++) {
        T *to = across + lane * PARTS * lines->ld + i;
        vec sum[2] = {vload(to), CPLX ? vload(to + CPLX * lines->ld) : vzero()};
        UNROLL_FOR (int l = lane; l < wide * deep; l += wide) {
            const vec a = partial ? vload_n(lines->p[l] + i, mask) : vheld(vload(lines->p[l] + i));
            if (ahead && v == 0) __builtin_prefetch(lines->p[l] + i + lines->next, 0, 3);
            UNROLL_FOR (int part = 0; part < PARTS; part++) {
                sums[part][l][v] = vfma(a, part ? swapped : xv, sums[part][l][v]);
                sum[part] = vfma(lines->x[part][l], a, sum[part]);
            }
        }
        UNROLL_FOR (int part = 0; part < PARTS; part++) vstore(to + part * lines->ld, sum[part]);
    }
}

/* The same in the blocks on the diagonal of W lines each, of n if they are the last, which have `deep` of these: those
 * of a lane stand in the block of their own, and beside the diagonal in the others' that they reach. Some sums across
 * may begin here. What is on the diagonal counts as before it; if the matrix is Hermitian, its real part is all there
 * is. */
INLINE void NAME(both_diagonal)(const int wide, const int deep, const bool ahead, const bool onward, bool hermitian,
                                int nth, int n, dim i, const struct NAME(both_lines) * lines, const T *x, T *across,
                                LINE_SUMS)
{
    const unsigned all = (1u << n * PARTS) - 1;
    UNROLL_FOR (int step = 0; step < deep * LANE_VECTORS; step++, i += VLEN) {
        const int block = step / LANE_VECTORS, v = step % LANE_VECTORS;
        const vec xv = deep > 1 ? vload(x + i) : vload_n(x + i, vmask_of(all >> v * VLEN)),
                  swapped = CPLX ? vswap(xv) : xv;
        UNROLL_FOR (int lane = 0; lane < wide; lane++) {
            const int at = (nth + lane) * PARTS;
            const unsigned less = onward ? all & ~0u << (at + PARTS) : ~(~0u << at),
                           more = CPLX && hermitian ? less | 1u << at
                                  : onward          ? all & ~0u << at
                                                    : ~(~0u << (at + PARTS));
            const vmask less_v = vmask_of(less >> v * VLEN), more_v = vmask_of(more >> v * VLEN);
            T *to = across + lane * PARTS * lines->ld + i;
            vec sum[2] = {onward ? vload(to) : vzero(), onward && CPLX ? vload(to + CPLX * lines->ld) : vzero()};
            UNROLL_FOR (int r = 0; r < deep; r++) {
                const int l = r * wide + lane;
                if (ahead && v == 0) __builtin_prefetch(lines->p[l] + i + lines->next, 0, 3);
                if (onward ? r > block : r < block) continue;
                const vec a = r == block ? vload_n(lines->p[l] + i, more_v) : vheld(vload(lines->p[l] + i));
                UNROLL_FOR (int part = 0; part < PARTS; part++) {
                    const vec other = part ? swapped : xv;
                    if (r == block) {
                        sums[part][l][v] = vfma_n(onward ? less_v : more_v, a, other, sums[part][l][v]);
                        sum[part] = vfma_n(onward ? more_v : less_v, lines->x[part][l], a, sum[part]);
                    } else {
                        sums[part][l][v] = vfma(a, other, sums[part][l][v]);
                        sum[part] = vfma(lines->x[part][l], a, sum[part]);
                    }
                }
            }
            UNROLL_FOR (int part = 0; part < PARTS; part++) vstore(to + part * lines->ld, sum[part]);
        }
    }
}

/* Elements [first, end) of some lines from j on, and what these have of the block on the diagonal. `fresh`: their sums
 * begin here. */
INLINE void NAME(both_some)(const int wide, const int deep, const bool ahead, const enum both_shape shape, bool fresh,
                            dim j, dim first, dim end, const struct both_ways *b)
{
    enum { W = NAME(both_w) };
    LINE_SUMS;
    struct NAME(both_lines) lines;
    const dim curve = b->curve * PARTS, nth = j % W;
    const int size = (int)(b->n - (j - nth) < W ? b->n - (j - nth) : W);
    const T *x = b->x_along, *f = (const T *)b->x_lines + j * PARTS;
    const dim ld = b->ld / (dim)sizeof(T);
    T *across = (T *)b->across + nth * PARTS * ld, *along = (T *)b->along + j * PARTS * LANES;
    dim step = (b->step + j * b->curve) * PARTS;
    const T *line = (const T *)b->a + line_start(j, b->step, b->curve) * PARTS;

    UNROLL_FOR (int r = 0; r < deep; r++) {
        UNROLL_FOR (int l = 0; l < wide; l++) {
            lines.p[r * wide + l] = line + l * step + l * (l - 1) / 2 * curve;
            UNROLL_FOR (int part = 0; part < PARTS; part++) {
                lines.x[part][r * wide + l] = vset1(f[(r * W + l) * PARTS + part]);
                UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++)
                    sums[part][r * wide + l][v] =
                        fresh ? vzero() : vload(along + ((r * W + l) * PARTS + part) * LANES + v * VLEN);
            }
        }
        line += W * step + W * (W - 1) / 2 * curve, step += W * curve;
    }
    lines.ld = ld;
    lines.next = (deep == 1 || nth + wide < b->lane_end ? wide : deep * W - (nth - b->lane)) * step;
    if (shape == ONWARD)
        NAME(both_diagonal)(wide, deep, ahead, true, b->hermitian, (int)nth, size, (j - nth) * PARTS, &lines, x, across,
                            sums);
    dim i = first * PARTS;
    const dim n = end * PARTS;
    for (; i + LANES <= n; i += LANES)
        UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++)
            NAME(both_step)(wide, deep, ahead, false, v, i + v * VLEN, VLEN, &lines, x, across, sums);
    UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++, i += VLEN)
        if (i < n) NAME(both_step)(wide, deep, false, true, v, i, n - i, &lines, x, across, sums);
    if (shape == BACKWARD)
        NAME(both_diagonal)(wide, deep, ahead, false, b->hermitian, (int)nth, size, (j - nth) * PARTS, &lines, x,
                            across, sums);
    UNROLL_FOR (int l = 0; l < wide * deep; l++)
        UNROLL_FOR (int part = 0; part < PARTS; part++)
            UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++)
                vstore(along + ((l / wide * W + l % wide) * PARTS + part) * LANES + v * VLEN, sums[part][l][v]);
}

/* The lanes of the last block that have no line, where the others begin at the diagonal. */
INLINE void NAME(both_missing)(const struct both_ways *b)
{
    const dim block = b->n / NAME(both_w) * NAME(both_w), left = b->n - block;
    for (dim l = max_dim(left, b->lane) * PARTS; l < b->lane_end * PARTS && left > 0; l++)
        UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++)
            vstore((T *)((char *)b->across + l * b->ld) + block * PARTS + v * VLEN, vzero());
}

INLINE void NAME(both_clear)(const struct both_ways *b)
{
    for (dim l = b->lane * PARTS; l < b->lane_end * PARTS; l++)
        for (dim i = 0; i < b->m * PARTS; i += VLEN) vstore((T *)((char *)b->across + l * b->ld) + i, vzero());
}

/* As both_some, but that lines are fetched ahead only where there are many, of whole blocks. */
INLINE void NAME(both_ahead)(const int wide, const int deep, const enum both_shape shape, bool fresh, dim j, dim first,
                             dim end, const struct both_ways *b)
{
    if (b->far && deep > 1 && wide * deep == GEMV_ROWS)
        NAME(both_some)(wide, deep, true, shape, fresh, j, first, end, b);
    else NAME(both_some)(wide, deep, false, shape, fresh, j, first, end, b);
}

/* Those of a whole block from j on, many of a lane together. */
INLINE void NAME(both_block)(const enum both_shape shape, bool fresh, dim j, dim first, dim end,
                             const struct both_ways *b)
{
    enum { DEEP = NAME(both_deep), WIDE = GEMV_ROWS / DEEP };
    dim l = b->lane;
    for (; l + WIDE <= b->lane_end; l += WIDE) NAME(both_ahead)(WIDE, DEEP, shape, fresh, j + l, first, end, b);
    if (WIDE > 1 && l < b->lane_end) NAME(both_ahead)(1, DEEP, shape, fresh, j + l, first, end, b);
}

/* The lines that a whole block leaves, n of them from j on: `count` neighbours if all lanes are done, or one by one
 * those whose lanes are. */
#define REST(count, LINES)                                                          \
    for (; n >= count && (count == 1 || NAME(both_all)(b)); n -= count, j += count) \
        if (j % NAME(both_w) >= b->lane && j % NAME(both_w) < b->lane_end) LINES;

INLINE bool NAME(both_all)(const struct both_ways *b) { return b->lane_end - b->lane == NAME(both_w); }

/* What n lines from j on have beside the diagonal. */
static void NAME(both_beside)(bool fresh, dim n, dim j, dim first, dim end, const struct both_ways *b)
{
    enum { BLOCK = NAME(both_deep) * NAME(both_w) };
    for (; n >= BLOCK; n -= BLOCK, j += BLOCK) NAME(both_block)(BESIDE, fresh, j, first, end, b);
#define SOME(count) REST(count, NAME(both_ahead)(count, 1, BESIDE, fresh, j, first, end, b))
    HALVINGS(SOME)
#undef SOME
}

/* What lines from j on have between the diagonal and the end of the block of W lines that they are in, or its
 * beginning. */
INLINE void NAME(both_short)(const int wide, bool fresh, dim j, dim first, dim end, const struct both_ways *b)
{
    enum { W = NAME(both_w) };
    if (b->shape == ONWARD) NAME(both_some)(wide, 1, false, ONWARD, true, j, j / W * W + W, end, b);
    else NAME(both_some)(wide, 1, false, BACKWARD, fresh, j, first, j / W * W, b);
}

/* What n lines from j on have between the diagonal and `first`, where they begin, or `end`. */
static void NAME(both_slanted)(bool fresh, dim n, dim j, dim first, dim end, const struct both_ways *b)
{
#define SOME(count) REST(count, NAME(both_short)(count, fresh, j, first, end, b))
    HALVINGS(SOME)
#undef SOME
}
#undef REST

/* A triangle in blocks of lines, and what is left of them in two parts: to the block's other end, and beside it. */
static void NAME(both_triangle)(const struct both_ways *b)
{
    enum { BLOCK = NAME(both_deep) * NAME(both_w) };
    const bool onward = b->shape == ONWARD, fresh = b->fresh_along;
    dim j = 0;
    for (; j + BLOCK <= b->n; j += BLOCK)
        if (onward) NAME(both_block)(ONWARD, true, j, j + BLOCK, b->m, b);
        else NAME(both_block)(BACKWARD, fresh, j, 0, j, b);
    if (!onward && j > 0) NAME(both_beside)(fresh, b->n - j, j, 0, j, b);
    NAME(both_slanted)(fresh && j == 0, b->n - j, j, j, b->n, b);
}

static void NAME(both_ways)(const struct both_ways *given)
{
    const struct both_ways copy = *given, *b = &copy; /* which no store of a sum may have changed */
    if (b->fresh_across) NAME(both_clear)(b);
    if (b->shape == BESIDE) NAME(both_beside)(b->fresh_along, b->n, 0, 0, b->m, b);
    else NAME(both_triangle)(b);
    if (b->shape == BACKWARD) NAME(both_missing)(b);
}

/* The sums of a vector of elements, P and Q, from the lanes of their lines. */
INLINE void NAME(both_fold_along)(const T *along, vec *r)
{
    enum { ROWS = VLEN / PARTS };
    vec sums_of[PARTS][ROWS > GEMV_ROWS ? ROWS : GEMV_ROWS][LANE_VECTORS];
    UNROLL_FOR (int l = 0; l < ROWS; l++, along += PARTS * LANES)
        UNROLL_FOR (int part = 0; part < PARTS; part++)
            UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++) sums_of[part][l][v] = vload(along + part * LANES + v * VLEN);
    NAME(gemv_sum_rows)(ROWS, sums_of, r);
}

/* P + i Q, of A or its conjugate. */
INLINE vec NAME(both_number)(const vec *r, bool conj)
{
    const T sign = conj ? -1 : 1;
    return CPLX ? vfma(vset2(-sign, 1), vswap(r[CPLX]), vmul(vset2(1, sign), r[0])) : r[0];
}

static void NAME(both_fold)(dim m, const void *across, dim ld, bool conj_across, const void *along, bool conj_along,
                            void *to, const struct gemm_scale *scale)
{
    const T *up = across, *lines = along;
    T *y = to;
    struct NAME(folding) f;
    NAME(begin_folding)(&f, scale);
    ld /= (dim)sizeof(T);
    for (dim left = m * PARTS; left > 0; left -= VLEN, y += VLEN, up += VLEN, lines += VLEN * LANES) {
        vec r[2], lanes[LANES / PARTS];
        UNROLL_FOR (int part = 0; part < PARTS; part++) {
            UNROLL_FOR (int l = 0; l < LANES / PARTS; l++) lanes[l] = vload(up + (l * PARTS + part) * ld);
            r[part] = NAME(gemv_fold_lanes)(lanes);
        }
        const vec sum = NAME(both_number)(r, conj_across);
        NAME(both_fold_along)(lines, r);
        NAME(fold_into)(&f, vadd(sum, NAME(both_number)(r, conj_along)), left >= VLEN,
                        vfirst(left < VLEN ? (int)left : VLEN), y);
    }
}

/* A matrix with no more lines than there are lanes, so that each lane is a single product: where its lines are, and
 * some that there are not, of which nothing is read; its elements, a bit for each real; and x, with zeros behind it. */
struct NAME(both_few) {
    const T *lines[NAME(both_w)];
    unsigned all;
    bool hermitian;
    T x[LANES];
};

/* What line l has in vector v times an element or a vector of x, in products that take the diagonal or leave it out. */
INLINE vec NAME(both_few_product)(const bool onward, const bool diagonal, const struct NAME(both_few) * b, const int l,
                                  const int v, vec x)
{
    const int at = l * PARTS;
    const unsigned less = onward ? ~0u << (at + PARTS) : ~(~0u << at),
                   own = !diagonal               ? 0
                         : CPLX && !b->hermitian ? 3u << at
                                                 : 1u << at,
                   there = onward || (b->all >> at & 1) ? b->all : 0;
    const vmask mask = vmask_of((there & (less | own)) >> v * VLEN);
    return vfma_n(mask, vload_n(b->lines[l] + v * VLEN, mask), x, vzero());
}

/* Vector v of y, for so many lines. */
INLINE void NAME(both_few_some)(const bool onward, const int lines, const struct NAME(both_few) * b, const int v,
                                bool conj_across, bool conj_along, const struct NAME(folding) * f, int left, T *y)
{
    enum { ROWS = VLEN / PARTS, W = NAME(both_w) };
    const int rows = lines < ROWS ? lines : ROWS;
    vec r[2], lanes[PARTS][W], sums[PARTS][ROWS > GEMV_ROWS ? ROWS : GEMV_ROWS][LANE_VECTORS];
    UNROLL_FOR (int part = 0; part < PARTS; part++) {
        UNROLL_FOR (int l = 0; l < W; l++)
            lanes[part][l] =
                l < lines ? NAME(both_few_product)(onward, onward, b, l, v, vset1(b->x[l * PARTS + part])) : vzero();
        r[part] = NAME(gemv_fold_lanes)(lanes[part]);
    }
    const vec sum = NAME(both_number)(r, conj_across);
    UNROLL_FOR (int u = 0; u < LANE_VECTORS; u++) {
        const vec xv = vload(b->x + u * VLEN), swapped = CPLX ? vswap(xv) : xv;
        UNROLL_FOR (int l = 0; l < rows; l++)
            UNROLL_FOR (int part = 0; part < PARTS; part++)
                sums[part][l][u] = NAME(both_few_product)(onward, !onward, b, v * ROWS + l, u, part ? swapped : xv);
    }
    NAME(gemv_sum_rows)(rows, sums, r);
    NAME(fold_into)(f, vadd(sum, NAME(both_number)(r, conj_along)), false, vfirst(left < VLEN ? left : VLEN),
                    y + v * VLEN);
}

static void NAME(both_few)(const struct both_ways *given, bool conj_across, bool conj_along, void *y,
                           const struct gemm_scale *scale)
{
    enum { W = NAME(both_w) };
    const int reals = (int)given->n * PARTS;
    const bool onward = given->shape == ONWARD;
    struct NAME(both_few) b = {.all = (1u << reals) - 1, .hermitian = given->hermitian};
    const T *line = given->a;
    dim step = given->step * PARTS;
    UNROLL_FOR (int l = 0; l < W; l++, line += step, step += given->curve * PARTS) b.lines[l] = line;
    UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++)
        vstore(b.x + v * VLEN, vload_n((const T *)given->x_lines + v * VLEN, vmask_of(b.all >> v * VLEN)));
    struct NAME(folding) f;
    NAME(begin_folding)(&f, scale);
#define SOME(onward, lines) NAME(both_few_some)(onward, lines, &b, v, conj_across, conj_along, &f, reals - v * VLEN, y)
    UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++) {
        if (v * VLEN >= reals) continue;
        if (onward && reals > LANES / 2) SOME(true, W);
        else if (onward) SOME(true, W / 2);
        else if (reals > LANES / 2) SOME(false, W);
        else SOME(false, W / 2);
    }
#undef SOME
}

#undef LANES
#undef LANE_VECTORS
#undef LINE_SUMS
