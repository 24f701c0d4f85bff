# SPDX-License-Identifier: MIT
"""Products of which one triangle is computed: gemmt, syrk, herk, syr2k, her2k."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._array import (
    BLAS_DTYPES,
    Array,
    as_array,
    at,
    check_result,
    check_status,
    common_dtype,
    destination,
    letter,
    op_shape,
    product_shape,
    readable,
    real_scalar,
    scalar,
)
from ._core import lib


def triangle_of(uplo: bytes, n: int) -> Array:
    """Where the elements of a triangle are."""
    lower = np.tri(n, dtype=bool)
    return lower if uplo == b"l" else lower.T


def triangle_destination(
    c: Array | None, out: Array | None, n: int, dtype: np.dtype[Any], adds: bool, uplo: bytes, *operands: Array
) -> Array:
    """Where C may write a triangle of the result, holding there what beta multiplies."""
    source = out if c is None else c
    target = destination(out, (n, n), dtype, *operands)
    if target is out and (source is out or not adds):
        return target
    target = np.zeros((n, n), dtype)
    if adds and source is not None:
        np.copyto(target, source, where=triangle_of(uplo, n))
    return target


def deliver_triangle(target: Array, out: Array | None, uplo: bytes) -> Array:
    """The result; of ``out``, if there is one, only the triangle is written."""
    if out is None or target is out:
        return target
    np.copyto(out, target, where=triangle_of(uplo, target.shape[0]))
    return out


def gemmt(
    a: Any,
    b: Any,
    *,
    uplo: str = "l",
    trans_a: str = "n",
    trans_b: str = "n",
    alpha: complex = 1.0,
    beta: complex = 0.0,
    c: Any = None,
    out: Array | None = None,
) -> Array:
    r"""One triangle of a square product: :math:`\alpha\,op(A)\,op(B) + \beta\,C`.

    Parameters
    ----------
    a, b : array_like
        Matrices with op(A) of shape (n, k) and op(B) of shape (k, n), of any strides.
    uplo : {'l', 'u'}
        The triangle that is computed, lower or upper, with the diagonal.
    trans_a, trans_b : {'n', 't', 'c'}
        op: as it is, transposed, conjugate transposed.
    alpha, beta : number
        As in :func:`gemm`.
    c : array_like, optional
        C, of shape (n, n), of which only the triangle is read; it is not changed. Without it, ``beta`` applies to what
        ``out`` holds.
    out : ndarray of shape (n, n), optional
        The array of which the triangle is written, and which is returned; it may overlap any operand.

    Returns
    -------
    ndarray of shape (n, n)
        ``out``, whose other triangle is as it was, or a new array, whose other triangle holds zeros.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As :func:`gemm`.

    Notes
    -----
    The triangle has the bits that :func:`gemm` gives. About half the time of it.
    """
    a, b = as_array(a, "a"), as_array(b, "b")
    c = None if c is None else as_array(c, "c")
    triangle = letter(uplo, "uplo", "lu")
    n, columns = product_shape(a, b, trans_a, trans_b)
    if n != columns:
        raise ValueError(f"b: op(b) has {columns} columns, expected {n}, as many as op(a) has rows")
    k = op_shape(a, "a", trans_a)[1]
    dtype = common_dtype(a=a, b=b, c=c)
    factors = scalar(alpha, "alpha", dtype), scalar(beta, "beta", dtype)
    adds = any(factors[1])
    out = check_result(c, out, (n, n), dtype, adds, beta)
    a, b = readable(a, dtype), readable(b, dtype)
    target = triangle_destination(c, out, n, dtype, adds, triangle, a, b)
    check_status(
        lib.pbl_gemmt(
            BLAS_DTYPES[dtype][0], triangle, trans_a.encode(), trans_b.encode(), n, k,
            factors[0], *at(a), *at(b), factors[1], *at(target)
        )
    )  # fmt: skip
    return deliver_triangle(target, out, triangle)


def rank_k(
    routine: Any,
    operands: dict[str, Any],
    uplo: str,
    trans: str,
    alpha: complex,
    beta: complex,
    c: Any,
    out: Array | None,
    real_factors: tuple[bool, bool],
    hermitian: bool,
) -> Array:
    """What syrk, herk, syr2k and her2k share; ``real_factors`` says which of alpha and beta C takes as a real."""
    arrays = {name: as_array(x, name) for name, x in operands.items()}
    c = None if c is None else as_array(c, "c")
    triangle = letter(uplo, "uplo", "lu")
    dtype = common_dtype(**arrays, c=c)
    op = letter(trans, "trans", "ntc" if dtype.kind != "c" else "nc" if hermitian else "nt")
    shapes = {name: op_shape(x, name, trans) for name, x in arrays.items()}
    n, k = shapes["a"]
    for name, shape in shapes.items():
        if shape != (n, k):
            raise ValueError(f"{name}: given shape {arrays[name].shape}, expected {arrays['a'].shape}, that of a")
    first, second = (real_scalar if real else scalar for real in real_factors)
    factors = first(alpha, "alpha", dtype), second(beta, "beta", dtype)
    adds = any(factors[1])
    out = check_result(c, out, (n, n), dtype, adds, beta)
    inputs = [readable(x, dtype) for x in arrays.values()]
    target = triangle_destination(c, out, n, dtype, adds, triangle, *inputs)
    pointers = [part for x in inputs for part in at(x)]
    check_status(routine(BLAS_DTYPES[dtype][0], triangle, op, n, k, factors[0], *pointers, factors[1], *at(target)))
    return deliver_triangle(target, out, triangle)


def syrk(
    a: Any,
    *,
    uplo: str = "l",
    trans: str = "n",
    alpha: complex = 1.0,
    beta: complex = 0.0,
    c: Any = None,
    out: Array | None = None,
) -> Array:
    r"""One triangle of :math:`\alpha\,op(A)\,op(A)^T + \beta\,C`.

    Parameters
    ----------
    a : array_like
        A, with op(A) of shape (n, k), of any strides.
    uplo : {'l', 'u'}
        The triangle that is computed, lower or upper, with the diagonal.
    trans : {'n', 't'}
        op: as it is, or transposed; 'c' too if A is real.
    alpha, beta, c, out
        As in :func:`gemmt`.

    Returns
    -------
    ndarray of shape (n, n)
        ``out``, whose other triangle is as it was, or a new array, whose other triangle holds zeros.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As :func:`gemm`.

    Notes
    -----
    The triangle has the bits that :func:`gemm` gives.
    """
    return rank_k(lib.pbl_syrk, {"a": a}, uplo, trans, alpha, beta, c, out, (False, False), False)


def herk(
    a: Any,
    *,
    uplo: str = "l",
    trans: str = "n",
    alpha: float = 1.0,
    beta: float = 0.0,
    c: Any = None,
    out: Array | None = None,
) -> Array:
    r"""One triangle of :math:`\alpha\,op(A)\,op(A)^H + \beta\,C`, which is hermitian.

    Parameters
    ----------
    a : array_like
        A, with op(A) of shape (n, k), of any strides; if it is real, this is :func:`syrk`.
    uplo : {'l', 'u'}
        The triangle that is computed, lower or upper, with the diagonal.
    trans : {'n', 'c'}
        op: as it is, or conjugate transposed; 't' too if A is real.
    alpha, beta : real number
        As in :func:`gemmt`.
    c, out
        As in :func:`gemmt`. The imaginary part of C's diagonal is not read.

    Returns
    -------
    ndarray of shape (n, n)
        ``out``, whose other triangle is as it was, or a new array, whose other triangle holds zeros. The diagonal is
        real (unless there is nothing to do, with beta = 1 and without a product: then ``out`` stays as it is).

    Raises
    ------
    TypeError, ValueError, MemoryError
        As :func:`gemm`.
    """
    return rank_k(lib.pbl_herk, {"a": a}, uplo, trans, alpha, beta, c, out, (True, True), True)


def syr2k(
    a: Any,
    b: Any,
    *,
    uplo: str = "l",
    trans: str = "n",
    alpha: complex = 1.0,
    beta: complex = 0.0,
    c: Any = None,
    out: Array | None = None,
) -> Array:
    r"""One triangle of :math:`\alpha\,op(A)\,op(B)^T + \alpha\,op(B)\,op(A)^T + \beta\,C`.

    Parameters
    ----------
    a, b : array_like
        A and B, with op(A) and op(B) of shape (n, k), of any strides.
    uplo, trans, alpha, beta, c, out
        As in :func:`syrk`.

    Returns
    -------
    ndarray of shape (n, n)
        ``out``, whose other triangle is as it was, or a new array, whose other triangle holds zeros.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As :func:`gemm`.
    """
    return rank_k(lib.pbl_syr2k, {"a": a, "b": b}, uplo, trans, alpha, beta, c, out, (False, False), False)


def her2k(
    a: Any,
    b: Any,
    *,
    uplo: str = "l",
    trans: str = "n",
    alpha: complex = 1.0,
    beta: float = 0.0,
    c: Any = None,
    out: Array | None = None,
) -> Array:
    r"""One triangle of :math:`\alpha\,op(A)\,op(B)^H + \bar\alpha\,op(B)\,op(A)^H + \beta\,C`, which is hermitian.

    Parameters
    ----------
    a, b : array_like
        A and B, with op(A) and op(B) of shape (n, k), of any strides.
    alpha : number
        Complex, if the operands are.
    uplo, trans, beta, c, out
        As in :func:`herk`.

    Returns
    -------
    ndarray of shape (n, n)
        As :func:`herk`.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As :func:`gemm`.
    """
    return rank_k(lib.pbl_her2k, {"a": a, "b": b}, uplo, trans, alpha, beta, c, out, (False, True), True)
