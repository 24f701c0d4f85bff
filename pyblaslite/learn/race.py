# SPDX-License-Identifier: MIT
"""``pyblaslite race KERNEL.c``: compiled, sent through the gates, and then raced."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ..race import command, results
from ..race.command import UsageError
from ..race.peers import PROGRAM, Competitor, headline
from ..race.plan import Plan
from ..race.results import Race, Result
from ..race.shapes import Shape, squares
from .compile import SOURCES, Built, build
from .kinds import Kind
from .report import show_gates
from .watch import watch

SIZES = {
    "gemm": (16, 64, 128, 256, 512, 1024),
    "gemv": (64, 256, 1000, 4000),
    "axpy": (100, 1000, 10_000, 100_000, 10_000_000),
    "dot": (100, 1000, 10_000, 100_000, 10_000_000),
}
NOT_HERE = ("suite", "family", "results", "python", "dtype", "shapes")


def race_kernel(options: argparse.Namespace) -> int:
    """Once, or whenever the file is saved."""
    for name in NOT_HERE:
        if getattr(options, name):
            raise UsageError(
                f"--{name}: not in the race of a kernel of your own, which is in float32 (--sizes chooses sizes)"
            )
    command.require("rich", *["matplotlib"] * bool(options.plot))
    command.check_output(options.json)
    if options.plot:
        command.check_picture(options.plot)
    if options.watch:
        watch(options.kernel, lambda: race_once(options))
    return race_once(options)


def race_once(options: argparse.Namespace) -> int:
    """The status: 1 if it fails at a gate."""
    with tempfile.TemporaryDirectory(prefix="pyblaslite-") as folder:
        built = build(options.kernel, Path(folder), options.cc, options.cflags)
        if options.plot and built.kind.name != "gemm":
            raise UsageError(f"--plot: the picture is one of products, and {built.kind.symbol} is none")
        if not show_gates(built):
            print("It is not raced: a wrong answer must not win.")
            return 1
        return run(built, Path(folder), options)


def run(built: Built, folder: Path, options: argparse.Namespace) -> int:
    """The race of a kernel that is right."""
    from ..race import report, runner  # noqa: PLC0415 (rich is an extra)
    from ..race.progress import Progress  # noqa: PLC0415

    threads = command.choose_threads(options.threads or [1])
    plan = Plan(
        shapes=shapes_of(built.kind, options.sizes or SIZES[built.kind.name]),
        dtypes=["float32"],
        threads=threads,
        rounds=options.rounds or (2 if options.quick else 3),
        competitors=entrants(built, folder, options, slow=max(threads) == 1),
    )
    with Progress(plan.steps()) as progress:
        race = runner.run([plan], progress.step)
    race.headline = built.source.name
    report.show(race, progress.console)
    for line in standing(race):
        print(line)
    command.save(results.write, race, options.json)
    if options.plot and race.results:
        command.save(command.draw, race, options.plot)
    return 0 if race.results else 1


def shapes_of(kind: Kind, sizes: Iterable[int]) -> list[Shape]:
    """Squares, or vectors."""
    if kind.name == "gemm":
        return squares(sizes)
    flags = "n" if kind.matrices else ""
    return [Shape(kind.name, str(n), n if "m" in kind.sizes else 1, n, 1, flags, routine=kind.name) for n in sizes]


def entrants(built: Built, folder: Path, options: argparse.Namespace, slow: bool) -> list[Competitor]:
    """The kernel that this race is about, and whom it is compared with: the textbook, us, the vendors."""
    chosen = command.choose_competitors(options)
    best = headline([c.name for c in chosen], "c")
    naive = [c for c in chosen if c.kind == "naive"]
    if naive and built.kind.name != "gemm":  # the textbook is what `pyblaslite new` writes
        (folder / "naive").mkdir()
        text = build(SOURCES / f"new_{built.kind.name}.c", folder / "naive", options.cc, options.cflags)
        naive = [Competitor("naive", "naive", (str(PROGRAM), str(text.library)))]
    ours = [replace(c, kind="peer") for c in chosen if c.name == best and c.kind == "ours"]
    own = Competitor(built.source.name, "ours", (str(PROGRAM), str(built.library)), slow=slow)
    return [own, *naive, *ours, *(c for c in chosen if c.kind == "peer")]


def standing(race: Race) -> list[str]:
    """Where the kernel stands at the largest size that it finished, in a sentence."""
    own = [result for result in race.results if result.competitor == race.headline]
    if not own:
        return [f"{race.headline} has finished nothing."]
    last = own[-1]
    roof, bandwidth = race.roof(last.dtype, last.threads), race.bandwidth(last.threads, footprint(last))
    words = [f"{last.gflops:.3g} GFLOP/s"]
    if last.gbytes and bandwidth:
        words.append(f"{last.gbytes:.3g} GB/s, {100 * last.gbytes / bandwidth:.2g} % of what can be read here")
    elif roof:
        words.append(f"{100 * last.gflops / roof:.2g} % of the roof")
    same = {r.competitor: r.seconds for r in race.results if (r.shape, r.threads) == (last.shape, last.threads)}
    ratios = [f"{seconds / last.seconds:.2g} times {name}" for name, seconds in same.items() if name != last.competitor]
    return [f"{race.headline} at {last.shape}: {', '.join([*words, *ratios])}."]


def footprint(result: Result) -> int:
    """The bytes of its operands."""
    return result.call().footprint(result.dtype)
