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
from contextlib import nullcontext

import numpy as np
import pytest
from conftest import DTYPES, ISAS, bits, floats
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from narrow import BF16, F16, F32, I8, I32, U8
from plain import INPUT_KINDS, KINDS, compare, only_the_long_way, operands, shapes_of

import pyblaslite as pbl
from pyblaslite import _gemm


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


def test_no_memory(dtype):
    """Both ways raise it, and leave out as it was."""

    def make():
        pbl.lib.pbl_release_workspace()
        pbl.lib.pbl_test_fail_allocation(1)
        return np.ones((90, 90), dtype), np.ones((90, 90), dtype).T, out

    for short in (True, False):
        out = np.full((90, 90), 7, dtype)
        with nullcontext() if short else only_the_long_way(), pytest.raises(MemoryError, match="unchanged"):
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
