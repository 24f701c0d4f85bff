/* SPDX-License-Identifier: MIT */
/* AVX-512: tiles of 8 rows x 3 vectors. 24 accumulators, 3 vectors of B and 1 of A fill 28 of the 32 registers; 11
 * loads feed 24 FMAs, so the load port rests half of the time. */
#include "../simd/avx512.h"

#define ISA avx512
#define NARROW avx512vl
#define MR 8
#define MR_CPLX 4
#define NV 3
#define HEIGHT(X, rows) X(rows, 1) X(rows, 2) X(rows, 3)
#define SWEEP_REGISTERS 24
#define GEMV_ROWS_REAL 8
#define GEMV_ROWS_CPLX 4
#define BY_COLUMNS 1
#define BY_LINES 1
#include "isa.t.h"
