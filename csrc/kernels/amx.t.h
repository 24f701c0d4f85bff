/* SPDX-License-Identifier: MIT */
/* Every kernel for products of bfloat16 or 8-bit integers on AMX, and their table.
 *
 * Of the eight registers, four hold a tile of 32 x 32 sums, two a piece of A and two of B; one step of the loop is four
 * instructions that multiply 16 lanes of 32 bits along K, of two or four narrow elements each. Sums that are not yet
 * what C wants reach it by way of L1, where the kernels for vectors apply alpha and beta.
 *
 * B is packed in the order of all other kernels, A in blocks of 16 lanes: 32 rows, each of 64 bytes. Both are filled up
 * with zeros along K.
 *
 * Parameters, all undefined at the end: LETTER (b or i), REAL (of the sums: s or i), IN (uint16_t or uint8_t),
 * LANE_PRODUCTS (elements in a lane), FORMAT_B and FORMAT_ROW_B (see pack_narrow.t.h), DOT and DOT_UNSIGNED (the
 * instruction, for A signed and unsigned). */

#define NAME(f) PBL_CAT(LETTER, PBL_CAT(_, PBL_CAT(f, PBL_CAT(_, ISA))))
#define CPLX 0
#define PARTS 1
#define BY_COLUMNS_TILES 0
#define SUM_ROW 0
#define MAC vfma /* of this template only gemm_fold is wanted: no tiles */
#define TILES(X)
#define TALL_TILES(X)
#include "gemm_tile.t.h"
#undef TALL_TILES
#undef TILES
#include "scale.t.h"

#define SUM T
#define SINGLE 1
#include "finish.t.h"

enum { NAME(side) = 2 * AMX_LANES }; /* of the tile, and rows of a block of packed A */
#define SIDE NAME(side)

/* to = A B, rows ld apart; tall and wide: more than 16 rows, columns. A panel of B stays in L1 for all tiles of rows,
 * through which those of A only pass. */
INLINE void NAME(tile_sum)(const bool tall, const bool wide, const bool is_unsigned, dim k, const T *a, const T *b,
                           dim rsb, T *to, dim ld)
{
    const dim bytes = ld * (dim)sizeof(T);
    tile_zero(0);
    tile_zero(1);
    tile_zero(2);
    tile_zero(3);
    for (dim p = 0; p < k; p += AMX_LANES, a += SIDE * AMX_LANES, b += AMX_LANES * rsb) {
        tile_load_passing(4, a, AMX_ROW_BYTES);
        tile_load(6, b, rsb * (dim)sizeof(T));
        if (tall) tile_load_passing(5, a + AMX_LANES * AMX_LANES, AMX_ROW_BYTES);
        if (wide) tile_load(7, b + AMX_LANES, rsb * (dim)sizeof(T));
        if (is_unsigned) {
            DOT_UNSIGNED(0, 4, 6);
            if (wide) DOT_UNSIGNED(1, 4, 7);
            if (tall) DOT_UNSIGNED(2, 5, 6);
            if (tall && wide) DOT_UNSIGNED(3, 5, 7);
        } else {
            DOT(0, 4, 6);
            if (wide) DOT(1, 4, 7);
            if (tall) DOT(2, 5, 6);
            if (tall && wide) DOT(3, 5, 7);
        }
    }
    tile_store(0, to, bytes);
    if (wide) tile_store(1, to + AMX_LANES, bytes);
    if (tall) tile_store(2, to + AMX_LANES * ld, bytes);
    if (tall && wide) tile_store(3, to + AMX_LANES * ld + AMX_LANES, bytes);
}

static void NAME(any_tile)(int rows, int vectors, dim k, const T *a, const T *b, dim rsb, T *c, dim rsc, int last,
                           const struct gemm_scale *s)
{
    _Alignas(64) T sums[SIDE][SIDE];
    const bool tall = rows > AMX_LANES, wide = vectors > 1, is_unsigned = !s->offset;
    /* Rows that lie across two lines are better stored by vectors (8-bit 512 x 512 x 512: 15 %). */
    const bool is_aligned = ((uintptr_t)c | (uintptr_t)(rsc * (dim)sizeof(T))) % AMX_ROW_BYTES == 0;
    const bool is_full = rows == SIDE && wide && last == AMX_LANES && is_aligned;
    const bool as_is = is_full && !s->beta && *(const T *)s->alpha == 1;
    T *const to = as_is ? c : sums[0];
    const dim ld = as_is ? rsc : SIDE;
    if (tall && wide && is_unsigned) NAME(tile_sum)(true, true, true, k, a, b, rsb, to, ld);
    else if (tall && wide) NAME(tile_sum)(true, true, false, k, a, b, rsb, to, ld);
    else NAME(tile_sum)(tall, wide, is_unsigned, k, a, b, rsb, to, ld);
    if (as_is) return;
    for (int i = 0; i < rows; i++) NAME(gemm_fold)((vectors - 1) * AMX_LANES + last, sums[i], 0, c + i * rsc, s);
}

/* Tiles are called by their size; how A lies is known. */
#define TILE(mr, nv)                                                                                                 \
    static void NAME(gemm_tile_##mr##x##nv)(dim k, const void *a, dim rsa, dim csa, const void *b, dim rsb, void *c, \
                                            dim rsc, int last, const struct gemm_scale *s)                           \
    {                                                                                                                \
        (void)rsa, (void)csa;                                                                                        \
        NAME(any_tile)(mr, nv, k, a, b, rsb, c, rsc, last, s);                                                       \
    }
TILES_32(TILE)
#undef TILE

/* Elements along K that a register holds. */
enum { NAME(depth) = AMX_LANES * LANE_PRODUCTS };

#define IN_GROUP LANE_PRODUCTS
#define IN_STEPS 1
#define FUNCTION NAME(pack_b_lanes)
#define FORMAT FORMAT_B
#define FORMAT_ROW FORMAT_ROW_B
#define TRANSPOSE s_kernels_avx512.pack_b
#define WIDTH 16
#include "pack_narrow.t.h"
#undef IN_GROUP
#undef IN_STEPS

/* K of the blocks is where A's rows are contiguous, too; otherwise lanes are made, and transposed. */
static void NAME(pack_a)(dim k, dim w, const void *src, dim sp, dim sw, void *dst, dim ld)
{
    enum { DEPTH = NAME(depth), BYTES = AMX_ROW_BYTES };
    const IN *from = src;
    T *to = dst;
    for (; k > 0; k -= DEPTH, from += DEPTH * sp, to += AMX_LANES * ld) {
        const dim n = min_dim(k, DEPTH);
        if (n < DEPTH) memset(to, 0, (size_t)w * BYTES);
        if (sp != 1) {
            lane lanes[AMX_LANES][SIDE] = {0};
            NAME(pack_b_lanes)(n, w, from, sp, sw, lanes, SIDE);
            s_kernels_avx512.pack_b(w, AMX_LANES, lanes, 1, SIDE, to, AMX_LANES);
        } else if (n == DEPTH) {
            for (dim i = 0; i < w; i++) memcpy(to + i * AMX_LANES, from + i * sw, BYTES);
        } else {
            for (dim i = 0; i < w; i++) memcpy(to + i * AMX_LANES, from + i * sw, (size_t)n * sizeof(IN));
        }
    }
}

static void NAME(pack_b)(dim k, dim w, const void *src, dim sp, dim sw, void *dst, dim ld)
{
    NAME(pack_b_lanes)(k, w, src, sp, sw, dst, ld);
    const dim lanes = ceil_div(k, LANE_PRODUCTS), whole = ceil_div(lanes, AMX_LANES) * AMX_LANES;
    memset((T *)dst + lanes * ld, 0, (size_t)((whole - lanes) * ld) * sizeof(T));
}

static dim NAME(fma_chain)(dim turns)
{
    amx_enter();
    tile_zero(4);
    tile_zero(5);
    tile_zero(6);
    tile_zero(7);
    for (dim t = 0; t < turns; t++) {
        DOT(0, 4, 6);
        DOT(1, 4, 7);
        DOT(2, 5, 6);
        DOT(3, 5, 7);
    }
    amx_leave();
    return (dim)2 * 4 * AMX_LANES * AMX_LANES * AMX_LANES * LANE_PRODUCTS;
}

#define TILE(mr, nv) [((mr) - 1) * NV + (nv) - 1] = NAME(gemm_tile_##mr##x##nv),
/* clang-format off */
const struct kernels NAME(kernels) = {
    .mr = SIDE,
    .nv = NV,
    .vlen = AMX_LANES,
    .vlen_log2 = __builtin_ctz(AMX_LANES),
    .group = NAME(depth),
    .steps = AMX_LANES,
    .lda = SIDE,
    .gemm_tile = {TILES_32(TILE)},
    .gemm_fold = NAME(gemm_fold),
    .fma_chain = NAME(fma_chain),
    .scale = NAME(scale),
    .finish = NAME(finish),
    .pack_a = NAME(pack_a),
    .pack_a_unsigned = NAME(pack_a),
    .pack_b = NAME(pack_b),
    .narrow_h = narrow_to_float16,
    .narrow_b = narrow_to_bfloat16,
    .enter = amx_enter,
    .leave = amx_leave,
};
/* clang-format on */
#undef TILE

#undef SIDE
#undef SUM_ROW
#undef MAC
#undef BY_COLUMNS_TILES
#undef PARTS
#undef CPLX
#undef NAME
#undef LETTER
#undef REAL
#undef IN
#undef LANE_PRODUCTS
#undef FORMAT_B
#undef FORMAT_ROW_B
#undef DOT
#undef DOT_UNSIGNED
