# SPDX-License-Identifier: MIT
"""What stands in the report: its sections, of parts of which one is seen at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..race import score
from ..race.results import Race
from . import figures, lessons, tables
from .bits import Check
from .figures import Figure
from .inputs import Inputs
from .lessons import Lesson
from .tables import Table


@dataclass
class Part:
    """Plots, then tables, then lessons."""

    name: str
    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    lessons: list[Lesson] = field(default_factory=list)


@dataclass
class Section:
    """A tab; ``units`` if its plots can be shown as parts of the peak."""

    name: str
    title: str
    words: str
    parts: list[Part]
    units: bool = False


@dataclass(frozen=True)
class Card:
    """A figure that sums something up."""

    figure: str
    words: str


def sections(inputs: Inputs, checks: Sequence[Check]) -> list[Section]:
    """All that there is something to say in."""
    found = [race_section(race, i) for i, race in enumerate(inputs.races)]
    found += [suite_section(race, i) for i, race in enumerate(inputs.suites)]
    if inputs.ladders:
        found.append(ladder_section(inputs.ladders))
    found.append(bits_section(checks))
    if inputs.doctor:
        words = "Where BLAS libraries disagree; ok: as the rule. Each answer was given by a process of its own."
        found.append(Section("edges", "Edges", words, [Part("edges", tables=[tables.edges(inputs.doctor)])]))
    found.append(machine_section(inputs))
    return found


def race_section(race: Race, number: int) -> Section:
    """Speed over size, and a roofline, for each dtype and number of threads."""
    parts = []
    for dtype, threads in race.heats():
        plots = [figures.sizes(race, dtype, threads), figures.roofline(race, dtype, threads)]
        parts.append(Part(figures.title_of(dtype, threads), [plot for plot in plots if plot]))
    words = "From Python: pyblaslite.matmul against numpy.matmul." if race.interface == "python" else ""
    return Section(f"race{number}", "From Python" if words else "Speed", words, parts, units=True)


def suite_section(race: Race, number: int) -> Section:
    """The score by family, and the roofline of all shapes."""
    rows = score.rows(race)
    parts = [Part("score", [figures.ratios(rows)], tables.suite(rows))] if rows else []
    for dtype, threads in race.heats():
        plot = figures.roofline(race, dtype, threads)
        parts += [Part(figures.title_of(dtype, threads), [plot])] if plot else []
    return Section(f"suite{number}", "Suite", "Families of shapes, each of which stands for a use of a BLAS.", parts)


def ladder_section(ladders: Sequence[Race]) -> Section:
    """The lessons, from the textbook loop up."""
    words = "The same routine, rung by rung. Open one for its source and the machine code of its hot loop."
    parts = [Part(ladder_name(race), lessons.bars(race), [], lessons.lessons(race)) for race in ladders]
    return Section("ladder", "Ladder", words, parts)


def ladder_name(race: Race) -> str:
    """Its subject, or what was done on it."""
    return lessons.subject_of(race) or ", ".join(dict.fromkeys(result.shape for result in race.results))


def bits_section(checks: Sequence[Check]) -> Section:
    """The promise, tried when this report was made."""
    broken = tables.differing(checks)
    words = (
        "Every product below was computed when this report was made, on this machine, with every instruction set, "
        "several numbers of threads and several layouts of its operands. One result: no bit differs between any two."
    )
    found = [tables.bits(checks), *([broken] if broken else [])]
    return Section("bits", "Same bits", words, [Part("bits", tables=found)])


def machine_section(inputs: Inputs) -> Section:
    """Where all this was measured."""
    found = [tables.facts(inputs.doctor)] if inputs.doctor else []
    for race in inputs.races + inputs.suites + inputs.ladders:
        left_out = tables.missing(race)
        found += [tables.machine(race), *([left_out] if left_out else [])]
    return Section("machine", "Machine", "", [Part("machine", tables=found)])


def cards(inputs: Inputs, checks: Sequence[Check]) -> list[Card]:
    """What a reader wants to know first."""
    found = []
    for race in inputs.races + inputs.suites:
        rows, where = score.rows(race), tables.INTERFACES[race.interface]
        if rows:
            mean = score.geometric_mean(row.ratio for row in rows)
            words = f"the best peer's speed: geometric mean of {len(rows)} calls ({where})"
            found.append(Card(f"{mean:.2f} x", words))
        if best := max((row.of_limit or 0 for row in rows if row.ours.gbytes is None), default=0):
            found.append(Card(f"{best:.0%}", f"of the FMA peak at best ({where})"))
    broken = [check for check in checks if len(check.digests) > 1]
    words = f"{len(checks)} products, each computed in {checks[0].ways} ways"
    found.append(Card("bits differ", f"{len(broken)} of {words}") if broken else Card("same bits", words))
    return found
