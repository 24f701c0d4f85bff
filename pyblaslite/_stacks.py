# SPDX-License-Identifier: MIT
"""Stacks of matrices, as matmul has them: however many dimensions they have, C is called once."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._array import Array, address, check_status, dtype_code, layout
from ._core import ffi, lib

# A dimension of stacks: its length, and for each of them the step in bytes.
Dimension = tuple[int, tuple[int, ...]]


def dimensions(*stacks: Array) -> list[Dimension]:
    """The dimensions of stacks of one shape, as few as can be: where one continues the next in all, they are one."""
    found: list[Dimension] = []
    for length, *steps in zip(stacks[0].shape[:-2], *(x.strides[:-2] for x in stacks), strict=True):
        if length == 1:
            continue
        if found and all(outer == length * inner for outer, inner in zip(found[-1][1], steps, strict=True)):
            found[-1] = (length * found[-1][0], tuple(steps))
        else:
            found.append((length, tuple(steps)))
    return found


def addresses(x: Array, steps: list[tuple[int, int]]) -> Array:
    """Those of all matrices, for lengths and steps of the dimensions."""
    found = np.array(x.__array_interface__["data"][0], np.intp)
    for length, step in steps:
        found = np.add.outer(found, np.arange(length) * step)
    return found.ravel()


def multiply_stacks(c: Array, a: Array, b: Array, alpha: Any, beta: Any) -> None:
    """C = alpha A B + beta C for each matrix of stacks of one shape, which C's code can read."""
    if c.size == 0:
        return
    (m, n), k = c.shape[-2:], a.shape[-1]
    operands = a, b, c
    codes = [dtype_code(x.dtype) for x in operands]
    (rs_a, cs_a, _), (rs_b, cs_b, _), (rs_c, cs_c, _) = map(layout, operands)
    found = dimensions(*operands)
    if len(found) < 2:
        count, steps = found[0] if found else (1, (0, 0, 0))
        step_a, step_b, step_c = (step // x.itemsize for step, x in zip(steps, operands, strict=True))
        status = lib.pbl_gemm_batch_strided_ex(
            *codes, b"n", b"n", m, n, k, alpha, address(a), rs_a, cs_a, step_a, address(b), rs_b, cs_b, step_b, beta,
            address(c), rs_c, cs_c, step_c, count, ffi.NULL,
        )  # fmt: skip
    else:
        lists = [addresses(x, [(length, steps[i]) for length, steps in found]) for i, x in enumerate(operands)]
        pa, pb, pc = map(address, lists)
        status = lib.pbl_gemm_batch_ex(
            *codes, b"n", b"n", m, n, k, alpha, pa, rs_a, cs_a, pb, rs_b, cs_b, beta, pc, rs_c, cs_c, len(lists[0]),
            ffi.NULL,
        )  # fmt: skip
    check_status(status)
