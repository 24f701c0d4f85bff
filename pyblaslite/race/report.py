# SPDX-License-Identifier: MIT
"""The race as tables for people."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .results import Race, Result
from .score import TIE, geometric_mean, rows

ABOVE_ROOF = 1.02
FULL, NARROW = (
    118,
    100,
)  # columns of a terminal: below the first no m n k, below the second fewer slow competitors
LEFT_OUT = ("naive-native", "pyblaslite-scalar")


def show(race: Race, console: Console) -> None:
    """One table for each set of shapes, then what was left out, then the sum of it."""
    for heat in race.heats():
        rows = [result for result in race.results if (result.dtype, result.threads) == heat]
        for name in dict.fromkeys(result.set for result in rows):
            console.print(table(race, [result for result in rows if result.set == name], console.width))
    if console.width < FULL:
        console.print(f"Some columns need a terminal of {FULL} columns.", highlight=False)
    for line in [*notes(race), *failures(race)]:
        console.print(line, highlight=False)
    console.print(summary(race), highlight=False)


def table(race: Race, results: Sequence[Result], width: int) -> Table:
    """Rows are shapes, columns are competitors, in GFLOP/s."""
    first = results[0]
    heat = (first.dtype, first.threads)
    raced = {result.competitor for result in race.results if (result.dtype, result.threads) == heat}
    names = [entrant.name for entrant in race.competitors if entrant.name in raced]
    names = [name for name in names if width >= NARROW or name not in LEFT_OUT]
    with_sizes = first.set != "squares" and width >= FULL
    threads = f"{first.threads} thread{'s' * (first.threads > 1)}"
    title = f"{first.set} · {first.dtype} · {threads} · GFLOP/s"
    made = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    made.add_column("shape", no_wrap=True)
    if with_sizes:
        made.add_column("m n k", no_wrap=True, style="dim")
    for name in names:
        style = "bold" if name == race.headline else ""
        made.add_column(heading(name), justify="right", style=style, no_wrap=True)
    made.add_column("ours /\nbest peer", justify="right", no_wrap=True)
    made.add_column("% of\nroof", justify="right", no_wrap=True)
    for shape in dict.fromkeys(result.shape for result in results):
        made.add_row(*row(race, names, with_sizes, width >= NARROW, [r for r in results if r.shape == shape]))
    return made


def heading(name: str) -> str:
    """A competitor's name on two narrow lines."""
    return name.replace("pyblaslite", "ours").replace("-", "\n", 1)


def row(
    race: Race, names: Sequence[str], with_sizes: bool, with_decimals: bool, results: Sequence[Result]
) -> list[str | Text]:
    """One shape."""
    first = results[0]
    speed = {result.competitor: result.gflops for result in results}
    best = best_peer(race, results)
    cells: list[str | Text] = [first.shape]
    if with_sizes:
        trans = "" if first.flags == "nn" else f" {first.flags.upper()}"
        cells.append(f"{first.m} {first.n} {first.k}{trans}")
    for name in names:
        mark = "*" if best and name == best.competitor else " "
        cells.append(f"{number(speed[name], with_decimals)}{mark}" if name in speed else "- ")
    ours, roof = speed.get(race.headline), race.roof(first.dtype, first.threads)
    cells.append(verdict(ours / best.gflops) if ours and best else "-")
    cells.append(f"{100 * ours / roof:.0f}" if ours and roof else "-")
    return cells


def best_peer(race: Race, results: Sequence[Result]) -> Result | None:
    """The fastest of the peers among results of one shape."""
    peers = [result for result in results if race.kind(result.competitor) == "peer"]
    return max(peers, key=lambda result: result.gflops, default=None)


def number(gflops: float, with_decimals: bool = True) -> str:
    """Three or four digits are what a measurement is worth; two or three where there is no room."""
    return (
        f"{gflops:.0f}"
        if gflops >= (1000 if with_decimals else 10)
        else f"{gflops:.1f}"
        if gflops >= 1
        else f"{gflops:.2g}"
    )


def verdict(ratio: float) -> Text:
    """The ratio; one within the noise is called a tie."""
    if abs(ratio - 1) <= TIE:
        return Text(f"tie {ratio:.2f}")
    return Text(f"{ratio:.2f}", style="green" if ratio > 1 else "red")


def notes(race: Race) -> list[str]:
    """What the marks mean, and what is suspect."""
    lines = []
    if any(entrant.kind == "peer" for entrant in race.competitors):
        lines.append(f"* the best peer; a difference of {TIE:.0%} or less is called a tie.")
    if slow := {missing.competitor for missing in race.missing if missing.kind == "slow"}:
        lines.append(f"- not run, a product would take over half a second: {', '.join(sorted(slow))}.")
    if any(threads > 1 for _, threads in race.heats()) and any(e.kind == "naive" for e in race.competitors):
        lines.append("The textbook loop and our scalar kernels run on one thread only.")
    for dtype, threads in race.heats():
        roof, memory = race.roof(dtype, threads), race.bandwidth(threads)
        measured = [f"{roof:.1f} GFLOP/s of FMAs"] if roof else []
        measured += [f"{memory:.1f} GB/s from memory"] if memory else []
        lines.append(f"Roof, {dtype}, {threads} thread{'s' * (threads > 1)}: {', '.join(measured) or 'not measured'}.")
    if above := above_roof(race):
        lines.append(f"Above the measured roof (the clock moved; do not trust): {'; '.join(above)}.")
    return lines


def above_roof(race: Race) -> list[str]:
    """Results that cannot be."""
    return [
        f"{result.competitor} {result.set} {result.shape} ({result.dtype}, {result.threads})"
        for result in race.results
        if result.gflops > ABOVE_ROOF * (race.roof(result.dtype, result.threads) or math.inf)
    ]


def failures(race: Race) -> list[Text]:
    """One line for each way in which a competitor failed."""
    failed: dict[tuple[str, str, int, str], list[str]] = {}
    for m in race.missing:
        if m.kind == "failed":
            failed.setdefault((m.competitor, m.dtype, m.threads, m.reason), []).append(f"{m.set} {m.shape}")
    return [
        Text(
            f"{name} failed ({dtype}, threads: {threads}; {len(where)} shapes, first {where[0]}): {reason}",
            "red",
        )
        for (name, dtype, threads, reason), where in failed.items()
    ]


def summary(race: Race) -> str:
    """How often we are ahead, and by how much on the whole."""
    found = [row.ratio for row in rows(race)]
    if not any(entrant.kind == "peer" for entrant in race.competitors):
        return "No peer to compare with: pip install pyblaslite[peers]"
    if not found:
        return "Nothing to compare: ours and a peer did not both run."
    ahead = sum(ratio > 1 + TIE for ratio in found)
    behind = sum(ratio < 1 - TIE for ratio in found)
    return (
        f"{race.headline} against the best peer of each of {len(found)} races: ahead {ahead}, "
        f"tie {len(found) - ahead - behind}, behind {behind}; geometric mean {geometric_mean(found):.2f}."
    )
