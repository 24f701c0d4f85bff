/* SPDX-License-Identifier: MIT */
/* The library leaves the floating-point state of the process alone, when it is loaded and when it computes: rounding,
 * and subnormal numbers, which -ffast-math would flush to zero for everybody. */
#include <fenv.h>

#include "gemm.h"

#if defined(__x86_64__) && defined(__linux__)
/* The control bits of MXCSR: rounding, flush to zero, denormals are zero, exception masks. Not the sticky flags. */
enum { CONTROL = 0xffc0, FLUSH = 0x8040, DEFAULT = 0x1f80 };
static unsigned control(void)
{
    fenv_t state;
    fegetenv(&state);
    return state.__mxcsr & CONTROL;
}
static void set_control(unsigned bits)
{
    fenv_t state;
    fegetenv(&state);
    state.__mxcsr = (state.__mxcsr & ~(unsigned)CONTROL) | bits;
    fesetenv(&state);
}
#else
enum { FLUSH = 0, DEFAULT = 0 };
static unsigned control(void) { return 0; }
static void set_control(unsigned bits) { (void)bits; }
#endif

/* The state that a process begins with: this runs after the library's constructors. */
static void as_loaded(void)
{
    volatile double small = 1e-308;
    volatile float small_single = 1e-38f;
    CHECK(small / 16 != 0, "doubles");
    CHECK(small_single / 16 != 0, "floats");
    CHECK(fegetround() == FE_TONEAREST, "%#x", (unsigned)fegetround());
    CHECK(control() == DEFAULT, "MXCSR is %#x", control());
}

static void run(int dtype, int threads)
{
    struct gemm g = new_gemm(dtype, 90, 100, 130, (struct style){'n', 't', ROWS, ROWS, ROWS, 0});
    fill_gemm(&g, real_at);
    pbl_set_num_threads(threads);
    CHECK(call(&g) == PBL_OK, "%s", describe(&g));
    free_gemm(&g);
}

/* In every rounding mode, and with flushing as the caller wants it. */
static void unchanged_by_a_product(int dtype)
{
    static const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    for (int i = 0; i < 8; i++) {
        CHECK(fesetround(modes[i % 4]) == 0, "fesetround(%d)", modes[i % 4]);
        const unsigned before = control() | (i < 4 ? 0 : FLUSH);
        set_control(before);
        run(dtype, i % 2 ? 3 : 1);
        CHECK(fegetround() == modes[i % 4], "on %s", pbl_get_isa());
        CHECK(control() == before, "MXCSR is %#x, was %#x", control(), before);
        set_control(DEFAULT);
        CHECK(fesetround(FE_TONEAREST) == 0, "fesetround");
    }
}

/* Subnormal products are there, whichever thread computes them. */
static void subnormals_survive(int dtype, int threads)
{
    const double small = is_single(dtype) ? 0x1p-126 : 0x1p-1022;
    struct gemm g = new_gemm(dtype, 90, 100, 130, (struct style){'n', 't', ROWS, ROWS, ROWS, 0});
    for (int i = 0; i < 90; i++)
        for (int p = 0; p < 130; p++) write_element(dtype, &g.a, i, p, (struct number){p ? 0 : small, 0});
    for (int p = 0; p < 130; p++)
        for (int j = 0; j < 100; j++) write_element(dtype, &g.b, p, j, (struct number){0.0625, 0});
    pbl_set_num_threads(threads);
    CHECK(call(&g) == PBL_OK, "%s", describe(&g));
    for (int i = 0; i < 90; i++)
        for (int j = 0; j < 100; j++) check_element(&g, i, j, (struct number){small / 16, 0});
    free_gemm(&g);
}

int main(void)
{
    as_loaded();
    for (int isa = 0; use_isa(isa); isa++)
        for (int dtype = 0; dtype < N_DTYPES; dtype++) {
            unchanged_by_a_product(dtype);
            subnormals_survive(dtype, 1);
            subnormals_survive(dtype, 3);
        }
    return 0;
}
