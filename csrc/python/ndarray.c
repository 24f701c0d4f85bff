/* SPDX-License-Identifier: MIT */
/* Reads the heads of numpy's arrays, and multiplies them.
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

/* Whether the object is a plain array of so many dimensions; if so, what it is: a vector is a row. */
static bool array_of(uintptr_t address, int least, int most, struct view *v)
{
    const struct ndarray *x = (const struct ndarray *)address;
    if (Py_TYPE((PyObject *)address) != ndarray_type || x->ndim < least || x->ndim > most || !(x->flags & ALIGNED))
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
    v->deep = row > 0;
    v->count = v->deep ? x->shape[0] : 1, v->step = v->deep ? x->strides[0] / size : 0;
    v->rows = row >= 0 ? x->shape[row] : 1, v->rs = row >= 0 ? x->strides[row] / size : 0;
    v->columns = x->shape[row + 1], v->cs = x->strides[row + 1] / size;
    return true;
}

/* A matrix or a stack of matrices. */
static bool view_of(uintptr_t address, struct view *v) { return array_of(address, 2, 3, v); }

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
static bool fits_plain(const struct view *a, const struct view *b, const struct view *out)
{
    return gives(a, b, out) && a->columns == b->rows && a->rows == out->rows && b->columns == out->columns &&
           (out->flags & WRITEABLE) && (out->flags & (C_CONTIGUOUS | F_CONTIGUOUS)) && apart(a, out);
}

static PyObject *empty, *check_status;

/* out, or a new array where it is None, which the product of a and b fits; a new reference. NULL with a view that is
 * nothing if there is none, or if there was no memory. */
static PyObject *result_for(const struct view *a, const struct view *b, PyObject *out, struct view *v)
{
    v->data = NULL;
    if (out == Py_None) {
        const int dtype = a->dtype < PBL_I8 ? a->dtype : PBL_I32;
        const Py_ssize_t count = a->count > b->count ? a->count : b->count, m = a->rows, n = b->columns;
        if (a->columns != b->rows || (a->dtype < PBL_I8 && a->dtype != b->dtype)) return NULL;
        out = a->deep || b->deep ? PyObject_CallFunction(empty, "((nnn)O)", count, m, n, dtypes[dtype])
                                 : PyObject_CallFunction(empty, "((nn)O)", m, n, dtypes[dtype]);
    } else Py_IncRef(out);
    if (out && !view_of((uintptr_t)out, v)) v->data = NULL;
    return out;
}

static const void *one(int dtype)
{
    static const double d[2] = {1, 0};
    static const float s[2] = {1, 0};
    static const int i = 1;
    return dtype == PBL_D || dtype == PBL_Z ? (const void *)d : dtype == PBL_I32 ? (const void *)&i : (const void *)s;
}
static const double zero[2]; /* of any type */

/* Letting go of the lock and taking it again takes longer than such a product. */
static bool is_short(double m, double n, double k, double count) { return m * n * k * count < 1 << 15; }

/* `out` with the status of the product in it: an exception, if it is not PBL_OK. */
static PyObject *delivered(PyObject *out, int status)
{
    if (status == PBL_OK) return out;
    Py_DecRef(out);
    return PyObject_CallFunction(check_status, "i", status);
}

static PyObject *nothing(PyObject *out)
{
    if (out) Py_DecRef(out);
    if (PyErr_Occurred()) return NULL;
    Py_IncRef(Py_None);
    return Py_None;
}

/* What a product of x's elements that becomes z is summed in. */
static int sums_of(const struct view *x, const struct view *z)
{ return z->dtype == PBL_I32 ? PBL_I32 : x->dtype > PBL_Z ? PBL_S : x->dtype; }

/* scale or bias: None, or a plain vector with a number for each column of z. */
static bool takes_row(PyObject *x, int dtype, const struct view *z, const void **p, int64_t *inc)
{
    struct view v;
    if (x == Py_None) return true;
    if (!array_of((uintptr_t)x, 1, 1, &v) || v.dtype != dtype || v.columns != z->columns || !apart(&v, z)) return false;
    *p = v.data, *inc = v.cs;
    return true;
}

static int activation_of(PyObject *name)
{
    static const char *const names[] = {[PBL_RELU] = "relu", [PBL_GELU] = "gelu"};
    if (name == Py_None) return PBL_NO_ACTIVATION;
    if (Py_TYPE(name) == &PyUnicode_Type)
        for (int i = PBL_RELU; i <= PBL_GELU; i++)
            if (PyUnicode_CompareWithASCIIString(name, names[i]) == 0) return i;
    return -1;
}

/* Scale, bias and activation as an epilogue of a product of x's elements, whose sums are floats: whether they are
 * plain. `e` is NULL then if there is none. */
static bool ends_plain(PyObject *const *arguments, const struct view *x, const struct view *z, struct pbl_epilogue *of,
                       const struct pbl_epilogue **e)
{
    *e = NULL;
    if (arguments[0] == Py_None && arguments[1] == Py_None && arguments[2] == Py_None) return true;
    *e = of;
    *of = (struct pbl_epilogue){.activation = activation_of(arguments[2])};
    return of->activation >= 0 && (x->dtype <= PBL_D || x->dtype == PBL_H || x->dtype == PBL_B) &&
           takes_row(arguments[0], sums_of(x, z), z, &of->scale, &of->cs_scale) &&
           takes_row(arguments[1], sums_of(x, z), z, &of->bias, &of->cs_bias);
}

static int multiply(const struct view *x, const struct view *y, const struct view *z, const struct pbl_epilogue *e)
{
    if (x->dtype > PBL_Z || e)
        return pbl_gemm_ex(x->dtype, y->dtype, z->dtype, 'n', 'n', x->rows, y->columns, x->columns, one(sums_of(x, z)),
                           x->data, x->rs, x->cs, y->data, y->rs, y->cs, zero, z->data, z->rs, z->cs, e);
    return pbl_gemm_batch_strided(x->dtype, 'n', 'n', x->rows, y->columns, x->columns, one(x->dtype), x->data, x->rs,
                                  x->cs, x->count == 1 ? 0 : x->step, y->data, y->rs, y->cs,
                                  y->count == 1 ? 0 : y->step, zero, z->data, z->rs, z->cs, z->step, z->count);
}

/* Of stacks, or of matrices and with an epilogue. */
static PyObject *multiplied(PyObject *const *arguments, bool takes_stacks)
{
    struct view x, y, z;
    struct pbl_epilogue epilogue;
    const struct pbl_epilogue *e = NULL;
    if (!view_of((uintptr_t)arguments[0], &x) || !view_of((uintptr_t)arguments[1], &y) ||
        (!takes_stacks && (x.deep || y.deep)))
        return nothing(NULL);
    PyObject *out = result_for(&x, &y, arguments[2], &z);
    if (!out || !z.data || !fits_plain(&x, &y, &z) || !apart(&y, &z) || !stacks(&x, &y, &z) ||
        (!takes_stacks && !ends_plain(arguments + 3, &x, &z, &epilogue, &e)))
        return nothing(out);

    PyThreadState *const state =
        is_short((double)z.rows, (double)z.columns, (double)x.columns, (double)z.count) ? NULL : PyEval_SaveThread();
    const int status = multiply(&x, &y, &z, e);
    if (state) PyEval_RestoreThread(state);
    return delivered(out, status);
}

static PyObject *matmul(PyObject *self, PyObject *const *arguments, Py_ssize_t count)
{
    (void)self;
    return count == 3 ? multiplied(arguments, true) : nothing(NULL);
}

static PyObject *gemm(PyObject *self, PyObject *const *arguments, Py_ssize_t count)
{
    (void)self;
    return count == 6 ? multiplied(arguments, false) : nothing(NULL);
}

static PyObject *gemm_packed(PyObject *self, PyObject *const *arguments, Py_ssize_t count)
{
    struct view x, y = {.count = 1}, z;
    struct pbl_epilogue epilogue;
    const struct pbl_epilogue *e;
    (void)self;
    if (count != 9 || !view_of((uintptr_t)arguments[0], &x)) return nothing(NULL);
    const struct pbl_packed *packed = PyLong_AsVoidPtr(arguments[5]);
    y.dtype = (int)PyLong_AsLong(arguments[6]), y.rows = PyLong_AsSsize_t(arguments[7]);
    y.columns = PyLong_AsSsize_t(arguments[8]);
    PyObject *out = x.deep ? NULL : result_for(&x, &y, arguments[1], &z);
    if (!out || !z.data || z.deep || !fits_plain(&x, &y, &z) || !ends_plain(arguments + 2, &x, &z, &epilogue, &e))
        return nothing(out);

    PyThreadState *const state =
        is_short((double)z.rows, (double)z.columns, (double)x.columns, 1) ? NULL : PyEval_SaveThread();
    const int status = pbl_gemm_packed_ex(x.dtype, z.dtype, 'n', x.rows, one(sums_of(&x, &z)), x.data, x.rs, x.cs,
                                          packed, zero, z.data, z.rs, z.cs, e);
    if (state) PyEval_RestoreThread(state);
    return delivered(out, status);
}

static PyObject *run_prepared(PyObject *self, PyObject *const *arguments, Py_ssize_t count)
{
    (void)self;
    if (count != 3) return nothing(NULL);
    const struct pbl_prepared *prepared = PyLong_AsVoidPtr(arguments[0]);
    PyThreadState *const state = arguments[2] == Py_True ? NULL : PyEval_SaveThread();
    const int status = pbl_run_prepared(prepared);
    if (state) PyEval_RestoreThread(state);
    Py_IncRef(arguments[1]);
    return delivered(arguments[1], status);
}

void pbl_py_define(uintptr_t functions)
{
    static PyMethodDef methods[] = {{"matmul", (PyCFunction)(void (*)(void))matmul, METH_FASTCALL, NULL},
                                    {"gemm", (PyCFunction)(void (*)(void))gemm, METH_FASTCALL, NULL},
                                    {"gemm_packed", (PyCFunction)(void (*)(void))gemm_packed, METH_FASTCALL, NULL},
                                    {"run_prepared", (PyCFunction)(void (*)(void))run_prepared, METH_FASTCALL, NULL}};
    PyObject *const dict = (PyObject *)functions;
    const PyGILState_STATE gil = PyGILState_Ensure();
    empty = PyDict_GetItemString(dict, "empty"), check_status = PyDict_GetItemString(dict, "check_status");
    Py_IncRef(empty), Py_IncRef(check_status);
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        PyObject *function = PyCFunction_NewEx(&methods[i], NULL, NULL);
        PyDict_SetItemString(dict, methods[i].ml_name, function);
        Py_DecRef(function);
    }
    PyGILState_Release(gil);
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
