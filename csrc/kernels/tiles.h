/* SPDX-License-Identifier: MIT */
/* TILES_h(X): X(rows, vectors) for every tile up to h rows high. An ISA's file gives HEIGHT(X, rows), the widths. */
#ifndef PBL_KERNELS_TILES_H
#define PBL_KERNELS_TILES_H

#define TILES_1(X) HEIGHT(X, 1)
#define TILES_2(X) TILES_1(X) HEIGHT(X, 2)
#define TILES_3(X) TILES_2(X) HEIGHT(X, 3)
#define TILES_4(X) TILES_3(X) HEIGHT(X, 4)
#define TILES_5(X) TILES_4(X) HEIGHT(X, 5)
#define TILES_6(X) TILES_5(X) HEIGHT(X, 6)
#define TILES_7(X) TILES_6(X) HEIGHT(X, 7)
#define TILES_8(X) TILES_7(X) HEIGHT(X, 8)

/* clang-format off */
#define TILES_16(X) TILES_8(X) HEIGHT(X, 9) HEIGHT(X, 10) HEIGHT(X, 11) HEIGHT(X, 12) HEIGHT(X, 13) HEIGHT(X, 14) \
    HEIGHT(X, 15) HEIGHT(X, 16)
#define TILES_24(X) TILES_16(X) HEIGHT(X, 17) HEIGHT(X, 18) HEIGHT(X, 19) HEIGHT(X, 20) HEIGHT(X, 21) HEIGHT(X, 22) \
    HEIGHT(X, 23) HEIGHT(X, 24)
#define TILES_32(X) TILES_24(X) HEIGHT(X, 25) HEIGHT(X, 26) HEIGHT(X, 27) HEIGHT(X, 28) HEIGHT(X, 29) HEIGHT(X, 30) \
    HEIGHT(X, 31) HEIGHT(X, 32)
/* clang-format on */

/* TALLER_h(X): X(rows, 1) from h + 1 to 2 h rows. */
/* clang-format off */
#define TALLER_2(X) X(3, 1) X(4, 1)
#define TALLER_3(X) X(4, 1) X(5, 1) X(6, 1)
#define TALLER_4(X) X(5, 1) X(6, 1) X(7, 1) X(8, 1)
#define TALLER_6(X) X(7, 1) X(8, 1) X(9, 1) X(10, 1) X(11, 1) X(12, 1)
#define TALLER_8(X) X(9, 1) X(10, 1) X(11, 1) X(12, 1) X(13, 1) X(14, 1) X(15, 1) X(16, 1)
/* clang-format on */

/* CHAINS_h(X): the tiles up to h rows high with no more sums than BY_COLUMNS_SUMS, or of one vector. */
#define CHAINS_1(X) HEIGHT(X, 1)
#define CHAINS_2(X) CHAINS_1(X) HEIGHT(X, 2)
#define CHAINS_3(X) CHAINS_2(X) X(3, 1) X(3, 2)
#define CHAINS_4(X) CHAINS_3(X) X(4, 1) X(4, 2)
#define CHAINS_5(X) CHAINS_4(X) X(5, 1)
#define CHAINS_6(X) CHAINS_5(X) X(6, 1)
#define CHAINS_7(X) CHAINS_6(X) X(7, 1)
#define CHAINS_8(X) CHAINS_7(X) X(8, 1)

/* HEIGHTS_h(X): X(rows) for every height up to h. */
#define HEIGHTS_1(X) X(1)
#define HEIGHTS_2(X) HEIGHTS_1(X) X(2)
#define HEIGHTS_3(X) HEIGHTS_2(X) X(3)
#define HEIGHTS_4(X) HEIGHTS_3(X) X(4)
#define HEIGHTS_5(X) HEIGHTS_4(X) X(5)
#define HEIGHTS_6(X) HEIGHTS_5(X) X(6)
#define HEIGHTS_7(X) HEIGHTS_6(X) X(7)
#define HEIGHTS_8(X) HEIGHTS_7(X) X(8)

/* BLOCKS_h(X): X(rows, vectors) for h rows and the powers of two up to 4 below that. */
#define BLOCKS_1(X) HEIGHT(X, 1)
#define BLOCKS_2(X) BLOCKS_1(X) HEIGHT(X, 2)
#define BLOCKS_3(X) BLOCKS_2(X) HEIGHT(X, 3)
#define BLOCKS_4(X) BLOCKS_2(X) HEIGHT(X, 4)
#define BLOCKS_6(X) BLOCKS_4(X) HEIGHT(X, 6)
#define BLOCKS_8(X) BLOCKS_4(X) HEIGHT(X, 8)

/* HALVINGS_r(X): X(r) X(r / 2) ... X(1). */
#define HALVINGS_1(X) X(1)
#define HALVINGS_2(X) X(2) HALVINGS_1(X)
#define HALVINGS_4(X) X(4) HALVINGS_2(X)
#define HALVINGS_8(X) X(8) HALVINGS_4(X)
#define HALVINGS_16(X) X(16) HALVINGS_8(X)

#endif
