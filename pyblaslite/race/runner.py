# SPDX-License-Identifier: MIT
"""The race itself: rounds in which every competitor, in a process of its own, runs every shape in turn."""

from __future__ import annotations

import contextlib
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from importlib import metadata

from .._core import get_isa, isas
from . import machine
from .limits import Roofer, measure_bandwidths
from .peers import Competitor, headline
from .plan import SAMPLE, Plan
from .process import START_TIMEOUT, DeadError, OrderError, Process
from .results import Entrant, Missing, Race, Result
from .shapes import Shape

SLOW_LIMIT = 0.5  # seconds of one product, predicted, beyond which a slow competitor does not start
REPEAT_LIMIT = 0.1  # seconds of one product beyond which a slow competitor runs it in one round only
SLOWEST = 0.2e9  # FLOP/s at which even a bad BLAS answers before it is taken for dead


@dataclass
class Runner:
    """A competitor during one heat."""

    competitor: Competitor
    dtype: str
    process: Process | None = None
    samples: dict[Shape, list[float]] = field(default_factory=dict)
    out: dict[Shape, tuple[str, str]] = field(default_factory=dict)  # why it does not run a shape (any more)
    death: str = ""
    rate: float = 0.0  # the lowest FLOP/s seen of a slow one

    def run(self, shape: Shape) -> None:
        """Takes one sample, unless there is a reason not to."""
        if self.process is None or shape in self.out or self._is_too_slow(shape):
            return
        try:
            seconds = self._ask(shape)
        except DeadError as error:
            self.out[shape] = ("failed", str(error))
            self.process, self.death = None, f"{error} (at {shape.set} {shape.name})"
        except OrderError as error:
            self.out[shape] = ("failed", str(error))
        else:
            self.samples.setdefault(shape, []).append(seconds)

    def _is_too_slow(self, shape: Shape) -> bool:
        if not self.competitor.slow:
            return False
        if shape in self.samples:
            return min(self.samples[shape]) > REPEAT_LIMIT
        if not self.rate:
            try:
                self._ask(Shape("", "calibration", 64, 64, 64))
            except OrderError:
                return False  # the order itself will say why
        predicted = shape.flops(self.dtype) / self.rate
        if predicted > SLOW_LIMIT:
            self.out[shape] = ("slow", f"predicted {predicted:.2g} s")
        return predicted > SLOW_LIMIT

    def _ask(self, shape: Shape) -> float:
        assert self.process
        flops = shape.flops(self.dtype)
        seconds = self.process.seconds(shape.order(self.dtype), START_TIMEOUT + flops / SLOWEST)
        self.rate = min(self.rate or float("inf"), flops / seconds)
        return seconds


def new_race(plans: Sequence[Plan]) -> Race:
    """A race before the first heat: the machine and the versions."""
    competitors = {competitor.name: competitor for plan in plans for competitor in plan.competitors}.values()
    return Race(
        interface=plans[0].interface,
        headline=headline([competitor.name for competitor in competitors], plans[0].interface),
        rounds=plans[0].rounds,
        machine={
            "cpu": machine.cpu_model(),
            "cpus": machine.allowed_cpus(),
            "cores": machine.cores(),
            "caches": machine.caches(),
            "isas": isas(),
            "isa": get_isa(),
        },
        versions={
            "pyblaslite": metadata.version("pyblaslite"),
            "python": platform.python_version(),
            "numpy": metadata.version("numpy"),
            "system": f"{sys.platform} {platform.release()}",
        },
        date=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        competitors=[Entrant(c.name, c.kind, list(c.command)) for c in competitors],
    )


def run(plans: Sequence[Plan], step: Callable[[str], None]) -> Race:
    """Runs the heats, one for each plan, dtype and number of threads; ``step`` is told what comes next."""
    race = new_race(plans)
    for threads in plans[0].threads:
        measure_bandwidths(race, threads, any(s.is_bound_by_memory() for plan in plans for s in plan.shapes))
        for plan in plans:
            for dtype in plan.dtypes:
                run_heat(plan, race, dtype, threads, step)
    return race


def run_heat(plan: Plan, race: Race, dtype: str, threads: int, step: Callable[[str], None]) -> None:
    """All rounds of one dtype and number of threads."""
    cpus = machine.allowed_cpus()[:threads]
    label = f"{dtype}, {threads} thread{'s' * (threads > 1)}"
    with contextlib.ExitStack() as stack:
        runners = [start(stack, c, cpus, dtype, race, plan.sample) for c in plan.entrants(threads)]
        roof = Roofer(stack, dtype, threads, plan.sample)
        for number in range(plan.rounds):
            # Another one begins each round: nobody always runs on a core that the roof has just heated.
            order = runners[number % len(runners) :] + runners[: number % len(runners)]
            for shape in plan.shapes:
                roof.sample()
                for runner in order:
                    step(f"{label}, round {number + 1}/{plan.rounds}: {shape.set} {shape.name}")
                    runner.run(shape)
    roof.record(race)
    record(runners, plan, race, threads)


def start(
    stack: contextlib.ExitStack,
    competitor: Competitor,
    cpus: Sequence[int],
    dtype: str,
    race: Race,
    sample: float,
) -> Runner:
    """Starts a competitor, and asks who it is; one that fails is noted and stays out."""
    runner = Runner(competitor, dtype)
    try:
        runner.process = stack.enter_context(Process(competitor, cpus))
        entrant = next(e for e in race.competitors if e.name == competitor.name)
        entrant.about = runner.process.ask("about") or entrant.about
        if sample != SAMPLE:
            runner.process.ask(f"sample {sample}")
    except OrderError as error:
        runner.process, runner.death = None, str(error)
    except OSError as error:
        runner.death = f"{competitor.command[0]}: {error.strerror}"
    return runner


def record(runners: Sequence[Runner], plan: Plan, race: Race, threads: int) -> None:
    """Writes down what a heat found, in the order of the shapes."""
    for shape in plan.shapes:
        for runner in runners:
            name, dtype = runner.competitor.name, runner.dtype
            size = (shape.m, shape.n, shape.k, shape.flags, dtype, threads, name)
            if samples := runner.samples.get(shape):
                best = min(samples)
                gflops = shape.flops(dtype) / best / 1e9
                gbytes = shape.min_bytes(dtype) / best / 1e9 if shape.is_bound_by_memory() else None
                layout = (list(shape.lds) if shape.lds else None, shape.count, shape.routine, gbytes)
                race.results.append(Result(shape.set, shape.name, *size, best, samples, gflops, *layout))
            else:
                kind, reason = runner.out.get(shape, ("failed", runner.death))
                race.missing.append(Missing(shape.set, shape.name, dtype, threads, name, kind, reason))
