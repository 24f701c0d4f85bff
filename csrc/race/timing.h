/* SPDX-License-Identifier: MIT */
/* How long things take, and what the machine can do. */
#ifndef PBL_RACE_TIMING_H
#define PBL_RACE_TIMING_H

#include "work.h"

extern double sample; /* seconds that a sample lasts at least */

/* All of the work, once. */
void run(struct work *x);
double time_runs(struct work *x, long repeats);
/* Seconds of all of the work, which ran once before and took `first`. */
double take_sample(struct work *x, double first);
/* Bytes per second read from an array; 0: out of memory. */
double read_bandwidth(long bytes);

#endif
