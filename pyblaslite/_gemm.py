# SPDX-License-Identifier: MIT
"""gemm and matmul."""

from __future__ import annotations

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
    readable,
    scalar,
)
from ._core import lib

OPS = {"n": b"n", "t": b"t", "c": b"c"}


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
    row i of op(A) only (NaN payloads excepted). The sum over k runs in ascending order with fused
    multiply-adds, cut in equal blocks of at most 1536 (float32), 1024 (float64, complex64), 768 (complex128).

    Rows of the error are bounded by gamma_k |A||B| (Higham, Accuracy and Stability of Numerical Algorithms, section 3.5).
    Algorithm: Goto and van de Geijn, Anatomy of high-performance matrix multiplication, ACM TOMS 34(3), 2008.

    The GIL is released during the product.
    """
    a, b = as_array(a, "a"), as_array(b, "b")
    c = None if c is None else as_array(c, "c")
    for name, x in (("a", a), ("b", b)):
        if x.ndim != 2:
            raise ValueError(f"{name}: given {x.ndim} dimensions (shape {x.shape}), expected 2")
    for name, op in (("trans_a", trans_a), ("trans_b", trans_b)):
        if op not in OPS:
            raise ValueError(f"{name}: given {op!r}, expected 'n', 't' or 'c'")

    m, k = a.shape if trans_a == "n" else a.shape[::-1]
    k_b, n = b.shape if trans_b == "n" else b.shape[::-1]
    if k != k_b:
        raise ValueError(f"b: op(b) has shape {(k_b, n)}, expected ({k}, n), as op(a) has shape {(m, k)}")
    if c is not None and c.shape != (m, n):
        raise ValueError(f"c: given shape {c.shape}, expected {(m, n)}")

    dtype = common_dtype(a=a, b=b, c=c)
    scalar_alpha, scalar_beta = scalar(alpha, "alpha", dtype), scalar(beta, "beta", dtype)
    if out is not None:
        out = check_out(out, (m, n), dtype)
    elif c is None and any(scalar_beta):
        raise ValueError(f"beta: given {beta!r}, but there is neither c nor out to multiply with it")

    a, b = readable(a, dtype), readable(b, dtype)
    reads_c = any(scalar_beta)
    target = destination(out, (m, n), dtype, a, b)
    if reads_c:
        source = out if c is None else c
        if target is not source:
            target[...] = source
    product(target, a, b, scalar_alpha, scalar_beta, OPS[trans_a], OPS[trans_b])
    return deliver(target, out)


def matmul(a: Any, b: Any, out: Array | None = None) -> Array:
    """Matrix product with the shape rules of :func:`numpy.matmul`.

    Parameters
    ----------
    a, b : array_like
        1-D operands are a row (a) or a column (b), and lose that dimension in the result. More than two dimensions are stacks of
        matrices in the last two, and broadcast.
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
    a, b = as_array(a, "a"), as_array(b, "b")
    for name, x in (("a", a), ("b", b)):
        if x.ndim == 0:
            raise ValueError(f"{name}: given a scalar (0 dimensions), expected at least 1; multiply with * instead")
    left = a[np.newaxis, :] if a.ndim == 1 else a
    right = b[:, np.newaxis] if b.ndim == 1 else b
    (m, k), (k_b, n) = left.shape[-2:], right.shape[-2:]
    if k != k_b:
        raise ValueError(f"b: given shape {b.shape}, expected {k} along its inner dimension, as a has shape {a.shape}")
    try:
        stack = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    except ValueError:
        raise ValueError(f"b: given shape {b.shape}, whose stack does not broadcast with a's shape {a.shape}") from None

    dtype = common_dtype(a=a, b=b)
    shape = stack + (m,) * (a.ndim > 1) + (n,) * (b.ndim > 1)
    if out is not None:
        out = check_out(out, shape, dtype)
    left = np.broadcast_to(readable(left, dtype), (*stack, m, k))
    right = np.broadcast_to(readable(right, dtype), (*stack, k, n))
    target = destination(out, shape, dtype, left, right)
    view = target if a.ndim > 1 else np.expand_dims(target, -1 if b.ndim == 1 else -2)
    view = view if b.ndim > 1 else np.expand_dims(view, -1) if a.ndim > 1 else view[..., np.newaxis]
    product(view, left, right, scalar(1, "alpha", dtype), scalar(0, "beta", dtype), b"n", b"n")
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
    size = c.itemsize
    outer, count = (c.shape[:-3], c.shape[-3]) if c.ndim > 2 else ((), 1)

    def layout(x: Array) -> list[int]:
        strides = [stride // size for stride in x.strides[-3:]]
        return [*strides[-2:], strides[0] if x.ndim > 2 else 0]

    layout_a, layout_b, layout_c = layout(a), layout(b), layout(c)
    for index in np.ndindex(*outer):
        status = lib.pbl_gemm_batch_strided(
            BLAS_DTYPES[c.dtype][0], op_a, op_b, m, n, k,
            alpha, address(a[index]), *layout_a,
            address(b[index]), *layout_b,
            beta, address(c[index]), *layout_c, count,
        )  # fmt: skip
        check_status(status)
