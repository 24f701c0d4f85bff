# SPDX-License-Identifier: MIT
"""pyblaslite.blas is scipy.linalg.blas: its names, its signatures, its answers, its tests."""

import copy
import inspect
import itertools
import pickle
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from conftest import LAYOUTS, assert_same, integers
from hypothesis import given, settings
from hypothesis import strategies as st

import pyblaslite as pbl
from pyblaslite import blas
from pyblaslite.blas.arrays import ArrayKind, Band
from pyblaslite.blas.kinds import BY_FLAG, POSITIVE

scipy_blas = pytest.importorskip("scipy.linalg.blas")
SCIPYS = {name: f for name, f in vars(scipy_blas).items() if type(f).__name__ == "fortran"}
ROUTINES = sorted(blas.ROUTINES)

# Puts pyblaslite.blas where scipy's tests look for scipy's module, and makes sure that they found it.
CONFTEST = """
import sys, types
import scipy.linalg
from pyblaslite import blas

fblas = types.ModuleType("scipy.linalg._fblas")
vars(fblas).update(blas.ROUTINES, __fblas_error=blas.error)
scipy.linalg._fblas = sys.modules["scipy.linalg._fblas"] = fblas
scipy.linalg.blas = sys.modules["scipy.linalg.blas"] = blas
scipy.linalg.get_blas_funcs = blas.get_blas_funcs

def pytest_collection_modifyitems(items):
    for item in items:
        assert item.module.fblas is fblas
        assert getattr(item.module, "get_blas_funcs", blas.get_blas_funcs) is blas.get_blas_funcs
"""
NOT_RUN = {
    "test_axpy": "scipy.linalg._cblas is an optional module of scipy's",
    "test_sgemv_on_osx": "for macOS alone",
    "test_gh_169309": "wants a negative incx of dnrm2, which test_dnrm2_neg_incx wants to be refused",
}


@pytest.mark.parametrize(("file", "least"), [("test_blas.py", 150), ("test_fblas.py", 100)])
def test_scipys_own_tests(tmp_path, file, least):
    tests = Path(inspect.getfile(scipy_blas)).parent / "tests" / file
    if not tests.exists():
        pytest.skip("this scipy was installed without its tests")
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / file).write_bytes(tests.read_bytes())
    command = [sys.executable, "-m", "pytest", "--rootdir", tmp_path, "-p", "no:cacheprovider", "--junitxml", "report"]
    run = subprocess.run([*command, file], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    cases = list(ET.parse(tmp_path / "report").iter("testcase"))
    skipped = {case.get("name").split("[")[0] for case in cases if case.find("skipped") is not None}
    assert skipped <= NOT_RUN.keys()
    assert sum(case.find("skipped") is None for case in cases) >= least


def test_every_name():
    assert SCIPYS.keys() == blas.ROUTINES.keys()
    assert set(blas.__all__) == {*SCIPYS, *scipy_blas.__all__, "error"}


@pytest.mark.parametrize("name", ROUTINES)
def test_signature(name):
    """scipy's is in its docstring: ``y = dgemv(alpha,a,x,[beta,y,...])``."""
    results, required, optional = re.match(r"(.*) = \w+\(([^[]*?),?(?:\[(.*)\])?\)", SCIPYS[name].__doc__).groups()
    row = blas.ROUTINES[name].row
    assert row.required == tuple(required.split(","))
    assert tuple(row.optional) == (tuple(optional.split(",")) if optional else ())
    assert len(row.results) == len(results.split(","))
    parameters = inspect.signature(getattr(blas, name)).parameters
    assert tuple(parameters) == row.arguments
    for default in re.finditer(r"^(\w+) : .*\n    Default: (\S+)$", SCIPYS[name].__doc__, re.MULTILINE):
        value = parameters[default[1]].default
        assert value is None or value == complex(*map(float, default[2].strip("(,)").split(",")))
    documented = re.findall(r"^(\w+) : ", blas.ROUTINES[name].__doc__, re.MULTILINE)
    assert documented == [*row.arguments, *row.results]


class Arguments:
    """Draws arguments with which scipy's routine, too, has an answer, and one that is exact."""

    def __init__(self, draw, name):
        self.routine, self.draw = blas.ROUTINES[name], draw
        self.kinds, self.dtype = self.routine.kinds, self.routine.dtype
        self.rng = np.random.default_rng(draw(st.integers(0, 2**32)))
        self.solves = name[1:] in ("trsv", "tbsv", "tpsv", "trsm")
        self.values = {}
        kl, ku, n = self.pick(range(3)), self.pick(range(3)), self.pick(range(1, 8))
        self.sizes = {"kl": kl, "ku": ku, "k": self.pick(range(4)) or not isinstance(self.kinds.get("a"), Band), "n": n}
        self.sizes["m"] = kl + ku + self.pick(range(1, 5))  # scipy's gbmv refuses fewer rows

    def pick(self, values):
        return self.draw(st.sampled_from(list(values)))

    def all(self):
        """The arguments by name."""
        others_first = sorted(self.kinds.items(), key=lambda item: isinstance(item[1], ArrayKind))
        for name, kind in others_first:
            if name in self.routine.row.arguments:
                self.values[name] = getattr(self, type(kind).__name__.lower())(name, kind)
        return self.without_some(self.values)

    def without_some(self, values):
        """What is left out has its default, unless the shapes of others depend on it."""
        left_out = {name for name in self.routine.row.optional if self.pick((False, False, True))}
        left_out -= {name for name in values if name.startswith(("trans", "side", "lower", "inc", "off"))}
        if "n" in left_out and "a" in self.routine.row.optional:
            left_out |= {"a"}
        return {name: value for name, value in values.items() if name not in left_out}

    def flag(self, name, kind):
        return self.pick(kind.letters | (kind.for_reals if self.dtype.kind == "f" else {}))

    def size_of(self, name):
        """A size, as flags have it."""
        flag, without, swapped = BY_FLAG.get(name, (None, name, name))
        return self.sizes[swapped if self.values.get(flag) else without]

    def size(self, name, kind):
        return self.sizes[name]

    def increment(self, name, kind):
        if "off" + name[3:] not in self.kinds:
            return self.pick((1, -1))  # of ger, whose vectors are whole arrays
        # OpenBLAS's cspr and zspr read beside the vector if the increment is negative
        positive = kind is POSITIVE or self.routine.row.name in ("cspr", "zspr")
        return self.pick((1, 2, 3) if positive else (1, 2, 3, -1, -2))

    def offset(self, name, kind):
        return self.pick(range(3))

    def overwrite(self, name, kind):
        return self.pick((0, 1))

    def number(self, name, kind):
        if name in ("d1", "x1"):  # of rotmg; with others OpenBLAS is not as the reference BLAS
            return self.pick((1, 2.5, 4))
        imaginary = self.dtype.kind == "c" and not kind.real
        return self.pick((0, 1, -1, 2.0, 3)) + (self.pick((0, 1j, -2j)) if imaginary else 0)

    def vector(self, name, kind):
        off, inc = self.values.get("off" + name), self.values["inc" + name]
        # scipy's gbmv wants y's length of x; n may be what x has, which y must have too
        n = max(self.sizes["m"], self.sizes["n"]) if "ku" in self.kinds else self.size_of(kind.length)
        slack = 0 if off is None else self.pick(range(3)) + 9 * (name == "y")
        return self.array((off or 0) + (n - 1) * abs(inc) + 1 + slack)

    def matrix(self, name, kind):
        larger = self.pick(range(3)) if kind.leading else 0
        shape = [self.size_of(size) + larger for size in (kind.rows, kind.columns)]
        x = self.array(shape[::-1] if self.values.get(kind.op) else shape)
        if self.routine.hermitian and name in self.routine.row.results:
            np.fill_diagonal(x, x.diagonal().real)  # the reference BLAS and OpenBLAS differ in when they make it so
        return x

    def band(self, name, kind):
        diagonals = self.sizes[kind.below] + (self.sizes[kind.above] if kind.above else 0) + 1
        return self.array((diagonals + self.pick(range(2)), self.sizes["n"]))

    def packed(self, name, kind):
        x = self.array(self.sizes["n"] * (self.sizes["n"] + 1) // 2 + self.pick(range(3)))
        if self.routine.hermitian and name in self.routine.row.results:
            i = np.arange(self.sizes["n"])
            diagonal = i * (2 * i[-1] + 3 - i) // 2 if self.values["lower"] else i * (i + 3) // 2
            x[diagonal] = x[diagonal].real
        return x

    def fixed(self, name, kind):
        return np.array([self.pick((-2, -1, 0, 1)), 2, -1, 3, 1], self.dtype)

    def array(self, shape):
        """Small integers; ones where something is solved, which must be divided by the diagonal."""
        x = integers(self.rng, shape, self.dtype)
        x = np.where(x.real < 0, -1, 1).astype(self.dtype) if self.solves else x
        x = x.astype(self.pick((self.dtype, np.complex64 if self.dtype.kind == "c" else np.float32)))
        return LAYOUTS[self.pick(("C", "F", "strided"))](x) if x.ndim == 2 else self.pick((x, np.repeat(x, 2)[::2]))


@st.composite
def arguments(draw, name):
    return Arguments(draw, name).all()


@pytest.mark.parametrize("name", ROUTINES)
def test_as_scipy(name):
    """Results, what is written where it is, and what is left alone."""
    inexact, dtype = name.endswith(("nrm2", "rotg", "rotmg")), blas.ROUTINES[name].dtype

    @settings(max_examples=25)  # each kind of argument has several routines, and each of these two or four dtypes
    @given(arguments(name))
    def compare(given_arguments):
        ours, theirs = copy.deepcopy(given_arguments), copy.deepcopy(given_arguments)
        got, expected = getattr(blas, name)(**ours), getattr(scipy_blas, name)(**theirs)
        got, expected = (x if isinstance(x, tuple) else (x,) for x in (got, expected))
        assert len(got) == len(expected)
        for g, e in zip(got, expected, strict=True):
            if inexact:
                np.testing.assert_allclose(g, e, rtol=8 * np.finfo(dtype).eps, atol=np.finfo(dtype).tiny)
            else:
                np.testing.assert_array_equal(g, e, strict=isinstance(e, np.ndarray))
            for argument in ours:
                assert (g is ours[argument]) == (e is theirs[argument])
        for argument, value in ours.items():
            assert_same(value, theirs[argument])

    compare()


WRONG = [
    ("daxpy", ([1, 2, 3], [1, 2]), {}, "n"),
    ("daxpy", ([1, 2, 3], [1, 2, 3]), {"incx": 0}, "incx"),
    ("daxpy", ([1, 2, 3], [1, 2, 3]), {"offy": -1}, "offy"),
    ("daxpy", ([1, 2, 3], [1, 2, 3]), {"offy": 4}, "offy"),
    ("dnrm2", ([1, 2, 3],), {"incx": -1}, "incx"),
    ("drotm", ([1], [1], [1, 2]), {}, "param"),
    ("dgemv", (1, [[1, 2]], [1]), {}, "x"),
    ("dgemv", (1, [[1, 2]], [1]), {"trans": 3}, "trans"),
    ("dgemv", (1, [[1, 2]], [1, 1]), {"y": [1], "offy": 1}, "y"),
    ("dsymv", (1, [[1, 2]], [1]), {}, "a"),
    ("dsbmv", (2, 1, [[1, 2], [1, 2]], [1, 1]), {}, "a"),
    ("dgbmv", (3, 2, 1, 1, 1, [[1, 2], [1, 2], [3, 4]], [1]), {}, "x"),
    ("dtpmv", (2, [1, 2], [1, 1]), {}, "ap"),
    ("dtpmv", (-2, [1, 2, 3], [1, 1]), {}, "n"),
    ("dsyr", (1, [1, 2]), {"n": 3}, "n"),
    ("dsyr", (1, [1, 2]), {"a": np.eye(3)}, "a"),
    ("dgemm", (1, np.ones((2, 3)), np.ones((2, 3))), {}, "b"),
    ("dgemm", (1, np.ones((2, 3)), np.ones((3, 3))), {"c": np.ones((3, 3))}, "c"),
    ("dgemm", (1, np.ones((2, 3, 4)), np.ones((3, 3))), {}, "a"),
    ("dsymm", (1, np.ones((2, 2)), np.ones((3, 2))), {}, "a"),
    ("dtrmm", (1, np.ones((2, 2)), np.ones((3, 2))), {}, "a"),
    ("dtrsm", (1, np.ones((3, 3)), np.ones((2, 2))), {}, "a"),
]


@pytest.mark.parametrize(("name", "args", "kwargs", "blamed"), WRONG, ids=itertools.count())
def test_wrong_arguments(name, args, kwargs, blamed):
    with pytest.raises(
        blas.error, match=rf"{name} failed for \d(st|nd|rd|th) (argument|keyword) {blamed}: given .*, expected "
    ):
        getattr(blas, name)(*args, **kwargs)
    with pytest.raises(Exception):  # noqa: B017 (f2py's own, or numpy's)
        getattr(scipy_blas, name)(*args, **kwargs)


# Where scipy computes something else than was asked for, or reads where nothing is.
STRICTER = [
    ("dgemm", (2 + 1j, [[3]], [[4]]), {}, TypeError, "alpha"),
    ("ddot", (np.array([1j]), [1]), {}, TypeError, "x"),
    ("zher", (1j, [3]), {}, TypeError, "alpha"),
    ("zhpr", (1, 1j, [3], [3]), {}, TypeError, "alpha"),
    ("zherk", (1 + 1j, [[3]]), {}, TypeError, "alpha"),
    ("zherk", (1, [[3]]), {"beta": 1j}, TypeError, "beta"),
    ("zher2k", (1, [[3]], [[3]]), {"beta": 1j}, TypeError, "beta"),
    ("zdscal", (1j, [3]), {}, TypeError, "a"),
    ("zdrot", ([3], [3], 1j, 0), {}, TypeError, "c"),
    ("zdrot", ([3], [3], 1, 1j), {}, TypeError, "s"),
    ("zherk", (1, [[3]]), {"trans": 1}, ValueError, "trans"),
    ("zsyrk", (1, [[3]]), {"trans": 2}, ValueError, "trans"),
    ("dsymm", (1, np.ones((3, 2)), np.ones((2, 2))), {}, ValueError, "a"),
    ("dgbmv", (4, 2, 1, 1, 1, np.ones((2, 2)), [1] * 4), {}, ValueError, "a"),
    ("dscal", (2, ["a"]), {}, TypeError, "x"),
    ("dscal", ("a", [2]), {}, TypeError, "a"),
    ("dscal", (2, [2]), {"n": 1.0}, TypeError, "n"),
    ("dscal", (2, [2]), {"n": -1}, ValueError, "n"),
    ("dscal", (2, np.ma.ones(3)), {}, TypeError, "x"),
]


@pytest.mark.parametrize(("name", "args", "kwargs", "kind", "blamed"), STRICTER, ids=itertools.count())
def test_refused(name, args, kwargs, kind, blamed):
    with pytest.raises(kind, match=rf"\b{blamed}: "):
        getattr(blas, name)(*args, **kwargs)


@pytest.mark.parametrize(
    ("args", "kwargs", "said"),
    [
        ((1, [[1]]), {}, r"dgemm\(\) missing required argument 'b' \(pos 3\)"),
        ((1, [[1]], None), {}, "missing required argument 'b'"),
        ((1,) * 9, {}, "takes at most 8 arguments"),
        ((1, [[1]], [[1]]), {"alpha": 1}, "'alpha' is given twice"),
        ((1, [[1]], [[1]]), {"gamma": 1}, "'gamma' is not one of its arguments"),
    ],
)
def test_wrong_calls(args, kwargs, said):
    with pytest.raises(TypeError, match=said):
        blas.dgemm(*args, **kwargs)


def test_none_is_the_default():
    x = np.arange(4.0)
    assert_same(blas.dgemm(2, [[3]], [[4]], None, None, None), np.array([[24.0]]))
    assert_same(blas.daxpy(x, np.ones(4), None, None), x + 1)


def test_booleans_are_flags():
    a = np.array([[1.0, 2], [3, 4]])
    for lower in (True, np.True_, np.int8(1)):
        assert_same(blas.dtrmv(a, [1, 1], lower=lower), np.array([1.0, 7]))


def test_nothing_to_do():
    """Empty vectors and matrices, of which scipy refuses some."""
    empty = np.zeros(0)
    assert_same(blas.daxpy(empty, empty.copy()), empty)
    assert blas.ddot([], []) == blas.dnrm2([]) == blas.dasum([]) == 0
    assert blas.idamax([]) == -1
    assert_same(blas.dgemv(1, np.zeros((0, 3)), np.ones(3)), empty)
    assert_same(blas.dgemv(1, np.zeros((3, 0)), empty, 2, np.ones(3)), np.ones(3))  # as netlib: not even y = beta y
    assert_same(blas.dgemm(1, np.zeros((3, 0)), np.zeros((0, 1)), 2, np.ones(3)), np.full(3, 2.0))
    assert_same(blas.dgemv(1, np.zeros((3, 0)), empty, incy=-2), np.zeros(5))
    assert_same(blas.dsyrk(1, np.zeros((2, 0))), np.zeros((2, 2)))
    assert_same(blas.dtrsm(1, np.zeros((0, 0)), np.zeros((0, 3))), np.zeros((0, 3)))
    assert_same(blas.dsbmv(1, 1, np.zeros((2, 0)), empty), empty)


def test_memory_in_common():
    """What is written is never read through another argument."""
    x = np.arange(6.0)
    assert blas.daxpy(x, x) is x
    assert_same(x, 2 * np.arange(6.0))
    first, second = blas.dswap(x[:3], x[1:4])
    assert_same(second, np.array([0.0, 2, 4]))
    assert_same(first, np.array([2.0, 4, 6]))
    a = np.asfortranarray([[1.0, 2], [3, 4]])
    square = a @ a
    assert blas.dgemm(1, a, a, c=a, overwrite_c=1) is a
    assert_same(a, np.asfortranarray(square))


def test_read_only_arrays_stay():
    x = np.arange(3.0)
    x.flags.writeable = False
    assert_same(blas.dscal(2, x), np.array([0.0, 2, 4]))
    assert_same(x, np.arange(3.0))


@pytest.mark.parametrize("shape", [(), (3, 2), (2, 1, 3)])
def test_vectors_of_any_shape(rng, shape):
    """Their elements are taken in the order of Fortran; what is written keeps its shape."""
    x = integers(rng, shape, np.dtype(np.float64))
    flat, doubled = x.ravel(order="F"), 2 * x
    assert blas.ddot(x, flat) == flat @ flat
    np.testing.assert_array_equal(blas.dscal(2, x), doubled, strict=True)


def test_no_memory_leaves_outputs_alone():
    a, c = np.ones((300, 300), order="F"), np.full((300, 300), 7.0, order="F")
    pbl.lib.pbl_release_workspace()
    pbl.lib.pbl_test_fail_allocation(1)
    with pytest.raises(MemoryError):
        blas.dgemm(1, a, a, c=c, overwrite_c=1)
    assert_same(c, np.full((300, 300), 7.0))


def test_pickled():
    assert pickle.loads(pickle.dumps(blas.dgemm)) is blas.dgemm


@pytest.mark.parametrize("length", [1, 2, 3])
def test_find_best_blas_type(length):
    letters = "?bBhHiIlLqQefdgFDG"
    for codes in itertools.product(letters, repeat=length):
        arrays = [np.empty((2, 3), code, order="CF"[i % 2]) for i, code in enumerate(codes)]
        assert blas.find_best_blas_type(arrays) == scipy_blas.find_best_blas_type(arrays), codes
    for code in letters + "SOM":
        assert blas.find_best_blas_type(dtype=code) == scipy_blas.find_best_blas_type(dtype=code)
    assert blas.find_best_blas_type() == scipy_blas.find_best_blas_type()


@pytest.mark.parametrize("code", "fdFD")
def test_get_blas_funcs(code):
    """Whatever name scipy knows; the attributes are the same but for the width of integers."""
    for name in sorted({name[1:] for name in SCIPYS if name[:2] not in ("sc", "dz", "cs", "zd")}):
        try:
            expected = scipy_blas.get_blas_funcs(name, dtype=code)
        except ValueError:
            with pytest.raises(ValueError, match="no BLAS routine"):
                blas.get_blas_funcs(name, dtype=code)
            continue
        for ilp64 in (False, True, "preferred"):
            got = blas.get_blas_funcs(name, dtype=code, ilp64=ilp64)
            assert expected.__name__.removeprefix("function ") == got.__name__
            for attribute in ("typecode", "prefix", "dtype", "module_name"):
                assert getattr(got, attribute) == getattr(expected, attribute)
            assert got.int_dtype == np.int64
    gemm, axpy = blas.get_blas_funcs(("gemm", "axpy"), (np.ones(1, code),))
    assert gemm.typecode == axpy.typecode == {"f": "s", "d": "d", "F": "c", "D": "z"}[code]


@pytest.mark.parametrize("spr", [blas.cspr, blas.zspr])
def test_spr_backwards(rng, spr):
    """What cannot be compared with scipy (see above)."""
    x, ap = integers(rng, 9, spr.dtype), integers(rng, 10, spr.dtype)
    assert_same(spr(4, 2, x, ap, incx=-2, offx=1), spr(4, 2, x[7::-2].copy(), ap))


def test_get_blas_funcs_refuses():
    with pytest.raises(ValueError, match="names: there is no BLAS routine dherk"):
        blas.get_blas_funcs("herk")
    with pytest.raises(ValueError, match="ilp64: given 'perhaps'"):
        blas.get_blas_funcs("gemm", ilp64="perhaps")
