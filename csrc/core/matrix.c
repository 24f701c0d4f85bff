/* SPDX-License-Identifier: MIT */
#include "matrix.h"

/* `size` is a constant where this is inlined: an element is a load and a store, not a call of memcpy. */
static inline __attribute__((always_inline)) void copy_each(dim m, dim n, struct matrix to, struct matrix from,
                                                            const dim size)
{
    for (dim i = 0; i < m; i++)
        for (dim j = 0; j < n; j++) memcpy(element(to, i, j, size), element(from, i, j, size), (size_t)size);
}

void pbl_copy_elements(dim m, dim n, struct matrix to, struct matrix from, dim size)
{
    if (to.cs == 1 && from.cs == 1)
        for (dim i = 0; i < m; i++) memcpy(element(to, i, 0, size), element(from, i, 0, size), (size_t)(n * size));
    else if (size == 4) copy_each(m, n, to, from, 4);
    else if (size == 8) copy_each(m, n, to, from, 8);
    else if (size == 16) copy_each(m, n, to, from, 16);
    else copy_each(m, n, to, from, size);
}
