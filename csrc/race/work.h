/* SPDX-License-Identifier: MIT */
/* What is timed: a routine of the BLAS, its operands, the library that runs it. */
#ifndef PBL_RACE_WORK_H
#define PBL_RACE_WORK_H

#include <stdbool.h>
#include <stdint.h>

enum { ROW_MAJOR = 101, NO_TRANS = 111, TRANS = 112, CONJ_TRANS = 113, UPPER = 121, LOWER = 122 };
enum { NON_UNIT = 131, LEFT = 141, RIGHT = 142 };

/* A row-major matrix of these rows and columns, or a vector, which is a matrix of one column and has its increment for
 * ld. */
struct operand {
    char *data;
    long rows, columns, ld; /* as it is stored */
    int op;                 /* how the routine reads it */
    bool involution;        /* triangular, and its own inverse */
    bool banded, packed;    /* how it is stored: diagonals as columns; a triangle without the other */
    long below;             /* diagonals of a band that are stored below the main one */
    uint32_t seed;
    long step, first; /* elements from one product of a stack to the next; where the present one begins */
};

struct work {
    const struct routine *routine;
    void *function; /* the library's */
    void (*call)(const struct work *);
    int type;  /* 0, 1, 2, 3: s, d, c, z */
    bool wide; /* the library's integers have 64 bits */
    int side, uplo, trans_a, trans_b;
    long m, n, k;
    struct operand a, b, c; /* c is what is written */
    long count, calls;      /* products in contiguous stacks; by how many calls */
};

/* Of an order's words, all but memory: the routine; then, once m, n, k and count are known, the operands, with the
 * least leading dimensions where 0 is given. They return what is wrong, or NULL. */
const char *set_work(struct work *x, void *library, const char *routine, char type, const char *flags);
const char *set_sizes(struct work *x, const long ld[3]);
/* The function for all products of a stack at once, if the library has it. */
bool set_batched(struct work *x, void *library);

bool make_operands(struct work *x);
void free_operands(struct work *x);
/* Whether some elements are what a plain sum says, after the routine ran once. */
bool all_right(const struct work *x);

#endif
