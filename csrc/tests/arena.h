/* SPDX-License-Identifier: MIT */
/* Memory that ends where nobody may read or write. */
#ifndef PBL_TESTS_ARENA_H
#define PBL_TESTS_ARENA_H

#include <sys/mman.h>

#include "check.h"

/* Memory between two pages that nobody may touch. */
struct arena {
    char *begin, *end;
};

static inline struct arena new_arena(size_t bytes)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    bytes = (bytes + page - 1) / page * page;
    char *p = mmap(NULL, bytes + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(p != MAP_FAILED, "mmap of %zu bytes", bytes);
    CHECK(mprotect(p + page, bytes, PROT_READ | PROT_WRITE) == 0, "mprotect");
    return (struct arena){p + page, p + page + bytes};
}

static inline void protect(struct arena a, int how)
{ CHECK(mprotect(a.begin, (size_t)(a.end - a.begin), how) == 0, "mprotect"); }

#endif
