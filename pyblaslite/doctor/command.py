# SPDX-License-Identifier: MIT
"""``pyblaslite doctor``: its options, and what it does."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..race.command import UsageError, check_output, named_library, require


def add_arguments(commands: Any) -> None:
    """Adds the command to the command line."""
    parser = commands.add_parser(
        "doctor",
        help="what this machine is, which BLAS libraries are on it, and how they answer at the edges",
        description="Looks at the CPU, the cores allowed, compilers, BLAS libraries and OpenMP runtimes and what may "
        "clash, and asks each BLAS what it does where libraries disagree. The status is 1 if pyblaslite is wrong.",
    )
    parser.set_defaults(run=run)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all of it as JSON, too")
    parser.add_argument(
        "--library", type=named_library, action="append", default=[], metavar="NAME=FILE", help="ask one more BLAS"
    )


def run(options: argparse.Namespace) -> int:
    """Examines, and shows."""
    require("rich", "threadpoolctl", extra="doctor")
    if options.json:
        check_output(options.json)
    from ..race.progress import Progress  # noqa: PLC0415 (rich is an extra)
    from . import findings, libraries, report  # noqa: PLC0415
    from .probe import QUESTIONS  # noqa: PLC0415

    loaded, clashes = findings.load()
    probed = libraries.probed(loaded, options.library)
    with Progress(len(QUESTIONS) * len(probed)) as progress:
        found = findings.examine(loaded, clashes, probed, progress.step)
    report.show(found, progress.console)
    if options.json:
        try:
            findings.write(found, options.json)
        except OSError as error:
            raise UsageError(f"{options.json}: {error.strerror}") from None
        print(f"Written: {options.json}")
    return 0 if found.ours_is_right() else 1
