# SPDX-License-Identifier: MIT
"""LAPACK's own test programs, with Netlib's LAPACK on our BLAS: linear equations and eigenvalues, all input files.

They end with status 0 whatever they found, so their text is read.
"""

import re

import pytest

from .programs import SYSTEM, called_elsewhere, environment, run

FOLDER = SYSTEM / "lapack"
EIGENVALUES = "nep sep se2 svd {0}ec {0}ed {0}gg {0}gd {0}sb {0}sg {0}bb glm gqr gsv csd lse"
CASES = [
    *((f"xlintst{letter}", f"{letter}test") for letter in "zcds"),  # the longest first
    *((f"xeigtst{letter}", file) for letter in "zcds" for file in EIGENVALUES.format(letter).split()),
    *((f"xlintstrf{letter}", f"{letter}test_rfp") for letter in "zcds"),  # rectangular full packed matrices
    *((f"xlintst{letters}", f"{letters}test") for letters in ("ds", "zc")),  # mixed precision
]
COMPLAINT = re.compile(r"out of +\d+ tests|[Ii]llegal| INFO|\*\*\*|Failure")

# Solving by STFSM and by STRSM must give the same, but for so many units in the last place: it is the same bits with
# Netlib's BLAS. One of the systems has a solution 2e5 times as large as its right side. Our STRSM, which adds up in
# another order, is beyond the limit (30) there, though its backward error is not larger: at most 0.94 units on 400
# systems of this kind, OpenBLAS's 1.04.
NO_FAULTS = {
    "*** Error(s) or Failure(s) while testing STFSM               ***",
    "Failure in STFSM, CFORM='T', SIDE='L', UPLO='U', TRANS='T', DIAG='N', M= 50, N = 50, test=  54.080",
    "STFSM auxiliary routine:     1 out of  7776 tests failed to pass the threshold",
}


@pytest.fixture(scope="module", autouse=True)
def installed(need):
    need("liblapack-test", FOLDER / "xlintstd")
    need("liblapack3", FOLDER / "liblapack.so.3")


def complaints(done):
    """What a program found; also an early end, and that it tested nothing."""
    lines = {line.strip(): None for line in done.text.splitlines() if COMPLAINT.search(line)}
    wrong = [line for line in lines if line not in NO_FAULTS]
    if done.status:
        wrong.append(f"exit status {done.status}")
    if "End of tests" not in done.text:
        wrong.append("no end of tests")
    if not re.search(r"passed the (tests of the error exits|threshold)", done.text):
        wrong.append("nothing was tested")
    return wrong


@pytest.fixture(scope="module")
def runs(installed, pool, folder, tmp_path_factory):
    """All of them."""
    work, variables = tmp_path_factory.mktemp("programs"), environment(folder, FOLDER)
    return {
        case: pool.submit(run, FOLDER / case[0], input_of(case[1]), work / "-".join(case), variables) for case in CASES
    }


def input_of(file):
    return (FOLDER / f"{file}.in").read_text()


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_program(case, runs):
    assert complaints(runs[case].result()) == []


def test_it_was_our_library(folder, library, tmp_path):
    """Netlib's LAPACK took every function of the BLAS from it."""
    program, variables = FOLDER / "xlintstrfd", environment(folder, FOLDER)
    lapack, text = FOLDER / "liblapack.so.3", input_of("dtest_rfp")
    assert called_elsewhere(program, lapack, text, tmp_path / "work", variables, library) == {}


def test_a_wrong_library_is_noticed(without_effect, folder, tmp_path):
    variables = environment(folder, FOLDER, LD_PRELOAD=str(without_effect))
    wrong = complaints(run(FOLDER / "xlintstrfd", input_of("dtest_rfp"), tmp_path / "work", variables))
    assert any("out of" in line for line in wrong)
