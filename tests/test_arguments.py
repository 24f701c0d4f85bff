# SPDX-License-Identifier: MIT
"""Any argument: the right answer, or an exception that says which, what was given and what was expected."""

import operator
import re

import numpy as np
import pytest
from conftest import DTYPES, LAYOUTS, assert_same, exact, integers
from hypothesis import given, settings
from hypothesis import strategies as st

import pyblaslite as pbl

A, B = np.ones((2, 3)), np.ones((3, 4))
ONES = np.ones


def read_only(x):
    x.flags.writeable = False
    return x


def misaligned(x):
    """x, beginning one byte after where its elements may."""
    memory = np.zeros(x.nbytes + 1, np.uint8)[1:]
    view = memory.view(x.dtype).reshape(x.shape) if x.size else x
    view[...] = x
    return view


def in_records(x):
    """x as the field of a packed record: strides that are no multiple of the element's size."""
    records = np.zeros(x.shape, [("tag", np.uint8), ("value", x.dtype)])
    records["value"] = x
    return records["value"]


def byte_swapped(x):
    return x.astype(x.dtype.newbyteorder())


class Subclass(np.ndarray):
    pass


class WithArray:
    """Not an array, but knows how to become one."""

    def __init__(self, x):
        self.x = x

    def __array__(self, dtype=None, copy=None):
        return self.x


# The call, the exception, and what its message must say: the argument, what was given, what was expected.
REFUSED = {
    # dimensions and shapes
    "a is a number": (lambda: pbl.gemm(3.0, B), ValueError, ["a:", "0 dimensions", "expected 2"]),
    "b is 0-d": (lambda: pbl.gemm(A, np.array(1.0)), ValueError, ["b:", "0 dimensions", "expected 2"]),
    "a is a vector": (lambda: pbl.gemm(ONES(3), B), ValueError, ["a:", "1 dimensions", "(3,)", "expected 2"]),
    "all are stacks": (
        lambda: pbl.gemm(ONES((2, 3, 3)), ONES((2, 3, 3)), out=np.empty((2, 3, 3))), ValueError,
        ["a:", "(2, 3, 3)", "expected 2"]),
    "b is a stack": (lambda: pbl.gemm(A, ONES((2, 3, 4))), ValueError, ["b:", "(2, 3, 4)", "expected 2"]),
    "inner sizes differ": (
        lambda: pbl.gemm(A, ONES((4, 3))), ValueError, ["b:", "(4, 3)", "(3, n)", "(2, 3)"]),
    "inner sizes differ with trans_a": (
        lambda: pbl.gemm(A, B, trans_a="t"), ValueError, ["b:", "(3, 4)", "(2, n)", "(3, 2)"]),
    "inner sizes differ with trans_b": (
        lambda: pbl.gemm(A, B, trans_b="c"), ValueError, ["b:", "(4, 3)", "(3, n)", "(2, 3)"]),
    "c has another shape": (
        lambda: pbl.gemm(A, B, c=ONES((4, 2)), beta=1), ValueError, ["c:", "(4, 2)", "(2, 4)"]),
    "c would broadcast": (lambda: pbl.gemm(A, B, c=ONES(4), beta=1), ValueError, ["c:", "(4,)", "(2, 4)"]),
    "out has another shape": (
        lambda: pbl.gemm(A, B, out=ONES((2, 5))), ValueError, ["out:", "(2, 5)", "(2, 4)"]),
    "rows of unequal length": (lambda: pbl.gemm([[1.0], [1.0, 2.0]], B), ValueError, ["a:"]),
    # dtypes
    "integers": (
        lambda: pbl.gemm(A.astype(int), B.astype(int)), TypeError,
        ["a is int64", "b is int64", "expected float32", "astype(numpy.float64)"]),
    "booleans": (lambda: pbl.gemm(A > 0, B > 0), TypeError, ["a is bool", "expected float32", "astype"]),
    "half precision": (
        lambda: pbl.gemm(A.astype("f2"), B > 0), TypeError,
        ["a is float16", "astype(numpy.float32)"]),
    "long double": (
        lambda: pbl.gemm(A.astype("g"), B), TypeError, [f"a is {np.dtype('g')}", "astype(numpy.float64)"]),
    "complex long double": (
        lambda: pbl.gemm(A, B.astype("G")), TypeError, [f"b is {np.dtype('G')}", "astype(numpy.complex128)"]),
    "c is long double": (
        lambda: pbl.gemm(A, B, c=ONES((2, 4), "g"), beta=1), TypeError, [f"c is {np.dtype('g')}", "astype"]),
    "objects": (lambda: pbl.gemm(A.astype(object), B), TypeError, ["a:", "object", "expected float32"]),
    "strings": (lambda: pbl.gemm(A, [["x"] * 4] * 3), TypeError, ["b:", "<U1", "expected float32"]),
    "bytes": (lambda: pbl.gemm(A, B.astype("S")), TypeError, ["b:", "|S", "expected float32"]),
    "dates": (lambda: pbl.gemm(A.astype("M8[s]"), B), TypeError, ["a:", "datetime64", "expected float32"]),
    "records": (
        lambda: pbl.gemm(np.zeros((2, 3), [("x", "f8")]), B), TypeError, ["a:", "'x'", "expected float32"]),
    # what is no array
    "a is None": (lambda: pbl.gemm(None, B), (TypeError, ValueError), ["a:", "expected"]),
    "b is None": (lambda: pbl.gemm(A, None), (TypeError, ValueError), ["b:", "expected"]),
    "a is any object": (lambda: pbl.gemm(object(), B), (TypeError, ValueError), ["a:", "expected"]),
    "a is masked": (lambda: pbl.gemm(np.ma.array(A), B), TypeError, ["a:", "masked array", "a.filled"]),
    "c is masked": (
        lambda: pbl.gemm(A, B, c=np.ma.ones((2, 4)), beta=1), TypeError, ["c:", "masked array", "c.filled"]),
    "out is masked": (
        lambda: pbl.gemm(A, B, out=np.ma.ones((2, 4))), TypeError, ["out:", "masked array", "out.data"]),
    "out is a list": (
        lambda: pbl.gemm(A, B, out=[[0.0] * 4] * 2), TypeError, ["out:", "list", "numpy array"]),
    "out becomes an array": (
        lambda: pbl.gemm(A, B, out=WithArray(ONES((2, 4)))), TypeError, ["out:", "WithArray", "numpy array"]),
    # out
    "out is narrower": (
        lambda: pbl.gemm(A, B, out=ONES((2, 4), "f4")), TypeError, ["out:", "float32", "float64"]),
    "out is wider": (
        lambda: pbl.gemm(A, B, out=ONES((2, 4), "c16")), TypeError, ["out:", "complex128", "float64"]),
    "out is real": (
        lambda: pbl.gemm(A * 1j, B, out=ONES((2, 4))), TypeError, ["out:", "float64", "complex128"]),
    "out is byte-swapped": (
        lambda: pbl.gemm(A, B, out=byte_swapped(ONES((2, 4)))), TypeError, ["out:", ">f8", "float64"]),
    "out is read-only": (
        lambda: pbl.gemm(A, B, out=read_only(ONES((2, 4)))), ValueError, ["out:", "read-only"]),
    "out is broadcast": (
        lambda: pbl.gemm(A, B, out=np.lib.stride_tricks.as_strided(ONES(4), (2, 4), (0, 8))), ValueError,
        ["out:", "share memory", "(0, 8)"]),
    "out overlaps itself": (
        lambda: pbl.gemm(A, B, out=np.lib.stride_tricks.as_strided(ONES(8), (2, 4), (16, 8))), ValueError,
        ["out:", "share memory", "(16, 8)"]),
    # letters and numbers
    "trans_a is upper case": (
        lambda: pbl.gemm(A, B, trans_a="N"), ValueError, ["trans_a:", "'N'", "'n', 't' or 'c'"]),
    "trans_b is empty": (
        lambda: pbl.gemm(A, B, trans_b=""), ValueError, ["trans_b:", "''", "'n', 't' or 'c'"]),
    "trans_a is True": (
        lambda: pbl.gemm(A, B, trans_a=True), ValueError, ["trans_a:", "True", "'n', 't' or 'c'"]),
    "trans_b is a list": (
        lambda: pbl.gemm(A, B, trans_b=["t"]), (TypeError, ValueError),
        ["trans_b:", "['t']", "'n', 't' or 'c'"]),
    "alpha is None": (lambda: pbl.gemm(A, B, alpha=None), TypeError, ["alpha:", "None", "number"]),
    "alpha is a string": (lambda: pbl.gemm(A, B, alpha="2.5"), TypeError, ["alpha:", "'2.5'", "number"]),
    "alpha is a vector": (lambda: pbl.gemm(A, B, alpha=ONES(2)), TypeError, ["alpha:", "array", "number"]),
    "alpha is complex": (lambda: pbl.gemm(A, B, alpha=1j), TypeError, ["alpha:", "1j", "real", "float64"]),
    "alpha is too large": (
        lambda: pbl.gemm(A, B, alpha=10**400), (TypeError, ValueError, OverflowError), ["alpha:"]),
    "beta is complex": (
        lambda: pbl.gemm(A, B, beta=2j, c=ONES((2, 4))), TypeError, ["beta:", "2j", "real", "float64"]),
    "beta has nothing to multiply": (
        lambda: pbl.gemm(A, B, beta=2.5), ValueError, ["beta:", "2.5", "c nor out"]),
    # matmul
    "matmul of a number": (lambda: pbl.matmul(3.0, B), ValueError, ["a:", "0 dimensions", "at least 1"]),
    "matmul by a number": (lambda: pbl.matmul(A, 3.0), ValueError, ["b:", "0 dimensions", "at least 1"]),
    "matmul by None": (lambda: pbl.matmul(A, None), (TypeError, ValueError), ["b:", "expected"]),
    "matmul inner sizes": (
        lambda: pbl.matmul(A, ONES((4, 3))), ValueError, ["b:", "(4, 3)", "expected 3", "(2, 3)"]),
    "matmul of vectors": (
        lambda: pbl.matmul(ONES(3), ONES(4)), ValueError, ["b:", "(4,)", "expected 3", "(3,)"]),
    "matmul stacks": (
        lambda: pbl.matmul(ONES((2, 2, 3)), ONES((5, 3, 4))), ValueError,
        ["b:", "(5, 3, 4)", "broadcast", "(2, 2, 3)"]),
    "matmul of integers": (
        lambda: pbl.matmul(A.astype(int), B.astype(int)), TypeError, ["a is int64", "astype"]),
    "matmul out shape": (
        lambda: pbl.matmul(A, B, out=ONES((4, 2))), ValueError, ["out:", "(4, 2)", "(2, 4)"]),
    "matmul out would broadcast": (
        lambda: pbl.matmul(A, B, out=ONES((5, 2, 4))), ValueError, ["out:", "(5, 2, 4)", "(2, 4)"]),
    "matmul out dtype": (
        lambda: pbl.matmul(A, B, out=ONES((2, 4), "f4")), TypeError, ["out:", "float32", "float64"]),
    "matmul out read-only": (
        lambda: pbl.matmul(A, B, out=read_only(ONES((2, 4)))), ValueError, ["out:", "read-only"]),
    "matmul masked": (lambda: pbl.matmul(np.ma.array(A), B), TypeError, ["a:", "masked array"]),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_refused(case):
    call, exception, words = REFUSED[case]
    with pytest.raises(exception) as error:
        call()
    for word in words:
        assert word in str(error.value)
    named_first = r"(a|b|c|out|alpha|beta|trans_[ab])( and (a|b|c))*:"
    assert re.match(named_first, str(error.value))


# An operand of any kind, which holds the values of the array it is made from.
KINDS = {
    **LAYOUTS,
    "misaligned": misaligned,
    "in records": in_records,
    "byte-swapped": byte_swapped,
    "byte-swapped and reversed": lambda x: byte_swapped(x)[..., ::-1, ::-1].copy()[..., ::-1, ::-1],
    "read-only": lambda x: read_only(x.copy()),
    "a list": lambda x: x.tolist() if x.size else x,
    "a subclass": lambda x: x.copy().view(Subclass),
    "a matrix": lambda x: x.copy().view(np.matrix),
    "with __array__": WithArray,
    "a memoryview": lambda x: memoryview(x.copy()) if x.size else x,
}
OUT_KINDS = [*LAYOUTS, "misaligned", "in records", "a subclass", "a matrix"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("call", [pbl.gemm, pbl.matmul])
def test_operands_of_every_kind(call, kind, dtype, rng):
    a, b = integers(rng, (5, 7), dtype), integers(rng, (7, 50), dtype)
    make = KINDS[kind]
    for x, y in ((make(a), b), (a, make(b)), (make(a), make(b))):
        wide = np.result_type(np.asarray(x), np.asarray(y)).newbyteorder("=")  # a list holds Python's numbers
        got = call(x, y)
        assert type(got) is np.ndarray
        assert_same(got, exact(a, b).astype(wide))


@pytest.mark.parametrize("kind", KINDS)
def test_c_of_every_kind(kind, dtype, rng):
    a, b, c = (integers(rng, shape, dtype) for shape in ((5, 7), (7, 50), (5, 50)))
    got = pbl.gemm(a, b, beta=2.5, c=KINDS[kind](c))
    np.testing.assert_array_equal(got, exact(a, b, 1, 2.5, c))


@pytest.mark.parametrize("kind", OUT_KINDS)
@pytest.mark.parametrize("beta", [0, 2.5])
def test_out_of_every_kind(kind, beta, dtype, rng):
    a, b, c = (integers(rng, shape, dtype) for shape in ((5, 7), (7, 50), (5, 50)))
    out = KINDS[kind](c)
    assert pbl.gemm(a, b, beta=beta, out=out) is out
    np.testing.assert_array_equal(np.asarray(out), exact(a, b, 1, beta, c))
    assert pbl.matmul(a, b, out=out) is out
    np.testing.assert_array_equal(np.asarray(out), exact(a, b))


PROMOTED = ["?", "i1", "u2", "i4", "i8", "f2", "f4", "f8", "c8", "c16", ">i4", ">f2", ">f4", ">f8", ">c16"]


@settings(max_examples=100)
@given(st.sampled_from(PROMOTED), st.sampled_from(PROMOTED), st.sampled_from([None, *PROMOTED]))
def test_mixed_dtypes_promote_as_numpy_does_or_are_refused(dtype_a, dtype_b, dtype_c):
    a, b = np.arange(6).reshape(2, 3).astype(dtype_a), np.arange(12).reshape(3, 4).astype(dtype_b)
    c = None if dtype_c is None else np.arange(8).reshape(2, 4).astype(dtype_c)
    wide = np.result_type(*(x.dtype for x in (a, b, c) if x is not None)).newbyteorder("=")
    kinds = {x.dtype.newbyteorder("=").name for x in (a, b)}
    sums = {"int8": np.int32, "float16": np.float32}.get(kinds.pop()) if len(kinds) == 1 else None
    if sums and (c is None or np.result_type(sums, c) == sums):  # narrow elements
        wide = np.dtype(np.int32) if dtype_a == "i1" else wide
    elif wide not in DTYPES:
        with pytest.raises(TypeError, match=f"no BLAS computes in {wide}|there is no routine for float16 and int8"):
            pbl.gemm(a, b, c=c, beta=2)
        return
    got = pbl.gemm(a, b, c=c, beta=2) if c is not None else pbl.gemm(a, b)
    assert_same(got, exact(a.astype(wide), b.astype(wide), 1, 2, c))


@pytest.mark.parametrize("two", [2, 2.0, np.float32(2), np.int8(2), np.array(2), 2 + 0j, np.longdouble(2)], ids=repr)
def test_numbers_of_every_kind(two, dtype):
    a = np.ones((3, 3), dtype)
    assert_same(pbl.gemm(a, a, alpha=two), 6 * a)
    assert_same(pbl.gemm(a, a, beta=two, c=a), 5 * a)


def test_arguments_after_b_are_by_name():
    with pytest.raises(TypeError, match="positional"):
        operator.call(pbl.gemm, A, B, 2.0)


@pytest.mark.parametrize(
    ("call", "shape"),
    [
        (lambda a, b, out: pbl.gemm(a, b, out=out, beta=1), (90, 90)),
        (lambda a, b, out: pbl.matmul(a, b.swapaxes(-2, -1), out), (3, 90, 90)),  # what is packed needs memory
    ],
    ids=["gemm", "matmul"],
)
def test_no_memory(call, shape, dtype):
    """MemoryError; out and the inputs keep their values, and the next call succeeds."""
    a, b, out = np.ones(shape, dtype), np.ones(shape, dtype), np.full(shape, 7, dtype)
    pbl.lib.pbl_release_workspace()
    pbl.lib.pbl_test_fail_allocation(1)
    with pytest.raises(MemoryError, match="unchanged"):
        call(a, b, out)
    assert_same(out, np.full(shape, 7, dtype))
    assert np.all(a == 1)
    assert np.all(b == 1)
    call(a, b, out)
    assert np.all(out == (97 if len(shape) == 2 else 90))


@pytest.mark.parametrize("case", ["c apart", "out overlaps a", "misaligned out"])
def test_no_memory_leaves_out_intact(case, dtype):
    a, c = np.ones((90, 90), dtype), np.full((90, 90), 5, dtype)
    out = a if case == "out overlaps a" else np.full((90, 90), 7, dtype)
    out = misaligned(out) if case == "misaligned out" else out
    before = out.copy()
    pbl.lib.pbl_release_workspace()
    pbl.lib.pbl_test_fail_allocation(1)
    with pytest.raises(MemoryError, match="unchanged"):
        pbl.gemm(a, a, beta=2.5, c=c, out=out)
    assert_same(out, before)
    assert np.all(c == 5)


def test_elements_of_out_may_interleave():
    """Strides that look as if they overlapped, but do not: every element has its own place."""
    out = np.lib.stride_tricks.as_strided(np.zeros(12), (2, 4), (3 * 8, 2 * 8))
    assert np.unique([out[i, j : j + 1].ctypes.data for i, j in np.ndindex(2, 4)]).size == out.size
    assert_same(pbl.gemm(A, B, out=out), np.full((2, 4), 3.0))
