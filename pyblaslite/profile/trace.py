# SPDX-License-Identifier: MIT
"""What a program's run was, and its form as JSON (docs/trace-schema.md)."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path

import numpy as np

from .. import __version__
from .._array import BLAS_DTYPES
from .._core import lib
from .._threads import get_num_threads
from ..race import machine
from .table import Call, Table

SCHEMA = 1
PEAK_SAMPLES, PEAK_SECONDS = 5, 0.03  # another process may disturb some
REAL = {"complex64": "float32", "complex128": "float64"}


@dataclass
class Roof:
    """What the FMA units can do: one core's peak times the threads."""

    dtype: str
    threads: int
    gflops: float


@dataclass
class Trace:
    """One run of a program."""

    command: list[str]
    status: int
    seconds: float
    blas: str
    error: str
    processes: int
    unlisted_calls: int
    unlisted_seconds: float
    calls: list[Call]
    nothing: list[str] = field(default_factory=list)
    roofs: list[Roof] = field(default_factory=list)
    machine: dict[str, str | int] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    date: str = ""
    schema: int = SCHEMA

    def is_idle(self) -> bool:
        """Whether the program itself made no call: numpy tries its sdot on two numbers when it is imported."""
        own = [
            call
            for call in self.calls
            if (call.routine, call.shape) != ("sdot", {"n": 2}) or call.calls > self.processes
        ]
        return not own and not self.unlisted_calls

    def total_calls(self) -> int:
        """All of them, the unlisted ones too."""
        return self.unlisted_calls + sum(call.calls for call in self.calls)

    def total_seconds(self) -> float:
        """Threads and processes add up."""
        return self.unlisted_seconds + sum(call.seconds for call in self.calls)

    def roof(self, call: Call) -> float | None:
        """GFLOP/s that bound a call, where arithmetic does."""
        dtype = REAL.get(call.dtype, call.dtype)
        return next((r.gflops for r in self.roofs if r.dtype == dtype and call.level_3()), None)


def make_trace(command: list[str], status: int, seconds: float, blas: str, table: Table) -> Trace:
    """Adds to what was counted what this machine is and can do."""
    trace = Trace(
        command, status, seconds, blas, table.error, table.processes,
        table.unlisted_calls, table.unlisted_seconds, table.calls,
    )  # fmt: skip
    trace.date = datetime.now(timezone.utc).isoformat(timespec="seconds")
    trace.machine = {"cpu": machine.cpu_model(), "cpus": len(machine.allowed_cpus())}
    versions = {"pyblaslite": __version__, "python": platform.python_version(), "numpy": np.__version__}
    trace.versions = versions | {"system": platform.platform()}
    dtypes = {REAL.get(call.dtype, call.dtype) for call in table.calls if call.level_3()}
    trace.roofs = [measure_roof(dtype) for dtype in sorted(dtypes)]
    return trace


def measure_roof(dtype: str) -> Roof:
    """The FMA peak, now that the program has left the machine to us."""
    threads, (number, _) = get_num_threads(), BLAS_DTYPES[np.dtype(dtype)]
    peak = max(lib.pbl_fma_peak(number, PEAK_SECONDS) for _ in range(PEAK_SAMPLES))
    return Roof(dtype, threads, threads * peak / 1e9)


def write(trace: Trace, path: Path) -> None:
    """Writes it as JSON."""
    path.write_text(json.dumps(asdict(trace), indent=1) + "\n", encoding="utf-8")
