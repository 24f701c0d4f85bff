/* SPDX-License-Identifier: MIT */
/* What a BLAS library has beside the BLAS. */
#ifndef PBL_ABI_AUXILIARY_H
#define PBL_ABI_AUXILIARY_H

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(default)

/* Netlib's: whether the numbers that cblas_xerbla is given are those of the column-major call that a row-major one was
 * turned into. Ours never are. Its test programs want both to be there. */
extern int RowMajorStrg, CBLAS_CallFromC;

/* Called with the number (from 1) of the argument that is wrong, or 0 if none is (there is no memory, or not
 * this CPU): a program may define its own. */
void xerbla_(const char *routine, const int32_t *argument, size_t length);
void xerbla_64_(const char *routine, const int64_t *argument, size_t length);
void xerbla_array_(const char *routine, const int32_t *length, const int32_t *argument);

float scabs1_(const void *z); /* |re| + |im| */
double dcabs1_(const void *z);
int32_t lsame_(const char *a, const char *b); /* whether two letters are the same but for case */

#pragma GCC visibility pop

static inline char upper_case(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c; }
static inline char lower_case(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

#endif
