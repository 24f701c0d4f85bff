# SPDX-License-Identifier: MIT
"""A product that is checked once and run many times."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._array import (
    BLAS_DTYPES,
    Array,
    address,
    addressable,
    check_out,
    check_status,
    functions,
    layout,
    product_shape,
    scalar,
)
from ._core import ffi, lib


def run_by_cffi(handle: int, out: Array, _keeps_lock: bool) -> Array:
    """What csrc/python/ndarray.h has for CPython."""
    check_status(lib.pbl_run_prepared(ffi.cast("struct pbl_prepared *", handle)))
    return out


run_prepared: Any = functions.get("run_prepared", run_by_cffi)
SHORT = functions.get("short", 0)  # products of less are over before the interpreter's lock would be taken again


class PreparedGemm:
    """``run()`` computes out = alpha op(A) op(B) + beta out on what the arrays then hold; made by
    :func:`prepare_gemm`.

    Attributes
    ----------
    a, b, out : ndarray
    """

    __slots__ = ("_a", "_address", "_b", "_handle", "_is_short", "_out")

    def __init__(self, a: Array, b: Array, out: Array, factors: tuple[Any, Any], trans_a: str, trans_b: str) -> None:
        self._a, self._b, self._out = a, b, out
        m, n = out.shape
        k = a.shape[trans_a == "n"]
        (rs_a, cs_a, _), (rs_b, cs_b, _), (rs_c, cs_c, _) = layout(a), layout(b), layout(out)
        handle = ffi.new("struct pbl_prepared **")
        status = lib.pbl_prepare_gemm(
            BLAS_DTYPES[out.dtype][0], trans_a.encode(), trans_b.encode(), m, n, k, factors[0], address(a), rs_a, cs_a,
            address(b), rs_b, cs_b, factors[1], address(out), rs_c, cs_c, handle,
        )  # fmt: skip
        check_status(status)
        self._handle = ffi.gc(handle[0], lib.pbl_free_prepared)
        self._address, self._is_short = int(ffi.cast("uintptr_t", handle[0])), m * n * k < SHORT

    def __call__(self) -> Array:
        """Runs the product; returns ``out``."""
        return run_prepared(self._address, self._out, self._is_short)  # type: ignore[no-any-return]

    @property
    def a(self) -> Array:
        return self._a

    @property
    def b(self) -> Array:
        return self._b

    @property
    def out(self) -> Array:
        return self._out


def prepare_gemm(
    a: Array,
    b: Array,
    *,
    out: Array,
    alpha: complex = 1.0,
    beta: complex = 0.0,
    trans_a: str = "n",
    trans_b: str = "n",
) -> PreparedGemm:
    """A product to be run many times, with all checks done now.

    Parameters
    ----------
    a, b, out : ndarray
        Of one BLAS dtype and any strides, with op(A) of shape (m, k), op(B) of shape (k, n) and out of shape (m, n).
        They are used where they are, so nothing is cast or copied, and ``out`` must not overlap a or b.
    alpha, beta, trans_a, trans_b
        As for :func:`gemm`; beta multiplies what ``out`` holds.

    Returns
    -------
    PreparedGemm
        ``run()`` computes out = alpha op(A) op(B) + beta out with what the arrays then hold, and returns ``out``.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As :func:`gemm`; also for operands that would have to be copied.

    Notes
    -----
    Small products keep the instruction set that was chosen when they were prepared, single rows and columns what
    :func:`batch_invariant` said. The bits are those of :func:`gemm`.
    """
    for name, x in (("a", a), ("b", b), ("out", out)):
        if type(x) is not np.ndarray:
            raise TypeError(f"{name}: given {type(x).__name__}, expected a numpy array, as it is used where it is")
        if x.dtype not in BLAS_DTYPES or x.dtype != a.dtype:
            raise TypeError(
                f"{name}: given dtype {x.dtype}, expected one dtype for all, of {', '.join(map(str, BLAS_DTYPES))}"
            )
        if not addressable(x):
            raise ValueError(f"{name}: misaligned (strides {x.strides}); it would have to be copied: make a copy first")
    m, n = product_shape(a, b, trans_a, trans_b)
    check_out(out, (m, n), a.dtype)
    for name, x in (("a", a), ("b", b)):
        if np.may_share_memory(x, out):
            raise ValueError(f"out: may share memory with {name}")
    factors = scalar(alpha, "alpha", a.dtype), scalar(beta, "beta", a.dtype)
    return PreparedGemm(a, b, out, factors, trans_a, trans_b)
