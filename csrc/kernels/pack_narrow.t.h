/* SPDX-License-Identifier: MIT */
/* Packs elements of 8 or 16 bits, a group of them along K in each lane of 32 bits: dst[s ld + i] is the lane of step s
 * and column i. Otherwise like pack.t.h, which does the transposing here too.
 *
 * Parameters, undefined at the end: FUNCTION (the name to define), FORMAT (of formats.h), perhaps FORMAT_ROW (the
 * same for VLEN neighbours, whole groups), WIDTH (columns that
 * TRANSPOSE takes at a time), TRANSPOSE (a pack_fn); and of low.t.h: IN, IN_GROUP, IN_STEPS. */

static void FUNCTION(dim k, dim w, const void *src, dim sp, dim sw, void *dst, dim ld)
{
    enum { DEPTH = 64 };
    const IN *from = src;
    lane *to = dst;
    const dim whole = k - k % IN_GROUP;
    dim p = 0;

    if (sp == 1) /* along K: lanes are made of contiguous elements, then transposed */
        for (; p < whole; p += DEPTH / IN_STEPS * IN_GROUP) {
            const dim groups = min_dim(DEPTH / IN_STEPS, (whole - p) / IN_GROUP);
            for (dim i = 0; i < w; i += WIDTH) {
                lane lanes[WIDTH][DEPTH];
                const dim columns = min_dim(WIDTH, w - i);
                for (dim j = 0; j < columns; j++)
                    for (dim g = 0; g < groups; g++)
                        for (int s = 0; s < IN_STEPS; s++)
                            lanes[j][g * IN_STEPS + s] = FORMAT(from + (i + j) * sw + p + g * IN_GROUP, 1, IN_GROUP, s);
                TRANSPOSE(groups * IN_STEPS, columns, lanes, 1, DEPTH, to + p / IN_GROUP * IN_STEPS * ld + i, ld);
            }
        }
    if (sp == 1 && p > whole) p = whole;
    for (; p < k; p += IN_GROUP)
        for (int s = 0; s < IN_STEPS; s++) {
            lane *row = to + (p / IN_GROUP * IN_STEPS + s) * ld;
            const IN *x = from + p * sp;
            if (p < whole && sw == 1) {
                dim i = 0;
#ifdef FORMAT_ROW
                for (; i + VLEN <= w; i += VLEN) vstore((T *)(row + i), FORMAT_ROW(x + i, sp));
#endif
                for (; i < w; i++) row[i] = FORMAT(x + i, sp, IN_GROUP, s);
            } else {
                for (dim i = 0; i < w; i++) row[i] = FORMAT(x + i * sw, sp, min_dim(IN_GROUP, k - p), s);
            }
        }
}

#undef FUNCTION
#undef FORMAT
#undef FORMAT_ROW
#undef WIDTH
#undef TRANSPOSE
