# SPDX-License-Identifier: MIT
"""Asks every library every question: each time in a new process, which may crash or hang without harm."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..race import machine
from ..race.peers import Competitor
from .probe import ABSENT, ANSWER, QUESTIONS, Question

PATIENCE = 10.0  # seconds
GOOD, BAD, OPEN = "as the rule", "otherwise", "no rule"


@dataclass(frozen=True)
class Answer:
    """``verdict`` is GOOD, BAD or OPEN: the question has no rule, or the library no such routine."""

    question: str
    library: str
    said: str
    verdict: str


def ask_all(libraries: Sequence[Competitor], step: Callable[[str], None], patience: float = PATIENCE) -> list[Answer]:
    """The answers, question by question; ``step`` is told whenever one has come."""
    pairs = [(question, library) for question in QUESTIONS for library in libraries]
    with ThreadPoolExecutor(machine.cores()) as pool:
        answers = pool.map(lambda pair: ask(pair[0], pair[1], patience), pairs)
        return list(reported(answers, step))


def reported(answers: Iterator[Answer], step: Callable[[str], None]) -> Iterator[Answer]:
    """Passes them on."""
    for answer in answers:
        step(f"{answer.library}: {answer.question}")
        yield answer


def ask(question: Question, library: Competitor, patience: float = PATIENCE) -> Answer:
    """One question to one library, whatever that does to the process."""
    script = str(Path(__file__).with_name("probe.py"))
    command = [sys.executable, "-I", script, library.command[1], question.name]
    environment = library.process_environment(question.threads)
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", env=environment, timeout=patience, check=False
        )
    except subprocess.TimeoutExpired:
        said = f"hangs ({patience:g} s)"
    else:
        said = answer_in(done.stdout) if done.returncode == 0 else how_it_ended(done)
    return Answer(question.name, library.name, said, verdict(said, question.rule))


def verdict(said: str, rule: str | None) -> str:
    """Against the rule."""
    if rule is None or said == ABSENT:
        return OPEN
    return GOOD if said == rule else BAD


def answer_in(said: str) -> str:
    """The library may write, too."""
    return next(line.removeprefix(ANSWER) for line in said.splitlines() if line.startswith(ANSWER))


def how_it_ended(done: subprocess.CompletedProcess[str]) -> str:
    """In the words of the system."""
    if done.returncode < 0:
        return f"killed by {signal.Signals(-done.returncode).name}"
    last = next(iter(reversed(done.stderr.splitlines())), "")
    if last.startswith("OSError: "):  # of ctypes
        return "cannot be loaded"
    return f"ends the process, status {done.returncode}"
