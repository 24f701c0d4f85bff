/* SPDX-License-Identifier: MIT */
#ifndef PYBLASLITE_H
#define PYBLASLITE_H

#include <stddef.h>
#include <stdint.h>

#if defined(PBL_BUILDING) && defined(__GNUC__)
#pragma GCC visibility push(default)
#endif
#ifdef __cplusplus
extern "C" {
#endif

#include "api.h"

#ifdef __cplusplus
}
#endif
#if defined(PBL_BUILDING) && defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
