# SPDX-License-Identifier: MIT
"""Level 2: updates of rank one and two. Triangles are stored as in _level2.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._array import (
    BLAS_DTYPES,
    Array,
    as_array,
    at,
    check_out,
    check_status,
    common_dtype,
    deliver,
    destination,
    letter,
    readable,
    real_scalar,
    scalar,
)
from ._core import lib
from ._level2 import COLUMNS, at_packed, vector


def update(
    run: Any, head: tuple[Any, ...], vectors: dict[str, Array], alpha: complex, a: Any, shape: tuple[int, ...],
    out: Array | None, name: str = "a", real: bool = False,
) -> Array:  # fmt: skip
    """A + alpha u v^T by C's ``run``, for an A of this shape; ``real``: alpha is."""
    a = None if a is None else as_array(a, name)
    dtype = common_dtype(**vectors, **{name: a})
    factor = (real_scalar if real else scalar)(alpha, "alpha", dtype)
    if a is not None and a.shape != shape:
        raise ValueError(f"{name}: given shape {a.shape}, expected {shape}")
    operands = [readable(v, dtype) for v in vectors.values()]
    if out is not None:
        out = check_out(out, shape, dtype)
    start = out if a is None else a
    if start is None:
        target = np.zeros(shape, dtype)
    elif start is out and destination(out, shape, dtype, *operands) is out and (name == "a" or out.flags.c_contiguous):
        target = out
    else:
        target = np.array(start, dtype, order="C")  # not in `out`, which stays as it is if memory runs out
    place = at_packed if name == "ap" else at
    args = [part for v in operands for part in at(v)]
    check_status(run(BLAS_DTYPES[dtype][0], *head, factor, *args, *place(target)))
    return deliver(target, out)


def ger(x: Any, y: Any, *, alpha: complex = 1.0, a: Any = None, out: Array | None = None, conj: bool = False) -> Array:
    r"""Update of rank one: :math:`A + \alpha\,x\,y^T`, or :math:`A + \alpha\,x\,y^H`.

    Parameters
    ----------
    x, y : array_like of shape (m,) and (n,)
    alpha : number
        Real if the operands are. With ``alpha = 0``, x and y are not read.
    a : array_like of shape (m, n), optional
        A; it is not changed. Without it, A is what ``out`` holds, or zero if there is no ``out``.
    out : ndarray of shape (m, n), optional
        The array that is written and returned, whatever its strides; it may overlap any operand.
    conj : bool
        Whether y is conjugated.

    What is returned and raised is as in :func:`gemv`; the bits do not depend on threads, instruction set or layout.
    """
    x, y = vector(x, "x"), vector(y, "y")
    shape = len(x), len(y)
    head = b"c" if conj else b"t", *shape
    return update(lib.pbl_ger, head, {"x": x, "y": y}, alpha, a, shape, out)


def rank(
    run: Any, x: Any, y: Any, alpha: complex, uplo: str, a: Any, out: Array | None, name: str = "a", real: bool = False
) -> Array:
    """Any update of one triangle."""
    which = letter(uplo, "uplo", "lu")
    vectors = {"x": vector(x, "x")}
    n = len(vectors["x"])
    if y is not None:
        vectors["y"] = vector(y, "y", n)
    shape = (n * (n + 1) // 2,) if name == "ap" else (n, n)
    head = (which, COLUMNS, n) if name == "ap" else (which, n)
    return update(run, head, vectors, alpha, a, shape, out, name, real)


def syr(x: Any, *, alpha: complex = 1.0, uplo: str = "l", a: Any = None, out: Array | None = None) -> Array:
    r"""Symmetric update of rank one: :math:`A + \alpha\,x\,x^T`, in one triangle.

    Parameters
    ----------
    uplo : {'l', 'u'}
        The triangle of A that is read and written; the other keeps what A holds there.

    Others are as in :func:`ger`.
    """
    return rank(lib.pbl_syr, x, None, alpha, uplo, a, out)


def her(x: Any, *, alpha: float = 1.0, uplo: str = "l", a: Any = None, out: Array | None = None) -> Array:
    r"""Hermitian update of rank one: :math:`A + \alpha\,x\,x^H` with a real alpha, as :func:`syr`.

    The imaginary parts of the diagonal are not read, and become zero (unless ``alpha = 0``: nothing is written then).
    """
    return rank(lib.pbl_her, x, None, alpha, uplo, a, out, real=True)


def spr(x: Any, *, alpha: complex = 1.0, uplo: str = "l", ap: Any = None, out: Array | None = None) -> Array:
    """:func:`syr` for a packed matrix, stored as in :func:`spmv`."""
    return rank(lib.pbl_spr, x, None, alpha, uplo, ap, out, "ap")


def hpr(x: Any, *, alpha: float = 1.0, uplo: str = "l", ap: Any = None, out: Array | None = None) -> Array:
    """:func:`her` for a packed matrix, stored as in :func:`spmv`."""
    return rank(lib.pbl_hpr, x, None, alpha, uplo, ap, out, "ap", real=True)


def syr2(x: Any, y: Any, *, alpha: complex = 1.0, uplo: str = "l", a: Any = None, out: Array | None = None) -> Array:
    r"""Symmetric update of rank two: :math:`A + \alpha\,x\,y^T + \alpha\,y\,x^T`, as :func:`syr`."""
    return rank(lib.pbl_syr2, x, as_array(y, "y"), alpha, uplo, a, out)


def her2(x: Any, y: Any, *, alpha: complex = 1.0, uplo: str = "l", a: Any = None, out: Array | None = None) -> Array:
    r"""Hermitian update of rank two: :math:`A + \alpha\,x\,y^H + \bar\alpha\,y\,x^H`, as :func:`her`."""
    return rank(lib.pbl_her2, x, as_array(y, "y"), alpha, uplo, a, out)


def spr2(x: Any, y: Any, *, alpha: complex = 1.0, uplo: str = "l", ap: Any = None, out: Array | None = None) -> Array:
    """:func:`syr2` for a packed matrix, stored as in :func:`spmv`."""
    return rank(lib.pbl_spr2, x, as_array(y, "y"), alpha, uplo, ap, out, "ap")


def hpr2(x: Any, y: Any, *, alpha: complex = 1.0, uplo: str = "l", ap: Any = None, out: Array | None = None) -> Array:
    """:func:`her2` for a packed matrix, stored as in :func:`spmv`."""
    return rank(lib.pbl_hpr2, x, as_array(y, "y"), alpha, uplo, ap, out, "ap")
