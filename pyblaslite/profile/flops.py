# SPDX-License-Identifier: MIT
"""How many floating-point operations a BLAS call does (LAPACK Working Note 41, appendix C, leading and lower terms)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """The sizes of a call by their letters in csrc/profile/routines.h, and its first flag."""

    m: int = 0
    n: int = 0
    k: int = 0
    l: int = 0  # noqa: E741 (the letter that it has there)
    b: int = 1
    side: str = ""

    def order(self) -> int:
        """Rows of the matrix that is square: the left or the right one."""
        return self.m if self.side == "l" else self.n


def entries_of_band(m: int, n: int, below: int, above: int) -> int:
    """How many entries an m x n matrix has within so many diagonals below and above the main one."""

    def corner(rows: int, columns: int) -> int:
        """Entries of a corner cut off below a diagonal: rows, rows - 1, ... in successive columns."""
        cut = max(0, min(rows, columns))
        return cut * rows - cut * (cut - 1) // 2

    return m * n - corner(m - 1 - below, n) - corner(n - 1 - above, m)


# Real operations; a multiplication and an addition are two. What only moves or compares does none.
LEVEL_3: dict[str, Callable[[Sizes], int]] = {
    "gemm": lambda s: 2 * s.m * s.n * s.k,
    "gemm3m": lambda s: 2 * s.m * s.n * s.k,
    "gemm_batch_strided": lambda s: 2 * s.m * s.n * s.k * s.b,
    "gemmt": lambda s: s.n * (s.n + 1) * s.k,
    "symm": lambda s: 2 * s.m * s.n * s.order(),
    "hemm": lambda s: 2 * s.m * s.n * s.order(),
    "syrk": lambda s: s.n * (s.n + 1) * s.k,
    "herk": lambda s: s.n * (s.n + 1) * s.k,
    "syr2k": lambda s: 2 * s.n * (s.n + 1) * s.k,
    "her2k": lambda s: 2 * s.n * (s.n + 1) * s.k,
    "trmm": lambda s: s.m * s.n * s.order(),
    "trsm": lambda s: s.m * s.n * s.order(),
}
LEVEL_1_AND_2: dict[str, Callable[[Sizes], int]] = {
    "omatcopy": lambda s: 0,
    "imatcopy": lambda s: 0,
    "gemv": lambda s: 2 * s.m * s.n,
    "gbmv": lambda s: 2 * entries_of_band(s.m, s.n, s.k, s.l),
    "symv": lambda s: 2 * s.n * s.n,
    "hemv": lambda s: 2 * s.n * s.n,
    "spmv": lambda s: 2 * s.n * s.n,
    "hpmv": lambda s: 2 * s.n * s.n,
    "sbmv": lambda s: 2 * entries_of_band(s.n, s.n, s.k, s.k),
    "hbmv": lambda s: 2 * entries_of_band(s.n, s.n, s.k, s.k),
    "trmv": lambda s: s.n * s.n,
    "trsv": lambda s: s.n * s.n,
    "tpmv": lambda s: s.n * s.n,
    "tpsv": lambda s: s.n * s.n,
    "tbmv": lambda s: 2 * entries_of_band(s.n, s.n, 0, s.k) - s.n,
    "tbsv": lambda s: 2 * entries_of_band(s.n, s.n, 0, s.k) - s.n,
    "ger": lambda s: 2 * s.m * s.n,
    "geru": lambda s: 2 * s.m * s.n,
    "gerc": lambda s: 2 * s.m * s.n,
    "syr": lambda s: s.n * (s.n + 1),
    "her": lambda s: s.n * (s.n + 1),
    "spr": lambda s: s.n * (s.n + 1),
    "hpr": lambda s: s.n * (s.n + 1),
    "syr2": lambda s: 2 * s.n * (s.n + 1),
    "her2": lambda s: 2 * s.n * (s.n + 1),
    "spr2": lambda s: 2 * s.n * (s.n + 1),
    "hpr2": lambda s: 2 * s.n * (s.n + 1),
    "swap": lambda s: 0,
    "copy": lambda s: 0,
    "scal": lambda s: s.n,
    "axpy": lambda s: 2 * s.n,
    "axpby": lambda s: 3 * s.n,
    "dsdot": lambda s: 2 * s.n,
    "dot": lambda s: 2 * s.n,
    "dotu": lambda s: 2 * s.n,
    "dotc": lambda s: 2 * s.n,
    "dotu_sub": lambda s: 2 * s.n,
    "dotc_sub": lambda s: 2 * s.n,
    "nrm2": lambda s: 2 * s.n,
    "asum": lambda s: s.n,
    "sum": lambda s: s.n,
    "amax": lambda s: 0,
    "amin": lambda s: 0,
    "rot": lambda s: 6 * s.n,
    "rotg": lambda s: 0,
    "rotm": lambda s: 6 * s.n,
    "rotmg": lambda s: 0,
}
FLOPS = LEVEL_3 | LEVEL_1_AND_2
ROUTINE = re.compile(rf"(?:i[sdcz]|sc|dz|cs|zd|sds|ds|[sdcz])({'|'.join(FLOPS)})")
COMPLEX = 4  # a complex multiplication and addition are 8 real operations: 6 and 2
# What complex vectors take for each element where it is not so, and where the numbers they are multiplied by are real.
OF_COMPLEX = {"scal": 6, "axpby": 14, "nrm2": 4, "asum": 2, "sum": 2, "rot": 20}
OF_COMPLEX_BY_REAL = OF_COMPLEX | {"scal": 2, "rot": 12}


def kind_of(routine: str) -> str:
    """'gemm' of 'dgemm', 'amax' of 'idamax'."""
    found = ROUTINE.fullmatch(routine)
    if not found:
        raise ValueError(f"{routine} is not a BLAS routine")
    return found[1]


def count_flops(routine: str, dtype: str, sizes: Sizes) -> int:
    """The operations of one call."""
    kind = kind_of(routine)
    return operations(kind, dtype, sizes, by_real=routine.removesuffix(kind) in ("cs", "zd"))


def operations(kind: str, dtype: str, sizes: Sizes, *, by_real: bool = False) -> int:
    """The same for a kind of routine; ``by_real``: of complex numbers with real ones, as csscal and csrot."""
    if not dtype.startswith("complex"):
        return FLOPS[kind](sizes)
    table = OF_COMPLEX_BY_REAL if by_real else OF_COMPLEX
    return table[kind] * sizes.n if kind in table else COMPLEX * FLOPS[kind](sizes)


def is_level_3(routine: str) -> bool:
    """Whether it does more arithmetic than it reads and writes numbers."""
    return kind_of(routine) in LEVEL_3
