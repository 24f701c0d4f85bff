/* SPDX-License-Identifier: MIT */
/* All kernels of one ISA: the dtypes one after another, then the table that dispatch reads.
 *
 * Parameters: ISA, MR and MR_CPLX (rows of the tallest real and complex tile), NV (vectors in a row of the widest),
 * HEIGHT(X, rows) (X(rows, 1) ... X(rows, NV)); and the ISA's header of simd/, included before. */
#include "../core/kernels.h"
#include "tiles.h"

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

#define KERNELS(letter, ...) &PBL_CAT(letter##_kernels_, ISA),
const struct kernels *const PBL_CAT(pbl_kernels_, ISA)[N_DTYPES] = {DTYPES(KERNELS)};
