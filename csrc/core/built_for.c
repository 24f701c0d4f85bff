/* SPDX-License-Identifier: MIT */
/* What the compiler was told to make code for. Compiled like the library outside its kernels (-march=native, or what
 * PYBLASLITE_MARCH says), but holds only data, so that any CPU may read it. */
#include "cpu.h"

/* A macro that is defined as 1 spells "1"; one that is not spells its own name. */
#define SPELL_(x) #x
#define SPELL(x) SPELL_(x)
#define IS_DEFINED(macro) (sizeof SPELL(macro) == sizeof "1")

const unsigned char pbl_built_for[N_CPU_FEATURES] = {
#define NEEDED(macro, name, ...) [CPU_##name] = IS_DEFINED(macro),
    CPU_FEATURES(NEEDED)
#undef NEEDED
};
