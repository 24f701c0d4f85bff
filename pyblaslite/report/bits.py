# SPDX-License-Identifier: MIT
"""The promise of the same bits, tried here: a product in every way it can be computed, and what numpy makes of it."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._core import get_isa, isas, set_isa
from .._gemm import gemm
from .._threads import threads
from ..race import machine

Matrix = NDArray[Any]
SLOW = "scalar"  # one thread is enough of it
DTYPES = ("float32", "float64", "complex64", "complex128")
SHAPES = ((7, 5, 3), (97, 65, 50), (16, 24, 1700))  # straight to a kernel; by loops; threads that share K


@dataclass(frozen=True)
class Check:
    """One product: ``digests`` says for each result which ways led to it, ``numpys`` how many numpy had."""

    dtype: str
    shape: tuple[int, int, int]
    digests: dict[str, list[str]]
    layouts: int
    numpys: int

    @property
    def ways(self) -> int:
        """In how many ways it was computed."""
        return sum(map(len, self.digests.values()))


def strided(matrix: Matrix) -> Matrix:
    """Every second element of a larger matrix."""
    rows, columns = matrix.shape
    larger = np.zeros((2 * rows, 2 * columns), matrix.dtype)
    larger[::2, ::2] = matrix
    return larger[::2, ::2]


def backwards(matrix: Matrix) -> Matrix:
    """With strides below zero."""
    return matrix[::-1, ::-1].copy()[::-1, ::-1]


def off_by_one(matrix: Matrix) -> Matrix:
    """Not aligned to more than its elements."""
    memory = np.zeros(matrix.size + 1, matrix.dtype)
    moved = memory[1:].reshape(matrix.shape)
    moved[...] = matrix
    return moved


LAYOUTS: dict[str, Callable[[Matrix], Matrix]] = {
    "rows": np.ascontiguousarray,
    "columns": np.asfortranarray,
    "strided": strided,
    "backwards": backwards,
    "off by one": off_by_one,
}


def check(seed: int = 1) -> list[Check]:
    """Every product of DTYPES and SHAPES in every way."""
    generator = np.random.default_rng(seed)
    return [check_one(generator, dtype, shape) for dtype in DTYPES for shape in SHAPES]


def check_one(generator: np.random.Generator, dtype: str, shape: tuple[int, int, int]) -> Check:
    """All ISAs, numbers of threads and layouts of the operands; numpy: all layouts."""
    m, n, k = shape
    a, b = random(generator, dtype, m, k), random(generator, dtype, k, n)
    digests: dict[str, list[str]] = {}
    for isa, team in itertools.product(isas(), teams()):
        if isa == SLOW and team > 1:
            continue
        with using(isa, team):
            for layout, lay in LAYOUTS.items():
                way = f"{isa}, {team} thread{'s' * (team > 1)}, {layout}"
                digests.setdefault(digest(gemm(lay(a), lay(b))), []).append(way)
    numpys = {digest(np.matmul(lay(a), lay(b))) for lay in LAYOUTS.values()}
    return Check(dtype, shape, digests, len(LAYOUTS), len(numpys))


def random(generator: np.random.Generator, dtype: str, rows: int, columns: int) -> Matrix:
    """Numbers between -1 and 1, whose sums are not exact."""
    parts = generator.uniform(-1, 1, (2, rows, columns))
    whole: Matrix = parts[0] + 1j * parts[1] if np.dtype(dtype).kind == "c" else parts[0]
    return whole.astype(dtype)


def teams() -> list[int]:
    """One thread; as many as there are cores; one more, so that the cuts fall elsewhere."""
    return sorted({1, machine.cores(), machine.cores() + 1})


def digest(matrix: Matrix) -> str:
    """The bits, in short."""
    return hashlib.sha256(np.ascontiguousarray(matrix).tobytes()).hexdigest()[:12]


@contextlib.contextmanager
def using(isa: str, team: int) -> Iterator[None]:
    """Kernels and threads, put back at the end."""
    before = get_isa()
    set_isa(isa)
    try:
        with threads(team):
            yield
    finally:
        set_isa(before)
