# SPDX-License-Identifier: MIT
"""The machine: its CPU, its caches, and which of its CPUs we may use."""

from __future__ import annotations

import os
import platform
from pathlib import Path

CPUS = Path("/sys/devices/system/cpu")


def cpu_model() -> str:
    """The CPU's name, as the system knows it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def allowed_cpus() -> list[int]:
    """The CPUs this process may use, one of each core first: the first two are not halves of one core."""
    cpus = sorted(os.sched_getaffinity(0))
    seen: dict[str, int] = {}
    rank: dict[int, int] = {}
    for cpu in cpus:
        siblings = read(CPUS / f"cpu{cpu}/topology/thread_siblings_list") or str(cpu)
        rank[cpu] = seen[siblings] = seen.get(siblings, 0) + 1
    return sorted(cpus, key=lambda cpu: rank[cpu])


def cores() -> int:
    """How many whole cores this process may use."""
    siblings = {read(CPUS / f"cpu{cpu}/topology/thread_siblings_list") or str(cpu) for cpu in allowed_cpus()}
    return len(siblings)


def caches() -> dict[str, str]:
    """Name and size of the caches that one CPU sees: {'L1d': '32K', ...}."""
    found = {}
    for folder in sorted((CPUS / f"cpu{allowed_cpus()[0]}/cache").glob("index*")):
        suffix = {"Data": "d", "Instruction": "i"}.get(read(folder / "type"), "")
        found[f"L{read(folder / 'level')}{suffix}"] = read(folder / "size")
    return found


def read(path: Path) -> str:
    """The text of a small file of the system's, or nothing."""
    try:
        return path.read_text().strip()
    except OSError:
        return ""
