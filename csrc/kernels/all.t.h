/* SPDX-License-Identifier: MIT */
/* Every kernel for one dtype on one ISA, and the dtype's table of them.
 *
 * Parameters, all undefined at the end: LETTER (s, d, c or z), REAL (s or d), CPLX (0 or 1), CARRIER and PER (packing
 * moves an element as PER reals of type CARRIER). The ISA's file gives ISA, NV and the tile heights MR, MR_CPLX. */

#define NAME(f) PBL_CAT(LETTER, PBL_CAT(_, PBL_CAT(f, PBL_CAT(_, ISA))))
#define PARTS (1 + CPLX) /* reals in an element; strides are multiplied, as a shift of a negative one is undefined */
#define LDA (8 >> CPLX)  /* packed A has one layout for every tile up to 8 real rows high */
#if CPLX
#define TILES PBL_CAT(TILES_, MR_CPLX)
#else
#define TILES PBL_CAT(TILES_, MR)
#endif

#include "gemm_tile.t.h"
#include "fma_chain.t.h"
#include "scale.t.h"
enum { NAME(vlen) = VLEN >> CPLX };

#undef REAL
#define REAL CARRIER
#include "pack.t.h"

#define SLOT(type, slot) .slot = NAME(slot),
#define TILE(mr, nv) [((mr) - 1) * NV + (nv) - 1] = NAME(gemm_tile_##mr##x##nv),
/* clang-format off */
static const struct kernels NAME(kernels) = {
    .mr = MR >> CPLX,
    .nv = NV,
    .vlen = NAME(vlen),
    .lda = LDA,
    .gemm_tile = {TILES(TILE)},
    KERNEL_SLOTS(SLOT)
};
/* clang-format on */
#undef TILE
#undef SLOT

#undef TILES
#undef LDA
#undef PARTS
#undef NAME
#undef LETTER
#undef REAL
#undef CPLX
#undef CARRIER
#undef PER
