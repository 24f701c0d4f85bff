/* SPDX-License-Identifier: MIT */
/* The letters that routines take: which there are. */
#ifndef PBL_CORE_LETTERS_H
#define PBL_CORE_LETTERS_H

#include <stdbool.h>

static inline bool is_op(char op) { return op == 'n' || op == 't' || op == 'c'; }
static inline bool is_side(char side) { return side == 'l' || side == 'r'; }
static inline bool is_uplo(char uplo) { return uplo == 'l' || uplo == 'u'; }
static inline bool is_diag(char diag) { return diag == 'n' || diag == 'u'; }
static inline bool is_packed(char order) { return order == 'c' || order == 'r'; }

#endif
