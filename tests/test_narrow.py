# SPDX-License-Identifier: MIT
"""float16, bfloat16, int8 and uint8: exact where that can be, within the bound where not, the same bits everywhere."""

import itertools
import math

import numpy as np
import pytest
from conftest import AWKWARD, LAYOUTS, OPS, THREADS, bits, floats, op
from hypothesis import given, settings
from hypothesis import strategies as st
from narrow import (
    BF16,
    DEPTHS,
    F16,
    F32,
    I8,
    I32,
    ISAS,
    PAIRS,
    assert_same,
    each_float,
    each_integer,
    each_pair,
    exact,
    lay_out,
    narrow_bits,
    numbers,
    results,
    zeros,
)

import pyblaslite as pbl


@st.composite
def narrow_products(draw):
    """Arguments of gemm, and the dtype of the result."""
    pick = lambda values: draw(st.sampled_from(list(values)))  # noqa: E731
    pair, m, n, k = pick(PAIRS), pick(AWKWARD), pick(AWKWARD), pick((*DEPTHS, 2049, 4100))
    dtype, trans_a, trans_b = pick(results(pair)), pick(OPS), pick(OPS)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    a, b = numbers(rng, (m, k), pair[0]), numbers(rng, (k, n), pair[1])
    return dtype, {
        "a": lay_out(op(a, trans_a), pick(LAYOUTS)), "b": lay_out(op(b, trans_b), pick(LAYOUTS)),
        "trans_a": trans_a, "trans_b": trans_b, "out": zeros((m, n), dtype, pick(LAYOUTS)),
    }  # fmt: skip


@settings(max_examples=200)
@given(narrow_products(), st.sampled_from(ISAS), st.sampled_from(THREADS))
def test_any_product(given_product, isa, threads):
    dtype, arguments = given_product
    expected = exact(op(arguments["a"], arguments["trans_a"]), op(arguments["b"], arguments["trans_b"]), dtype)
    pbl.set_isa(isa)
    with pbl.threads(threads):
        assert pbl.gemm(**arguments) is arguments["out"]
    assert_same(arguments["out"], expected)


@each_pair
def test_awkward_sizes(pair, every_isa, rng):
    sizes = (0, 1, 2, 3, 5, 7, 8, 9, 17, 33, 49, 97)
    a, b = numbers(rng, (97, 130), pair[0]), numbers(rng, (130, 97), pair[1])
    for k in DEPTHS:
        whole = exact(a[:, :k], b[:k], results(pair)[0])
        for m, n in itertools.product(sizes, sizes):
            assert_same(pbl.gemm(a[:m, :k], b[:k, :n]), whole[:m, :n])


@each_pair
@pytest.mark.parametrize("shape", [(5, 17, 33), (49, 97, 130)], ids=str)
def test_ops_and_layouts(pair, shape, every_isa, rng):
    m, n, k = shape
    a, b = numbers(rng, (m, k), pair[0]), numbers(rng, (k, n), pair[1])
    expected = exact(a, b, results(pair)[0])
    for trans_a, trans_b, layout in itertools.product(OPS, OPS, LAYOUTS):
        ops = {"trans_a": trans_a, "trans_b": trans_b}
        assert_same(pbl.gemm(lay_out(op(a, trans_a), layout), op(b, trans_b), **ops), expected)
        assert_same(pbl.gemm(op(a, trans_a), lay_out(op(b, trans_b), layout), **ops), expected)


@each_pair
@pytest.mark.parametrize("layout", LAYOUTS)
def test_results_of_each_dtype(pair, layout, every_isa, rng):
    for m, n, k in ((1, 1, 1), (3, 50, 20), (33, 49, 70)):
        a, b = numbers(rng, (m, k), pair[0]), numbers(rng, (k, n), pair[1])
        for dtype in results(pair):
            out = zeros((m, n), dtype, layout)
            assert pbl.gemm(a, b, out=out) is out
            assert_same(out, exact(a, b, dtype))


@each_pair
@pytest.mark.parametrize("k", [1537, 2048, 4097, 8195])
def test_more_than_one_block_of_k(pair, k, every_vector_isa, rng):
    for m, n in ((1, 1), (3, 70), (20, 16), (65, 33)):
        a, b = numbers(rng, (m, k), pair[0]), numbers(rng, (k, n), pair[1])
        for threads in (1, 3):
            with pbl.threads(threads):
                for dtype in results(pair):
                    assert_same(pbl.gemm(a, b, out=np.empty((m, n), dtype)), exact(a, b, dtype))


@each_pair
def test_large_products(pair, every_isa, rng):
    a, b = numbers(rng, (300, 310), pair[0]), numbers(rng, (310, 290), pair[1])
    expected = exact(a, b, results(pair)[0])
    for threads in THREADS:
        with pbl.threads(threads):
            assert_same(pbl.gemm(a, b), expected)


@each_integer
def test_no_sum_saturates(pair, every_isa):
    """Every pair of 8-bit values, alone and as a long run of the same."""
    a, b = (np.arange(256).astype(dtype) for dtype in pair)
    assert_same(pbl.gemm(a[:, None], b[None, :]), exact(a[:, None], b[None, :], I32))
    ends = [np.array([np.iinfo(dtype).min, np.iinfo(dtype).max], dtype) for dtype in pair]
    for k in (2, 4, 7, 64, 130):
        a, b = np.repeat(ends[0][:, None], k, 1), np.repeat(ends[1][None, :], k, 0)
        assert_same(pbl.gemm(a, b), exact(a, b, I32))


@each_integer
def test_sums_wrap_around(pair, every_isa):
    k = 140_001
    a, b = (np.array([np.iinfo(d).min, np.iinfo(d).max, 1], d) for d in pair)
    a, b = np.repeat(a[:, None], k, 1), np.repeat(b[None, :], k, 0)
    sums = a.astype("i8")[:, :1] * b.astype("i8")[:1] * k
    assert np.abs(sums).max() > 2**31
    for threads in (1, 2):
        with pbl.threads(threads):
            assert_same(pbl.gemm(a, b), sums.astype(I32))
    assert_same(pbl.gemm(a, b, alpha=3, beta=-5, c=np.full((3, 3), 2**31 - 1, I32)),
                (3 * sums - 5 * (2**31 - 1)).astype(I32))  # fmt: skip


@each_float
@pytest.mark.parametrize("size", [2.0**-12, 1.0, 2.0**7])
def test_error_bound(dtype, size, every_isa, rng):
    """Higham's, for sums in float32; and the default result is that, rounded once."""
    for m, n, k in ((1, 1, 9), (4, 70, 33), (50, 61, 130), (20, 16, 5000), (130, 140, 150)):
        a, b = ((floats(rng, shape, F32) * size).astype(dtype) for shape in ((m, k), (k, n)))
        wide_a, wide_b = a.astype("f8"), b.astype("f8")
        sums = pbl.gemm(a, b, out=np.empty((m, n), F32))
        assert (np.abs(sums - wide_a @ wide_b) <= k * 2.0**-24 * (np.abs(wide_a) @ np.abs(wide_b))).all()
        with np.errstate(over="ignore"):
            assert_same(pbl.gemm(a, b), sums.astype(dtype))


@each_float
def test_every_rounding(dtype, every_isa):
    """Halfway cases, overflow and subnormal results, against numpy's and ml_dtypes' conversion."""
    a = np.arange(2**16, dtype=np.uint16).view(dtype)
    with np.errstate(invalid="ignore"):
        size = np.abs(a.astype(F32))
    a = a[(size == 0) | (np.isfinite(size) & (size >= np.finfo(F32).tiny))]
    b = np.array([[1, 1.5, 1.0078125, 0.34375, -3]], dtype)
    with np.errstate(over="ignore"):
        expected = (a.astype("f8")[:, None] * b.astype("f8")).astype(F32)
        normal = (expected == 0) | (np.abs(expected) >= np.finfo(F32).tiny)
        for got in (pbl.gemm(a[:, None], b), pbl.gemm(b.T, a[None]).T):
            assert_same(got[normal], expected.astype(dtype)[normal])


@each_float
@pytest.mark.parametrize("shape", [(1, 1, 8), (3, 70, 20), (33, 49, 130), (90, 99, 40), (20, 16, 4500)], ids=str)
def test_nan_and_infinity(dtype, shape, every_isa, rng):
    m, n, k = shape
    a, b = numbers(rng, (m, k), dtype), numbers(rng, (k, n), dtype)
    for x in (a, b):
        for value in (np.nan, np.inf, -np.inf):
            x[rng.integers(0, x.shape[0]), rng.integers(0, x.shape[1])] = value
    with np.errstate(invalid="ignore"):
        assert_same(pbl.gemm(a, b), exact(a, b, dtype))
        assert_same(pbl.gemm(a, b, out=np.empty((m, n), F32)), exact(a, b, F32))


def test_subnormal_float16_is_exact(every_isa, rng):
    for m, n, k in ((1, 1, 8), (3, 70, 20), (33, 49, 130)):
        tiny_a, tiny_b = (rng.integers(-1023, 1024, shape) * 2.0**-24 for shape in ((m, k), (k, n)))
        a, b, small = tiny_a.astype(F16), tiny_b.astype(F16), numbers(rng, (k, n), F16)
        assert_same(a.astype("f8"), tiny_a)
        for right in (small, b[:, :1] * 0 + F16.type(2.0**-24)):
            assert_same(pbl.gemm(a, right, out=np.empty((m, right.shape[1]), F32)), exact(a, right, F32))
            assert_same(pbl.gemm(a, right), exact(a, right, F16))


def test_subnormal_bfloat16_is_zero(every_isa, rng):
    for m, n, k in ((1, 1, 8), (3, 70, 20), (33, 49, 130), (20, 16, 4500)):
        a, b = numbers(rng, (m, k), BF16), numbers(rng, (k, n), BF16)
        zero_a, zero_b = a.copy(), b.copy()
        for x, zero in ((a, zero_a), (b, zero_b)):
            chosen = rng.random(x.shape) < 0.3
            x[chosen] = (rng.integers(-127, 128, chosen.sum()) * 2.0**-133).astype(BF16)
            zero[chosen] = 0
        assert_same(pbl.gemm(a, b), exact(zero_a, zero_b, BF16))
    huge, least = np.full((1, 1), 2.0**127, BF16), np.full((1, 1), 2.0**-126 - 2.0**-133, BF16)
    assert pbl.gemm(huge, least) == pbl.gemm(least, huge) == pbl.gemm(pbl.gemm(least, least), huge) == 0


BITS = [(1, 300, 700), (7, 19, 40), (20, 16, 4500), (9, 50, 4100), (61, 97, 150), (130, 90, 2100)]


@pytest.fixture(params=BITS, ids=str)
def shape(request):
    return request.param


def hard(rng, shape, dtype):
    """Numbers of different sizes: each rounding matters."""
    return (floats(rng, shape, F32) * 2.0 ** rng.integers(-5, 4, shape)).astype(dtype)


@each_float
def test_same_bits(dtype, shape, rng):
    """Of isa, threads, layouts, ops and the packed b."""
    m, n, k = shape
    a, b, c = hard(rng, (m, k), dtype), hard(rng, (k, n), dtype), hard(rng, (m, n), F32)
    found = set()
    of_one_order = [isa for isa in ISAS if dtype != BF16 or isa != "amx"]
    for isa, threads in itertools.product(of_one_order, THREADS):
        pbl.set_isa(isa)
        with pbl.threads(threads):
            found.add(bits(pbl.gemm(a, b, alpha=0.7, beta=-1.3, c=c)))
            found.add(bits(pbl.gemm(a, pbl.pack_b(b), alpha=0.7, beta=-1.3, out=c.copy())))
    for layout in LAYOUTS:
        x, y, out = lay_out(a.T, layout), lay_out(b, layout), lay_out(c, layout)
        found.add(bits(pbl.gemm(x, y, trans_a="t", alpha=0.7, beta=-1.3, c=c, out=out)))
        found.add(bits(pbl.gemm(a, lay_out(b.T, layout), trans_b="c", alpha=0.7, beta=-1.3, out=lay_out(c, layout))))
    found.add(bits(pbl.gemm(b.T, a.T, alpha=0.7, beta=-1.3, c=c.T).T))
    assert len(found) == 1
    other_order = pbl.gemm(a[:, ::-1], b[::-1], alpha=0.7, beta=-1.3, c=c)
    assert bits(other_order) not in found


@pytest.mark.skipif("amx" not in ISAS, reason="this CPU has no AMX")
@pytest.mark.parametrize("k", (1, 2, 31, 32, 33, 100, 2048, 2049, 4500))
def test_the_order_of_amx(k, rng):
    """Of every 32 products, the even ones are summed, and the odd ones, then both: as Intel's manual has it."""
    a, b = hard(rng, (35, k), BF16), hard(rng, (k, 50), BF16)
    pbl.set_isa("amx")
    x, y = np.zeros((35, k + k % 2), F32), np.zeros((k + k % 2, 50), F32)
    x[:, :k], y[:k] = a, b
    depth = 32 * math.ceil(math.ceil(k / math.ceil(k / 2048)) / 32)
    blocks = []
    for start in range(0, k, depth):
        block = np.zeros((35, 50), F32)
        for first in range(start, min(start + depth, k), 32):
            even, odd = np.zeros((2, 35, 50), F32)
            for p in range(first, min(first + 32, start + depth, k), 2):
                even, odd = even + x[:, p : p + 1] * y[p], odd + x[:, p + 1 : p + 2] * y[p + 1]
            block = block + (even + odd)
        blocks.append(block)
    expected = sum(blocks[1:], start=blocks[0])
    for threads in THREADS:
        with pbl.threads(threads):
            for layout in LAYOUTS:
                assert_same(pbl.gemm(lay_out(a, layout), lay_out(b, layout), out=np.empty((35, 50), F32)), expected)


@each_float
def test_rows_and_columns_alone(dtype, shape, every_isa, rng):
    m, n, k = shape
    a, b = hard(rng, (m, k), dtype), hard(rng, (k, n), dtype)
    whole = pbl.gemm(a, b)
    for i in {0, m // 2, m - 1}:
        assert narrow_bits(pbl.gemm(a[i : i + 1], b)) == narrow_bits(whole[i : i + 1])
    for start, end in {(0, 1), (n - 1, n), (n // 3, n // 2 + 1), (0, min(n, 5))}:
        assert narrow_bits(pbl.gemm(a, b[:, start:end])) == narrow_bits(whole[:, start:end])


@each_float
def test_alpha_beta_and_c(dtype, every_isa, rng):
    """The result is as wide as the widest of a, b and c; beta without c multiplies what out holds."""
    for m, n, k in ((1, 9, 5), (33, 49, 70), (20, 16, 4200)):
        a, b = numbers(rng, (m, k), dtype), numbers(rng, (k, n), dtype)
        for c_dtype in (dtype, F32):
            c = numbers(rng, (m, n), c_dtype)
            before = c.copy()
            assert_same(pbl.gemm(a, b, alpha=-2.5, beta=3, c=c), exact(a, b, c_dtype, -2.5, 3, c))
            assert_same(pbl.gemm(a, b, beta=-1, c=c, out=c.copy()), exact(a, b, c_dtype, 1, -1, c))
            assert_same(c, before)
            for layout in LAYOUTS:
                out = lay_out(c, layout)
                assert pbl.gemm(a, b, alpha=2, beta=-0.5, out=out) is out
                assert_same(out, exact(a, b, c_dtype, 2, -0.5, c))
        other = np.empty((m, n), dtype)
        assert_same(pbl.gemm(a, b, beta=2, c=c, out=other), exact(a, b, dtype, 1, 2, c))


@each_float
def test_c_of_other_dtypes(dtype, rng):
    """c that float32 cannot hold widens the product, as numpy's promotion has it."""
    a, b = numbers(rng, (5, 7), dtype), numbers(rng, (7, 6), dtype)
    wider = ((I8, dtype), (np.bool_, dtype), ("f8", "f8"), ("c16", "c16"), *(((I32, "f8"),) if dtype == F16 else ()))
    for c_dtype, expected in wider:
        c = rng.integers(0, 2, (5, 6)).astype(c_dtype)
        wide = a.astype("f8") @ b.astype("f8") + 2 * c
        assert_same(pbl.gemm(a, b, beta=2, c=c), wide.astype(expected))


@each_float
def test_a_float64_c_is_rounded_once(dtype):
    one = np.ones((1, 1), dtype)
    assert_same(pbl.gemm(one, one, beta=1, c=np.full((1, 1), 1e-12)), np.full((1, 1), 1 + 1e-12))


@each_integer
def test_integers_alpha_beta_and_c(pair, every_isa, rng):
    for m, n, k in ((1, 9, 5), (33, 49, 70), (20, 16, 4200)):
        a, b, c = numbers(rng, (m, k), pair[0]), numbers(rng, (k, n), pair[1]), rng.integers(-99, 99, (m, n))
        for c_dtype in (I32, I8):
            c = c.astype(c_dtype)
            for alpha, beta in ((1, 1), (-3, 2), (0, -1), (2.0, np.int64(5)), (2**31 - 1, -(2**31))):
                expected = exact(a, b, I32, 1, 0).astype("i8") * int(alpha) + int(beta) * c.astype("i8")
                assert_same(pbl.gemm(a, b, alpha=alpha, beta=beta, c=c), expected.astype(I32))
        for layout in ("C", "F"):
            out = LAYOUTS[layout](c.astype(I32))
            assert pbl.gemm(a, b, alpha=2, beta=-7, out=out) is out
            assert_same(out, exact(a, b, I32, 2, -7, c))


@each_float
def test_what_is_not_needed_is_not_read(dtype, every_isa):
    nan_a, nan_b, c = np.full((9, 33), np.nan, dtype), np.full((33, 20), np.nan, dtype), np.full((9, 20), 2, F32)
    assert_same(pbl.gemm(nan_a, nan_b, alpha=0), np.zeros((9, 20), dtype))
    assert_same(pbl.gemm(nan_a, nan_b, alpha=0, beta=3, c=c), 3 * c)
    assert_same(pbl.gemm(nan_a, pbl.pack_b(nan_b), alpha=0, beta=3, out=c.copy()), 3 * c)
    a, b = np.ones((9, 33), dtype), np.ones((33, 20), dtype)
    for out in (np.full((9, 20), np.nan, dtype), np.full((9, 20), np.nan, F32)):
        expected = np.full((9, 20), 33, out.dtype)
        assert_same(pbl.gemm(a, b, beta=0, c=out), expected)
        assert_same(pbl.gemm(a, b, out=out), expected)


@each_pair
def test_no_k(pair, every_isa):
    a, b = np.ones((9, 0), pair[0]), np.ones((0, 20), pair[1])
    for dtype in results(pair):
        assert_same(pbl.gemm(a, b, out=np.full((9, 20), 5, dtype)), np.zeros((9, 20), dtype))
    c = np.full((9, 20), 4, I32 if pair[0].kind in "iu" else F32)
    assert_same(pbl.gemm(a, b, beta=-3, c=c), -3 * c)
    assert_same(pbl.gemm(a, b, alpha=0, beta=-3, out=c.copy()), -3 * c)
