# SPDX-License-Identifier: MIT
"""The same bits everywhere: a result depends on the values and the shape alone.

Not on the instruction set, the threads, the layout or the alignment; and a row not on the rows beside it, if that is
asked for.
"""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from conftest import DEEPEST_BLOCK, ISAS, LAYOUTS, OPS, THREADS, bits, floats, op

import pyblaslite as pbl

# Products that are not exact, so that another order of summation shows: k of one block, of a little more,
# of three; small (nothing is packed), flat, and large enough for threads and for packing.
SHAPES = [(7, 19, 40), (1, 300, 700), (65, 3, 2000), (9, 50, 3100), (61, 97, 150), (130, 90, 1100)]


def hard(rng, shape, dtype):
    """Numbers of very different sizes: each rounding matters."""
    return (floats(rng, shape, dtype) * 10.0 ** rng.integers(-4, 5, shape)).astype(dtype)


@pytest.fixture(params=SHAPES, ids=str)
def operands(request, dtype, rng):
    m, n, k = request.param
    return hard(rng, (m, k), dtype), hard(rng, (k, n), dtype), hard(rng, (m, n), dtype)


def product(a, b, c, **more):
    return bits(pbl.gemm(a, b, alpha=0.7, beta=-1.3, c=c, **more))


def test_the_order_of_summation_shows(operands):
    """What the other tests rely on: here, another order of the same sum gives other bits."""
    a, b, c = operands
    assert product(a, b, c) != product(a[:, ::-1].copy(), b[::-1].copy(), c)


def test_instruction_sets_and_threads(operands):
    a, b, c = operands
    results = set()
    for isa, threads in itertools.product(ISAS, THREADS):
        pbl.set_isa(isa)
        with pbl.threads(threads):
            results.add(product(a, b, c))
    assert len(results) == 1


def test_layouts(operands):
    a, b, c = operands
    expected = product(a, b, c)
    for layout in LAYOUTS.values():
        assert product(layout(a), b, c) == expected
        assert product(a, layout(b), c) == expected
        assert product(layout(a), layout(b), c, out=layout(c)) == expected


def test_ops(operands):
    """An operand that arrives transposed or conjugated."""
    a, b, c = operands
    expected = product(a, b, c)
    for trans_a, trans_b in itertools.product(OPS, OPS):
        assert product(op(a, trans_a), op(b, trans_b), c, trans_a=trans_a, trans_b=trans_b) == expected


def test_the_transposed_problem(operands):
    """(AB)^T = B^T A^T, to the bit."""
    a, b, c = operands
    assert bits(pbl.gemm(b.T, a.T, alpha=0.7, beta=-1.3, c=c.T).T) == product(a, b, c)


def test_alignment(operands):
    a, b, c = operands
    expected = product(a, b, c)
    for shift in (1, 3, 5):
        moved = []
        for x in (a, b, c):
            memory = np.zeros(x.size + 16, x.dtype)
            moved.append(memory[shift : shift + x.size].reshape(x.shape))
            moved[-1][...] = x
        assert product(*moved, out=moved[2]) == expected


@pytest.mark.usefixtures("batch_invariant")
def test_rows_and_columns_do_not_depend_on_those_beside_them(operands, isa):
    a, b, c = operands
    whole = pbl.gemm(a, b, alpha=0.7, beta=-1.3, c=c)
    m, n = whole.shape
    for start, end in {(0, 1), (m - 1, m), (m // 3, m // 2 + 1), (0, min(m, 5))}:
        assert product(a[start:end], b, c[start:end]) == bits(whole[start:end])
    for start, end in {(0, 1), (n - 1, n), (n // 3, n // 2 + 1), (0, min(n, 5))}:
        assert product(a, b[:, start:end], c[:, start:end]) == bits(whole[:, start:end])


@pytest.mark.usefixtures("batch_invariant")
def test_padding_with_rows_and_columns(operands, vector_isa):
    """A larger problem around a smaller one: the same bits in the middle, whatever stands around it."""
    a, b, c = operands
    (m, k), n, dtype = a.shape, b.shape[1], a.dtype
    shapes = (m + 150, k), (k, n + 90), (m + 150, n + 90)
    big_a, big_b, big_c = (np.full(shape, np.nan, dtype) for shape in shapes)
    big_a[40 : 40 + m], big_b[:, 30 : 30 + n], big_c[40 : 40 + m, 30 : 30 + n] = a, b, c
    got = pbl.gemm(big_a, big_b, alpha=0.7, beta=-1.3, c=big_c)[40 : 40 + m, 30 : 30 + n]
    assert bits(got) == product(a, b, c)


@pytest.mark.parametrize("k", [33, 700, 5000])
def test_a_single_row_or_column_is_that_of_gemv(k, dtype, isa, rng):
    x, b = hard(rng, (1, k), dtype), hard(rng, (k, 50), dtype)
    row = bits(pbl.gemm(x, b)[0])
    assert row == bits(pbl.gemv(b, x[0], trans="t"))
    for layout in LAYOUTS.values():
        assert bits(pbl.gemm(layout(x), layout(b))[0]) == bits(pbl.gemm(layout(b).T, x.T)[:, 0]) == row
        assert bits(pbl.matmul(layout(x), np.stack([layout(b)] * 3))[2, 0]) == row
    assert row != bits(pbl.gemm(np.vstack([x, x]), b)[0])
    pbl.batch_invariant(True)
    assert row != bits(pbl.gemm(x, b)[0]) == bits(pbl.gemm(np.vstack([x, x]), b)[0])


def test_up_to_32_terms_need_no_setting(dtype, isa, rng):
    x, b = hard(rng, (2, 32), dtype), hard(rng, (32, 50), dtype)
    assert bits(pbl.gemm(x[:1], b)) == bits(pbl.gemm(x, b)[:1])


def test_the_setting():
    assert pbl.batch_invariant() is False
    assert pbl.batch_invariant(True) is True
    assert pbl.batch_invariant() is True
    assert pbl.batch_invariant(False) is False
    for wrong in (1, "yes", 0.0, np.True_):
        with pytest.raises(TypeError, match="on: given"):
            pbl.batch_invariant(wrong)


def test_stacks(operands, vector_isa):
    a, b, _ = operands
    stack = np.stack([b, a[:1, :1] * b, b])
    got = pbl.matmul(a, stack)
    for i in range(3):
        assert bits(got[i]) == bits(pbl.gemm(a, stack[i])) == bits(pbl.matmul(a, stack[i]))
    stack_last = np.moveaxis(np.moveaxis(stack, 0, -1).copy(), -1, 0)
    assert bits(pbl.matmul(a, stack_last)) == bits(got)
    assert bits(pbl.matmul(np.swapaxes(stack_last, 1, 2), a.T)) == bits(np.swapaxes(got, 1, 2))


def test_special_values(dtype, rng):
    """Inf, NaN, subnormals, signed zeros and overflow."""
    info = np.finfo(dtype)
    values = [
        np.inf,
        -np.inf,
        np.nan,
        info.smallest_subnormal,
        -info.tiny,
        0.0,
        -0.0,
        info.max,
        -info.max,
        1,
        -1,
    ]
    a, b = (
        rng.choice(np.array(values, dtype), shape, p=[0.002] * 3 + [0.994 / 8] * 8) for shape in ((90, 40), (40, 99))
    )
    results = set()
    with np.errstate(all="ignore"):
        for isa, threads, layout in itertools.product(ISAS, (1, 3), ("C", "F", "strided")):
            pbl.set_isa(isa)
            with pbl.threads(threads):
                results.add(bits(pbl.gemm(LAYOUTS[layout](a), LAYOUTS[layout](b), alpha=0.5)))
    assert len(results) == 1


def test_beta_alone(dtype):
    """beta C without a product: alpha = 0, and k = 0."""
    rng = np.random.default_rng(1)
    c = hard(rng, (37, 61), dtype)
    beta = 0.7 - 0.3j if dtype.kind == "c" else 0.7
    results = set()
    for isa, layout in itertools.product(ISAS, LAYOUTS.values()):
        pbl.set_isa(isa)
        results.add(bits(pbl.gemm(np.ones((37, 0), dtype), np.ones((0, 61), dtype), beta=beta, out=layout(c))))
        results.add(bits(pbl.gemm(np.ones((37, 5), dtype), np.ones((5, 61), dtype), alpha=0, beta=beta, out=layout(c))))
    assert len(results) == 1


def fma(x, y, z):
    """x y + z, rounded once (Python's float(Fraction) is)."""
    return float(Fraction(x) * Fraction(y) + Fraction(z))


def dot_by_definition(x, y):
    """p ascending, one rounding a step, equal blocks of K (multiples of 16), added in order."""
    k, deepest = len(x), DEEPEST_BLOCK["float64"]
    parts = -(-k // deepest)
    block = -(-k // parts // 16) * 16
    total = 0.0
    for start in range(0, k, block):
        partial = 0.0
        for p in range(start, min(start + block, k)):
            partial = fma(x[p], y[p], partial)
        total = total + partial
    return total


@pytest.mark.usefixtures("batch_invariant")
@pytest.mark.parametrize("k", [1, 2, 100, 1023, 1024, 1025, 2048, 2049, 3000])
def test_the_sum_by_its_definition(k, isa, rng):
    dtype = np.dtype(np.float64)
    a, b = hard(rng, (1, k), dtype), hard(rng, (k, 1), dtype)
    assert pbl.gemm(a, b)[0, 0] == dot_by_definition(a[0].tolist(), b[:, 0].tolist())
