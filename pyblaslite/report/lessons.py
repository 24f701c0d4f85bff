# SPDX-License-Identifier: MIT
"""The ladder's rungs: their speeds as a plot, their source and machine code side by side."""

from __future__ import annotations

import dis
import inspect
import io
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from ..ladder import python_rungs
from ..ladder.rungs import LIST, SUBJECTS, Rung, read_rungs
from ..ladder.show import read_loop, sentence
from ..ladder.work import WORKS
from ..race.command import UsageError
from ..race.results import Race, Result
from .figures import Figure, Trace, axis, roof_line, rounded

COLUMN = 40  # where the lines of the source stand, beside the machine code
COLORS = {"rung": "#0072B2", "ours": "#D55E00", "peer": "#999999"}


@dataclass(frozen=True)
class Lesson:
    """One rung: its source, and what became of its hot loop."""

    title: str
    words: str
    source_name: str
    source: Markup
    assembly_name: str
    assembly: Markup


def bars(race: Race) -> list[Figure]:
    """GFLOP/s of all who did the same work, the lowest rung first."""
    works = dict.fromkeys(result.shape for result in race.results)
    return [bars_of(race, name, [result for result in race.results if result.shape == name]) for name in works]


def bars_of(race: Race, work: str, results: Sequence[Result]) -> Figure:
    """Those of one work."""
    names = [bar_name(result) for result in results]
    data: list[Trace] = [
        {
            "type": "bar",
            "orientation": "h",
            "showlegend": False,
            "x": [rounded(result.gflops) for result in results],
            "y": names,
            "text": [f"{result.gflops:.3g}" for result in results],
            "textposition": "outside",
            "cliponaxis": False,
            "customdata": [f"{result.competitor}{of_roof(race, result)}" for result in results],
            "hovertemplate": "%{x:.3g} GFLOP/s, %{customdata}<extra></extra>",
            "marker": {"color": [COLORS[race.kind(result.competitor)] for result in results]},
        }
    ]
    for threads in sorted({result.threads for result in results}):
        if roof := roof_of(race, next(result for result in results if result.threads == threads)):
            said = f"roof, {threads} thread{'s' * (threads > 1)}: {roof:.3g} GFLOP/s"
            data.append(roof_line([roof, roof], [names[0], names[-1]], said))
    layout = {
        "xaxis": axis("GFLOP/s", rangemode="tozero"),
        "yaxis": axis("", autorange="reversed", automargin=True, type="category"),
        "height": 130 + 28 * len(names),
    }
    size = results[0].m
    caption = "Blue: the rungs. Red: the library. Grey: other libraries. The dashed lines are what the machine allows."
    return Figure(f"{work}, float32, n = {size}", caption, data, layout)


def bar_name(result: Result) -> str:
    """Who it is, without what it was built with, and on how many threads if on more than one."""
    return label(result.competitor) + f" x {result.threads}" * (result.threads > 1)


def label(name: str) -> str:
    """A rung's number and name, without what it was built with."""
    return name.partition(" (")[0]


def roof_of(race: Race, result: Result) -> float | None:
    """What the FMA units allow, or the memory."""
    peak, bandwidth = race.roof(result.dtype, result.threads), race.bandwidth(result.threads)
    return WORKS[result.shape].roof(result.m, peak, bandwidth) if result.shape in WORKS else None


def of_roof(race: Race, result: Result) -> str:
    """The share of that, in words."""
    roof = roof_of(race, result)
    return f", {result.gflops / roof:.0%} of the roof" if roof else ""


def subject_of(race: Race) -> str:
    """The subject whose rungs these are; nothing if it is a ladder that is not installed here."""
    names = {label(entrant.name) for entrant in race.competitors if entrant.kind == "rung"}
    subjects = SUBJECTS if LIST.is_file() else ()
    return next((s for s in subjects if names <= {rung.label for rung in read_rungs(s)}), "")


def lessons(race: Race) -> list[Lesson]:
    """One for each rung that is installed here, too."""
    return [lesson(rung) for rung in read_rungs(subject_of(race))]


def lesson(rung: Rung) -> Lesson:
    """Its source and its hot loop; Python has bytecode instead."""
    if rung.is_python:
        function = python_rungs.RUNGS[rung.function]
        code = io.StringIO()
        dis.dis(function, file=code)
        source, assembly = coloured(inspect.getsource(function), "python"), coloured(code.getvalue(), "text")
        return Lesson(rung.label, "", rung.source.name, source, "bytecode", assembly)
    try:
        loop = read_loop(rung)
    except UsageError as error:
        words, name, assembly, lines = str(error), "no machine code", Markup(""), set()
    else:
        assert loop is not None
        words, name, lines = sentence(loop), f"hot loop, in {loop.function}", {i.line for i in loop.body}
        assembly = coloured("\n".join(f"{i.text:<{COLUMN}} # {i.line}" for i in loop.body), "gas")
    source = coloured(rung.source.read_text(encoding="utf-8"), "c", lines)
    return Lesson(f"{rung.label}, {rung.built}", f"{rung.title()} {words}", rung.source.name, source, name, assembly)


def coloured(text: str, language: str, marked: set[int] | None = None) -> Markup:
    """Source text in colours, which the page names; some of its lines are marked."""
    return Markup(highlight(text, get_lexer_by_name(language), HtmlFormatter(hl_lines=sorted(marked or ()))))
