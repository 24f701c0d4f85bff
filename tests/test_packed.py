# SPDX-License-Identifier: MIT
"""pack_b: gemm(a, pack_b(b)) is gemm(a, b), to the bit, for as long as the handle lives."""

import gc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from conftest import ISAS, LAYOUTS, OPS, THREADS, assert_same, bits, exact, floats, integers, op, products
from hypothesis import given, settings
from hypothesis import strategies as st

import pyblaslite as pbl


@settings(max_examples=150)
@given(products(), st.sampled_from([None, *LAYOUTS]), *[st.sampled_from(ISAS)] * 2, st.sampled_from(THREADS))
def test_the_bits_of_gemm(arguments, layout_of_c, isa_packing, isa_running, threads):
    pbl.batch_invariant(True)
    b, out, more = arguments["b"], arguments["out"], {"trans_a": arguments["trans_a"]}
    more |= {"alpha": arguments["alpha"], "beta": arguments["beta"], "c": layout_of_c and LAYOUTS[layout_of_c](out)}
    pbl.set_isa(isa_packing)
    packed = pbl.pack_b(b, trans_b=arguments["trans_b"])
    pbl.set_isa(isa_running)
    with pbl.threads(threads):
        expected = bits(pbl.gemm(arguments["a"], b, trans_b=arguments["trans_b"], out=out.copy(), **more))
        assert pbl.gemm(arguments["a"], packed, out=out, **more) is out
    assert bits(out) == expected


@pytest.mark.parametrize("trans_b", OPS)
def test_one_packed_b_serves_any_number_of_rows(trans_b, dtype, isa, rng):
    b = integers(rng, (70, 53), dtype)
    packed = pbl.pack_b(op(b, trans_b), trans_b=trans_b)
    assert packed.shape == (70, 53)
    assert packed.dtype == dtype
    assert str(packed) == f"PackedB(shape=(70, 53), dtype={dtype})"
    for m in (*range(18), 200):
        a = integers(rng, (m, 70), dtype)
        assert_same(pbl.gemm(a, packed), exact(a, b))


def test_contents_are_copied(dtype, rng):
    a, b = integers(rng, (5, 40), dtype), integers(rng, (40, 30), dtype)
    packed, expected = pbl.pack_b(b), exact(a, b)
    b[...] = np.nan
    assert_same(pbl.gemm(a, packed), expected)
    a[...] = 0
    assert_same(pbl.gemm(a, packed), np.zeros((5, 30), dtype))


def test_c_and_out(dtype, rng):
    """c is read and kept; without it, beta multiplies what out holds; beta = 0 reads neither."""
    a, b, c = (integers(rng, shape, dtype) for shape in ((5, 40), (40, 30), (5, 30)))
    packed, before = pbl.pack_b(b), c.copy()
    assert_same(pbl.gemm(a, packed, alpha=2, beta=3, c=c), exact(a, b, 2, 3, c))
    assert_same(c, before)
    out = c.copy()
    assert pbl.gemm(a, packed, beta=-1, out=out) is out
    assert_same(out, exact(a, b, 1, -1, c))
    assert_same(pbl.gemm(a, packed, beta=2, c=c, out=c), exact(a, b, 1, 2, before))
    nan = np.full((5, 30), np.nan, dtype)
    assert_same(pbl.gemm(a, packed, out=nan), exact(a, b))
    assert_same(pbl.gemm(a, packed, c=np.full_like(nan, np.nan)), exact(a, b))


def test_out_may_overlap_a(dtype, rng):
    memory = integers(rng, 12 * 9, dtype)
    b = integers(rng, (9, 9), dtype)
    packed = pbl.pack_b(b)
    for shift in (0, 1, 27):
        a, out = memory[:81].reshape(9, 9), memory[shift : shift + 81].reshape(9, 9)
        expected = exact(a, b)
        assert pbl.gemm(a, packed, out=out) is out
        assert_same(out, expected)
        memory[...] = integers(rng, 12 * 9, dtype)


def test_out_may_be_where_b_was(dtype, rng):
    a, b = integers(rng, (9, 9), dtype), integers(rng, (9, 9), dtype)
    expected = exact(a, b)
    assert_same(pbl.gemm(a, pbl.pack_b(b), out=b), expected)


@pytest.mark.parametrize(
    "kind", [lambda x: x[:, ::-1], lambda x: x.astype(x.dtype.newbyteorder()), lambda x: x.view(np.matrix)]
)
def test_b_of_other_kinds(kind, dtype, rng):
    a, b = integers(rng, (5, 40), dtype), integers(rng, (40, 30), dtype)
    assert_same(pbl.gemm(a, pbl.pack_b(kind(b))), exact(a, np.asarray(kind(b)).astype(dtype)))


def test_operands_of_a_narrower_dtype_are_widened(rng):
    b = rng.integers(-4, 5, (40, 30)).astype("c16")
    packed = pbl.pack_b(b)
    for narrow in ("f4", "f8", "c8", "i4", "?", ">f8"):
        a = rng.integers(0, 2, (5, 40)).astype(narrow)
        assert_same(pbl.gemm(a, packed, beta=1, c=a[:, :30]), exact(a.astype("c16"), b, 1, 1, a[:, :30]))


PACKED, A = pbl.pack_b(np.ones((3, 4))), np.ones((2, 3))
READ_ONLY = np.broadcast_to(np.float64(0), (2, 4))

REFUSED = {
    "b is a vector": (lambda: pbl.pack_b(np.ones(3)), ValueError, ["b:", "1 dimensions", "(3,)", "expected 2"]),
    "b is a number": (lambda: pbl.pack_b(3.0), ValueError, ["b:", "0 dimensions", "expected 2"]),
    "b is a stack": (lambda: pbl.pack_b(np.ones((2, 3, 4))), ValueError, ["b:", "(2, 3, 4)", "expected 2"]),
    "b is of integers": (lambda: pbl.pack_b(np.ones((2, 3), int)), TypeError, ["b", "int64", "astype"]),
    "b is of objects": (lambda: pbl.pack_b(np.ones((2, 3), object)), TypeError, ["b:", "object"]),
    "b is masked": (lambda: pbl.pack_b(np.ma.ones((2, 3))), TypeError, ["b:", "masked array", "b.filled"]),
    "b is None": (lambda: pbl.pack_b(None), (TypeError, ValueError), ["b:", "expected"]),
    "b is packed": (lambda: pbl.pack_b(PACKED), (TypeError, ValueError), ["b:", "expected"]),
    "trans_b": (lambda: pbl.pack_b(A, trans_b="N"), ValueError, ["trans_b:", "'N'", "'n', 't' or 'c'"]),
    "trans_b is None": (lambda: pbl.pack_b(A, trans_b=None), ValueError, ["trans_b:", "None", "'n', 't' or 'c'"]),
    "trans_b of gemm": (lambda: pbl.gemm(A, PACKED, trans_b="t"), ValueError, ["trans_b:", "'t'", "pack_b"]),
    "trans_a": (lambda: pbl.gemm(A, PACKED, trans_a="x"), ValueError, ["trans_a:", "'x'", "'n', 't' or 'c'"]),
    "inner sizes differ": (
        lambda: pbl.gemm(np.ones((2, 5)), PACKED), ValueError, ["b:", "(3, 4)", "(5, n)", "(2, 5)"]),
    "... with trans_a": (lambda: pbl.gemm(A, PACKED, trans_a="t"), ValueError, ["b:", "(3, 4)", "(2, n)", "(3, 2)"]),
    "a is a vector": (lambda: pbl.gemm(np.ones(3), PACKED), ValueError, ["a:", "1 dimensions", "expected 2"]),
    "a is packed": (lambda: pbl.gemm(PACKED, A), TypeError, ["a:", "given PackedB(shape=(3, 4)", "expected an array"]),
    "both are packed": (lambda: pbl.gemm(PACKED, PACKED), TypeError, ["a:", "given PackedB", "only b of gemm"]),
    "a is wider": (lambda: pbl.gemm(A * 1j, PACKED), TypeError, ["a:", "complex128", "float64", "cast"]),
    "a is of strings": (lambda: pbl.gemm(A.astype(str), PACKED), TypeError, ["a:", "<U"]),
    "a is of objects": (lambda: pbl.gemm(A.astype(object), PACKED), TypeError, ["a:", "object"]),
    "c is wider": (
        lambda: pbl.gemm(A, PACKED, beta=1, c=np.ones((2, 4), "c8")), TypeError, ["c:", "complex64", "float64"]),
    "c has another shape": (
        lambda: pbl.gemm(A, PACKED, beta=1, c=np.ones((4, 2))), ValueError, ["c:", "(4, 2)", "(2, 4)"]),
    "alpha": (lambda: pbl.gemm(A, PACKED, alpha=1j), TypeError, ["alpha:", "1j", "real"]),
    "beta": (lambda: pbl.gemm(A, PACKED, beta="1"), TypeError, ["beta:", "'1'", "number"]),
    "beta of nothing": (lambda: pbl.gemm(A, PACKED, beta=2.5), ValueError, ["beta:", "2.5", "c nor out"]),
    "out has another shape": (
        lambda: pbl.gemm(A, PACKED, out=np.ones((4, 2))), ValueError, ["out:", "(4, 2)", "(2, 4)"]),
    "out has another dtype": (
        lambda: pbl.gemm(A, PACKED, out=np.ones((2, 4), "f4")), TypeError, ["out:", "float32", "float64"]),
    "out is read-only": (lambda: pbl.gemm(A, PACKED, out=READ_ONLY), ValueError, ["out:", "read-only"]),
    "out is masked": (lambda: pbl.gemm(A, PACKED, out=np.ma.ones((2, 4))), TypeError, ["out:", "masked array"]),
    "out is a list": (lambda: pbl.gemm(A, PACKED, out=[[0.0] * 4] * 2), TypeError, ["out:", "list"]),
    "matmul": (lambda: pbl.matmul(A, PACKED), TypeError, ["b:", "given PackedB", "only b of gemm"]),
    "matmul with out": (lambda: pbl.matmul(A, PACKED, out=np.ones((2, 4))), TypeError, ["b:", "given PackedB"]),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    call, exception, words = REFUSED[case]
    with pytest.raises(exception) as error:
        call()
    assert str(error.value).startswith(words[0])
    for word in words:
        assert word in str(error.value)


def test_no_memory(dtype):
    """MemoryError from packing and from using; out keeps its values, and the next call succeeds."""
    a, b, out = np.ones((90, 90), dtype), np.ones((90, 90), dtype), np.full((90, 90), 7, dtype)
    pbl.lib.pbl_test_fail_allocation(1)
    with pytest.raises(MemoryError):
        pbl.pack_b(b)
    packed = pbl.pack_b(b)
    pbl.lib.pbl_release_workspace()
    pbl.lib.pbl_test_fail_allocation(1)
    with pytest.raises(MemoryError, match="unchanged"):
        pbl.gemm(a, packed, beta=1, out=out)
    assert_same(out, np.full((90, 90), 7, dtype))
    assert_same(pbl.gemm(a, packed, beta=1, out=out), np.full((90, 90), 97, dtype))


def test_handles_are_freed():
    """Two gigabytes in turn, which would show if each stayed."""
    resident = lambda: int(open("/proc/self/statm").read().split()[1]) * 4096  # noqa: E731, SIM115
    b = np.ones((1000, 500))
    gc.collect()
    before = resident()
    for _ in range(500):
        packed = pbl.pack_b(b)
    assert packed.shape == b.shape
    del packed
    gc.collect()
    assert resident() - before < 100e6


@pytest.mark.usefixtures("batch_invariant")
def test_many_threads_use_one_packed_b(dtype, rng):
    b = floats(rng, (150, 97), dtype)
    packed = pbl.pack_b(b)
    operands = [floats(rng, (m, 150), dtype) for m in range(1, 41)]
    serial = [bits(pbl.gemm(a, b)) for a in operands]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda a: bits(pbl.gemm(a, packed)), operands)) == serial
