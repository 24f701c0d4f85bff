/* SPDX-License-Identifier: MIT */
/* AMX, Intel's matrix registers: eight of 16 rows x 64 bytes. They are named by constants, so these are macros.
 * Source: Intel 64 Architectures Software Developer's Manual, volume 1, chapter 18. */
#ifndef PBL_SIMD_AMX_H
#define PBL_SIMD_AMX_H

#include <immintrin.h>

enum { AMX_LANES = 16, AMX_ROW_BYTES = 64 }; /* rows, or lanes of 32 bits in a row; bytes in a row */

/* All registers in full. A thread keeps this shape, but others that use AMX may have left theirs. */
static void amx_enter(void)
{
    static const struct {
        unsigned char palette, start_row, reserved[14];
        unsigned short row_bytes[16];
        unsigned char rows[16];
    } full = {.palette = 1,
              .row_bytes = {64, 64, 64, 64, 64, 64, 64, 64},
              .rows = {AMX_LANES, AMX_LANES, AMX_LANES, AMX_LANES, AMX_LANES, AMX_LANES, AMX_LANES, AMX_LANES}};
    _tile_loadconfig(&full);
}

/* Empty registers need not be saved when another thread's turn comes. */
static void amx_leave(void) { _tile_release(); }

#define tile_zero(r) _tile_zero(r)
#define tile_load(r, p, stride) _tile_loadd(r, p, stride)                /* rows that stand `stride` bytes apart */
#define tile_load_passing(r, p, stride) _tile_stream_loadd(r, p, stride) /* the same, for L1 to forget */
#define tile_store(r, p, stride) _tile_stored(r, p, stride)              /* the same */

/* Sums of 32 bits: c += a b, each lane of a row of a, 4 or 2 elements along K, times one of b; a unsigned in the
 * second. Of bfloat16, the 16 products of the lanes' lower halves are summed first, and those of the upper, then both.
 */
#define tile_dot_i8(c, a, b) _tile_dpbssd(c, a, b)
#define tile_dot_u8(c, a, b) _tile_dpbusd(c, a, b)
#define tile_dot_bfloat16(c, a, b) _tile_dpbf16ps(c, a, b)

#endif
