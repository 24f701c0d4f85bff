/* SPDX-License-Identifier: MIT */
/* (x, y) = STEP(x, y) for n pairs of elements that stand incx and incy apart.
 *
 * Parameters: REAL, CPLX, PARTS, NAME(f); undefined at the end: OP (names the function and its NAME(OP_step)), READS_Y
 * and WRITES_X (0 or 1; x is always read, y always written). An element that stands alone is a vector too, so that the
 * formula is there once. */

#define PAIR NAME(PBL_CAT(OP, _pair))
#define ONE NAME(PBL_CAT(OP, _one))
#define EACH NAME(PBL_CAT(OP, _each))
#define STEP NAME(PBL_CAT(OP, _step))

INLINE void PAIR(const bool whole, T *x, T *y, vmask mask, const vec *factors)
{
    vec u = whole ? vload(x) : vload_n(x, mask), v = !READS_Y ? u : whole ? vload(y) : vload_n(y, mask);
    STEP(factors, &u, &v);
    if (whole) vstore(y, v);
    else vstore_n(y, mask, v);
    if (WRITES_X && whole) vstore(x, u);
    if (WRITES_X && !whole) vstore_n(x, mask, u);
}

INLINE void ONE(T *x, T *y, const vec *factors)
{
    vec u = CPLX ? vload_2(x) : vload_1(x), v = !READS_Y ? u : CPLX ? vload_2(y) : vload_1(y);
    STEP(factors, &u, &v);
    if (CPLX) vstore_2(y, v);
    else vstore_1(y, v);
    if (WRITES_X && CPLX) vstore_2(x, u);
    if (WRITES_X && !CPLX) vstore_1(x, u);
}

INLINE void EACH(dim n, T *x, dim incx, T *y, dim incy, const vec *factors)
{
    if (incx != 1 || incy != 1) {
        for (; n > 0; n--, x += incx * PARTS, y += incy * PARTS) ONE(x, y, factors);
        return;
    }
    for (n *= PARTS; n >= 4 * VLEN; n -= 4 * VLEN, x += 4 * VLEN, y += 4 * VLEN)
        UNROLL_FOR (int j = 0; j < 4; j++) PAIR(true, x + j * VLEN, y + j * VLEN, vfirst(VLEN), factors);
    UNROLL_FOR (int j = 0; j < 3; j++) {
        if (n < VLEN) break;
        PAIR(true, x, y, vfirst(VLEN), factors);
        n -= VLEN, x += VLEN, y += VLEN;
    }
    if (n > 0) PAIR(false, x, y, vfirst((int)n), factors);
}

#undef PAIR
#undef ONE
#undef EACH
#undef STEP
#undef OP
#undef READS_Y
#undef WRITES_X
