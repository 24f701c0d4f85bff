# SPDX-License-Identifier: MIT
"""Calls of plain arrays go a short way to C, which must not be seen in anything but the time.

Each call is made both ways: as it is, and with the short way never taken. The result, what is in memory around out, and
the exception if there is one, must be the same.
"""

import itertools
import os
import subprocess
import sys
import threading

import numpy as np
import pytest
from conftest import DTYPES, ISAS, LAYOUTS, bits, floats
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from narrow import BF16, F16, F32, I8, I32, U8

import pyblaslite as pbl
from pyblaslite import _gemm, _level1, _level2, _packed


class Subclass(np.ndarray):
    pass


def in_memory(x, strides, offset=0):
    """A copy of x with these strides in bytes, some way into a block of memory of bytes 0xff."""
    low = sum((n - 1) * s for n, s in zip(x.shape, strides, strict=True) if s < 0)
    high = sum((n - 1) * s for n, s in zip(x.shape, strides, strict=True) if s > 0)
    memory = np.full(offset - low + high + x.itemsize + 64, 255, np.uint8)
    view = np.ndarray(x.shape, x.dtype, memory, offset - low, strides)
    view[...] = x
    return view


def fortran(x):
    return np.asfortranarray(x) if x.ndim else x.copy()


def every_other(x):
    return in_memory(x, [2 * s for s in x.copy().strides]) if x.size else x.copy()


def swapped_axes(x):
    """The matrices' columns contiguous, one matrix after another."""
    return LAYOUTS["F"](x) if x.ndim > 1 else x.copy()


def with_strange_strides_of_ones(x):
    """Where a dimension is 1, or there are no elements, numpy lets the stride be anything."""
    strides = [97 * x.itemsize if n == 1 else s for n, s in zip(x.shape, x.copy().strides, strict=True)]
    return np.lib.stride_tricks.as_strided(x.copy(), x.shape, strides)


def read_only(x):
    x = x.copy()
    x.flags.writeable = False
    return x


# What an operand or out may be; each holds the values of the array it is made from.
KINDS = {
    "C": lambda x: x.copy(),
    "F": fortran,
    "columns": swapped_axes,
    "every other": every_other,
    "reversed": lambda x: np.flip(np.flip(x).copy()),
    "first reversed": lambda x: x[::-1].copy()[::-1] if x.ndim else x.copy(),
    "misaligned": lambda x: in_memory(x, x.copy().strides, 1) if x.size else x.copy(),
    "strides off by a byte": lambda x: in_memory(x, [s + 1 for s in x.copy().strides]) if x.size else x.copy(),
    "offset by an element": lambda x: in_memory(x, x.copy().strides, x.itemsize) if x.size else x.copy(),
    "strange strides": with_strange_strides_of_ones,
    "byte-swapped": lambda x: x.astype(x.dtype.newbyteorder()),
    "with metadata": lambda x: x.astype(np.dtype(x.dtype, metadata={"unit": "m"})),
    "wider": lambda x: x.astype(np.promote_types(x.dtype, np.complex128)),
    "integers": lambda x: x.real.astype(np.int64),
    "longdouble": lambda x: x.astype(np.promote_types(x.dtype, np.longdouble)),
    "objects": lambda x: x.astype(object),
    "records": lambda x: np.zeros(x.shape, [("x", x.dtype)]),
    "a subclass": lambda x: x.copy().view(Subclass),
    "a matrix": lambda x: x.copy().view(np.matrix) if x.ndim == 2 else x.copy(),
    "masked": np.ma.array,
    "read-only": read_only,
    "a list": lambda x: x.tolist(),
    "a number": lambda x: 3.0,
    "None": lambda x: None,
}
INPUT_KINDS = {
    **KINDS,
    "broadcast rows": lambda x: np.broadcast_to(x[..., :1, :], x.shape) if x.ndim > 1 and x.size else x,
    "broadcast columns": lambda x: np.broadcast_to(x[..., :1], x.shape) if x.ndim and x.size else x,
    "broadcast stack": lambda x: np.broadcast_to(x[:1], x.shape) if x.ndim and x.size else x,
}


def outcome(a, b, out, call=pbl.matmul):
    """What the call does with it: a result's bits and all memory it stands in, or an exception in words."""
    try:
        got = call(a, b, out=out)
    except Exception as error:  # whichever
        return type(error), str(error)
    base = out if getattr(out, "base", None) is None else out.base
    return got is out, bits(np.asarray(got)), np.asarray(base).tobytes() if isinstance(base, np.ndarray) else b""


def compare(make):
    """`make` gives a, b and out anew for each of the two ways."""
    short = outcome(*make())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_gemm, "multiply_plain", lambda a, b, out: None)
        assert short == outcome(*make())
    return short


def shapes_of(stack_a, stack_b, m, n, k):
    return (*stack_a, m, k), (*stack_b, k, n), (*np.broadcast_shapes(stack_a, stack_b), m, n)


def operands(shapes, dtype, kinds=("C", "C", "C"), seed=1):
    def make():
        rng = np.random.default_rng(seed)
        a, b, out = (np.asarray(floats(rng, shape, dtype)) for shape in shapes)
        return INPUT_KINDS[kinds[0]](a), INPUT_KINDS[kinds[1]](b), KINDS[kinds[2]](out)

    return make


def test_the_short_way_is_taken(dtype, isa, monkeypatch):
    """What the comparisons rely on; and the conditions that are written in ndarray.h."""
    monkeypatch.setattr(_gemm, "as_array", None)  # the long way would stumble here
    for shapes in (((5, 7), (7, 9), (5, 9)), ((3, 5, 7), (3, 7, 9), (3, 5, 9)), ((3, 5, 7), (7, 9), (3, 5, 9)),
                   ((7,), (7, 9), (9,)), ((5, 7), (7,), (5,)), ((7,), (7,), ())):  # fmt: skip
        for kind in ("C", "F", "columns", "every other", "reversed", "read-only", "broadcast rows"):
            a, b, out = operands(shapes, dtype, (kind, kind, "C"))()
            assert pbl.matmul(a, b, out=out) is out
            assert bits(pbl.matmul(a, b)) == bits(out)


@pytest.mark.parametrize("pair", [(F16, F16, F16), (F16, F16, F32), (BF16, BF16, BF16), (I8, I8, I32), (U8, I8, I32)])
@pytest.mark.parametrize("stacks", [((), ()), ((3,), (3,)), ((3,), ()), ((1,), (3,))], ids=str)
def test_narrow_operands(pair, stacks, monkeypatch):
    shapes = shapes_of(*stacks, 5, 9, 7)
    for kinds in itertools.product(("C", "every other", "misaligned"), ("F", "reversed"), ("C", "columns", "None")):

        def make(kinds=kinds):
            rng = np.random.default_rng(1)
            arrays = (rng.integers(0, 4, s).astype(d) for s, d in zip(shapes, pair, strict=True))
            return [KINDS[kind](x) for kind, x in zip(kinds, arrays, strict=True)]

        compare(make)
    monkeypatch.setattr(_gemm, "as_array", None)
    a, b, out = (np.ones(s, d) for s, d in zip(shapes, pair, strict=True))
    assert pbl.matmul(a, b, out=out) is out


def test_numpy_is_known_from_an_array_that_lives():
    """With memory that is overwritten when freed, an array that is gone would not be recognized."""
    code = """
import numpy, pyblaslite._gemm as gemm
a, b, out = numpy.ones((2, 3)), numpy.ones((3, 4)), numpy.empty((2, 4))
assert gemm.multiply_plain(a, b, out) is gemm.multiply_matrices(a, b, out, None, None, None, "n", "n") is out"""
    environment = os.environ | {"PYTHONMALLOC": "debug"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kind", INPUT_KINDS)
@pytest.mark.parametrize("stacks", [((), ()), ((3,), (3,)), ((), (3,)), ((1,), ())], ids=str)
@pytest.mark.filterwarnings("ignore")
def test_operands_of_every_kind(kind, stacks, dtype):
    shapes = shapes_of(*stacks, 5, 9, 7)
    for kinds in ((kind, "C", "C"), ("C", kind, "C"), (kind, kind, "F")):
        compare(operands(shapes, dtype, kinds))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stacks", [((), ()), ((3,), (3,)), ((3,), ()), ((1,), (1,))], ids=str)
@pytest.mark.filterwarnings("ignore")
def test_out_of_every_kind(kind, stacks, dtype):
    compare(operands(shapes_of(*stacks, 5, 9, 7), dtype, ("C", "F", kind)))


DIMENSIONS = st.lists(st.sampled_from((0, 1, 2, 3)), max_size=2).map(tuple)


@settings(max_examples=250, suppress_health_check=list(HealthCheck))
@given(
    st.tuples(DIMENSIONS, DIMENSIONS),
    st.tuples(*[st.sampled_from((0, 1, 2, 5, 8, 17))] * 3),
    st.tuples(*[st.sampled_from(list(KINDS)[:12])] * 3),
    st.sampled_from(DTYPES),
    st.sampled_from(ISAS),
)
def test_shapes_of_every_kind(stacks, sizes, kinds, dtype, isa):
    """No size, one size, stacks of one, stacks that broadcast or do not, up to four dimensions."""
    try:
        shapes = shapes_of(*stacks, *sizes)
    except ValueError:  # stacks that do not broadcast
        shapes = (*stacks[0], *sizes[::2]), (*stacks[1], *sizes[:0:-1]), (*stacks[0], *sizes[:2])
    pbl.set_isa(isa)
    compare(operands(shapes, dtype, kinds))


OPERATIONS = list(itertools.product("ntc", repeat=2))


@pytest.mark.parametrize("trans", OPERATIONS, ids="".join)
def test_transposed(trans, dtype, monkeypatch):
    """gemm of op(a) and op(b), also of a packed b; and letters that are none."""
    op_a, op_b = trans
    for kinds in itertools.product(("C", "F", "every other", "byte-swapped"), ("C", "reversed"), ("C", "F", "None")):
        shapes = (5, 7)[:: 1 if op_a == "n" else -1], (7, 9)[:: 1 if op_b == "n" else -1], (5, 9)
        make = operands(shapes, dtype, kinds)
        compare_epilogues(make, trans_a=op_a, trans_b=op_b)
        packed = pbl.pack_b(make()[1], trans_b=op_b)
        compare_epilogues(lambda make=make, b=packed: (make()[0], b, make()[2]), trans_a=op_a)
        compare_epilogues(lambda make=make, b=packed: (make()[0], b, make()[2]), trans_a=op_a, trans_b="t")
    monkeypatch.setattr(_gemm, "as_array", None)  # the long way would stumble here
    a, b, out = operands(shapes, dtype)()
    assert pbl.gemm(a, b, out=out, trans_a=op_a, trans_b=op_b) is out
    assert bits(pbl.gemm(a, pbl.pack_b(b, trans_b=op_b), trans_a=op_a)) == bits(out)


@pytest.mark.parametrize("letter", ["N", "", "nn", "n\0", "x", b"n", None, 1, ["n"], np.str_("t")], ids=repr)
def test_letters(letter):
    make = operands(((5, 5), (5, 5), (5, 5)), DTYPES[0])
    for name in ("trans_a", "trans_b"):
        compare_epilogues(make, **{name: letter})
    compare_vectors(lambda: (make()[0], make()[1][0], None), pbl.gemv, trans=letter)


def compare_vectors(make, run, **settings):
    """dot's or gemv's two ways."""
    call = lambda *args, out: run(*args, **settings) if out is None else run(*args, out=out, **settings)  # noqa: E731
    short = outcome(*make(), call)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_level1, "dot_plain", lambda *_: None)
        patch.setattr(_level2, "multiply_vector", lambda *_: None)
        assert short == outcome(*make(), call)
    return short


@pytest.mark.parametrize("kind", INPUT_KINDS)
@pytest.mark.filterwarnings("ignore")
def test_vectors_of_every_kind(kind, dtype):
    vector = [floats(np.random.default_rng(seed), 9, dtype) for seed in range(2)]
    matrix = floats(np.random.default_rng(2), (9, 9), dtype)
    kept = lambda x: x.copy()  # noqa: E731
    for first, second in ((INPUT_KINDS[kind], kept), (kept, INPUT_KINDS[kind])):
        for run in (pbl.dot, pbl.dotc):
            compare_vectors(lambda f=first, s=second: (f(vector[0]), s(vector[1]), None), run)
        for trans, out in itertools.product("ntc", (None, np.zeros(9, dtype))):
            compare_vectors(lambda f=first, s=second, out=out: (f(matrix), s(vector[0]), out), pbl.gemv, trans=trans)
        for a, b in ((matrix, vector[0]), (vector[0], matrix), (vector[0], vector[1])):
            compare(lambda a=a, b=b, f=first, s=second: (f(a), s(b), None))
    if kind in KINDS:
        for trans in "ntc":
            make = lambda: (matrix, vector[0], KINDS[kind](vector[1]))  # noqa: E731
            compare_vectors(make, pbl.gemv, trans=trans)
            compare(make)


def test_vectors_that_fit_and_that_do_not(dtype):
    for (m, n), length, out in itertools.product([(3, 4), (4, 3), (0, 3), (3, 0), (1, 1)], (0, 1, 3, 4), (None, 3, 4)):
        for trans in "ntc":
            make = lambda: (np.ones((m, n), dtype), np.ones(length, dtype), out and np.ones(out, dtype))  # noqa: B023, E731
            compare_vectors(make, pbl.gemv, trans=trans)
        compare_vectors(lambda: (np.ones(m, dtype), np.ones(length, dtype), None), pbl.dot)  # noqa: B023
    for shapes in itertools.product([(), (3,), (3, 3)], repeat=2):
        for run in (pbl.dot, pbl.gemv):
            compare_vectors(lambda: (*(np.ones(s, dtype) for s in shapes), None), run)  # noqa: B023


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
        assert compare_vectors(make, pbl.gemv, trans=trans)[0] is True
    assert compare(make)[0] is True
    assert compare(lambda: (make()[1], make()[0], make()[2]))[0] is True


SHAPES = [(), (0,), (3,), (1, 1), (3, 3), (3, 2), (0, 3), (3, 0), (1, 3, 3), (2, 3, 3), (3, 3, 3), (0, 3, 3),
          (1, 2, 3, 3), (2, 1, 3, 3)]  # fmt: skip


@pytest.mark.parametrize("shape_a", SHAPES, ids=str)
def test_shapes_that_fit_and_that_do_not(shape_a):
    for shape_b, shape_out in itertools.product(SHAPES, SHAPES):
        compare(operands((shape_a, shape_b, shape_out), DTYPES[1]))


def test_mixed_dtypes():
    shapes = (3, 4), (4, 5), (3, 5)
    for chosen in itertools.product((*DTYPES, np.dtype(np.float16), np.dtype(np.int32)), repeat=3):
        make = lambda chosen=chosen: [np.ones(s, d) for s, d in zip(shapes, chosen, strict=True)]  # noqa: E731
        compare(make)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("stack", [(), (2,)], ids=str)
def test_out_overlapping_an_operand(which, stack, dtype):
    """By all of it, by an element, by the last element, not at all; forwards and backwards."""
    size = 16 * int(np.prod(stack))
    for shift, step in itertools.product((-size, -size + 1, -1, 0, 1, 4, size - 1, size), (1, -1)):

        def make(shift=shift, step=step):
            rng = np.random.default_rng(3)
            memory, other = floats(rng, 3 * size, dtype), floats(rng, (*stack, 4, 4), dtype)
            x = memory[size : 2 * size].reshape(*stack, 4, 4)
            x = np.flip(x) if step < 0 else x
            out = memory[size + shift : 2 * size + shift].reshape(*stack, 4, 4)
            return (x, other, out) if which == 0 else (other, x, out)

        assert compare(make)[0] is True


def test_out_among_the_elements_of_an_operand(dtype):
    """Inside what an operand spans, but between its elements."""

    def make():
        memory = floats(np.random.default_rng(3), (8, 8), dtype)
        return memory[::2, ::2], memory[1::2, ::2], memory[2:4].reshape(4, 4)

    assert compare(make)[0] is True


def test_out_overlapping_itself(dtype):
    for strides in ((0, 1), (1, 0), (1, 1), (2, 1), (0, 0)):

        def make(strides=strides):
            memory = np.zeros(64, dtype)
            bytes_apart = [s * memory.itemsize for s in strides]
            return np.ones((4, 4), dtype), np.ones((4, 4), dtype), np.lib.stride_tricks.as_strided(
                memory, (4, 4), bytes_apart
            )  # fmt: skip

        assert compare(make)[0] is ValueError


REALS = [np.dtype(d) for d in ("f4", "f8", F16, BF16)]
each_real = pytest.mark.parametrize("dtype", REALS, ids=str)
each_packing = pytest.mark.parametrize("packs", [False, True], ids=["b", "packed b"])


def epilogue_operands(dtype, packs=False):
    """a, b, out, scale and bias."""
    rng = np.random.default_rng(1)
    a, b, out = (floats(rng, shape, np.dtype("f8")).astype(dtype) for shape in ((5, 9), (9, 7), (5, 7)))
    sums = dtype if dtype.itemsize > 2 else np.dtype(np.float32)
    return a, pbl.pack_b(b) if packs else b, out, floats(rng, 7, sums), floats(rng, 7, sums)


def compare_epilogues(make, **ends):
    """gemm's two ways; `make` gives a, b and out anew."""
    call = lambda a, b, out: pbl.gemm(a, b, out=out, **ends)  # noqa: E731
    short = outcome(*make(), call)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_gemm, "multiply_matrices", lambda *_: None)
        patch.setattr(_packed, "multiply_packed", lambda *_: None)
        assert short == outcome(*make(), call)
    return short


@each_real
@each_packing
@pytest.mark.parametrize("activation", [None, "relu", "gelu"])
def test_epilogues(dtype, packs, activation, monkeypatch):
    """The short way has one for each column, and is taken: the long one would stumble."""
    a, b, out, scale, bias = epilogue_operands(dtype, packs)
    for scales, biases, to in itertools.product((None, scale, scale[::-1]), (None, bias), (None, out)):
        compare_epilogues(lambda to=to: (a, b, to), scale=scales, bias=biases, activation=activation)
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
        compare_epilogues(lambda: (a, b, out.copy()), **{end: KINDS[kind](values)})


@each_packing
def test_epilogues_that_do_not_fit(packs):
    """Lengths, activations, dtypes."""
    a, b, out, _, bias = epilogue_operands(REALS[0], packs)
    make = lambda: (a, b, out.copy())  # noqa: E731
    for length in (0, 1, 5, 6, 7, 8):
        assert compare_epilogues(make, bias=np.resize(bias, length))[0] is (True if length in (1, 7) else ValueError)
    for activation in ("tanh", "Relu", "", "relu\0", 1, ["relu"], np.str_("relu"), b"relu"):
        compare_epilogues(make, activation=activation)
    for dtype in (*DTYPES, np.dtype(np.int8), np.dtype(np.float16)):
        x, y = np.ones((5, 9), dtype), np.ones((9, 7), dtype)
        for to in (None, np.zeros((5, 7), dtype), np.zeros((5, 7), np.int32)):
            compare_epilogues(lambda x=x, y=y, to=to: (x, pbl.pack_b(y) if packs else y, to), bias=bias)


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
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_gemm, "multiply_matrices", lambda *_: None)
        assert short == way()
    assert short[0] is True


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore")
def test_a_packed_b_with_operands_of_every_kind(kind, dtype):
    """gemm(a, packed, out=...) has a short way, too."""
    b = floats(np.random.default_rng(1), (9, 7), dtype)
    packed = pbl.pack_b(b)

    def call(kinds):
        a, _, out = operands(shapes_of((), (), 5, 7, 9), dtype, kinds)()
        return outcome(a, packed, out, pbl.gemm)

    for kinds in ((kind, "C", "C"), ("C", "C", kind), (kind, "C", "None")):
        short = call(kinds)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_packed, "multiply_packed", lambda *_: None)
            assert short == call(kinds)


def test_the_short_way_of_a_packed_b_is_taken(dtype, monkeypatch):
    monkeypatch.setattr(_gemm, "as_array", None)
    a, b, out = operands(shapes_of((), (), 5, 7, 9), dtype, ("F", "C", "C"))()
    packed = pbl.pack_b(b)
    assert pbl.gemm(a, packed, out=out) is out
    assert bits(pbl.gemm(a, packed)) == bits(out)


def test_no_memory(dtype):
    """Both ways raise it, and leave out as it was."""

    def make():
        pbl.lib.pbl_release_workspace()
        pbl.lib.pbl_test_fail_allocation(1)
        return np.ones((90, 90), dtype), np.ones((90, 90), dtype).T, out

    for short in (True, False):
        out = np.full((90, 90), 7, dtype)
        with pytest.MonkeyPatch.context() as patch, pytest.raises(MemoryError, match="unchanged"):
            if not short:
                patch.setattr(_gemm, "multiply_plain", lambda a, b, out: None)
            pbl.matmul(*make())
        assert np.all(out == 7)


def test_references_are_given_back(dtype):
    """The short way borrows its arguments, whether it takes them or not."""
    a, b, out, wrong = (np.ones((4, 4), dtype) for _ in range(4))
    count = lambda: [sys.getrefcount(x) for x in (a, b, out, wrong, a.dtype)]  # noqa: E731
    wrong.flags.writeable = False
    packed, run = pbl.pack_b(b), pbl.prepare_gemm(a, b, out=out)
    before = count()
    for _ in range(100):
        pbl.matmul(a, b, out=out)
        pbl.matmul(a, b)
        pbl.gemm(a, packed, out=out, trans_a="t")
        pbl.matmul(a[0], b)
        pbl.gemv(a, b[0], out=out[0])
        pbl.dot(a[0], b[0])
        run()
        with pytest.raises(ValueError, match="read-only"):
            pbl.matmul(a, b, out=wrong)
    assert all(abs(x - y) < 50 for x, y in zip(count(), before, strict=True))


def test_threads_at_once(dtype, rng):
    """Each thread gets the bits it would get alone."""
    jobs = [(floats(rng, (m, 40), dtype), floats(rng, (40, 33), dtype)) for m in (1, 2, 5, 8, 9, 40)]
    serial = [bits(pbl.matmul(a, b)) for a, b in jobs]
    wrong = []

    def work(first):
        outs = [np.empty((len(a), 33), dtype) for a, _ in jobs]
        for turn in range(first, first + 300):
            i = turn % len(jobs)
            if bits(pbl.matmul(*jobs[i], out=outs[i])) != serial[i]:
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
