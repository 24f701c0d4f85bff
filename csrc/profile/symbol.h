/* SPDX-License-Identifier: MIT */
/* A name by which programs call a routine, and the functions that answer to it. */
#ifndef PBL_PROFILE_SYMBOL_H
#define PBL_PROFILE_SYMBOL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* A register or a slot of the stack: an integer or an address. */
typedef intptr_t word;

typedef void function(void);

struct symbol {
    const char *name, *routine;
    char dtype;
    const char *arguments; /* see routines.h */
    bool cblas;
    int bits; /* of an integer */

    /* Found at the first call; several threads may find the same at once. */
    _Atomic(function *) target; /* in the BLAS that is profiled; NULL: it has none */
    _Atomic(function *) own;    /* what the program would have called without us; NULL: not looked for yet */
    atomic_int target_bits;     /* 0: not looked for yet */
};

/* The target of a symbol, which is then in target_bits != 0, or NULL. */
function *find_target(struct symbol *symbol);

/* The definition that would be called if this library were not there. If there is none, the process ends: the program
 * could not have started without us. */
function *find_own(struct symbol *symbol);

#endif
