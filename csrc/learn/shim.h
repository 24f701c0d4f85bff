/* SPDX-License-Identifier: MIT */
/* What stands between a program's call, with all that BLAS allows, and a kernel that allows less: copies. */
#ifndef PBL_LEARN_SHIM_H
#define PBL_LEARN_SHIM_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernels.h"

enum { ROW_MAJOR = 101, COLUMN_MAJOR = 102, NO_TRANS = 111, TRANS = 112 };

static inline int flag_of(const char *trans) { return *trans == 'n' || *trans == 'N' ? NO_TRANS : TRANS; }
static inline int at_least_1(int size) { return size > 0 ? size : 1; }

static inline float *new_floats(int rows, int columns)
{
    float *p = malloc((size_t)at_least_1(rows) * at_least_1(columns) * sizeof *p);
    if (p) return p;
    fputs("pyblaslite: there is no memory for the copy of an operand\n", stderr);
    abort();
}

/* A copy of X^T, rows x columns, without gaps. */
static inline float *transposed(int rows, int columns, const float *x, int ldx)
{
    float *copy = new_floats(rows, columns);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) copy[(size_t)i * columns + j] = x[(size_t)j * ldx + i];
    return copy;
}

/* Where element i of n stands; with a negative step, the first one comes last. */
static inline ptrdiff_t position(int i, int n, int step) { return (ptrdiff_t)step * (step > 0 ? i : i - (n - 1)); }

/* A copy of a vector, without steps. */
static inline float *gathered(int n, const float *x, int step)
{
    float *copy = new_floats(n, 1);
    for (int i = 0; i < n; i++) copy[i] = x[position(i, n, step)];
    return copy;
}

/* The copy back into place, which is given up. */
static inline void scatter(int n, float *copy, float *x, int step)
{
    for (int i = 0; i < n; i++) x[position(i, n, step)] = copy[i];
    free(copy);
}

#endif
