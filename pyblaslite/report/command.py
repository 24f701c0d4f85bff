# SPDX-License-Identifier: MIT
"""``pyblaslite report``: its options, and what it does."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..race.command import UsageError, check_output, choose_threads, require
from ..race.peers import find_competitors
from ..race.plan import Plan
from ..race.shapes import default_shapes

if TYPE_CHECKING:
    from ..race.results import Race

TARGET = Path("report.html")


def add_arguments(commands: Any) -> None:
    """Adds the command to the command line."""
    parser = commands.add_parser(
        "report",
        help="one HTML file of what was measured",
        description="Makes one HTML file, which needs no other, of what race, race --suite, ladder and doctor wrote "
        "with --json; without any but the doctor's it runs a quick race first. That results have the same bits is "
        "tried anew.",
    )
    parser.set_defaults(run=run)
    parser.add_argument("json", type=Path, nargs="*", metavar="RESULTS", help="JSON of race, ladder or doctor")
    parser.add_argument("--out", type=Path, default=TARGET, metavar="FILE", help=f"default: {TARGET}")


def run(options: argparse.Namespace) -> int:
    """Reads, measures what is missing, and writes."""
    require("rich", "plotly", "jinja2", "pygments", extra="report")
    check_output(options.out)
    from . import bits, page  # noqa: PLC0415 (plotly and others are extras)
    from .inputs import read_all  # noqa: PLC0415

    try:
        inputs = read_all(options.json)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if not (inputs.races or inputs.suites or inputs.ladders):
        inputs.races.append(quick_race())
    html = page.render(inputs, bits.check())
    try:
        options.out.write_text(html, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{options.out}: {error.strerror}") from None
    print(f"Written: {options.out} ({len(html.encode()) / 1e6:.1f} MB)")
    return 0


def quick_race() -> Race:
    """What ``pyblaslite race --quick`` measures."""
    from ..race import runner  # noqa: PLC0415 (rich is an extra)
    from ..race.progress import Progress  # noqa: PLC0415

    shapes = default_shapes(quick=True, python=False)
    plan = Plan(shapes, ["float32"], choose_threads(None), 2, find_competitors())
    with Progress(plan.steps()) as progress:
        return runner.run([plan], progress.step)
