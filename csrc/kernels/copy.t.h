/* SPDX-License-Identifier: MIT */
/* Copies, and transposes, part of a matrix: a pack_b that writes nothing beside the elements.
 *
 * Parameters: those of pack.t.h, which comes before. */

static void NAME(copy_panel)(dim k, dim w, const void *src, dim sp, dim sw, void *dst, dim ld)
{
#if PER == 1
    /* Few columns become one piece of memory, which is not written row by row (1649 x 2: half of the time). */
    const bool dense = sp == 1 && ld == w && w < VLEN;
    if (dense && w == 2) NAME(pack_transpose)(false, 2, k, w, src, sw, dst, ld);
    else if (dense && w == 4) NAME(pack_transpose)(false, 4, k, w, src, sw, dst, ld);
    else
#endif
        NAME(pack)(true, VLEN, k, w, src, sp, sw, dst, ld);
}
