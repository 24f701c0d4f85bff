/* SPDX-License-Identifier: MIT */
/* AMX, for bfloat16 and 8-bit integers; everything else is AVX-512's. */
#include "../simd/amx.h"

#include <string.h>

#include "../core/kernels.h"
#include "../simd/avx512.h"
#include "low.h"
#include "tiles.h"

extern const struct kernels s_kernels_avx512, d_kernels_avx512, c_kernels_avx512, z_kernels_avx512, h_kernels_avx512;

#define ISA amx
#define MR 8
#define BY_LINES 1
#define NV 2
#define HEIGHT(X, rows) X(rows, 1) X(rows, 2)

#define LETTER b
#define REAL s
#define IN uint16_t
#define LANE_PRODUCTS 2
#define FORMAT_B bfloat16_pair_lane
#define FORMAT_ROW_B s_vpairs
#define DOT tile_dot_bfloat16
#define DOT_UNSIGNED tile_dot_bfloat16
#include "amx.t.h"

#define LETTER i
#define REAL i
#define IN uint8_t
#define LANE_PRODUCTS 4
#define FORMAT_B quad_lane
#define FORMAT_ROW_B i_vquads
#define DOT tile_dot_i8
#define DOT_UNSIGNED tile_dot_u8
#include "amx.t.h"

const struct kernels *const pbl_kernels_amx[N_DTYPES] = {&s_kernels_avx512, &d_kernels_avx512, &c_kernels_avx512,
                                                         &z_kernels_avx512, &h_kernels_avx512, &b_kernels_amx,
                                                         &i_kernels_amx};
