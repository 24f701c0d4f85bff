/* SPDX-License-Identifier: MIT */
/* A matrix product, and the paths it may take. Every routine of level 3 builds views and asks for one. */
#ifndef PBL_LEVEL3_PRODUCT_H
#define PBL_LEVEL3_PRODUCT_H

#include "../core/kernels.h"
#include "../core/matrix.h"

enum { LINE = 64 }; /* bytes of a line of the cache */

/* What must be no larger than a cache for all of some rows, `step` bytes apart, to find a place there: their number
 * times the highest power of two that divides the step. */
static inline dim cache_for_rows(dim rows, dim step) { return rows * (step & -step); }

/* Rows of `width` bytes that will soon be read, into L2. */
static inline void fetch_rows(const char *p, dim rows, dim step, dim width)
{
    for (; rows > 0; rows--, p += step)
        for (dim line = 0; line < width; line += LINE) __builtin_prefetch(p + line, 0, 2);
}

/* C = alpha A B + beta C, with A m x k, B k x n and C m x n; alpha and beta point to one element. */
struct product {
    int dtype;
    dim m, n, k;
    const void *alpha, *beta; /* beta == NULL: C is not read */
    struct matrix a, b, c;
    enum part part; /* what is computed of C; no other element is read or written */
};

/* The places of two matrices; field by field, as a struct that was just written is not copied in vectors without a
 * wait. */
static inline void exchange_transposed(struct matrix *x, struct matrix *y)
{
    const dim rs = x->rs, cs = x->cs;
    char *const p = x->p;
    const bool conj = x->conj, is_unsigned = x->is_unsigned, hermitian = x->hermitian;
    const enum part stored = x->stored;
    x->p = y->p, x->rs = y->cs, x->cs = y->rs;
    x->conj = y->conj, x->is_unsigned = y->is_unsigned, x->hermitian = y->hermitian;
    x->stored = transposed_part(y->stored);
    y->p = p, y->rs = cs, y->cs = rs;
    y->conj = conj, y->is_unsigned = is_unsigned, y->hermitian = hermitian;
    y->stored = transposed_part(stored);
}

/* Makes it C^T = B^T A^T. */
static inline void transpose_product(struct product *x)
{
    const dim m = x->m, rs = x->c.rs;
    x->m = x->n, x->n = m;
    exchange_transposed(&x->a, &x->b);
    x->c.rs = x->c.cs, x->c.cs = rs;
    x->part = transposed_part(x->part);
}

/* What becomes of the sums: out = activation(scale C + bias), in the type of `out`, where C = alpha A B + beta C is the
 * sums themselves, which stand in the memory of `out` unless they are narrowed. */
struct finish {
    struct matrix out, scale, bias; /* p == NULL: no scale, no bias */
    dim out_size, real_size;        /* of an element of out; of scale and bias */
    narrow_fn *narrow;              /* or NULL */
    int activation;
    bool only_narrow; /* sums of floats, without an epilogue */
};

/* For rows [i, i + m) and columns [j, j + n), from their sums; these are zero if there is no memory of them. */
void pbl_finish(const struct finish *f, const struct kernels *kernels, dim i, dim j, dim m, dim n, struct matrix sums);

/* The operands of a batch: in elements, from one product to the next; or, if c is not NULL, where each of them is. */
struct steps {
    dim a, b, c;
};
struct places {
    const void *const *a, *const *b;
    void *const *c;
};

static inline void move_product(struct product *x, struct steps steps, dim i)
{
    const dim size = size_of(x->dtype);
    x->a.p += i * steps.a * size, x->b.p += i * steps.b * size, x->c.p += i * steps.c * size;
}

/* The paths of a product; paths.c says which shape takes which, and why. */
enum path { PATH_VECTOR, PATH_SMALL, PATH_SWEEP, PATH_LONG, PATH_LOOPS };

/* What is decided about a product before any work is done. */
struct route {
    struct product x;              /* perhaps the transposed problem; C's rows are contiguous if anything in C is */
    const struct kernels *kernels; /* taken once: the ISA may be changed meanwhile */
    enum path path;
    bool batch_invariant; /* a row of C must not show whether there are others: no PATH_VECTOR */
    bool by_columns; /* B is read where it lies by tiles that transpose: its columns are contiguous, A has few rows */
    const struct pbl_packed *packed; /* B, packed before; or NULL */
    struct finish *finish;           /* or NULL */
    bool short_vectors;              /* where they leave less empty, vectors of half the length */
    bool wide_panels;                /* K is so short that a call makes many tiles side by side */
    bool flipped;                    /* x is the transposed problem */
    bool fetches;                    /* of a stack that the caches do not hold, the next operands are fetched ahead */
    double worth;                    /* its time on one thread, in units of what a thread must be given for it to pay */
    dim threads;
};

/* Makes it a product with another C, which is what becomes of the sums if anything does. */
static inline void set_result(struct route *r, char *c)
{
    r->x.c.p = c;
    if (r->finish) r->finish->out.p = c;
}

/* The size of an element of that in bytes. */
static inline dim result_size(const struct route *r) { return r->finish ? r->finish->out_size : size_of(r->x.dtype); }

/* Fills in the rest of a route whose x is given; sizes are positive. */
void pbl_choose_route(struct route *r);

/* Both return an enum pbl_status; unless it is PBL_OK, every C is untouched. */
int pbl_multiply(struct route *r);
/* The workspace that pbl_multiply will want. */
size_t pbl_bytes_wanted(struct route r);

int pbl_multiply_batch(struct route *first, struct steps steps, struct places places, dim count);

/* Where K is cut: every block but the last is this deep. Depends on k and dtype alone, as it shows in the bits. */
dim pbl_block_depth(int dtype, dim k);

/* to = from, for elements of the kernels' dtype. */
void pbl_copy_block(const struct kernels *kn, dim m, dim n, struct matrix to, struct matrix from, dim size);

/* The same for what a part has of a piece: see has_all. (By pointers: to copy a struct that was just written is to
 * wait.) */
void pbl_copy_part(const struct kernels *kn, enum part part, dim below, dim m, dim n, const struct matrix *to,
                   const struct matrix *from, dim size);

enum { LARGEST_TILE = 32 * 128 }; /* bytes of C */

/* A few tiles of rows use a B from memory where it lies: packing it would take as long as some of them, and the next
 * panel comes while they use one. If the CPU knows the places of its rows, and L2 has places for them: rows whose
 * distance is a multiple of a power of two share few. And if no load needs two lines of the cache. */
bool pbl_pays_to_fetch(const struct route *r);

/* Columns of C cut into panels: vectors of one length, and perhaps a last panel, narrower than one of them, that is a
 * single vector of half the length. */
struct columns {
    const struct kernels *kernels, *last;
    dim n, panels;
    dim vectors, together; /* of that length, and how many of them are not parted: one, or those of a tile */
    struct split pieces;   /* of so many, into panels */
};

struct columns pbl_cut_columns(const struct route *r);

static inline const struct kernels *panel_kernels(const struct columns *c, dim panel)
{ return panel < c->pieces.parts ? c->kernels : c->last; }
static inline dim first_vector(const struct columns *c, dim panel)
{ return min_dim(piece_start(c->pieces, panel) * c->together, c->vectors); }
static inline dim panel_start(const struct columns *c, dim panel) { return first_vector(c, panel) * c->kernels->vlen; }
static inline dim panel_vectors(const struct columns *c, dim panel)
{ return panel < c->pieces.parts ? first_vector(c, panel + 1) - first_vector(c, panel) : 1; }
static inline dim panel_width(const struct columns *c, dim panel)
{ return panel_vectors(c, panel) * panel_kernels(c, panel)->vlen; }
static inline dim panel_columns(const struct columns *c, dim panel)
{ return min_dim(panel_width(c, panel), c->n - panel_start(c, panel)); }

/* Some rows of A times a panel of B, or the part of it that is wanted; `run` is the kernels' table of tiles. `below`:
 * how far below the diagonal the first element of C stands. */
struct tile {
    const struct kernels *kernels;
    gemm_tile_fn *const *run;
    dim rows, columns, k;
    struct matrix a, b, c;
    enum part part;
    dim below, size;
    const struct gemm_scale *scale;
};

/* `columns` of them, from a first one on that begins a vector, to c. */
static inline void run_tile(const struct tile *t, dim first, dim columns, char *c, dim rsc)
{
    const struct kernels *kn = t->kernels;
    const dim vectors = (columns + kn->vlen - 1) >> kn->vlen_log2;
    const int last = (int)(columns - (vectors - 1) * kn->vlen);
    const char *b = t->b.p + first * t->size;
    if (vectors > kn->nv)
        kn->gemm_tiles[t->rows - 1](vectors, t->k, t->a.p, t->a.rs, t->a.cs, b, t->b.rs, c, rsc, last, t->scale);
    else
        t->run[(t->rows - 1) * kn->nv + vectors - 1](t->k, t->a.p, t->a.rs, t->a.cs, b, t->b.rs, c, rsc, last,
                                                     t->scale);
}

/* A tile that the kernels cannot make alone: see cut.c. */
void pbl_run_cut(const struct tile *t);

/* PATH_VECTOR: how many threads it is worth, the bytes of memory that it needs, and the product. */
dim pbl_vector_threads(const struct product *x);
size_t pbl_vector_bytes(const struct route *r);
void pbl_multiply_vector(const struct route *r, char *memory);
/* PATH_SMALL, for `count` products from the route's on; PATH_SWEEP, and whether by tiles; PATH_LONG, with that much
 * memory. */
void pbl_multiply_small(const struct route *r, struct steps steps, dim count);
void pbl_multiply_sweep(const struct route *r);
bool pbl_sweeps_by_tiles(const struct product *x);
void pbl_multiply_long(const struct route *r, char *memory);
size_t pbl_long_bytes(const struct route *r);
/* Whether A and B are more than a large L2 holds. */
bool pbl_is_from_memory(const struct product *x);

/* C = alpha x + beta C for columns [j, j + n) of rows [i, i + m), from sums in memory, rows of ld elements; of complex
 * elements Q stands ld reals behind P. */
void pbl_fold_rows(const struct route *r, dim i, dim m, dim j, dim n, const char *sums, dim ld,
                   const struct gemm_scale *scale);

#endif
