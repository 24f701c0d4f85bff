# SPDX-License-Identifier: MIT
"""What a rung is asked to do, how many operations and bytes that is, and how fast it could be done."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass

FLOAT = 4  # bytes
COLUMNS = 32  # of gemv32
LONGEST, LARGEST = 2**26, 2**14  # what is well beyond the caches: elements of a vector, rows of a matrix
SHARE = 4  # the operands take less than this part of the memory


@dataclass(frozen=True)
class Work:
    """A product of m x k and k x n, of which a sum (1, 1, n) and n products (n, 1, 1) are the ends.

    ``matrices``: those that are read or written once, each as rows and columns out of 'mnk'; ``each``: operations for
    each m, n and k; ``memory``: the operands are larger than the caches.
    """

    name: str
    subject: str  # as driver.c calls it
    shape: Callable[[int], tuple[int, int, int]]
    matrices: tuple[str, ...]
    memory: bool
    each: int = 2

    def order(self, size: int) -> str:
        """It in the words of driver.c."""
        shape = self.shape(size)
        return f"{self.subject} " + (" ".join(map(str, shape)) if self.subject == "gemm" else str(max(shape)))

    def flops(self, size: int) -> int:
        """How many operations it is."""
        return self.each * math.prod(self.shape(size))

    def traffic(self, size: int) -> int:
        """How many bytes must move, at least."""
        length = dict(zip("mnk", self.shape(size), strict=True))
        return FLOAT * sum(length[sides[0]] * length[sides[1]] for sides in self.matrices)

    def roof(self, size: int, peak: float | None, bandwidth: float | None) -> float | None:
        """The GFLOP/s that the machine allows: by its FMA units, and from memory by its bandwidth in GB/s."""
        if not self.memory or not peak or not bandwidth:
            return None if self.memory else peak
        return min(peak, bandwidth * self.flops(size) / self.traffic(size))


PRODUCT, THREE_VECTORS = ("mk", "kn", "mn"), ("mn", "mn", "mn")
WORKS = {
    work.name: work
    for work in (
        Work("gemm", "gemm", lambda n: (n, n, n), PRODUCT, False),
        Work("dot", "dot", lambda n: (1, 1, n), ("mk", "kn"), False),
        Work("multiply", "multiply", lambda n: (n, 1, 1), THREE_VECTORS, True, each=1),
        Work("axpy", "axpy", lambda n: (n, 1, 1), THREE_VECTORS, True),
        Work("gemv", "gemm", lambda n: (n, 1, n), PRODUCT, True),
        Work(f"gemv{COLUMNS}", "gemm", lambda n: (n, COLUMNS, n), PRODUCT, True),
    )
}


def default_size(subject: str) -> int:
    """The size at which a lesson shows: in L1, in the caches, in memory (a power of two within a quarter of it)."""
    floats: int = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // SHARE // FLOAT - 1
    if subject == "axpy":
        return min(LONGEST, 1 << (floats // 3).bit_length() - 1)
    if subject == "gemv":
        return min(LARGEST, 1 << (floats.bit_length() - 1) // 2)
    return {"gemm": 1000, "dot": 2048}[subject]
