/* SPDX-License-Identifier: MIT */
/* Triangles on the diagonal: x = A^-1 x, a block of rows at a time. See core/kernels.h.
 *
 * Parameters: REAL, CPLX, PARTS, NAME(f), GEMV_ROWS.
 *
 * What a block's rows have beside its own triangle is summed in lanes, as gemv.t.h does it: by rows, these are elements
 * of vectors; by columns, vectors of rows. Blocks of columns come in the order in which they are solved. Then the block
 * itself is solved in registers, column after column. So the order of additions does not depend on how A lies in
 * memory.
 *
 * Each unknown waits for the one before it, and that is what takes the time of a small triangle. A division would take
 * longer than all else, so that the diagonal is inverted first; the sum of the next row is taken out of its vector
 * before the last column is subtracted, and has its element of that subtracted apart. What remains are a multiplication
 * and a multiply-add: 8 cycles a row. Beside them there is time for what the next block needs, if it does not wait for
 * memory: single elements that are written must not be read as a vector soon. */

#if CPLX
#define BLOCK 8
#else
#define BLOCK 16
#endif
#define REALS (BLOCK * PARTS)
#define VECTORS (REALS / VLEN)
#define LANES (64 / (int)sizeof(T)) /* as in gemv.t.h */
#define LANE_VECTORS (LANES / VLEN)
#define COLUMN_LANES (LANES / PARTS)
#define ROWS (VLEN / PARTS) /* whose sums are a vector */
#define FOLDED_ROWS (GEMV_ROWS > ROWS ? GEMV_ROWS : ROWS)
#define SMALLER(a, b) ((a) < (b) ? (a) : (b))
#define AT_ONCE(vectors, most) (2 * GEMV_ROWS < (vectors) ? 1 : SMALLER(2 * GEMV_ROWS / (vectors), most))
#define SOME_ROWS AT_ONCE(LANE_VECTORS, ROWS) /* rows, or lanes of columns, for which there are registers */
#define SOME_LANES AT_ONCE(VECTORS, COLUMN_LANES)

struct NAME(system) {
    const T *a;
    dim n, rs, cs, rows, columns; /* in reals; the last two are the curves, if A is packed */
    T *x;
    bool conj, unit;
};

/* A block has a lane for each of its rows: those of a lower triangle from the first lane on, those of an upper one up
 * to the last. Pointers are to where the first lane is, or would be. */
struct NAME(block) {
    int first, end; /* lanes */
    unsigned all;   /* a bit for each real of theirs */
    const T *a;     /* the triangle, columns contiguous */
    dim cs;
};

/* What is left of rows is multiplied by these, minus the inverses of the diagonal. Of complex ones the real part
 * twice, and the imaginary part with a sign each, by which parts that have changed places are multiplied. */
struct NAME(pivots) {
    T part[PARTS][REALS];
};

/* What a block has beside its triangle: blocks of columns, and their unknowns; `step` reals from one to the next. */
struct NAME(strip) {
    const T *a, *x;
    dim count, step, rs, cs, rows, columns;
};

/* The row of the first lane of the i-th block that is solved. */
INLINE dim NAME(row_of)(const bool lower, const struct NAME(system) * s, dim i)
{ return lower ? i * BLOCK : s->n - (i + 1) * BLOCK; }

/* The diagonal, and ones in the lanes of other rows. */
INLINE void NAME(load_diagonal)(const bool whole, const struct NAME(block) * b, const T *a, dim step, dim curve, T *d)
{
    VECTOR_FOR (int v = 0; v < VECTORS; v++) {
        vec lanes = vfma_n(vmask_of(~b->all >> v * VLEN), vset1(1), vset2(1, 1 - CPLX), vzero());
        VECTOR_FOR (int e = v * ROWS; e < (v + 1) * ROWS; e++) {
            const unsigned bits = (CPLX ? 3u : 1u) << (e * PARTS - v * VLEN);
            if (!whole && (e < b->first || e >= b->end)) continue;
            lanes = vadd(lanes, vload_n(a + line_start(e, step, curve) - e * PARTS + v * VLEN, vmask_of(bits)));
        }
        vstore(d + v * VLEN, lanes);
    }
}

/* Says whether the inverses are as good as divisors: no element is zero, nor so large or so small that its inverse
 * might be subnormal or overflow. Without branches, so that it is compiled to vectors. Complex: as in divide.t.h. */
INLINE bool NAME(invert_diagonal)(const T *diagonal, struct NAME(pivots) * p)
{
    const T most = (T)(sizeof(T) == sizeof(float) ? 0x1p125 : 0x1p1021);
    int bad = 0;
    ROLLED_FOR (int e = 0; e < REALS; e += PARTS) {
        const T re = diagonal[e], im = CPLX ? diagonal[e + CPLX] : 0;
        const bool turned = CPLX && abs1(re) < abs1(im);
        const T large = turned ? im : re, small = turned ? re : im, ratio = small / large;
        const T d = CPLX ? fma1(small, ratio, large) : large, q = -1 / d, r = ratio / d;
        bad += !((abs1(large) <= most) & (abs1(large) >= 1 / most));
        p->part[0][e] = turned ? -r : q, p->part[0][e + CPLX] = turned ? -r : q;
        if (CPLX) p->part[CPLX][e] = turned ? q : -r, p->part[CPLX][e + CPLX] = turned ? -q : r;
    }
    return !bad;
}

/* Rows of VLEN vectors become columns. */
INLINE void NAME(transpose)(vec *r)
{
    VECTOR_FOR (int round = 0; round < 4; round++) {
        vec t[VLEN];
        if (1 << round >= VLEN) continue;
        VECTOR_FOR (int i = 0; i < VLEN / 2; i++)
            t[2 * i] = vzip_lo(r[i], r[i + VLEN / 2]), t[2 * i + 1] = vzip_hi(r[i], r[i + VLEN / 2]);
        VECTOR_FOR (int i = 0; i < VLEN; i++) r[i] = t[i];
    }
}

/* A copy of a triangle whose columns are not contiguous, or packed: what is beside the diagonal. */
INLINE void NAME(copy_triangle)(const bool lower, const bool whole, const struct NAME(block) * b, const T *a,
                                const struct NAME(strip) * at, T *to)
{
    if (whole && !CPLX && at->cs == 1 && at->columns == 0) {
        VECTOR_FOR (int i = 0; i < BLOCK; i += VLEN)
            VECTOR_FOR (int j = 0; j < BLOCK; j += VLEN) {
                vec r[VLEN];
                if (lower ? j > i : j < i) continue;
                VECTOR_FOR (int l = 0; l < VLEN; l++) {
                    const unsigned beside = lower ? (1u << l) - 1 : ~0u << l & ~(1u << l);
                    const T *p = a + line_start(i + l, at->rs, at->rows) + j;
                    r[l] = i == j ? vload_n(p, vmask_of(beside)) : vload(p);
                }
                NAME(transpose)(r);
                VECTOR_FOR (int l = 0; l < VLEN; l++) vstore(to + (j + l) * REALS + i, r[l]);
            }
        return;
    }
    if (at->rs == PARTS && at->rows == 0) { /* packed */
        VECTOR_FOR (int j = 0; j < BLOCK; j++) {
            const unsigned bits = b->all & (lower ? ~0u << (j + 1) * PARTS : (1u << j * PARTS) - 1);
            VECTOR_FOR (int v = 0; v < REALS; v += VLEN)
                vstore(to + j * REALS + v, vload_n(a + line_start(j, at->cs, at->columns) + v, vmask_of(bits >> v)));
        }
        return;
    }
    for (int i = b->first; i < b->end; i++)
        for (int j = lower ? b->first : i + 1; j < (lower ? i : b->end); j++)
            VECTOR_FOR (int part = 0; part < PARTS; part++)
                to[j * REALS + i * PARTS + part] =
                    a[line_start(i, at->rs, at->rows) + line_start(j, at->cs, at->columns) + part];
}

/* A copy of a strip whose rows are not contiguous, as one where they are. */
INLINE void NAME(copy_strip)(const struct NAME(block) * b, struct NAME(strip) * strip, T *to)
{
    const dim size = (strip->count - 1) * strip->step, back = size < 0 ? size : 0; /* the first column is copied to 0 */
    const T *a = strip->a + back / PARTS * strip->cs;
    for (dim r = b->first; r < b->end; r++)
        NAME(copy)(strip->count * BLOCK, a + r * strip->rs, strip->cs / PARTS, to + r * LARGEST_TRIANGLE * PARTS, 1);
    strip->a = to - back, strip->rs = LARGEST_TRIANGLE * PARTS, strip->cs = PARTS;
}

/* The lanes of some rows. */
INLINE void NAME(lanes_of_rows)(const int rows, const struct NAME(strip) * strip, dim count, dim first,
                                vec sum[PARTS][FOLDED_ROWS][LANE_VECTORS])
{
    const T *a[FOLDED_ROWS];
    dim at = 0;
    VECTOR_FOR (int r = 0; r < rows; r++) a[r] = strip->a + line_start(first + r, strip->rs, strip->rows);
    VECTOR_FOR (int part = 0; part < PARTS; part++)
        VECTOR_FOR (int r = 0; r < rows; r++)
            VECTOR_FOR (int v = 0; v < LANE_VECTORS; v++) sum[part][r][v] = vzero();
    for (dim k = 0; k < count; k++, at += strip->step)
        VECTOR_FOR (int g = 0; g < REALS; g += LANES)
            VECTOR_FOR (int v = 0; v < LANE_VECTORS; v++)
                NAME(gemv_step)(rows, false, false, v, a, at + g + v * VLEN, strip->x, VLEN, sum);
}

/* Sums of A x, or of conj(A) x if sign is -1, for rows that are contiguous. Where some lanes have none, a row at a
 * time: others are not read. */
INLINE void NAME(sum_rows)(const bool whole, const struct NAME(block) * b, const struct NAME(strip) * strip, T sign,
                           vec *total)
{
    const int some = whole ? SOME_ROWS : 1;
    T lanes[PARTS][BLOCK][LANES];
    VECTOR_FOR (int v = 0; v < VECTORS; v++) {
        vec all[PARTS][FOLDED_ROWS][LANE_VECTORS];
        if (whole)
            VECTOR_FOR (int r = 0; r < ROWS; r += SOME_ROWS) {
                vec sum[PARTS][FOLDED_ROWS][LANE_VECTORS];
                NAME(lanes_of_rows)(some, strip, strip->count, v * ROWS + r, sum);
                VECTOR_FOR (int part = 0; part < PARTS; part++)
                    VECTOR_FOR (int q = 0; q < some; q++)
                        VECTOR_FOR (int w = 0; w < LANE_VECTORS; w++) all[part][r + q][w] = sum[part][q][w];
            }
        else {
            ROLLED_FOR (int r = v * ROWS; r < (v + 1) * ROWS; r++) {
                vec sum[PARTS][FOLDED_ROWS][LANE_VECTORS];
                const dim count = r >= b->first && r < b->end ? strip->count : 0;
                NAME(lanes_of_rows)(1, strip, count, r, sum);
                VECTOR_FOR (int part = 0; part < PARTS; part++)
                    VECTOR_FOR (int w = 0; w < LANE_VECTORS; w++) vstore(lanes[part][r] + w * VLEN, sum[part][0][w]);
            }
            VECTOR_FOR (int part = 0; part < PARTS; part++)
                VECTOR_FOR (int r = 0; r < ROWS; r++)
                    VECTOR_FOR (int w = 0; w < LANE_VECTORS; w++)
                        all[part][r][w] = vload(lanes[part][v * ROWS + r] + w * VLEN);
        }
        const vec p = NAME(gemv_fold_rows)(ROWS, all[0]), q = CPLX ? NAME(gemv_fold_rows)(ROWS, all[CPLX]) : p;
        total[v] = CPLX ? vfma(vset2(-sign, sign), vswap(vmix(q, p)), vmix(p, q)) : p;
    }
}

/* The same for rows that are not: by a copy. Not inlined, so that its buffer is not on every stack. */
static __attribute__((noinline)) void NAME(sum_copied_rows)(bool whole, const struct NAME(block) * b,
                                                            struct NAME(strip) * strip, T sign, vec *total)
{
    T gathered[BLOCK * LARGEST_TRIANGLE * PARTS];
    NAME(copy_strip)(b, strip, gathered);
    if (whole) NAME(sum_rows)(true, b, strip, sign, total);
    else NAME(sum_rows)(false, b, strip, sign, total);
}

/* The same if columns are. */
INLINE void NAME(sum_columns)(const bool whole, unsigned rows, const struct NAME(strip) * strip, T sign, vec *total)
{
    vec all[PARTS][VECTORS][COLUMN_LANES];
    VECTOR_FOR (int l = 0; l < COLUMN_LANES; l += SOME_LANES) {
        const dim blocks = strip->step / PARTS;
        struct NAME(columns) c = {strip->a, strip->cs, strip->columns};
        const T *x = strip->x + l * PARTS;
        vec sum[PARTS][VECTORS][SOME_LANES];
        VECTOR_FOR (int part = 0; part < PARTS; part++)
            VECTOR_FOR (int v = 0; v < VECTORS; v++)
                VECTOR_FOR (int q = 0; q < SOME_LANES; q++) sum[part][v][q] = vzero();
        for (dim k = 0; k < strip->count; k++, c = NAME(columns_from)(c, blocks), x += strip->step)
            VECTOR_FOR (int j = 0; j < BLOCK; j += COLUMN_LANES)
                VECTOR_FOR (int q = 0; q < SOME_LANES; q++)
                    VECTOR_FOR (int v = 0; v < VECTORS; v++) {
                        const T *at = NAME(columns_from)(c, l + j + q).a + v * VLEN;
                        const vec column = whole ? vload(at) : vload_n(at, vmask_of(rows >> v * VLEN));
                        VECTOR_FOR (int part = 0; part < PARTS; part++)
                            sum[part][v][q] = vfma(vset1(x[(j + q) * PARTS + part]), column, sum[part][v][q]);
                    }
        VECTOR_FOR (int part = 0; part < PARTS; part++)
            VECTOR_FOR (int v = 0; v < VECTORS; v++)
                VECTOR_FOR (int q = 0; q < SOME_LANES; q++) all[part][v][l + q] = sum[part][v][q];
    }
    VECTOR_FOR (int v = 0; v < VECTORS; v++) {
        const vec p = NAME(gemv_fold_lanes)(all[0][v]), q = CPLX ? NAME(gemv_fold_lanes)(all[CPLX][v]) : p;
        total[v] = CPLX ? vfma(vset2(-sign, sign), vswap(q), p) : p;
    }
}

/* x - a b */
INLINE struct NAME(factor) NAME(minus_product)(struct NAME(factor) x, struct NAME(factor) a, struct NAME(factor) b)
{
    if (!CPLX) return (struct NAME(factor)){fma1(-a.re, b.re, x.re), 0};
    return (struct NAME(factor)){fma1(a.im, b.im, fma1(-a.re, b.re, x.re)), fma1(-a.im, b.re, fma1(-a.re, b.im, x.im))};
}

/* x = A^-1 x with divisions: nobody who cares for time divides by zero, or by subnormal numbers. */
static __attribute__((noinline)) void NAME(divide_block)(bool lower, const struct NAME(block) * b, const T *diagonal,
                                                         T *x)
{
    for (int q = b->first; q < b->end; q++) {
        const int j = lower ? q : b->end - 1 - (q - b->first);
        const struct NAME(factor) d = NAME(factor_at)(diagonal + j * PARTS, false);
        const struct NAME(factor) xj = NAME(quotient)(NAME(factor_at)(x + j * PARTS, false), d);
        x[j * PARTS] = xj.re;
        if (CPLX) x[j * PARTS + CPLX] = xj.im;
        for (int i = lower ? j + 1 : b->first; i < (lower ? b->end : j); i++) {
            const struct NAME(factor) a = NAME(factor_at)(b->a + i * PARTS + j * b->cs, false);
            const struct NAME(factor) xi = NAME(minus_product)(NAME(factor_at)(x + i * PARTS, false), xj, a);
            x[i * PARTS] = xi.re;
            if (CPLX) x[i * PARTS + CPLX] = xi.im;
        }
    }
}

/* Lane e everywhere, the parts in a vector each. */
INLINE void NAME(spread)(const vec *v, const int e, vec *to)
{
    VECTOR_FOR (int part = 0; part < PARTS; part++)
        to[part] = vlane(v[(e * PARTS + part) / VLEN], (e * PARTS + part) % VLEN);
}

/* What is left of row e becomes minus its unknown. */
INLINE void NAME(times_pivot)(const struct NAME(pivots) * p, bool unit, const int e, vec *x)
{
    const vec minus_re = vset1(p->part[0][e * PARTS]), old = x[0];
    if (CPLX && unit) { /* 0 times Inf would make a NaN */
        VECTOR_FOR (int part = 0; part < PARTS; part++) x[part] = vmul(minus_re, x[part]);
        return;
    }
    x[0] = vmul(minus_re, x[0]);
    if (!CPLX) return;
    x[0] = vfma(vset1(p->part[CPLX][e * PARTS]), x[CPLX], x[0]);
    x[CPLX] = vfma(vset1(p->part[CPLX][e * PARTS + CPLX]), old, vmul(minus_re, x[CPLX]));
}

/* sum += a x for an element a, in the order of add_elements: what an unknown that cancels is for the rows after it must
 * be what is written, to the last bit. */
INLINE void NAME(add_element)(const T *a, const vec *x, vec *sum)
{
    const vec re = vset1(a[0]);
    sum[0] = vfma(re, x[0], sum[0]);
    if (!CPLX) return;
    sum[0] = vfma(vset1(-a[CPLX]), x[CPLX], sum[0]);
    sum[CPLX] = vfma(re, x[CPLX], vfma(vset1(a[CPLX]), x[0], sum[CPLX]));
}

/* The same for those elements of a column that `bits` say, in vectors from `first` to `end`. */
INLINE void NAME(add_elements)(const int first, const int end, unsigned bits, const T *a, const vec *x, vec *sum)
{
    VECTOR_FOR (int v = first; v < end; v++) {
        const vmask mask = vmask_of(bits >> v * VLEN);
        const vec column = vload_n(a + v * VLEN, mask);
        sum[v] = vfma_n(mask, column, x[0], sum[v]);
        if (CPLX) sum[v] = vfma_n(mask, vmul(vset2(-1, 1), vswap(column)), x[CPLX], sum[v]);
    }
}

/* left = A^-1 left */
INLINE void NAME(solve_lanes)(const bool lower, const bool whole, bool unit, const struct NAME(block) * b,
                              const struct NAME(pivots) * p, vec *left)
{
    const unsigned all = whole ? (unsigned)((1ul << REALS) - 1) : b->all;
    const int m = b->end - b->first;
    vec minus[PARTS], next[PARTS];
    NAME(spread)(left, lower ? 0 : BLOCK - 1, next);
    VECTOR_FOR (int j = 0; j < BLOCK; j++) {
        const int e = lower ? j : BLOCK - 1 - j, after = lower ? e + 1 : e - 1, at = e * PARTS;
        VECTOR_FOR (int part = 0; part < PARTS; part++) minus[part] = next[part];
        NAME(times_pivot)(p, unit, e, minus);
        if (j == BLOCK - 1 || (!whole && j + 1 >= m)) break;
        const T *column = b->a + e * b->cs;
        const unsigned done = lower ? (2u << (at + CPLX)) - 1 : ~0u << at;
        NAME(spread)(left, after, next);
        NAME(add_element)(column + after * PARTS, minus, next);
        NAME(add_elements)(lower ? (at + PARTS) / VLEN : 0, lower ? VECTORS : (at + VLEN - 1) / VLEN, all & ~done,
                           column, minus, left);
    }
    VECTOR_FOR (int v = 0; v < VECTORS; v++) {
        const vec re = vmul(vload(p->part[0] + v * VLEN), left[v]);
        const bool product = CPLX && !unit;
        left[v] = vmul(vset1(-1), product ? vfma(vload(p->part[CPLX] + v * VLEN), vswap(left[v]), re) : re);
    }
}

/* Block i, whose rows begin at `row`, and what its own triangle needs. */
struct NAME(own) {
    struct NAME(block) block;
    struct NAME(pivots) pivots;
    T diagonal[REALS], copy[BLOCK * REALS];
    bool inverted;
};

INLINE void NAME(take_block)(const bool lower, const bool whole, const bool packed, const struct NAME(system) * s,
                             dim i, dim row, struct NAME(own) * o)
{
    const dim rows = packed ? s->rows : 0, columns = packed ? s->columns : 0;
    const dim m = whole ? BLOCK : s->n - i * BLOCK, first = lower ? 0 : BLOCK - m;
    const struct NAME(strip)
        at = {.rs = s->rs + row * rows, .cs = s->cs + row * columns, .rows = rows, .columns = columns};
    const T *a = s->a + line_start(row, s->rs, rows) + line_start(row, s->cs, columns);
    const unsigned all = (unsigned)((1ul << m * PARTS) - 1) << first * PARTS;
    o->block = (struct NAME(block)){(int)first, (int)(first + m), all, a, at.cs};
    o->inverted = true;
    if (s->unit) {
        VECTOR_FOR (int v = 0; v < VECTORS; v++) vstore(o->pivots.part[0] + v * VLEN, vset1(-1));
    } else {
        NAME(load_diagonal)(whole, &o->block, a, at.rs + at.cs, rows + columns, o->diagonal);
        o->inverted = NAME(invert_diagonal)(o->diagonal, &o->pivots);
    }
    if (s->rs == PARTS && !packed) return;
    NAME(copy_triangle)(lower, whole, &o->block, a, &at, o->copy);
    o->block.a = o->copy, o->block.cs = REALS;
}

/* What rows from `row` on have in the i blocks of columns that are solved, times x. */
INLINE void NAME(sum_strip)(bool lower, const bool whole, const bool packed, const struct NAME(system) * s, dim i,
                            dim row, const struct NAME(block) * b, vec *left)
{
    const dim rows = packed ? s->rows : 0, columns = packed ? s->columns : 0, from = NAME(row_of)(lower, s, 0);
    const T minus = CPLX && s->conj ? -1 : 1;
    struct NAME(strip) strip = {.a = s->a + line_start(row, s->rs, rows) + line_start(from, s->cs, columns),
                                .x = s->x + from * PARTS,
                                .count = i,
                                .step = lower ? REALS : -REALS,
                                .rs = s->rs + row * rows,
                                .cs = s->cs + from * columns,
                                .rows = rows,
                                .columns = columns};
    if (s->rs == PARTS && rows == 0) NAME(sum_columns)(whole, b->all, &strip, minus, left);
    else if (s->cs == PARTS) NAME(sum_rows)(whole, b, &strip, minus, left);
    else NAME(sum_copied_rows)(whole, b, &strip, minus, left);
}

/* The same of a packed one: once for all kinds of blocks, as what there is to inline takes longer than a call. */
static __attribute__((noinline)) void NAME(take_packed)(bool lower, bool whole, const struct NAME(system) * s, dim i,
                                                        dim row, struct NAME(own) * o)
{
    if (lower) NAME(take_block)(true, whole, true, s, i, row, o);
    else NAME(take_block)(false, whole, true, s, i, row, o);
}

static __attribute__((noinline)) void NAME(sum_packed)(bool lower, bool whole, const struct NAME(system) * s, dim i,
                                                       dim row, const struct NAME(block) * b, vec *left)
{
    if (whole) NAME(sum_strip)(lower, true, true, s, i, row, b, left);
    else NAME(sum_strip)(lower, false, true, s, i, row, b, left);
}

/* Instead of A, x is conjugated. */
INLINE void NAME(solve_rows_from)(const bool lower, const bool whole, const bool packed, const struct NAME(system) * s,
                                  dim i)
{
    const dim row = NAME(row_of)(lower, s, i);
    T *x = s->x + row * PARTS;
    const vec sign = vset2(1, CPLX && s->conj ? -1 : 1);
    struct NAME(own) o;
    vec left[VECTORS];
    if (packed) NAME(take_packed)(lower, whole, s, i, row, &o);
    else NAME(take_block)(lower, whole, false, s, i, row, &o);
    VECTOR_FOR (int v = 0; v < VECTORS; v++) left[v] = vzero();
    if (i > 0 && packed) NAME(sum_packed)(lower, whole, s, i, row, &o.block, left);
    else if (i > 0) NAME(sum_strip)(lower, whole, false, s, i, row, &o.block, left);
    VECTOR_FOR (int v = 0; v < VECTORS; v++) {
        const vec old = whole ? vload(x + v * VLEN) : vload_n(x + v * VLEN, vmask_of(o.block.all >> v * VLEN));
        left[v] = vfma(vset1(-1), left[v], CPLX ? vmul(sign, old) : old);
    }
    if (LIKELY(o.inverted)) {
        NAME(solve_lanes)(lower, whole, s->unit, &o.block, &o.pivots, left);
    } else {
        T *const single = o.pivots.part[0];
        VECTOR_FOR (int v = 0; v < VECTORS; v++) vstore(single + v * VLEN, left[v]);
        NAME(divide_block)(lower, &o.block, o.diagonal, single);
        VECTOR_FOR (int v = 0; v < VECTORS; v++) left[v] = vload(single + v * VLEN);
    }
    VECTOR_FOR (int v = 0; v < VECTORS; v++) {
        const vec y = CPLX ? vmul(sign, left[v]) : left[v];
        if (whole) vstore(x + v * VLEN, y); /* the next block could not read it soon after a store with a mask */
        else vstore_n(x + v * VLEN, vmask_of(o.block.all >> v * VLEN), y);
    }
}

INLINE void NAME(solve_triangle)(const bool lower, const bool packed, const struct NAME(system) * s)
{
    dim i = 0;
    for (; (i + 1) * BLOCK <= s->n; i++) NAME(solve_rows_from)(lower, true, packed, s, i);
    if (i * BLOCK < s->n) NAME(solve_rows_from)(lower, false, packed, s, i);
}

static void NAME(triangle)(dim n, const struct triangle *t, const void *a, dim rs, dim cs, struct curve curve, void *x)
{
    const struct NAME(system)
        s = {a, n, rs * PARTS, cs * PARTS, curve.rows * PARTS, curve.columns * PARTS, x, t->conj, t->unit};
    const bool packed = curve.rows || curve.columns;
    if (t->lower && !packed) NAME(solve_triangle)(true, false, &s);
    else if (t->lower) NAME(solve_triangle)(true, true, &s);
    else if (!packed) NAME(solve_triangle)(false, false, &s);
    else NAME(solve_triangle)(false, true, &s);
}

#undef BLOCK
#undef REALS
#undef VECTORS
#undef LANES
#undef LANE_VECTORS
#undef COLUMN_LANES
#undef ROWS
#undef FOLDED_ROWS
#undef SMALLER
#undef AT_ONCE
#undef SOME_ROWS
#undef SOME_LANES
