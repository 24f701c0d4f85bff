/* SPDX-License-Identifier: MIT */
/* The choice of kernels. Compiled for the baseline: it runs before anything else may. */
#include "dispatch.h"

#include <stdlib.h>
#include <string.h>

#include "cpu.h"

static bool can_run_scalar(void) { return true; }
#if defined(__x86_64__)
static bool can_run_avx2(void) { return pbl_cpu_has(CPU_avx2) && pbl_cpu_has(CPU_fma); }
static bool has_narrow_products(void)
{
    return pbl_cpu_has(CPU_avx512bw) && pbl_cpu_has(CPU_avx512dq) && pbl_cpu_has(CPU_avx512vnni) &&
           pbl_cpu_has(CPU_avx512bf16);
}
static bool can_run_avx512(void) { return can_run_avx2() && pbl_cpu_has(CPU_avx512f) && pbl_cpu_has(CPU_avx512vl); }
static bool can_run_amx(void)
{
    return can_run_avx512() && has_narrow_products() && pbl_cpu_has(CPU_amx_tile) && pbl_cpu_has(CPU_amx_bf16) &&
           pbl_cpu_has(CPU_amx_int8);
}
#endif

struct isa {
    const char *name;
    bool (*can_run)(void);
    const struct kernels *const *kernels;
};

static const struct isa isas[] = {
#define ROW(isa) {#isa, can_run_##isa, pbl_kernels_##isa},
    ISAS(ROW)
#undef ROW
};
enum { N_ISAS = sizeof isas / sizeof isas[0] };

_Atomic(const struct kernels *const *) pbl_tables;
bool pbl_short_vectors;
static bool l2_is_large;
static bool low_by_avx2;     /* a CPU with AVX-512 but without its products of narrow elements */
static const char *rejected; /* what PYBLASLITE_ISA named in vain */

static const struct isa *find_isa(const char *name)
{
    for (int i = 0; i < N_ISAS; i++)
        if (strcmp(isas[i].name, name) == 0 && isas[i].can_run()) return &isas[i];
    return NULL;
}

__attribute__((constructor)) static void choose_isa(void)
{
    if (pbl_cpu_lacks_feature()) return;
    for (int i = 0; i < N_ISAS; i++)
        if (isas[i].can_run()) pbl_tables = isas[i].kernels;
#if defined(__x86_64__)
    pbl_short_vectors = pbl_cpu_halves_512();
    l2_is_large = pbl_cpu_l2_bytes() >= 2 << 20;
#ifdef PBL_TINY_BLOCKS /* the tests of both kinds of CPU on one */
    pbl_short_vectors = !pbl_short_vectors;
#endif
    low_by_avx2 = !has_narrow_products();
#endif

    const char *asked = getenv("PYBLASLITE_ISA");
    if (!asked || !*asked) return;
    const struct isa *found = find_isa(asked);
    if (found) pbl_tables = found->kernels;
    else rejected = asked;
}

#if defined(__x86_64__)
/* Asked for with the first product that would use it: it makes the frames of the process's signals larger. */
static bool may_use_amx(void)
{
    static _Atomic int answer; /* 0: not asked yet */
    if (!answer) answer = pbl_cpu_enable_amx() ? 1 : -1;
    return answer == 1;
}
#endif

const struct kernels *pbl_low_kernels(int dtype)
{
    const struct kernels *const *tables = pbl_tables;
#if defined(__x86_64__) /* AVX-512 and AMX are extensions that some CPUs have in part */
    if (tables == pbl_kernels_amx && !may_use_amx()) return pbl_kernels_avx512[dtype];
    if (tables == pbl_kernels_avx512 && low_by_avx2) return pbl_kernels_avx2[dtype];
#endif
    return tables[dtype];
}

bool pbl_l2_is_large(void) { return l2_is_large; }

const char *pbl_get_isa(void)
{
    const struct kernels *const *tables = pbl_tables;
    for (int i = 0; i < N_ISAS; i++)
        if (isas[i].kernels == tables) return isas[i].name;
    return "none";
}

const char *pbl_isa_of(const struct kernels *kernels)
{
    for (int i = 0; i < N_ISAS; i++)
        for (int dtype = 0; dtype < N_DTYPES; dtype++)
            if (isas[i].kernels[dtype] == kernels || isas[i].kernels[dtype]->narrow == kernels) return isas[i].name;
    return "none";
}

int pbl_set_isa(const char *name)
{
    if (pbl_cpu_lacks_feature()) return PBL_BAD_CPU;
    const struct isa *isa = name ? find_isa(name) : NULL;
    if (!isa) return PBL_BAD_ARGUMENT;
    pbl_tables = isa->kernels;
    return PBL_OK;
}

const char *pbl_isa_name(int n)
{
    for (int i = 0; i < N_ISAS; i++)
        if (isas[i].can_run() && n-- == 0) return isas[i].name;
    return NULL;
}

const char *pbl_isa_rejected(void) { return rejected; }
const char *pbl_cpu_lacks(void) { return pbl_cpu_lacks_feature(); }
