# SPDX-License-Identifier: MIT
"""The docstring of a routine, from its row of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .arrays import ArrayKind
from .kinds import Length

if TYPE_CHECKING:
    from .routine import Routine


def describe(routine: Routine) -> str:
    """Formula, parameters, results and exceptions, in NumPy's style."""
    row = routine.row
    sections = [
        f"{row.name}: {row.formula}.",
        section("Parameters", [parameter(routine, name) for name in row.required]),
    ]
    if row.optional:
        sections.append(section("Other Parameters", [parameter(routine, name) for name in row.optional]))
    sections.append(section("Returns", [result(routine, name) for name in row.results]))
    raises = "pyblaslite.blas.error, TypeError, MemoryError\n    See :mod:`pyblaslite.blas`."
    return "\n\n".join([*sections, section("Raises", [raises])])


def section(title: str, entries: list[str]) -> str:
    """A section of a docstring."""
    return "\n".join([title, "-" * len(title), *entries])


def entry(name: str, kind: str, *texts: str) -> str:
    """One item of a section."""
    return "\n".join([f"{name} : {kind}", *(f"    {text}" for text in texts if text)])


def parameter(routine: Routine, name: str) -> str:
    """An argument."""
    kind, text = routine.kinds[name].says(routine, name)
    optional = routine.row.optional
    if name not in optional:
        return entry(name, kind, text)
    default = optional[name]
    if isinstance(default, Length):
        return entry(name, f"{kind}, optional", text, f"Default: {default}.")
    return entry(name, f"{kind}, optional" if default is None else f"{kind}, default {default}", text)


def result(routine: Routine, name: str) -> str:
    """A result: an array that was written, or something new."""
    kind, _ = routine.kinds[name].says(routine, name)
    if not isinstance(routine.kinds[name], ArrayKind):
        return entry(name, kind)
    return entry(name, f"ndarray of {routine.dtype}", f"{name} as it was written." * (name in routine.row.arguments))
