/* SPDX-License-Identifier: MIT */
/* Mistakes that people make in an sgemm, all of them in sgemm.c.
 *
 * X(name, what is wrong, a test that sees it) */
#ifndef PBL_MUTANTS_H
#define PBL_MUTANTS_H

/* clang-format off */
#define MUTANTS(X)                                                                                                  \
    X(beta_0_multiplies, "C is multiplied by beta even where beta is 0, so a NaN in C stays",                       \
      "C full of NaN, beta = 0")                                                                                    \
    X(beta_0_multiplies_at_edges, "C keeps its NaN at beta = 0, but only in rows and columns that do not fill a tile of 4 x 8",        \
      "C full of NaN, beta = 0, sizes that are no multiples of 4 or 8")                                             \
    X(beta_ignored, "C = alpha A B + C, whatever beta is, unless it is 0",                                          \
      "beta = 2")                                                                                                   \
    X(beta_per_block, "K is cut into blocks of 64, and C is multiplied by beta before each of them",                \
      "beta = 2, k > 64")                                                                                           \
    X(alpha_lost_at_beta_1, "the short way for beta = 1 forgets alpha",                                             \
      "alpha = 2 together with beta = 1")                                                                           \
    X(alpha_lost_in_tail, "the columns that do not fill a vector of 8 forget alpha",                                \
      "alpha = 2, n that is no multiple of 8")                                                                      \
    X(alpha_0_multiplies, "A B is computed even where alpha is 0, so a NaN in A reaches C",                         \
      "A full of NaN, alpha = 0")                                                                                   \
    X(alpha_0_returns, "it returns at once if alpha is 0, though C = beta C is due",                                \
      "alpha = 0, beta = 2")                                                                                        \
    X(k_0_returns, "it returns at once if k is 0, though C = beta C is due",                                        \
      "k = 0, beta = 2")                                                                                            \
    X(m_0_writes, "the loop over rows tests its condition at the end, so m = 0 still writes a row",                 \
      "m = 0, with something to see in C's memory")                                                                 \
    X(odd_k_drops_last, "the loop over k takes two steps at once, and the last of an odd k is lost",                \
      "an odd k")                                                                                                   \
    X(three_rows_left, "one or two rows below the last full tile are done, but not the third",                      \
      "m = 3, or any m that leaves 3 when divided by 4")                                                            \
    X(wrong_past_16_rows, "from row 16 on, the rows of A begin again",                                              \
      "m > 16")                                                                                                     \
    X(lost_past_256_columns, "a buffer holds 256 columns, and what is beyond is not computed",                      \
      "n > 256")                                                                                                    \
    X(lda_for_ldb, "B is read with the leading dimension of A",                                                     \
      "matrices that are not square")                                                                               \
    X(ldc_is_n, "C is written as if its rows followed each other without a gap",                                    \
      "a C that is part of a wider matrix: ldc > n")                                                                \
    X(column_is_dense, "the short way for n = 1 takes the column of B for a vector without gaps",                   \
      "n = 1, ldb > 1")                                                                                             \
    X(padded_k, "k is rounded up to a multiple of 4, and what is too much multiplied by 0: NaN and Inf come through",  \
      "NaN between the rows of A, beyond column k")                                                                 \
    X(reads_past_a, "it reads one element past the end of A, and does not use it",                                  \
      "an A that ends at a forbidden page")                                                                         \
    X(reads_before_b, "it reads one element before the beginning of B, and does not use it",                        \
      "a B that begins after a forbidden page")                                                                     \
    X(writes_past_n, "it writes one column too many, between the rows of C",                                        \
      "a C that is part of a wider matrix, with a look at what is beside it")                                       \
    X(scales_a, "it multiplies A by alpha in place",                                                                \
      "alpha = 2, and A compared with what it was")                                                                 \
    X(wants_alignment, "it rounds the address of B down to a multiple of 16 bytes, as aligned vectors want it",     \
      "a B that begins in the middle of an array, at an odd column")                                                \
    X(skips_zeros, "it skips the zeros of A, so a NaN or Inf in B, which 0 times gives NaN, is lost",               \
      "A of zeros, a NaN in B")                                                                                     \
    X(compensated, "it adds with Kahan's compensation, which makes NaN of Inf",                                     \
      "an Inf in A, numbers after it in the row")                                                                   \
    X(half_precision, "it rounds the elements of A to 8 bits, as bfloat16 has them",                                \
      "fractions, compared within the bounds of rounding; small whole numbers do not show it")                      \
    X(shared_scratch, "its scratch memory is static: two threads that call it at once get each other's sums",       \
      "two threads that multiply different matrices, many times")                                                   \
    X(stale_copy, "it keeps the first row of B for the next call with the same address, though B may have changed", \
      "two calls with the same B, written anew in between")
/* clang-format on */

#endif
