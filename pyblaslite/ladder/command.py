# SPDX-License-Identifier: MIT
"""``pyblaslite ladder``: its options, and what it does."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .._threads import get_num_threads
from ..race import machine, results
from ..race.command import UsageError, check_output, positive, require, save
from .rungs import LIST, SUBJECTS, find, read_rungs

ROUNDS = 3
SHOW_WORDS = 3  # show SUBJECT RUNG


def add_arguments(commands: Any) -> None:
    """Adds the command to the command line."""
    parser = commands.add_parser(
        "ladder",
        help="lessons in C from the textbook loop to the library: run them here, or show their source and machine code",
        description=__doc__,
        usage="pyblaslite ladder [SUBJECT] [--size N] [--rounds N] [--json FILE]\n"
        "       pyblaslite ladder show [SUBJECT [RUNG]]",
    )
    parser.set_defaults(run=run)
    parser.add_argument("words", nargs="*", metavar="SUBJECT", help=f"one of {', '.join(SUBJECTS)} (default: gemm)")
    parser.add_argument("--size", type=positive, metavar="N", help="default: one that shows what there is to see")
    parser.add_argument("--rounds", type=positive, metavar="N", default=ROUNDS, help=f"default: {ROUNDS}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results, as a race does")


def run(options: argparse.Namespace) -> int:
    """Climbs, or shows."""
    if not LIST.is_file():
        raise UsageError(f"{LIST} is missing: this build of pyblaslite came without the ladder")
    words = options.words or ["gemm"]
    if words[0] == "show":
        return run_show(words[1:])
    if len(words) > 1:
        raise UsageError(f"given {words[1]!r} after {words[0]!r}, expected one subject")
    return run_ladder(check_subject(words[0]), options)


def check_subject(word: str) -> str:
    """A subject from the command line."""
    if word not in SUBJECTS:
        raise UsageError(f"given {word!r}, expected 'show' or one of {', '.join(SUBJECTS)}")
    return word


def run_ladder(subject: str, options: argparse.Namespace) -> int:
    """Runs all rungs, prints the table and writes the JSON."""
    require("rich")
    if options.json:
        check_output(options.json)
    from ..race.progress import Progress  # noqa: PLC0415 (rich is an extra)
    from . import climb, report  # noqa: PLC0415
    from .work import default_size  # noqa: PLC0415

    size = options.size or default_size(subject)
    climbers = climb.find_climbers(subject, min(machine.cores(), get_num_threads()))
    with Progress(options.rounds * len(climbers)) as progress:
        race = climb.climb(climbers, size, options.rounds, progress.step)
    report.show(race, climbers, subject, size, progress.console)
    if options.json:
        save(results.write, race, options.json)
    return 0 if race.results else 1


def run_show(words: list[str]) -> int:
    """Lists the rungs, or shows one."""
    if len(words) > 2:
        raise UsageError(f"given {words[2]!r} after show {' '.join(words[:2])}, expected a subject and a rung")
    if len(words) < 2:
        for subject in map(check_subject, words or SUBJECTS):
            list_rungs(subject)
        return 0
    try:
        rung = find(check_subject(words[0]), words[1])
    except LookupError as error:
        raise UsageError(str(error)) from None
    require("rich")
    from .show import show  # noqa: PLC0415 (rich is an extra)

    show(rung)
    return 0


def list_rungs(subject: str) -> None:
    """A line for each rung."""
    for rung in read_rungs(subject):
        obstacle = rung.obstacle()
        print(f"{subject} {rung.number:>2}  {rung.file:<20} {rung.built:<20} {obstacle and f'(not here: {obstacle})'}")
