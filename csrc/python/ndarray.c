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
    int64_t count, step;   /* of a stack's matrices; 1 and 0 for a matrix */
    int64_t rows, columns; /* of op(x) */
    int64_t rs, cs;        /* of x, in elements */
    char *first, *end;     /* the memory it spans */
    int ndim, dtype, flags;
    char op;
};

/* Adds to the memory that x spans the extent of one dimension. */
static void extend(struct view *v, Py_ssize_t length, Py_ssize_t stride)
{
    const Py_ssize_t extent = (length - 1) * stride;
    if (extent < 0) v->first += extent;
    else v->end += extent;
}

/* Whether the object is a plain array of so many dimensions; if so, what it is: a vector is a row, a number both row
 * and column. */
static bool array_of(PyObject *object, int least, int most, struct view *v)
{
    const struct ndarray *x = (const struct ndarray *)object;
    if (Py_TYPE(object) != ndarray_type || x->ndim < least || x->ndim > most || !(x->flags & ALIGNED)) return false;
    int dtype = 0;
    while (dtype < N_DTYPES && x->dtype != dtypes[dtype]) dtype++;
    if (dtype == N_DTYPES) return false;

    const Py_ssize_t size = sizes[dtype];
    *v = (struct view){.data = x->data, .count = 1, .rows = 1, .columns = 1, .cs = 1, .op = 'n'};
    v->first = x->data, v->end = x->data + size;
    v->ndim = x->ndim, v->dtype = dtype, v->flags = x->flags;
    for (int i = 0; i < x->ndim; i++) {
        if (x->shape[i] == 0 || x->strides[i] % size) return false;
        extend(v, x->shape[i], x->strides[i]);
    }
    const int column = x->ndim - 1, row = column - 1;
    if (column >= 0) v->columns = x->shape[column], v->cs = x->strides[column] / size;
    if (row >= 0) v->rows = x->shape[row], v->rs = x->strides[row] / size;
    if (row > 0) v->count = x->shape[0], v->step = x->strides[0] / size;
    return true;
}

static bool is_stack(const struct view *v) { return v->ndim > 2; }

/* A vector becomes a column. */
static void stand(struct view *v)
{
    v->rows = v->columns, v->rs = v->cs;
    v->columns = v->cs = 1;
}

/* Which of the names it is; -1 for none. */
static int find(PyObject *name, const char *const *names, int count)
{
    if (Py_TYPE(name) == &PyUnicode_Type)
        for (int i = 0; i < count; i++)
            if (PyUnicode_CompareWithASCIIString(name, names[i]) == 0) return i;
    return -1;
}

/* x becomes op(x). */
static bool apply(PyObject *op, struct view *x)
{
    static const char *const ops[] = {"n", "t", "c"};
    const int i = find(op, ops, 3);
    const int64_t rows = x->rows;
    if (i > 0) x->op = ops[i][0], x->rows = x->columns, x->columns = rows;
    return i >= 0;
}

static bool apart(const struct view *x, const struct view *y) { return x->end <= y->first || y->end <= x->first; }

/* A product of plain operands, and an owned reference to where it goes. */
struct call {
    struct view x, y, z;
    PyObject *out;
};

/* Whether the stacks fit; a matrix, or a stack of one, goes with each of the other's, a vector with no stack. */
static bool stacks(const struct view *a, const struct view *b, const struct view *out)
{
    const bool deep = is_stack(a) || is_stack(b);
    if (deep ? a->ndim == 1 || b->ndim == 1 || !is_stack(out) : out->ndim != (a->ndim > 1) + (b->ndim > 1))
        return false;
    return (a->count == 1 || a->count == out->count) && (b->count == 1 || b->count == out->count) &&
           (a->count == out->count || b->count == out->count);
}

/* Whether there is such a product. */
static bool gives(const struct view *a, const struct view *b, const struct view *out)
{
    if (a->dtype <= PBL_Z) return a->dtype == b->dtype && a->dtype == out->dtype;
    if (a->dtype <= PBL_B) return a->dtype == b->dtype && (out->dtype == a->dtype || out->dtype == PBL_S);
    return a->dtype != PBL_I32 && (b->dtype == PBL_I8 || (b->dtype == PBL_U8 && a->dtype == PBL_I8)) &&
           out->dtype == PBL_I32;
}

/* With the GIL, so that nobody reshapes an array meanwhile. */
static bool fits_plain(const struct view *a, const struct view *b, const struct view *out)
{
    return gives(a, b, out) && a->columns == b->rows && a->rows == out->rows && b->columns == out->columns &&
           stacks(a, b, out) && (out->flags & WRITEABLE) && (out->flags & (C_CONTIGUOUS | F_CONTIGUOUS)) &&
           apart(a, out) && (!b->data || apart(b, out));
}

static PyObject *empty, *check_status;

static PyObject *new_result(const struct view *a, const struct view *b)
{
    PyObject *dtype = dtypes[a->dtype < PBL_I8 ? a->dtype : PBL_I32];
    const Py_ssize_t count = a->count > b->count ? a->count : b->count, m = a->rows, n = b->columns;
    if (is_stack(a) || is_stack(b)) return PyObject_CallFunction(empty, "((nnn)O)", count, m, n, dtype);
    if (a->ndim == 2 && b->ndim == 2) return PyObject_CallFunction(empty, "((nn)O)", m, n, dtype);
    if (a->ndim == 2 || b->ndim == 2) return PyObject_CallFunction(empty, "((n)O)", m * n, dtype);
    return PyObject_CallFunction(empty, "(()O)", dtype);
}

/* Finds out's view, or, where it is None, makes a new array; whether the product of x and y goes there. */
static bool find_result(struct call *c, PyObject *out)
{
    const struct view *a = &c->x, *b = &c->y;
    c->out = NULL;
    if (out == Py_None) {
        if (a->columns != b->rows || (a->dtype < PBL_I8 && a->dtype != b->dtype)) return false;
        c->out = new_result(a, b);
    } else Py_IncRef(c->out = out);
    if (!c->out || !array_of(c->out, 0, 3, &c->z)) return false;
    if (b->ndim == 1 && c->z.ndim == 1) stand(&c->z);
    return fits_plain(a, b, &c->z);
}

static const void *one(int dtype)
{
    static const double d[2] = {1, 0};
    static const float s[2] = {1, 0};
    static const int i = 1;
    return dtype == PBL_D || dtype == PBL_Z ? (const void *)d : dtype == PBL_I32 ? (const void *)&i : (const void *)s;
}
static const double zero[2]; /* of any type */

/* Letting go of the lock and taking it again takes longer than products of this m n k and less. */
enum { SHORT = 1 << 15 };

static PyThreadState *let_go(const struct call *c)
{
    const double work = (double)c->z.rows * (double)c->z.columns * (double)c->x.columns * (double)c->z.count;
    return work < SHORT ? NULL : PyEval_SaveThread();
}

/* With the lock again: `out` with the status of the product in it, an exception, if it is not PBL_OK. */
static PyObject *delivered(PyThreadState *state, PyObject *out, int status)
{
    if (state) PyEval_RestoreThread(state);
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
    if (!array_of(x, 1, 1, &v) || v.dtype != dtype || v.columns != z->columns || !apart(&v, z)) return false;
    *p = v.data, *inc = v.cs;
    return true;
}

static int activation_of(PyObject *name)
{
    static const char *const names[] = {"relu", "gelu"};
    const int i = find(name, names, 2);
    return i >= 0 ? PBL_RELU + i : name == Py_None ? PBL_NO_ACTIVATION : -1;
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
    const int64_t m = z->rows, n = z->columns, k = x->columns;
    const void *alpha = one(sums_of(x, z));
    if (x->dtype <= PBL_Z && z->count == 1 && !e)
        return pbl_gemm(x->dtype, x->op, y->op, m, n, k, alpha, x->data, x->rs, x->cs, y->data, y->rs, y->cs, zero,
                        z->data, z->rs, z->cs);
    return pbl_gemm_batch_strided_ex(x->dtype, y->dtype, z->dtype, x->op, y->op, m, n, k, alpha, x->data, x->rs, x->cs,
                                     x->count == 1 ? 0 : x->step, y->data, y->rs, y->cs, y->count == 1 ? 0 : y->step,
                                     zero, z->data, z->rs, z->cs, z->step, z->count, e);
}

static PyObject *multiplied(struct call *c, const struct pbl_epilogue *e)
{
    PyThreadState *const state = let_go(c);
    const int status = multiply(&c->x, &c->y, &c->z, e);
    return delivered(state, c->out, status);
}

static PyObject *matmul(PyObject *self, PyObject *const *arguments, Py_ssize_t count)
{
    struct call c;
    (void)self;
    if (count != 3 || !array_of(arguments[0], 1, 3, &c.x) || !array_of(arguments[1], 1, 3, &c.y)) return nothing(NULL);
    if (c.y.ndim == 1) stand(&c.y);
    return find_result(&c, arguments[2]) ? multiplied(&c, NULL) : nothing(c.out);
}

static PyObject *gemm(PyObject *self, PyObject *const *arguments, Py_ssize_t count)
{
    struct call c;
    struct pbl_epilogue of;
    const struct pbl_epilogue *e;
    (void)self;
    if (count != 8 || !array_of(arguments[0], 2, 2, &c.x) || !array_of(arguments[1], 2, 2, &c.y) ||
        !apply(arguments[6], &c.x) || !apply(arguments[7], &c.y))
        return nothing(NULL);
    if (!find_result(&c, arguments[2]) || !ends_plain(arguments + 3, &c.x, &c.z, &of, &e)) return nothing(c.out);
    return multiplied(&c, e);
}

static PyObject *gemm_packed(PyObject *self, PyObject *const *arguments, Py_ssize_t count)
{
    struct call c = {.y = {.count = 1, .ndim = 2}};
    struct pbl_epilogue of;
    const struct pbl_epilogue *e;
    (void)self;
    if (count != 10 || !array_of(arguments[0], 2, 2, &c.x) || !apply(arguments[5], &c.x)) return nothing(NULL);
    const struct pbl_packed *packed = PyLong_AsVoidPtr(arguments[6]);
    c.y.dtype = (int)PyLong_AsLong(arguments[7]);
    c.y.rows = PyLong_AsSsize_t(arguments[8]), c.y.columns = PyLong_AsSsize_t(arguments[9]);
    if (!find_result(&c, arguments[1]) || !ends_plain(arguments + 2, &c.x, &c.z, &of, &e)) return nothing(c.out);

    PyThreadState *const state = let_go(&c);
    const int status = pbl_gemm_packed_ex(c.x.dtype, c.z.dtype, c.x.op, c.x.rows, one(sums_of(&c.x, &c.z)), c.x.data,
                                          c.x.rs, c.x.cs, packed, zero, c.z.data, c.z.rs, c.z.cs, e);
    return delivered(state, c.out, status);
}

static PyObject *gemv(PyObject *self, PyObject *const *arguments, Py_ssize_t count)
{
    struct call c;
    (void)self;
    if (count != 4 || !array_of(arguments[0], 2, 2, &c.x) || !array_of(arguments[1], 1, 1, &c.y) ||
        !apply(arguments[3], &c.x) || c.x.dtype > PBL_Z)
        return nothing(NULL);
    stand(&c.y);
    if (!find_result(&c, arguments[2])) return nothing(c.out);

    const struct view *a = &c.x;
    const int64_t m = a->op == 'n' ? a->rows : a->columns, n = a->op == 'n' ? a->columns : a->rows;
    PyThreadState *const state = let_go(&c);
    const int status =
        pbl_gemv(a->dtype, a->op, m, n, one(a->dtype), a->data, a->rs, a->cs, c.y.data, c.y.rs, zero, c.z.data, c.z.rs);
    return delivered(state, c.out, status);
}

/* numpy's scalar. */
static PyObject *number(int dtype, const void *p)
{
    const float *s = p;
    const double *d = p;
    const bool single = dtype == PBL_S || dtype == PBL_C, real = dtype <= PBL_D;
    PyObject *value = real ? PyFloat_FromDouble(single ? (double)*s : *d)
                           : PyComplex_FromDoubles(single ? (double)s[0] : d[0], single ? (double)s[1] : d[1]);
    PyObject *type = value ? PyObject_GetAttrString(dtypes[dtype], "type") : NULL;
    PyObject *result = type ? PyObject_CallFunctionObjArgs(type, value, NULL) : NULL;
    if (type) Py_DecRef(type);
    if (value) Py_DecRef(value);
    return result;
}

static PyObject *dot(PyObject *self, PyObject *const *arguments, Py_ssize_t count)
{
    struct view x, y;
    double sum[2];
    (void)self;
    if (count != 3 || !array_of(arguments[0], 1, 1, &x) || !array_of(arguments[1], 1, 1, &y) || x.dtype > PBL_Z ||
        x.dtype != y.dtype || x.columns != y.columns)
        return nothing(NULL);
    PyThreadState *const state = x.columns < SHORT ? NULL : PyEval_SaveThread();
    const int status =
        pbl_dot(x.dtype, arguments[2] == Py_True ? 'c' : 'n', x.columns, x.data, x.cs, y.data, y.cs, sum);
    if (state) PyEval_RestoreThread(state);
    return status == PBL_OK ? number(x.dtype, sum) : PyObject_CallFunction(check_status, "i", status);
}

static PyObject *run_prepared(PyObject *self, PyObject *const *arguments, Py_ssize_t count)
{
    (void)self;
    if (count != 3) return nothing(NULL);
    const struct pbl_prepared *prepared = PyLong_AsVoidPtr(arguments[0]);
    Py_IncRef(arguments[1]);
    PyThreadState *const state = arguments[2] == Py_True ? NULL : PyEval_SaveThread();
    const int status = pbl_run_prepared(prepared);
    return delivered(state, arguments[1], status);
}

void pbl_py_define(uintptr_t functions)
{
#define METHOD(name)                                                  \
    {                                                                 \
        #name, (PyCFunction)(void (*)(void))name, METH_FASTCALL, NULL \
    }
    static PyMethodDef methods[] = {METHOD(matmul), METHOD(gemm), METHOD(gemm_packed),
                                    METHOD(gemv),   METHOD(dot),  METHOD(run_prepared)};
#undef METHOD
    PyObject *const dict = (PyObject *)functions;
    const PyGILState_STATE gil = PyGILState_Ensure();
    empty = PyDict_GetItemString(dict, "empty"), check_status = PyDict_GetItemString(dict, "check_status");
    Py_IncRef(empty), Py_IncRef(check_status);
    PyObject *const work = PyLong_FromLong(SHORT);
    PyDict_SetItemString(dict, "short", work), Py_DecRef(work);
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
    const bool known = array_of((PyObject *)sample, 2, 2, &v) && v.dtype == PBL_D && v.rows == 2 && v.columns == 3 &&
                       v.rs == 3 && v.cs == 1;
    if (!known) ndarray_type = NULL;
    PyGILState_Release(gil);
    return known;
}
