/* SPDX-License-Identifier: MIT */
/* From an order's words to a function of the library, and to the sizes of its operands. */
#define _GNU_SOURCE
#include "routines.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

typedef const void *P;
typedef void *V;
#undef I /* of complex.h: here it is an integer */

#define I int
#define R float
#define S float
#define NUMBER(v) (v)
#define NAME(f) s32_##f
#include "calls.t.h"

#define I int64_t
#define R float
#define S float
#define NUMBER(v) (v)
#define NAME(f) s64_##f
#include "calls.t.h"

#define I int
#define R double
#define S double
#define NUMBER(v) (v)
#define NAME(f) d32_##f
#include "calls.t.h"

#define I int64_t
#define R double
#define S double
#define NUMBER(v) (v)
#define NAME(f) d64_##f
#include "calls.t.h"

#define I int
#define R float
#define S const void *
#define NUMBER(v) ((const float[2]){v, 0})
#define NAME(f) c32_##f
#include "calls.t.h"

#define I int64_t
#define R float
#define S const void *
#define NUMBER(v) ((const float[2]){v, 0})
#define NAME(f) c64_##f
#include "calls.t.h"

#define I int
#define R double
#define S const void *
#define NUMBER(v) ((const double[2]){v, 0})
#define NAME(f) z32_##f
#include "calls.t.h"

#define I int64_t
#define R double
#define S const void *
#define NUMBER(v) ((const double[2]){v, 0})
#define NAME(f) z64_##f
#include "calls.t.h"

#define CALLS(f)                                                                         \
    {                                                                                    \
        {s32_##f, s64_##f}, {d32_##f, d64_##f}, {c32_##f, c64_##f}, { z32_##f, z64_##f } \
    }

static const char *const PLAIN[] = {"s", "d", "c", "z"}, *const REAL_RESULT[] = {"s", "d", "sc", "dz"},
                         *const REAL_NUMBER[] = {"s", "d", "cs", "zd"}, *const INDEX[] = {"is", "id", "ic", "iz"},
                         *const NONE[] = {"", "", "", ""};

static const struct routine routines[] = {
#define ROW(routine, call, prefixes, types, flags, a, b, c, value, traits) \
    {#routine, prefixes, types, flags, a, b, c, value, traits, CALLS(call)},
    ROUTINES(ROW)
#undef ROW
};

/* Under one of the names that libraries give a function of CBLAS; whether that name says that integers have 64 bits. */
static void *find(void *library, const char *prefix, const char *routine, bool *wide)
{
    static const char *const names[] = {"cblas_%s%s", "scipy_cblas_%s%s", "cblas_%s%s64_", "scipy_cblas_%s%s64_"};
    char name[64];
    for (int i = 0; i < 4; i++) {
        snprintf(name, sizeof name, names[i], prefix, routine);
        void *function = dlsym(library, name);
        *wide = i >= 2;
        if (function) return function;
    }
    return NULL;
}

static int op_of(char op) { return op == 'n' ? NO_TRANS : op == 't' ? TRANS : CONJ_TRANS; }

/* One letter; false if it is none of its kind. */
static bool set_flag(struct work *x, char kind, char letter, bool first_op)
{
    static const char *const letters[] = {"slr", "ulu", "tntc"};
    for (int i = 0; i < 3; i++)
        if (letters[i][0] == kind && !strchr(letters[i] + 1, letter)) return false;
    if (kind == 's') x->side = letter == 'l' ? LEFT : RIGHT;
    else if (kind == 'u') x->uplo = letter == 'l' ? LOWER : UPPER;
    else {
        if (first_op) x->trans_a = op_of(letter);
        x->trans_b = op_of(letter); /* one letter is for both */
    }
    return true;
}

static bool set_flags(struct work *x, const char *flags)
{
    const char *kinds = x->routine->flags;
    if (!*kinds) return strcmp(flags, "-") == 0;
    if (strlen(flags) != strlen(kinds)) return false;
    for (int i = 0; kinds[i]; i++)
        if (!set_flag(x, kinds[i], flags[i], i == 0 || kinds[i - 1] != 't')) return false;
    return true;
}

const char *set_work(struct work *x, void *library, const char *routine, char type, const char *flags)
{
    static char text[128];
    x->trans_a = x->trans_b = NO_TRANS;
    for (size_t i = 0; i < sizeof routines / sizeof *routines && !x->routine; i++)
        if (strcmp(routines[i].name, routine) == 0) x->routine = &routines[i];
    if (!x->routine) return "error: orders are a routine of the BLAS, batch, sample, peak, bandwidth, about";
    if (!type || !strchr(x->routine->types, type)) {
        snprintf(text, sizeof text, "error: %s T FLAGS M N K [LDA LDB LDC]: T is one of %s", routine,
                 x->routine->types);
        return text;
    }
    if (!set_flags(x, flags)) {
        snprintf(text, sizeof text, "error: %s T FLAGS M N K [LDA LDB LDC]: FLAGS are %s", routine,
                 *x->routine->flags ? x->routine->flags : "-");
        return text;
    }
    x->type = (int)(strchr("sdcz", type) - "sdcz");
    x->function = find(library, x->routine->prefixes[x->type], routine, &x->wide);
    if (!x->function) {
        snprintf(text, sizeof text, "error: the library has no cblas_%s%s", x->routine->prefixes[x->type], routine);
        return text;
    }
    x->call = x->routine->calls[x->type][x->wide];
    return NULL;
}

bool set_batched(struct work *x, void *library)
{
    static void (*const calls[4][2])(const struct work *) = CALLS(gemm_batch);
    bool marked; /* a wide library may leave the mark off these names; gemm's name tells what it is */
    void *function = find(library, x->routine->prefixes[x->type], "gemm_batch_strided", &marked);
    if (!function) return false;
    x->function = function;
    x->call = calls[x->type][x->wide];
    x->calls = 1;
    return true;
}

static long size_of(const struct work *x, char letter)
{
    switch (tolower((unsigned char)letter)) {
    case 'm': return x->m;
    case 'n': return x->n;
    case 'k': return x->k;
    case 'o': return x->side == RIGHT ? x->n : x->m;
    default: return 1;
    }
}

/* Rows and columns as they are stored, and the least leading dimension. */
static bool set_operand(struct operand *o, const struct work *x, const char *sizes, int op, long ld)
{
    if (!*sizes) return true;
    const bool flipped = isupper((unsigned char)sizes[0]) && op != NO_TRANS;
    o->op = isupper((unsigned char)sizes[0]) ? op : NO_TRANS;
    o->rows = size_of(x, sizes[flipped]);
    o->columns = size_of(x, sizes[!flipped]);
    const int traits = x->routine->traits, one_triangle = traits & (SYMMETRIC | HERMITIAN | TRIANGULAR);
    o->banded = traits & BAND && o == &x->a;
    o->packed = traits & PACKED && tolower((unsigned char)sizes[1]) == 'n';
    o->below = one_triangle && x->uplo == UPPER ? 0 : x->k;
    const long least = o->banded ? x->k + 1 + (one_triangle ? 0 : x->k) : o->packed ? 1 : o->columns;
    o->ld = ld ? ld : least;
    o->step = o->packed ? o->rows * (o->rows + 1) / 2 : o->rows * o->ld;
    return o->ld >= least;
}

const char *set_sizes(struct work *x, const long ld[3])
{
    const struct routine *r = x->routine;
    if (x->m < 1 || x->n < 1 || x->k < 1 || x->count < 1) return "error: a size is less than 1";
    if (r->traits & BAND && (x->k >= x->m || x->k >= x->n)) return "error: the band is wider than the matrix";
    if (!set_operand(&x->a, x, r->a, x->trans_a, ld[0]) || !set_operand(&x->b, x, r->b, x->trans_b, ld[1]) ||
        !set_operand(&x->c, x, r->c, NO_TRANS, ld[2]))
        return "error: a leading dimension is less than the columns of its matrix";
    x->a.involution = r->traits & TRIANGULAR;
    x->a.seed = 1, x->b.seed = 2, x->c.seed = 3;
    return NULL;
}
