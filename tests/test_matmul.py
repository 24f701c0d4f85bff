# SPDX-License-Identifier: MIT
"""matmul has numpy.matmul's rules for shapes, and gemm's answers."""

import numpy as np
import pytest
from conftest import DTYPES, ISAS, LAYOUTS, THREADS, assert_same, exact, floats, integers
from hypothesis import given, settings
from hypothesis import strategies as st

import pyblaslite as pbl
from pyblaslite import _stacks


def broadcasting(draw, stack):
    """A stack that broadcasts to this one: leading dimensions dropped, some made 1."""
    kept = stack[draw(st.integers(0, len(stack))) :]
    return tuple(1 if draw(st.booleans()) else length for length in kept)


def stacked(x, layout):
    """x with its matrices laid out so; "stack last" is numpy's answer to order="F" in all dimensions."""
    if x.ndim == 1:
        return np.repeat(x, 3)[::3] if layout == "strided" else x.copy()
    return np.array(x, order="F") if layout == "stack last" else LAYOUTS[layout](x)


@st.composite
def operands(draw):
    dtype = draw(st.sampled_from(DTYPES))
    size, layout = st.sampled_from((0, 1, 2, 3, 7, 8, 17, 33)), st.sampled_from([*LAYOUTS, "stack last"])
    m, n, k = draw(size), draw(size), draw(size)
    stack = tuple(draw(st.lists(st.sampled_from((0, 1, 2, 3)), max_size=3)))
    shape_a = (k,) if draw(st.integers(0, 4)) == 0 else (*broadcasting(draw, stack), m, k)
    shape_b = (k,) if draw(st.integers(0, 4)) == 0 else (*broadcasting(draw, stack), k, n)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return tuple(stacked(integers(rng, shape, dtype), draw(layout)) for shape in (shape_a, shape_b))


@settings(max_examples=200)
@given(operands(), st.sampled_from(ISAS), st.sampled_from(THREADS), st.sampled_from(list(LAYOUTS)))
def test_as_numpy(operands, isa, threads, layout):
    a, b = operands
    expected = np.asarray(exact(a, b))
    pbl.set_isa(isa)
    with pbl.threads(threads):
        assert_same(np.asarray(pbl.matmul(a, b)), expected)
        out = np.full(expected.shape, np.nan, expected.dtype)
        out = LAYOUTS[layout](out) if out.ndim > 1 else out
        assert pbl.matmul(a, b, out) is out
    assert_same(out, expected)


SHAPES = st.lists(st.sampled_from((0, 1, 2, 3)), max_size=4).map(tuple)


@settings(max_examples=150)
@given(SHAPES, SHAPES)
def test_refuses_the_shapes_that_numpy_refuses(shape_a, shape_b):
    a, b = np.ones(shape_a), np.ones(shape_b)
    try:
        expected = np.matmul(a, b)
    except ValueError:
        with pytest.raises(ValueError, match=r"^[ab]: given"):
            pbl.matmul(a, b)
    else:
        assert_same(np.asarray(pbl.matmul(a, b)), np.asarray(expected))


def test_one_dimension(dtype, isa, rng):
    """A vector is a row on the left and a column on the right, and that dimension is lost."""
    v, a = integers(rng, 7, dtype), integers(rng, (4, 7, 7), dtype)
    assert pbl.matmul(v, v).shape == ()
    assert pbl.matmul(v, v) == exact(v, v)
    assert_same(pbl.matmul(v, a), exact(v, a))
    assert_same(pbl.matmul(a, v), exact(a, v))
    assert_same(
        pbl.matmul(v[::-1], a[:, ::2, ::2].repeat(2, 1)[:, :7]),
        exact(v[::-1], a[:, [0, 0, 2, 2, 4, 4, 6], ::2]),
    )


def test_a_dot_product_is_written_into_a_0d_out(dtype):
    v, out = np.ones(5, dtype), np.zeros((), dtype)
    assert pbl.matmul(v, v, out) is out
    assert out == 5


def test_a_stack_uses_each_matrix(dtype, isa, rng):
    """Each product of a stack has the bits of the product alone, whatever broadcasts."""
    a, b = floats(rng, (3, 1, 5, 40), dtype), floats(rng, (2, 40, 9), dtype)
    got = pbl.matmul(a, b)
    assert got.shape == (3, 2, 5, 9)
    for i, j in np.ndindex(3, 2):
        assert_same(got[i, j], pbl.gemm(a[i, 0], b[j]))


STACKS = {
    "dimensions of 1": lambda x: x[:, np.newaxis, :, np.newaxis],
    "one after another": lambda x: x.reshape(2, 3, 2, *x.shape[1:]),
    "turned": lambda x: x.reshape(2, 3, 2, *x.shape[1:]).swapaxes(0, 2),
    "reversed": lambda x: x.reshape(4, 3, *x.shape[1:])[::-1, ::-1],
    "with gaps": lambda x: np.repeat(x, 2, 0).reshape(4, 6, *x.shape[1:])[:, ::2],
    "repeated": lambda x: np.broadcast_to(x[:3, np.newaxis], (3, 4, *x.shape[1:])),
}


@pytest.mark.parametrize("kind_a", STACKS)
@pytest.mark.parametrize("kind_b", STACKS)
@pytest.mark.parametrize("pair", [("f8", "f8", "f8"), ("f2", "f2", "f4"), ("f2", "f2", "f2"), ("u1", "i1", "i4")])
def test_any_stack_is_one_call(kind_a, kind_b, pair, rng, monkeypatch):
    """However it lies; into an out that lies otherwise; and without memory nothing is written."""
    a, b = (rng.integers(0, 4, (12, *shape)).astype(d) for shape, d in zip(((5, 40), (40, 9)), pair, strict=False))
    a, b = STACKS[kind_a](a), STACKS[kind_b](b)
    try:
        expected = np.matmul(a.astype("f8"), b.astype("f8")).astype(pair[2])
    except ValueError:
        pytest.skip("they do not broadcast")
    calls = []

    class Watched:
        def __getattr__(self, name):
            calls.append(name)
            return getattr(pbl.lib, name)

    monkeypatch.setattr(_stacks, "lib", Watched())
    for order in "CF":
        out = np.full(expected.shape, 7, pair[2], order=order)
        pbl.lib.pbl_release_workspace()
        pbl.lib.pbl_test_fail_allocation(1)
        try:
            pbl.matmul(a, b, out)
        except MemoryError:
            assert np.all(out == 7)
        pbl.lib.pbl_test_fail_allocation(0)
        calls.clear()
        assert pbl.matmul(a, b, out) is out
        assert_same(out, expected)
        assert len(calls) == 1


@pytest.mark.parametrize("which", ["a", "b"])
def test_out_may_be_an_operand_or_overlap_it(which, dtype, rng):
    memory = integers(rng, 4 * 81, dtype, 2)
    stack, other = memory[: 3 * 81].reshape(3, 9, 9), integers(rng, (3, 9, 9), dtype, 2)
    for shift in (0, 1, 81):
        start = memory.copy()
        a, b = (stack, other) if which == "a" else (other, stack)
        out = memory[shift : shift + 3 * 81].reshape(3, 9, 9)
        expected = exact(a, b)
        assert pbl.matmul(a, b, out=out) is out
        assert_same(out, expected)
        memory[...] = start


def test_inputs_are_not_modified(dtype, rng):
    a, b = floats(rng, (3, 9, 9), dtype), floats(rng, (9, 9), dtype)
    before = a.copy(), b.copy()
    pbl.matmul(a, b)
    assert_same(a, before[0])
    assert_same(b, before[1])


def test_without_room_for_a_result_nothing_is_read(dtype):
    """k = 0 gives zeros; an empty stack gives an empty result."""
    assert_same(pbl.matmul(np.ones((2, 3, 0), dtype), np.ones((0, 4), dtype)), np.zeros((2, 3, 4), dtype))
    assert pbl.matmul(np.ones((0, 3, 2), dtype), np.ones((2, 4), dtype)).shape == (0, 3, 4)
    assert pbl.matmul(np.ones(0, dtype), np.ones(0, dtype)) == 0
