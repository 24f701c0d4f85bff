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
    """Races by their interface, and what a doctor wrote."""

    races: list[Race] = field(default_factory=list)
    suites: list[Race] = field(default_factory=list)
    ladders: list[Race] = field(default_factory=list)
    doctor: dict[str, Any] | None = None


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
        if "competitors" in document:
            race = results.read(path)
            {"suite": inputs.suites, "ladder": inputs.ladders}.get(race.interface, inputs.races).append(race)
        elif "answers" in document:
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
