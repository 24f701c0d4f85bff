# SPDX-License-Identifier: MIT
"""activation(scale (alpha A B + beta C) + bias): by its definition, the same bits everywhere, on every path."""

import itertools
import math

import ml_dtypes
import numpy as np
import pytest
from conftest import LAYOUTS, OPS, THREADS, bits, floats, op
from conftest import assert_same as assert_same_wide
from hypothesis import given, settings
from hypothesis import strategies as st

import pyblaslite as pbl

ISAS = pbl.isas()
F16, BF16, F32, F64, I8, U8 = (np.dtype(d) for d in ("f2", ml_dtypes.bfloat16, "f4", "f8", "i1", "u1"))
KINDS = ((F32, F32), (F64, F64), (F16, F16), (BF16, BF16), (I8, I8), (U8, I8))
ACTIVATIONS = (None, "relu", "gelu")

# Tiny; a few rows by many columns; few sums of many products; a short K; more than a block; blocks of K.
SHAPES = (
    (1, 1, 1), (2, 3, 4), (5, 7, 9), (1, 500, 300), (3, 700, 130), (8, 400, 200), (20, 16, 4000), (100, 200, 20),
    (61, 97, 150), (70, 50, 2100), (150, 200, 150),
)  # fmt: skip

# Out of a matrix of one more row and column than the result has.
FORMS = {
    "()": lambda x: x[0, 0],
    "(1,)": lambda x: x[0, :1],
    "(n,)": lambda x: x[0, 1:],
    "(1, n)": lambda x: x[:1, :-1],
    "(m, 1)": lambda x: x[1:, :1],
    "(m, n)": lambda x: x[1:, :-1],
    "none": lambda x: None,
}

each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind[0]}-{kind[1]}")
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)
each_real = pytest.mark.parametrize("dtype", [F32, F64], ids=str)


def results(kind):
    """The dtypes that a product with an epilogue can give; the first is the default."""
    return {F32: (F32,), F64: (F64,), F16: (F16, F32), BF16: (BF16, F32)}.get(kind[0], (F32, F16, BF16))


def real(kind):
    """The type of the sums, scale and bias."""
    return F64 if kind[0] == F64 else F32


def numbers(rng, shape, dtype, is_exact):
    """All values of an 8-bit integer; floats with exact sums, or of any value."""
    if dtype.kind in "iu":
        return rng.integers(np.iinfo(dtype).min, np.iinfo(dtype).max, shape, dtype, endpoint=True)
    return rng.integers(-4, 5, shape).astype(dtype) if is_exact else floats(rng, shape, F64).astype(dtype)


def activated(x, activation):
    """In float64, NaN kept."""
    if activation == "relu":
        return np.where(x < 0, 0, x)
    if activation == "gelu":
        tail = np.frompyfunc(lambda v: 0.5 * math.erfc(-v / math.sqrt(2)), 1, 1)
        return np.asarray(x * np.asarray(tail(x), "f8"), "f8")
    return x


def formula(a, b, alpha=1, beta=0, c=None, scale=None, bias=None, activation=None):
    """In float64, and the size of what is added up."""
    x, size = (alpha * (f(a.astype("f8")) @ f(b.astype("f8"))) for f in (np.asarray, np.abs))
    size = np.abs(size)
    if beta:
        x, size = x + beta * c.astype("f8"), size + np.abs(beta * c.astype("f8"))
    if scale is not None:
        x, size = x * np.asarray(scale, "f8"), size * np.abs(np.asarray(scale, "f8"))
    if bias is not None:
        x, size = x + np.asarray(bias, "f8"), size + np.abs(np.asarray(bias, "f8"))
    return activated(x, activation), size


def assert_same(got, expected):
    """Equal, NaN to NaN, which numpy does not see in bfloat16."""
    assert got.dtype == expected.dtype
    assert_same_wide(*(x.astype(F32) if x.dtype == BF16 else x for x in (got, expected)))


def assert_close(got, arguments, k):
    """Within Higham's bound for the sum, a few roundings for the rest, and one to the result's dtype."""
    expected, size = formula(**{name: x for name, x in arguments.items() if name != "out"})
    sums = F64 if arguments["a"].dtype == F64 else F32
    unit = np.finfo(sums).eps / 2
    terms = 0 if arguments["a"].dtype.kind in "iu" else k
    bound = 1.2 * (terms + 8) * unit * size
    if got.dtype != sums:
        info = ml_dtypes.finfo(got.dtype)
        bound = bound + float(info.eps) / 2 * (np.abs(expected) + bound) + float(info.smallest_subnormal)
    assert got.shape == expected.shape
    assert (np.abs(got.astype("f8") - expected) <= bound).all()


def lay_out(x, layout):
    return LAYOUTS[layout](x.view(ml_dtypes.float8_e5m2)).view(x.dtype) if x.itemsize == 1 else LAYOUTS[layout](x)


def extras(rng, m, n, dtype, layout, is_exact=False):
    """A matrix to take scale or bias from with FORMS."""
    values = rng.integers(-3, 4, (m + 1, n + 1)) if is_exact else floats(rng, (m + 1, n + 1), F64)
    return LAYOUTS[layout](values.astype(dtype))


@st.composite
def epilogues(draw):
    """Arguments of gemm, with an epilogue."""
    pick = lambda values: draw(st.sampled_from(list(values)))  # noqa: E731
    kind, m, n, k = pick(KINDS), *(pick((0, 1, 2, 3, 7, 8, 9, 17, 33, 49, 97)) for _ in "mn"), pick((0, 1, 7, 33, 2100))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    dtype, is_exact = pick(results(kind)), draw(st.booleans())
    form_of_scale, form_of_bias = pick(FORMS), pick(FORMS)
    is_whole = kind[0].kind in "iu"
    more = {
        "scale": FORMS[form_of_scale](extras(rng, m, n, real(kind), pick(LAYOUTS), is_exact)),
        "bias": FORMS[form_of_bias](extras(rng, m, n, real(kind), pick(LAYOUTS), is_exact)),
        "activation": pick(ACTIVATIONS),
        "alpha": pick((0, 1, -2)), "beta": 0 if is_whole else pick((0, 1, -3)),
    }  # fmt: skip
    if more["scale"] is more["bias"] is more["activation"] is None:
        more["activation"] = "relu"
    a, b = numbers(rng, (m, k), kind[0], is_exact), numbers(rng, (k, n), kind[1], is_exact)
    c = numbers(rng, (m, n), dtype, is_exact)
    more |= {"c": None if is_whole else c, "out": LAYOUTS[pick(LAYOUTS)](c)}
    return {"a": lay_out(a, pick(LAYOUTS)), "b": b, **more}, is_exact, k


@settings(max_examples=200)
@given(epilogues(), st.sampled_from(ISAS), st.sampled_from(THREADS), st.sampled_from((None, *OPS)))
def test_any_epilogue(case, isa, threads, packing):
    """... with b packed from op(b), or not packed."""
    arguments, is_exact, k = case
    pbl.set_isa(isa)
    b, out = arguments["b"], arguments["out"]
    with pbl.threads(threads):
        right = b if packing is None else pbl.pack_b(op(b, packing), trans_b=packing)
        assert pbl.gemm(**{**arguments, "b": right}) is out
    if is_exact and arguments["activation"] != "gelu" and b.dtype.kind not in "iu":
        expected, _ = formula(**{name: x for name, x in arguments.items() if name != "out"})
        assert_same(out, expected.astype(real((b.dtype,))).astype(out.dtype))
    elif b.dtype.kind not in "iu" or out.dtype != F16:
        assert_close(out, arguments, k)


@each_kind
@each_shape
def test_every_path(kind, shape, every_vector_isa, rng):
    m, n, k = shape
    a, b = numbers(rng, (m, k), kind[0], False), numbers(rng, (k, n), kind[1], False)
    size = 1e-4 if kind[0].kind in "iu" else 1
    bias = extras(rng, m, n, real(kind), "C")
    scale = extras(rng, m, n, real(kind), "C") * real(kind).type(size)
    packed = pbl.pack_b(b)
    for form, activation, threads in (("(n,)", "gelu", 1), ("(m, 1)", "relu", 2), ("(m, n)", None, 3)):
        more = {"scale": FORMS[form](scale), "bias": FORMS[form](bias), "activation": activation}
        with pbl.threads(threads):
            got = pbl.gemm(a, b, **more)
            assert got.dtype == results(kind)[0]
            assert_close(got, {"a": a, "b": b, **more}, k)
            for order in ("F", "strided", "rows reversed"):
                assert_same(pbl.gemm(a, b, **more, out=LAYOUTS[order](np.empty((m, n), got.dtype))), got)
            pbl.batch_invariant(True)  # as packed operands are
            assert_same(pbl.gemm(a, packed, **more), pbl.gemm(a, b, **more))
            pbl.batch_invariant(False)


@each_kind
@each_shape
def test_exact(kind, shape, every_isa, rng):
    """Small integers, and an int32 that float32 holds."""
    m, n, k = shape
    a, b = (rng.integers(0 if d == U8 else -4, 5, s).astype(d) for s, d in zip(((m, k), (k, n)), kind, strict=True))
    scale, bias = (extras(rng, m, n, real(kind), "C", True) for _ in range(2))
    for form, activation in itertools.product(("(n,)", "(m, n)"), (None, "relu")):
        more = {"scale": FORMS[form](scale), "bias": FORMS[form](bias), "activation": activation}
        expected, _ = formula(a, b, **more)
        for dtype in results(kind):
            got = pbl.gemm(a, b, out=np.empty((m, n), dtype), **more)
            with np.errstate(over="ignore"):
                assert_same(got, expected.astype(real(kind)).astype(dtype))


@each_kind
@pytest.mark.parametrize("shape", [(1, 300, 700), (7, 19, 40), (20, 16, 4000), (61, 97, 150), (130, 90, 2100)], ids=str)
@pytest.mark.usefixtures("batch_invariant")
def test_same_bits(kind, shape, rng):
    """Of isa, threads, layouts and the packed b; each row as if it were alone."""
    m, n, k = shape
    activation = ACTIVATIONS[sum(shape) % len(ACTIVATIONS)]
    a, b = numbers(rng, (m, k), kind[0], False), numbers(rng, (k, n), kind[1], False)
    scale, bias = extras(rng, m, n, real(kind), "C"), extras(rng, m, n, real(kind), "C")
    scale *= 1e-4 if kind[0].kind in "iu" else 0.1
    scale, bias, found, dtype = scale[1:, 1:], bias[0, 1:], set(), results(kind)[0]
    more = {"bias": bias, "activation": activation}
    of_one_order = [isa for isa in ISAS if kind[0] != BF16 or isa != "amx"]
    for isa, threads in itertools.product(of_one_order, THREADS):
        pbl.set_isa(isa)
        with pbl.threads(threads):
            whole = pbl.gemm(a, b, scale=scale, **more)
            found.add(bits(whole.astype("f8")))
            found.add(bits(pbl.gemm(a, pbl.pack_b(b), scale=scale, **more).astype("f8")))
            for i in {0, m // 2, m - 1}:
                alone = pbl.gemm(a[i : i + 1], b, scale=scale[i : i + 1], **more)
                assert bits(alone.astype("f8")) == bits(whole[i : i + 1].astype("f8"))
    for layout in LAYOUTS:
        out, factors = LAYOUTS[layout](np.empty((m, n), dtype)), LAYOUTS[layout](scale)
        terms = LAYOUTS[layout](np.broadcast_to(bias, (m, n)))
        got = pbl.gemm(
            lay_out(a, layout), lay_out(b, layout), scale=factors, bias=terms, activation=activation, out=out
        )
        found.add(bits(got.astype("f8")))
    found.add(bits(pbl.gemm(b.T, a.T, scale=scale.T, bias=bias[:, None], activation=activation).T.astype("f8")))
    assert len(found) == 1


@each_kind
def test_narrow_results_are_rounded_once(kind, every_isa, rng):
    a, b = numbers(rng, (33, 70), kind[0], False), numbers(rng, (70, 49), kind[1], False)
    more = {"scale": 0.01, "bias": np.linspace(-1, 1, 49), "activation": "gelu"}
    wide = pbl.gemm(a, b, out=np.empty((33, 49), real(kind)), **more)
    for dtype in results(kind):
        assert_same(pbl.gemm(a, b, out=np.empty((33, 49), dtype), **more), wide.astype(dtype))


@each_kind
@pytest.mark.parametrize("layout", LAYOUTS)
def test_forms_and_layouts_of_scale_and_bias(kind, layout, rng):
    a, b = numbers(rng, (9, 17), kind[0], True), numbers(rng, (17, 33), kind[1], True)
    scale, bias = (extras(rng, 9, 33, real(kind), layout, True) for _ in range(2))
    for scale_form, bias_form in itertools.product(FORMS.values(), FORMS.values()):
        more = {"scale": scale_form(scale), "bias": bias_form(bias), "activation": "relu"}
        expected, _ = formula(a, b, **more)
        got = pbl.gemm(a, b, out=np.empty((9, 33), real(kind)), **more)
        assert_same(got, expected.astype(got.dtype))


@pytest.mark.parametrize("dtype", ["?", "u1", "i8", "f2", BF16, "f4", "f8", ">f8"], ids=str)
def test_scale_and_bias_of_other_dtypes(dtype, rng):
    a, b = numbers(rng, (5, 7), F32, True), numbers(rng, (7, 6), F32, True)
    x = rng.integers(0, 2, (5, 6)).astype(dtype)
    for kwargs in ({"bias": x}, {"scale": x}, {"bias": x[0], "scale": x[:, :1]}):
        assert_same(pbl.gemm(a, b, **kwargs), formula(a, b, **kwargs)[0].astype(F32))


def test_numbers_and_lists():
    a, b = np.full((2, 2), 3, F32), np.eye(2, dtype=F32)
    assert_same(pbl.gemm(a, b, scale=2, bias=-7, activation="relu"), np.zeros((2, 2), F32))
    assert_same(pbl.gemm(a, b, scale=[[1], [2]], bias=[10, 20]), np.array([[13, 23], [16, 26]], F32))
    assert_same(pbl.gemm(a, b, bias=((1, 2), (3, 4))), np.array([[4, 5], [6, 7]], F32))


@each_kind
def test_alpha_beta_and_c(kind, every_isa, rng):
    """c is read and kept; without it, beta multiplies what out holds."""
    if kind[0].kind in "iu":
        a, b = numbers(rng, (9, 30), kind[0], True), numbers(rng, (30, 20), kind[1], True)
        assert_same(pbl.gemm(a, b, alpha=-3, bias=5), formula(a, b, alpha=-3, bias=5)[0].astype(F32))
        return
    for (m, n, k), dtype in itertools.product(SHAPES[2:-1], results(kind)):
        a, b, c = (numbers(rng, s, d, True) for s, d in (((m, k), kind[0]), ((k, n), kind[1]), ((m, n), dtype)))
        more, before = {"alpha": -2, "beta": 0.5, "scale": 3, "bias": -1, "activation": "relu"}, c.copy()
        expected = formula(a, b, c=c, **more)[0].astype(real(kind)).astype(dtype)
        assert_same(pbl.gemm(a, b, c=c, **more), expected)
        assert_same(pbl.gemm(a, pbl.pack_b(b), c=c, out=np.empty_like(c), **more), expected)
        assert_same(c, before)
        for layout in ("C", "F", "strided"):
            out = LAYOUTS[layout](c)
            assert pbl.gemm(a, b, out=out, **more) is out
            assert_same(out, expected)
        assert_same(pbl.gemm(a, b, c=c, out=c, **more), expected)


@each_kind
@pytest.mark.parametrize("shape", [(1, 1), (3, 70), (33, 49), (120, 90)], ids=str)
def test_nothing_multiplied(kind, shape, every_isa, rng):
    """alpha = 0 or k = 0: what stands in A and B is not read; scale, bias and the activation apply."""
    m, n = shape
    nan = np.zeros if kind[0].kind in "iu" else lambda s, d: np.full(s, np.nan, d)
    bias, c = extras(rng, m, n, real(kind), "C", True)[1:, 1:], numbers(rng, shape, real(kind), True)
    for k, activation, dtype in itertools.product((0, 5, 2100), ACTIVATIONS, results(kind)):
        a, b = nan((m, k), kind[0]), nan((k, n), kind[1])
        for order in ("C", "F"):
            out = LAYOUTS[order](np.full(shape, np.nan, dtype))
            pbl.gemm(a, b, alpha=0 if k else 1, scale=3, bias=bias, activation=activation, out=out)
            np.testing.assert_allclose(
                out.astype("f8"), activated(bias.astype("f8"), activation).astype(dtype).astype("f8"), rtol=1e-2
            )
        assert_same(pbl.gemm(a, pbl.pack_b(b), alpha=0, bias=bias, out=out.copy()), bias.astype(dtype))
        if kind[0].kind not in "iu":
            got = pbl.gemm(a, b, alpha=0, beta=2, c=c, scale=3, bias=bias, activation="relu")
            assert_same(got, activated(6 * c + bias, "relu").astype(real(kind)))


@each_real
def test_relu(dtype, every_isa):
    """NaN stays, and so does plus infinity."""
    x = np.array([np.nan, np.inf, -np.inf, 1, -1, 0, np.finfo(dtype).tiny, -np.finfo(dtype).tiny], dtype)
    expected = np.array([np.nan, np.inf, 0, 1, 0, 0, np.finfo(dtype).tiny, 0], dtype)
    one = np.ones((1, 1), dtype)
    assert_same(pbl.gemm(x[:, None], one, activation="relu")[:, 0], expected)
    assert_same(pbl.gemm(one, np.tile(x, 20)[None], activation="relu")[0], np.tile(expected, 20))
    assert_same(pbl.gemm(np.ones((9, 8), dtype) * 0, np.zeros((8, 8), dtype), bias=x, activation="relu"),
                np.tile(expected, (9, 1)))  # fmt: skip


@each_real
def test_gelu(dtype, every_isa):
    """Relative to the value also where that is tiny: nothing cancels. erfc multiplies an error by 2 x^2."""
    x = np.linspace(-12, 12, 24001).astype(dtype)
    expected, one = activated(x.astype("f8"), "gelu"), np.ones((1, 1), dtype)
    if dtype == F32:
        error = 5 * np.spacing(np.abs(expected).astype(F32))
    else:
        error = 2.2e-16 * (20 + 2 * x * x) * np.abs(expected)
    for got in (pbl.gemm(x[:, None], one, activation="gelu")[:, 0], pbl.gemm(one, x[None], activation="gelu")[0]):
        assert (np.abs(got.astype("f8") - expected) <= error).all()


@each_real
def test_gelu_of_special_values(dtype, every_isa):
    largest, one = np.finfo(dtype).max, np.ones((1, 1), dtype)
    x = np.array([np.nan, np.inf, largest, 100, 0, np.finfo(dtype).tiny], dtype)
    expected = np.array([np.nan, np.inf, largest, 100, 0, np.finfo(dtype).tiny / 2], dtype)
    assert_same(pbl.gemm(x[:, None], one, activation="gelu")[:, 0], expected)


@each_real
def test_gelu_of_very_negative_values_is_zero(dtype, every_isa):
    x = np.array([-50, -100, -1e6, -1e30, -np.finfo(dtype).max], dtype)
    got = pbl.gemm(x[:, None], np.ones((1, 1), dtype), activation="gelu")[:, 0]
    assert_same(got, np.zeros(5, dtype))


@pytest.mark.parametrize("dtype", [F32, F64, F16, BF16], ids=str)
def test_scale_and_bias_may_share_memory_with_out(dtype, rng):
    a, b, c = (numbers(rng, s, dtype, True) for s in ((9, 30), (30, 20), (9, 20)))
    views = (lambda x: x, lambda x: x[0], lambda x: x[:, 2:3], lambda x: x[::-1, ::-1], lambda x: x[3, 4])
    for name, view, beta in itertools.product(("bias", "scale"), views, (0, 2)):
        out = c.copy()
        expected, _ = formula(a, b, beta=beta, c=c, activation="relu", **{name: view(c)})
        assert pbl.gemm(a, b, beta=beta, out=out, activation="relu", **{name: view(out)}) is out
        assert_same(out, expected.astype(dtype))
        packed, out = pbl.pack_b(b), c.copy()
        pbl.gemm(a, packed, beta=beta, out=out, activation="relu", **{name: view(out)})
        assert_same(out, expected.astype(dtype))


def test_bias_of_integers_may_share_memory_with_out(rng):
    a, b, c = numbers(rng, (9, 30), I8, True), numbers(rng, (30, 20), I8, True), numbers(rng, (9, 20), F32, True)
    for view in (lambda x: x, lambda x: x[0], lambda x: x[:, :1]):
        out, expected = c.copy(), formula(a, b, bias=view(c))[0].astype(F32)
        assert pbl.gemm(a, b, bias=view(out), out=out) is out
        assert_same(out, expected)


def test_dtypes_are_promoted_as_without_an_epilogue(rng):
    a, b = rng.integers(0, 2, (5, 7)), rng.integers(0, 2, (7, 6))
    for pair, expected in ((("f2", "f4"), F32), ((BF16, "f4"), F32), (("?", "f8"), F64), (("i1", "f4"), F32)):
        x, y = a.astype(pair[0]), b.astype(pair[1])
        assert_same(
            pbl.gemm(x, y, bias=-1, activation="relu"), formula(a, b, bias=-1, activation="relu")[0].astype(expected)
        )
        assert_same(pbl.gemm(y.T, x.T, scale=2), formula(b.T, a.T, scale=2)[0].astype(expected))


ONE = np.ones((2, 3), F32), np.ones((3, 4), F32)
WIDE = np.ones((2, 3), "c8"), np.ones((3, 4), "c8")
WHOLE = np.ones((2, 3), I8), np.ones((3, 4), I8)
PACKED, C = pbl.pack_b(ONE[1]), np.ones((2, 4), F32)

REFUSED = {
    "activation": (lambda: pbl.gemm(*ONE, activation="tanh"), ValueError, "^activation:.*'tanh'.*'relu'.*'gelu'"),
    "activation in capitals": (lambda: pbl.gemm(*ONE, activation="RELU"), ValueError, "^activation:.*'RELU'"),
    "activation a number": (lambda: pbl.gemm(*ONE, activation=1), ValueError, "^activation:.*1"),
    "activation a list": (lambda: pbl.gemm(*ONE, activation=["relu"]), (TypeError, ValueError), "^activation:.*relu"),
    "activation with the packed": (
        lambda: pbl.gemm(ONE[0], PACKED, activation="tanh"), ValueError, "^activation:.*'tanh'"),
    "bias too long": (lambda: pbl.gemm(*ONE, bias=np.ones(5)), ValueError, r"^bias:.*\(5,\).*\(2, 4\)"),
    "bias one for each row": (lambda: pbl.gemm(*ONE, bias=np.ones(2)), ValueError, r"^bias:.*\(2,\).*\(2, 4\)"),
    "bias a stack": (lambda: pbl.gemm(*ONE, bias=np.ones((1, 2, 4))), ValueError, r"^bias:.*\(1, 2, 4\)"),
    "bias empty": (lambda: pbl.gemm(*ONE, bias=[]), ValueError, r"^bias:.*\(0,\)"),
    "scale too long": (lambda: pbl.gemm(*ONE, scale=np.ones((3, 4))), ValueError, r"^scale:.*\(3, 4\).*\(2, 4\)"),
    "bias ragged": (lambda: pbl.gemm(*ONE, bias=[[1], [1, 2]]), ValueError, "^bias:"),
    "bias of strings": (lambda: pbl.gemm(*ONE, bias=["a"] * 4), TypeError, "^bias:.*<U1.*real"),
    "bias of objects": (lambda: pbl.gemm(*ONE, bias=np.ones(4, object)), TypeError, "^bias:.*object.*real"),
    "bias complex": (lambda: pbl.gemm(*ONE, bias=1j), TypeError, "^bias:.*complex128.*real"),
    "bias masked": (lambda: pbl.gemm(*ONE, bias=np.ma.ones(4)), TypeError, "^bias:.*masked"),
    "scale complex": (lambda: pbl.gemm(*ONE, scale=np.ones(4, "c8")), TypeError, "^scale:.*complex64.*real"),
    "scale a date": (lambda: pbl.gemm(*ONE, scale=np.zeros(4, "M8[s]")), TypeError, "^scale:.*datetime64"),
    "complex operands, bias": (lambda: pbl.gemm(*WIDE, bias=1), TypeError, "bias.*complex64.*real"),
    "complex operands, relu": (lambda: pbl.gemm(*WIDE, activation="relu"), TypeError, "activation.*complex64.*real"),
    "complex operands, scale": (lambda: pbl.gemm(WIDE[0], ONE[1], scale=2), TypeError, "scale.*complex64.*real"),
    "complex operands, packed": (
        lambda: pbl.gemm(WIDE[0], pbl.pack_b(WIDE[1]), bias=1), TypeError, "bias.*complex64.*real"),
    "complex c": (lambda: pbl.gemm(*ONE, beta=1, c=C * 1j, bias=1), TypeError, "bias.*complex64.*real"),
    "complex c, packed": (
        lambda: pbl.gemm(ONE[0], PACKED, beta=1, c=C * 1j, bias=1), TypeError, "(c|bias).*complex64"),
    "wide c, packed": (
        lambda: pbl.gemm(ONE[0], PACKED, beta=1, c=C.astype(F64), bias=1), TypeError, "^c:.*float64.*float32"),
    "c of strings, packed": (
        lambda: pbl.gemm(ONE[0], PACKED, beta=1, c=np.full((2, 4), "1"), bias=1), TypeError, "^c:.*<U1"),
    "integers into int32": (
        lambda: pbl.gemm(*WHOLE, bias=1, out=np.ones((2, 4), "i4")), TypeError, "^out:.*int32.*float32"),
    "float32 into float16": (lambda: pbl.gemm(*ONE, bias=1, out=np.ones((2, 4), F16)), TypeError, "^out:.*float16"),
    "alpha of integers": (lambda: pbl.gemm(*WHOLE, alpha=0.5, bias=1), TypeError, "^alpha:.*0.5"),
    "integers": (lambda: pbl.gemm(*(x.astype("i4") for x in WHOLE), bias=1), TypeError, "^a and b:.*int32"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    call, exception, words = REFUSED[case]
    with pytest.raises(exception, match=words):
        call()


@each_kind
def test_no_memory(kind):
    """MemoryError leaves out as it was, and the next call succeeds."""
    a, b = np.ones((300, 300), kind[0]), np.ones((300, 300), kind[1])
    out = np.full((300, 300), 7, real(kind))
    pbl.lib.pbl_release_workspace()
    pbl.lib.pbl_test_fail_allocation(1)
    with pytest.raises(MemoryError, match="unchanged"):
        pbl.gemm(a, b, bias=1, out=out)
    assert_same(out, np.full((300, 300), 7, real(kind)))
    assert_same(pbl.gemm(a, b, bias=1, out=out), np.full((300, 300), 301, real(kind)))
