# SPDX-License-Identifier: MIT
"""Memory between two pages that nobody may touch, and where in it an operand stands."""

from __future__ import annotations

import ctypes
import mmap
import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

PAGE = mmap.PAGESIZE
FORBIDDEN = 0  # PROT_NONE
MARGIN = 64  # elements around an operand, in which a stray write is seen

Floats = NDArray[np.float32]


class Arena:
    """So many floats at least, with a forbidden page before the first and one after the last."""

    def __init__(self, floats: int) -> None:
        size = -(-max(floats, 1) * 4 // PAGE) * PAGE
        everything = np.frombuffer(mmap.mmap(-1, size + 2 * PAGE), np.float32)
        for page in (0, PAGE + size):
            forbid(everything.ctypes.data + page)
        self.floats: Floats = everything[PAGE // 4 : (PAGE + size) // 4]
        self.address = self.floats.ctypes.data


def forbid(address: int) -> None:
    """Makes any access to a page a segmentation fault."""
    if ctypes.CDLL(None, use_errno=True).mprotect(ctypes.c_void_p(address), ctypes.c_size_t(PAGE), FORBIDDEN):
        raise OSError(ctypes.get_errno(), f"mprotect: {os.strerror(ctypes.get_errno())}")


def guarded(rows: int, columns: int, side: str = "after") -> Floats:
    """A matrix of zeros at a forbidden page.

    Parameters
    ----------
    rows, columns : int
        Its shape.
    side : {'after', 'before'}
        Where the page is: right after its last element, or right before its first.

    Returns
    -------
    ndarray of float32
        Whoever reads or writes past its end, or before its beginning, dies of a segmentation fault.
    """
    if side not in {"after", "before"}:
        raise ValueError(f"side: given {side!r}, expected 'after' or 'before'")
    return place(Arena(rows * columns), rows, columns, max(1, columns), side).view


@dataclass(frozen=True)
class Operand:
    """A matrix in an arena; a vector is a matrix of one row.

    ``region`` is the matrix, which begins at its element ``offset``, with its margins.
    """

    view: Floats
    region: Floats
    offset: int
    address: int
    ld: int


def place(arena: Arena, rows: int, columns: int, ld: int, side: str = "", shift: int = 0) -> Operand:
    """Puts a matrix at a forbidden page ('before' or 'after' it), or ``shift`` elements past an aligned address."""
    span = (rows - 1) * ld + columns if rows and columns else 0
    begin = {"before": 0, "after": arena.floats.size - span}.get(side, MARGIN + shift)
    view = matrix_in(arena.floats, begin, (rows, columns), ld)
    first = max(0, begin - MARGIN)
    return Operand(view, arena.floats[first : begin + span + MARGIN], begin - first, arena.address + 4 * begin, ld)


def matrix_in(memory: NDArray[Any], begin: int, shape: tuple[int, int], ld: int) -> NDArray[Any]:
    """Some of contiguous memory as a matrix."""
    size = memory.itemsize
    return np.ndarray(shape, memory.dtype, memory, begin * size if 0 not in shape else 0, (ld * size, size))
