/* SPDX-License-Identifier: MIT */
/* What the kernels for narrow elements share, whatever the ISA. */
#ifndef PBL_KERNELS_LOW_H
#define PBL_KERNELS_LOW_H

#include "formats.h"
#include "gelu.h"
#include "narrow.h"

#endif
