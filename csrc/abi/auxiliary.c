/* SPDX-License-Identifier: MIT */
/* Error handlers, and the small functions that LAPACK expects. Netlib's handlers end the program; a library has no
 * right to. They are weak so that a compiler does not take ours for the only ones. */
#include "auxiliary.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "../include/cblas.h"

int RowMajorStrg, CBLAS_CallFromC;

__attribute__((weak)) void cblas_xerbla(int argument, const char *routine, const char *format, ...)
{
    va_list rest;
    if (argument > 0) fprintf(stderr, "pyblaslite: argument %d of %s is wrong: ", argument, routine);
    else fprintf(stderr, "pyblaslite: %s: ", routine);
    va_start(rest, format);
    vfprintf(stderr, format, rest);
    va_end(rest);
    fputc('\n', stderr);
}

static void print(const char *routine, size_t length, int64_t argument)
{
    while (length > 0 && routine[length - 1] == ' ') length--;
    static const char other[] = "no memory to work in, or not the CPU for it; the output is unchanged";
    if (argument > 0)
        fprintf(stderr, "pyblaslite: argument %d of %.*s is wrong\n", (int)argument, (int)length, routine);
    else fprintf(stderr, "pyblaslite: %.*s: %s\n", (int)length, routine, other);
}

__attribute__((weak)) void xerbla_(const char *routine, const int32_t *argument, size_t length)
{ print(routine, length, *argument); }

__attribute__((weak)) void xerbla_64_(const char *routine, const int64_t *argument, size_t length)
{ print(routine, length, *argument); }

void xerbla_array_(const char *routine, const int32_t *length, const int32_t *argument)
{ xerbla_(routine, argument, (size_t)*length); }

int32_t lsame_(const char *a, const char *b) { return upper_case(*a) == upper_case(*b); }

float cblas_scabs1(const void *z) { return fabsf(((const float *)z)[0]) + fabsf(((const float *)z)[1]); }
double cblas_dcabs1(const void *z) { return fabs(((const double *)z)[0]) + fabs(((const double *)z)[1]); }
float scabs1_(const void *z) { return cblas_scabs1(z); }
double dcabs1_(const void *z) { return cblas_dcabs1(z); }
