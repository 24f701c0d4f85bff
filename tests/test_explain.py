# SPDX-License-Identifier: MIT
"""``pyblaslite explain``: what it says, and what it refuses."""

import pytest

import pyblaslite as pbl
from pyblaslite.__main__ import main
from pyblaslite.explain import MOST, TRANS, explain

PATHS = {"vector", "small", "sweep", "long", "loops", "none"}


def status_of(arguments):
    """The exit status, however main ends."""
    try:
        return main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


@pytest.mark.parametrize("trans", TRANS)
@pytest.mark.parametrize("column_major", [False, True])
def test_every_product_has_a_path(dtype, trans, column_major):
    for size in ((1, 1, 1), (4, 4, 4), (1, 1000, 1000), (8, 8, 20000), (500, 500, 500), (MOST, 7, 3)):
        found = explain(*size, str(dtype), trans, column_major)
        assert next(iter(found)) == "path"
        assert found["path"] in PATHS - {"none"}
        assert found["why"]


@pytest.mark.parametrize("size", [(0, 2, 3), (2, 0, 3), (2, 3, 0), (0, 0, 0)])
def test_nothing_to_multiply(size):
    assert explain(*size)["path"] == "none"


def test_the_transpose_of_a_product_goes_the_same_way():
    rows, columns = explain(300, 400, 500), explain(400, 300, 500, column_major=True)
    assert rows.pop("problem") != columns.pop("problem")
    assert rows == columns


def test_short_rows_of_c_are_turned(vector_isa):
    """If that saves vectors, and where A lies so that its columns are such vectors; or if A is large."""
    expected = {(3, "nn"), (3, "tn"), (9, "tn"), (16, "tn")}
    turned = {
        (n, trans): explain(1000, n, 1000, "float64", trans)["problem"].startswith("transposed")
        for n in (3, 9, 16, 500)
        for trans in ("nn", "tn")
    }
    assert vector_isa == "scalar" or {size for size, done in turned.items() if done} == expected


@pytest.mark.parametrize("with_rich", [False, True])
def test_what_is_printed(with_rich, monkeypatch, capsys):
    if with_rich:
        pytest.importorskip("rich")
    else:
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["explain", "300", "400", "500", "--dtype", "float64", "--trans", "NT", "--threads", "1"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("C (300 x 400) = op(A) (300 x 500) op(B) (500 x 400), float64, nt, row-major")
    with pbl.threads(1):
        found = explain(300, 400, 500, "float64", "nt")
    for key, value in found.items():
        assert key in said
        assert key == "threads" or value in said
    assert "1 of 1" in said


def test_everything_is_left_as_it_was(isa):
    before = pbl.get_num_threads()
    for other in pbl.isas():
        assert main(["explain", "9", "9", "9", "--isa", other, "--threads", "1"]) == 0
    assert pbl.get_isa() == isa
    assert pbl.get_num_threads() == before


def test_a_single_row_with_and_without_the_promise(capsys):
    for arguments, path in ([], "vector"), (["--batch-invariant"], "sweep"):
        assert main(["explain", "1", "1000", "1000", *arguments]) == 0
        assert path in capsys.readouterr().out.split("why")[0]
        assert not pbl.batch_invariant()


def test_another_instruction_set(capsys):
    for isa in pbl.isas():
        assert main(["explain", "300", "400", "500", "--isa", isa]) == 0
        own = "avx512" if isa == "amx" else isa  # AMX has kernels for narrow elements only
        assert f"({own})" in capsys.readouterr().out


def test_an_update_of_low_rank_says_so():
    assert "rank" in explain(1000, 1000, 1)["why"]
    assert "rank" not in explain(1000, 1000, 1000)["why"]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "int8"])
def test_narrow_elements_are_packed_for_the_loops(dtype, isa):
    found = explain(60, 70, 80, dtype)
    assert found["path"] == "loops"
    assert "packed" in found["A"]
    assert "packed" in found["B"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["4", "5"], "required: K"),
        (["4", "x", "6"], "argument N: given 'x', expected a size from 0"),
        (["4", "5", "-6"], "-6"),
        (["4.5", "5", "6"], "argument M: given '4.5'"),
        (["4", "5", str(2**31)], f"argument K: given '{2**31}'"),
        (["4", "5", "6", "--dtype", "int16"], "argument --dtype: invalid choice: 'int16'"),
        (["4", "5", "6", "--trans", "nx"], "argument --trans: invalid choice: 'nx'"),
        (["4", "5", "6", "--threads", "0"], "argument --threads: given '0', expected at least one thread"),
        (["4", "5", "6", "--isa", "sse"], "argument --isa: invalid choice: 'sse'"),
    ],
)
def test_a_mistake_is_one_clear_line(arguments, words, capsys):
    assert status_of(["explain", *arguments]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
