# SPDX-License-Identifier: MIT
"""The kinds of arguments: how each is taken from Python, handed to C, and described. Arrays are in arrays.py."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .._array import element, scalar
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
