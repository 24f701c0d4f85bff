/* SPDX-License-Identifier: MIT */
/* How many threads a call may use, and running it on them. The only place that knows OpenMP. */
#ifndef PBL_CORE_THREADS_H
#define PBL_CORE_THREADS_H

#include "types.h"

/* The threads that a team started here and now would be given: 1 inside a parallel region of the program's own, and in
 * a child forked there, in which the runtime would hang. */
int pbl_threads_available(void);

/* Runs work(arg) on n threads at once, the caller among them; the runtime may grant fewer. */
void pbl_run_team(int n, void (*work)(void *arg), void *arg);

/* Which of the team's threads this is, from 0 on. */
int pbl_thread_number(void);

/* All threads of the team wait for each other. */
void pbl_team_barrier(void);

#endif
