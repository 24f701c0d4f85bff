# SPDX-License-Identifier: MIT
"""What a race found out, and its form as JSON (docs/results-schema.md), which all benchmarks share."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .shapes import Shape

SCHEMA = 3


@dataclass
class Entrant:
    """A competitor, as it introduced itself."""

    name: str
    kind: str
    command: list[str]
    about: str = ""


@dataclass
class Result:
    """One competitor on one shape: the best of its samples counts. ``gbytes`` only where they say more than GFLOP/s."""

    set: str
    shape: str
    m: int
    n: int
    k: int
    flags: str
    dtype: str
    threads: int
    competitor: str
    seconds: float
    samples: list[float]
    gflops: float
    lds: list[int] | None = None
    count: int = 1
    routine: str = "gemm"
    gbytes: float | None = None

    def call(self) -> Shape:
        """What was timed."""
        lds = (self.lds[0], self.lds[1], self.lds[2]) if self.lds else None
        return Shape(self.set, self.shape, self.m, self.n, self.k, self.flags, lds, self.count, self.routine)


@dataclass
class Missing:
    """A result there is none of: ``kind`` is 'slow' (not attempted) or 'failed'."""

    set: str
    shape: str
    dtype: str
    threads: int
    competitor: str
    kind: str
    reason: str


@dataclass
class Roof:
    """What the FMA units can do: the best sample of one core, times the threads."""

    dtype: str
    threads: int
    gflops: float
    samples: list[float]


@dataclass
class Bandwidth:
    """What as many processes as threads read at once, each from an array of its own of so many KiB."""

    threads: int
    gbytes: float
    kib: int


@dataclass
class Race:
    """All of one run."""

    interface: str
    headline: str
    rounds: int
    machine: dict[str, Any]
    versions: dict[str, str]
    date: str
    schema: int = SCHEMA
    competitors: list[Entrant] = field(default_factory=list)
    roofs: list[Roof] = field(default_factory=list)
    bandwidths: list[Bandwidth] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)

    def roof(self, dtype: str, threads: int) -> float | None:
        """The roof in GFLOP/s, if it was measured."""
        found = (roof.gflops for roof in self.roofs if (roof.dtype, roof.threads) == (dtype, threads))
        return next(found, None)

    def bandwidth(self, threads: int, size: float = math.inf) -> float | None:
        """The bandwidth in GB/s of operands of so many bytes: that of the next smaller array, if any was measured.

        A larger one may be in a farther cache, and so no limit.
        """
        known = {b.kib * 1024 * threads: b.gbytes for b in self.bandwidths if b.threads == threads}
        return known[max((k for k in known if k <= size), default=min(known))] if known else None

    def kind(self, competitor: str) -> str:
        """'ours', 'naive' or 'peer'."""
        return next(entrant.kind for entrant in self.competitors if entrant.name == competitor)

    def heats(self) -> list[tuple[str, int]]:
        """The (dtype, threads) that were raced, in order."""
        return list(dict.fromkeys((result.dtype, result.threads) for result in self.results))


def write(race: Race, path: Path) -> None:
    """Writes a race as JSON."""
    path.write_text(json.dumps(asdict(race), indent=1) + "\n", encoding="utf-8")


PARTS = {
    "competitors": Entrant,
    "roofs": Roof,
    "bandwidths": Bandwidth,
    "results": Result,
    "missing": Missing,
}


def read(path: Path) -> Race:
    """Reads a race.

    Raises
    ------
    ValueError
        If the file is not one, or of another schema.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document.get("schema") != SCHEMA:
            raise ValueError(f"its schema is {document.get('schema')!r}, expected {SCHEMA}")
        for name, part in PARTS.items():
            document[name] = [part(**row) for row in document[name]]
        return Race(**document)
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{path} is not the result of a race: {error}") from None
