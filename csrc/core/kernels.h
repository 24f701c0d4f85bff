/* SPDX-License-Identifier: MIT */
/* What a kernel is: the signatures, and the table with one slot for each that every ISA fills. */
#ifndef PBL_CORE_KERNELS_H
#define PBL_CORE_KERNELS_H

#include <stdint.h>

#include "types.h"

/* How a tile of products becomes a tile of C: C = alpha AB + beta C, A and B perhaps conjugated.
 * alpha and beta point to one element; beta == NULL means that C is not read. */
struct gemm_scale {
    const void *alpha, *beta;
    bool conj_a, conj_b;
    bool offset; /* 8-bit integers: A was packed with 128 added to each element; B's row k makes up for it */
    /* What will be needed next and is fetched by the widest tiles meanwhile: a line of the cache with each step of K,
     * so many bytes apart; NULL: nothing. */
    const char *next;
    dim next_step;
    bool fetches_c; /* tiles side by side fetch C's rows ahead: they come from memory */
};

/* C (+)= A B for one tile, which stays in registers. A: mr x k, element (i, p) at a[i rsa + p csa]; B: k x n, element
 * (p, j) at b[p rsb + j]; C: mr x n, (i, j) at c[i rsc + j]. mr, and the nv vectors that hold n, are the
 * function's; n = (nv - 1) VLEN + last. Strides in elements. */
typedef void gemm_tile_fn(dim k, const void *a, dim rsa, dim csa, const void *b, dim rsb, void *c, dim rsc, int last,
                          const struct gemm_scale *scale);

/* The same for `vectors` vectors, more than the widest tile has: tiles side by side. Of a short K, it is calls that
 * would take the time. The function's name says the rows. */
typedef void gemm_tiles_fn(dim vectors, dim k, const void *a, dim rsa, dim csa, const void *b, dim rsb, void *c,
                           dim rsc, int last, const struct gemm_scale *scale);

/* sums += A B for a tile whose sums wait in memory: a row for each real row of A (of complex elements P and Q in turn),
 * ld reals apart, up to the next whole vector. The rest is as in gemm_tile_fn. */
typedef void gemm_add_fn(dim k, const void *a, dim rsa, dim csa, const void *b, dim rsb, void *sums, dim ld, int last);

/* acc += A B, or if `first` acc = A B, for a few rows of A and long rows of B, which are read once and in order:
 * element (i, p) of A at a[i rsa + p csa]; (p, j) of B at b[p rsb + j]. acc has ld reals a row, a row for each real row
 * of A, and is written up to the next whole vector. The function's name says the rows. */
typedef void gemm_sweep_fn(dim n, dim k, const void *a, dim rsa, dim csa, const void *b, dim rsb, void *acc, dim ld,
                           bool first);

/* A row of C from sums in memory: see kernels/gemm_tile.t.h. */
typedef void gemm_fold_fn(dim n, const void *sums, dim ld_q, void *c, const struct gemm_scale *scale);

/* dst[p ld + i] = src[p sp + i sw] for p < k, i < w: a micro-panel, laid out in the order the tile reads it.
 * May write, with anything, up to the next whole vector of each row of dst; `copy_panel` does not. */
typedef void pack_fn(dim k, dim w, const void *src, dim sp, dim sw, void *dst, dim ld);

/* dst[p ld + i] = the element of row p, column i of a symmetric matrix, for p < k, i < w: the diagonal is where i = p +
 * below. Element (p, i), if it is in the triangle that is stored, stands at src[p sp + i sw]; else its mirror image
 * does, whose conjugate is taken if the matrix is hermitian, when the diagonal is real. */
typedef void pack_diagonal_fn(dim k, dim w, dim below, bool lower, bool hermitian, const void *src, dim sp, dim sw,
                              void *dst, dim ld);

/* x = conj(x) for k rows of w elements, ld apart. Reals stay as they are. */
typedef void conjugate_fn(dim k, dim w, void *x, dim ld);

/* A triangle on the diagonal of a system or a product: lower, element (i, p) at t[i rs + p cs], perhaps conjugated;
 * `unit`: the diagonal is 1. For a system, `pivots` is what invert made of the diagonal, and `inverted` what it said.
 */
struct leaf {
    dim rows;
    const void *t, *pivots, *alpha;
    dim rs, cs;
    bool conj, unit, inverted;
};

/* X = alpha T^-1 X, or X = alpha T X, in place, for n columns of X, as many as the widest tile has at most. The
 * elements of a row are side by side, rows stand ldx apart. */
typedef void leaf_fn(const struct leaf *leaf, dim n, void *x, dim ldx);

/* The inverses of n elements inc apart, perhaps conjugated; or, if the inverse of one of them cannot be had to full
 * precision (it would be subnormal, or overflow though the element is not 0), the elements themselves. Returns whether
 * they are inverted. */
typedef bool invert_fn(dim n, const void *x, dim inc, bool conj, void *pivots);

enum activation { NO_ACTIVATION, RELU, GELU };

/* y = activation(scale x + bias) for m rows of n sums, in the real type of scale and bias (float for sums of integers);
 * NULL leaves these out. The rows of each stand ld elements apart. y may be x. */
typedef void finish_fn(dim m, dim n, const void *x, dim ldx, void *y, dim ldy, const void *scale, dim ld_scale,
                       const void *bias, dim ld_bias, int activation);

/* to = from, rounded to 16 bits, for m rows of n elements that stand ldf and ldt apart: see kernels/narrow.h. */
typedef void narrow_fn(dim m, dim n, const float *from, dim ldf, uint16_t *to, dim ldt);

/* x = beta x for n elements inc apart; beta points to one element, and x is not read if it is 0. */
typedef void scale_fn(dim n, const void *beta, void *x, dim inc);

/* y += alpha x, or alpha times the conjugate of x, for n elements incx and incy apart. */
typedef void axpy_fn(dim n, const void *alpha, bool conj_x, const void *x, dim incx, void *y, dim incy);

/* y = alpha x; y may be x. */
typedef void scal_fn(dim n, const void *alpha, const void *x, dim incx, void *y, dim incy);

/* y = alpha x + beta y. */
typedef void axpby_fn(dim n, const void *alpha, const void *x, dim incx, const void *beta, void *y, dim incy);

/* y = x, or they change places. */
typedef void copy_fn(dim n, const void *x, dim incx, void *y, dim incy);
typedef void swap_fn(dim n, void *x, dim incx, void *y, dim incy);

/* y = x, both contiguous, past the caches. */
typedef void copy_far_fn(dim n, const void *x, void *y);

/* (x, y) = (h[0] x + h[1] y, h[2] x + h[3] y), for elements h, of which the first and the last are real. */
typedef void rot_fn(dim n, void *x, dim incx, void *y, dim incy, const void *h);

/* sum = x . y, x perhaps conjugated. The order of the additions depends on n alone: see kernels/lanes.t.h. */
typedef void dot_fn(dim n, bool conj_x, const void *x, dim incx, const void *y, dim incy, void *sum);

/* The same of floats, whose products and sums are doubles. */
typedef void dot_floats_fn(dim n, const float *x, dim incx, const float *y, dim incy, double *sum);

/* The sum of the elements of x, or of |re| + |im| (a real). */
typedef void sum_elements_fn(dim n, const void *x, dim inc, void *sum);

/* The sum of the squares of scale |x|, a real; scale points to a real, NULL is 1. */
typedef void sumsq_fn(dim n, const void *x, dim inc, const void *scale, void *sum);

/* The index of the first element whose |re| + |im| is the largest, or the smallest; a NaN is passed over. */
typedef dim index_fn(dim n, const void *x, dim inc);

/* What there is of a band or a triangle: row i has the elements from i - before to i + after, as far as they are in the
 * matrix. Others are not read. */
struct clip {
    dim before, after;
};

/* Of some rows of k elements: none has any before `first`, nor from `end` on; all have all from `from` to `to`. */
struct reach {
    dim first, from, to, end;
};

static inline struct reach reach_of(struct clip c, dim rows, dim k)
{
    return (struct reach){max_dim(0, -c.before), max_dim(0, rows - 1 - c.before), min_dim(k, c.after + 1),
                          min_dim(k, rows + c.after)};
}

/* Where nothing is clipped. */
static inline struct reach reach_of_all(dim k) { return (struct reach){0, 0, k, k}; }

/* The bits that stand for integers from a to b - 1, bit WINDOW_AT for 0, of those from -16 to 46. */
enum { WINDOW_AT = 16 };
static inline uint64_t window_between(dim a, dim b)
{
    const dim first = max_dim(0, min_dim(63, a + WINDOW_AT)), end = max_dim(0, min_dim(63, b + WINDOW_AT));
    return (UINT64_C(1) << end) - (UINT64_C(1) << first);
}

/* The clip of the part of the matrix that begins at row i, column j. */
static inline struct clip clip_from(struct clip c, dim i, dim j)
{ return (struct clip){c.before - i + j, c.after + i - j}; }

/* Lines of a matrix, its rows or its columns, begin `step` apart. Where a triangle is packed, each line is longer by
 * `curve` than the one before it. Otherwise curve is 0. */
struct curve {
    dim rows, columns; /* at least one of them 0 */
};

/* Where line j begins, behind line 0. */
static inline dim line_start(dim j, dim step, dim curve) { return j * step + j * (j - 1) / 2 * curve; }

/* y = alpha A x + beta y for a matrix of m rows and k columns: one kernel for contiguous rows, and one for contiguous
 * columns. */
typedef void gemv_fn(dim m, dim k, const void *a, dim step, dim curve, struct clip clip, const void *x, void *y,
                     const struct gemm_scale *scale);

/* The end of it for a large one with contiguous columns, of which other kernels make the lanes: vectors of m elements,
 * which stand `apart` reals apart, up to the next whole vector of the kernels'; of complex ones P and, ld_q reals
 * behind, Q. See kernels/gemv.t.h. */
typedef void gemv_fold_fn(dim m, const void *lanes, dim apart, dim ld_q, void *y, const struct gemm_scale *scale);
enum { GEMV_LANE_BYTES = 64 }; /* the elements that these have, all lanes have */

/* y = alpha A x + beta y for a matrix of m rows and few contiguous columns, k of them, in one go. */
typedef void gemv_few_fn(dim m, dim k, const void *a, dim step, const void *x, void *y, const struct gemm_scale *scale);

/* gemv_rows and gemv_columns have twins for a band of no more than so many diagonals, band_rows and band_columns, which
 * add in another order. */
enum { NARROW_BAND = 64 };

/* What n lines of a symmetric or Hermitian matrix, each of m contiguous elements, add to y both ways.
 * BESIDE the diagonal; or the lines from it ONWARD, or from their beginning BACKWARD to it, if m = n of them make a
 * triangle. Lines and elements begin at a multiple of the lanes' number in x.
 * along: 64 bytes of lanes for the sum of each line, of complex elements 64 for P and 64 for Q; across: rows `ld`
 * bytes apart, which are lanes of the elements' sums, up to the next whole 64 bytes; of complex ones, rows of P and of
 * Q in turn. Both are added to, but for those that begin at the diagonal, `along` if onward, `across` if backward, and
 * those that are said to begin here. Lines [lane, lane_end) of as many neighbours as there are lanes, and so on, are
 * all that is done: no other has the same rows across. */
enum both_shape { BESIDE, ONWARD, BACKWARD };
struct both_ways {
    dim m, n;
    int lane, lane_end;
    enum both_shape shape;
    bool hermitian;                 /* the diagonal is real */
    bool fresh_across, fresh_along; /* these sums begin here */
    bool far;                       /* lines are fetched ahead */
    const void *a;
    dim step, curve;
    const void *x_along, *x_lines; /* at the elements of lines; at the lines */
    void *along, *across;
    dim ld;
};
typedef void both_ways_fn(const struct both_ways *b);

/* y = alpha (what m elements' lanes hold, those across lines and then those along them) + beta y, complex sums being
 * products of A or of its conjugate. Lanes are read, as if there were m lines more, up to the next whole vector. */
typedef void both_fold_fn(dim m, const void *across, dim ld, bool conj_across, const void *along, bool conj_along,
                          void *y, const struct gemm_scale *scale);

/* All of it, with the same bits, for a triangle of no more lines than there are lanes (64 bytes of them). Of `b` what
 * says where the triangle is, and x_lines. y is not x. */
typedef void both_few_fn(const struct both_ways *b, bool conj_across, bool conj_along, void *y,
                         const struct gemm_scale *scale);

/* A += u v^T, with two terms += u v^T + u' v'^T, for m contiguous rows. Row i has the elements [0, n), but for [i, n)
 * if rows begin later each time, [0, n + i) if they are longer each time: then n - 1 is a multiple of 16, unless m = 1.
 * `far`: they are fetched ahead. */
typedef void rank1_fn(dim m, dim n, int terms, const void *const *u, const void *const *v, void *a, dim step, dim curve,
                      bool later, bool longer, bool far);

/* x = A^-1 x for an n x n triangle, n <= LARGEST_TRIANGLE, whose element (i, j) stands at a[i rs + j cs], unless it is
 * packed. Bits do not depend on where it stands. */
enum { LARGEST_TRIANGLE = 128, TRIANGLE_BLOCK = 16 }; /* rows at most; as many at a time */
struct triangle {
    bool lower;
    bool conj; /* A is the conjugate of what is stored */
    bool unit; /* the diagonal is not read */
};
typedef void triangle_fn(dim n, const struct triangle *t, const void *a, dim rs, dim cs, struct curve curve, void *x);

/* The same for a band of k diagonals beside the main one, in a plain loop. */
typedef void band_solve_fn(dim n, dim k, const struct triangle *t, const void *a, dim rs, dim cs, void *x);

/* Does `turns` rounds of independent FMAs in registers; returns the floating-point operations of one round. */
typedef dim fma_chain_fn(dim turns);

/* The slots, besides the tiles: signature, name; first those that a set of shorter vectors has too. */
#define LEVEL_3_SLOTS(X)               \
    X(pack_fn, pack_a)                 \
    X(pack_fn, pack_b)                 \
    X(gemm_fold_fn, gemm_fold)         \
    X(pack_fn, copy_panel)             \
    X(pack_diagonal_fn, pack_diagonal) \
    X(conjugate_fn, conjugate)         \
    X(leaf_fn, solve_leaf)             \
    X(leaf_fn, multiply_leaf)          \
    X(invert_fn, invert)
#define VECTOR_SLOTS(X)          \
    X(scale_fn, scale)           \
    X(axpy_fn, axpy)             \
    X(axpby_fn, axpby)           \
    X(scal_fn, scal)             \
    X(copy_fn, copy)             \
    X(copy_far_fn, copy_far)     \
    X(swap_fn, swap)             \
    X(rot_fn, rot)               \
    X(dot_fn, dot)               \
    X(sum_elements_fn, sum)      \
    X(sum_elements_fn, asum)     \
    X(sumsq_fn, sumsq)           \
    X(index_fn, iamax)           \
    X(index_fn, iamin)           \
    X(gemv_fn, gemv_rows)        \
    X(gemv_fold_fn, gemv_fold)   \
    X(both_fold_fn, both_fold)   \
    X(both_few_fn, both_few)     \
    X(both_ways_fn, both_ways)   \
    X(rank1_fn, rank1)           \
    X(triangle_fn, triangle)     \
    X(band_solve_fn, band_solve) \
    X(gemv_fn, gemv_columns)     \
    X(gemv_few_fn, gemv_few)     \
    X(gemv_fn, band_rows)        \
    X(gemv_fn, band_columns)     \
    X(fma_chain_fn, fma_chain)
#define KERNEL_SLOTS(X) LEVEL_3_SLOTS(X) VECTOR_SLOTS(X)

/* Row `steps` of a packed panel of B becomes -128 times the sums of its columns: what makes up for an A that is 128 too
 * large. */
typedef void sum_fn(dim steps, dim w, void *panel, dim ld);

/* Steps that k elements along K take in the tile. */
#define PBL_STEPS(kn, k) ((kn)->group == 1 ? (k) : ((k) + (kn)->group - 1) / (kn)->group * (kn)->steps)

/* Rows of a packed panel of B that is k elements deep. */
#define PBL_PANEL_ROWS(kn, k) (PBL_STEPS(kn, k) + ((kn)->sum_b != NULL))

enum { MAX_ROWS = 8, MAX_TILES = 64 }; /* tile heights of vectors; heights times widths */

/* The most vectors of sums, enough to keep the FMA units busy, of a tile that reads B by columns, if it is wider than
 * one vector. The list of these tiles is in kernels/tiles.h. */
enum { BY_COLUMNS_SUMS = 8 };

/* The kernels of one dtype on one ISA. Sizes in elements of C's type; so are the depths of packed panels: `group`
 * elements of A or B along K, narrower than those of C, are packed together into `steps` that the tile takes. */
struct kernels {
    int mr;   /* rows of the tallest tile; of BLAS's dtypes, a tile of a single vector may have twice as many */
    int nv;   /* vectors in a row of the widest tile */
    int vlen; /* elements in a vector, a power of two */
    int vlen_log2;
    int group, steps;             /* 1 and 1 but for narrow inputs */
    int sweep_steps;              /* that gemm_sweep takes at once with one row */
    int lda;                      /* packed A: the mr (or fewer) elements of a column stand at multiples of lda */
    const struct kernels *narrow; /* for level 3: the same with vectors of half the length, or NULL */
#define SLOT(type, name) type *name;
    KERNEL_SLOTS(SLOT)
#undef SLOT
    finish_fn *finish;                        /* not for complex elements */
    dot_floats_fn *dot_floats;                /* float64 only */
    sum_fn *sum_b;                            /* NULL: packed panels of B have no row of sums */
    pack_fn *pack_a_unsigned;                 /* pack_a for unsigned integers */
    narrow_fn *narrow_h, *narrow_b;           /* what float32 sums are rounded to: float16, bfloat16 */
    void (*enter)(void), (*leave)(void);      /* what a thread does before and after it uses the kernels; or NULL */
    gemm_tile_fn *gemm_tile[MAX_TILES];       /* height h, v vectors wide: [(h - 1) nv + v - 1] */
    gemm_tile_fn *gemm_by_columns[MAX_TILES]; /* the same for element (p, j) of B at b[p + j rsb], up to
                                               * BY_COLUMNS_SUMS; not for narrow elements */
    gemm_tiles_fn *gemm_tiles[MAX_ROWS];      /* h rows: [h - 1]; not for narrow elements, nor short vectors */
    gemm_add_fn *gemm_add[MAX_TILES];         /* as gemm_tile; not for narrow elements */
    gemm_sweep_fn *gemm_sweep[MAX_ROWS];      /* h rows: [h - 1] */
};

/* The instruction sets, worst first. */
#if defined(__x86_64__)
#define ISAS(X) X(scalar) X(avx2) X(avx512) X(amx)
#else
#define ISAS(X) X(scalar)
#endif

#define DECLARE(isa) extern const struct kernels *const pbl_kernels_##isa[N_DTYPES];
ISAS(DECLARE)
#undef DECLARE

#endif
