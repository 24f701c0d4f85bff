/* SPDX-License-Identifier: MIT */
/* The sizes that fit a product to the caches, with the reasons. */
#ifndef PBL_LEVEL3_BLOCKING_H
#define PBL_LEVEL3_BLOCKING_H

#include "../core/types.h"

/* What depends on the machine. `a`: the rows of A that a job works on; `whole_a`: all of A, if it is read anew for each
 * panel of B. `b`: the columns of B that are packed at a time, shared by the threads; the extra memory is this, twice
 * with threads. `near_b`: those that are read anew for every few rows of A. `unpacked`: an operand that spans no more
 * is read where it lies. In bytes. */
struct blocks {
    dim a, whole_a, b, near_b, unpacked;
};

#ifdef PBL_TINY_BLOCKS /* small tests turn every loop of the driver more than once */

static const struct blocks small_l2 = {1024, 2048, 4096, 512, 2048}, large_l2 = {2048, 4096, 2048, 2048, 1024},
                           large_l2_packed_a = {1024, 2048, 4096, 2048, 1024};

enum {
    KC_ROUND = 1,
    REUSES = 1,
    REUSES_OF_A = 1,
    MANY_REUSES_OF_A = 8,
    ROWS_APART = 2,
    SWEEP_COLUMNS = 8,
    SWEEP_BYTES = 64,
    SWEEP_GROUPS = 4,
    STREAMS = 2,
    SWEEP_SUMS = 8192, /* the least: four vectors of SWEEP_GROUPS x 8 rows */
    SLICE_SETS = 2048,
    TILED_BYTES = 64 << 10,
    TILED_ROW = 256,
    SMALL_PANEL_BYTES = 512,
    WIDE_PANELS_K = 6,
    LONG_C_BYTES = 1024,
    LONG_SUMS_BYTES = 4096,
    NEAR_BYTES = 2048,
    PIECE_BYTES = 256,
    PIECE_ROUND = 4,
    PIECE_SPAN = 512,
    PIECE_SETS = 256,
    ACROSS_WORTH = 4,
    FETCHED_BYTES = 512,
    FETCHED_STACK_BYTES = 2048,
    FETCHED_TILES = 3,
    FETCHED_TILES_APART = 2,
    FETCHED_K = 12,
    FETCHED_SETS = 12 << 10,
    ROW_PIECE = 256,
    MANY_REUSES = 8,
    SHORT_K = 8,
    FAR_C_BYTES = 256,
    TILES_AT_ONCE = 2,
    FETCHED_C_BYTES = 2048,
    FETCHED_C_K = 6,
    FETCHED_C_ROW = 128,
    AT_ONCE_K = 8,
    MIN_WORK = 1024,
    TEAM_WORTH = 2,
    JOB_WORTH = 1,
    JOINED_DEPTH = 8,
    JOINED_BYTES = 2048,
    TRIANGLE_LEAF = 16
};
static const dim deepest_block[N_DTYPES] = {16, 16, 16, 16, 16, 32, 64};

#else

/* An L2 of 1 MiB beside a near L3 (Zen): the rows of A stay in L2 while the panels of B pass from L3. Not packing is 3
 * % faster at 1 MiB, even at 1.6 MiB, 6 % slower at 2.3 MiB. */
static const struct blocks small_l2 = {256 << 10, 512 << 10, 4 << 20, 256 << 10, 5 << 18};
/* An L2 of 2 MiB and a far L3 (Intel's servers): B stays in L2 and A passes (10-20 % faster at float64 1000-2048); but
 * an A that must be packed is packed anew for each block of B, so then it is the other way round (12 %). Rows that are
 * far apart cost more there: 385 x 385 x 385 in float64 went from 0.8 to 1.0 of the best vendor by packing B. (A
 * packed A is packed again for each block of B: 8 MiB would make float64 1000-2048, transposed, 3 % faster, and the
 * workspace as much larger.) */
static const struct blocks large_l2 = {256 << 10, 768 << 10, 1 << 20, 1 << 20, 256 << 10},
                           large_l2_packed_a = {1 << 20, 1 << 20, 4 << 20, 1 << 20, 256 << 10};

enum {
    /* Nor is packing worth it for an operand whose elements are used by fewer tiles than this. */
    REUSES = 4,
    /* ... or, of an A whose columns are contiguous, by fewer panels: read by single elements, each of its lines is
     * fetched as often (64 x 64 x 20000 in float64, transposed: 40 %). */
    REUSES_OF_A = 2,
    /* ... and always for an A whose elements are used by this many (1024 x 1024 x 32, transposed: 10 %). */
    MANY_REUSES_OF_A = 16,
    /* ... and always for a B whose elements are used by this many: it costs a hundredth, and rows that are not aligned
     * or far apart cost more (1000 x 1000 x 16 in float64: 5 %, 1024 x 1024 x 32: 25 %). */
    MANY_REUSES = 32,
    /* Threads pack a panel of B each for themselves if it is used by this many tiles of their own. */
    ROWS_APART = 16,
    /* A few rows of A times B: B is read along its rows if they are this long and B is larger than L1. */
    SWEEP_COLUMNS = 64,
    SWEEP_BYTES = 24 << 10,
    /* ... and has more rows than this. */
    STREAMS = 40,
    /* ... and if it comes from memory, by up to this many groups of rows in turn. */
    SWEEP_GROUPS = 4,
    /* The sums of that, beside the rows of B in L1 and on a small stack. */
    SWEEP_SUMS = 32 << 10,
    /* ... and whether these rows find their places in L1: their number times the highest power of two that divides the
     * bytes between them. */
    SLICE_SETS = 32 << 10,
    /* With more than a few rows, tiles go along a B that is no larger than this, with rows that are no shorter. */
    TILED_BYTES = 9 << 20,
    TILED_ROW = 4 << 10,
    /* What the small path packs on the stack. */
    SMALL_PANEL_BYTES = 16 << 10,
    /* Up to this k a panel is as wide as that, many tiles that one call makes: 600 x 201 x 1 in float64 takes half the
     * time, 700 x 100 x 5 0.7, 1 x 512 x 2 a fifth; of k = 64 and more there are few calls (1000 x 1000 x 128: 1.1). */
    WIDE_PANELS_K = 48,
    /* A long K is taken in pieces if the sums of C, which wait in L2, are not larger than this. */
    LONG_C_BYTES = 256 << 10,
    /* ... and with threads, which share its blocks, each with sums of its own, in as many blocks at a time as this. */
    LONG_SUMS_BYTES = 4 << 20,
    /* ... which brings nothing if A and B are in L2, which are no larger than this. */
    NEAR_BYTES = 2 << 20,
    /* What a piece of A and B is at least: below it the calls of the kernel are what takes time. */
    PIECE_BYTES = 12 << 10,
    /* Pieces are multiples of this: what lies along K fills a line of the cache. */
    PIECE_ROUND = 16,
    /* A piece of an operand that spans more is packed: it is on more pages than the CPU knows the places of. */
    PIECE_SPAN = 256 << 10,
    /* ... and if its rows times the highest power of two that divides the bytes between them are more than L1 (256 x
     * 256 x 10000 in float32: 0.88 of the time). */
    PIECE_SETS = 32 << 10,
    /* Products of a batch that are worth less than this many threads are done by one thread each. */
    ACROSS_WORTH = 128,
    /* A and B of a product, and of a stack, from which on the next product's are fetched: from memory. Where L2 or L3
     * has them that costs up to 8 %. */
    FETCHED_BYTES = 4 << 10,
    FETCHED_STACK_BYTES = 24 << 20,
    /* Where tiles of rows are no more than FETCHED_TILES, a B from memory is not packed: the next panel is fetched
     * while one is used (64 x 3136 x 576: 12 %, 128 x 768 x 768: 6 %; 256 x 2304 x 768 would lose 5 %). Unless it has
     * more rows than FETCHED_K, and places in the CPU's list of pages; or its rows times the highest power of two that
     * divides the bytes between them are more than FETCHED_SETS: then they share half of their places in L2. */
    FETCHED_TILES = 16,
    /* ... up to as many if B's rows do not begin with a line of the cache, so that each vector may be in two (32 x 3000
     * x 700 on Zen 3: 0.62 of the time, 64 x 3001 x 576: 1.08). */
    FETCHED_TILES_APART = 7,
    FETCHED_K = 1024,
    FETCHED_SETS = 1 << 20,
    /* For a K up to SHORT_K, what counts is C: if it is larger than this it is written row after row, as long as B
     * stays in L2. Some tiles of rows go together, so that what a panel of B takes from L2 is shared (256 x 3136 x 64:
     * 7 % by the order of rows, 1000 x 1000 x 16: 10 % by three tiles). */
    SHORT_K = 128,
    FAR_C_BYTES = 256 << 10,
    TILES_AT_ONCE = 3,
    /* ... and if it comes from memory, for a K up to this, its rows are fetched if they are no shorter. */
    FETCHED_C_BYTES = 14 << 20,
    FETCHED_C_K = 16,
    FETCHED_C_ROW = 4 << 10,
    /* Bytes of a row of B that are packed together, at least: two lines of the cache, which it fetches in pairs. AMX's
     * panels of 8-bit integers are a quarter of this wide (8 x 2048 x 2048: four at a time are 1.4 times as fast). */
    ROW_PIECE = 128,
    /* A single panel with a K up to this is multiplied at once, without a route; and up to this, a single row or column
     * of C is summed like those of any other. It shows in the bits. */
    AT_ONCE_K = 32,
    /* What a thread must be given for it to pay: about 2.5 us, in the units of work() in paths.c. */
    MIN_WORK = 1 << 19,
    /* In units of that: what a product must be worth for a team of threads, as waking one takes as long as it then
     * saves; and what a job is, about 40 us. */
    TEAM_WORTH = 2,
    JOB_WORTH = 16,
    /* Blocks of K are multiples of this, so that only the last leaves a remainder to the packing kernels. */
    KC_ROUND = 16,
    /* A pair of products with a common C is one of twice the depth up to this K: C is what takes the time then, as in a
     * step of LAPACK's sytrd (1000 x 4 in float64: half the time, 1500 x 16: 0.8, 500 x 32: 0.9, 500 x 64: 1.1); and if
     * the copies that it is made of take no more memory than this. */
    JOINED_DEPTH = 32,
    JOINED_BYTES = 4 << 20,
    /* The order of a triangle that is solved or multiplied a block of rows after the other: as much of a panel of X
     * stays in L1, and a copy of it fits on a small stack. Where a triangle is cut shows in the last bits of a result.
     */
    TRIANGLE_LEAF = 128,
};

/* The depth KC of a block of K is where the traffic of C (each block of K reads and writes C once) and that of A (each
 * block of columns, b / KC wide, reads A once) are least together: KC = sqrt(2 b / size of an element), with b = 4 MiB.
 * It must not depend on the ISA: where K is cut shows in the last bits of a result. Of narrow elements, this many are
 * as large when they are packed as their kernels read them, or twice that. */
static const dim deepest_block[N_DTYPES] = {1536, 1024, 1024, 768, 1536, 2048, 4096};

#endif

/* What its depth is a multiple of: of bfloat16 and integers, no group of AMX's is cut. */
static const dim block_round[N_DTYPES] = {KC_ROUND, KC_ROUND, KC_ROUND, KC_ROUND, KC_ROUND, 32, 64};

#endif
