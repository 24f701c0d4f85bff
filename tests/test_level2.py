# SPDX-License-Identifier: MIT
"""Level 2: right answers for every routine, dtype, letter, storage and layout; edges; bits; bad input."""

import itertools

import numpy as np
import pytest
from conftest import DTYPES, ISAS, LAYOUTS, OPS, THREADS, assert_same, bits, exact, floats, integers, op
from hypothesis import given
from hypothesis import strategies as st

import pyblaslite as pbl

SIZES = (0, 1, 2, 3, 7, 8, 9, 16, 17, 31, 33, 65, 131)

# Copies of the same values with other strides.
VECTORS = {
    "contiguous": lambda x: x.copy(),
    "reversed": lambda x: x[::-1].copy()[::-1],
    "strided": lambda x: np.stack([x, np.full_like(x, np.nan), np.full_like(x, np.nan)], -1)[:, 0],
}

# storage -> (product, Hermitian product, triangular product, solution)
ROUTINES = {
    "dense": (pbl.symv, pbl.hemv, pbl.trmv, pbl.trsv),
    "band": (pbl.sbmv, pbl.hbmv, pbl.tbmv, pbl.tbsv),
    "packed": (pbl.spmv, pbl.hpmv, pbl.tpmv, pbl.tpsv),
}


def column(x):
    return x[:, np.newaxis]


def triangle(a, uplo):
    return np.tril(a) if uplo == "l" else np.triu(a)


def mirrored(a, uplo, hermitian):
    """The symmetric or Hermitian matrix that a triangle of a stands for."""
    half, beside = triangle(a, uplo), triangle(a, uplo) - np.diag(np.diag(a))
    if not hermitian:
        return half + beside.T
    return half - 1j * np.diag(np.diag(a).imag) + beside.conj().T if a.dtype.kind == "c" else half + beside.T


def in_band(a, kl, ku):
    return np.triu(np.tril(a, ku), -kl) if a.size else a


def band_storage(a, kl, ku):
    """LAPACK's, by its definition; what is no element is NaN."""
    m, n = a.shape
    stored = np.full((kl + ku + 1, n), np.nan, a.dtype)
    for i, j in np.ndindex(m, n):
        if -ku <= i - j <= kl:
            stored[ku + i - j, j] = a[i, j]
    return stored


def packed_storage(a, uplo):
    n = len(a)
    columns = [a[j:, j] if uplo == "l" else a[: j + 1, j] for j in range(n)]
    return np.concatenate([a[:0, 0] if n else a.ravel(), *columns])


def unread(a, uplo, diag):
    """a with NaN where it must not be read."""
    a = np.where(triangle(np.ones(a.shape), uplo) == 0, np.nan, a).astype(a.dtype)
    if diag == "u":
        np.fill_diagonal(a, np.nan)
    return a


def store(a, uplo, diag, storage, k, layout):
    a = unread(a, uplo, diag)
    if storage == "packed":
        return packed_storage(a, uplo)
    return LAYOUTS[layout](band_storage(a, *((k, 0) if uplo == "l" else (0, k))) if storage == "band" else a)


@st.composite
def cases(draw):
    """What all tests with one triangle vary."""
    pick = lambda values: draw(st.sampled_from(list(values)))  # noqa: E731
    pbl.set_isa(pick(ISAS))
    case = {"dtype": pick(DTYPES), "n": pick(SIZES), "storage": pick(ROUTINES), "k": pick((0, 1, 3, 40))}
    case |= {"layout": pick(LAYOUTS), "uplo": pick("lu"), "trans": pick(OPS), "diag": pick("nu")}
    scalars = (0, 1, -2.5, *((2 - 0.5j,) if case["dtype"].kind == "c" else ()))
    case |= {"alpha": pick(scalars), "beta": pick(scalars), "into": pick(("new", "out", "y"))}
    return case | {"vectors": VECTORS[pick(VECTORS)], "rng": np.random.default_rng(draw(st.integers(0, 2**32)))}


def check_sum(run, expected_matrix, x, y, case, *args, **more):
    """alpha A x + beta y, into a new array, out, or with y apart from out."""
    alpha, beta = case["alpha"], case["beta"]
    y0 = case["vectors"](y)
    given_as = {"new": {"y": y0}, "out": {"out": y0}, "y": {"y": y, "out": np.full_like(y, np.nan)}}[case["into"]]
    got = run(*args, case["vectors"](x), alpha=alpha, beta=beta, **given_as, **more)
    assert_same(got, exact(expected_matrix, column(x), alpha, beta, column(y))[:, 0])
    assert case["into"] == "new" or got is given_as["out"]


@given(cases(), st.sampled_from(SIZES))
def test_gemv(case, m):
    dtype, n, rng, trans = case["dtype"], case["n"], case["rng"], case["trans"]
    a, x, y = (integers(rng, shape, dtype) for shape in ((m, n), n, m))
    check_sum(pbl.gemv, a, x, y, case, LAYOUTS[case["layout"]](op(a, trans)), trans=trans)


@given(cases(), st.sampled_from(SIZES), st.sampled_from((0, 1, 5)))
def test_gbmv(case, m, ku):
    dtype, n, rng, trans, kl = case["dtype"], case["n"], case["rng"], case["trans"], case["k"]
    a = in_band(integers(rng, (m, n), dtype), kl, ku)
    x, y = integers(rng, n if trans == "n" else m, dtype), integers(rng, m if trans == "n" else n, dtype)
    stored = LAYOUTS[case["layout"]](band_storage(a, kl, ku))
    check_sum(pbl.gbmv, op(a, trans), x, y, case, stored, m=m, kl=kl, ku=ku, trans=trans)


@given(cases(), st.booleans())
def test_symmetric(case, hermitian):
    dtype, n, uplo, storage = case["dtype"], case["n"], case["uplo"], case["storage"]
    a, x, y = (integers(case["rng"], shape, dtype) for shape in ((n, n), n, n))
    if storage == "band":
        a = in_band(a, case["k"], case["k"])
    stored = store(a, uplo, "n", storage, case["k"], case["layout"])
    run = ROUTINES[storage][1 if hermitian else 0]
    check_sum(run, mirrored(a, uplo, hermitian), x, y, case, stored, uplo=uplo)


@given(cases())
def test_triangular(case):
    """The product; and that the solution undoes it."""
    dtype, n, uplo, trans, diag = (case[name] for name in ("dtype", "n", "uplo", "trans", "diag"))
    a, x = integers(case["rng"], (n, n), dtype, 2), integers(case["rng"], n, dtype)
    np.fill_diagonal(a, case["rng"].choice([1, -1, 2], n))
    if case["storage"] == "band":
        a = in_band(a, case["k"], case["k"])
    stored = store(a, uplo, diag, case["storage"], case["k"], case["layout"])
    full = triangle(a, uplo)
    if diag == "u":
        np.fill_diagonal(full, 1)
    _, _, multiply, solve = ROUTINES[case["storage"]]
    given_x = case["vectors"](x)
    out = None if case["into"] == "new" else given_x if case["into"] == "out" else np.full_like(x, np.nan)
    product = exact(op(full, trans), column(x))[:, 0]
    got = multiply(stored, given_x, uplo=uplo, trans=trans, diag=diag, out=out)
    assert_same(got, product)
    assert out is None or got is out
    assert_same(given_x, product if out is given_x else x)
    assert_same(solve(stored, case["vectors"](product), uplo=uplo, trans=trans, diag=diag), x)


UPDATES = {
    "syr": (pbl.syr, pbl.spr, lambda x, y, s: s * column(x) * x),
    "her": (pbl.her, pbl.hpr, lambda x, y, s: s * column(x) * x.conj()),
    "syr2": (pbl.syr2, pbl.spr2, lambda x, y, s: s * column(x) * y + s * column(y) * x),
    "her2": (
        pbl.her2,
        pbl.hpr2,
        lambda x, y, s: s * column(x) * y.conj() + np.conj(s) * column(y) * x.conj(),
    ),
}


@given(cases(), st.sampled_from(SIZES), st.booleans())
def test_ger(case, m, conj):
    dtype, n, alpha = case["dtype"], case["n"], case["alpha"]
    x, y, a = (integers(case["rng"], shape, dtype) for shape in (m, n, (m, n)))
    a0 = LAYOUTS[case["layout"]](a)
    given_as = {"new": {"a": a0}, "out": {"out": a0}, "y": {"a": a, "out": a0}}[case["into"]]
    got = pbl.ger(case["vectors"](x), case["vectors"](y), alpha=alpha, conj=conj, **given_as)
    assert_same(got, (a + alpha * column(x) * (y.conj() if conj else y)).astype(dtype))
    assert case["into"] == "new" or got is a0


@given(cases(), st.sampled_from(list(UPDATES)))
def test_updates_of_a_triangle(case, which):
    """The other triangle keeps what it holds; a Hermitian diagonal becomes real."""
    dtype, n, uplo, alpha = case["dtype"], case["n"], case["uplo"], case["alpha"]
    alpha = np.real(alpha) if which == "her" else alpha
    x, y, a = (integers(case["rng"], shape, dtype) for shape in (n, n, (n, n)))
    dense, packed, formula = UPDATES[which]
    after = (a + formula(x, y, alpha)).astype(dtype)
    if which.startswith("her") and alpha != 0:
        np.fill_diagonal(after, np.diag(after).real)
    vectors = [case["vectors"](v) for v in ((x, y) if which.endswith("2") else (x,))]
    if case["storage"] == "packed":
        a, expected, name = packed_storage(a, uplo), packed_storage(after, uplo), "ap"
        a0, run = case["vectors"](a), packed
    else:
        expected = np.where(triangle(np.ones((n, n)), uplo) == 0, a, after).astype(dtype)
        a0, run, name = LAYOUTS[case["layout"]](a), dense, "a"
    given_as = {"new": {name: a0}, "out": {"out": a0}, "y": {name: a, "out": a0}}[case["into"]]
    got = run(*vectors, alpha=alpha, uplo=uplo, **given_as)
    assert_same(got, expected)
    assert case["into"] == "new" or got is a0


def test_without_a_an_update_begins_at_zero():
    x = np.array([1.0, 2, 3])
    assert_same(pbl.ger(x, x[:2]), column(x) * x[:2])
    assert_same(pbl.syr(x, uplo="u"), np.triu(column(x) * x))
    assert_same(pbl.spr(x), packed_storage(column(x) * x, "l"))


# 256 KiB are shared by threads, of a triangle with its other half; one more and one less than that is not.
LARGE = {"float32": 730, "float64": 520, "complex64": 520, "complex128": 370}


@pytest.mark.parametrize("layout", ["F", "strided"])
@pytest.mark.parametrize("threads", [2, 3])
def test_what_threads_share(threads, layout, dtype, rng):
    n = LARGE[dtype.name]
    case = {"alpha": -2.5, "beta": 1, "into": "new", "vectors": VECTORS["contiguous"]}
    case |= {"dtype": dtype, "n": n, "storage": "dense", "k": 0, "layout": layout, "rng": rng}
    with pbl.threads(threads):
        for trans, uplo in (("n", "l"), ("c", "u")):
            case |= {"trans": trans, "uplo": uplo, "diag": "n"}
            test_gemv.hypothesis.inner_test(case, n + 1)
            test_gbmv.hypothesis.inner_test(case | {"k": n // 2}, n, n // 3)
            test_symmetric.hypothesis.inner_test(case, True)
            test_symmetric.hypothesis.inner_test(case, False)
            test_symmetric.hypothesis.inner_test(case | {"storage": "packed"}, False)
            test_ger.hypothesis.inner_test(case, n - 1, True)
            for which in UPDATES:
                test_updates_of_a_triangle.hypothesis.inner_test(case, which)
            a, x = np.eye(n, dtype=dtype), integers(rng, n, dtype)
            a += np.where((np.arange(n)[:, None] % 2 == 0) & (np.arange(n) % 2 == 1), integers(rng, (n, n), dtype), 0)
            np.fill_diagonal(a, (-1.0) ** np.arange(n))  # the square of either triangle is the unit matrix
            product = exact(op(triangle(a, uplo), trans), column(x))[:, 0]
            assert_same(pbl.trmv(LAYOUTS[layout](a), x, uplo=uplo, trans=trans), product)
            assert_same(pbl.trsv(LAYOUTS[layout](a), x, uplo=uplo, trans=trans), product)


# The edges.


def test_beta_zero_does_not_read_y_and_alpha_zero_reads_nothing_else(dtype, isa):
    nan, one = np.full((5, 5), np.nan, dtype), np.ones(5, dtype)
    eye = np.eye(5, dtype=dtype)
    band, packed = np.ones((1, 5), dtype), packed_storage(eye, "l")
    for run, good, bad in (
        (pbl.gemv, eye, nan), (pbl.symv, eye, nan), (pbl.hemv, eye, nan), (pbl.sbmv, band, nan[:1]),
        (pbl.hbmv, band, nan[:1]), (pbl.spmv, packed, nan.ravel()[:15]), (pbl.hpmv, packed, nan.ravel()[:15]),
    ):  # fmt: skip
        assert_same(run(good, one, out=nan[0].copy()), one)
        assert_same(run(bad, nan[0], alpha=0, beta=2, y=one), 2 * one)
        assert_same(run(bad, nan[0], alpha=0, out=nan[0].copy()), 0 * one)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_reaches_its_row_only_and_zeros_are_not_skipped(value, dtype, isa, rng):
    m, n = 19, 37
    a, x = integers(rng, (m, n), dtype), integers(rng, n, dtype)
    x[::3] = 0
    clean = exact(a, column(x))[:, 0]
    for layout, (i, j) in itertools.product(("C", "F", "strided"), np.ndindex(m, n)):
        bad = a.copy()
        bad[i, j] = value
        got = pbl.gemv(LAYOUTS[layout](bad), x)
        assert not np.isfinite(got[i])
        assert_same(np.delete(got, i), np.delete(clean, i))


def test_a_triangle_keeps_nan_out_of_the_rows_that_do_not_have_it(dtype, isa, rng):
    """No zeros stand in for the other triangle: they would make NaN of Inf."""
    n = 70
    a, x = np.tril(np.ones((n, n), dtype)), np.ones(n, dtype)
    x[40] = np.inf
    for run, layout in itertools.product((pbl.trmv, pbl.trsv), ("C", "F")):
        with np.errstate(all="ignore"):
            got = run(LAYOUTS[layout](a), x)
        assert np.all(np.isfinite(got[:40]))
        assert not np.isfinite(got[40])


def test_a_zero_on_the_diagonal_is_no_error(dtype, isa):
    got = pbl.trsv(np.zeros((3, 3), dtype), np.ones(3, dtype))
    assert not np.isfinite(got).any()


@pytest.mark.parametrize(("n", "storage"), [(40, "dense"), (48, "dense"), (40, "band")])
def test_a_pivot_of_any_size_has_a_right_quotient(n, storage, dtype, isa, rng):
    """Rows are multiplied by the inverses of pivots, unless one of a block of rows has no good inverse."""
    most, at, solve = (125 if np.finfo(dtype).bits == 32 else 1021), [3, 20, 39], ROUTINES[storage][-1]
    a, x = np.tril(integers(rng, (n, n), dtype), -1), integers(rng, n, dtype)
    if storage == "band":
        a = in_band(a, 5, 0)
    a[at], a[:, at], x[at] = 0, 0, -1
    b = exact(a, column(x))[:, 0] + x
    np.fill_diagonal(a, 1)
    exponents = (most, most + 1, -most, -most - 1, -most - 15)
    for exponent, layout, trans, turn in itertools.product(exponents, ("C", "F", "strided"), "ntc", (1, -1)):
        a[at, at] = 2.0**exponent * (1j if dtype.kind == "c" else -1)
        b[at] = -a[at, at]
        uplo = "l" if (turn == 1) == (trans == "n") else "u"
        stored = store(op(a[::turn, ::turn], trans), uplo, "n", storage, 5, layout)
        assert_same(solve(stored, b[::turn], uplo=uplo, trans=trans), x[::turn])
    a[at, at] = 1, 0, 1
    with np.errstate(all="ignore"):
        got = solve(store(a, "l", "n", storage, 5, "C"), np.ones(n, dtype))
    assert not np.isfinite(got[20])
    assert np.all(np.isfinite(got[:20]))


@pytest.mark.parametrize("n", [7, 16, 24])
def test_later_rows_see_what_is_written(n, dtype, isa, rng):
    """Of an unknown that cancels, rounding errors are left; they go into the other rows as they are stored."""
    for turn, trans, layout in itertools.product((1, -1), "ntc", ("C", "F", "strided")):
        a = np.tril(floats(rng, (n, n), dtype), -1) * (rng.random((n, n)) < 0.3)
        np.fill_diagonal(a, floats(rng, n, dtype))
        b = a[:, 0].copy()  # the solution is 1, 0, 0, ... but for that
        lower = (turn == 1) == (trans == "n")
        stored = LAYOUTS[layout](op(a[::turn, ::turn], trans))
        x = pbl.trsv(stored, b[::turn], uplo="l" if lower else "u", trans=trans)[::turn]
        long = np.clongdouble if dtype.kind == "c" else np.longdouble
        error, size = np.abs(b - a.astype(long) @ x.astype(long)), np.abs(b) + np.abs(a) @ np.abs(x)
        assert np.all(error <= 4 * (n + 2) * np.finfo(dtype).eps * size)


def test_complex_division_does_not_overflow(isa):
    # Powers of two, whose inverses are exact; those of the larger ones are subnormal.
    for dtype, exponent in ((np.complex64, 100), (np.complex64, 126), (np.complex128, 1000), (np.complex128, 1022)):
        d = np.array([[2.0**exponent * (1 + 1j)]], dtype)
        assert_same(pbl.trsv(d, d[0]), np.ones(1, dtype))
        assert_same(pbl.trsv(d, d[0].conj(), trans="c"), np.ones(1, dtype))


def test_no_columns_leave_beta_y(dtype):
    y = np.ones(3, dtype)
    assert_same(pbl.gemv(np.ones((3, 0), dtype), y[:0]), 0 * y)
    assert_same(pbl.gemv(np.ones((3, 0), dtype), y[:0], beta=2.5, y=y), 2.5 * y)
    assert_same(pbl.gemv(np.ones((0, 3), dtype), y[:0], trans="t", beta=2, out=y), np.full(3, 2, dtype))


def test_out_may_overlap_what_is_read(dtype, rng):
    memory = integers(rng, 40, dtype)
    a, x = memory[:36].reshape(6, 6), memory[4:10]
    full = exact(a, column(x))[:, 0]
    for shift in (0, 2, 30):
        m = memory.copy()
        out = m[shift : shift + 6]
        assert pbl.gemv(m[:36].reshape(6, 6), m[4:10], out=out) is out
        assert_same(out, full)
    m = memory.copy()
    outer = (a + column(a[0]) * a[1]).astype(dtype)
    assert_same(pbl.ger(m[:6], m[6:12], out=m[:36].reshape(6, 6)), outer)


# Bits.


def hard(rng, shape, dtype):
    return (floats(rng, shape, dtype) * 10.0 ** rng.integers(-4, 5, shape)).astype(dtype)


@pytest.mark.parametrize("shape", [(5, 7), (33, 70), (300, 301), (3, 9000), (9000, 3)], ids=str)
def test_gemv_and_ger_have_one_result(shape, dtype, rng):
    """Whatever the instruction set, the threads and the layout."""
    a, x, y = (hard(rng, s, dtype) for s in (shape, shape[1], shape[0]))
    results = {"gemv": set(), "ger": set()}
    for isa, threads, layout in itertools.product(ISAS, THREADS, ("C", "F", "strided", "all reversed F")):
        pbl.set_isa(isa)
        with pbl.threads(threads):
            results["gemv"].add(bits(pbl.gemv(LAYOUTS[layout](a), x, alpha=0.7, beta=-1.3, y=y)))
            results["ger"].add(bits(pbl.ger(y, x, alpha=0.7, out=LAYOUTS[layout](a))))
    assert [len(r) for r in results.values()] == [1, 1]
    assert bits(pbl.gemv(a[:, ::-1], x[::-1], alpha=0.7, beta=-1.3, y=y)) not in results["gemv"] or shape[1] < 8


@pytest.mark.parametrize("n", [7, 40, 600])
def test_a_dense_triangle_has_one_result(n, dtype, rng):
    """Whatever the instruction set, the threads and the layout; mirrored, whatever the triangle."""
    a, x = hard(rng, (n, n), dtype) / 64, hard(rng, n, dtype)
    np.fill_diagonal(a, 3)
    results = {}
    for run, hermitian in ((pbl.symv, False), (pbl.hemv, True), (pbl.trmv, None), (pbl.trsv, None)):
        whole = a if hermitian is None else mirrored(a, "l", hermitian)
        for uplo, (isa, threads), layout in itertools.product(
            "lu", zip(2 * ISAS, THREADS, strict=False), ("C", "F", "strided")
        ):
            pbl.set_isa(isa)
            with pbl.threads(threads), np.errstate(all="ignore"):
                got = bits(run(LAYOUTS[layout](whole), x, uplo=uplo))
            results.setdefault((run, uplo if hermitian is None else None), set()).add(got)
    assert {len(r) for r in results.values()} == {1}


@pytest.mark.parametrize("run", [pbl.sbmv, pbl.hbmv])
def test_either_half_of_a_symmetric_band_has_one_result(run, dtype, rng):
    a, x = hard(rng, (90, 90), dtype) / 64, hard(rng, 90, dtype)
    a = np.tril(a) + np.tril(a, -1).T.conj() if run is pbl.hbmv else np.tril(a) + np.tril(a, -1).T
    with np.errstate(all="ignore"):
        assert len({bits(run(store(in_band(a, 7, 7), uplo, "n", "band", 7, "C"), x, uplo=uplo)) for uplo in "lu"}) == 1


@pytest.mark.parametrize("layout", "CF")
def test_a_sum_that_underflows_is_no_negative_zero(layout, isa):
    """Whether or not a row misses elements of the band, which add zeros."""
    a = np.array([[1, 1, 0], [0, 1, 1], [0, 0, 1e-30]], np.float32)
    x = np.array([0, 0, -1e-30], np.float32)
    y = pbl.gbmv(LAYOUTS[layout](band_storage(a, 0, 1)), x, m=3, kl=0, ku=1)
    assert y[2] == 0
    assert not np.signbit(y[2])


def test_a_band_has_one_result(dtype, rng):
    """Whatever the instruction set and the layout."""
    a, x = hard(rng, (90, 90), dtype) / 64, hard(rng, 90, dtype)
    np.fill_diagonal(a, 3)
    for run, uplo in itertools.product(ROUTINES["band"], "lu"):
        results = set()
        for isa, layout in itertools.product(ISAS, "CF"):
            pbl.set_isa(isa)
            with np.errstate(all="ignore"):
                results.add(bits(run(store(in_band(a, 7, 7), uplo, "n", "band", 7, layout), x, uplo=uplo)))
        assert len(results) == 1


@pytest.mark.parametrize("n", [90, 400])
def test_a_packed_triangle_has_the_result_of_a_dense_one(n, dtype, rng):
    """Whatever the instruction set, the threads, and the order in which it is packed: A^T's is the other one of A's."""
    a, x, y = hard(rng, (n, n), dtype) / 64, hard(rng, n, dtype), hard(rng, n, dtype)
    np.fill_diagonal(a, 3)
    for uplo, trans, isa, threads in itertools.product("lu", "nt", ISAS, THREADS[:2]):
        pbl.set_isa(isa)
        other, flipped = ("u" if uplo == "l" else "l"), ("t" if trans == "n" else "n")
        with pbl.threads(threads), np.errstate(all="ignore"):
            for dense, packed in ((pbl.trmv, pbl.tpmv), (pbl.trsv, pbl.tpsv)):
                expected = bits(dense(a, x, uplo=uplo, trans=trans))
                assert bits(packed(packed_storage(a, uplo), x, uplo=uplo, trans=trans)) == expected
                assert bits(packed(packed_storage(a.T, other), x, uplo=other, trans=flipped)) == expected
            for dense, packed in ((pbl.symv, pbl.spmv), (pbl.hemv, pbl.hpmv)):
                assert bits(packed(packed_storage(a, uplo), x, uplo=uplo)) == bits(dense(a, x, uplo=uplo))
            for which in ("syr", "her", "syr2", "her2"):
                dense, packed, _ = UPDATES[which]
                given = (x, y) if which.endswith("2") else (x,)
                expected = packed_storage(dense(*given, uplo=uplo, a=a), uplo)
                assert bits(packed(*given, uplo=uplo, ap=packed_storage(a, uplo))) == bits(expected)


@pytest.mark.parametrize("n", [50, 1000])
def test_error_bound_of_gemv(n, dtype, isa, rng):
    a, x = floats(rng, (n, n), dtype), floats(rng, n, dtype)
    wide = np.clongdouble if dtype.kind == "c" else np.longdouble
    error = np.abs(pbl.gemv(a, x) - a.astype(wide) @ x.astype(wide))
    assert np.all(error <= 4 * np.sqrt(n) * np.finfo(dtype).eps * (np.abs(a) @ np.abs(x)))


# Bad input.

A, X = np.ones((3, 4)), np.ones(4)
S, V = np.ones((4, 4)), np.ones(3)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: pbl.gemv(A, V), ValueError, r"x: given length 3, expected 4"),
        (lambda: pbl.gemv(A, A), ValueError, r"x: given 2 dimensions"),
        (lambda: pbl.gemv(X, X), ValueError, r"a: given 1 dimensions"),
        (lambda: pbl.gemv(A, X, trans="x"), ValueError, r"trans: given 'x'"),
        (lambda: pbl.gemv(A, X, beta=1), ValueError, r"beta: given 1, but there is neither y nor out"),
        (lambda: pbl.gemv(A, X, beta=1, y=X), ValueError, r"y: given shape \(4,\), expected \(3,\)"),
        (lambda: pbl.gemv(A, X, out=X), ValueError, r"out: given shape"),
        (lambda: pbl.gemv(A, X, out=np.ones(3, "f4")), TypeError, r"out: given dtype float32"),
        (lambda: pbl.gemv(A, X, alpha=1j), TypeError, r"alpha: given complex"),
        (lambda: pbl.gemv(A.astype(int), X.astype(int)), TypeError, r"a and x: no BLAS computes in int64"),
        (lambda: pbl.gbmv(A, X, m=3, kl=1, ku=0), ValueError, r"a: given shape \(3, 4\), .*kl \+ ku \+ 1 = 2"),
        (lambda: pbl.gbmv(A, X, m=-1, kl=1, ku=1), ValueError, r"m: given -1"),
        (lambda: pbl.gbmv(A, X, m=2**63, kl=1, ku=1), ValueError, rf"m: given {2**63}, expected an integer from 0 to"),
        (lambda: pbl.gbmv(A, X, m=2**59, kl=1, ku=1), ValueError, rf"m: given {2**59}, expected an integer from 0 to"),
        (lambda: pbl.gbmv(A, X, m=3, kl=1.0, ku=1), ValueError, r"kl: given 1.0"),
        (lambda: pbl.symv(A, X), ValueError, r"a: given shape \(3, 4\), expected a square matrix"),
        (lambda: pbl.symv(S, X, uplo="L"), ValueError, r"uplo: given 'L', expected 'l' or 'u'"),
        (lambda: pbl.sbmv(A[:0], X), ValueError, r"a: given shape \(0, 4\), expected band storage"),
        (lambda: pbl.spmv(X, X), ValueError, r"ap: given length 4"),
        (lambda: pbl.trmv(S, X, diag="x"), ValueError, r"diag: given 'x', expected 'n' or 'u'"),
        (lambda: pbl.trsv(S, X, trans=None), ValueError, r"trans: given None, expected 'n', 't' or 'c'"),
        (lambda: pbl.ger(V, X, a=S), ValueError, r"a: given shape \(4, 4\), expected \(3, 4\)"),
        (lambda: pbl.her(X + 0j, alpha=1j), TypeError, r"alpha: given complex 1j, expected a real number$"),
        (lambda: pbl.syr2(X, V), ValueError, r"y: given length 3, expected 4"),
        (lambda: pbl.spr(X, ap=X), ValueError, r"ap: given shape \(4,\), expected \(10,\)"),
    ],
)  # fmt: skip
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_no_memory(dtype):
    a, x = np.ones((5, 5), dtype), np.ones(10, dtype)[::2]
    for run in (pbl.gemv, pbl.symv, pbl.trsv):
        pbl.lib.pbl_release_workspace()
        pbl.lib.pbl_test_fail_allocation(1)
        with pytest.raises(MemoryError):
            run(a, x)
