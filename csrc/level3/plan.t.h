#include <stdlib.h>
static dim envi(const char *n, dim d) { char *e = getenv(n); return e ? atol(e) : d; }

static bool make_plan(struct task *t, const struct product *given)
{
    struct product x = *given;
    if (x.c.cs != 1 && x.c.rs == 1) {
        x.m = given->n, x.n = given->m;
        x.a = transposed(given->b), x.b = transposed(given->a), x.c = transposed(given->c);
    }
    const struct kernels *kn = pbl_kernels(x.dtype);
    *t = (struct task){.x = x, .kernels = kn, .size = size_of(x.dtype)};
    dim blocks = ceil_div(x.k, kc_of[x.dtype]);
    t->kc = ceil_div(ceil_div(x.k, blocks), KC_ROUND) * KC_ROUND;
    t->k_blocks = ceil_div(x.k, t->kc);
    dim k = min_dim(t->kc, x.k);
    t->pack_a = envi("PA", 1);
    t->pack_b = envi("PB", 1) || x.b.cs != 1;
    t->threads = (dim)((double)x.m * x.n * x.k * 2 * t->size / 4 / 4e5);
    t->threads = t->threads < 2 ? 1 : min_dim(t->threads, pbl_threads_available());
    t->rows = split_evenly(x.m, kn->mr);
    t->columns = split_evenly(ceil_div(x.n, kn->vlen), kn->nv);
    dim panel_bytes = kn->nv * kn->vlen * k * t->size, tile_bytes = kn->lda * k * t->size;
    t->blocks = split_evenly(t->columns.parts, t->pack_b ? max_dim(1, envi("BB", B_BLOCK_BYTES) / panel_bytes) : t->columns.parts);
    t->groups = split_evenly(t->rows.parts, max_dim(1, envi("AB", A_BLOCK_BYTES) / tile_bytes));
    dim panels = t->blocks.size + (t->blocks.longer > 0);
    t->panels_per_job = panels;
    if (t->threads > 1) {
      dim across = ceil_div(4 * t->threads, t->groups.parts);
      t->panels_per_job = max_dim(1, panels / across);
    }
    dim nph = t->blocks.parts * t->k_blocks;
    t->a_bytes = t->pack_a ? (t->groups.size + (t->groups.longer > 0)) * tile_bytes + 4096 : 0;
    t->b_bytes = t->pack_b ? panels * panel_bytes + 4096 : 0;
    dim nb = t->threads > 1 && nph > 1 ? 2 : 1;
    dim ph = ceil_div(nph * (dim)sizeof(struct phase), 64) * 64;
    char *ws = pbl_workspace((size_t)(ph + t->threads * t->a_bytes + nb * t->b_bytes));
    if (!ws) return false;
    if (nb == 1 ) t->b_bytes = 0;
    t->packed_b = ws;
    t->packed_a = ws + nb * (t->pack_b ? panels * panel_bytes + 4096 : 0);
    t->phases = (void *)(t->packed_a + t->threads * t->a_bytes);
    memset(t->phases, 0, (size_t)ph);
    return true;
}
