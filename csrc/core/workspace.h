/* SPDX-License-Identifier: MIT */
/* Memory to pack into. */
#ifndef PBL_CORE_WORKSPACE_H
#define PBL_CORE_WORKSPACE_H

#include <stddef.h>

/* At least `bytes` bytes, aligned to a page, that belong to the calling thread until its next call; NULL if they cannot
 * be had. The memory is kept for the thread's next product and freed when the thread ends. */
void *pbl_workspace(size_t bytes);

/* Memory to be freed by free(): aligned to a page, on huge pages if it is large; or NULL. */
void *pbl_allocate(size_t bytes);

/* malloc, which pbl_test_fail_allocation can make fail too: for handles. */
void *pbl_allocate_handle(size_t bytes);

#endif
