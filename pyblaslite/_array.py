# SPDX-License-Identifier: MIT
"""The one gate from numpy to C: what may pass, as what, and what is said to the rest."""

from __future__ import annotations

import math
import sys
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


# Narrower elements, of products that are summed in float32 or int32, in C's numbering. bfloat16 is no dtype of numpy's
# own: it is added when one is seen.
NARROW: dict[np.dtype[Any], int] = {
    np.dtype(np.float16): lib.PBL_H,
    np.dtype(np.int8): lib.PBL_I8,
    np.dtype(np.uint8): lib.PBL_U8,
}


def is_narrow(dtype: np.dtype[Any]) -> bool:
    """Whether products of these elements are summed in a wider type."""
    if dtype in NARROW:
        return True
    if dtype.name != "bfloat16" or not dtype.isnative:
        return False
    NARROW[dtype] = lib.PBL_B
    if sys.implementation.name == "cpython":
        lib.pbl_py_know_dtype(lib.PBL_B, id(dtype))  # which lives on as a key
    return True


def dtype_code(dtype: np.dtype[Any]) -> int:
    """C's number for a dtype that it knows."""
    if dtype in BLAS_DTYPES:
        return BLAS_DTYPES[dtype][0]
    return int(lib.PBL_I32 if dtype == np.int32 else NARROW[dtype])


def as_array(x: object, name: str) -> Array:
    """``x`` as a plain ndarray of numbers in the machine's byte order; a subclass comes as its base."""
    if type(x) is np.ndarray:
        return x if x.dtype.isnative else x.astype(x.dtype.newbyteorder("="))
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError(f"{name}: a masked array, whose mask would be lost; pass {name}.filled(...) instead")
    try:
        return as_array(np.asarray(x), name)
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"{name}: cannot be made an array of numbers: {error}") from None


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
        if x.dtype.kind not in "biufc" and not is_narrow(x.dtype):
            raise TypeError(f"{name}: dtype {x.dtype} is not numeric; expected {ACCEPTED}")
    named = ", ".join(f"{name} is {x.dtype}" for name, x in given.items())
    dtype = promoted(*(x.dtype for x in given.values()))
    if dtype is None:
        raise TypeError(f"{' and '.join(given)}: numpy has no dtype for all ({named}): cast them to one of {ACCEPTED}")
    if len(dtypes) > 1 and all(map(is_narrow, dtypes)):
        pair = " and ".join(sorted(map(str, dtypes)))
        raise TypeError(f"{' and '.join(given)}: there is no routine for {pair} together ({named}): cast them")
    if dtype not in BLAS_DTYPES:
        target = "complex128" if dtype.kind == "c" else "float32" if dtype == np.float16 else "float64"
        raise TypeError(
            f"{' and '.join(given)}: no BLAS computes in {dtype} ({named}); "
            f"expected {ACCEPTED}: cast with .astype(numpy.{target})"
        )
    return dtype


def promoted(*dtypes: np.dtype[Any]) -> np.dtype[Any] | None:
    """What numpy's promotion gives; None if there is nothing, as for bfloat16 with float16."""
    try:
        return np.result_type(*dtypes)
    except TypeError:
        return None


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


def real_scalar(value: object, name: str, dtype: np.dtype[Any]) -> Any:
    """A C buffer with one real of the precision of this dtype."""
    number = scalar(value, name, dtype)
    if len(number) > 1 and number[1] != 0:
        raise TypeError(f"{name}: given complex {value!r}, expected a real number")
    return element(np.empty(0, dtype).real.dtype, number[0])


def integer(value: object, name: str) -> Any:
    """A C buffer with one int32."""
    number = scalar(value, name, np.dtype(np.float64))[0]
    if not math.isfinite(number) or number != int(number) or not -(2**31) <= number < 2**31:
        raise TypeError(f"{name}: given {value!r}, expected an int32, as sums of integers are")
    return ffi.new("int[1]", [int(number)])


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


def at(x: Array) -> tuple[Any, ...]:
    """A matrix or a vector as C takes it: where it begins, and its strides in elements."""
    return (address(x), *(layout(x)[:2] if x.ndim == 2 else (x.strides[0] // x.itemsize,)))


def letter(value: object, name: str, letters: str) -> bytes:
    """One of the letters, as C wants it."""
    if not isinstance(value, str) or len(value) != 1 or value not in letters:
        *others, last = map(repr, letters)
        raise ValueError(f"{name}: given {value!r}, expected {', '.join(others)} or {last}")
    return value.encode()


def op_shape(x: Array, name: str, trans: str, trans_name: str | None = None) -> tuple[int, int]:
    """The shape of op(x), for a matrix x."""
    letter(trans, trans_name or f"trans_{name}", "ntc")
    if x.ndim != 2:
        raise ValueError(f"{name}: given {x.ndim} dimensions (shape {x.shape}), expected 2")
    rows, columns = x.shape
    return (rows, columns) if trans == "n" else (columns, rows)


def product_shape(a: Array, b: Array, trans_a: str, trans_b: str) -> tuple[int, int]:
    """The shape of op(a) op(b)."""
    (m, k), (k_b, n) = op_shape(a, "a", trans_a), op_shape(b, "b", trans_b)
    if k != k_b:
        raise ValueError(f"b: op(b) has shape {(k_b, n)}, expected ({k}, n), as op(a) has shape {(m, k)}")
    return m, n


def check_result(
    c: Array | None,
    out: Array | None,
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    adds: bool,
    beta: object,
    name: str = "c",
) -> Array | None:
    """``out``, checked; ``adds`` says whether beta is not zero, ``name`` what c is called."""
    if c is not None and c.shape != shape:
        raise ValueError(f"{name}: given shape {c.shape}, expected {shape}")
    if out is not None:
        return check_out(out, shape, dtype)
    if c is None and adds:
        raise ValueError(f"beta: given {beta!r}, but there is neither {name} nor out to multiply with it")
    return None


def destination_of_sum(
    c: Array | None, out: Array | None, shape: tuple[int, ...], dtype: np.dtype[Any], adds: bool, *operands: Array
) -> Array:
    """Where C may write the result, holding what beta multiplies."""
    if c is not None and c is not out and adds:
        return np.array(c, dtype, order="C")  # not in `out`, which stays as it is if memory runs out
    target = destination(out, shape, dtype, *operands)
    if target is not out and adds:
        target[...] = out
    return target


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


def not_plain(*_: Any) -> None:
    """Where arrays have no address, nothing goes the short way."""


# Plain arrays, which need nothing of the above: see csrc/python/ndarray.h. These give None if an argument is not plain.
functions: dict[str, Any] = {"empty": np.empty, "check_status": check_status}
multiply_plain: Any = not_plain
multiply_matrices: Any = not_plain
multiply_packed: Any = not_plain
multiply_vector: Any = not_plain
dot_plain: Any = not_plain
if sys.implementation.name == "cpython":  # where id() is an address
    sample = np.empty((2, 3))  # named, so that it lives while C looks at it
    for known in map(np.dtype, ("f4", "f8", "c8", "c16", "f2", "i1", "u1", "i4")):
        lib.pbl_py_know_dtype(dtype_code(known), id(known))
    lib.pbl_py_know_numpy(id(np.ndarray), id(sample))
    lib.pbl_py_define(id(functions))
    multiply_plain, multiply_matrices = functions["matmul"], functions["gemm"]
    multiply_packed, multiply_vector, dot_plain = (functions[name] for name in ("gemm_packed", "gemv", "dot"))
    del sample
