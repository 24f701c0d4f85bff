/* SPDX-License-Identifier: MIT */
/* Sizes that fit the caches. Those of the first group show in the bits: they are functions of the dtype alone. */
#ifndef PBL_LEVEL2_BLOCKING_H
#define PBL_LEVEL2_BLOCKING_H

#ifdef PBL_TINY_BLOCKS /* tests: every loop turns more than once */
enum {
    DEPTH_BYTES = 256,
    PIECE = 12,
    CLIPPED_BYTES = 64,
    LEAF = 20,
    MIRRORED = 4,
    STRIP = 16,

    OUTPUT_BYTES = 128,
    SMALL_BYTES = 256,
    TEAM_BYTES = 2048,
};
#else
enum {
    DEPTH_BYTES = 16 << 10, /* of x, whose products are added up in one go: half of L1 */
    PIECE = 128,            /* rows and columns of a block of a symmetric matrix: used twice while in L2 */
    CLIPPED_BYTES = 1024,   /* of y, made by rows that are clipped one by one: a band, the end of a triangle */
    LEAF = 128,             /* a triangular system that is not divided any more */
    MIRRORED = 16,          /* the same of a symmetric matrix: it is made whole */
    STRIP = 256, /* rows of a symmetric matrix for which another thread may be asked, if there are twice as many */

    SMALL_BYTES = 48 << 10, /* a matrix in L1, of which a few elements of each column may be read at a time */
    OUTPUT_BYTES = 8192,    /* of y at a time; by columns, L2 holds as much for each lane */
    TEAM_BYTES = 128 << 10, /* of a matrix, for each thread: 5 us */
};
#endif

enum {
    MOST_STRIPS = 16,
    GATHERED_ROWS = 8, /* of a matrix with gaps both ways, put together to be multiplied */
    SCRATCH_BYTES = GATHERED_ROWS * (DEPTH_BYTES + 64) > 16 * (OUTPUT_BYTES + 64)
        ? GATHERED_ROWS * (DEPTH_BYTES + 64)
        : 16 * (OUTPUT_BYTES + 64), /* these rows, or the lanes of OUTPUT_BYTES: at most 16 */
};

#endif
