# SPDX-License-Identifier: MIT
"""Level 1: right answers against numpy, the same bits everywhere, and clear words for bad input."""

import numpy as np
import pytest
from conftest import DTYPES, ISAS, assert_same, bits, floats, integers
from hypothesis import given
from hypothesis import strategies as st

import pyblaslite as pbl

REAL = [d for d in DTYPES if d.kind == "f"]
LENGTHS = (0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 127, 128, 129, 255, 300, 1000, 5000, 20000, 70001)

# The same vector, laid out in every way that a stride can say.
STRIDES = {
    "contiguous": lambda x: x.copy(),
    "reversed": lambda x: x[::-1].copy()[::-1],
    "every third": lambda x: np.repeat(x, 3)[::3],
    "backwards by two": lambda x: np.repeat(x[::-1], 2)[::-2] if x.size else x.copy(),
    "off by an element": lambda x: np.concatenate([x[:1], x])[1:] if x.size else x.copy(),
}


@st.composite
def pairs(draw, values=floats):
    """Two vectors of one dtype, and a number for them."""
    dtype, n = draw(st.sampled_from(DTYPES)), draw(st.sampled_from(LENGTHS))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    x, y = (STRIDES[draw(st.sampled_from(list(STRIDES)))](values(rng, n, dtype)) for _ in "xy")
    return x, y, draw(st.sampled_from((0, 1, -2, 3, *((2 - 1j,) if dtype.kind == "c" else ()))))


def wide(x):
    return x.astype(np.promote_types(x.dtype, np.float64))


def rounding(n, dtype):
    """How much of the sum of their sizes n terms, each rounded to nearest, may be off: like steps left and right."""
    return 4 * np.sqrt(n + 1) * np.finfo(dtype).eps


@given(pairs(integers))
def test_sums_of_integers_are_exact(pair):
    x, y, _ = pair
    wx, wy = wide(x), wide(y)
    assert_same(pbl.dot(x, y), x.dtype.type(np.sum(wx * wy)))
    assert_same(pbl.dotc(x, y), x.dtype.type(np.sum(wx.conj() * wy)))
    assert_same(pbl.sum(x), x.dtype.type(wx.sum()))
    real = x.real.dtype.type
    assert_same(pbl.asum(x), real(np.abs(wx.real).sum() + np.abs(wx.imag).sum()))
    assert_same(pbl.nrm2(x), real(np.sqrt(np.sum(np.abs(wx.real) ** 2 + np.abs(wx.imag) ** 2))))


@given(pairs())
def test_sums_within_the_bound(pair):
    x, y, _ = pair
    wx, wy = wide(x), wide(y)
    bound = rounding(x.size, x.dtype) * np.sum(np.abs(wx) * np.abs(wy))
    assert abs(pbl.dot(x, y) - np.sum(wx * wy)) <= bound
    assert abs(pbl.dotc(x, y) - np.vdot(wx, wy)) <= bound
    assert abs(pbl.sum(x) - wx.sum()) <= rounding(x.size, x.dtype) * np.abs(wx).sum()
    norm = np.linalg.norm(wx)
    assert abs(pbl.nrm2(x) - norm) <= rounding(x.size, x.dtype) * norm


@given(pairs(integers), st.sampled_from((0, 1, -3)))
def test_what_is_done_element_by_element(pair, beta):
    x, y, alpha = pair
    x_before, y_before = x.copy(), y.copy()
    dtype = x.dtype.type
    assert_same(pbl.axpy(x, y, alpha=alpha), dtype(alpha) * x + y)
    assert_same(pbl.axpby(x, y, alpha=alpha, beta=beta), dtype(alpha) * x + dtype(beta) * y)
    assert_same(pbl.scal(x, alpha), dtype(alpha) * x)
    assert_same(pbl.copy(x), x)
    assert_same(x, x_before)
    assert_same(y, y_before)
    pbl.rot(x, y, 3, alpha)
    assert_same(x, dtype(3) * x_before + dtype(alpha) * y_before)
    assert_same(y, dtype(3) * y_before - np.conj(dtype(alpha)) * x_before)
    x_before, y_before = x.copy(), y.copy()
    pbl.swap(x, y)
    assert_same(x, y_before)
    assert_same(y, x_before)


@given(pairs(integers))
def test_places(pair):
    x, _, _ = pair
    if x.size == 0:
        return
    size = np.abs(x.real) + np.abs(x.imag)
    assert pbl.iamax(x) == np.argmax(size)
    assert pbl.iamin(x) == np.argmin(size)


def reductions(x, y):
    return [f(x, y) for f in (pbl.dot, pbl.dotc, pbl.axpy)] + [f(x) for f in (pbl.sum, pbl.asum, pbl.nrm2, pbl.iamax)]


@pytest.mark.parametrize("n", [1, 9, 129, 1000, 16385, 300001])
def test_the_same_bits_everywhere(dtype, n, rng):
    x, y = floats(rng, n, dtype), floats(rng, n, dtype)
    pbl.set_isa(ISAS[0])
    with pbl.threads(1):
        want = [bits(np.asarray(v)) for v in reductions(x, y)]
    for isa in ISAS:
        pbl.set_isa(isa)
        for count, lay_out in zip((2, 3, 7, 1, 2), STRIDES.values(), strict=True):
            with pbl.threads(count):
                assert [bits(np.asarray(v)) for v in reductions(lay_out(x), y)] == want


def test_out_may_be_or_overlap_an_operand(dtype, rng):
    memory = integers(rng, 130, dtype)
    for x_start, y_start, out_start in [(0, 30, 30), (0, 30, 0), (0, 30, 15), (3, 0, 1), (0, 0, 0)]:
        m = memory.copy()
        x, y, out = (m[i : i + 100] for i in (x_start, y_start, out_start))
        want = dtype.type(2) * x + dtype.type(3) * y
        assert pbl.axpby(x, y, alpha=2, beta=3, out=out) is out
        assert_same(out, want)
        m = memory.copy()
        want = dtype.type(2) * m[x_start : x_start + 100]
        assert_same(pbl.scal(m[x_start : x_start + 100], 2, out=m[out_start : out_start + 100]), want)
        m = memory.copy()
        want = m[x_start : x_start + 100].copy()
        assert_same(pbl.copy(m[x_start : x_start + 100], out=m[out_start : out_start + 100]), want)


def test_promotion_and_other_inputs():
    assert pbl.dot(np.float32([1, 2]), [3.0, 4.0]).dtype == np.float64
    assert pbl.axpy([1.0, 2.0], np.complex64([1, 1j])).dtype == np.complex128
    assert_same(pbl.dot(np.broadcast_to(2.0, 5), np.arange(5.0)), np.float64(20))
    assert_same(pbl.scal(np.arange(4, dtype=">f8"), 2), 2 * np.arange(4.0))
    misaligned = np.zeros(41, np.uint8)[1:].view(np.float64)
    misaligned[:] = range(5)
    assert pbl.sum(misaligned) == 10
    pbl.swap(misaligned, other := np.ones(5))
    assert_same(other, np.arange(5.0))
    assert_same(misaligned, np.ones(5))


REJECTED = [
    (lambda: pbl.dot([1.0], [1.0, 2.0]), ValueError, r"y: given shape \(2,\), expected \(1,\), as x has"),
    (lambda: pbl.dot([[1.0]], [1.0]), ValueError, "x: given 2 dimensions"),
    (lambda: pbl.nrm2(1.0), ValueError, "x: given 0 dimensions"),
    (lambda: pbl.sum(["a"]), TypeError, "x: dtype .* is not numeric"),
    (lambda: pbl.asum([1, 2]), TypeError, "cast with"),
    (lambda: pbl.iamax(np.zeros(0)), ValueError, "x: given no elements"),
    (lambda: pbl.axpy([1.0], [1.0], alpha=1j), TypeError, "alpha: given complex"),
    (lambda: pbl.axpby([1.0], [1.0], beta="1"), TypeError, "beta: given '1'"),
    (lambda: pbl.axpy([1.0], [1.0], out=np.zeros(2)), ValueError, "out: given shape"),
    (lambda: pbl.scal([1.0], 2, out=np.zeros(1, np.float32)), TypeError, "out: given dtype float32"),
    (lambda: pbl.swap([1.0], np.ones(1)), TypeError, "x: given list"),
    (lambda: pbl.swap(np.ones(3), np.ones(3, np.float32)), TypeError, "y: given dtype float32, expected float64"),
    (lambda: pbl.swap(np.ones(3), np.broadcast_to(1.0, 3)), ValueError, "y: given a read-only array"),
    (lambda: pbl.rot((x := np.ones(3)), x[::-1], 1, 0), ValueError, "x and y: share memory"),
    (lambda: pbl.rot(np.ones(1, "c8"), np.ones(1, "c8"), 1j, 0), TypeError, "^c: given complex 1j, .*number$"),
    (lambda: pbl.rotm(np.ones(1, "c8"), np.ones(1, "c8"), np.zeros(5)), TypeError, "expected float32 or float64"),
    (lambda: pbl.rotm(np.ones(1), np.ones(1), np.zeros(4)), ValueError, r"param: given shape \(4,\)"),
    (lambda: pbl.rotg([1.0], 2.0), ValueError, r"a: given shape \(1,\)"),
    (lambda: pbl.rotmg(1j, 1, 1, 1), TypeError, "expected real numbers"),
    (lambda: pbl.dsdot([1.0], [1.0]), TypeError, "given float64, expected float32"),
]


@pytest.mark.parametrize("case", range(len(REJECTED)))
def test_bad_arguments_are_named(case):
    call, error, message = REJECTED[case]
    with pytest.raises(error, match=message):
        call()


def test_nan_and_inf(dtype, isa):
    for n in (1, 5, 16, 40, 200):
        for i in range(n):
            x = np.ones(n, dtype)
            x[i] = np.nan
            assert np.isnan(pbl.nrm2(x))
            assert np.isnan(pbl.asum(x))
            assert np.isnan(pbl.sum(x))
            assert np.isnan(pbl.dot(x, np.zeros(n, dtype)))
            assert np.isnan(pbl.scal(x, 0)[i])
            x[i] = np.inf
            assert pbl.nrm2(x) == np.inf
            assert pbl.asum(x) == np.inf
            assert pbl.iamax(x) == i


def test_norms_at_the_ends_of_the_range(dtype, isa):
    info = np.finfo(dtype)
    for n in (1, 3, 17, 100, 3000, 40000):
        for value in (info.max / 2 / n, info.tiny * 4, info.smallest_subnormal * 64, 2.0**40 * info.tiny, 0.0):
            x = np.full(n, value, dtype)
            want = np.longdouble(x[0].real) * np.sqrt(np.longdouble(n))
            assert abs(pbl.nrm2(x) - want) <= 64 * info.eps * want + info.smallest_subnormal
        x[:] = info.smallest_subnormal
        x[n // 2] = 1
        assert pbl.nrm2(x) == 1


def test_products_of_floats_in_double(rng):
    for n in LENGTHS[:-1]:
        x, y = floats(rng, n, np.dtype("f4")), floats(rng, n, np.dtype("f4"))
        exact = np.sum(np.multiply(x, y, dtype=np.float64))
        assert abs(pbl.dsdot(x, y) - exact) <= 1e-13 * (1 + np.sum(np.abs(np.multiply(x, y, dtype=np.float64))))
        assert pbl.sdsdot(1.5, x, y) == np.float32(1.5 + pbl.dsdot(x, y))
        assert pbl.dsdot(x[::-1], y[::-1].copy()[::1]) == pbl.dsdot(x[::-1].copy(), y[::-1])


scalars = st.sampled_from((0.0, 1.0, -1.0, 3.0, -4.0, 1e-3, 1e30, -1e-30))
components = st.builds(complex, scalars, scalars)


@given(st.sampled_from(DTYPES), components, components)
def test_rotations_make_a_zero(dtype, a, b):
    a, b = (dtype.type(v if dtype.kind == "c" else v.real) for v in (a, b))
    c, s, r, z = pbl.rotg(a, b)
    assert c.dtype == a.real.dtype and s.dtype == r.dtype == dtype
    size = max(abs(wide(a)), abs(wide(b)))
    wa, wb, wc, ws = wide(a), wide(b), float(c), wide(s)
    eps = 8 * np.finfo(dtype).eps
    assert abs(wc**2 + abs(ws) ** 2 - 1) <= eps
    assert abs(wc * wa + ws * wb - wide(r)) <= eps * size
    assert abs(wc * wb - np.conj(ws) * wa) <= eps * size
    if dtype.kind == "f":
        restored = (np.sqrt(1 - wide(z) ** 2), wide(z)) if abs(z) < 1 else (0.0, 1.0)
        if abs(z) > 1:
            restored = (1 / wide(z), np.sqrt(1 - 1 / wide(z) ** 2))
        assert abs(restored[0] - wc) <= 1e3 * eps and abs(restored[1] - ws) <= 1e3 * eps


def matrix_of(param):
    flag, h11, h21, h12, h22 = map(float, param)
    return {-2: [[1, 0], [0, 1]], -1: [[h11, h12], [h21, h22]], 0: [[1, h12], [h21, 1]], 1: [[h11, 1], [-1, h22]]}[flag]


weights = st.sampled_from((0.0, 1.0, 0.5, 3.0, 1e-9, 1e9, 1e-20, 1e20))


@given(st.sampled_from(REAL), weights, weights, scalars, scalars)
def test_modified_rotations_make_a_zero(dtype, d1, d2, x1, y1):
    given_values = [dtype.type(v) for v in (d1, d2, x1 and np.sign(x1) * 3, y1 and np.sign(y1) * 4)]
    d1, d2, x1, y1 = map(float, given_values)
    e1, e2, u, param = pbl.rotmg(*given_values)
    h = np.array(matrix_of(param))
    before = d1 * x1**2 + d2 * y1**2
    if param[0] == -2:
        assert d2 * y1 == 0
        return
    rotated = h @ [x1, y1]
    eps = 64 * np.finfo(dtype).eps
    assert abs(rotated[0] - u) <= eps * (abs(h[0]) @ np.abs([x1, y1]))
    assert abs(rotated[1]) <= eps * (abs(h[1]) @ np.abs([x1, y1]))
    assert abs(float(e1) * float(u) ** 2 - before) <= eps * before
    assert all(w == 0 or 2**-24 < w < 2**24 for w in (e1, e2))
    x, y = np.array([x1], dtype), np.array([y1], dtype)
    pbl.rotm(x, y, param)
    assert abs(x[0] - u) <= eps * (abs(h[0]) @ np.abs([x1, y1]))


def test_no_modified_rotation_for_a_negative_weight():
    d1, d2, x1, param = pbl.rotmg(-1.0, 2.0, 3.0, 4.0)
    assert (d1, d2, x1) == (0, 0, 0)
    assert_same(param, np.array([-1.0, 0, 0, 0, 0]))
    assert pbl.rotmg(np.inf, 1.0, 1.0, 1.0)[3][0] in (-1, 0, 1)  # it comes to an end
