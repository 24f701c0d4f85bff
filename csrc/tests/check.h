/* SPDX-License-Identifier: MIT */
/* What every test needs: a check that says what failed, numbers that look random and are the same in every run, and a
 * loop over the instruction sets. */
#ifndef PBL_TESTS_CHECK_H
#define PBL_TESTS_CHECK_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pyblaslite.h"

#define CHECK(condition, ...) ((condition) ? (void)0 : fail(__FILE__, __LINE__, #condition, __VA_ARGS__))

/* _exit: a failed check may stand in a forked child or beside running threads, where exit() could hang. */
__attribute__((noreturn, format(printf, 4, 5))) static inline void fail(const char *file, int line,
                                                                        const char *condition, const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, "%s:%d: not so: %s\n    in ", file, line, condition);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    fflush(stderr);
    _exit(1);
}

/* Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. */
static inline uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* A number in [0, n), and the next state. */
static inline int below(uint64_t *state, int n)
{
    *state = mix(*state);
    return (int)(*state >> 33) % n;
}

/* for (int isa = 0; use_isa(isa); isa++): every instruction set that this CPU has, the slow one first. It takes half of
 * the time: where PBL_TEST_WITHOUT_SCALAR is set it is left out, if there is another. */
#ifndef ALSO_AMX /* which has kernels of its own for narrow elements only */
#define ALSO_AMX false
#endif
static inline bool use_isa(int i)
{
    if (getenv("PBL_TEST_WITHOUT_SCALAR") && pbl_isa_name(1)) i++;
    const char *name = pbl_isa_name(i);
    if (name && !ALSO_AMX && strcmp(name, "amx") == 0) return false;
    if (name) CHECK(pbl_set_isa(name) == PBL_OK, "pbl_set_isa(%s)", name);
    return name != NULL;
}

static inline bool is_slow_isa(void) { return strcmp(pbl_get_isa(), "scalar") == 0; }

/* The one whose bits all others, the slow one too, are compared with: one that is not slow, if there is any. */
static inline void use_base_isa(void) { CHECK(use_isa(1) || use_isa(0), "no ISA"); }

#endif
