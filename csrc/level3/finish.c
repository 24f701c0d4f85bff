/* SPDX-License-Identifier: MIT */
/* What becomes of sums: scale, bias, activation, and rounding to what C is made of; row by row, while they are in L1.
 */
#include "blocking.h"
#include "product.h"

enum { PIECE = 256 }; /* columns at a time */

/* Memory for a piece of a row. */
struct piece {
    _Alignas(64) double sums[PIECE], scale[PIECE], bias[PIECE], y[PIECE];
    uint16_t narrowed[PIECE];
};

/* Elements of a row, contiguous: where they lie, or copied. */
static const char *row_of(struct matrix x, dim i, dim j, dim n, dim size, void *copy)
{
    if (!x.p) return NULL;
    if (x.cs == 1) return element(x, i, j, size);
    x.p = element(x, i, j, size);
    pbl_copy_elements(1, n, (struct matrix){.p = copy, .cs = 1}, x, size);
    return copy;
}

static void finish_piece(const struct finish *f, const struct kernels *kn, dim i, dim j, dim n, const char *sums,
                         struct piece *t)
{
    char *to = element(f->out, i, j, f->out_size);
    const char *y = sums;
    if (!f->only_narrow) {
        char *finished = f->narrow || f->out.cs != 1 ? (char *)t->y : to;
        kn->finish(1, n, sums, 0, finished, 0, row_of(f->scale, i, j, n, f->real_size, t->scale), 0,
                   row_of(f->bias, i, j, n, f->real_size, t->bias), 0, f->activation);
        y = finished;
    }
    if (f->narrow) {
        uint16_t *narrowed = f->out.cs == 1 ? (uint16_t *)to : t->narrowed;
        f->narrow(1, n, (const float *)y, 0, narrowed, 0);
        y = (const char *)narrowed;
    }
    if (y != to)
        pbl_copy_elements(1, n, (struct matrix){.p = to, .cs = f->out.cs},
                          (struct matrix){.p = (char *)(uintptr_t)y, .cs = 1}, f->out_size);
}

static bool has_rows(struct matrix x) { return !x.p || x.cs == 1; }

void pbl_finish(const struct finish *f, const struct kernels *kn, dim i, dim j, dim m, dim n, struct matrix sums)
{
    if (sums.p && sums.cs == 1 && f->out.cs == 1 && !f->narrow && has_rows(f->scale) && has_rows(f->bias)) {
        kn->finish(m, n, sums.p, sums.rs, element(f->out, i, j, f->out_size), f->out.rs,
                   f->scale.p ? element(f->scale, i, j, f->real_size) : NULL, f->scale.rs,
                   f->bias.p ? element(f->bias, i, j, f->real_size) : NULL, f->bias.rs, f->activation);
        return;
    }
    if (sums.p && sums.cs == 1 && f->out.cs == 1 && f->only_narrow) {
        f->narrow(m, n, (const float *)sums.p, sums.rs, (uint16_t *)element(f->out, i, j, f->out_size), f->out.rs);
        return;
    }
    struct piece t;
    if (!sums.p) memset(t.sums, 0, sizeof t.sums);
    for (dim row = 0; row < m; row++)
        for (dim q = 0; q < n; q += PIECE) {
            const dim columns = min_dim(PIECE, n - q);
            const char *x = sums.p ? row_of(sums, row, q, columns, f->real_size, t.sums) : (char *)t.sums;
            finish_piece(f, kn, i + row, j + q, columns, x, &t);
        }
}
