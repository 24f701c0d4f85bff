# SPDX-License-Identifier: MIT
"""The suite as tables: on the terminal, and as Markdown with all that a reader needs to repeat it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .report import failures, heading, number
from .results import Race, Result
from .score import TIE, VERDICTS, Row, by_family, count_verdicts, geometric_mean, rows, verdict, worst

STYLES = dict(zip(VERDICTS, ("green", "", "red"), strict=True))
NO_ROWS = "Nothing to compare: ours and a peer did not both run."


@dataclass(frozen=True)
class Grid:
    """A table before it is drawn: text at the left, ``texts`` columns of it, and numbers at the right."""

    title: str
    heads: list[str]
    lines: list[list[str]]
    texts: int = 1


def from_python(row: Row) -> bool:
    """Whether it was called from Python, where a call's time says more than GFLOP/s."""
    return row.ours.set.startswith("Python")


def family_grid(name: str, found: Sequence[Row]) -> Grid:
    """All rows of a family; ``*`` marks the best peer."""
    peers = list(dict.fromkeys(peer.competitor for row in found for peer in row.peers))
    ours = list(dict.fromkeys(row.ours.competitor for row in found))
    limit = "of the peak" if found[0].ours.gbytes is None else "of the bandwidth"
    heads = ["shape", "dtype", "threads", " / ".join(ours), *peers, "ours / best", "verdict", limit]
    return Grid(f"{name}, {unit(found[0])}", heads, [family_line(row, peers) for row in found], texts=2)


def unit(row: Row) -> str:
    """What is written of a row's results."""
    return "microseconds" if from_python(row) else "GFLOP/s" if row.ours.gbytes is None else "GB/s"


def measure(result: Result, row: Row) -> str:
    """One of its results, in that unit."""
    if from_python(row):
        return number(result.seconds * 1e6)
    return number(result.gflops if result.gbytes is None else result.gbytes)


def family_line(row: Row, peers: Sequence[str]) -> list[str]:
    """One row's cells."""
    measures = {result.competitor: measure(result, row) for result in (row.ours, *row.peers)}
    speeds = {peer.competitor: measures[peer.competitor] + "*" * (peer is row.best) for peer in row.peers}
    share = f"{row.of_limit:.0%}" if row.of_limit else "-"
    cells = [row.ours.shape, row.ours.dtype, str(row.ours.threads), measures[row.ours.competitor]]
    return [*cells, *(speeds.get(name, "-") for name in peers), f"{row.ratio:.2f}", verdict(row.ratio), share]


def summary_grid(found: Sequence[Row]) -> Grid:
    """Each family's mean, and what is worst in it; then everything's."""
    heads = ["family", "worst", "rows", *VERDICTS, "ours / best", "worst ratio"]
    parts = by_family(found) | by_interface(found) | {"all rows": list(found)}
    lines = [summary_line(name, part) for name, part in parts.items()]
    return Grid("Geometric mean of ours / best peer", heads, lines, texts=2)


def by_interface(found: Sequence[Row]) -> dict[str, list[Row]]:
    """The rows of each interface: a call from Python races against other things than a call from C."""
    parts: dict[str, list[Row]] = {"C interface": [], "Python interface": []}
    for row in found:
        parts["Python interface" if from_python(row) else "C interface"].append(row)
    return {name: part for name, part in parts.items() if part}


def summary_line(name: str, found: Sequence[Row]) -> list[str]:
    """One family's cells."""
    low = worst(found)
    where = low.label.removeprefix(f"{name} ")
    counts = [str(count) for count in count_verdicts(found).values()]
    return [name, where, str(len(found)), *counts, f"{mean(found):.3f}", f"{low.ratio:.2f}"]


def mean(found: Iterable[Row]) -> float:
    """The geometric mean of the rows' ratios."""
    return geometric_mean(row.ratio for row in found)


def grids(found: Sequence[Row]) -> list[Grid]:
    """One for each family, then the summary."""
    return [*(family_grid(name, part) for name, part in by_family(found).items()), summary_grid(found)]


def sentences(found: Sequence[Row]) -> list[str]:
    """Each interface in a line."""
    return [sentence(name, part) for name, part in by_interface(found).items()] or [NO_ROWS]


def sentence(name: str, found: Sequence[Row]) -> str:
    """Some rows in a line."""
    counts = ", ".join(f"{name} {count}" for name, count in count_verdicts(found).items())
    low = worst(found)
    return (
        f"{name}, {len(found)} rows: {counts}; geometric mean of ours / best peer {mean(found):.3f}; worst "
        f"{low.ratio:.2f} ({low.label}, against {low.best.competitor})."
    )


NOTE = (
    f"A star marks the best peer; a difference of {TIE:.0%} or less is a tie. Stacks: by a library's "
    "gemm_batch_strided, or by a loop over its gemm where it has none or its own crashes or is wrong. GB/s count the "
    "bytes that must move; the bandwidth is that of plain reads, which stores may run beside in the first cache."
)


def show(race: Race, console: Console) -> None:
    """For the terminal."""
    found = rows(race)
    for grid in grids(found) if found else []:
        console.print(drawn(grid))
    for line in [NOTE, *failures(race), *sentences(found)]:
        console.print(line, highlight=False)


def drawn(grid: Grid) -> Table:
    """By rich, with the verdicts in colour."""
    table = Table(title=grid.title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for i, head in enumerate(grid.heads):
        left = i < grid.texts
        table.add_column(Text(heading(head)), justify="left" if left else "right", no_wrap=left)
    for line in grid.lines:
        table.add_row(*(Text(cell, STYLES.get(cell, "")) for cell in line))
    return table


def write_markdown(race: Race, path: Path, command: str) -> None:
    """For a file: where, when, against whom and how it was measured, and every row."""
    found = rows(race)
    parts = ["# Results of the suite", *preamble(race, command)]
    parts += [*sentences(found), NOTE]
    parts += [str(line) for line in failures(race)]
    if found:
        first, *rest = [summary_grid(found), *grids(found)[:-1]]
        parts += [as_markdown(first), *(as_markdown(grid) for grid in rest)]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def preamble(race: Race, command: str) -> list[str]:
    """What one must know to repeat it."""
    versions = ", ".join(f"{name} {version}" for name, version in race.versions.items())
    caches = ", ".join(f"{name} {size}" for name, size in race.machine["caches"].items())
    roofs = [f"{roof.dtype} x {roof.threads}: {roof.gflops:.1f} GFLOP/s" for roof in race.roofs]
    facts = {
        "Date": race.date,
        "CPU": f"{race.machine['cpu']}, {race.machine['cores']} cores, {caches}; kernels: {race.machine['isa']}",
        "Versions": versions,
        "Rounds": f"{race.rounds}, interleaved; the best counts",
        "FMA peak": "; ".join(roofs),
        "Bandwidth": "; ".join(f"{b.gbytes:.1f} GB/s ({b.threads} x {b.kib} KiB)" for b in race.bandwidths),
    }
    lines = [f"| {name} | {value} |" for name, value in facts.items()]
    lines += [f"| {entrant.name} | {entrant.about} |" for entrant in race.competitors if entrant.about]
    return ["\n".join(["| | |", "|---|---|", *lines]), f"Repeat it with `{command}`."]


def as_markdown(grid: Grid) -> str:
    """A heading and a table."""
    rule = ["---"] * grid.texts + ["---:"] * (len(grid.heads) - grid.texts)
    lines = [grid.heads, rule, *grid.lines]
    return "\n".join([f"## {grid.title}", "", *(f"| {' | '.join(line)} |" for line in lines)])
