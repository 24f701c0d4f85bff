# SPDX-License-Identifier: MIT
"""Calls with float16, bfloat16, int8 and uint8: packed operands, stacks, what is refused, no memory."""

import itertools

import numpy as np
import pytest
from conftest import LAYOUTS, OPS, op
from narrow import (
    BF16,
    DEPTHS,
    F16,
    F32,
    I8,
    I32,
    ISAS,
    PAIRS,
    U8,
    assert_same,
    each,
    each_pair,
    exact,
    lay_out,
    numbers,
    results,
    zeros,
)

import pyblaslite as pbl


@each_pair
def test_out_may_overlap_the_operands(pair, rng):
    for dtype, shift in itertools.product(results(pair), (0, 4, 40)):
        memory = np.zeros(12 * 12 * 4 + 80, np.uint8)
        a, b = (memory[start : start + 144 * d.itemsize].view(d).reshape(12, 12) for start, d in zip((0, 300), pair))  # noqa: B905
        out = memory[shift : shift + 144 * dtype.itemsize].view(dtype).reshape(12, 12)
        a[...], b[...] = numbers(rng, (12, 12), pair[0]), numbers(rng, (12, 12), pair[1])
        expected = exact(a, b, dtype)
        assert pbl.gemm(a, b, out=out) is out
        assert_same(out, expected)


@each_pair
def test_packed(pair, every_isa, rng):
    b = numbers(rng, (70, 53), pair[1])
    for trans_b, layout in itertools.product(OPS, LAYOUTS):
        packed = pbl.pack_b(lay_out(op(b, trans_b), layout), trans_b=trans_b)
        assert packed.shape == (70, 53)
        assert packed.dtype == pair[1]
        for m in (0, 1, 5, 8, 17, 200):
            a = numbers(rng, (m, 70), pair[0])
            assert_same(pbl.gemm(a, packed), exact(a, b, results(pair)[0]))
            assert_same(pbl.gemm(op(a, "t"), packed, trans_a="t"), exact(a, b, results(pair)[0]))


@each_pair
def test_packed_of_any_size(pair, every_isa, rng):
    for n, k in itertools.product((0, 1, 2, 5, 9, 17, 33, 97), (*DEPTHS, 2049, 4100)):
        a, b = numbers(rng, (3, k), pair[0]), numbers(rng, (k, n), pair[1])
        assert_same(pbl.gemm(a, pbl.pack_b(b)), exact(a, b, results(pair)[0]))


@each_pair
def test_packed_on_another_isa(pair, rng):
    a, b = numbers(rng, (33, 70), pair[0]), numbers(rng, (70, 53), pair[1])
    for packing, running in itertools.product(ISAS, ISAS):
        pbl.set_isa(packing)
        packed = pbl.pack_b(b)
        pbl.set_isa(running)
        for dtype in results(pair):
            assert_same(pbl.gemm(a, packed, out=np.empty((33, 53), dtype)), exact(a, b, dtype))


@each_pair
def test_packed_with_c_and_out(pair, rng):
    """As gemm of b itself, the dtype of the result included."""
    a, b = numbers(rng, (5, 40), pair[0]), numbers(rng, (40, 30), pair[1])
    packed = pbl.pack_b(b)
    for c_dtype in (results(pair)[0], I32 if pair[0].kind in "iu" else F32):
        c = rng.integers(-4, 5, (5, 30)).astype(c_dtype)
        assert_same(pbl.gemm(a, packed, alpha=2, beta=3, c=c), pbl.gemm(a, b, alpha=2, beta=3, c=c))
        out = c.copy()
        assert pbl.gemm(a, packed, beta=-1, out=out) is out
        assert_same(out, exact(a, b, c_dtype, 1, -1, c))


def test_one_packed_b_for_signed_and_unsigned_a(every_isa, rng):
    b = numbers(rng, (130, 53), I8)
    packed = pbl.pack_b(b)
    b[...] = 0
    b_again = pbl.gemm(np.eye(130, dtype=I8), packed)
    for dtype, m in itertools.product((I8, U8, I8), (1, 7, 40)):
        a = numbers(rng, (m, 130), dtype)
        assert_same(pbl.gemm(a, packed), exact(a, b_again, I32))


ONE = {d.name: np.ones((2, 2), d) for d in (F16, BF16, I8, U8, F32, I32, np.dtype(bool))}
swapped = lambda x: x.astype(x.dtype.newbyteorder("S"))  # noqa: E731
H, B, I, U = (ONE[d.name] for d in (F16, BF16, I8, U8))  # noqa: E741
PACKED_ONE = {d.name: pbl.pack_b(ONE[d.name]) for d in (F16, BF16, I8, F32)}
PACKED_H = PACKED_ONE["float16"]

REFUSED = {
    "uint8 x uint8": (lambda: pbl.gemm(U, U), TypeError, "a and b:.*uint8"),
    "uint8 @ uint8": (lambda: pbl.matmul(U, U), TypeError, "a and b:.*uint8"),
    "uint8 x packed uint8": (lambda: pbl.gemm(U, pbl.pack_b(U)), TypeError, "a and b:.*uint8"),
    "float16 x packed uint8": (lambda: pbl.gemm(H, pbl.pack_b(U)), TypeError, "^a and b:.*float16"),
    "trans_b of packed uint8": (lambda: pbl.gemm(I, pbl.pack_b(U), trans_b="t"), ValueError, "^trans_b:.*pack_b"),
    "int16 packed": (lambda: pbl.pack_b(U.astype("i2")), TypeError, "^b.*int16"),
    "float16 x bool": (lambda: pbl.gemm(H, ONE["bool"]), TypeError, "^a and b:.*float16.*b is bool"),
    "float16 x int8": (
        lambda: pbl.gemm(H, I), TypeError, "^a and b: .*no routine for float16 and int8 .*a is float16, b is int8"),
    "bfloat16 x int8": (
        lambda: pbl.gemm(B, I), TypeError, "^a and b: .*no routine for bfloat16 and int8 .*a is bfloat16, b is int8"),
    "int8 x packed float16": (lambda: pbl.gemm(I, PACKED_H), TypeError, "^a:.*int8.*float16"),
    "a vector of float16": (lambda: pbl.nrm2(H[0]), TypeError, "^x: no BLAS computes in float16"),
    "bool x int8": (lambda: pbl.gemm(ONE["bool"], I), TypeError, "^a and b:.*a is bool, b is int8"),
    "bfloat16 x float16": (lambda: pbl.gemm(B, H), TypeError, "^a and b:.*a is bfloat16, b is float16"),
    "bfloat16 @ float16": (lambda: pbl.matmul(B, H), TypeError, "^a and b:.*a is bfloat16, b is float16"),
    "float16 @ int8": (lambda: pbl.matmul(H, I), TypeError, "^a and b:.*a is float16, b is int8"),
    "bfloat16 x int32": (lambda: pbl.gemm(B, ONE["int32"]), TypeError, "^a and b:.*a is bfloat16, b is int32"),
    "int32 x int8": (lambda: pbl.gemm(ONE["int32"], I), TypeError, "^a and b:.*a is int32"),
    "float16 x packed bfloat16": (lambda: pbl.gemm(H, PACKED_ONE["bfloat16"]), TypeError, "^a:.*float16.*bfloat16"),
    "float32 x packed float16": (lambda: pbl.gemm(ONE["float32"], PACKED_H), TypeError, "^a:.*float32.*float16"),
    "float16 x packed int8": (lambda: pbl.gemm(H, PACKED_ONE["int8"]), TypeError, "^a:.*float16.*int8"),
    "strings x float16": (lambda: pbl.gemm(H.astype(str), H), TypeError, "^a:.*<U"),
    "alpha of integers": (lambda: pbl.gemm(I, I, alpha=0.5), TypeError, "^alpha:.*0.5"),
    "alpha beyond int32": (lambda: pbl.gemm(I, I, alpha=2**31), TypeError, "^alpha:.*2147483648"),
    "alpha NaN of integers": (lambda: pbl.gemm(I, I, alpha=np.nan), TypeError, "^alpha:.*nan"),
    "alpha infinite of integers": (lambda: pbl.gemm(I, I, alpha=np.inf), TypeError, "^alpha:.*inf"),
    "alpha complex": (lambda: pbl.gemm(H, H, alpha=1j), TypeError, "^alpha:.*1j"),
    "alpha a string": (lambda: pbl.gemm(I, I, alpha="1"), TypeError, "^alpha:.*'1'"),
    "beta of integers": (lambda: pbl.gemm(I, I, beta=0.5, c=ONE["int32"]), TypeError, "^beta:.*0.5"),
    "beta and a float result": (
        lambda: pbl.gemm(I, I, beta=1, out=ONE["float32"].copy()), ValueError, "^beta:.*float32"),
    "beta and an epilogue": (lambda: pbl.gemm(I, I, beta=1, c=I, activation="relu"), ValueError, "^beta:.*float32"),
    "beta of nothing": (lambda: pbl.gemm(H, H, beta=2.5), ValueError, "^beta:.*2.5.*c nor out"),
    "float16 into float64": (
        lambda: pbl.gemm(H, H, out=np.ones((2, 2))), TypeError, "^out:.*float64.*float16.*float32"),
    "float16 into bfloat16": (lambda: pbl.gemm(H, H, out=B.copy()), TypeError, "^out:.*bfloat16.*float16"),
    "int8 into swapped bfloat16": (lambda: pbl.gemm(I, I, out=swapped(B)), TypeError, "^out:.*expected int32 or"),
    "float16 into swapped float16": (
        lambda: pbl.gemm(H, H, out=swapped(H)), TypeError, "^out:.*>f2.*float16"),
    "float16 into int32": (lambda: pbl.gemm(H, H, out=ONE["int32"].copy()), TypeError, "^out:.*int32"),
    "int8 into int8": (lambda: pbl.gemm(I, I, out=I.copy()), TypeError, "^out:.*int8.*int32"),
    "int8 into int64": (lambda: pbl.gemm(I, I, out=np.ones((2, 2), int)), TypeError, "^out:.*int64.*int32"),
    "out of another shape": (lambda: pbl.gemm(H, H, out=np.ones((2, 3), F16)), ValueError, r"^out:.*\(2, 3\)"),
    "out a list": (lambda: pbl.gemm(I, I, out=[[0, 0], [0, 0]]), TypeError, "^out:.*list"),
    "c of another shape": (lambda: pbl.gemm(H, H, beta=1, c=np.ones((3, 2), F16)), ValueError, r"^c:.*\(3, 2\)"),
    "c of strings": (lambda: pbl.gemm(H, H, beta=1, c=H.astype(str)), TypeError, "^c:.*<U"),
    "c too wide for the packed": (
        lambda: pbl.gemm(H, PACKED_H, beta=1, c=np.ones((2, 2))), TypeError, "^c:.*float64"),
    "c complex with the packed": (
        lambda: pbl.gemm(H, PACKED_H, beta=1, c=np.ones((2, 2), "c8")), TypeError, "^c:.*complex64"),
    "c of strings with the packed": (
        lambda: pbl.gemm(H, PACKED_H, beta=1, c=np.full((2, 2), "1")), TypeError, "^c:.*<U"),
    "bfloat16 c of integers": (lambda: pbl.gemm(I, I, beta=1, c=B), TypeError, "^(a and b and )?c:.*bfloat16"),
    "float16 c of integers": (lambda: pbl.gemm(I, I, beta=1, c=H), TypeError, "^(a and b and )?c:.*float16"),
    "inner sizes": (lambda: pbl.gemm(np.ones((2, 3), I8), I), ValueError, r"^b:.*\(2, 2\)"),
    "inner sizes with the packed": (lambda: pbl.gemm(np.ones((2, 3), F16), PACKED_H), ValueError, r"^b:.*\(2, 2\)"),
    "trans_b with the packed": (lambda: pbl.gemm(H, PACKED_H, trans_b="t"), ValueError, "^trans_b:.*pack_b"),
    "trans_a": (lambda: pbl.gemm(I, I, trans_a="x"), ValueError, "^trans_a:.*'x'"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    call, exception, words = REFUSED[case]
    with pytest.raises(exception, match=words):
        call()


@each([(F16, F32), (BF16, F32), (F16, I32), (I8, F32), (U8, np.dtype("f8"))])
def test_pairs_that_numpy_promotes(pair, rng):
    a, b = numbers(rng, (5, 7), pair[0]), numbers(rng, (7, 6), pair[1])
    expected = (a.astype("f8") @ b.astype("f8")).astype(np.result_type(*pair))
    assert_same(pbl.gemm(a, b), expected)
    assert_same(pbl.gemm(b.T, a.T), expected.T)
    assert_same(pbl.matmul(a, b), expected)


@each([(F16, F16), (BF16, BF16), (BF16, F32), (F16, np.dtype("f8"))])
def test_swapped_bytes(pair, rng):
    """Numbers in the other byte order are the numbers that they are, wherever they are given."""
    a, b = numbers(rng, (5, 7), pair[0]), numbers(rng, (7, 6), pair[1])
    expected = pbl.gemm(a, b)
    for x, y in ((swapped(a), b), (a, swapped(b)), (swapped(a), swapped(b))):
        assert_same(pbl.gemm(x, y), expected)
        assert_same(pbl.matmul(x, y), expected)
        assert_same(pbl.gemm(x, y, scale=swapped(np.ones(6, F32)), bias=swapped(np.zeros(6, BF16))), expected)
        assert_same(pbl.gemm(x, y, c=swapped(expected), beta=-1), np.zeros_like(expected))
    if pair[0] == pair[1]:
        assert_same(pbl.gemm(a, pbl.pack_b(swapped(b))), expected)


@each_pair
@pytest.mark.parametrize("layout", LAYOUTS)
def test_matmul_of_stacks(pair, layout, rng):
    dtype = results(pair)[0]
    shapes = (((4, 5), (5, 6)), ((3, 4, 5), (5, 6)), ((4, 5), (2, 5, 6)), ((3, 4, 9), (3, 9, 6)),
              ((2, 1, 4, 5), (3, 5, 6)), ((0, 4, 5), (5, 6)), ((2, 4, 0), (0, 6)))  # fmt: skip
    for shape_a, shape_b in shapes:
        a, b = numbers(rng, shape_a, pair[0]), numbers(rng, shape_b, pair[1])
        expected = exact(a, b, dtype)
        assert_same(pbl.matmul(lay_out(a, layout), lay_out(b, layout)), expected)
        out = zeros(expected.shape, dtype, layout)
        assert pbl.matmul(a, b, out=out) is out
        assert_same(out, expected)


@each_pair
def test_matmul_of_vectors(pair, every_isa, rng):
    dtype = results(pair)[0]
    for shape_a, shape_b in (((9,), (9,)), ((9,), (9, 6)), ((4, 9), (9,)), ((9,), (3, 9, 6)), ((3, 4, 9), (9,))):
        a, b = numbers(rng, shape_a, pair[0]), numbers(rng, shape_b, pair[1])
        expected = np.asarray(exact(a, b, dtype))
        got = pbl.matmul(a, b)
        assert got.shape == expected.shape
        assert_same(np.asarray(got), expected)
        assert_same(np.asarray(pbl.matmul(a[::-1].copy()[::-1], b, out=np.empty(expected.shape, dtype))), expected)


@each_pair
def test_no_memory(pair):
    """MemoryError leaves out as it was, and the next call succeeds."""
    a, b = np.ones((300, 300), pair[0]), np.ones((300, 300), pair[1])
    for dtype in results(pair):
        beta = 0 if pair[0].kind in "iu" and dtype != I32 else 1
        out = np.full((300, 300), 7, dtype)
        pbl.lib.pbl_release_workspace()
        pbl.lib.pbl_test_fail_allocation(1)
        with pytest.raises(MemoryError, match="unchanged"):
            pbl.gemm(a, b, beta=beta, out=out)
        assert_same(out, np.full((300, 300), 7, dtype))
        assert_same(pbl.gemm(a, b, beta=beta, out=out), exact(a, b, dtype, 1, beta, np.full((300, 300), 7, dtype)))


@each([pair for pair in PAIRS if pair[1] != U8])
def test_no_memory_for_the_packed(pair):
    pbl.lib.pbl_test_fail_allocation(1)
    with pytest.raises(MemoryError):
        pbl.pack_b(np.ones((90, 90), pair[1]))
    assert_same(pbl.gemm(np.ones((1, 90), pair[0]), pbl.pack_b(np.ones((90, 1), pair[1]))),
                np.full((1, 1), 90, results(pair)[0]))  # fmt: skip


def test_what_the_sums_can_hold_may_be_added():
    """c of float16 to products of bfloat16, which numpy has no common dtype for; matmul gives what gemm can."""
    got = pbl.gemm(B, B, beta=1, c=H)
    assert got.dtype == np.float32
    out = np.empty(H.shape, np.float32)
    assert pbl.matmul(H, H, out=out) is out
    assert_same(out, exact(H, H, np.float32))


@each_pair
def test_the_activation_none_is_none(pair, rng):
    """Not even an epilogue, of which integers would become floats."""
    a, b = numbers(rng, (5, 9), pair[0]), numbers(rng, (9, 7), pair[1])
    for x in (b, pbl.pack_b(b)):
        for ends in ({}, {"bias": np.arange(7.0)}, {"scale": np.float32(3), "alpha": 2}):
            expected = pbl.gemm(a, x, activation=None, **ends)
            got = pbl.gemm(a, x, activation="none", **ends)
            assert got.dtype == expected.dtype
            assert_same(got, expected)
