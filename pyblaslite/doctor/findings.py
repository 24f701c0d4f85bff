# SPDX-License-Identifier: MIT
"""All that the doctor found, and its form as JSON (docs/doctor-schema.md)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from ..race import machine
from ..race.peers import Competitor
from . import ask, libraries, system
from .libraries import Loaded
from .probe import QUESTIONS

SCHEMA = 1


@dataclass(frozen=True)
class Findings:
    """``probed`` names the libraries that were asked and their files; ``rules``, what the standard answers."""

    schema: int
    date: str
    facts: dict[str, str]
    loaded: list[Loaded]
    openmp: list[str]
    clashes: list[str]
    probed: dict[str, str]
    rules: dict[str, str | None]
    answers: list[ask.Answer]

    def answer(self, question: str, library: str) -> ask.Answer:
        """One cell of the table."""
        return next(a for a in self.answers if (a.question, a.library) == (question, library))

    def ours_is_right(self) -> bool:
        """Whether our own library, which is asked first, answers as the rule."""
        ours = next(iter(self.probed))
        return all(answer.verdict != ask.BAD for answer in self.answers if answer.library == ours)


def load() -> tuple[list[Loaded], list[str]]:
    """What packages load together, and what is wrong with that."""
    try:
        loaded = libraries.load_all()
    except libraries.LoadError as error:
        return [], [str(error)]
    return loaded, libraries.clashes(loaded, len(machine.allowed_cpus()))


def examine(
    loaded: list[Loaded], clashes: list[str], probed: Sequence[Competitor], step: Callable[[str], None]
) -> Findings:
    """Looks at the machine, and asks these libraries; ``step`` is told of every answer."""
    return Findings(
        schema=SCHEMA,
        date=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        facts=system.facts(),
        loaded=loaded,
        openmp=libraries.openmp_runtimes(),
        clashes=clashes,
        probed={library.name: libraries.resolve(library.command[1]) for library in probed},
        rules={question.name: question.rule for question in QUESTIONS},
        answers=ask.ask_all(probed, step),
    )


def write(findings: Findings, path: Path) -> None:
    """Writes them as JSON."""
    path.write_text(json.dumps(asdict(findings), indent=1) + "\n", encoding="utf-8")
