# SPDX-License-Identifier: MIT
"""The one gate from numpy to C: what may pass, as what, and what is said to the rest."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ._core import ffi, lib

Array: TypeAlias = npt.NDArray[Any]

# The dtypes of BLAS, in C's numbering, and a one-element C buffer for a scalar of each.
BLAS_DTYPES: dict[np.dtype[Any], tuple[int, str]] = {
    np.dtype(np.float32): (lib.PBL_S, "float[1]"),
    np.dtype(np.float64): (lib.PBL_D, "double[1]"),
    np.dtype(np.complex64): (lib.PBL_C, "float[2]"),
    np.dtype(np.complex128): (lib.PBL_Z, "double[2]"),
}
ACCEPTED = ", ".join(str(d) for d in BLAS_DTYPES)


def as_array(x: object, name: str) -> Array:
    """``x`` as a plain ndarray of numbers; a subclass comes as its base."""
    if type(x) is np.ndarray:
        return x
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError(f"{name}: a masked array, whose mask would be lost; pass {name}.filled(...) instead")
    try:
        return np.asarray(x)
    except ValueError as error:
        raise ValueError(f"{name}: cannot be made an array of numbers: {error}") from None


def common_dtype(**operands: Array | None) -> np.dtype[Any]:
    """The BLAS dtype that numpy's promotion gives for the operands together.

    Raises
    ------
    TypeError
        If it is none of BLAS's: the message says what to cast to.
    """
    given = {name: x for name, x in operands.items() if x is not None}
    dtypes = {x.dtype for x in given.values()}
    if len(dtypes) == 1 and dtypes <= BLAS_DTYPES.keys():
        return dtypes.pop()
    for name, x in given.items():
        if x.dtype.kind not in "biufc":
            raise TypeError(f"{name}: dtype {x.dtype} is not numeric; expected {ACCEPTED}")
    dtype = np.result_type(*(x.dtype for x in given.values())).newbyteorder("=")
    if dtype not in BLAS_DTYPES:
        named = ", ".join(f"{name} is {x.dtype}" for name, x in given.items())
        target = "complex128" if dtype.kind == "c" else "float32" if dtype == np.float16 else "float64"
        raise TypeError(
            f"{' and '.join(given)}: no BLAS computes in {dtype} ({named}); "
            f"expected {ACCEPTED}: cast with .astype(numpy.{target})"
        )
    return dtype


def readable(x: Array, dtype: np.dtype[Any]) -> Array:
    """``x``, or a copy of it that C can read: of this dtype, native, aligned, strides in whole elements."""
    if x.dtype != dtype:
        return x.astype(dtype)
    return x if addressable(x) else x.copy()


def addressable(x: Array) -> bool:
    """Whether C can address the elements of ``x`` where they are."""
    return x.flags.aligned and not any(stride % x.itemsize for stride in x.strides)


def check_out(out: object, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """``out`` if it can be written as the result, else an exception that says why not."""
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out: given {type(out).__name__}, expected a numpy array")
    if isinstance(out, np.ma.MaskedArray):
        raise TypeError("out: a masked array, whose mask would be lost; pass out.data instead")
    if out.shape != shape:
        raise ValueError(f"out: given shape {out.shape}, expected {shape}")
    if out.dtype != dtype:
        raise TypeError(f"out: given dtype {out.dtype}, expected {dtype}")
    if not out.flags.writeable:
        raise ValueError("out: given a read-only array, expected one that can be written")
    if overlaps_itself(out):
        raise ValueError(f"out: elements share memory (strides {out.strides} for shape {out.shape})")
    return out


def overlaps_itself(x: Array) -> bool:
    """Whether elements of ``x`` share memory; for more than two dimensions, whether they may."""
    if x.size == 0:
        return False
    steps = sorted((abs(stride), length) for stride, length in zip(x.strides, x.shape, strict=True) if length > 1)
    if len(steps) == 2 and not any(stride % x.itemsize for stride, _ in steps):
        # i s = j t has its least solution at i = t / gcd, j = s / gcd
        (s, i_end), (t, j_end) = steps
        divisor = math.gcd(s, t)
        return s == 0 or (t // divisor < i_end and s // divisor < j_end)
    extent = 0
    for stride, length in steps:
        if stride < extent + x.itemsize:
            return True
        extent += stride * (length - 1)
    return False


def scalar(value: object, name: str, dtype: np.dtype[Any]) -> Any:
    """A C buffer with one element of this dtype."""
    try:
        number = complex(value)  # type: ignore[call-overload]
    except OverflowError:
        raise ValueError(f"{name}: given a number too large for {dtype}") from None
    except (TypeError, ValueError):
        number = None
    if number is None or isinstance(value, str):
        raise TypeError(f"{name}: given {value!r}, expected a number")
    if dtype.kind != "c" and number.imag != 0:
        raise TypeError(f"{name}: given complex {value!r}, expected a real number, as the operands are {dtype}")
    return element(dtype, number)


def element(dtype: np.dtype[Any], number: complex) -> Any:
    """A C buffer with this number."""
    return ffi.new(BLAS_DTYPES[dtype][1], [number.real, number.imag][: 1 + (dtype.kind == "c")])


def address(x: Array) -> Any:
    """The C pointer to the first element."""
    return ffi.cast("void *", x.__array_interface__["data"][0])


def check_status(status: int) -> None:
    """Raises what a C status stands for."""
    if status == lib.PBL_NO_MEMORY:
        raise MemoryError("no memory to pack the operands into; the output is unchanged")
    if status != lib.PBL_OK:
        raise RuntimeError(f"pyblaslite's C library answered with status {status}")


def layout(x: Array) -> tuple[int, int, int]:
    """The strides of rows and columns, and from one matrix of the stack to the next, in elements."""
    rows, columns = x.strides[-2:]
    return rows // x.itemsize, columns // x.itemsize, x.strides[-3] // x.itemsize if x.ndim > 2 else 0
