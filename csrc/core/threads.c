/* SPDX-License-Identifier: MIT */
/* The number of threads. Compiled for the baseline. */
#define _GNU_SOURCE
#include "threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "../include/pyblaslite.h"

static _Atomic int process_limit;      /* 0: the default */
static _Thread_local int thread_limit; /* 0: none */

/* Ceiling of quota / period in the file cpu.max of a cgroup (version 2), or a large number if there is no quota. */
static int quota_of(const char *directory)
{
    char path[4200];
    long quota, period;
    int cpus = 1 << 20;
    snprintf(path, sizeof path, "%s/cpu.max", directory);
    FILE *f = fopen(path, "r");
    if (!f) return cpus;
    if (fscanf(f, "%ld %ld", &quota, &period) == 2 && quota > 0 && period > 0)
        cpus = (int)((quota + period - 1) / period);
    fclose(f);
    return cpus;
}

/* The quota that binds this process: the least of its cgroup's and those above it.
 * PYBLASLITE_CGROUP_ROOT names another mount point than /sys/fs/cgroup. */
static int cgroup_cpus(void)
{
    const char *root = getenv("PYBLASLITE_CGROUP_ROOT");
    if (!root) root = "/sys/fs/cgroup";
    char line[2048], path[4096];
    int cpus = quota_of(root);
    FILE *f = fopen("/proc/self/cgroup", "r");
    if (!f) return cpus;
    while (fgets(line, sizeof line, f)) {
        if (strncmp(line, "0::/", 4) != 0) continue;
        line[strcspn(line, "\n")] = 0;
        snprintf(path, sizeof path, "%s%s", root, line + 3);
        while (strlen(path) > strlen(root)) {
            cpus = (int)min_dim(cpus, quota_of(path));
            *strrchr(path, '/') = 0;
        }
    }
    fclose(f);
    return cpus;
}

static int affinity_cpus(void)
{
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
    return (int)max_dim(1, sysconf(_SC_NPROCESSORS_ONLN));
}

/* What the process begins with, and a bound on teams: more threads than CPUs are of little use, and a runtime that
 * cannot start as many as it is asked for ends the process. */
static int default_threads, most_threads;

static void look_around(void)
{
    dim n = min_dim(affinity_cpus(), cgroup_cpus());
    const char *env = getenv("OMP_NUM_THREADS");
    int asked = env ? atoi(env) : 0;
    if (asked > 0) n = min_dim(asked, n);
    default_threads = (int)max_dim(1, n);
    most_threads = (int)max_dim(16, 2 * sysconf(_SC_NPROCESSORS_ONLN));
}

static void look_around_once(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, look_around);
}

int pbl_get_process_threads(void)
{
    look_around_once();
    return process_limit ? process_limit : default_threads;
}

int pbl_get_num_threads(void) { return thread_limit ? thread_limit : pbl_get_process_threads(); }

void pbl_set_num_threads(int n) { process_limit = n > 0 ? n : 0; }
int pbl_get_thread_limit(void) { return thread_limit; }
void pbl_set_thread_limit(int n) { thread_limit = n > 0 ? n : 0; }

#ifdef _OPENMP

const char *pbl_threading(void) { return "openmp"; }

/* libgomp's threads do not survive a fork, and the child would wait for them for ever: so they end before, whosever
 * work they did, and start again when they are wanted. Inside a parallel region they cannot. */
static _Atomic bool in_region, forked_in_region;

static void before_fork(void)
{
    in_region = omp_get_level() > 0;
    if (!in_region) omp_pause_resource_all(omp_pause_soft);
}

static void in_child(void)
{
    if (in_region) forked_in_region = true;
}

__attribute__((constructor)) static void watch_forks(void) { pthread_atfork(before_fork, NULL, in_child); }

int pbl_threads_available(void)
{
    if (forked_in_region || omp_in_parallel()) return 1;
    look_around_once();
    return (int)min_dim(pbl_get_num_threads(), most_threads);
}

void pbl_run_team(int n, void (*work)(void *arg), void *arg)
{
#pragma omp parallel num_threads(n)
    work(arg);
}

int pbl_thread_number(void) { return omp_get_thread_num(); }

void pbl_team_barrier(void)
{
#pragma omp barrier
}

#else

const char *pbl_threading(void) { return "none"; }
int pbl_threads_available(void) { return 1; }

void pbl_run_team(int n, void (*work)(void *arg), void *arg)
{
    (void)n;
    work(arg);
}

int pbl_thread_number(void) { return 0; }
void pbl_team_barrier(void) {}

#endif
