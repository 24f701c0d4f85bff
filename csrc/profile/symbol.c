/* SPDX-License-Identifier: MIT */
/* Whom a call is for: the same routine in the BLAS that is profiled, or what the program would have called. */
#define _GNU_SOURCE
#include "symbol.h"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "routines.h"
#include "table.h"

#define TARGET_VARIABLE "PYBLASLITE_PROFILE_BLAS"

struct spelling {
    const char *prefix, *suffix;
    int bits;
};
#define SPELLING(prefix, suffix, bits, ...) {#prefix, #suffix, bits},
static const struct spelling fortran_spellings[] = {FORTRAN_SPELLINGS(SPELLING, )};
static const struct spelling cblas_spellings[] = {CBLAS_SPELLINGS(SPELLING, )};
enum { SPELLINGS = sizeof cblas_spellings / sizeof *cblas_spellings };

static void *library; /* NULL: it could not be loaded */

/* When the first call comes, not earlier: a program starts others that never call a BLAS. */
static void open_library(void)
{
    const char *path = getenv(TARGET_VARIABLE);
    if (path) library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    struct table *table = get_table();
    if (!library && table) snprintf(table->error, sizeof table->error, "%s", path ? dlerror() : "none was named");
}

static function *look_up(void *handle, const char *name) { return (function *)(uintptr_t)dlsym(handle, name); }

/* The routine with integers of so many bits, under any of its names. */
static function *find_routine(const struct symbol *symbol, int bits)
{
    const struct spelling *spellings = symbol->cblas ? cblas_spellings : fortran_spellings;
    for (int i = 0; i < SPELLINGS; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s%s%s", spellings[i].prefix, symbol->routine, spellings[i].suffix);
        function *found = spellings[i].bits == bits ? look_up(library, name) : NULL;
        if (found) return found;
    }
    return NULL;
}

function *find_target(struct symbol *symbol)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (atomic_load_explicit(&symbol->target_bits, memory_order_acquire)) return atomic_load(&symbol->target);
    pthread_once(&once, open_library);
    int bits = symbol->bits;
    function *found = library ? find_routine(symbol, bits) : NULL;
    if (library && !found) found = find_routine(symbol, bits = 96 - bits);
    atomic_store(&symbol->target, found);
    atomic_store_explicit(&symbol->target_bits, bits, memory_order_release);
    return found;
}

/* In the libraries behind this one in the order in which they were loaded. RTLD_NEXT sees only those that the program
 * was started with, but Python loads a BLAS together with numpy. */
static function *find_next(const char *name)
{
    struct link_map *map = NULL;
    Dl_info self;
    if (!dladdr1((void *)(uintptr_t)find_next, &self, (void **)&map, RTLD_DL_LINKMAP)) return NULL;
    while ((map = map->l_next)) {
        void *handle = dlopen(map->l_name, RTLD_LAZY | RTLD_NOLOAD);
        function *found = handle ? look_up(handle, name) : NULL;
        if (found) return found;
        if (handle) dlclose(handle);
    }
    return NULL;
}

function *find_own(struct symbol *symbol)
{
    function *found = atomic_load(&symbol->own);
    if (found) return found;
    found = find_next(symbol->name);
    if (!found) {
        fprintf(stderr, "pyblaslite run: %s is called, but no library of this process has it\n", symbol->name);
        abort();
    }
    atomic_store(&symbol->own, found);
    return found;
}
