/* SPDX-License-Identifier: MIT */
/* Copies, and transposes, part of a matrix: a pack_b that writes nothing beside the elements.
 *
 * Parameters: those of pack.t.h, which comes before. */

static void NAME(copy_panel)(dim k, dim w, const void *src, dim sp, dim sw, void *dst, dim ld)
{ NAME(pack)(true, VLEN, k, w, src, sp, sw, dst, ld); }
