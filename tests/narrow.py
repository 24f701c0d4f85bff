# SPDX-License-Identifier: MIT
"""What the tests of float16, bfloat16, int8 and uint8 share: dtypes, numbers, what a product must be."""

import ml_dtypes
import numpy as np
import pytest
from conftest import LAYOUTS, bits
from conftest import assert_same as assert_same_wide

import pyblaslite as pbl

ISAS = pbl.isas()

F16, BF16, I8, U8 = (np.dtype(d) for d in (np.float16, ml_dtypes.bfloat16, np.int8, np.uint8))
F32, I32 = np.dtype(np.float32), np.dtype(np.int32)
FLOATS = (F16, BF16)
PAIRS = ((F16, F16), (BF16, BF16), (I8, I8), (U8, I8), (I8, U8))
NAN_BYTE = ml_dtypes.float8_e5m2  # lets LAYOUTS surround single bytes
DEPTHS = (*range(10), 33, 130)

INTEGERS = tuple(pair for pair in PAIRS if pair[0].kind in "iu")


def each(pairs):
    return pytest.mark.parametrize("pair", pairs, ids=lambda pair: f"{pair[0]}-{pair[1]}")


each_pair, each_integer = each(PAIRS), each(INTEGERS)
each_float = pytest.mark.parametrize("dtype", FLOATS, ids=str)


def numbers(rng, shape, dtype):
    """All values of an 8-bit integer; floats with exact sums."""
    if dtype.kind in "iu":
        return rng.integers(np.iinfo(dtype).min, np.iinfo(dtype).max, shape, dtype, endpoint=True)
    return rng.integers(-4, 5, shape).astype(dtype)


def lay_out(x, layout):
    return LAYOUTS[layout](x.view(NAN_BYTE)).view(x.dtype) if x.itemsize == 1 else LAYOUTS[layout](x)


def zeros(shape, dtype, layout):
    """A result to be written, of this layout."""
    return LAYOUTS[layout](np.zeros(shape, F32 if dtype == I32 else dtype)).view(dtype)


def results(pair):
    """The dtypes that a product can give; the first is the default."""
    return (I32, F32, F16, BF16) if pair[0].kind in "iu" else (pair[0], F32)


def exact(a, b, dtype, alpha=1, beta=0, c=None):
    """alpha a b + beta c in this dtype, rounded as promised."""
    sums = alpha * np.matmul(a.astype("f8"), b.astype("f8"))
    if beta:
        sums = sums + beta * c.astype("f8")
    if a.dtype.kind in "iu":
        sums = sums.astype("i8").astype(I32)
    with np.errstate(over="ignore"):
        return sums if dtype == I32 else sums.astype(F32).astype(dtype)


def assert_same(got, expected):
    """Equal, NaN to NaN, which numpy does not see in bfloat16."""
    assert got.dtype == expected.dtype
    assert_same_wide(*(x.astype(F32) if x.dtype == BF16 else x for x in (got, expected)))


def narrow_bits(x):
    return bits(x.astype("f8"))
