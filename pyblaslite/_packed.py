# SPDX-License-Identifier: MIT
"""A right operand that is packed once and used many times."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._array import (
    Array,
    address,
    as_array,
    check_status,
    common_dtype,
    dtype_code,
    is_narrow,
    layout,
    letter,
    multiply_packed,
    readable,
)
from ._core import ffi, lib


class PackedB:
    """op(B) in the order the kernels read it; made by :func:`pack_b`, used by :func:`gemm`.

    Attributes
    ----------
    shape : tuple of int
        (k, n), the shape of op(B).
    dtype : numpy.dtype
    """

    __slots__ = ("_plain", "dtype", "handle", "kept", "shape")

    def __init__(self, b: Array, trans_b: str) -> None:
        rows, columns = b.shape
        self.shape = (rows, columns) if trans_b == "n" else (columns, rows)
        self.dtype: np.dtype[Any] = b.dtype
        self.kept: Array | None = None  # op(B) itself, which gemm then multiplies
        if b.dtype == np.uint8:
            self.kept = np.array(b if trans_b == "n" else b.T)
            return
        handle = ffi.new("struct pbl_packed **")
        rs, cs, _ = layout(b)
        status = lib.pbl_pack_b(dtype_code(b.dtype), trans_b.encode(), *self.shape, address(b), rs, cs, handle)
        check_status(status)
        self.handle = ffi.gc(handle[0], lib.pbl_free_packed, rows * columns * b.itemsize)
        self._plain = int(ffi.cast("uintptr_t", handle[0])), dtype_code(b.dtype), *self.shape

    def multiply_plain(self, a: Any, out: Any, *ends: Any) -> Array | None:
        """A op(B), and what :func:`gemm` does with it in the end, the short way; None if one of them is not plain."""
        return multiply_packed(a, out, *ends, *self._plain)  # type: ignore[no-any-return]

    def multiply(self, c: Array, a: Array, alpha: Any, beta: Any, op_a: bytes) -> None:
        """C = alpha op(A) op(B) + beta C, for operands that were checked."""
        (rs_a, cs_a, _), (rs_c, cs_c, _) = layout(a), layout(c)
        status = lib.pbl_gemm_packed(
            op_a, len(c), alpha, address(a), rs_a, cs_a, self.handle, beta, address(c), rs_c, cs_c
        )
        check_status(status)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Array:
        raise TypeError(f"given {self}, expected an array, as only b of gemm may be packed")

    def __repr__(self) -> str:
        return f"PackedB(shape={self.shape}, dtype={self.dtype})"


def pack_b(b: Any, *, trans_b: str = "n") -> PackedB:
    """Packs op(B) once, for many products ``gemm(a, packed)``.

    Parameters
    ----------
    b : array_like
        Matrix with op(B) of shape (k, n), of a BLAS dtype, float16, bfloat16 or 8-bit integers. Its contents are
        copied: later changes are not seen. (uint8 is no more than copied: of two factors the kernels take the unsigned
        one as the left one, which is packed with every product.)
    trans_b : {'n', 't', 'c'}
        op: as it is, transposed, conjugate transposed.

    Returns
    -------
    PackedB
        To be given to :func:`gemm` as ``b``. It takes about the memory of b, and uses the kernels of the instruction
        set that is chosen now.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As :func:`gemm`.

    Notes
    -----
    ``gemm(a, pack_b(b))`` has the bits of ``gemm(a, b)``, if A has a single row those with :func:`batch_invariant` on.
    It saves the time of packing, which counts where A has few
    rows: weights of a network, say, that many small batches meet.
    """
    b = as_array(b, "b")
    if b.ndim != 2:
        raise ValueError(f"b: given {b.ndim} dimensions (shape {b.shape}), expected 2")
    letter(trans_b, "trans_b", "ntc")
    return PackedB(readable(b, b.dtype if is_narrow(b.dtype) else common_dtype(b=b)), trans_b)
