/* SPDX-License-Identifier: MIT */
/* What would be done for a product, in words: the decisions themselves are asked, so that this cannot go stale. */
#include <stdarg.h>
#include <stdio.h>

#include "../core/dispatch.h"
#include "../include/pyblaslite.h"
#include "gemm.h"
#include "task.h"

struct text {
    char *to;
    size_t room;
};

__attribute__((format(printf, 2, 3))) static void say(struct text *t, const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    const int n = vsnprintf(t->to, t->room, format, rest);
    va_end(rest);
    const size_t used = n < 0 ? 0 : (size_t)n < t->room ? (size_t)n : t->room - (t->room > 0);
    t->to += used, t->room -= used;
}

static void say_kernel(struct text *t, const char *use, const struct kernels *kn)
{
    say(t, "%s: tiles of up to %d rows x %d vectors of %d elements (%s)\n", use, kn->mr, kn->nv, kn->vlen,
        pbl_isa_of(kn));
    if (kn->group > 1) say(t, "narrow elements: %d along K in %d steps of the tile\n", kn->group, kn->steps);
}

static const char *why_loops(const struct route *r)
{
    struct task t;
    pbl_plan(&t, r);
    return t.rows_first
               ? "of a low rank, so that writing C is what takes time: row after row of it, while B stays in L2"
               : "cut into tiles for registers, panels for L1, groups for L2 and blocks for L3";
}

static void explain_loops(struct text *text, const struct route *r)
{
    static const char *const from[] = {[B_ROWS] = "its rows are read where they lie",
                                       [B_FETCHED] = "rows are fetched, and read, where they lie",
                                       [B_COLUMNS] = "its columns are read where they lie, transposed in registers",
                                       [B_OWN_PANEL] = "a panel at a time is packed by the thread that uses it",
                                       [B_SHARED] = "packed in panels that the threads share",
                                       [B_PACKED] = "packed before"};
    struct task t;
    pbl_plan(&t, r);
    const bool apart = t.b_from == B_OWN_PANEL && t.groups.parts > 1;
    say(text, "B: %s\n", apart ? "a panel at a time is packed by each thread for rows of its own" : from[t.b_from]);
    say(text, "A: %s\n", t.pack_a ? "packed in groups of rows that fit L2" : "read where it lies");
    say(text, "blocks: %td of columns, %td of K (%td deep), %td groups of rows\n", t.blocks.parts, t.k_blocks, t.kc,
        t.groups.parts);
    say(text, "order: %s\n", t.rows_first ? "row after row of C" : "panel after panel of B");
    say(text, "memory: %zu bytes\n", pbl_task_bytes(&t));
}

int pbl_explain_gemm(int dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k, int64_t rs_a, int64_t cs_a,
                     int64_t rs_b, int64_t cs_b, int64_t rs_c, int64_t cs_c, char *to, size_t room)
{
    static const char *const paths[] = {
        [PATH_VECTOR] =
            "vector\nwhy: a single row or column of C: a matrix times a vector, summed in lanes along K, as gemv "
            "does",
        [PATH_SMALL] = "small\nwhy: it is over before a second thread would be awake, so no plan, memory or threads",
        [PATH_SWEEP] = "sweep\nwhy: few rows of C, so memory is the limit: B is read once, along its rows",
        [PATH_LONG] = "long\nwhy: C is small and K long: A and B come by in pieces of K, while the sums wait; threads "
                      "share its blocks",
        [PATH_LOOPS] = "loops\nwhy: "};
    struct route r;
    struct text text = {to, room};
    if (dtype < 0 || dtype >= N_DTYPES || !is_op(trans_a) || !is_op(trans_b) || (m | n | k) < 0)
        return PBL_BAD_ARGUMENT;
    if (!pbl_kernels(dtype)) return PBL_BAD_CPU;
    set_product(&r, dtype, trans_a, trans_b, m, n, k, NULL, rs_a, cs_a, NULL, rs_b, cs_b, NULL, rs_c, cs_c);
    relax(&r);
    if (m == 0 || n == 0 || k == 0) {
        say(&text, "path: none\nwhy: nothing to multiply; C = beta C\n");
        return PBL_OK;
    }
    pbl_choose_route(&r);
    const struct columns cut = pbl_cut_columns(&r);
    say(&text, "path: %s%s\n", paths[r.path], r.path == PATH_LOOPS ? why_loops(&r) : "");
    say(&text, "problem: %s (%td x %td x %td)\n", r.flipped ? "transposed, C^T = B^T A^T" : "as given", r.x.m, r.x.n,
        r.x.k);
    say(&text, "threads: %td\n", r.threads);
    if (r.path == PATH_VECTOR) return PBL_OK;
    say_kernel(&text, "kernel", r.path == PATH_SWEEP ? r.kernels : cut.kernels);
    if (r.path != PATH_SWEEP && cut.panels > cut.pieces.parts) say_kernel(&text, "last columns", cut.last);
    if (r.path != PATH_SWEEP && panel_vectors(&cut, 0) > cut.kernels->nv)
        say(&text, "panels: up to %td columns, tiles of which are made side by side by one call\n",
            panel_columns(&cut, 0));
    if (r.path == PATH_LOOPS) explain_loops(&text, &r);
    if (r.path == PATH_SWEEP)
        say(&text, "B: %s\n",
            pbl_sweeps_by_tiles(&r.x) ? "tiles go along slices of its rows, which are fetched" : "row after row");
    if (r.path == PATH_SMALL)
        say(&text, "B: %s\n",
            r.by_columns    ? "its columns are read where they lie, transposed in registers"
            : r.x.b.cs == 1 ? "its rows are read where they lie"
                            : "packed on the stack");
    return PBL_OK;
}
