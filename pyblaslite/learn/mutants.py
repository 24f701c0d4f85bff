# SPDX-License-Identifier: MIT
"""``pyblaslite mutants``: which wrong kernels a learner's tests see."""

from __future__ import annotations

import argparse
import ctypes
import importlib.util
import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..race import machine
from ..race.command import UsageError
from ..race.peers import TOOLS

LIBRARY = TOOLS / "libmutants.so"
VARIABLE = "PYBLASLITE_MUTANT"
LIMIT = 60.0  # seconds
WIDTH = 100

PASSED, FAILED, NOTHING_COLLECTED = 0, 1, 5  # pytest's statuses; the others are mistakes in the tests or in their call


@dataclass(frozen=True)
class Mutant:
    """A row of csrc/mutants/mutants.h."""

    name: str
    wrong: str
    test: str


@dataclass(frozen=True)
class Run:
    """The tests against one kernel: pytest's status, minus a signal's number, or None after too long a time."""

    status: int | None
    said: str


def read_mutants() -> list[Mutant]:
    """All of them, as the library lists them."""
    if not LIBRARY.is_file():
        raise UsageError(f"{LIBRARY} is missing: this build of pyblaslite came without it")
    library = ctypes.CDLL(str(LIBRARY))
    texts = ctypes.c_char_p * ctypes.c_int.in_dll(library, "mutant_count").value
    columns = [texts.in_dll(library, f"mutant_{column}") for column in ("names", "wrongs", "tests")]
    return [Mutant(*(bytes(cell).decode() for cell in row)) for row in zip(*columns, strict=True)]


def run_mutants(options: argparse.Namespace) -> int:
    """Runs the tests against each; the status is 1 if any survives."""
    mutants = read_mutants()
    if options.tests is None:
        for mutant in mutants:
            print_entry(mutant.name, f"{mutant.wrong}.")
        return 0
    check_tests(options.tests)
    if not options.limit > 0:
        raise UsageError(f"--limit: given {options.limit:g}, expected a number of seconds")
    check_right(options.tests, run_tests(options.tests, "", options.limit))
    with ThreadPoolExecutor(machine.cores()) as pool:
        survived = 0
        runs = pool.map(lambda mutant: run_tests(options.tests, mutant.name, options.limit), mutants)
        for mutant, run in zip(mutants, runs, strict=True):
            show(mutant, run)
            survived += run.status == PASSED
    print(f"{len(mutants)} wrong kernels: {len(mutants) - survived} killed, {survived} survived.")
    if survived == len(mutants):
        print(f"Does {options.tests} use the sgemm of pyblaslite.mutants?")
    return 1 if survived else 0


def check_tests(path: Path) -> None:
    """Refuses what pytest could not run."""
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file")
    if importlib.util.find_spec("pytest") is None:
        raise UsageError("pytest not installed: pip install pytest")


def run_tests(path: Path, mutant: str, limit: float) -> Run:
    """The tests in a process of their own, up to the first that fails."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", str(path)]
    environment = {**os.environ, VARIABLE: mutant, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, env=environment, timeout=limit, capture_output=True, text=True, check=False)
    except subprocess.TimeoutExpired:
        return Run(None, "")
    return Run(done.returncode, done.stdout + done.stderr)


def check_right(path: Path, run: Run) -> None:
    """The right kernel must pass before a wrong one may fail."""
    if run.status == PASSED:
        print(f"The right kernel passes {path}.", flush=True)
        return
    print(run.said, end="", file=sys.stderr)
    if run.status == FAILED:
        raise UsageError(f"{path}: the right kernel fails these tests (above): it is they that are wrong")
    if run.status == NOTHING_COLLECTED:
        raise UsageError(f"{path}: pytest finds no test in it (a test is a function whose name begins with test_)")
    raise UsageError(f"{path}: with the right kernel, {how_it_ended(run)}: nothing can be learned from the wrong ones")


def show(mutant: Mutant, run: Run) -> None:
    """A line for one that was killed, an explanation for one that was not."""
    if run.status == PASSED:
        print_entry(mutant.name, f"SURVIVED. {mutant.wrong[0].upper()}{mutant.wrong[1:]}. To see it: {mutant.test}.")
    else:
        print_entry(mutant.name, "killed" if run.status == FAILED else f"killed: {how_it_ended(run)}")


def how_it_ended(run: Run) -> str:
    """Of a run that neither passed nor failed."""
    if run.status is None:
        return "the tests took too long (--limit)"
    return "the tests crashed" if run.status < 0 else f"pytest ended with status {run.status}"


def print_entry(name: str, text: str) -> None:
    """A name, and words beside it."""
    indent = " " * 28
    print(textwrap.fill(f"{name:<27} {text}", WIDTH, subsequent_indent=indent), flush=True)
