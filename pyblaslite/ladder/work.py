# SPDX-License-Identifier: MIT
"""What a rung is asked to do, how many operations and bytes that is, and how fast it could be done."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

FLOAT = 4  # bytes
COLUMNS = 32  # of gemv32
LARGEST = 2**26  # elements of a vector, and of half a matrix's rows squared: see default_size
LEAST_SHARE = 4  # the operands take no more than this part of the memory


@dataclass(frozen=True)
class Work:
    """``order`` in the words of driver.c; ``flops`` and ``traffic`` (bytes) at least; ``memory``: beyond the caches."""

    name: str
    order: Callable[[int], str]
    flops: Callable[[int], int]
    traffic: Callable[[int], int]
    memory: bool

    def roof(self, size: int, peak: float | None, bandwidth: float | None) -> float | None:
        """The GFLOP/s that the machine allows: by its FMA units, and from memory by its bandwidth in GB/s."""
        if not self.memory or not peak or not bandwidth:
            return None if self.memory else peak
        return min(peak, bandwidth * self.flops(size) / self.traffic(size))


WORKS = {
    work.name: work
    for work in (
        Work("gemm", lambda n: f"gemm {n} {n} {n}", lambda n: 2 * n**3, lambda n: 3 * FLOAT * n * n, False),
        Work("dot", lambda n: f"dot {n}", lambda n: 2 * n, lambda n: 2 * FLOAT * n, False),
        Work("multiply", lambda n: f"multiply {n}", lambda n: n, lambda n: 3 * FLOAT * n, True),
        Work("axpy", lambda n: f"axpy {n}", lambda n: 2 * n, lambda n: 3 * FLOAT * n, True),
        Work("gemv", lambda n: f"gemm {n} 1 {n}", lambda n: 2 * n * n, lambda n: FLOAT * n * (n + 2), True),
        Work(
            f"gemv{COLUMNS}",
            lambda n: f"gemm {n} {COLUMNS} {n}",
            lambda n: 2 * COLUMNS * n * n,
            lambda n: FLOAT * n * (n + 2 * COLUMNS),
            True,
        ),
    )
}


def default_size(subject: str) -> int:
    """The size at which a subject's lesson shows: in L1, in L2 and beyond, or in memory and within a quarter of it."""
    if subject in ("gemm", "dot"):
        return {"gemm": 1000, "dot": 2048}[subject]
    floats = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // LEAST_SHARE // FLOAT
    if subject == "axpy":
        return min(LARGEST, 2 ** ((floats // 3).bit_length() - 1))
    return min(2 * int(LARGEST**0.5), 2 ** ((floats.bit_length() - 1) // 2))
