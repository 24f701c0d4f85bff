/* SPDX-License-Identifier: MIT */
/* AVX2 + FMA: tiles of 6 rows x 2 vectors. 12 accumulators, 2 vectors of B and 1 of A fill 15 of the 16 registers. */
#include "../simd/avx2.h"

#define ISA avx2
#define MR 6
#define MR_CPLX 3
#define BY_LINES 0
#define NV 2
#define HEIGHT(X, rows) X(rows, 1) X(rows, 2)
#define SWEEP_REGISTERS 12
#define GEMV_ROWS_REAL 4
#define GEMV_ROWS_CPLX 2
#define BY_COLUMNS 1
#define LOW_IN_SOFTWARE
#define MR_LOW 6 /* the 16th register holds the products of pairs until they are added */
#include "isa.t.h"
