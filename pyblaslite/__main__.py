# SPDX-License-Identifier: MIT
"""The command line: a module for each of its commands has its options and what it does."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from . import __version__, explain, get_isa, get_lib, get_num_threads, isas, threading
from ._core import lib, text
from .doctor import command as doctor
from .ladder import command as ladder
from .learn import command as learn
from .profile import command as profile
from .race import command
from .report import command as report

INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        hint = ": write --cflags=FLAGS, with an equals sign" if "--cflags: expected" in message else ""
        self.exit(2, f"{self.prog}: error: {message}{hint}\n")


def info() -> str:
    """What this installation is, and what it found."""
    threads = f"{get_num_threads()} ({threading()})"
    if threading() == "none":
        threads = "1 (none: this build has no OpenMP and is single-threaded)"
    lines = {
        "version": __version__,
        "isa": f"{get_isa()} (this CPU runs: {', '.join(isas())})",
        "threads": threads,
        "library": get_lib(),
        "build": text(lib.pbl_build_info()),
    }
    return "\n".join(f"{name + ':':<9} {value}" for name, value in lines.items())


def run_info(_: argparse.Namespace) -> int:
    """Prints it."""
    print(info())
    return 0


def make_parser() -> Parser:
    """The command line's grammar."""
    parser = Parser(prog="pyblaslite", description="The BLAS one can read, as fast as the ones one cannot.")
    parser.add_argument("--version", action="version", version=f"pyblaslite {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    commands.add_parser("info", help="version, instruction set, threads, build").set_defaults(run=run_info)
    explain.add_arguments(commands)
    doctor.add_arguments(commands)
    ladder.add_arguments(commands)
    profile.add_arguments(commands)
    learn.add_arguments(commands)
    command.add_arguments(commands)
    report.add_arguments(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line; the status is 0, 1 (nothing was measured), 2 (misuse), 130 (Ctrl-C) or a program's."""
    options = make_parser().parse_args(argv)
    try:
        return int(options.run(options))
    except command.UsageError as error:
        print(f"pyblaslite: error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python would complain at its end
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
