# SPDX-License-Identifier: MIT
"""``pyblaslite new`` and ``pyblaslite mutants``, and what ``race`` and ``run`` are told of a kernel: the options."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .compile import CFLAGS
from .kinds import KINDS
from .mutants import LIMIT, run_mutants
from .new import run_new


def add_arguments(commands: Any) -> None:
    """Adds both commands to the command line."""
    new = commands.add_parser("new", help="write a kernel to begin with", description="Writes a kernel to begin with.")
    new.set_defaults(run=run_new)
    new.add_argument("file", type=Path, metavar="FILE.c", help="which must not exist")
    new.add_argument("--kind", choices=list(KINDS), default="gemm", help="default: gemm")

    mutants = commands.add_parser(
        "mutants",
        help="which wrong kernels do your tests see?",
        description="Runs tests against kernels that are wrong in one way each, and says which of them the tests see. "
        "The tests, for pytest, use the sgemm of pyblaslite.mutants. Without tests: a list of the wrong kernels.",
    )
    mutants.set_defaults(run=run_mutants)
    mutants.add_argument("tests", type=Path, nargs="?", metavar="TESTS.py", help="what pytest is given")
    mutants.add_argument("--limit", type=float, default=LIMIT, metavar="SECONDS", help=f"of a run (default: {LIMIT})")


def add_compiler_arguments(parser: argparse.ArgumentParser) -> None:
    """How a kernel is compiled."""
    parser.add_argument("--cc", default="cc", metavar="COMMAND", help="with a kernel: the C compiler (default: cc)")
    parser.add_argument("--cflags", default=CFLAGS, metavar="FLAGS", help=f"with a kernel: default: {CFLAGS}")
