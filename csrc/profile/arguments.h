/* SPDX-License-Identifier: MIT */
/* What stands in the registers and on the stack of a call. */
#ifndef PBL_PROFILE_ARGUMENTS_H
#define PBL_PROFILE_ARGUMENTS_H

#include "symbol.h"

/* The most that a routine has: 18, and as many lengths of strings as a Fortran compiler adds behind them. */
enum { WORDS = 20 };

/* The letters (see routines.h) of the arguments that are words; the others are in floating-point registers. */
struct letters {
    char of[WORDS + 1];
};
struct letters letters_of(const struct symbol *symbol);

static inline bool is_size(char letter)
{ return letter == 'm' || letter == 'n' || letter == 'k' || letter == 'l' || letter == 'b'; }
static inline bool is_integer(char letter) { return is_size(letter) || letter == 'i'; }

int64_t integer_of(const struct symbol *symbol, word argument);

/* A flag as BLAS's lower-case letter: layout 'r' or 'c', trans 'n' 't' 'c', ...; '?' if it is none. */
char flag_of(const struct symbol *symbol, word argument);

/* Whether every integer among the arguments is one of 32 bits. */
bool fits_32_bits(const struct symbol *symbol, const word *arguments);

/* Makes integers of 64 bits of those of 32; Fortran's, which are given by address, move to `room`. */
void widen(const struct symbol *symbol, word *arguments, int64_t *room);

#endif
