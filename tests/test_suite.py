# SPDX-License-Identifier: MIT
"""The suite: its families, the calls from Python in them, and the score made of their rows."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("rich")
pytest.importorskip("matplotlib")

from racing import check_schema

import pyblaslite
from pyblaslite.__main__ import main
from pyblaslite.race import python_race, results, score, shapes, suite, suite_report
from pyblaslite.race.peers import python_competitor
from pyblaslite.race.plan import callers, lacking
from pyblaslite.race.process import OrderError, Process

pytestmark = pytest.mark.usefixtures("in_empty_folder")


@pytest.fixture(autouse=True)
def short_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """What they say does not matter here."""
    monkeypatch.setattr("pyblaslite.race.plan.SUITE_SAMPLE", 0.001)


def test_levels_in_the_suite() -> None:
    chosen = suite.choose(["level 2"], ["float64"], quick=False)
    assert [f.name for f in chosen] == [kin.name for kin in suite.LEVEL_2]
    assert {kin.name for kin in suite.LEVEL_1} >= {"axpy", "nrm2"}
    options = "--family axpy,nrm2,trsm --threads 1 --rounds 1 --dtype float32 --only ours"
    assert main(["race", "--suite", "--quick", "--json", "suite.json", *options.split()]) == 0
    document = json.loads(Path("suite.json").read_text())
    assert not [missing for missing in document["missing"] if missing["kind"] == "failed"]
    assert {row["set"] for row in document["results"]} == {"axpy", "nrm2", "trsm"}
    assert all((row["gbytes"] is None) == (row["routine"] == "trsm") for row in document["results"])
    assert len({bandwidth["kib"] for bandwidth in document["bandwidths"]}) == len(document["bandwidths"]) > 3


@pytest.mark.parametrize("call", python_race.CALLS)
def test_python_calls(call: str) -> None:
    needed = {known.key: name for known, name in suite.NEEDS.items()}
    if not hasattr(pyblaslite, needed.get(call, "matmul")):
        pytest.skip(f"this version has no {needed[call]}")
    module = "torch" if "torch" in call else "pyblaslite"
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed")
    with Process(python_competitor("it", "ours", module, call), [min(os.sched_getaffinity(0))]) as process:
        assert process.ask("sample 0.001") == "0.001"
        assert process.seconds(f"gemm {'i' if 'int' in call else 'd'} nn 5 6 7") > 0
        if "matmul" in call:
            assert process.seconds("batch s 5 6 7 8") > 0
        for order in ("sing", "batch s 1 1 1", "gemm s nn 1 x 1", "gemm q nn 1 1 1"):
            with pytest.raises(OrderError):
                process.ask(order)


NARROW_FAMILIES = [f for f in suite.FAMILIES if any(call.module == "torch" for call in f.calls)]


@pytest.mark.parametrize("family", NARROW_FAMILIES, ids=lambda family: family.name)
def test_calls_of_narrow_families(family: suite.Family) -> None:
    (dtype,) = family.dtypes
    if absent := lacking(family):
        pytest.skip(f"{' and '.join(absent)} not installed")
    for competitor in callers(family.calls):
        with Process(competitor, [min(os.sched_getaffinity(0))]) as process:
            assert process.ask("sample 0.001") == "0.001"
            for sizes in ((5, 6, 7), (64, 64, 64), (33, 20, 700)):  # sums of 700 bfloat16 are no bfloat16
                assert process.seconds(shapes.Shape("", "", *sizes).order(dtype)) > 0


@pytest.mark.parametrize(("name", "family"), [("torch", "int8"), ("ml_dtypes", "bfloat16")])
def test_families_are_left_out_where_a_package_is_absent(
    name: str, family: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda wanted: None if wanted == name else wanted)
    assert main(["race", "--suite", "--family", f"Python {family}"]) == 2
    said = capsys.readouterr()
    assert said.out == f"Python {family} is left out, as there is no {name} here.\n"
    assert "no family has shapes of this dtype that can be called here" in said.err


def test_a_wrong_result_is_found() -> None:
    for call, bias, right in (("gemm_out", 9, 2), ("gemm_gelu", -1, 0.8413447)):
        runner = python_race.Runner(np, pyblaslite, call)
        a, b, c = np.ones((1, 2), "f"), np.ones((2, 1), "f"), np.full((1, 1), right, "f")
        runner.check(a, b, c, [bias])
        for wrong in (right + 1e-4, np.nan):
            with pytest.raises(ArithmeticError, match="the result is wrong"):
                runner.check(a, b, np.full_like(c, wrong), [bias])


def test_torch_is_told_how_many_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    told: list[int] = []
    for name in ("torch", "numpy"):
        python_race.limit_threads(SimpleNamespace(__name__=name, set_num_threads=told.append))
    assert told == [3]


def a_result(competitor: str, seconds: float, shape: str = "one", family: str = "small") -> results.Result:
    return results.Result(
        family, shape, 8, 8, 8, "nn", "float32", 1, competitor, seconds, [seconds], 1024 / seconds / 1e9
    )


def a_race(*found: results.Result) -> results.Race:
    names = {"pyblaslite-avx2": "ours", "pyblaslite-scalar": "ours", "mkl": "peer", "aocl": "peer", "naive": "naive"}
    entrants = [results.Entrant(name, kind, [name], f"{name} 1.0") for name, kind in names.items()]
    machine = {"cpu": "a CPU", "cores": 1, "caches": {"L1d": "32K"}, "isa": "avx2"}
    return results.Race(
        *("suite", "pyblaslite-avx2", 1, machine, {"numpy": "2"}, "2000-01-01"),
        competitors=entrants,
        roofs=[results.Roof("float32", 1, 2.048, [2.048])],
        results=list(found),
    )


def test_a_row_compares_ours_with_the_best_peer() -> None:
    ours, naive = a_result("pyblaslite-avx2", 1e-6), a_result("naive", 1e-9)
    race = a_race(a_result("pyblaslite-scalar", 9e-6), ours, naive, a_result("mkl", 3e-6), a_result("aocl", 2e-6))
    (row,) = score.rows(race)
    assert row.ours is ours
    assert row.best.competitor == "aocl"
    assert row.ratio == pytest.approx(2)
    assert row.of_limit == pytest.approx(0.5)


def test_what_cannot_be_compared_is_no_row() -> None:
    race = a_race(a_result("mkl", 1.0), a_result("pyblaslite-avx2", 1.0, "two"), a_result("naive", 1.0, "two"))
    assert score.rows(race) == []
    assert suite_report.sentences([]) == [suite_report.NO_ROWS]


@pytest.mark.parametrize(
    ("ratio", "said"), [(1.03, "ahead"), (1.019, "tie"), (1, "tie"), (0.981, "tie"), (0.97, "behind"), (0.01, "behind")]
)
def test_verdicts(ratio: float, said: str) -> None:
    assert score.verdict(ratio) == said


def test_mean_worst_and_counts() -> None:
    race = a_race(
        *(a_result("pyblaslite-avx2", 1.0, shape) for shape in ("fast", "slow")),
        *(a_result("mkl", 4.0, "fast"), a_result("aocl", 5.0, "fast"), a_result("aocl", 0.25, "slow")),
        *(a_result("pyblaslite-avx2", 1.0, "same", "big"), a_result("mkl", 1.0, "same", "big")),
    )
    found = score.rows(race)
    assert score.geometric_mean(row.ratio for row in found) == pytest.approx(1)
    assert score.worst(found).label == "small slow float32 x 1"
    assert score.count_verdicts(found) == {"ahead": 1, "tie": 1, "behind": 1}
    assert {name: len(rows) for name, rows in score.by_family(found).items()} == {"small": 2, "big": 1}
    (said,) = suite_report.sentences(found)
    for words in ("3 rows", "ahead 1, tie 1, behind 1", "1.000", "worst 0.25 (small slow float32 x 1, against aocl)"):
        assert words in said


def test_markdown(tmp_path: Path) -> None:
    race = a_race(a_result("pyblaslite-avx2", 1e-6), a_result("mkl", 3e-6), a_result("aocl", 2e-6))
    suite_report.write_markdown(race, tmp_path / "it.md", "pyblaslite race --suite")
    said = (tmp_path / "it.md").read_text()
    for words in ("a CPU", "2000-01-01", "mkl 1.0", "numpy 2", "`pyblaslite race --suite`", "## small, GFLOP/s"):
        assert words in said
    assert "| one | float32 | 1 | 1.0 | 0.34 | 0.51* | 2.00 | ahead | 50% |" in said
    tables = [block.splitlines() for block in said.split("\n\n") if block.startswith("| ")]
    assert tables
    assert all(len({line.count("|") for line in lines}) == 1 for lines in tables)


def test_the_suite_is_well_formed() -> None:
    names = [(family.name, dtype) for family in suite.FAMILIES for dtype in family.dtypes]
    assert len(set(names)) == len(names)
    assert {kin.name for level in suite.LEVELS.values() for kin in level} < {name for name, _ in names}
    for family in suite.FAMILIES:
        assert family.shapes
        assert "," not in family.name
        assert set(family.dtypes) <= shapes.LETTERS.keys()
        assert len({shape.name for shape in family.shapes}) == len(family.shapes)
        assert 1 <= len(family.quick().shapes) <= suite.QUICK
        assert set(family.quick().shapes) <= set(family.shapes)
        assert {call.key for call in family.calls} <= python_race.CALLS.keys()
        assert bool(family.calls) == family.name.startswith("Python")
        assert family.calls or not set(family.dtypes) & set(shapes.NARROW)
        for shape in family.shapes:
            assert shape.set == family.name
            assert min(shape.m, shape.n, shape.k, shape.count) >= 1
            assert shape.routine != "gemm" or (len(shape.flags) == 2 and set(shape.flags) <= set(shapes.OPS))
            assert shape.count == 1 or (shape.flags == "nn" and not shape.lds)
            assert all(ld >= max(shape.m, shape.n, shape.k) for ld in shape.lds or ())


def test_choosing_families() -> None:
    assert [f.name for f in suite.choose(["big", "small"], None, quick=False)] == ["small", "big"]
    assert {f.dtypes for f in suite.choose(None, ["complex64"], quick=True)} == {("complex64",)}


def test_small_suite(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = [
        "--family",
        "small complex,stacks,Python prepared",
        "--dtype",
        "complex64,float64",
        "--only",
        "ours,numpy",
    ]
    files = ["--json", "suite.json", "--results", "suite.md"]
    assert main(["race", "--suite", "--quick", "--threads", "1", "--rounds", "1", *chosen, *files]) == 0
    document = json.loads(Path("suite.json").read_text())
    check_schema(document)
    assert document["interface"] == "suite"
    assert not [missing for missing in document["missing"] if missing["kind"] == "failed"]
    raced = {(row["set"], row["dtype"]) for row in document["results"]}
    assert {("small complex", "complex64"), ("stacks", "float64")} <= raced
    assert {row["count"] for row in document["results"] if row["set"] == "stacks"} == {1000, 10000}
    assert "geometric mean of ours / best peer" in " ".join(capsys.readouterr().out.split())
    written = Path("suite.md").read_text()
    assert "## stacks, GFLOP/s" in written
    assert "--dtype complex64,float64 --threads 1 --family 'small complex,stacks,Python prepared' --rounds 1" in written
    assert str(Path.cwd()) not in written

    assert main(["plot", "suite.json", "suite.png"]) == 2
    assert "a suite has no picture" in capsys.readouterr().err


def test_what_is_bound_by_memory_is_held_against_the_bandwidth_at_its_size() -> None:
    axpy = results.Result(
        *("axpy", "axpy 1000", 1, 1000, 1, "", "float64", 1, "pyblaslite-avx2", 1e-6, [1e-6], 2.0),
        routine="axpy",
        gbytes=24.0,
    )
    peer = dataclasses.replace(axpy, competitor="mkl", seconds=2e-6, gflops=1.0, gbytes=12.0)
    race = a_race(axpy, peer)
    assert score.share_of_limit(race, axpy) is None
    race.bandwidths = [
        results.Bandwidth(1, gbytes, kib) for gbytes, kib in ((90.0, 8), (48.0, 15), (20.0, 16), (10.0, 9999))
    ]
    (row,) = score.rows(race)
    assert row.of_limit == pytest.approx(0.5)
    assert suite_report.family_grid("axpy", [row]).lines[0][3:] == ["24.0", "12.0*", "2.00", "ahead", "50%"]
    assert race.bandwidth(1) == 10.0
    assert race.bandwidth(1, 100) == 90.0
    assert race.bandwidth(2) is None
