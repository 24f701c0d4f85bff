# SPDX-License-Identifier: MIT
"""Symmetric, hermitian and triangular factors, and copies of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._array import (
    BLAS_DTYPES,
    Array,
    addressable,
    as_array,
    at,
    check_out,
    check_result,
    check_status,
    common_dtype,
    deliver,
    destination,
    destination_of_sum,
    layout,
    letter,
    op_shape,
    readable,
    scalar,
)
from ._core import lib


def square(x: Array, name: str, order: int | None = None) -> int:
    """The order of a square matrix, which must be this one if one is given."""
    rows, columns = op_shape(x, name, "n")
    if rows != columns:
        raise ValueError(f"{name}: given shape {x.shape}, expected a square matrix")
    if order is not None and rows != order:
        raise ValueError(f"{name}: given shape {x.shape}, expected {(order, order)}, as b has the other size")
    return rows


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
    check_status(routine(BLAS_DTYPES[dtype][0], *letters, m, n, factors[0], *at(a), *at(b), factors[1], *at(target)))
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
    check_status(routine(BLAS_DTYPES[dtype][0], *letters, unit, m, n, factor, *at(a), *at(target)))
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
    check_status(lib.pbl_omatcopy(BLAS_DTYPES[dtype][0], op, rows, columns, factor, *at(a), *at(target)))
    return deliver(target, out)


def imatcopy(a: Array, *, alpha: complex = 1.0, trans: str = "t") -> Array:
    r"""A becomes :math:`\alpha\,op(A)`, where it is.

    Parameters
    ----------
    a : ndarray
        A matrix that can be written; if it is not square and is transposed, a contiguous one (in C or Fortran order).
    alpha, trans
        As for :func:`omatcopy`.

    Returns
    -------
    ndarray
        op(A), in the memory of ``a`` and its order: ``a`` itself, or a view of another shape.

    Raises
    ------
    TypeError, ValueError
        As :func:`gemm`; also if ``a`` is no array.
    MemoryError
        If there is no memory to work in; ``a`` is unchanged then.
    """
    if not isinstance(a, np.ndarray):
        raise TypeError(f"a: given {type(a).__name__}, expected a numpy array, as it is written")
    op = letter(trans, "trans", "ntcr")
    rows, columns = op_shape(a, "a", "n")
    dtype = common_dtype(a=as_array(a, "a"))
    try:
        check_out(a, a.shape, dtype)
    except (TypeError, ValueError) as error:
        raise type(error)(str(error).replace("out", "a", 1)) from None
    factor = scalar(alpha, "alpha", dtype)
    result = a
    if trans in "tc" and rows != columns:
        if not (a.flags.c_contiguous or a.flags.f_contiguous):
            raise ValueError(f"a: given strides {a.strides}, expected a contiguous matrix, as its shape changes")
        result = a.reshape((columns, rows), order="C" if a.flags.c_contiguous else "F")
    if not addressable(a):
        result[...] = omatcopy(a, alpha=alpha, trans=trans)
        return result
    check_status(lib.pbl_imatcopy(BLAS_DTYPES[dtype][0], op, rows, columns, factor, *at(a), *layout(result)[:2]))
    return result
