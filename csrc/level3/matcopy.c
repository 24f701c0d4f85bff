/* SPDX-License-Identifier: MIT */
/* omatcopy and imatcopy: B = alpha op(A), and A becomes alpha op(A). */
#include "../core/shares.h"
#include "../core/workspace.h"
#include "gemm.h"

/* Worth a team; 160 KiB would take 1.4 times as long by two threads. */
enum { COPY_TEAM_BYTES = 256 << 10 };

void pbl_copy_block(const struct kernels *kn, dim m, dim n, struct matrix to, struct matrix from, dim size)
{
    if (to.cs == 1 && kn->copy_panel) kn->copy_panel(m, n, from.p, from.rs, from.cs, to.p, to.rs);
    else if (to.rs == 1 && kn->copy_panel) kn->copy_panel(n, m, from.p, from.cs, from.rs, to.p, to.cs);
    else pbl_copy_elements(m, n, to, from, size);
}

void pbl_copy_part(const struct kernels *kn, enum part part, dim below, dim m, dim n, const struct matrix *to,
                   const struct matrix *from, dim size)
{
    if (part == WHOLE) {
        pbl_copy_block(kn, m, n, *to, *from, size);
        return;
    }
    for (dim i = 0; i < m; i++) {
        const struct span s = columns_of_rows(part, below + i, 1, n);
        char *p = to->p + (i * to->rs + s.first * to->cs) * size;
        const char *q = from->p + (i * from->rs + s.first * from->cs) * size;
        if (to->cs == 1 && from->cs == 1) memcpy(p, q, (size_t)((s.end - s.first) * size));
        else pbl_copy_elements(1, s.end - s.first, view(p, 0, to->cs), view(q, 0, from->cs), size);
    }
}

struct copying {
    int dtype;
    const void *alpha;
    dim rows, columns; /* of the result */
    struct matrix from, to;
};

/* alpha times what has just been copied. */
static void finish_block(const struct copying *x, dim rows, dim columns, struct matrix block)
{
    const struct kernels *kn = pbl_kernels(x->dtype);
    if (x->from.conj)
        for (dim i = 0; i < rows; i++) kn->conjugate(columns, 1, element(block, i, 0, size_of(x->dtype)), block.cs);
    pbl_scale_matrix(x->dtype, WHOLE, rows, columns, x->alpha, block);
}

static void copy_block(const struct copying *x, dim rows, dim columns, struct matrix from, struct matrix to)
{
    pbl_copy_block(pbl_kernels(x->dtype), rows, columns, to, from, size_of(x->dtype));
    finish_block(x, rows, columns, to);
}

/* Blocks that stay in L1, or nearly, while they are transposed, conjugated and scaled. */
struct blocks {
    const struct copying *x;
    dim across;
    struct shares shares;
};
enum { BLOCK_ROWS = 128, BLOCK_COLUMNS = 64 };

static void copy_piece(const struct blocks *b, dim q)
{
    const struct copying *x = b->x;
    const dim size = size_of(x->dtype), i = q / b->across * BLOCK_ROWS, j = q % b->across * BLOCK_COLUMNS;
    copy_block(x, min_dim(BLOCK_ROWS, x->rows - i), min_dim(BLOCK_COLUMNS, x->columns - j),
               part_from(x->from, i, j, size), part_from(x->to, i, j, size));
}

static void take_blocks(void *arg)
{
    struct blocks *b = arg;
    for (dim turn = 0, q; (q = take_piece(&b->shares, &turn)) >= 0;) copy_piece(b, q);
}

static void copy(const struct copying *x)
{
    struct blocks b;
    if (pbl_is_zero(x->dtype, x->alpha)) {
        pbl_scale_matrix(x->dtype, WHOLE, x->rows, x->columns, x->alpha, x->to);
        return;
    }
    b.x = x, b.across = ceil_div(x->columns, BLOCK_COLUMNS);
    const dim pieces = ceil_div(x->rows, BLOCK_ROWS) * b.across;
    const bool pays = (double)x->rows * (double)x->columns * (double)size_of(x->dtype) >= COPY_TEAM_BYTES;
    const dim threads = pays ? pbl_threads_available() : 1;
    if (threads == 1) {
        for (dim q = 0; q < pieces; q++) copy_piece(&b, q);
        return;
    }
    cut_shares(&b.shares, 0, pieces, threads, EVEN);
    pbl_run_team((int)b.shares.count, take_blocks, &b);
}

static int prepare(struct copying *x, int dtype, char trans, dim rows, dim columns, const void *alpha, const void *a,
                   dim rs_a, dim cs_a, void *b, dim rs_b, dim cs_b)
{
    const bool transposes = trans == 't' || trans == 'c';
    if (dtype < 0 || dtype >= N_BLAS_DTYPES || (!is_op(trans) && trans != 'r') || (rows | columns) < 0)
        return PBL_BAD_ARGUMENT;
    if (!pbl_kernels(dtype)) return PBL_BAD_CPU;
    *x = (struct copying){.dtype = dtype, .alpha = alpha};
    x->rows = transposes ? columns : rows, x->columns = transposes ? rows : columns;
    set_operand(&x->from, a, rs_a, cs_a, transposes ? 't' : 'n', dtype);
    set_operand(&x->to, b, rs_b, cs_b, 'n', dtype);
    x->from.conj = (trans == 'c' || trans == 'r') && parts_of(dtype) == 2;
    return PBL_OK;
}

int pbl_omatcopy(int dtype, char trans, int64_t rows, int64_t columns, const void *alpha, const void *a, int64_t rs_a,
                 int64_t cs_a, void *b, int64_t rs_b, int64_t cs_b)
{
    struct copying x;
    const int status = prepare(&x, dtype, trans, rows, columns, alpha, a, rs_a, cs_a, b, rs_b, cs_b);
    if (status == PBL_OK) copy(&x);
    return status;
}

int pbl_imatcopy(int dtype, char trans, int64_t rows, int64_t columns, const void *alpha, void *a, int64_t rs_a,
                 int64_t cs_a, int64_t rs_b, int64_t cs_b)
{
    struct copying x;
    const int status = prepare(&x, dtype, trans, rows, columns, alpha, a, rs_a, cs_a, a, rs_b, cs_b);
    if (status != PBL_OK || x.rows == 0 || x.columns == 0) return status;
    if (pbl_is_zero(dtype, alpha)) {
        copy(&x);
        return PBL_OK;
    }
    if (x.from.rs == x.to.rs && x.from.cs == x.to.cs) {
        finish_block(&x, x.rows, x.columns, x.to);
        return PBL_OK;
    }
    /* By way of workspace. */
    char *memory = pbl_workspace((size_t)(x.rows * x.columns * size_of(dtype)));
    if (!memory) return PBL_NO_MEMORY;
    const struct matrix to = x.to;
    x.to = (struct matrix){.p = memory, .rs = x.columns, .cs = 1};
    copy(&x);
    x.from = x.to, x.to = to, x.alpha = one_of(dtype);
    copy(&x);
    return PBL_OK;
}
