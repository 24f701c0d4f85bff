/* SPDX-License-Identifier: MIT */
/* AVX-512's products of narrow elements, for CPUs with the BF16 and VNNI extensions: two or four products in each lane
 * of an instruction, in the tile of float32. CPUs without them use AVX2's. */
#include "../simd/avx512.h"

#include "../core/kernels.h"
#include "low.h"
#include "tiles.h"

#define ISA avx512
#define MR 8
#define MR_LOW 8
#define BY_LINES 1
#define NV 3
#define HEIGHT(X, rows) X(rows, 1) X(rows, 2) X(rows, 3)

#define NAME(f) PBL_CAT(s_, PBL_CAT(f, PBL_CAT(_, ISA)))
#define REAL s
#define PER 1
#define LDA 8
enum { NAME(vlen) = VLEN };
#include "pack.t.h"
#undef LDA
#undef PER
#undef REAL
#undef NAME

#define LETTER b
#define REAL s
#define IN uint16_t
#define IN_GROUP 2
#define IN_STEPS 1
#define FORMAT_A bfloat16_pair_lane
#define FORMAT_B bfloat16_pair_lane
#define FORMAT_ROW_B s_vpairs
#define OWN_TILES 1
#define MAC s_vmac_bfloat16
#define LANE_PRODUCTS 2
#define SUM_ROW 0
#include "low.t.h"

#define LETTER i
#define REAL i
#define IN uint8_t
#define IN_GROUP 4
#define IN_STEPS 1
#define FORMAT_A quad_offset_lane
#define FORMAT_A_UNSIGNED quad_lane
#define FORMAT_B quad_lane
#define FORMAT_ROW_B i_vquads
#define OWN_TILES 1
#define MAC vmac
#define LANE_PRODUCTS 4
#define SUM_ROW 1
#include "low.t.h"
