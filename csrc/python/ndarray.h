/* SPDX-License-Identifier: MIT */
/* The short way from numpy to C, for plain arrays: part of the cffi module, read by cffi as it stands. */

/* Says where numpy keeps a dtype (id() of it, which must live on), by its number in C. */
void pbl_py_know_dtype(int dtype, uintptr_t object);

/* Says where it keeps the type of arrays, when the dtypes are known, and checks on `sample`, a float64 array of shape
 * (2, 3), that an array is laid out as expected. Returns 1 if so; until then no array is plain. */
int pbl_py_know_numpy(uintptr_t ndarray, uintptr_t sample);

/* Puts functions into a dict (id() of it), which has numpy's `empty` and our `check_status`. They are Python's own
 * rather than cffi's, which lets go of the interpreter's lock for each call: that takes longer than a small product.
 * `short` is put there too, the m n k from which on these let go of it.
 *
 * matmul(a, b, out): the product of plain vectors, matrices or stacks of matrices, in out, or in a new array for None;
 * None if one of them is not an aligned, native array of dtypes that go together with one to three dimensions, or
 * shapes do not fit, or out is not contiguous or may overlap, or a vector meets a stack. gemm(a, b, out, scale, bias,
 * activation, trans_a, trans_b): the same of matrices only, with an epilogue where sums are floats: None, or vectors
 * with a number for each column. gemm_packed(a, out, scale, bias, activation, trans_a, packed, dtype, k, n): the same
 * with a packed B, by its address, and what is known of it. gemv(a, x, out, trans), dot(x, y, conj): these.
 * run_prepared(prepared, out, keeps_lock): runs it, by its address; returns out. */
void pbl_py_define(uintptr_t functions);
