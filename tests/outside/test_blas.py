# SPDX-License-Identifier: MIT
"""Netlib's test programs of the BLAS, for its Fortran and its C names, on every instruction set.

They end with status 0 whatever they found, so their text is read. Their matrices have up to nine rows, fewer than most
tiles: they run a second time with larger ones.
"""

import os
import re

import pytest

import pyblaslite as pbl

from .programs import SYSTEM, called_elsewhere, environment, run

FOLDER = SYSTEM / "blas"
INPUTS = {"x{letter}cblat{level}": "{letter}in{level}", "xblat{level}{letter}": "{letter}blat{level}.in"}
LEFT_OUT = {"amx"}  # which has kernels of its own for narrow elements only
if "PBL_TEST_WITHOUT_SCALAR" in os.environ:  # as in the C tests
    LEFT_OUT.add("scalar")
ISAS = [isa for isa in pbl.isas() if isa not in LEFT_OUT]
PROGRAMS = {
    name.format(letter=letter, level=level): file.format(letter=letter, level=level) if level > 1 else None
    for name, file in INPUTS.items()
    for letter in "sdcz"
    for level in (1, 2, 3)
}
CASES = [
    (program, size, isa)
    for isa in ISAS
    for program, file in PROGRAMS.items()
    for size in ("small", "large")
    if file or size == "small"
]
LARGE = {  # their arrays end at 65; few factors, and none of the small sizes, as this takes long
    r"\d+( +NUMBER OF VALUES OF N\n).*?( +VALUES OF N)": r"6\1 1 8 17 32 33 65\2",
    r"3( +NUMBER OF VALUES OF ALPHA\n)\S+ \S+ (\S+ +VALUES OF ALPHA)": r"1\1\2",
    r"3( +NUMBER OF VALUES OF BETA\n)(\S+) \S+ (\S+ +VALUES OF BETA)": r"2\1\2 \3",
}
COMPLAINT = re.compile(r"FAIL|SUSPECT|FATAL|ABANDONED|NOT DETECTED|\*\*\*\*\*")
TESTED = re.compile(r"Test of subprogram number +\d+ +(\w+)")  # by level 1, and by the others:
PASSED_ONE = re.compile(r"Test of subprogram number +\d+ +(\w+)\s+-+ PASS -+")
LISTED = re.compile(r"(?m)^(\w+) +T ")
PASSED = re.compile(r"(?m)^ *(\w+) +PASSED THE [-A-Z ]*COMPUTATIONAL TESTS")
PASSED_ERRORS = re.compile(r"(?m)^ *(\w+) +PASSED THE TESTS OF ERROR-EXITS")  # where xcblat2 calls gerc geru


@pytest.fixture(scope="module", autouse=True)
def installed(need):
    need("libblas-test", FOLDER / "xblat3d")


def input_of(program, size="small"):
    """What it reads; large: with matrices of other orders."""
    if not PROGRAMS[program]:
        return ""
    text = (FOLDER / PROGRAMS[program]).read_text()
    for old, new in LARGE.items() if size == "large" else ():
        text, changed = re.subn(f"(?m)^{old}$", new, text)
        assert changed == 1, old
    return text


def complaints(program, done):
    """What a program found; also an early end, and a routine that it says nothing of."""
    wrong = [line.strip() for line in done.text.splitlines() if COMPLAINT.search(line)]
    if done.status:
        wrong.append(f"exit status {done.status}")
    if not PROGRAMS[program]:
        tested, passed = set(TESTED.findall(done.text)), set(PASSED_ONE.findall(done.text))
    else:
        tested, passed = set(LISTED.findall(input_of(program))), set(PASSED.findall(done.text))
        if len(PASSED_ERRORS.findall(done.text)) != len(tested):
            wrong.append("not all refuse what is wrong")
        if "END OF TESTS" not in done.text:
            wrong.append("no end of tests")
    if not tested:
        wrong.append("no routine was tested")
    return wrong + sorted(f"{name} did not pass" for name in tested - passed)


@pytest.fixture(scope="module")
def runs(installed, pool, folder, tmp_path_factory):
    """All of them."""
    work = tmp_path_factory.mktemp("programs")
    return {
        (program, size, isa): pool.submit(
            run, FOLDER / program, input_of(program, size), work / f"{program}-{size}-{isa}",
            environment(folder, PYBLASLITE_ISA=isa),
        )
        for program, size, isa in CASES
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_program(case, runs):
    assert complaints(case[0], runs[case].result()) == []


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_was_our_library(program, folder, library, tmp_path):
    path, text = FOLDER / program, input_of(program)
    assert called_elsewhere(path, path, text, tmp_path / "work", environment(folder), library) == {}


# What reads the texts.


@pytest.mark.parametrize("program", [name for name in PROGRAMS if "d" in name])
def test_a_wrong_library_is_noticed(program, without_effect, folder, tmp_path):
    variables = environment(folder, LD_PRELOAD=str(without_effect))
    wrong = complaints(program, run(FOLDER / program, input_of(program), tmp_path / "work", variables))
    assert any("FAIL" in line for line in wrong)
    assert any("did not pass" in line for line in wrong)
    assert any("NOT DETECTED" in line for line in wrong) or not PROGRAMS[program]


@pytest.mark.parametrize("program", ["xblat1d", "xblat3d", "xdcblat2"])
def test_an_early_end_is_noticed(program, runs):
    done = runs[program, "small", ISAS[0]].result()
    half = type(done)(0, done.text[: len(done.text) // 2])
    assert complaints(program, type(done)(0, "")) != []
    assert complaints(program, half) != [] or not PROGRAMS[program]
    assert complaints(program, type(done)(-11, done.text)) == ["exit status -11"]
