/* SPDX-License-Identifier: MIT */
/* Every kernel for one dtype on one ISA, and the dtype's table of them.
 *
 * Parameters, all undefined at the end: LETTER (s, d, c or z), REAL (s or d), CPLX (0 or 1), CARRIER and PER (packing
 * moves an element as PER reals of type CARRIER). The ISA's file gives ISA, NV, the tile heights MR, MR_CPLX, the
 * rows that a gemv takes at once, GEMV_ROWS_REAL and GEMV_ROWS_CPLX, and perhaps NARROW, the name of the same ISA with
 * shorter vectors. */

#define NAME(f) PBL_CAT(LETTER, PBL_CAT(_, PBL_CAT(f, PBL_CAT(_, ISA))))
#define NARROW_NAME(f) PBL_CAT(LETTER, PBL_CAT(_, PBL_CAT(f, PBL_CAT(_, NARROW))))
#define IS_DOUBLE (!CPLX && !PBL_CAT(IS_SINGLE_, REAL))
#define PARTS (1 + CPLX) /* reals in an element; strides are multiplied, as a shift of a negative one is undefined */
#define LDA (8 >> CPLX)  /* packed A has one layout for every tile up to 8 real rows high */
#if CPLX
#define TILES PBL_CAT(TILES_, MR_CPLX)
#define TALL_TILES PBL_CAT(TALLER_, MR_CPLX)
#define CHAINS PBL_CAT(CHAINS_, MR_CPLX)
#define HEIGHTS PBL_CAT(HEIGHTS_, MR_CPLX)
#define BLOCKS PBL_CAT(BLOCKS_, MR_CPLX)
#define GEMV_ROWS GEMV_ROWS_CPLX
#else
#define TILES PBL_CAT(TILES_, MR)
#define TALL_TILES PBL_CAT(TALLER_, MR)
#define CHAINS PBL_CAT(CHAINS_, MR)
#define HEIGHTS PBL_CAT(HEIGHTS_, MR)
#define BLOCKS PBL_CAT(BLOCKS_, MR)
#define GEMV_ROWS GEMV_ROWS_REAL
#endif

#define HALVINGS PBL_CAT(HALVINGS_, GEMV_ROWS)

#if CPLX
#define vload_t OF_REAL(vload_tc)
#else
#define vload_t OF_REAL(vload_t)
#endif
#define BY_COLUMNS_TILES BY_COLUMNS
#define ADDING_TILES 1
#ifdef NARROW_SET
#define TILES_SIDE_BY_SIDE 0
#else
#define TILES_SIDE_BY_SIDE 1
#endif
#define MAC vfma
#define LANE_PRODUCTS 1
#define SUM_ROW 0
#include "gemm_tile.t.h"
#include "symmetric.t.h"
#include "divide.t.h"
#include "triangular.t.h"
#ifndef NARROW_SET
#include "gemm_sweep.t.h"
#include "fma_chain.t.h"
#include "scale.t.h"
#include "vectors.t.h"
#include "sums.t.h"
#include "index.t.h"
#include "gemv.t.h"
#include "gemv_few.t.h"
#include "band.t.h"
#include "both_ways.t.h"
#include "rank1.t.h"
#include "triangle.t.h"
#endif
#if !CPLX
#define SUM T
#define SINGLE PBL_CAT(IS_SINGLE_, REAL)
#include "finish.t.h"
#endif
enum { NAME(vlen) = VLEN >> CPLX };
#undef SUM_ROW
#undef LANE_PRODUCTS
#undef MAC
#undef TILES_SIDE_BY_SIDE
#undef ADDING_TILES
#undef BY_COLUMNS_TILES
#undef vload_t

#undef REAL
#define REAL CARRIER
#include "pack.t.h"
#include "copy.t.h"

#define SLOT(type, slot) .slot = NAME(slot),
#define TILE(mr, nv) [((mr) - 1) * NV + (nv) - 1] = NAME(gemm_tile_##mr##x##nv),
#ifdef NARROW
extern const struct kernels NARROW_NAME(kernels);
#endif
#define BY_COLUMNS_TILE(mr, nv) [((mr) - 1) * NV + (nv) - 1] = NAME(gemm_by_columns_##mr##x##nv),
#define ADDING_TILE(mr, nv) [((mr) - 1) * NV + (nv) - 1] = NAME(gemm_add_##mr##x##nv),
#define SWEEP(mr) NAME(gemm_sweep_##mr),
#define TILES_OF(mr) NAME(gemm_tiles_##mr),
/* clang-format off */
const struct kernels NAME(kernels) = {
    .mr = MR >> CPLX,
    .nv = NV,
    .vlen = NAME(vlen),
    .vlen_log2 = __builtin_ctz(NAME(vlen)),
    .group = 1,
    .steps = 1,
    .lda = LDA,
#ifdef NARROW
    .narrow = &NARROW_NAME(kernels),
#endif
    .gemm_tile = {TILES(TILE) TALL_TILES(TILE)},
#if BY_COLUMNS
    .gemm_by_columns = {CHAINS(BY_COLUMNS_TILE)},
#endif
    .gemm_add = {TILES(ADDING_TILE)},
#ifndef NARROW_SET
    .gemm_tiles = {HEIGHTS(TILES_OF)},
    .gemm_sweep = {HEIGHTS(SWEEP)},
    .sweep_steps = SWEEP_STEPS(PARTS),
#endif
#if !CPLX
    .finish = NAME(finish),
#endif
    LEVEL_3_SLOTS(SLOT)
#ifndef NARROW_SET
    VECTOR_SLOTS(SLOT)
#if IS_DOUBLE
    .dot_floats = NAME(dot_floats),
#endif
#endif
};
/* clang-format on */
#undef TILES_OF
#undef SWEEP
#undef SWEEP_STEPS
#undef ADDING_TILE
#undef BY_COLUMNS_TILE
#undef TILE
#undef SLOT

#undef HALVINGS
#undef GEMV_ROWS
#undef BLOCKS
#undef HEIGHTS
#undef CHAINS
#undef TALL_TILES
#undef TILES
#undef LDA
#undef PARTS
#undef IS_DOUBLE
#undef NARROW_NAME
#undef NAME
#undef LETTER
#undef REAL
#undef CPLX
#undef CARRIER
#undef PER
