# SPDX-License-Identifier: MIT
"""One call of a routine: its arguments on their way from Python to C, and the results back."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from .._array import BLAS_DTYPES, Array, as_array, check_status, readable
from .._core import ffi
from .arrays import ArrayKind
from .kinds import BY_FLAG, Length

if TYPE_CHECKING:
    from .routine import Routine


class error(ValueError):
    """An argument that does not fit the others, or is out of range."""


class Call:
    """What is known while the arguments are taken: values by name, sizes, and the arrays as C sees them."""

    def __init__(self, routine: Routine, given: dict[str, Any]) -> None:
        self.routine, self.given = routine, given
        self.dtype, self.real = routine.dtype, routine.real
        self.sizes: dict[str, int] = {}
        self.views: dict[str, Array] = {}

    def run(self) -> Any:
        """Takes the arguments, calls C, gives the results."""
        self.take_arguments()
        self.separate()
        kinds, row = self.routine.kinds, self.routine.row
        for name in row.results:
            if name not in self.given:
                self.given[name] = kinds[name].make(self, name)
        arguments = (to_c(self, name) for name, to_c in self.routine.to_c)
        check_status(self.routine.function(BLAS_DTYPES[self.dtype][0], *itertools.chain.from_iterable(arguments)))
        results = tuple(kinds[name].result(self, name) for name in row.results)
        return results if len(results) > 1 else results[0]

    def take_arguments(self) -> None:
        """The arrays last, in the order of the table, as their sizes depend on the rest."""
        arrays, others = self.routine.arrays, self.routine.others
        named = [name for name in self.given if name in others]
        self.given = self.routine.defaults | self.given
        for name in arrays:
            if self.given[name] is not None:
                self.given[name] = as_array(self.given[name], name)
        for name in named:
            self.given[name] = others[name].take(self, name, self.given[name])
        for name, kind in arrays.items():
            self.given[name] = kind.take(self, name, self.given[name])

    def size(self, name: str) -> int:
        """A size that is known; n may be known by the vectors."""
        if name in BY_FLAG:
            flag, without, with_it = BY_FLAG[name]
            return self.size(without if self.given[flag] in ("n", "l") else with_it)
        if name not in self.sizes:
            rule = self.given[name]
            self.sizes[name] = rule.of(self)
        return self.sizes[name]

    def learn(self, name: str, length: int) -> None:
        """Takes ``length`` for a size that nothing has said yet."""
        if name not in BY_FLAG and not isinstance(self.given.get(name), Length):
            self.sizes.setdefault(name, length)

    def place(self, name: str) -> tuple[int, int]:
        """The offset and increment of a vector."""
        return self.given.get("off" + name, 0), self.given.get("inc" + name, 1)

    def settled(self, name: str, array: Array) -> Array:
        """The array that is read, or written and returned: ``array`` itself where that can be."""
        if array.dtype.kind not in "biufc":
            raise TypeError(self.complaint(name, f"dtype {array.dtype}", "numbers"))
        if array.dtype.kind == "c" and self.dtype.kind != "c":
            raise TypeError(self.complaint(name, f"dtype {array.dtype}", "real numbers; pass its .real"))
        if name not in self.routine.row.results:
            return readable(array, self.dtype)
        flags, overwrite = array.flags, self.given.get("overwrite_" + name, True)
        if overwrite and array.dtype == self.dtype and flags.f_contiguous and flags.aligned and flags.writeable:
            return array
        return np.array(array, self.dtype, order="F")

    def separate(self) -> None:
        """Copies what shares memory with an array that is written: C may not be given both."""
        for name in self.routine.row.results:
            for other in self.views if name in self.views else ():
                if other != name and np.may_share_memory(self.views[name], self.views[other]):
                    kind: ArrayKind = self.routine.arrays[other]
                    self.given[other] = self.given[other].copy(order="F")
                    self.views[other] = kind.view(self.given[other])

    def pointer(self, name: str, offset: int) -> Any:
        """C's pointer to so many bytes behind the first element."""
        return ffi.cast("void *", self.views[name].__array_interface__["data"][0] + offset)

    def complaint(self, name: str, given: object, expected: str) -> str:
        """What is said of an argument that is wrong, with its number as f2py counts."""
        row = self.routine.row
        kind, group = ("argument", row.required) if name in row.required else ("keyword", tuple(row.optional))
        number = group.index(name) + 1
        ordinal = f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number, 'th') }"
        return f"{row.name} failed for {ordinal} {kind} {name}: given {given}, expected {expected}"

    def error(self, name: str, given: object, expected: str) -> error:
        """The exception that says so."""
        return error(self.complaint(name, given, expected))
