/* SPDX-License-Identifier: MIT */
#include "run.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "../include/cblas.h"
#include "auxiliary.h"

/* Argument 0: none is wrong. */
static void refuse(const struct call *call, int argument, const char *format, ...)
{
    char why[120], name[32];
    va_list rest;
    va_start(rest, format);
    vsnprintf(why, sizeof why, format, rest);
    va_end(rest);
    if (call->from == FROM_C) {
        RowMajorStrg = 0;
        cblas_xerbla(argument, call->name, "%s", why);
        return;
    }
    const int length = snprintf(name, sizeof name, "%-6s", call->name); /* netlib's names have six letters */
    for (int i = 0; i < length; i++) name[i] = upper_case(name[i]);
    if (call->from == FROM_FORTRAN) xerbla_(name, &(int32_t){argument}, (size_t)length);
    else xerbla_64_(name, &(int64_t){argument}, (size_t)length);
}

void pbl_report(const struct call *call, int status)
{
    if (status == PBL_NO_MEMORY) refuse(call, 0, "no memory to work in; the output is unchanged");
    if (status == PBL_BAD_CPU) refuse(call, 0, "this CPU lacks %s; the output is unchanged", pbl_cpu_lacks());
}

static inline bool holds(int64_t ld, bool row_major, int64_t rows, int64_t columns)
{
    const int64_t least = row_major ? columns : rows;
    return ld >= (least > 1 ? least : 1);
}

static inline bool is_one_of(char letter, const char *letters)
{
    enum { MOST = 4 }; /* a loop that unrolls: strchr takes a tenth of a small product's time */
    for (int i = 0; i < MOST && letters[i]; i++)
        if (letters[i] == letter) return true;
    return false;
}

static inline char turned(char trans) { return trans == 't' || trans == 'c' ? 't' : 'n'; }

/* clang-format off */

/* CHECK counts arguments, and returns at the first that is wrong, */
#define CHECK(kind, ...) CHECK_##kind(__VA_ARGS__)
#define REQUIRE(arguments, condition, ...) \
    if (at += (arguments), !(condition)) { \
        refuse(call, at, __VA_ARGS__);     \
        return;                            \
    }
#define CHECK_layout() REQUIRE(call->from == FROM_C, layout, "it is neither CblasRowMajor nor CblasColMajor")
#define CHECK_order() CHECK_letter(ORDER, layout, "rc")
#define CHECK_letter(TYPE, name, valid) REQUIRE(1, is_one_of(name, valid), "it is none of \"%s\"", valid)
#define CHECK_integer(name, valid) REQUIRE(1, valid, "it is %" PRId64, name)
#define CHECK_scalar(name) at += 1;
#define CHECK_real(name) at += 1;
#define CHECK_array(io, name) at += 1;
#define CHECK_vector(io, x, length) REQUIRE(2, inc##x != 0, "it is 0")
#define CHECK_matrix(io, a, rows, columns) \
    at += 1;                               \
    CHECK_leading(a, rows, columns)
#define CHECK_leading(a, rows, columns) REQUIRE(1, holds(ld##a, layout == 'r', rows, columns), "it is %" PRId64, ld##a)
#define CHECK_band(a, kl, ku) REQUIRE(2, ld##a > (kl) + (ku), "it is %" PRId64, ld##a)
#define CHECK_fixed(value)

/* clang-format on */

#define RUN(name, function, ARGUMENTS, dtypes)                            \
    void NAME_RUN(name, dtypes)(const struct call *call ARGUMENTS(PLAIN)) \
    {                                                                     \
        int at = 0;                                                       \
        ARGUMENTS(CHECK)                                                  \
        report(call, function(call->dtype ARGUMENTS(PASS)));              \
    }
LEVEL2(RUN)
LEVEL3(RUN)
EXTENSIONS(RUN)
