# SPDX-License-Identifier: MIT
"""The gates that a kernel must pass before it is raced: each asks one thing, of the smallest cases first."""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from .case import Case, Kernel, Spot, call_and_compare, check, fill
from .kinds import Kind

ALL = (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33)
SOME = (1, 2, 3, 5, 8, 9, 17, 33)
FEW = (1, 3, 9, 17)
LONG = {  # across the blocks that kernels are cut into, one size after another
    3: ((300, 70, 5), (5, 300, 70), (70, 5, 300), (1, 1, 5000)),
    2: ((70, 300), (300, 70), (1, 5000), (5000, 1)),
    1: ((100,), (255,), (1000,), (4097,)),
}
LARGE = {
    3: ((300, 70, 130), (130, 259, 600), (17, 33, 2100), (9, 5000, 9), (5000, 9, 9)),
    2: ((513, 259),),
    1: ((100003,),),
}
TAILED = {  # a vector of 16 elements or several, and some that are left over
    3: ((1, 1, 1), (1, 1, 2), (5, 9, 7), (2, 35, 3)),
    2: ((1, 1), (1, 2), (5, 19), (3, 37)),
    1: ((1,), (2,), (37,), (70,)),
}
BUSY = {3: ((40, 50, 60),), 2: ((130, 170),), 1: ((20000,),)}
TOGETHER = 0.2  # seconds in which two threads call at once
IN_A_ROW = 32  # calls without Python between them, so that they meet those of the other thread

Check = Callable[[Kernel, Case, np.random.Generator], str]


@dataclass(frozen=True)
class Gate:
    """One demand: its name, what a failure means, the cases, and how one of them is tried."""

    name: str
    meaning: str
    cases: Callable[[Kind], Iterable[Case]]
    check: Check = check

    def sorted_cases(self, kind: Kind) -> list[Case]:
        """The smallest first: what fails first is the smallest that fails."""
        return sorted(self.cases(kind), key=Case.volume)


def shapes(kind: Kind, sizes: Iterable[int], *larger: Mapping[int, Iterable[tuple[int, ...]]]) -> Iterator[Case]:
    """All shapes of these sizes, and some larger ones."""
    letters = kind.sizes
    listed = (table[len(letters)] for table in larger)
    for lengths in itertools.chain(itertools.product(sizes, repeat=len(letters)), *listed):
        yield Case(dict(zip(letters, lengths, strict=True)))


def whole(kind: Kind) -> Iterator[Case]:
    """The plain call."""
    for case in shapes(kind, range(1, 40) if kind.sizes == "n" else ALL, LONG, LARGE):
        yield replace(case, filled={kind.output: 0.0} if not kind.beta else {})


def apart(kind: Kind) -> Iterator[Case]:
    """Matrices that are parts of wider ones."""
    if kind.matrices:
        for case in shapes(kind, SOME, LONG, LARGE):
            yield replace(case, gap=3)


def scalars(kind: Kind) -> Iterator[Case]:
    """Every way through alpha and beta."""
    betas = (0.0, 1.0, -1.0, 2.0) if "beta" in kind.arguments else (None,)
    if "alpha" in kind.arguments:
        for case in shapes(kind, FEW, LONG):
            for alpha, beta in itertools.product((1.0, -1.0, 2.0, 0.0), betas):
                yield replace(case, alpha=alpha, beta=beta)


def beta_0(kind: Kind) -> Iterator[Case]:
    """NaN in what is overwritten."""
    if "beta" in kind.arguments:
        for case in shapes(kind, SOME, LONG):
            yield replace(case, filled={kind.output: math.nan})


def alpha_0(kind: Kind) -> Iterator[Case]:
    """NaN in what counts nothing."""
    if "alpha" in kind.arguments:
        for case in shapes(kind, FEW, LONG):
            yield replace(case, alpha=0, beta=kind.beta or 2.0, filled=dict.fromkeys(kind.inputs, math.nan))


def empty(kind: Kind) -> Iterator[Case]:
    """Sizes of zero, at a forbidden page. (gemv without columns is left alone: libraries differ.)"""
    betas = (0.0, 1.0, 2.0) if kind.name == "gemm" else (None,)
    for case in shapes(kind, (0, 1, 5)):
        sizes = case.sizes
        if 0 in sizes.values() and (kind.name != "gemv" or sizes["m"] == 0):
            for beta, gap in itertools.product(betas, (0, 3)):
                yield replace(case, beta=beta, gap=gap)
            yield from at_pages(kind, case)


def special(kind: Kind) -> Iterator[Case]:
    """A NaN or an infinity at each place, and zeros where it is multiplied."""
    for case in shapes(kind, (), TAILED):
        for name in kind.inputs:
            lengths = [1, *(case.sizes[letter] for letter in kind.operands[name])][-2:]
            places = itertools.product(*map(range, lengths), (math.nan, math.inf))
            for spot in itertools.starmap(partial(Spot, name), places):
                yield replace(case, spot=spot)
                for other in kind.inputs:
                    if other != name:
                        yield replace(case, spot=spot, filled={other: 0.0})


def shifted(kind: Kind) -> Iterator[Case]:
    """Addresses that are multiples of 4 bytes, and no more."""
    for case in shapes(kind, SOME):
        for shift in (1, 2, 3, 7):
            yield replace(case, shift=shift)


def rounded(kind: Kind) -> Iterator[Case]:
    """Numbers that are not whole."""
    for case in shapes(kind, SOME, LONG, LARGE):
        yield replace(case, fractions=True, alpha=0.7 if "alpha" in kind.arguments else 1)


def at_pages(kind: Kind, case: Case) -> Iterator[Case]:
    """A case with each operand at a forbidden page."""
    for guard in itertools.product(kind.operands, ("after", "before")):
        yield replace(case, guard=guard)


def guarded(kind: Kind) -> Iterator[Case]:
    """Each operand at forbidden pages, dense and with gaps."""
    for case in shapes(kind, SOME):
        yield from at_pages(kind, case)
    for case in shapes(kind, FEW) if kind.matrices else ():
        yield from at_pages(kind, replace(case, gap=3))


def one_case(kind: Kind) -> Iterator[Case]:
    """A case that takes a while; the results of several calls add up, so that each of them counts."""
    for case in shapes(kind, (), BUSY):
        yield replace(case, beta=1.0 if kind.output else None)


def call_twice(kernel: Kernel, case: Case, rng: np.random.Generator) -> str:
    """The same addresses, with other numbers the second time."""
    operands = kernel.place(case)
    for _ in range(2):
        fill(kernel.kind, case, operands, rng)
        if wrong := call_and_compare(kernel, case, operands):
            return wrong
    return ""


def call_at_once(kernel: Kernel, case: Case, _: np.random.Generator) -> str:
    """Two threads, each with its own operands."""
    kernels = [kernel, kernel.twin()]
    found = ["", ""]
    end = time.monotonic() + TOGETHER

    def work(i: int) -> None:
        rng, operands = np.random.default_rng(i), kernels[i].place(case)
        while not found[i] and time.monotonic() < end:
            fill(kernel.kind, case, operands, rng)
            found[i] = call_and_compare(kernels[i], case, operands, IN_A_ROW)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found[0] or found[1]


GATES = (
    Gate(
        "whole numbers",
        "With small whole numbers every sum is exact, in whatever order it is added: this is no rounding, but a "
        "mistake in the loops. (Around the inputs stands NaN: a NaN in the result was read there.)",
        whole,
    ),
    Gate(
        "rows apart",
        "A matrix may be part of a wider one: row i of A begins at a + i * lda, and what stands between the rows "
        "may be neither used nor written. (Here it is NaN in the inputs.)",
        apart,
    ),
    Gate(
        "alpha and beta",
        "The result is alpha times the sum, plus beta times the old output where there is a beta.",
        scalars,
    ),
    Gate(
        "NaN in the output, beta = 0",
        "beta = 0 means that the old output does not count, whatever it is. 0 * NaN is NaN: overwrite, do not "
        "multiply.",
        beta_0,
    ),
    Gate(
        "NaN in the inputs, alpha = 0",
        "alpha = 0 means that the inputs do not count, whatever they are. 0 * NaN is NaN: do not read them.",
        alpha_0,
    ),
    Gate(
        "sizes of zero",
        "A size of 0 is no mistake: without rows or columns nothing is touched, and an empty sum is 0 (with k = 0, "
        "C = beta C).",
        empty,
    ),
    Gate(
        "NaN and infinity",
        "A NaN or infinity must reach the result as in a plain sum; 0 * NaN and 0 * infinity are NaN, so that zeros "
        "may not be skipped. (-ffast-math and -Ofast break this too.)",
        special,
    ),
    Gate(
        "addresses",
        "A float may stand at any multiple of 4 bytes. Loads and stores that want 16, 32 or 64 (_mm_load_ps, "
        "_mm256_load_ps ...) have variants that do not (loadu).",
        shifted,
    ),
    Gate(
        "fractions",
        "The result is further from the exact one than single precision explains (the bound is the number of terms, "
        "times 2^-24, times the sum of absolute values): is something stored in fewer bits, or lost?",
        rounded,
    ),
    Gate(
        "forbidden pages",
        "Nothing outside the operands may be read or written, not even by a vector that is wider than what is left "
        "of a row: in another program that memory belongs to somebody else, or to nobody.",
        guarded,
    ),
    Gate(
        "called twice",
        "The same addresses held other numbers the second time: nothing may be remembered from one call to the next.",
        one_case,
        call_twice,
    ),
    Gate(
        "called by two threads at once",
        "Two threads called it with operands of their own: scratch memory must not be static or global.",
        one_case,
        call_at_once,
    ),
)


def gates_of(kind: Kind) -> list[Gate]:
    """Those that ask anything of this kind."""
    return [gate for gate in GATES if any(True for _ in gate.cases(kind))]
