/* SPDX-License-Identifier: MIT */
/* PATH_VECTOR: C is a single row, y^T = alpha x^T B + beta y^T, and so gemv's: its loops, and its bits. */
#include <stdatomic.h>

#include "../include/pyblaslite.h"
#include "../level2/matvec.h"
#include "product.h"

static _Atomic int batch_invariant;

int pbl_get_batch_invariant(void) { return atomic_load_explicit(&batch_invariant, memory_order_relaxed); }
void pbl_set_batch_invariant(int on) { batch_invariant = on != 0; }

static struct setting setting_for(const struct product *x, const struct kernels *kernels)
{ return (struct setting){.dtype = x->dtype, .size = size_of(x->dtype), .kernels = kernels}; }

static struct matvec matvec_of(const struct route *r, const struct setting *s)
{
    const struct product *x = &r->x;
    return (struct matvec){.setting = s,
                           .m = x->n,
                           .n = x->k,
                           .a = transposed(x->b),
                           .conj_x = x->a.conj,
                           .alpha = x->alpha,
                           .beta = x->beta,
                           .threads = (int)r->threads};
}

dim pbl_vector_threads(const struct product *x)
{
    const struct setting s = setting_for(x, NULL);
    return pbl_matvec_threads(&s, x->n, x->k);
}

size_t pbl_vector_bytes(const struct route *r)
{
    const struct setting s = setting_for(&r->x, r->kernels);
    const struct matvec v = matvec_of(r, &s);
    return pbl_matvec_bytes(&v, r->x.a.cs, r->x.c.cs);
}

void pbl_multiply_vector(const struct route *r, char *memory)
{
    struct setting s = setting_for(&r->x, r->kernels);
    struct matvec v = matvec_of(r, &s);
    s.room = memory;
    pbl_matvec_strided(&v, &s, r->x.a.p, r->x.a.cs, r->x.c.p, r->x.c.cs);
}
