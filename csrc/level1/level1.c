/* SPDX-License-Identifier: MIT */
/* The entries as functions. */
#define ENTRY(name) int pbl_##name
#include "index.h"
#include "sums.h"
#include "vectors.h"
