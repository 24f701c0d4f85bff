# SPDX-License-Identifier: MIT
"""The short way to C (see test_plain.py) of calls that say more: transposes, vectors, epilogues, packed matrices."""

import itertools

import numpy as np
import pytest
from conftest import DTYPES, bits, floats
from narrow import BF16, F16
from plain import INPUT_KINDS, KINDS, compare, only_the_long_way, operands, outcome, shapes_of

import pyblaslite as pbl
from pyblaslite import _gemm, _level1, _level2

OPERATIONS = list(itertools.product("ntc", repeat=2))


@pytest.mark.parametrize("trans", OPERATIONS, ids="".join)
def test_transposed(trans, dtype, monkeypatch):
    """gemm of op(a) and op(b), also of a packed b; and letters that are none."""
    op_a, op_b = trans
    for kinds in itertools.product(("C", "F", "every other", "byte-swapped"), ("C", "reversed"), ("C", "F", "None")):
        shapes = (5, 7)[:: 1 if op_a == "n" else -1], (7, 9)[:: 1 if op_b == "n" else -1], (5, 9)
        make = operands(shapes, dtype, kinds)
        compare(make, pbl.gemm, trans_a=op_a, trans_b=op_b)
        packed = pbl.pack_b(make()[1], trans_b=op_b)
        compare(lambda make=make, b=packed: (make()[0], b, make()[2]), pbl.gemm, trans_a=op_a)
        compare(lambda make=make, b=packed: (make()[0], b, make()[2]), pbl.gemm, trans_a=op_a, trans_b="t")
    monkeypatch.setattr(_gemm, "as_array", None)  # the long way would stumble here
    a, b, out = operands(shapes, dtype)()
    assert pbl.gemm(a, b, out=out, trans_a=op_a, trans_b=op_b) is out
    assert bits(pbl.gemm(a, pbl.pack_b(b, trans_b=op_b), trans_a=op_a)) == bits(out)


@pytest.mark.parametrize("letter", ["N", "", "nn", "n\0", "x", b"n", None, 1, ["n"], np.str_("t")], ids=repr)
def test_letters(letter):
    make = operands(((5, 5), (5, 5), (5, 5)), DTYPES[0])
    for name in ("trans_a", "trans_b"):
        compare(make, pbl.gemm, **{name: letter})
    compare(lambda: (make()[0], make()[1][0], None), pbl.gemv, trans=letter)


@pytest.mark.parametrize("kind", INPUT_KINDS)
@pytest.mark.filterwarnings("ignore")
def test_vectors_of_every_kind(kind, dtype):
    vector = [floats(np.random.default_rng(seed), 9, dtype) for seed in range(2)]
    matrix = floats(np.random.default_rng(2), (9, 9), dtype)
    kept = lambda x: x.copy()  # noqa: E731
    for first, second in ((INPUT_KINDS[kind], kept), (kept, INPUT_KINDS[kind])):
        for run in (pbl.dot, pbl.dotc):
            compare(lambda f=first, s=second: (f(vector[0]), s(vector[1]), None), run)
        for trans, out in itertools.product("ntc", (None, np.zeros(9, dtype))):
            compare(lambda f=first, s=second, out=out: (f(matrix), s(vector[0]), out), pbl.gemv, trans=trans)
        for a, b in ((matrix, vector[0]), (vector[0], matrix), (vector[0], vector[1])):
            compare(lambda a=a, b=b, f=first, s=second: (f(a), s(b), None))
    if kind in KINDS:
        for trans in "ntc":
            make = lambda: (matrix, vector[0], KINDS[kind](vector[1]))  # noqa: E731
            compare(make, pbl.gemv, trans=trans)
            compare(make)


def test_vectors_that_fit_and_that_do_not(dtype):
    for (m, n), length, out in itertools.product([(3, 4), (4, 3), (0, 3), (3, 0), (1, 1)], (0, 1, 3, 4), (None, 3, 4)):
        for trans in "ntc":
            make = lambda: (np.ones((m, n), dtype), np.ones(length, dtype), out and np.ones(out, dtype))  # noqa: B023, E731
            compare(make, pbl.gemv, trans=trans)
        compare(lambda: (np.ones(m, dtype), np.ones(length, dtype), None), pbl.dot)  # noqa: B023
    for shapes in itertools.product([(), (3,), (3, 3)], repeat=2):
        for run in (pbl.dot, pbl.gemv):
            compare(lambda: (*(np.ones(s, dtype) for s in shapes), None), run)  # noqa: B023


def test_the_short_way_of_vectors_is_taken(dtype, monkeypatch, rng):
    """Long ones too, for which the lock is let go; results are numpy's own scalars."""
    monkeypatch.setattr(_level1, "vectors", None)
    monkeypatch.setattr(_level2, "as_array", None)
    for n in (1, 9, 40_000):
        x, y = floats(rng, n, dtype), floats(rng, n, dtype)
        assert type(pbl.dot(x, y)) is dtype.type
        assert type(pbl.dotc(x, y[::-1])) is dtype.type
        a = np.broadcast_to(x[:300], (3, min(n, 300)))
        assert pbl.gemv(a, y[:300]).shape == (3,)
        assert pbl.gemv(a.T, y[:300], trans="c").shape == (3,)


@pytest.mark.parametrize("shift", [-9, -8, -1, 0, 8, 9])
def test_a_vector_in_out(shift, dtype):
    def make():
        memory = floats(np.random.default_rng(3), 40, dtype)
        return np.eye(9, dtype=dtype)[::-1], memory[10:19], memory[10 + shift : 19 + shift]

    for trans in "nt":
        assert compare(make, pbl.gemv, trans=trans)[0] is True
    assert compare(make)[0] is True
    assert compare(lambda: (make()[1], make()[0], make()[2]))[0] is True


REALS = [np.dtype(d) for d in ("f4", "f8", F16, BF16)]
each_real = pytest.mark.parametrize("dtype", REALS, ids=str)
each_packing = pytest.mark.parametrize("packs", [False, True], ids=["b", "packed b"])


def epilogue_operands(dtype, packs=False):
    """a, b, out, scale and bias."""
    rng = np.random.default_rng(1)
    a, b, out = (floats(rng, shape, np.dtype("f8")).astype(dtype) for shape in ((5, 9), (9, 7), (5, 7)))
    sums = dtype if dtype.itemsize > 2 else np.dtype(np.float32)
    return a, pbl.pack_b(b) if packs else b, out, floats(rng, 7, sums), floats(rng, 7, sums)


@each_real
@each_packing
@pytest.mark.parametrize("activation", [None, "relu", "gelu"])
def test_epilogues(dtype, packs, activation, monkeypatch):
    """The short way has one for each column, and is taken: the long one would stumble."""
    a, b, out, scale, bias = epilogue_operands(dtype, packs)
    for scales, biases, to in itertools.product((None, scale, scale[::-1]), (None, bias), (None, out)):
        compare(lambda to=to: (a, b, to), pbl.gemm, scale=scales, bias=biases, activation=activation)
        monkeypatch.setattr(_gemm, "as_array", None)
        got = pbl.gemm(a, b, out=to, scale=scales, bias=biases, activation=activation)
        monkeypatch.undo()
        assert got.dtype == dtype and (to is None or got is to)


@each_real
@each_packing
@pytest.mark.parametrize("end", ["scale", "bias"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore")
def test_epilogues_of_every_kind(kind, end, packs, dtype):
    a, b, out, x, _ = epilogue_operands(dtype, packs)
    for values in (x, np.tile(x, (5, 1)), x[:1]):
        compare(lambda: (a, b, out.copy()), pbl.gemm, **{end: KINDS[kind](values)})


@each_packing
def test_epilogues_that_do_not_fit(packs):
    """Lengths, activations, dtypes."""
    a, b, out, _, bias = epilogue_operands(REALS[0], packs)
    make = lambda: (a, b, out.copy())  # noqa: E731
    for length in (0, 1, 5, 6, 7, 8):
        assert compare(make, pbl.gemm, bias=np.resize(bias, length))[0] is (True if length in (1, 7) else ValueError)
    for activation in ("tanh", "Relu", "", "relu\0", 1, ["relu"], np.str_("relu"), b"relu"):
        compare(make, pbl.gemm, activation=activation)
    for dtype in (*DTYPES, np.dtype(np.int8), np.dtype(np.float16)):
        x, y = np.ones((5, 9), dtype), np.ones((9, 7), dtype)
        for to in (None, np.zeros((5, 7), dtype), np.zeros((5, 7), np.int32)):
            compare(lambda x=x, y=y, to=to: (x, pbl.pack_b(y) if packs else y, to), pbl.gemm, bias=bias)


@each_real
@pytest.mark.parametrize("shift", [-8, -7, -6, 0, 30, 34, 35])
def test_an_epilogue_in_out(dtype, shift):
    """out over bias, in part, or beside it."""

    def way():
        a, b, out, _, bias = epilogue_operands(dtype)
        memory = np.zeros(100, dtype)
        if bias.dtype == dtype:
            memory[40 + shift : 47 + shift], bias = bias, memory[40 + shift : 47 + shift]
        out = memory[40:75].reshape(5, 7)
        return outcome(a, b, out, lambda a, b, out: pbl.gemm(a, b, out=out, bias=bias))

    short = way()
    with only_the_long_way():
        assert short == way()
    assert short[0] is True


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore")
def test_a_packed_b_with_operands_of_every_kind(kind, dtype):
    """gemm(a, packed, out=...) has a short way, too."""
    packed = pbl.pack_b(floats(np.random.default_rng(1), (9, 7), dtype))
    for kinds in ((kind, "C", "C"), ("C", "C", kind), (kind, "C", "None")):
        make = operands(shapes_of((), (), 5, 7, 9), dtype, kinds)
        compare(lambda make=make: (make()[0], packed, make()[2]), pbl.gemm)


def test_the_short_way_of_a_packed_b_is_taken(dtype, monkeypatch):
    monkeypatch.setattr(_gemm, "as_array", None)
    a, b, out = operands(shapes_of((), (), 5, 7, 9), dtype, ("F", "C", "C"))()
    packed = pbl.pack_b(b)
    assert pbl.gemm(a, packed, out=out) is out
    assert bits(pbl.gemm(a, packed)) == bits(out)
