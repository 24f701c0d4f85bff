# SPDX-License-Identifier: MIT
"""``pyblaslite run``: its options, and what it does."""

from __future__ import annotations

import argparse
import ctypes
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from .._core import PACKAGE, get_lib
from ..learn.command import add_compiler_arguments
from ..learn.compile import build
from ..learn.report import show_gates
from ..race.command import UsageError, check_output, positive
from . import process, report, table, trace
from .elf import read_symbols
from .why import why_nothing

PROFILE = PACKAGE / "libexec" / "pyblaslite" / "pbl-profile.so"
ROWS = 20
SEPARATORS = " :"  # of LD_PRELOAD


def add_arguments(commands: Any) -> None:
    """Adds the command to the command line."""
    parser = commands.add_parser(
        "run",
        help="run a Python program on this BLAS, and say which BLAS calls it made",
        description="Runs an unmodified program with numpy's and scipy's BLAS calls sent to pyblaslite, and says which "
        "calls it made: shapes, times, speed.",
        usage="pyblaslite run [--trace FILE] [--blas PATH | --kernel KERNEL.c [--cc COMMAND] [--cflags FLAGS]] "
        "[--top N] (SCRIPT | -m MODULE) [ARGUMENT ...]",
    )
    parser.set_defaults(run=run)
    parser.add_argument("--trace", type=Path, metavar="FILE", help="write all calls as JSON")
    parser.add_argument("--blas", type=Path, metavar="PATH", help="send the calls to this BLAS library (default: ours)")
    parser.add_argument("--kernel", type=Path, metavar="KERNEL.c", help="send those it can do to a kernel of your own")
    add_compiler_arguments(parser)
    parser.add_argument("--top", type=positive, default=ROWS, metavar="N", help=f"lines of the table (default: {ROWS})")
    rest = argparse.REMAINDER
    parser.add_argument("-m", dest="module", nargs=rest, metavar="MODULE", help="run a module, as python -m does")
    parser.add_argument("program", nargs=rest, metavar="SCRIPT", help="the program, and its arguments")


def run(options: argparse.Namespace) -> int:
    """Runs the program; our status is its status."""
    arguments = program_arguments(options)
    known = check_preload()
    if options.blas and options.kernel:
        raise UsageError("--kernel: not together with --blas, as calls are sent to one of them")
    blas = check_blas(options.blas, known)
    if options.trace:
        check_output(options.trace)
    command = [sys.executable, *arguments]
    with tempfile.TemporaryDirectory(prefix="pyblaslite-") as folder:
        if options.kernel:
            built = build(options.kernel, Path(folder), options.cc, options.cflags)
            if not show_gates(built, sys.stderr):
                print("The program is not run: it would be given wrong answers.", file=sys.stderr)
                return 1
            blas = str(built.library)
        counted = Path(folder) / "table"
        table.create(counted)
        begin = time.perf_counter()
        status = process.run(command, environment(counted, blas))
        seconds = time.perf_counter() - begin
        made = trace.make_trace(command, status, seconds, blas, table.read(counted))
        if made.is_idle():
            made.nothing = why_nothing(Path(sys.executable), made.processes, libraries(counted), known)
    report.show(made, options.top)
    if options.trace:
        save(made, options.trace)
    return process.end_like(status)


def program_arguments(options: argparse.Namespace) -> list[str]:
    """What the interpreter is given."""
    if options.module is not None:
        if not options.module:
            raise UsageError("-m: expected the name of a module")
        return ["-m", *options.module]
    if not options.program:
        raise UsageError("run: expected a script, or -m and a module")
    script = Path(options.program[0])
    if not script.exists():
        raise UsageError(f"{script}: there is no such script")
    if not os.access(script, os.R_OK):
        raise UsageError(f"{script}: it cannot be read")
    if script.is_dir() and not (script / "__main__.py").is_file():
        raise UsageError(f"{script}: it is a directory without a __main__.py")
    return list(options.program)


def check_preload() -> set[str]:
    """The names we intercept, if this system lets us."""
    if sys.platform != "linux":
        raise UsageError(f"run: only on Linux, where LD_PRELOAD puts a library before others (this is {sys.platform})")
    if not PROFILE.is_file():
        raise UsageError(f"{PROFILE} is missing: this build of pyblaslite came without it")
    if any(separator in str(PROFILE) for separator in SEPARATORS):
        raise UsageError(
            f"{PROFILE}: LD_PRELOAD cannot name a path with spaces or colons; install pyblaslite elsewhere"
        )
    return read_symbols(PROFILE).defined


def check_blas(path: Path | None, known: set[str]) -> str:
    """The library that calls are sent to, if it is one and has any of them."""
    if path is None:
        return get_lib()
    if not path.is_file():
        raise UsageError(f"--blas: {path}: there is no such file")
    try:
        library = ctypes.CDLL(str(path.resolve()))
    except OSError as error:
        raise UsageError(f"--blas: {path} is not a library that can be loaded: {error}") from None
    if not any(hasattr(library, name) for name in known):
        raise UsageError(f"--blas: {path} has no BLAS function under any name known here (dgemm_, cblas_dgemm, ...)")
    return str(path.resolve())


def environment(counted: Path, blas: str) -> dict[str, str]:
    """This process's, and what the preloaded library needs to know."""
    preload = [str(PROFILE), *filter(None, [os.environ.get("LD_PRELOAD")])]
    ours = {"PYBLASLITE_PROFILE_TABLE": str(counted), "PYBLASLITE_PROFILE_BLAS": blas}
    return {**os.environ, "LD_PRELOAD": ":".join(preload), **ours}


def libraries(counted: Path) -> list[Path]:
    """All that the program's processes had loaded."""
    listed = counted.with_name(counted.name + ".libraries")
    lines = listed.read_text().splitlines() if listed.exists() else []
    return [Path(line) for line in dict.fromkeys(lines) if Path(line) != PROFILE]


def save(made: trace.Trace, path: Path) -> None:
    """Writes the JSON, and says so; a disk may fill up during a run."""
    try:
        trace.write(made, path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    print(f"Written: {path}", file=sys.stderr)
