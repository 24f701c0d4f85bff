# SPDX-License-Identifier: MIT
"""What the tests vary (dtype, ISA, layout, threads), what they compare with, and a clean state after each."""

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import pyblaslite as pbl

os.environ.pop("PYTEST_ADDOPTS", None)  # for this run, not for those that tests start

settings.register_profile(
    "pyblaslite",
    deadline=None,
    derandomize="CI" in os.environ,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("pyblaslite")

DTYPES = [np.dtype(d) for d in ("float32", "float64", "complex64", "complex128")]
ISAS = [isa for isa in pbl.isas() if isa != "amx"]  # which has kernels of its own for narrow elements only
THREADS = (1, 2, 3, 7)
OPS = ("n", "t", "c")
DEEPEST_BLOCK = {"float32": 1536, "float64": 1024, "complex64": 1024, "complex128": 768}  # of K, at most

# One more and one less than tiles (4, 6, 8 rows) and than 1 to 3 vectors (2 to 16 elements).
AWKWARD = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 17, 23, 24, 25, 31, 32, 33, 47, 48, 49, 95, 97)


def _padded(x, rows, columns, order="C"):
    """x inside a larger array of NaN: whoever reads or keeps the surroundings shows it."""
    m, n = x.shape[-2:]
    around = np.full((*x.shape[:-2], rows.stop, columns.stop), np.nan, x.dtype, order=order)
    view = around[..., rows, columns][..., :m, :n]
    view[...] = x
    return view


def _every(step, length, start=0):
    return slice(start, start + step * max(length, 1) + 2, step)


# Copies of the same values, laid out in memory in every way that strides can say.
LAYOUTS = {
    "C": lambda x: x.copy(),
    "F": lambda x: np.swapaxes(np.swapaxes(x, -1, -2).copy(), -1, -2),
    "part of C": lambda x: _padded(x, _every(1, x.shape[-2], 1), _every(1, x.shape[-1], 3)),
    "part of F": lambda x: _padded(x, _every(1, x.shape[-2], 3), _every(1, x.shape[-1], 1), "F"),
    "rows apart": lambda x: _padded(x, _every(3, x.shape[-2]), _every(1, x.shape[-1])),
    "strided": lambda x: _padded(x, _every(2, x.shape[-2]), _every(3, x.shape[-1])),
    "strided F": lambda x: _padded(x, _every(2, x.shape[-2]), _every(3, x.shape[-1]), "F"),
    "rows reversed": lambda x: x[..., ::-1, :].copy()[..., ::-1, :],
    "columns reversed": lambda x: x[..., ::-1].copy()[..., ::-1],
    "all reversed F": lambda x: LAYOUTS["F"](x[..., ::-1, ::-1])[..., ::-1, ::-1],
}


def op(x, letter):
    """op(x), which is its own inverse."""
    return {"n": x, "t": np.swapaxes(x, -1, -2), "c": np.swapaxes(x, -1, -2).conj()}[letter]


def integers(rng, shape, dtype, largest=4):
    """Integers so small that every sum of products is exact."""
    draw = lambda: rng.integers(-largest, largest + 1, shape)  # noqa: E731
    return (draw() + 1j * draw() if dtype.kind == "c" else draw()).astype(dtype)


def floats(rng, shape, dtype):
    """Normally distributed numbers."""
    draw = lambda: rng.standard_normal(shape)  # noqa: E731
    return (draw() + 1j * draw() if dtype.kind == "c" else draw()).astype(dtype)


@st.composite
def products(draw):
    """Arguments of gemm and prepare_gemm, whatever path they take."""
    pick = lambda values: draw(st.sampled_from(list(values)))  # noqa: E731
    sizes = (0, 1, 2, 3, 7, 8, 9, 16, 17, 33, 49, 97)
    dtype, m, n, k = pick(DTYPES), pick(sizes), pick(sizes), pick((0, 1, 2, 7, 33, 100, 769, 1600))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    scalars = (0, 1, -2.5, *((2 - 0.5j,) if dtype.kind == "c" else ()))
    trans_a, trans_b = pick(OPS), pick(OPS)
    a, b, c = (floats(rng, shape, dtype) for shape in ((m, k), (k, n), (m, n)))
    return {
        "a": LAYOUTS[pick(LAYOUTS)](op(a, trans_a)), "b": LAYOUTS[pick(LAYOUTS)](op(b, trans_b)),
        "out": LAYOUTS[pick(LAYOUTS)](c), "trans_a": trans_a, "trans_b": trans_b,
        "alpha": pick(scalars), "beta": pick(scalars),
    }  # fmt: skip


def exact(a, b, alpha=1, beta=0, c=None):
    """alpha a b + beta c by numpy, in double precision: exact for small integers in any order."""
    wide = np.promote_types(a.dtype, np.float64)
    sums = np.multiply(alpha, np.matmul(a.astype(wide), b.astype(wide)))
    return (sums if c is None or beta == 0 else sums + np.multiply(beta, c.astype(wide))).astype(a.dtype)


def assert_same(got, expected):
    """Equal, element for element; NaN equals NaN."""
    np.testing.assert_array_equal(got, expected, strict=True)


def bits(x):
    """The bytes of an array in the order of its indices, with one NaN for all (payloads are not promised)."""
    real = np.ascontiguousarray(x).view({"F": np.float32, "D": np.float64}.get(x.dtype.char, x.dtype))
    return np.where(np.isnan(real), np.nan, real).astype(real.dtype).tobytes()


@pytest.fixture(autouse=True)
def restored():
    """Each test leaves the instruction set, the thread limits and the other settings as it found them."""
    isa, limit = pbl.get_isa(), pbl.lib.pbl_get_thread_limit()
    yield
    pbl.set_isa(isa)
    pbl.lib.pbl_set_thread_limit(limit)
    pbl.lib.pbl_set_num_threads(0)
    pbl.lib.pbl_test_fail_allocation(0)
    pbl.batch_invariant(False)


@pytest.fixture
def batch_invariant():
    """For modules and tests about the bits of a product's rows, whichever stand beside them."""
    pbl.batch_invariant(True)


@pytest.fixture
def in_empty_folder(tmp_path, monkeypatch):
    """For modules whose tests write files: ``pytestmark = pytest.mark.usefixtures("in_empty_folder")``."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(params=ISAS)
def isa(request):
    """Every instruction set that this CPU runs, one after another."""
    pbl.set_isa(request.param)
    return request.param


@pytest.fixture(params=pbl.isas())
def every_isa(request):
    """The same with AMX."""
    pbl.set_isa(request.param)
    return request.param


@pytest.fixture(params=ISAS[1:] or ISAS)
def vector_isa(request):
    """Without plain C, for what takes long and would find the same there: it takes 50 times as long as the others."""
    pbl.set_isa(request.param)
    return request.param


@pytest.fixture(params=pbl.isas()[1:] or pbl.isas())
def every_vector_isa(request):
    """The same with AMX."""
    pbl.set_isa(request.param)
    return request.param


@pytest.fixture(params=DTYPES, ids=str)
def dtype(request):
    return request.param


@pytest.fixture
def rng():
    return np.random.default_rng(20240229)
