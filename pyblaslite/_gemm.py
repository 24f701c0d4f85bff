# SPDX-License-Identifier: MIT
"""gemm and matmul."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from ._array import (
    BLAS_DTYPES,
    Array,
    address,
    addressable,
    as_array,
    check_out,
    check_status,
    common_dtype,
    element,
    layout,
    readable,
    scalar,
)
from ._core import lib
from ._packed import PackedB

# Plain matrices need nothing of what follows: see csrc/python/ndarray.c.
OK, NOT_PLAIN = lib.PBL_OK, lib.PBL_PY_NOT_PLAIN
multiply_plain = lib.pbl_py_matmul
if sys.implementation.name == "cpython":  # where id() is an address
    sample = np.empty((2, 3))  # named, so that it lives while C looks at it
    lib.pbl_py_know_numpy(id(np.ndarray), *(id(np.dtype(letter)) for letter in "fdFD"), id(sample))
    del sample

OPS = {"n": b"n", "t": b"t", "c": b"c"}
ONE = {dtype: element(dtype, 1) for dtype in BLAS_DTYPES}
ZERO = {dtype: element(dtype, 0) for dtype in BLAS_DTYPES}


def gemm(
    a: Any,
    b: Any,
    *,
    alpha: complex = 1.0,
    beta: complex = 0.0,
    c: Any = None,
    trans_a: str = "n",
    trans_b: str = "n",
    out: Array | None = None,
) -> Array:
    r"""General matrix product: :math:`\alpha\,op(A)\,op(B) + \beta\,C`.

    Parameters
    ----------
    a, b : array_like
        Matrices with op(A) of shape (m, k) and op(B) of shape (k, n), of any strides; none is copied for its layout.
        b may be what :func:`pack_b` gave.
    alpha, beta : number
        Real if the operands are. With ``beta = 0``, C is not read: a NaN in it is not seen. With ``alpha = 0``,
        A and B are not.
    c : array_like, optional
        C, of shape (m, n); it is not changed. Without it, ``beta`` applies to what ``out`` holds.
    trans_a, trans_b : {'n', 't', 'c'}
        op: as it is, transposed, conjugate transposed.
    out : ndarray of shape (m, n), optional
        The array that is written and returned, whatever its strides; it may overlap any operand. Its dtype must be
        the result's.

    Returns
    -------
    ndarray of shape (m, n)
        ``out``, or a new C-contiguous array. Its dtype is what numpy's promotion gives for a, b and c.

    Raises
    ------
    TypeError
        If that dtype is not float32, float64, complex64 or complex128. Integers, booleans and float16 are
        refused unless promotion with another operand makes them one of these: cast them.
    ValueError
        If shapes do not fit, or ``out`` cannot be written.
    MemoryError
        If there is no memory to pack operands into; ``out`` then is unchanged.

    Notes
    -----
    The result has the same bits for every number of threads, instruction set and memory layout, and row i depends on
    row i of op(A) only (NaN payloads excepted). The sum over k runs in ascending order with fused multiply-adds, cut
    in equal blocks of at most 1536 (float32), 1024 (float64, complex64) or 768 (complex128).

    The error is at most gamma_k |A||B| (Higham, Accuracy and Stability of Numerical Algorithms, section 3.5).
    Algorithm: Goto and van de Geijn, Anatomy of high-performance matrix multiplication, ACM TOMS 34(3), 2008.

    The GIL is released during the product.
    """
    if isinstance(b, PackedB):
        return gemm_packed(a, b, alpha, beta, c, trans_a, trans_b, out)
    a, b = as_array(a, "a"), as_array(b, "b")
    c = None if c is None else as_array(c, "c")
    m, n = product_shape(a, b, trans_a, trans_b)
    dtype = common_dtype(a=a, b=b, c=c)
    factors = scalar(alpha, "alpha", dtype), scalar(beta, "beta", dtype)
    out = check_result(c, out, (m, n), dtype, any(factors[1]), beta)

    a, b = readable(a, dtype), readable(b, dtype)
    target = destination_of_sum(c, out, (m, n), dtype, any(factors[1]), a, b)
    product(target, a, b, *factors, OPS[trans_a], OPS[trans_b])
    return deliver(target, out)


def op_shape(x: Array, name: str, trans: str) -> tuple[int, int]:
    """The shape of op(x), for a matrix x."""
    if not isinstance(trans, str) or trans not in OPS:
        raise ValueError(f"trans_{name}: given {trans!r}, expected 'n', 't' or 'c'")
    if x.ndim != 2:
        raise ValueError(f"{name}: given {x.ndim} dimensions (shape {x.shape}), expected 2")
    rows, columns = x.shape
    return (rows, columns) if trans == "n" else (columns, rows)


def product_shape(a: Array, b: Array, trans_a: str, trans_b: str) -> tuple[int, int]:
    """The shape of op(a) op(b)."""
    (m, k), (k_b, n) = op_shape(a, "a", trans_a), op_shape(b, "b", trans_b)
    if k != k_b:
        raise ValueError(f"b: op(b) has shape {(k_b, n)}, expected ({k}, n), as op(a) has shape {(m, k)}")
    return m, n


def check_result(
    c: Array | None, out: Array | None, shape: tuple[int, int], dtype: np.dtype[Any], adds: bool, beta: object
) -> Array | None:
    """``out``, checked; ``adds`` says whether beta is not zero."""
    if c is not None and c.shape != shape:
        raise ValueError(f"c: given shape {c.shape}, expected {shape}")
    if out is not None:
        return check_out(out, shape, dtype)
    if c is None and adds:
        raise ValueError(f"beta: given {beta!r}, but there is neither c nor out to multiply with it")
    return None


def destination_of_sum(
    c: Array | None, out: Array | None, shape: tuple[int, int], dtype: np.dtype[Any], adds: bool, *operands: Array
) -> Array:
    """Where C may write the result, holding what beta multiplies."""
    if c is not None and c is not out and adds:
        return np.array(c, dtype, order="C")  # not in `out`, which stays as it is if memory runs out
    target = destination(out, shape, dtype, *operands)
    if target is not out and adds:
        target[...] = out
    return target


def gemm_packed(
    a: Any, b: PackedB, alpha: complex, beta: complex, c: Any, trans_a: str, trans_b: str, out: Array | None
) -> Array:
    """:func:`gemm` with a B that is packed."""
    if trans_b != "n":
        raise ValueError(f"trans_b: given {trans_b!r}, but b is packed: give trans_b to pack_b instead")
    a = as_array(a, "a")
    c = None if c is None else as_array(c, "c")
    m, k = op_shape(a, "a", trans_a)
    if k != b.shape[0]:
        raise ValueError(f"b: packed with shape {b.shape}, expected ({k}, n), as op(a) has shape {(m, k)}")
    for name, x in (("a", a), ("c", c)):
        if x is not None and x.dtype != b.dtype and np.result_type(x.dtype, b.dtype) != b.dtype:
            raise TypeError(f"{name}: dtype {x.dtype} does not fit b, which is packed as {b.dtype}: cast it")
    shape = m, b.shape[1]
    factors = scalar(alpha, "alpha", b.dtype), scalar(beta, "beta", b.dtype)
    out = check_result(c, out, shape, b.dtype, any(factors[1]), beta)
    a = readable(a, b.dtype)
    target = destination_of_sum(c, out, shape, b.dtype, any(factors[1]), a)
    b.multiply(target, a, *factors, OPS[trans_a])
    return deliver(target, out)


def matmul(a: Any, b: Any, out: Array | None = None) -> Array:
    """Matrix product with the shape rules of :func:`numpy.matmul`.

    Parameters
    ----------
    a, b : array_like
        1-D operands are a row (a) or a column (b), and lose that dimension in the result. More than two dimensions
        are stacks of matrices in the last two, and broadcast.
    out : ndarray, optional
        The array that is written and returned; of the result's shape and dtype.

    Returns
    -------
    ndarray

    Raises
    ------
    TypeError, ValueError, MemoryError
        As :func:`gemm`; also for an operand without dimensions.

    Notes
    -----
    Bits are as :func:`gemm` says, and do not depend on what else is in a stack.
    """
    if out is not None:
        status = multiply_plain(id(a), id(b), id(out))
        if status == OK:
            return out
        if status != NOT_PLAIN:
            check_status(status)
    a, b = as_array(a, "a"), as_array(b, "b")
    for name, x in (("a", a), ("b", b)):
        if x.ndim == 0:
            raise ValueError(f"{name}: given a scalar (0 dimensions), expected at least 1; multiply with * instead")
    left = a[np.newaxis, :] if a.ndim == 1 else a
    right = b[:, np.newaxis] if b.ndim == 1 else b
    m, k = left.shape[-2:]
    k_b, n = right.shape[-2:]
    if k != k_b:
        raise ValueError(f"b: given shape {b.shape}, expected {k} along its inner dimension, as a has shape {a.shape}")

    dtype = common_dtype(a=a, b=b)
    left, right = readable(left, dtype), readable(right, dtype)
    stack: tuple[int, ...] = ()
    if left.ndim > 2 or right.ndim > 2:
        try:
            stack = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
        except ValueError:
            raise ValueError(f"b: given shape {b.shape}; its stack does not broadcast with a's, {a.shape}") from None
        left, right = np.broadcast_to(left, (*stack, m, k)), np.broadcast_to(right, (*stack, k, n))

    shape = stack + (m,) * (a.ndim > 1) + (n,) * (b.ndim > 1)
    if out is not None:
        out = check_out(out, shape, dtype)
    target = destination(out, shape, dtype, left, right)
    view = target
    if b.ndim == 1:
        view = view[..., np.newaxis]
    if a.ndim == 1:
        view = view[..., np.newaxis, :]
    product(view, left, right, ONE[dtype], ZERO[dtype], b"n", b"n")
    return deliver(target, out)


def destination(out: Array | None, shape: tuple[int, ...], dtype: np.dtype[Any], *operands: Array) -> Array:
    """Where C may write the result: ``out`` itself, if it overlaps no operand and C can address it."""
    if out is None or not addressable(out) or any(np.may_share_memory(out, x) for x in operands):
        return np.empty(shape, dtype)
    return out


def deliver(target: Array, out: Array | None) -> Array:
    """The result, in ``out`` if there is one."""
    if out is None:
        return target
    if target is not out:
        out[...] = target
    return out


def product(c: Array, a: Array, b: Array, alpha: Any, beta: Any, op_a: bytes, op_b: bytes) -> None:
    """Calls C for each matrix of the stack; the last dimension of the stack is C's to walk along."""
    if c.size == 0:
        return
    m, n = c.shape[-2:]
    k = a.shape[-1] if op_a == b"n" else a.shape[-2]
    dtype, count = BLAS_DTYPES[c.dtype][0], c.shape[-3] if c.ndim > 2 else 1
    layouts = [layout(x) for x in (a, b, c)]
    for index in np.ndindex(c.shape[:-3]) if c.ndim > 3 else [()]:
        pointers = (address(x[index] if index else x) for x in (a, b, c))
        (pa, pb, pc), (la, lb, lc) = pointers, layouts
        status = lib.pbl_gemm_batch_strided(
            dtype, op_a, op_b, m, n, k, alpha, pa, *la, pb, *lb, beta, pc, *lc, count
        )  # fmt: skip
        check_status(status)
