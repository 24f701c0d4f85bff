# SPDX-License-Identifier: MIT
"""What the machine allows, measured during the race: the FMA peak and the memory bandwidth."""

from __future__ import annotations

import contextlib

from .._core import isas
from . import machine
from .peers import ours_with
from .process import START_TIMEOUT, DeadError, OrderError, Process
from .results import Bandwidth, Race, Roof
from .shapes import LETTERS

BANDWIDTH_ROUNDS = 2
CACHED = [2**i for i in range(3, 18)]  # KiB: from 8, which any first cache holds, to 128 MiB


class Roofer:
    """Measures the FMA peak of one pinned core, in a process of its own, whenever ``sample`` is called."""

    def __init__(self, stack: contextlib.ExitStack, dtype: str, threads: int, seconds: float) -> None:
        process = Process(ours_with(isas()[-1]), machine.allowed_cpus()[:1])
        self._process: Process | None = stack.enter_context(process)
        self._order = f"peak {LETTERS[dtype]} {seconds}"
        self._roof = Roof(dtype, threads, 0.0, [])

    def sample(self) -> None:
        """One more sample, if the process is able to; a race without a roof is a race."""
        try:
            if self._process:
                self._roof.samples.append(self._process.seconds(self._order) / 1e9)
        except DeadError:
            self._process = None
        except OrderError:
            pass

    def record(self, race: Race) -> None:
        """The best sample is one core's peak; an earlier heat's samples count too."""
        if not self._roof.samples:
            return
        heat = (self._roof.dtype, self._roof.threads)
        known = next((roof for roof in race.roofs if (roof.dtype, roof.threads) == heat), None)
        if known:
            known.samples += self._roof.samples
        else:
            race.roofs.append(known := self._roof)
        known.gflops = max(known.samples) * known.threads


def measure_bandwidths(race: Race, threads: int, with_caches: bool) -> None:
    """The best of several rounds, from memory and from the caches; what cannot be measured is left out."""
    memory = max(64, min(256, 2048 // threads)) * 1024  # beyond the caches, and no more than 2 GiB together
    for kib in [*CACHED, memory] if with_caches else [memory]:
        with contextlib.suppress(OrderError, ValueError):
            best = max(read(threads, kib) for _ in range(BANDWIDTH_ROUNDS))
            race.bandwidths.append(Bandwidth(threads, best / 1e9, kib))


def read(threads: int, kib: int) -> float:
    """As many processes as threads read at the same time; their bytes per second add up."""
    with contextlib.ExitStack() as stack:
        cpus = machine.allowed_cpus()[:threads]
        readers = [stack.enter_context(Process(ours_with(isas()[-1]), [cpu])) for cpu in cpus]
        for reader in readers:
            reader.send(f"bandwidth {kib}")
        return sum(float(reader.receive(START_TIMEOUT)) for reader in readers)
