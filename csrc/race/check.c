/* SPDX-License-Identifier: MIT */
/* The operands, and whether the results are right. All are small integers that a formula gives, so that every sum is
 * exact, one look at the result tells right from wrong, and what an operand was can be known when it is overwritten. */
#include "routines.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_single(const struct work *x) { return x->type == 0 || x->type == 2; }
static bool is_complex(const struct work *x) { return x->type >= 2; }

static size_t size_of_element(const struct work *x)
{ return (is_single(x) ? sizeof(float) : sizeof(double)) << is_complex(x); }

/* From -4 to 3. */
static int digit(uint32_t seed, long i)
{
    uint32_t h = (uint32_t)i * 2654435761u + seed * 1013904223u;
    h = (h ^ h >> 15) * 2246822519u;
    return (int)(h >> 29) - 4;
}

/* Ones and minus ones in turns on the diagonal, and numbers where an even row meets an odd column: the square of that,
 * or of a triangle of it, is the unit matrix. So a triangular product undoes the one before, and no number grows. */
static int involution(uint32_t seed, long i, long j, long index)
{ return i == j ? 1 - 2 * (int)(i % 2) : i % 2 == 0 && j % 2 == 1 ? digit(seed, index) : 0; }

/* Where element (i, j) stands; of a triangle that is stored alone, one in it. */
static long place(const struct work *x, const struct operand *o, long i, long j)
{
    if (o->banded) return o->first + i * o->ld + o->below + j - i;
    if (o->packed) return o->first + (x->uplo == UPPER ? i * (2 * o->rows - i - 1) / 2 : i * (i + 1) / 2) + j;
    return o->first + i * o->ld + j;
}

/* One real of an element, `part` 1 being the imaginary one. */
static int initial_part(const struct work *x, const struct operand *o, long i, long j, int part)
{
    const long index = place(x, o, i, j);
    if (!o->involution) return digit(o->seed, is_complex(x) ? 2 * index + part : index);
    return part && i == j ? 0 : involution(o->seed + (uint32_t)part, i, j, index);
}

static bool in_triangle(const struct work *x, long i, long j) { return x->uplo == UPPER ? i <= j : i >= j; }

/* Whether a matrix that is not stored as a whole has that element. */
static bool is_stored(const struct work *x, const struct operand *o, long i, long j)
{
    const bool one_triangle = x->routine->traits & (SYMMETRIC | HERMITIAN | TRIANGULAR) || o->packed;
    return (!o->banded || labs(j - i) <= x->k) && (!one_triangle || in_triangle(x, i, j));
}

static void put(const struct work *x, const struct operand *o, long index, int value)
{
    if (is_single(x)) ((float *)o->data)[index] = (float)value;
    else ((double *)o->data)[index] = value;
}

static void fill(const struct work *x, const struct operand *o)
{
    const int parts = 1 + is_complex(x);
    const bool whole = !o->banded && !o->packed;
    if (!whole) memset(o->data, 0, (size_t)o->step * size_of_element(x));
    for (long i = 0; i < x->count * o->rows; i++)
        for (long j = 0; j < (whole ? o->ld : o->columns); j++)
            for (int part = 0; part < parts && (whole || is_stored(x, o, i, j)); part++)
                put(x, o, place(x, o, i, j) * parts + part, initial_part(x, o, i, j, part));
}

static bool make_operand(const struct work *x, struct operand *o)
{
    const size_t bytes = (size_t)(x->count * o->step) * size_of_element(x);
    o->data = aligned_alloc(64, (bytes / 64 + 1) * 64);
    if (o->data) fill(x, o);
    return o->data;
}

bool make_operands(struct work *x)
{ return make_operand(x, &x->a) && make_operand(x, &x->b) && make_operand(x, &x->c); }

void free_operands(struct work *x) { free(x->a.data), free(x->b.data), free(x->c.data); }

/* What an element was before the routine ran. */
static number initial(const struct work *x, const struct operand *o, long i, long j)
{ return initial_part(x, o, i, j, 0) + (is_complex(x) ? initial_part(x, o, i, j, 1) * I : 0); }

/* What it is now. */
static number result(const struct work *x, const struct operand *o, long i, long j)
{
    const long index = place(x, o, i, j);
    switch (x->type) {
    case 0: return ((const float *)o->data)[index];
    case 1: return ((const double *)o->data)[index];
    case 2: return ((const float complex *)o->data)[index];
    default: return ((const double complex *)o->data)[index];
    }
}

/* An element of the whole matrix that A stands for. */
static number whole(const struct work *x, long i, long j)
{
    const int traits = x->routine->traits;
    if (traits & BAND && labs(j - i) > x->k) return 0;
    if (traits & TRIANGULAR && !in_triangle(x, i, j)) return 0;
    if (traits & HERMITIAN && i == j) return creal(initial(x, &x->a, i, i));
    if (traits & HERMITIAN && !in_triangle(x, i, j)) return conj(initial(x, &x->a, j, i));
    if (traits & SYMMETRIC && !in_triangle(x, i, j)) return initial(x, &x->a, j, i);
    return initial(x, &x->a, i, j);
}

static number op_of_a(const struct work *x, long i, long j)
{
    const number a = x->a.op == NO_TRANS ? whole(x, i, j) : whole(x, j, i);
    return x->a.op == CONJ_TRANS ? conj(a) : a;
}

/* Of an operand that is stored as it is. */
static number op_of(const struct work *x, const struct operand *o, long i, long j)
{
    const number value = o->op == NO_TRANS ? initial(x, o, i, j) : initial(x, o, j, i);
    return o->op == CONJ_TRANS ? conj(value) : value;
}

number value_of_product(const struct work *x, long i, long j)
{
    const struct operand *b = *x->routine->b ? &x->b : &x->c;
    const long depth = x->a.op == NO_TRANS ? x->a.columns : x->a.rows; /* A is square on the right */
    number sum = 0;
    for (long p = 0; p < depth; p++)
        sum += x->side == RIGHT ? op_of(x, b, i, p) * op_of_a(x, p, j) : op_of_a(x, i, p) * op_of(x, b, p, j);
    return sum;
}

number value_of_update(const struct work *x, long i, long j)
{
    const int traits = x->routine->traits;
    const bool conjugate = traits & (CONJUGATE | HERMITIAN);
    const struct operand *a = &x->a, *b = *x->routine->b ? &x->b : &x->a;
    const long depth = a->op == NO_TRANS ? a->columns : a->rows;
    number sum = traits & ADDS ? initial(x, &x->c, i, j) : 0;
    for (long p = 0; p < depth; p++) {
        const number bj = op_of(x, b, j, p), aj = op_of(x, a, j, p);
        sum += op_of(x, a, i, p) * (conjugate ? conj(bj) : bj);
        if (traits & TWICE) sum += op_of(x, b, i, p) * (conjugate ? conj(aj) : aj);
    }
    return traits & HERMITIAN && i == j ? creal(sum) : sum;
}

number value_of_copy(const struct work *x, long i, long j) { return initial(x, &x->a, i, j); }

number value_of_scal(const struct work *x, long i, long j) { return -initial(x, &x->c, i, j); }

number value_of_axpy(const struct work *x, long i, long j)
{ return initial(x, &x->c, i, j) + 2 * initial(x, &x->a, i, j); }

number value_of_axpby(const struct work *x, long i, long j)
{ return 2 * initial(x, &x->a, i, j) - initial(x, &x->c, i, j); }

number value_of_op(const struct work *x, long i, long j) { return op_of(x, &x->a, i, j); }

number value_of_rot(const struct work *x, long i, long j) { return -initial(x, &x->a, i, j); }

number value_of_dot(const struct work *x, long i, long j)
{
    number sum = 0;
    for (long p = i; p < x->n; p++) {
        const number a = initial(x, &x->a, p, j);
        sum += (x->routine->traits & CONJUGATE ? conj(a) : a) * initial(x, &x->b, p, j);
    }
    return sum;
}

/* |re| + |im|, which is what the BLAS adds up, and compares. */
static double size_of_number(number z) { return fabs(creal(z)) + fabs(cimag(z)); }

number value_of_nrm2(const struct work *x, long i, long j)
{
    double sum = 0;
    for (long p = i; p < x->n; p++) {
        const number a = initial(x, &x->a, p, j);
        sum += creal(a) * creal(a) + cimag(a) * cimag(a);
    }
    return sqrt(sum);
}

number value_of_asum(const struct work *x, long i, long j)
{
    double sum = 0;
    for (long p = i; p < x->n; p++) sum += size_of_number(initial(x, &x->a, p, j));
    return sum;
}

number value_of_sum(const struct work *x, long i, long j)
{
    number sum = 0;
    for (long p = i; p < x->n; p++) sum += initial(x, &x->a, p, j);
    return sum;
}

number value_of_amin(const struct work *x, long i, long j)
{
    long best = i;
    for (long p = i; p < x->n; p++)
        if (size_of_number(initial(x, &x->a, p, j)) < size_of_number(initial(x, &x->a, best, j))) best = p;
    return best;
}

number value_of_amax(const struct work *x, long i, long j)
{
    long best = i;
    for (long p = i; p < x->n; p++)
        if (size_of_number(initial(x, &x->a, p, j)) > size_of_number(initial(x, &x->a, best, j))) best = p;
    return best;
}

/* How far a result may be from the sum of n squares or absolute values, or a root of it: float cannot hold all integers
 * beyond 2^24, and the errors of a plain sum add up like steps to the left and to the right. */
static double tolerance(const struct work *x)
{ return (4 + sqrt((double)x->n)) * (is_single(x) ? FLT_EPSILON : DBL_EPSILON); }

/* Whether element (i, j) of C is right; its mirror image, if that is the one that is written. */
static bool is_right(const struct work *x, long i, long j)
{
    const int traits = x->routine->traits;
    if (traits & HALF && !in_triangle(x, i, j)) return is_right(x, j, i);
    if (traits & SWAPS && result(x, &x->a, i, j) != initial(x, &x->c, i, j)) return false;
    const number is = result(x, &x->c, i, j), expected = x->routine->value(x, i, j);
    const number error = (traits & REAL ? creal(is) : is) - expected;
    return cabs(error) <= (traits & ROUNDED ? tolerance(x) * cabs(expected) : 0);
}

bool all_right(const struct work *x)
{
    enum { LOOKS = 8 }; /* evenly spread rows, their columns in another order; the involution has trivial ones */
    struct work product = *x;
    const long rows = x->c.rows - 1, columns = x->c.columns - 1, looks = rows || columns || x->count > 1 ? LOOKS : 1;
    for (int i = 0; i < looks; i++) {
        const long at = (x->count - 1) * i / (LOOKS - 1);
        product.a.first = at * x->a.step, product.b.first = at * x->b.step, product.c.first = at * x->c.step;
        if (!is_right(&product, rows * i / (LOOKS - 1), columns * (i * 3 % LOOKS) / (LOOKS - 1))) return false;
    }
    return true;
}
