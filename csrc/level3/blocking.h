/* SPDX-License-Identifier: MIT */
/* How a product is cut. K is cut by k and dtype alone, the same on every ISA: the cuts show in the last bits of a result. */
#ifndef PBL_LEVEL3_BLOCKING_H
#define PBL_LEVEL3_BLOCKING_H

#include "../core/types.h"

/* Bytes. A panel of B is up to KC deep and 192 bytes wide (3 zmm) and streams through L1 from L2, where it shares 1 MiB with
 * the block of A; all panels of a block of B live in L3. KC is a multiple of KC_ROUND elements, so that only the last cut
 * of K leaves a remainder to the packing kernels.
 * A build with tiny blocks lets small tests turn every loop of the driver more than once. */
#ifdef PBL_TINY_BLOCKS
enum { A_BLOCK_BYTES = 1024, B_BLOCK_BYTES = 4096, KC_ROUND = 1 };
static const dim kc_of[] = {16, 16, 16, 16};
#else
enum { A_BLOCK_BYTES = 384 << 10, B_BLOCK_BYTES = 4 << 20, KC_ROUND = 16 };
static const dim kc_of[] = {512, 384, 512, 384};
#endif

#endif
