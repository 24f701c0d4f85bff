# SPDX-License-Identifier: MIT
"""The bandwidth wall: what the memory gives, measured between the rungs, as its other users come and go."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from .._core import get_isa
from ..race import machine
from ..race.peers import TOOLS, ours_with
from ..race.process import START_TIMEOUT, DeadError, OrderError, Process
from ..race.results import Bandwidth, Race

DRIVER = TOOLS / "pbl-ladder"
MIB = 256  # of each thread: beyond the caches, or most of it


class Wall:
    """As many processes as threads read memory at the same time, whenever ``sample`` is called."""

    def __init__(self, stack: contextlib.ExitStack, threads: int) -> None:
        ours = ours_with(get_isa())
        reader = replace(ours, command=(str(DRIVER), ours.command[1], "cblas"))
        cpus = machine.allowed_cpus()[:threads]
        self._readers = [stack.enter_context(Process(reader, [cpu])) for cpu in cpus]
        self._threads = threads
        self._best = 0.0

    def sample(self) -> None:
        """One more sample, if the processes are able to; without a wall there is no percentage of it."""
        try:
            for reader in self._readers:
                reader.send(f"bandwidth {MIB}")
            gbytes = sum(float(reader.receive(START_TIMEOUT)) for reader in self._readers) / 1e9
            self._best = max(self._best, gbytes)
        except DeadError:
            self._readers = []
        except (OrderError, ValueError):
            pass

    def record(self, race: Race) -> None:
        """The best sample counts."""
        if self._best:
            race.bandwidths.append(Bandwidth(self._threads, self._best, MIB * 1024))
