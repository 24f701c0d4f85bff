# SPDX-License-Identifier: MIT
"""The competitors: ourselves, the textbook loop, and every vendor BLAS found on this machine."""

from __future__ import annotations

import ctypes.util
import os
import re
import sys
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from .._core import PACKAGE, get_isa, get_lib, isas

TOOLS = PACKAGE / "libexec" / "pyblaslite"
PROGRAM = TOOLS / "pbl-race"
BLAS_FILE = re.compile(r"/lib[^/]*(blas|blis|mkl_rt)[^/]*\.so[^/]*$")

# Whatever would change the peers' choice of kernels, or what a process is made of.
NOT_INHERITED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYBLASLITE_ISA", "MKL_VERBOSE", "LD_PRELOAD")
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")


@dataclass(frozen=True)
class Competitor:
    """Someone who takes orders on standard input, in a process of its own.

    ``kind`` is 'ours', 'naive' or 'peer'. A slow one runs on one thread, and only what it finishes soon.
    """

    name: str
    kind: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    slow: bool = False

    def process_environment(self, threads: int) -> dict[str, str]:
        """This process's environment without what would bias a race, with the number of threads."""
        variables = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        return variables | dict.fromkeys(THREAD_VARIABLES, str(threads)) | self.environment


def find_competitors() -> list[Competitor]:
    """All who can race here through the C interface: the textbook loop, ourselves, the peers."""
    naive = [
        Competitor(name, "naive", (str(PROGRAM), str(TOOLS / f"lib{name}.so")), slow=True)
        for name in ("naive", "naive-native")
    ]
    ours = [ours_with(isa) for isa in isas()]
    return [*naive, *ours, *find_peers()]


def python_competitors() -> list[Competitor]:
    """``pyblaslite.matmul`` and ``numpy.matmul``."""
    return [python_competitor(name, kind, name) for name, kind in (("pyblaslite", "ours"), ("numpy", "peer"))]


def python_competitor(name: str, kind: str, module: str, call: str = "matmul") -> Competitor:
    """One of the calls in python_race.py, of this module."""
    # Run as a file, not as a module: numpy's process must not load this package and its OpenMP runtime.
    script = str(Path(__file__).with_name("python_race.py"))
    return Competitor(name, kind, (sys.executable, script, module, call), {"PYBLASLITE_ISA": get_isa()})


def ours_with(isa: str) -> Competitor:
    """Ourselves with the kernels of one instruction set."""
    command = (str(PROGRAM), get_lib())
    return Competitor(f"pyblaslite-{isa}", "ours", command, {"PYBLASLITE_ISA": isa}, slow=isa == "scalar")


def headline(competitors: list[str], interface: str) -> str:
    """The name among ours that the peers are compared with: the one users get."""
    wanted = "pyblaslite" if interface == "python" else f"pyblaslite-{get_isa()}"
    ours = [name for name in competitors if name.startswith("pyblaslite")]
    return wanted if wanted in ours or not ours else ours[-1]


def library_peer(name: str, library: Path | str) -> Competitor:
    """A competitor that is any shared library with a CBLAS in it; its neighbours are found too."""
    folders = [str(Path(library).parent), os.environ.get("LD_LIBRARY_PATH", "")]
    path = os.pathsep.join(folder for folder in folders if folder not in {"", "."})
    return Competitor(name, "peer", (str(PROGRAM), str(library)), {"LD_LIBRARY_PATH": path} if path else {})


def find_peers() -> list[Competitor]:
    """Every vendor BLAS: numpy's own, those that pip installed, and otherwise those of the system."""
    found: dict[str, Path | str | None] = {
        "numpy": numpys_own(),
        "openblas": from_wheel("scipy-openblas32", r"libscipy_openblas[^/]*\.so") or from_system("openblas"),
        "mkl": from_wheel("mkl", r"libmkl_rt\.so") or from_system("mkl_rt"),
        "aocl": from_wheel("aoclda", r"libblis[^/]*\.so") or from_system("blis-mt"),
        "blis": from_system("blis"),
    }
    unique = {os.path.realpath(library): name for name, library in reversed(found.items()) if library}
    return [library_peer(name, library) for name, library in found.items() if library and name in unique.values()]


def numpys_own() -> Path | None:
    """The BLAS that numpy, which this process has imported, brought with it."""
    try:
        lines = Path("/proc/self/maps").read_text().splitlines()
    except OSError:
        return None
    paths = {line.split(maxsplit=5)[-1] for line in lines if BLAS_FILE.search(line)}
    return next((Path(path) for path in sorted(paths) if "pyblaslite" not in Path(path).name), None)


def from_wheel(distribution: str, pattern: str) -> Path | None:
    """The file that an installed distribution brought, if its name begins like this."""
    try:
        files = metadata.files(distribution) or []
    except metadata.PackageNotFoundError:
        return None
    paths = (Path(str(file.locate())).resolve() for file in files if re.match(pattern, file.name))
    return next((path for path in paths if path.is_file()), None)


def from_system(name: str) -> str | None:
    """What the loader would open under this name."""
    return ctypes.util.find_library(name)
