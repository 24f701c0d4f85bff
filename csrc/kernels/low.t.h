/* SPDX-License-Identifier: MIT */
/* Every kernel for products of narrow elements (float16, bfloat16, 8-bit integers) on one ISA, and their table: see
 * formats.h.
 *
 * Parameters, all undefined at the end: LETTER (h, b or i), REAL (of the sums: s or i), IN (uint16_t or uint8_t),
 * IN_GROUP and IN_STEPS (see struct kernels), FORMAT_A, FORMAT_A_UNSIGNED (only i), FORMAT_B and
 * perhaps FORMAT_ROW_B (see pack_narrow.t.h); OWN_TILES: 1 to make
 * tiles that add up a lane's products with MAC, 0 to use those of float32; SUM_ROW (whether a packed panel of B has a
 * row of sums). */

#define NAME(f) PBL_CAT(LETTER, PBL_CAT(_, PBL_CAT(f, PBL_CAT(_, ISA))))
#define FLOAT_NAME(f) PBL_CAT(s_, PBL_CAT(f, PBL_CAT(_, ISA)))
#define CPLX 0
#define PARTS 1
#define LDA 8
#define BY_COLUMNS_TILES 0
#define ADDING_TILES 0
#define TILES_SIDE_BY_SIDE 0

#if OWN_TILES
#define HEIGHT_OF_TILES MR_LOW
#define TILES PBL_CAT(TILES_, HEIGHT_OF_TILES)
#define TALL_TILES(X)
#include "gemm_tile.t.h"
#undef TALL_TILES
#include "fma_chain.t.h"
#define TILE_NAME NAME
#else
#define HEIGHT_OF_TILES MR
#define TILES PBL_CAT(TILES_, HEIGHT_OF_TILES)
#define TILE_NAME FLOAT_NAME
#endif
#include "scale.t.h"

#define SUM T
#define SINGLE 1
#include "finish.t.h"

#define FUNCTION NAME(pack_a)
#define FORMAT FORMAT_A
#define TRANSPOSE FLOAT_NAME(pack_a)
#define WIDTH 8
#include "pack_narrow.t.h"

#ifdef FORMAT_A_UNSIGNED
#define FUNCTION NAME(pack_a_unsigned)
#define FORMAT FORMAT_A_UNSIGNED
#define TRANSPOSE FLOAT_NAME(pack_a)
#define WIDTH 8
#include "pack_narrow.t.h"
#endif

#define FUNCTION NAME(pack_b)
#define FORMAT FORMAT_B
#ifdef FORMAT_ROW_B
#define FORMAT_ROW FORMAT_ROW_B
#endif
#define TRANSPOSE FLOAT_NAME(pack_b)
#define WIDTH 16
#include "pack_narrow.t.h"

#if SUM_ROW
/* All columns at once, and even and odd steps apart, or each sum would wait for the one before. */
static void NAME(sum_b)(dim steps, dim w, void *panel, dim ld)
{
    T *b = panel;
    const vec ones = vset1(0x01010101);
    const dim vectors = ceil_div(w, VLEN);
    vec sum[2][NV];
    UNROLL_FOR (int j = 0; j < NV; j++) sum[0][j] = sum[1][j] = vzero();
    for (dim p = 0; p < steps; p += 2)
        UNROLL_FOR (int j = 0; j < NV; j++) {
            if (j >= vectors) continue;
            sum[0][j] = MAC(ones, vload(b + p * ld + j * VLEN), sum[0][j]);
            if (p + 1 < steps) sum[1][j] = MAC(ones, vload(b + (p + 1) * ld + j * VLEN), sum[1][j]);
        }
    UNROLL_FOR (int j = 0; j < NV; j++)
        if (j < vectors) vstore(b + steps * ld + j * VLEN, vmul(vset1(-128), vadd(sum[0][j], sum[1][j])));
}
#endif

#define TILE(mr, nv) [((mr) - 1) * NV + (nv) - 1] = TILE_NAME(gemm_tile_##mr##x##nv),
/* clang-format off */
const struct kernels NAME(kernels) = {
    .mr = HEIGHT_OF_TILES,
    .nv = NV,
    .vlen = VLEN,
    .vlen_log2 = __builtin_ctz(VLEN),
    .group = IN_GROUP,
    .steps = IN_STEPS,
    .lda = LDA,
    .gemm_tile = {TILES(TILE)},
    .gemm_fold = TILE_NAME(gemm_fold),
    .fma_chain = TILE_NAME(fma_chain),
    .scale = NAME(scale),
    .finish = NAME(finish),
    .pack_a = NAME(pack_a),
#ifdef FORMAT_A_UNSIGNED
    .pack_a_unsigned = NAME(pack_a_unsigned),
#else
    .pack_a_unsigned = NAME(pack_a),
#endif
    .pack_b = NAME(pack_b),
#if SUM_ROW
    .sum_b = NAME(sum_b),
#endif
    .narrow_h = narrow_to_float16,
    .narrow_b = narrow_to_bfloat16,
};
/* clang-format on */
#undef TILE

#undef TILE_NAME
#undef TILES
#undef HEIGHT_OF_TILES
#undef BY_COLUMNS_TILES
#undef TILES_SIDE_BY_SIDE
#undef ADDING_TILES
#undef LDA
#undef PARTS
#undef CPLX
#undef FLOAT_NAME
#undef NAME
#undef LETTER
#undef REAL
#undef IN
#undef IN_GROUP
#undef IN_STEPS
#undef FORMAT_A
#undef FORMAT_A_UNSIGNED
#undef FORMAT_B
#undef FORMAT_ROW_B
#undef OWN_TILES
#undef MAC
#undef LANE_PRODUCTS
#undef SUM_ROW
