/* SPDX-License-Identifier: MIT */
/* What every routine of level 2 begins with: its arguments checked, its vectors made contiguous. */
#ifndef PBL_LEVEL2_SETTING_H
#define PBL_LEVEL2_SETTING_H

#include <stdint.h>

#include "../core/dispatch.h"
#include "../core/letters.h"
#include "../core/matrix.h"
#include "../core/number.h"
#include "../core/workspace.h"

struct setting {
    int dtype;
    dim size;                      /* of an element, in bytes */
    const struct kernels *kernels; /* taken once: the ISA may be changed meanwhile */
    const struct kernels *real;    /* those of the parts of a complex number */
    char *room;                    /* what is left of the workspace */
};

/* `good`: whether the routine likes its own arguments. Returns an enum pbl_status. */
static inline int set_up(struct setting *s, int dtype, bool good)
{
    if (dtype < 0 || dtype >= N_BLAS_DTYPES || !good) return PBL_BAD_ARGUMENT;
    *s = (struct setting){.dtype = dtype, .size = size_of(dtype), .kernels = pbl_kernels(dtype)};
    if (!s->kernels) return PBL_BAD_CPU;
    s->real = pbl_kernels(dtype >= PBL_C ? dtype - PBL_C : dtype);
    return PBL_OK;
}

/* Bytes of workspace for a vector of n elements: up to a vector of the kernels' may be written behind it. */
static inline size_t room_for(const struct setting *s, dim n) { return (size_t)(n * s->size + 127) / 64 * 64; }

/* The same for a copy of a vector that is perhaps contiguous, and needs none then. */
static inline size_t room_for_copy(const struct setting *s, dim n, dim inc)
{ return inc == 1 || n == 1 ? 0 : room_for(s, n); }

static inline char *take_room(struct setting *s, dim n)
{
    char *p = s->room;
    s->room += room_for(s, n);
    return p;
}

static inline bool get_room(struct setting *s, size_t bytes) { return (s->room = pbl_workspace(bytes)) != NULL; }

static inline char *copied(struct setting *s, dim n, const void *x, dim inc)
{
    char *copy = take_room(s, n);
    s->kernels->copy(n, x, inc, copy, 1);
    return copy;
}

/* x itself if it is contiguous, or a copy. */
static inline char *contiguous(struct setting *s, dim n, const void *x, dim inc)
{ return inc == 1 || n == 1 ? (char *)(uintptr_t)x : copied(s, n, x, inc); }

/* Where x will be, or room for a copy of what it will be. */
static inline char *space_for(struct setting *s, dim n, void *x, dim inc)
{ return inc == 1 || n == 1 ? x : take_room(s, n); }

/* From a contiguous copy, if it is one, to where the vector stands. */
static inline void put_back(const struct setting *s, dim n, const char *copy, void *x, dim inc)
{
    if (copy != x) s->kernels->copy(n, copy, 1, x, inc);
}

/* The conjugate of a contiguous vector, in its place. */
static inline void conjugate(const struct setting *s, dim n, char *x)
{
    static const float single = -1;
    static const double twice = -1;
    if (s->dtype == PBL_C) s->real->scale(n, &single, x + s->size / 2, 2);
    if (s->dtype == PBL_Z) s->real->scale(n, &twice, x + s->size / 2, 2);
}

/* Makes an element real. */
static inline void clear_imaginary(const struct setting *s, char *x)
{
    if (s->dtype == PBL_C) memset(x + sizeof(float), 0, sizeof(float));
    if (s->dtype == PBL_Z) memset(x + sizeof(double), 0, sizeof(double));
}

#endif
