# SPDX-License-Identifier: MIT
"""The calls as a table for people, on standard error: standard output is the program's."""

from __future__ import annotations

import importlib.util
import sys
import textwrap
from pathlib import Path

from .table import Call
from .trace import Trace
from .why import several

WIDTH = 100  # of sentences
COLUMNS = ("routine", "shape", "flags", "calls", "seconds", "% of run", "GFLOP/s", "% of roof")
LEFT = 3  # columns of words
FEW = 1e-3  # seconds, below which digits are given as they come


def show(trace: Trace, top: int) -> None:
    """Prints the table and what there is to say of it."""
    print(file=sys.stderr)
    if trace.is_idle():
        seen = "no BLAS call was seen" + ", but the sdot of 2 by which numpy's import tries it" * bool(trace.calls)
        print_lines([f"pyblaslite run: {seen}.", *trace.nothing])
        return
    print_lines([headline(trace)])
    print_table([row(trace, call) for call in trace.calls[:top]])
    print_lines(notes(trace, top))


def headline(trace: Trace) -> str:
    """All calls in a sentence."""
    calls, seconds = trace.total_calls(), trace.total_seconds()
    share = f"{seconds:.3f} s in BLAS, the run took {trace.seconds:.3f} s"
    return f"pyblaslite run: {calls} BLAS call{'s' * (calls != 1)}, {share}; sent to {Path(trace.blas).name}"


def row(trace: Trace, call: Call) -> list[str]:
    """One line of the table."""
    roof = trace.roof(call)
    return [
        call.routine + "*" * call.fell_through,
        " x ".join(map(str, call.shape.values())) or "-",
        " ".join(filter(None, (call.layout, call.flags))) or "-",
        str(call.calls),
        duration(call.seconds),
        f"{100 * call.seconds / trace.seconds:.1f}",
        number(call.gflops) if call.gflops else "-",
        f"{100 * call.gflops / roof:.0f}" if roof and call.gflops else "-",
    ]


def duration(seconds: float) -> str:
    """Seconds to three places, or as many as it takes."""
    return f"{seconds:.3f}" if seconds >= FEW else f"{seconds:.6f}"


def number(gflops: float) -> str:
    """Three or four digits are what a measurement is worth."""
    return f"{gflops:.0f}" if gflops >= 1000 else f"{gflops:.1f}" if gflops >= 1 else f"{gflops:.2g}"


def notes(trace: Trace, top: int) -> list[str]:
    """What the table leaves out, and what its marks mean."""
    lines = []
    if rest := trace.calls[top:]:
        calls, seconds = sum(call.calls for call in rest), sum(call.seconds for call in rest)
        lines.append(f"And {len(rest)} more shapes (--top): {calls} calls, {duration(seconds)} s.")
    if trace.unlisted_calls:
        lines.append(
            f"There were more shapes than a table holds: {trace.unlisted_calls} calls, "
            f"{duration(trace.unlisted_seconds)} s, are not listed."
        )
    if fell := [call for call in trace.calls if call.fell_through]:
        names = several(dict.fromkeys(call.symbol for call in fell))
        lines.append(f"* fell through to the program's own BLAS, as {Path(trace.blas).name} cannot do them: {names}.")
    if trace.error:
        lines.append(f"{trace.blas} could not be loaded: {trace.error}")
    if trace.roofs:
        roofs = ", ".join(f"{roof.gflops:.1f} GFLOP/s ({roof.dtype})" for roof in trace.roofs)
        lines.append(f"Roof: {roofs}: the FMA peak of a core, times threads ({trace.roofs[0].threads}).")
    if trace.processes > 1:
        lines.append(f"Calls of {trace.processes} processes are added up.")
    return lines


def print_lines(lines: list[str]) -> None:
    """Sentences; a long path stays in one piece."""
    for line in lines:
        print(textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False), file=sys.stderr)


def print_table(rows: list[list[str]]) -> None:
    """With rich where it is installed, aligned by hand where it is not."""
    if importlib.util.find_spec("rich") is None:
        widths = [max(map(len, column)) for column in zip(COLUMNS, *rows, strict=True)]
        for cells in (COLUMNS, *rows):
            pairs = zip(cells, widths, strict=True)
            aligned = [f"{c:<{w}}" if i < LEFT else f"{c:>{w}}" for i, (c, w) in enumerate(pairs)]
            print("  ".join(aligned), file=sys.stderr)
        return
    from rich import box  # noqa: PLC0415 (an extra)
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for i, name in enumerate(COLUMNS):
        table.add_column(name, justify="left" if i < LEFT else "right", no_wrap=True)
    for cells in rows:
        table.add_row(*map(Text, cells))
    console = Console(stderr=True)
    (console if console.is_terminal else Console(stderr=True, width=WIDTH)).print(table)
