/* SPDX-License-Identifier: MIT */
/* dst[p ld + i] = src[p sp + i sw]: lays a micro-panel out in the order the tile reads it. Bytes move, nothing is
 * computed, so a float complex travels as a double.
 *
 * Parameters: REAL (the type that carries an element), PER (how many of them an element takes), NAME(f),
 * LDA (the ld of packed A); and NAME(vlen), the elements in a vector of the tiles.
 *
 * Three cases. Rows that are contiguous are copied; columns that are contiguous are transposed in registers;
 * all else goes element by element. */

INLINE void NAME(pack_copy)(const bool exact, dim k, dim w, const T *src, dim sp, T *dst, dim ld)
{
    const dim whole = w - w % VLEN;
    const vmask mask = vfirst(w > whole ? (int)(w - whole) : VLEN);

    for (dim p = 0; p < k; p++, src += sp, dst += ld) {
        for (dim i = 0; i < whole; i += VLEN) vstore(dst + i, vload(src + i));
        if (w == whole) continue;
        vec rest = vload_n(src + whole, mask);
        if (!exact && ld - whole >= VLEN) vstore(dst + whole, rest);
        else vstore_n(dst + whole, mask, rest);
    }
}

INLINE void NAME(pack_each)(dim k, dim w, const T *src, dim sp, dim sw, T *dst, dim ld)
{
    for (dim p = 0; p < k; p++)
        for (dim i = 0; i < w; i++)
            if (PER == 2) vstore_2(dst + (p * ld + i) * PER, vload_2(src + (p * sp + i * sw) * PER));
            else dst[p * ld + i] = src[p * sp + i * sw];
}

#if PER == 1
/* Interleaves the n vectors of r (n a power of two): afterwards they hold r0[0], r1[0], ..., rn[0], r0[1], r1[1], ...
 * Each of the log2(n) rounds is one perfect shuffle of the first half with the second. */
INLINE void NAME(interleave)(const int n, vec *r)
{
    vec t[32];
    UNROLL_FOR (int round = 0; round < __builtin_ctz((unsigned)n); round++) {
        UNROLL_FOR (int i = 0; i < n / 2; i++) {
            t[2 * i] = vzip_lo(r[i], r[i + n / 2]);
            t[2 * i + 1] = vzip_hi(r[i], r[i + n / 2]);
        }
        UNROLL_FOR (int i = 0; i < n; i++) r[i] = t[i];
    }
}

/* The next VLEN elements of VLEN columns. Without BY_LINES, halves of these are put together as they are loaded: fewer
 * shuffles, but more loads, of which a panel that is packed waits for each (8 x 2048 x 2048: 1.15 times as long). */
INLINE void NAME(transpose_square)(const T *src, dim sw, T *dst, dim ld)
{
    const int some = VLEN < 4 ? VLEN : 4;
    vec r[VLEN];
#if BY_LINES
    vload_lines_t(src, sw, VLEN, r);
#else
    UNROLL_FOR (int q = 0; q < VLEN; q += VSTEPS) OF_REAL(vload_t)(src + q, sw, VLEN, r + q);
#endif
    UNROLL_FOR (int q = 0; q < VLEN; q += some) {
        T *to = dst + q * ld;
        if (VLEN > some) KEPT(to); /* or each of more rows than there are registers would have one */
        UNROLL_FOR (int i = 0; i < some; i++) vstore(to + i * ld, r[q + i]);
    }
}

/* The next `steps` elements, at most VLEN, of n columns, of which there are w. */
INLINE void NAME(transpose_block)(const bool exact, const int n, const bool whole, int steps, dim w, const T *src,
                                  dim sw, T *dst, dim ld)
{
    const vmask some = vfirst(whole ? VLEN : steps), row = vfirst(exact && w < VLEN ? (int)w : VLEN);
    vec r[32];
    UNROLL_FOR (int q = 0; q < n; q++)
        r[q] = q >= w ? vzero() : whole ? vload(src + q * sw) : vload_n(src + q * sw, some);
    NAME(interleave)(n, r);
    UNROLL_FOR (int q = 0; q < n; q++) {
        T *const to = dst + q * VLEN / n * ld + q * VLEN % n;
        const int left = steps * n - q * VLEN;
        if (whole && !(exact && w < VLEN)) vstore(to, r[q]);
        else if (whole || left >= VLEN) vstore_n(to, row, r[q]);
        else if (left > 0) vstore_n(to, vfirst(left), r[q]); /* n < VLEN: more than a row */
    }
}

/* n columns at a time; n > VLEN or n < VLEN only if ld = n, when the interleaved vectors are the panel itself. */
INLINE void NAME(pack_transpose)(const bool exact, const int n, dim k, dim w, const T *src, dim sw, T *dst, dim ld)
{
    enum { FEW = 4 * VLEN };
    for (; k >= VLEN; k -= VLEN, src += VLEN, dst += VLEN * ld)
        for (dim i = 0; i < w; i += n)
            if ((exact || (BY_LINES && n == VLEN)) && w - i >= VLEN)
                NAME(transpose_square)(src + i * sw, sw, dst + i, ld);
            else NAME(transpose_block)(exact, n, true, VLEN, w - i, src + i * sw, sw, dst + i, ld);
    if (k * w <= FEW) NAME(pack_each)(k, w, src, 1, sw, dst, ld);
    else
        for (dim i = 0; i < w; i += n)
            NAME(transpose_block)(exact, n, false, (int)k, w - i, src + i * sw, sw, dst + i, ld);
}
#endif

/* `exact`: nothing is written but the elements; then n = VLEN. */
INLINE void NAME(pack)(const bool exact, const int n, dim k, dim w, const T *src, dim sp, dim sw, T *dst, dim ld)
{
    (void)n;
    if (sw == 1) NAME(pack_copy)(exact, k, w * PER, src, sp * PER, dst, ld * PER);
#if PER == 1
    else if (sp == 1) NAME(pack_transpose)(exact, n, k, w, src, sw, dst, ld);
#endif
    else NAME(pack_each)(k, w, src, sp, sw, dst, ld);
}

static void NAME(pack_a)(dim k, dim w, const void *src, dim sp, dim sw, void *dst, dim ld)
{
    (void)ld;
    NAME(pack)(false, LDA, k, w, src, sp, sw, dst, LDA);
}

/* Panels are whole vectors of the tiles. If those that move them hold more elements (scalar: complex64), the last must
 * not reach into the next row. */
static void NAME(pack_b)(dim k, dim w, const void *src, dim sp, dim sw, void *dst, dim ld)
{ NAME(pack)(VLEN / PER > NAME(vlen), VLEN, k, w, src, sp, sw, dst, ld); }
