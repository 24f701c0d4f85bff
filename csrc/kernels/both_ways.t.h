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
    NAME(both_ld) = BOTH_WAYS_REALS + BOTH_WAYS_APART / (int)sizeof(T),
    NAME(both_deep) = GEMV_ROWS < 4 ? GEMV_ROWS : 4,
};

/* Lines l of `wide` neighbours, and if there are more, of those W, 2 W, ... behind these; what x has there; and how far
 * behind them the next are. */
struct NAME(both_lines) {
    const T *p[GEMV_ROWS];
    vec x[PARTS][GEMV_ROWS];
    dim next;
};

/* Their vectors from element i on: those of one lane share a vector of sums across. */
INLINE void NAME(both_step)(const int wide, const int deep, const bool ahead, const bool partial, const int v, dim i,
                            dim left, const struct NAME(both_lines) * lines, const T *x, T *across, LINE_SUMS)
{
    const vmask mask = vfirst(partial && left < VLEN ? (int)left : VLEN);
    const vec xv = partial ? vload_n(x + i, mask) : vload(x + i), swapped = CPLX ? vswap(xv) : xv;
    UNROLL_FOR (int lane = 0; lane < wide; lane++) {
        T *to = across + lane * PARTS * NAME(both_ld) + i;
        vec sum[2] = {vload(to), CPLX ? vload(to + CPLX * NAME(both_ld)) : vzero()};
        UNROLL_FOR (int l = lane; l < wide * deep; l += wide) {
            const vec a = partial ? vload_n(lines->p[l] + i, mask) : vheld(vload(lines->p[l] + i));
            if (ahead && v == 0) __builtin_prefetch(lines->p[l] + i + lines->next, 0, 3);
            UNROLL_FOR (int part = 0; part < PARTS; part++) {
                sums[part][l][v] = vfma(a, part ? swapped : xv, sums[part][l][v]);
                sum[part] = vfma(lines->x[part][l], a, sum[part]);
            }
        }
        UNROLL_FOR (int part = 0; part < PARTS; part++) vstore(to + part * NAME(both_ld), sum[part]);
    }
}

/* The same in the block on the diagonal of n lines, these being the `nth` and the following: some sums across may begin
 * here. What is on the diagonal counts as before it; if the matrix is Hermitian, its real part is all there is. */
INLINE void NAME(both_diagonal)(const int wide, const bool onward, bool hermitian, int nth, int n, dim i,
                                const struct NAME(both_lines) * lines, const T *x, T *across, LINE_SUMS)
{
    const unsigned all = (1u << n * PARTS) - 1;
    UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++) {
        const vec xv = vload_n(x + i + v * VLEN, vmask_of(all >> v * VLEN)), swapped = CPLX ? vswap(xv) : xv;
        UNROLL_FOR (int l = 0; l < wide; l++) {
            const int at = (nth + l) * PARTS;
            const unsigned less = onward ? all & ~0u << (at + PARTS) : ~(~0u << at),
                           more = CPLX && hermitian ? less | 1u << at
                                  : onward          ? all & ~0u << at
                                                    : ~(~0u << (at + PARTS));
            const vmask less_v = vmask_of(less >> v * VLEN), more_v = vmask_of(more >> v * VLEN);
            const vec a = vload_n(lines->p[l] + i + v * VLEN, more_v);
            UNROLL_FOR (int part = 0; part < PARTS; part++) {
                T *to = across + (l * PARTS + part) * NAME(both_ld) + i + v * VLEN;
                sums[part][l][v] = vfma_n(onward ? less_v : more_v, a, part ? swapped : xv, sums[part][l][v]);
                vstore(to, vfma_n(onward ? more_v : less_v, lines->x[part][l], a, onward ? vload(to) : vzero()));
            }
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
    T *across = (T *)b->across + nth * PARTS * NAME(both_ld), *along = (T *)b->along + j * PARTS * LANES;
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
    lines.next = wide * step;
    if (shape == ONWARD)
        NAME(both_diagonal)(wide, true, b->hermitian, (int)nth, size, (j - nth) * PARTS, &lines, x, across, sums);
    dim i = first * PARTS;
    const dim n = end * PARTS;
    for (; i + LANES <= n; i += LANES)
        UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++)
            NAME(both_step)(wide, deep, ahead, false, v, i + v * VLEN, VLEN, &lines, x, across, sums);
    UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++, i += VLEN)
        if (i < n) NAME(both_step)(wide, deep, false, true, v, i, n - i, &lines, x, across, sums);
    if (shape == BACKWARD)
        NAME(both_diagonal)(wide, false, b->hermitian, (int)nth, size, (j - nth) * PARTS, &lines, x, across, sums);
    UNROLL_FOR (int l = 0; l < wide * deep; l++)
        UNROLL_FOR (int part = 0; part < PARTS; part++)
            UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++)
                vstore(along + ((l / wide * W + l % wide) * PARTS + part) * LANES + v * VLEN, sums[part][l][v]);
}

/* The lanes of the last block that have no line, where the others begin at the diagonal. */
INLINE void NAME(both_missing)(const struct both_ways *b)
{
    const dim block = b->n / NAME(both_w) * NAME(both_w);
    for (dim l = (b->n - block) * PARTS; l < LANES && block < b->n; l++)
        UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++)
            vstore((T *)b->across + l * NAME(both_ld) + block * PARTS + v * VLEN, vzero());
}

INLINE void NAME(both_clear)(const struct both_ways *b)
{
    for (dim l = 0; l < LANES; l++)
        for (dim i = 0; i < b->m * PARTS; i += VLEN) vstore((T *)b->across + l * NAME(both_ld) + i, vzero());
}

INLINE void NAME(both_neighbours)(const int wide, const int deep, bool fresh, dim j, dim first, dim end,
                                  const struct both_ways *b)
{
    if (b->far && wide * deep == GEMV_ROWS) NAME(both_some)(wide, deep, true, BESIDE, fresh, j, first, end, b);
    else NAME(both_some)(wide, deep, false, BESIDE, fresh, j, first, end, b);
}

/* What n lines from j on have beside the diagonal: many of them together, if there are. */
static void NAME(both_beside)(bool fresh, dim n, dim j, dim first, dim end, const struct both_ways *b)
{
    enum { W = NAME(both_w), DEEP = NAME(both_deep), WIDE = GEMV_ROWS / DEEP };
    for (; n >= DEEP * W; n -= DEEP * W, j += DEEP * W)
        for (dim l = 0; l < W; l += WIDE) NAME(both_neighbours)(WIDE, DEEP, fresh, j + l, first, end, b);
#define SOME(count) \
    for (; n >= count; n -= count, j += count) NAME(both_neighbours)(count, 1, fresh, j, first, end, b);
    HALVINGS(SOME)
#undef SOME
}

/* What n lines from j on have between the diagonal and `first`, where they begin, or `end`. */
static void NAME(both_slanted)(bool fresh, dim n, dim j, dim first, dim end, const struct both_ways *b)
{
    enum { W = NAME(both_w) };
#define SOME(count)                                                                                       \
    for (; n >= count; n -= count, j += count) {                                                          \
        if (b->shape == ONWARD) NAME(both_some)(count, 1, false, ONWARD, true, j, j / W * W + W, end, b); \
        else NAME(both_some)(count, 1, false, BACKWARD, fresh, j, first, j / W * W, b);                   \
    }
    HALVINGS(SOME)
#undef SOME
}

/* A triangle in blocks of lines: what they have within the block, and the rest; unless a vector has all lanes (with
 * AVX-512 this took 3-15 % longer up to 300 rows). */
static void NAME(both_ways)(const struct both_ways *given)
{
    enum { BLOCK = LANE_VECTORS > 1 ? NAME(both_deep) * NAME(both_w) : BOTH_WAYS_REALS };
    const struct both_ways copy = *given, *b = &copy; /* which no store of a sum may have changed */
    if (b->fresh_across) NAME(both_clear)(b);
    if (b->shape == BESIDE) NAME(both_beside)(b->fresh_along, b->n, 0, 0, b->m, b);
    else
        for (dim j = 0; j < b->n; j += BLOCK) {
            const dim n = b->n - j < BLOCK ? b->n - j : BLOCK;
            if (b->shape == BACKWARD && j > 0) NAME(both_beside)(b->fresh_along, n, j, 0, j, b);
            NAME(both_slanted)(b->fresh_along && j == 0, n, j, j, j + n, b);
            if (b->shape == ONWARD && j + n < b->m) NAME(both_beside)(false, n, j, j + n, b->m, b);
        }
    if (b->shape == BACKWARD) NAME(both_missing)(b);
}

/* The sums of a vector of elements, P and Q, from the lanes of their lines. */
INLINE void NAME(both_fold_along)(const T *along, vec *r)
{
    enum { ROWS = VLEN / PARTS };
    T sums[PARTS][VLEN];
    vec sums_of[PARTS][ROWS > GEMV_ROWS ? ROWS : GEMV_ROWS][LANE_VECTORS];
    UNROLL_FOR (int l = 0; l < ROWS; l++, along += PARTS * LANES)
        UNROLL_FOR (int part = 0; part < PARTS; part++)
            UNROLL_FOR (int v = 0; v < LANE_VECTORS; v++) sums_of[part][l][v] = vload(along + part * LANES + v * VLEN);
    NAME(gemv_finish_rows)(ROWS, sums_of, sums[0], VLEN);
    UNROLL_FOR (int part = 0; part < PARTS; part++) r[part] = vload(sums[part]);
}

/* P + i Q, of A or its conjugate. */
INLINE vec NAME(both_number)(const vec *r, bool conj)
{
    const T sign = conj ? -1 : 1;
    return CPLX ? vfma(vset2(-sign, 1), vswap(r[CPLX]), vmul(vset2(1, sign), r[0])) : r[0];
}

static void NAME(both_fold)(dim m, const void *across, bool conj_across, const void *along, bool conj_along, void *to)
{
    const T *up = across, *lines = along;
    T *sums = to;
    for (dim left = m * PARTS; left > 0; left -= VLEN, sums += VLEN) {
        const vmask mask = vfirst(left < VLEN ? (int)left : VLEN);
        vec sum = vload_n(sums, mask), r[2], lanes[LANES / PARTS];
        if (across) {
            UNROLL_FOR (int part = 0; part < PARTS; part++) {
                UNROLL_FOR (int l = 0; l < LANES / PARTS; l++)
                    lanes[l] = vload(up + (l * PARTS + part) * NAME(both_ld));
                r[part] = NAME(gemv_fold_lanes)(lanes);
            }
            sum = vadd(sum, NAME(both_number)(r, conj_across)), up += VLEN;
        }
        if (along) {
            NAME(both_fold_along)(lines, r);
            sum = vadd(sum, NAME(both_number)(r, conj_along)), lines += VLEN * LANES;
        }
        vstore_n(sums, mask, sum);
    }
}

#undef LANES
#undef LANE_VECTORS
#undef LINE_SUMS
