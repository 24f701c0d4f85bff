/* SPDX-License-Identifier: MIT */
/* The routines of the CBLAS interface that this library exports. */
#ifndef PBL_ABI_ROUTINES_H
#define PBL_ABI_ROUTINES_H

/* gemm and gemm_batch_strided: letter, dtype, how a scalar and an array arrive, and where a scalar's value is. */
#define BY_VALUE(scalar) (&(scalar))
#define BY_ADDRESS(scalar) (scalar)
#define GEMM_ROUTINES(X)                        \
    X(s, PBL_S, float, float, BY_VALUE)         \
    X(d, PBL_D, double, double, BY_VALUE)       \
    X(c, PBL_C, const void *, void, BY_ADDRESS) \
    X(z, PBL_Z, const void *, void, BY_ADDRESS)

#endif
