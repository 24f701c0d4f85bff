# SPDX-License-Identifier: MIT
"""Loads the C library, and refuses a machine or an environment that it cannot run in."""

from __future__ import annotations

import sys
from pathlib import Path

from ._pyblaslite import ffi, lib

__all__ = ["batch_invariant", "ffi", "get_include", "get_isa", "get_lib", "isas", "lib", "set_isa", "text"]

PACKAGE = Path(__file__).resolve().parent


def text(pointer: object) -> str:
    """The Python string of a C one."""
    return str(ffi.string(pointer).decode())


def isas() -> list[str]:
    """The instruction sets this CPU can run, best last."""
    names: list[str] = []
    while (name := lib.pbl_isa_name(len(names))) != ffi.NULL:
        names.append(text(name))
    return names


def get_isa() -> str:
    """The instruction set whose kernels run: 'scalar', 'avx2', 'avx512' or 'amx'.

    The last is AVX-512 but for bfloat16 and 8-bit integers.
    """
    return text(lib.pbl_get_isa())


def set_isa(name: str) -> None:
    """Use the kernels of another instruction set, in the whole process.

    This changes speed only, and no bits, but for products of bfloat16 between 'amx' and the others (:func:`gemm` says
    how they are summed). The environment variable ``PYBLASLITE_ISA`` does the same at import.

    Parameters
    ----------
    name : str
        One of :func:`isas`.

    Raises
    ------
    ValueError
        If there is no such instruction set, or this CPU lacks it.
    """
    if not isinstance(name, str) or lib.pbl_set_isa(name.encode()) != lib.PBL_OK:
        raise ValueError(f"isa: {name!r} is not one of those this CPU runs: {', '.join(isas())}")


def batch_invariant(on: bool | None = None) -> bool:
    """Whether row i of every product has the bits that it would have with any other rows beside it.

    As it comes, this holds for every product but those of a single row or column: with k > 32 they are summed as
    :func:`gemv` does, which is faster where the columns of B are contiguous (:func:`gemm` says by how much). A packed
    B, float16, bfloat16 and integers, and calls that were prepared before, do not depend on the setting.

    Parameters
    ----------
    on : bool, optional
        True asks for it in single rows and columns too, False does not, in the whole process; None changes nothing.

    Returns
    -------
    bool
        The setting as it now is.

    Raises
    ------
    TypeError
        If ``on`` is neither a bool nor None.
    """
    if on is not None:
        if not isinstance(on, bool):
            raise TypeError(f"on: given {on!r}, expected True, False or None")
        lib.pbl_set_batch_invariant(on)
    return bool(lib.pbl_get_batch_invariant())


def get_lib() -> str:
    """The path of the C library (libpyblaslite.so), to link or preload."""
    suffix = ".dylib" if sys.platform == "darwin" else ".so"
    return str(PACKAGE / "lib" / f"libpyblaslite{suffix}")


def get_include() -> str:
    """The directory to give to a C compiler's -I: it holds pyblaslite/pyblaslite.h and pyblaslite/cblas.h."""
    return str(PACKAGE / "include")


def check() -> None:
    """Raises ImportError if this machine cannot run this build, or the environment asks for what it cannot have."""
    lacks = lib.pbl_cpu_lacks()
    if lacks != ffi.NULL:
        raise ImportError(
            f"this build of pyblaslite needs {text(lacks)}, which this CPU or operating system lacks. "
            f"It was built with: {text(lib.pbl_build_info())}. Build it here, or set PYBLASLITE_MARCH=x86-64 "
            "for a build that runs anywhere (its kernels are chosen at run time)."
        )
    rejected = lib.pbl_isa_rejected()
    if rejected != ffi.NULL:
        raise ImportError(f"PYBLASLITE_ISA: {text(rejected)!r} is not one of those this CPU runs: {', '.join(isas())}")


check()
