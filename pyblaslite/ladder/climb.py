# SPDX-License-Identifier: MIT
"""Running a ladder: every rung, the library and the vendors in processes of their own, in rounds."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from .._core import get_isa
from ..race import machine
from ..race.limits import Roofer
from ..race.peers import Competitor, find_peers, ours_with
from ..race.plan import Plan
from ..race.process import START_TIMEOUT, DeadError, OrderError, Process
from ..race.results import Missing, Race, Result
from ..race.runner import new_race
from .rungs import Rung, read_rungs
from .wall import DRIVER, Wall
from .work import WORKS, Work

DTYPE = "float32"
SAMPLE = 0.03  # seconds that a sample lasts at least
SLOW = 0.5  # seconds of one call beyond which a single round is enough
SLOWEST = 0.2e9  # FLOP/s that even a bad lesson reaches


@dataclass
class Climber:
    """Someone on the ladder: a rung, or a library at its top."""

    competitor: Competitor
    work: Work
    threads: int
    rung: Rung | None = None
    obstacle: str = ""
    process: Process | None = None
    samples: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float | None:
        """The least that a call took: a disturbance only slows."""
        return min(self.samples, default=None)

    def start(self, stack: contextlib.ExitStack) -> None:
        """Starts its process, if there is no obstacle."""
        if self.obstacle:
            return
        try:
            self.process = stack.enter_context(Process(self.competitor, machine.allowed_cpus()[: self.threads]))
            self.process.ask(f"sample {SAMPLE}")
        except (OrderError, OSError) as error:
            self.process, self.obstacle = None, str(error)

    def run(self, size: int) -> None:
        """Takes one sample, unless there is a reason not to."""
        if self.process is None or (self.samples and min(self.samples) > SLOW):
            return
        try:
            timeout = START_TIMEOUT + 3 * self.work.flops(size) / SLOWEST
            self.samples.append(self.process.seconds(self.work.order(size), timeout))
        except OrderError as error:
            self.obstacle = str(error)
            self.process = None if isinstance(error, DeadError) else self.process


def find_climbers(subject: str, threads: int) -> list[Climber]:
    """The rungs from the lowest, then the library and the vendors, on one thread and on all."""
    rungs = read_rungs(subject)
    climbers = [on_rung(rung, threads) for rung in rungs]
    teams = sorted({climber.threads for climber in climbers})
    works = [WORKS[name] for name in dict.fromkeys(rung.work for rung in rungs) if name != "multiply"]
    for work in works:
        for team in teams:
            for blas in (replace(ours_with(get_isa()), name="pyblaslite"), *find_peers()):
                command = (str(DRIVER), blas.command[1], "cblas")
                climbers.append(Climber(replace(blas, command=command), work, team))
    return climbers


def on_rung(rung: Rung, threads: int) -> Climber:
    """A rung as a competitor."""
    if rung.is_python:
        command: tuple[str, ...] = (sys.executable, str(rung.source), rung.function)
    else:
        command = (str(DRIVER), str(rung.module()), rung.function)
    team = threads if rung.is_threaded else 1
    name = f"{rung.label} ({rung.built})"
    return Climber(Competitor(name, "rung", command), WORKS[rung.work], team, rung, rung.obstacle())


def climb(climbers: Sequence[Climber], size: int, rounds: int, step: Callable[[str], None]) -> Race:
    """Runs them all, ``rounds`` times in turn; ``step`` is told what comes next."""
    teams = sorted({climber.threads for climber in climbers})
    race = new_race([Plan([], [DTYPE], teams, rounds, [c.competitor for c in climbers], "ladder")])
    with contextlib.ExitStack() as stack:
        roofs: list[Roofer | Wall] = [Roofer(stack, DTYPE, team, SAMPLE) for team in teams]
        if any(climber.work.memory for climber in climbers):
            roofs += [Wall(stack, team) for team in teams]
        for climber in climbers:
            climber.start(stack)
        for number in range(rounds):
            for climber in climbers:
                step(f"round {number + 1}/{rounds}: {climber.competitor.name}")
                for roof in roofs:
                    roof.sample()
                climber.run(size)
        for roof in roofs:
            roof.record(race)
    record(race, climbers, size)
    return race


def record(race: Race, climbers: Sequence[Climber], size: int) -> None:
    """Writes down what was found, in the form that all benchmarks share."""
    for climber in climbers:
        work, name = climber.work, climber.competitor.name
        if seconds := climber.seconds:
            size_and_who = (*work.shape(size), "nn", DTYPE, climber.threads, name)
            gflops = work.flops(size) / seconds / 1e9
            race.results.append(Result("ladder", work.name, *size_and_who, seconds, climber.samples, gflops))
        else:
            race.missing.append(Missing("ladder", work.name, DTYPE, climber.threads, name, "failed", climber.obstacle))
