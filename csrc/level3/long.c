/* SPDX-License-Identifier: MIT */
/* A small C and a long K: all tiles use a short piece of K, whose rows of A and B come by once, while C's sums wait in
 * a cache nearby.
 *
 * Tiles that each run through a whole block of K ask memory for all of it at first, and then for nothing. Here the next
 * piece is on its way while one is used, and hardly anything must be packed (64 x 64 x 20000, A transposed: 1.25 times
 * as fast).
 *
 * The threads share the blocks of K. Each is summed on its own, as everywhere, and added to C in order. */
#include <stdatomic.h>

#include "../core/dispatch.h"
#include "../core/shares.h"
#include "blocking.h"
#include "product.h"

struct long_k {
    const struct route *route;
    struct columns columns;
    struct split rows;
    dim kc, blocks, piece; /* the depths of a block and of a piece of one */
    dim ld;                /* reals in a row of sums, of which a complex row has two */
    bool pack_a, pack_b;
    dim sums_bytes, a_bytes, panel_bytes; /* of one block; of what is packed of a piece */
    dim at_once;                          /* blocks that have sums */
    char *sums, *packed;
    dim first, count; /* of these */
    struct shares shares;
    _Atomic int next_thread;
    _Atomic dim next_row;
};

/* A piece of A and B takes about as much room as the sums, which are read and written for each (at 32 x 32 and at 256
 * x 256, half and twice as much are slower), but a part of L1 at least. If A and B are near, few tiles share them, or B
 * is packed anyway, pieces bring nothing; nor for an A with contiguous rows, if that is most of what comes: a CPU
 * fetches these by itself while they are long (512 x 49 x 4608: 25 %). */
static dim depth_of_pieces(const struct long_k *l)
{
    enum { FEW = 2 };
    const struct product *x = &l->route->x;
    const dim least = PIECE_BYTES / ((x->m + x->n) * size_of(x->dtype));
    const bool comes_by_itself = x->b.cs != 1 || (x->a.cs == 1 && x->m > x->n);
    if (!pbl_is_from_memory(x) || l->rows.parts * l->columns.panels <= FEW || comes_by_itself) return l->kc;
    return min_dim(l->kc, ceil_div(max_dim(ceil_div(x->m * x->n, x->m + x->n), least), PIECE_ROUND) * PIECE_ROUND);
}

/* Rows of a piece that are far apart are on many pages; and if a power of two divides the bytes between them, they
 * share few places in L1, where all tiles want them; without pieces they pass by. */
static bool pays_to_pack(const struct long_k *l, struct matrix x, dim size)
{
    const dim step = (x.cs < 0 ? -x.cs : x.cs) * size;
    if (x.cs == 1) return false;
    return x.rs != 1 || l->piece * step > PIECE_SPAN ||
           (l->piece < l->kc && cache_for_rows(l->piece, step) > PIECE_SETS);
}

static struct long_k plan_long(const struct route *r)
{
    const struct product *x = &r->x;
    const dim size = size_of(x->dtype), parts = parts_of(x->dtype);
    struct long_k l = {.route = r,
                       .columns = pbl_cut_columns(r),
                       .rows = split_evenly(x->m, r->kernels->mr),
                       .kc = pbl_block_depth(x->dtype, x->k),
                       .ld = ceil_div(x->n, r->kernels->vlen) * r->kernels->vlen * parts};
    l.blocks = ceil_div(x->k, l.kc);
    l.piece = depth_of_pieces(&l);
    l.pack_a = pays_to_pack(&l, x->a, size);
    l.pack_b = x->b.cs != 1 || pays_to_pack(&l, transposed(x->b), size);
    l.sums_bytes = x->m * l.ld * size;
    l.a_bytes = l.pack_a ? l.rows.parts * r->kernels->lda * l.piece * size : 0;
    l.panel_bytes = l.pack_b ? r->kernels->nv * r->kernels->vlen * l.piece * size : 0;
    l.at_once = r->threads == 1 ? 1 : min_dim(l.blocks, max_dim(r->threads, LONG_SUMS_BYTES / l.sums_bytes));
    return l;
}

/* What a thread needs to pack; packing kernels may write a vector past the end. */
static dim packed_bytes(const struct long_k *l) { return l->a_bytes + l->panel_bytes + LINE; }

size_t pbl_long_bytes(const struct route *r)
{
    const struct long_k l = plan_long(r);
    return (size_t)(l.at_once * l.sums_bytes + r->threads * packed_bytes(&l));
}

/* The rows of a piece along which steps of K lie, to be fetched. What is contiguous along K comes by itself. */
struct runs {
    const char *p;
    dim left, bytes, step;
};

static struct runs runs_of(struct matrix x, dim m, dim k, dim size)
{ return x.rs == 1 ? (struct runs){x.p, k, m * size, x.cs * size} : (struct runs){0}; }

static void fetch_runs(struct runs *x, dim count)
{
    for (; count > 0 && x->left > 0; count--, x->left--, x->p += x->step)
        for (const char *p = x->p; p < x->p + x->bytes; p += LINE) __builtin_prefetch(p, 0, 2);
}

/* Steps [p, p + k) of K. */
struct piece {
    dim p, k;
    char *sums, *packed_a, *packed_b;
    struct runs next_a, next_b; /* the next piece, of which each tile fetches some */
    dim at_once_a, at_once_b;
};

static struct matrix tile_of_a(const struct long_k *l, const struct piece *s, dim tile, bool is_first_use)
{
    const struct kernels *kn = l->columns.kernels;
    const dim size = size_of(l->route->x.dtype);
    const struct matrix a = part_from(l->route->x.a, piece_start(l->rows, tile), s->p, size);
    if (!l->pack_a) return a;
    char *packed = s->packed_a + tile * kn->lda * l->piece * size;
    if (is_first_use) kn->pack_a(s->k, piece_size(l->rows, tile), a.p, a.cs, a.rs, packed, kn->lda);
    return (struct matrix){.p = packed, .rs = 1, .cs = kn->lda};
}

static void add_panel(const struct long_k *l, struct piece *s, dim panel)
{
    const struct kernels *kn = panel_kernels(&l->columns, panel);
    const dim size = size_of(l->route->x.dtype), j = panel_start(&l->columns, panel),
              n = panel_columns(&l->columns, panel), vectors = panel_vectors(&l->columns, panel);
    struct matrix b = part_from(l->route->x.b, s->p, j, size);
    if (l->pack_b) {
        kn->pack_b(s->k, n, b.p, b.rs, b.cs, s->packed_b, vectors * kn->vlen);
        b.p = s->packed_b, b.rs = vectors * kn->vlen;
    }
    for (dim tile = 0; tile < l->rows.parts; tile++) {
        const struct matrix a = tile_of_a(l, s, tile, panel == 0);
        char *sums = s->sums + (piece_start(l->rows, tile) * l->ld + j) * size;
        fetch_runs(&s->next_a, s->at_once_a), fetch_runs(&s->next_b, s->at_once_b);
        kn->gemm_add[(piece_size(l->rows, tile) - 1) * kn->nv + vectors - 1](
            s->k, a.p, a.rs, a.cs, b.p, b.rs, sums, l->ld, (int)(n - (vectors - 1) * kn->vlen));
    }
}

/* sums += A B for k steps of K from p on. */
static void add_piece(const struct long_k *l, dim p, dim k, char *sums, char *packed)
{
    const struct product *x = &l->route->x;
    const dim size = size_of(x->dtype), tiles = l->rows.parts * l->columns.panels;
    struct piece s = {.p = p, .k = k, .sums = sums, .packed_a = packed, .packed_b = packed + l->a_bytes};
    if (l->piece < l->kc) {
        s.next_a = runs_of(part_from(x->a, 0, p + k, size), x->m, k, size);
        s.next_b = runs_of(transposed(part_from(x->b, p + k, 0, size)), x->n, k, size);
        s.at_once_a = ceil_div(s.next_a.left, tiles), s.at_once_b = ceil_div(s.next_b.left, tiles);
    }
    for (dim panel = 0; panel < l->columns.panels; panel++) add_panel(l, &s, panel);
}

/* The sums of blocks, each by one thread. */
static void sum_blocks(void *arg)
{
    struct long_k *l = arg;
    char *packed = l->packed + atomic_fetch_add(&l->next_thread, 1) * packed_bytes(l);
    dim turn = 0;
    for (dim block; (block = take_piece(&l->shares, &turn)) >= 0;) {
        char *sums = l->sums + (block - l->first) * l->sums_bytes;
        const dim end = min_dim((block + 1) * l->kc, l->route->x.k);
        memset(sums, 0, (size_t)l->sums_bytes);
        for (dim p = block * l->kc; p < end; p += l->piece) add_piece(l, p, min_dim(l->piece, end - p), sums, packed);
    }
}

static void add_rows(void *arg)
{
    enum { ROWS = 8 }; /* that are transposed together, if C is scattered */
    struct long_k *l = arg;
    const struct product *x = &l->route->x;
    for (dim i; (i = atomic_fetch_add_explicit(&l->next_row, ROWS, memory_order_relaxed)) < x->m;)
        for (dim block = 0; block < l->count; block++) {
            const struct gemm_scale scale = {.alpha = x->alpha,
                                             .beta = l->first + block == 0 ? x->beta : one_of(x->dtype),
                                             .conj_a = x->a.conj,
                                             .conj_b = x->b.conj};
            const char *sums = l->sums + block * l->sums_bytes + i * l->ld * size_of(x->dtype);
            pbl_fold_rows(l->route, i, min_dim(ROWS, x->m - i), 0, x->n, sums, l->ld, &scale);
        }
}

static void run(struct long_k *l, void work(void *), bool by_team)
{
    if (by_team && l->route->threads > 1) pbl_run_team((int)l->route->threads, work, l);
    else work(l);
}

void pbl_multiply_long(const struct route *r, char *memory)
{
    struct long_k l = plan_long(r);
    l.sums = memory, l.packed = memory + l.at_once * l.sums_bytes;
    for (; l.first < l.blocks; l.first += l.at_once) {
        l.count = min_dim(l.at_once, l.blocks - l.first);
        l.next_thread = 0;
        l.next_row = 0;
        cut_shares(&l.shares, l.first, l.count, r->threads, EVEN);
        run(&l, sum_blocks, true);
        run(&l, add_rows, l.count * l.sums_bytes > LONG_C_BYTES);
    }
}
