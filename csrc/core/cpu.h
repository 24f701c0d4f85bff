/* SPDX-License-Identifier: MIT */
/* The instruction set extensions of x86-64 that matter to us, and whether CPU and operating system have them. */
#ifndef PBL_CORE_CPU_H
#define PBL_CORE_CPU_H

#include <stdbool.h>

enum cpuid_register { EAX, EBX, ECX, EDX };

/* The compiler's macro (defined as 1 if code is being made for it), the name users know, the CPUID leaf, subleaf,
 * register and bit, and the register state that the operating system must save for it (bits of XCR0). Source: Intel 64
 * Architectures Software Developer's Manual, volume 2, CPUID, and volume 1, chapter 13. */
#define SSE_STATE 0x2
#define AVX_STATE 0x6
#define AVX512_STATE 0xe6
#define AMX_STATE 0x600e6
#define CPU_FEATURES(X)                                                  \
    X(__SSE3__, sse3, 1, 0, ECX, 0, SSE_STATE)                           \
    X(__SSSE3__, ssse3, 1, 0, ECX, 9, SSE_STATE)                         \
    X(__SSE4_1__, sse4_1, 1, 0, ECX, 19, SSE_STATE)                      \
    X(__SSE4_2__, sse4_2, 1, 0, ECX, 20, SSE_STATE)                      \
    X(__MOVBE__, movbe, 1, 0, ECX, 22, SSE_STATE)                        \
    X(__POPCNT__, popcnt, 1, 0, ECX, 23, SSE_STATE)                      \
    X(__LZCNT__, lzcnt, 0x80000001, 0, ECX, 5, SSE_STATE)                \
    X(__SSE4A__, sse4a, 0x80000001, 0, ECX, 6, SSE_STATE)                \
    X(__AVX__, avx, 1, 0, ECX, 28, AVX_STATE)                            \
    X(__F16C__, f16c, 1, 0, ECX, 29, AVX_STATE)                          \
    X(__FMA__, fma, 1, 0, ECX, 12, AVX_STATE)                            \
    X(__BMI__, bmi, 7, 0, EBX, 3, SSE_STATE)                             \
    X(__AVX2__, avx2, 7, 0, EBX, 5, AVX_STATE)                           \
    X(__BMI2__, bmi2, 7, 0, EBX, 8, SSE_STATE)                           \
    X(__ADX__, adx, 7, 0, EBX, 19, SSE_STATE)                            \
    X(__AVX512F__, avx512f, 7, 0, EBX, 16, AVX512_STATE)                 \
    X(__AVX512DQ__, avx512dq, 7, 0, EBX, 17, AVX512_STATE)               \
    X(__AVX512IFMA__, avx512ifma, 7, 0, EBX, 21, AVX512_STATE)           \
    X(__AVX512CD__, avx512cd, 7, 0, EBX, 28, AVX512_STATE)               \
    X(__AVX512BW__, avx512bw, 7, 0, EBX, 30, AVX512_STATE)               \
    X(__AVX512VL__, avx512vl, 7, 0, EBX, 31, AVX512_STATE)               \
    X(__AVX512VBMI__, avx512vbmi, 7, 0, ECX, 1, AVX512_STATE)            \
    X(__AVX512VBMI2__, avx512vbmi2, 7, 0, ECX, 6, AVX512_STATE)          \
    X(__GFNI__, gfni, 7, 0, ECX, 8, SSE_STATE)                           \
    X(__VAES__, vaes, 7, 0, ECX, 9, AVX_STATE)                           \
    X(__VPCLMULQDQ__, vpclmulqdq, 7, 0, ECX, 10, AVX_STATE)              \
    X(__AVX512VNNI__, avx512vnni, 7, 0, ECX, 11, AVX512_STATE)           \
    X(__AVX512BITALG__, avx512bitalg, 7, 0, ECX, 12, AVX512_STATE)       \
    X(__AVX512VPOPCNTDQ__, avx512vpopcntdq, 7, 0, ECX, 14, AVX512_STATE) \
    X(__AVX512FP16__, avx512fp16, 7, 0, EDX, 23, AVX512_STATE)           \
    X(__AMX_BF16__, amx_bf16, 7, 0, EDX, 22, AMX_STATE)                  \
    X(__AMX_TILE__, amx_tile, 7, 0, EDX, 24, AMX_STATE)                  \
    X(__AMX_INT8__, amx_int8, 7, 0, EDX, 25, AMX_STATE)                  \
    X(__AVXVNNI__, avxvnni, 7, 1, EAX, 4, AVX_STATE)                     \
    X(__AVX512BF16__, avx512bf16, 7, 1, EAX, 5, AVX512_STATE)

enum cpu_feature {
#define INDEX(macro, name, ...) CPU_##name,
    CPU_FEATURES(INDEX)
#undef INDEX
        N_CPU_FEATURES
};

/* The extensions the library outside its kernels was compiled for: 1 for each that it may use. */
extern const unsigned char pbl_built_for[N_CPU_FEATURES];

bool pbl_cpu_has(enum cpu_feature feature);

/* Whether instructions of 512 bits take twice as long as those of 256: AMD's family 19h (Zen 4). */
bool pbl_cpu_halves_512(void);

/* The size of a core's second cache in bytes; 0 if the CPU does not say. */
long pbl_cpu_l2_bytes(void);

/* Asks the operating system for AMX's registers, which it gives only to a process that does: whether it did. */
bool pbl_cpu_enable_amx(void);

/* The name of the first extension that the build needs and the CPU lacks; NULL if there is none. */
const char *pbl_cpu_lacks_feature(void);

#endif
