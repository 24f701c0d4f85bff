# SPDX-License-Identifier: MIT
"""Symmetric, hermitian and triangular factors, and products of which one triangle is computed."""

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
    check_result,
    check_status,
    common_dtype,
    deliver,
    destination,
    destination_of_sum,
    element,
    layout,
    op_shape,
    product_shape,
    readable,
    scalar,
)
from ._core import lib


def letter(value: object, name: str, letters: str) -> bytes:
    """One of the letters, as C wants it."""
    if not isinstance(value, str) or len(value) != 1 or value not in letters:
        raise ValueError(f"{name}: given {value!r}, expected {' or '.join(repr(x) for x in letters)}")
    return value.encode()


def view(x: Array) -> tuple[Any, int, int]:
    """A matrix as C takes it: pointer, strides."""
    return (address(x), *layout(x)[:2])


def real_scalar(value: object, name: str, dtype: np.dtype[Any]) -> Any:
    """A C buffer with one real of the precision of this dtype."""
    number = scalar(value, name, dtype)
    if len(number) > 1 and number[1] != 0:
        raise TypeError(f"{name}: given complex {value!r}, expected a real number, as the result is hermitian")
    return element(np.empty(0, dtype).real.dtype, number[0])


def square(x: Array, name: str, order: int | None = None) -> int:
    """The order of a square matrix, which must be this one if one is given."""
    rows, columns = op_shape(x, name, "n")
    if rows != columns:
        raise ValueError(f"{name}: given shape {x.shape}, expected a square matrix")
    if order is not None and rows != order:
        raise ValueError(f"{name}: given shape {x.shape}, expected {(order, order)}, as b has the other size")
    return rows


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
            factors[0], *view(a), *view(b), factors[1], *view(target)
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
    pointers = [part for x in inputs for part in view(x)]
    check_status(routine(BLAS_DTYPES[dtype][0], triangle, op, n, k, factors[0], *pointers, factors[1], *view(target)))
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


def half_stored(
    routine: Any, a: Any, b: Any, side: str, uplo: str, alpha: complex, beta: complex, c: Any, out: Array | None
) -> Array:
    """What symm and hemm share."""
    a, b = as_array(a, "a"), as_array(b, "b")
    c = None if c is None else as_array(c, "c")
    letters = letter(side, "side", "lr"), letter(uplo, "uplo", "lu")
    m, n = op_shape(b, "b", "n")
    square(a, "a", m if side == "l" else n)
    dtype = common_dtype(a=a, b=b, c=c)
    factors = scalar(alpha, "alpha", dtype), scalar(beta, "beta", dtype)
    adds = any(factors[1])
    out = check_result(c, out, (m, n), dtype, adds, beta)
    a, b = readable(a, dtype), readable(b, dtype)
    target = destination_of_sum(c, out, (m, n), dtype, adds, a, b)
    check_status(
        routine(BLAS_DTYPES[dtype][0], *letters, m, n, factors[0], *view(a), *view(b), factors[1], *view(target))
    )
    return deliver(target, out)


def symm(
    a: Any,
    b: Any,
    *,
    side: str = "l",
    uplo: str = "l",
    alpha: complex = 1.0,
    beta: complex = 0.0,
    c: Any = None,
    out: Array | None = None,
) -> Array:
    r"""Product with a symmetric matrix: :math:`\alpha A B + \beta C`, or :math:`\alpha B A + \beta C`.

    Parameters
    ----------
    a : array_like
        A, square, of which only one triangle is read.
    b : array_like
        B, of shape (m, n).
    side : {'l', 'r'}
        Where A stands: left of B, with shape (m, m), or right of it, with shape (n, n).
    uplo : {'l', 'u'}
        The triangle of A that is read, lower or upper, with the diagonal.
    alpha, beta, c, out
        As in :func:`gemm`.

    Returns
    -------
    ndarray of shape (m, n)
        ``out``, or a new C-contiguous array.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As :func:`gemm`.

    Notes
    -----
    The result has the bits that :func:`gemm` gives for the whole A.
    """
    return half_stored(lib.pbl_symm, a, b, side, uplo, alpha, beta, c, out)


def hemm(
    a: Any,
    b: Any,
    *,
    side: str = "l",
    uplo: str = "l",
    alpha: complex = 1.0,
    beta: complex = 0.0,
    c: Any = None,
    out: Array | None = None,
) -> Array:
    r"""Product with a hermitian matrix: :math:`\alpha A B + \beta C`, or :math:`\alpha B A + \beta C`.

    Parameters
    ----------
    a : array_like
        A, square, of which only one triangle is read; the imaginary part of its diagonal is not, and counts as zero.
        If it is real, this is :func:`symm`.
    b, side, uplo, alpha, beta, c, out
        As in :func:`symm`.

    Returns
    -------
    ndarray of shape (m, n)
        ``out``, or a new C-contiguous array.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As :func:`gemm`.
    """
    return half_stored(lib.pbl_hemm, a, b, side, uplo, alpha, beta, c, out)


def triangular(
    routine: Any, a: Any, b: Any, side: str, uplo: str, trans: str, diag: str, alpha: complex, out: Array | None
) -> Array:
    """What trmm and trsm share: C works in place, on ``out`` if that is b, else on a copy of b."""
    a, b = as_array(a, "a"), as_array(b, "b")
    letters = letter(side, "side", "lr"), letter(uplo, "uplo", "lu"), letter(trans, "trans", "ntc")
    unit = letter(diag, "diag", "nu")
    m, n = op_shape(b, "b", "n")
    square(a, "a", m if side == "l" else n)
    dtype = common_dtype(a=a, b=b)
    factor = scalar(alpha, "alpha", dtype)
    if out is not None:
        out = check_out(out, b.shape, dtype)
    a = readable(a, dtype)
    in_place = addressable(b) and out is b and not np.may_share_memory(a, b)
    target = b if in_place else np.array(b, dtype, order="C")
    check_status(routine(BLAS_DTYPES[dtype][0], *letters, unit, m, n, factor, *view(a), *view(target)))
    return deliver(target, out)


def trmm(
    a: Any,
    b: Any,
    *,
    side: str = "l",
    uplo: str = "l",
    trans: str = "n",
    diag: str = "n",
    alpha: complex = 1.0,
    out: Array | None = None,
) -> Array:
    r"""Product with a triangular matrix: :math:`\alpha\,op(A)\,B`, or :math:`\alpha\,B\,op(A)`.

    Parameters
    ----------
    a : array_like
        A, square, of which only one triangle is read.
    b : array_like
        B, of shape (m, n). It is not changed, unless it is ``out``.
    side : {'l', 'r'}
        Where A stands: left of B, with shape (m, m), or right of it, with shape (n, n).
    uplo : {'l', 'u'}
        Whether A is lower or upper triangular.
    trans : {'n', 't', 'c'}
        op: as it is, transposed, conjugate transposed.
    diag : {'n', 'u'}
        With 'u', A's diagonal counts as 1 and is not read.
    alpha : number
        Real if the operands are. With ``alpha = 0``, A and B are not read.
    out : ndarray of shape (m, n), optional
        The array that is written and returned; it may overlap any operand, and is computed in place if it is ``b``.

    Returns
    -------
    ndarray of shape (m, n)
        ``out``, or a new C-contiguous array.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As :func:`gemm`.

    Notes
    -----
    The result has the same bits for every number of threads, instruction set and memory layout. No element that is
    outside the triangle takes part: a NaN in B comes into those elements only that the formula says.
    """
    return triangular(lib.pbl_trmm, a, b, side, uplo, trans, diag, alpha, out)


def trsm(
    a: Any,
    b: Any,
    *,
    side: str = "l",
    uplo: str = "l",
    trans: str = "n",
    diag: str = "n",
    alpha: complex = 1.0,
    out: Array | None = None,
) -> Array:
    r"""Solve a triangular system: :math:`op(A)\,X = \alpha B`, or :math:`X\,op(A) = \alpha B`.

    Parameters
    ----------
    a : array_like
        A, square, of which only one triangle is read.
    b : array_like
        B, of shape (m, n). It is not changed, unless it is ``out``.
    side, uplo, trans, diag, alpha, out
        As in :func:`trmm`.

    Returns
    -------
    ndarray of shape (m, n)
        X: ``out``, or a new C-contiguous array.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As :func:`gemm`. A zero on the diagonal is no error: it gives Inf and NaN.

    Notes
    -----
    The result has the same bits for every number of threads, instruction set and memory layout. Each column has a
    small backward error (Higham, Accuracy and Stability of Numerical Algorithms, section 8.1). Algorithm: Elmroth,
    Gustavson, Jonsson and Kagstrom, Recursive blocked algorithms and hybrid data structures for dense matrix library
    software, SIAM Review 46(1), 2004.
    """
    return triangular(lib.pbl_trsm, a, b, side, uplo, trans, diag, alpha, out)


def omatcopy(a: Any, *, alpha: complex = 1.0, trans: str = "t", out: Array | None = None) -> Array:
    r"""Copy of a matrix, scaled and perhaps transposed: :math:`\alpha\,op(A)`.

    Parameters
    ----------
    a : array_like
        A matrix of any strides.
    alpha : number
        Real if A is. With ``alpha = 0``, A is not read.
    trans : {'n', 't', 'c', 'r'}
        op: as it is, transposed, conjugate transposed, conjugated.
    out : ndarray, optional
        The array that is written and returned, of op(A)'s shape; it may overlap A.

    Returns
    -------
    ndarray
        ``out``, or a new C-contiguous array.

    Raises
    ------
    TypeError, ValueError
        As :func:`gemm`.
    """
    a = as_array(a, "a")
    op = letter(trans, "trans", "ntcr")
    rows, columns = op_shape(a, "a", "n")
    shape = (columns, rows) if trans in "tc" else (rows, columns)
    dtype = common_dtype(a=a)
    factor = scalar(alpha, "alpha", dtype)
    if out is not None:
        out = check_out(out, shape, dtype)
    a = readable(a, dtype)
    target = destination(out, shape, dtype, a)
    check_status(lib.pbl_omatcopy(BLAS_DTYPES[dtype][0], op, rows, columns, factor, *view(a), *view(target)))
    return deliver(target, out)
