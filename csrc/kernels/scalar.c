/* SPDX-License-Identifier: MIT */
/* Plain C, for any CPU: tiles of 4 rows x 2 pairs. */
#include "../simd/scalar.h"

#define ISA scalar
#define MR 4
#define MR_CPLX 2
#define BY_LINES 0
#define NV 2
#define HEIGHT(X, rows) X(rows, 1) X(rows, 2)
#define SWEEP_REGISTERS 8
#define GEMV_ROWS_REAL 2
#define GEMV_ROWS_CPLX 1
#define BY_COLUMNS 1
#define LOW_IN_SOFTWARE
#define MR_LOW 4
#include "isa.t.h"
