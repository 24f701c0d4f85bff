# SPDX-License-Identifier: MIT
"""The tables: the suite's score, the bits, the answers at the edges, the machine and the versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..race.results import Race
from ..race.score import Row, by_family
from ..race.suite_report import Grid, family_grid, summary_grid
from .bits import Check

OK = "ok"  # an answer as the rule
LOOKS = {"ahead": "good", OK: "good", "behind": "bad"}
INTERFACES = {"c": "from C", "python": "from Python", "suite": "the suite", "ladder": "the ladder"}


@dataclass(frozen=True)
class Table:
    """``texts`` columns at the left are text, the others numbers; a folded one opens on a click."""

    title: str
    heads: Sequence[str]
    lines: Sequence[Sequence[str]]
    texts: int = 99
    folded: bool = False
    wrong: frozenset[str] = frozenset()  # what no right cell says

    def look(self, cell: str) -> str:
        """The class of a cell, by what it says."""
        return LOOKS.get(cell, "bad" if cell in self.wrong else "pre" if "\n" in cell else "")


def of_grid(grid: Grid, folded: bool = False) -> Table:
    """A table of the suite's."""
    return Table(grid.title, grid.heads, grid.lines, grid.texts, folded)


def suite(rows: Sequence[Row]) -> list[Table]:
    """The score, and all rows behind it."""
    return [of_grid(summary_grid(rows)), *(of_grid(family_grid(*part), True) for part in by_family(rows).items())]


def bits(checks: Iterable[Check]) -> Table:
    """A line for each product."""
    heads = ["dtype", "m x n x k", "bits of the result", "ways", "results", "numpy: layouts", "numpy: results"]
    return Table("Results with different bits", heads, [bits_line(check) for check in checks], texts=3)


def bits_line(check: Check) -> list[str]:
    """Its cells."""
    shape = " x ".join(map(str, check.shape))
    counts = (check.ways, len(check.digests), check.layouts, check.numpys)
    return [check.dtype, shape, ", ".join(check.digests), *map(str, counts)]


def differing(checks: Iterable[Check]) -> Table | None:
    """The ways that led elsewhere than the first, if there are any: they should not be."""
    lines = [
        [check.dtype, " x ".join(map(str, check.shape)), digest, "\n".join(ways)]
        for check in checks
        for digest, ways in list(check.digests.items())[1:]
    ]
    return Table("Broken promises", ["dtype", "m x n x k", "bits", "ways"], lines) if lines else None


def edges(doctor: dict[str, Any]) -> Table:
    """The doctor's answers: what is as the rule needs no other words."""
    libraries = list(doctor["probed"])
    answers = {(a["question"], a["library"]): a for a in doctor["answers"]}

    def cell(question: str, library: str) -> str:
        answer = answers[question, library]
        return OK if answer["verdict"] == "as the rule" else str(answer["said"])

    lines = [[q, rule or "none", *(cell(q, library) for library in libraries)] for q, rule in doctor["rules"].items()]
    wrong = frozenset(str(a["said"]) for a in doctor["answers"] if a["verdict"] == "otherwise")
    return Table("Answers at the edges", ["question", "rule", *libraries], lines, wrong=wrong)


def facts(doctor: dict[str, Any]) -> Table:
    """What the doctor knows of the machine."""
    clashes = {"clashes": "\n".join(doctor["clashes"])} if doctor["clashes"] else {}
    return Table("The machine, as the doctor found it", [], list((doctor["facts"] | clashes).items()))


def machine(race: Race) -> Table:
    """What a race says of the machine and of who ran."""
    m = race.machine
    caches = ", ".join(f"{name} {size}" for name, size in m["caches"].items())
    lines = [
        ["CPU", m["cpu"]],
        ["cores", f"{m['cores']} (CPUs {', '.join(map(str, m['cpus']))})"],
        ["caches", caches],
        ["kernels", f"{m['isa']} (could run: {', '.join(m['isas'])})"],
        ["measured", f"{race.date}, {race.rounds} rounds"],
        *([name, version] for name, version in race.versions.items()),
        *([entrant.name, entrant.about] for entrant in race.competitors if entrant.about),
        *([f"FMA peak, {r.dtype} x {r.threads}", f"{r.gflops:.4g} GFLOP/s"] for r in race.roofs),
        *([f"{b.kib} KiB x {b.threads}, read", f"{b.gbytes:.3g} GB/s"] for b in race.bandwidths),
    ]
    return Table(f"Machine and versions: {INTERFACES[race.interface]}", [], lines)


def missing(race: Race) -> Table | None:
    """What did not run, and why."""
    reasons: dict[tuple[str, str, str, str], int] = {}
    for m in race.missing:
        key = (m.competitor, f"{m.dtype} x {m.threads}", m.kind, m.reason)
        reasons[key] = reasons.get(key, 0) + 1
    lines = [[*key, str(count)] for key, count in reasons.items()]
    heads = ["competitor", "heat", "kind", "why", "shapes"]
    return Table("Not measured", heads, lines, texts=4, folded=True) if lines else None
