/* SPDX-License-Identifier: MIT */
/* The routines of level 1: a call of each, and what it must do to vectors of numbers, by plain loops. */
#ifndef PBL_TESTS_LEVEL1_H
#define PBL_TESTS_LEVEL1_H

#include <math.h>

#include "vector.h"

struct call {
    int dtype;
    int64_t n;
    struct vector x, y;
    struct number alpha, beta;
    double result[2];
};

static inline struct number plus(struct number a, struct number b) { return (struct number){a.re + b.re, a.im + b.im}; }
static inline struct number conj_of(struct number a) { return (struct number){a.re, -a.im}; }
static inline struct number times(struct number a, struct number b)
{ return (struct number){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }

/* A routine, and what it must do to vectors of numbers; `sum` is what it gives back. */
struct routine {
    const char *name;
    int (*run)(struct call *c);
    void (*model)(const struct call *c, struct number *x, struct number *y, struct number *sum);
    bool writes_x, writes_y;
};

#define X(c) item((c)->dtype, &(c)->x, 0), (c)->x.inc
#define Y(c) item((c)->dtype, &(c)->y, 0), (c)->y.inc

static inline int run_axpy(struct call *c)
{
    double alpha[2];
    put(c->dtype, alpha, c->alpha);
    return pbl_axpy(c->dtype, c->n, alpha, X(c), Y(c));
}
static inline void model_axpy(const struct call *c, struct number *x, struct number *y, struct number *sum)
{
    (void)sum;
    for (int64_t i = 0; i < c->n; i++) y[i] = plus(times(c->alpha, x[i]), y[i]);
}

static inline int run_dot(struct call *c) { return pbl_dot(c->dtype, 'n', c->n, X(c), Y(c), c->result); }
static inline void model_dot(const struct call *c, struct number *x, struct number *y, struct number *sum)
{
    for (int64_t i = 0; i < c->n; i++) *sum = plus(*sum, times(x[i], y[i]));
}

static inline int run_dotc(struct call *c) { return pbl_dot(c->dtype, 'c', c->n, X(c), Y(c), c->result); }
static inline void model_dotc(const struct call *c, struct number *x, struct number *y, struct number *sum)
{
    for (int64_t i = 0; i < c->n; i++) *sum = plus(*sum, times(conj_of(x[i]), y[i]));
}

static inline int run_swap(struct call *c) { return pbl_swap(c->dtype, c->n, X(c), Y(c)); }
static inline void model_swap(const struct call *c, struct number *x, struct number *y, struct number *sum)
{
    (void)sum;
    for (int64_t i = 0; i < c->n; i++) {
        const struct number old = x[i];
        x[i] = y[i], y[i] = old;
    }
}

static inline int run_copy(struct call *c) { return pbl_copy(c->dtype, c->n, X(c), Y(c)); }
static inline void model_copy(const struct call *c, struct number *x, struct number *y, struct number *sum)
{ (void)sum, memcpy(y, x, (size_t)c->n * sizeof *x); }

static inline int run_scal(struct call *c)
{
    double alpha[2];
    put(c->dtype, alpha, c->alpha);
    return pbl_scal(c->dtype, c->n, alpha, X(c));
}
static inline void model_scal(const struct call *c, struct number *x, struct number *y, struct number *sum)
{
    (void)y, (void)sum;
    for (int64_t i = 0; i < c->n; i++) x[i] = times(c->alpha, x[i]);
}

static inline int run_axpby(struct call *c)
{
    double alpha[2], beta[2];
    put(c->dtype, alpha, c->alpha), put(c->dtype, beta, c->beta);
    return pbl_axpby(c->dtype, c->n, alpha, X(c), beta, Y(c));
}
static inline void model_axpby(const struct call *c, struct number *x, struct number *y, struct number *sum)
{
    (void)sum;
    for (int64_t i = 0; i < c->n; i++) y[i] = plus(times(c->alpha, x[i]), times(c->beta, y[i]));
}

/* c = the real part of beta, s = alpha */
static inline int run_rot(struct call *c)
{
    double cosine[2], s[2];
    put(c->dtype, s, c->alpha), put(c->dtype, cosine, c->beta);
    return pbl_rot(c->dtype, c->n, X(c), Y(c), cosine, s);
}
static inline void model_rot(const struct call *c, struct number *x, struct number *y, struct number *sum)
{
    const struct number cosine = {c->beta.re, 0}, minus_conj = {-c->alpha.re, c->alpha.im};
    (void)sum;
    for (int64_t i = 0; i < c->n; i++) {
        const struct number old = x[i];
        x[i] = plus(times(cosine, x[i]), times(c->alpha, y[i]));
        y[i] = plus(times(cosine, y[i]), times(minus_conj, old));
    }
}

/* The flag is -2, -1, 0 or 1, as n has it; what it implies stands there as NaN. */
static inline int run_rotm(struct call *c)
{
    double param[5] = {(double)(c->n % 4) - 2, NAN, NAN, NAN, NAN};
    if (param[0] == -1 || param[0] == 1) param[1] = c->alpha.re, param[4] = 3;
    if (param[0] == -1 || param[0] == 0) param[2] = c->beta.re, param[3] = 5;
    float single[5];
    for (int i = 0; i < 5; i++) single[i] = (float)param[i];
    if (is_complex(c->dtype)) return PBL_OK;
    return pbl_rotm(c->dtype, c->n, X(c), Y(c), is_single(c->dtype) ? (void *)single : param);
}
static inline void model_rotm(const struct call *c, struct number *x, struct number *y, struct number *sum)
{
    const double a = c->alpha.re, b = c->beta.re;
    const double h[4][4] = {{1, 0, 0, 1}, {a, 5, b, 3}, {1, 5, b, 1}, {a, 1, -1, 3}}, *m = h[c->n % 4];
    (void)sum;
    for (int64_t i = 0; i < (is_complex(c->dtype) ? 0 : c->n); i++) {
        const double old = x[i].re;
        x[i].re = m[0] * x[i].re + m[1] * y[i].re, y[i].re = m[2] * old + m[3] * y[i].re;
    }
}

static inline int run_sum(struct call *c) { return pbl_sum(c->dtype, c->n, X(c), c->result); }
static inline void model_sum(const struct call *c, struct number *x, struct number *y, struct number *sum)
{
    (void)y;
    for (int64_t i = 0; i < c->n; i++) *sum = plus(*sum, x[i]);
}

static inline double size_of_number(struct number x) { return fabs(x.re) + fabs(x.im); }

static inline int run_asum(struct call *c) { return pbl_asum(c->dtype, c->n, X(c), c->result); }
static inline void model_asum(const struct call *c, struct number *x, struct number *y, struct number *sum)
{
    (void)y;
    for (int64_t i = 0; i < c->n; i++) sum->re += size_of_number(x[i]);
}

static inline int run_nrm2(struct call *c) { return pbl_nrm2(c->dtype, c->n, X(c), c->result); }
static inline void model_nrm2(const struct call *c, struct number *x, struct number *y, struct number *sum)
{
    (void)y;
    for (int64_t i = 0; i < c->n; i++) sum->re += x[i].re * x[i].re + x[i].im * x[i].im;
    sum->re = is_single(c->dtype) ? (float)sqrt(sum->re) : sqrt(sum->re);
}

static inline int run_iamax(struct call *c)
{
    int64_t index;
    const int status = pbl_iamax(c->dtype, c->n, X(c), &index);
    put(c->dtype, c->result, (struct number){(double)index, 0});
    return status;
}
static inline void model_iamax(const struct call *c, struct number *x, struct number *y, struct number *sum)
{
    int64_t best = 0;
    (void)y;
    for (int64_t i = 1; i < c->n; i++)
        if (size_of_number(x[i]) > size_of_number(x[best])) best = i;
    sum->re = c->n > 0 ? (double)best : -1;
}

static inline int run_iamin(struct call *c)
{
    int64_t index;
    const int status = pbl_iamin(c->dtype, c->n, X(c), &index);
    put(c->dtype, c->result, (struct number){(double)index, 0});
    return status;
}
static inline void model_iamin(const struct call *c, struct number *x, struct number *y, struct number *sum)
{
    int64_t best = 0;
    (void)y;
    for (int64_t i = 1; i < c->n; i++)
        if (size_of_number(x[i]) < size_of_number(x[best])) best = i;
    sum->re = c->n > 0 ? (double)best : -1;
}

/* The same for single precision only. */
static inline int run_dot_double(struct call *c)
{
    double sum;
    if (c->dtype != PBL_S) return run_dot(c);
    const int status = pbl_dot_double(c->n, (const float *)item(PBL_S, &c->x, 0), c->x.inc,
                                      (const float *)item(PBL_S, &c->y, 0), c->y.inc, &sum);
    put(PBL_S, c->result, (struct number){sum, 0});
    return status;
}

static const struct routine routines[] = {{"swap", run_swap, model_swap, true, true},
                                          {"copy", run_copy, model_copy, false, true},
                                          {"scal", run_scal, model_scal, true, false},
                                          {"axpy", run_axpy, model_axpy, false, true},
                                          {"axpby", run_axpby, model_axpby, false, true},
                                          {"rot", run_rot, model_rot, true, true},
                                          {"rotm", run_rotm, model_rotm, true, true},
                                          {"dot", run_dot, model_dot, false, false},
                                          {"dotc", run_dotc, model_dotc, false, false},
                                          {"sum", run_sum, model_sum, false, false},
                                          {"asum", run_asum, model_asum, false, false},
                                          {"nrm2", run_nrm2, model_nrm2, false, false},
                                          {"iamax", run_iamax, model_iamax, false, false},
                                          {"iamin", run_iamin, model_iamin, false, false},
                                          {"dot_double", run_dot_double, model_dot, false, false}};
enum { N_ROUTINES = sizeof routines / sizeof *routines };

#endif
