/* SPDX-License-Identifier: MIT */
/* Sizes that fit the caches. Those of the first group show in the bits: they are functions of the dtype alone. */
#ifndef PBL_LEVEL2_BLOCKING_H
#define PBL_LEVEL2_BLOCKING_H

#include "../core/kernels.h"

#ifdef PBL_TINY_BLOCKS /* tests: every loop turns more than once */
enum {
    DEPTH_BYTES = 256,
    CLIPPED_BYTES = 64,
    CLIPPED_REALS = 8,
    LEAF = 20,
    PLAIN_BAND = 3,
    TEAM_BYTES = 2048,

    PIECE_BYTES = 256,
    FOLD_UNIT = 16,
    LARGE_L2_BYTES = 2048,
    FEW_COLUMNS = 3,
    SWEPT_BYTES = 512,
    OUTPUT_BYTES = 128,
    FAR_OUTPUT_BYTES = 256,
    FAR_BYTES = 4096,
    LONG_LINE_BYTES = 64,
    SMALL_BYTES = 256,
    AT_ONCE_BYTES = 256,
};
#else
enum {
    DEPTH_BYTES = 16 << 10, /* of x, whose products are added up in one go: half of L1 */
    CLIPPED_BYTES = 1024,   /* of y, made by rows that are clipped one by one: a band, the end of a triangle; */
    CLIPPED_REALS = 256,    /* but all of it, if it has no more */
    LEAF = 128,             /* a triangular system that is not divided any more */
    PLAIN_BAND = 24,        /* diagonals beside the main one of a system whose unknowns are found one by one */
    TEAM_BYTES = 128 << 10, /* of a matrix, for each thread: 5 us */

    PIECE_BYTES = 32 << 10,   /* of a line of a symmetric matrix, whose sums across stay in L2 */
    FOLD_UNIT = 128,          /* sums that a thread makes of their lanes at a time */
    LARGE_L2_BYTES = 1 << 20, /* a triangle that is not fetched ahead where L2 is large, and L3 far */
    SMALL_BYTES = 256 << 10,  /* a matrix in L2, of which a few elements of each column are read at a time; of complex
                               * ones twice as many */
    AT_ONCE_BYTES = 64 << 10, /* a small matrix, multiplied without more ado */
    FEW_COLUMNS = 32,         /* of a matrix; twice as many if it is not from memory */
    SWEPT_BYTES = 2 << 20,    /* a triangle whose columns had better pass by in long runs */
    OUTPUT_BYTES = 8192,      /* of y at a time; by columns, L2 holds as much for each lane */
    FAR_OUTPUT_BYTES = 32768, /* for a matrix from memory, which comes in runs as long: those of some columns at a */
    FAR_BYTES = 8 << 20,      /* time take twice as long in runs of 8 KiB (200000 x 60 in float32, Zen 3) */
    LONG_LINE_BYTES = 4096,   /* a line worth fetching ahead, if it is to be updated and in memory */
};
#endif

enum {
    GATHERED_LINES = 32, /* of a symmetric matrix with gaps both ways */
    GATHERED_ROWS = 8,   /* of a matrix with gaps both ways, put together to be multiplied */
    SCRATCH_BYTES = GATHERED_ROWS * (DEPTH_BYTES + 64) > 16 * (FAR_OUTPUT_BYTES + 64)
        ? GATHERED_ROWS * (DEPTH_BYTES + 64)
        : 16 * (FAR_OUTPUT_BYTES + 64), /* these rows, or the lanes of y: at most 16 */
};

#endif
