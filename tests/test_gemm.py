# SPDX-License-Identifier: MIT
"""gemm: right answers for every dtype, instruction set, layout, op and size, and at the edges."""

import itertools

import numpy as np
import pytest
from conftest import (
    AWKWARD,
    DEEPEST_BLOCK,
    DTYPES,
    ISAS,
    LAYOUTS,
    OPS,
    THREADS,
    assert_same,
    exact,
    floats,
    integers,
    op,
)
from hypothesis import given, settings
from hypothesis import strategies as st

import pyblaslite as pbl

# Shapes that take each way through the driver: nothing packed, A or B packed, several blocks of K, columns
# and rows; on threads, where there is enough to do.
PATHS = {
    "tile": (3, 5, 7),
    "nothing packed": (65, 70, 90),
    "one row": (1, 700, 400),
    "one column": (700, 1, 400),
    "deep": (5, 7, 3100),
    "outer product": (300, 310, 1),
    "wide": (33, 1500, 260),
    "tall": (1500, 33, 260),
    "blocks of K": (50, 180, 1700),
    "blocks of columns": (25, 1100, 1050),
}


def scalars(dtype):
    return (0, 1, -1, 2.5, *((1j, 2 - 0.5j) if dtype.kind == "c" else ()))


@st.composite
def problems(draw, sizes=AWKWARD, depths=AWKWARD):
    """Keyword arguments of one product of small integers, the result, and how to run it."""
    pick = lambda values: draw(st.sampled_from(list(values)))  # noqa: E731
    dtype, m, n, k = pick(DTYPES), pick(sizes), pick(sizes), pick(depths)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    trans_a, trans_b, alpha, beta = pick(OPS), pick(OPS), pick(scalars(dtype)), pick(scalars(dtype))
    a, b, c = (integers(rng, shape, dtype) for shape in ((m, k), (k, n), (m, n)))
    arguments = {
        "a": LAYOUTS[pick(LAYOUTS)](op(a, trans_a)),
        "b": LAYOUTS[pick(LAYOUTS)](op(b, trans_b)),
        "c": draw(st.sampled_from([None, LAYOUTS[pick(LAYOUTS)](c)])),
        "out": LAYOUTS[pick(LAYOUTS)](c),
        "trans_a": trans_a, "trans_b": trans_b, "alpha": alpha, "beta": beta,
    }  # fmt: skip
    return arguments, exact(a, b, alpha, beta, c), pick(ISAS), pick(THREADS)


def run(arguments, expected, isa, threads):
    pbl.set_isa(isa)
    before = {name: arguments[name].copy() for name in ("a", "b", "c") if arguments[name] is not None}
    with pbl.threads(threads):
        got = pbl.gemm(**arguments)
    assert got is arguments["out"]
    assert_same(got, expected)
    for name, value in before.items():
        assert_same(arguments[name], value)  # an input is not written


@settings(max_examples=200)
@given(problems())
def test_exact_on_small_integers(problem):
    run(*problem)


@settings(max_examples=60)
@given(problems((1, 5, 17), [d + i for d in sorted({*DEEPEST_BLOCK.values()}) for i in (-1, 0, 1, d, d + 1)]))
def test_exact_around_the_blocks_of_k(problem):
    run(*problem)


@settings(max_examples=60)
@given(problems((60, 97, 130), (64, 100, 129)))
def test_exact_with_threads(problem):
    run(*problem)


def test_every_size_modulo_the_tile(dtype, isa, rng):
    a, b = integers(rng, (17, 3), dtype), integers(rng, (3, 98), dtype)
    expected = exact(a, b)
    for m, n in itertools.product(range(1, 18), range(1, 99)):
        assert_same(pbl.gemm(a[:m], b[:, :n]), expected[:m, :n])


@pytest.mark.parametrize("path", PATHS)
def test_every_path(path, dtype, isa, rng):
    m, n, k = PATHS[path]
    a, b, c = integers(rng, (m, k), dtype), integers(rng, (k, n), dtype), integers(rng, (m, n), dtype)
    sums = exact(a, b, 2.5, -1, c)
    layouts = ("C", "C", "C"), ("F", "F", "C"), ("C", "F", "F"), ("strided", "part of F", "strided")
    for threads, (layout_a, layout_b, layout_c) in zip(THREADS, layouts, strict=True):
        out = LAYOUTS[layout_c](c)
        with pbl.threads(threads):
            pbl.gemm(LAYOUTS[layout_a](a), LAYOUTS[layout_b](b), alpha=2.5, beta=-1, out=out)
        assert_same(out, sums)


def test_every_combination_of_layouts(dtype, isa, rng):
    a, b = integers(rng, (13, 21), dtype), integers(rng, (21, 50), dtype)
    expected, nan = exact(a, b), np.full((13, 50), np.nan, dtype)
    for x, y, z in itertools.product(LAYOUTS.values(), repeat=3):
        assert_same(pbl.gemm(x(a), y(b), out=z(nan)), expected)


def test_every_combination_of_ops_and_scalars(dtype, isa, rng):
    a, b, c = (integers(rng, shape, dtype) for shape in ((9, 11), (11, 50), (9, 50)))
    for trans_a, trans_b, alpha, beta in itertools.product(OPS, OPS, scalars(dtype), scalars(dtype)):
        got = pbl.gemm(op(a, trans_a), op(b, trans_b), alpha=alpha, beta=beta, c=c, trans_a=trans_a, trans_b=trans_b)
        assert_same(got, exact(a, b, alpha, beta, c))


def test_broadcast_inputs(dtype, isa, rng):
    """Stride 0, in either or both dimensions."""
    row, column, one = (integers(rng, shape, dtype) for shape in ((1, 23), (11, 1), (1, 1)))
    b = integers(rng, (23, 19), dtype)
    for x in (row, column, one):
        a = np.broadcast_to(x, (11, 23))
        assert_same(pbl.gemm(a, b), exact(a, b))
        assert_same(pbl.gemm(b, a, trans_a="t", trans_b="t"), exact(b.T, a.T))


@pytest.mark.parametrize("layout", ["part of C", "part of F", "rows apart", "strided", "strided F"])
def test_nothing_is_written_beside_out(layout, dtype, isa, rng):
    """All memory around a non-contiguous out keeps its bytes."""
    for m, n in ((1, 1), (5, 7), (13, 49), (70, 60)):
        out = LAYOUTS[layout](np.zeros((m, n), dtype))
        around = out.base if out.base is not None else out
        pbl.gemm(np.ones((m, 40), dtype), np.ones((40, n), dtype), out=out)
        assert_same(out, np.full((m, n), 40, dtype))
        assert np.isnan(around).sum() == around.size - out.size


@pytest.mark.parametrize("k", [1, 2, 10, 100, 1000, 1537, 5000])
def test_error_bounds(k, dtype, isa, rng):
    """Of Higham's section 3.5: gamma_k |A||B| always, c sqrt(k) u |A||B| in practice."""
    m, n = 9, 17
    a, b = floats(rng, (m, k), dtype), floats(rng, (k, n), dtype)
    wide = np.promote_types(dtype, np.longdouble)
    error = np.abs(pbl.gemm(a, b) - a.astype(wide) @ b.astype(wide))
    scale = np.abs(a.astype(wide)) @ np.abs(b.astype(wide))
    u = np.longdouble(np.finfo(dtype).eps) / 2
    terms, factor = (k + 1, np.sqrt(2)) if dtype.kind == "c" else (k, 1)
    assert np.all(error <= factor * terms * u / (1 - terms * u) * scale)
    assert np.all(error <= 2 * np.sqrt(k) * u * scale)


# The edges: what is not read cannot be seen.


@pytest.mark.parametrize("path", PATHS)
def test_beta_zero_does_not_read_c(path, dtype, vector_isa, rng):
    m, n, k = PATHS[path]
    a, b = integers(rng, (m, k), dtype), integers(rng, (k, n), dtype)
    expected = exact(a, b)
    for layout, beta in (("C", 0), ("F", -0.0), ("strided", 0)):
        nan = np.full((m, n), np.nan, dtype)
        assert_same(pbl.gemm(a, b, beta=beta, out=LAYOUTS[layout](nan)), expected)
    assert_same(pbl.gemm(a, b, beta=0, c=nan), expected)


def test_beta_zero_for_every_size_modulo_the_tile(dtype, isa):
    for m, n in itertools.product(range(1, 18), range(1, 50)):
        out = np.full((m, n), np.nan, dtype)
        pbl.gemm(np.ones((m, 2), dtype), np.ones((2, n), dtype), out=out)
        assert np.all(out == 2)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("beta", [0, 1, 2.5])
def test_alpha_zero_does_not_read_a_and_b(path, beta, dtype, isa, rng):
    m, n, k = PATHS[path]
    a, b, c = np.full((m, k), np.nan, dtype), np.full((k, n), np.inf, dtype), integers(rng, (m, n), dtype)
    expected = (beta * c).astype(dtype)
    for layout in ("C", "F", "strided", "all reversed F"):
        assert_same(pbl.gemm(a, b, alpha=0, beta=beta, out=LAYOUTS[layout](c)), expected)
        assert_same(pbl.gemm(a, b, alpha=0, beta=beta, c=LAYOUTS[layout](c)), expected)


@pytest.mark.parametrize("beta", [0, 1, -1, 2.5])
def test_beta_times_c_alone_keeps_nan_and_inf(beta, dtype, isa):
    """alpha = 0: beta C exactly, a real beta multiplying as a real; beta = 0 gives zeros."""
    c = np.array([[np.nan, np.inf, -np.inf, 0, 5e-324, 3]]).astype(dtype)
    real = c.view(c.real.dtype)
    with np.errstate(invalid="ignore"):
        expected = (real * real.dtype.type(beta) if beta else np.zeros_like(real)).view(dtype)
    assert_same(pbl.gemm(np.ones((1, 3), dtype), np.ones((3, 6), dtype), alpha=0, beta=beta, c=c), expected)
    assert_same(pbl.gemm(np.ones((1, 0), dtype), np.ones((0, 6), dtype), beta=beta, c=c), expected)


@pytest.mark.parametrize("size", [size for size in itertools.product((0, 1, 5), repeat=3) if 0 in size])
def test_zero_sizes(size, dtype, isa):
    m, n, k = size
    a, b, c = (np.ones(shape, dtype) for shape in ((m, k), (k, n), (m, n)))
    assert_same(pbl.gemm(a, b), np.zeros((m, n), dtype))
    assert_same(pbl.gemm(a, b, beta=2.5, c=c), 2.5 * c)
    assert_same(pbl.gemm(a.T, b.T, trans_a="t", trans_b="c", beta=2.5, out=c), np.full((m, n), 2.5, dtype))


def parts(dtype):
    """A factor for each part of a number that can be NaN alone."""
    return (1, 1j) if dtype.kind == "c" else (1,)


def put(x, where, part, value):
    (x.imag if part == 1j else x.real)[where] = value


@pytest.mark.parametrize("size", [(9, 50, 5), (5, 3, 33)])
def test_nan_reaches_its_row_or_column_and_nothing_else(size, dtype, isa, rng):
    """From each position, whatever it is multiplied with: zeros are not skipped."""
    m, n, k = size
    a, b = integers(rng, (m, k), dtype), integers(rng, (k, n), dtype)
    b[:, ::3], a[::3, :] = 0, 0
    clean = exact(a, b)
    for part, value in itertools.product(parts(dtype), (np.nan, np.inf)):
        for i, p in np.ndindex(m, k):
            x = a.copy()
            put(x, (i, p), part, value)
            got = pbl.gemm(x, b)
            assert not np.isfinite(got[i]).any()
            assert np.isnan(got[i, ::3]).all()  # Inf * 0
            assert_same(np.delete(got, i, 0), np.delete(clean, i, 0))
        for p, j in np.ndindex(k, n):
            x = b.copy()
            put(x, (p, j), part, value)
            got = pbl.gemm(a, x)
            bad = got[:, j]
            assert not np.isfinite(bad[a[:, p] != 0]).any()
            assert np.isnan(bad[::3]).all()
            assert_same(np.delete(got, j, 1), np.delete(clean, j, 1))


def test_infinities_keep_their_sign_and_cancel_to_nan(isa):
    for dtype in DTYPES[:2]:
        b = np.ones((2, 50), dtype)
        assert np.all(pbl.gemm(np.array([[np.inf, 1]], dtype), b) == np.inf)
        assert np.all(pbl.gemm(np.array([[-np.inf, 1]], dtype), b) == -np.inf)
        assert np.all(np.isnan(pbl.gemm(np.array([[np.inf, -np.inf]], dtype), b)))


def test_nan_in_c_reaches_its_own_element_only(dtype, isa):
    m, n = 9, 50
    a, b = np.ones((m, 3), dtype), np.ones((3, n), dtype)
    for i, j in np.ndindex(m, n):
        c = np.zeros((m, n), dtype)
        c[i, j] = np.nan
        assert np.argwhere(np.isnan(pbl.gemm(a, b, beta=1, c=c))).tolist() == [[i, j]]


@pytest.mark.parametrize("alpha", [np.nan, np.inf])
def test_alpha_and_beta_that_are_not_finite(alpha, dtype, isa):
    one = np.ones((5, 19), dtype)
    b = np.ones((19, 19), dtype)
    assert not np.isfinite(pbl.gemm(one, b, alpha=alpha)).any()
    assert not np.isfinite(pbl.gemm(one, b, beta=alpha, c=one)).any()
    assert not np.isfinite(pbl.gemm(one, b, alpha=0, beta=alpha, c=one)).any()


def test_subnormals_are_numbers(isa):
    for dtype in DTYPES[:2]:
        tiny = np.finfo(dtype).smallest_subnormal
        assert np.all(pbl.gemm(np.full((5, 3), tiny), np.ones((3, 50), dtype)) == 3 * tiny)
        assert np.all(pbl.gemm(np.full((5, 1), np.finfo(dtype).tiny), np.full((1, 50), 0.5, dtype)) > 0)


def test_one_rounding_per_product_and_sum(isa):
    """A fused multiply-add: (1 + e)(1 - e) - 1 is -e^2, and not 0."""
    for dtype in DTYPES[:2]:
        e = np.finfo(dtype).eps
        a, b = np.array([[1, 1 + e]], dtype), np.array([[-1], [1 - e]], dtype)
        assert pbl.gemm(a, b)[0, 0] == -e * e


# out and c.


def test_out_is_what_is_returned(dtype, isa, rng):
    a, b = integers(rng, (7, 9), dtype), integers(rng, (9, 50), dtype)
    for layout in LAYOUTS.values():
        out = layout(np.full((7, 50), np.nan, dtype))
        assert pbl.gemm(a, b, out=out) is out
        assert_same(out, exact(a, b))


def test_without_out_the_result_is_new_and_contiguous(dtype):
    c = np.ones((3, 3), dtype)
    got = pbl.gemm(c, c, beta=1, c=c)
    assert got.flags.c_contiguous
    assert not np.shares_memory(got, c)
    assert_same(c, np.ones((3, 3), dtype))


def test_c_is_not_modified(dtype, isa, rng):
    a, b, c = (integers(rng, shape, dtype) for shape in ((7, 9), (9, 50), (7, 50)))
    before, out = c.copy(), np.full((7, 50), np.nan, dtype)
    assert pbl.gemm(a, b, beta=2.5, c=c, out=out) is out
    assert_same(out, exact(a, b, 1, 2.5, c))
    assert_same(c, before)


def test_beta_accumulates_into_out(dtype, isa, rng):
    a, b = integers(rng, (7, 9), dtype), integers(rng, (9, 50), dtype)
    out = np.zeros((7, 50), dtype)
    for times in (1, 2, 3):
        pbl.gemm(a, b, beta=1, out=out)
        assert_same(out, exact(a, b, times))


@pytest.mark.parametrize("n", [5, 33, 97])
@pytest.mark.parametrize("shift", [0, 1, 7, 33])
@pytest.mark.parametrize("which", ["a", "b", "c", "a and b", "all"])
def test_out_may_overlap_any_operand(which, shift, n, dtype, rng):
    """out is the operand itself, or begins some elements further on, or is its transpose or mirror image."""
    views = {
        "itself": lambda x: x[: n * n].reshape(n, n),
        "shifted": lambda x: x[shift : shift + n * n].reshape(n, n),
        "transposed": lambda x: x[shift : shift + n * n].reshape(n, n).T,
        "reversed": lambda x: x[shift : shift + n * n].reshape(n, n)[::-1, ::-1],
        "interleaved": lambda x: x[shift : shift + 2 * n * n : 2].reshape(n, n),
    }
    for view in views.values():
        memory = integers(rng, 2 * n * n + 33, dtype, 2)
        inside = memory[: n * n].reshape(n, n)
        apart = {name: integers(rng, (n, n), dtype, 2) for name in "abc"}
        x = {name: inside if which == "all" or name in which.split() else apart[name] for name in "abc"}
        out = view(memory)
        expected = exact(x["a"], x["b"], -1, 2.5, x["c"])
        assert pbl.gemm(x["a"], x["b"], alpha=-1, beta=2.5, c=x["c"], out=out) is out
        assert_same(out, expected)


def test_out_overlaps_an_input_while_beta_reads_it(dtype, rng):
    x = integers(rng, (40, 40), dtype, 2)
    expected = exact(x, x.T, 1, 2.5, x)
    assert_same(pbl.gemm(x, x, trans_b="t", beta=2.5, out=x), expected)
