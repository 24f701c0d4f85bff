# SPDX-License-Identifier: MIT
"""The tests of numpy's and scipy's linear algebra, with all BLAS calls of these packages sent to our library.

Debian's packages take the BLAS, and a LAPACK that calls it, from shared libraries, and so does PyPI's numpy for its
products. What ``pyblaslite run`` preloads stands between them, and counts.
"""

import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass

import pytest

from pyblaslite.profile import command, table

from .programs import SYSTEM, environment, run

DEBIAN, DEBIAN_PACKAGES = "/usr/bin/python3", "/usr/lib/python3/dist-packages"
NETLIB = [SYSTEM / "blas", SYSTEM / "lapack"]  # whatever else update-alternatives has chosen
PACKAGES = {
    "python3-numpy": f"{DEBIAN_PACKAGES}/numpy/linalg/tests",
    "python3-scipy": f"{DEBIAN_PACKAGES}/scipy/linalg/tests",
    "python3-pytest": f"{DEBIAN_PACKAGES}/pytest",
    "python3-hypothesis": f"{DEBIAN_PACKAGES}/hypothesis",
    "libblas3": SYSTEM / "blas/libblas.so.3",
    "liblapack3": SYSTEM / "lapack/liblapack.so.3",
}


@dataclass(frozen=True)
class Suite:
    """Tests, the interpreter that runs them, and how many tests and calls of how many routines there are at least."""

    python: str
    options: tuple[str, ...]
    tests: int
    calls: int
    routines: int


@dataclass(frozen=True)
class Result:
    """What became of the tests, by name, and what was counted."""

    text: str
    passed: set[str]
    failed: set[str]
    calls: table.Table


# Without vectors of 2^31 elements, whose pages take the system a minute: numpy hands them over in pieces. What is as
# far apart in memory is in big_index.c.
PRODUCTS = (
    "numpy._core.tests.test_multiarray",
    "-k", "(Dot or MatMul or Matmul or Inner or Vdot) and not huge_vectordot",
)  # fmt: skip
SUITES = {
    "Debian's numpy.linalg": Suite(DEBIAN, ("numpy.linalg",), 400, 1_000_000, 30),
    "Debian's scipy.linalg": Suite(DEBIAN, ("scipy.linalg",), 3500, 1_000_000, 120),
    "PyPI's numpy": Suite(sys.executable, PRODUCTS, 250, 10_000, 20),
}


def run_suite(suite, work, blas):
    """The tests, with BLAS calls sent to this library."""
    work.mkdir()
    counted, report = work / "table", work / "report.xml"
    table.create(counted)
    preload = {name: text for name, text in command.environment(counted, str(blas)).items() if name.startswith("PYBL")}
    variables = environment(*NETLIB, LD_PRELOAD=str(command.PROFILE), **preload)
    options = ["-p", "no:cacheprovider", "--tb=short", f"--junitxml={report}", "--pyargs", *suite.options]
    done = run(suite.python, "", work / "empty", variables, "-m", "pytest", "-q", *options)
    tests = {(case.get("classname"), case.get("name")): case for case in ET.parse(report).iter("testcase")}
    failed = {name for name, case in tests.items() if {"failure", "error"} & {result.tag for result in case}}
    passed = {name for name, case in tests.items() if len(case) == 0}
    return Result(done.text, passed, failed, table.read(counted))


@pytest.fixture(scope="module", autouse=True)
def installed(need):
    for package, file in PACKAGES.items():
        need(package, file)


@pytest.fixture(scope="module")
def results(installed, pool, library, tmp_path_factory):
    """All of them."""
    work = tmp_path_factory.mktemp("suites")
    return {name: pool.submit(run_suite, suite, work / name, library) for name, suite in SUITES.items()}


@pytest.mark.parametrize("name", SUITES)
def test_suite(name, results, tmp_path):
    """What fails must fail with Netlib's BLAS too."""
    result, suite = results[name].result(), SUITES[name]
    assert len(result.passed) >= suite.tests, result.text
    if result.failed:
        netlib = run_suite(suite, tmp_path / "netlib", SYSTEM / "blas/libblas.so.3")
        assert result.failed <= netlib.failed, result.text


@pytest.mark.parametrize("name", SUITES)
def test_calls_reached_us(name, results):
    """Every one: none fell through to another BLAS."""
    counted, suite = results[name].result().calls, SUITES[name]
    assert counted.error == ""
    assert {call.symbol for call in counted.calls if call.fell_through} == set()
    assert counted.unlisted_calls + sum(call.calls for call in counted.calls) >= suite.calls
    assert len({call.routine for call in counted.calls}) >= suite.routines


def test_a_wrong_library_is_noticed(without_effect, tmp_path):
    """Its failures are named, and what it lacks falls through."""
    suite = Suite(DEBIAN, ("numpy.linalg.tests.test_linalg", "-k", "TestSolve or multi_dot"), 1, 1, 1)
    result = run_suite(suite, tmp_path / "wrong", without_effect)
    assert result.failed
    assert {call.fell_through for call in result.calls.calls} == {False, True}
