/* SPDX-License-Identifier: MIT */
/* The short way from numpy to C, for plain arrays: part of the cffi module, read by cffi as it stands. */

/* Says where numpy keeps its type and its four dtypes (addresses: id() of them), and checks on `sample`, a float64
 * array of shape (2, 3), that an array is laid out as expected. Returns 1 if so; until then no array is plain. */
int pbl_py_know_numpy(uintptr_t ndarray, uintptr_t s, uintptr_t d, uintptr_t c, uintptr_t z, uintptr_t sample);

enum { PBL_PY_NOT_PLAIN = -1 };

/* out = a b for plain matrices or stacks of them, given by id(): the status of the product, or PBL_PY_NOT_PLAIN if one
 * of them is not an aligned, native array of the four dtypes with two or three dimensions, or shapes do not fit, or out
 * is not contiguous or may overlap. */
int pbl_py_matmul(uintptr_t a, uintptr_t b, uintptr_t out);
