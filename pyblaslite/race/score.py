# SPDX-License-Identifier: MIT
"""Ours against the best peer: ratios, verdicts, means."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .results import Race, Result

TIE = 0.02
VERDICTS = ("ahead", "tie", "behind")


@dataclass(frozen=True)
class Row:
    """One call, of one dtype and on so many threads, that we and a peer have finished."""

    ours: Result
    peers: tuple[Result, ...]
    of_limit: float | None

    @property
    def best(self) -> Result:
        """The fastest peer's."""
        return min(self.peers, key=lambda peer: peer.seconds)

    @property
    def ratio(self) -> float:
        """Our speed over the best peer's."""
        return self.best.seconds / self.ours.seconds

    @property
    def label(self) -> str:
        """Where it stands."""
        return f"{self.ours.set} {self.ours.shape} {self.ours.dtype} x {self.ours.threads}"


def verdict(ratio: float) -> str:
    """What the noise allows to say."""
    ahead, tie, behind = VERDICTS
    return tie if abs(ratio - 1) <= TIE else ahead if ratio > 1 else behind


def rows(race: Race) -> list[Row]:
    """What can be compared: the headline's results, or those of another of ours, each with its peers'."""
    groups: dict[tuple[str, str, str, int], list[Result]] = {}
    for result in race.results:
        groups.setdefault((result.set, result.shape, result.dtype, result.threads), []).append(result)
    return [row for results in groups.values() if (row := make_row(race, results))]


def make_row(race: Race, results: Sequence[Result]) -> Row | None:
    """The row of one call's results."""
    ours = [result for result in results if race.kind(result.competitor) == "ours"]
    ours.sort(key=lambda result: result.competitor != race.headline)
    peers = tuple(result for result in results if race.kind(result.competitor) == "peer")
    if not ours or not peers:
        return None
    return Row(ours[0], peers, share_of_limit(race, ours[0]))


def share_of_limit(race: Race, result: Result) -> float | None:
    """Of the bandwidth at that size, or of the FMA peak, whichever limits the routine."""
    if result.gbytes is not None:
        limit = race.bandwidth(result.threads, result.call().footprint(result.dtype))
        return result.gbytes / limit if limit else None
    roof = race.roof(result.dtype, result.threads)
    return result.gflops / roof if roof else None


def by_family(found: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of each family, in order."""
    families: dict[str, list[Row]] = {}
    for row in found:
        families.setdefault(row.ours.set, []).append(row)
    return families


def geometric_mean(ratios: Iterable[float]) -> float:
    """The mean for ratios: twice as fast and half as fast make one."""
    logarithms = [math.log(ratio) for ratio in ratios]
    return math.exp(math.fsum(logarithms) / len(logarithms))


def count_verdicts(found: Iterable[Row]) -> dict[str, int]:
    """How many rows there are of each verdict."""
    verdicts = [verdict(row.ratio) for row in found]
    return {name: verdicts.count(name) for name in VERDICTS}


def worst(found: Iterable[Row]) -> Row:
    """The row that is furthest behind."""
    return min(found, key=lambda row: row.ratio)
