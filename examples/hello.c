/* SPDX-License-Identifier: MIT */
/* A product from C: cc hello.c -lpyblaslite */
#include <pyblaslite/cblas.h>
#include <stdio.h>

int main(void)
{
    const double a[] = {1, 2, 3, 4, 5, 6}; /* 2 x 3 */
    const double b[] = {1, 0, 0, 1, 1, 1}; /* 3 x 2 */
    double c[4];
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 2, 2, 3, 1.0, a, 3, b, 2, 0.0, c, 2);
    printf("%g %g\n%g %g\n", c[0], c[1], c[2], c[3]);
    return !(c[0] == 4 && c[1] == 5 && c[2] == 10 && c[3] == 11);
}
