# SPDX-License-Identifier: MIT
"""The kinds of arguments that routines have: how each is taken from Python, handed to C, and described."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .._array import Array, element, scalar
from .._core import ffi

if TYPE_CHECKING:
    from .call import Call
    from .routine import Routine

# Sizes that depend on a flag: which, the size without it, the size with it.
BY_FLAG = {"rows": ("trans", "m", "n"), "columns": ("trans", "n", "m"), "order": ("side", "m", "n")}


@dataclass(frozen=True)
class Length:
    """A default for n that vectors give by their lengths: the least of theirs.

    ``fit``: all elements that there are from the offset on, an increment apart. ``steps``: the whole steps of an
    increment that there are, which is one less where elements are left over behind the last step.
    """

    rule: str
    vectors: tuple[str, ...]

    def of(self, call: Call) -> int:
        """What the vectors of this call have."""
        return min(self.of_one(call, name) for name in self.vectors)

    def of_one(self, call: Call, name: str) -> int:
        """What one of them has."""
        offset, increment = call.place(name)
        rest, step = int(call.given[name].size) - offset, abs(increment)
        return rest // step if self.rule == "steps" else -(-rest // step)

    def __str__(self) -> str:
        each = " or ".join(f"(len({x}) - off{x}) / |inc{x}|" for x in self.vectors)
        rounded = "down" if self.rule == "steps" else "up"
        return f"{each}{', the less' * (len(self.vectors) > 1)}, rounded {rounded}"


Default: TypeAlias = complex | Length | None


class Kind:
    """A kind of argument, or of result that is no argument."""

    def take(self, call: Call, name: str, value: Any) -> Any:
        """What the call keeps of a value that was given."""
        raise NotImplementedError

    def make(self, call: Call, name: str) -> Any:
        """Room for a result."""
        raise NotImplementedError

    def to_c(self, call: Call, name: str) -> tuple[Any, ...]:
        """What C gets."""
        raise NotImplementedError

    def result(self, call: Call, name: str) -> Any:
        """What Python gets."""
        return call.given[name]

    def says(self, routine: Routine, name: str) -> tuple[str, str]:
        """Type and meaning, for the documentation."""
        raise NotImplementedError


def index(call: Call, name: str, value: Any, expected: str) -> int:
    """``value`` as an int; unlike for Python, a boolean of numpy's is one."""
    try:
        return operator.index(bool(value) if isinstance(value, np.bool_) else value)
    except TypeError:
        raise TypeError(call.complaint(name, repr(value), expected)) from None


@dataclass(frozen=True, eq=False)
class Flag(Kind):
    """A small number that stands for a letter of C's; some letters are for real dtypes only."""

    letters: dict[int, str]
    meaning: str
    for_reals: dict[int, str] = field(default_factory=dict)

    def take(self, call: Call, name: str, value: Any) -> str:
        letters = self.letters | self.for_reals if call.dtype.kind == "f" else self.letters
        expected = " or ".join(map(str, letters))
        flag = index(call, name, value, expected)
        if flag not in letters:
            raise call.error(name, flag, expected)
        return letters[flag]

    def to_c(self, call: Call, name: str) -> tuple[Any, ...]:
        return (call.given[name].encode(),)

    def says(self, routine: Routine, name: str) -> tuple[str, str]:
        return "{" + ", ".join(map(str, self.letters)) + "}", self.meaning


class Size(Kind):
    """A number of rows, columns, elements or diagonals."""

    def take(self, call: Call, name: str, value: Any) -> Any:
        if isinstance(value, Length):
            return value  # which is known when the vectors are
        size = index(call, name, value, "an integer")
        if size < 0:
            raise call.error(name, size, "at least 0")
        call.sizes[name] = size
        return size

    def to_c(self, call: Call, name: str) -> tuple[Any, ...]:
        return (call.size(name),)

    def says(self, routine: Routine, name: str) -> tuple[str, str]:
        return "int", {"kl": "Diagonals below the main one.", "ku": "Diagonals above the main one."}.get(name, "")


class Offset(Kind):
    """Where in an array a vector begins."""

    def take(self, call: Call, name: str, value: Any) -> int:
        offset, length = index(call, name, value, "an integer"), call.given[name[3:]]
        if offset < 0:
            raise call.error(name, offset, "at least 0")
        if length is not None and offset > length.size:
            raise call.error(name, offset, f"at most {length.size}, the length of {name[3:]}")
        return offset

    def says(self, routine: Routine, name: str) -> tuple[str, str]:
        return "int", ""


@dataclass(frozen=True)
class Increment(Kind):
    """How far apart the elements of a vector stand; what a negative one means."""

    negative: str = "the last element is taken first"

    def take(self, call: Call, name: str, value: Any) -> int:
        increment = index(call, name, value, "an integer")
        if increment == 0 or (increment < 0 and self is POSITIVE):
            raise call.error(name, increment, "a positive one" if self is POSITIVE else "any but 0")
        return increment

    def says(self, routine: Routine, name: str) -> tuple[str, str]:
        return "int", f"Not 0. If it is negative, {self.negative}."


POSITIVE = Increment("that is an error")
EMPTY_IF_NEGATIVE = Increment("there are no elements, as in the reference BLAS")


class Overwrite(Kind):
    """Leave to write an argument where it is."""

    def take(self, call: Call, name: str, value: Any) -> bool:
        return bool(value)

    def says(self, routine: Routine, name: str) -> tuple[str, str]:
        return "bool", f"Whether {name[10:]} may be written where it is: see :mod:`pyblaslite.blas`."


@dataclass(frozen=True)
class Number(Kind):
    """A scalar: of the routine's dtype, or real; ``widened`` is real but C wants it in the dtype."""

    real: bool = False
    widened: bool = False

    def take(self, call: Call, name: str, value: Any) -> Any:
        buffer = scalar(value, name, call.real if self.real else call.dtype)
        return element(call.dtype, buffer[0]) if self.widened else buffer

    def make(self, call: Call, name: str) -> Any:
        return element(call.real if self.real else call.dtype, 0)

    def to_c(self, call: Call, name: str) -> tuple[Any, ...]:
        return (call.given[name],)

    def result(self, call: Call, name: str) -> complex:
        parts = list(call.given[name])
        return complex(*parts) if len(parts) > 1 else float(parts[0])

    def says(self, routine: Routine, name: str) -> tuple[str, str]:
        return "float" if self.real or routine.dtype.kind == "f" else "complex", ""


NUMBER, REAL, REAL_AS_NUMBER = Number(), Number(real=True), Number(real=True, widened=True)


class Index(Kind):
    """Where an element stands, as a result."""

    def make(self, call: Call, name: str) -> Any:
        return ffi.new("int64_t[1]")

    def to_c(self, call: Call, name: str) -> tuple[Any, ...]:
        return (call.given[name],)

    def result(self, call: Call, name: str) -> int:
        return int(call.given[name][0])

    def says(self, routine: Routine, name: str) -> tuple[str, str]:
        return "int", ""


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


TRANS = Flag({0: "n", 1: "t", 2: "c"}, "op: 0 is as it is, 1 transposed, 2 conjugate transposed.")
TRANS_OF_SYMMETRIC = Flag({0: "n", 1: "t"}, "op: 0 is as it is, 1 transposed.", for_reals={2: "t"})
TRANS_OF_HERMITIAN = Flag({0: "n", 2: "c"}, "op: 0 is as it is, 2 conjugate transposed.")

# What names mean in every routine that does not say otherwise; all others are numbers.
KINDS: dict[str, Kind] = {
    "trans": TRANS,
    "trans_a": TRANS,
    "trans_b": TRANS,
    "lower": Flag({0: "u", 1: "l"}, "Which triangle counts: 0 the upper one, 1 the lower one."),
    "diag": Flag({0: "n", 1: "u"}, "With 1, the diagonal of A is taken to be 1 and not read."),
    "side": Flag({0: "l", 1: "r"}, "Where A stands: 0 on the left, 1 on the right."),
    **dict.fromkeys(("m", "n", "k", "kl", "ku"), Size()),
    **dict.fromkeys(("offx", "offy"), Offset()),
    **dict.fromkeys(("incx", "incy"), Increment()),
    **dict.fromkeys(("overwrite_x", "overwrite_y", "overwrite_a", "overwrite_ap"), Overwrite()),
    **dict.fromkeys(("overwrite_b", "overwrite_c"), Overwrite()),
}
