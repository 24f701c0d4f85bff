/* SPDX-License-Identifier: MIT */
/* What was called: a table in a file that is mapped into every process of the program.
 *
 * The file outlives whatever happens to a process: nothing needs to be written at its end, which os._exit, a crash and
 * kill -9 would prevent. Threads and processes (forked or started) add to the same counters by atomic operations;
 * nobody waits. pyblaslite/profile/table.py creates the file and knows the same layout. */
#ifndef PBL_PROFILE_TABLE_H
#define PBL_PROFILE_TABLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "symbol.h"

#define TABLE_VARIABLE "PYBLASLITE_PROFILE_TABLE"
enum { ENTRIES = 1 << 15, SIZES = 4, FLAGS = 4 };

/* All calls that agree in symbol, shape and flags. */
struct entry {
    _Atomic uint64_t key; /* a hash of the rest; 0: free */
    _Atomic uint64_t calls, nanoseconds;
    int64_t size[SIZES];
    char size_name[SIZES], flag[FLAGS]; /* their letters in routines.h; the flags: n, t, c, u, l, r as BLAS has them */
    char symbol[40], routine[24];
    char dtype, layout, cblas, own; /* layout: r, c or 0; own: not the profiled BLAS did it but the program's own */
    char unused[4];
};

struct table {
    _Atomic uint64_t processes;                            /* that have mapped it */
    _Atomic uint64_t unlisted_calls, unlisted_nanoseconds; /* that found the table full */
    char error[232];                                       /* why the profiled BLAS could not be loaded, or "" */
    struct entry entries[ENTRIES];
};

/* NULL if there is none to write to. */
struct table *get_table(void);

/* The entry for a call with these arguments (NULL: the table is full, or there is none). */
struct entry *find_entry(const struct symbol *symbol, const word *arguments, bool own);

void count(struct entry *entry, uint64_t nanoseconds);

#endif
