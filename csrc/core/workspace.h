/* SPDX-License-Identifier: MIT */
/* Memory to pack into. */
#ifndef PBL_CORE_WORKSPACE_H
#define PBL_CORE_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>

/* At least `bytes` bytes, aligned to a page, that belong to the calling thread until its next call; NULL if they cannot
 * be had. The memory is kept for the thread's next product and freed when the thread ends. */
void *pbl_workspace(size_t bytes);

/* Whether there are so many, kept for products that want no more: for those who multiply more than once and must leave
 * their output untouched if there is no memory. */
static inline bool pbl_reserve(size_t bytes) { return bytes == 0 || pbl_workspace(bytes) != NULL; }

/* Memory to be freed by free(): aligned to a page, on huge pages if it is large; or NULL. */
void *pbl_allocate(size_t bytes);

/* malloc, which pbl_test_fail_allocation can make fail too: for handles. */
void *pbl_allocate_handle(size_t bytes);

#endif
