# SPDX-License-Identifier: MIT
"""``pyblaslite mutants``, and the sgemm that tests are given. (That the gates see every mutant: test_learn.py.)"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pyblaslite.__main__ import main
from pyblaslite.learn import mutants
from pyblaslite.mutants import guarded, sgemm

pytestmark = [
    pytest.mark.usefixtures("in_empty_folder"),
    pytest.mark.skipif(sys.platform != "linux", reason="memory that nobody may touch, and its signals"),
]


def numbers(rng, *shape):
    return rng.integers(-4, 5, shape).astype(np.float32)


def test_the_sgemm_that_tests_are_given(rng):
    a, b, c = numbers(rng, 5, 6), numbers(rng, 9, 7), numbers(rng, 8, 7)
    part, expected = c[1:6, 2:5], c.copy()
    expected[1:6, 2:5] = 2 * a @ b[:6, 4:] - part
    assert sgemm(2, a, b[:6, 4:], -1, part) is part
    assert np.array_equal(c, expected)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"a": [[1.0]]}, TypeError, "a: given list, expected a 2-d array of float32"),
        ({"b": np.ones((3, 4))}, TypeError, "b: given 2-d float64"),
        ({"a": np.ones(3, "f")}, TypeError, "a: given 1-d float32"),
        ({"b": np.ones((4, 4), "f")}, ValueError, "b: given 4 rows, expected 3"),
        ({"c": np.ones((2, 3), "f")}, ValueError, r"c: given shape \(2, 3\), expected \(2, 4\)"),
        ({"c": np.broadcast_to(np.float32(0), (2, 4))}, ValueError, "c: given strides"),
        ({"a": np.ones((3, 2), "f").T}, ValueError, "a: given strides"),
    ],
)
def test_the_sgemm_that_tests_are_given_says_what_it_wants(arguments, error, words):
    given = {"a": np.ones((2, 3), "f"), "b": np.ones((3, 4), "f"), "c": np.ones((2, 4), "f")} | arguments
    with pytest.raises(error, match=words):
        sgemm(1, given["a"], given["b"], 0, given["c"])


@pytest.mark.parametrize(("side", "at"), [("after", 6), ("before", -1)])
def test_guarded_memory(side, at):
    touch = f"from pyblaslite.mutants import guarded as g; import ctypes as c; x = g(2, 3, {side!r}); x[:] = 1"
    read = f"; print(c.c_float.from_address(x.ctypes.data + 4 * {at}))"
    for code, status in ((touch, 0), (touch + read, -11)):
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == status
    with pytest.raises(ValueError, match="side: given 'left'"):
        guarded(1, 1, "left")


def test_a_mutant_that_there_is_not():
    import_it = [sys.executable, "-c", "import pyblaslite.mutants"]
    environment = {**os.environ, mutants.VARIABLE: "perfect"}
    done = subprocess.run(import_it, env=environment, capture_output=True, text=True, check=False)
    assert "PYBLASLITE_MUTANT: given 'perfect', expected a name" in done.stderr


PLAIN = """
import numpy as np
from pyblaslite.mutants import sgemm

def test_plain():
    a, b, c = np.ones((17, 3), "f"), np.ones((3, 2), "f"), np.ones((17, 2), "f")
    a[16] = 2
    assert np.array_equal(sgemm(1, a, b, 0, c.copy()), a @ b)
"""
THREE = ("wrong_past_16_rows", "beta_0_multiplies", "odd_k_drops_last")


def try_mutants(monkeypatch, tests):
    """The status of the command, for three of the mutants."""
    some = [mutant for mutant in mutants.read_mutants() if mutant.name in THREE]
    monkeypatch.setattr(mutants, "read_mutants", lambda: some)
    Path("my_tests.py").write_text(tests)
    return main(["mutants", "my_tests.py"])


def test_mutants_killed_and_survived(monkeypatch, capfd):
    assert try_mutants(monkeypatch, PLAIN) == 1
    said = " ".join(capfd.readouterr().out.split())
    assert "wrong_past_16_rows killed" in said
    assert "beta_0_multiplies SURVIVED. C is multiplied by beta even where beta is 0" in said
    assert "To see it: C full of NaN, beta = 0." in said
    assert "3 wrong kernels: 2 killed, 1 survived." in said


def test_mutants_all_killed(monkeypatch):
    nan = PLAIN.replace('np.ones((17, 2), "f")', 'np.full((17, 2), np.nan, "f")')
    assert try_mutants(monkeypatch, nan) == 0


def test_tests_that_do_not_use_the_kernel(monkeypatch, capfd):
    assert try_mutants(monkeypatch, "def test_nothing(): pass\n") == 1
    assert "Does my_tests.py use the sgemm of pyblaslite.mutants?" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("tests", "words"),
    [
        ("def test_wrong(): assert False\n", "the right kernel fails these tests"),
        ("def check(): pass\n", "pytest finds no test in it"),
        ("def test_broken(:\n", "pytest ended with status 2"),
        ("import os\ndef test_dies(): os.abort()\n", "the tests crashed"),
    ],
)
def test_tests_from_which_nothing_can_be_learned(tests, words, monkeypatch, capfd):
    assert try_mutants(monkeypatch, tests) == 2
    assert words in capfd.readouterr().err.splitlines()[-1]


def test_tests_that_take_too_long():
    Path("my_tests.py").write_text("import time\ndef test_slow(): time.sleep(30)\n")
    run = mutants.run_tests(Path("my_tests.py"), "", 1.0)
    assert mutants.how_it_ended(run) == "the tests took too long (--limit)"


def test_without_tests_the_mutants_are_listed(capsys):
    assert mutants.run_mutants(argparse.Namespace(tests=None)) == 0
    said = capsys.readouterr().out
    assert all(mutant.name in said for mutant in mutants.read_mutants())
    assert said.count("\n") >= 20
    assert os.environ.get(mutants.VARIABLE) is None
