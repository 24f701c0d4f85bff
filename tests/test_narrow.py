# SPDX-License-Identifier: MIT
"""float16, bfloat16, int8 and uint8: exact where that can be, within the bound where not, the same bits everywhere."""

import itertools
import math

import ml_dtypes
import numpy as np
import pytest
from conftest import AWKWARD, LAYOUTS, OPS, THREADS, bits, floats, op
from conftest import assert_same as assert_same_wide
from hypothesis import given, settings
from hypothesis import strategies as st

import pyblaslite as pbl

ISAS = pbl.isas()

F16, BF16, I8, U8 = (np.dtype(d) for d in (np.float16, ml_dtypes.bfloat16, np.int8, np.uint8))
F32, I32 = np.dtype(np.float32), np.dtype(np.int32)
FLOATS = (F16, BF16)
PAIRS = ((F16, F16), (BF16, BF16), (I8, I8), (U8, I8), (I8, U8))
PACKABLE = tuple(pair for pair in PAIRS if pair[1] != U8)
NAN_BYTE = ml_dtypes.float8_e5m2  # lets LAYOUTS surround single bytes
DEPTHS = (*range(10), 33, 130)

INTEGERS = tuple(pair for pair in PAIRS if pair[0].kind in "iu")


def each(pairs):
    return pytest.mark.parametrize("pair", pairs, ids=lambda pair: f"{pair[0]}-{pair[1]}")


each_pair, each_packable, each_integer = each(PAIRS), each(PACKABLE), each(INTEGERS)
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


@settings(max_examples=400)
@given(narrow_products(), st.sampled_from(ISAS), st.sampled_from(THREADS))
def test_any_product(given_product, isa, threads):
    dtype, arguments = given_product
    expected = exact(op(arguments["a"], arguments["trans_a"]), op(arguments["b"], arguments["trans_b"]), dtype)
    pbl.set_isa(isa)
    with pbl.threads(threads):
        assert pbl.gemm(**arguments) is arguments["out"]
    assert_same(arguments["out"], expected)


@each_pair
def test_awkward_sizes(pair, isa, rng):
    sizes = (0, 1, 2, 3, 5, 7, 8, 9, 17, 33, 49, 97)
    a, b = numbers(rng, (97, 130), pair[0]), numbers(rng, (130, 97), pair[1])
    for k in DEPTHS:
        whole = exact(a[:, :k], b[:k], results(pair)[0])
        for m, n in itertools.product(sizes, sizes):
            assert_same(pbl.gemm(a[:m, :k], b[:k, :n]), whole[:m, :n])


@each_pair
@pytest.mark.parametrize("shape", [(5, 17, 33), (49, 97, 130)], ids=str)
def test_ops_and_layouts(pair, shape, isa, rng):
    m, n, k = shape
    a, b = numbers(rng, (m, k), pair[0]), numbers(rng, (k, n), pair[1])
    expected = exact(a, b, results(pair)[0])
    for trans_a, trans_b, layout in itertools.product(OPS, OPS, LAYOUTS):
        ops = {"trans_a": trans_a, "trans_b": trans_b}
        assert_same(pbl.gemm(lay_out(op(a, trans_a), layout), op(b, trans_b), **ops), expected)
        assert_same(pbl.gemm(op(a, trans_a), lay_out(op(b, trans_b), layout), **ops), expected)


@each_pair
@pytest.mark.parametrize("layout", LAYOUTS)
def test_results_of_each_dtype(pair, layout, isa, rng):
    for m, n, k in ((1, 1, 1), (3, 50, 20), (33, 49, 70)):
        a, b = numbers(rng, (m, k), pair[0]), numbers(rng, (k, n), pair[1])
        for dtype in results(pair):
            out = zeros((m, n), dtype, layout)
            assert pbl.gemm(a, b, out=out) is out
            assert_same(out, exact(a, b, dtype))


@each_pair
@pytest.mark.parametrize("k", [1537, 2048, 2049, 4096, 4097, 8195])
def test_more_than_one_block_of_k(pair, k, isa, rng):
    for m, n in ((1, 1), (3, 70), (20, 16), (65, 33)):
        a, b = numbers(rng, (m, k), pair[0]), numbers(rng, (k, n), pair[1])
        for threads in (1, 3):
            with pbl.threads(threads):
                for dtype in results(pair):
                    assert_same(pbl.gemm(a, b, out=np.empty((m, n), dtype)), exact(a, b, dtype))


@each_pair
def test_large_products(pair, isa, rng):
    a, b = numbers(rng, (300, 310), pair[0]), numbers(rng, (310, 290), pair[1])
    expected = exact(a, b, results(pair)[0])
    for threads in THREADS:
        with pbl.threads(threads):
            assert_same(pbl.gemm(a, b), expected)


@each_integer
def test_no_sum_saturates(pair, isa):
    """Every pair of 8-bit values, alone and as a long run of the same."""
    a, b = (np.arange(256).astype(dtype) for dtype in pair)
    assert_same(pbl.gemm(a[:, None], b[None, :]), exact(a[:, None], b[None, :], I32))
    ends = [np.array([np.iinfo(dtype).min, np.iinfo(dtype).max], dtype) for dtype in pair]
    for k in (2, 4, 7, 64, 130):
        a, b = np.repeat(ends[0][:, None], k, 1), np.repeat(ends[1][None, :], k, 0)
        assert_same(pbl.gemm(a, b), exact(a, b, I32))


@each_integer
def test_sums_wrap_around(pair, isa):
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
def test_error_bound(dtype, size, isa, rng):
    """Higham's, for sums in float32; and the default result is that, rounded once."""
    for m, n, k in ((1, 1, 9), (4, 70, 33), (50, 61, 130), (20, 16, 5000), (130, 140, 150)):
        a, b = ((floats(rng, shape, F32) * size).astype(dtype) for shape in ((m, k), (k, n)))
        wide_a, wide_b = a.astype("f8"), b.astype("f8")
        sums = pbl.gemm(a, b, out=np.empty((m, n), F32))
        assert (np.abs(sums - wide_a @ wide_b) <= k * 2.0**-24 * (np.abs(wide_a) @ np.abs(wide_b))).all()
        with np.errstate(over="ignore"):
            assert_same(pbl.gemm(a, b), sums.astype(dtype))


@each_float
def test_every_rounding(dtype, isa):
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
def test_nan_and_infinity(dtype, shape, isa, rng):
    m, n, k = shape
    a, b = numbers(rng, (m, k), dtype), numbers(rng, (k, n), dtype)
    for x in (a, b):
        for value in (np.nan, np.inf, -np.inf):
            x[rng.integers(0, x.shape[0]), rng.integers(0, x.shape[1])] = value
    with np.errstate(invalid="ignore"):
        assert_same(pbl.gemm(a, b), exact(a, b, dtype))
        assert_same(pbl.gemm(a, b, out=np.empty((m, n), F32)), exact(a, b, F32))


def test_subnormal_float16_is_exact(isa, rng):
    for m, n, k in ((1, 1, 8), (3, 70, 20), (33, 49, 130)):
        tiny_a, tiny_b = (rng.integers(-1023, 1024, shape) * 2.0**-24 for shape in ((m, k), (k, n)))
        a, b, small = tiny_a.astype(F16), tiny_b.astype(F16), numbers(rng, (k, n), F16)
        assert_same(a.astype("f8"), tiny_a)
        for right in (small, b[:, :1] * 0 + F16.type(2.0**-24)):
            assert_same(pbl.gemm(a, right, out=np.empty((m, right.shape[1]), F32)), exact(a, right, F32))
            assert_same(pbl.gemm(a, right), exact(a, right, F16))


def test_subnormal_bfloat16_is_zero(isa, rng):
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


@pytest.fixture(params=ISAS)
def isa(request):
    pbl.set_isa(request.param)
    return request.param


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
def test_rows_and_columns_alone(dtype, shape, isa, rng):
    m, n, k = shape
    a, b = hard(rng, (m, k), dtype), hard(rng, (k, n), dtype)
    whole = pbl.gemm(a, b)
    for i in {0, m // 2, m - 1}:
        assert narrow_bits(pbl.gemm(a[i : i + 1], b)) == narrow_bits(whole[i : i + 1])
    for start, end in {(0, 1), (n - 1, n), (n // 3, n // 2 + 1), (0, min(n, 5))}:
        assert narrow_bits(pbl.gemm(a, b[:, start:end])) == narrow_bits(whole[:, start:end])


@each_float
def test_alpha_beta_and_c(dtype, isa, rng):
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
def test_integers_alpha_beta_and_c(pair, isa, rng):
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
def test_what_is_not_needed_is_not_read(dtype, isa):
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
def test_no_k(pair, isa):
    a, b = np.ones((9, 0), pair[0]), np.ones((0, 20), pair[1])
    for dtype in results(pair):
        assert_same(pbl.gemm(a, b, out=np.full((9, 20), 5, dtype)), np.zeros((9, 20), dtype))
    c = np.full((9, 20), 4, I32 if pair[0].kind in "iu" else F32)
    assert_same(pbl.gemm(a, b, beta=-3, c=c), -3 * c)
    assert_same(pbl.gemm(a, b, alpha=0, beta=-3, out=c.copy()), -3 * c)


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


@each_packable
def test_packed(pair, isa, rng):
    b = numbers(rng, (70, 53), pair[1])
    for trans_b, layout in itertools.product(OPS, LAYOUTS):
        packed = pbl.pack_b(lay_out(op(b, trans_b), layout), trans_b=trans_b)
        assert packed.shape == (70, 53)
        assert packed.dtype == pair[1]
        for m in (0, 1, 5, 8, 17, 200):
            a = numbers(rng, (m, 70), pair[0])
            assert_same(pbl.gemm(a, packed), exact(a, b, results(pair)[0]))
            assert_same(pbl.gemm(op(a, "t"), packed, trans_a="t"), exact(a, b, results(pair)[0]))


@each_packable
def test_packed_of_any_size(pair, isa, rng):
    for n, k in itertools.product((0, 1, 2, 5, 9, 17, 33, 97), (*DEPTHS, 2049, 4100)):
        a, b = numbers(rng, (3, k), pair[0]), numbers(rng, (k, n), pair[1])
        assert_same(pbl.gemm(a, pbl.pack_b(b)), exact(a, b, results(pair)[0]))


@each_packable
def test_packed_on_another_isa(pair, rng):
    a, b = numbers(rng, (33, 70), pair[0]), numbers(rng, (70, 53), pair[1])
    for packing, running in itertools.product(ISAS, ISAS):
        pbl.set_isa(packing)
        packed = pbl.pack_b(b)
        pbl.set_isa(running)
        for dtype in results(pair):
            assert_same(pbl.gemm(a, packed, out=np.empty((33, 53), dtype)), exact(a, b, dtype))


@each_packable
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


def test_one_packed_b_for_signed_and_unsigned_a(isa, rng):
    b = numbers(rng, (130, 53), I8)
    packed = pbl.pack_b(b)
    b[...] = 0
    b_again = pbl.gemm(np.eye(130, dtype=I8), packed)
    for dtype, m in itertools.product((I8, U8, I8), (1, 7, 40)):
        a = numbers(rng, (m, 130), dtype)
        assert_same(pbl.gemm(a, packed), exact(a, b_again, I32))


ONE = {d.name: np.ones((2, 2), d) for d in (F16, BF16, I8, U8, F32, I32, np.dtype(bool))}
H, B, I, U = (ONE[d.name] for d in (F16, BF16, I8, U8))  # noqa: E741
PACKED_ONE = {d.name: pbl.pack_b(ONE[d.name]) for d in (F16, BF16, I8, F32)}
PACKED_H = PACKED_ONE["float16"]

REFUSED = {
    "uint8 x uint8": (lambda: pbl.gemm(U, U), TypeError, "a and b:.*uint8"),
    "uint8 @ uint8": (lambda: pbl.matmul(U, U), TypeError, "a and b:.*uint8"),
    "uint8 packed": (lambda: pbl.pack_b(U), TypeError, "^b:.*uint8.*int8"),
    "int16 packed": (lambda: pbl.pack_b(U.astype("i2")), TypeError, "^b.*int16"),
    "float16 x bool": (lambda: pbl.gemm(H, ONE["bool"]), TypeError, "^a and b:.*float16.*b is bool"),
    "float16 x int8": (lambda: pbl.gemm(H, I), TypeError, "^a and b:.*a is float16, b is int8"),
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
def test_matmul_of_vectors(pair, isa, rng):
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


@each_packable
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
