# SPDX-License-Identifier: MIT
"""A case in words."""

from __future__ import annotations

from .case import Case, beta_of
from .kinds import Kind


def describe(kind: Kind, case: Case) -> str:
    """The call, as far as it is not the plainest: ``m = 3, n = 1, k = 2, beta = 2, lda = 5``."""
    words = [f"{letter} = {size}" for letter, size in case.sizes.items()]
    words += [f"alpha = {case.alpha:g}"] * ("alpha" in kind.arguments)
    words += [f"beta = {beta_of(kind, case):g}"] * ("beta" in kind.arguments)
    for name in kind.matrices if case.gap else ():
        words.append(f"ld{name} = {case.sizes[kind.operands[name][1]] + case.gap}")
    words += [f"{name} full of {value:g}".replace("full of 0", "all zeros") for name, value in uniform(kind, case)]
    if spot := case.spot:
        where = f"[{spot.column}]" if len(kind.operands[spot.operand]) == 1 else f"({spot.row}, {spot.column})"
        words.append(f"{spot.operand}{where} = {spot.value:g}")
    if case.shift:
        words.append(f"addresses {4 * case.shift} bytes past a multiple of 64")
    if case.guard:
        operand, side = case.guard
        words.append(f"a forbidden page right {side} {operand}")
    return ", ".join(words)


def uniform(kind: Kind, case: Case) -> list[tuple[str, float]]:
    """Operands that hold one number, but for an output of zeros, which is nothing special."""
    return [(name, value) for name, value in case.filled.items() if (name, value) != (kind.output, 0)]
