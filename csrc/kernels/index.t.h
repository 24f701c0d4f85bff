/* SPDX-License-Identifier: MIT */
/* The first element with the largest, or the smallest, |re| + |im|.
 *
 * Parameters: REAL, CPLX, PARTS, NAME(f). A piece that fits in L1 is asked for its largest value; only if that is more
 * than the pieces before had, which is rare, it is searched for the place. The smallest value is the largest negative
 * one. vmax and > pass over a NaN. */

INLINE vec NAME(sizes)(vec x, vec sign)
{
    x = vabs(x);
    return vmul(sign, CPLX ? vadd(x, vswap(x)) : x);
}

/* The same of PARTS vectors; complex elements, which take two parts each, as one vector, in another order. */
INLINE vec NAME(sizes_at)(const T *p, vec sign)
{
    if (!CPLX) return NAME(sizes)(vload(p), sign);
    const vec a = vabs(vload(p)), b = vabs(vload(p + VLEN));
    return vmul(sign, vadd(vevens(a, b), vodds(a, b)));
}

struct NAME(first) {
    T value;
    dim index;
};

/* n reals that begin at element `start`. */
INLINE void NAME(search_piece)(dim n, const T *x, dim start, const T sign, struct NAME(first) * first)
{
    enum { STEP = PARTS * VLEN };
    const vec signs = vset1(sign);
    vec most[4];
    dim i = 0;
    UNROLL_FOR (int j = 0; j < 4; j++) most[j] = vset1((T)-INFINITY);
    for (; i + 4 * STEP <= n; i += 4 * STEP)
        UNROLL_FOR (int j = 0; j < 4; j++) most[j] = vmax(NAME(sizes_at)(x + i + j * STEP, signs), most[j]);
    for (; i + VLEN <= n; i += VLEN) most[0] = vmax(NAME(sizes)(vload(x + i), signs), most[0]);

    const T value = vmax_of(vmax(vmax(most[0], most[1]), vmax(most[2], most[3])));
    if (value > first->value) {
        unsigned found;
        dim at = 0;
        while (!(found = vequal(NAME(sizes)(vload(x + at), signs), vset1(value)))) at += VLEN;
        first->value = value, first->index = start + (at + __builtin_ctz(found)) / PARTS;
    }
    for (; i < n; i += PARTS) {
        const T size = sign * (CPLX ? abs1(x[i]) + abs1(x[i + CPLX]) : abs1(x[i]));
        if (size > first->value) first->value = size, first->index = start + i / PARTS;
    }
}

INLINE dim NAME(search)(dim n, const T *x, dim inc, const T sign)
{
    enum { ON_STACK = 8192 / (PARTS * sizeof(T)), IN_L1 = 2 * ON_STACK };
    T piece[ON_STACK * PARTS];
    struct NAME(first) first = {(T)-INFINITY, 0};
    const dim longest = inc != 1 ? ON_STACK : IN_L1;
    for (dim start = 0; start < n; start += longest, x += longest * inc * PARTS) {
        const dim length = (n - start < longest ? n - start : longest) * PARTS;
        if (inc != 1) NAME(unstride)(length, x, inc, piece);
        NAME(search_piece)(length, inc != 1 ? piece : x, start, sign, &first);
    }
    return first.index;
}

static dim NAME(iamax)(dim n, const void *x, dim inc) { return NAME(search)(n, x, inc, 1); }
static dim NAME(iamin)(dim n, const void *x, dim inc) { return NAME(search)(n, x, inc, -1); }
