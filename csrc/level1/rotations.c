/* SPDX-License-Identifier: MIT */
/* Plane rotations from the two numbers of which they make one and zero. Computed in double for single precision too,
 * and scaled by powers of two, so that nothing overflows or underflows on the way. */
#include <math.h>

#include "../core/number.h"

/* x = 2^exponent times a number between 1/2 and 1; 0 and what is not finite: 2^0. */
static int exponent_of(double x)
{
    int exponent = 0;
    frexp(x, &exponent);
    return isfinite(x) ? exponent : 0;
}

/* c = a / r, s = b / r, r = +- sqrt(a^2 + b^2) with the sign of the larger; z tells both.
 * Source: Lawson, Hanson, Kincaid, Krogh, Basic linear algebra subprograms for Fortran usage, ACM TOMS 5(3), 1979. */
static void real_rotation(double *a, double *b, double *c, double *s)
{
    const bool a_larger = fabs(*a) > fabs(*b);
    const int e = exponent_of(a_larger ? *a : *b);
    const double x = ldexp(*a, -e), y = ldexp(*b, -e), r = copysign(sqrt(x * x + y * y), a_larger ? x : y);
    *c = *b == 0 ? 1 : x / r, *s = *b == 0 ? 0 : y / r;
    if (*b != 0) *a = ldexp(r, e);
    *b = a_larger || *b == 0 ? *s : *c != 0 ? 1 / *c : 1;
}

struct direction {
    double re, im, size; /* of length 1; the length it had, divided by 2^exponent */
    int exponent;
};

static struct direction direction_of(double re, double im)
{
    const int e = exponent_of(fmax(fabs(re), fabs(im)));
    const double x = ldexp(re, -e), y = ldexp(im, -e), size = sqrt(x * x + y * y);
    if (size == 0) return (struct direction){1, 0, 0, -9999};
    return (struct direction){x / size, y / size, size, e};
}

/* c = |a| / h, s = (a / |a|) conj(b) / h, a = (a / |a|) h with h = sqrt(|a|^2 + |b|^2).
 * Source: Anderson, Algorithm 978: Safe scaling in the level 1 BLAS, ACM TOMS 44(1), 2017. */
static void complex_rotation(double *a, const double *b, double *c, double *s)
{
    const struct direction f = direction_of(a[0], a[1]), g = direction_of(b[0], b[1]);
    *c = 1, s[0] = s[1] = 0;
    if (g.size == 0) return;
    const int e = f.exponent > g.exponent ? f.exponent : g.exponent;
    const double x = ldexp(f.size, f.exponent - e), y = ldexp(g.size, g.exponent - e), h = sqrt(x * x + y * y);
    *c = x / h;
    s[0] = (f.re * g.re + f.im * g.im) * (y / h), s[1] = (f.im * g.re - f.re * g.im) * (y / h);
    a[0] = ldexp(f.re * h, e), a[1] = ldexp(f.im * h, e);
}

int pbl_rotg(int dtype, void *a, void *b, void *c, void *s)
{
    if (dtype < 0 || dtype >= N_BLAS_DTYPES) return PBL_BAD_ARGUMENT;
    const dim parts = parts_of(dtype);
    double f[2], g[2], cosine, sine[2];
    for (dim i = 0; i < parts; i++) f[i] = real_at(dtype, a, i), g[i] = real_at(dtype, b, i);
    if (parts == 2) complex_rotation(f, g, &cosine, sine);
    else real_rotation(f, g, &cosine, sine);
    put_real(dtype, c, 0, cosine);
    for (dim i = 0; i < parts; i++) put_real(dtype, a, i, f[i]), put_real(dtype, s, i, sine[i]);
    if (parts == 1) put_real(dtype, b, 0, g[0]);
    return PBL_OK;
}

/* A modified rotation: H = (h11 h12; h21 h22), and what `flag` says of it: -2 the identity, -1 all four, 0 the
 * diagonal is 1, 1 the other diagonal is 1 and -1. */
struct modified {
    double flag, h11, h21, h12, h22;
};

/* All four are to count. */
static void spell_out(struct modified *m)
{
    if (m->flag == 0) m->h11 = m->h22 = 1;
    if (m->flag == 1) m->h12 = 1, m->h21 = -1;
    m->flag = -1;
}

/* Keeps a weight between 2^-24 and 2^24, at the expense of the row of H and the x that belong to it. */
static void rescale(struct modified *m, double *d, double *x, double *h1, double *h2)
{
    while (*d != 0 && isfinite(*d) && (fabs(*d) <= 0x1p-24 || fabs(*d) >= 0x1p24)) {
        const double by = fabs(*d) <= 0x1p-24 ? 0x1p-12 : 0x1p12;
        spell_out(m);
        *d /= by * by, *x *= by, *h1 *= by, *h2 *= by;
    }
}

/* Source: as real_rotation. */
static struct modified modified_rotation(double *d1, double *d2, double *x1, double y1)
{
    const double p1 = *d1 * *x1, p2 = *d2 * y1, q1 = p1 * *x1, q2 = p2 * y1;
    struct modified m = {-1, 0, 0, 0, 0};
    double u = 0, none = 0;
    if (*d1 >= 0 && p2 == 0) return (struct modified){-2, 0, 0, 0, 0};
    if (*d1 >= 0 && fabs(q1) > fabs(q2)) {
        m.flag = 0, m.h21 = -y1 / *x1, m.h12 = p2 / p1;
        u = 1 - m.h12 * m.h21;
        if (u > 0) *d1 /= u, *d2 /= u, *x1 *= u;
    } else if (*d1 >= 0 && q2 >= 0) {
        m.flag = 1, m.h11 = p1 / p2, m.h22 = *x1 / y1;
        u = 1 + m.h11 * m.h22;
        const double d = *d1;
        *d1 = *d2 / u, *d2 = d / u, *x1 = y1 * u;
    }
    if (u <= 0) { /* no such rotation */
        *d1 = *d2 = *x1 = 0;
        return (struct modified){-1, 0, 0, 0, 0};
    }
    rescale(&m, d1, x1, &m.h11, &m.h12);
    rescale(&m, d2, &none, &m.h21, &m.h22);
    return m;
}

int pbl_rotmg(int dtype, void *d1, void *d2, void *x1, const void *y1, void *param)
{
    if (dtype != PBL_S && dtype != PBL_D) return PBL_BAD_ARGUMENT;
    double d[2] = {real_at(dtype, d1, 0), real_at(dtype, d2, 0)}, x = real_at(dtype, x1, 0);
    const struct modified m = modified_rotation(&d[0], &d[1], &x, real_at(dtype, y1, 0));
    put_real(dtype, param, 0, m.flag);
    if (m.flag < 0 && m.flag != -2) put_real(dtype, param, 1, m.h11), put_real(dtype, param, 4, m.h22);
    if (m.flag == 1) put_real(dtype, param, 1, m.h11), put_real(dtype, param, 4, m.h22);
    if (m.flag <= 0 && m.flag != -2) put_real(dtype, param, 2, m.h21), put_real(dtype, param, 3, m.h12);
    if (m.flag == -2) return PBL_OK;
    put_real(dtype, d1, 0, d[0]), put_real(dtype, d2, 0, d[1]), put_real(dtype, x1, 0, x);
    return PBL_OK;
}
