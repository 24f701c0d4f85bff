# SPDX-License-Identifier: MIT
"""Level 1: vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ._array import (
    BLAS_DTYPES,
    Array,
    address,
    as_array,
    check_out,
    check_status,
    common_dtype,
    deliver,
    destination,
    dot_plain,
    readable,
    scalar,
)
from ._core import ffi, lib


def vectors(**given: Any) -> tuple[np.dtype[Any], list[Array]]:
    """The common dtype of vectors of one length, and the vectors in it as C can read them."""
    arrays = {name: as_array(x, name) for name, x in given.items()}
    first = next(iter(arrays))
    for name, x in arrays.items():
        if x.ndim != 1:
            raise ValueError(f"{name}: given {x.ndim} dimensions (shape {x.shape}), expected 1")
        if x.shape != arrays[first].shape:
            raise ValueError(f"{name}: given shape {x.shape}, expected {arrays[first].shape}, as {first} has")
    dtype = common_dtype(**arrays)
    return dtype, [readable(x, dtype) for x in arrays.values()]


def step(x: Array) -> tuple[Any, int]:
    """A vector as C takes it: where it begins, and its increment."""
    return address(x), x.strides[0] // x.itemsize


def real_of(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype of the real and imaginary parts."""
    return np.dtype(dtype.char.lower())


def number(buffer: Any, dtype: np.dtype[Any]) -> Any:
    """A numpy scalar from what C wrote."""
    return np.frombuffer(ffi.buffer(buffer), dtype, 1)[0]


def reduced(function: Callable[..., int], x: Any, real: bool) -> Any:
    """What a function of one vector gives: an element of its dtype, or a real."""
    dtype, (x,) = vectors(x=x)
    result = real_of(dtype) if real else dtype
    to = ffi.new(BLAS_DTYPES[result][1])
    check_status(function(BLAS_DTYPES[dtype][0], x.size, *step(x), to))
    return number(to, result)


def place(function: Callable[..., int], x: Any) -> int:
    """The index that a search gives."""
    dtype, (x,) = vectors(x=x)
    if x.size == 0:
        raise ValueError("x: given no elements, expected at least one")
    index = ffi.new("int64_t[1]")
    check_status(function(BLAS_DTYPES[dtype][0], x.size, *step(x), index))
    return int(index[0])


def in_place(**given: Any) -> tuple[np.dtype[Any], list[Array]]:
    """Vectors that will be written: arrays of one dtype and length that do not overlap."""
    arrays = list(given.values())
    for name, x in given.items():
        if not isinstance(x, np.ndarray):
            raise TypeError(f"{name}: given {type(x).__name__}, expected a numpy array")
    dtype, _ = vectors(**given)
    for name, x in given.items():
        try:
            check_out(x, arrays[0].shape, dtype)
        except (TypeError, ValueError) as error:
            raise type(error)(str(error).replace("out", name, 1)) from None
    if len(arrays) == 2 and np.shares_memory(*arrays):
        raise ValueError(f"{' and '.join(given)}: share memory")
    return dtype, arrays


def changed(function: Callable[..., int], dtype: np.dtype[Any], arrays: list[Array], *rest: Any) -> None:
    """Calls a function that changes vectors where they are."""
    targets = [readable(x, dtype) for x in arrays]
    pointers = [part for x in targets for part in step(x)]
    check_status(function(BLAS_DTYPES[dtype][0], arrays[0].size, *pointers, *rest))
    for x, target in zip(arrays, targets, strict=True):
        if target is not x:
            x[...] = target


def result_like(x: Array, dtype: np.dtype[Any], out: Array | None, *operands: Array) -> Array:
    """Where a vector of x's length may be written."""
    if out is not None:
        out = check_out(out, x.shape, dtype)
    return destination(out, x.shape, dtype, *operands)


def copy(x: Any, *, out: Array | None = None) -> Array:
    """A copy of a vector.

    Parameters
    ----------
    x : array_like of shape (n,)
    out : ndarray of shape (n,), optional
        The array that is written and returned; it may overlap x.

    Returns
    -------
    ndarray of shape (n,)

    Raises
    ------
    TypeError, ValueError
        If x is no vector of numbers, or ``out`` cannot be written.
    """
    dtype, (x,) = vectors(x=x)
    target = result_like(x, dtype, out, x)
    check_status(lib.pbl_copy(BLAS_DTYPES[dtype][0], x.size, *step(x), *step(target)))
    return deliver(target, out)


def scal(x: Any, alpha: complex, *, out: Array | None = None) -> Array:
    r"""A vector times a number: :math:`\alpha x`.

    Parameters
    ----------
    x : array_like of shape (n,)
    alpha : number
        Real if x is. ``alpha = 0`` multiplies too: 0 times NaN is NaN, as in the reference BLAS. A complex alpha whose
        imaginary part is 0 multiplies as a real.
    out : ndarray of shape (n,), optional
        The array that is written and returned; it may be x.

    Returns
    -------
    ndarray of shape (n,)

    Raises
    ------
    TypeError, ValueError
        If x is no vector of numbers, alpha no number, or ``out`` cannot be written.
    """
    dtype, (x,) = vectors(x=x)
    factor = scalar(alpha, "alpha", dtype)
    target = result_like(x, dtype, out)
    if target is not x:
        target[...] = x
    check_status(lib.pbl_scal(BLAS_DTYPES[dtype][0], x.size, factor, *step(target)))
    return deliver(target, out)


def axpy(x: Any, y: Any, *, alpha: complex = 1.0, out: Array | None = None) -> Array:
    r"""The sum of two vectors: :math:`\alpha x + y`.

    Parameters
    ----------
    x, y : array_like of shape (n,)
        Of any strides.
    alpha : number
        Real if the vectors are. With ``alpha = 0``, x is not read.
    out : ndarray of shape (n,), optional
        The array that is written and returned; it may overlap x, or be y.

    Returns
    -------
    ndarray of shape (n,)
        Of the dtype that numpy's promotion gives for x and y: float32, float64, complex64 or complex128.

    Raises
    ------
    TypeError, ValueError
        If that dtype is none of these, shapes do not fit, or ``out`` cannot be written.
    """
    return axpby(x, y, alpha=alpha, beta=1.0, out=out)


def axpby(x: Any, y: Any, *, alpha: complex = 1.0, beta: complex = 1.0, out: Array | None = None) -> Array:
    r"""The sum of multiples of two vectors: :math:`\alpha x + \beta y`.

    Parameters
    ----------
    x, y : array_like of shape (n,)
        Of any strides.
    alpha, beta : number
        Real if the vectors are. With ``alpha = 0``, x is not read; with ``beta = 0``, y is not.
    out : ndarray of shape (n,), optional
        The array that is written and returned; it may overlap x, or be y.

    Returns
    -------
    ndarray of shape (n,)
        Of the dtype that numpy's promotion gives for x and y: float32, float64, complex64 or complex128.

    Raises
    ------
    TypeError, ValueError
        If that dtype is none of these, shapes do not fit, or ``out`` cannot be written.
    """
    dtype, (x, y) = vectors(x=x, y=y)
    a, b = scalar(alpha, "alpha", dtype), scalar(beta, "beta", dtype)
    target = result_like(y, dtype, out, x)
    if target is not y and beta != 0:
        target[...] = y
    code, n = BLAS_DTYPES[dtype][0], y.size
    if beta == 1:
        check_status(lib.pbl_axpy(code, n, a, *step(x), *step(target)))
    else:
        check_status(lib.pbl_axpby(code, n, a, *step(x), b, *step(target)))
    return deliver(target, out)


def product(x: Any, y: Any, trans_x: bytes) -> Any:
    """The sum of x[i] y[i]."""
    if (result := dot_plain(x, y, trans_x == b"c")) is not None:
        return result
    dtype, (x, y) = vectors(x=x, y=y)
    to = ffi.new(BLAS_DTYPES[dtype][1])
    check_status(lib.pbl_dot(BLAS_DTYPES[dtype][0], trans_x, x.size, *step(x), *step(y), to))
    return number(to, dtype)


def dot(x: Any, y: Any) -> Any:
    r"""The product of two vectors: :math:`\sum_i x_i y_i`.

    Parameters
    ----------
    x, y : array_like of shape (n,)
        Of any strides.

    Returns
    -------
    scalar
        A numpy scalar of the dtype that promotion gives for x and y; 0 if n is 0.

    Raises
    ------
    TypeError, ValueError
        If that dtype is not float32, float64, complex64 or complex128, or the lengths differ.

    Notes
    -----
    The result has the same bits for every number of threads, instruction set, alignment and stride: 512 bytes of
    accumulators take a lane each and are folded by halves, and sums of chunks of 64 KiB are added in order. The error
    is at most gamma_n |x|.|y| (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1).
    """
    return product(x, y, b"n")


def dotc(x: Any, y: Any) -> Any:
    r"""The product of two vectors, the first conjugated: :math:`\sum_i \overline{x_i} y_i`.

    As :func:`dot` otherwise, and the same for real vectors.
    """
    return product(x, y, b"c")


def dsdot(x: Any, y: Any) -> Any:
    """The product of two float32 vectors, summed in float64.

    Parameters
    ----------
    x, y : array_like of float32, of shape (n,)

    Returns
    -------
    float64

    Raises
    ------
    TypeError, ValueError
        If they are not float32, or the lengths differ.
    """
    dtype, (x, y) = vectors(x=x, y=y)
    if dtype != np.float32:
        raise TypeError(f"x and y: given {dtype}, expected float32")
    to = ffi.new("double[1]")
    check_status(lib.pbl_dot_double(x.size, *floats(x), *floats(y), to))
    return np.float64(to[0])


def floats(x: Array) -> tuple[Any, int]:
    """As :func:`step`, with a pointer to floats."""
    pointer, inc = step(x)
    return ffi.cast("float *", pointer), inc


def sdsdot(b: float, x: Any, y: Any) -> Any:
    """b plus the product of two float32 vectors, summed in float64 and rounded once: see :func:`dsdot`.

    Returns
    -------
    float32
    """
    start = scalar(b, "b", np.dtype(np.float32))[0]
    return np.float32(start + dsdot(x, y))


def nrm2(x: Any) -> Any:
    r"""The Euclidean norm: :math:`\sqrt{\sum_i |x_i|^2}`.

    Parameters
    ----------
    x : array_like of shape (n,)

    Returns
    -------
    float32 or float64
        Without overflow or underflow on the way; Inf or NaN if x holds one (NaN if both).

    Raises
    ------
    TypeError, ValueError
        If x is no vector of a BLAS dtype.

    Notes
    -----
    The same bits everywhere, as :func:`dot`. One pass; a second, over scaled elements, only if the sum of squares
    leaves the range in which it is exact to rounding.
    """
    return reduced(lib.pbl_nrm2, x, True)


def asum(x: Any) -> Any:
    r"""The sum of absolute values: :math:`\sum_i |Re\,x_i| + |Im\,x_i|`, a real.

    The same bits everywhere, as :func:`dot`; it raises what :func:`nrm2` does.
    """
    return reduced(lib.pbl_asum, x, True)


def sum(x: Any) -> Any:
    r"""The sum of the elements: :math:`\sum_i x_i`.

    The same bits everywhere, as :func:`dot`; it raises what :func:`nrm2` does.
    """
    return reduced(lib.pbl_sum, x, False)


def iamax(x: Any) -> int:
    """The index of the first element whose |Re| + |Im| is the largest.

    Parameters
    ----------
    x : array_like of shape (n,), n > 0

    Returns
    -------
    int
        From 0. As in the reference BLAS, a NaN is passed over, but x[0] being NaN the answer is 0.

    Raises
    ------
    TypeError, ValueError
        If x is no vector of a BLAS dtype, or empty.
    """
    return place(lib.pbl_iamax, x)


def iamin(x: Any) -> int:
    """The index of the first element whose |Re| + |Im| is the smallest: see :func:`iamax`."""
    return place(lib.pbl_iamin, x)


def swap(x: Array, y: Array) -> None:
    """x and y change their contents.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        Of one dtype; both are written. They must not share memory.

    Raises
    ------
    TypeError, ValueError
        If one cannot be written, or they do not fit.
    """
    changed(lib.pbl_swap, *in_place(x=x, y=y))
