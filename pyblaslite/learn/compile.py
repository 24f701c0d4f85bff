# SPDX-License-Identifier: MIT
"""From a learner's C file to a library, in the compiler's own words."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ..profile.elf import read_symbols
from ..race.command import UsageError
from ..race.peers import TOOLS
from .kinds import KINDS, Kind

SOURCES = TOOLS / "learn"
CFLAGS = "-O3 -march=native"


@dataclass(frozen=True)
class Built:
    """A kernel as a library: it has the learner's function, and the names by which programs call a BLAS."""

    source: Path
    library: Path
    kind: Kind


def check_source(path: Path) -> None:
    """Refuses what is no C file."""
    if not path.exists():
        raise UsageError(f"{path}: there is no such file (pyblaslite new {path} writes a beginning)")
    if not path.is_file() or path.suffix != ".c":
        raise UsageError(f"{path}: expected a C file, whose name ends in .c")


def build(source: Path, folder: Path, cc: str, cflags: str) -> Built:
    """Compiles a kernel into ``folder``.

    Raises
    ------
    UsageError
        If there is no compiler, if the file does not compile, or if it has none of the functions.
    """
    check_source(source)
    if sys.platform != "linux":
        raise UsageError(f"{source}: a kernel of your own can be tried on Linux only (this is {sys.platform})")
    compiler, flags = words("--cc", cc), words("--cflags", cflags)
    if not compiler or shutil.which(compiler[0]) is None:
        raise UsageError(f"--cc: there is no C compiler named {cc!r} here (on Debian or Ubuntu: apt install gcc)")
    compiled, library = folder / "kernel.o", folder / f"{source.stem}.so"
    shown = [*compiler, *flags, "-fPIC", "-c", str(source)]
    print(shlex.join(shown), file=sys.stderr, flush=True)
    if run([*shown, "-include", str(SOURCES / "kernels.h"), "-o", str(compiled)]):
        raise UsageError(f"{source}: it does not compile; above is what {compiler[0]} says")
    link = [*compiler, *flags, "-fPIC", "-shared", "-Wl,--no-undefined", "-o", str(library), str(compiled)]
    if run([*link, "-lm"]):
        raise UsageError(f"{source}: it does not link; above is what {compiler[0]} says")
    symbols = read_symbols(library)
    kind = find_kind(source, symbols.defined)
    if taken := symbols.wanted & {f"cblas_{kind.symbol}", f"{kind.symbol}_"}:
        raise UsageError(f"{source}: it calls {' and '.join(sorted(taken))}, and is to do that work itself")
    if run([*link, str(SOURCES / f"cblas_{kind.name}.c"), "-lm"]):
        raise UsageError(f"{source}: its CBLAS interface does not compile; above is what {compiler[0]} says")
    return Built(source, library, kind)


def words(option: str, text: str) -> list[str]:
    """An option's value as a shell would cut it."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise UsageError(f"{option}: given {text!r}: {error}") from None


def run(command: list[str]) -> int:
    """A compiler's status; what it has to say it says on our standard error."""
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode
    except OSError as error:
        raise UsageError(f"--cc: {command[0]}: {error.strerror}") from None


def find_kind(source: Path, defined: set[str]) -> Kind:
    """The one kind of kernel that is there."""
    found = [kind for kind in KINDS.values() if kind.symbol in defined]
    if len(found) == 1:
        return found[0]
    names = ", ".join(kind.symbol for kind in KINDS.values())
    if found:
        raise UsageError(f"{source}: {' and '.join(kind.symbol for kind in found)} in one file: give each a file")
    others = sorted(name for name in defined if not name.startswith("_"))
    raise UsageError(f"{source}: it defines none of {names}" + f" (it defines {', '.join(others[:5])})" * bool(others))
