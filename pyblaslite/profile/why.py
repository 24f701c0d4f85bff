# SPDX-License-Identifier: MIT
"""Why no call was seen: what the program loaded tells."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from .elf import Symbols, is_static, read_symbols

CALLS = re.compile(r"(?:.*_)?[sdcz](?:gemm|gemv|syrk|trsm|axpy)(?:[_$\d].*)?", re.IGNORECASE)
MOST = 3  # names or files in a sentence


def why_nothing(program: Path, processes: int, libraries: Iterable[Path], known: set[str]) -> list[str]:
    """The reasons, a sentence or two each.

    Parameters
    ----------
    program : Path
        The interpreter.
    processes : int
        How many processes loaded our library.
    libraries : iterable of Path
        All that they had loaded at their ends.
    known : set of str
        The names that we intercept.
    """
    if processes == 0:
        return [why_not_preloaded(program.resolve())]
    wants = {path: symbols for path in libraries if (symbols := try_to_read(path)) and path.resolve() != program}
    if not wants:
        return ["The program was ended before it could tell what it had loaded."]
    reasons = [*callers(wants, known), *strangers(wants, known), *islands(wants, known)]
    return reasons or ["The program loaded neither numpy nor another library that calls a BLAS."]


def try_to_read(path: Path) -> Symbols | None:
    """The symbols of a library that is still there."""
    try:
        return read_symbols(path)
    except OSError:
        return None


def why_not_preloaded(program: Path) -> str:
    """The loader's reasons to ignore LD_PRELOAD."""
    mode = program.stat().st_mode
    if mode & (stat.S_ISUID | stat.S_ISGID):
        return f"{program} is setuid or setgid: for such programs the loader ignores LD_PRELOAD."
    if "security.capability" in os.listxattr(program):
        return f"{program} has capabilities: for such programs the loader ignores LD_PRELOAD."
    if is_static(program):
        return f"{program} is statically linked: there is no loader that could heed LD_PRELOAD."
    return f"{program} was started, but its loader ignored LD_PRELOAD (it may be of another architecture or C library)."


def callers(wants: dict[Path, Symbols], known: set[str]) -> list[str]:
    """Libraries whose calls would have been seen."""
    found = {path: sorted(symbols.wanted & known) for path, symbols in wants.items() if symbols.wanted & known}
    if not found:
        return []
    names = sorted({name for names in found.values() for name in names})
    return [
        f"The program did not call its BLAS: it loaded {several(path.name for path in found)}, whose calls of "
        f"{several(names)} would have been seen (unless they were loaded with RTLD_DEEPBIND). numpy uses a BLAS for "
        "products of floating-point and complex numbers, not of integers, nor for element-wise operations."
    ]


def strangers(wants: dict[Path, Symbols], known: set[str]) -> list[str]:
    """Libraries that call a BLAS by names we do not have."""
    found = {
        path: {name for name in symbols.wanted - known if CALLS.fullmatch(name)} for path, symbols in wants.items()
    }
    return [
        f"{path.name} calls a BLAS by names that are not known here: {several(sorted(names))}."
        for path, names in found.items()
        if names
    ]


def islands(wants: dict[Path, Symbols], known: set[str]) -> list[str]:
    """Libraries that have their BLAS inside, where nobody can step between."""
    reasons = []
    for path, symbols in wants.items():
        calls = {name for name in symbols.wanted if CALLS.fullmatch(name)}
        if path.name.startswith("_multiarray_umath.") and not calls:
            reasons.append(
                f"numpy's {path.name} calls no BLAS function of another library: it has its BLAS linked in, or none."
            )
        elif path.name.startswith("libtorch_cpu.") and not calls:
            reasons.append(f"PyTorch's {path.name} has its BLAS linked in: its calls cannot be seen.")
    return reasons


def several(names: Iterable[str]) -> str:
    """A few of them, and how many more there are."""
    listed = list(names)
    more = len(listed) - MOST
    return ", ".join(listed[:MOST]) + (f" and {more} more" if more > 0 else "")
