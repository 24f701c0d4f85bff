/* SPDX-License-Identifier: MIT */
/* What this CPU can do. Compiled for the baseline: it runs before anything else may. */
#include "cpu.h"

#include <stddef.h>

#if defined(__x86_64__)
#include <cpuid.h>
#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>
#endif

static const struct {
    unsigned leaf, subleaf, reg, bit, state;
    const char *name;
} features[] = {
#define ROW(macro, name, leaf, subleaf, reg, bit, state) {leaf, subleaf, reg, bit, state, #name},
    CPU_FEATURES(ROW)
#undef ROW
};

/* XCR0: the register state that the operating system saves on a context switch. Without OSXSAVE there is only SSE's. */
static unsigned saved_state(void)
{
    unsigned eax, ebx, ecx, edx;
    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & bit_OSXSAVE)) return SSE_STATE;
    /* volatile: the compiler must not move it before the question whether there is such an instruction */
    __asm__ volatile("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
    return eax;
}

bool pbl_cpu_has(enum cpu_feature f)
{
    unsigned reg[4];
    if (!__get_cpuid_count(features[f].leaf, features[f].subleaf, &reg[EAX], &reg[EBX], &reg[ECX], &reg[EDX]))
        return false;
    if (!(reg[features[f].reg] >> features[f].bit & 1)) return false;
    return (saved_state() & features[f].state) == features[f].state;
}

bool pbl_cpu_halves_512(void)
{
    unsigned eax, ebx, ecx, edx;
    if (!__get_cpuid(0, &eax, &ebx, &ecx, &edx) || ebx != signature_AMD_ebx) return false;
    return __get_cpuid(1, &eax, &ebx, &ecx, &edx) && (eax >> 8 & 0xf) + (eax >> 20 & 0xff) == 0x19;
}

/* Source: the Linux kernel's documentation, "Using XSTATE features in user space applications". */
bool pbl_cpu_enable_amx(void)
{
#ifdef __linux__
    enum { ARCH_REQ_XCOMP_PERM = 0x1023, TILE_DATA = 18 };
    return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, TILE_DATA) == 0;
#else
    return false;
#endif
}

/* AMD's leaf has the layout of Intel's. Source: the manuals of both, CPUID, "cache parameters". */
long pbl_cpu_l2_bytes(void)
{
    unsigned eax, ebx, ecx, edx;
    const unsigned leaf = __get_cpuid(0, &eax, &ebx, &ecx, &edx) && ebx == signature_AMD_ebx ? 0x8000001d : 4;
    for (unsigned i = 0; __get_cpuid_count(leaf, i, &eax, &ebx, &ecx, &edx) && (eax & 0x1f); i++)
        if ((eax >> 5 & 7) == 2)
            return ((ebx & 0xfff) + 1L) * ((ebx >> 12 & 0x3ff) + 1L) * ((ebx >> 22) + 1L) * (ecx + 1L);
    return 0;
}

const char *pbl_cpu_lacks_feature(void)
{
    for (int f = 0; f < N_CPU_FEATURES; f++)
        if (pbl_built_for[f] && !pbl_cpu_has((enum cpu_feature)f)) return features[f].name;
    return NULL;
}

#else /* not x86-64: nothing beyond the architecture's baseline is used */

bool pbl_cpu_has(enum cpu_feature f)
{
    (void)f;
    return false;
}

bool pbl_cpu_halves_512(void) { return false; }
long pbl_cpu_l2_bytes(void) { return 0; }
bool pbl_cpu_enable_amx(void) { return false; }
const char *pbl_cpu_lacks_feature(void) { return NULL; }

#endif
