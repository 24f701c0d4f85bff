# SPDX-License-Identifier: MIT
"""What decides the speed of a BLAS here: the CPU, the cores that are ours, the compilers, the environment."""

from __future__ import annotations

import math
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from .. import __version__
from .._core import get_isa, get_lib, isas, lib, text
from .._threads import get_num_threads, threading
from ..race import machine
from ..race.peers import THREAD_VARIABLES

# The extensions that a BLAS has kernels for, as Linux names them.
EXTENSIONS = (
    *("sse4_2", "avx", "f16c", "fma", "avx2", "avx_vnni", "avx512f", "avx512bw", "avx512vl", "avx512_vnni"),
    *("avx512_bf16", "avx512_fp16", "amx_tile", "amx_bf16", "amx_int8", "asimd", "asimddp", "bf16", "i8mm", "sve"),
)
COMPILERS = re.compile(r"(cc|gcc(-\d+)?|clang(-\d+)?|icx)")
VARIABLES = re.compile(
    r"(OMP|GOMP|KMP|OPENBLAS|MKL|BLIS|PYBLASLITE|NPY)_\w+|LD_PRELOAD|LD_LIBRARY_PATH|MALLOC_\w+|GLIBC_TUNABLES"
)

SET_BY_US = "KMP_DUPLICATE_LIB_OK"  # by threadpoolctl, when it is imported


def facts() -> dict[str, str]:
    """All of it, by name."""
    quota = cgroup_cpus()
    return {
        "CPU": machine.cpu_model(),
        "it has": " ".join(extensions()) or "(this system does not say)",
        "pyblaslite": f"{__version__}, runs {get_isa()} (could run: {', '.join(isas())})",
        "built with": text(lib.pbl_build_info()),
        "library": get_lib(),
        "caches": ", ".join(f"{name} {size}" for name, size in machine.caches().items()) or "(not known)",
        "cores": f"{os.cpu_count()} CPUs; allowed: {len(machine.allowed_cpus())}, on {machine.cores()} whole cores",
        "cgroup quota": "none" if math.isinf(quota) else f"{quota:g} CPUs",
        "threads": f"{get_num_threads()} ({threading()})",
        "compilers": "\n".join(f"{name}: {version}" for name, version in compilers().items()) or "none found",
        "environment": "\n".join(environment(os.environ)) or "nothing that a BLAS or OpenMP would read",
    }


def extensions() -> list[str]:
    """Those of EXTENSIONS that the first CPU has."""
    lines = machine.read(Path("/proc/cpuinfo")).splitlines()
    listed = next((line for line in lines if re.match(r"(flags|Features)\s*:", line)), "")
    return [name for name in EXTENSIONS if name in listed.split()]


def cgroup_cpus(root: str = "", own: Path = Path("/proc/self/cgroup")) -> float:
    """The least quota, in CPUs, of this process's cgroup (version 2) and those above it; infinite if there is none."""
    mount = Path(root or os.environ.get("PYBLASLITE_CGROUP_ROOT", "/sys/fs/cgroup"))
    lines = machine.read(own).splitlines()
    group = next((line.removeprefix("0::/") for line in lines if line.startswith("0::/")), "")
    folders = [mount, *(mount / part for part in (Path(group), *Path(group).parents))]
    return min(quota(machine.read(folder / "cpu.max")) for folder in folders)


def quota(line: str) -> float:
    """Quota over period of a cpu.max."""
    words = line.split()
    if len(words) != 2 or not all(word.isdigit() and int(word) for word in words):
        return math.inf
    return int(words[0]) / int(words[1])


def compilers() -> dict[str, str]:
    """The C compilers on the PATH and what they say they are; of several names the longest says most."""
    found: dict[str, Path] = {}
    for folder in map(Path, os.get_exec_path()):
        names = sorted(path.name for path in folder.glob("*c*") if COMPILERS.fullmatch(path.name))
        for name in names:
            found.setdefault(name, folder / name)
    unique = {os.path.realpath(found[name]): name for name in sorted(found, key=len)}
    return {name: first_line(str(found[name])) for name in sorted(unique.values())}


def first_line(compiler: str) -> str:
    """Of what it answers to --version."""
    try:
        done = subprocess.run([compiler, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"cannot be run: {error}"
    return next(iter(done.stdout.splitlines()), "says nothing")


def environment(variables: Mapping[str, str]) -> list[str]:
    """Those variables that some BLAS, OpenMP runtime or loader reads."""
    known = {name for name in variables if name in THREAD_VARIABLES or VARIABLES.fullmatch(name)}
    return [f"{name}={variables[name]}" for name in sorted(known - {SET_BY_US})]
