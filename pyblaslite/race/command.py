# SPDX-License-Identifier: MIT
"""``pyblaslite race`` and ``pyblaslite plot``: their options, and what they do."""

from __future__ import annotations

import argparse
import importlib.util
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import machine, results, suite
from .peers import (
    PROGRAM,
    Competitor,
    find_competitors,
    headline,
    library_peer,
    python_competitors,
)
from .plan import Plan, lacking, suite_plans
from .shapes import LETTERS, MOST, NARROW, Shape, default_shapes, random_shapes, read_shapes, squares

PICTURES = (".png", ".svg", ".pdf")
PICTURE = Path("race.png")
MOST_RANDOM = 1000


class UsageError(Exception):
    """Something the user can put right."""


def add_arguments(commands: Any) -> None:
    """Adds both commands to the command line."""
    from ..learn.command import add_compiler_arguments  # noqa: PLC0415 (which needs this module)

    race = commands.add_parser(
        "race", help="race against the textbook loop and every BLAS found here", description=__doc__
    )
    race.set_defaults(run=run_race)
    race.add_argument(
        "kernel", type=Path, nargs="?", metavar="KERNEL.c", help="your own kernel, once it passes the gates"
    )
    race.add_argument("--watch", action="store_true", help="with a kernel: again whenever it is saved")
    add_compiler_arguments(race)
    race.add_argument("--quick", action="store_true", help="few shapes, 2 rounds")
    race.add_argument(
        "--suite", action="store_true", help="families of products, and all other routines; ours and peers only"
    )
    race.add_argument(
        "--family", metavar="NAME,...", help="with --suite, these: a family, a routine, or a level as in 'level 2'"
    )
    race.add_argument("--results", type=Path, metavar="FILE", help="with --suite, write the tables as Markdown")
    race.add_argument("--python", action="store_true", help="race pyblaslite.matmul against numpy.matmul")
    race.add_argument("--sizes", type=positives, metavar="N,...", help="these squares, and no other default shapes")
    race.add_argument("--random", type=positive, metavar="N", help="so many products of sizes drawn by chance")
    race.add_argument("--seed", type=positive, default=1, metavar="N", help="with --random, other ones (default: 1)")
    race.add_argument("--shapes", type=Path, metavar="FILE", help="shapes, one a line: name m n k [transA transB]")
    race.add_argument(
        "--dtype",
        type=dtypes,
        action="extend",
        metavar="DTYPE,...",
        help=", ".join(LETTERS) + " (default: float32; --suite: each family its own)",
    )
    race.add_argument("--threads", type=positives, metavar="N,...", help="default: 1, and all cores")
    race.add_argument("--rounds", type=positive, metavar="N", help="default: 3; with --quick 2")
    race.add_argument("--only", metavar="NAME,...", help="these competitors, or kinds: naive, ours, peer")
    race.add_argument(
        "--library",
        type=named_library,
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="one more BLAS",
    )
    race.add_argument("--json", type=Path, default=Path("race.json"), metavar="FILE", help="default: race.json")
    race.add_argument("--plot", type=Path, metavar="FILE", help=f"default: {PICTURE}")
    race.add_argument("--no-plot", action="store_true", help="draw no picture")

    plot = commands.add_parser("plot", help="draw the picture of a race again")
    plot.set_defaults(run=run_plot)
    plot.add_argument("json", type=Path, metavar="RESULTS", help="what a race wrote with --json")
    plot.add_argument("plot", type=Path, metavar="PICTURE", help="a .png, .svg or .pdf file")


def positive(text: str) -> int:
    """A size or a count."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST):
        raise argparse.ArgumentTypeError(f"given {text!r}, expected a positive integer")
    return int(text)


def positives(text: str) -> list[int]:
    """A list of them, each once."""
    return list(dict.fromkeys(positive(word.strip()) for word in text.split(",")))


def dtypes(text: str) -> list[str]:
    """A list of dtypes."""
    names = [word.strip() for word in text.split(",")]
    for name in names:
        if name not in LETTERS:
            raise argparse.ArgumentTypeError(f"given {name!r}, expected one of {', '.join(LETTERS)}")
    return names


def named_library(text: str) -> Competitor:
    """NAME=FILE."""
    name, equals, file = text.partition("=")
    if not (name and equals and Path(file).is_file()):
        raise argparse.ArgumentTypeError(f"given {text!r}, expected NAME=FILE with a shared library that exists")
    return library_peer(name, Path(file).resolve())


def run_race(options: argparse.Namespace) -> int:
    """Races, and writes table, JSON and picture."""
    if options.kernel:
        from ..learn.race import race_kernel  # noqa: PLC0415 (which needs this module)

        return race_kernel(options)
    if options.watch:
        raise UsageError("--watch: only with a kernel of your own")
    if options.suite:
        return run_suite(options)
    for name in ("family", "results"):
        if getattr(options, name):
            raise UsageError(f"--{name}: only with --suite")
    for dtype in options.dtype or ():
        if dtype in NARROW:
            raise UsageError(f"--dtype: {dtype} only with --suite")
    options.plot = options.plot or PICTURE
    require("rich", *([] if options.no_plot else ["matplotlib"]))
    check_output(options.json)
    if not options.no_plot:
        check_picture(options.plot)
    from . import report, runner  # noqa: PLC0415 (rich is an extra)
    from .progress import Progress  # noqa: PLC0415

    plan = Plan(
        shapes=choose_shapes(options),
        dtypes=list(dict.fromkeys(options.dtype or ["float32"])),
        threads=choose_threads(options.threads),
        rounds=options.rounds or (2 if options.quick else 3),
        competitors=choose_competitors(options),
        interface="python" if options.python else "c",
    )
    with Progress(plan.steps()) as progress:
        race = runner.run([plan], progress.step)
    report.show(race, progress.console)
    save(results.write, race, options.json)
    if not options.no_plot and race.results:
        save(draw, race, options.plot)
    return 0 if race.results else 1


def run_suite(options: argparse.Namespace) -> int:
    """Races the suite, and writes tables, JSON and Markdown."""
    for name in ("python", "sizes", "random", "shapes", "plot"):
        if getattr(options, name):
            raise UsageError(f"--{name}: not with --suite, which has its own shapes and no picture")
    require("rich")
    for path in filter(None, (options.json, options.results)):
        check_output(path)
    from . import runner, suite_report  # noqa: PLC0415 (rich is an extra)
    from .progress import Progress  # noqa: PLC0415

    plans = plan_suite(options)
    with Progress(sum(plan.steps() for plan in plans)) as progress:
        race = runner.run(plans, progress.step)
    suite_report.show(race, progress.console)
    save(results.write, race, options.json)
    if options.results:
        save(lambda race, path: suite_report.write_markdown(race, path, repeat(options)), race, options.results)
    return 0 if race.results else 1


def plan_suite(options: argparse.Namespace) -> list[Plan]:
    """What the options choose of the suite."""
    names = [word.strip() for word in options.family.split(",")] if options.family else None
    try:
        families = suite.choose(names, options.dtype, quick=options.quick)
    except ValueError as error:
        raise UsageError(f"--family: {error}") from None
    for family in families:
        if absent := lacking(family):
            print(f"{family.name} is left out, as there is no {' and no '.join(absent)} here.")
    families = [family for family in families if not lacking(family)]
    threads, rounds = choose_threads(options.threads), options.rounds or (2 if options.quick else 3)
    plans = suite_plans(families, threads, rounds, choose_competitors(options, suite=True))
    if not plans:
        raise UsageError("--suite: no family has shapes of this dtype that can be called here")
    return plans


def repeat(options: argparse.Namespace) -> str:
    """The command that measures the same again."""
    words = ["pyblaslite", "race", "--suite", *["--quick"] * options.quick]
    listed = {"dtype": options.dtype, "threads": options.threads}
    given = {name: ",".join(map(str, values)) for name, values in listed.items() if values}
    given |= {name: str(getattr(options, name)) for name in ("family", "rounds", "only") if getattr(options, name)}
    return shlex.join([*words, *(word for name, value in given.items() for word in (f"--{name}", value))])


def run_plot(options: argparse.Namespace) -> int:
    """Draws the picture of an earlier race."""
    require("matplotlib")
    check_picture(options.plot)
    try:
        race = results.read(options.json)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if race.interface in ("suite", "ladder"):
        raise UsageError(f"{options.json}: a {race.interface} has no picture")
    if not race.results:
        raise UsageError(f"{options.json}: there are no results to draw")
    save(draw, race, options.plot)
    return 0


def save(write: Callable[[results.Race, Path], None], race: results.Race, path: Path) -> None:
    """Writes a file, and says so; a disk may fill up during a race."""
    try:
        write(race, path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    print(f"Written: {path}")


def draw(race: results.Race, path: Path) -> None:
    """The picture; matplotlib is loaded as late as possible."""
    from .plot import draw  # noqa: PLC0415 (an extra)

    draw(race, path)


def require(*packages: str, extra: str = "race") -> None:
    """Refuses to start what could not be finished."""
    missing = [package for package in packages if importlib.util.find_spec(package) is None]
    if missing:
        raise UsageError(f"{' and '.join(missing)} not installed: pip install pyblaslite[{extra}]")


def check_output(path: Path) -> None:
    """Refuses a file that could not be written after the race."""
    if path.is_dir():
        raise UsageError(f"{path}: it is a directory")
    target = path if path.exists() else path.parent
    if not path.parent.is_dir():
        raise UsageError(f"{path}: there is no directory {path.parent}")
    if not os.access(target, os.W_OK):
        raise UsageError(f"{path}: it cannot be written")


def check_picture(path: Path) -> None:
    """Refuses a picture that could not be drawn."""
    if path.suffix.lower() not in PICTURES:
        raise UsageError(f"{path}: a picture's name ends in one of {', '.join(PICTURES)}")
    check_output(path)


def choose_shapes(options: argparse.Namespace) -> list[Shape]:
    """Those named, or the default ones."""
    shapes = squares(options.sizes) if options.sizes else []
    if options.random:
        if options.random > MOST_RANDOM:
            raise UsageError(f"--random: given {options.random}, expected at most {MOST_RANDOM}")
        shapes += random_shapes(options.random, options.seed)
    if options.shapes:
        try:
            shapes += read_shapes(options.shapes)
        except ValueError as error:
            raise UsageError(str(error)) from None
    return shapes or default_shapes(quick=options.quick, python=options.python)


def choose_threads(wanted: list[int] | None) -> list[int]:
    """One, and one for each core, unless told otherwise."""
    from .._threads import get_num_threads  # noqa: PLC0415

    allowed = len(machine.allowed_cpus())
    for threads in wanted or []:
        if threads > allowed:
            raise UsageError(f"--threads: given {threads}, but only {allowed} CPUs are allowed here")
    return wanted or sorted({1, min(machine.cores(), get_num_threads())})


def choose_competitors(options: argparse.Namespace, suite: bool = False) -> list[Competitor]:
    """All (in a suite: what users get, and the peers), or those named."""
    if not options.python and not os.access(PROGRAM, os.X_OK):
        raise UsageError(f"{PROGRAM} is missing: this build of pyblaslite came without the race")
    if options.python and options.library:
        raise UsageError("--library: the race of --python is between pyblaslite and numpy only")
    everyone = python_competitors() if options.python else find_competitors() + options.library
    names = [competitor.name for competitor in everyone]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"--library: there is another competitor named {name!r}")
    if not options.only:
        return [c for c in everyone if c.kind == "peer" or c.name == headline(names, "c")] if suite else everyone
    wanted = [word.strip() for word in options.only.split(",")]
    known = {name for competitor in everyone for name in (competitor.name, competitor.kind)}
    for word in wanted:
        if word not in known:
            raise UsageError(f"--only: given {word!r}, expected some of {', '.join(sorted(known))}")
    return [c for c in everyone if c.name in wanted or c.kind in wanted]
