# SPDX-License-Identifier: MIT
"""What a routine of the BLAS costs: its operations, and the numbers that must move."""

from __future__ import annotations

from collections.abc import Callable

from ..profile.flops import LEVEL_3, Sizes, entries_of_band

# How many numbers each operand has, and how often they pass between memory and the CPU: once, or read and written.
Traffic = list[tuple[int, int]]


def half(n: int) -> int:
    """A triangle with its diagonal."""
    return n * (n + 1) // 2


def band(s: Sizes) -> int:
    """What a matrix with k diagonals on both sides has."""
    return entries_of_band(s.m, s.n, s.k, s.k)


def half_band(s: Sizes) -> int:
    """The diagonals of that on one side, and the main one."""
    return entries_of_band(s.n, s.n, 0, s.k)


TRAFFIC: dict[str, Callable[[Sizes], Traffic]] = {
    "gemm": lambda s: [(s.m * s.k, 1), (s.k * s.n, 1), (s.m * s.n, 1)],
    "gemmt": lambda s: [(2 * s.n * s.k, 1), (half(s.n), 1)],
    "symm": lambda s: [(half(s.order()), 1), (2 * s.m * s.n, 1)],
    "hemm": lambda s: [(half(s.order()), 1), (2 * s.m * s.n, 1)],
    "trmm": lambda s: [(half(s.order()), 1), (s.m * s.n, 2)],
    "trsm": lambda s: [(half(s.order()), 1), (s.m * s.n, 2)],
    "syrk": lambda s: [(s.n * s.k, 1), (half(s.n), 1)],
    "herk": lambda s: [(s.n * s.k, 1), (half(s.n), 1)],
    "syr2k": lambda s: [(2 * s.n * s.k, 1), (half(s.n), 1)],
    "her2k": lambda s: [(2 * s.n * s.k, 1), (half(s.n), 1)],
    "gemv": lambda s: [(s.m * s.n + s.m + s.n, 1)],
    "gbmv": lambda s: [(band(s) + s.m + s.n, 1)],
    "symv": lambda s: [(half(s.n) + 2 * s.n, 1)],
    "hemv": lambda s: [(half(s.n) + 2 * s.n, 1)],
    "sbmv": lambda s: [(half_band(s) + 2 * s.n, 1)],
    "hbmv": lambda s: [(half_band(s) + 2 * s.n, 1)],
    "spmv": lambda s: [(half(s.n) + 2 * s.n, 1)],
    "hpmv": lambda s: [(half(s.n) + 2 * s.n, 1)],
    "tbmv": lambda s: [(half_band(s), 1), (s.n, 2)],
    "tbsv": lambda s: [(half_band(s), 1), (s.n, 2)],
    "tpmv": lambda s: [(half(s.n), 1), (s.n, 2)],
    "tpsv": lambda s: [(half(s.n), 1), (s.n, 2)],
    "trmv": lambda s: [(half(s.n), 1), (s.n, 2)],
    "trsv": lambda s: [(half(s.n), 1), (s.n, 2)],
    "ger": lambda s: [(s.m + s.n, 1), (s.m * s.n, 2)],
    "geru": lambda s: [(s.m + s.n, 1), (s.m * s.n, 2)],
    "gerc": lambda s: [(s.m + s.n, 1), (s.m * s.n, 2)],
    "syr": lambda s: [(s.n, 1), (half(s.n), 2)],
    "her": lambda s: [(s.n, 1), (half(s.n), 2)],
    "syr2": lambda s: [(2 * s.n, 1), (half(s.n), 2)],
    "her2": lambda s: [(2 * s.n, 1), (half(s.n), 2)],
    "spr": lambda s: [(s.n, 1), (half(s.n), 2)],
    "hpr": lambda s: [(s.n, 1), (half(s.n), 2)],
    "spr2": lambda s: [(2 * s.n, 1), (half(s.n), 2)],
    "hpr2": lambda s: [(2 * s.n, 1), (half(s.n), 2)],
    "omatcopy": lambda s: [(2 * s.m * s.n, 1)],
    "copy": lambda s: [(2 * s.n, 1)],
    "swap": lambda s: [(2 * s.n, 2)],
    "scal": lambda s: [(s.n, 2)],
    "axpy": lambda s: [(s.n, 1), (s.n, 2)],
    "axpby": lambda s: [(s.n, 1), (s.n, 2)],
    "rotm": lambda s: [(2 * s.n, 2)],
    "rot": lambda s: [(2 * s.n, 2)],
    "dot": lambda s: [(2 * s.n, 1)],
    "dotu_sub": lambda s: [(2 * s.n, 1)],
    "dotc_sub": lambda s: [(2 * s.n, 1)],
    "dsdot": lambda s: [(2 * s.n, 1)],
    "sum": lambda s: [(s.n, 1)],
    "amin": lambda s: [(s.n, 1)],
    "nrm2": lambda s: [(s.n, 1)],
    "asum": lambda s: [(s.n, 1)],
    "amax": lambda s: [(s.n, 1)],
}


def moved(routine: str, call: Sizes) -> int:
    """Numbers that one call must read or write."""
    return sum(count * times for count, times in TRAFFIC[routine](call))


def touched(routine: str, call: Sizes) -> int:
    """Numbers in the operands, which say what cache they fit in."""
    return sum(count for count, _ in TRAFFIC[routine](call))


def is_bound_by_memory(routine: str) -> bool:
    """Whether moving numbers decides its speed, and not arithmetic: levels 1 and 2."""
    return routine not in LEVEL_3
