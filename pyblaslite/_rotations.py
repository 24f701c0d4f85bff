# SPDX-License-Identifier: MIT
"""Level 1: rotations, and the numbers that make them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._array import BLAS_DTYPES, Array, address, as_array, check_status, common_dtype, real_scalar, scalar
from ._core import ffi, lib
from ._level1 import changed, in_place, number, real_of


def rot(x: Array, y: Array, c: float, s: complex) -> None:
    r"""Rotates, in place: :math:`(x, y) \leftarrow (c x + s y,\; c y - \bar s x)`.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        Of one dtype; both are written. They must not share memory.
    c : real number
    s : number
        Real if the vectors are.

    Raises
    ------
    TypeError, ValueError
        If one cannot be written, or they do not fit.
    """
    dtype, arrays = in_place(x=x, y=y)
    changed(lib.pbl_rot, dtype, arrays, real_scalar(c, "c", dtype), scalar(s, "s", dtype))


def rotm(x: Array, y: Array, param: Any) -> None:
    """Applies a modified rotation, in place: (x, y) becomes H (x, y).

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        float32 or float64, both the same; both are written. They must not share memory.
    param : array_like of shape (5,)
        flag, h11, h21, h12, h22, as :func:`rotmg` gives. Flag -1: H has these elements; 0: h11 = h22 = 1;
        1: h12 = 1 and h21 = -1; -2: H is the identity.

    Raises
    ------
    TypeError, ValueError
        If one cannot be written, or they do not fit.
    """
    dtype, arrays = in_place(x=x, y=y)
    if dtype.kind == "c":
        raise TypeError(f"x and y: given {dtype}, expected float32 or float64")
    values = np.array(as_array(param, "param"), dtype)
    if values.shape != (5,):
        raise ValueError(f"param: given shape {values.shape}, expected (5,)")
    changed(lib.pbl_rotm, dtype, arrays, address(values))


def scalars(**named: Any) -> tuple[np.dtype[Any], list[Any]]:
    """Numbers as C buffers of the dtype that promotion gives for them: float64 or complex128 for Python's own."""
    arrays = {name: as_array(x, name) for name, x in named.items()}
    for name, x in arrays.items():
        if x.ndim != 0:
            raise ValueError(f"{name}: given shape {x.shape}, expected a number")
    wide = {name: x.astype(np.float64) if x.dtype.kind in "biu" else x for name, x in arrays.items()}
    dtype = common_dtype(**wide)
    return dtype, [scalar(x[()], name, dtype) for name, x in wide.items()]


def rotg(a: complex, b: complex) -> tuple[Any, Any, Any, Any]:
    r"""The rotation that makes (a, b) into (r, 0): c a + s b = r and c b = conj(s) a.

    Parameters
    ----------
    a, b : number
        numpy scalars of a BLAS dtype, or Python numbers, which are float64 or complex128.

    Returns
    -------
    c, s, r, z : scalars
        c is real. For real numbers, z holds both c and s: s = z, c = sqrt(1 - z^2) if :math:`|z| < 1`; c = 1 / z if
        :math:`|z| > 1`; c = 0, s = 1 if z = 1. For complex ones z is b.

    Raises
    ------
    TypeError, ValueError
        If a or b is no number.

    Notes
    -----
    Nothing overflows or underflows on the way. Source: Anderson, Algorithm 978: Safe scaling in the level 1 BLAS, ACM
    TOMS 44(1), 2017.
    """
    dtype, (r, z) = scalars(a=a, b=b)
    real = real_of(dtype)
    c, s = ffi.new(BLAS_DTYPES[real][1]), ffi.new(BLAS_DTYPES[dtype][1])
    check_status(lib.pbl_rotg(BLAS_DTYPES[dtype][0], r, z, c, s))
    return number(c, real), number(s, dtype), number(r, dtype), number(z, dtype)


def rotmg(d1: float, d2: float, x1: float, y1: float) -> tuple[Any, Any, Any, Array]:
    """The modified rotation H that makes the second component of (sqrt(d1) x1, sqrt(d2) y1) zero.

    Parameters
    ----------
    d1, d2, x1, y1 : real number
        numpy scalars of float32 or float64, or Python numbers, which are float64.

    Returns
    -------
    d1, d2, x1 : scalars
        The new ones: sqrt(d1) x1 is the length that the vector had.
    param : ndarray of shape (5,)
        What :func:`rotm` takes; elements that the flag implies are 0.

    Raises
    ------
    TypeError, ValueError
        If one is no real number.
    """
    dtype, (p, q, x, y) = scalars(d1=d1, d2=d2, x1=x1, y1=y1)
    if dtype.kind == "c":
        raise TypeError(f"d1, d2, x1 and y1: given {dtype}, expected real numbers")
    param = np.zeros(5, dtype)
    check_status(lib.pbl_rotmg(BLAS_DTYPES[dtype][0], p, q, x, y, address(param)))
    return number(p, dtype), number(q, dtype), number(x, dtype), param
