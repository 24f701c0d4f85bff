# SPDX-License-Identifier: MIT
"""Operations of the routines that ``pyblaslite run`` counts: of bands and vectors against loops that count them."""

import re

import pytest

from pyblaslite.profile import command
from pyblaslite.profile.flops import Sizes, count_flops, entries_of_band, kind_of


def test_every_routine_has_a_formula():
    for name in command.check_preload():
        if re.fullmatch(r"cblas_[a-z0-9_]+", name) and not name.endswith(("64", "64_")):
            assert kind_of(name.removeprefix("cblas_"))
    with pytest.raises(ValueError, match="not a BLAS routine"):
        kind_of("dgesv")


@pytest.mark.parametrize("size", [(4, 4, 1, 2), (7, 3, 1, 0), (3, 7, 0, 2), (5, 5, 9, 9), (1, 1, 0, 0), (0, 3, 1, 1)])
def test_entries_of_a_band(size):
    m, n, below, above = size
    assert entries_of_band(*size) == sum(-below <= j - i <= above for i in range(m) for j in range(n))


@pytest.mark.parametrize(
    ("routine", "sizes", "flops"),
    [
        ("dgemm", Sizes(2, 3, 4), 48),
        ("zgemm", Sizes(2, 3, 4), 192),
        ("dsymm", Sizes(2, 3, side="r"), 36),
        ("dtrsm", Sizes(2, 3, side="l"), 12),
        ("ssyrk", Sizes(n=3, k=4), 48),
        ("sgemm_batch_strided", Sizes(2, 3, 4, b=10), 480),
        ("idamax", Sizes(n=9), 0),
        ("sdsdot", Sizes(n=9), 18),
    ],
)
def test_operations(routine, sizes, flops):
    assert count_flops(routine, {"z": "complex128", "c": "complex64"}.get(routine[0], "float64"), sizes) == flops


class Counted:
    """A number that counts the real operations that are done with it."""

    done = 0

    def __init__(self, parts):
        self.parts = parts  # 2 if it is complex

    def __add__(self, other):
        Counted.done += max(self.parts, other.parts)
        return Counted(max(self.parts, other.parts))

    def __mul__(self, other):
        Counted.done += 6 if self.parts == other.parts == 2 else max(self.parts, other.parts)
        return Counted(max(self.parts, other.parts))

    def squared(self):
        """re re + im im."""
        Counted.done += self.parts + (self.parts - 1)
        return Counted(1)

    def absolute(self):
        """abs(re) + abs(im)."""
        Counted.done += self.parts - 1
        return Counted(1)


def total(terms, first):
    for term in terms:
        first = first + term
    return first


R, C = Counted(1), Counted(2)
N = 9

# One line for each element of a vector, as the routine's definition has it.
LOOPS = {
    **{f"{t}scal": lambda x=x: [x * x for _ in range(N)] for t, x in (("d", R), ("z", C))},
    **{f"{t}axpy": lambda x=x: [x * x + x for _ in range(N)] for t, x in (("d", R), ("z", C))},
    **{f"{t}axpby": lambda x=x: [x * x + x * x for _ in range(N)] for t, x in (("d", R), ("z", C))},
    **{f"{t}nrm2": lambda x=x: total([x.squared() for _ in range(N)], R) for t, x in (("d", R), ("dz", C))},
    **{f"{t}asum": lambda x=x: total([x.absolute() for _ in range(N)], R) for t, x in (("d", R), ("dz", C))},
    **{f"{t}sum": lambda x=x: total([x for _ in range(N)], x) for t, x in (("d", R), ("z", C))},
    **{f"{t}rot": lambda s=s, x=x: [(R * x + s * x, R * x + s * x) for _ in range(N)]
       for t, s, x in (("d", R, R), ("zd", R, C), ("z", C, C))},
    "ddot": lambda: total([R * R for _ in range(N)], R),
    "zdotc_sub": lambda: total([C * C for _ in range(N)], C),
    "zdscal": lambda: [R * C for _ in range(N)],
    "drotm": lambda: [(R * R + R * R, R * R + R * R) for _ in range(N)],
}  # fmt: skip


@pytest.mark.parametrize("routine", LOOPS)
def test_operations_of_vectors(routine):
    Counted.done = 0
    LOOPS[routine]()
    assert count_flops(routine, "complex128" if "z" in routine else "float64", Sizes(n=N)) == Counted.done
