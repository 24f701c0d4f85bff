# SPDX-License-Identifier: MIT
"""Operations of the routines that ``pyblaslite run`` counts, against loops that count them."""

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
        ("csscal", Sizes(n=9), 36),
        ("sdsdot", Sizes(n=9), 18),
    ],
)
def test_operations(routine, sizes, flops):
    assert count_flops(routine, {"z": "complex128", "c": "complex64"}.get(routine[0], "float64"), sizes) == flops
