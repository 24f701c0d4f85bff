/* SPDX-License-Identifier: MIT */
/* The narrow kernels of AVX-512: the operations of avx2.h, compiled for vectors of 256 bits with 32 registers, so that
 * tiles are as high as with 512 bits and half as wide. Zen 4 runs two such FMAs a cycle: nothing is lost, and less
 * of a matrix whose columns do not fill the long vectors. */
#include "../simd/avx2.h"

#define ISA avx512vl
#define MR 8
#define MR_CPLX 4
#define BY_LINES 0
#define NV 3
#define HEIGHT(X, rows) X(rows, 1) X(rows, 2) X(rows, 3)
#define BY_COLUMNS 1
#define NARROW_SET
#include "isa.t.h"
