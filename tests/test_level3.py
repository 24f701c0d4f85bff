# SPDX-License-Identifier: MIT
"""Level 3 but gemm: right answers on integers, in every layout; triangles that are not read or written; bad input."""

import itertools

import numpy as np
import pytest
from conftest import DTYPES, ISAS, LAYOUTS, THREADS, assert_same, bits, floats, integers, op
from hypothesis import given, settings
from hypothesis import strategies as st

import pyblaslite as pbl

SIZES = (0, 1, 2, 3, 7, 8, 9, 16, 17, 32, 33, 49)
ORDERS = (*SIZES, 140)  # of a triangle: more than a leaf
RANK_K = {"syrk": pbl.syrk, "herk": pbl.herk, "syr2k": pbl.syr2k, "her2k": pbl.her2k}


def mask(uplo, n):
    """Where a triangle is."""
    return np.tri(n, dtype=bool) if uplo == "l" else np.tri(n, dtype=bool).T


def only(x, uplo, other=np.nan):
    """A triangle of x; what is outside holds something else."""
    return np.where(mask(uplo, len(x)), x, np.array(other, x.dtype))


def is_complex(dtype):
    return dtype.kind == "c"


def transpose(x, hermitian):
    return x.conj().T if hermitian else x.T


def real_diagonal(x):
    y = x.copy()
    np.fill_diagonal(y, x.diagonal().real)
    return y


def times(alpha, a, b):
    """alpha a b in double precision: exact for small integers."""
    wide = np.promote_types(a.dtype, np.float64)
    return np.multiply(alpha, np.matmul(a.astype(wide), b.astype(wide)))


@st.composite
def settings_of_a_call(draw):
    """What every test varies: a pick function, dtype, random numbers, factors; the ISA and the threads are set."""
    pick = lambda values: draw(st.sampled_from(list(values)))  # noqa: E731
    dtype = pick(DTYPES)
    pbl.set_isa(pick(ISAS))
    pbl.set_num_threads(pick(THREADS))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    factors = (0, 1, -2, *((2 - 1j, 3j) if is_complex(dtype) else ()))
    return pick, dtype, rng, factors


def laid_out(pick, x):
    return LAYOUTS[pick(LAYOUTS)](x)


@settings(max_examples=100)
@given(settings_of_a_call())
def test_gemmt(given_settings):
    pick, dtype, rng, factors = given_settings
    n, k, uplo, trans_a, trans_b = pick(SIZES), pick(SIZES), pick("lu"), pick("ntc"), pick("ntc")
    alpha, beta = pick(factors), pick(factors)
    a, b, c = integers(rng, (n, k), dtype), integers(rng, (k, n), dtype), integers(rng, (n, n), dtype)
    out = laid_out(pick, c)
    got = pbl.gemmt(
        laid_out(pick, op(a, trans_a)), laid_out(pick, op(b, trans_b)), uplo=uplo, trans_a=trans_a, trans_b=trans_b,
        alpha=alpha, beta=beta, out=out,
    )  # fmt: skip
    assert got is out
    whole = (times(alpha, a, b) + np.multiply(beta, c)).astype(dtype)
    assert_same(out, np.where(mask(uplo, n), whole, c))


@settings(max_examples=150)
@given(settings_of_a_call(), st.sampled_from(list(RANK_K)))
def test_rank_k(given_settings, name):
    pick, dtype, rng, factors = given_settings
    hermitian = name.startswith("her") and is_complex(dtype)
    n, k, uplo, trans = pick(SIZES), pick(SIZES), pick("lu"), pick("n" + ("c" if hermitian else "t"))
    real = [f for f in factors if not isinstance(f, complex)]
    alpha, beta = pick(real if name == "herk" else factors), pick(real if hermitian else factors)
    a, b, c = integers(rng, (n, k), dtype), integers(rng, (n, k), dtype), integers(rng, (n, n), dtype)
    inputs = [laid_out(pick, op(x, trans)) for x in ((a, b) if "2" in name else (a,))]
    if "2" in name:
        sums = times(alpha, a, transpose(b, hermitian))
        sums = sums + times(np.conj(alpha) if hermitian else alpha, b, transpose(a, hermitian))
    else:
        sums = times(alpha, a, transpose(a, hermitian))
    nothing_to_do = beta == 1 and (alpha == 0 or k == 0)
    whole = sums + np.multiply(beta, real_diagonal(c) if hermitian and not nothing_to_do else c)

    out = laid_out(pick, c)
    assert RANK_K[name](*inputs, uplo=uplo, trans=trans, alpha=alpha, beta=beta, out=out) is out
    assert_same(out, np.where(mask(uplo, n), whole.astype(dtype), c))
    new = RANK_K[name](*inputs, uplo=uplo, trans=trans, alpha=alpha, beta=beta, c=only(c, uplo))
    assert_same(new, np.where(mask(uplo, n), whole, 0).astype(dtype))


@settings(max_examples=100)
@given(settings_of_a_call(), st.booleans())
def test_symm_and_hemm(given_settings, hermitian):
    pick, dtype, rng, factors = given_settings
    side, uplo, alpha, beta = pick("lr"), pick("lu"), pick(factors), pick(factors)
    order, other = pick(ORDERS), pick(SIZES)
    m, n = (order, other) if side == "l" else (other, order)
    half, b, c = integers(rng, (order, order), dtype), integers(rng, (m, n), dtype), integers(rng, (m, n), dtype)
    a = np.where(np.tri(order, dtype=bool), half, transpose(half, hermitian))
    stored = only(a, uplo)
    if hermitian and is_complex(dtype):
        a = real_diagonal(a)
        stored.imag[np.diag_indices(order)] = np.nan
    out = laid_out(pick, c)
    run = pbl.hemm if hermitian else pbl.symm
    arguments = laid_out(pick, stored), laid_out(pick, b)
    assert run(*arguments, side=side, uplo=uplo, alpha=alpha, beta=beta, out=out) is out
    whole = times(alpha, a, b) if side == "l" else times(alpha, b, a)
    assert_same(out, (whole + np.multiply(beta, c)).astype(dtype))


def triangle(rng, n, dtype, uplo, diag):
    """A triangle of integers with inverses of its diagonal that are exact, as it stands in memory and as it counts."""
    a = integers(rng, (n, n), dtype, largest=1)
    np.fill_diagonal(a, 1 if diag == "u" else rng.choice([1, -1, 2, -0.5], n))
    stored = only(a, uplo)
    if diag == "u":
        np.fill_diagonal(stored, np.nan)
    return stored, only(a, uplo, 0)


@settings(max_examples=150)
@given(settings_of_a_call(), st.booleans())
def test_trmm_and_trsm(given_settings, solves):
    pick, dtype, rng, factors = given_settings
    side, uplo, trans, diag, alpha = pick("lr"), pick("lu"), pick("ntc"), pick("nu"), pick(factors)
    order, other = pick(ORDERS), pick(SIZES)
    m, n = (order, other) if side == "l" else (other, order)
    if solves and alpha not in (0, 1, -2):
        alpha = 2j
    stored, a = triangle(rng, order, dtype, uplo, diag)
    x = integers(rng, (m, n), dtype)
    product = times(1, op(a, trans), x) if side == "l" else times(1, x, op(a, trans))
    if solves:
        b, expected = product / alpha if alpha else product, x if alpha else 0 * x
    else:
        b, expected = x, np.multiply(alpha, product)
    out = laid_out(pick, b.astype(dtype))
    run = pbl.trsm if solves else pbl.trmm
    letters = {"side": side, "uplo": uplo, "trans": trans, "diag": diag, "alpha": alpha}
    new = run(laid_out(pick, stored), out, **letters)
    assert_same(out, b.astype(dtype))
    assert_same(new, expected.astype(dtype))
    assert run(laid_out(pick, stored), out, out=out, **letters) is out
    assert_same(out, expected.astype(dtype))


@settings(max_examples=50)
@given(settings_of_a_call())
def test_omatcopy(given_settings):
    pick, dtype, rng, factors = given_settings
    trans, alpha = pick("ntcr"), pick(factors)
    a = integers(rng, (pick(SIZES), pick(SIZES)), dtype)
    expected = np.multiply(alpha, a.conj() if trans == "r" else op(a, trans)).astype(dtype)
    out = laid_out(pick, np.full(expected.shape, np.nan, dtype))
    assert pbl.omatcopy(laid_out(pick, a), alpha=alpha, trans=trans, out=out) is out
    assert_same(out, expected)
    assert_same(pbl.omatcopy(a, alpha=alpha, trans=trans), expected)


@pytest.mark.parametrize("n", [40, 300])
def test_triangles_and_symmetric_products_have_the_bits_of_gemm(n, dtype, rng):
    a, b = floats(rng, (n, 50), dtype), floats(rng, (n, n), dtype)
    whole = pbl.gemm(a, a, trans_b="t")
    for uplo in "lu":
        assert bits(pbl.syrk(a, uplo=uplo)) == bits(np.where(mask(uplo, n), whole, 0).astype(dtype))
        symmetric = np.where(mask(uplo, n), b, b.T)
        assert bits(pbl.symm(b, a, uplo=uplo)) == bits(pbl.gemm(symmetric, a))
        assert bits(pbl.symm(b, a.T, uplo=uplo, side="r")) == bits(pbl.gemm(a.T, symmetric))


@pytest.mark.parametrize("name", ["trmm", "trsm"])
def test_triangular_results_keep_their_bits(name, dtype, rng):
    n = 140
    a = np.tril(floats(rng, (n, n), dtype)) / n + np.eye(n, dtype=dtype)
    b = floats(rng, (n, 50), dtype)
    run = getattr(pbl, name)
    expected = bits(run(a, b))
    for isa in ISAS:
        pbl.set_isa(isa)
        assert bits(run(LAYOUTS["F"](a), LAYOUTS["F"](b))) == expected
        assert bits(run(a.T, b, uplo="u", trans="t")) == expected
        assert bits(run(a, b[:, :7])) == bits(run(a, b)[:, :7])
    wide = floats(rng, (n, 500), dtype)
    results = set()
    for threads in THREADS:
        with pbl.threads(threads):
            results.add(bits(run(a, wide)))
    assert len(results) == 1


def test_trsm_solves(dtype, rng):
    n = 500
    a = np.tril(floats(rng, (n, n), dtype)) / n + np.eye(n, dtype=dtype)
    b = floats(rng, (n, 60), dtype)
    x = pbl.trsm(a, b)
    wide = np.promote_types(dtype, np.float64)
    error = np.abs(a.astype(wide) @ x - b)
    bound = n * np.finfo(dtype).eps * (np.abs(a) @ np.abs(x))
    assert (error <= bound).all()


def test_a_zero_on_the_diagonal_is_no_error(dtype):
    a = np.array([[2, 0], [1, 0]], dtype)
    x = pbl.trsm(a, np.array([[2], [3]], dtype))
    assert x[0, 0] == 1 and not np.isfinite(x[1, 0])


def test_nan_comes_where_the_formula_says(dtype):
    n = 40
    a, b = np.tri(n, dtype=dtype), np.ones((n, 3), dtype)
    b[17, 1] = np.nan
    expected = np.zeros((n, 3), bool)
    expected[17:, 1] = True
    assert_same(np.isnan(pbl.trmm(a, b)), expected)
    assert_same(np.isnan(pbl.trsm(a, b)), expected)


def test_out_may_overlap_the_operands(dtype, rng):
    a, b = integers(rng, (20, 20), dtype), integers(rng, (20, 20), dtype)
    for run, arguments in ((pbl.symm, (a, b)), (pbl.gemmt, (a, b)), (pbl.syrk, (a,)), (pbl.syr2k, (a, b)),
                           (pbl.trmm, (a, b)), (pbl.omatcopy, (a,))):  # fmt: skip
        expected = run(*arguments)
        shared = a.copy()
        got = run(shared, *arguments[1:], out=shared)
        assert got is shared
        n = np.nonzero(expected) if run in (pbl.gemmt, pbl.syrk, pbl.syr2k) else ...
        assert_same(shared[n], expected[n])


SQUARE, TALL = np.ones((3, 3)), np.ones((3, 4))
BAD = {
    "uplo is no letter": (lambda: pbl.syrk(TALL, uplo="x"), ValueError, ["uplo:", "'x'", "'l' or 'u'"]),
    "uplo is upper case": (lambda: pbl.symm(SQUARE, TALL, uplo="L"), ValueError, ["uplo:", "'L'"]),
    "uplo is two letters": (lambda: pbl.symm(SQUARE, TALL, uplo="lu"), ValueError, ["uplo:", "'lu'"]),
    "side is a number": (lambda: pbl.hemm(SQUARE, TALL, side=1), ValueError, ["side:", "1", "'l' or 'r'"]),
    "diag is no letter": (lambda: pbl.trsm(SQUARE, TALL, diag="d"), ValueError, ["diag:", "'d'", "'n' or 'u'"]),
    "trans of a complex syrk": (lambda: pbl.syrk(TALL * 1j, trans="c"), ValueError, ["trans:", "'c'", "'n' or 't'"]),
    "trans of a complex herk": (lambda: pbl.herk(TALL * 1j, trans="t"), ValueError, ["trans:", "'t'", "'n' or 'c'"]),
    "trans of omatcopy": (lambda: pbl.omatcopy(TALL, trans="x"), ValueError, ["trans:", "'x'"]),
    "a is not square": (lambda: pbl.symm(TALL, TALL), ValueError, ["a:", "(3, 4)", "square"]),
    "a has another order": (lambda: pbl.trmm(SQUARE, TALL, side="r"), ValueError, ["a:", "(3, 3)", "(4, 4)"]),
    "a is a vector": (lambda: pbl.syrk(np.ones(3)), ValueError, ["a:", "1 dimensions", "expected 2"]),
    "the product is not square": (lambda: pbl.gemmt(SQUARE, TALL), ValueError, ["b:", "4 columns", "expected 3"]),
    "b is not like a": (lambda: pbl.syr2k(TALL, SQUARE), ValueError, ["b:", "(3, 3)", "(3, 4)"]),
    "herk with a complex alpha": (lambda: pbl.herk(TALL * 1j, alpha=1j), TypeError, ["alpha:", "1j", "a real number"]),
    "her2k with a complex beta": (
        lambda: pbl.her2k(TALL * 1j, TALL, beta=1j, c=SQUARE), TypeError, ["beta:", "1j", "a real number"]),
    "beta without c": (lambda: pbl.syrk(TALL, beta=1), ValueError, ["beta:", "neither c nor out"]),
    "c has another shape": (lambda: pbl.syrk(TALL, beta=1, c=TALL), ValueError, ["c:", "(3, 4)", "(3, 3)"]),
    "out has another shape": (lambda: pbl.trsm(SQUARE, TALL, out=SQUARE), ValueError, ["out:", "(3, 3)", "(3, 4)"]),
    "out has another dtype": (lambda: pbl.trmm(SQUARE, TALL, out=TALL.astype("f4")), TypeError, ["out:", "float32"]),
    "integers": (lambda: pbl.trmm(SQUARE.astype(int), TALL.astype(int)), TypeError, ["a is int64", "astype"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case):
    call, error, words = BAD[case]
    with pytest.raises(error) as caught:
        call()
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("run", [pbl.syrk, pbl.symm, pbl.trsm, pbl.her2k])
def test_no_memory(run, rng):
    a = floats(rng, (500, 500), np.dtype(np.float64))
    operands = (a,) if run is pbl.syrk else (a, a.copy())
    pbl.lib.pbl_release_workspace()
    pbl.lib.pbl_test_fail_allocation(1)
    with pytest.raises(MemoryError):
        run(*operands)


@pytest.mark.parametrize("trans", "ntcr")
@pytest.mark.parametrize("shape", [(5, 7), (6, 6), (1, 9), (40, 33), (0, 3), (3, 0)], ids=str)
def test_imatcopy(shape, trans, dtype, isa, rng):
    """In the memory of a, whatever it looks like, if its shape may stay; any contiguous one else."""
    given = integers(rng, shape, dtype)
    for alpha, kind in itertools.product((0, 1, -2), LAYOUTS):
        a = LAYOUTS[kind](given)
        before = a.copy()
        if trans in "tc" and shape[0] != shape[1] and not (a.flags.c_contiguous or a.flags.f_contiguous):
            with pytest.raises(ValueError, match=r"^a: given strides"):
                pbl.imatcopy(a, trans=trans)
            assert_same(a, before)
            continue
        got = pbl.imatcopy(a, alpha=alpha, trans=trans)
        assert_same(got, pbl.omatcopy(before, alpha=alpha, trans=trans))
        assert got is a if got.shape == a.shape else np.shares_memory(got, a) or not a.size


def test_imatcopy_of_what_c_cannot_address(dtype, rng):
    a = np.zeros((4, 4), [("tag", "u1"), ("x", dtype)])["x"]
    a[...] = before = integers(rng, (4, 4), dtype)
    assert pbl.imatcopy(a) is a
    assert_same(a, before.T)


def test_imatcopy_is_refused():
    for a, error, words in (([[1.0]], TypeError, "^a: given list"), (np.ones(3), ValueError, "^a: given 1 dim"),
                            (np.ones((2, 2), int), TypeError, "^a: no BLAS computes in int64"),
                            (np.ones((2, 2), ">f8"), TypeError, "^a: given dtype >f8, expected float64"),
                            (np.broadcast_to(1.0, (2, 2)), ValueError, "^a: given a read-only")):  # fmt: skip
        with pytest.raises(error, match=words):
            pbl.imatcopy(a)
    pbl.lib.pbl_release_workspace()
    pbl.lib.pbl_test_fail_allocation(1)
    a = np.arange(6.0).reshape(2, 3)
    with pytest.raises(MemoryError):
        pbl.imatcopy(a)
    assert_same(a, np.arange(6.0).reshape(2, 3))


def test_gemm3m(dtype, rng):
    a, b, c = (integers(rng, shape, dtype) for shape in ((5, 7), (9, 7), (5, 9)))
    if dtype.kind != "c":
        with pytest.raises(TypeError, match=f"would be {dtype}"):
            pbl.gemm3m(a, b, trans_b="c")
        return
    more = {"alpha": 2j, "beta": -1, "c": c, "trans_b": "c"}
    assert_same(pbl.gemm3m(a, b, **more), pbl.gemm(a, b, **more))
