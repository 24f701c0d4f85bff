/* SPDX-License-Identifier: MIT */
/* All kernels of one ISA: the dtypes one after another, then the table that dispatch reads.
 *
 * Parameters: ISA, MR and MR_CPLX (rows of the tallest real and complex tile), GEMV_ROWS_REAL and GEMV_ROWS_CPLX (rows
 * that a gemv takes at once, powers of two), NV (vectors in a row of the widest), HEIGHT(X, rows) (X(rows, 1) ...
 * X(rows, NV)); BY_COLUMNS, whether tiles read a B by columns, and BY_LINES, whether VLEN of these are transposed at
 * once, as a vector is a line of the cache; LOW_IN_SOFTWARE, if bfloat16 and 8-bit integers are multiplied without
 * instructions of their own (otherwise they are in another file), and then MR_LOW, the rows of the integers' tallest
 * tile; NARROW_SET, if this is a set of shorter vectors, for level 3 alone; and the ISA's header of simd/, included
 * before. */
#include "../core/kernels.h"
#include "low.h"
#include "tiles.h"

#define IS_SINGLE_s 1
#define IS_SINGLE_d 0

#define LETTER s
#define REAL s
#define CPLX 0
#define CARRIER s
#define PER 1
#include "all.t.h"

#define LETTER d
#define REAL d
#define CPLX 0
#define CARRIER d
#define PER 1
#include "all.t.h"

#define LETTER c
#define REAL s
#define CPLX 1
#define CARRIER d
#define PER 1
#include "all.t.h"

#define LETTER z
#define REAL d
#define CPLX 1
#define CARRIER d
#define PER 2
#include "all.t.h"

#ifndef NARROW_SET
#define LETTER h
#define REAL s
#define IN uint16_t
#define IN_GROUP 1
#define IN_STEPS 1
#define FORMAT_A float16_lane
#define FORMAT_B float16_lane
#define OWN_TILES 0
#define SUM_ROW 0
#include "low.t.h"

#ifdef LOW_IN_SOFTWARE
#define LETTER b
#define REAL s
#define IN uint16_t
#define IN_GROUP 2
#define IN_STEPS 2
#define FORMAT_A bfloat16_lane
#define FORMAT_B bfloat16_lane
#define OWN_TILES 0
#define SUM_ROW 0
#include "low.t.h"

#define LETTER i
#define REAL i
#define IN uint8_t
#define IN_GROUP 2
#define IN_STEPS 1
#define FORMAT_A signed_pair_lane
#define FORMAT_A_UNSIGNED unsigned_pair_lane
#define FORMAT_B signed_pair_lane
#define OWN_TILES 1
#define MAC vmac
#define LANE_PRODUCTS 2
#define SUM_ROW 0
#include "low.t.h"
#else
extern const struct kernels PBL_CAT(b_kernels_, ISA), PBL_CAT(i_kernels_, ISA);
#endif

#define KERNELS(letter, ...) &PBL_CAT(letter##_kernels_, ISA),
const struct kernels *const PBL_CAT(pbl_kernels_, ISA)[N_DTYPES] = {DTYPES(KERNELS)};
#endif
