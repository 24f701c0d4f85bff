# SPDX-License-Identifier: MIT
"""prepare_gemm: each run is gemm(a, b, ..., out=out) with what the arrays then hold, to the bit."""

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from conftest import ISAS, OPS, THREADS, assert_same, bits, exact, floats, integers, op, products
from hypothesis import given, settings
from hypothesis import strategies as st

import pyblaslite as pbl


@settings(max_examples=150)
@given(products(), st.sampled_from(ISAS), st.sampled_from(ISAS), st.sampled_from(THREADS))
def test_the_bits_of_gemm(arguments, isa_preparing, isa_running, threads):
    out = arguments["out"]
    pbl.set_isa(isa_preparing)
    run = pbl.prepare_gemm(**arguments)
    pbl.set_isa(isa_running)
    with pbl.threads(threads):
        for _ in range(2):  # the second on what the first left in out
            expected = bits(pbl.gemm(**{**arguments, "out": out.copy()}))
            assert run() is out
            assert bits(out) == expected


def test_contents_are_read_at_each_run(dtype, isa, rng):
    for m, n, k in ((3, 5, 7), (2, 300, 90), (65, 70, 90)):
        a, b, out = (np.empty(shape, dtype) for shape in ((m, k), (k, n), (m, n)))
        run = pbl.prepare_gemm(a, b, out=out, alpha=2, beta=-1)
        for _ in range(3):
            a[...], b[...], out[...] = (integers(rng, x.shape, dtype) for x in (a, b, out))
            expected = exact(a, b, 2, -1, out)
            assert_same(run(), expected)


def test_beta_zero_does_not_read_out(dtype, isa):
    for m, n, k in ((0, 3, 4), (3, 0, 4), (3, 5, 0), (3, 5, 7), (2, 300, 90), (65, 70, 90)):
        out = np.full((m, n), np.nan, dtype)
        assert_same(pbl.prepare_gemm(np.ones((m, k), dtype), np.ones((k, n), dtype), out=out)(), np.full_like(out, k))


@pytest.mark.parametrize(("m", "n"), [(0, 0), (0, 1), (0, 4), (1, 0), (4, 0)])
@pytest.mark.parametrize("trans_a", OPS)
@pytest.mark.parametrize("trans_b", OPS)
def test_results_without_elements(m, n, trans_a, trans_b, dtype, isa):
    a, b = op(np.ones((m, 4), dtype), trans_a), op(np.ones((4, n), dtype), trans_b)
    for out in (np.ones((m, n), dtype), np.ones((m, n), dtype, order="F")):
        assert pbl.prepare_gemm(a, b, out=out, trans_a=trans_a, trans_b=trans_b)() is out


def test_alpha_zero_does_not_read_a_and_b(dtype, isa, rng):
    c = integers(rng, (9, 17), dtype)
    for beta in (0, 1, 2.5):
        a, b, out = np.full((9, 5), np.nan, dtype), np.full((5, 17), np.inf, dtype), c.copy()
        assert_same(pbl.prepare_gemm(a, b, out=out, alpha=0, beta=beta)(), (beta * c).astype(dtype))


def test_inputs_may_be_broadcast_read_only_or_the_same(dtype, rng):
    x, row = integers(rng, (9, 9), dtype), integers(rng, (1, 9), dtype)
    x.flags.writeable = False
    wide = np.broadcast_to(row, (9, 9))
    assert_same(pbl.prepare_gemm(x, x, out=np.empty((9, 9), dtype))(), exact(x, x))
    assert_same(pbl.prepare_gemm(wide, x, out=np.empty((9, 9), dtype))(), exact(wide, x))
    assert_same(pbl.prepare_gemm(x, wide, out=np.empty((9, 9), dtype), trans_b="t")(), exact(x, wide.T))


def test_operands_live_as_long_as_the_prepared_product(dtype):
    a, b, out = (np.ones((50, 50), dtype) for _ in range(3))
    references = [weakref.ref(x) for x in (a, b, out)]
    run = pbl.prepare_gemm(a, b, out=out)
    assert (run.a, run.b, run.out) == tuple(reference() for reference in references)
    del a, b, out
    gc.collect()
    junk = [np.full((50, 50), 7, dtype) for _ in range(50)]  # would take their place
    assert_same(run(), np.full((50, 50), 50, dtype))
    assert len(junk) == 50
    del run
    gc.collect()
    assert [reference() for reference in references] == [None] * 3


def test_operands_cannot_be_replaced():
    """C holds their addresses: another array in their place would leave it with those of a dead one."""
    run = pbl.prepare_gemm(A, B, out=np.ones((2, 4)))
    for name in ("a", "b", "out"):
        with pytest.raises(AttributeError):
            setattr(run, name, np.ones((2, 2)))


def test_many_are_made_and_freed():
    out = np.empty((2, 4))
    runs = [pbl.prepare_gemm(A, B, out=out, alpha=i) for i in range(2000)]
    assert_same(runs[1999](), np.full((2, 4), 3.0 * 1999))
    del runs[::2]
    gc.collect()
    assert_same(runs[0](), np.full((2, 4), 3.0))


A, B, OUT = np.ones((2, 3)), np.ones((3, 4)), np.zeros((2, 4))
READ_ONLY = np.broadcast_to(np.float64(0), (2, 4))
MEMORY = np.ones(32)
MISALIGNED = np.zeros(49, np.uint8)[1:].view(np.float64).reshape(2, 3)


class Subclass(np.ndarray):
    pass


def prepare(a=A, b=B, out=OUT, **more):
    return lambda: pbl.prepare_gemm(a, b, out=out, **more)


REFUSED = {
    "a is a list": (prepare([[1.0] * 3] * 2), TypeError, ["a:", "list", "numpy array"]),
    "b is None": (prepare(b=None), TypeError, ["b:", "NoneType", "numpy array"]),
    "b is packed": (prepare(b=pbl.pack_b(B)), TypeError, ["b:", "PackedB", "numpy array"]),
    "a is a subclass": (prepare(A.view(Subclass)), TypeError, ["a:", "Subclass", "numpy array"]),
    "b is masked": (prepare(b=np.ma.array(B)), TypeError, ["b:", "MaskedArray", "numpy array"]),
    "out is a subclass": (prepare(out=OUT.view(Subclass)), TypeError, ["out:", "Subclass", "numpy array"]),
    "out is None": (prepare(out=None), TypeError, ["out:", "NoneType", "numpy array"]),
    "a is of integers": (prepare(A.astype(int)), TypeError, ["a:", "int64", "float32"]),
    "b is of another dtype": (prepare(b=B.astype("f4")), TypeError, ["b:", "float32", "one dtype for all"]),
    "b is byte-swapped": (prepare(b=B.astype(">f8")), TypeError, ["b:", ">f8", "float64"]),
    "out is of another dtype": (prepare(out=OUT.astype("c16")), TypeError, ["out:", "complex128", "one dtype"]),
    "a is misaligned": (prepare(MISALIGNED), ValueError, ["a:", "misaligned", "copy"]),
    "a is a vector": (prepare(np.ones(3)), ValueError, ["a:", "1 dimensions", "expected 2"]),
    "b is a stack": (prepare(b=np.ones((1, 3, 4))), ValueError, ["b:", "(1, 3, 4)", "expected 2"]),
    "inner sizes differ": (prepare(b=np.ones((4, 4))), ValueError, ["b:", "(4, 4)", "(3, n)"]),
    "... with trans_a": (prepare(trans_a="t"), ValueError, ["b:", "(3, 4)", "(2, n)"]),
    "out has another shape": (prepare(out=np.ones((4, 2))), ValueError, ["out:", "(4, 2)", "(2, 4)"]),
    "out is a stack": (prepare(out=np.ones((1, 2, 4))), ValueError, ["out:", "(1, 2, 4)", "(2, 4)"]),
    "out is read-only": (prepare(out=READ_ONLY), ValueError, ["out:", "read-only"]),
    "out overlaps itself": (
        prepare(out=np.lib.stride_tricks.as_strided(np.ones(8), (2, 4), (16, 8))), ValueError,
        ["out:", "share memory"]),
    "out overlaps a": (
        prepare(MEMORY[:6].reshape(2, 3), out=MEMORY[5:13].reshape(2, 4)), ValueError, ["out:", "share memory with a"]),
    "out overlaps b": (
        prepare(b=MEMORY[:12].reshape(3, 4), out=MEMORY[:8].reshape(2, 4)), ValueError, ["out:", "memory with b"]),
    "trans_a": (prepare(trans_a="N"), ValueError, ["trans_a:", "'N'", "'n', 't' or 'c'"]),
    "trans_b": (prepare(trans_b=None), ValueError, ["trans_b:", "None", "'n', 't' or 'c'"]),
    "alpha": (prepare(alpha=1j), TypeError, ["alpha:", "1j", "real"]),
    "beta": (prepare(beta="1"), TypeError, ["beta:", "'1'", "number"]),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    call, exception, words = REFUSED[case]
    with pytest.raises(exception) as error:
        call()
    assert str(error.value).startswith(words[0])
    for word in words:
        assert word in str(error.value)


def test_out_may_stand_beside_an_operand():
    """Neighbours in one array do not overlap."""
    memory = np.ones(20)
    out = memory[6:14].reshape(2, 4)
    assert_same(pbl.prepare_gemm(memory[:6].reshape(2, 3), B, out=out)(), np.full((2, 4), 3.0))


def test_no_memory(dtype):
    a, b, out = np.ones((90, 90), dtype), np.ones((90, 90), dtype).T, np.full((90, 90), 7, dtype)
    run = pbl.prepare_gemm(a, b, out=out, beta=1)
    pbl.lib.pbl_release_workspace()
    pbl.lib.pbl_test_fail_allocation(1)
    with pytest.raises(MemoryError, match="unchanged"):
        run()
    assert_same(out, np.full((90, 90), 7, dtype))
    assert_same(run(), np.full((90, 90), 97, dtype))


def test_threads_run_products_of_their_own(dtype, rng):
    operands = [(floats(rng, (m, 50), dtype), floats(rng, (50, 40), dtype)) for m in range(1, 41)]
    runs = [pbl.prepare_gemm(a, b, out=np.empty((len(a), 40), dtype)) for a, b in operands]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda run: bits(run()), runs))
    assert results == [bits(pbl.gemm(a, b)) for a, b in operands]


def test_no_memory_for_the_handle():
    x = np.ones((9, 9))
    pbl.lib.pbl_test_fail_allocation(1)
    with pytest.raises(MemoryError):
        pbl.prepare_gemm(x, x, out=np.empty((9, 9)))
    assert_same(pbl.prepare_gemm(x, x, out=np.empty((9, 9)))(), np.full((9, 9), 9.0))
