/* SPDX-License-Identifier: MIT */
/* A BLAS that has no products in it: it stands between a program and its BLAS (LD_PRELOAD), sends every call on to
 * another one, and notes who was called, with what shape and for how long. `pyblaslite run` is its other half.
 *
 * How 1700 functions are written without a prototype of any: on x86-64 (System V) and AArch64 (AAPCS64) integers and
 * addresses travel in one row of registers, then on the stack in slots of 8 bytes; real numbers travel in another row,
 * of which no BLAS routine uses more than four. So every BLAS function can be called as if it had 20 words and 4
 * doubles: what it does not have is copied and never looked at (it reads a little of the caller's stack), a float is
 * the lower half of a double. Results come back in an integer register, or in two real ones, which is where `double
 * complex` has its parts, and floats and complex floats lie in them too. The alternative, a trampoline in assembly,
 * would save a copy and cost a second language for each architecture. */
#define _GNU_SOURCE
#include <complex.h>
#include <string.h>
#include <time.h>

#include "arguments.h"
#include "routines.h"
#include "symbol.h"
#include "table.h"

#if !(defined(__x86_64__) || (defined(__aarch64__) && defined(__linux__)))
#error "pbl-profile relies on the calling conventions of x86-64 and AArch64 Linux"
#endif

typedef double complex reals;

#define PARAMETERS                                                                                                \
    word a0, word a1, word a2, word a3, word a4, word a5, word a6, word a7, word a8, word a9, word a10, word a11, \
        word a12, word a13, word a14, word a15, word a16, word a17, word a18, word a19, double x0, double x1,     \
        double x2, double x3
#define WORDS_GIVEN a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19
#define REALS_GIVEN x0, x1, x2, x3
#define SENT_ON(a, x)                                                                                            \
    a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13], a[14], a[15], a[16], \
        a[17], a[18], a[19], x[0], x[1], x[2], x[3]
typedef word word_function(PARAMETERS);
typedef reals reals_function(PARAMETERS);

struct call {
    function *function;
    int bits;            /* of its integers */
    int64_t room[WORDS]; /* for integers that had to be widened */
    struct entry *entry;
    uint64_t begin;
};

/* Calls within calls: a BLAS may use the names that it exports, which are ours now. Only the outermost counts. */
static _Thread_local int depth;

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Whether the profiled BLAS can do it. Narrowing its integers is no work where the lower half of an integer comes first
 * in memory: one that fits into 32 bits is the same read as 32. */
static bool use_target(struct call *c, struct symbol *symbol, const word *a)
{
    c->function = find_target(symbol);
    c->bits = atomic_load(&symbol->target_bits);
    return c->function && (c->bits >= symbol->bits || fits_32_bits(symbol, a));
}

static void enter(struct call *c, struct symbol *symbol, word *a)
{
    const bool own = !use_target(c, symbol, a);
    if (own) c->function = find_own(symbol), c->bits = symbol->bits;
    if (depth++ == 0) c->entry = find_entry(symbol, a, own);
    if (c->bits > symbol->bits) widen(symbol, a, c->room);
    c->begin = now();
}

static void leave(const struct call *c)
{
    const uint64_t end = now();
    if (--depth == 0) count(c->entry, end - c->begin);
}

static __attribute__((noinline)) word call_word(struct symbol *symbol, word *a, const double *x)
{
    struct call c;
    enter(&c, symbol, a);
    const word result = ((word_function *)c.function)(SENT_ON(a, x));
    leave(&c);
    return c.bits < symbol->bits ? (int32_t)result : result; /* an index */
}

static __attribute__((noinline)) reals call_reals(struct symbol *symbol, word *a, const double *x)
{
    struct call c;
    enter(&c, symbol, a);
    const reals result = ((reals_function *)c.function)(SENT_ON(a, x));
    leave(&c);
    return result;
}

#define EXPORT(prefix, suffix, integer, result, called, letter, letters, is_cblas)   \
    __attribute__((visibility("default"))) result prefix##called##suffix(PARAMETERS) \
    {                                                                                \
        static struct symbol self = {.name = #prefix #called #suffix,                \
                                     .routine = #called,                             \
                                     .dtype = letter,                                \
                                     .arguments = letters,                           \
                                     .cblas = is_cblas,                              \
                                     .bits = integer};                               \
        return call_##result(&self, (word[]){WORDS_GIVEN}, (double[]){REALS_GIVEN}); \
    }
#define EXPORT_FORTRAN(result, routine, dtype, arguments) \
    FORTRAN_SPELLINGS(EXPORT, result, routine, dtype, arguments, false)
#define EXPORT_CBLAS(result, routine, dtype, arguments) CBLAS_SPELLINGS(EXPORT, result, routine, dtype, arguments, true)

ROUTINES(EXPORT_FORTRAN)
ROUTINES(EXPORT_CBLAS)
CBLAS_ROUTINES(EXPORT_CBLAS)
