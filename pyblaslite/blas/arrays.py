# SPDX-License-Identifier: MIT
"""The kinds of arguments that are arrays: vectors, matrices, bands, packed triangles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._array import Array
from .kinds import BY_FLAG, EMPTY_IF_NEGATIVE, Kind

if TYPE_CHECKING:
    from .call import Call
    from .routine import Routine


class ArrayKind(Kind):
    """An array: ``call.given`` has it as Python sees it, ``call.views`` as C does."""

    def take(self, call: Call, name: str, value: Any) -> Array:
        array = self.make(call, name) if value is None else call.settled(name, value)
        call.views[name] = self.view(array)
        self.check(call, name, call.views[name])
        return array

    def view(self, array: Array) -> Array:
        """The elements as a vector in the order of Fortran; without a copy if they are contiguous in that order."""
        return array if array.ndim == 1 else np.ravel(array, order="F")

    def check(self, call: Call, name: str, view: Array) -> None:
        """Raises if the view does not fit the sizes that are known; learns those that are not."""
        raise NotImplementedError


def too_short(call: Call, name: str, length: int, needed: int, why: str) -> Exception:
    """The complaint about an array with too few elements."""
    return call.error(name, f"{length} elements", f"at least {needed} {why}")


@dataclass(frozen=True)
class Vector(ArrayKind):
    """A vector with so many elements; off and inc, where the routine has them, say which elements of the array."""

    length: str

    def make(self, call: Call, name: str) -> Array:
        return np.zeros(self.extent(call, name), call.dtype)

    def extent(self, call: Call, name: str) -> int:
        """The elements that the array must have."""
        offset, increment = call.place(name)
        n = call.size(self.length)
        return offset + (n - 1) * abs(increment) + 1 if n else 0

    def check(self, call: Call, name: str, view: Array) -> None:
        call.learn(self.length, view.size)
        needed, (offset, increment) = self.extent(call, name), call.place(name)
        if view.size < needed:
            why = f"for {self.length}={call.size(self.length)}, off{name}={offset}, inc{name}={increment}"
            blamed = self.length if self.length in call.routine.row.optional else name
            raise call.error(blamed, f"{name} with {view.size} elements", f"at least {needed} {why}")
        if increment < 0 and call.routine.kinds["inc" + name] is EMPTY_IF_NEGATIVE:
            call.sizes[self.length] = 0

    def to_c(self, call: Call, name: str) -> tuple[Any, ...]:
        (offset, increment), view = call.place(name), call.views[name]
        first = offset if increment > 0 else self.extent(call, name) - 1
        return call.pointer(name, first * view.strides[0]), increment * view.strides[0] // view.itemsize

    def says(self, routine: Routine, name: str) -> tuple[str, str]:
        each = f"{name}[off{name} + i inc{name}]" if f"off{name}" in routine.row.arguments else ""
        return f"array_like of {routine.dtype}", sentence(
            f"vector of {self.length} elements {each}".strip(), in_words(self.length)
        )


def in_words(*sizes: str) -> str:
    """What is said of the sizes that depend on a flag."""
    known = {size: BY_FLAG[size] for size in sizes if size in BY_FLAG}
    return ", ".join(
        f"{size} being {without}, with {flag} {with_it}" for size, (flag, without, with_it) in known.items()
    )


def sentence(*parts: str) -> str:
    """Those of the parts that say something, as one."""
    text = ", ".join(part for part in parts if part)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def half_of(half: str, routine: Routine) -> str:
    """What a matrix is of which a triangle counts."""
    return "Hermitian" if routine.hermitian and half == "symmetric" else half


def which_half(half: str, routine: Routine) -> str:
    """What is said of it."""
    return f"{half_of(half, routine)}: the other triangle is neither read nor written" if half else ""


@dataclass(frozen=True)
class Matrix(ArrayKind):
    """A matrix of this shape, or of the transposed one if the flag ``op`` is set; ``half`` if one triangle counts."""

    rows: str
    columns: str
    op: str = ""
    half: str = ""
    leading: bool = False  # it may be larger: the first rows and columns count

    def make(self, call: Call, name: str) -> Array:
        return np.zeros((call.size(self.rows), call.size(self.columns)), call.dtype, order="F")

    def view(self, array: Array) -> Array:
        """One dimension is a column, none a single element."""
        return array.reshape(-1, 1) if array.ndim < 2 else array

    def check(self, call: Call, name: str, view: Array) -> None:
        sizes = (self.rows, self.columns)
        if self.op and call.given[self.op] != "n":
            sizes = (self.columns, self.rows)
        if view.ndim != 2:
            raise call.error(name, f"{view.ndim} dimensions (shape {view.shape})", "2")
        for size, length in zip(sizes, view.shape, strict=True):
            call.learn(size, length)
        known = tuple(call.size(size) for size in sizes)
        if self.leading and all(length >= size for length, size in zip(view.shape, known, strict=True)):
            return
        if view.shape != known:
            shape = ", ".join(sizes)
            raise call.error(name, f"shape {view.shape}", f"({shape}) = {known}{' or more' * self.leading}")

    def to_c(self, call: Call, name: str) -> tuple[Any, ...]:
        view = call.views[name]
        return call.pointer(name, 0), *(stride // view.itemsize for stride in view.strides)

    def says(self, routine: Routine, name: str) -> tuple[str, str]:
        shape = f"({self.rows}, {self.columns})" + f", with {self.op} ({self.columns}, {self.rows})" * bool(self.op)
        text = sentence(which_half(self.half, routine), in_words(self.rows, self.columns))
        return f"array_like of {routine.dtype}, shape {shape}{' or more' * self.leading}", text


@dataclass(frozen=True)
class Band(ArrayKind):
    """A band matrix with n columns in LAPACK's storage: a row for each diagonal, the uppermost first.

    ``below`` and ``above`` say how many diagonals there are beside the main one; of a symmetric or triangular matrix
    there is one such number, and the flag ``lower`` says on which side.
    """

    below: str
    above: str = ""
    half: str = ""

    def view(self, array: Array) -> Array:
        return array.reshape(-1, 1) if array.ndim < 2 else array

    def check(self, call: Call, name: str, view: Array) -> None:
        if view.ndim != 2:
            raise call.error(name, f"{view.ndim} dimensions (shape {view.shape})", "2")
        call.learn("n", view.shape[1])
        diagonals = 1 + call.size(self.below) + (call.size(self.above) if self.above else 0)
        if view.shape[0] < diagonals or view.shape[1] != call.size("n"):
            raise call.error(name, f"shape {view.shape}", f"({diagonals}, {call.size('n')}) or more rows")

    def to_c(self, call: Call, name: str) -> tuple[Any, ...]:
        """As a matrix of which C touches the band only: element (i, j) is a step across and a step up from (i, j-1)."""
        down, across = call.views[name].strides
        main = call.size(self.above) if self.above else call.size(self.below) * (call.given["lower"] == "u")
        size = call.dtype.itemsize
        return call.pointer(name, main * down), down // size, (across - down) // size

    def says(self, routine: Routine, name: str) -> tuple[str, str]:
        diagonals = f"{self.below} + {self.above} + 1" if self.above else f"{self.below} + 1"
        main = self.above or f"{self.below} (with lower: 0)"
        text = f"band matrix, a diagonal in each row: A[i, j] in {name}[{main} + i - j, j]"
        shape = f"({diagonals}, n) or more rows"
        return f"array_like of {routine.dtype}, shape {shape}", sentence(text, which_half(self.half, routine))


@dataclass(frozen=True)
class Packed(ArrayKind):
    """The triangle of a matrix of order n, its columns one after the other."""

    half: str

    def view(self, array: Array) -> Array:
        return np.ascontiguousarray(super().view(array))

    def check(self, call: Call, name: str, view: Array) -> None:
        n = call.size("n")
        if view.size < n * (n + 1) // 2:
            raise call.error(name, f"{view.size} elements", f"at least {n * (n + 1) // 2} for n={n}")

    def to_c(self, call: Call, name: str) -> tuple[Any, ...]:
        return (call.pointer(name, 0),)

    def says(self, routine: Routine, name: str) -> tuple[str, str]:
        half = half_of(self.half, routine)
        text = f"The columns of the upper triangle (with lower: the lower one) of a {half} matrix, one after the other."
        return f"array_like of {routine.dtype}, n (n + 1) / 2 elements or more", text


@dataclass(frozen=True)
class Fixed(ArrayKind):
    """An array of so many elements."""

    length: int

    def make(self, call: Call, name: str) -> Array:
        array = call.views[name] = np.zeros(self.length, call.dtype)
        return array

    def view(self, array: Array) -> Array:
        return np.ascontiguousarray(super().view(array))

    def check(self, call: Call, name: str, view: Array) -> None:
        if view.size != self.length:
            raise call.error(name, f"{view.size} elements", str(self.length))

    def to_c(self, call: Call, name: str) -> tuple[Any, ...]:
        return (call.pointer(name, 0),)

    def says(self, routine: Routine, name: str) -> tuple[str, str]:
        return f"array_like of {routine.dtype}, {self.length} elements", ""
