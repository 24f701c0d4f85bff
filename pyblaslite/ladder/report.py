# SPDX-License-Identifier: MIT
"""A ladder as a table."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..race.results import Race
from .climb import DTYPE, Climber
from .work import COLUMNS, WORKS

HEADINGS = ("", "does", "built with", "threads", "time", "GFLOP/s", "GB/s", "% of roof", "gain")
LEFT = 3  # columns of words


def show(race: Race, climbers: Sequence[Climber], subject: str, size: int, console: Console) -> None:
    """Prints the table, the roof, and what did not run."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), title=f"The ladder of {subject}, float32, n = {size}")
    for i, name in enumerate(HEADINGS):
        table.add_column(name, justify="left" if i < LEFT else "right", no_wrap=True)
    ran = [climber for climber in climbers if climber.seconds]
    for i, climber in enumerate(ran):
        if i and ran[i - 1].rung and not climber.rung:
            table.add_section()
        table.add_row(*map(Text, row(race, climber, size, below(ran[:i], climber))))
    console.print(table)
    for line in notes(race, climbers, size):
        console.print(Text(line))


def below(earlier: Sequence[Climber], climber: Climber) -> float | None:
    """The seconds of the rung before a rung; for a library, of the highest rung that has as many threads."""
    rungs = [c for c in earlier if c.rung and c.work is climber.work]
    same = [c for c in rungs if climber.rung or c.threads == climber.threads]
    return same[-1].seconds if same else None


def row(race: Race, climber: Climber, size: int, before: float | None) -> list[str]:
    """One line of the table."""
    seconds = climber.seconds
    assert seconds
    gflops = climber.work.flops(size) / seconds / 1e9
    roof = climber.work.roof(size, race.roof(DTYPE, climber.threads), race.bandwidth(climber.threads))
    return [
        f"{climber.rung.number:>2} {climber.rung.file}" if climber.rung else f"   {climber.competitor.name}",
        climber.work.name,
        climber.rung.built if climber.rung else "",
        str(climber.threads),
        duration(seconds),
        f"{gflops:.1f}" if gflops >= 1 else f"{gflops:.2g}",
        f"{climber.work.traffic(size) / seconds / 1e9:.1f}" if climber.work.memory else "",
        f"{100 * gflops / roof:.0f}" if roof else "",
        f"{before / seconds:.2f}" if before else "",
    ]


def duration(seconds: float) -> str:
    """In the unit in which it is a handful."""
    for unit, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "us")):
        if seconds >= unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds * 1e9:.3g} ns"


def notes(race: Race, climbers: Sequence[Climber], size: int) -> list[str]:
    """The roof, what could not run and why, and what the subject teaches."""
    lines = []
    for threads in sorted({climber.threads for climber in climbers}):
        peak, bandwidth = race.roof(DTYPE, threads), race.bandwidth(threads)
        said = [f"FMA peak {peak:.0f} GFLOP/s"] * bool(peak) + [f"memory {bandwidth or 0:.1f} GB/s"] * bool(bandwidth)
        lines += [f"Roof, {threads} thread{'s' * (threads > 1)}: {', '.join(said)}."] * bool(said)
    for climber in climbers:
        if climber.obstacle:
            lines.append(f"Not run: {climber.competitor.name}: {climber.obstacle}.")
    return lines + across_columns(climbers, size)


def across_columns(climbers: Sequence[Climber], size: int) -> list[str]:
    """gemv against gemm: what many columns take, in times of what one takes."""
    alone = [climber for climber in climbers if climber.threads == 1]
    one, many = (
        min((c.seconds for c in alone if c.work is WORKS[name] and c.seconds), default=None)
        for name in ("gemv", f"gemv{COLUMNS}")
    )
    if not one or not many:
        return []
    mib = WORKS["gemv"].traffic(size) / 2**20
    return [
        f"On one thread {COLUMNS} columns take {many / one:.1f} times as long as one, not {COLUMNS} times: "
        f"the {mib:.0f} MiB of A need to come from memory only once, and that is what one column waits for."
    ]
