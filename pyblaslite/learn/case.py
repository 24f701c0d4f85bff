# SPDX-License-Identifier: MIT
"""One call of a kernel, and what was wrong with it."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .kinds import Kind
from .memory import Arena, Floats, Operand, matrix_in, place

MOST = 1 << 18  # elements of the largest operand, with its gaps
OUTSIDE = 12345.0  # in what must not be written; what must not be read is NaN
WHOLE = np.array([-4, -3, -2, -1, 1, 2, 3, 4], np.float32)
ROUNDING = 2.0**-24  # of one operation, relative

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Spot:
    """One element that is not like the others."""

    operand: str
    row: int
    column: int
    value: float


@dataclass(frozen=True)
class Case:
    """A call, but for the numbers in its operands, which are small and whole unless they are ``fractions``."""

    sizes: Mapping[str, int]
    alpha: float = 1
    beta: float | None = None
    gap: int = 0  # elements between the rows of a matrix
    fractions: bool = False
    filled: Mapping[str, float] = field(default_factory=dict)  # operands that hold one number everywhere
    spot: Spot | None = None
    shift: int = 0  # elements that the operands stand past an aligned address
    guard: tuple[str, str] | None = None  # the operand at a forbidden page, and whether that is before or after it

    def volume(self) -> int:
        """What makes one case smaller than another."""
        return int(np.prod([size + 1 for size in self.sizes.values()]))


class Kernel:
    """A compiled kernel in this process, and memory for its operands."""

    def __init__(self, library: Path, kind: Kind) -> None:
        self.kind, self._library = kind, library
        self._function: Any = getattr(ctypes.CDLL(str(library)), kind.symbol)
        self._function.argtypes = kind.argument_types()
        self._function.restype = None if kind.output else ctypes.c_float
        self._arenas = {name: Arena(MOST) for name in kind.operands}

    def twin(self) -> Kernel:
        """The same kernel with memory of its own."""
        return Kernel(self._library, self.kind)

    def shape(self, name: str, case: Case) -> tuple[int, int]:
        """Rows and columns of an operand; a vector has one row."""
        lengths = [case.sizes[letter] for letter in self.kind.operands[name]]
        return (1, lengths[0]) if len(lengths) == 1 else (lengths[0], lengths[1])

    def place(self, case: Case) -> dict[str, Operand]:
        """The operands of a case, where it wants them."""
        placed = {}
        for name, arena in self._arenas.items():
            rows, columns = self.shape(name, case)
            ld = max(1, columns + case.gap)
            side = case.guard[1] if case.guard and case.guard[0] == name else ""
            placed[name] = place(arena, rows, columns, ld, side, case.shift)
        return placed

    def call(self, case: Case, operands: Mapping[str, Operand], times: int) -> list[Any]:
        """Calls the kernel so many times; what it returned, if it returns anything."""
        values: dict[str, Any] = {**case.sizes, "alpha": case.alpha, "beta": beta_of(self.kind, case)}
        for name, operand in operands.items():
            values |= {name: operand.address, f"ld{name}": operand.ld}
        arguments = [values[word] for word in self.kind.arguments]
        return [self._function(*arguments) for _ in range(times)]


def beta_of(kind: Kind, case: Case) -> float:
    """The old output counts so many times."""
    return kind.beta if case.beta is None else case.beta


def fill(kind: Kind, case: Case, operands: Mapping[str, Operand], rng: np.random.Generator) -> None:
    """Numbers into the operands, and others around them."""
    for name, operand in operands.items():
        operand.region.fill(OUTSIDE if name == kind.output else np.nan)
        shape = operand.view.shape
        if name in case.filled:
            operand.view[...] = case.filled[name]
        elif case.fractions:
            operand.view[...] = rng.uniform(-1, 1, shape)
        else:
            operand.view[...] = WHOLE[rng.integers(0, WHOLE.size, shape)]
    if case.spot:
        operands[case.spot.operand].view[case.spot.row, case.spot.column] = case.spot.value


def expected(kind: Kind, case: Case, operands: Mapping[str, Operand], *, absolute: bool = False) -> Doubles:
    """The answer in double precision (exact for whole numbers), or the same of absolute values."""
    seen = np.abs if absolute else np.positive
    wide = {name: seen(operand.view.astype(np.float64)) for name, operand in operands.items()}
    inputs = [wide[name] if len(kind.operands[name]) == 2 else wide[name][0] for name in kind.inputs]
    alpha, beta = seen(case.alpha), seen(beta_of(kind, case))
    with np.errstate(invalid="ignore"):
        result = np.einsum(kind.formula, *inputs) * alpha if alpha else np.zeros(())
        if beta:
            old = wide[kind.output]
            result = result + beta * (old if len(kind.operands[kind.output]) == 2 else old[0])
    shape = operands[kind.output].view.shape if kind.output else (1, 1)
    return np.broadcast_to(result, shape)


def check(kernel: Kernel, case: Case, rng: np.random.Generator) -> str:
    """Calls the kernel once: what was wrong, or nothing."""
    operands = kernel.place(case)
    fill(kernel.kind, case, operands, rng)
    return call_and_compare(kernel, case, operands)


def call_and_compare(kernel: Kernel, case: Case, operands: Mapping[str, Operand], times: int = 1) -> str:
    """The same with numbers that stand there already; several calls return the same, or (with beta = 1) add it up."""
    kind = kernel.kind
    as_often = replace(case, alpha=case.alpha * times) if kind.output and times > 1 else case
    right = expected(kind, as_often, operands)
    bound = np.zeros(())
    if case.fractions:
        terms = max(case.sizes.values()) + 3
        bound = terms * ROUNDING * expected(kind, case, operands, absolute=True)
    before = {name: operand.region.copy() for name, operand in operands.items()}
    returned = kernel.call(case, operands, times)
    got = operands[kind.output].view.copy() if kind.output else np.array([returned], np.float32)
    return stray_write(kind, operands, before) or difference(kind, got, np.broadcast_to(right, got.shape), bound)


def stray_write(kind: Kind, operands: Mapping[str, Operand], before: Mapping[str, Floats]) -> str:
    """Whether anything changed beside the output."""
    for name in kind.inputs:
        if changed(operands[name].region, before[name]).size:
            return f"it changed {name}, which it may only read"
    if not kind.output:
        return ""
    output = operands[kind.output]
    old = before[kind.output]
    matrix_in(old, output.offset, output.view.shape, output.ld)[...] = output.view  # which may change
    where = changed(output.region, old)
    return f"it wrote {kind.output}[{where[0] - output.offset}], which is outside {kind.output}" if where.size else ""


def changed(now: Floats, before: Floats) -> NDArray[np.intp]:
    """Where the bits differ."""
    different: NDArray[np.bool_] = now.view(np.uint32) != before.view(np.uint32)
    return different.nonzero()[0]


def difference(kind: Kind, got: Floats, right: Doubles, bound: Doubles) -> str:
    """The first element that is wrong."""
    with np.errstate(invalid="ignore"):
        same = (got == right) | (np.isnan(got) & np.isnan(right)) | (np.abs(got - right) <= bound)
    if same.all():
        return ""
    row, column = np.argwhere(~same)[0]
    found = f"{got[row, column]:.9g}, expected {right[row, column]:.9g}"
    if not kind.output:
        return f"it returned {found}"
    matrix = len(kind.operands[kind.output]) == 2
    return f"{f'row {row}, column {column}' if matrix else f'element {column}'} of {kind.output} is {found}"
