# SPDX-License-Identifier: MIT
"""What is raced, before it is."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass

from .peers import Competitor, python_competitor
from .shapes import LETTERS, Shape
from .suite import NEEDS, Call, Family

SAMPLE = 0.03  # seconds that a sample lasts at least, unless told otherwise: see race.c
SUITE_SAMPLE = 0.01  # there, the shapes are many


@dataclass(frozen=True)
class Plan:
    """What is raced."""

    shapes: Sequence[Shape]
    dtypes: Sequence[str]
    threads: Sequence[int]
    rounds: int
    competitors: Sequence[Competitor]
    interface: str = "c"
    sample: float = SAMPLE

    def entrants(self, threads: int) -> list[Competitor]:
        """Who runs on this many threads."""
        return [competitor for competitor in self.competitors if threads == 1 or not competitor.slow]

    def steps(self) -> int:
        """How often ``run`` reports progress."""
        shapes = len(self.shapes) * len(self.dtypes) * self.rounds
        return sum(len(self.entrants(threads)) for threads in self.threads) * shapes


def suite_plans(
    families: Sequence[Family], threads: Sequence[int], rounds: int, everyone: Sequence[Competitor]
) -> list[Plan]:
    """One plan for each dtype and group of competitors: those of the C interface, and calls from Python."""
    plans = []
    for calls in dict.fromkeys(family.calls for family in families):
        entrants = callers(calls) if calls else everyone
        for dtype in LETTERS:
            shapes = [s for f in families if f.calls == calls and dtype in f.dtypes for s in f.shapes]
            if shapes and entrants:
                plans.append(Plan(shapes, [dtype], threads, rounds, entrants, "suite", SUITE_SAMPLE))
    return plans


def callers(calls: Sequence[Call]) -> list[Competitor]:
    """The competitors that make these calls, ours first."""
    kinds = ["ours", *["peer"] * (len(calls) - 1)]
    return [python_competitor(c.name, kind, c.module, c.key) for c, kind in zip(calls, kinds, strict=True)]


def lacking(family: Family) -> list[str]:
    """What a family's calls need, and is not here: functions of this version, and packages."""
    import pyblaslite  # noqa: PLC0415 (it is not complete while it imports us)

    functions = [NEEDS[call] for call in family.calls if call in NEEDS]
    packages = [call.module for call in family.calls] + ["ml_dtypes"] * ("bfloat16" in family.dtypes)
    absent = [package for package in dict.fromkeys(packages) if importlib.util.find_spec(package) is None]
    return [f"pyblaslite.{name}" for name in functions if not hasattr(pyblaslite, name)] + absent
