/* SPDX-License-Identifier: MIT */
/* Reads the heads of numpy's arrays.
 *
 * A small product takes 50 ns, asking an array for its address and strides through Python a microsecond. What an
 * ndarray looks like is part of numpy's binary interface (PyArrayObject_fields in ndarraytypes.h, unchanged since 1.7),
 * so it is declared here, which spares a build dependency on numpy; pbl_py_know_numpy checks it on a real array. */
#include <Python.h>
#include <stdbool.h>
#include <stdint.h>

#include "ndarray.h"
#include "pyblaslite.h"

struct ndarray {
    PyObject head;
    char *data;
    int ndim;
    Py_ssize_t *shape, *strides; /* strides in bytes */
    PyObject *base, *dtype;
    int flags;
};

enum { C_CONTIGUOUS = 0x1, F_CONTIGUOUS = 0x2, ALIGNED = 0x100, WRITEABLE = 0x400 };

static PyTypeObject *ndarray_type;
enum { N_DTYPES = PBL_I32 + 1 };
static PyObject *dtypes[N_DTYPES]; /* by their number in C; all of them native; NULL: not seen yet */
static const Py_ssize_t sizes[N_DTYPES] = {4, 8, 8, 16, 2, 2, 1, 1, 4};

struct view {
    char *data;
    int64_t count, step;           /* of a stack's matrices; 1 and 0 for a matrix */
    int64_t rows, columns, rs, cs; /* strides in elements */
    char *first, *end;             /* the memory it spans */
    int dtype, flags;
    bool deep; /* a stack */
};

/* Adds to the memory that x spans the extent of one dimension. */
static void extend(struct view *v, Py_ssize_t length, Py_ssize_t stride)
{
    const Py_ssize_t extent = (length - 1) * stride;
    if (extent < 0) v->first += extent;
    else v->end += extent;
}

/* Whether the object is a plain matrix or stack of matrices; if so, what it is. */
static bool view_of(uintptr_t address, struct view *v)
{
    const struct ndarray *x = (const struct ndarray *)address;
    if (Py_TYPE((PyObject *)address) != ndarray_type || (x->ndim != 2 && x->ndim != 3) || !(x->flags & ALIGNED))
        return false;
    int dtype = 0;
    while (dtype < N_DTYPES && x->dtype != dtypes[dtype]) dtype++;
    if (dtype == N_DTYPES) return false;

    const Py_ssize_t size = sizes[dtype];
    *v = (struct view){.data = x->data, .first = x->data, .end = x->data + size, .dtype = dtype, .flags = x->flags};
    for (int i = 0; i < x->ndim; i++) {
        if (x->shape[i] == 0 || x->strides[i] % size) return false;
        extend(v, x->shape[i], x->strides[i]);
    }
    const int row = x->ndim - 2;
    v->count = row ? x->shape[0] : 1, v->step = row ? x->strides[0] / size : 0;
    v->deep = row;
    v->rows = x->shape[row], v->rs = x->strides[row] / size;
    v->columns = x->shape[row + 1], v->cs = x->strides[row + 1] / size;
    return true;
}

static bool apart(const struct view *x, const struct view *y) { return x->end <= y->first || y->end <= x->first; }

/* Whether the stacks fit; a matrix, or a stack of one, goes with each of the other's. */
static bool stacks(const struct view *a, const struct view *b, const struct view *out)
{
    return (a->count == 1 || a->count == out->count) && (b->count == 1 || b->count == out->count) &&
           (a->count == out->count || b->count == out->count) && out->deep == (a->deep || b->deep);
}

/* Whether there is such a product: the dtype of all, or a single matrix of narrow elements. */
static bool gives(const struct view *a, const struct view *b, const struct view *out)
{
    if (a->dtype <= PBL_Z) return a->dtype == b->dtype && a->dtype == out->dtype;
    if (out->deep) return false;
    if (a->dtype <= PBL_B) return a->dtype == b->dtype && (out->dtype == a->dtype || out->dtype == PBL_S);
    return a->dtype != PBL_I32 && (b->dtype == PBL_I8 || (b->dtype == PBL_U8 && a->dtype == PBL_I8)) &&
           out->dtype == PBL_I32;
}

/* With the GIL, so that nobody reshapes an array meanwhile. */
static bool are_plain(uintptr_t a, uintptr_t b, uintptr_t out, struct view *va, struct view *vb, struct view *vo)
{
    return view_of(a, va) && view_of(b, vb) && view_of(out, vo) && gives(va, vb, vo) && va->columns == vb->rows &&
           va->rows == vo->rows && vb->columns == vo->columns && (vo->flags & WRITEABLE) &&
           (vo->flags & (C_CONTIGUOUS | F_CONTIGUOUS)) && apart(va, vo) && apart(vb, vo) && stacks(va, vb, vo);
}

int pbl_py_matmul(uintptr_t a, uintptr_t b, uintptr_t out)
{
    static const double d_one[2] = {1, 0}, d_zero[2] = {0, 0};
    static const float s_one[2] = {1, 0}, s_zero[2] = {0, 0};
    struct view x, y, z;

    const PyGILState_STATE gil = PyGILState_Ensure();
    const bool plain = are_plain(a, b, out, &x, &y, &z);
    PyGILState_Release(gil);
    if (!plain) return PBL_PY_NOT_PLAIN;

    if (x.dtype > PBL_Z) {
        static const int i_one = 1, i_zero = 0;
        const bool whole = z.dtype == PBL_I32;
        return pbl_gemm_ex(x.dtype, y.dtype, z.dtype, 'n', 'n', x.rows, y.columns, x.columns,
                           whole ? (const void *)&i_one : s_one, x.data, x.rs, x.cs, y.data, y.rs, y.cs,
                           whole ? (const void *)&i_zero : s_zero, z.data, z.rs, z.cs, NULL);
    }
    const bool single = x.dtype == PBL_S || x.dtype == PBL_C;
    const void *one = single ? (const void *)s_one : d_one, *zero = single ? (const void *)s_zero : d_zero;
    if (x.count == 1) x.step = 0;
    if (y.count == 1) y.step = 0;
    return pbl_gemm_batch_strided(x.dtype, 'n', 'n', x.rows, y.columns, x.columns, one, x.data, x.rs, x.cs, x.step,
                                  y.data, y.rs, y.cs, y.step, zero, z.data, z.rs, z.cs, z.step, z.count);
}

void pbl_py_know_dtype(int dtype, uintptr_t object)
{
    const PyGILState_STATE gil = PyGILState_Ensure();
    dtypes[dtype] = (PyObject *)object;
    PyGILState_Release(gil);
}

int pbl_py_know_numpy(uintptr_t ndarray, uintptr_t sample)
{
    struct view v = {0};
    const PyGILState_STATE gil = PyGILState_Ensure();
    ndarray_type = (PyTypeObject *)ndarray;
    const bool known =
        view_of(sample, &v) && v.dtype == PBL_D && v.rows == 2 && v.columns == 3 && v.rs == 3 && v.cs == 1;
    if (!known) ndarray_type = NULL;
    PyGILState_Release(gil);
    return known;
}
