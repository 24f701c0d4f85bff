# SPDX-License-Identifier: MIT
"""gemm and matmul."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._array import (
    Array,
    as_array,
    check_out,
    check_result,
    common_dtype,
    deliver,
    destination,
    destination_of_sum,
    is_narrow,
    multiply_matrices,
    multiply_plain,
    op_shape,
    product_shape,
    promoted,
    readable,
    scalar,
)
from ._core import ffi
from ._mixed import factor, gemm_mixed, kind_of, result_dtype, run
from ._packed import PackedB
from ._stacks import multiply_stacks


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
    bias: Any = None,
    activation: str | None = None,
    scale: Any = None,
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

        Of two float16 or two bfloat16 (as ml_dtypes has it) it is theirs, or float32 if ``out`` is; of int8 and uint8
        (not both uint8) it is int32, or float32 with an epilogue, or float32, float16 or bfloat16 if ``out`` is.

    Other Parameters
    ----------------
    scale, bias : array_like of real numbers, optional
        The epilogue, for real operands: the result is activation(scale x + bias), done while a tile x of the product
        (with alpha, beta and C) is in the cache. They broadcast to (m, n): shape (n,) is one number for each column,
        (m, 1) one for each row.
    activation : {None, 'none', 'relu', 'gelu'}
        gelu(x) is x Phi(x), with the normal distribution's Phi; in float32 to about 4 units in the last place.

    Raises
    ------
    TypeError
        If that dtype is none of these. Other integers and booleans are refused unless promotion with another operand
        makes them float: cast them.
    ValueError
        If shapes do not fit, or ``out`` cannot be written.
    MemoryError
        If there is no memory to pack operands into; ``out`` then is unchanged.

    Notes
    -----
    The result has the same bits for every number of threads, instruction set and memory layout, and row i depends on
    row i of op(A) only (NaN payloads excepted). The sum over k runs in ascending order with fused multiply-adds, cut
    in equal blocks of at most 1536 (float32, float16), 1024 (float64, complex64), 768 (complex128) or 2048 (bfloat16).
    The exception: if k > 32, a product of a single row or column is :func:`gemv`'s, and so are its bits, unless
    :func:`batch_invariant` is on: in ascending order, with contiguous columns of B in the cache, 1 x 100 x 100 would
    take 3 times as long (float32), 1 x 8 x 20000 5 times and 1 x 1 x 100000 90 times.

    The error is at most gamma_k |A||B| (Higham, Accuracy and Stability of Numerical Algorithms, section 3.5).
    Algorithm: Goto and van de Geijn, Anatomy of high-performance matrix multiplication, ACM TOMS 34(3), 2008.

    float16 and bfloat16 are summed in float32 and rounded once, to nearest; 8-bit integers in int32, exactly (modulo
    2^32), for which alpha and beta are integers. bfloat16 products have the same bits on every instruction set as long
    as no sum is subnormal: subnormal inputs count as zero, as the AVX-512 instruction has it. AMX has an order
    of its own (of every 32 products along k, the even and the odd ones are summed apart); ``set_isa('avx512')`` has
    that of the others.

    The GIL is released during the product, unless that is over in a microsecond.
    """
    if activation == "none":
        activation = None
    if isinstance(b, PackedB) and b.kept is not None and trans_b == "n":
        b = b.kept
    plain = type(alpha) is type(beta) is float and alpha == 1 and beta == 0 and c is None
    packed = isinstance(b, PackedB)
    if plain and not packed:
        result = multiply_matrices(a, b, out, scale, bias, activation, trans_a, trans_b)
        if result is not None:
            return result  # type: ignore[no-any-return]
    elif plain and trans_b == "n":
        result = b.multiply_plain(a, out, scale, bias, activation, trans_a)
        if result is not None:
            return result  # type: ignore[no-any-return]
    has_epilogue = bias is not None or activation is not None or scale is not None
    a = as_array(a, "a")
    b = b if packed else as_array(b, "b")
    if has_epilogue or (is_narrow(b.dtype) and (packed or is_narrow(a.dtype))):
        return gemm_mixed(a, b, alpha, beta, c, trans_a, trans_b, out, bias, activation, scale)
    if packed:
        return gemm_packed(a, b, alpha, beta, c, trans_a, trans_b, out)
    c = None if c is None else as_array(c, "c")
    m, n = product_shape(a, b, trans_a, trans_b)
    dtype = common_dtype(a=a, b=b, c=c)
    factors = scalar(alpha, "alpha", dtype), scalar(beta, "beta", dtype)
    out = check_result(c, out, (m, n), dtype, any(factors[1]), beta)

    a, b = readable(a, dtype), readable(b, dtype)
    target = destination_of_sum(c, out, (m, n), dtype, any(factors[1]), a, b)
    run(target, a, b, factors, trans_a, trans_b, ffi.NULL)
    return deliver(target, out)


def gemm3m(
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
    """:func:`gemm` of complex operands, by the name that others give to one with three real products.

    There are four here, as in :func:`gemm`: the bits and the error bound are the same.
    """
    given = {"a": as_array(a, "a"), "b": as_array(b, "b"), "c": None if c is None else as_array(c, "c")}
    if (dtype := common_dtype(**given)).kind != "c":
        raise TypeError(f"a and b: the result would be {dtype}, expected a complex one; use gemm")
    return gemm(a, b, alpha=alpha, beta=beta, c=c, trans_a=trans_a, trans_b=trans_b, out=out)


def gemm_packed(
    a: Array, b: PackedB, alpha: complex, beta: complex, c: Any, trans_a: str, trans_b: str, out: Array | None
) -> Array:
    """:func:`gemm` with a B that is packed."""
    if trans_b != "n":
        raise ValueError(f"trans_b: given {trans_b!r}, but b is packed: give trans_b to pack_b instead")
    c = None if c is None else as_array(c, "c")
    m, k = op_shape(a, "a", trans_a)
    if k != b.shape[0]:
        raise ValueError(f"b: packed with shape {b.shape}, expected ({k}, n), as op(a) has shape {(m, k)}")
    for name, x in (("a", a), ("c", c)):
        if x is not None and x.dtype != b.dtype and promoted(x.dtype, b.dtype) != b.dtype:
            raise TypeError(f"{name}: dtype {x.dtype} does not fit b, which is packed as {b.dtype}: cast it")
    shape = m, b.shape[1]
    factors = scalar(alpha, "alpha", b.dtype), scalar(beta, "beta", b.dtype)
    out = check_result(c, out, shape, b.dtype, any(factors[1]), beta)
    a = readable(a, b.dtype)
    target = destination_of_sum(c, out, shape, b.dtype, any(factors[1]), a)
    b.multiply(target, a, *factors, trans_a.encode())
    return deliver(target, out)


def matmul(a: Any, b: Any, out: Array | None = None) -> Array:
    """Matrix product with the shape rules of :func:`numpy.matmul`.

    Parameters
    ----------
    a, b : array_like
        1-D operands are a row (a) or a column (b), and lose that dimension in the result. More than two dimensions
        are stacks of matrices in the last two, and broadcast.
    out : ndarray, optional
        The array that is written and returned; of the result's shape and a dtype that :func:`gemm` can give.

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
    if (result := multiply_plain(a, b, out)) is not None:
        return result  # type: ignore[no-any-return]
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

    kind = kind_of(a.dtype, b.dtype, False, {"a": a, "b": b})
    dtype = result_dtype(kind, out)
    left, right = readable(left, kind.inputs[0]), readable(right, kind.inputs[1])
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
    view = target[..., np.newaxis] if b.ndim == 1 else target
    view = view[..., np.newaxis, :] if a.ndim == 1 else view
    multiply_stacks(view, left, right, factor(1, "alpha", kind), factor(0, "beta", kind))
    return deliver(target, out)
