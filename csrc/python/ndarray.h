/* SPDX-License-Identifier: MIT */
/* The short way from numpy to C, for plain arrays: part of the cffi module, read by cffi as it stands. */

/* Says where numpy keeps a dtype (id() of it, which must live on), by its number in C. */
void pbl_py_know_dtype(int dtype, uintptr_t object);

/* Says where it keeps the type of arrays, when the dtypes are known, and checks on `sample`, a float64 array of shape
 * (2, 3), that an array is laid out as expected. Returns 1 if so; until then no array is plain. */
int pbl_py_know_numpy(uintptr_t ndarray, uintptr_t sample);

enum { PBL_PY_NOT_PLAIN = -1 };

/* out = a b for plain matrices or stacks of them, given by id(): the status of the product, or PBL_PY_NOT_PLAIN if one
 * of them is not an aligned, native array of dtypes that go together with two or three dimensions, or shapes do not
 * fit, or out is not contiguous or may overlap. */
int pbl_py_matmul(uintptr_t a, uintptr_t b, uintptr_t out);
