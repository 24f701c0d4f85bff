# SPDX-License-Identifier: MIT
"""The files a report is made of, and what each of them is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..race import results
from ..race.results import Race


@dataclass
class Inputs:
    """Races with a headline each, suites, what a ladder and a doctor wrote."""

    races: list[Race] = field(default_factory=list)
    suites: list[Race] = field(default_factory=list)
    ladders: list[dict[str, Any]] = field(default_factory=list)
    doctor: dict[str, Any] | None = None


# What is in a file of each kind, and in no other.
MARKS = {"race": "competitors", "ladder": "rungs", "doctor": "answers"}


def read_all(paths: Sequence[Path]) -> Inputs:
    """Reads them.

    Raises
    ------
    ValueError
        If a file cannot be read, or is none of these.
    """
    inputs = Inputs()
    for path in paths:
        document = load(path)
        kind = next((kind for kind, mark in MARKS.items() if mark in document), None)
        if kind == "race":
            race = results.read(path)
            (inputs.suites if race.interface == "suite" else inputs.races).append(race)
        elif kind == "ladder":
            inputs.ladders.append(document)
        elif kind == "doctor":
            inputs.doctor = document
        else:
            raise ValueError(f"{path}: expected the JSON of a race, a suite, a ladder or a doctor")
    return inputs


def load(path: Path) -> dict[str, Any]:
    """A JSON object."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise ValueError(f"{path} is no JSON: {error}") from None
    if not isinstance(document, dict):
        raise ValueError(f"{path}: expected a JSON object")
    return document
