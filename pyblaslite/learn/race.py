# SPDX-License-Identifier: MIT
"""``pyblaslite race KERNEL.c``: compiled, sent through the gates, and then raced."""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

from ..race import command, results
from ..race.command import UsageError
from ..race.peers import PROGRAM, Competitor, headline
from ..race.plan import Plan
from ..race.results import Race
from ..race.shapes import squares
from .compile import Built, build
from .report import show_gates
from .watch import watch

SIZES = (16, 64, 128, 256, 512, 1024)
NOT_HERE = ("suite", "family", "results", "python", "dtype", "shapes")


def race_kernel(options: argparse.Namespace) -> int:
    """Once, or whenever the file is saved."""
    for name in NOT_HERE:
        if getattr(options, name):
            raise UsageError(f"--{name}: not in the race of a kernel of your own, which is one of squares in float32")
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
        if not show_gates(built):
            print("It is not raced: a wrong answer must not win.")
            return 1
        return run(built, options)


def run(built: Built, options: argparse.Namespace) -> int:
    """The race of a kernel that is right."""
    from ..race import report, runner  # noqa: PLC0415 (rich is an extra)
    from ..race.progress import Progress  # noqa: PLC0415

    threads = command.choose_threads(options.threads or [1])
    plan = Plan(
        shapes=squares(options.sizes or SIZES),
        dtypes=["float32"],
        threads=threads,
        rounds=options.rounds or (2 if options.quick else 3),
        competitors=entrants(built, options, slow=max(threads) == 1),
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


def entrants(built: Built, options: argparse.Namespace, slow: bool) -> list[Competitor]:
    """The learner's kernel, which is what this race is about, and those it is compared with: the vendors, and us."""
    own = Competitor(built.source.name, "ours", (str(PROGRAM), str(built.library)), slow=slow)
    others = command.choose_competitors(options)
    best = headline([c.name for c in others], "c")
    kept = [c for c in others if c.kind != "ours" or c.name == best]
    return [own, *(replace(c, kind="peer") if c.kind == "ours" else c for c in kept)]


def standing(race: Race) -> list[str]:
    """Where the kernel stands at the largest size that it finished, in a sentence."""
    own = [result for result in race.results if result.competitor == race.headline]
    if not own:
        return [f"{race.headline} has finished nothing."]
    last = own[-1]
    same = {r.competitor: r.seconds for r in race.results if (r.shape, r.threads) == (last.shape, last.threads)}
    roof = race.roof(last.dtype, last.threads)
    words = [f"{100 * last.gflops / roof:.2g} % of the roof"] if roof else []
    words += [f"{seconds / last.seconds:.2g} times {name}" for name, seconds in same.items() if name != race.headline]
    return [f"{race.headline} at {last.shape}: {last.gflops:.3g} GFLOP/s, {', '.join(words)}."]
