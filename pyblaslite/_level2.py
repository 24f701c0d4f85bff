# SPDX-License-Identifier: MIT
"""Level 2: products of a matrix and a vector, and triangular systems.

A symmetric, Hermitian or triangular matrix is one triangle of an array; the other is neither read nor written. Bands
and packed triangles are stored as LAPACK (and scipy) has them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ._array import (
    BLAS_DTYPES,
    Array,
    address,
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
    multiply_vector,
    op_shape,
    readable,
    scalar,
)
from ._core import ffi, lib

COLUMNS = b"c"  # how a triangle is packed
LONGEST = sys.maxsize // 16  # the elements of an array, at most

# How C is told where a matrix stands.
Place = Callable[[Array], tuple[Any, ...]]


def size(value: object, name: str) -> int:
    """A number of rows, columns or diagonals."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not 0 <= value <= LONGEST:
        raise ValueError(f"{name}: given {value!r}, expected an integer from 0 to {LONGEST}")
    return int(value)


def vector(x: Any, name: str, length: int | None = None) -> Array:
    """``x`` as an array of one dimension, of this length if it matters."""
    array = as_array(x, name)
    if array.ndim != 1:
        raise ValueError(f"{name}: given {array.ndim} dimensions (shape {array.shape}), expected 1")
    if length is not None and len(array) != length:
        raise ValueError(f"{name}: given length {len(array)}, expected {length}")
    return array


def square(a: Any, name: str = "a") -> tuple[Array, int]:
    """``a`` as a square matrix, and its order."""
    a = as_array(a, name)
    if a.ndim != 2 or a.shape[0] != a.shape[1]:
        raise ValueError(f"{name}: given shape {a.shape}, expected a square matrix")
    return a, a.shape[0]


def band(a: Any, diagonals: int | None = None) -> tuple[Array, int, int]:
    """``a`` as band storage, the number of its diagonals, and that of its columns."""
    a = as_array(a, "a")
    if a.ndim != 2 or (a.shape[0] != diagonals if diagonals is not None else a.shape[0] == 0):
        expected = "k + 1" if diagonals is None else f"kl + ku + 1 = {diagonals}"
        raise ValueError(f"a: given shape {a.shape}, expected band storage: 2 dimensions, with {expected} rows")
    return a, a.shape[0], a.shape[1]


def packed(ap: Any, name: str = "ap") -> tuple[Array, int]:
    """``ap`` as a packed triangle, and its order."""
    ap = vector(ap, name)
    n = int((2 * len(ap)) ** 0.5)
    if n * (n + 1) // 2 != len(ap):
        raise ValueError(f"{name}: given length {len(ap)}, expected n (n + 1) / 2 for some n")
    return ap, n


def at_band(above: int) -> Place:
    """Band storage as a matrix: element (i, j) stands in row above + i - j of column j."""

    def place(a: Array) -> tuple[Any, ...]:
        rows, columns, _ = layout(a)
        return ffi.cast("char *", address(a)) + above * a.strides[0], rows, columns - rows

    return place


def at_packed(ap: Array) -> tuple[Any, ...]:
    """A packed triangle."""
    return (address(ap),)


def product(
    run: Any, head: tuple[Any, ...], a: Array, place: Place, x: Any, shape: tuple[int, int], alpha: complex,
    beta: complex, y: Any, out: Array | None, name: str = "a",
) -> Array:  # fmt: skip
    """alpha op(A) x + beta y by C's ``run``, for an op(A) of this shape."""
    outputs, inputs = shape
    x = vector(x, "x", inputs)
    y = None if y is None else as_array(y, "y")
    dtype = common_dtype(**{name: a, "x": x, "y": y})
    factors = scalar(alpha, "alpha", dtype), scalar(beta, "beta", dtype)
    adds = any(factors[1])
    out = check_result(y, out, (outputs,), dtype, adds, beta, "y")
    a, x = readable(a, dtype), readable(x, dtype)
    if place is at_packed:
        a = np.ascontiguousarray(a)
    target = destination_of_sum(y, out, (outputs,), dtype, adds, a, x)
    if inputs == 0:  # C leaves y as it is then, as BLAS does
        target[...] = target * beta if adds else 0
    else:
        code = BLAS_DTYPES[dtype][0]
        check_status(run(code, *head, factors[0], *place(a), *at(x), factors[1], *at(target)))
    return deliver(target, out)


def in_place(
    run: Any, head: tuple[Any, ...], a: Array, place: Place, x: Any, n: int, out: Array | None, name: str = "a"
) -> Array:
    """op(A) x or op(A)^-1 x by C's ``run``."""
    x = vector(x, "x", n)
    dtype = common_dtype(**{name: a, "x": x})
    out = None if out is None else check_out(out, (n,), dtype)
    a = readable(a, dtype)
    if place is at_packed:
        a = np.ascontiguousarray(a)
    target = destination(out, (n,), dtype, a)
    target[...] = x
    check_status(run(BLAS_DTYPES[dtype][0], *head, *place(a), *at(target)))
    return deliver(target, out)


def gemv(
    a: Any,
    x: Any,
    *,
    alpha: complex = 1.0,
    beta: complex = 0.0,
    y: Any = None,
    trans: str = "n",
    out: Array | None = None,
) -> Array:
    r"""Matrix times vector: :math:`\alpha\,op(A)\,x + \beta\,y`.

    Parameters
    ----------
    a : array_like
        The matrix A; op(A) has shape (m, n). Any strides; not copied for its layout.
    x : array_like of shape (n,)
    alpha, beta : number
        Real if the operands are. With ``beta = 0``, y is not read; with ``alpha = 0``, A and x are not.
    y : array_like of shape (m,), optional
        It is not changed. Without it, ``beta`` applies to what ``out`` holds.
    trans : {'n', 't', 'c'}
        op: as it is, transposed, conjugate transposed.
    out : ndarray of shape (m,), optional
        The array that is written and returned; it may overlap any operand.

    Returns
    -------
    ndarray of shape (m,)
        ``out``, or a new array; of the dtype that numpy's promotion gives for the operands.

    Raises
    ------
    TypeError
        If that dtype is not float32, float64, complex64 or complex128.
    ValueError
        If shapes do not fit, a letter is none of those above, or ``out`` cannot be written.
    MemoryError
        If there is no memory to work in; ``out`` is unchanged then.

    Notes
    -----
    The bits of the result do not depend on threads, instruction set or layout: the products of a row are added up in
    16 lanes (float64 and complex64: 8, complex128: 4), one in so many to each, with fused multiply-adds, and the lanes
    are folded by halves; x is cut every 4096 (2048, 2048, 1024) elements. They are not those of :func:`gemm`.
    """
    if type(alpha) is type(beta) is float and alpha == 1 and beta == 0 and y is None:
        result = multiply_vector(a, x, out, trans)
        if result is not None:
            return result  # type: ignore[no-any-return]
    a = as_array(a, "a")
    shape = op_shape(a, "a", trans, "trans")
    return product(lib.pbl_gemv, (trans.encode(), *a.shape), a, at, x, shape, alpha, beta, y, out)


def gbmv(
    a: Any,
    x: Any,
    *,
    m: int,
    kl: int,
    ku: int,
    alpha: complex = 1.0,
    beta: complex = 0.0,
    y: Any = None,
    trans: str = "n",
    out: Array | None = None,
) -> Array:
    r"""Band matrix times vector: :math:`\alpha\,op(A)\,x + \beta\,y`.

    Parameters
    ----------
    a : array_like of shape (kl + ku + 1, n)
        Band storage of A, which is (m, n): element (i, j) of A is ``a[ku + i - j, j]``. What of ``a`` is no element of
        A is not read. Quickest if the columns of ``a`` are contiguous (Fortran order).
    m, kl, ku : int
        Rows of A; diagonals below and above the main one.

    Others, and what is returned and raised, are as in :func:`gemv`, the same bits too.
    """
    m, kl, ku = size(m, "m"), size(kl, "kl"), size(ku, "ku")
    op = letter(trans, "trans", "ntc")
    a, _, n = band(a, kl + ku + 1)
    shape = (m, n) if op == b"n" else (n, m)
    return product(lib.pbl_gbmv, (op, m, n, kl, ku), a, at_band(ku), x, shape, alpha, beta, y, out)


def symv(
    a: Any, x: Any, *, uplo: str = "l", alpha: complex = 1.0, beta: complex = 0.0, y: Any = None,
    out: Array | None = None,
) -> Array:  # fmt: skip
    r"""Symmetric matrix times vector: :math:`\alpha A x + \beta y`.

    Parameters
    ----------
    a : array_like of shape (n, n)
        Holds A in the triangle that ``uplo`` says; the other is not read.
    uplo : {'l', 'u'}
        The lower or the upper triangle.

    Others, and what is returned and raised, are as in :func:`gemv`. Bits do not depend on threads, instruction set,
    layout or ``uplo``.
    """
    a, n = square(a)
    return product(lib.pbl_symv, (letter(uplo, "uplo", "lu"), n), a, at, x, (n, n), alpha, beta, y, out)


def hemv(
    a: Any, x: Any, *, uplo: str = "l", alpha: complex = 1.0, beta: complex = 0.0, y: Any = None,
    out: Array | None = None,
) -> Array:  # fmt: skip
    """:func:`symv` for a Hermitian A; the imaginary parts of its diagonal are not read."""
    a, n = square(a)
    return product(lib.pbl_hemv, (letter(uplo, "uplo", "lu"), n), a, at, x, (n, n), alpha, beta, y, out)


def sbmv(
    a: Any, x: Any, *, uplo: str = "l", alpha: complex = 1.0, beta: complex = 0.0, y: Any = None,
    out: Array | None = None,
) -> Array:  # fmt: skip
    """:func:`symv` for a band.

    Parameters
    ----------
    a : array_like of shape (k + 1, n)
        Element (i, j) of A is ``a[i - j, j]`` in the lower triangle, or ``a[k + i - j, j]`` in the upper one; what of
        ``a`` is no element of A is not read.

    Bits do not depend on threads, instruction set, layout or ``uplo``.
    """
    return symmetric_band(lib.pbl_sbmv, a, x, uplo, alpha, beta, y, out)


def hbmv(
    a: Any, x: Any, *, uplo: str = "l", alpha: complex = 1.0, beta: complex = 0.0, y: Any = None,
    out: Array | None = None,
) -> Array:  # fmt: skip
    """:func:`hemv` for a band, stored as in :func:`sbmv`."""
    return symmetric_band(lib.pbl_hbmv, a, x, uplo, alpha, beta, y, out)


def symmetric_band(
    run: Any, a: Any, x: Any, uplo: str, alpha: complex, beta: complex, y: Any, out: Array | None
) -> Array:
    """:func:`sbmv` or :func:`hbmv`."""
    which = letter(uplo, "uplo", "lu")
    a, rows, n = band(a)
    place = at_band(rows - 1 if which == b"u" else 0)
    return product(run, (which, n, rows - 1), a, place, x, (n, n), alpha, beta, y, out)


def spmv(
    ap: Any, x: Any, *, uplo: str = "l", alpha: complex = 1.0, beta: complex = 0.0, y: Any = None,
    out: Array | None = None,
) -> Array:  # fmt: skip
    """:func:`symv` for a packed matrix.

    Parameters
    ----------
    ap : array_like of shape (n (n + 1) / 2,)
        The columns of A's triangle one after the other: element (i, j) of A is ``ap[i + j (2 n - j - 1) / 2]`` in the
        lower triangle, or ``ap[i + j (j + 1) / 2]`` in the upper one.
    """
    ap, n = packed(ap)
    head = letter(uplo, "uplo", "lu"), COLUMNS, n
    return product(lib.pbl_spmv, head, ap, at_packed, x, (n, n), alpha, beta, y, out, "ap")


def hpmv(
    ap: Any, x: Any, *, uplo: str = "l", alpha: complex = 1.0, beta: complex = 0.0, y: Any = None,
    out: Array | None = None,
) -> Array:  # fmt: skip
    """:func:`hemv` for a packed matrix, stored as in :func:`spmv`."""
    ap, n = packed(ap)
    head = letter(uplo, "uplo", "lu"), COLUMNS, n
    return product(lib.pbl_hpmv, head, ap, at_packed, x, (n, n), alpha, beta, y, out, "ap")


def letters(uplo: str, trans: str, diag: str) -> tuple[bytes, bytes, bytes]:
    """Those of a triangular matrix, checked."""
    return letter(uplo, "uplo", "lu"), letter(trans, "trans", "ntc"), letter(diag, "diag", "nu")


def trmv(a: Any, x: Any, *, uplo: str = "l", trans: str = "n", diag: str = "n", out: Array | None = None) -> Array:
    """Triangular matrix times vector: op(A) x.

    Parameters
    ----------
    a : array_like of shape (n, n)
        Holds A in the triangle that ``uplo`` says; the other is not read.
    x : array_like of shape (n,)
        It is not changed, unless it is ``out``.
    uplo : {'l', 'u'}
        The lower or the upper triangle.
    trans : {'n', 't', 'c'}
        op: as it is, transposed, conjugate transposed.
    diag : {'n', 'u'}
        'u': the diagonal counts as ones and is not read.
    out : ndarray of shape (n,), optional
        The array that is written and returned; it may be ``x``, or overlap any operand.

    What is returned and raised is as in :func:`gemv`; bits do not depend on threads, instruction set or layout.
    """
    a, n = square(a)
    return in_place(lib.pbl_trmv, (*letters(uplo, trans, diag), n), a, at, x, n, out)


def trsv(a: Any, x: Any, *, uplo: str = "l", trans: str = "n", diag: str = "n", out: Array | None = None) -> Array:
    """Solves op(A) z = x for z, with a triangular A. Arguments are as in :func:`trmv`.

    A zero on the diagonal is no error: what divides by it becomes infinite or NaN.
    """
    a, n = square(a)
    return in_place(lib.pbl_trsv, (*letters(uplo, trans, diag), n), a, at, x, n, out)


def triangular_band(run: Any, a: Any, x: Any, uplo: str, trans: str, diag: str, out: Array | None) -> Array:
    """:func:`tbmv` or :func:`tbsv`."""
    head = letters(uplo, trans, diag)
    a, rows, n = band(a)
    return in_place(run, (*head, n, rows - 1), a, at_band(rows - 1 if uplo == "u" else 0), x, n, out)


def tbmv(a: Any, x: Any, *, uplo: str = "l", trans: str = "n", diag: str = "n", out: Array | None = None) -> Array:
    """:func:`trmv` for a band, stored as in :func:`sbmv`."""
    return triangular_band(lib.pbl_tbmv, a, x, uplo, trans, diag, out)


def tbsv(a: Any, x: Any, *, uplo: str = "l", trans: str = "n", diag: str = "n", out: Array | None = None) -> Array:
    """:func:`trsv` for a band, stored as in :func:`sbmv`."""
    return triangular_band(lib.pbl_tbsv, a, x, uplo, trans, diag, out)


def triangular_packed(run: Any, ap: Any, x: Any, uplo: str, trans: str, diag: str, out: Array | None) -> Array:
    """:func:`tpmv` or :func:`tpsv`."""
    which, op, unit = letters(uplo, trans, diag)
    ap, n = packed(ap)
    return in_place(run, (which, COLUMNS, op, unit, n), ap, at_packed, x, n, out, "ap")


def tpmv(ap: Any, x: Any, *, uplo: str = "l", trans: str = "n", diag: str = "n", out: Array | None = None) -> Array:
    """:func:`trmv` for a packed matrix, stored as in :func:`spmv`."""
    return triangular_packed(lib.pbl_tpmv, ap, x, uplo, trans, diag, out)


def tpsv(ap: Any, x: Any, *, uplo: str = "l", trans: str = "n", diag: str = "n", out: Array | None = None) -> Array:
    """:func:`trsv` for a packed matrix, stored as in :func:`spmv`."""
    return triangular_packed(lib.pbl_tpsv, ap, x, uplo, trans, diag, out)
