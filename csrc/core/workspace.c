/* SPDX-License-Identifier: MIT */
/* One buffer a thread, so that concurrent callers neither wait for each other nor share anything. */
#define _GNU_SOURCE
#include "workspace.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "../include/pyblaslite.h"

struct buffer {
    void *p;
    size_t bytes;
};

static _Thread_local struct buffer mine;
static pthread_key_t at_thread_end;
static _Atomic int failing; /* see pbl_test_fail_allocation */

static void free_buffer(void *buffer)
{
    struct buffer *b = buffer;
    free(b->p);
    *b = (struct buffer){NULL, 0};
}

__attribute__((constructor)) static void make_key(void) { pthread_key_create(&at_thread_end, free_buffer); }

void pbl_test_fail_allocation(int n) { failing = n; }
void pbl_release_workspace(void) { free_buffer(&mine); }

static bool fails_now(void) { return failing > 0 && atomic_fetch_sub(&failing, 1) == 1; }

/* Huge pages spare the translation of an address for every 4 KiB of a panel; aligned to their size, a buffer
 * that is smaller than one still has a page of its own. */
void *pbl_allocate(size_t bytes)
{
    enum { PAGE = 4096, HUGE = 2 << 20 };
    size_t align = bytes >= HUGE ? HUGE : PAGE;
    bytes = (bytes + align - 1) / align * align;
    void *p = fails_now() ? NULL : aligned_alloc(align, bytes);
#ifdef MADV_HUGEPAGE
    if (p && align == HUGE) madvise(p, bytes, MADV_HUGEPAGE);
#endif
    return p;
}

void *pbl_allocate_handle(size_t bytes) { return fails_now() ? NULL : malloc(bytes); }

void *pbl_workspace(size_t bytes)
{
    if (bytes <= mine.bytes) return mine.p;
    free_buffer(&mine);
    mine.p = pbl_allocate(bytes);
    if (!mine.p) return NULL;
    mine.bytes = bytes;
    pthread_setspecific(at_thread_end, &mine);
    return mine.p;
}
