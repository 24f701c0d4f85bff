# SPDX-License-Identifier: MIT
"""The BLAS libraries and OpenMP runtimes of this machine: those a program loads, those that could be, and clashes."""

from __future__ import annotations

import ctypes.util
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._core import get_isa
from ..race.peers import Competitor, find_peers, library_peer, ours_with

PACKAGES = ("numpy", "scipy.linalg", "sklearn", "torch", "pyblaslite")
PATIENCE = 60.0  # seconds; some of these packages take several to import
OPENMP = ("gomp", "omp", "iomp5")  # the runtimes of GCC, LLVM and Intel


@dataclass(frozen=True)
class Loaded:
    """A library with threads of its own that a package brings into a process; ``kind`` is 'blas' or 'openmp'."""

    package: str
    kind: str
    name: str
    version: str
    threads: int
    path: str


class LoadError(Exception):
    """The packages could not be imported together."""


def installed(package: str) -> bool:
    """Whether a package is here."""
    return importlib.util.find_spec(package.partition(".")[0]) is not None


def load_all() -> list[Loaded]:
    """What a process has that imports all packages here that bring a BLAS or OpenMP.

    Raises
    ------
    LoadError
        If it does not survive that, which is a finding too.
    """
    packages = [package for package in PACKAGES if installed(package)]
    script = str(Path(__file__).with_name("loaded.py"))
    try:
        done = subprocess.run(
            [sys.executable, script, *packages], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise LoadError(f"importing {', '.join(packages)} together takes more than {PATIENCE:g} s") from None
    if done.returncode:
        words = next(iter(reversed(done.stderr.splitlines())), f"status {done.returncode}")
        raise LoadError(f"importing {', '.join(packages)} together fails: {words}")
    return [read(entry) for entry in json.loads(done.stdout) if entry["user_api"] in {"blas", "openmp"}]


def read(entry: dict[str, Any]) -> Loaded:
    """One library in threadpoolctl's words."""
    about = [entry.get("version") or "", entry.get("architecture") or ""]
    words = (entry["package"], entry["user_api"], entry["internal_api"], " ".join(filter(None, about)))
    return Loaded(*words, int(entry["num_threads"]), entry["filepath"])


def probed(loaded: Sequence[Loaded], named: Sequence[Competitor]) -> list[Competitor]:
    """Every BLAS here, once: ours, those of the race, those that packages bring, the system's, and those named."""
    brought = [library_peer(b.package.partition(".")[0], b.path) for b in loaded if b.kind == "blas"]
    system = [library_peer("system", path) for path in [ctypes.util.find_library("blas")] if path]
    unique: dict[str, Competitor] = {}
    for competitor in [ours_with(get_isa()), *named, *find_peers(), *brought, *system]:
        unique.setdefault(os.path.realpath(resolve(competitor.command[1])), competitor)
    return list(unique.values())


def resolve(library: str) -> str:
    """The file that the loader opens for a bare name; threadpoolctl and the race speak of files."""
    if "/" in library:
        return library
    try:
        listed = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=False).stdout
    except OSError:  # a system without it
        return library
    lines = (line.split() for line in listed.splitlines())
    return next((words[-1] for words in lines if words and words[0] == library), library)


def openmp_runtimes() -> list[str]:
    """Those that the loader finds without help."""
    found = (ctypes.util.find_library(name) for name in OPENMP)
    return list(dict.fromkeys(os.path.realpath(resolve(name)) for name in found if name))


def clashes(loaded: Sequence[Loaded], allowed: int) -> list[str]:
    """What may go wrong in a process that has all of them, in sentences."""
    sentences = []
    runtimes = [library for library in loaded if library.kind == "openmp"]
    if len(runtimes) > 1:
        sentences.append(
            f"{len(runtimes)} OpenMP runtimes in one process ({names(runtimes)}): each keeps threads of its own, and "
            "those that wait spin on the cores that the others want."
        )
    blas = [library for library in loaded if library.kind == "blas" and library.name != "pyblaslite"]
    if len(blas) > 1:
        sentences.append(
            f"{len(blas)} BLAS libraries of packages ({names(blas)}): a limit set for one does not bind the other; "
            "threadpoolctl.threadpool_limits reaches all."
        )
    sentences += [
        f"{library.package}'s {library.name} would use {library.threads} threads on {allowed} allowed CPUs: "
        "set OMP_NUM_THREADS."
        for library in loaded
        if library.threads > allowed
    ]
    return sentences


def names(libraries: Sequence[Loaded]) -> str:
    """Files and who brought them."""
    return ", ".join(f"{Path(library.path).name} by {library.package}" for library in libraries)
