# SPDX-License-Identifier: MIT
"""The kinds of kernels that can be written, and what each computes."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A routine of single precision, as csrc/learn/kernels.h declares it.

    ``arguments`` are in the order of the declaration; ``operands`` gives each array its sizes (one letter: a vector);
    ``formula`` is the sum over the inputs, in numpy.einsum's notation; ``output`` is the array that is changed, if
    the result is not returned.
    """

    name: str
    arguments: tuple[str, ...]
    operands: Mapping[str, str]
    formula: str
    output: str = ""

    @property
    def symbol(self) -> str:
        """The function's name."""
        return "s" + self.name

    @property
    def sizes(self) -> str:
        """The letters of its sizes."""
        return "".join(word for word in self.arguments if word in "mnk")

    @property
    def inputs(self) -> list[str]:
        """The arrays that must not change."""
        return [name for name in self.operands if name != self.output]

    @property
    def matrices(self) -> list[str]:
        """The arrays whose rows may stand apart."""
        return [name for name in self.operands if f"ld{name}" in self.arguments]

    @property
    def beta(self) -> float:
        """What the old output is multiplied by, if there is no such argument."""
        return 0 if "beta" in self.arguments or not self.output else 1

    def argument_types(self) -> list[type]:
        """For ctypes."""
        known = {"alpha": ctypes.c_float, "beta": ctypes.c_float} | dict.fromkeys(self.operands, ctypes.c_void_p)
        return [known.get(word, ctypes.c_int) for word in self.arguments]


def make_kind(name: str, arguments: str, operands: str, formula: str, output: str = "") -> Kind:
    """From words: an operand is its name, and its sizes in brackets."""
    pairs = (word.rstrip(")").split("(") for word in operands.split())
    return Kind(name, tuple(arguments.split()), dict(pairs), formula, output)


KINDS = {
    kind.name: kind
    for kind in (
        make_kind("gemm", "m n k alpha a lda b ldb beta c ldc", "a(mk) b(kn) c(mn)", "mk,kn->mn", "c"),
        make_kind("gemv", "m n alpha a lda x beta y", "a(mn) x(n) y(m)", "mn,n->m", "y"),
        make_kind("axpy", "n alpha x y", "x(n) y(n)", "n->n", "y"),
        make_kind("dot", "n x y", "x(n) y(n)", "n,n->"),
    )
}
